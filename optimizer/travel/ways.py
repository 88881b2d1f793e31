"""The streets between places: nodes of quickest ways, as `travel_table` measures them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.compiled import kernel
from optimizer.travel.heap import pop, push
from optimizer.travel.weights import quickest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.streets import Arcs

NOBODY = -1


def ways(
    arcs: Arcs, node_count: int, origin: NDArray[np.int32], target: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return the street nodes of the quickest way of each pair, both ends included.

    Parameters
    ----------
    origin, target
        Street nodes, shape (q,).

    Returns
    -------
    tuple
        first int64, shape (q + 1,), and node int32: way q is node[first[q]:first[q + 1]]. It is
        empty where both ends are one node, where there is no way, and where an end is -1.
    """
    graph = quickest(arcs, node_count)
    arc_from = np.searchsorted(graph.tail, np.arange(node_count + 1)).astype(np.int64)
    room = len(graph.head) + 1
    distance = np.full(node_count, np.inf)
    before = np.full(node_count, NOBODY, dtype=np.int32)
    keys, items = np.empty(room), np.empty(room, dtype=np.int32)
    touched = np.empty(node_count, dtype=np.int32)
    known: dict[tuple[int, int], NDArray[np.int32]] = {}
    found = []
    for pair in zip(origin.tolist(), target.tolist(), strict=True):
        if pair[0] == pair[1] or min(pair) < 0:
            found.append(touched[:0])
            continue
        if pair not in known:
            count = way(
                arc_from, graph.head, graph.weight, *pair, distance, before, keys, items, touched
            )
            known[pair] = touched[:count][::-1].copy()
        found.append(known[pair])
    sizes = np.array([len(nodes) for nodes in found], dtype=np.int64)
    first = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    node = np.concatenate(found) if found else touched[:0]
    return first, node.astype(np.int32)


@kernel
def way(  # noqa: PLR0913, PLR0917 - arrays that are made once for many ways
    arc_from: NDArray[np.int64],
    head: NDArray[np.int32],
    weight: NDArray[np.float64],
    origin: int,
    target: int,
    distance: NDArray[np.float64],
    before: NDArray[np.int32],
    keys: NDArray[np.float64],
    items: NDArray[np.int32],
    touched: NDArray[np.int32],
) -> int:
    """Write the nodes of the quickest way into `touched`, from its end; returns how many.

    distance, before : inf and -1 everywhere; so they are again afterwards.
    """
    distance[origin] = 0.0
    touched[0], seen = origin, 1
    size = push(keys, items, 0, 0.0, origin)
    while size > 0:
        here, node = keys[0], items[0]
        size = pop(keys, items, size)
        if here > distance[node]:
            continue
        if node == target:
            break
        for arc in range(arc_from[node], arc_from[node + 1]):
            after, far = head[arc], here + weight[arc]
            if far < distance[after]:
                if distance[after] == np.inf:
                    touched[seen] = after
                    seen += 1
                distance[after], before[after] = far, node
                size = push(keys, items, size, far, after)
    reached = distance[target] < np.inf
    # the way is gathered in `items`, whose heap is done with, as `touched` is still needed
    count = 0
    node = target if reached else -1
    while node >= 0:
        items[count] = node
        count += 1
        node = before[node]
    for rank in range(seen):
        distance[touched[rank]], before[touched[rank]] = np.inf, -1
    for rank in range(count):
        touched[rank] = items[rank]
    return count
