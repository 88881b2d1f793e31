"""Many-to-many travel as sparse lists: the lexicographically smallest (time, length) paths.

Time and length travel in one float64 weight, time * 2^24 + length, which is exact below 2^53; so
the shortest path by weight is the lexicographic minimum as long as no path is longer than
2^24 metres or 2^29 seconds. Sources come in batches; no dense table exceeds the memory limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from optimizer.core.frozen import Frozen
from optimizer.core.refusal import Fault, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from optimizer.core.streets import Arcs

LENGTH_BITS = 24
LENGTH_SPAN = 1 << LENGTH_BITS
BYTES_PER_ENTRY = 48  # three int32 columns, and what sorting and joining them needs meanwhile
BATCH_BYTES = 128e6  # a dense batch beyond the processor's caches gains nothing
UNREACHED = -1


@dataclass(frozen=True, eq=False)
class TravelLists(Frozen):
    """Targets in reach of each source; row s is entries start[s]:start[s + 1], best first.

    start : int64, shape (sources + 1,). target : int32, index into the targets asked for.
    time_s, length_m : int32. Rows are sorted by (time, length, target).
    """

    start: NDArray[np.int64]
    target: NDArray[np.int32]
    time_s: NDArray[np.int32]
    length_m: NDArray[np.int32]

    @property
    def source(self) -> NDArray[np.int32]:
        """Index of the source of every entry."""
        return np.repeat(np.arange(len(self.start) - 1, dtype=np.int32), np.diff(self.start))


def many_to_many(  # noqa: PLR0913 - the last four are independent keywords
    arcs: Arcs,
    node_count: int,
    sources: NDArray[np.int32],
    targets: NDArray[np.int32],
    *,
    cutoff_s: int | None = None,
    nearest: int | None = None,
    memory_gb: float = 16.0,
    reverse: bool = False,
) -> TravelLists:
    """Return times and lengths from each source node to the target nodes that it reaches.

    Parameters
    ----------
    arcs : arcs of one profile over nodes 0..node_count-1.
    sources, targets : street nodes, -1 where there is none (never reached). May repeat.
    cutoff_s : leave out what takes longer. nearest : keep only so many best targets per source.
    reverse : give the way from target to source instead.

    Raises
    ------
    Refusal
        F221 when the lists would need more than `memory_gb`.
    """
    graph = _graph(arcs, node_count, reverse=reverse)
    store = _Collector(len(sources), memory_gb)
    for first, weight in _batches(graph, sources, targets, cutoff_s, memory_gb):
        time_s, length_m = _decode(weight)
        rank = time_s * LENGTH_SPAN + length_m
        store.add(first, time_s, length_m, np.where(time_s >= 0, rank, UNREACHED), nearest)
    return store.lists()


def round_trips(
    arcs: Arcs,
    node_count: int,
    sources: NDArray[np.int32],
    targets: NDArray[np.int32],
    *,
    cutoff_s: int | None = None,
    memory_gb: float = 16.0,
) -> TravelLists:
    """Return seconds and metres there and back, for pairs whose round trip is within the cut-off.

    Parameters and errors as in `many_to_many`; the way back is its own shortest path.
    """
    there = _batches(_graph(arcs, node_count), sources, targets, cutoff_s, memory_gb)
    back = _batches(_graph(arcs, node_count, reverse=True), sources, targets, cutoff_s, memory_gb)
    store = _Collector(len(sources), memory_gb)
    for (first, weight_there), (_, weight_back) in zip(there, back, strict=True):
        time_s, length_m = _decode(weight_there)
        back_s, back_m = _decode(weight_back)
        reached = (time_s >= 0) & (back_s >= 0)
        time_s, length_m = time_s + back_s, length_m + back_m
        if cutoff_s is not None:
            reached &= time_s <= cutoff_s
        rank = time_s * (2 * LENGTH_SPAN) + length_m
        store.add(first, time_s, length_m, np.where(reached, rank, UNREACHED), None)
    return store.lists()


def _graph(arcs: Arcs, node_count: int, *, reverse: bool = False) -> csr_array:
    tail, head = (arcs.head, arcs.tail) if reverse else (arcs.tail, arcs.head)
    weight = arcs.time_s.astype(np.int64) * LENGTH_SPAN + arcs.length_m
    if arcs.count and (arcs.length_m.min() < 0 or arcs.time_s.min() < 1):
        message = "arcs need at least one second and no negative length"
        raise ValueError(message)
    order = np.lexsort((weight, head, tail))
    tail, head, weight = tail[order], head[order], weight[order]
    # parallel arcs: a sparse matrix would add them up, so only the best one stays
    first = np.ones(len(tail), dtype=bool)
    first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    return csr_array(
        (weight[first].astype(np.float64), (tail[first], head[first])),
        shape=(node_count, node_count),
    )


def _batches(
    graph: csr_array,
    sources: NDArray[np.int32],
    targets: NDArray[np.int32],
    cutoff_s: int | None,
    memory_gb: float,
) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """Yield (rank of the first source, weights of shape (batch, targets)), inf where unreached."""
    node_count = graph.shape[0]
    limit = np.inf if cutoff_s is None else (cutoff_s + 1) * float(LENGTH_SPAN) - 1.0
    row_bytes = 8.0 * (node_count + 8 * max(len(targets), 1))
    batch = max(int(min(BATCH_BYTES, memory_gb * 1e9 / 8) / row_bytes), 1)
    known = targets >= 0
    for first in range(0, len(sources), batch):
        nodes = sources[first : first + batch]
        weight = np.full((len(nodes), len(targets)), np.inf)
        rows = np.flatnonzero(nodes >= 0)
        if len(rows) and known.any():
            distinct, back = np.unique(nodes[rows], return_inverse=True)
            reach = dijkstra(graph, indices=distinct, limit=limit)
            weight[np.ix_(rows, known)] = reach[:, targets[known]][back]
        yield first, weight


def _decode(weight: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    whole = np.where(np.isfinite(weight), weight, -1.0).astype(np.int64)
    return whole >> LENGTH_BITS, whole & (LENGTH_SPAN - 1)


class _Collector:
    """Gathers sorted rows batch by batch and refuses to outgrow the memory limit."""

    def __init__(self, source_count: int, memory_gb: float) -> None:
        self.counts = np.zeros(source_count, dtype=np.int64)
        self.parts: list[tuple[NDArray[np.int32], ...]] = []
        self.entries = 0
        self.memory_gb = memory_gb

    def add(
        self,
        first: int,
        time_s: NDArray[np.int64],
        length_m: NDArray[np.int64],
        rank: NDArray[np.int64],
        nearest: int | None,
    ) -> None:
        """Append the rows of one batch; `rank` orders each row, negative = not reached."""
        row, target = np.nonzero(rank >= 0)
        order = np.lexsort((target, rank[row, target], row))
        row, target = row[order], target[order]
        if nearest is not None:
            count = np.bincount(row, minlength=len(rank))
            place = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
            row, target = row[place < nearest], target[place < nearest]
        self.entries += len(row)
        self._refuse_too_much()
        self.counts[first : first + len(rank)] = np.bincount(row, minlength=len(rank))
        columns = (target, time_s[row, target], length_m[row, target])
        self.parts.append(tuple(column.astype(np.int32) for column in columns))

    def lists(self) -> TravelLists:
        """Return everything gathered as one table of lists."""
        start = np.concatenate([[0], np.cumsum(self.counts)]).astype(np.int64)
        empty = [np.zeros(0, dtype=np.int32)]
        target, time_s, length_m = (
            np.concatenate(empty + [part[rank] for part in self.parts]) for rank in range(3)
        )
        return TravelLists(start, target, time_s, length_m)

    def _refuse_too_much(self) -> None:
        if self.entries * BYTES_PER_ENTRY > self.memory_gb * 1e9:
            needed_gb = self.entries * BYTES_PER_ENTRY / 1e9
            cause = f"the travel lists need more than {needed_gb:.1f} GB of {self.memory_gb:g} GB"
            action = "raise solve.memory_gb, or lower the bike or walking limit"
            raise Refusal(Fault("solve.memory_gb", "F221", cause, action))
