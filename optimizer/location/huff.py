"""Market share against rivals: customers divide themselves by attraction (Huff).

Sets        customers i, sites j
Data        w[i] weight, a[i,j] >= 0 attraction, b[i] attraction of all rivals, counts l, h
Variables   y[j] in {0, 1} opens site j
Objective   max  sum_i w[i] A[i] / (A[i] + b[i])    with  A[i] = sum_j a[i,j] y[j]
(1)  l <= sum_j y[j] <= h

More sites never lose share, so as many open as may. D. L. Huff, "Defining and estimating a trading
area", Journal of Marketing 28 (1964), doi:10.1177/002224296402800307; I. Ljubic, E. Moreno, EJOR
266 (2018), doi:10.1016/j.ejor.2017.09.023. Method: greedy and exchanges from below, branch and
bound over tangents of the relaxed share from above (`attraction.relaxation`).
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.limits import silent
from optimizer.location import PROVE, solve
from optimizer.location.attraction.market import Market, market_of
from optimizer.location.attraction.relaxation import FREE, OPEN, SHUT, bound
from optimizer.location.attraction.search import exchange, greedy
from optimizer.location.capture import rival_of
from optimizer.location.covering.stating import plan_of
from optimizer.location.problem import make_problem, require_memory

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from optimizer.core.costs import Costs
    from optimizer.core.limits import Cancel, Limits, Listener
    from optimizer.core.location import LocationResult
    from optimizer.location.record import Record

BYTES_PER_PAIR = 60
ENTRY_MS = 3e-6  # work of one attraction looked at
AT_ONCE = 1e8  # attractions looked at between two looks at the limits
ITERATIONS = 60
PROVEN = 6e-7  # relative; what an empty tree proves, rounding included
ROOT_LOOKS, ROOT_GAIN = 100, 1e-6  # the root is looked at until that gains no more
CLOSE_ENOUGH = 5e-7  # relative; a node whose bound is no better than this is not opened


def huff(  # noqa: PLR0913 - the options of the model
    attraction: ArrayLike | Costs,
    p: int,
    rival: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    at_least: int = 0,
    required: Sequence[int] = (),
    forbidden: Sequence[int] = (),
    existing: Sequence[int] = (),
    limits: Limits = PROVE,
    listener: Listener = silent,
    cancel: Cancel | None = None,
) -> LocationResult:
    """Open at most `p` sites that win as much weight as possible.

    Parameters
    ----------
    attraction : table of shape (n, m), or any `Costs` that holds attractions (such as size / time
        squared); 0 or inf: the site does not attract. p : open sites at most, existing included.
    rival : total attraction of all rivals for each customer, shape (n,) or one for all.

    Raises
    ------
    Refusal
        F701-F705 as `make_problem`; F761 where lists are cut off.
    """
    problem = make_problem(
        "huff",
        attraction,
        weight=weight,
        rival=rival,
        at_least=at_least,
        at_most=p,
        required=required,
        forbidden=forbidden,
        existing=existing,
    )
    return solve(problem, limits, listener=listener, cancel=cancel)


@dataclass
class Tree:
    """State of one solve; `waiting` holds (-bound, number, state, relaxed choice), best first."""

    record: Record
    market: Market
    size: int
    value: float = -np.inf
    opened: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))
    waiting: list[tuple[float, int, NDArray[np.int8], NDArray[np.float32]]] = field(
        default_factory=list
    )
    nodes: int = 0

    @property
    def cutoff(self) -> float:
        """Bound at or below which a node is not worth opening."""
        return self.value + CLOSE_ENOUGH * abs(self.value)

    def spend(self, looked: int) -> None:
        """Record the work of looking at so many attractions."""
        self.record.budget.spend(looked * ENTRY_MS)

    def offer(self, opened: NDArray[np.bool_], phase: str) -> bool:
        """Keep a choice of sites if it is better, evaluated in full."""
        problem = self.record.problem
        chosen = np.flatnonzero(opened).astype(np.int32)
        value = share_of(self.record, chosen)
        if value <= self.value:
            return False
        self.value, self.opened = value, opened.copy()
        nobody = np.full(problem.costs.shape[0], -1, dtype=np.int32)
        self.record.offer(plan_of(problem, chosen, value, nobody), phase)
        return True

    def look(self, state: NDArray[np.int8], part: NDArray[np.float64]) -> float:
        """Bound a node; what cannot be in a better choice is fixed in `state`."""
        turns = int(np.clip(AT_ONCE / max(len(self.market.customer), 1), 2, ITERATIONS))
        value, looked = bound(self.market, state, self.size, part, self.cutoff, turns)
        self.spend(looked)
        return float(value)


def run(record: Record) -> None:
    """Solve the problem of the record.

    Raises
    ------
    Refusal
        F705; F761 without rivals.
    """
    problem = record.problem
    customers, sites = problem.costs.shape
    allowed = int((~problem.forbidden).sum())
    most = allowed if problem.at_most is None else min(problem.at_most, allowed)
    if int(problem.required.sum()) > most or problem.at_least > most:
        record.proven("counts")
        return
    require_memory(customers * sites * BYTES_PER_PAIR / 1e9, record.limits)
    with record.budget.pause():
        _warm()
    tree = Tree(record, market_of(problem, rival_of(problem)), most)
    state = np.full(sites, FREE, dtype=np.int8)
    state[problem.forbidden], state[problem.required] = SHUT, OPEN
    opened = problem.required.copy()
    tree.spend(greedy(tree.market, opened, problem.forbidden.copy(), most))
    tree.offer(opened, "greedy")
    improve(tree)
    branch(tree, state)


def share_of(record: Record, chosen: NDArray[np.int32]) -> float:
    """Return the share of some sites, from the problem's own figures."""
    problem = record.problem
    table = problem.costs.columns(chosen)
    ours = np.where(np.isfinite(table), table, 0.0).sum(axis=1)
    rival = rival_of(problem)
    held = ours > 0.0
    return float(problem.weight[held] @ (ours[held] / (ours[held] + rival[held])))


