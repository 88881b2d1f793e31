"""Programmes that cannot be: which rules over years clash, and what each would have to become."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimizer import engine
from optimizer.core.horizon import NET, Firms, Pavilions, Renaturation, Uses
from optimizer.core.kinds import Kind, OptionStatus
from optimizer.core.limits import Limits
from optimizer.programmes import build_datas
from optimizer.siting.horizon.conflicts import (
    conflict_in_whole_programme,
    find_programme_conflict,
    programme_findings,
)
from tests.horizon import ints, land_ledger, purse, whole, with_horizon
from tests.siting.village import HOTEL, designed, quota, stated, village

REQUIRED = OptionStatus.REQUIRED
LIMITS = Limits(time_s=60, gap=1.0, threads=1)


def required_hub(**parts):
    """Return the village with a required hub (20 EUR) on its sealed site, over two periods."""
    return with_horizon(stated(village(), REQUIRED), **parts)


def required_far(**parts):
    """Return the village with a required hub (100 m2) on its meadow."""
    return with_horizon(stated(village(sites=(1,)), REQUIRED), **parts)


def ground(problem, **changes):
    """Return the ground of a problem with other columns."""
    return problem.horizon.ground.replace(**{key: ints(*row) for key, row in changes.items()})


def timed(problem, **changes):
    """Return the timing of a problem with other columns, by design."""
    return problem.horizon.timing.replace(**{key: ints(*row) for key, row in changes.items()})


def over(problem, **parts):
    """Return the problem with other parts of its horizon."""
    return problem.replace(horizon=problem.horizon.replace(**parts))


def conflicts(problem):
    return find_programme_conflict(problem, build_datas(problem))


def told(problem):
    """Return family, allowed, needed and relaxation of each conflict."""
    return [
        (item.family, item.allowed, item.needed, item.relaxation) for item in conflicts(problem)
    ]


DROP = ("quotas", None, None, "drop the requirement")


def park(area_m2, years=0):
    return Renaturation(
        ("park",), ("by hand",), ints(0), whole(area_m2), whole(1), ints(years), ints(2026)
    )


def health(area_m2):
    return Uses(
        ("health",), ("by hand",), ints(-1), whole(area_m2), ints(2031),
        np.ones((1, 1), dtype=bool), np.zeros(1), np.zeros(1, dtype=bool),
    )  # fmt: skip


def forge(premises_m=np.inf, jobs_lost_max=5.0):
    return Firms(
        ("forge",), ("Forge",), ints(0), whole(300), np.array([8.0]), np.zeros(1, dtype=bool),
        whole(1), whole(2), ("shed",), whole(300), np.array([[premises_m]]), 500.0,
        jobs_lost_max, 0.0,
    )  # fmt: skip


def pavilions(count, moves=0):
    return Pavilions(
        tuple(f"p{rank}" for rank in range(count)), ints(*[0] * count), ints(*[moves] * count),
        whole(*[0] * count), np.zeros(count),
    )  # fmt: skip


def test_a_village_that_asks_for_nothing_has_no_conflict():
    town = with_horizon(village())
    assert conflicts(over(town, purses=purse(town, 0), land=land_ledger(town, 0))) == ()


def test_a_purse_says_until_when_it_has_how_much_and_what_the_required_hub_needs():
    town = required_hub()
    grants = np.array([[0, 30]], dtype=np.int64)
    found = conflicts(over(town, purses=purse(town, 5, grant_eur=grants)))
    assert found[0].words.startswith(
        "the purse 'purse' has 5 EUR until 2030, then grants of 30 EUR in 2031; "
        "with the required hub on Near (near) it has to be 20 EUR"
    )
    assert [(item.family, item.relaxation) for item in found] == [
        ("money", "raise it to 20 EUR"),  # 20 EUR of building in 2026
        ("money", "raise it to 15 EUR"),  # or debt, which the grant of 2031 pays back
        ("quotas", "drop the requirement"),
    ]


def test_debt_that_cannot_be_paid_back_names_the_end_of_the_horizon():
    town = required_hub()
    owner = purse(town, 0, borrow_max_eur=whole(50), debt_end_max_eur=whole(12))
    assert told(over(town, purses=owner)) == [
        ("money", 0.0, 8.0, "raise it to 8 EUR"),
        ("money", 12.0, 20.0, "raise it to 20 EUR"),
        DROP,
    ]


def test_a_land_budget_tells_its_years():
    town = required_far()
    found = conflicts(over(town, land=land_ledger(town, 60)))
    assert found[0].words == (
        "the land budget 'soil' (consumption of natural land, 2026 to 2035) allows 60 m2; "
        "the required hub on Far (far) needs 100 m2"
    )
    assert found[0].relaxation == "raise it to 100 m2"


def test_net_zero_needs_as_much_given_back_as_is_taken():
    town = required_far(renaturation=park(70))
    assert told(over(town, land=land_ledger(town, 0, metric=(NET,)))) == [
        ("land", 0.0, 30.0, "raise it to 30 m2"),
        ("renaturation", 70.0, 100.0, "raise it to 100 m2"),
        DROP,
    ]


def test_what_is_given_back_too_late_does_not_count():
    town = required_far(renaturation=park(500, years=6))
    found = told(over(town, land=land_ledger(town, 0, metric=(NET,))))
    remedy = "let it start at once and count in its first period"
    assert ("renaturation", None, None, remedy) in found


def test_a_stay_longer_than_the_site_is_free_names_both():
    town = required_hub()
    town = over(
        town,
        ground=ground(town, free_until_year=(2030, 9999)),
        timing=timed(town, minimum_stay_years=(8, 0, 0, 0)),
    )
    assert told(town) == [
        ("time", 2030.0, 2035.0, "raise it to 2035"),  # periods end in 2030 and 2035
        ("time", 8.0, 5.0, "lower it to 5 years"),
        DROP,
    ]


def test_a_delay_beyond_the_horizon_is_named():
    town = required_hub()
    town = over(town, timing=timed(town, build_years=(7, 0, 0, 0)))
    assert told(town) == [("time", 7.0, 5.0, "lower it to 5 years"), DROP]


def test_another_use_and_a_required_hub_cannot_have_the_same_site():
    town = required_hub(uses=health(500))  # two sites of 400 m2
    assert told(town) == [("uses", 500.0, 400.0, "lower it to 400 m2"), DROP]


@pytest.mark.parametrize(
    ("premises_m", "families"),
    [
        (np.inf, ["firms", "firms", "quotas"]),  # jobs, the firm that bears no neighbour
        (800.0, ["firms", "firms", "firms", "quotas"]),  # and the distance of a move
    ],
)
def test_a_firm_in_the_way_names_its_jobs_and_how_far_it_could_move(premises_m, families):
    found = conflicts(required_hub(firms=forge(premises_m)))
    assert [item.family for item in found] == families
    assert found[0].words.startswith("at most 5 jobs may be lost, of 8")
    assert found[0].relaxation == "raise it to 8 jobs"


def test_one_pavilion_cannot_stand_in_two_places():
    town = with_horizon(stated(village(sites=(0, 1)), REQUIRED), pavilions=pavilions(1))
    found = told(town)
    assert found == [("pavilions", 1.0, 2.0, "raise it to 2 pavilions"), DROP, DROP]


def test_a_pavilion_that_may_not_move_cannot_follow_the_free_years():
    town = with_horizon(stated(village(sites=(0, 1)), REQUIRED), pavilions=pavilions(1))
    years = ground(town, free_until_year=(2030, 9999), free_from_year=(0, 2031))
    found = told(over(town, ground=years))
    assert found[:2] == [
        ("pavilions", 1.0, 2.0, "raise it to 2 pavilions"),
        ("pavilions", 0.0, 1.0, "raise it to 1 move"),
    ]


def test_a_quota_of_a_later_year_says_from_when():
    town = with_horizon(quota(village(sites=(0, 1)), Kind.MICRO_HUB, at_least=3))
    found = conflicts(over(town, quota_first_year=ints(2031)))
    assert "at least 3 open of the kind micro hub from 2031" in found[0].words
    assert found[0].relaxation == "lower it to 2"


def test_the_whole_model_explains_what_the_openings_alone_cannot_see():
    # three firms of 70 m2 fit one to a level of 100 m2: 140 of 200 m2, split at will 200
    firms = [(70, 1, 1, 0, False, 9, True)] * 3
    town = designed(village(designs=(HOTEL,), tenants=firms), let_share_min=[0, 0, 0.9, 0])
    town = with_horizon(stated(town, REQUIRED))
    assert conflicts(town) == ()
    found = conflict_in_whole_programme(town, build_datas(town))
    assert [(item.family, item.relaxation) for item in found] == [
        ("floors", "lower it to 70%"),
        ("quotas", "drop the requirement"),
    ]


@pytest.mark.slow
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    opening=st.integers(0, 45),
    grant=st.integers(0, 30),
    owed=st.integers(0, 30),
    soil=st.integers(0, 120),
    stay=st.integers(0, 12),
)
def test_every_relaxation_gives_a_verified_programme(opening, grant, owed, soil, stay):
    town = with_horizon(stated(village(sites=(0, 1)), REQUIRED))
    owner = purse(
        town, opening, grant_eur=np.array([[0, grant]], dtype=np.int64),
        borrow_max_eur=whole(owed), debt_end_max_eur=whole(owed),
        interest_rate=np.array([0.01]), pays_running=np.array([True]),
    )  # fmt: skip
    town = over(
        town,
        purses=owner,
        land=land_ledger(town, soil),
        timing=timed(town, minimum_stay_years=(stay, 0, 0, 0)),
    )
    result = engine.solve(town, LIMITS)
    findings = programme_findings(town, build_datas(town))
    assert (result.solution.outcome.status == "infeasible") == bool(findings)
    for item in findings:
        if item.loosened is not None:
            assert engine.solve(item.loosened, LIMITS).verified
