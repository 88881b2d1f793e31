"""Covering as rows: every covering model is one soft set cover over a sparse 0-1 matrix.

Sets        rows i (customers with the same covering sites and the same need), columns j (sites)
Data        a[i,j] = 1 where site j covers row i; need[i], step[i] whole; penalty[i] >= 0; price[j]
Variables   y[j] in {0, 1}; s[i] in {0, 1} says that row i is given up
Objective   min  offset + sum_j price[j] y[j] + sum_i penalty[i] s[i]
(1)  sum_j a[i,j] y[j] + step[i] s[i] >= need[i]      for every row i
(2)  low <= sum_j y[j] <= high
(3)  sum_i penalty[i] s[i] <= budget                  partial covering only; s is then free of cost

set_cover     need = fold, step = 0
max_cover     need = step = fold, penalty = weight, price = 0
backup_cover  need = 2, step = 1: the first covering site is not optional
max_capture   two rows a customer (nearer than the rival; as near), half its weight each
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from optimizer.core.costs import CostLists, DenseCosts
from optimizer.core.frozen import Frozen
from optimizer.core.refusal import Fault, Refusal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.costs import Costs

BLOCK = 64  # columns of streamed costs looked at together


@dataclass(frozen=True, eq=False)
class Matrix(Frozen):
    """A sparse 0-1 matrix both ways: row i has columns column[row_start[i]:row_start[i + 1]].

    row_start, column_start : int64. column, row : int32, ascending within each row or column.
    """

    row_start: NDArray[np.int64]
    column: NDArray[np.int32]
    column_start: NDArray[np.int64]
    row: NDArray[np.int32]

    @property
    def row_count(self) -> int:
        """Number of rows."""
        return len(self.row_start) - 1

    @property
    def column_count(self) -> int:
        """Number of columns."""
        return len(self.column_start) - 1

    @property
    def row_of_entry(self) -> NDArray[np.int32]:
        """Row of every entry, in the order of `column`."""
        return np.repeat(np.arange(self.row_count, dtype=np.int32), np.diff(self.row_start))

    def counts(self, opened: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return how many of the columns `opened` (shape (columns,)) each row holds."""
        running = np.concatenate([[0], np.cumsum(opened[self.column])])
        count: NDArray[np.int64] = running[self.row_start[1:]] - running[self.row_start[:-1]]
        return count


@dataclass(frozen=True, eq=False)
class Cover(Frozen):
    """A covering problem as the head of this file states it; minimised.

    site : int32, shape (columns,): site of the problem behind every column.
    forced : int32: sites that are open in every plan and are no columns any more.
    origin : int64: for each row of the problem that this one was reduced from, its row here or -1.
    """

    matrix: Matrix
    need: NDArray[np.int64]
    step: NDArray[np.int64]
    penalty: NDArray[np.float64]
    price: NDArray[np.float64]
    low: int
    high: int
    site: NDArray[np.int32]
    forced: NDArray[np.int32]
    origin: NDArray[np.int64]
    offset: float = 0.0
    budget: float | None = None

    def value(self, opened: NDArray[np.bool_]) -> float:
        """Return the objective of a choice of columns, inf where it is not feasible."""
        count = self.matrix.counts(opened)
        missed = count < self.need
        chosen = int(opened.sum())
        lost = float(self.penalty[missed].sum())
        if np.any(count < self.need - self.step) or not self.low <= chosen <= self.high:
            return np.inf
        if self.budget is not None:
            return self.offset + float(self.price[opened].sum()) if lost <= self.budget else np.inf
        return self.offset + float(self.price[opened].sum()) + lost

    def sites(self, opened: NDArray[np.bool_]) -> NDArray[np.int32]:
        """Return the open sites of a choice of columns, ascending."""
        return np.sort(np.concatenate([self.forced, self.site[opened]])).astype(np.int32)


def matrix_of(row: NDArray[np.int32], column: NDArray[np.int32], rows: int, columns: int) -> Matrix:
    """Return the matrix with the given entries, each given once, in any order."""
    from scipy.sparse import coo_array

    ones = np.ones(len(row), dtype=np.int8)
    by_row = coo_array((ones, (row, column)), shape=(rows, columns)).tocsr()
    by_row.sort_indices()
    by_column = by_row.tocsc()
    return Matrix(
        by_row.indptr.astype(np.int64),
        by_row.indices.astype(np.int32),
        by_column.indptr.astype(np.int64),
        by_column.indices.astype(np.int32),
    )


def covering_pairs(
    costs: Costs, reach: NDArray[np.float64], *, strictly: bool = False
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return (customer, site) of all pairs at cost <= reach (if `strictly`, < reach).

    Parameters
    ----------
    reach : float64, shape (n,); inf means every allowed pair.

    Raises
    ------
    Refusal
        F711 where lists are cut off before the reach, so that not all covering sites are known.
    """
    if hasattr(costs, "within"):  # costs on streets list what is near without a table
        costs = cast("CostLists", costs.within(float(reach.max(initial=0.0))))
    if isinstance(costs, CostLists):
        short = np.isfinite(costs.beyond) & (costs.beyond <= reach)
        if short.any():
            raise Refusal(_short_list(int(np.flatnonzero(short)[0])))
        held = _within(costs.cost, reach[costs.customer], strictly=strictly)
        return costs.customer[held], costs.site[held]
    sites = costs.shape[1]
    found: list[tuple[NDArray[np.int32], NDArray[np.int32]]] = []
    for first in range(0, sites, BLOCK):
        block = np.arange(first, min(first + BLOCK, sites), dtype=np.int32)
        table = costs.cost[:, block] if isinstance(costs, DenseCosts) else costs.columns(block)
        customer, rank = np.nonzero(_within(table, reach[:, None], strictly=strictly))
        found.append((customer.astype(np.int32), block[rank]))
    nothing = np.zeros(0, dtype=np.int32)
    customer = np.concatenate([nothing, *(pair[0] for pair in found)])
    site = np.concatenate([nothing, *(pair[1] for pair in found)])
    return customer.astype(np.int32), site.astype(np.int32)


def _within(
    cost: NDArray[np.float64], reach: NDArray[np.float64], *, strictly: bool
) -> NDArray[np.bool_]:
    held = cost < reach if strictly else cost <= reach
    return np.asarray(held & np.isfinite(cost))


def _short_list(customer: int) -> Fault:
    return Fault(
        f"cost of customer {customer}",
        "F711",
        "its list of sites ends before the radius, so that sites that cover it may be missing",
        "give lists that reach as far as the radius, or costs that are not cut off",
    )