def improve(tree: Tree) -> None:
    """Exchange sites until no exchange is better."""
    problem = tree.record.problem
    fixed = problem.required | problem.forbidden
    opened, turn, done = tree.opened.copy(), 0, False
    while not done and tree.record.stop_reason() is None:
        turn, looked, done = exchange(tree.market, opened, fixed, turn, int(AT_ONCE))
        tree.spend(looked)
        tree.offer(opened, "exchange")


def branch(tree: Tree, state: NDArray[np.int8]) -> None:
    """Bound, branch on the site whose part is the least clear, the highest bound first."""
    record, sites = tree.record, len(state)
    record.raise_bound(float(tree.market.weight.sum()), "all weight")
    part = np.full(sites, tree.size / max(sites, 1))
    top = np.inf
    for _ in range(ROOT_LOOKS):
        before, top = top, min(top, tree.look(state, part))
        record.raise_bound(max(top, tree.cutoff), "relaxation")
        if record.stop_reason() is not None or not top < before * (1.0 - ROOT_GAIN):
            break
    _enter(tree, state, part)
    while tree.waiting and record.stop_reason() is None:
        top, _, state, kept = heapq.heappop(tree.waiting)
        record.raise_bound(max(-top, tree.cutoff), "branch and bound")
        if -top <= tree.cutoff:
            tree.waiting.clear()
            break
        part = kept.astype(np.float64)
        free = np.flatnonzero(state == FREE)
        site = free[np.argmin(np.abs(part[free] - 0.5))]
        for choice in (OPEN, SHUT):
            child = state.copy()
            child[site] = choice
            _enter(tree, child, part.copy())
    record.statistics["nodes"] = float(tree.nodes)
    if not tree.waiting and record.stop_reason() is None:
        top = tree.value + PROVEN * abs(tree.value)
        record.raise_bound(top, "branch and bound", exact=True)


def _enter(tree: Tree, state: NDArray[np.int8], part: NDArray[np.float64]) -> None:
    """Look at a node, offer the choice that it suggests, and keep it if it may hold a better."""
    value = tree.look(state, part)
    tree.nodes += 1
    if value <= tree.cutoff:
        return
    order = np.argsort(-part, kind="stable")[: tree.size]
    opened = np.zeros(len(part), dtype=bool)
    opened[order] = True
    if tree.offer(opened, "branch and bound"):
        improve(tree)
    if value > tree.cutoff and (state == FREE).any():
        entry = (-value, tree.nodes, state, part.astype(np.float32))
        heapq.heappush(tree.waiting, entry)


def _warm() -> None:
    """Compile, or load from the cache, on one customer and two sites."""
    market = Market(
        np.array([0, 1, 2]),
        np.zeros(2, dtype=np.int32),
        np.array([1.0, 2.0]),
        np.ones(1),
        np.ones(1),
        np.zeros(1),
    )
    opened, nothing = np.zeros(2, dtype=bool), np.zeros(2, dtype=bool)
    greedy(market, opened, nothing, 1)
    exchange(market, opened, nothing, 0, 10)
    bound(market, np.zeros(2, dtype=np.int8), 1, np.full(2, 0.5), 0.0, 2)
