"""Many-to-many travel as whole tables, for those who need every pair."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.refusal import Fault, Refusal
from optimizer.travel.choice import rows_of
from optimizer.travel.parallel import THREADS, in_order
from optimizer.travel.ranking import KEY_BITS, KEY_SPAN, UNREACHED
from optimizer.travel.weights import quickest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.streets import Arcs

BYTES_PER_PAIR = 8


def travel_table(
    arcs: Arcs,
    node_count: int,
    sources: NDArray[np.int32],
    targets: NDArray[np.int32],
    *,
    memory_gb: float = 16.0,
    reverse: bool = False,
    threads: int = THREADS,
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return seconds and metres of the quickest ways, int32, shape (sources, targets), -1 = none.

    Parameters as in `many_to_many`.

    Raises
    ------
    Refusal
        F221 when the tables would need more than `memory_gb`.
    """
    shape = (len(sources), len(targets))
    needed_gb = shape[0] * shape[1] * BYTES_PER_PAIR / 1e9
    if needed_gb > memory_gb:
        cause = f"the travel tables need {needed_gb:.1f} GB of {memory_gb:g} GB"
        raise Refusal(Fault("memory_gb", "F221", cause, "ask for lists, or raise the limit"))
    graph = quickest(arcs, node_count)
    (rows,) = rows_of(graph, sources, targets, ways=(reverse,), cutoff=None, memory_gb=memory_gb)
    time_s, length_m = np.empty(shape, dtype=np.int32), np.empty(shape, dtype=np.int32)
    known = np.flatnonzero(sources >= 0)
    time_s[sources < 0], length_m[sources < 0] = UNREACHED, UNREACHED

    def part(begin: int) -> None:
        which = known[begin : begin + rows.batch]
        keys = rows.keys(sources[which])
        time_s[which] = keys >> KEY_BITS
        length_m[which] = np.where(keys < 0, UNREACHED, keys & (KEY_SPAN - 1))
        rows.done(keys)

    for _ in in_order(threads, part, list(range(0, len(known), rows.batch))):
        pass
    return time_s, length_m
