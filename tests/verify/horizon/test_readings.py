"""Where the rules over years could be read in two ways: what is meant, on one case each."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.core.horizon import Pavilions
from optimizer.core.kinds import OptionStatus
from optimizer.core.programme import resting
from optimizer.verify import check_programme, recompute_programme
from tests.horizon import ints, land_ledger, purse, whole, with_horizon
from tests.verify import town as t
from tests.verify.horizon import decades as d
from tests.verify.horizon.decades import altered, programme
from tests.verify.town import floats

STORE = -1


def plan(*options):
    """Return a plan of vans in which some options stand open."""
    opened = t.baseline_plan().open_option.copy()
    opened[list(options)] = True
    return t.baseline_plan().replace(open_option=opened)


def three_years(**parts):
    """Return the line town over three single years without interest."""
    problem = d.town()
    return with_horizon(problem, 3, 1, **{"purses": purse(problem, 0, 3), **parts})


def course(problem, *periods, **decisions):
    return recompute_programme(problem, resting(problem, periods).replace(**decisions))


def pavilions(number):
    return Pavilions(
        id=tuple(f"p{v}" for v in range(number)),
        design=np.full(number, d.PAVILION, dtype=np.int32),
        moves_max=np.full(number, 9, dtype=np.int32),
        move_eur=whole(1_000, 10_000)[:number],
        move_days=np.full(number, 73.0),
    )


MEADOW, YARD = t.MEADOW_PAVILION, t.YARD_PAVILION
HERE, THERE, NOTHING = plan(MEADOW), plan(YARD), plan()


def test_a_new_pavilion_is_built_also_where_another_one_stood():
    problem = three_years(pavilions=pavilions(2))
    stands = ints(MEADOW, YARD, YARD, STORE, MEADOW, MEADOW).reshape(2, 3)
    figures = course(problem, HERE, plan(MEADOW, YARD), plan(MEADOW, YARD), pavilion_option=stands)
    assert figures.cash["building"].tolist() == [[20_000, 20_000, 0]]
    assert figures.cash["moves"].tolist() == [[0, 1_000, 0]]


def test_a_pavilion_that_comes_back_from_store_is_moved_and_not_built():
    problem = three_years(pavilions=pavilions(1))
    stands = ints(MEADOW, STORE, MEADOW).reshape(1, 3)
    figures = course(problem, HERE, NOTHING, HERE, pavilion_option=stands)
    assert figures.cash["building"].tolist() == [[20_000, 0, 0]]
    assert figures.cash["moves"].tolist() == [[0, 0, 1_000]]


def test_a_pavilion_in_store_keeps_its_value_where_it_stood_last():
    problem = three_years(pavilions=pavilions(1))
    stands = ints(MEADOW, YARD, STORE).reshape(1, 3)
    figures = course(problem, HERE, THERE, NOTHING, pavilion_option=stands)
    assert figures.residual_eur.tolist() == [pytest.approx(20_000 * 17 / 20)]


def test_a_pavilion_that_closes_pays_for_closing_but_resells_no_building():
    problem = three_years(pavilions=pavilions(1))
    timing = problem.horizon.timing.replace(
        closing_share=np.full(6, 0.05), resale_share=np.full(6, 0.5)
    )
    problem = problem.replace(horizon=problem.horizon.replace(timing=timing))
    stands = ints(MEADOW, STORE, STORE).reshape(1, 3)
    figures = course(problem, HERE, NOTHING, NOTHING, pavilion_option=stands)
    assert figures.cash["closing"].tolist() == [[0, 1_000, 0]]
    assert figures.cash["resale"].tolist() == [[0, 0, 0]]


def test_a_move_longer_than_the_period_leaves_no_capacity():
    longer = d.part("pavilions").replace(move_days=floats(9_999))
    found = check_programme(altered("pavilions", move_days=longer.move_days), programme())
    words = [one.words for one in found if one.family == "throughput"]
    assert words == ["27.000000 parcels on the peak day pass through a capacity of 0"]


@pytest.mark.parametrize(
    ("temporary", "dismantlable", "used"),
    [
        ("counts", True, [300, 300, 300]),
        ("while_standing", True, [300, 0, 300]),
        ("free", True, [0, 0, 0]),
        ("counts", False, [300, 300, 300]),
        ("while_standing", False, [300, 300, 300]),
        ("free", False, [300, 300, 300]),
    ],
)
def test_soil_comes_back_from_what_can_be_taken_away_if_the_ledger_says_so(
    temporary, dismantlable, used
):
    problem = three_years()
    marks = problem.designs.dismantlable.copy()
    marks[d.PAVILION] = dismantlable
    problem = problem.replace(designs=problem.designs.replace(dismantlable=marks))
    land = land_ledger(problem, 0, temporary=(temporary,))
    problem = problem.replace(horizon=problem.horizon.replace(land=land))
    assert course(problem, HERE, NOTHING, HERE).land_used_m2.tolist() == [used]


@pytest.mark.parametrize(
    ("basis", "used"), [("footprint", [500, 800, 800]), ("parcel", [800, 800, 800])]
)
def test_a_parcel_counts_once_and_footprints_add_up(basis, used):
    problem = three_years()
    land = land_ledger(problem, 0, temporary=("while_standing",), basis=(basis,))
    problem = problem.replace(horizon=problem.horizon.replace(land=land))
    both = plan(MEADOW, t.MEADOW_BIG_HUB)
    figures = course(problem, plan(t.MEADOW_BIG_HUB), both, both)
    assert figures.land_used_m2.tolist() == [used]
    assert figures.criteria.land_consumption_m2 == {"inner": 0, "outer": 800}


def test_soil_consumed_before_a_ledger_begins_is_not_its_own():
    problem = three_years()
    land = land_ledger(problem, 0, first_year=ints(2027))
    problem = problem.replace(horizon=problem.horizon.replace(land=land))
    both = plan(MEADOW, t.MEADOW_BIG_HUB)
    figures = course(problem, HERE, HERE, both)
    assert figures.land_used_m2.tolist() == [[0, 0, 500]]


def test_facilities_that_exist_cost_and_consume_nothing_but_running():
    problem = three_years()
    status = problem.options.status.copy()
    status[[MEADOW, t.HALL_HOTEL]] = OptionStatus.EXISTING
    problem = problem.replace(options=problem.options.replace(status=status))
    running = problem.horizon.purses.replace(pays_running=np.array([True]))
    land = land_ledger(problem, 0)
    problem = problem.replace(horizon=problem.horizon.replace(purses=running, land=land))
    both = plan(MEADOW, t.HALL_HOTEL)
    figures = course(problem, both, both, both)
    assert figures.cash["running"].tolist() == [[3_000 + 1_000 + 100] * 3]
    spent = {line: row.sum() for line, row in figures.cash.items() if line != "running"}
    assert set(spent.values()) == {0}
    assert figures.land_used_m2.tolist() == [[0, 0, 0]]
    assert figures.residual_eur.tolist() == [0]


def test_clean_up_is_paid_once_and_not_for_what_takes_no_ground():
    problem = three_years()
    ground = problem.horizon.ground.replace(clean_up_eur=whole(1, 10, 100, 1_000, 10_000))
    problem = problem.replace(horizon=problem.horizon.replace(ground=ground))
    inside = plan(t.YARD_HUB_IN)
    figures = course(problem, inside, HERE, NOTHING)
    assert figures.cash["clean_up"].tolist() == [[0, 10, 0]]
    again = course(problem, HERE, NOTHING, HERE)
    assert again.cash["clean_up"].tolist() == [[10, 0, 0]]


def test_the_premium_of_a_long_lease_is_paid_and_not_got_back():
    problem = three_years()
    running = problem.horizon.purses.replace(pays_running=np.array([True]))
    problem = problem.replace(horizon=problem.horizon.replace(purses=running))
    leased = plan(t.KIOSK_LOCKER_L)
    figures = course(problem, leased, NOTHING, leased)
    assert figures.cash["purchases"].tolist() == [[6 * 300, 0, 6 * 300]]
    assert figures.cash["resale"].tolist() == [[0, 0, 0]]
    assert figures.cash["running"].tolist() == [[100 + 150 + 6 * 10, 100, 100 + 150 + 6 * 10]]
    assert figures.residual_eur.tolist() == [pytest.approx(2_000 * 9 / 10)]


def test_a_lost_job_weighs_from_its_loss_on_and_a_moved_one_does_not():
    firms = d.part("firms").replace(jobs=floats(3, 20, 4), job_lost_eur_year=900.0)
    problem = three_years(firms=firms)
    figures = course(problem, HERE, HERE, HERE, firm_leaves=ints(1, -1, 0))
    assert figures.jobs_lost == 7
    assert figures.criteria.terms["jobs_lost"] == pytest.approx(900 * (2 * 3 + 3 * 4) / 3)
    moved = course(
        problem, HERE, HERE, HERE, firm_leaves=ints(1, -1, 0), firm_premises=ints(0, -1, 0)
    )
    assert moved.jobs_lost == 0
    assert moved.cash["moves"].tolist() == [[700, 500, 0]]


def test_minimum_stay_ends_with_the_horizon():
    problem = three_years()
    timing = problem.horizon.timing
    timing = timing.replace(minimum_stay_years=np.full(6, 99, dtype=np.int32))
    problem = problem.replace(horizon=problem.horizon.replace(timing=timing))
    families = {
        one.where
        for one in check_programme(problem, resting(problem, (NOTHING, HERE, HERE)))
        if one.family == "time"
    }
    assert not [where for where in families if "meadow" in where]
    families = {
        one.where
        for one in check_programme(problem, resting(problem, (HERE, HERE, NOTHING)))
        if one.family == "time"
    }
    assert "pavilion on site meadow, period period 3" in families
