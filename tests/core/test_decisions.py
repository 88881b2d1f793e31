"""Which decisions cannot wait for the second period, and what openings cost where they are paid."""

from __future__ import annotations

import numpy as np

from optimizer.core import decisions as core
from optimizer.core.decisions import decisions, first_placements, paid, starts
from optimizer.core.horizon import Timing
from optimizer.core.programme import resting
from optimizer.core.timeline import period_problem
from optimizer.verify.horizon.case import Years
from optimizer.verify.horizon.decisions import decision_list
from optimizer.verify.paths import Paths
from tests.core.programmes import rich_problem, some_programme
from tests.horizon import ints, periods
from tests.verify.town import HALL_HOTEL, HALL_HUB, POST_LOCKER, baseline_plan, good_plan, town

PROBLEM = rich_problem(town())  # 2026 and 2031


def told(problem, programme):
    return [
        (one.what, one.subject, one.site, one.year, one.decide_by, one.now)
        for one in decisions(problem, programme)
    ]


def without_buildings(plan):
    """Return the plan with its pavilion taken off, so that only options of the hall move."""
    opened = plan.open_option.copy()
    opened[2] = False
    return plan.replace(open_option=opened)


def test_every_kind_of_decision_is_told_once():
    programme = some_programme(PROBLEM, (baseline_plan(), baseline_plan()))
    assert told(PROBLEM, programme) == [
        ("place", "P1", 1, 2026, 2026, True),
        ("firm_moves", "smith", 0, 2026, 2026, True),
        ("move", "P1", 4, 2031, 2031, False),
        ("use", "nature", 4, 2031, 2031, False),
        ("firm_closes", "wheel", 1, 2031, 2031, False),
        ("renature", "quay", -1, 2031, 2031, False),
    ]


def test_openings_and_closings_of_new_options_alone():
    plan = without_buildings(good_plan())
    assert plan.open_option[POST_LOCKER]  # exists, and is no decision
    later = resting(PROBLEM, (baseline_plan(), plan))
    sooner = resting(PROBLEM, (plan, baseline_plan()))
    assert [one.what for one in decisions(PROBLEM, later)] == [core.OPEN] * 3
    assert [one.what for one in decisions(PROBLEM, sooner)] == [core.OPEN] * 3 + [core.CLOSE] * 3
    assert not starts(PROBLEM, later)[0].any()
    assert [one.words for one in decisions(PROBLEM, later)] == ["can wait until 2031"] * 3
    assert {one.words for one in decisions(PROBLEM, sooner) if one.period == 0} == {"decide now"}


def test_what_takes_years_to_build_must_be_decided_before_its_period_begins():
    def with_years(build, clean):
        timing = PROBLEM.horizon.timing
        years = timing.build_years.copy()
        years[3] = build  # the hotel
        return PROBLEM.replace(
            horizon=PROBLEM.horizon.replace(
                periods=periods(3, 3),  # 2026, 2029, 2032
                timing=Timing(
                    timing.minimum_stay_years, years, timing.closing_share, timing.resale_share
                ),
                ground=PROBLEM.horizon.ground.replace(clean_up_years=ints(clean, 0, 0, 0, 0)),
                permits=np.repeat(PROBLEM.horizon.permits[:1], 3, axis=0),
            )
        )

    def hotel(build, clean, begins):
        problem = with_years(build, clean)
        plans = [baseline_plan()] * 3
        plans[begins:] = [without_buildings(good_plan())] * (3 - begins)
        # stands of pavilions have one column per period
        programme = resting(problem, tuple(plans))
        return next(one for one in decisions(problem, programme) if one.option == HALL_HOTEL)

    assert hotel(0, 0, 2).words == "can wait until 2032"
    assert hotel(2, 1, 2).words == "can wait until 2029"
    assert hotel(3, 1, 2).words == "decide now"
    assert hotel(1, 0, 1).words == "decide now"
    assert hotel(0, 0, 1).words == "can wait until 2029"


def test_clean_up_delays_only_what_stands_on_the_soil():
    ground = PROBLEM.horizon.ground.replace(clean_up_years=ints(3, 0, 0, 0, 0))
    problem = PROBLEM.replace(horizon=PROBLEM.horizon.replace(ground=ground))
    programme = resting(problem, (baseline_plan(), without_buildings(good_plan())))
    by_option = {one.option: one.decide_by for one in decisions(problem, programme)}
    assert by_option[HALL_HOTEL] == 2028
    assert by_option[HALL_HUB] == 2031  # inside the hotel, without a footprint


def test_land_is_paid_at_the_prices_of_the_period_and_a_pavilion_once():
    factors = np.array([1.0, 2.0])
    problem = PROBLEM.replace(
        horizon=PROBLEM.horizon.replace(
            periods=periods(2, 5, land_price_factor=factors, build_price_factor=factors)
        )
    )
    programme = some_programme(problem, (baseline_plan(), without_buildings(good_plan())))
    opened = programme.plans[0].open_option.copy()
    opened[2] = True
    moved = programme.plans[1].open_option.copy()
    moved[8] = True
    plans = (
        programme.plans[0].replace(open_option=opened),
        programme.plans[1].replace(open_option=moved),
    )
    programme = programme.replace(plans=plans)
    assert first_placements(programme).tolist() == [0, -1]
    first = paid(problem, period_problem(problem, 0), programme, 0)
    second = paid(problem, period_problem(problem, 1), programme, 1)
    designs, sites = problem.designs, problem.sites
    assert first[1].tolist() == [0, 0, int(designs.build_eur[1]), 0, 0, 0, 0, 0, 0, 0]
    assert second[1][8] == 0
    assert second[1][HALL_HOTEL] == 2 * designs.build_eur[3]
    assert second[0][HALL_HOTEL] == designs.footprint_m2[3] * 2 * sites.price_eur_m2[0]
    assert second[0][POST_LOCKER] == 0


def test_a_pavilion_that_goes_into_store_comes_from_its_site_as_the_checker_says():
    programme = some_programme(PROBLEM, (baseline_plan(), baseline_plan()))
    stands = programme.pavilion_option.copy()
    stands[0, 1] = -1
    stored = programme.replace(pavilion_option=stands)
    ours = [one for one in decisions(PROBLEM, stored) if one.what == core.STORE]
    assert [(one.subject, one.site, one.origin, one.year) for one in ours] == [("P1", 1, 1, 2031)]
    years = Years(PROBLEM, stored, Paths(PROBLEM.streets))
    theirs = [row for row in decision_list(years) if row["what"] == "store"]
    assert [row["origin"] for row in theirs] == [PROBLEM.sites.id[1]]
