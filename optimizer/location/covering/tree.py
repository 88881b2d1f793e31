"""Branch and bound on what is covered, for covering problems too large for the solver.

A customer is either given up, which closes all sites around it, or covered, which makes its row a
hard one: both children are tighter than with single sites (as with pairs in Ryan, Foster 1981).
Nodes
start from the multipliers of their parent, fix columns by reduced prices, and the node of least
bound comes first, so that the bound rises evenly.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

import numpy as np

from optimizer.location.covering.finish import finish
from optimizer.location.covering.lagrangian import Multipliers, climb, lagrangian_bound
from optimizer.location.covering.narrowing import settled_columns
from optimizer.location.covering.reduce import carried, with_fixed, without_dominated
from optimizer.location.covering.starts import first_plan

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.location.covering.pursuit import Pursuit
    from optimizer.location.covering.rows import Cover

    Node = tuple[float, int, Cover, Multipliers]

CLIMB = 150  # iterations in a node, twice at most
SCALE = 2.0  # of the steps they begin with
LEAF = 4000  # entries that the solver is given
LEAF_S = 1.0
LEAF_NODES = 100
DOUBT = 0.3  # distance of a coverage from 0 and 1 that is worth branching on
WHOLE_SHARE = 0.05  # shares so near 0 or 1 are not branched on
ENTRIES = 40_000_000  # of all waiting nodes together, about half a gigabyte


def explore(state: Pursuit) -> bool:
    """Search the tree until the limits; return whether it was exhausted."""
    if state.multipliers is None:
        return False
    multipliers, _ = climb(state.cover, state.multipliers, state.value, CLIMB, SCALE)
    root, _ = lagrangian_bound(state.cover, multipliers.row, multipliers.budget)
    heap: list[Node] = [(root, 0, state.cover, multipliers)]
    ticks, entries = 0, 0
    while heap and state.record.stop_reason() is None and entries < ENTRIES:
        bound, _, cover, multipliers = heap[0]
        state.bound(bound, "tree")
        if bound >= state.cutoff:
            state.exhaust("tree")
            return True
        heappop(heap)
        entries -= len(cover.matrix.row)
        for child in children(cover, multipliers.share):
            node = None if child is None else _bounded(state, child, cover, multipliers)
            if node is not None:
                ticks += 1
                heappush(heap, (max(bound, node[0]), ticks, *node[1:]))
                entries += len(node[1].matrix.row)
        state.record.statistics["nodes"] = state.record.statistics.get("nodes", 0.0) + 1.0
    if not heap:
        state.exhaust("tree")
        return True
    return False


def children(cover: Cover, share: NDArray[np.float64]) -> list[Cover | None]:
    """Return two problems that between them hold every plan."""
    matrix = cover.matrix
    nothing = np.zeros(matrix.column_count, dtype=bool)
    running = np.concatenate([[0.0], np.cumsum(share[matrix.column])])
    mass = running[matrix.row_start[1:]] - running[matrix.row_start[:-1]]
    doubt = np.where((cover.need == 1) & (cover.step == 1), np.minimum(mass, 1.0 - mass), 0.0)
    # among rows in real doubt the one of most columns: whole neighbourhoods move the bound, pairs
    # of neighbours do not
    size = np.diff(matrix.row_start)
    i = int(np.argmax(np.where(doubt > DOUBT, size, doubt))) if len(doubt) else -1
    if i >= 0 and doubt[i] > WHOLE_SHARE:
        around = nothing.copy()
        around[matrix.column[matrix.row_start[i] : matrix.row_start[i + 1]]] = True
        hard = np.arange(matrix.row_count) == i
        covered = cover.replace(
            step=np.where(hard, 0, cover.step), penalty=np.where(hard, 0.0, cover.penalty)
        )
        return [with_fixed(cover, nothing, around), covered]
    j = int(np.argmax(np.minimum(share, 1.0 - share)))
    single = np.arange(matrix.column_count) == j
    return [with_fixed(cover, nothing, single), with_fixed(cover, single, nothing)]


def _bounded(
    state: Pursuit, child: Cover, parent: Cover, multipliers: Multipliers
) -> tuple[float, Cover, Multipliers] | None:
    """Bound and reduce a child; None where nothing better than the plan at hand is in it."""
    lean = without_dominated(child)
    if lean is None:
        return None
    row = carried(multipliers.row, parent, lean)
    found = Multipliers(-np.inf, row, multipliers.budget, np.zeros(lean.matrix.column_count))
    bound = -np.inf
    for _ in range(2):
        state.spend_entries(CLIMB * len(lean.matrix.row) / max(len(state.cover.matrix.row), 1))
        found, _ = climb(lean, found, state.value, CLIMB, SCALE)
        bound, _ = lagrangian_bound(lean, found.row, found.budget)
        if bound >= state.cutoff:
            return None
        opened, closed = settled_columns(lean, found, state.cutoff)
        if not (opened | closed).any():
            break
        rest = with_fixed(lean, opened, closed)
        smaller = None if rest is None else without_dominated(rest)
        if smaller is None:
            return None
        row = carried(found.row, lean, smaller)
        share = found.share[np.isin(lean.site, smaller.site)]
        lean, found = smaller, Multipliers(-np.inf, row, found.budget, share)
        if not lean.matrix.column_count:
            state.offer(first_plan(lean), "tree", lean)
            return None
    if len(lean.matrix.row) <= LEAF and _leaf_closed(state, lean):
        return None
    return bound, lean, found


def _leaf_closed(state: Pursuit, lean: Cover) -> bool:
    counted = state.record.limits.work is not None
    answer = finish(
        lean,
        state.cutoff,
        exact=state.record.whole,
        time_s=None if counted else LEAF_S,
        nodes=LEAF_NODES if counted else None,
        seed=0,
        cancel=state.record.cancel,
    )
    if answer.values is not None:
        state.offer(answer.values[: lean.matrix.column_count] > 0.5, "tree", lean)
    return answer.status in {"infeasible", "optimal"}
