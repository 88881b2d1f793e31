"""Ways are streets one after another, as long as the table of travel says."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from optimizer.core.streets import Arcs
from optimizer.travel import travel_table
from optimizer.travel.ways import way, ways
from tests.travel.towns import ints, town


@pytest.mark.parametrize("seed", range(4))
def test_a_way_takes_arcs_and_is_as_long_as_the_table_says(seed):
    nodes = 25
    arcs = town(seed, nodes)
    best = {}
    for row in zip(arcs.tail, arcs.head, arcs.time_s, arcs.length_m, strict=True):
        tail, head, time_s, length_m = map(int, row)
        cost = (time_s, length_m)
        best[tail, head] = min(cost, best.get((tail, head), cost))
    every = np.arange(nodes, dtype=np.int32)
    time_s, length_m = travel_table(arcs, nodes, every, every)
    origin, target = np.repeat(every, nodes), np.tile(every, nodes)
    first, node = ways(arcs, nodes, origin, target)
    for rank, (start, end) in enumerate(zip(origin.tolist(), target.tolist(), strict=True)):
        path = node[first[rank] : first[rank + 1]].tolist()
        if start == end or time_s[start, end] < 0:
            assert path == []
            continue
        assert (path[0], path[-1]) == (start, end)
        steps = [best[step] for step in pairwise(path)]
        told = (sum(step[0] for step in steps), sum(step[1] for step in steps))
        assert told == (time_s[start, end], length_m[start, end])


def test_a_one_way_street_is_taken_one_way():
    one = np.ones(3, dtype=np.int32)
    ring = Arcs(ints([0, 1, 2]), ints([1, 2, 0]), one, one)
    first, node = ways(ring, 3, ints([0, 1, -1]), ints([1, 0, 1]))
    assert first.tolist() == [0, 2, 5, 5]
    assert node.tolist() == [0, 1, 1, 2, 0]


def test_the_kernel_leaves_its_scratch_as_it_was():
    head, weight = ints([1, 2, 2]), np.array([1.0, 5.0, 2.0])
    arc_from = np.array([0, 2, 3, 3], dtype=np.int64)
    distance, before, touched = np.full(3, np.inf), ints([-1] * 3), ints([0] * 3)
    room = distance, before, np.empty(4), ints([0] * 4), touched
    assert way(arc_from, head, weight, 0, 2, *room) == 3
    assert touched.tolist() == [2, 1, 0]
    assert np.isinf(distance).all()
    assert before.tolist() == [-1, -1, -1]
    assert way(arc_from, head, weight, 2, 0, *room) == 0
