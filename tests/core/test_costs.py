"""Dense tables and sorted lists say the same, and cut-off lists say how much they leave out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from optimizer.core.costs import CostLists, DenseCosts

tables = st.tuples(st.integers(1, 6), st.integers(1, 6)).flatmap(
    lambda shape: arrays(
        np.float64, shape, elements=st.sampled_from([0.0, 1.0, 2.0, 2.5, 7.0, np.inf])
    )
)


@settings(deadline=None, max_examples=60)
@given(tables)
def test_complete_lists_hold_exactly_the_allowed_pairs(table):
    costs = DenseCosts(table)
    lists = costs.lists()
    assert lists.complete
    assert lists.shape == table.shape
    sites = np.arange(table.shape[1], dtype=np.int32)
    np.testing.assert_array_equal(lists.columns(sites), table)
    np.testing.assert_array_equal(costs.columns(sites[::-1]), table[:, ::-1])
    np.testing.assert_array_equal(lists.columns(sites[::-1]), table[:, ::-1])


@settings(deadline=None, max_examples=60)
@given(tables, st.integers(1, 6))
def test_cut_off_lists_keep_the_cheapest_and_bound_the_rest(table, nearest):
    cut = DenseCosts(table).lists(nearest)
    again = DenseCosts(table).lists().lists(nearest)
    for name in ("start", "site", "cost", "beyond"):
        np.testing.assert_array_equal(getattr(cut, name), getattr(again, name))
    for customer, row in enumerate(table):
        entries = slice(cut.start[customer], cut.start[customer + 1])
        ranked = sorted((cost, site) for site, cost in enumerate(row) if np.isfinite(cost))
        listed = list(zip(cut.cost[entries], cut.site[entries], strict=True))
        assert listed == ranked[:nearest]
        left_out = [cost for cost, _ in ranked[nearest:]]
        assert cut.beyond[customer] == (min(left_out) if left_out else np.inf)


def test_lists_that_are_cut_off_do_not_invent_columns():
    cut = DenseCosts(np.array([[1.0, 2.0, 3.0]])).lists(2)
    with pytest.raises(ValueError, match="cut off"):
        cut.columns(np.array([2], dtype=np.int32))


def test_lists_of_nobody_are_empty():
    lists = CostLists(np.zeros(1, np.int64), np.zeros(0, np.int32), np.zeros(0), np.zeros(0), 3)
    assert lists.lists(2).shape == (0, 3)
    assert lists.columns(np.array([0, 2], dtype=np.int32)).shape == (0, 2)
