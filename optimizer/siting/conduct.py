"""How the decomposition spends its budget: bound, hotels, search, final flows."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.limits import DEFAULT_TIME_S, Budget, Progress
from optimizer.siting.bounding import (
    Bounding,
    Leaf,
    bare_worth,
    climb_on,
    climbed,
    cut_box,
    integer_bound,
    pack_types,
    promising_types,
    start_bounding,
    with_tenants,
)
from optimizer.siting.city import build_city
from optimizer.siting.criteria import objective_of
from optimizer.siting.flows import best_flows, plan_of
from optimizer.siting.hotels import Effort
from optimizer.siting.mip import Answer
from optimizer.siting.starts import Start, first_start, plan_start, purse_splits
from optimizer.siting.tenancy import build_tenancy
from optimizer.siting.walks import Walk, begin_walk, make_moves

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.limits import Listener
    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem
    from optimizer.siting.city import City
    from optimizer.siting.data import SitingData

    Floats = NDArray[np.float64]

TELL_EVERY_S = 0.5
BOUND_SHARE = 0.3  # of the budget at most for the first ascent,
BESIDE_SHARE = 0.25  # or so much where the prices climb on beside the search
PACKS_SHARE = 0.08  # of what is left: packing all promising hotel types
QUICK_ROUNDS = 12  # looks at the bound before the first plan
TRIAL_SHARE = 0.3  # of the search: every start is tried before the best ones go on
SEARCH_END = 0.93
CHUNK = 100  # moves between two looks at the budget
LINKS_PER_WORK = 200_000.0
HOT, WARM, COLD = 8e-4, 4e-4, 3e-5  # temperatures as shares of the saving; WARM: reheated
CYCLE_SHARE = 0.3  # of the search: one cooling,
CYCLE_MIN = 0.02  # but at least so much of the budget
WAIT_S = 0.05
BOXES_TRIED = 4
CUTS_BEFORE_START = 3
SECOND_SEED = 7919  # further on for the second walk
OPTIMAL_GAP = 1e-7
PACK_S, PACK_NODES = 0.7, 300
JOINT_S = 2.0  # packing the hotels of a start together: without an answer there is no start
MASTER_S, MASTER_NODES = 2.0, 500
WAYS = 3  # hubs and delivery points per demand point among which final flows are optimised
WORK_PER_NODE = 0.5


@dataclass
class Solve:
    """Everything one solve knows; `plan` is feasible, `value` its objective."""

    problem: Problem
    data: SitingData
    budget: Budget
    listener: Listener
    bounding: Bounding
    plan: Plan | None = None
    value: float = np.inf
    guess: float = -np.inf
    told: float = field(default=-np.inf)
    finish_s: float = 0.0
    searched: bool = False
    second: Walk | None = None
    beside: threading.Thread | None = None

    def tell(self, phase: str, *, always: bool = False) -> None:
        """Send progress, not more often than people can read."""
        now = time.monotonic()
        if not always and now - self.told < TELL_EVERY_S:
            return
        self.told = now
        value = self.value if self.plan is not None else None
        bound = self.bounding.cost
        gap = None if value is None or bound is None else _gap(value, bound)
        self.listener(Progress(self.budget.elapsed_s, phase, value, bound, gap))

    def closed(self) -> bool:
        """Return whether plan and bound are as close as asked for."""
        bound = self.bounding.cost
        if self.plan is None or bound is None:
            return False
        return _gap(self.value, bound) <= max(self.budget.limits.gap, OPTIMAL_GAP)

    def over(self, share: float = 1.0) -> bool:
        """Return whether that share of the budget is used, or the user wants to stop."""
        left = self.budget.remaining_s()
        late = left is not None and left < 1.3 * self.finish_s and share <= SEARCH_END
        return late or self.budget.stop_reason() is not None or self.budget.used() >= share

    def effort(self, time_s: float, nodes: int, gap: float) -> Effort:
        """Return limits of one integer programme within the budget."""
        limits = self.budget.limits
        if limits.work is not None:
            self.budget.spend(nodes * WORK_PER_NODE)
            return Effort(None, nodes, gap, limits.seed, self.budget.cancel)
        left = self.budget.remaining_s()
        short = time_s if left is None else max(min(time_s, 0.2 * left), 0.05)
        return Effort(short, None, gap, limits.seed, self.budget.cancel)


def _gap(value: float, bound: float) -> float:
    return max(value - bound, 0.0) / max(abs(value), 1e-9)


def conduct(
    problem: Problem, data: SitingData, budget: Budget, listener: Listener, warm: Plan | None
) -> Answer:
    """Solve a city; see `decomposition.solve_city`."""
    if budget.limits.work is None and budget.limits.time_s is None:
        limits = replace(budget.limits, time_s=DEFAULT_TIME_S)
        budget = Budget(limits, budget.cancel, budget.started)
    city = build_city(problem, data)
    if not city.site_count:
        return _nowhere(problem, data, city)
    tenancy = build_tenancy(problem, data, city)
    solve = Solve(problem, data, budget, listener, start_bounding(problem, data, city, tenancy))
    if warm is not None:
        solve.plan, solve.value = warm, objective_of(data, warm)
        solve.guess = city.constant - solve.value
    if not city.possible:
        return Answer(solve.plan, None, "proof", infeasible=solve.plan is None)
    _first_bound(solve)
    two = budget.limits.threads > 1 and budget.limits.work is None
    share = BESIDE_SHARE if two else BOUND_SHARE
    _bound(solve, QUICK_ROUNDS, share)
    starts = [] if solve.plan is not None and solve.over() else _first_plan(solve)
    _bound(solve, None, share)
    if two:
        solve.beside = _work_beside(solve)
    if not solve.over():
        starts = _starts(solve) or starts
    _search(solve, starts)
    solve.tell("final flows", always=True)
    bound = solve.bounding.cost
    return Answer(solve.plan, bound, _reason(solve))


def _nowhere(problem: Problem, data: SitingData, city: City) -> Answer:
    """Answer for a city without sites: nothing can open, and that is proven."""
    opened = np.zeros(data.option_count, dtype=bool)
    flows = best_flows(problem, data, opened)
    if flows is None or np.any(city.rows.limit < 0):
        return Answer(None, None, "proof", infeasible=flows is not None)
    nobody = np.full(problem.tenants.count, -1, dtype=np.int32)
    plan = plan_of(data, opened, flows, nobody, nobody)
    return Answer(plan, objective_of(data, plan), "proof")


def _reason(solve: Solve) -> str:
    stop = solve.budget.stop_reason()
    if stop == "user":
        return stop
    if solve.closed():
        bound = solve.bounding.cost
        exact = bound is not None and _gap(solve.value, bound) <= 1e-6
        return "proof" if exact else "gap"
    return stop or ("work" if solve.budget.limits.work is not None else "time")


def _work_beside(solve: Solve) -> threading.Thread:
    """Let the prices climb on in a second thread, and then a second walk search.

    Never where work, not time, is counted: who comes first would decide about the plan.
    """

    def ended() -> bool:
        return solve.searched or solve.over(SEARCH_END)

    def work() -> None:
        while not (_all_climbed(solve) or ended()):
            climb_on(solve.bounding, solve.guess if np.isfinite(solve.guess) else 0.0)
        while not (ended() or solve.closed()):
            walk, now = solve.second, solve.budget.used()
            if walk is None:
                time.sleep(WAIT_S)
                continue
            walk.back_to_best()
            until = min(now + CYCLE_SHARE * (SEARCH_END - now) + CYCLE_MIN, SEARCH_END)
            _anneal(solve, walk, until, beside=True)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def _all_climbed(solve: Solve) -> bool:
    """Return whether the bound has come to its end; settled boxes are polished on the way."""
    leaf = solve.bounding.worst
    if leaf.settled and not leaf.polished:
        leaf.polished = True
        _polish(solve, leaf)
    return climbed(solve.bounding) and solve.bounding.worst.polished


def _first_bound(solve: Solve) -> None:
    """Prove something, however late it is; only a user who wants to stop may leave without."""
    if solve.budget.stop_reason() == "time":
        climb_on(solve.bounding, 0.0, rounds=1)


def _bound(solve: Solve, looks: int | None, share: float) -> None:
    """Let the prices climb."""
    done = 0
    while not climbed(solve.bounding) and (looks is None or done < looks):
        if solve.over(share) or solve.closed():
            return
        work = climb_on(solve.bounding, solve.guess if np.isfinite(solve.guess) else 0.0)
        solve.budget.spend(work)
        solve.tell("bound")
        done += 1


def _first_plan(solve: Solve) -> list[Start]:
    """Make a first plan, so that the bound knows where to climb and nobody leaves without one."""
    bounding = solve.bounding
    solve.tell("hotels", always=True)
    leaf = bounding.worst
    bare, hotel = bare_worth(bounding, leaf)
    whole = with_tenants(leaf, bare, hotel, hotel[:-1])
    effort = solve.effort(MASTER_S, MASTER_NODES, 1e-3)
    start = first_start(bounding, leaf, whole, (effort, solve.effort(PACK_S, PACK_NODES, 1e-3)))
    if start is not None:
        _finish(solve, _walks(solve, [start])[0])
    solve.tell("hotels", always=True)
    return [] if start is None else [start]


def _starts(solve: Solve) -> list[Start]:
    """Start in every box that may hold the best plan, the most promising first."""
    known = max(solve.guess, 0.0)
    for _ in range(CUTS_BEFORE_START):
        wide = [leaf for leaf in solve.bounding.leaves if not leaf.cut]
        if wide:
            cut_box(solve.bounding, max(wide, key=lambda leaf: leaf.saving))
    leaves = sorted(solve.bounding.leaves, key=lambda leaf: -leaf.saving)
    starts = []
    for leaf in [leaf for leaf in leaves if leaf.saving > known][:BOXES_TRIED]:
        if solve.over(SEARCH_END):
            break
        starts += _box_starts(solve, leaf, BOXES_TRIED if len(leaves) > 1 else 1)
    return starts


def _polish(solve: Solve, leaf: Leaf, parts: int = 1) -> Floats:
    """Pack hotels at the best prices of a box, and tighten its bound in integers."""
    bounding = solve.bounding
    solve.tell("hotels", always=True)
    mine = promising_types(bounding, leaf, max(leaf.saving - max(solve.guess, 0.0), 0.0))
    left = solve.budget.remaining_s()
    each = PACKS_SHARE / parts * (left or 0.0) / max(int(mine.sum()), 1)
    effort = solve.effort(min(PACK_S, each), PACK_NODES, 1e-3)
    packed = pack_types(bounding, leaf.ascent.best.tenant, mine, effort)
    bare, hotel = bare_worth(bounding, leaf)
    whole = with_tenants(leaf, bare, hotel, packed)
    effort = solve.effort(MASTER_S, MASTER_NODES, 1e-5)
    return integer_bound(bounding, leaf, whole, max(solve.guess, -1e300), effort)


def _box_starts(solve: Solve, leaf: Leaf, parts: int) -> list[Start]:
    """Return starts with the best number of hotels in a box and its neighbours."""
    slack = max(leaf.saving - max(solve.guess, 0.0), 0.0)
    if parts > 1:  # quickly: searching from here tells more than packing every type of hotel
        bare, hotel = bare_worth(solve.bounding, leaf)
        whole = with_tenants(leaf, bare, hotel, hotel[:-1])
    else:
        whole = _polish(solve, leaf)
    starts = []
    efforts = (
        solve.effort(MASTER_S, MASTER_NODES, 1e-4),
        solve.effort(JOINT_S, PACK_NODES, 2e-3),
    )
    for start in purse_splits(solve.bounding, leaf, whole, slack, efforts):
        starts.append(start)
        solve.tell("hotels")
    return starts


def _walks(solve: Solve, starts: list[Start], further: int = 0) -> list[Walk]:
    """Return a walk per start, the most promising first."""
    city, promise = solve.bounding.city, solve.bounding.use_of_option()
    seed = solve.budget.limits.seed + further
    moves = make_moves(solve.problem, solve.data, city, promise, seed)
    walks = [begin_walk(solve.problem, solve.data, city, start, moves) for start in starts]
    return sorted(walks, key=lambda walk: -walk.saving)


def _search(solve: Solve, starts: list[Start]) -> None:
    """Try every start for a while, then go on with the best ones."""
    if solve.plan is not None:  # it keeps every rule: the search need not find that out
        starts = [*starts, plan_start(solve.bounding, solve.plan)]
    walks = _walks(solve, starts)
    begin = solve.budget.used()
    trial = begin + TRIAL_SHARE * max(SEARCH_END - begin, 0.0)
    for rank, walk in enumerate(walks):
        if len(walks) > 1:
            until = begin + (trial - begin) * (rank + 1) / len(walks)
            _anneal(solve, walk, until)
    walks.sort(key=lambda walk: -walk.saving)
    if walks and solve.beside is not None:
        solve.second = _walks(solve, [walks[0].start], SECOND_SEED)[0]
    while walks and not solve.over(SEARCH_END) and not solve.closed():
        now = solve.budget.used()
        until = min(now + CYCLE_SHARE * (SEARCH_END - begin), SEARCH_END)
        walks[0].back_to_best()
        _anneal(solve, walks[0], until)
        walks.sort(key=lambda walk: -walk.saving)
        _finish(solve, walks[0])
    solve.searched = True
    if solve.beside is not None:
        solve.beside.join()
    if solve.second is not None:
        walks = sorted([*walks, solve.second], key=lambda walk: -walk.saving)
    for walk in walks:
        if _finish(solve, walk, last=solve.plan is None):
            return


def _anneal(solve: Solve, walk: Walk, until: float, *, beside: bool = False) -> None:
    """Cool one walk down until that share of the budget is used."""
    begin = solve.budget.used()
    size = max(abs(walk.saving), 1.0)
    hot = HOT if walk.chunks == 0 else WARM
    while not solve.over(until):
        done = (solve.budget.used() - begin) / max(until - begin, 1e-9)
        heat = size * hot * (COLD / hot) ** min(done, 1.0)
        seed = solve.budget.limits.seed + (SECOND_SEED if beside else 0)
        looked = walk.step(CHUNK, heat, seed)
        solve.guess = max(solve.guess, walk.saving)
        if beside:
            if solve.searched:
                return
            continue
        solve.budget.spend(looked / LINKS_PER_WORK)
        solve.tell("search")


def _finish(solve: Solve, walk: Walk, *, last: bool = False) -> bool:
    """Solve the flows of a walk's best state exactly; keep the plan if it is the best."""
    opened = walk.open_option(solve.data.option_count)
    begin = time.monotonic()
    cancel = None if last else solve.budget.cancel
    keep = None if solve.bounding.city.nearest else walk.useful_links(WAYS)
    left = solve.budget.remaining_s()
    time_s = None if left is None else max(0.8 * left, 0.2)
    flows = best_flows(solve.problem, solve.data, opened, keep=keep, time_s=time_s, cancel=cancel)
    solve.finish_s = time.monotonic() - begin
    if flows is None:
        flows = walk.served(solve.data.parcels_per_day)
    if flows is None:
        return False
    tenants = walk.start.tenant_option.astype(np.int32), walk.start.tenant_level.astype(np.int32)
    plan = plan_of(solve.data, opened, flows, *tenants)
    value = objective_of(solve.data, plan)
    if value < solve.value:
        solve.plan, solve.value = plan, value
        solve.guess = max(solve.guess, solve.bounding.city.constant - value)
    return True
