"""The fewest vehicles first, then what they cost on their way.

Where a vehicle costs more than any way saved, a search on cost alone spends its time on ways. So
the number of vehicles is lowered first: by string removals where they can state the problem, else
whenever a plan is found, one vehicle less than it uses is allowed (L. Wouda, L. Lan, W. Kool,
doi:10.1287/ijoc.2023.0055, do the same). The rest of the time goes to the ways with the vehicles
found, by districts where stops are many.
"""

from __future__ import annotations

import math
import time
from dataclasses import replace
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.limits import Budget, Cancel, Limits, Listener, Progress, silent
from optimizer.routing.race import plan_until
from optimizer.routing.schedule import objective_eur
from optimizer.routing.strings import can_string, plan_strings

if TYPE_CHECKING:
    from collections.abc import Callable

    from optimizer.core.routing import RoutingProblem, RoutingResult, Tours

FLEET_SHARE = 0.3
"""Of the time (or work), at most, to lower the number of vehicles."""
STRINGS_SHARE = 0.6
"""Of the time (or work), for string removals where there are no pairs; else all of it."""
MANY_STOPS, SHORT_TOUR = 350, 15.0
"""From here on, with tours of no more stops on average, districts beat searches on the whole."""
SHORTEST_S = 0.5


def vehicles_first(problem: RoutingProblem) -> bool:
    """Return whether one kind of vehicle costs more than all ways between stops could save."""
    fleet = problem.fleet
    alike = len(np.unique(fleet.fixed_eur)) == 1 and bool(np.isinf(problem.stops.penalty_eur).all())
    return fleet.count == 1 and alike and float(fleet.fixed_eur[0]) > _longest_eur(problem)


def _longest_eur(problem: RoutingProblem) -> float:
    """Return more than what visiting every stop by itself costs (plane), inf for other travel."""
    from optimizer.core.routing import Plane

    fleet, stops = problem.fleet, problem.stops
    travel = problem.travel[fleet.profile[0]]
    if not isinstance(travel, Plane) or fleet.eur_per_s.any():
        return math.inf
    start = fleet.start_place[0]
    away = np.hypot(
        travel.x[stops.place] - travel.x[start], travel.y[stops.place] - travel.y[start]
    )
    return float(2.0 * (away.sum() * travel.factor + stops.count) * fleet.eur_per_m[0])


def plan_fewest(
    problem: RoutingProblem,
    limits: Limits,
    *,
    initial: Tours | None = None,
    listener: Listener = silent,
    cancel: Cancel | None = None,
) -> RoutingResult:
    """Plan tours with as few vehicles as are found, then as cheap as are found.

    Parameters
    ----------
    problem
        One vehicle type, whose fixed cost outweighs everything else.
    initial
        Tours to start from: the number of vehicles is lowered from theirs.

    Returns
    -------
    RoutingResult
        Its objective holds the fixed costs of all vehicles.
    """
    budget = Budget(limits, cancel or Cancel())
    free = problem.replace(fleet=problem.fleet.replace(fixed_eur=np.zeros(problem.fleet.count)))
    if can_string(problem):
        found = [_by_strings(problem, free, budget, initial, listener)]
        if len(problem.pairs.pickup) and found[0].tours is not None:
            return _whole(problem, free, found[0], budget)
    else:
        fewer = free
        if initial is not None and initial.count > 1:
            fewer = _with_vehicles(free, initial.count - 1)
        found = _side_by_side(lowered, fewer, budget, FLEET_SHARE, None)
    found = [result for result in found if result.tours is not None]
    start = min(found, key=_fewest).tours if found else initial
    if start is None:
        return _whole(problem, free, None, budget)
    fixed = float(problem.fleet.fixed_eur[0]) * start.count

    def tell(progress: Progress) -> None:
        value = None if progress.value is None else progress.value + fixed
        listener(replace(progress, value=value))

    narrow = _with_vehicles(free, start.count)
    short = problem.stops.count <= SHORT_TOUR * start.count
    if problem.stops.count >= MANY_STOPS and short:
        from optimizer.routing.districts import plan_districts

        rest = replace(limits, time_s=budget.remaining_s(), work=_work_left(budget))
        better: RoutingResult | None = plan_districts(
            narrow, rest, initial=start, listener=tell, cancel=budget.cancel
        )
        return _whole(problem, narrow, better, budget)
    results = _side_by_side(plan_until, narrow, budget, 1.0, start, tell)
    better = min([*found, *results], key=_fewest, default=None)
    return _whole(problem, narrow, better, budget)


def _by_strings(
    problem: RoutingProblem,
    free: RoutingProblem,
    budget: Budget,
    initial: Tours | None,
    listener: Listener,
) -> RoutingResult:
    """Return tours by string removals, with their cost where vehicles are free."""
    limits, left_s = budget.limits, budget.remaining_s()
    share = 1.0 if len(problem.pairs.pickup) else STRINGS_SHARE
    if limits.work is not None:
        limits = replace(limits, work=max(int(share * limits.work), 1))
    elif left_s is not None:
        limits = replace(limits, time_s=share * left_s)
    result = plan_strings(
        problem,
        limits,
        initial=initial,
        listener=listener,
        cancel=budget.cancel,
        least=least_vehicles(problem),
    )
    budget.spend(result.statistics["iterations"])
    if result.tours is None:
        return result
    return result.replace(objective=objective_eur(free, result.tours))


