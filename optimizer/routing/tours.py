"""Plan the tours of one routing problem: the engine is chosen by what the problem asks for.

PyVRP plans whatever it can express; breaks are made room for and then put into its tours. Where
that fails (windows that leave no room), OR-Tools plans with breaks in its model. Travel that
changes with the hour has an engine of our own, `optimizer.routing.hours`. Fleets that cost more
than their ways are made small first; many pairs or windows are planned by string removals, very
many stops by districts; else, with several threads and a time limit that is worth it, searches
with different seeds run side by side.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.limits import Budget, Cancel, Limits, Listener, Progress, silent
from optimizer.core.routing import RoutingResult
from optimizer.core.tour_order import order_of, without_breaks
from optimizer.routing.districts.part import in_whole, part_of
from optimizer.routing.engines import (
    BREAKS,
    HOURS,
    ORTOOLS,
    PYVRP,
    needs,
    out_of_time,
    with_room_for_breaks,
)
from optimizer.routing.outcome import found, nothing
from optimizer.routing.schedule import as_tours, timed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from optimizer.core.routing import RoutingProblem, Tours
    from optimizer.core.tour_order import TourOrder

FEWEST_STOPS = 20
"""From here on lowering the number of vehicles first is worth its time."""
PAIR_STOPS, WINDOW_STOPS = 200, 400
"""From here on string removals find shorter tours than PyVRP: 3 % at 418 stops in pairs, 1 % at 400
with windows; they are as good at 210 stops in pairs."""
DISTRICT_STOPS = 1_500
"""From here on districts side by side beat one search on the whole."""
ANNEALED_STOPS = 600
"""Likewise, where loads alone bound tours: PyVRP is ahead at 502 stops, far behind at 979."""

Planner = Callable[..., RoutingResult]


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
        Status "no_plan" where none was found within the limits, which proves nothing;
        "infeasible" where a stop that must be visited is in time for nobody.
    """
    budget = Budget(limits, cancel or Cancel())
    if problem.stops.count == 0:
        return found(problem, as_tours([], []), "none", budget)
    gone = out_of_time(problem)
    if gone.any():
        return _without(problem, gone, limits, listener=listener, cancel=budget.cancel)
    planner = _planner(problem, limits, has_start=initial is not None)
    if planner is not None:
        return planner(problem, limits, initial=initial, listener=listener, cancel=budget.cancel)
    asked = needs(problem)
    start = None if initial is None else order_of(initial)
    tours, engine = None, "pyvrp"
    if asked - {BREAKS} <= PYVRP:
        tours = _with_pyvrp(problem, budget, start, listener, has_breaks=BREAKS in asked)
    if tours is None and asked <= ORTOOLS and budget.stop_reason() != "user":
        from optimizer.solvers.ortools_tours import plan_order

        engine = "ortools"
        orders = plan_order(problem, budget, listener=listener)
        tours = None if orders is None else timed(problem, orders)
        if tours is None and orders is not None:
            tours = timed(problem, [without_breaks(order) for order in orders])
    if tours is None:
        return nothing(problem, engine, budget)
    return found(problem, tours, engine, budget)


def _planner(problem: RoutingProblem, limits: Limits, *, has_start: bool) -> Planner | None:
    """Return who plans what one search on the whole does not plan best; None: that search."""
    if HOURS in needs(problem):
        from optimizer.routing.hours import plan_hours

        return plan_hours
    from optimizer.routing.fewest import plan_fewest, vehicles_first
    from optimizer.routing.race import pays_to_race, plan_raced
    from optimizer.routing.strings import can_string, plan_strings

    if not has_start and vehicles_first(problem) and problem.stops.count >= FEWEST_STOPS:
        return plan_fewest
    if not has_start and _strings_pay(problem) and can_string(problem):
        return plan_strings  # from hot to cold: what there is already would be lost
    from optimizer.routing.districts import plan_districts
    from optimizer.routing.districts.anneal import can_anneal

    many = ANNEALED_STOPS if can_anneal(problem) else DISTRICT_STOPS
    if problem.stops.count >= many:
        return plan_districts
    return plan_raced if pays_to_race(problem, limits) and not has_start else None


def _strings_pay(problem: RoutingProblem) -> bool:
    """Return whether pairs or windows are so many that PyVRP is behind."""
    stops = problem.stops
    if len(problem.pairs.pickup):
        return PAIR_STOPS <= stops.count < DISTRICT_STOPS
    windows = bool(np.isfinite(stops.until_s).any())
    return windows and WINDOW_STOPS <= stops.count < DISTRICT_STOPS


def _without(
    problem: RoutingProblem,
    gone: NDArray[np.bool_],
    limits: Limits,
    *,
    listener: Listener,
    cancel: Cancel,
) -> RoutingResult:
    """Plan what can be visited; a stop that must be visited and cannot proves infeasibility."""
    budget = Budget(limits, cancel)
    if np.isinf(problem.stops.penalty_eur[gone]).any():
        none = nothing(problem, "none", budget)
        return none.replace(status="infeasible", stopped_by="proof")
    part = part_of(problem, np.flatnonzero(~gone).astype(np.int32), problem.fleet.count_max)
    lost = float(problem.stops.penalty_eur[gone].sum())

    def tell(progress: Progress) -> None:
        value = None if progress.value is None else progress.value + lost
        listener(replace(progress, value=value))

    result = plan_tours(part.problem, limits, listener=tell, cancel=cancel)
    if result.tours is None:
        return result.replace(skipped=np.ones(problem.stops.count, dtype=bool))
    orders = in_whole(part, order_of(result.tours))
    tours = timed(problem, orders)
    if tours is None:
        return nothing(problem, result.engine, budget)
    return found(problem, tours, result.engine, budget)


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
