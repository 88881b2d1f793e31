"""Many-to-many travel as sparse lists: the lexicographically smallest (time, length) ways."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.frozen import Frozen
from optimizer.core.refusal import Fault, Refusal
from optimizer.travel.choice import rows_of
from optimizer.travel.ranking import best_first, make_ranked
from optimizer.travel.rows import ThereAndBack
from optimizer.travel.weights import quickest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from optimizer.core.streets import Arcs
    from optimizer.travel.ranking import Ranked
    from optimizer.travel.rows import Rows

    Columns = tuple[NDArray[np.int32], ...]

BYTES_PER_ENTRY = 48  # three int32 columns, and what joining them needs meanwhile
THREADS = 2


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


def in_order(threads: int, work: Callable[[Any], Any], items: list[Any]) -> Iterator[Any]:
    """Yield work(item) in order, at most a few items ahead of the one who asks."""
    if threads <= 1 or len(items) <= 1:
        yield from map(work, items)
        return
    with ThreadPoolExecutor(threads) as pool:
        ahead = deque(pool.submit(work, item) for item in items[: 2 * threads])
        try:
            for item in [*items[2 * threads :], *[None] * len(ahead)]:
                done = ahead.popleft().result()
                if item is not None:
                    ahead.append(pool.submit(work, item))
                yield done
        finally:
            for waiting in ahead:
                waiting.cancel()


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
    times = np.bincount(back, minlength=len(node))
    most = targets if nearest is None else min(nearest, targets)
    first = int(np.searchsorted(node, 0))  # -1 has an empty list
    store = _Collector(len(node), memory_gb)

    spare: list[Ranked] = []

    def part(batch: range) -> tuple[range, NDArray[np.int64], Columns]:
        keys = rows.keys(node[batch.start : batch.stop])
        ranked = spare.pop() if spare else make_ranked(rows.batch, targets, most)
        end = best_first(keys, most, ranked)
        columns = (ranked.target[:end], ranked.time_s[:end], ranked.length_m[:end])
        found = ranked.entries[: len(batch)].copy(), tuple(column.copy() for column in columns)
        rows.done(keys)
        spare.append(ranked)
        return batch, *found

    batches = [
        range(begin, min(begin + rows.batch, len(node)))
        for begin in range(first, len(node), rows.batch)
    ]
    for batch, count, columns in in_order(threads, part, batches):
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
        self, batch: range, count: NDArray[np.int64], columns: Columns, times: NDArray[np.int64]
    ) -> None:
        """Append the rows of one batch; `times` is how often each source is asked for."""
        self.counts[batch.start : batch.stop] = count
        self.entries += int(count @ times[batch.start : batch.stop])
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
