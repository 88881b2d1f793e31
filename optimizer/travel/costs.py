"""Costs between customers and sites on streets, worked out when they are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from optimizer.compiled import kernel
from optimizer.core.costs import CostLists
from optimizer.core.frozen import Frozen
from optimizer.core.refusal import Fault, Refusal
from optimizer.travel.choice import choose
from optimizer.travel.lists import ranked_lists
from optimizer.travel.nearest import BYTES_PER_ENTRY, nearest_by_rows, nearest_sites
from optimizer.travel.parallel import THREADS, in_order
from optimizer.travel.ranking import KEY_BITS
from optimizer.travel.rows import HierarchyRows, PlainRows, ThereAndBack, largest_weight
from optimizer.travel.sweep import fan
from optimizer.travel.weights import MINOR_BITS, quickest, shortest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.streets import Arcs
    from optimizer.travel.hierarchy import Hierarchy
    from optimizer.travel.rows import Rows
    from optimizer.travel.weights import Graph

DIRECTIONS = ("to_customer", "from_customer", "round_trip")
UNITS = ("s", "m")


@dataclass(frozen=True, eq=False)
class StreetCosts(Frozen):
    """Travel between n customers and m sites as costs of a location problem (`core.costs.Costs`).

    arcs : arcs of one profile over nodes 0..node_count-1. customer_node : int32, shape (n,),
    site_node : int32, shape (m,), street nodes, -1 = none (no pair allowed); both may repeat.
    direction : of travel; a round trip is the best way there and the best way back.
    unit : "s", seconds of the quickest way, or "m", metres of the shortest one.
    cutoff : pairs with more than so many units (of the whole trip) are not allowed.
    power, decay : the cost is travel ** power, or exp(travel * decay) - 1 where decay is given.
    """

    arcs: Arcs
    node_count: int
    customer_node: NDArray[np.int32]
    site_node: NDArray[np.int32]
    direction: str = "to_customer"
    unit: str = "s"
    cutoff: int | None = None
    power: float = 1.0
    decay: float | None = None
    memory_gb: float = 16.0
    threads: int = THREADS

    def __post_init__(self) -> None:
        """Refuse what has no meaning.

        Raises
        ------
        Refusal
            F222 for an unknown direction or unit, or a transform under which farther is cheaper.
        """
        super().__post_init__()
        action = f"say one of {', '.join(DIRECTIONS)}, one of {', '.join(UNITS)}, and grow with way"
        rising = self.power > 0 and (self.decay is None or self.decay > 0)
        if self.direction not in DIRECTIONS or self.unit not in UNITS or not rising:
            cause = f"direction {self.direction}, unit {self.unit}, power {self.power}"
            raise Refusal(Fault("costs", "F222", f"{cause}, decay {self.decay}", action))

    @property
    def shape(self) -> tuple[int, int]:
        """(customers, sites)."""
        return len(self.customer_node), len(self.site_node)

    def lists(self, nearest: int | None = None) -> CostLists:
        """Return the allowed sites of each customer, cheapest first, at most `nearest` of them.

        Raises
        ------
        Refusal
            F221 when they would need more than `memory_gb`.
        """
        most = self.shape[1] if nearest is None else min(nearest + 1, self.shape[1])
        start, site, travel = self._ranked(most)
        count = np.diff(start)
        beyond = np.full(self.shape[0], np.inf)
        if nearest is not None and nearest < self.shape[1]:
            more = count > nearest
            beyond[more] = self.cost_of(travel[start[1:][more] - 1])
            kept = np.ones(len(site), dtype=np.bool_)
            kept[start[1:][more] - 1] = False
            site, travel = site[kept], travel[kept]
            start = np.concatenate([[0], np.cumsum(np.minimum(count, nearest))]).astype(np.int64)
        settle_ties(start, site, travel)
        cost = self.cost_of(travel)
        allowed = np.isfinite(cost)  # an exponential may outgrow every number
        start = np.concatenate([[0], np.cumsum(allowed)])[start].astype(np.int64)
        return CostLists(start, site[allowed], cost[allowed], beyond, self.shape[1])

    def columns(self, sites: NDArray[np.int32]) -> NDArray[np.float64]:
        """Return the costs of some sites, shape (n, len(sites)), inf where not allowed."""
        node, back = np.unique(self.site_node[sites], return_inverse=True)
        rows = self._from_sites
        table = np.full((self.shape[0], len(sites)), np.inf)
        rank = self._customers[1]

        def part(begin: int) -> None:
            asked = node[begin : begin + rows.batch]
            keys = rows.keys(asked)
            cost = np.where(keys >= 0, self.cost_of(np.maximum(keys, 0) >> KEY_BITS), np.inf)
            rows.done(keys)
            wanted = np.flatnonzero((back >= begin) & (back < begin + len(asked)))
            copy_columns(np.ascontiguousarray(cost.T), rank, back[wanted] - begin, wanted, table)

        first = int(np.searchsorted(node, 0))
        for _ in in_order(self.threads, part, range(first, len(node), rows.batch)):
            pass
        return table

    def within(self, reach: float) -> CostLists:
        """Return complete lists of the pairs whose cost is at most `reach`.

        Raises
        ------
        Refusal
            F221 when they would need more than `memory_gb`.
        """
        lists = self
        units = (
            np.log1p(reach) / self.decay if self.decay is not None else reach ** (1 / self.power)
        )
        if np.isfinite(units):
            most = int(units * (1 + 1e-9)) + 1
            lists = self.replace(cutoff=most if self.cutoff is None else min(most, self.cutoff))
        found = lists.lists()
        near = found.cost <= reach
        start = np.concatenate([[0], np.cumsum(near)])[found.start].astype(np.int64)
        return found.replace(start=start, site=found.site[near], cost=found.cost[near])

    def cost_of(self, travel: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the cost of so many seconds or metres."""
        way = travel.astype(np.float64)
        with np.errstate(over="ignore"):
            if self.decay is not None:
                return np.expm1(way * self.decay)
            return way if self.power == 1.0 else way**self.power

    @cached_property
    def graph(self) -> Graph:
        """Arcs with one weight each, the unit asked for in front."""
        return (quickest if self.unit == "s" else shortest)(self.arcs, self.node_count)

    @cached_property
    def _customers(self) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Distinct street nodes of customers, and the rank of each customer's (-1 = none)."""
        node, rank = np.unique(self.customer_node, return_inverse=True)
        missing = int(np.searchsorted(node, 0))
        return node[missing:], rank - missing

    @cached_property
    def _hierarchy(self) -> Hierarchy | None:
        nodes = [np.unique(node[node >= 0]) for node in (self.customer_node, self.site_node)]
        fewer = min(nodes, key=len)
        ways = 2 if self.direction == "round_trip" else 1
        return choose(self.graph, fewer, self._plain(fewer, reverse=False), ways)

    @cached_property
    def _from_sites(self) -> Rows:
        return self._rows(self._customers[0], backwards=False)

    def _rows(self, targets: NDArray[np.int32], *, backwards: bool) -> Rows:
        """Return rows from sites to customers, or backwards from customers to sites."""
        if self.direction == "round_trip":
            there, back = (self._one_way(targets, reverse=way) for way in (False, True))
            return ThereAndBack(there, back, self.cutoff)
        return self._one_way(targets, reverse=(self.direction == "from_customer") != backwards)

    def _one_way(self, targets: NDArray[np.int32], *, reverse: bool) -> Rows:
        if self._hierarchy is None:
            return self._plain(targets, reverse=reverse)
        return HierarchyRows(self._hierarchy, targets, cutoff=self.cutoff, reverse=reverse)

    def _plain(self, targets: NDArray[np.int32], *, reverse: bool) -> PlainRows:
        return PlainRows(
            self.graph, targets, cutoff=self.cutoff, reverse=reverse, memory_gb=self.memory_gb
        )

    def _ranked(self, most: int) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]:
        """Return (start, site, travel) of the nearest sites of each customer."""
        hierarchy = self._hierarchy
        if hierarchy is not None and self._running_lists_pay(most):
            if self.direction == "round_trip":
                customers = len(self._customers[0])
                start, site, travel = nearest_by_rows(
                    self._from_sites, self.site_node, customers, most, self.threads
                )
                return _copied(start, site, travel.astype(np.int64), self._customers[1])
            reverse = self.direction == "from_customer"
            ways = fan(hierarchy, self.customer_node, reverse=reverse)
            limit = largest_weight(self.cutoff)
            start, site, weight = nearest_sites(ways, self.site_node, most, limit)
            return start, site, weight.astype(np.int64) >> MINOR_BITS
        rows = self._rows(self.site_node, backwards=True)
        lists = ranked_lists(
            rows, self.customer_node, self.shape[1], most, self.memory_gb, self.threads
        )
        return lists.start, lists.target.copy(), lists.time_s.astype(np.int64)

    def _running_lists_pay(self, most: int) -> bool:
        """Whether lists of all customers at once are quicker than one customer after the other."""
        fits = self.node_count * most * BYTES_PER_ENTRY < self.memory_gb * 1e9 / 4
        return fits and 0 < most <= len(self._customers[0])


