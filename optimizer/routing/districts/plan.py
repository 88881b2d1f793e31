"""Plan districts side by side, again and again with other borders, until the time is up.

First tours come from savings where loads are all that bounds a tour, else from districts planned
one by one. Each round cuts all stops into districts of neighbouring tours and improves each of them
by itself, in a process of the local pool; what got better is kept.
"""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from optimizer.core.limits import Budget, Cancel, Limits, Listener, Progress, silent
from optimizer.core.routing import RoutingResult
from optimizer.core.tour_order import TourOrder, order_of
from optimizer.routing.districts.part import Part, in_part, in_whole, part_of
from optimizer.routing.districts.savings import can_save, savings_orders
from optimizer.routing.districts.split import District, districts, spots, vehicles_of
from optimizer.routing.schedule import objective_eur, skipped, timed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from optimizer.core.routing import RoutingProblem, Tours

STOPS = 200
"""Stops of a district, and no fewer than `TOURS` tours: fewer leave too little to exchange."""
TOURS = 4
SLICE_S = 1.0
"""Time of one district in the first round; later ones take longer: better tours come slower."""
ROUND_S = 20.0
"""Of a round at least: its processes take half a second of that to start."""
SHORTEST_S = 0.3
WORK_ROUNDS = 3


class Improved(NamedTuple):
    """What became of a district: its tours in its own words, and what they cost before and now."""

    orders: list[TourOrder]
    before: float
    now: float
    iterations: float


class State(NamedTuple):
    """Tours so far and the figures of the run."""

    orders: list[TourOrder]
    figures: dict[str, float]


def plan_districts(
    problem: RoutingProblem,
    limits: Limits,
    *,
    initial: Tours | None = None,
    listener: Listener = silent,
    cancel: Cancel | None = None,
) -> RoutingResult:
    """Plan tours for many stops; see `optimizer.core.routing` for the model.

    Parameters
    ----------
    problem
        What is to be visited, and by whom. Engines see one district at a time.
    limits
        Time (as many districts at once as threads), or work (one after another).
    initial
        Tours to start from.

    Returns
    -------
    RoutingResult
        Status "no_plan" where a stop that must be visited was not reached within the limits.
    """
    budget = Budget(limits, cancel or Cancel())
    state = State(_first(problem, initial), {"rounds": 0.0, "districts": 0.0})
    rng = np.random.default_rng(limits.seed)
    spot = spots(problem)
    value = _value(problem, state.orders)
    state.figures["first_objective"] = value
    _tell(listener, budget, value)
    while budget.stop_reason() is None:
        size = _size(problem, state.orders)
        cut = districts(problem, state.orders, spot, size, rng)
        value = _round(problem, state, cut, budget, value, listener)
        state.figures["rounds"] += 1.0
        if len(cut) == 1 and limits.time_s is None and limits.work is None:
            break
    return _result(problem, state, budget)


def _first(problem: RoutingProblem, initial: Tours | None) -> list[TourOrder]:
    if initial is not None:
        return order_of(initial)
    return (savings_orders(problem) if can_save(problem) else None) or []


def _size(problem: RoutingProblem, orders: Sequence[TourOrder]) -> int:
    """Return how many stops a district shall have."""
    mean = problem.stops.count / len(orders) if orders else 0.0
    return max(STOPS, math.ceil(TOURS * mean))


def _round(
    problem: RoutingProblem,
    state: State,
    cut: list[District],
    budget: Budget,
    value: float,
    listener: Listener,
) -> float:
    """Improve each district, keep what is better, and return what all tours cost then."""
    fleets = vehicles_of(problem, state.orders, cut)
    parts = [part_of(problem, item.stop, fleet) for item, fleet in zip(cut, fleets, strict=True)]
    mine = [[state.orders[rank] for rank in item.tours] for item in cut]
    asked = _requests(parts, mine, budget, int(state.figures["rounds"]))
    kept = dict(enumerate(mine))
    for rank, answer in _answers(asked, budget):
        budget.spend(answer.iterations)
        state.figures["districts"] += 1.0
        if answer.now < answer.before:
            kept[rank] = in_whole(parts[rank], answer.orders)
            value += answer.now - answer.before
            if math.isfinite(value):
                _tell(listener, budget, value)
    state.orders[:] = [order for orders in kept.values() for order in orders]
    value = _value(problem, state.orders)
    _tell(listener, budget, value)
    return value


