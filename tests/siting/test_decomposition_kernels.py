"""The kernels of the decomposition against plain numpy twins."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.core.limits import Cancel
from optimizer.siting.city import build_city
from optimizer.siting.criteria import objective_of
from optimizer.siting.data import build_data
from optimizer.siting.estimate import serve_all
from optimizer.siting.flows import best_flows, plan_of
from optimizer.siting.hotels import Effort, pack
from optimizer.siting.kernels import add_flows, option_values
from optimizer.siting.lagrangian import Look, Prices, evaluate
from optimizer.siting.starts import Start
from optimizer.siting.tenancy import build_tenancy, tenant_bound
from optimizer.siting.walks import begin_walk, make_moves
from optimizer.verify import check_plan
from tests.builders import grid_problem

PROBLEM = grid_problem(points=40, sites=14, firms=14, parcels_per_point=30.0, seed=8)
DATA = build_data(PROBLEM)
CITY = build_city(PROBLEM, DATA)
TENANCY = build_tenancy(PROBLEM, DATA, CITY)


def greedy(reach, choice, option, prices):
    """Return the best value of one option: fill by falling gain, at least the minimum."""
    links = slice(*reach.start[choice.site[option] :][:2])
    point, need = reach.point[links], reach.need[links]
    worth = reach.gain[links] - prices[0, point] - need * prices[1, point]
    worth = worth - choice.handling[option]
    order = np.argsort(-worth)
    value = filled = 0.0
    for at in order:
        least = max(choice.minimum[option] - filled, 0.0)
        room = reach.most[links][at] if worth[at] > 0 else min(reach.most[links][at], least)
        amount = min(room, choice.capacity[option] - filled)
        value, filled = value + worth[at] * amount, filled + amount
    return value


@given(seed=st.integers(0, 10_000), level=st.sampled_from([0.0, 0.3, 1.0, 3.0]))
@settings(deadline=None, max_examples=30)
def test_option_values_equal_a_greedy_fill(seed, level):
    rng = np.random.default_rng(seed)
    prices = rng.uniform(0, 300 * level + 1e-9, (2, CITY.point_count))
    for reach, start, options in (
        (CITY.bike, CITY.choice.hub_start, CITY.choice.hub_option),
        (CITY.pickup, CITY.choice.point_start, CITY.choice.point_option),
    ):
        out = np.zeros(DATA.option_count)
        cost = np.full(DATA.option_count, -np.inf)
        near = np.ones(CITY.site_count)
        option_values(reach, CITY.choice, (start, options, 0.0), prices, cost, near, out)
        twin = [greedy(reach, CITY.choice, option, prices) for option in options]
        np.testing.assert_allclose(out[options], twin, rtol=1e-9, atol=1e-6)


@given(seed=st.integers(0, 10_000))
@settings(deadline=None, max_examples=20)
def test_flows_of_an_option_are_worth_its_value(seed):
    rng = np.random.default_rng(seed)
    prices = rng.uniform(0, 200, (2, CITY.point_count))
    option = rng.choice(CITY.choice.hub_option)
    share, part = np.zeros((2, CITY.point_count)), np.zeros((2, CITY.point_count))
    weight = np.ones(DATA.option_count)
    add_flows(CITY.bike, CITY.choice, np.array([option]), prices, share, weight)
    add_flows(CITY.bike, CITY.choice, np.array([option]), prices, part, 0.25 * weight)
    links = slice(*CITY.bike.start[CITY.choice.site[option] :][:2])
    gain = np.zeros(CITY.point_count)
    gain[CITY.bike.point[links]] = CITY.bike.gain[links]
    value = float((gain - prices.sum(axis=0) - CITY.choice.handling[option]) @ share[0])
    assert np.isclose(value, greedy(CITY.bike, CITY.choice, option, prices))
    assert share[0].sum() <= CITY.choice.capacity[option] + 1e-9
    np.testing.assert_allclose(part, 0.25 * share)


@given(seed=st.integers(0, 10_000))
@settings(deadline=None, max_examples=10)
def test_the_bound_on_tenants_is_never_below_an_exact_packing(seed):
    price = np.random.default_rng(seed).uniform(0, 40_000, PROBLEM.tenants.count)
    worth = np.zeros(len(CITY.types))
    tenant_bound(TENANCY, price, worth, np.zeros(TENANCY.mask.shape))
    effort = Effort(None, 100, 1e-4, 0, Cancel())
    for rank, kind in enumerate(CITY.types[:2]):
        found = pack(PROBLEM, DATA, [kind], price, effort)
        if found is None or not np.isfinite(found.value):
            continue
        charged = found.value - price[found.hotel >= 0].sum()
        assert charged <= worth[rank] + 1e-6 * max(worth[rank], 1.0)
        assert charged <= found.upper


@given(seed=st.integers(0, 10_000))
@settings(deadline=None, max_examples=20)
def test_any_prices_bound_the_saving_of_any_flows(seed):
    rng = np.random.default_rng(seed)
    n, firms, rows = CITY.point_count, PROBLEM.tenants.count, len(CITY.rows.limit)
    prices = Prices(
        *(rng.uniform(0, 150, n) for _ in range(3)),
        rng.uniform(0, 40_000, firms),
        rng.uniform(0, 0.02, rows),
    )
    look = Look(np.ones(CITY.site_count), np.ones(CITY.site_count))
    bound = evaluate(CITY, TENANCY, prices, look).saving
    chosen = rng.choice(CITY.choice.point_option, 1)
    opened = np.zeros(DATA.option_count, dtype=bool)
    opened[chosen] = True
    flows = best_flows(PROBLEM, DATA, opened, minimum_use=False)
    assert bound >= -flows.value_eur - DATA.fixed_eur[opened].sum()


def test_the_estimate_of_flows_is_feasible_and_close():
    sites = CITY.site_count
    none = np.full(sites, -1, dtype=np.int64)
    hub, point = none.copy(), none.copy()
    for options, part, kind in (
        (CITY.choice.hub_option, hub, 1),
        (CITY.choice.point_option, point, 2),
    ):
        free = options[DATA.inside_m2[options] == 0][:: kind + 1]
        part[CITY.choice.site[free]] = free
    nobody = np.full(PROBLEM.tenants.count, -1, dtype=np.int64)
    start = Start(hub, none, point, nobody, nobody, 0.0, np.zeros(0, dtype=np.int64))
    moves = make_moves(PROBLEM, DATA, CITY, np.zeros(DATA.option_count), 0)
    walk = begin_walk(PROBLEM, DATA, CITY, start, moves)
    opened = walk.open_option(DATA.option_count)
    exact = -best_flows(PROBLEM, DATA, opened, minimum_use=False).value_eur
    estimate, _ = serve_all(walk.town, walk.opened, walk.lanes[0])
    assert estimate <= exact * (1 + 1e-9)
    assert estimate >= 0.9 * exact


def test_the_estimates_own_flows_make_a_plan_that_the_checker_accepts():
    options = CITY.choice.point_option[:4]
    sites = CITY.site_count
    none = np.full(sites, -1, dtype=np.int64)
    point = none.copy()
    point[CITY.choice.site[options]] = options
    nobody = np.full(PROBLEM.tenants.count, -1, dtype=np.int64)
    start = Start(none, none, point, nobody, nobody, 0.0, np.zeros(0, dtype=np.int64))
    moves = make_moves(PROBLEM, DATA, CITY, np.zeros(DATA.option_count), 0)
    walk = begin_walk(PROBLEM, DATA, CITY, start, moves)
    flows = walk.served(DATA.parcels_per_day)
    opened = walk.open_option(DATA.option_count)
    plan = plan_of(DATA, opened, flows, nobody, nobody)
    assert check_plan(PROBLEM, plan) == ()
    saved = DATA.constant_eur + DATA.fixed_eur[opened].sum() - objective_of(DATA, plan)
    assert np.isclose(saved, -flows.value_eur)


def scarce_walk(seed):
    """Return data, and a walk at few delivery points that points are near to and far from.

    A parcel of a point that walks far takes five times its allowance; some points fill two.
    """
    problem = grid_problem(points=60, sites=40, firms=2, parcels_per_point=60.0, seed=seed)
    data = build_data(problem)
    city = build_city(problem, data)
    none = np.full(city.site_count, -1, dtype=np.int64)
    point = none.copy()
    point[city.choice.site[city.choice.point_option[::8]]] = city.choice.point_option[::8]
    nobody = np.full(problem.tenants.count, -1, dtype=np.int64)
    start = Start(none, none, point, nobody, nobody, 0.0, np.zeros(0, dtype=np.int64))
    moves = make_moves(problem, data, city, np.zeros(data.option_count), 0)
    return problem, data, begin_walk(problem, data, city, start, moves)


@pytest.mark.parametrize("seed", range(4))
def test_the_estimate_is_close_where_delivery_points_are_scarce_and_walks_differ(seed):
    problem, data, walk = scarce_walk(seed)
    opened = walk.open_option(data.option_count)
    exact = -best_flows(problem, data, opened, minimum_use=False).value_eur
    estimate, _ = serve_all(walk.town, walk.opened, walk.lanes[0])
    assert 0.95 * exact <= estimate <= exact * (1 + 1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_flows_through_useful_links_are_no_worse_than_the_estimate_and_close_to_the_best(seed):
    problem, data, walk = scarce_walk(seed)
    opened = walk.open_option(data.option_count)
    exact = -best_flows(problem, data, opened, minimum_use=False).value_eur
    own = -walk.served(data.parcels_per_day).value_eur
    for ways, share in ((0, 0.0), (1, 0.0), (3, 0.9999)):
        keep = walk.useful_links(ways)
        kept = -best_flows(problem, data, opened, minimum_use=False, keep=keep).value_eur
        assert max(own, share * exact) <= kept * (1 + 1e-9)
