"""Bound, search and proof in turns, until nothing is left or a limit is met."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.limits import Limits
from optimizer.location.assignment import sharing
from optimizer.location.assignment.ascent import begin, climb, evaluate, shrink
from optimizer.location.assignment.branching import Tree, branch
from optimizer.location.assignment.data import Instance, arrange, needed_gb, read
from optimizer.location.assignment.divisible import Proposals, aspire, propose, slice_s, within
from optimizer.location.assignment.packing import pack
from optimizer.location.assignment.plans import cutoff_of, finish, impossible, offer
from optimizer.location.assignment.plunge import plunge
from optimizer.location.assignment.programme import solve_rest
from optimizer.location.assignment.region import Regions, improve
from optimizer.location.assignment.repack import Task, repack
from optimizer.location.assignment.search import begin_search, cool, start_from
from optimizer.location.problem import make_problem, require_memory
from optimizer.location.record import Record

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.location.assignment.ascent import Ascent
    from optimizer.location.assignment.search import Search

HOT, COLD = 0.15, 0.003  # heats of a cooling, in typical costs of a customer
SMALL = 100  # customers; of a problem that hot starts search well
STARTS = (0.3, 1.0, 2.0, 0.3, 1.0, 2.0, 0.3, 1.0)  # heats of these starts
HEATS = (0.5, 1.0, 2.0, 0.25)  # of coolings that start from the best plan
POLISH_PAIRS = 6000  # of an assignment to fixed sites that a programme may improve
POLISH_S, POLISH_NODES = 2.0, 50
STEPS = 200  # of the multipliers between two searches
FEW_PAIRS = 300  # a problem so small is a programme from the start
TINY_NODES = 20_000
LEAST_SHARE = 0.1  # of time for search against branching
LOOKS = 4  # of so many searches one is a plunge, one a cooling, the others are sweeps
PACKS = 8  # chunks of repacking in a row without a better plan
REGIONS = 5  # of a sweep
ROUNDS, STALE, SETTLING = 12, 4, 0.65  # sets of sites tried, in vain; share of time for them
MOST_CUSTOMERS = 1000  # of a relaxation with few enough pairs for a programme
ASSIGN_PAIRS, ASSIGN_NODES = 2200, 500  # of a programme over the sites of a set
SET_STEPS = 200
FIRST_SETS = 0.5  # share of time for sets of sites before the multipliers have converged


@dataclass
class Run:
    """One solve. root : the instance as read; instance : what reduced costs left of it.

    branched, searched : time, or work, spent on either since branching began; share : of search;
    mark : when branching went on. multiplier : best at the root. sets : tree of sharing problems.
    """

    record: Record
    root: Instance
    instance: Instance
    search: Search | None = None
    regions: Regions | None = None
    looks: int = 0
    branched: float = 0.0
    searched: float = 0.0
    share: float = 1.0
    mark: float = 0.0
    multiplier: NDArray[np.float64] | None = None
    sets: sharing.Sets | None = None


def conduct(record: Record) -> None:
    """Solve the problem of the record."""
    require_memory(needed_gb(record.problem), record.limits)
    with record.budget.pause():  # compiling is nobody's solving time
        warm()
    root = read(record.problem)
    record.whole = _whole(root)
    run = Run(record, root, root)
    if impossible(root):
        record.proven("reading")
        return
    if len(root.pairs.row_cost) <= FEW_PAIRS and by_programme(run, root, 1e9, TINY_NODES):
        return
    ascent = bound_and_search(run)
    if record.stop_reason() is not None:
        return
    if record.plan is None:
        by_programme(run, run.instance, 1e9, TINY_NODES)
        return
    sets = run.sets
    if sets is None or sets.lowest() < ascent.bound:  # sharing says less than the multipliers
        settled = settle_sites(run, ascent)
    else:
        settled = share_customers(run, ascent, SETTLING)
    if settled:
        return
    run.mark = _clock(record)
    tree = Tree(record, root)
    tree.push(ascent.bound, run.instance, ascent.best)
    ended = branch(tree, lambda node: look_again(run, node))
    record.statistics["nodes"] = float(tree.solved)
    if ended:
        finish(record, "branching")


def share_customers(run: Run, ascent: Ascent, until: float) -> bool:
    """Search sets of sites whose customers could be shared; return whether all is done."""
    record = run.record
    if run.sets is None:
        if not sharing.small_enough(record.problem) or not run.root.complete:
            return False
        run.sets = sharing.grow(record, lambda sites: search_set(run, ascent, sites))
    if sharing.settle(run.sets, until):
        finish(record, "sharing")
    return record.stop_reason() is not None


def settle_sites(run: Run, ascent: Ascent) -> bool:
    """Search sets of sites that the divisible relaxation proposes; return whether all is done."""
    record, root = run.record, run.root
    proposals = Proposals()
    stale = 0
    if not root.complete or root.customers > MOST_CUSTOMERS:
        return False
    for _ in range(ROUNDS):
        if stale >= STALE or record.budget.used() > SETTLING:
            return False
        before = record.plan.objective if record.plan else np.inf
        sites = propose(proposals, ascent, record)
        if record.stop_reason() is not None:
            return True
        if proposals.exhausted:
            if proposals.least >= cutoff_of(record):
                finish(record, "divisible")
            return record.stop_reason() is not None
        if sites is None:
            stale += 1
            continue
        proposals.least = min(proposals.least, search_set(run, ascent, sites))
        proposals.searched.append(sites)
        record.statistics["sets"] = float(len(proposals.searched))
        if record.stop_reason() is not None:
            return True
        better = record.plan is not None and record.plan.objective < before
        stale = 0 if better else stale + 1
    return False


def search_set(run: Run, ascent: Ascent, sites: NDArray[np.bool_]) -> float:
    """Look for plans within a set of sites; return what such a plan costs at least."""
    record = run.record
    inside = within(run.root, sites)
    if impossible(inside):
        return np.inf
    node = begin(inside, ascent.best)
    node.step = 0.3
    cutoff = cutoff_of(record)
    climb(node, SET_STEPS, min(cutoff, 1.02 * ascent.bound), record, enough=cutoff)
    if node.bound >= cutoff or record.stop_reason() is not None:
        return node.bound
    if not pack(record, run.root, sites, PACKS):
        anneal_from(run, np.full(run.root.customers, -1, dtype=np.int32), sites, 0.5, HOT)
    goal, left, _ = aspire(node, cutoff_of(record), 0.02, ASSIGN_PAIRS)
    if impossible(left):
        return goal
    time_s = 0.6 * slice_s(record)  # rather two sets than one to its end
    answer, assign, opened = solve_rest(left, record, time_s=time_s, nodes=ASSIGN_NODES)
    if assign is not None and opened is not None:
        offer(record, run.root, assign, opened, "set")
    if answer.status == "infeasible":
        return goal
    if answer.bound is None:
        return node.bound
    return max(node.bound, min(goal, answer.bound - 1e-7 * max(1.0, abs(answer.bound))))


@cache
def warm() -> None:
    """Call every kernel once, so that it is compiled."""
    pair = np.array([0, 1], dtype=np.int32)
    pairs = arrange(pair, pair, np.ones(2), np.ones(2), 2)._replace(
        size_start=np.arange(3), fixed=np.ones(2), capacity=np.ones(2), min_use=np.zeros(2)
    )
    two = np.full(2, np.inf)
    tiny = Instance(pairs, pair, np.zeros(2, dtype=bool), 0, 2, two)
    one = np.ones(2, dtype=np.int64)
    repack(Task(np.ones((2, 2)), one, one), one - 1, np.array([[0, 1], [0, 1]]), 1, 0, 1.0)
    evaluate(begin(tiny), np.ones(2))
    search = begin_search(tiny, 1.0, 0)
    start_from(search, np.full(2, -1, dtype=np.int32), np.ones(2, dtype=bool))
    stop = Record(make_problem("single_source", np.ones((1, 1))), Limits(work=0))
    cool(search, 1, HOT, COLD, stop)


def bound_and_search(run: Run) -> Ascent:
    """Climb and search in turns until the bound has converged."""
    record = run.record
    ascent = begin(run.instance)
    climb(ascent, 60, _guess(run.instance), record)
    record.raise_bound(min(ascent.bound, cutoff_of(record)), "lagrangian")
    look(run, ascent, 0.1)
    scatter(run, ascent)
    if share_customers(run, ascent, FIRST_SETS):
        return ascent
    worst = worst_cost(run.root)
    while True:
        target = record.plan.objective if record.plan else 1.1 * ascent.bound + 1e-6
        converged = climb(ascent, STEPS, target, record, enough=cutoff_of(record))
        _count(run, ascent)
        if ascent.bound > worst:
            record.proven("lagrangian")
            return ascent
        record.raise_bound(min(ascent.bound, cutoff_of(record)), "lagrangian")
        if record.stop_reason() is not None:
            return ascent
        look(run, ascent, 0.3)
        run.multiplier = ascent.best
        ascent = narrowed(run, ascent)
        if converged or impossible(run.instance):
            return ascent


def narrowed(run: Run, ascent: Ascent) -> Ascent:
    """Leave out what reduced costs exclude; return the ascent to go on with."""
    if run.record.plan is None:
        return ascent
    left = shrink(ascent, cutoff_of(run.record))
    if len(left.pairs.row_cost) > 0.9 * len(run.instance.pairs.row_cost):
        return ascent
    run.instance = left
    fresh = begin(left, ascent.best)
    fresh.step, fresh.often, fresh.bound = max(ascent.step, 0.02), ascent.often, ascent.bound
    return fresh


def look(run: Run, ascent: Ascent, effort: float) -> None:
    """Plunge from an ascent and anneal from the sites that it ends with."""
    record = run.record
    if run.search is None:
        run.search = begin_search(run.root, ascent.bound, record.limits.seed)
    target = record.plan.objective if record.plan else 1.02 * ascent.bound
    node = plunge(ascent, target, record)
    if node is None:
        return
    assign = np.full(run.root.customers, -1, dtype=np.int32)
    anneal_from(run, assign, node.instance.required, effort, HOT)
    left = shrink(node, cutoff_of(record)) if record.plan else node.instance
    pairs = len(left.pairs.row_cost)
    if record.stop_reason() is None and not impossible(left) and pairs <= POLISH_PAIRS:
        _, assigned, opened = solve_rest(left, record, time_s=POLISH_S, nodes=POLISH_NODES)
        if assigned is not None and opened is not None:
            offer(record, run.root, assigned, opened, "polishing")


def anneal_from(
    run: Run,
    assign: NDArray[np.int32],
    opened: NDArray[np.bool_],
    effort: float,
    hot: float,
    cold: float = COLD,
    site_share: float = 0.1,
) -> None:
    """Anneal from a plan, whole or partial, and offer the best met."""
    search = run.search
    if search is None or not start_from(search, assign, opened):
        return
    moves = int(effort * (1000 * run.root.customers + 100_000))
    cool(search, moves, hot, cold, run.record, site_share)
    state = search.state
    if not np.any(state.best_assign < 0):
        offer(run.record, run.root, state.best_assign, state.best_opened, "annealing")


def scatter(run: Run, ascent: Ascent) -> None:
    """Cool hot starts of a small problem, where many are cheap and good."""
    if run.root.customers > SMALL:
        return
    opened = (ascent.often > 0.5) & run.root.usable
    opened |= run.root.required
    if int(opened.sum()) != min(max(int(opened.sum()), run.root.at_least), run.root.at_most):
        rank = np.where(run.root.usable, ascent.often + 2.0 * run.root.required, -1.0)
        opened[:] = False
        opened[np.argsort(-rank, kind="stable")[: run.root.at_least]] = True
    assign = np.full(run.root.customers, -1, dtype=np.int32)
    for heat in STARTS:
        if run.record.stop_reason() is None:
            anneal_from(run, assign, opened, 0.7, heat, 0.02, 0.3)


def look_again(run: Run, ascent: Ascent) -> None:
    """Search for a share of the time that falls while nothing comes of it."""
    record = run.record
    now = _clock(record)
    run.branched += now - run.mark
    while run.searched <= run.share * run.branched and record.stop_reason() is None:
        before = record.plan.objective if record.plan else np.inf
        begun = _clock(record)
        run.looks += 1
        if run.looks % LOOKS == 0:
            look(run, ascent, 0.3)
        elif run.looks % LOOKS == 1 and record.plan is not None:
            opened = np.isin(np.arange(run.root.sites), record.plan.open)
            heat = HEATS[run.looks // LOOKS % len(HEATS)]
            anneal_from(run, record.plan.assign, opened, 0.3, heat)
        elif not (run.looks % LOOKS == 2 and repack_best(run)):
            sweep(run)
        run.searched += _clock(record) - begun
        better = record.plan is not None and record.plan.objective < before
        run.share = 1.0 if better else max(0.85 * run.share, LEAST_SHARE)
    run.mark = _clock(record)


def repack_best(run: Run) -> bool:
    """Repack the sites of the best plan; return whether that can be done."""
    record = run.record
    if record.plan is None:
        return False
    opened = np.isin(np.arange(run.root.sites), record.plan.open)
    return pack(record, run.root, opened, PACKS, record.plan.assign)


def sweep(run: Run) -> None:
    """Try regions of the best plan."""
    record = run.record
    if run.regions is None:
        top = begin(run.root, run.multiplier)
        evaluate(top, top.best, sharp=True)
        dice = np.random.default_rng(record.limits.seed)
        run.regions = Regions(run.root, top.best, top.work.value.copy(), dice)
    for _ in range(REGIONS):
        if record.plan is None or record.stop_reason() is not None:
            return
        improve(run.regions, record, record.plan)


def _clock(record: Record) -> float:
    """Return the work done where it limits, else seconds."""
    if record.limits.work is not None:
        return record.budget.work_done
    return record.budget.elapsed_s


def by_programme(run: Run, instance: Instance, time_s: float, nodes: int) -> bool:
    """Give all that is left to a programme; return whether that settled the problem."""
    record = run.record
    answer, assign, opened = solve_rest(instance, record, time_s=time_s, nodes=nodes)
    if assign is not None and opened is not None:
        offer(record, run.root, assign, opened, "programme")
    if answer.status == "infeasible":
        record.proven("programme")
        return True
    if answer.bound is not None and record.plan is not None:
        bound = answer.bound - 1e-7 * max(1.0, abs(answer.bound))
        record.raise_bound(min(bound, record.plan.objective), "programme")
    return record.stop_reason() is not None


def worst_cost(instance: Instance) -> float:
    """Return what no plan can exceed, inf where lists are cut off."""
    if not instance.complete:
        return np.inf
    pairs = instance.pairs
    dearest = float(pairs.row_cost[pairs.row_start[1:] - 1].sum())
    total = dearest + float(np.maximum(pairs.fixed, 0.0).sum())
    return total + 1e-6 * abs(total) + 1e-6


def _guess(instance: Instance) -> float:
    """Return what the cheapest service and the cheapest capacity cost, and some more."""
    pairs = instance.pairs
    has = np.diff(pairs.row_start) > 0
    near = float(pairs.row_cost[pairs.row_start[:-1][has]].sum())
    share = pairs.fixed / np.maximum(pairs.capacity, 1e-12)
    return 1.3 * (near + max(float(share.min()), 0.0) * float(pairs.demand.sum())) + 1e-6


def _whole(instance: Instance) -> bool:
    costs, fixed = instance.pairs.row_cost, instance.pairs.fixed
    return bool(np.all(costs == np.round(costs)) and np.all(fixed == np.round(fixed)))


def _count(run: Run, ascent: Ascent) -> None:
    figures = run.record.statistics
    figures["steps"] = figures.get("steps", 0.0) + ascent.steps
    figures["pairs_left"] = float(len(run.instance.pairs.row_cost))
    figures["sites_left"] = float(run.instance.usable.sum())
