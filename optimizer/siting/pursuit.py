"""What one solve knows, and how its search goes: trials of all starts, then cooling the best."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.limits import Progress
from optimizer.siting.criteria import objective_of
from optimizer.siting.flows import best_flows, plan_of
from optimizer.siting.hotels import Effort
from optimizer.siting.insides import Insides, look_inside
from optimizer.siting.search import Best
from optimizer.siting.stacking.interiors import interiors_of
from optimizer.siting.stacking.period_search import improve_tenancies
from optimizer.siting.stacking.search import clock_until
from optimizer.siting.starts import Start, other_start, plan_start, repacked
from optimizer.siting.walks import Walk, begin_walk, make_moves

if TYPE_CHECKING:
    import threading

    from optimizer.core.limits import Budget, Listener
    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem
    from optimizer.siting.bounding import Bounding
    from optimizer.siting.data import SitingData
    from optimizer.siting.proposals import Moves

TELL_EVERY_S = 0.5
TRIAL_SHARE = 0.3  # of the search: every start is tried before the best ones go on
SEARCH_END = 0.93
CHUNK = 100  # moves between two looks at the budget
LINKS_PER_WORK = 200_000.0
HOT, WARM, COLD = 8e-4, 6e-4, 3e-5  # temperatures as shares of the saving; WARM: reheated
CYCLE_SHARE = 0.34  # of the search after the trials: one cooling
CLOSE = 0.015  # of the saving: so much less does a walk after trials that may yet prove better
CONTENDERS = 2
SECOND_SEED = 7919  # further on for every other walk
OPTIMAL_GAP = 1e-7
PACK_S, PACK_NODES = 0.7, 300
OTHER_S = 1.0  # choosing other hubs and delivery points
REPACK_S = 1.5  # and of the start that is searched from
WAYS = 3  # hubs and delivery points per demand point among which final flows are optimised
WORK_PER_NODE = 0.5


class Leader(NamedTuple):
    """The walk with whose hotels both threads search, and the best state that any has met there."""

    walk: Walk
    best: Best

    @property
    def saving(self) -> float:
        """What that state saves by the estimate, EUR per year."""
        return self.walk.saving_of(self.best)


@dataclass
class Solve:
    """Everything one solve knows; `plan` is feasible, `value` its objective.

    contenders : walks whose hotels may yet prove better than the leader's, for the second thread.
    """

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
    leader: Leader | None = None
    contenders: list[Walk] = field(default_factory=list)
    repacked: Walk | None = None
    beside: threading.Thread | None = None

    def tell(self, phase: str, *, always: bool = False) -> None:
        """Send progress, not more often than people can read."""
        now = time.monotonic()
        if not always and now - self.told < TELL_EVERY_S:
            return
        self.told = now
        value = self.value if self.plan is not None else None
        bound = self.bounding.cost
        gap = None if value is None or bound is None else relative_gap(value, bound)
        self.listener(Progress(self.budget.elapsed_s, phase, value, bound, gap))

    def closed(self) -> bool:
        """Return whether plan and bound are as close as asked for."""
        bound = self.bounding.cost
        if self.plan is None or bound is None:
            return False
        return relative_gap(self.value, bound) <= max(self.budget.limits.gap, OPTIMAL_GAP)

    def over(self, share: float = 1.0) -> bool:
        """Return whether that share of the budget is used, or the user wants to stop."""
        left = self.budget.remaining_s()
        late = left is not None and left < 1.3 * self.finish_s and share <= SEARCH_END
        return late or self.budget.stop_reason() is not None or self.budget.used() >= share

    def effort(self, time_s: float, nodes: int, gap: float) -> Effort:
        """Return limits of one integer programme within the budget."""
        return effort_within(self.budget, time_s, nodes, gap, WORK_PER_NODE)


def effort_within(
    budget: Budget, time_s: float, nodes: int, gap: float, work_per_node: float
) -> Effort:
    """Return limits of one integer programme that leave something of the budget."""
    limits = budget.limits
    if limits.work is not None:
        budget.spend(nodes * work_per_node)
        return Effort(None, nodes, gap, limits.seed, budget.cancel)
    left = budget.remaining_s()
    short = time_s if left is None else max(min(time_s, 0.2 * left), 0.05)
    return Effort(short, None, gap, limits.seed, budget.cancel)


def relative_gap(value: float, bound: float) -> float:
    """Return how far a value is above a bound, as a share of the value."""
    return max(value - bound, 0.0) / max(abs(value), 1e-9)


def begin_walks(solve: Solve, starts: list[Start]) -> list[Walk]:
    """Return a walk per start, the most promising first."""
    moves = _moves(solve)
    walks = [_begun(solve, start, moves, look_inside(solve.bounding, start)) for start in starts]
    return sorted(walks, key=lambda walk: -walk.saving)


def plain_walk(solve: Solve, start: Start) -> Walk:
    """Return a walk from a start whose hotels stay as they are, hubs inside included."""
    return _begun(solve, start, _moves(solve), None)


def _begun(solve: Solve, start: Start, moves: Moves, insides: Insides | None) -> Walk:
    city = solve.bounding.city
    return begin_walk(solve.problem, solve.data, city, start, moves, insides=insides)


def other_walk(solve: Solve, walk: Walk, number: int) -> Walk:
    """Return another walk with the same hotels, from hubs and delivery points of its own."""
    seed, effort = solve.budget.limits.seed + number, solve.effort(OTHER_S, 0, 1e-3)
    start = other_start(solve.bounding, walk.start, effort, seed) or walk.start
    return _begun(solve, start, _moves(solve, SECOND_SEED * number), walk.insides)


def _moves(solve: Solve, further: int = 0) -> Moves:
    """Return moves that know where the bound puts things by now."""
    city, promise = solve.bounding.city, solve.bounding.use_of_option()
    seed = solve.budget.limits.seed + further
    return make_moves(solve.problem, solve.data, city, promise, seed)


def repack_leading(solve: Solve) -> None:
    """Look longer for the tenants of the hotels that are searched with, once."""
    leader = solve.leader
    if leader is not None and leader.walk is not solve.repacked:
        solve.repacked = leader.walk
        repack(solve, leader.walk)


def repack(solve: Solve, walk: Walk) -> None:
    """Look longer for the tenants of a walk's hotels."""
    if walk.insides is not None:
        walk.insides.search_longer()
        return
    price, effort = solve.bounding.worst.ascent.best.tenant, solve.effort(REPACK_S, 0, 1e-3)
    walk.start = repacked(solve.bounding, price, walk.start, effort)