def _requests(
    parts: Sequence[Part], mine: Sequence[list[TourOrder]], budget: Budget, number: int
) -> list[dict[str, Any]]:
    """Return the keywords of `improve` for each district, with its share of what is left."""
    limits = budget.limits
    if limits.work is not None:
        rounds = max(WORK_ROUNDS - number, 1)
        share = max(int((limits.work - budget.work_done) / (rounds * len(parts))), 1)
        alone = replace(limits, threads=1, work=share)
    else:
        threads = max(limits.threads, 1)
        shortest = max(SLICE_S * (1.0 + number / 2.0), ROUND_S * threads / len(parts))
        left_s = budget.remaining_s()
        share_s = math.inf if left_s is None else left_s * threads / len(parts)
        alone = replace(limits, threads=1, time_s=max(min(shortest, share_s), SHORTEST_S))
    left_s = budget.remaining_s()
    return [
        {
            "problem": part.problem,
            "orders": in_part(part, orders),
            "limits": replace(alone, seed=limits.seed + number * len(parts) + rank),
            "ends_at": None if left_s is None else time.time() + left_s,
        }
        for rank, (part, orders) in enumerate(zip(parts, mine, strict=True))
    ]


def _answers(asked: Sequence[dict[str, Any]], budget: Budget) -> Iterator[tuple[int, Improved]]:
    """Yield what became of each district, in any order; what is not reached in time is left out."""
    if budget.limits.threads > 1 and budget.limits.work is None and len(asked) > 1:
        from optimizer.solvers.pool import Task, side_by_side

        tasks = [Task("optimizer.routing.districts.plan:improve", request) for request in asked]
        yield from side_by_side(tasks, processes=budget.limits.threads, cancel=budget.cancel)
        return
    for rank, request in enumerate(asked):
        if budget.stop_reason() is not None:
            return
        yield rank, improve(**request, cancel=budget.cancel)


def improve(
    problem: RoutingProblem,
    orders: list[TourOrder],
    limits: Limits,
    ends_at: float | None,
    *,
    listener: Listener = silent,
    cancel: Cancel | None = None,
) -> Improved:
    """Plan one district from the tours that it has.

    Parameters
    ----------
    ends_at
        Moment of the clock (seconds of `time.time`) after which nothing is begun.
    """
    from optimizer.routing.tours import plan_tours

    del listener  # figures of one district say nothing about the whole
    before = _value(problem, orders)
    kept = Improved(orders, before, before, 0.0)
    left_s = math.inf if ends_at is None else ends_at - time.time()
    if left_s <= 0.0 or (cancel is not None and cancel.cancelled):
        return kept
    if limits.time_s is not None and left_s < limits.time_s:
        limits = replace(limits, time_s=left_s)
    start = timed(problem, orders) if orders else None
    result = plan_tours(problem, limits, initial=start, cancel=cancel)
    iterations = result.statistics.get("iterations", 0.0)
    if result.tours is None or result.objective is None or result.objective >= before:
        return kept._replace(iterations=iterations)
    return Improved(order_of(result.tours), before, result.objective, iterations)


def _value(problem: RoutingProblem, orders: Sequence[TourOrder]) -> float:
    """Return what tours cost; inf where a stop that must be visited is not."""
    tours = timed(problem, orders)
    return math.inf if tours is None else objective_eur(problem, tours)


def _tell(listener: Listener, budget: Budget, value: float) -> None:
    known = value if math.isfinite(value) else None
    listener(Progress(budget.elapsed_s, "districts", known, None, None))


def _result(problem: RoutingProblem, state: State, budget: Budget) -> RoutingResult:
    tours = timed(problem, state.orders)
    value = math.inf if tours is None else objective_eur(problem, tours)
    done = tours is not None and math.isfinite(value)
    first = state.figures.pop("first_objective")
    statistics = {
        "seconds": round(budget.elapsed_s, 3),
        "iterations": budget.work_done,
        **state.figures,
        **({"first_objective": first} if math.isfinite(first) else {}),
    }
    nobody = np.ones(problem.stops.count, dtype=bool)
    return RoutingResult(
        status="plan" if done else "no_plan",
        stopped_by=budget.stop_reason() or "work",
        tours=tours if done else None,
        skipped=skipped(problem, tours) if done and tours is not None else nobody,
        objective=value if done else None,
        bound=None,
        engine="districts",
        statistics=statistics,
    )
