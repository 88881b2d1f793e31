"""Bounds of nodes are bounds, settled sites are settled rightly, the tree ends at the optimum."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.location.uncapacitated.benders import Root
from optimizer.location.uncapacitated.branch import branch
from optimizer.location.uncapacitated.cutoff import cutoff_of
from optimizer.location.uncapacitated.data import uncapacitated
from optimizer.location.uncapacitated.fixing import shrunk
from optimizer.location.uncapacitated.node import (
    CLOSED,
    FREE,
    OPEN,
    climb,
    lists_of,
    value_of,
)
from optimizer.location.uncapacitated.proof import prove, second_nearest
from tests.location.uncapacitated_cases import free_state, problem_of, record_of, room, values

CASES = [(seed, p) for seed in range(12) for p in (None, 1, 3, 5)]


def bound_in_numpy(data, u, state):
    """Return the Lagrangian bound by its formula; every count between the limits is tried."""
    customers, sites = data.shape
    cost = np.full((customers, sites), np.inf)
    cost[np.repeat(np.arange(customers), np.diff(data.start)), data.site] = data.cost
    rho = data.fixed + np.minimum(cost - u[:, None], 0.0).sum(axis=0)
    opened = rho[state == OPEN].sum()
    free = np.sort(rho[state == FREE])
    settled = int((state == OPEN).sum())
    totals = [
        opened + free[:count].sum()
        for count in range(len(free) + 1)
        if data.at_least <= count + settled <= data.at_most
    ]
    return u.sum() + min(totals)


@pytest.mark.parametrize(("seed", "p"), CASES)
def test_one_evaluation_equals_the_formula(seed, p):
    data = uncapacitated(problem_of(seed, p=p, whole=False))
    rng = np.random.default_rng(seed)
    least, most = (
        np.array([f(part) for part in np.split(data.cost, data.start[1:-1])])
        for f in (np.min, np.max)
    )
    u = least + rng.random(data.shape[0]) * (most - least)
    state = free_state(data)
    expected = bound_in_numpy(data, u, state)
    share = np.zeros(data.shape[1])
    bound = climb(lists_of(data), room(data), state, u.copy(), share, np.inf, 1, 4)
    assert bound == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("seed", "p"), CASES)
def test_a_climb_never_passes_the_best_plan_of_its_node(seed, p):
    data = uncapacitated(problem_of(seed, p=p))
    rng = np.random.default_rng(seed)
    state = free_state(data)
    state[rng.integers(0, data.shape[1])] = rng.choice([OPEN, CLOSED])
    best = min(values(data, state).values())
    u, share = second_nearest(data), np.zeros(data.shape[1])
    bound = climb(lists_of(data), room(data), state, u, share, best + 0.5, 200, 20)
    assert bound <= best + 1e-9
    assert share.min() >= 0.0
    assert share.max() <= 1.0 + 1e-12


@pytest.mark.parametrize(("seed", "p"), CASES)
def test_sites_are_settled_as_in_every_plan_below_the_cutoff(seed, p):
    data = uncapacitated(problem_of(seed, p=p))
    found = values(data)
    cutoff = sorted(set(found.values()))[min(2, len(set(found.values())) - 1)] - 0.25
    state = free_state(data)
    u, share = second_nearest(data), np.zeros(data.shape[1])
    bound = climb(lists_of(data), room(data), state, u, share, cutoff, 200, 20)
    better = [np.array(chosen) for chosen, value in found.items() if value < cutoff]
    assert bool(better) or np.isinf(bound) or bound <= min(found.values())
    for opened in better:
        assert not np.isinf(bound)
        assert opened[state == OPEN].all()
        assert not opened[state == CLOSED].any()


@pytest.mark.parametrize(("seed", "p"), CASES)
def test_the_tree_ends_at_the_optimum(seed, p):
    record, data = record_of(problem_of(seed, p=p), threads=1)
    root = Root(second_nearest(data), free_state(data), np.zeros(data.shape[1]), -np.inf)
    assert branch(record, data, root)
    assert record.plan.objective == record.bound == min(values(data).values())


@pytest.mark.parametrize(("seed", "p"), CASES)
def test_the_whole_proof_ends_at_the_optimum_of_real_costs(seed, p):
    record, data = record_of(problem_of(seed, p=p, whole=False))
    prove(record, data)
    best = min(values(data).values())
    assert record.plan.objective == pytest.approx(best, rel=1e-6)
    assert record.bound <= best * (1.0 + 1e-9)
    assert record.stop_reason() == "proof"


@pytest.mark.parametrize("seed", range(8))
def test_lists_that_end_early_give_a_valid_bound_and_are_completed(seed):
    problem = problem_of(seed, p=2)
    _, whole = record_of(problem)
    best = min(values(whole).values())
    short = uncapacitated(problem, 3)
    state = free_state(short)
    u, share = second_nearest(short), np.zeros(short.shape[1])
    bound = climb(lists_of(short), room(short), state, u, share, np.inf, 100, 20)
    assert bound <= best + 1e-9
    full, _ = shrunk(problem, short, Root(u, state, share, bound))
    for name in ("start", "site", "cost", "beyond", "site_start", "site_customer", "site_cost"):
        assert np.array_equal(getattr(full, name), getattr(whole, name)), name


def test_closed_sites_leave_the_data_and_the_root():
    problem = problem_of(3, p=2)
    data = uncapacitated(problem)
    state = free_state(data)
    state[:3] = CLOSED, OPEN, CLOSED
    root = Root(second_nearest(data), state, np.arange(7.0), 0.0)
    smaller, left = shrunk(problem, data, root)
    assert list(smaller.site_id) == [1, 3, 4, 5, 6]
    assert list(left.share) == [1.0, 3.0, 4.0, 5.0, 6.0]
    assert list(smaller.required) == [True, False, False, False, False]
    assert values(smaller, left.state).keys() == {
        (True, *(rank == k for rank in range(4))) for k in range(4)
    }


@pytest.mark.parametrize("seed", range(6))
def test_the_value_of_a_plan_equals_the_table(seed):
    data = uncapacitated(problem_of(seed))
    for chosen, value in list(values(data).items())[::17]:
        assert value_of(lists_of(data), np.array(chosen)) == pytest.approx(value, rel=1e-12)


def test_the_cutoff_is_the_next_better_whole_number():
    record, data = record_of(problem_of(1, p=3))
    assert record.plan.objective - 1.0 < cutoff_of(record, data) < record.plan.objective - 0.9
    record.plan = None
    assert cutoff_of(record, data) == np.inf
