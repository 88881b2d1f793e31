"""Plan the tours of one routing problem: the engine is chosen by what the problem asks for.

PyVRP plans whatever it can express; breaks are made room for and then put into its tours. Where
that fails (windows that leave no room), OR-Tools plans with breaks in its model. Travel that
changes with the hour has an engine of our own, `optimizer.routing.hours`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.limits import Budget, Cancel, Limits, Listener, silent
from optimizer.core.routing import RoutingResult
from optimizer.core.tour_order import order_of, without_breaks
from optimizer.routing.engines import BREAKS, HOURS, ORTOOLS, needs, with_room_for_breaks
from optimizer.routing.schedule import as_tours, objective_eur, skipped, timed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimizer.core.routing import RoutingProblem, Tours
    from optimizer.core.tour_order import TourOrder


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
