"""Keys of the ways from a batch of sources to all targets: by hierarchy, or by plain Dijkstra."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from optimizer.compiled import kernel
from optimizer.travel.ranking import KEY_BITS, LARGEST, UNREACHED
from optimizer.travel.sweep import LANES, fan, make_room, spread
from optimizer.travel.weights import MINOR_BITS, SPAN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.travel.hierarchy import Hierarchy
    from optimizer.travel.sweep import Room
    from optimizer.travel.weights import Graph

BATCH_BYTES = 64e6  # a dense batch beyond the processor's caches gains nothing


class Rows(Protocol):
    """Where keys come from, a batch of sources at a time; may be asked by several threads."""

    batch: int

    def keys(self, sources: NDArray[np.int32]) -> NDArray[np.int64]:
        """Return keys (see `ranking`) of shape (sources, targets); sources are street nodes."""

    def done(self, keys: NDArray[np.int64]) -> None:
        """Take keys back, so that their memory need not be asked for anew."""


class HierarchyRows:
    """Rows by sweeps down a hierarchy."""

    batch = LANES

    def __init__(
        self,
        hierarchy: Hierarchy,
        targets: NDArray[np.int32],
        *,
        cutoff: int | None,
        reverse: bool,
    ) -> None:
        self.fan = fan(hierarchy, targets, reverse=reverse)
        self.limit = largest_weight(cutoff)
        self.rooms: list[Room] = []
        self.spare: list[NDArray[np.int64]] = []

    def keys(self, sources: NDArray[np.int32]) -> NDArray[np.int64]:
        """Return the keys of at most LANES sources."""
        ways = self.fan
        room = self.rooms.pop() if self.rooms else make_room(ways)
        spread(ways.way, ways.below, ways.place[sources], room)
        whole = self.spare.pop() if self.spare else np.empty((LANES, len(ways.target)), np.int64)
        keys = whole[: len(sources)]
        take(room.distance, ways.target, self.limit, keys)
        self.rooms.append(room)
        return keys

    def done(self, keys: NDArray[np.int64]) -> None:
        """Take keys back."""
        self.spare.append(keys if keys.base is None else keys.base)


class PlainRows:
    """Rows by scipy's Dijkstra, without preparation."""

    def __init__(
        self,
        graph: Graph,
        targets: NDArray[np.int32],
        *,
        cutoff: int | None,
        reverse: bool,
        memory_gb: float,
    ) -> None:
        tail, head = (graph.head, graph.tail) if reverse else (graph.tail, graph.head)
        shape = (graph.node_count, graph.node_count)
        self.matrix = csr_array((graph.weight, (tail, head)), shape=shape)
        self.limit = largest_weight(cutoff)
        self.known = targets >= 0
        self.targets = targets
        row_bytes = 8.0 * (graph.node_count + 4 * max(len(targets), 1))
        self.batch = max(int(min(BATCH_BYTES, memory_gb * 1e9 / 8) / row_bytes), 1)

    def keys(self, sources: NDArray[np.int32]) -> NDArray[np.int64]:
        """Return the keys of some sources."""
        keys = np.full((len(sources), len(self.targets)), UNREACHED, dtype=np.int64)
        if len(sources) and self.known.any():
            reach = dijkstra(self.matrix, indices=sources, limit=self.limit)
            weight = reach[:, self.targets[self.known]]
            whole = np.where(np.isfinite(weight), weight, 0.0).astype(np.int64)
            packed = ((whole >> MINOR_BITS) << KEY_BITS) | (whole & (SPAN - 1))
            keys[:, self.known] = np.where(np.isfinite(weight), packed, UNREACHED)
        return keys

    def done(self, keys: NDArray[np.int64]) -> None:
        """Leave large batches to the allocator."""

    def reached(self, sources: NDArray[np.int32]) -> float:
        """Return how many street nodes a source reaches on average."""
        reach = dijkstra(self.matrix, indices=sources, limit=self.limit)
        return float(np.isfinite(reach).sum()) / len(sources)


class ThereAndBack:
    """Rows of round trips: keys of both ways added up, at most the cut-off together."""

    def __init__(self, there: Rows, back: Rows, cutoff: int | None) -> None:
        self.there, self.back = there, back
        self.batch = min(there.batch, back.batch)
        self.limit = LARGEST if cutoff is None else (cutoff + 1) << KEY_BITS

    def keys(self, sources: NDArray[np.int32]) -> NDArray[np.int64]:
        """Return the keys of some sources."""
        there, back = self.there.keys(sources), self.back.keys(sources)
        missing = (there < 0) | (back < 0)
        there += back
        there[missing | (there >= self.limit)] = UNREACHED
        self.back.done(back)
        return there

    def done(self, keys: NDArray[np.int64]) -> None:
        """Take keys back."""
        self.there.done(keys)


@kernel
def take(
    distance: NDArray[np.float64],
    target: NDArray[np.int32],
    limit: float,
    keys: NDArray[np.int64],
) -> None:
    """Turn the weights of a sweep into rows of keys."""
    for goal in range(len(target)):
        rank = target[goal]
        for lane in range(len(keys)):
            keys[lane, goal] = -1
            if rank >= 0 and distance[rank, lane] <= limit:
                whole = np.int64(distance[rank, lane])
                time = whole >> MINOR_BITS
                keys[lane, goal] = (time << KEY_BITS) | (whole - (time << MINOR_BITS))


def largest_weight(cutoff: int | None) -> float:
    """Return the largest weight within the cut-off; whatever is reached is finite."""
    if cutoff is None:
        return float(np.finfo(np.float64).max)
    return (cutoff + 1) * float(SPAN) - 1.0
