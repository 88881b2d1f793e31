"""The checker's shortest paths against networkx, on streets full of ties and dead ends."""

from __future__ import annotations

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.core.streets import Arcs, Streets
from optimizer.verify.paths import Paths

arc = st.tuples(st.integers(0, 7), st.integers(0, 7), st.integers(1, 4), st.integers(0, 3))


def streets(rows):
    columns = np.array(rows, dtype=np.int32).reshape(-1, 4).T
    zeros = np.zeros(8)
    return Streets("EPSG:32632", zeros, zeros, zeros, zeros, {"van": Arcs(*columns)})


def by_networkx(rows, origin):
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(8))
    for tail, head, time_s, length_m in rows:
        graph.add_edge(tail, head, key=time_s * 1000 + length_m)
    cost = lambda _u, _v, edges: min(edges)  # noqa: E731 - reads best here
    return nx.single_source_dijkstra_path_length(graph, origin, weight=cost)


@settings(deadline=None, max_examples=60)
@given(st.lists(arc, max_size=30), st.integers(0, 7), st.permutations(range(8)))
def test_times_and_lengths_are_the_lexicographically_smallest(rows, origin, order):
    paths = Paths(streets(rows))
    nodes = np.array(order, dtype=np.int32)
    right = by_networkx(rows, origin)
    for part in (nodes[:2], nodes):  # the second call goes on from the first
        time_s, length_m = paths.tree("van", origin, part)
        assert time_s.tolist() == [right[n] // 1000 if n in right else np.inf for n in part]
        assert length_m.tolist() == [right[n] % 1000 if n in right else np.inf for n in part]


@settings(deadline=None, max_examples=30)
@given(st.lists(arc, max_size=30), st.integers(0, 7))
def test_a_reverse_search_runs_against_the_arcs(rows, origin):
    nodes = np.arange(8, dtype=np.int32)
    back = Paths(streets(rows)).tree("van", origin, nodes, reverse=True)
    turned = [(head, tail, time_s, length_m) for tail, head, time_s, length_m in rows]
    there = Paths(streets(turned)).tree("van", origin, nodes)
    assert np.array_equal(back, there)


def test_no_node_means_no_way():
    paths = Paths(streets([(0, 1, 2, 5)]))
    origin, node = np.array([-1, 0, 0]), np.array([1, -1, 1])
    time_s, length_m = paths.pairs("van", origin, node)
    assert time_s.tolist() == [np.inf, np.inf, 2]
    assert length_m.tolist() == [np.inf, np.inf, 5]
