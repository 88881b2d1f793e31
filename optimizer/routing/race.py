"""Searches with different seeds side by side, each in a process of the local pool.

Where loads alone bound tours, every other search begins by ruin and recreate (`districts.ruin`):
on a hundred stops and more it and PyVRP win about as often, so that the better of both is better
than two of a kind.
"""

from __future__ import annotations

import math
import time
from dataclasses import replace
from operator import itemgetter
from typing import TYPE_CHECKING

from optimizer.core.limits import Budget, Cancel, Limits, Listener, Progress, silent
from optimizer.core.tour_order import order_of
from optimizer.routing.districts.anneal import Heat, annealed, can_anneal
from optimizer.routing.districts.savings import savings_orders
from optimizer.routing.outcome import nothing
from optimizer.routing.schedule import objective_eur, timed
from optimizer.solvers.pool import Task, side_by_side

if TYPE_CHECKING:
    from optimizer.core.routing import RoutingProblem, RoutingResult, Tours

RACE_STOPS = 50  # fewer are solved by one search before another process has started
RACE_LIMIT_S = 10.0
SHORTEST_S = 0.5
ANNEALED_STOPS = 100
HEAT = Heat(2.0, 0.05)
ANNEALED_SHARE = 0.85
"""Of a search that anneals; PyVRP takes its tours on from there."""
SLICES = 40
"""Of annealing, told and kept one by one."""


def pays_to_race(problem: RoutingProblem, limits: Limits) -> bool:
    """Return whether searches with several seeds, each in a process, are worth starting."""
    if limits.threads < 2 or limits.work is not None:
        return False
    enough = limits.time_s is None or limits.time_s >= RACE_LIMIT_S
    return enough and problem.stops.count >= RACE_STOPS


def plan_raced(
    problem: RoutingProblem,
    limits: Limits,
    *,
    initial: Tours | None = None,
    listener: Listener = silent,
    cancel: Cancel | None = None,
) -> RoutingResult:
    """Return the best of one search per thread, each with its own seed; as in `plan_tours`."""
    budget = Budget(limits, cancel or Cancel())
    left_s = budget.remaining_s()
    ends_at = None if left_s is None else time.time() + left_s
    tasks = []
    anneals = can_anneal(problem) and problem.stops.count >= ANNEALED_STOPS
    for rank in range(limits.threads):
        alone = replace(limits, threads=1, seed=limits.seed + rank)
        request = {"problem": problem, "limits": alone, "ends_at": ends_at, "initial": initial}
        function = "anneal_until" if anneals and rank % 2 else "plan_until"
        tasks.append(Task(f"optimizer.routing.race:{function}", request))
    answers = side_by_side(
        tasks, processes=limits.threads, listener=_best_so_far(listener), cancel=budget.cancel
    )
    results: list[RoutingResult] = [result for _, result in sorted(answers, key=itemgetter(0))]
    if not results:
        return nothing(problem, "pyvrp", budget)
    best = min(
        results, key=lambda result: math.inf if result.objective is None else result.objective
    )
    work = sum(result.statistics["iterations"] for result in results)
    statistics = {"seconds": round(budget.elapsed_s, 3), "iterations": work}
    return best.replace(statistics=statistics, stopped_by=budget.stop_reason() or best.stopped_by)


def plan_until(
    problem: RoutingProblem,
    limits: Limits,
    ends_at: float | None,
    initial: Tours | None,
    *,
    listener: Listener = silent,
    cancel: Cancel | None = None,
) -> RoutingResult:
    """Plan tours until a moment of the clock (seconds of `time.time`): starting took time, too."""
    from optimizer.routing.tours import plan_tours

    if ends_at is not None:
        limits = replace(limits, time_s=max(ends_at - time.time(), SHORTEST_S))
    return plan_tours(problem, limits, initial=initial, listener=listener, cancel=cancel)


def anneal_until(
    problem: RoutingProblem,
    limits: Limits,
    ends_at: float | None,
    initial: Tours | None,
    *,
    listener: Listener = silent,
    cancel: Cancel | None = None,
) -> RoutingResult:
    """Plan tours by ruin and recreate, then by PyVRP, until a moment of the clock."""
    budget = Budget(limits, cancel or Cancel())
    orders = savings_orders(problem) if initial is None else order_of(initial)
    best = None if orders is None else timed(problem, orders)
    if ends_at is None or orders is None or best is None:
        return plan_until(problem, limits, ends_at, initial, listener=listener, cancel=cancel)
    value, begin = objective_eur(problem, best), time.time()
    each_s = max((ends_at - begin) * ANNEALED_SHARE / SLICES, 0.0)
    fall = (HEAT.end / HEAT.begin) ** (1.0 / SLICES)
    for rank in range(SLICES):
        left_s = begin + (rank + 1) * each_s - time.time()
        if budget.cancel.cancelled or left_s <= 0.0:
            break
        hot = HEAT.begin * fall**rank
        some = replace(limits, time_s=left_s, seed=limits.seed + rank)
        orders, work = annealed(problem, orders, some, Heat(hot, hot * fall), budget.cancel)
        budget.spend(work)
        tours = timed(problem, orders)
        now = math.inf if tours is None else objective_eur(problem, tours)
        if now < value:
            best, value = tours, now
            listener(Progress(budget.elapsed_s, "tours", value, None, None))
    return plan_until(problem, limits, ends_at, best, listener=listener, cancel=cancel)


def _best_so_far(listener: Listener) -> Listener:
    """Pass on progress only where it is better than what anybody told before."""
    best = math.inf

    def tell(progress: Progress) -> None:
        nonlocal best
        if progress.value is not None and progress.value < best:
            best = progress.value
            listener(progress)

    return tell
