"""Lagrangian bounds: never above the optimum, also on short lists, and close to the linear one."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from optimizer.location.problem import make_problem
from optimizer.location.uncapacitated import lagrangian
from optimizer.location.uncapacitated.data import full_plan, uncapacitated


def instance(seed, customers=7, sites=6, at_least=1, at_most=3):
    rng = np.random.default_rng(seed)
    cost = rng.integers(0, 40, (customers, sites)).astype(float)
    fixed = rng.integers(-5, 30, sites).astype(float)
    return make_problem(
        "fixed_charge",
        cost,
        fixed_cost=fixed,
        at_least=at_least,
        at_most=at_most,
        required=[2] if seed % 3 == 0 else [],
    )


def optimum(problem):
    data = uncapacitated(problem)
    must = set(np.flatnonzero(data.required).tolist())
    plans = (
        full_plan(problem, data, np.array(chosen, dtype=np.int32))
        for count in range(max(data.at_least, 1), data.at_most + 1)
        for chosen in combinations(range(data.shape[1]), count)
        if must <= set(chosen)
    )
    return min(plan.objective for plan in plans)


def twin(data, u):
    """Return the bound at u by its definition."""
    customers, sites = data.shape
    rho = data.fixed.copy()
    for i in range(customers):
        for e in range(data.start[i], data.start[i + 1]):
            rho[data.site[e]] -= max(0.0, u[i] - data.cost[e])
    best = np.inf
    for count in range(data.at_least, data.at_most + 1):
        order = sorted(range(sites), key=lambda j: (not data.required[j], rho[j]))
        if count >= data.required.sum():
            best = min(best, rho[order[:count]].sum())
    return u.sum() + best, rho


def climbed(data, upper, iterations=400):
    relaxed = lagrangian.relaxed_of(data, upper)
    ascent = lagrangian.ascent_from(data, relaxed.floor)
    for _ in range(iterations // 20):
        lagrangian.climb(lagrangian.trimmed(relaxed, ascent.u), ascent, upper, 20)
    return ascent


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), nearest=st.integers(1, 6))
def test_bound_at_multipliers_equals_its_definition(seed, nearest):
    data = uncapacitated(instance(seed), nearest)
    relaxed = lagrangian.relaxed_of(data, 500.0)
    rng = np.random.default_rng(seed)
    u = np.clip(rng.uniform(0, 40, 7), relaxed.floor, relaxed.cap)
    ascent = lagrangian.ascent_from(data, u)
    bound, rho = twin(data, u)
    assert lagrangian.bound_at(relaxed, ascent) == pytest.approx(bound)
    assert np.allclose(ascent.rho, rho)
    assert lagrangian.bound_at(lagrangian.trimmed(relaxed, u), ascent) == pytest.approx(bound)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), nearest=st.integers(1, 6))
def test_bound_never_exceeds_the_optimum_however_short_the_lists(seed, nearest):
    problem = instance(seed)
    best = optimum(problem)
    data = uncapacitated(problem, nearest)
    ascent = climbed(data, best)
    assert ascent.control[lagrangian.BOUND] <= best + 1e-6
    assert twin(data, ascent.best)[0] == pytest.approx(ascent.control[lagrangian.BOUND])
    assert np.allclose(twin(data, ascent.best)[1], ascent.best_rho)


def linear_relaxation(problem):
    data = uncapacitated(problem)
    customers, sites = data.shape
    cost = np.asarray(problem.costs.cost)
    objective = np.concatenate([data.fixed, cost.ravel()])
    links = np.zeros((customers * sites, sites + customers * sites))
    for i in range(customers):
        for j in range(sites):
            links[i * sites + j, sites + i * sites + j] = 1.0
            links[i * sites + j, j] = -1.0
    counts = np.concatenate([np.ones(sites), np.zeros(customers * sites)])
    upper = np.vstack([links, counts, -counts])
    limit = np.concatenate([np.zeros(customers * sites), [data.at_most, -data.at_least]])
    serve = np.hstack([np.zeros((customers, sites)), np.kron(np.eye(customers), np.ones(sites))])
    bounds = [(float(must), 1.0) for must in data.required] + [(0.0, None)] * (customers * sites)
    answer = linprog(
        objective,
        A_ub=upper,
        b_ub=limit,
        A_eq=serve,
        b_eq=np.ones(customers),
        bounds=bounds,
    )
    return answer.fun


@pytest.mark.parametrize("seed", range(6))
def test_ascent_comes_within_half_a_percent_of_the_linear_relaxation(seed):
    problem = instance(seed, customers=25, sites=12, at_least=2, at_most=5)
    data = uncapacitated(problem)
    best = optimum(problem)
    linear = linear_relaxation(problem)
    bound = climbed(data, best, 2000).control[lagrangian.BOUND]
    assert bound <= linear + 1e-6
    assert bound >= linear - 0.005 * abs(linear)


def test_ascent_in_slices_with_the_same_start_is_the_same():
    data = uncapacitated(instance(4, customers=25, sites=12))
    bounds = [climbed(data, 400.0).control[lagrangian.BOUND] for _ in range(2)]
    assert bounds[0] == bounds[1]
