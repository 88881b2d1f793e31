"""Branch and bound over the sizes, each node bounded by the Lagrangian relaxation.

Nodes start at their parent's multipliers and take a few steps of the ascent. What the relaxation
shows to cost more than the best plan is fixed (each size built, each site left empty, in turn);
where everything is fixed the flows give the exact value. Best bound first; Goertz & Klose 2012
branch on the same averages (see `capacitated`).
"""

from __future__ import annotations

import heapq
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.location import OPTIMAL_GAP
from optimizer.location.split.ascent import climb, fresh, probe
from optimizer.location.split.search import CALL_WORK, ENTRY_WORK

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.location.record import Plan
    from optimizer.location.split.search import Search

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Mask = NDArray[np.bool_]

PRUNE = 0.5 * OPTIMAL_GAP  # relative; a node this close to the best plan is closed
WAIT_S = 1e-3  # until the other core may have left nodes
CHUNK = 10  # steps between looks at the limits
STEPS = 20  # steps of a node
EAGER, TIRED, IDLE = 1.0, 0.85, 0.05  # time for kicks against that for nodes
PROBED = 500  # most sizes for whose sake a node is probed: the time grows as their square
PROBE_WORK = 2e-3  # work units per pair of sizes of one probe


@dataclass
class Node:
    """A part of the search space: closed sizes, sites that must open, multipliers, bound."""

    bound: float
    closed: Mask
    must: Mask
    u: Floats
    factor: float = 0.05
    share: Floats = field(default_factory=lambda: np.zeros(0))
    inside: Floats = field(default_factory=lambda: np.zeros(0))
    outside: Floats = field(default_factory=lambda: np.zeros(0))
    pick: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))


@dataclass
class Balance:
    """How much of its time a walk kicks: less and less while no kick finds a better plan."""

    search: Search
    wish: float = EAGER
    on_kicks: float = 0.0
    on_nodes: float = 0.0

    def clock(self) -> float:
        """Return work done, or the time of this thread where time is the limit."""
        record = self.search.record
        return record.budget.work_done if record.limits.work is not None else time.thread_time()

    def kicks_due(self) -> bool:
        """Return whether the kicks have had less than their part."""
        return self.on_kicks <= self.wish * self.on_nodes

    def kick(self) -> None:
        """Kick once."""
        begin, before = self.clock(), self.search.best
        self.search.kick()
        self.on_kicks += self.clock() - begin
        self.wish = EAGER if self.search.best < before else max(TIRED * self.wish, IDLE)


