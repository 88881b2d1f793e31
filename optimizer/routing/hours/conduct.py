"""Plan tours whose travel changes with the hour: two searches side by side, the better one kept."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.limits import DEFAULT_TIME_S, Budget, Cancel, Limits, Listener, Progress, silent
from optimizer.core.refusal import Fault, Refusal
from optimizer.core.routing import RoutingResult
from optimizer.core.tour_order import order_of
from optimizer.routing.engines import BREAKS, needs, with_room_for_breaks
from optimizer.routing.hours.anneal import BROKEN, Course, anneal
from optimizer.routing.hours.exchange import new_search, orders_of, timed_as_found
from optimizer.routing.hours.model import build_model, refused
from optimizer.routing.hours.state import COST, SIZE
from optimizer.routing.schedule import objective_eur, skipped, timed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.routing import RoutingProblem, Tours
    from optimizer.routing.hours.anneal import Search
    from optimizer.routing.hours.model import Model

ENGINE = "hours"
HOT, COLD = 0.1, 0.001
"""Temperatures of annealing at the begin and the end, as shares of the mean cost of a stop."""
CHUNK_S = 0.25  # the clock is looked at so often
FIRST_STEPS, STEPS_MAX = 16, 20_000
STEPS_OF_WORK = 100  # at once, where work is counted
SEEDS = 1 << 31


def plan_hours(
    problem: RoutingProblem,
    limits: Limits,
    *,
    initial: Tours | None = None,
    listener: Listener = silent,
    cancel: Cancel | None = None,
) -> RoutingResult:
    """Plan tours by ruin and recreate; a unit of work is one step of each thread.

    Parameters
    ----------
    problem
        What is to be visited, and by whom; some profile travels by the hour.
    limits
        Time, or work; each thread searches with a seed of its own, and the best answer is taken.
    initial
        Tours to start from; their breaks are set anew.

    Returns
    -------
    RoutingResult
        Status "no_plan" where a stop that must be visited is not; that proves nothing.

    Raises
    ------
    Refusal
        F817 when the problem asks for what `refused` names.
    """
    beyond = refused(problem)
    if beyond:
        cause = f"{', '.join(beyond)}: not planned where travel changes with the hour"
        action = "leave it out, or give every vehicle travel that does not change"
        raise Refusal(Fault(problem.name, "F817", cause, action))
    if limits.work is None and limits.time_s is None:
        limits = Limits(time_s=DEFAULT_TIME_S, seed=limits.seed, threads=limits.threads)
    budget = Budget(limits, cancel or Cancel())
    has_breaks = BREAKS in needs(problem)
    for windows in (False, True) if has_breaks else (False,):
        eased = with_room_for_breaks(problem, windows=windows) if has_breaks else problem
        model = build_model(eased)
        best = _search(model, eased.stops.place, budget, initial, listener)
        if best.best.value[0] >= BROKEN:
            continue
        orders, departures = orders_of(model, best)
        if has_breaks:
            tours = timed(problem, orders)
        else:
            tours = timed_as_found(problem, orders, departures)
        if tours is not None and _serves_all(problem, tours):
            return _answer(problem, tours, budget, best)
        if budget.stop_reason() == "user":
            break
    return _answer(problem, None, budget, best)


def _serves_all(problem: RoutingProblem, tours: Tours) -> bool:
    return not bool(np.isinf(problem.stops.penalty_eur[skipped(problem, tours)]).any())


def _search(
    model: Model,
    places: NDArray[np.int32],
    budget: Budget,
    initial: Tours | None,
    listener: Listener,
) -> Search:
    """Return the better one of the searches of all threads."""
    orders = [] if initial is None else order_of(initial)
    searches = [new_search(model, places, orders) for _ in range(max(budget.limits.threads, 1))]
    with budget.pause():
        anneal(model, searches[0], Course(0, begins=False, steps=0, hot=1.0, cold=1.0))
    with ThreadPoolExecutor(len(searches)) as pool:
        walks = {
            pool.submit(_walk, model, search, budget, rank) for rank, search in enumerate(searches)
        }
        running = walks
        while running:
            _, running = wait(running, timeout=4 * CHUNK_S)
            value = min(search.best.value[0] for search in searches)
            if value < BROKEN:
                listener(Progress(budget.elapsed_s, "tours", float(value), None, None))
        steps = [walk.result() for walk in walks]
    budget.spend(max(steps))
    return min(searches, key=lambda search: float(search.best.value[0]))


def _walk(model: Model, search: Search, budget: Budget, rank: int) -> int:
    """Anneal until the budget is used up; return the steps taken."""
    limits = budget.limits
    seeds = np.random.default_rng([limits.seed, rank])
    steps, done = 0, 0
    anneal(
        model, search, Course(int(seeds.integers(SEEDS)), begins=True, steps=0, hot=1.0, cold=1.0)
    )
    routes = search.state.routes
    served = max(int(np.count_nonzero(routes.slot >= 0)), 1)
    scale = max(float(routes.figure[COST][routes.whole[SIZE] > 2].sum()) / served, 1e-9)
    steps = FIRST_STEPS
    while not budget.cancel.cancelled:
        if limits.work is not None:
            steps = min(STEPS_OF_WORK, limits.work - done)
            share, ahead = done / max(limits.work, 1), steps / max(limits.work, 1)
        else:
            share = budget.used()
            ahead = CHUNK_S / max(limits.time_s or 0.0, CHUNK_S)
        if steps <= 0 or share >= 1.0:
            break
        hot, cold = (scale * HOT * (COLD / HOT) ** min(at, 1.0) for at in (share, share + ahead))
        begun = time.monotonic()
        seed = int(seeds.integers(SEEDS))
        anneal(model, search, Course(seed, begins=False, steps=steps, hot=hot, cold=cold))
        done += steps
        pace = steps / max(time.monotonic() - begun, 1e-6)
        left = budget.remaining_s()
        steps = max(1, min(STEPS_MAX, int(pace * min(CHUNK_S, left or CHUNK_S))))
    return done


def _answer(
    problem: RoutingProblem, tours: Tours | None, budget: Budget, search: Search
) -> RoutingResult:
    figures = {"seconds": round(budget.elapsed_s, 3), "iterations": budget.work_done}
    return RoutingResult(
        status="no_plan" if tours is None else "plan",
        stopped_by=budget.stop_reason() or ("work" if budget.limits.work is not None else "time"),
        tours=tours,
        skipped=(
            np.ones(problem.stops.count, dtype=bool) if tours is None else skipped(problem, tours)
        ),
        objective=None if tours is None else objective_eur(problem, tours),
        bound=None,
        engine=ENGINE,
        statistics=figures | {"searched_eur": float(search.best.value[0])},
    )
