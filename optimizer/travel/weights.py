"""Arcs with one exact weight each: time and length packed, parallel arcs reduced to the best.

A weight is major * 2^24 + minor in float64, exact below 2^53: the shortest way by weight is the
lexicographic minimum of (major, minor) as long as no way is longer than 2^24 in the minor unit and
2^29 in the major one. Major is time and minor is length where the quickest way is asked for; the
shortest way has them the other way round.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.frozen import Frozen

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.streets import Arcs

MINOR_BITS = 24
SPAN = 1 << MINOR_BITS


@dataclass(frozen=True, eq=False)
class Graph(Frozen):
    """Arcs tail -> head with positive weights, by (tail, head), each pair once and no loops.

    tail, head : int32. weight : float64. All of shape (m,).
    """

    node_count: int
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    weight: NDArray[np.float64]


def quickest(arcs: Arcs, node_count: int) -> Graph:
    """Return the graph of the quickest ways, the shortest one among equally quick ones."""
    return _graph(arcs, node_count, arcs.time_s, arcs.length_m)


def shortest(arcs: Arcs, node_count: int) -> Graph:
    """Return the graph of the shortest ways, the quickest one among equally short ones."""
    return _graph(arcs, node_count, arcs.length_m, arcs.time_s)


def _graph(
    arcs: Arcs, node_count: int, major: NDArray[np.int32], minor: NDArray[np.int32]
) -> Graph:
    if arcs.count and (arcs.length_m.min() < 0 or arcs.time_s.min() < 1):
        message = "arcs need at least one second and no negative length"
        raise ValueError(message)
    weight = major.astype(np.int64) * SPAN + minor
    order = np.lexsort((weight, arcs.head, arcs.tail))
    tail, head = arcs.tail[order], arcs.head[order]
    first = np.ones(len(tail), dtype=bool)
    first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    first &= tail != head
    return Graph(node_count, tail[first], head[first], weight[order][first].astype(np.float64))
