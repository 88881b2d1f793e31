"""Cuts equal their formula, the master ends at the linear relaxation, the leftover at the plan."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.location.uncapacitated.benders import Root, cut_entries, relax, separate
from optimizer.location.uncapacitated.data import uncapacitated
from optimizer.location.uncapacitated.leftover import entries_left, finish, leftover
from optimizer.location.uncapacitated.node import CLOSED, OPEN, climb, lists_of
from optimizer.location.uncapacitated.proof import second_nearest
from optimizer.solvers import Builder, solve_lp, solve_milp
from tests.location.uncapacitated_cases import free_state, problem_of, record_of, room, values

CASES = [(seed, p) for seed in range(10) for p in (None, 1, 3, 5)]


def relaxation_value(data):
    """Value of the strong linear relaxation, written out in full."""
    customers, sites = data.shape
    customer = np.repeat(np.arange(customers), np.diff(data.start))
    builder = Builder()
    y = builder.add_columns(sites, cost=data.fixed)
    x = builder.add_columns(len(data.site), cost=data.cost)
    builder.add_rows(customers, (customer, x, 1.0), lower=1.0, upper=1.0)
    pairs = np.arange(len(x))
    builder.add_rows(len(x), (pairs, x, 1.0), (pairs, y[data.site], -1.0), upper=0.0)
    builder.add_rows(
        1, (np.zeros(sites, dtype=int), y, 1.0), lower=data.at_least, upper=data.at_most
    )
    return solve_lp(builder.build()).objective


def root_of(data, bound=-1e9):
    return Root(second_nearest(data), free_state(data), np.zeros(data.shape[1]), bound)


def climbed(record, data, steps=60):
    """Return a root after a short ascent that knows no cutoff, so that nothing is settled."""
    root = root_of(data)
    root.bound = climb(
        lists_of(data), room(data), root.state, root.u, root.share, np.inf, steps, 20
    )
    return root


@pytest.mark.parametrize(("seed", "p"), CASES)
def test_the_master_ends_at_the_linear_relaxation_by_our_own_arithmetic(seed, p):
    record, data = record_of(problem_of(seed, p=p, customers=25, sites=12, whole=False))
    expected = relaxation_value(data)
    root = relax(record, data, climbed(record, data))
    best = min(values(data).values())
    assert record.bound <= best * (1.0 + 1e-9)
    if np.isinf(root.bound):
        assert record.plan.objective == pytest.approx(best, rel=2e-6)
    else:
        assert root.bound >= expected - 0.02 * (record.plan.objective - expected) - 1e-6
        assert (
            (root.state == CLOSED) | (root.state == OPEN)
        ).any() or root.bound <= expected + 1e-6


@pytest.mark.parametrize("seed", range(6))
def test_the_tightest_cut_is_the_greatest_over_all_levels(seed):
    data = uncapacitated(problem_of(seed, whole=False))
    y = np.random.default_rng(seed).random(data.shape[1])
    level, value = separate(lists_of(data), y)
    for i, (first, last) in enumerate(zip(data.start[:-1], data.start[1:], strict=True)):
        site, cost = data.site[first:last], data.cost[first:last]
        cuts = [u - (np.maximum(u - cost, 0.0) * y[site]).sum() for u in cost]
        assert value[i] == pytest.approx(max(cuts), rel=1e-12)
        assert level[i] in cost


@pytest.mark.parametrize("seed", range(6))
def test_entries_of_cuts_are_what_a_level_exceeds_the_costs_by(seed):
    data = uncapacitated(problem_of(seed))
    rng = np.random.default_rng(seed)
    customer = rng.permutation(data.shape[0])[:5]
    level = rng.integers(0, 100, 5).astype(float)
    row, site, amount = cut_entries(lists_of(data), customer, level)
    table = np.zeros((5, data.shape[1]))
    table[row, site] = amount
    for k, i in enumerate(customer):
        expected = np.zeros(data.shape[1])
        part = slice(data.start[i], data.start[i + 1])
        expected[data.site[part]] = np.maximum(level[k] - data.cost[part], 0.0)
        assert np.array_equal(table[k], expected)


@pytest.mark.parametrize(("seed", "p"), CASES)
def test_the_leftover_programme_holds_every_plan_below_the_cutoff(seed, p):
    record, data = record_of(problem_of(seed, p=p))
    found = values(data)
    best = min(found.values())
    root = climbed(record, data, 30)
    slack = best + 1.0 - root.bound
    model = leftover(data, lists_of(data), root, slack)
    answer = solve_milp(model)
    assert answer.objective == pytest.approx(best, abs=1e-6)


@pytest.mark.parametrize(("seed", "p"), CASES)
def test_settled_sites_leave_the_programme_without_changing_its_value(seed, p):
    _, data = record_of(problem_of(seed, p=p))
    rng = np.random.default_rng(seed)
    root = root_of(data)
    if p != 1:
        root.state[rng.integers(0, data.shape[1])] = OPEN
    root.bound = climb(lists_of(data), room(data), root.state, root.u, root.share, np.inf, 30, 20)
    best = min(values(data, root.state).values())
    model = leftover(data, lists_of(data), root, best + 1.0 - root.bound)
    assert solve_milp(model).objective == pytest.approx(best, abs=1e-6)


@pytest.mark.parametrize(("seed", "p"), CASES)
def test_finishing_proves_the_optimum(seed, p):
    record, data = record_of(problem_of(seed, p=p))
    assert finish(record, data, climbed(record, data))
    assert record.plan.objective == record.bound == min(values(data).values())


def test_too_many_pairs_are_left_alone():
    record, data = record_of(problem_of(2, p=3))
    root = climbed(record, data)
    assert entries_left(record, data, root) > 5
    assert not finish(record, data, root, 5)


def test_a_level_that_nobody_reaches_ends_the_search():
    record, data = record_of(problem_of(4, p=5))
    root = root_of(data, record.plan.objective - 2.0)
    root.u[:] = -100.0
    assert np.isinf(leftover(data, lists_of(data), root, 1.0).offset)
