"""Many-to-many travel as sparse lists: the lexicographically smallest (time, length) ways."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.frozen import Frozen
from optimizer.core.refusal import Fault, Refusal
from optimizer.travel.choice import rows_of
from optimizer.travel.parallel import THREADS, in_order
from optimizer.travel.ranking import best_first, make_ranked
from optimizer.travel.rows import ThereAndBack
from optimizer.travel.weights import quickest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.streets import Arcs
    from optimizer.travel.ranking import Ranked
    from optimizer.travel.rows import Rows

    Columns = tuple[NDArray[np.int32], ...]

BYTES_PER_ENTRY = 48  # three int32 columns, and what joining them needs meanwhile


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


def many_to_many(  # noqa: PLR0913 - the last five are independent keywords
    arcs: Arcs,
    node_count: int,
    sources: NDArray[np.int32],
    targets: NDArray[np.int32],
    *,
    cutoff_s: int | None = None,
    nearest: int | None = None,
    memory_gb: float = 16.0,
    reverse: bool = False,
    threads: int = THREADS,
) -> TravelLists:
    """Return times and lengths from each source node to the target nodes that it reaches.

    Parameters
    ----------
    arcs : arcs of one profile over nodes 0..node_count-1.
    sources, targets : street nodes, -1 where there is none (never reached). May repeat.
    cutoff_s : leave out what takes longer. nearest : keep only so many best targets per source.
    reverse : give the way from target to source instead.
    threads : do not change the answer.

    Raises
    ------
    Refusal
        F221 when the lists would need more than `memory_gb`.
    """
    graph = quickest(arcs, node_count)
    (rows,) = rows_of(
        graph, sources, targets, ways=(reverse,), cutoff=cutoff_s, memory_gb=memory_gb
    )
    return ranked_lists(rows, sources, len(targets), nearest, memory_gb, threads)


def round_trips(
    arcs: Arcs,
    node_count: int,
    sources: NDArray[np.int32],
    targets: NDArray[np.int32],
    *,
    cutoff_s: int | None = None,
    memory_gb: float = 16.0,
    threads: int = THREADS,
) -> TravelLists:
    """Return seconds and metres there and back, for pairs whose round trip is within the cut-off.

    Parameters and errors as in `many_to_many`; the way back is its own shortest path.
    """
    graph = quickest(arcs, node_count)
    there, back = rows_of(
        graph, sources, targets, ways=(False, True), cutoff=cutoff_s, memory_gb=memory_gb
    )
    rows = ThereAndBack(there, back, cutoff_s)
    return ranked_lists(rows, sources, len(targets), None, memory_gb, threads)


def ranked_lists(
    rows: Rows,
    sources: NDArray[np.int32],
    targets: int,
    nearest: int | None,
    memory_gb: float,
    threads: int,
) -> TravelLists:
    """Gather the lists of the distinct source nodes, and copy them to every source."""
    node, back = np.unique(sources, return_inverse=True)
    if len(node) == len(sources):
        node, back = sources, np.arange(len(sources))
    times = np.bincount(back, minlength=len(node))
    most = targets if nearest is None else min(nearest, targets)
    store = _Collector(len(node), memory_gb)
    known = np.flatnonzero(node >= 0)
    spare: list[Ranked] = []

    def part(begin: int) -> tuple[NDArray[np.int64], NDArray[np.int64], Columns]:
        batch = known[begin : begin + rows.batch]
        keys = rows.keys(node[batch])
        ranked = spare.pop() if spare else make_ranked(min(rows.batch, len(node)), targets, most)
        end = best_first(keys, most, ranked)
        columns = (ranked.target[:end], ranked.time_s[:end], ranked.length_m[:end])
        found = ranked.entries[: len(batch)].copy(), tuple(column.copy() for column in columns)
        rows.done(keys)
        spare.append(ranked)
        return batch, *found

    for batch, count, columns in in_order(threads, part, range(0, len(known), rows.batch)):
        store.add(batch, count, columns, times)
    return _spread(store.lists(), back)


def _spread(lists: TravelLists, back: NDArray[np.intp]) -> TravelLists:
    """Return the lists of every source from those of the distinct ones."""
    if np.array_equal(back, np.arange(len(lists.start) - 1)):
        return lists
    count = np.diff(lists.start)[back]
    start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    entry = np.arange(start[-1]) - np.repeat(start[:-1] - lists.start[back], count)
    return TravelLists(start, lists.target[entry], lists.time_s[entry], lists.length_m[entry])


class _Collector:
    """Gathers sorted rows batch by batch and refuses to outgrow the memory limit."""

    def __init__(self, source_count: int, memory_gb: float) -> None:
        self.counts = np.zeros(source_count, dtype=np.int64)
        self.parts: list[Columns] = []
        self.entries = 0
        self.memory_gb = memory_gb

    def add(
        self,
        batch: NDArray[np.int64],
        count: NDArray[np.int64],
        columns: Columns,
        times: NDArray[np.int64],
    ) -> None:
        """Append the rows of one batch; `times` is how often each source is asked for."""
        self.counts[batch] = count
        self.entries += int(count @ times[batch])
        self._refuse_too_much()
        self.parts.append(columns)

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
