"""A unit that is filled anew holds the best knapsack of those who may be in it."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from optimizer.siting.stacking.refilling import choose
from optimizer.siting.stacking.seating import Desk


def chosen(need, value, room):
    """Return who is in the best knapsack, as `refilling` reads it."""
    count = len(need)
    desk = Desk(
        np.arange(count),
        np.array(need, dtype=np.int64),
        np.array(value, dtype=float),
        np.full(room + 1, 7.0),
        np.ones((count, room + 1), dtype=np.int8),
    )
    choose.py_func(desk, count, room)
    left, taken = room, []
    for rank in range(count - 1, -1, -1):
        if desk.chosen[rank, left]:
            left -= need[rank]
            taken.append(rank)
    return taken


def test_two_small_tenants_beat_a_large_one_that_pays_more_than_each():
    assert sorted(chosen([60, 50, 50], [90.0, 50.0, 50.0], 100)) == [1, 2]
    assert chosen([60, 50, 50], [90.0, 50.0, 50.0], 99) == [0]
    assert chosen([60], [90.0], 59) == []


@given(
    st.lists(st.tuples(st.integers(1, 12), st.integers(1, 30)), max_size=7),
    st.integers(0, 30),
)
def test_nobody_chooses_better(tenants, room):
    need, value = [m2 for m2, _ in tenants], [float(eur) for _, eur in tenants]
    taken = chosen(need, value, room)
    best = max(
        sum(value[rank] for rank in some)
        for size in range(len(need) + 1)
        for some in combinations(range(len(need)), size)
        if sum(need[rank] for rank in some) <= room
    )
    assert sum(need[rank] for rank in taken) <= room
    assert sum(value[rank] for rank in taken) == best
