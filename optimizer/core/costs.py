"""Costs between customers and sites: a dense table, sorted lists, or whatever answers like them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from optimizer.core.frozen import Frozen

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Costs(Protocol):
    """n customers x m sites; a pair that is not allowed costs inf, no cost is negative or nan."""

    @property
    def shape(self) -> tuple[int, int]:
        """(customers, sites)."""

    def lists(self, nearest: int | None = None) -> CostLists:
        """Return the allowed sites of each customer, cheapest first, at most `nearest` of them."""

    def columns(self, sites: NDArray[np.int32]) -> NDArray[np.float64]:
        """Return the costs of some sites, shape (n, len(sites)), inf where not allowed."""


SORTED_AT_ONCE = 2_000_000  # pairs of a table that are sorted together: what a cache holds


@dataclass(frozen=True, eq=False)
class CostLists(Frozen):
    """Sorted sparse costs; customer i has entries start[i]:start[i + 1], by (cost, site).

    start : int64, shape (n + 1,). site : int32. cost : float64.
    beyond : float64, shape (n,): no allowed site outside the list of i costs less; inf where the
        list is complete, so that all others are not allowed.
    """

    start: NDArray[np.int64]
    site: NDArray[np.int32]
    cost: NDArray[np.float64]
    beyond: NDArray[np.float64]
    site_count: int

    @property
    def shape(self) -> tuple[int, int]:
        """(customers, sites)."""
        return len(self.start) - 1, self.site_count

    @property
    def customer(self) -> NDArray[np.int32]:
        """Customer of every entry."""
        return np.repeat(np.arange(self.shape[0], dtype=np.int32), np.diff(self.start))

    @property
    def complete(self) -> bool:
        """Whether every allowed pair is listed."""
        return bool(np.all(np.isinf(self.beyond)))

    def lists(self, nearest: int | None = None) -> CostLists:
        """Return at most `nearest` entries a customer."""
        count = np.diff(self.start)
        if nearest is None or not len(count) or count.max() <= nearest:
            return self
        kept = np.minimum(count, nearest)
        first = self.start[:-1]
        start = np.concatenate([[0], np.cumsum(kept)]).astype(np.int64)
        entry = np.arange(start[-1]) - np.repeat(start[:-1] - first, kept)
        beyond = self.beyond.copy()
        cut = kept < count
        beyond[cut] = self.cost[first[cut] + nearest]
        return CostLists(start, self.site[entry], self.cost[entry], beyond, self.site_count)

    def columns(self, sites: NDArray[np.int32]) -> NDArray[np.float64]:
        """Return dense columns.

        Raises
        ------
        ValueError
            When the lists are not complete: what they leave out is not known here.
        """
        if not self.complete:
            message = "these lists are cut off; their costs beyond are only bounded"
            raise ValueError(message)
        place = np.full(self.site_count, -1, dtype=np.int64)
        place[sites] = np.arange(len(sites))
        table = np.full((self.shape[0], len(sites)), np.inf)
        rank = place[self.site]
        asked = rank >= 0
        table[self.customer[asked], rank[asked]] = self.cost[asked]
        return table[:, place[sites]]


@dataclass(frozen=True, eq=False)
class DenseCosts(Frozen):
    """A whole table: cost float64, shape (n, m), inf where a pair is not allowed."""

    cost: NDArray[np.float64]

    @property
    def shape(self) -> tuple[int, int]:
        """(customers, sites)."""
        return self.cost.shape[0], self.cost.shape[1]

    def lists(self, nearest: int | None = None) -> CostLists:
        """Return the allowed sites of each customer, by (cost, site)."""
        customers, sites = self.shape
        rows = max(1, SORTED_AT_ONCE // max(sites, 1))
        parts = [
            _sorted_rows(self.cost[first : first + rows], nearest)
            for first in range(0, customers, rows)
        ]
        if not parts:
            parts = [_sorted_rows(self.cost, nearest)]
        count, site, cost, beyond = (
            np.concatenate([part[rank] for part in parts]) for rank in range(4)
        )
        start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
        return CostLists(start, site.astype(np.int32), cost, beyond, sites)

    def columns(self, sites: NDArray[np.int32]) -> NDArray[np.float64]:
        """Return the costs of some sites, shape (n, len(sites))."""
        return self.cost[:, sites]


def _sorted_rows(
    table: NDArray[np.float64], nearest: int | None
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Return how many entries each row keeps, their sites and costs, and what the rest costs."""
    rows, sites = table.shape
    beyond = np.full(rows, np.inf)
    place: NDArray[np.int64] | None = None
    if nearest is not None and nearest < sites:
        beyond = np.partition(table, nearest, axis=1)[:, nearest]
        below = table < beyond[:, None]
        level = table == beyond[:, None]
        room = nearest - below.sum(axis=1)
        level &= np.cumsum(level, axis=1) <= room[:, None]
        place = np.nonzero(below | level)[1].reshape(rows, nearest)
        table = np.take_along_axis(table, place, axis=1)
    order = np.argsort(table, axis=1, kind="stable")
    ranked = np.take_along_axis(table, order, axis=1)
    known = np.isfinite(ranked)
    site = order if place is None else np.take_along_axis(place, order, axis=1)
    return known.sum(axis=1), site[known], ranked[known], beyond
