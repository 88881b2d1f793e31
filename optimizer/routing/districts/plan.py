"""Plan districts side by side, again and again with other borders, until the time is up.

First tours come from savings where loads are all that bounds a tour, else from districts planned
one by one. Each round cuts all stops into districts of neighbouring tours and works on each of them
by itself, in a process of the local pool: by ruin and recreate where one load is all that bounds a
tour, at a temperature that falls from round to round, else by `plan_tours`, and what got better is
kept. The best tours of any round are the answer.
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
from optimizer.routing.districts.anneal import Heat, annealed, can_anneal, compile_kernel
from optimizer.routing.districts.part import Part, in_part, in_whole, part_of
from optimizer.routing.districts.savings import can_save, savings_orders
from optimizer.routing.districts.split import District, districts, spots, vehicles_of
from optimizer.routing.schedule import objective_eur, skipped, timed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from optimizer.core.routing import RoutingProblem, Tours

STOPS = 200
"""Stops of a district, and no fewer than `TOURS` tours: fewer leave too little to exchange."""
MOST_STOPS = 1_200
ANNEALED_STOPS = 1_000
HEAT = Heat(5.0, 0.1)
ANNEALED_ROUNDS = 8
UNLIMITED_ROUNDS = 8
"""Without any limit."""
TOURS = 4
SLICE_S = 1.0
"""Time of one district in the first round; later ones take longer: better tours come slower."""
ROUND_S = 20.0
"""Of a round at least: its processes take half a second of that to start."""
SHORTEST_S = 0.3
FINISH_S = 5e-5
"""To time the tours of one stop, and to tell them apart."""
WORK_ROUNDS = 3


class Improved(NamedTuple):
    """What became of a district: its tours in its own words, and the work done."""

    orders: list[TourOrder]
    iterations: float


class State(NamedTuple):
    """Tours at hand, what they cost, whether they are annealed, and figures of the run."""

    orders: list[TourOrder]
    value: float
    anneals: bool
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
    orders = _first(problem, initial)
    value = _value(problem, orders)
    anneals = can_anneal(problem) and math.isfinite(value)
    if anneals:
        with budget.pause():
            compile_kernel()
    figures = {"rounds": 0.0, "districts": 0.0, "annealed": float(anneals)}
    best = state = State(orders, value, anneals, figures)
    rng, spot = np.random.default_rng(limits.seed), spots(problem)
    _tell(listener, budget, value)
    while budget.stop_reason() is None:
        size = _size(problem, state, limits)
        cut = districts(problem, state.orders, spot, size, rng)
        state = _round(problem, state, cut, budget)
        figures["rounds"] += 1.0
        if state.value < best.value:
            best = state
            _tell(listener, budget, best.value)
        if limits.time_s is None and limits.work is None and figures["rounds"] >= UNLIMITED_ROUNDS:
            break
    first = {"first_objective": value} if math.isfinite(value) else {}
    return _result(problem, best, budget, figures | first)


def _first(problem: RoutingProblem, initial: Tours | None) -> list[TourOrder]:
    if initial is not None:
        return order_of(initial)
    return (savings_orders(problem) if can_save(problem) else None) or []


def _size(problem: RoutingProblem, state: State, limits: Limits) -> int:
    """Return how many stops a district shall have: one at least for each process."""
    mean = problem.stops.count / len(state.orders) if state.orders else 0.0
    threads = 1 if limits.work is not None else max(limits.threads, 1)
    shared = max(math.ceil(problem.stops.count / threads), STOPS)
    least = min(ANNEALED_STOPS, shared) if state.anneals else STOPS
    return max(least, min(math.ceil(TOURS * mean), MOST_STOPS))


def _round(problem: RoutingProblem, state: State, cut: list[District], budget: Budget) -> State:
    """Work on each district; return the tours after that."""
    fleets = vehicles_of(problem, state.orders, cut)
    parts = [part_of(problem, item.stop, fleet) for item, fleet in zip(cut, fleets, strict=True)]
    mine = [[state.orders[rank] for rank in item.tours] for item in cut]
    kept = dict(enumerate(mine))
    for rank, answer in _answers(_requests(parts, mine, budget, state), budget):
        budget.spend(answer.iterations)
        state.figures["districts"] += 1.0
        kept[rank] = in_whole(parts[rank], answer.orders)
    orders = [order for part in kept.values() for order in part]
    return state._replace(orders=orders, value=_value(problem, orders))


def _requests(
    parts: Sequence[Part], mine: Sequence[list[TourOrder]], budget: Budget, state: State
) -> list[dict[str, Any]]:
    """Return the keywords of `improve` for each district, with its share of what is left."""
    limits, number = budget.limits, int(state.figures["rounds"])
    left_s, used = budget.remaining_s(), min(budget.used(), 1.0)
    if left_s is not None:  # tours are timed once more at the end
        left_s = max(left_s - FINISH_S * sum(len(part.stop) for part in parts), 0.0)
    rounds = max((ANNEALED_ROUNDS if state.anneals else WORK_ROUNDS) - number, 1)
    if limits.work is not None:
        share = max(int((limits.work - budget.work_done) / (rounds * len(parts))), 1)
        alone = replace(limits, threads=1, work=share)
        after = used + (1.0 - used) / rounds
    else:
        threads = min(max(limits.threads, 1), len(parts))
        whole_s = math.inf if left_s is None else left_s * threads / len(parts)
        slice_s = max(SLICE_S * (1.0 + number / 2.0), ROUND_S * threads / len(parts))
        if state.anneals and left_s is not None:
            slice_s = max(whole_s / rounds, ROUND_S * threads / len(parts))
        slice_s = max(min(slice_s, whole_s), SHORTEST_S)
        alone = replace(limits, threads=1, time_s=slice_s)
        after = min(used + (1.0 - used) * slice_s / max(whole_s, slice_s), 1.0)
        if left_s is None:
            used, after = number / UNLIMITED_ROUNDS, (number + 1) / UNLIMITED_ROUNDS
    heat = None
    if state.anneals:
        fall = HEAT.end / HEAT.begin
        heat = Heat(HEAT.begin * fall**used, HEAT.begin * fall**after)
    return [
        {
            "problem": part.problem,
            "orders": in_part(part, orders),
            "limits": replace(alone, seed=limits.seed + number * len(parts) + rank),
            "ends_at": None if left_s is None else time.time() + left_s,
            "heat": heat,
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
    heat: Heat | None = None,
    *,
    listener: Listener = silent,
    cancel: Cancel | None = None,
) -> Improved:
    """Plan one district from the tours that it has.

    Parameters
    ----------
    ends_at
        Moment of the clock (seconds of `time.time`) after which nothing is begun.
    heat
        Anneal between these temperatures, and answer with what stands at the end of it.
    """
    from optimizer.routing.tours import DISTRICT_STOPS, plan_tours

    del listener  # figures of one district say nothing about the whole
    kept = Improved(orders, 0.0)
    left_s = math.inf if ends_at is None else ends_at - time.time()
    if left_s <= 0.0 or (cancel is not None and cancel.cancelled):
        return kept
    if limits.time_s is not None and left_s < limits.time_s:
        limits = replace(limits, time_s=left_s)
    if heat is not None:
        return Improved(*annealed(problem, orders, limits, heat, cancel))
    if problem.stops.count >= DISTRICT_STOPS:  # few tours of very many stops: no smaller district
        return kept
    start = timed(problem, orders) if orders else None
    result = plan_tours(problem, limits, initial=start, cancel=cancel)
    iterations = result.statistics.get("iterations", 0.0)
    if result.tours is None or result.objective is None:
        return kept._replace(iterations=iterations)
    if result.objective >= _value(problem, orders):
        return kept._replace(iterations=iterations)
    return Improved(order_of(result.tours), iterations)


def _value(problem: RoutingProblem, orders: Sequence[TourOrder]) -> float:
    """Return what tours cost; inf where a stop that must be visited is not."""
    tours = timed(problem, orders)
    return math.inf if tours is None else objective_eur(problem, tours)


def _tell(listener: Listener, budget: Budget, value: float) -> None:
    known = value if math.isfinite(value) else None
    listener(Progress(budget.elapsed_s, "districts", known, None, None))


def _result(
    problem: RoutingProblem, state: State, budget: Budget, figures: dict[str, float]
) -> RoutingResult:
    done = math.isfinite(state.value)
    tours = timed(problem, state.orders) if done else None
    return RoutingResult(
        status="plan" if done else "no_plan",
        stopped_by=budget.stop_reason() or "work",
        tours=tours,
        skipped=np.ones(problem.stops.count, bool) if tours is None else skipped(problem, tours),
        objective=state.value if done else None,
        bound=None,
        engine="districts",
        statistics={
            "seconds": round(budget.elapsed_s, 3),
            "iterations": budget.work_done,
            **figures,
        },
    )
