"""Plan tours by string removals: first any, then few, then cheap; seeds side by side in threads.

Every thread searches with a seed of its own (kernels run without the interpreter's lock); at a few
moments all go on from the best tours found by any.
"""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.limits import DEFAULT_TIME_S, Budget, Cancel, Limits, Listener, Progress, silent
from optimizer.core.tour_order import order_of
from optimizer.routing.outcome import found, nothing
from optimizer.routing.schedule import timed
from optimizer.routing.strings.anneal import anneal, begin, close_tour
from optimizer.routing.strings.model import AHEAD, FIXED, Model, build_model
from optimizer.routing.strings.state import BEST, KIND, new_search, orders_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from optimizer.core.routing import RoutingProblem, RoutingResult, Tours
    from optimizer.core.tour_order import TourOrder
    from optimizer.routing.strings.state import Search

HOT, COLD = 1.0, 0.01
"""Temperatures at the begin and the end, in mean cost of a stop's way."""
FLEET_HEAT = 2.0
"""While vehicles get fewer, in mean ways to near stops."""
FLEET_SHARE = 0.4
"""Of the time (or work), at most, to lower the number of vehicles."""
MEETINGS = (0.6, 0.85, 1.0)
"""Shares of the rest at which threads go on from the best tours of all."""
CHUNK = 500
MOVES_PER_WORK = 20
"""Moves in a unit of work, about a millisecond."""
SPARE_TOURS = 5
SEEDS = 1 << 31
TELL_S = 1.0


class Run(NamedTuple):
    """One thread's search, what it has done (moves), and its random numbers."""

    search: Search
    moves: list[int]
    rng: np.random.Generator


class Stage(NamedTuple):
    """What a search may use: from which share of the budget to which; cooling over all of it."""

    budget: Budget
    heat: Callable[[float], float]
    until: float


def plan_strings(
    problem: RoutingProblem,
    limits: Limits,
    *,
    initial: Tours | None = None,
    listener: Listener = silent,
    cancel: Cancel | None = None,
    least: int | None = None,
) -> RoutingResult:
    """Plan tours; see `optimizer.core.routing` for the model.

    Parameters
    ----------
    problem
        One for which `can_string` holds.
    limits
        Time (a search for each thread), or work (one search).
    initial
        Tours to start from.
    least
        Lower the number of vehicles first, down to this one at best; None: cost alone counts.

    Returns
    -------
    RoutingResult
        Status "no_plan" where a stop that must be visited was not reached within the limits.
    """
    if limits.work is None and limits.time_s is None:
        limits = replace(limits, time_s=DEFAULT_TIME_S)
    budget = Budget(limits, cancel or Cancel())
    with budget.pause():
        model = build_model(problem)
        compile_kernel()
    threads = 1 if limits.work is not None else max(limits.threads, 1)
    orders = [] if initial is None else order_of(initial)
    runs = [_new_run(model, _slots(problem, None), orders, limits.seed + k) for k in range(threads)]
    hot = _mean_way(model)
    stage = Stage(budget, lambda _: hot * FLEET_HEAT, 1.0 if least is None else FLEET_SHARE)
    _side_by_side(runs, partial(_lower, model, stage, least or 0), budget, listener)
    best = min(runs, key=_rating)
    if not math.isfinite(best.search.value[BEST]):
        return nothing(problem, "strings", budget)
    runs = _cheapened(problem, model, runs, budget, listener, keep=least is not None)
    best = min(runs, key=_rating)
    tours = timed(problem, orders_of(best.search))
    if tours is None:
        return nothing(problem, "strings", budget)
    return found(problem, tours, "strings", budget)


def _cheapened(
    problem: RoutingProblem,
    model: Model,
    runs: list[Run],
    budget: Budget,
    listener: Listener,
    *,
    keep: bool,
) -> list[Run]:
    """Anneal from the best tours of all; keep : use no more vehicles than they do."""
    start = min(budget.used(), 1.0)
    scale = _way_of(model, min(runs, key=_rating).search)

    def heat(used: float) -> float:
        share = min(max((used - start) / max(1.0 - start, 1e-9), 0.0), 1.0)
        return float(scale * HOT * (COLD / HOT) ** share)

    for meeting in MEETINGS if len(runs) > 1 else (1.0,):
        best = orders_of(min(runs, key=_rating).search)
        slots = _slots(problem, best, 0 if keep else SPARE_TOURS)
        runs = [Run(_new_search(model, slots, best), run.moves, run.rng) for run in runs]
        step = partial(_cool, model, Stage(budget, heat, start + meeting * (1.0 - start)))
        _side_by_side(runs, step, budget, listener)
    return runs


