"""Tenants that grow and move, and hybrid units that switch: what each costs changes the plan.

The village's hotel stands already (10 EUR a year) with units of 100 m2 on the ground and 60 m2
above; a tenant pays 1 EUR a m2. Two periods of five years without interest: each weighs a half,
and one EUR paid once is 0.1 EUR a year.
"""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.core.hotels import Space
from optimizer.core.kinds import Kind, OptionStatus
from optimizer.core.limits import Budget, Limits
from optimizer.engine import solve
from optimizer.programmes import build_datas
from optimizer.siting.baseline import baseline_plan
from optimizer.siting.horizon.housing import housed
from optimizer.siting.horizon.whole import years_of
from optimizer.siting.hotels import Effort
from tests.builders import grid_problem
from tests.horizon import periods, with_horizon
from tests.hotels import busy_hotels, with_hotels
from tests.siting.horizon.cases import optimum
from tests.siting.village import HOTEL, stated, village

EMPTY = 100.0 + 10.0
GROUND, ABOVE = 0, 1
MOVE = {"within": 0.0, "between": 0.0}


def firm(area):
    return (max(area, 1), 0, 0.0, 0, False, 9, True)


def standing(*paths, businesses=(), units=(), **rates):
    """Return the village's hotel with tenants whose areas in the two periods are `paths`."""
    problem = village(designs=(HOTEL,), tenants=[firm(max(path)) for path in paths])
    problem = stated(problem, OptionStatus.EXISTING)
    levels = problem.levels.replace(area_m2=np.array([100, 60]), load_kg_m2=np.array([500, 500]))
    problem = problem.replace(levels=levels)
    rates = {**MOVE, **rates}
    growth = {
        "area_m2": np.array(paths, dtype=np.int64).T.copy(),
        "stage": (("series",) * len(paths),) * 2,
        "move_within_eur_m2": float(rates["within"]),
        "move_between_eur_m2": float(rates["between"]),
    }
    problem = with_hotels(problem, growth=growth, businesses=dict(businesses), units=dict(units))
    factor = np.array([1.0, rates.get("build", 1.0)])
    return with_horizon(problem, periods=periods(2, 5, build_price_factor=factor))


def places(programme):
    """Return the unit of every tenant, one row per period."""
    return [plan.tenant_level.tolist() for plan in programme.plans]


def growing(**rates):
    """Return a tenant that grows out of the upper unit, and one that leaves the ground floor."""
    return standing((60, 100), (100, 0), **rates)


def test_a_tenant_grows_out_of_its_unit_and_moves_within_the_hotel():
    found, programme = optimum(growing())
    assert found == pytest.approx(EMPTY - (160 + 100) / 2)
    assert places(programme) == [[ABOVE, GROUND], [GROUND, -1]]


def test_a_move_within_costs_by_the_area_that_is_left():
    found, programme = optimum(growing(within=4))
    assert found == pytest.approx(EMPTY - 130 + 0.1 * 4 * 60)
    assert places(programme) == [[ABOVE, GROUND], [GROUND, -1]]


def test_a_dear_move_within_is_not_worth_the_start_above():
    # 0.1 * 6 * 60 = 36 EUR a year for the 30 that the first years bring
    found, programme = optimum(growing(within=6))
    assert found == pytest.approx(EMPTY - (100 + 100) / 2)
    assert places(programme) == [[-1, GROUND], [GROUND, -1]]


def rivals(**rates):
    """Return a tenant of 90 m2, and one of 100 m2 that comes later."""
    return standing((90, 90), (0, 100), **rates)


def test_a_tenant_gives_way_where_moving_away_is_cheap():
    found, programme = optimum(rivals())
    assert found == pytest.approx(EMPTY - (90 + 100) / 2)
    assert places(programme) == [[GROUND, -1], [-1, GROUND]]


def test_a_tenant_stays_where_moving_away_is_dear():
    found, programme = optimum(rivals(between=1))
    assert found == pytest.approx(EMPTY - 90)
    assert places(programme) == [[GROUND, -1], [GROUND, -1]]


def test_who_needs_no_space_any_more_leaves_for_nothing():
    found, _ = optimum(standing((90, 0), (0, 100), between=50, within=50))
    assert found == pytest.approx(EMPTY - (90 + 100) / 2)


def test_moving_within_may_cost_more_than_moving_away():
    # the same option and another unit is a move within, whatever it costs
    found, programme = optimum(growing(within=4, between=1))
    assert found == pytest.approx(EMPTY - 130 + 0.1 * 4 * 60)
    assert places(programme) == [[ABOVE, GROUND], [GROUND, -1]]