def _fewest(result: RoutingResult) -> tuple[float, float]:
    if result.tours is None or result.objective is None:
        return math.inf, math.inf
    return result.tours.count, result.objective


def _work_left(budget: Budget) -> int | None:
    work = budget.limits.work
    return None if work is None else max(int(work - budget.work_done), 1)


def _with_vehicles(problem: RoutingProblem, count: int) -> RoutingProblem:
    return problem.replace(fleet=problem.fleet.replace(count_max=np.array([count], dtype=np.int32)))


def _side_by_side(
    search: Callable[..., RoutingResult],
    problem: RoutingProblem,
    budget: Budget,
    share: float,
    initial: Tours | None,
    listener: Listener = silent,
) -> list[RoutingResult]:
    """Run a search with several seeds, one for each thread."""
    limits, left_s = budget.limits, budget.remaining_s()
    alone = replace(limits, threads=1)
    if limits.work is not None:
        alone = replace(alone, work=max(int(share * (limits.work - budget.work_done)), 1))
    ends_at = None if left_s is None else time.time() + share * left_s
    count = max(limits.threads, 1) if limits.work is None else 1
    requests: list[dict[str, Any]] = [
        {
            "problem": problem,
            "limits": replace(alone, seed=limits.seed + rank),
            "ends_at": ends_at,
            "initial": initial,
        }
        for rank in range(count)
    ]
    if count == 1:
        results = [search(**requests[0], listener=listener, cancel=budget.cancel)]
    else:
        from optimizer.solvers.pool import Task, side_by_side

        name = f"{search.__module__}:{search.__qualname__}"
        tasks = [Task(name, request) for request in requests]
        found = side_by_side(tasks, processes=count, listener=listener, cancel=budget.cancel)
        results = [result for _, result in sorted(found, key=itemgetter(0))]
    for result in results:
        budget.spend(result.statistics["iterations"])
    return results


def lowered(
    problem: RoutingProblem,
    limits: Limits,
    ends_at: float | None,
    initial: Tours | None = None,
    *,
    listener: Listener = silent,
    cancel: Cancel | None = None,
) -> RoutingResult:
    """Return the first plan found with the fewest vehicles that a plan was found for."""
    del initial, listener  # what is found on the way is not told: it is dearer on its ways
    from optimizer.routing.tours import plan_tours

    switch = cancel or Cancel()
    best: RoutingResult | None = None
    work, least = 0.0, least_vehicles(problem)
    while True:
        first = _UntilFound(switch)
        rest = _rest(limits, ends_at, work)
        result = plan_tours(problem, rest, listener=first, cancel=first)
        work += result.statistics["iterations"]
        if best is None or result.tours is not None:
            best = result
        over = ends_at is not None and time.time() >= ends_at
        spent = limits.work is not None and work >= limits.work
        if result.tours is None or result.tours.count <= least or over or spent:
            return best.replace(statistics={**best.statistics, "iterations": work})
        problem = _with_vehicles(problem, result.tours.count - 1)


def _rest(limits: Limits, ends_at: float | None, work: float) -> Limits:
    if limits.work is not None:
        return replace(limits, work=max(int(limits.work - work), 1))
    if ends_at is None:
        return limits
    return replace(limits, time_s=max(ends_at - time.time(), SHORTEST_S))


class _UntilFound(Cancel):
    """Ends a search at its first plan, or with the switch of the caller."""

    def __init__(self, switch: Cancel) -> None:
        self._switch, self._found = switch, False

    @property
    def cancelled(self) -> bool:  # type: ignore[override]
        """Return whether the search is over."""
        return self._found or self._switch.cancelled

    def cancel(self) -> None:
        """Ask the search to stop."""
        self._found = True

    def __call__(self, progress: Progress) -> None:
        """Take a plan as the end (a `Listener`)."""
        self._found = self._found or progress.value is not None


def least_vehicles(problem: RoutingProblem) -> int:
    """Return a number of vehicles that no plan goes below: all loads, one trip each."""
    if any(problem.fleet.reload_places):
        return 1
    stops, capacity = problem.stops, problem.fleet.capacity[0]
    both = np.stack([stops.deliver.sum(axis=0), stops.collect.sum(axis=0)])
    held = capacity > 0
    return max(int(np.ceil(both[:, held] / capacity[held]).max(initial=1)), 1)


def _whole(
    problem: RoutingProblem,
    narrow: RoutingProblem,
    result: RoutingResult | None,
    budget: Budget,
) -> RoutingResult:
    """Return a result in the words of the problem with its fixed costs."""
    from optimizer.routing.tours import plan_tours

    if result is None or result.tours is None:
        rest = replace(budget.limits, time_s=budget.remaining_s(), work=_work_left(budget))
        result = plan_tours(narrow, rest, cancel=budget.cancel)
    if result.tours is None:
        return result
    return result.replace(
        objective=objective_eur(problem, result.tours),
        stopped_by=budget.stop_reason() or result.stopped_by,
        statistics={**result.statistics, "seconds": round(budget.elapsed_s, 3)},
    )
