"""The bound with the rules of hotels: never above the best plan, at it where packing decides."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from optimizer.core.limits import Budget, Cancel, Limits, silent
from optimizer.siting.bounding import (
    Effort,
    bare_worth,
    climb_on,
    climbed,
    integer_bound,
    pack_types,
    price_tenants,
    promising_types,
    start_bounding,
    with_tenants,
)
from optimizer.siting.city import build_city
from optimizer.siting.criteria import objective_of
from optimizer.siting.data import build_data
from optimizer.siting.decomposition import solve_city
from optimizer.siting.mip import solve_whole
from optimizer.siting.stacking.pricing import first_multipliers, priced_types
from optimizer.siting.tenancy import build_tenancy, tenancy_at
from tests.builders import grid_problem
from tests.hotels import busy_hotels
from tests.siting.stacking.brute_worth import best
from tests.siting.stacking.hand import firm, hotels
from tests.siting.stacking.small import small_building
from tests.siting.village import BASELINE_EUR

EFFORT = Effort(None, 200, 1e-6, 0, Cancel())


def bounding_of(problem):
    data = build_data(problem)
    city = build_city(problem, data)
    return start_bounding(problem, data, city, build_tenancy(problem, data, city))


def climb_to_the_end(bounding, calls=12):
    """Return the bound after every call."""
    told = []
    while len(told) < calls and not climbed(bounding):
        climb_on(bounding, 0.0)
        told.append(bounding.cost)
    return told


def polish(bounding):
    """Pack every type of hotel exactly and keep the rows in integers."""
    leaf = bounding.worst
    packed = pack_types(bounding, leaf, promising_types(bounding, leaf, np.inf), EFFORT)
    bare, hotel = bare_worth(bounding, leaf)
    integer_bound(bounding, leaf, with_tenants(leaf, bare, hotel, packed), -1e300, EFFORT)
    return bounding.cost


def town(seed, firms):
    """Return three cheap hotel sites with every rule in use."""
    problem = grid_problem(
        columns=5, rows=5, points=0, sites=3, firms=firms, purse_eur=10**9, seed=seed
    )
    designs, sites = problem.designs, problem.sites
    hotel = designs.kind == 1
    pairs = [(site, design) for site in range(3) for design in np.flatnonzero(hotel)]
    problem = problem.replace(
        sites=sites.replace(
            area_m2=sites.area_m2 + 1500,
            price_eur_m2=np.full(3, 40),
            noisy_allowed=np.ones(3, dtype=bool),
        ),
        designs=designs.replace(
            build_eur=np.where(hotel, designs.build_eur // 40, designs.build_eur),
            running_eur_year=np.where(hotel, 500.0, designs.running_eur_year),
            let_share_min=np.where(hotel, 0.05, 0.0),
        ),
        levels=problem.levels.replace(area_m2=problem.levels.area_m2 // 2),
        options=problem.options.replace(
            site=np.array([site for site, _ in pairs], dtype=np.int32),
            design=np.array([design for _, design in pairs], dtype=np.int32),
            status=np.zeros(len(pairs), dtype=np.int8),
        ),
    )
    return busy_hotels(problem, seed)


@cache
def busy_town(seed):
    """Return a town, the cost of its best plan and the number of its tenants."""
    problem = town(seed, 7)
    data = build_data(problem)
    best = solve_whole(problem, data, Budget(Limits(time_s=20.0, gap=1e-6)), silent)
    return problem, objective_of(data, best.plan), int((best.plan.tenant_option >= 0).sum())


SEEDS = (2, 8)


def test_the_towns_have_tenants():
    assert sum(busy_town(seed)[2] for seed in SEEDS) >= 3


@pytest.mark.parametrize("seed", SEEDS)
def test_no_step_of_the_bound_passes_the_best_plan(seed):
    problem, best, _ = busy_town(seed)
    bounding = bounding_of(problem)
    told = [*climb_to_the_end(bounding), polish(bounding)]
    assert max(told) <= best + 1e-6 * abs(best) + 1e-6
    assert told == sorted(told)


@pytest.mark.parametrize("seed", SEEDS)
def test_any_prices_of_rules_give_a_bound(seed):
    problem, best, _ = busy_town(seed)
    bounding = bounding_of(problem)
    climb_on(bounding, 0.0, rounds=1)
    leaf, rng = bounding.worst, np.random.default_rng(seed)
    first = first_multipliers(bounding.relaxed)
    rows = bounding.relaxed.own
    random = first._replace(
        rows=rows,
        own=rng.uniform(0.0, 2.0, len(rows)),
        shared=rng.uniform(0.0, 1.0, len(first.shared)),
        roof=rng.uniform(0.0, 5.0, len(first.roof)),
        supply=rng.uniform(0.0, 40.0, first.supply.shape),
        demand=rng.uniform(0.0, 40.0, first.demand.shape),
    )
    leaf.tenancy = tenancy_at(bounding.relaxed, random)
    assert polish(bounding) <= best + 1e-6 * abs(best) + 1e-6


def test_a_programme_of_tenants_beats_steps():
    problem = town(8, 40)
    stepped, priced = bounding_of(problem), bounding_of(problem)
    climb_on(stepped, 0.0)
    climb_on(priced, 0.0)
    while priced.worst.programme is not None or not np.isfinite(priced.worst.priced_at):
        price_tenants(priced, priced.worst)
        priced.tighten(priced.worst, priced.worst.ascent.best_saving)
    assert priced.cost > stepped.cost


@pytest.mark.parametrize("seed", range(0, 60, 4))
def test_the_bound_of_a_small_building_is_never_above_brute_force(seed):
    problem, option = small_building(seed)
    by_hand = best(problem, option)
    if by_hand is None or problem.options.count > 1:
        by_hand = np.inf
    bounding = bounding_of(problem)
    climb_to_the_end(bounding, calls=4)
    assert polish(bounding) <= BASELINE_EUR + by_hand + 1e-5


def test_whole_firms_on_whole_levels_close_the_gap_by_packing():
    problem = hotels(firm(60), firm(60), firm(60), firm(55), firm(30))
    data = build_data(problem)
    best = solve_whole(problem, data, Budget(Limits(time_s=10.0, gap=1e-9)), silent)
    answer = solve_city(problem, data, Budget(Limits(work=1500, threads=1, gap=1e-4)), silent)
    assert answer.bound == pytest.approx(objective_of(data, best.plan), abs=0.01)
    assert objective_of(data, answer.plan) == pytest.approx(objective_of(data, best.plan))


def test_tenants_that_are_not_there_weigh_nothing():
    problem, _, _ = busy_town(2)
    gone = problem.replace(tenants=problem.tenants.replace(area_m2=np.zeros(7, dtype=np.int64)))
    bounding = bounding_of(gone)
    climb_on(bounding, 0.0)
    value, *_ = priced_types(bounding.relaxed, first_multipliers(bounding.relaxed))
    assert not value.any()
    assert np.isfinite(bounding.cost)
