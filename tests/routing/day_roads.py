"""Shortest paths on the streets of a problem, for days made by rule."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from optimizer.core.day import Ways

BASE = float(1 << 20)  # lengths count only where times are equal
CHUNK = 200


class Roads:
    """Lexicographic shortest paths of one profile."""

    def __init__(self, problem, profile) -> None:
        arcs = problem.streets.arcs[profile]
        count = problem.streets.node_count
        weight = arcs.time_s * BASE + arcs.length_m
        order = np.argsort(weight, kind="stable")[::-1]  # of parallel arcs the best is written last
        cell = np.zeros(0)
        key = arcs.tail[order].astype(np.int64) * count + arcs.head[order]
        key, first = np.unique(key[::-1], return_index=True)
        cell = weight[order][::-1][first]
        self.graph = csr_array((cell, (key // count, key % count)), shape=(count, count))

    def table(self, node):
        """Return times and lengths between nodes; -1 where there is no way."""
        sources, place = np.unique(np.maximum(node, 0), return_inverse=True)
        parts = [
            dijkstra(self.graph, indices=sources[k : k + CHUNK])[:, sources]
            for k in range(0, len(sources), CHUNK)
        ]
        cost = np.concatenate(parts)[np.ix_(place, place)]
        cost[node < 0] = cost[:, node < 0] = np.inf
        reached = np.isfinite(cost)
        whole = np.where(reached, cost, 0).astype(np.int64)
        time_s = np.where(reached, whole >> 20, -1).astype(np.int32)
        return time_s, np.where(reached, whole & ((1 << 20) - 1), -1).astype(np.int32)

    def ways(self, legs):
        """Return the nodes of each leg (from, to)."""
        sources = np.unique([a for a, _ in legs])
        found = {}
        for k in range(0, len(sources), CHUNK):
            part = sources[k : k + CHUNK]
            _, before = dijkstra(self.graph, indices=part, return_predecessors=True)
            rank = {int(node): r for r, node in enumerate(part)}
            for a, b in set(legs):
                if a in rank:
                    path = [b]
                    while path[-1] != a:
                        path.append(int(before[rank[a], path[-1]]))
                    found[a, b] = path[::-1]
        return [found[leg] for leg in legs]


def ways_of(problem, tours, node, roads) -> Ways:
    """Return the street nodes of every leg."""
    paths: list[list[int]] = [[] for _ in range(len(tours.kind))]
    wanted: dict[str, list[tuple[int, int, int]]] = {}
    for t in range(tours.count):
        profile = problem.fleet.profile[int(tours.vehicle_type[t])]
        for q, r in pairwise(range(int(tours.first[t]), int(tours.first[t + 1]))):
            a, b = (int(node[profile][tours.place[k]]) for k in (q, r))
            if a != b:
                wanted.setdefault(profile, []).append((r, a, b))
    for profile, legs in wanted.items():
        for (r, _, _), path in zip(
            legs, roads[profile].ways([(a, b) for _, a, b in legs]), strict=True
        ):
            paths[r] = path
    first = np.cumsum([0, *map(len, paths)]).astype(np.int64)
    return Ways(first, np.array([n for path in paths for n in path], dtype=np.int32))
