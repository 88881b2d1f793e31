"""How the decomposition spends its budget: bound, hotels, search, final flows."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.limits import DEFAULT_TIME_S, Budget
from optimizer.siting.bounding import (
    Leaf,
    alone,
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
from optimizer.siting.mip import Answer
from optimizer.siting.pursuit import (
    CYCLE_SHARE,
    PACK_NODES,
    PACK_S,
    SEARCH_END,
    Solve,
    alike,
    anneal,
    finish,
    follow,
    lead,
    other_walk,
    plain_walk,
    relative_gap,
    repack_leading,
    search,
    search_hotels,
)
from optimizer.siting.starts import Start, first_start, purse_splits
from optimizer.siting.tenancy import build_tenancy
from optimizer.siting.unit_bound import climb_units, ready, start_alone

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from optimizer.core.limits import Listener
    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem
    from optimizer.siting.city import City
    from optimizer.siting.data import SitingData

    Floats = NDArray[np.float64]

BOUND_SHARE = 0.3  # of the budget at most for the first ascent,
BESIDE_SHARE = 0.2  # or so much where the prices climb on beside the search
CLIMB_END = 0.85  # at the latest: then the second core searches too
PACKS_SHARE = 0.08  # of what is left: packing all promising hotel types
QUICK_ROUNDS = 12  # looks at the bound before the first plan
CYCLE_MIN = 0.02  # but at least so much of the budget
PACKED_MAX = 4000  # types times tenants: beyond, packings with every rule take too long to tell
HOTELS_SHARE = 0.04  # of what is left: searching hotels and tenants of the first plan
OTHER_STARTS = 2  # of the second search, before it goes on with the best
WAIT_S = 0.05
BOXES_TRIED = 4
CUTS_BEFORE_START = 3
JOINT_S = 2.0  # packing one hotel of a start: without an answer there is no start
MASTER_S, MASTER_NODES = 2.0, 500
CHOICE_S = 5.0  # choosing the combinations of a start: without them there is none either


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
    hotels_alone = alone(city)
    begin = budget.used()
    if hotels_alone and not solve.over():
        _polish(solve, solve.bounding.worst)
    search_hotels(
        solve, SEARCH_END if hotels_alone else begin + HOTELS_SHARE * (SEARCH_END - begin)
    )
    if not solve.over() and not (hotels_alone and solve.plan is not None):
        starts = _starts(solve) or starts
    search(solve, starts)
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
        exact = bound is not None and relative_gap(solve.value, bound) <= 1e-6
        return "proof" if exact else "gap"
    return stop or ("work" if solve.budget.limits.work is not None else "time")


def _work_beside(solve: Solve) -> threading.Thread:
    """Let the prices climb on in a second thread, and then a second walk search.

    Never where work, not time, is counted: who comes first would decide about the plan.
    """

    def ended() -> bool:
        return solve.searched or solve.over(SEARCH_END)

    def work() -> None:
        while not (ended() or (solve.leader and solve.over(CLIMB_END)) or _all_climbed(solve)):
            climb_on(solve.bounding, solve.guess if np.isfinite(solve.guess) else 0.0)
            repack_leading(solve)
        _climb_units(solve, ended)
        walk, number = None, 0
        while not (ended() or solve.closed()):
            repack_leading(solve)
            if solve.leader is None:
                time.sleep(WAIT_S)
                continue
            now, number = solve.budget.used(), number + 1
            leading = solve.leader.walk
            if number <= OTHER_STARTS or walk is None or not alike(solve, walk, leading):
                rival = solve.contenders.pop(0) if solve.contenders else leading
                walk = other_walk(solve, rival, number)
            until = min(now + CYCLE_SHARE * (SEARCH_END - now) + CYCLE_MIN, SEARCH_END)
            if number > OTHER_STARTS:
                follow(solve, walk)
            anneal(solve, walk, until, beside=True)
            lead(solve, walk)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def _climb_units(solve: Solve, ended: Callable[[], bool]) -> None:
    """Let the bound by whole parts on units climb, where nothing but hotels is decided."""
    bounding, begun = solve.bounding, solve.budget.used()
    if not alone(bounding.city) or not ready([bounding]):
        return
    state = start_alone(bounding)
    while not (ended() or solve.closed() or state.exhausted):
        climb_units(state, (solve.budget.used() - begun) / max(SEARCH_END - begun, 1e-9))
        bounding.tighten(bounding.worst, bounding.city.constant - state.cost)


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
        finish(solve, plain_walk(solve, start))
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
        parts = BOXES_TRIED if len(leaves) > 1 else 1
        swapped = leaf is leaves[0] and solve.problem.hotels is None  # else walks do it
        starts += _box_starts(solve, leaf, parts, swapped=swapped)
    return starts


def _polish(solve: Solve, leaf: Leaf, parts: int = 1) -> Floats:
    """Pack hotels at the best prices of a box, and tighten its bound in integers."""
    bounding = solve.bounding
    solve.tell("hotels", always=True)
    mine = promising_types(bounding, leaf, max(leaf.saving - max(solve.guess, 0.0), 0.0))
    if bounding.relaxed is not None and bounding.relaxed.worth.size > PACKED_MAX:
        mine[:] = False
    left = solve.budget.remaining_s()
    each = PACKS_SHARE / parts * (left or 0.0) / max(int(mine.sum()), 1)
    effort = solve.effort(min(PACK_S, each), PACK_NODES, 1e-3)
    packed = pack_types(bounding, leaf, mine, effort)
    bare, hotel = bare_worth(bounding, leaf)
    whole = with_tenants(leaf, bare, hotel, packed)
    effort = solve.effort(MASTER_S, MASTER_NODES, 1e-5)
    return integer_bound(bounding, leaf, whole, max(solve.guess, -1e300), effort)


def _box_starts(solve: Solve, leaf: Leaf, parts: int, *, swapped: bool) -> list[Start]:
    """Return starts with the best number of hotels in a box and its neighbours."""
    slack = max(leaf.saving - max(solve.guess, 0.0), 0.0)
    if parts > 1:  # quickly: searching from here tells more than packing every type of hotel
        bare, hotel = bare_worth(solve.bounding, leaf)
        whole = with_tenants(leaf, bare, hotel, hotel[:-1])
    else:
        whole = _polish(solve, leaf)
    starts = []
    efforts = (
        solve.effort(CHOICE_S, MASTER_NODES, 1e-3),
        solve.effort(JOINT_S, PACK_NODES, 2e-3),
    )
    for start in purse_splits(solve.bounding, leaf, whole, slack, efforts, swapped=swapped):
        starts.append(start)
        solve.tell("hotels")
    return starts
