"""Branch and bound on the open sites, with Lagrangian bounds.

Every node settles sites (open or closed) and climbs from its parent's multipliers (see `node`). The
search takes the open node of least bound and dives from it, always into the child of lower bound;
both children are bounded at the same time where there are two threads, which changes no answer.
"""

from __future__ import annotations

import heapq
import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.location.uncapacitated.cutoff import cutoff_of, exhausted
from optimizer.location.uncapacitated.data import full_plan
from optimizer.location.uncapacitated.node import (
    CLOSED,
    FREE,
    LENGTH,
    OPEN,
    OPERATIONS,
    Lists,
    Space,
    climb,
    lists_of,
    space_for,
    value_of,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.location.record import Record
    from optimizer.location.uncapacitated.benders import Root
    from optimizer.location.uncapacitated.data import Uncapacitated

OPERATIONS_PER_WORK = 500_000  # entries of lists read in about a millisecond
NODE_ITERATIONS = 30
NODE_PATIENCE = 4
NODE_WORK = 0.2  # of a node beside its climb
FIRST_LENGTH = 1.0
MEMORY_SHARE = 0.25  # of the memory limit for open nodes


@dataclass(order=True)
class Node:
    """An open node; arrays as in `node.climb`."""

    bound: float
    number: int
    state: NDArray[np.int8] = field(compare=False)
    u: NDArray[np.float64] = field(compare=False)
    share: NDArray[np.float64] = field(compare=False)


class Tree(NamedTuple):
    """What every node needs."""

    record: Record
    data: Uncapacitated
    lists: Lists
    spaces: tuple[Space, ...]
    pool: ThreadPoolExecutor | None


def branch(
    record: Record,
    data: Uncapacitated,
    root: Root,
    *,
    nodes: int | None = None,
) -> bool:
    """Search the tree below a root; offer plans and raise the bound of `record`.

    Parameters
    ----------
    nodes : stop after so many.

    Returns
    -------
    bool
        Whether the search is exhausted, so that no plan is better than `cutoff_of`.
    """
    threads = 1 if record.limits.work is not None else min(record.limits.threads, 2)
    pool = ThreadPoolExecutor(max_workers=1) if threads > 1 else None
    spaces = tuple(space_for(data) for _ in range(2))
    tree = Tree(record, data, lists_of(data), spaces, pool)
    try:
        return _search(tree, root, nodes)
    finally:
        if pool is not None:
            pool.shutdown()


def _search(tree: Tree, root: Root, nodes: int | None) -> bool:
    record = tree.record
    top = Node(root.bound, 0, root.state.copy(), root.u.copy(), root.share.copy())
    limit = cutoff_of(record, tree.data)
    lost = math.inf  # bound of leaves whose lists end too early to know their value
    heap: list[Node] = []
    current: Node | None = top if _keep(tree, top) else None
    count = 1
    bytes_per_node = top.state.nbytes + top.u.nbytes + top.share.nbytes
    most = int(MEMORY_SHARE * record.limits.memory_gb * 1e9 / max(bytes_per_node, 1))
    while current is not None:
        record.full = len(heap) > most
        record.statistics["nodes"] = record.statistics.get("nodes", 0) + 1
        children = []
        for child in _children(tree, current, count):
            if not (child.state == FREE).any():
                lost = min(lost, _leaf(tree, child))
            elif _keep(tree, child):
                children.append(child)
        count += 2
        children.sort()
        for child in children[1:]:
            heapq.heappush(heap, child)
        current = children[0] if children else None
        if current is None:
            limit = cutoff_of(record, tree.data)
            current = _next(heap, limit)
            least = min(limit, lost, math.inf if current is None else current.bound)
            record.raise_bound(least, "branch")
        if record.stop_reason() is not None or (nodes is not None and count > nodes):
            if current is None:
                break
            least = min([limit, lost, current.bound, *(node.bound for node in heap)])
            record.raise_bound(least, "branch")
            return False
    return _exhausted(tree, lost)


def _exhausted(tree: Tree, lost: float) -> bool:
    record = tree.record
    limit = cutoff_of(record, tree.data)
    if lost < limit:
        record.raise_bound(lost, "branch")
        return False
    exhausted(record, tree.data, "branch")
    return True


def _next(heap: list[Node], limit: float) -> Node | None:
    while heap:
        node = heapq.heappop(heap)
        if node.bound < limit:
            return node
    return None


def _children(tree: Tree, node: Node, count: int) -> list[Node]:
    """Return the two children of a node on its most doubtful site, bounded."""
    free = np.flatnonzero(node.state == FREE)
    site = free[np.argmin(np.abs(node.share[free] - 0.5))]
    children = []
    for rank, kind in enumerate((OPEN, CLOSED)):
        state = node.state.copy()
        state[site] = kind
        child = Node(node.bound, count + rank, state, node.u.copy(), node.share.copy())
        children.append(child)
    if tree.pool is None:
        for child in children:
            _bound(tree, child, tree.spaces[0])
    else:
        other = tree.pool.submit(_bound, tree, children[1], tree.spaces[1])
        _bound(tree, children[0], tree.spaces[0])
        other.result()
    return children


def _bound(tree: Tree, node: Node, space: Space) -> None:
    limit = cutoff_of(tree.record, tree.data)
    space.amount[LENGTH] = FIRST_LENGTH
    bound = climb(
        tree.lists, space, node.state, node.u, node.share, limit, NODE_ITERATIONS, NODE_PATIENCE
    )
    node.bound = max(node.bound, bound)
    tree.record.budget.spend(float(space.tally[OPERATIONS]) / OPERATIONS_PER_WORK + NODE_WORK)


def _keep(tree: Tree, node: Node) -> bool:
    """Try the plan that a node suggests; say whether the node can hold a better one."""
    if node.bound == math.inf:
        return False
    opened = node.share > 0.5
    if tree.data.at_least <= opened.sum() <= tree.data.at_most:
        best = tree.record.plan
        value = value_of(tree.lists, opened)
        if best is None or value < best.objective:
            _offer(tree, opened)
    return node.bound < cutoff_of(tree.record, tree.data)


def _offer(tree: Tree, opened: NDArray[np.bool_]) -> None:
    sites = np.flatnonzero(opened).astype(np.int32)
    plan = full_plan(tree.record.problem, tree.data, sites)
    if plan is not None:
        tree.record.offer(plan, "branch")


def _leaf(tree: Tree, node: Node) -> float:
    """Offer the plan of a node without free sites; return what bounds it if it stays unknown."""
    _offer(tree, node.state == OPEN)
    if tree.data.complete or node.bound >= cutoff_of(tree.record, tree.data):
        return math.inf
    return node.bound