def _new_run(model: Model, slots: NDArray[np.int64], orders: list[TourOrder], seed: int) -> Run:
    return Run(_new_search(model, slots, orders), [0], np.random.default_rng(seed))


def _new_search(model: Model, slots: NDArray[np.int64], orders: Sequence[TourOrder]) -> Search:
    search = new_search(model, slots, orders)
    begin(model, search)
    return search


def _slots(
    problem: RoutingProblem, orders: Sequence[TourOrder] | None, spare: int = 0
) -> NDArray[np.int64]:
    """Return the vehicle type of each slot: all at hand, or those in use and some to spare."""
    fleet = problem.fleet
    count = np.minimum(fleet.count_max.astype(np.int64), problem.stops.count)
    if orders is not None:
        used = np.bincount([order.vehicle_type for order in orders], minlength=fleet.count)
        count = np.minimum(count, used + spare)
    return np.repeat(np.arange(fleet.count), count).astype(np.int64)


def _mean_way(model: Model) -> float:
    """Return the mean cost of the way to the nearest stop, a first scale of temperatures."""
    stops = np.arange(len(model.partner))
    way = model.way[AHEAD, stops, model.near[:, min(2, model.near.shape[1] - 1)]]
    return max(float(way.mean()) * float(model.types[1].mean()), 1e-6)


def _way_of(model: Model, search: Search) -> float:
    """Return the mean cost of a stop in the best tours, without their fixed costs."""
    used = search.size[BEST] > 2
    fixed = model.types[FIXED][search.slot[KIND, :-1][used]].sum()
    cost = float(search.cost[BEST][used].sum() - fixed)
    return max(cost / len(model.partner), 1e-6)


def _rating(run: Run) -> tuple[int, float]:
    value = float(run.search.value[BEST])
    if not math.isfinite(value):
        return len(run.search.tour) + 1, value
    return int((run.search.size[BEST] > 2).sum()), value


def _side_by_side(
    runs: list[Run], step: Callable[[Run], None], budget: Budget, listener: Listener
) -> None:
    """Let all searches take a step, each in a thread."""
    before = sum(run.moves[0] for run in runs)
    if len(runs) == 1:
        step(runs[0])
    else:
        with ThreadPoolExecutor(len(runs)) as pool:
            running = {pool.submit(step, run) for run in runs}
            while running:
                done, running = wait(running, timeout=TELL_S)
                for one in done:
                    one.result()
                _tell(runs, budget, listener)
    if budget.limits.work is None:
        budget.spend((sum(run.moves[0] for run in runs) - before) / MOVES_PER_WORK)
    _tell(runs, budget, listener)


def _tell(runs: list[Run], budget: Budget, listener: Listener) -> None:
    value = min(float(run.search.value[BEST]) for run in runs)
    known = value if math.isfinite(value) else None
    listener(Progress(budget.elapsed_s, "strings", known, None, None))


def _over(stage: Stage) -> bool:
    return stage.budget.stop_reason() is not None or stage.budget.used() >= stage.until


def _moves(model: Model, run: Run, stage: Stage) -> None:
    heat = stage.heat(stage.budget.used())
    seed = int(run.rng.integers(SEEDS))
    done = anneal(model, run.search, heat, run.moves[0], CHUNK, seed)
    run.moves[0] += done
    if stage.budget.limits.work is not None:
        stage.budget.spend(done / MOVES_PER_WORK)


def _lower(model: Model, stage: Stage, least: int, run: Run) -> None:
    """Find tours that visit all, then with ever fewer vehicles, down to `least` (0: no fewer)."""
    while not math.isfinite(run.search.value[BEST]) and not stage.budget.stop_reason():
        _moves(model, run, stage)
    if not least:
        return
    while not _over(stage):
        used = int((run.search.size[BEST] > 2).sum())
        if used <= least:
            return
        close_tour(model, run.search)
        while not _over(stage) and int((run.search.size[BEST] > 2).sum()) == used:
            _moves(model, run, stage)


def _cool(model: Model, stage: Stage, run: Run) -> None:
    while not _over(stage):
        _moves(model, run, stage)


def compile_kernel() -> None:
    """Compile the kernels, or read them from where they are kept."""
    one, two = np.ones((1, 1)), np.ones((2, 3, 3))
    node = np.array(
        [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [9.0, 9.0, 9.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    )
    none = np.array([-1], dtype=np.int64)
    near, types = np.zeros((1, 0), dtype=np.int64), np.ones((5, 1))
    serves = np.ones((1, 1), dtype=np.bool_)
    model = Model(
        two, two, node, np.ones((3, 1, 1)), none, near, near, np.ones(3), types, one, serves
    )
    search = new_search(model, np.zeros(1, dtype=np.int64), [])
    begin(model, search)
    anneal(model, search, 1.0, 0, 1, 0)
    close_tour(model, search)
