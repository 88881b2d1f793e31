"""The bound by units and moves never passes the optimum, and sees what periods apart do not."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.seeded_hotels import hotels_problem
from optimizer.programmes import build_datas
from optimizer.siting.horizon.bounding import climb_by_units, climb_years, start_years
from optimizer.siting.horizon.unit_bound import start_units
from optimizer.siting.horizon.whole import years_of
from optimizer.siting.unit_bound import climb_units
from tests.siting.horizon.cases import optimum
from tests.siting.horizon.test_tenants_over_years import EMPTY, hotel_town, hybrid, rivals


def climbed_years(problem, *, little=False):
    """Return years, and their bounding when prices have climbed, or one round each."""
    years = years_of(problem, build_datas(problem))
    bounding = start_years(years)
    while not bounding.climbed and not (little and bounding.cost is not None):
        climb_years(bounding, [0.0] * len(years.parts), hurried=little)
    return years, bounding


def by_units(problem, rounds=400):
    """Return the bounds of periods apart and by units."""
    years, bounding = climbed_years(problem)
    apart = bounding.cost
    for rank in range(rounds):
        if not climb_by_units(years, bounding, rank / rounds, 1.0):
            break
    return apart, bounding.cost


def test_leaving_a_hotel_costs_in_the_bound_too():
    apart, bound = by_units(rivals(between=1))
    assert apart == pytest.approx(EMPTY - (90 + 100) / 2, abs=0.1)
    assert bound == pytest.approx(EMPTY - 90, abs=0.1)  # the optimum


def test_a_hybrid_unit_is_fitted_out_in_the_bound_too():
    apart, bound = by_units(hybrid(100, 0))
    assert apart == pytest.approx(EMPTY - (60 + 100) / 2, abs=0.1)
    # half of 10 EUR a year in the first period: offices of the second one pay nothing
    assert EMPTY - 80 + 4.9 <= bound <= EMPTY - 80 + 10


@pytest.mark.parametrize("seed", [0, 8])
def test_no_prices_of_tenants_moves_and_rules_pass_the_optimum(seed):
    problem = hotel_town(seed)
    years, bounding = climbed_years(problem, little=True)
    best, _ = optimum(problem)
    state = start_units(years, bounding)
    assert state is not None
    rng, prices = np.random.default_rng(seed), state.prices
    assert prices.stay.shape[0] == prices.same.shape[0] == 1
    climb_units(state, 0.0)
    for _ in range(3):
        state.prices = prices._replace(
            stay=rng.uniform(0.0, 1.0, prices.stay.shape) * state.upper[0],
            same=rng.uniform(0.0, 1.0, prices.same.shape) * state.upper[1],
            tenant=[part * rng.uniform(0.5, 1.5, part.shape) for part in prices.tenant],
            rules=[
                type(one)(*(rng.uniform(0.0, 0.2, part.shape) for part in one))
                for one in prices.rules
            ],
        )
        climb_units(state, 0.0)
    for rank in range(60):
        climb_units(state, rank / 60)
    assert state.cost <= best + 1e-6 * abs(best)


def test_a_unit_is_the_same_spot_in_every_period():
    problem = hotels_problem(5, 20, 0, 2)
    years = years_of(problem, build_datas(problem))
    number = np.bincount(problem.levels.design, minlength=problem.designs.count)
    high = number[problem.options.design] == number.max()
    datas = [
        data.replace(forbidden=data.forbidden | (high & (period == 0)))
        for period, data in enumerate(years.datas)
    ]
    years = years_of(problem, tuple(datas))
    bounding = start_years(years)
    while bounding.cost is None:
        climb_years(bounding, [0.0] * len(years.parts), hurried=True)
    state = start_units(years, bounding)
    assert state is not None
    known = {}
    widest = [int(np.bincount(one.units.type).max()) for one in state.periods]
    assert widest[0] < widest[1]
    for one in state.periods:
        houses = one.city.houses
        for spot, unit in zip(one.spot.tolist(), one.units.unit.tolist(), strict=True):
            kind = one.units.type[unit]
            house = one.city.types[kind].house
            local = unit - int(np.searchsorted(one.units.type, kind))
            row = int(houses.unit[houses.unit_start[house] + local])
            assert known.setdefault(spot, (one.group[kind], row)) == (one.group[kind], row)
    assert len(set(known.values())) == len(known)