def search_hotels(solve: Solve, until: float) -> None:
    """Search for better hotels and tenants of the plan until that share of the budget is used."""
    plan = solve.plan
    if plan is None or solve.problem.hotels is None or solve.over(until):
        return
    solve.tell("hotels", always=True)
    clock = clock_until(solve, until)
    seed = solve.budget.limits.seed
    found = improve_tenancies(solve.problem, solve.data, plan, clock, seed)
    value = objective_of(solve.data, found)
    if value < solve.value:
        solve.plan, solve.value = found, value
        solve.guess = max(solve.guess, solve.bounding.city.constant - value)


def search(solve: Solve, starts: list[Start]) -> None:
    """Try every start for a while, then go on with the best ones."""
    walks, begin = _tried(solve, starts), solve.budget.used()
    if walks and solve.beside is not None:
        least = walks[0].saving - CLOSE * abs(walks[0].saving)
        close = [walk for walk in walks[1:] if walk.saving >= least]
        solve.contenders = close[:CONTENDERS]
        lead(solve, walks[0])
    elif walks and solve.problem.hotels is not None:
        repack(solve, walks[0])
    if walks and not solve.over(SEARCH_END):  # prices are better by now than when trials began
        walks.insert(0, other_walk(solve, walks[0], 0))
    while walks and not solve.over(SEARCH_END) and not solve.closed():
        now = solve.budget.used()
        until = min(now + CYCLE_SHARE * (SEARCH_END - begin), SEARCH_END)
        if walks[0].chunks:
            walks = _led(solve, walks)
            walks[0].renew(_moves(solve))
        anneal(solve, walks[0], until)
        walks.sort(key=lambda walk: -walk.saving)
        if solve.beside is not None:
            lead(solve, walks[0])
        finish(solve, walks[0])
    solve.searched = True
    if solve.beside is not None:
        solve.beside.join()
    for walk in _led(solve, walks):
        if finish(solve, walk, last=solve.plan is None):
            return


