"""Costs on streets, by the checker's own searches from the arcs that the problem carries."""

from __future__ import annotations

import heapq
import math
from typing import TYPE_CHECKING, Protocol

import numpy as np

from optimizer.core.streets import Arcs
from optimizer.verify.paths import UNIT, Adjacency, Search, adjacency

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from optimizer.verify.location.prices import Floats, Ints


class OnStreets(Protocol):
    """What costs on streets tell: arcs, nodes, direction, unit, cut-off and transform."""

    arcs: Arcs
    node_count: int
    customer_node: NDArray[np.int32]
    site_node: NDArray[np.int32]
    direction: str
    unit: str
    cutoff: int | None
    power: float
    decay: float | None


class StreetPrices:
    """Travel searched again from each site, towards the customers that are asked for alone."""

    def __init__(self, costs: OnStreets) -> None:
        self.costs = costs
        self.arcs = costs.arcs
        if costs.unit == "m":  # the shortest way: metres lead, seconds break ties
            arcs = costs.arcs
            self.arcs = Arcs(arcs.tail, arcs.head, arcs.length_m, arcs.time_s)
        against = {"to_customer": (False,), "from_customer": (True,), "round_trip": (False, True)}
        self.ways = against[costs.direction]
        self._graphs: dict[bool, Adjacency] = {}

    def pairs(self, customers: Ints, sites: Ints) -> Floats:
        """Return the cost of each pair."""
        answer = np.full(len(sites), np.inf)
        order = np.argsort(sites, kind="stable")
        ranked = np.asarray(sites)[order]
        for site in np.unique(ranked):
            rows = order[np.searchsorted(ranked, site) : np.searchsorted(ranked, site, "right")]
            nodes = self.costs.customer_node[np.asarray(customers)[rows]]
            answer[rows] = self._costs(int(site), nodes, math.inf)
        return answer

    def nearest(self, sites: Ints) -> Floats:
        """Return the least cost of each customer at any of the sites."""
        answer = np.full(len(self.costs.customer_node), np.inf)
        for cost in self._columns(sites, math.inf):
            answer = np.minimum(answer, cost)
        return answer

    def reached(self, sites: Ints, radius: float) -> NDArray[np.int64]:
        """Return of how many of the sites each customer is within the radius."""
        answer = np.zeros(len(self.costs.customer_node), dtype=np.int64)
        for cost in self._columns(sites, self._units(radius)):
            answer += (cost <= radius) & np.isfinite(cost)
        return answer

    def added(self, sites: Ints) -> Floats:
        """Return the sum of the finite costs of each customer over the sites."""
        answer = np.zeros(len(self.costs.customer_node))
        for cost in self._columns(sites, math.inf):
            answer += np.where(np.isfinite(cost), cost, 0.0)
        return answer

    def _columns(self, sites: Ints, limit: float) -> Iterator[Floats]:
        for site in sites:
            yield self._costs(int(site), self.costs.customer_node, limit)

    def _costs(self, site: int, nodes: NDArray[np.int32], limit: float) -> Floats:
        """Return the cost of nodes at a site; what is farther than `limit` units may be inf."""
        origin = int(self.costs.site_node[site])
        distinct, back = np.unique(nodes, return_inverse=True)
        travel = np.zeros(len(distinct)) if origin >= 0 else np.full(len(distinct), np.inf)
        wanted = distinct.tolist()
        for reverse in self.ways if origin >= 0 else ():
            search = Search(self._graph(reverse=reverse), origin)
            if math.isinf(limit):
                search.settle(node for node in wanted if node >= 0)
            else:
                spread(search, limit)
            keys = [search.done.get(node, -1) for node in wanted]
            travel += [key // UNIT if key >= 0 else math.inf for key in keys]
        if self.costs.cutoff is not None:
            travel[travel > self.costs.cutoff] = np.inf
        cost: Floats = self._cost_of(travel)[back]
        return cost

    def _cost_of(self, travel: Floats) -> Floats:
        with np.errstate(over="ignore"):
            if self.costs.decay is not None:
                cost: Floats = np.expm1(travel * self.costs.decay)
                return cost
            return travel if self.costs.power == 1.0 else travel**self.costs.power

    def _units(self, radius: float) -> float:
        """Return units of travel beyond which every cost is above the radius."""
        if math.isinf(radius):
            return math.inf
        decay, power = self.costs.decay, self.costs.power
        units = math.log1p(radius) / decay if decay is not None else radius ** (1.0 / power)
        return math.ceil(units * (1 + 1e-9)) + 1

    def _graph(self, *, reverse: bool) -> Adjacency:
        if reverse not in self._graphs:
            count = self.costs.node_count
            self._graphs[reverse] = adjacency(self.arcs, count, reverse=reverse)
        return self._graphs[reverse]


def spread(search: Search, limit: float) -> None:
    """Settle every node that is at most `limit` units away."""
    heap, done, graph = search.heap, search.done, search.graph
    while heap and heap[0][0] // UNIT <= limit:
        key, node = heapq.heappop(heap)
        if node in done:
            continue
        done[node] = key
        for after, step in graph[node]:
            if after not in done:
                heapq.heappush(heap, (key + step, after))
