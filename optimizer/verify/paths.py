"""Shortest paths of the checker: plain Dijkstra on whole seconds and metres, with a heap.

One search per origin and direction; it stops when the wanted nodes are settled and goes on from
there when more are wanted later. The order is lexicographic: seconds first, then metres.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from optimizer.core.streets import Arcs, Streets

UNIT = 1 << 40
"""One second in a path's key; metres stand below it, so that keys compare lexicographically."""

Adjacency = list[list[tuple[int, int]]]


def adjacency(arcs: Arcs, node_count: int, *, reverse: bool) -> Adjacency:
    """Return (next node, key of the arc) for every node, along the arcs or against them."""
    found: Adjacency = [[] for _ in range(node_count)]
    tail, head = (arcs.head, arcs.tail) if reverse else (arcs.tail, arcs.head)
    rows = zip(
        tail.tolist(), head.tolist(), arcs.time_s.tolist(), arcs.length_m.tolist(), strict=True
    )
    for start, end, time_s, length_m in rows:
        found[start].append((end, time_s * UNIT + length_m))
    return found


class Search:
    """A search from one node that can be continued."""

    def __init__(self, graph: Adjacency, origin: int) -> None:
        self.graph = graph
        self.heap = [(0, origin)]
        self.done: dict[int, int] = {}

    def settle(self, targets: Iterable[int], limit_s: int | None = None) -> None:
        """Go on until every target is reached, or nothing is left (within `limit_s`)."""
        wanted = set(targets) - self.done.keys()
        heap, done, graph = self.heap, self.done, self.graph
        last = None if limit_s is None else (limit_s + 1) * UNIT
        while wanted and heap:
            if last is not None and heap[0][0] >= last:
                return
            key, node = heapq.heappop(heap)
            if node in done:
                continue
            done[node] = key
            wanted.discard(node)
            for after, step in graph[node]:
                if after not in done:
                    heapq.heappush(heap, (key + step, after))


class Paths:
    """All searches over the streets of one problem, kept for reuse."""

    def __init__(self, streets: Streets) -> None:
        self.streets = streets
        self.van_legs: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None
        self._graphs: dict[tuple[str, bool], Adjacency] = {}
        self._searches: dict[tuple[str, bool, int], Search] = {}

    def sibling(self) -> Paths:
        """Return the same streets for other prices: searches are shared, van legs are not."""
        other = Paths(self.streets)
        other._graphs, other._searches = self._graphs, self._searches
        return other

    def _search(self, profile: str, origin: int, *, reverse: bool) -> Search:
        graph = self._graphs.get((profile, reverse))
        if graph is None:
            arcs, count = self.streets.arcs[profile], self.streets.node_count
            graph = self._graphs[profile, reverse] = adjacency(arcs, count, reverse=reverse)
        key = (profile, reverse, origin)
        if key not in self._searches:
            self._searches[key] = Search(graph, origin)
        return self._searches[key]

    def tree(
        self, profile: str, origin: int, nodes: NDArray[np.int32], *, reverse: bool = False
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return seconds and metres from `origin` to each of `nodes` (reverse: from them to it).

        Infinite where there is no path, or where origin or node is -1. Values are whole.
        """
        keys = np.full(len(nodes), -1, dtype=np.int64)
        if origin >= 0:
            wanted = nodes.tolist()
            search = self._search(profile, origin, reverse=reverse)
            search.settle({node for node in wanted if node >= 0})
            keys[:] = [search.done.get(node, -1) for node in wanted]
        time_s = np.where(keys >= 0, (keys // UNIT).astype(float), np.inf)
        length_m = np.where(keys >= 0, (keys % UNIT).astype(float), np.inf)
        return time_s, length_m

    def within(
        self,
        profile: str,
        origin: int,
        nodes: NDArray[np.int32],
        limit_s: int,
        *,
        reverse: bool = False,
    ) -> NDArray[np.float64]:
        """Return seconds as `tree` does, infinite beyond a limit, where no search goes."""
        found = np.full(len(nodes), np.inf)
        if origin >= 0:
            search = self._search(profile, origin, reverse=reverse)
            search.settle({node for node in nodes.tolist() if node >= 0}, limit_s)
            for rank, node in enumerate(nodes.tolist()):
                if node in search.done and search.done[node] // UNIT <= limit_s:
                    found[rank] = search.done[node] // UNIT
        return found

    def pairs(
        self,
        profile: str,
        origin: NDArray[np.int32],
        node: NDArray[np.int32],
        *,
        reverse: bool = False,
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return seconds and metres row by row (reverse: from `node` to `origin`)."""
        time_s, length_m = np.full(len(node), np.inf), np.full(len(node), np.inf)
        for one in np.unique(origin):
            rows = np.flatnonzero(origin == one)
            time_s[rows], length_m[rows] = self.tree(profile, int(one), node[rows], reverse=reverse)
        return time_s, length_m

    def round_trips(
        self, profile: str, origin: NDArray[np.int32], node: NDArray[np.int32]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return seconds and metres there and back, row by row."""
        out_s, out_m = self.pairs(profile, origin, node)
        back_s, back_m = self.pairs(profile, origin, node, reverse=True)
        return out_s + back_s, out_m + back_m
