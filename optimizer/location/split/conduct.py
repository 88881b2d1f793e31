"""From a problem to its answer: ascent and descent at the root, then the tree with kicks."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.limits import Limits
from optimizer.core.location import Hubs
from optimizer.core.refusal import Fault, Refusal
from optimizer.location.problem import make_problem, require_memory
from optimizer.location.record import Record
from optimizer.location.split.evaluation import rents, tabulate
from optimizer.location.split.exact import programme
from optimizer.location.split.layout import lay_out, nearest_of, resort
from optimizer.location.split.levels import begin, improve, supply_of
from optimizer.location.split.search import Search
from optimizer.location.split.tree import WAIT_S, Balance, Node, Tree
from optimizer.solvers import solve_milp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from optimizer.core.location import LocationProblem
    from optimizer.location.split.layout import Layout

ROUNDS = 4  # of ascent and descent at the root
ROUND_STEPS = 100  # of the ascent in a round
FIRST_STEPS = 20  # of the first round, so that a plan comes early
EXACT_PAIRS = 10_000  # pairs times hubs up to which a mixed-integer programme is tried
NODE_WORK = 0.02  # work units per pair of a node of that programme
WATCH_S = 0.1  # between looks at the clock beside a long evaluation
BESIDE = 5.0  # wish of the second core for kicks, at first
GRACE_S = 0.5
PAIR_BYTES = 100  # of a pair of the relaxation while its lists are built
CELL_BYTES = 16  # of a customer and site of the table of exact flows
MARGIN = 9e-7  # relative; what the bound of a floating-point solver may be off


def conduct(record: Record) -> None:
    """Solve a split-demand problem."""
    with record.budget.pause():
        warm_up(two=record.problem.hubs is not None)
    solve(record)


@cache
def warm_up(*, two: bool = False) -> None:
    """Compile every kernel on a tiny problem, once in a process."""
    cost = np.array([[1.0, 5.0, 4.0], [2.0, 1.0, 6.0], [6.0, 3.0, 1.0], [4.0, 4.0, 4.0]])
    hubs = Hubs(np.ones((3, 2)), np.ones(2), np.full(2, 9.0)) if two else None
    problem = make_problem(
        "two_level" if two else "capacitated",
        cost,
        demand=[2, 1, 2, 1],
        fixed_cost=[3, 2, 4],
        capacity=4,
        min_use=1,
        hubs=hubs,
    )
    record = Record(problem, Limits(gap=0.0, work=10_000))
    search = prepare(record)
    if search is not None:
        tree, node = Tree(search), root(search.layout)
        tree.ascend(node, 1)
        tree.fix(node)
        solve(record)


def prepare(record: Record) -> Search | None:
    """Return the search of a problem, None where the input shows that there is no plan."""
    problem = record.problem
    if problem.hubs is not None:  # a site without a link to any hub serves nobody
        fit(problem)
        linked = np.isfinite(problem.hubs.link).any(axis=1)
        problem = problem.replace(forbidden=problem.forbidden | ~linked)
    customers, sites = problem.costs.shape
    pairs = customers * min(nearest_of(problem) or sites, sites)
    require_memory((CELL_BYTES * customers * sites + PAIR_BYTES * pairs) / 1e9, record.limits)
    layout = lay_out(problem)
    if impossible(problem, layout):
        record.proven("input")
        return None
    table = tabulate(problem, layout, np.arange(layout.shape[1]))
    record.whole = whole(layout, table.unit[:, :-1], problem.hubs)
    return Search(
        record,
        layout,
        table,
        np.random.default_rng(record.limits.seed),
        keep=lambda plan: record.offer(plan, "search"),
        guide=np.zeros(len(layout.fixed)),
        closed=np.zeros(len(layout.fixed), dtype=bool),
    )


def fit(problem: LocationProblem) -> None:
    """Refuse hubs that do not fit the sites.

    Raises
    ------
    Refusal
        F771 shapes and values of hubs.
    """
    hubs, sites = problem.hubs, problem.costs.shape[1]
    if hubs is None:
        return
    count = len(hubs.fixed_cost)
    sound = hubs.link.shape == (sites, count) and hubs.capacity.shape == (count,)
    if not sound:
        cause = f"links have shape {hubs.link.shape}, not ({sites}, {count})"
    elif np.isnan(hubs.link).any() or (hubs.link < 0).any() or not (hubs.capacity >= 0).all():
        sound, cause = False, "a link or a capacity is negative or not a number"
    if not sound:
        action = "give one row of links per site, one column per hub, from 0 up or inf"
        raise Refusal(Fault("hubs", "F771", cause, action))


def solve(record: Record) -> None:
    """Solve without warming up."""
    search = prepare(record)
    if search is None:
        return
    with halting(record, search.halt):
        if record.problem.hubs is None:
            solve_one(record, search)
        else:
            solve_two(record, search, record.problem.hubs)


def solve_one(record: Record, search: Search) -> None:
    """Solve a problem of one level."""
    tree, node = Tree(search), root(search.layout)
    price = np.zeros(search.layout.shape[1])
    for round_ in range(ROUNDS + 1):
        tree.ascend(node, FIRST_STEPS if round_ == 0 else ROUND_STEPS)
        record.raise_bound(node.bound, "bound")
        late = record.stop_reason() is not None
        if late and record.plan is not None:
            break
        if not late:
            search.layout = resort(search.layout, node.u)
        search.hint = search.counted(node.pick[node.pick >= 0])
        price = rents(search.layout, node.u, search.hint)
        search.value(search.hint, price)  # multipliers this early are no start for a descent
        if late:
            break
    search.guide = node.share
    tree.push(node)
    with beside(tree, price):
        if not tree.beside and search.hint is not None and record.stop_reason() is None:
            search.descend(search.hint, price)
        tree.run()
    record.statistics.update(
        nodes=float(tree.nodes), steps=float(tree.steps), flows=float(search.evaluations)
    )


def solve_two(record: Record, search: Search, hubs: Hubs) -> None:
    """Solve a problem of two levels."""
    ascent = begin(search.layout, hubs, root(search.layout).u)
    ended = False
    while record.stop_reason() is None:
        ascent.climb(search, ROUND_STEPS)
        search.guide = ascent.share
        improve(search, hubs, ascent.pick[ascent.pick >= 0], np.flatnonzero(ascent.hub_pick >= 0))
        small = len(search.layout.cost) * (1 + len(hubs.fixed_cost)) <= EXACT_PAIRS
        if small and not ended and ascent.steps >= ROUNDS * ROUND_STEPS:
            end(record, search, hubs)
            ended = True
    record.statistics.update(steps=float(ascent.steps), flows=float(search.evaluations))


def end(record: Record, search: Search, hubs: Hubs) -> None:
    """End a small problem by its mixed-integer programme."""
    model, y, z = programme(search.layout, hubs)
    work = record.limits.work
    left = 0.0 if work is None else max(work - record.budget.work_done, 0.0)
    nodes = max(int(left / (1.0 + NODE_WORK * len(search.layout.cost))), 1)
    answer = solve_milp(
        model,
        time_s=record.budget.remaining_s(),
        nodes=None if work is None else nodes,
        gap=1e-9,
        seed=record.limits.seed,
        cancel=record.cancel,
    )
    if answer.status == "infeasible" and record.plan is None:
        record.proven("programme")
    if answer.values is not None:
        search.supply = supply_of(hubs, np.flatnonzero(answer.values[z] > 0.5))
        search.value(np.flatnonzero(answer.values[y] > 0.5), np.zeros(search.layout.shape[1]))
    if answer.bound is not None:
        record.raise_bound(answer.bound - MARGIN * max(abs(answer.bound), 1.0), "programme")


@contextmanager
def halting(record: Record, halt: NDArray[np.bool_]) -> Iterator[None]:
    """Set `halt` once time is out or the user cancels: one large evaluation may take long.

    A first plan is given a little more.
    """
    done = threading.Event()

    def work() -> None:
        while not done.wait(WATCH_S):
            late = record.limits.work is None and record.budget.stop_reason() is not None
            if late and record.plan is None and not record.cancel.cancelled:
                done.wait(GRACE_S)
            if late or record.cancel.cancelled:
                halt[0] = True
                return

    watch = threading.Thread(target=work, daemon=True)
    watch.start()
    try:
        yield
    finally:
        done.set()
        watch.join()


@contextmanager
def beside(tree: Tree, price: NDArray[np.float64]) -> Iterator[None]:
    """Let a second core look for plans, and the less it finds the more help with the tree.

    price : shape (m,), worth of capacity at the sites of the hint, from which it begins.
    """
    search, limits = tree.search, tree.search.record.limits
    if limits.threads < 2 or limits.work is not None or search.hint is None:
        yield
        return
    done = threading.Event()
    walk = replace(
        search,
        random=np.random.default_rng(limits.seed + 1),
        keep=tree.inbox.append,
        evaluations=0,
    )

    def work() -> None:
        balance = Balance(walk, wish=BESIDE)
        if walk.hint is not None:
            walk.descend(walk.hint, price)
        while not done.is_set() and search.record.stop_reason() is None:
            walk.best = min(walk.best, search.best)
            if not tree.work(walk, balance, kicks=True):
                walk.kick()
                done.wait(WAIT_S)

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
    u = np.full(layout.shape[0], np.inf)
    paid = (
        layout.cost
        + np.where(np.isfinite(least), least, 0.0)[layout.site] * layout.demand[layout.customer]
    )
    np.minimum.at(u, layout.customer, paid)
    u = np.minimum(u, layout.ceiling)
    closed = np.zeros(len(layout.fixed), dtype=bool)
    return Node(-np.inf, closed, layout.must.copy(), u, factor=0.1)


def impossible(problem: LocationProblem, layout: Layout) -> bool:
    """Return whether the input shows at once that there is no plan."""
    count = np.bincount(layout.customer, minlength=layout.shape[0])
    biggest = np.zeros(layout.shape[1])
    np.maximum.at(biggest, layout.size_site, layout.most)
    usable = np.zeros(layout.shape[1], dtype=bool)
    usable[layout.size_site] = True
    reach = np.sort(biggest)[::-1][: layout.at_most].sum()
    if problem.hubs is not None:
        reach = min(reach, problem.hubs.capacity.sum())
    return bool(
        (count == 0).any()
        or (layout.must & ~usable).any()
        or reach < layout.total * (1.0 - 1e-9)
        or usable.sum() < layout.at_least
        or layout.must.sum() > layout.at_most
        or layout.at_least > layout.at_most
    )


def whole(layout: Layout, unit: NDArray[np.float64], hubs: Hubs | None) -> bool:
    """Return whether every best plan costs a whole number: flows of whole data are whole."""
    data = [unit, layout.demand, layout.most, layout.least, layout.fixed]
    if hubs is not None:
        data += [hubs.link, hubs.fixed_cost, hubs.capacity]
    return all(bool(np.all(values[np.isfinite(values)] % 1.0 == 0.0)) for values in data)