def _led(solve: Solve, walks: list[Walk]) -> list[Walk]:
    """Return the walks, the one that goes on from the best state of any thread first."""
    if solve.leader is None:
        return walks
    leading = solve.leader.walk
    same = [walk for walk in walks if alike(solve, walk, leading)]
    first = same[0] if same else _begun(solve, leading.start, _moves(solve), leading.insides)
    first.start = leading.start
    follow(solve, first)
    return [first, *(walk for walk in walks if walk is not first)]


def alike(solve: Solve, walk: Walk, other: Walk) -> bool:
    """Return whether one walk may end where the other does: their hotels are the same."""
    return _fixed(solve, walk.start) == _fixed(solve, other.start)


def _fixed(solve: Solve, start: Start) -> bytes:
    """Return what walks from a start cannot change."""
    if solve.problem.hotels is not None:
        return start.hotel.tobytes()
    inside = np.append(solve.data.inside_m2 > 0, False)
    return start.hotel.tobytes() + np.where(inside[start.hub], start.hub, -1).tobytes()


def distinct(solve: Solve, starts: list[Start]) -> list[Start]:
    """Return the first start of those that walks cannot tell apart by their hotels."""
    found: dict[bytes, Start] = {}
    for start in starts:
        found.setdefault(_fixed(solve, start), start)
    return list(found.values())


def _tried(solve: Solve, starts: list[Start]) -> list[Walk]:
    """Return a walk per start after a short cooling, the best first.

    The better half is cooled again, and so on (Karnin, Koren, Somekh 2013, ICML 28(3):1238).
    """
    if solve.plan is not None:
        starts = [*starts, plan_start(solve.bounding, solve.plan)]
    walks = begin_walks(solve, distinct(solve, starts))
    begin = solve.budget.used()
    live, share = len(walks), TRIAL_SHARE * max(SEARCH_END - begin, 0.0)
    rounds = max(live.bit_length() - 1, 0)
    for number in range(rounds):
        moves = _moves(solve)
        for rank, walk in enumerate(walks[:live]):
            if number:
                walk.renew(moves)
            anneal(solve, walk, begin + share * (number + (rank + 1) / live) / rounds)
        walks[:live] = sorted(walks[:live], key=lambda walk: -walk.saving)
        live = (live + 1) // 2
    return walks


def publish(solve: Solve, walk: Walk) -> None:
    """Let the other thread know of a better state for the hotels that are searched with."""
    leader = solve.leader
    if leader is None or not alike(solve, walk, leader.walk):
        return
    if walk.best.value[0] > leader.best.value[0]:
        solve.leader = Leader(leader.walk, _copy(walk.best))


def lead(solve: Solve, walk: Walk) -> None:
    """Search with the hotels of this walk from now on, if it has come further than the leader."""
    leader = solve.leader
    if leader is None or (walk.saving > leader.saving and not alike(solve, walk, leader.walk)):
        solve.leader = Leader(walk, _copy(walk.best))


def _copy(best: Best) -> Best:
    return Best(best.hub.copy(), best.point.copy(), best.price.copy(), best.value.copy())


def follow(solve: Solve, walk: Walk) -> None:
    """Go back to the best state that any thread has met with these hotels."""
    leader = solve.leader
    same = leader is not None and alike(solve, walk, leader.walk)
    if leader is not None and same and leader.best.value[0] > walk.best.value[0]:
        for mine, other in zip(walk.best, leader.best, strict=True):
            mine[:] = other
    walk.back_to_best()


def anneal(solve: Solve, walk: Walk, until: float, *, beside: bool = False) -> None:
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
        publish(solve, walk)
        if beside:
            if solve.searched:
                return
            continue
        solve.budget.spend(looked / LINKS_PER_WORK)
        solve.tell("search")


def finish(solve: Solve, walk: Walk, *, last: bool = False) -> bool:
    """Solve the flows of a walk's best state exactly; keep the plan if it is the best."""
    start = walk.housed()
    if start is None:
        return False
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
    tenants = start.tenant_option.astype(np.int32), start.tenant_level.astype(np.int32)
    interiors = interiors_of(solve.problem, solve.data, opened, *tenants, start.annex_level)
    plan = plan_of(solve.data, opened, flows, *tenants, interiors)
    value = objective_of(solve.data, plan)
    if value < solve.value:
        solve.plan, solve.value = plan, value
        solve.guess = max(solve.guess, solve.bounding.city.constant - value)
    return True
