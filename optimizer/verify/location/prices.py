"""What a pair costs, read by the checker itself from what the problem states."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

import numpy as np

from optimizer.core.costs import CostLists, DenseCosts
from optimizer.verify.location.streets import StreetPrices

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.costs import Costs
    from optimizer.verify.location.streets import OnStreets

    Ints = NDArray[np.int32] | NDArray[np.int64]
    Floats = NDArray[np.float64]

BLOCK_ENTRIES = 8_000_000
"""Entries of a table of columns that is looked at at a time (64 MB)."""


class Prices(Protocol):
    """Costs as the checker asks for them: inf = not allowed, nan = the problem does not tell."""

    def pairs(self, customers: Ints, sites: Ints) -> Floats:
        """Return the cost of each pair (customers[e], sites[e])."""

    def nearest(self, sites: Ints) -> Floats:
        """Return the least cost of each customer at any of the sites, shape (n,)."""

    def reached(self, sites: Ints, radius: float) -> NDArray[np.int64]:
        """Return of how many of the sites each customer is within the radius, shape (n,)."""

    def added(self, sites: Ints) -> Floats:
        """Return the sum of the finite costs of each customer over the sites, shape (n,)."""


def prices_of(costs: Costs) -> Prices:
    """Return the checker's own reading of the costs of a problem."""
    if isinstance(costs, DenseCosts):
        return TablePrices(costs)
    if isinstance(costs, CostLists):
        return ListPrices(costs)
    if hasattr(costs, "arcs"):
        return StreetPrices(cast("OnStreets", costs))
    return TablePrices(costs)


class TablePrices:
    """Columns of a table, a block of sites at a time."""

    def __init__(self, costs: Costs) -> None:
        self.costs = costs
        self.customers = costs.shape[0]

    def pairs(self, customers: Ints, sites: Ints) -> Floats:
        """Return the cost of each pair."""
        if isinstance(self.costs, DenseCosts):
            picked: Floats = self.costs.cost[customers, sites]
            return picked
        answer = np.full(len(sites), np.nan)
        for block in self._blocks(np.unique(sites).astype(np.int64)):
            asked = np.flatnonzero(np.isin(sites, block))
            place = np.searchsorted(block, sites[asked])
            answer[asked] = self._columns(block)[customers[asked], place]
        return answer

    def nearest(self, sites: Ints) -> Floats:
        """Return the least cost of each customer at any of the sites."""
        answer = np.full(self.customers, np.inf)
        for block in self._blocks(sites):
            answer = np.minimum(answer, self._columns(block).min(axis=1))
        return answer

    def reached(self, sites: Ints, radius: float) -> NDArray[np.int64]:
        """Return of how many of the sites each customer is within the radius."""
        answer = np.zeros(self.customers, dtype=np.int64)
        for block in self._blocks(sites):
            columns = self._columns(block)
            answer += ((columns <= radius) & np.isfinite(columns)).sum(axis=1)
        return answer

    def added(self, sites: Ints) -> Floats:
        """Return the sum of the finite costs of each customer over the sites."""
        answer = np.zeros(self.customers)
        for block in self._blocks(sites):
            columns = self._columns(block)
            answer += np.where(np.isfinite(columns), columns, 0.0).sum(axis=1)
        return answer

    def _blocks(self, sites: Ints) -> list[Ints]:
        width = max(BLOCK_ENTRIES // max(self.customers, 1), 1)
        return [sites[first : first + width] for first in range(0, len(sites), width)]

    def _columns(self, sites: Ints) -> Floats:
        if isinstance(self.costs, DenseCosts):
            columns: Floats = self.costs.cost[:, sites]
            return columns
        return self.costs.columns(sites.astype(np.int32))


class ListPrices:
    """Sorted lists; a pair that a cut-off list leaves out has no known cost."""

    def __init__(self, lists: CostLists) -> None:
        self.beyond = lists.beyond
        self.customers, self.sites = lists.shape
        customer = np.repeat(np.arange(self.customers, dtype=np.int64), np.diff(lists.start))
        key = customer * self.sites + lists.site
        order = np.argsort(key, kind="stable")
        self.key, self.cost = key[order], lists.cost[order]
        self.customer, self.site = customer[order], lists.site[order]

    def pairs(self, customers: Ints, sites: Ints) -> Floats:
        """Return the cost of each pair."""
        wanted = np.asarray(customers, dtype=np.int64) * self.sites + sites
        place = np.searchsorted(self.key, wanted)
        safe = np.minimum(place, max(len(self.key) - 1, 0))
        answer = np.where(np.isinf(self.beyond[customers]), np.inf, np.nan)
        if len(self.key):
            found = self.key[safe] == wanted
            answer[found] = self.cost[safe[found]]
        return answer

    def nearest(self, sites: Ints) -> Floats:
        """Return the least cost of each customer at any of the sites."""
        answer = np.full(self.customers, np.inf)
        rows = self._of(sites)
        np.minimum.at(answer, self.customer[rows], self.cost[rows])
        return np.where(answer > self.beyond, np.nan, answer)

    def reached(self, sites: Ints, radius: float) -> NDArray[np.int64]:
        """Return of how many of the sites each customer is within the radius."""
        rows = self._of(sites)
        within = rows & (self.cost <= radius) & np.isfinite(self.cost)
        return np.bincount(self.customer[within], minlength=self.customers)

    def added(self, sites: Ints) -> Floats:
        """Return the sum of the finite costs of each customer over the sites."""
        rows = self._of(sites)
        known = np.zeros(self.customers)
        np.add.at(known, self.customer[rows], self.cost[rows])
        return np.where(np.isinf(self.beyond), known, np.nan)

    def _of(self, sites: Ints) -> NDArray[np.bool_]:
        chosen = np.zeros(self.sites, dtype=bool)
        chosen[sites] = True
        rows: NDArray[np.bool_] = chosen[self.site]
        return rows