def _copied(
    start: NDArray[np.int64],
    site: NDArray[np.int32],
    travel: NDArray[np.int64],
    rank: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]:
    """Return the lists of every customer from those of distinct nodes; rank < 0 = none."""
    count = np.where(rank >= 0, np.diff(start)[rank] if len(start) > 1 else 0, 0)
    copied = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    entry = np.arange(copied[-1]) - np.repeat(copied[:-1] - start[rank], count)
    return copied, site[entry], travel[entry]


@kernel
def copy_columns(
    cost: NDArray[np.float64],
    rank: NDArray[np.int64],
    lane: NDArray[np.int64],
    column: NDArray[np.int64],
    table: NDArray[np.float64],
) -> None:
    """Write table[i, column[e]] = cost[rank[i], lane[e]] for every customer with a street node."""
    for customer in range(len(rank)):
        if rank[customer] >= 0:
            for entry in range(len(column)):
                table[customer, column[entry]] = cost[rank[customer], lane[entry]]


@kernel
def settle_ties(
    start: NDArray[np.int64], site: NDArray[np.int32], travel: NDArray[np.int64]
) -> None:
    """Put equally near sites of a list in the order of their numbers."""
    for row in range(len(start) - 1):
        for rank in range(start[row] + 1, start[row + 1]):
            item = site[rank]
            place = rank
            while (
                place > start[row] and travel[place - 1] == travel[rank] and site[place - 1] > item
            ):
                site[place] = site[place - 1]
                place -= 1
            site[place] = item
