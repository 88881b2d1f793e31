"""Branch and bound over sites, then pairs, with the Lagrangian bound at every node.

The node of the lowest bound is next. At a node the multipliers climb some steps from those of its
parent, reduced costs fix sites and pairs, and what is small enough goes to a programme. Branching
is on the free site whose two sides promise most, as reduced costs tell.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from optimizer.location.assignment.ascent import Ascent, begin, climb, forced, shrink
from optimizer.location.assignment.data import reduced
from optimizer.location.assignment.plans import cutoff_of, impossible, offer
from optimizer.location.assignment.programme import solve_rest

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from optimizer.location.assignment.data import Instance
    from optimizer.location.record import Record

STEPS = 90  # of the multipliers at a node
STEP = 0.12  # first step factor at a node
LEAF_PAIRS = 150  # few enough for a programme at once
SLICE_S = 2.0  # first time of a programme at a leaf; doubled when it was too short
SLICE_NODES = 300


@dataclass(order=True)
class Node:
    """A part of the problem; tries : how often a programme on it was too short."""

    bound: float
    serial: int
    instance: Instance = field(compare=False)
    multiplier: NDArray[np.float64] = field(compare=False)
    tries: int = field(compare=False, default=0)


@dataclass
class Tree:
    """Open nodes of a search; serial : nodes made; solved : nodes looked at."""

    record: Record
    root: Instance
    heap: list[Node] = field(default_factory=list)
    serial: int = 0
    solved: int = 0

    def push(
        self, bound: float, instance: Instance, multiplier: NDArray[np.float64], tries: int = 0
    ) -> None:
        """Add a node unless nothing better can be in it."""
        if bound < cutoff_of(self.record) and not impossible(instance):
            self.serial += 1
            heapq.heappush(self.heap, Node(bound, self.serial, instance, multiplier, tries))


def branch(tree: Tree, between: Callable[[Ascent], None]) -> bool:
    """Search the tree to its end or a limit; return whether it ended.

    between : called after each node with its ascent, to look for plans.
    """
    record = tree.record
    while tree.heap:
        cutoff = cutoff_of(record)
        lowest = tree.heap[0].bound
        if lowest >= cutoff:
            break
        record.raise_bound(lowest, "branching")
        if record.stop_reason() is not None:
            return False
        node = heapq.heappop(tree.heap)
        explore(tree, node, between)
        tree.solved += 1
        if record.stop_reason() is not None:
            heapq.heappush(tree.heap, node)  # what was left of it is not known
            return False
    return True


def explore(tree: Tree, node: Node, between: Callable[[Ascent], None]) -> None:
    """Bound a node, and answer it or push its parts."""
    record = tree.record
    cutoff = cutoff_of(record)
    ascent = begin(node.instance, node.multiplier)
    ascent.step = STEP
    climb(ascent, STEPS, cutoff, record, enough=cutoff)
    bound = max(node.bound, ascent.bound)
    if bound >= cutoff or record.stop_reason() is not None:
        return
    left = shrink(ascent, cutoff)
    if impossible(left):
        return
    between(ascent)
    pairs = len(left.pairs.row_cost)
    free = left.usable & ~left.required
    if pairs <= LEAF_PAIRS or not free.any() or node.tries:
        bound, done = solve_leaf(tree, left, bound, node.tries)
        if done:
            return
        if not free.any():
            tree.push(bound, left, ascent.best, node.tries + 1)
            return
    split(tree, ascent, left, bound)


def split(tree: Tree, ascent: Ascent, left: Instance, bound: float) -> None:
    """Push the node with one site open and with it closed."""
    opened, closed = forced(ascent)
    free = left.usable & ~left.required
    top = cutoff_of(tree.record)
    gain = np.maximum(np.minimum(opened, top) - ascent.bound, 1e-3 * (top - ascent.bound))
    loss = np.maximum(np.minimum(closed, top) - ascent.bound, 1e-3 * (top - ascent.bound))
    doubt = 0.25 - (ascent.often - 0.5) ** 2
    score = np.where(free, gain * loss * (0.02 + doubt), -1.0)
    site = int(np.argmax(score))
    keep = np.ones(len(left.pairs.column_cost), dtype=bool)
    only = np.zeros(left.sites, dtype=bool)
    only[site] = True
    none = np.zeros(left.sites, dtype=bool)
    within = reduced(left, keep, np.ones(left.sites, dtype=bool), only)
    without = reduced(left, keep, ~only, none)
    tree.push(max(bound, float(opened[site])), within, ascent.best)
    tree.push(max(bound, float(closed[site])), without, ascent.best)


def solve_leaf(tree: Tree, left: Instance, bound: float, tries: int) -> tuple[float, bool]:
    """Return (bound, whether nothing better is left) after a programme on what is left."""
    record = tree.record
    answer, assign, opened = solve_rest(
        left, record, time_s=SLICE_S * 2**tries, nodes=SLICE_NODES * 4**tries
    )
    if assign is not None and opened is not None:
        offer(record, tree.root, assign, opened, "programme")
    if answer.status == "infeasible":
        return np.inf, True
    if answer.bound is not None:
        bound = max(bound, answer.bound - 1e-7 * max(1.0, abs(answer.bound)))
    return bound, bound >= cutoff_of(record)