@dataclass
class Tree:
    """Open nodes by bound, and the least bound of the closed ones.

    flying : bounds of the nodes that somebody looks at. beside : a second walk kicks.
    """

    search: Search
    heap: list[tuple[float, int, Node]] = field(default_factory=list)
    inbox: deque[Plan] = field(default_factory=deque)
    beside: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)
    flying: dict[int, float] = field(default_factory=dict)
    closed_at: float = np.inf
    nodes: int = 0
    steps: int = 0
    pushed: int = 0

    @property
    def cutoff(self) -> float:
        """Value from which on nodes need not be looked at."""
        record = self.search.record
        plan = record.plan
        if plan is None:
            return np.inf
        if record.whole:
            return plan.objective - 1.0 + 1e-6 * max(1.0, abs(plan.objective) * 1e-3)
        return plan.objective - PRUNE * abs(plan.objective)

    @property
    def bound(self) -> float:
        """Least bound over everything that is not searched to its end."""
        with self.lock:
            best = self.heap[0][0] if self.heap else np.inf
            return min(best, self.closed_at, *self.flying.values())

    def run(self) -> None:
        """Search until the proof or the limits."""
        record, balance = self.search.record, Balance(self.search)
        while record.stop_reason() is None:
            self.receive()
            if not self.work(self.search, balance, kicks=not self.beside):
                if not self.flying:
                    break
                time.sleep(WAIT_S)
            bound = self.bound
            if np.isfinite(bound):
                record.raise_bound(min(bound, self.cutoff), "tree")
        self.receive()
        if self.heap or self.flying:
            return
        if record.plan is None:
            record.proven("tree")
        else:
            record.raise_bound(min(self.closed_at, record.plan.objective), "tree")

    def work(self, search: Search, balance: Balance, *, kicks: bool) -> bool:
        """Kick or look at one node, in balance; tell whether there was any node."""
        if kicks and balance.kicks_due():
            balance.kick()
        with self.lock:
            node, ticket = self._take(), self.nodes
            if node is None:
                return False
            self.flying[ticket] = node.bound
        rest, begin = [node], balance.clock()
        try:
            rest = self.grow(node, search)
        finally:
            with self.lock:
                del self.flying[ticket]
                for child in rest:
                    self.push(child)
        balance.on_nodes += balance.clock() - begin
        return True

    def _take(self) -> Node | None:
        """Take the open node of least bound from the heap."""
        while self.heap:
            node = heapq.heappop(self.heap)[2]
            if node.bound < self.cutoff:
                self.nodes += 1
                return node
            self.closed_at = min(self.closed_at, node.bound)
        return None

    def receive(self) -> None:
        """Offer the plans that the walk beside the tree has found."""
        while self.inbox:
            plan = self.inbox.popleft()
            self.search.best = min(self.search.best, plan.objective)
            self.search.record.offer(plan, "search")

    def push(self, node: Node) -> None:
        """Keep a node, or close it by its bound."""
        if node.bound >= self.cutoff:
            self.closed_at = min(self.closed_at, node.bound)
        else:
            self.pushed += 1
            heapq.heappush(self.heap, (node.bound, self.pushed, node))

    def ascend(self, node: Node, steps: int) -> None:
        """Raise the bound of a node; keeps averages and the last choice in it."""
        layout, record = self.search.layout, self.search.record
        slack, share = np.zeros(layout.shape[0]), np.zeros(len(layout.fixed))
        pick = np.full(layout.shape[1], -1, dtype=np.int64)
        state = fresh(node.factor)
        u = node.u.copy()
        plan = record.plan
        for _ in range(0, steps, CHUNK):
            target = plan.objective if plan is not None else max(1.1 * node.bound, 1.0)
            bound = climb(
                layout.start,
                layout.customer,
                layout.cost,
                layout.demand,
                layout.base,
                layout.reference,
                layout.ceiling,
                layout.size_start,
                layout.fixed,
                layout.least,
                layout.most,
                node.must,
                node.closed,
                layout.at_least,
                layout.at_most,
                target,
                CHUNK,
                u,
                slack,
                share,
                state,
                pick,
            )
            self.steps += CHUNK
            record.budget.spend(CHUNK * ENTRY_WORK * len(layout.cost) + CALL_WORK)
            if bound >= self.cutoff or record.stop_reason() is not None:
                break
        if state[0] >= node.bound:
            node.bound = float(state[0])
        node.u, node.share, node.pick = u, share, pick

    def fix(self, node: Node) -> bool:
        """Close sizes and force sites by their conditional bounds; tell whether any was."""
        layout = self.search.layout
        node.inside = np.where(node.closed, np.inf, node.bound)
        node.outside = np.where(node.must, np.inf, node.bound)
        if len(layout.fixed) > PROBED:
            return False
        probe(
            layout.start,
            layout.customer,
            layout.cost,
            layout.demand,
            layout.base,
            layout.reference,
            layout.size_start,
            layout.fixed,
            layout.least,
            layout.most,
            node.must,
            node.closed,
            layout.at_least,
            layout.at_most,
            node.u,
            node.inside,
            node.outside,
        )
        record = self.search.record
        record.budget.spend(CALL_WORK + PROBE_WORK * len(layout.fixed) ** 2)
        cutoff = self.cutoff
        closed = node.closed | (node.inside >= cutoff)
        must = node.must | (node.outside >= cutoff)
        changed = bool((closed != node.closed).any() or (must != node.must).any())
        node.closed, node.must = closed, must
        return changed

    def leaf(self, node: Node, search: Search) -> bool:
        """Solve a node whose sizes are all decided exactly; False where they are not."""
        layout = self.search.layout
        left = np.flatnonzero(~node.closed)
        sites = layout.size_site[left]
        if len(np.unique(sites)) < len(sites) or not node.must[sites].all():
            return False
        search.value(left, np.zeros(layout.shape[1]))
        return True

    def grow(self, node: Node, search: Search) -> list[Node]:
        """Look at a node; return what is left of it to be looked at."""
        self.ascend(node, STEPS)
        if search.record.stop_reason() is not None or node.bound >= self.cutoff:
            return [node]
        search.hint = node.pick[node.pick >= 0]
        self.fix(node)
        return [] if self.leaf(node, search) else self.children(node)

    def children(self, node: Node) -> list[Node]:
        """Branch on building one size."""
        layout = self.search.layout
        site = layout.size_site
        sizes = np.flatnonzero(~node.closed & ~(node.must[site] & (self._left(node)[site] == 1)))
        with_it = np.maximum(node.inside[sizes], node.bound)
        without = np.maximum(self._without(node, sizes), node.bound)
        fraction = np.minimum(node.share[sizes], 1.0 - node.share[sizes])
        unit = 1e-3 * max(self.cutoff - node.bound, 1e-9)
        rise = (with_it - node.bound + unit) * (without - node.bound + unit)
        rank = int(np.argmax(rise * (0.01 + fraction)))
        k = int(sizes[rank])
        j = site[k]
        built, empty, forced = node.closed.copy(), node.closed.copy(), node.must.copy()
        built[layout.size_start[j] : layout.size_start[j + 1]] = True
        built[k] = False
        forced[j] = True
        empty[k] = True
        return [
            Node(float(with_it[rank]), built, forced, node.u),
            Node(float(without[rank]), empty, node.must, node.u),
        ]

    def _left(self, node: Node) -> Ints:
        layout = self.search.layout
        return np.bincount(layout.size_site[~node.closed], minlength=layout.shape[1])

    def _without(self, node: Node, sizes: Ints) -> Floats:
        """Return a bound for each size not being built."""
        layout = self.search.layout
        sites = layout.size_site[sizes]
        bound = np.full(layout.shape[1], np.inf)
        second = bound.copy()
        order = np.argsort(node.inside, kind="stable")[::-1]
        for k in order:  # the least and second-least of each site
            j = layout.size_site[k]
            second[j] = bound[j]
            bound[j] = node.inside[k]
        other = np.where(node.inside[sizes] <= bound[sites], second[sites], bound[sites])
        return np.minimum(node.outside[sites], other)
