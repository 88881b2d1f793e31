"""Street costs are the tables that plain searches give, however they are worked out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.core.costs import DenseCosts
from optimizer.core.refusal import Refusal
from optimizer.travel import StreetCosts, heap, merge_customers, nearest, prepared
from optimizer.travel.costs import copy_columns, settle_ties
from optimizer.travel.nearest import nearest_sites
from optimizer.travel.sweep import fan
from optimizer.travel.weights import quickest, shortest
from tests.travel.towns import by_dijkstra, grid, ints, town


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("FAUBOURG_CACHE_DIR", str(tmp_path))
    prepared.forget()


def table_of(costs):
    """All pairs by scipy, shape (n, m), inf where not allowed."""
    graph = (quickest if costs.unit == "s" else shortest)(costs.arcs, costs.node_count)
    every = np.arange(costs.node_count)
    weight = by_dijkstra(graph, every)
    travel = np.where(np.isfinite(weight), np.floor(weight / 2**24), np.inf)
    customer, site = costs.customer_node, costs.site_node
    there, back = travel[np.ix_(site, customer)].T, travel[np.ix_(customer, site)]
    table = {"to_customer": there, "from_customer": back, "round_trip": there + back}
    whole = np.array(table[costs.direction])
    whole[customer < 0], whole[:, site < 0] = np.inf, np.inf
    if costs.cutoff is not None:
        whole[whole > costs.cutoff] = np.inf
    return np.expm1(whole * costs.decay) if costs.decay else whole**costs.power


def assert_lists_are_of(lists, table, nearest):
    """Costs of each list are those of the table; only ties at the end may differ by site."""
    full = DenseCosts(table).lists(nearest)
    np.testing.assert_array_equal(lists.start, full.start)
    np.testing.assert_allclose(lists.cost, full.cost, rtol=1e-12)
    np.testing.assert_allclose(lists.beyond, full.beyond, rtol=1e-12)
    np.testing.assert_allclose(lists.cost, table[lists.customer, lists.site], rtol=1e-12)
    key = np.lexsort((lists.site, lists.cost, lists.customer))
    np.testing.assert_array_equal(key, np.arange(len(key)))
    pairs = lists.customer.astype(np.int64) * table.shape[1] + lists.site
    assert len(np.unique(pairs)) == len(pairs)


@settings(deadline=None, max_examples=80)
@given(
    st.integers(0, 10**6),
    st.sampled_from(["to_customer", "from_customer", "round_trip"]),
    st.sampled_from(["s", "m"]),
    st.none() | st.integers(0, 25),
    st.none() | st.integers(0, 20),
    st.sampled_from([{}, {"power": 2.0}, {"decay": 0.1}]),
    st.booleans(),
)
def test_street_costs_are_those_of_plain_searches(
    seed, direction, unit, cutoff, nearest, transform, ready
):
    rng = np.random.default_rng(seed)
    arcs, nodes = town(seed, 60, 3.0), 60
    costs = StreetCosts(
        arcs,
        nodes,
        ints(rng.integers(-1, nodes, 40)),
        ints(rng.integers(-1, nodes, 20)),
        direction=direction,
        unit=unit,
        cutoff=cutoff,
        **transform,
    )
    prepared.forget()
    if ready:
        prepared.hierarchy_of(costs.graph)
    table = table_of(costs)
    assert_lists_are_of(costs.lists(nearest), table, nearest)
    asked = ints(rng.integers(0, 20, 7))
    np.testing.assert_allclose(costs.columns(asked), table[:, asked], rtol=1e-12)
    reach = float(np.median(table[np.isfinite(table)])) if np.isfinite(table).any() else 1.0
    near = np.where(table <= reach * (1 + 1e-12), table, np.inf)
    assert_lists_are_of(costs.within(reach * (1 + 1e-12)), near, None)
    whole = costs.lists()
    assert whole.complete
    np.testing.assert_allclose(whole.columns(asked), table[:, asked], rtol=1e-12)


def test_one_sweep_of_lists_equals_the_lists_of_every_node():
    nodes = 900
    graph = quickest(grid(30), nodes)
    sites = ints(np.random.default_rng(2).choice(nodes, 60))
    ways = fan(prepared.hierarchy_of(graph), ints(np.arange(nodes)))
    weight = by_dijkstra(graph, sites).T
    for most in (1, 7, 60):
        start, site, far = nearest_sites(ways, sites, most, 1e300)
        order = np.argsort(weight, axis=1, kind="stable")[:, :most]
        expected = np.take_along_axis(weight, order, axis=1)
        np.testing.assert_array_equal(np.diff(start), np.isfinite(expected).sum(axis=1))
        np.testing.assert_array_equal(far, expected[np.isfinite(expected)])
        np.testing.assert_array_equal(site, order[np.isfinite(expected)])


def test_the_sweep_of_lists_is_the_same_compiled_or_not(monkeypatch):
    graph = quickest(town(8, 40, 3.0), 40)
    ways = fan(prepared.hierarchy_of(graph), ints(np.arange(40)))
    sites = ints([3, 3, 17, -1, 30, 9])
    fast = nearest_sites(ways, sites, 3, 8.0 * 2**24)
    for module in (nearest, heap):
        for name, value in list(vars(module).items()):
            if hasattr(value, "py_func"):
                monkeypatch.setattr(module, name, value.py_func)
    slow = nearest_sites(ways, sites, 3, 8.0 * 2**24)
    for one, other in zip(fast, slow, strict=True):
        np.testing.assert_array_equal(one, other)


def test_equally_near_sites_come_by_number():
    start, site = np.array([0, 4, 6]), ints([9, 5, 7, 1, 3, 2])
    travel = np.array([4, 4, 4, 6, 1, 1])
    for run in (settle_ties, settle_ties.py_func):
        ordered = site.copy()
        run(start, ordered, travel)
        assert ordered.tolist() == [5, 7, 9, 1, 2, 3]


def test_columns_are_copied_the_same_compiled_or_not():
    rank, lane, column = np.array([1, -1, 0]), np.array([1, 0]), np.array([0, 2])
    for run in (copy_columns, copy_columns.py_func):
        table = np.full((3, 3), np.inf)
        run(np.array([[1.0, 2.0], [3.0, 4.0]]), rank, lane, column, table)
        assert table.tolist() == [[4, np.inf, 3], [np.inf] * 3, [2, np.inf, 1]]


def test_a_hub_that_is_quick_to_leave_may_be_slow_to_reach():
    arcs = town(0, 2).replace(
        tail=ints([0, 1, 2]), head=ints([1, 2, 0]), time_s=ints([5, 1, 1]), length_m=ints([9, 3, 3])
    )
    there = StreetCosts(arcs, 3, ints([1]), ints([0]))
    assert there.columns(ints([0])).tolist() == [[5.0]]
    assert there.replace(direction="from_customer").columns(ints([0])).tolist() == [[2.0]]
    assert there.replace(direction="round_trip", unit="m").lists().cost.tolist() == [15.0]


def test_an_exponential_beyond_all_numbers_allows_no_pair():
    arcs = grid(4)
    costs = StreetCosts(arcs, 16, ints(np.arange(16)), ints([0]), decay=1000.0)
    lists = costs.lists()
    assert lists.customer.tolist() == np.flatnonzero(np.isfinite(costs.columns(ints([0])))).tolist()
    assert lists.cost.tolist() == [0.0]


@pytest.mark.parametrize(
    "wrong", [{"direction": "up"}, {"unit": "km"}, {"power": 0.0}, {"decay": -1.0}]
)
def test_what_has_no_meaning_is_refused(wrong):
    with pytest.raises(Refusal, match="F222"):
        StreetCosts(grid(2), 4, ints([0]), ints([1]), **wrong)


def test_lists_that_outgrow_the_memory_are_refused():
    costs = StreetCosts(grid(5), 25, ints(np.arange(25)), ints(np.arange(25)), memory_gb=1e-6)
    with pytest.raises(Refusal, match="F221"):
        costs.lists()


def test_customers_at_one_node_become_one():
    merged = merge_customers(ints([4, 2, 4, -1]), np.array([1.0, 2, 3, 4]), np.ones(4))
    assert merged.node.tolist() == [-1, 2, 4]
    assert merged.row.tolist() == [2, 1, 2, 0]
    assert merged.amounts.tolist() == [[4.0, 2.0, 4.0], [1.0, 1.0, 2.0]]


def test_nobody_merges_into_nobody():
    merged = merge_customers(ints([]), np.zeros(0))
    assert (len(merged.node), len(merged.row), merged.amounts.shape) == (0, 0, (1, 0))


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 10**6))
def test_merged_customers_cost_what_they_cost_apart(seed):
    rng = np.random.default_rng(seed)
    arcs, sites = town(seed, 30, 4.0), ints(rng.integers(0, 30, 4))
    node, weight = ints(rng.integers(-1, 30, 80)), rng.integers(1, 9, 80).astype(float)
    merged = merge_customers(node, weight)
    apart = StreetCosts(arcs, 30, node, sites).columns(ints(np.arange(4)))
    together = StreetCosts(arcs, 30, merged.node, sites).columns(ints(np.arange(4)))
    np.testing.assert_array_equal(apart, together[merged.row])
    finite = np.isfinite(apart).all(axis=1)
    assert weight[finite] @ apart[finite] == pytest.approx(
        merged.amounts[0][np.isfinite(together).all(axis=1)]
        @ together[np.isfinite(together).all(axis=1)]
    )
