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
from optimizer.location import capacitated_median, single_source, solve
from optimizer.location.assignment import branching, conduct
from optimizer.location.problem import make_problem

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
@settings(max_examples=60, deadline=None, derandomize=True)
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
    limits = Limits(work=400, gap=0.0, threads=1)
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
    cost, demand, capacity = town(customers=60, sites=20)
    whole = single_source(cost, demand, capacity, 2000.0, limits=EXACT)
    cut = single_source(
        DenseCosts(cost).lists(8), demand, capacity, 2000.0, limits=Limits(work=3000, gap=0.0)
    )
    assert cut.bound <= whole.objective <= cut.objective


def test_an_existing_site_is_open_and_free():
    cost, demand, capacity = town(customers=20, sites=6)
    answer = single_source(cost, demand, 2 * capacity, 1e5, existing=[2], limits=EXACT)
    free = answer.objective - 1e5 * (len(answer.open) - 1)
    assert 2 in answer.open
    assert free == cost[np.arange(20), answer.assign].sum()
