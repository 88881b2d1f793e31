"""Arcs with one exact weight each: time and length packed, parallel arcs reduced to the best.

A weight is major * 2^24 + minor in float64, exact below 2^53: the shortest way by weight is the
lexicographic minimum of (major, minor) as long as no way is longer than 2^24 in the minor unit and
2^29 in the major one. Major is time and minor is length where the quickest way is asked for; the
shortest way has them the other way round.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from optimizer.core.frozen import Frozen

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.streets import Arcs

MINOR_BITS = 24
SPAN = 1 << MINOR_BITS


_graphs: WeakKeyDictionary[Arcs, dict[int, Graph]] = WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class Graph(Frozen):
    """Arcs tail -> head with positive weights, by (tail, head), each pair once and no loops.

    tail, head : int32. weight : float64. All of shape (m,).
    """

    node_count: int
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    weight: NDArray[np.float64]

    @cached_property
    def name(self) -> str:
        """A hash of the arcs."""
        state = hashlib.sha256(f"{self.node_count} {len(self.tail)}".encode())
        for values in (self.tail, self.head, self.weight):
            state.update(np.ascontiguousarray(values).data)
        return state.hexdigest()


def quickest(arcs: Arcs, node_count: int) -> Graph:
    """Return the graph of the quickest ways, the shortest one among equally quick ones.

    Arcs are read-only, so that the graph of the same arcs is made once as long as they live.
    """
    known = _graphs.setdefault(arcs, {})
    if node_count not in known:
        known[node_count] = _graph(arcs, node_count, arcs.time_s, arcs.length_m)
    return known[node_count]


def shortest(arcs: Arcs, node_count: int) -> Graph:
    """Return the graph of the shortest ways, the quickest one among equally short ones."""
    return _graph(arcs, node_count, arcs.length_m, arcs.time_s)


def _graph(
    arcs: Arcs, node_count: int, major: NDArray[np.int32], minor: NDArray[np.int32]
) -> Graph:
    if arcs.count and (arcs.length_m.min() < 0 or arcs.time_s.min() < 1):
        message = "arcs need at least one second and no negative length"
        raise ValueError(message)
    pair = arcs.tail.astype(np.int64) * max(node_count, 1) + arcs.head
    order = np.argsort(pair, kind="stable")
    pair, tail, head = pair[order], arcs.tail[order], arcs.head[order]
    weight = (major.astype(np.int64) * SPAN + minor)[order]
    first = np.flatnonzero(np.diff(pair, prepend=-1))
    least = np.minimum.reduceat(weight, first) if len(first) else weight
    tail, head = tail[first], head[first]
    way = tail != head
    return Graph(node_count, tail[way], head[way], least[way].astype(np.float64))
