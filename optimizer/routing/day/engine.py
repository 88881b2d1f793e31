"""Plan parts of a day side by side; whatever happens, each part gets tours."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from optimizer.core.limits import Budget, Cancel, Limits, Listener, Progress, silent
from optimizer.core.routing import Visit
from optimizer.core.tour_order import TourOrder, order_of
from optimizer.routing.day.kept import Kept, as_kept, in_whole, kept
from optimizer.routing.schedule import objective_eur, timed, timed_tour
from optimizer.routing.tours import plan_tours
from optimizer.solvers.pool import Task, side_by_side
from optimizer.solvers.pyvrp_tours import load_engine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimizer.core.routing import RoutingProblem, RoutingResult
    from optimizer.routing.day.parts import Part

FEW_STOPS = 150
"""Starting processes takes a second or two: fewer stops are planned here."""
QUICK_WORK = 300
LEAST_WORK = 20
LEAST_S = 0.3
START_S = 2.0
"""Until processes have started."""
SEARCH_SHARE = 0.9
"""Of the time; the rest is for timing, streets, and what is told."""
GROWTH = 1.15
"""Effort of a part grows a little faster than its stops."""
HOURLY = 3.0
"""Travel that changes with the hour takes more of it."""


@dataclass
class Run:
    """Limits of one day, and the effort of the parts that are still to be planned."""

    budget: Budget
    listener: Listener
    effort: float

    @property
    def limits(self) -> Limits:
        """What was asked for."""
        return self.budget.limits


def effort_of(problem: RoutingProblem, *, hourly: bool) -> float:
    """Return the effort of a part in units of its own."""
    return math.pow(problem.stops.count, GROWTH) * (HOURLY if hourly else 1.0)


def _effort(part: Part) -> float:
    return effort_of(part.problem, hourly=part.exact is not None)


def plan_parts(run: Run, parts: Sequence[Part], words: str) -> list[Kept]:
    """Return tours of each part in the numbers of the whole, planned within its share."""
    limits = [_share(run, part) for part in parts]
    run.effort -= sum(_effort(part) for part in parts)
    run.budget.spend(sum(limit.work or 0 for limit in limits))
    results: list[RoutingResult | None] = [None] * len(parts)
    order = sorted(range(len(parts)), key=lambda rank: -_effort(parts[rank]))
    order = [rank for rank in order if parts[rank].problem.stops.count]
    processes = min(run.limits.threads, len(order))
    stops = sum(part.problem.stops.count for part in parts)
    if processes <= 1 or stops <= FEW_STOPS:
        for done, rank in enumerate(order):
            cancel = run.budget.cancel
            one = parts[rank]
            results[rank] = plan_part(one.problem, one.exact, limits[rank], cancel=cancel)
            _tell(run, words, done + 1, len(order))
    else:
        tasks = [
            Task(
                "optimizer.routing.day.engine:plan_part",
                {
                    "problem": parts[rank].problem,
                    "exact": parts[rank].exact,
                    "limits": limits[rank],
                },
            )
            for rank in order
        ]
        answers = side_by_side(tasks, processes=processes, cancel=run.budget.cancel)
        for done, (task, result) in enumerate(answers):
            results[order[task]] = result
            _tell(run, words, done + 1, len(order))
    return [_kept(run, part, result) for part, result in zip(parts, results, strict=True)]


def plan_part(
    problem: RoutingProblem,
    exact: RoutingProblem | None,
    limits: Limits,
    *,
    listener: Listener = silent,
    cancel: Cancel | None = None,
) -> RoutingResult:
    """Plan one part: with steady travel, and from there with travel as it is by the hour.

    The tours of the answer are timed as it is; it has none where they do not hold.
    """
    load_engine()
    if exact is None:
        return plan_tours(problem, limits, listener=listener, cancel=cancel)
    half = replace(
        limits,
        time_s=None if limits.time_s is None else limits.time_s / 2.0,
        work=None if limits.work is None else max(limits.work // 2, 1),
    )
    first = plan_tours(problem, half, listener=listener, cancel=cancel)
    if first.tours is None:
        first = plan_tours(problem, replace(half, work=QUICK_WORK), cancel=cancel)
    start = None if first.tours is None else timed(exact, order_of(first.tours))
    second = plan_tours(exact, half, initial=start, listener=listener, cancel=cancel)
    if start is None:
        return second
    value = objective_eur(exact, start)
    if second.objective is not None and second.objective <= value:
        return second
    return first.replace(tours=start, objective=value)


def plan_quickly(run: Run, part: Part) -> Kept:
    """Return tours of a part after little work, whatever the clock says."""
    return in_whole(part, _quick(run, part))


def _share(run: Run, part: Part) -> Limits:
    """Return the limits of one part: its share of what is left, on as many cores as there are."""
    share = _effort(part) / max(run.effort, 1.0)
    if run.limits.work is not None:
        work = max(int((run.limits.work - run.budget.work_done) * share), LEAST_WORK)
        return replace(run.limits, work=work, threads=1)
    left_s = run.budget.remaining_s()
    if left_s is None:
        return replace(run.limits, threads=1)
    search_s = max(SEARCH_SHARE * left_s - START_S, 0.5 * left_s)
    seconds = search_s * min(run.limits.threads * share, 1.0)
    return replace(run.limits, time_s=max(seconds, LEAST_S), threads=1)


def _kept(run: Run, part: Part, result: RoutingResult | None) -> Kept:
    """Return the tours that were found; else such as little work finds."""
    if result is None or result.tours is None:
        return in_whole(part, _quick(run, part))
    return in_whole(part, as_kept(result.tours))


def _quick(run: Run, part: Part) -> Kept:
    """Return tours after little work, timed by the hour; one stop a tour where there are none."""
    problem = part.problem
    if problem.stops.count == 0:
        return Kept([], [], [])
    limits = replace(run.limits, work=QUICK_WORK, threads=1)
    result = plan_tours(problem, limits, cancel=Cancel())
    if result.tours is not None:
        orders = order_of(result.tours)
    else:
        stops = range(problem.stops.count)
        orders = [order for stop in stops for order in _single(problem, stop)]
    return kept(part.exact or problem, orders)


def _single(problem: RoutingProblem, stop: int) -> list[TourOrder]:
    """Return the shortest tour to one stop alone, if there is one."""
    orders = [TourOrder(v, (int(Visit.STOP),), (stop,)) for v in range(problem.fleet.count)]
    known = [(order, tour) for order in orders if (tour := timed_tour(problem, order)) is not None]
    best = min(known, key=lambda item: item[1].leave_s[-1] - item[1].begin_s[0], default=None)
    return [] if best is None else [best[0]]


def _tell(run: Run, words: str, done: int, count: int) -> None:
    phase = f"{words}, {done} of {count} done" if count > 1 else words
    run.listener(Progress(run.budget.elapsed_s, phase, None, None, None))