def hybrid(fit_out, switch, build=1.0):
    """Return a hybrid ground floor for a workshop of 60 m2 now and an office of 100 m2 later."""
    units = {
        "space": np.array([Space.HYBRID, Space.OFFICE], dtype=np.int8),
        "fit_out_eur": np.array([fit_out, 0]),
        "switch_eur": np.array([switch, 0]),
    }
    spaces = {"space": np.array([Space.WORKSHOP, Space.OFFICE], dtype=np.int8)}
    return standing((60, 0), (0, 100), businesses=spaces, units=units, build=build)


def test_a_hybrid_unit_is_a_workshop_first_and_an_office_later():
    found, programme = optimum(hybrid(0, 0))
    assert found == pytest.approx(EMPTY - (60 + 100) / 2)
    assert places(programme) == [[GROUND, -1], [-1, GROUND]]


def test_fit_out_is_paid_once_and_the_switch_back_at_the_prices_of_its_period():
    found, _ = optimum(hybrid(100, 100, build=1.5))
    assert found == pytest.approx(EMPTY - 80 + 0.1 * 100 + 0.1 * 150)


def test_a_dear_switch_keeps_the_workshop_out():
    found, programme = optimum(hybrid(100, 250))
    assert found == pytest.approx(EMPTY - 50)
    assert places(programme) == [[-1, -1], [-1, GROUND]]


def test_a_dear_fit_out_keeps_the_workshop_out():
    found, programme = optimum(hybrid(350, 0))
    assert found == pytest.approx(EMPTY - 50)
    assert places(programme) == [[-1, -1], [-1, GROUND]]


def decided(problem, others):
    """Return the second period's units, decided anew beside those of the first, `others`."""
    years = years_of(problem, build_datas(problem))
    plans = [
        baseline_plan(part, data).replace(
            tenant_option=np.where(np.array(level) < 0, -1, 0).astype(np.int32),
            tenant_level=np.array(level, dtype=np.int32),
        )
        for part, data, level in zip(years.parts, years.datas, others, strict=True)
    ]
    effort = Effort(None, 100, 1e-6, 0, Budget(Limits()).cancel)
    return housed(years, plans, 1, effort).tenant_level.tolist()


def test_a_period_decided_anew_keeps_tenants_where_moving_would_bring_less():
    # the later tenant brings 10 EUR more a year over five years, as 50 EUR paid once
    nobody = [-1, -1]
    assert decided(rivals(), [[GROUND, -1], nobody]) == [-1, GROUND]
    assert decided(rivals(between=0.5), [[GROUND, -1], nobody]) == [-1, GROUND]
    assert decided(rivals(between=0.6), [[GROUND, -1], nobody]) == [GROUND, -1]


def test_a_hybrid_unit_decided_anew_stays_a_workshop_where_the_switch_is_dear():
    was = [[GROUND, -1], [-1, -1]]
    assert decided(hybrid(100, 400), was) == [-1, GROUND]
    assert decided(hybrid(100, 600), was) == [-1, -1]


def hotel_town(seed):
    """Return a town over two periods with busy hotels, two of which stand already."""
    town = grid_problem(columns=5, rows=5, points=6, sites=5, firms=10, seed=seed)
    options = town.options
    hotel = np.flatnonzero(town.designs.kind[options.design] == Kind.PRODUCTIVE_HOTEL)
    _, first = np.unique(options.site[hotel], return_index=True)
    status = options.status.copy()
    status[hotel[first[:2]]] = OptionStatus.EXISTING
    designs = town.designs.replace(let_share_min=np.zeros(town.designs.count))
    town = town.replace(options=options.replace(status=status), designs=designs)
    return with_horizon(busy_hotels(town, seed, periods=2), 2)


@pytest.mark.parametrize("seed", [0, 8, 11, 13])
def test_figures_of_busy_hotels_over_years_are_those_of_the_checker(seed):
    found, programme = optimum(hotel_town(seed))
    assert found is not None
    assert all(plan.interiors is not None for plan in programme.plans)


def test_the_city_way_houses_tenants_and_keeps_every_rule():
    problem = hotel_town(0)
    result = solve(problem, Limits(work=1500, threads=1, gap=1e-3), method="decomposition")
    assert result.verified
    assert result.violations == ()
    plans = result.solution.programme.plans
    assert sum(int((plan.tenant_option >= 0).sum()) for plan in plans) > 0
    assert result.solution.outcome.bound <= optimum(problem)[0]
