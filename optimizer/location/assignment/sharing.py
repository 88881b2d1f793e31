"""Branch over sets of sites, bounded by the problem in which sites may share a customer.

Sharing makes the problem much easier, and where customers are small against capacities its optimum
is close: its set S of sites is searched for plans in which every customer is whole, and the tree
goes on with what S leaves open (cut and solve: Climer, Zhang 2006,
doi:10.1016/j.artint.2006.02.005; sharing as the relaxation: Gadegaard, Klose, Nielsen 2018,
doi:10.1007/s13675-017-0084-4):

    without s_k, with s_1 .. s_(k-1)      for every s_k in S that is not yet required
    with all of S and one site more

A node's bound is that of its sharing problem; plans within S cost at least what its search proves.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.limits import Cancel
from optimizer.location.assignment.plans import cutoff_of
from optimizer.location.record import Record
from optimizer.location.split.conduct import conduct as share

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from optimizer.core.limits import Progress
    from optimizer.core.location import LocationProblem

SLICE_SHARE, SLICE_S = 0.4, 20.0  # of the time left, and at most, for one sharing problem
MOST_PAIRS = 400_000
SAFE = 1e-7  # relative, taken off a bound that comes from another run


@dataclass(order=True)
class Node:
    """Plans with the required sites, without the forbidden ones; sites : of its sharing plan."""

    bound: float
    number: int
    required: NDArray[np.bool_] = field(compare=False)
    forbidden: NDArray[np.bool_] = field(compare=False)
    at_least: int = field(compare=False)
    sites: NDArray[np.bool_] | None = field(default=None, compare=False)
    worth: NDArray[np.float64] | None = field(default=None, compare=False)


@dataclass
class Sets:
    """The tree, and what is known of sets: least cost of a plan within each that was searched."""

    record: Record
    search: Callable[[NDArray[np.bool_]], float]
    heap: list[Node] = field(default_factory=list)
    least: dict[bytes, float] = field(default_factory=dict)
    count: int = 0

    def push(self, node: Node) -> None:
        """Keep a node that may hold a better plan."""
        if node.bound < cutoff_of(self.record):
            heapq.heappush(self.heap, node)

    def lowest(self) -> float:
        """Return what every plan costs at least, by the nodes and sets that are left."""
        known = [node.bound for node in self.heap[:1]] + list(self.least.values())
        return min([cutoff_of(self.record), *known])


def small_enough(problem: LocationProblem) -> bool:
    """Return whether sharing problems of this size are solved in seconds."""
    customers, sites = problem.costs.shape
    return customers * sites <= MOST_PAIRS


def grow(record: Record, search: Callable[[NDArray[np.bool_]], float]) -> Sets:
    """Return a tree that has not begun.

    search : looks for plans within a set of sites (offers them) and returns their least cost.
    """
    problem = record.problem
    tree = Sets(record, search)
    none = np.zeros(problem.costs.shape[1], dtype=bool)
    required, forbidden = none | problem.required, none | problem.forbidden
    tree.push(Node(-np.inf, 0, required, forbidden, problem.at_least))
    return tree


def settle(tree: Sets, until: float) -> bool:
    """Search sets of sites in turn; return whether nothing is left.

    until : share of the budget that may be used.
    """
    record = tree.record
    while tree.heap and record.budget.used() < until and record.stop_reason() is None:
        node = heapq.heappop(tree.heap)
        if node.bound >= cutoff_of(record):
            continue
        if node.sites is None:
            _bound(tree, node)
        else:
            _branch(tree, node)
        if record.plan is not None:
            record.raise_bound(min(tree.lowest(), record.plan.objective), "sharing")
    record.statistics["sets"] = float(len(tree.least))
    return not tree.heap and tree.lowest() >= cutoff_of(record)


def _bound(tree: Sets, node: Node) -> None:
    """Solve the sharing problem of a node as far as its bound matters."""
    record = tree.record
    problem = _sharing(record.problem, node)
    if problem is None:
        return
    left = record.budget.remaining_s()
    time_s = None if left is None else max(min(SLICE_SHARE * left, SLICE_S), 0.1)
    work = record.limits.work
    if work is not None:
        work = max(int(SLICE_SHARE * (work - record.budget.work_done)), 1)
    limits = replace(record.limits, time_s=time_s, work=work, gap=1e-6)
    enough = Cancel()

    def hear(line: Progress) -> None:
        beyond = line.bound is not None and line.bound >= cutoff_of(record) + 1e-6
        if beyond or record.cancel.cancelled:
            enough.cancel()

    inner = Record(problem, limits, listener=hear, cancel=enough)
    share(inner)
    record.budget.spend(inner.budget.work_done)
    if inner.infeasible:
        return
    if inner.bound is not None:
        node.bound = max(node.bound, inner.bound - SAFE * max(1.0, abs(inner.bound)))
    if inner.plan is None:
        tree.least[b"unknown"] = min(node.bound, tree.least.get(b"unknown", np.inf))
        return
    node.sites = np.isin(np.arange(problem.costs.shape[1]), inner.plan.open)
    tree.push(node)


def _branch(tree: Sets, node: Node) -> None:
    """Search the node's set, then leave the rest to its children."""
    sites = node.sites
    if sites is None:
        return
    mark = sites.tobytes()
    if mark not in tree.least:
        tree.least[mark] = max(tree.search(sites), node.bound)
    required = node.required.copy()
    for site in np.flatnonzero(sites & ~node.required):
        forbidden = node.forbidden.copy()
        forbidden[site] = True
        tree.count += 1
        tree.push(Node(node.bound, tree.count, required.copy(), forbidden, node.at_least))
        required[site] = True
    tree.count += 1
    more = max(node.at_least, int(sites.sum()) + 1)
    tree.push(Node(node.bound, tree.count, required, node.forbidden, more))


def _sharing(problem: LocationProblem, node: Node) -> LocationProblem | None:
    """Return the problem of a node with customers that may be shared; None without plans."""
    most = problem.at_most
    if np.any(node.required & node.forbidden) or (most is not None and node.at_least > most):
        return None
    if node.at_least > int((~node.forbidden).sum()):
        return None
    sizes = problem.sizes
    if problem.kind != "single_source":
        sizes = sizes.replace(fixed_cost=np.zeros(len(sizes.fixed_cost)))
    return problem.replace(
        kind="capacitated",
        sizes=sizes,
        required=node.required,
        forbidden=node.forbidden,
        at_least=node.at_least,
    )
