"""Distances from many sources at once down a contraction hierarchy.

PHAST: D. Delling, A. V. Goldberg, A. Nowatzyk, R. F. Werneck, "PHAST: hardware-accelerated shortest
path trees", J. Parallel Distrib. Comput. 73 (2013), doi:10.1016/j.jpdc.2012.02.007; restricted to
what the targets need (RPHAST): D. Delling, A. V. Goldberg, R. F. Werneck, "Faster batched shortest
paths in road networks", ATMOS 2011, doi:10.4230/OASIcs.ATMOS.2011.52.

A source searches upwards; then one sweep over the nodes by falling importance settles every node
from its more important neighbours, for LANES sources side by side in one vector.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.compiled import inner_kernel, kernel
from optimizer.core.frozen import Frozen
from optimizer.travel.heap import pop, push

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.travel.hierarchy import Hierarchy

LANES = 16


class Way(NamedTuple):
    """One direction of a hierarchy as plain arrays (see `Hierarchy`)."""

    start: NDArray[np.int64]
    other: NDArray[np.int32]
    up: NDArray[np.float64]
    down: NDArray[np.float64]


class Below(NamedTuple):
    """The nodes that the targets need, each after all that it needs itself; s of them.

    rank : int32, shape (n,), rank of each place among them, -1 = not needed.
    start, other, weight : the arcs into rank r come from ranks other[start[r]:start[r + 1]].
    """

    rank: NDArray[np.int32]
    start: NDArray[np.int64]
    other: NDArray[np.int32]
    weight: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Fan(Frozen):
    """Everything that distances to one set of targets need, in one direction.

    target : int32, shape (targets,), rank in `below`, -1 = no street node.
    """

    way: Way
    below: Below
    place: NDArray[np.int32]
    target: NDArray[np.int32]


def fan(hierarchy: Hierarchy, targets: NDArray[np.int32], *, reverse: bool = False) -> Fan:
    """Return what is needed for the ways from any source to the targets (reverse: from them)."""
    up, down = hierarchy.out, hierarchy.back
    if reverse:
        up, down = down, up
    way = Way(hierarchy.start, hierarchy.other, up, down)
    known = targets >= 0
    wanted = np.zeros(hierarchy.node_count, dtype=np.bool_)
    wanted[hierarchy.place[targets[known]]] = True
    add_needed(way, wanted)
    needed = np.flatnonzero(wanted)
    rank = np.full(hierarchy.node_count, -1, dtype=np.int32)
    rank[needed] = np.arange(len(needed), dtype=np.int32)
    degree = hierarchy.start[needed + 1] - hierarchy.start[needed]
    start = np.concatenate([[0], np.cumsum(degree)])
    entry = np.arange(start[-1]) - np.repeat(start[:-1] - hierarchy.start[needed], degree)
    there = np.isfinite(down[entry])
    start = np.concatenate([[0], np.cumsum(there)])[start]
    below = Below(rank, start, rank[hierarchy.other[entry[there]]], down[entry[there]])
    target = np.full(len(targets), -1, dtype=np.int32)
    target[known] = rank[hierarchy.place[targets[known]]]
    return Fan(way, below, hierarchy.place, target)


@kernel
def add_needed(way: Way, wanted: NDArray[np.bool_]) -> None:
    """Mark what leads down to the places marked."""
    for place in range(len(wanted) - 1, -1, -1):
        if wanted[place]:
            for entry in range(way.start[place], way.start[place + 1]):
                if way.down[entry] < np.inf:
                    wanted[way.other[entry]] = True


class Room(NamedTuple):
    """Scratch of one thread; distance : float64, shape (s, LANES), what `spread` leaves behind.

    entered : bool, shape (s,), where the way up has left a distance.
    climb : float64, shape (n,), inf between calls. keys, items : a heap of nodes.
    """

    distance: NDArray[np.float64]
    entered: NDArray[np.bool_]
    climb: NDArray[np.float64]
    keys: NDArray[np.float64]
    items: NDArray[np.int32]


def make_room(ways: Fan) -> Room:
    """Return scratch for one thread."""
    nodes, needed = len(ways.place), len(ways.below.start) - 1
    return Room(
        distance=np.empty((needed, LANES)),
        entered=np.zeros(needed, dtype=np.bool_),
        climb=np.full(nodes, np.inf),
        keys=np.zeros(nodes + 1),
        items=np.zeros(nodes + 1, dtype=np.int32),
    )


@kernel
def spread(way: Way, below: Below, sources: NDArray[np.int32], room: Room) -> None:
    """Fill room.distance for up to LANES sources, given by place (-1 = none)."""
    distance, entered = room.distance, room.entered
    for lane in range(len(sources)):
        if sources[lane] >= 0:
            _climb(way, below, sources[lane], lane, room)
    for rank in range(len(entered)):
        here = distance[rank]
        if not entered[rank]:
            for lane in range(LANES):
                here[lane] = np.inf
        entered[rank] = False
        for entry in range(below.start[rank], below.start[rank + 1]):
            weight, there = below.weight[entry], distance[below.other[entry]]
            for lane in range(LANES):
                far = there[lane] + weight
                here[lane] = min(here[lane], far)


@inner_kernel
def _climb(way: Way, below: Below, source: int, lane: int, room: Room) -> None:
    """Search upwards from one source; every arc goes to a more important node (smaller place)."""
    distance, entered, climb, keys, items = room
    climb[source] = 0.0
    size = push(keys, items, 0, -float(source), source)
    while size > 0:
        node = items[0]
        size = pop(keys, items, size)
        far = climb[node]
        climb[node] = np.inf
        rank = below.rank[node]
        if rank >= 0:
            if not entered[rank]:
                entered[rank] = True
                for k in range(LANES):
                    distance[rank, k] = np.inf
            distance[rank, lane] = far
        for entry in range(way.start[node], way.start[node + 1]):
            there, other = far + way.up[entry], way.other[entry]
            if there < climb[other]:
                if climb[other] == np.inf:
                    size = push(keys, items, size, -float(other), other)
                climb[other] = there
