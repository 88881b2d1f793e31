"""Interchange: tables kept move by move equal those made anew; plans are local optima."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.core.costs import CostLists
from optimizer.location.problem import make_problem
from optimizer.location.uncapacitated import swap
from optimizer.location.uncapacitated.data import full_plan, restricted, uncapacitated
from optimizer.location.uncapacitated.tables import COUNT


def instance(seed, *, customers=9, sites=7, fixed=0, blocked=0.0, at_least=0, at_most=None):
    rng = np.random.default_rng(seed)
    cost = rng.integers(0, 30, (customers, sites)).astype(float)
    cost[rng.random(cost.shape) < blocked] = np.inf
    weight = rng.integers(1, 5, customers).astype(float)
    opening = rng.integers(0, fixed + 1, sites).astype(float)
    return make_problem(
        "fixed_charge",
        cost,
        weight=weight,
        fixed_cost=opening,
        at_least=at_least,
        at_most=at_most,
        required=[1] if seed % 3 == 0 else [],
        forbidden=[2] if seed % 4 == 0 else [],
    )


def tables(data, pairs, chosen):
    """Gain, loss, extra and value by their definitions, over dense costs."""
    customers, sites = data.shape
    dense = np.full((customers, sites), np.inf)
    dense[np.repeat(np.arange(customers), np.diff(data.start)), data.site] = data.cost
    ranked = np.sort(np.column_stack([dense[:, chosen], pairs.away, pairs.away]), axis=1)
    ranked = np.minimum(ranked, pairs.away[:, None])
    near, beyond = ranked[:, 0], ranked[:, 1]
    gain = np.maximum(near[:, None] - dense, 0.0).sum(axis=0)
    loss, extra = np.zeros(len(chosen)), np.zeros((len(chosen), sites))
    for i in range(customers):
        if not np.isfinite(dense[i, chosen]).any():
            continue
        k = int(np.flatnonzero(dense[i, chosen] == near[i])[0])
        loss[k] += beyond[i] - near[i]
        extra[k] += np.maximum(beyond[i] - np.maximum(dense[i], near[i]), 0.0)
    return gain, loss, extra, near.sum() + data.fixed[chosen].sum()


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_tables_after_many_moves_equal_their_definitions(seed):
    data = uncapacitated(instance(seed, fixed=20, blocked=0.3 * (seed % 2)))
    pairs = swap.pairs_of(data)
    search = swap.begin(data, pairs, seed)
    swap.construct(pairs, search, 100)
    swap.perturb(pairs, search, 10, 3)
    count = search.tally[COUNT]
    chosen = search.opened[:count]
    gain, loss, extra, value = tables(data, pairs, chosen)
    again = swap.begin(data, pairs)
    swap.place(pairs, again, chosen.copy())
    assert np.allclose(search.gain, gain)
    assert search.value[0] == pytest.approx(value)
    assert np.allclose(again.gain, gain)
    # of two open sites at the same cost either may count as the nearest, so compare per swap
    profit = extra - loss[:, None] + gain
    kept = search.extra[:count] - search.loss[:count, None] + search.gain
    anew = again.extra[:count] - again.loss[:count, None] + again.gain
    closed = np.setdiff1d(np.arange(data.shape[1]), chosen)
    assert np.allclose(kept[:, closed], profit[:, closed])
    assert np.allclose(anew[:, closed], profit[:, closed])


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_no_add_drop_or_swap_improves_a_plan_after_the_descent(seed):
    problem = instance(seed, fixed=25, at_least=1, at_most=4)
    data = uncapacitated(problem)
    pairs = swap.pairs_of(data)
    search = swap.begin(data, pairs)
    swap.construct(pairs, search, 100)
    swap.descend(pairs, search, 100)
    chosen = set(swap.open_sites(search).tolist())
    value = full_plan(problem, data, swap.open_sites(search)).objective
    assert value == pytest.approx(search.value[0])
    free = set(range(data.shape[1])) - chosen
    bound = {j for j in chosen if not data.required[j]}
    trials = [chosen - {r} | {f} for r in bound for f in free]
    trials += [chosen | {f} for f in free if len(chosen) < data.at_most]
    trials += [chosen - {r} for r in bound if len(chosen) > data.at_least]
    for trial in trials:
        other = full_plan(problem, data, np.array(sorted(trial), dtype=np.int32))
        assert other is None or other.objective >= value - 1e-6


def test_kicks_never_leave_a_worse_plan_and_keep_counts_and_required_sites():
    data = uncapacitated(instance(3, customers=40, sites=20, fixed=10, at_least=3, at_most=5))
    pairs = swap.pairs_of(data)
    search = swap.begin(data, pairs, 7)
    swap.construct(pairs, search, 100)
    swap.descend(pairs, search, 100)
    value = search.value[0]
    for _ in range(20):
        swap.perturb(pairs, search, 3, 4)
        assert search.value[0] <= value + 1e-9
        value = search.value[0]
        assert 3 <= search.tally[COUNT] <= 5
        assert 1 in swap.open_sites(search)


def test_moving_to_other_sites_and_back_changes_nothing():
    data = uncapacitated(instance(5, customers=30, sites=15, at_least=4, at_most=4))
    pairs = swap.pairs_of(data)
    search = swap.begin(data, pairs)
    swap.construct(pairs, search, 100)
    here, value = swap.open_sites(search), search.value[0]
    there = np.zeros(15, dtype=np.bool_)
    there[[0, 3, 8, 14]] = True
    swap.move_to(pairs, search, there)
    assert swap.open_sites(search).tolist() == [0, 3, 8, 14]
    back = np.zeros(15, dtype=np.bool_)
    back[here] = True
    swap.move_to(pairs, search, back)
    assert swap.open_sites(search).tolist() == here.tolist()
    assert search.value[0] == pytest.approx(value)


def test_same_seed_finds_the_same_plan():
    data = uncapacitated(instance(8, customers=60, sites=30, at_least=6, at_most=6))
    pairs = swap.pairs_of(data)
    found = []
    for _ in range(2):
        search = swap.begin(data, pairs, 11)
        swap.construct(pairs, search, 100)
        swap.perturb(pairs, search, 30, 4)
        found.append((search.value[0], swap.open_sites(search).tolist()))
    assert found[0] == found[1]


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_lists_by_site_hold_the_same_pairs_as_lists_by_customer(seed):
    data = uncapacitated(instance(seed, blocked=0.3), 4)
    by_customer = {
        (i, int(data.site[e]), data.cost[e])
        for i in range(data.shape[0])
        for e in range(data.start[i], data.start[i + 1])
    }
    by_site = {
        (int(data.site_customer[e]), j, data.site_cost[e])
        for j in range(data.shape[1])
        for e in range(data.site_start[j], data.site_start[j + 1])
    }
    assert by_customer == by_site


class Hidden:
    """Costs that only tell nearest lists and columns, as a travel engine does."""

    def __init__(self, table):
        self.table = table
        self.shape = table.shape

    def lists(self, nearest=None):
        problem = make_problem("p_median", self.table)
        return problem.costs.lists(nearest)

    def columns(self, sites):
        return self.table[:, sites]


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), nearest=st.integers(1, 4))
def test_plans_on_short_lists_are_evaluated_in_full(seed, nearest):
    rng = np.random.default_rng(seed)
    table = rng.integers(0, 30, (8, 6)).astype(float)
    table[rng.random(table.shape) < 0.2] = np.inf
    weight = rng.integers(0, 4, 8).astype(float)
    problem = make_problem("p_median", Hidden(table), weight=weight, forbidden=[5])
    data = uncapacitated(problem, nearest)
    sites = rng.choice(5, 2, replace=False).astype(np.int32)
    plan = full_plan(problem, data, sites)
    served = table[:, sites].min(axis=1)
    if np.isinf(served).any():
        assert plan is None
    else:
        assert plan.objective == (weight * served).sum()
        assert np.array_equal(table[np.arange(8), plan.assign], served)


def test_restricted_data_keep_the_numbers_of_the_problem():
    table = np.array([[1.0, 5.0, 9.0], [9.0, 5.0, 1.0]])
    problem = make_problem("fixed_charge", table, fixed_cost=[1.0, 2.0, 3.0])
    data = restricted(uncapacitated(problem), np.array([False, True, True]))
    plan = full_plan(problem, data, np.array([1], dtype=np.int32))
    assert plan.open.tolist() == [2]
    assert plan.objective == 9.0 + 1.0 + 3.0


def test_cheapest_size_of_a_site_counts():
    from optimizer.core.location import Sizes

    sizes = Sizes(
        site=np.array([0, 0, 1], dtype=np.int32),
        fixed_cost=np.array([7.0, 4.0, 5.0]),
        capacity=np.full(3, np.inf),
        min_use=np.zeros(3),
    )
    problem = make_problem("fixed_charge", np.ones((2, 2)), sizes=sizes)
    data = uncapacitated(problem)
    assert data.fixed.tolist() == [4.0, 5.0]
    plan = full_plan(problem, data, np.array([0], dtype=np.int32))
    assert plan.size.tolist() == [1]


def test_what_cannot_be_served_or_counted_is_impossible():
    alone = make_problem("p_median", np.array([[1.0, 2.0], [np.inf, np.inf]]), at_most=1)
    assert uncapacitated(alone).impossible
    many = make_problem("p_median", np.ones((2, 3)), at_least=4)
    assert uncapacitated(many).impossible
    must = make_problem("p_median", np.ones((2, 3)), required=[0, 1], at_most=1)
    assert uncapacitated(must).impossible
    assert not uncapacitated(make_problem("p_median", np.ones((2, 3)), at_most=1)).impossible


def test_costs_of_lists_given_as_lists_are_kept():
    lists = CostLists(
        np.array([0, 2, 3]),
        np.array([1, 0, 1], dtype=np.int32),
        np.array([2.0, 3.0, 4.0]),
        np.array([np.inf, np.inf]),
        2,
    )
    data = uncapacitated(make_problem("p_median", lists, weight=[2.0, 1.0], at_most=1))
    assert data.cost.tolist() == [4.0, 6.0, 4.0]
    assert data.whole
