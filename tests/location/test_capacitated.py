"""Capacitated location with split demand: optimal, bounded, and honest about its limits."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.optimize import linprog

from optimizer import location
from optimizer.core.limits import Limits
from optimizer.location.capacitated import capacitated
from optimizer.location.problem import make_problem
from optimizer.location.split.choice import choose
from optimizer.location.split.conduct import root
from optimizer.location.split.evaluation import evaluate, tabulate
from optimizer.location.split.flows import push
from optimizer.location.split.layout import lay_out, resort
from optimizer.location.split.relaxation import serve, site_values
from tests.location.split_cases import (
    assert_feasible,
    assert_priced,
    choices,
    flow_cost,
    optimum,
    random_problem,
)


def town(customers, sites, seed=0):
    """Return a street-like town: cost = travel times demand, capacity five times demand."""
    rng = np.random.default_rng(seed)
    here, there = rng.uniform(0, 900, (customers, 2)), rng.uniform(0, 900, (sites, 2))
    demand = rng.integers(1, 9, customers).astype(float)
    travel = np.rint(np.abs(here[:, None] - there[None]).sum(axis=2))
    capacity = np.rint(rng.uniform(0.5, 1.5, sites) * 5 * demand.sum() / sites)
    return make_problem(
        "capacitated",
        travel * demand[:, None],
        demand=demand,
        capacity=capacity,
        fixed_cost=np.rint(rng.uniform(0.5, 1.5, sites) * 60 * demand.sum() / 5),
    )


def closed_sizes(layout):
    return np.zeros(len(layout.fixed), dtype=bool)


@pytest.mark.parametrize("seed", range(45))
def test_answer_equals_the_best_of_all_choices_of_sizes(seed):
    problem = random_problem(seed)
    best = optimum(problem)
    result = location.solve(problem, Limits(gap=0.0, work=20_000, threads=1))
    if np.isinf(best):
        assert (result.status, result.proof) == ("infeasible", "infeasible")
        return
    assert (result.status, result.proof) == ("plan", "optimal")
    np.testing.assert_allclose(result.objective, best, rtol=1e-6, atol=1e-6)
    assert result.bound <= best + 1e-6 * max(best, 1.0)
    assert_feasible(problem, result)
    assert_priced(problem, result)


def test_two_depots_share_the_customer_between_them():
    result = capacitated([[1.0, 3.0], [3.0, 1.0]], [4.0, 4.0], capacity=[6, 3], fixed_cost=2)
    assert result.open.tolist() == [0, 1]
    assert result.objective == pytest.approx(2 + 2 + 1 + 1 + 0.25 * 2)
    assert result.assign.tolist() == [0, -1]


def test_an_existing_site_is_open_and_free_of_its_fixed_cost():
    result = capacitated([[5.0, 1.0]], [1.0], capacity=2, fixed_cost=[100, 9], existing=[0])
    assert result.open.tolist() == [0]
    assert result.objective == pytest.approx(5.0)


def test_too_little_capacity_is_told_as_infeasible():
    assert capacitated([[1.0, 1.0]], [5.0], capacity=2).proof == "infeasible"


def test_bound_stays_below_the_plan_while_a_town_is_solved():
    seen = []
    result = location.solve(
        town(80, 20), Limits(gap=0.0, work=1_500, threads=1), listener=seen.append
    )
    values = [(step.bound, step.value) for step in seen if step.bound is not None and step.value]
    assert values
    assert all(bound <= result.objective * (1 + 1e-9) for bound, _ in values)
    assert all(later[0] >= sooner[0] for sooner, later in pairwise(values))
    assert_feasible(town(80, 20), result)
    assert_priced(town(80, 20), result)


def test_the_same_work_and_seed_give_the_same_answer():
    limits = Limits(gap=0.0, work=400, threads=1, seed=3)
    first, second = (location.solve(town(120, 30), limits) for _ in range(2))
    assert first.objective == second.objective
    assert first.bound == second.bound
    np.testing.assert_array_equal(first.open, second.open)
    assert first.statistics == second.statistics


@pytest.mark.parametrize("threads", [1, 2])
def test_half_a_second_gives_a_plan_and_a_bound(threads):
    problem = town(600, 60)
    result = location.solve(problem, Limits(gap=0.0, time_s=0.5, threads=threads))
    assert result.status == "plan"
    assert result.bound is not None
    assert result.bound <= result.objective
    assert_feasible(problem, result)
    assert_priced(problem, result)


def test_cut_lists_give_a_weaker_bound_that_still_holds():
    problem = town(60, 12)
    whole, cut = lay_out(problem), lay_out(problem, entries=60 * 3)
    assert not cut.complete
    u = root(whole).u * 1.3
    bounds = [relaxed(layout, np.minimum(u, layout.ceiling)) for layout in (whole, cut)]
    assert bounds[1] <= bounds[0] + 1e-6 or not np.array_equal(u, np.minimum(u, cut.ceiling))
    best = location.solve(problem, Limits(gap=0.0, work=300, threads=1)).objective
    assert max(bounds) <= best


def relaxed(layout, u):
    value, pick = np.zeros(len(layout.fixed)), np.zeros(layout.shape[1], dtype=np.int64)
    site_values(*relaxation(layout, u), closed_sizes(layout), value)
    return u.sum() + choose(
        value,
        layout.size_start,
        layout.most,
        layout.must.copy(),
        layout.total,
        layout.at_least,
        layout.at_most,
        pick,
    )


def relaxation(layout, u):
    return (
        layout.start,
        layout.customer,
        layout.cost,
        layout.demand,
        layout.base,
        layout.reference,
        u,
        layout.size_start,
        layout.fixed,
        layout.least,
        layout.most,
    )


def knapsack(layout, u, k):
    """Return v_k(u) and its shares by linear programming."""
    j = layout.size_site[k]
    pairs = slice(layout.start[j], layout.start[j + 1])
    who = layout.customer[pairs]
    demand = layout.demand[who]
    answer = linprog(
        layout.cost[pairs] - u[who],
        A_ub=[demand, -demand],
        b_ub=[layout.most[k], -layout.least[k]],
        bounds=(0, 1),
    )
    return layout.fixed[k] + answer.fun


@pytest.mark.parametrize("seed", [2, 3, 4, 6, 12, 22])
def test_site_values_are_continuous_knapsacks(seed):
    layout = lay_out(random_problem(seed))
    rng = np.random.default_rng(seed)
    u = rng.uniform(0, 30, layout.shape[0])
    for ordered in (layout, resort(layout, rng.uniform(0, 30, layout.shape[0]))):
        value = np.zeros(len(layout.fixed))
        site_values(*relaxation(ordered, u), closed_sizes(layout), value)
        twin = [knapsack(layout, u, k) for k in range(len(layout.fixed))]
        np.testing.assert_allclose(value, twin, atol=1e-7)


@pytest.mark.parametrize("seed", [2, 3, 6, 12])
def test_served_shares_are_those_of_the_site_values(seed):
    layout = lay_out(random_problem(seed))
    u = np.random.default_rng(seed).uniform(0, 30, layout.shape[0])
    value = np.zeros(len(layout.fixed))
    site_values(*relaxation(layout, u), closed_sizes(layout), value)
    for k, j in enumerate(layout.size_site):
        pick = np.full(layout.shape[1], -1, dtype=np.int64)
        pick[j] = k
        served, taken = np.zeros(layout.shape[0]), np.zeros(len(layout.cost))
        arrays = relaxation(layout, u)
        serve(*arrays[:7], layout.least, layout.most, pick, served, taken)
        reduced = layout.cost - u[layout.customer]
        np.testing.assert_allclose(layout.fixed[k] + taken @ reduced, value[k], atol=1e-7)
        np.testing.assert_allclose(served, np.bincount(layout.customer, taken, len(served)))


@pytest.mark.parametrize("seed", range(20))
def test_the_choice_of_sizes_is_bounded_by_its_best_cover_and_near_it(seed):
    problem = random_problem(seed)
    layout = lay_out(problem)
    value = np.random.default_rng(seed).uniform(-20, 30, len(layout.fixed))
    worth = {int(k): rank for rank, k in enumerate(layout.size_row)}
    best = np.inf
    for built in choices(problem):
        ranks = [worth[int(k)] for k in built if int(k) in worth]
        if len(ranks) == len(built) and layout.most[ranks].sum() >= layout.total * (1 - 1e-12):
            best = min(best, value[ranks].sum())
    pick = np.zeros(layout.shape[1], dtype=np.int64)
    bound = choose(
        value,
        layout.size_start,
        layout.most,
        layout.must.copy(),
        layout.total,
        layout.at_least,
        layout.at_most,
        pick,
    )
    assert bound <= best + 1e-9
    if problem.at_least == 0 and problem.at_most is None and np.isfinite(best):
        np.testing.assert_allclose(bound, best, atol=0.5)


@pytest.mark.parametrize("seed", range(12))
def test_flows_equal_linear_programming_from_any_prices(seed):
    problem = random_problem(3 * seed + 1)
    layout = lay_out(problem)
    table = tabulate(problem, layout, np.arange(layout.shape[1]))
    rng = np.random.default_rng(seed)
    row = {int(k): rank for rank, k in enumerate(layout.size_row)}
    for built in list(choices(problem))[:12]:
        if not len(built) or any(int(k) not in row for k in built):
            continue
        chosen = np.array([row[int(k)] for k in built])
        twin = flow_cost(problem, built)
        for price in (np.zeros(layout.shape[1]), rng.integers(-3, 9, layout.shape[1]) * 1.0):
            value = evaluate(table, layout, chosen, price)
            served = value is not None and value.short <= 1e-9
            assert served == bool(np.isfinite(twin))
            if served:
                np.testing.assert_allclose(value.cost, twin, rtol=1e-7, atol=1e-7)


def test_flows_between_three_sites_of_half_the_demand_equal_linear_programming_unless_halted():
    rng = np.random.default_rng(1)
    table, demand = rng.integers(0, 20, (8, 3)).astype(float), rng.integers(1, 6, 8) * 1.0
    table.flags.writeable = demand.flags.writeable = False
    cost = np.full((4, 4), np.inf)
    cost[:3, 3] = 0.0
    high = np.where(np.isfinite(cost), np.ceil(demand.sum() / 2), np.inf)
    arrays = (table, np.arange(3), demand, cost, np.zeros((4, 4)), high)
    value, amount, _ = push(*arrays, np.zeros(4), np.zeros(1, dtype=bool))
    halted = push(*arrays, np.zeros(4), np.ones(1, dtype=bool))[0]
    assert halted == np.inf
    answer = linprog(
        table.ravel(),
        A_ub=np.kron(np.ones(8), np.eye(3)),
        b_ub=high[:3, 3],
        A_eq=np.kron(np.eye(8), np.ones(3)),
        b_eq=demand,
    )
    np.testing.assert_allclose(value, answer.fun)
    np.testing.assert_allclose(amount.sum(axis=1), demand)
