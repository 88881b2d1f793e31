"""Travel lists are exact: the same as an independent search on random streets."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.core.refusal import Refusal
from optimizer.core.streets import Arcs
from optimizer.travel import many_to_many, round_trips

NODES = 7
SCALE = 10**9
arcs_lists = st.lists(
    st.tuples(
        st.integers(0, NODES - 1), st.integers(0, NODES - 1), st.integers(1, 4), st.integers(0, 5)
    ),
    max_size=25,
)
nodes_lists = st.lists(st.integers(-1, NODES - 1), max_size=5)


def arcs_of(rows):
    columns = list(zip(*rows, strict=True)) if rows else [()] * 4
    return Arcs(*(np.array(column, dtype=np.int32) for column in columns))


def ints(values):
    return np.array(values, dtype=np.int32)


def best_paths(rows):
    """All-pairs (time, length) by networkx, parallel arcs kept apart, integers throughout."""
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(NODES))
    for tail, head, time_s, length_m in rows:
        graph.add_edge(tail, head, weight=time_s * SCALE + length_m)
    lengths = dict(nx.all_pairs_dijkstra_path_length(graph))
    return {
        (tail, head): divmod(weight, SCALE)
        for tail, reached in lengths.items()
        for head, weight in reached.items()
    }


def rows_of(lists):
    return [
        list(
            zip(
                lists.time_s[a:b].tolist(),
                lists.length_m[a:b].tolist(),
                lists.target[a:b].tolist(),
                strict=True,
            )
        )
        for a, b in zip(lists.start[:-1], lists.start[1:], strict=True)
    ]


@settings(deadline=None, max_examples=60)
@given(arcs_lists, nodes_lists, nodes_lists, st.none() | st.integers(0, 8), st.booleans())
def test_lists_equal_networkx(rows, sources, targets, cutoff_s, reverse):
    lists = many_to_many(
        arcs_of(rows), NODES, ints(sources), ints(targets), cutoff_s=cutoff_s, reverse=reverse
    )
    paths = best_paths(rows)
    expected = []
    for source in sources:
        row = []
        for rank, target in enumerate(targets):
            found = paths.get((target, source) if reverse else (source, target))
            if found is not None and (cutoff_s is None or found[0] <= cutoff_s):
                row.append((*found, rank))
        expected.append(sorted(row))
    assert rows_of(lists) == expected


@settings(deadline=None, max_examples=40)
@given(arcs_lists, nodes_lists, nodes_lists, st.none() | st.integers(0, 12))
def test_round_trips_are_there_and_back_on_their_own_best_ways(rows, sources, targets, cutoff_s):
    lists = round_trips(arcs_of(rows), NODES, ints(sources), ints(targets), cutoff_s=cutoff_s)
    paths = best_paths(rows)
    expected = []
    for source in sources:
        row = []
        for rank, target in enumerate(targets):
            there, back = paths.get((source, target)), paths.get((target, source))
            if there is None or back is None:
                continue
            time_s, length_m = there[0] + back[0], there[1] + back[1]
            if cutoff_s is None or time_s <= cutoff_s:
                row.append((time_s, length_m, rank))
        expected.append(sorted(row))
    assert rows_of(lists) == expected


def test_the_nearest_are_the_first_of_the_full_list():
    rows = [(0, 1, 5, 1), (0, 2, 3, 9), (0, 3, 3, 2), (0, 4, 8, 1)]
    lists = many_to_many(arcs_of(rows), NODES, ints([0]), ints([1, 2, 3, 4]), nearest=2)
    assert rows_of(lists) == [[(3, 2, 2), (3, 9, 1)]]


def test_a_shorter_way_wins_among_equally_fast_ones():
    rows = [(0, 1, 1, 50), (1, 2, 1, 50), (0, 2, 2, 99)]
    lists = many_to_many(arcs_of(rows), NODES, ints([0]), ints([2]))
    assert rows_of(lists) == [[(2, 99, 0)]]


def test_batches_do_not_change_the_answer():
    rng = np.random.default_rng(1)
    rows = rng.integers([0, 0, 1, 0], [NODES, NODES, 5, 5], (30, 4))
    every = ints(np.arange(NODES))
    whole = many_to_many(arcs_of(rows.tolist()), NODES, every, every)
    small = many_to_many(arcs_of(rows.tolist()), NODES, every, every, memory_gb=3e-6)
    assert rows_of(whole) == rows_of(small)


def test_lists_beyond_the_memory_limit_are_refused():
    rows = [(node, (node + 1) % NODES, 1, 1) for node in range(NODES)]
    every = ints(np.arange(NODES))
    with pytest.raises(Refusal, match="F221"):
        many_to_many(arcs_of(rows), NODES, every, every, memory_gb=1e-6)


def test_arcs_without_duration_are_an_error():
    with pytest.raises(ValueError, match="at least one second"):
        many_to_many(arcs_of([(0, 1, 0, 5)]), NODES, ints([0]), ints([1]))
