"""Random streets for the tests of travel, and the plain search they are measured against."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from optimizer.core.streets import Arcs


def ints(values):
    return np.array(values, dtype=np.int32)


def town(seed, nodes, degree=2.5, ties=4):
    """Random arcs: loops, parallels, one-ways, zero lengths, islands, and many ties."""
    rng = np.random.default_rng(seed)
    count = int(nodes * degree)
    near = rng.integers(0, nodes, count)
    far = (near + rng.integers(-4, 5, count)) % nodes
    far = np.where(rng.random(count) < 0.1, rng.integers(0, nodes, count), far)
    both = rng.random(count) < 0.6
    tail = np.concatenate([near, far[both]])
    head = np.concatenate([far, near[both]])
    time_s = rng.integers(1, ties + 1, len(tail))
    length_m = rng.integers(0, ties, len(tail))
    return Arcs(ints(tail), ints(head), ints(time_s), ints(length_m))


def grid(side, seed=0):
    """Return a grid of streets with some arcs missing."""
    rng = np.random.default_rng(seed)
    node = np.arange(side * side).reshape(side, side)
    pairs = [(node[:, :-1], node[:, 1:]), (node[:-1], node[1:])]
    tail = np.concatenate([one.ravel() for one, _ in pairs] + [two.ravel() for _, two in pairs])
    head = np.concatenate([two.ravel() for _, two in pairs] + [one.ravel() for one, _ in pairs])
    kept = rng.random(len(tail)) < 0.9
    tail, head = tail[kept], head[kept]
    time_s = rng.integers(5, 60, len(tail))
    return Arcs(ints(tail), ints(head), ints(time_s), ints(rng.integers(0, 200, len(tail))))


def by_dijkstra(graph, sources, *, reverse=False):
    ends = (graph.head, graph.tail) if reverse else (graph.tail, graph.head)
    shape = (graph.node_count, graph.node_count)
    return dijkstra(csr_array((graph.weight, ends), shape=shape), indices=sources)
