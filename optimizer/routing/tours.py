"""Plan the tours of one routing problem: the engine is chosen by what the problem asks for.

PyVRP plans whatever it can express; breaks are made room for and then put into its tours. Where
that fails (windows that leave no room), OR-Tools plans with breaks in its model. Travel that
changes with the hour has an engine of our own, `optimizer.routing.hours`. With several threads and
a time limit that is worth it, as many searches with different seeds run side by side.
"""

from __future__ import annotations

import math
import time
from dataclasses import replace
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.limits import Budget, Cancel, Limits, Listener, Progress, silent
from optimizer.core.routing import RoutingResult
from optimizer.core.tour_order import order_of, without_breaks
from optimizer.routing.engines import BREAKS, HOURS, ORTOOLS, needs, with_room_for_breaks
from optimizer.routing.schedule import as_tours, objective_eur, skipped, timed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimizer.core.routing import RoutingProblem, Tours
    from optimizer.core.tour_order import TourOrder

RACE_STOPS = 50  # fewer are solved by one search before another process has started
RACE_LIMIT_S = 10.0
SHORTEST_S = 0.5


def plan_tours(
    problem: RoutingProblem,
    limits: Limits,
    *,
    initial: Tours | None = None,
    listener: Listener = silent,
    cancel: Cancel | None = None,
) -> RoutingResult:
    """Plan tours; see `optimizer.core.routing` for the model.

    Parameters
    ----------
    problem
        What is to be visited, and by whom.
    limits
        Time, or work (iterations of the engine); `gap` has no meaning here.
    initial
        Tours to start from.

    Returns
    -------
    RoutingResult
        Status "no_plan" where none was found within the limits, which proves nothing.
    """
    budget = Budget(limits, cancel or Cancel())
    if problem.stops.count == 0:
        return _found(problem, as_tours([], []), "none", budget)
    if initial is None and _pays_to_race(problem, limits):
        return _raced(problem, budget, listener)
    asked = needs(problem)
    if HOURS in asked:
        from optimizer.routing.hours import plan_hours

        result: RoutingResult = plan_hours(
            problem, limits, initial=initial, listener=listener, cancel=budget.cancel
        )
        return result
    start = None if initial is None else order_of(initial)
    tours = _with_pyvrp(problem, budget, start, listener, has_breaks=BREAKS in asked)
    engine = "pyvrp"
    if tours is None and asked <= ORTOOLS and budget.stop_reason() != "user":
        from optimizer.solvers.ortools_tours import plan_order

        engine = "ortools"
        orders = plan_order(problem, budget, listener=listener)
        tours = None if orders is None else timed(problem, orders)
        if tours is None and orders is not None:
            tours = timed(problem, [without_breaks(order) for order in orders])
    if tours is None:
        return _nothing(problem, engine, budget)
    return _found(problem, tours, engine, budget)


def _pays_to_race(problem: RoutingProblem, limits: Limits) -> bool:
    """Return whether searches with several seeds, each in a process, are worth starting."""
    if limits.threads < 2 or limits.work is not None or HOURS in needs(problem):
        return False
    enough = limits.time_s is None or limits.time_s >= RACE_LIMIT_S
    return enough and problem.stops.count >= RACE_STOPS


def _raced(problem: RoutingProblem, budget: Budget, listener: Listener) -> RoutingResult:
    """Return the best of one search per thread, each with its own seed."""
    from optimizer.solvers.pool import Task, side_by_side

    limits, left_s = budget.limits, budget.remaining_s()
    ends_at = None if left_s is None else time.time() + left_s
    tasks = []
    for rank in range(limits.threads):
        alone = replace(limits, threads=1, seed=limits.seed + rank)
        request = {"problem": problem, "limits": alone, "ends_at": ends_at}
        tasks.append(Task("optimizer.routing.tours:plan_until", request))
    found = side_by_side(
        tasks, processes=limits.threads, listener=_best_so_far(listener), cancel=budget.cancel
    )
    results: list[RoutingResult] = [result for _, result in sorted(found, key=itemgetter(0))]
    if not results:
        return _nothing(problem, "pyvrp", budget)
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
    *,
    listener: Listener = silent,
    cancel: Cancel | None = None,
) -> RoutingResult:
    """Plan tours until a moment of the clock (seconds of `time.time`): starting took time, too."""
    if ends_at is not None:
        limits = replace(limits, time_s=max(ends_at - time.time(), SHORTEST_S))
    return plan_tours(problem, limits, listener=listener, cancel=cancel)


def _best_so_far(listener: Listener) -> Listener:
    """Pass on progress only where it is better than what anybody told before."""
    best = math.inf

    def tell(progress: Progress) -> None:
        nonlocal best
        if progress.value is not None and progress.value < best:
            best = progress.value
            listener(progress)

    return tell


def _with_pyvrp(
    problem: RoutingProblem,
    budget: Budget,
    start: Sequence[TourOrder] | None,
    listener: Listener,
    *,
    has_breaks: bool,
) -> Tours | None:
    """Return PyVRP's tours with breaks; windows are tightened if they do not fit otherwise."""
    from optimizer.solvers.pyvrp_tours import plan_order

    for windows in (False, True) if has_breaks else (False,):
        eased = with_room_for_breaks(problem, windows=windows)
        answer = plan_order(eased, budget, initial=start, listener=listener)
        tours = None if answer.orders is None else timed(problem, answer.orders)
        if tours is not None or budget.stop_reason() is not None:
            return tours
    return None


def _found(problem: RoutingProblem, tours: Tours, engine: str, budget: Budget) -> RoutingResult:
    return RoutingResult(
        status="plan",
        stopped_by=budget.stop_reason() or "work",
        tours=tours,
        skipped=skipped(problem, tours),
        objective=objective_eur(problem, tours),
        bound=None,
        engine=engine,
        statistics={"seconds": round(budget.elapsed_s, 3), "iterations": budget.work_done},
    )


def _nothing(problem: RoutingProblem, engine: str, budget: Budget) -> RoutingResult:
    return RoutingResult(
        status="no_plan",
        stopped_by=budget.stop_reason() or "work",
        tours=None,
        skipped=np.ones(problem.stops.count, dtype=bool),
        objective=None,
        bound=None,
        engine=engine,
        statistics={"seconds": round(budget.elapsed_s, 3), "iterations": budget.work_done},
    )
