"""From a problem to its answer: ascent and descent at the root, then the tree with kicks."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.limits import Limits
from optimizer.location.problem import make_problem
from optimizer.location.record import Record
from optimizer.location.split.evaluation import tabulate
from optimizer.location.split.layout import lay_out, resort
from optimizer.location.split.search import Search
from optimizer.location.split.tree import Node, Tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from optimizer.location.split.layout import Layout

ROUNDS = 4  # of ascent and descent at the root
ROUND_STEPS = 100  # of the ascent in a round
TABLE_BYTES = 2e9  # of exact costs; beyond, only the sites that the relaxation likes are tabled
KICKS_A_NODE = 0.2


def conduct(record: Record) -> None:
    """Solve a split-demand problem."""
    with record.budget.pause():
        warm_up()
    solve(record)


@cache
def warm_up() -> None:
    """Compile every kernel on a tiny problem, once in a process."""
    cost = np.array([[1.0, 5.0, 4.0], [2.0, 1.0, 6.0], [6.0, 3.0, 1.0], [4.0, 4.0, 4.0]])
    problem = make_problem(
        "capacitated", cost, demand=[2, 1, 2, 1], fixed_cost=[3, 2, 4], capacity=4, min_use=1
    )
    solve(Record(problem, Limits(gap=0.0, work=10_000)))


def solve(record: Record) -> None:
    """Solve without warming up."""
    problem, limits = record.problem, record.limits
    layout = lay_out(problem)
    if impossible(record, layout):
        record.proven("input")
        return
    table = tabulate(problem, layout, np.arange(layout.shape[1]))
    record.whole = whole(layout, table.unit[:, :-1])
    closed = np.zeros(len(layout.fixed), dtype=bool)
    search = Search(
        record,
        layout,
        table,
        np.random.default_rng(limits.seed),
        keep=lambda plan: record.offer(plan, "search"),
        guide=np.zeros(len(layout.fixed)),
        closed=closed,
    )
    tree = Tree(search)
    node = root(layout)
    for _ in range(ROUNDS):
        tree.ascend(node, ROUND_STEPS)
        record.raise_bound(node.bound, "bound")
        if record.stop_reason() is not None:
            break
        search.layout = resort(search.layout, node.u)
        search.descend(node.pick[node.pick >= 0])
    search.guide = node.share
    tree.push(node)
    with beside(tree):
        tree.run()
    record.statistics.update(
        nodes=float(tree.nodes), steps=float(tree.steps), flows=float(search.evaluations)
    )


@contextmanager
def beside(tree: Tree) -> Iterator[None]:
    """Let a walk of its own look for plans on a second core while the tree grows."""
    search, limits = tree.search, tree.search.record.limits
    if limits.threads < 2 or limits.work is not None or search.current is None:
        yield
        return
    done = threading.Event()
    walk = replace(search, random=np.random.default_rng(limits.seed + 1), keep=tree.inbox.append)

    def work() -> None:
        while not done.is_set() and search.record.stop_reason() is None:
            walk.best = min(walk.best, search.best)
            walk.kick()

    worker = threading.Thread(target=work)
    worker.start()
    tree.beside = True
    try:
        yield
    finally:
        done.set()
        worker.join()
        tree.receive()
        search.evaluations += walk.evaluations


def root(layout: Layout) -> Node:
    """Return the whole problem at the multipliers of its weak linear relaxation."""
    rent = np.where(layout.most > 0, layout.fixed / np.maximum(layout.most, 1e-12), np.inf)
    least = np.full(layout.shape[1], np.inf)
    np.minimum.at(least, layout.size_site, np.maximum(rent, 0.0))
    site = np.repeat(np.arange(layout.shape[1]), np.diff(layout.start))
    u = np.full(layout.shape[0], np.inf)
    paid = layout.cost + np.where(np.isfinite(least), least, 0.0)[site] * layout.demand[layout.customer]
    np.minimum.at(u, layout.customer, paid)
    u = np.minimum(u, layout.ceiling)
    closed = np.zeros(len(layout.fixed), dtype=bool)
    return Node(-np.inf, closed, layout.must.copy(), u, factor=0.1)


def impossible(record: Record, layout: Layout) -> bool:
    """Return whether the input shows at once that there is no plan."""
    customers = layout.shape[0]
    count = np.bincount(record.problem.costs.lists(1).customer, minlength=customers)
    biggest = np.zeros(layout.shape[1])
    np.maximum.at(biggest, layout.size_site, layout.most)
    usable = np.zeros(layout.shape[1], dtype=bool)
    usable[layout.size_site] = True
    reach = np.sort(biggest)[::-1][: layout.at_most].sum()
    return bool(
        (count == 0).any()
        or (layout.must & ~usable).any()
        or reach < layout.total * (1.0 - 1e-9)
        or usable.sum() < layout.at_least
        or layout.must.sum() > layout.at_most
        or layout.at_least > layout.at_most
    )


def whole(layout: Layout, unit: NDArray[np.float64]) -> bool:
    """Return whether every best plan costs a whole number: flows of whole data are whole."""
    return all(
        bool(np.all(values[np.isfinite(values)] % 1.0 == 0.0))
        for values in (unit, layout.demand, layout.most, layout.least, layout.fixed)
    )
