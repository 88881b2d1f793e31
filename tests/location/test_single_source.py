"""Single-source location and the capacitated p-median against exact programmes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from optimizer.core.costs import DenseCosts
from optimizer.core.limits import Limits
from optimizer.core.location import Sizes
from optimizer.core.refusal import Refusal
from optimizer.location import capacitated_median, single_source, solve
from optimizer.location.assignment import branching, conduct
from optimizer.location.assignment.ascent import begin, evaluate
from optimizer.location.assignment.data import read
from optimizer.location.assignment.knapsack import knapsack
from optimizer.location.assignment.plans import make_plan
from optimizer.location.assignment.search import begin_search, cool, start_from
from optimizer.location.assignment.state import PENALTY, TOTAL
from optimizer.location.problem import make_problem
from optimizer.location.record import Record

EXACT = Limits(time_s=20.0, gap=0.0)


def draw(seed):
    """Return a small problem with every option drawn."""
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(3, 9)), int(rng.integers(2, 6))
    whole = bool(rng.random() < 0.7)
    cost = rng.integers(0, 30, (n, m)).astype(float) if whole else rng.random((n, m)) * 30
    demand = rng.integers(0, 9, n).astype(float) if whole else rng.random(n) * 9
    if rng.random() < 0.4:
        cost[rng.random((n, m)) < 0.2] = np.inf
    site = np.concatenate([np.arange(m), rng.integers(0, m, int(rng.integers(0, 4)))])
    room = demand.sum() / m * rng.uniform(0.6, 3.0, len(site))
    capacity = np.round(room) if whole else room
    if rng.random() < 0.1:
        capacity[:] = np.inf
    sizes = Sizes(
        site.astype(np.int32),
        rng.integers(0, 40, len(site)).astype(float),
        capacity,
        np.where(rng.random(len(site)) < 0.2, np.minimum(np.floor(room / 2), 20.0), 0.0),
    )
    median = bool(rng.random() < 0.4)
    at_most = int(rng.integers(1, m + 1)) if median or rng.random() < 0.3 else None
    at_least = at_most if median else int(rng.integers(0, 3))
    marks = rng.random(m)
    return make_problem(
        "capacitated_median" if median else "single_source",
        cost,
        weight=rng.integers(1, 4, n) if rng.random() < 0.5 else 1.0,
        demand=demand,
        sizes=sizes,
        required=np.flatnonzero(marks < 0.1).tolist(),
        forbidden=np.flatnonzero(marks > 0.9).tolist(),
        at_least=at_least,
        at_most=at_most,
    )


def exact(problem):
    """Return the optimum by a plain programme, None when there is no plan."""
    n, m = problem.costs.shape
    table = problem.weight[:, None] * problem.costs.columns(np.arange(m, dtype=np.int32))
    allowed = np.isfinite(table) & ~problem.forbidden[None]
    sizes = problem.sizes
    k = sizes.count
    priced = problem.kind == "single_source"
    cost = np.concatenate([sizes.fixed_cost * priced, np.where(allowed, table, 0.0).ravel()])
    big = problem.demand.sum()
    rows, low, high = [], [], []

    def add(row, least, most):
        rows.append(row)
        low.append(least)
        high.append(most)

    for i in range(n):
        row = np.zeros(k + n * m)
        row[k + i * m : k + (i + 1) * m] = 1
        add(row, 1, 1)
    for j in range(m):
        here = sizes.site == j
        load = np.zeros(k + n * m)
        load[k + j :: m] = problem.demand
        top, least, once = load.copy(), load.copy(), np.zeros(k + n * m)
        top[:k][here] = -np.minimum(sizes.capacity[here], big)
        least[:k][here] = -sizes.min_use[here]
        once[:k][here] = 1
        add(top, -np.inf, 1e-9)
        add(least, -1e-9, np.inf)
        add(once, float(problem.required[j]), float(not problem.forbidden[j]))
        for i in range(n):
            row = -once
            row[k + i * m + j] = 1
            add(row, -np.inf, 0)
    count = np.concatenate([np.ones(k), np.zeros(n * m)])
    add(count, problem.at_least, np.inf if problem.at_most is None else problem.at_most)
    upper = np.concatenate([np.ones(k), allowed.ravel().astype(float)])
    answer = milp(
        cost,
        constraints=LinearConstraint(np.array(rows), low, high),
        bounds=Bounds(0, upper),
        integrality=1,
        options={"mip_rel_gap": 0.0},
    )
    return None if answer.x is None else float(answer.fun)


def check(problem, answer):
    """Hold an answer to every rule of its problem."""
    sizes = problem.sizes
    assert np.all(sizes.site[answer.size] == answer.open)
    assert np.isin(answer.assign, answer.open).all()
    load = np.bincount(answer.assign, weights=problem.demand, minlength=len(problem.required))
    assert np.all(load[answer.open] <= sizes.capacity[answer.size] + 1e-6)
    assert np.all(load[answer.open] >= sizes.min_use[answer.size] - 1e-6)
    assert np.isin(np.flatnonzero(problem.required), answer.open).all()
    assert not problem.forbidden[answer.open].any()
    assert len(answer.open) >= problem.at_least
    assert problem.at_most is None or len(answer.open) <= problem.at_most
    table = problem.costs.columns(np.arange(problem.costs.shape[1], dtype=np.int32))
    cost = float((problem.weight * table[np.arange(len(load := answer.assign)), load]).sum())
    if problem.kind == "single_source":
        cost += float(sizes.fixed_cost[answer.size].sum())
    assert answer.objective == pytest.approx(cost, rel=1e-9, abs=1e-9)
    assert answer.bound <= answer.objective


@given(st.integers(0, 10**6), st.booleans())
@settings(max_examples=30, deadline=None, derandomize=True)
def test_the_optimum_of_small_problems_with_every_option_is_found_and_proven(seed, tiny):
    problem = draw(seed)
    best = exact(problem)
    with pytest.MonkeyPatch.context() as patch:
        if not tiny:  # all of bound, search and branching, although a programme would do
            patch.setattr(conduct, "FEW_PAIRS", 0)
            patch.setattr(branching, "LEAF_PAIRS", 8)
        answer = solve(problem, EXACT)
    if best is None:
        assert answer.status == answer.proof == "infeasible"
        return
    assert answer.proof == "optimal"
    assert answer.objective == pytest.approx(best, rel=1e-6, abs=1e-6)
    check(problem, answer)


def town(seed=0, customers=120, sites=24):
    """Return costs, demand and capacity of a mid-size problem."""
    rng = np.random.default_rng(seed)
    here, there = rng.random((customers, 2)), rng.random((sites, 2))
    cost = np.round(1000 * np.hypot(*(here[:, None] - there[None]).transpose(2, 0, 1)))
    demand = rng.integers(1, 20, customers).astype(float)
    return cost, demand, np.full(sites, np.ceil(demand.sum() / 8))


def test_the_same_work_and_seed_give_the_same_answer():
    cost, demand, capacity = town()
    limits = Limits(work=250, gap=0.0, threads=1)
    first, second = (single_source(cost, demand, capacity, 3000.0, limits=limits) for _ in range(2))
    assert first.objective == second.objective
    assert first.bound == second.bound
    assert np.array_equal(first.assign, second.assign)


def test_a_short_time_limit_still_gives_a_plan_and_a_bound():
    cost, demand, capacity = town(customers=400, sites=60)
    answer = capacitated_median(cost, 10, demand, capacity, limits=Limits(time_s=0.5, gap=0.0))
    assert answer.status == "plan"
    assert 0 < answer.bound <= answer.objective


def test_lists_that_are_cut_off_still_bound_the_whole_problem():
    cost, demand, capacity = town(customers=18, sites=8)
    whole = single_source(cost, demand, 2 * capacity, 2000.0, limits=EXACT)
    cut = single_source(
        DenseCosts(cost).lists(4), demand, 2 * capacity, 2000.0, limits=Limits(work=200, gap=0.0)
    )
    assert whole.proof == "optimal"
    assert cut.bound <= whole.objective <= cut.objective


def test_an_existing_site_is_open_and_free():
    cost, demand, capacity = town(customers=20, sites=6)
    answer = single_source(cost, demand, 2 * capacity, 1e5, existing=[2], limits=EXACT)
    free = answer.objective - 1e5 * (len(answer.open) - 1)
    assert 2 in answer.open
    assert free == cost[np.arange(20), answer.assign].sum()


def test_a_knapsack_is_worth_its_best_subset():
    rng = np.random.default_rng(4)
    for count in (1, 5, 11):
        profit, weight = rng.random(count) + 0.01, rng.integers(0, 9, count).astype(float)
        order = np.argsort(-profit / np.maximum(weight, 1e-9))
        profit, weight = profit[order], weight[order]
        subsets = (np.arange(2**count)[:, None] >> np.arange(count)) & 1
        best = (subsets @ profit)[subsets @ weight <= 13.0].max()
        inside, chosen = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
        for run in (knapsack, knapsack.py_func):
            value = run(profit, weight, count, 13.0, inside, chosen, 10**6)
            assert value == pytest.approx(best, rel=1e-9)
            assert profit[chosen].sum() == pytest.approx(best, rel=1e-9)
            assert weight[chosen].sum() <= 13.0


def test_the_dual_value_is_what_plain_enumeration_of_sites_gives():
    cost, demand, capacity = town(seed=3, customers=9, sites=5)
    problem = make_problem(
        "single_source", cost, demand=demand, capacity=capacity * 3, fixed_cost=400.0, at_most=3
    )
    instance = read(problem)
    multiplier = np.random.default_rng(0).random(9) * 900
    subsets = (np.arange(2**9)[:, None] >> np.arange(9)) & 1
    fits = subsets @ demand <= capacity[0] * 3
    value = [400.0 - (subsets @ (multiplier - cost[:, j]))[fits].max() for j in range(5)]
    ladder = np.sort(value)
    least = min(ladder[:count].sum() for count in range(instance.at_least, 4))
    ascent = begin(instance, multiplier)
    assert evaluate(ascent, multiplier) == pytest.approx(multiplier.sum() + least)
    assert evaluate(ascent, multiplier, sharp=True) == pytest.approx(multiplier.sum() + least)


def test_the_running_total_of_a_search_is_the_cost_of_its_plan():
    cost, demand, capacity = town(seed=5, customers=40, sites=10)
    problem = make_problem(
        "single_source", cost, demand=demand, capacity=2 * capacity, fixed_cost=900.0
    )
    instance = read(problem)
    search = begin_search(instance, 1e4, 3)
    start_from(search, np.full(40, -1, dtype=np.int32), np.ones(10, dtype=bool))
    found = cool(search, 30_000, 1.0, 0.01, Record(problem, Limits(work=10**6)), 0.3)
    state = search.state
    load = np.bincount(state.assign, weights=demand, minlength=10)
    lack = np.maximum(load - 2 * capacity * (1 + 1e-9), 0.0)[state.opened]
    plain = cost[np.arange(40), state.assign].sum() + 900.0 * state.opened.sum()
    assert state.figures[TOTAL] == pytest.approx(plain + state.figures[PENALTY] * lack.sum())
    best = make_plan(problem, instance, state.best_assign, state.best_opened)
    assert found == pytest.approx(best.objective)


def test_a_problem_beyond_the_memory_limit_is_refused_before_it_is_read():
    limits = Limits(time_s=5, memory_gb=1e-6)
    with pytest.raises(Refusal, match="F705"):
        single_source(np.ones((30, 20)), np.ones(30), 10.0, limits=limits)
