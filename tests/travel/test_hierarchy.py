"""A hierarchy answers like Dijkstra, whatever the streets look like, and outlives damage."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.core.refusal import Refusal
from optimizer.core.streets import Arcs
from optimizer.travel import (
    choice,
    contraction,
    heap,
    hierarchy,
    many_to_many,
    prepared,
    ranking,
    round_trips,
    rows,
    sweep,
    travel_table,
)
from optimizer.travel.hierarchy import number, prepare
from optimizer.travel.ranking import KEY_BITS, make_ranked
from optimizer.travel.rows import HierarchyRows, PlainRows
from optimizer.travel.sweep import LANES, fan, make_room, spread
from optimizer.travel.weights import quickest, shortest
from tests.travel.towns import by_dijkstra, grid, ints, town


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("FAUBOURG_CACHE_DIR", str(tmp_path))
    prepared.forget()


@pytest.fixture
def uncompiled(monkeypatch):
    """Run the kernels of travel as plain Python."""

    def switch():
        for module in (contraction, heap, hierarchy, ranking, rows, sweep):
            for name, value in list(vars(module).items()):
                if hasattr(value, "py_func"):
                    monkeypatch.setattr(module, name, value.py_func)

    return switch


def by_sweep(graph, sources, targets, *, reverse=False):
    ways = fan(prepare(graph), targets, reverse=reverse)
    room = make_room(ways)
    found = []
    for first in range(0, len(sources), LANES):
        batch = ways.place[sources[first : first + LANES]]
        spread(ways.way, ways.below, batch, room)
        found.append(room.distance[ways.target][:, : len(batch)].T.copy())
    return np.concatenate(found)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**6), st.integers(2, 60), st.sampled_from([1.0, 2.0, 5.0]), st.booleans())
def test_sweeps_equal_dijkstra_on_any_streets(seed, nodes, degree, reverse):
    arcs = town(seed, nodes, degree)
    rng = np.random.default_rng(seed)
    targets = ints(rng.integers(0, nodes, 1 + nodes // 3))
    every = ints(np.arange(nodes))
    for graph in (quickest(arcs, nodes), shortest(arcs, nodes)):
        expected = by_dijkstra(graph, every, reverse=reverse)[:, targets]
        np.testing.assert_array_equal(by_sweep(graph, every, targets, reverse=reverse), expected)


def test_streets_without_order_that_outgrow_the_first_arrays_are_contracted(monkeypatch):
    monkeypatch.setattr(hierarchy, "CUTS_ROOM", 1)
    rooms = []
    more = hierarchy._with_more_room
    monkeypatch.setattr(hierarchy, "_with_more_room", lambda lists: rooms.append(1) or more(lists))
    rng = np.random.default_rng(3)
    tail, head = rng.integers(0, 80, (2, 400))
    graph = quickest(Arcs(ints(tail), ints(head), ints(1 + tail % 7), ints(head % 5)), 80)
    every = ints(np.arange(80))
    np.testing.assert_array_equal(by_sweep(graph, every, every), by_dijkstra(graph, every))
    assert len(rooms) > 2


def test_the_hierarchy_of_a_town_stays_thin():
    graph = quickest(grid(40), 1600)
    assert len(prepare(graph).other) < 2 * len(graph.tail)


def test_contraction_is_the_same_compiled_or_not(uncompiled):
    graph = quickest(town(5, 40), 40)
    fast = hierarchy.prepare(graph)
    uncompiled()
    slow = hierarchy.prepare(graph)
    for name in ("place", "start", "other", "out", "back"):
        np.testing.assert_array_equal(getattr(fast, name), getattr(slow, name))


def test_sweeping_is_the_same_compiled_or_not(uncompiled):
    targets, sources = ints([1, 5, 9, 33, -1, 5]), ints(np.arange(7))
    made = hierarchy.prepare(quickest(town(6, 40), 40))
    fast = HierarchyRows(made, targets, cutoff=6, reverse=False).keys(sources)
    uncompiled()
    slow = HierarchyRows(made, targets, cutoff=6, reverse=False).keys(sources)
    np.testing.assert_array_equal(fast, slow)
    assert (fast >= 0).any()


def test_every_node_is_numbered_after_its_more_important_neighbours():
    above = {0: [], 1: [0], 2: [0, 1], 3: [2], 4: []}
    below = [(up, node) for node, ups in above.items() for up in ups]
    start = np.searchsorted(sorted(up for up, _ in below), np.arange(6))
    waits = np.array([len(above[node]) for node in range(5)])
    node = ints(np.zeros(5))
    number(waits, start, ints([low for _, low in sorted(below)]), node)
    place = {int(item): rank for rank, item in enumerate(node)}
    assert sorted(place) == [0, 1, 2, 3, 4]
    assert all(place[up] < place[low] for up, low in below)


def check_ranking(keys, most):
    ranked = make_ranked(len(keys), keys.shape[1], most)
    end = ranking.best_first(keys, most, ranked)
    orders = [
        [int(item) for item in np.argsort(row, kind="stable") if row[item] >= 0][:most]
        for row in keys
    ]
    assert ranked.target[:end].tolist() == [item for order in orders for item in order]
    assert ranked.entries.tolist() == [len(order) for order in orders]
    told = ranked.time_s[:end].astype(np.int64) << KEY_BITS | ranked.length_m[:end]
    assert told.tolist() == [
        int(row[item]) for row, order in zip(keys, orders, strict=True) for item in order
    ]


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**6), st.integers(0, 90), st.integers(0, 50), st.sampled_from([3, 10**9]))
def test_the_first_of_a_row_are_those_of_a_full_sort(seed, targets, most, span):
    rng = np.random.default_rng(seed)
    check_ranking(rng.integers(-span // 4, span, (3, targets)), most)


def test_ranking_is_the_same_compiled_or_not(uncompiled):
    uncompiled()
    rng = np.random.default_rng(1)
    for span, most in ((3, 30), (10**9, 7), (10**4, 60)):
        check_ranking(rng.integers(-span // 4, span, (2, 60)), most)


@settings(deadline=None, max_examples=25)
@given(
    st.integers(0, 10**6),
    st.none() | st.integers(0, 30),
    st.none() | st.integers(0, 12),
    st.booleans(),
    st.integers(1, 3),
)
def test_lists_do_not_depend_on_the_means(seed, cutoff_s, nearest, reverse, threads):
    rng = np.random.default_rng(seed)
    arcs, nodes = town(seed, 70, 3.0), 70
    sources, targets = ints(rng.integers(-1, nodes, 50)), ints(rng.integers(-1, nodes, 30))
    options = {"cutoff_s": cutoff_s, "nearest": nearest, "reverse": reverse}
    prepared.forget()
    plain = many_to_many(arcs, nodes, sources, targets, **options)
    plain_trips = round_trips(arcs, nodes, sources, targets, cutoff_s=cutoff_s)
    prepared.hierarchy_of(quickest(arcs, nodes))
    swept = many_to_many(arcs, nodes, sources, targets, threads=threads, **options)
    swept_trips = round_trips(arcs, nodes, sources, targets, cutoff_s=cutoff_s, threads=threads)
    for one, other in ((plain, swept), (plain_trips, swept_trips)):
        for name in ("start", "target", "time_s", "length_m"):
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_the_quicker_means_is_chosen():
    graph = quickest(grid(30), 900)
    every = ints(np.arange(900))
    far = PlainRows(graph, every, cutoff=None, reverse=False, memory_gb=1.0)
    near = PlainRows(graph, every, cutoff=60, reverse=False, memory_gb=1.0)
    assert choice.choose(graph, every[:10], far) is None
    assert choice.choose(graph, every[:100], far) is None
    assert choice.choose(graph, every, near) is None
    assert choice.choose(graph, every, far) is not None
    assert choice.choose(graph, every[:100], far) is not None


def test_a_graph_that_is_no_street_network_is_not_contracted():
    tail, head = np.nonzero(~np.eye(400, dtype=bool))
    graph = quickest(Arcs(ints(tail), ints(head), ints(1 + tail), ints(head)), 400)
    every = ints(np.arange(400))
    plain = PlainRows(graph, every, cutoff=None, reverse=False, memory_gb=1.0)
    assert choice.choose(graph, every, plain) is None


def test_a_changed_street_changes_the_ways():
    arcs, nodes = grid(20), 400
    every = ints(np.arange(nodes))
    before = many_to_many(arcs, nodes, every, every)
    slowed = arcs.replace(time_s=arcs.time_s + np.where(np.arange(arcs.count) == 7, 500, 0))
    after = many_to_many(slowed.replace(time_s=ints(slowed.time_s)), nodes, every, every)
    weight = by_dijkstra(quickest(slowed, nodes), every)
    assert after.time_s.sum() == (weight[np.isfinite(weight)].astype(np.int64) >> 24).sum()
    assert after.time_s.sum() > before.time_s.sum()


def test_a_hierarchy_comes_back_from_disk(monkeypatch):
    monkeypatch.setattr(prepared, "SMALLEST_STORED", 1)
    graph = quickest(grid(10), 100)
    made = prepared.hierarchy_of(graph)
    prepared.forget()
    found = prepared.ready(graph)
    assert found is not made
    np.testing.assert_array_equal(found.out, made.out)


@pytest.mark.parametrize("damage", [b"", b"nonsense", None])
def test_a_damaged_hierarchy_is_made_anew(tmp_path, monkeypatch, damage):
    monkeypatch.setattr(prepared, "SMALLEST_STORED", 1)
    graph = quickest(grid(10), 100)
    made = prepared.hierarchy_of(graph)
    (path,) = (tmp_path / "hierarchies").glob("*.npz")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] if damage is None else damage)
    prepared.forget()
    assert prepared.ready(graph) is None
    np.testing.assert_array_equal(prepared.hierarchy_of(graph).out, made.out)
    prepared.forget()
    assert prepared.ready(graph) is not None


def test_a_stored_hierarchy_whose_figures_were_changed_is_not_believed(tmp_path, monkeypatch):
    monkeypatch.setattr(prepared, "SMALLEST_STORED", 1)
    graph = quickest(grid(10), 100)
    made = prepared.hierarchy_of(graph)
    (path,) = (tmp_path / "hierarchies").glob("*.npz")
    with np.load(path) as stored:
        arrays = {key: stored[key] for key in stored.files}
    arrays["out"] = made.out + 1.0
    np.savez(path, **arrays)
    prepared.forget()
    assert prepared.ready(graph) is None


def test_a_folder_that_cannot_be_written_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(prepared, "SMALLEST_STORED", 1)
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("FAUBOURG_CACHE_DIR", str(blocked))
    graph = quickest(grid(10), 100)
    made = prepared.hierarchy_of(graph)
    assert prepared.ready(graph) is made
    assert not prepared.write(graph.name, made)


def test_rows_of_a_hierarchy_may_be_asked_again():
    graph = quickest(grid(10), 100)
    every = ints(np.arange(100))
    ways = HierarchyRows(prepare(graph), every, cutoff=None, reverse=False)
    first = ways.keys(every[:5]).copy()
    ways.done(ways.keys(every[5:20]))
    np.testing.assert_array_equal(ways.keys(every[:5]), first)


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("ready", [False, True])
def test_tables_hold_what_lists_hold(ready, reverse):
    rng = np.random.default_rng(4)
    arcs, nodes = town(9, 60, 2.0), 60
    sources, targets = ints(rng.integers(-1, nodes, 30)), ints(rng.integers(-1, nodes, 20))
    if ready:
        prepared.hierarchy_of(quickest(arcs, nodes))
    time_s, length_m = travel_table(arcs, nodes, sources, targets, reverse=reverse)
    lists = many_to_many(arcs, nodes, sources, targets, reverse=reverse)
    assert (time_s >= 0).sum() == (length_m >= 0).sum() == len(lists.target)
    np.testing.assert_array_equal(time_s[lists.source, lists.target], lists.time_s)
    np.testing.assert_array_equal(length_m[lists.source, lists.target], lists.length_m)


def test_a_table_beyond_the_memory_limit_is_refused():
    every = ints(np.arange(16))
    with pytest.raises(Refusal, match="F221"):
        travel_table(grid(4), 16, every, every, memory_gb=1e-6)
