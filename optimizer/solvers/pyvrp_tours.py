"""The only door to PyVRP: a routing problem in, orders of visits out."""

from __future__ import annotations

import time
import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

from optimizer.core.limits import Progress, silent
from optimizer.core.routing import Visit
from optimizer.core.tour_order import TourOrder
from optimizer.solvers.pyvrp_data import data_of, penalties_of, scales_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimizer.core.limits import Budget, Listener
    from optimizer.core.routing import RoutingProblem
    from optimizer.solvers.pyvrp_data import Index

PATIENCE = 1_000  # iterations without a better plan, per stop
PATIENCE_MOST = 200_000
UNKNOWN = 1e17  # PyVRP tells the largest integer while it knows no feasible plan


class Answer(NamedTuple):
    """Orders of the best plan (None without a feasible one), and how the search went."""

    orders: list[TourOrder] | None
    stopped_by: str
    iterations: int
    seconds: float


def plan_order(
    problem: RoutingProblem,
    budget: Budget,
    *,
    initial: Sequence[TourOrder] | None = None,
    listener: Listener = silent,
) -> Answer:
    """Search for good orders until the budget is used or nothing better comes.

    The problem needs steady travel (else its quickest times are taken) and no breaks.
    """
    import pyvrp

    started = time.monotonic()
    scales = scales_of(problem)
    data, index = data_of(problem, scales)
    stop = _Stop(budget, problem.stops.count, scales.money, listener)
    start = None if initial is None else _solution(data, index, initial)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", pyvrp.exceptions.PenaltyBoundWarning)
        result = pyvrp.solve(
            data,
            stop,
            seed=budget.limits.seed,
            collect_stats=False,
            display=False,
            params=pyvrp.SolveParams(penalty=penalties_of(data)),
            initial_solution=start,
        )
    budget.spend(float(result.num_iterations))
    best = result.best
    orders = _orders(best, index) if best.is_feasible() and best.is_complete() else None
    reason = budget.stop_reason() or "work"
    return Answer(orders, reason, result.num_iterations, time.monotonic() - started)


def load_engine() -> None:
    """Import PyVRP, which takes a second, before a clock starts."""
    import pyvrp  # noqa: F401


class _Stop:
    """Ends PyVRP by the budget or for lack of progress, and tells how far it came."""

    def __init__(self, budget: Budget, stops: int, money: float, listener: Listener) -> None:
        self._budget, self._money, self._listener = budget, money, listener
        self._patience = min(PATIENCE * max(stops, 1), PATIENCE_MOST)
        self._best: float | None = None
        self._idle = self._iterations = 0
        self._work = budget.limits.work

    def __call__(self, best_cost: float) -> bool:
        self._iterations += 1
        self._idle += 1
        if self._best is None or best_cost < self._best:
            self._best, self._idle = best_cost, 0
            self._tell()
        if self._work is not None and self._budget.work_done + self._iterations > self._work:
            return True
        return self._idle > self._patience or self._budget.stop_reason() is not None

    def _tell(self) -> None:
        known = self._best is not None and self._best < UNKNOWN
        value = self._best / self._money if known and self._best is not None else None
        self._listener(Progress(self._budget.elapsed_s, "tours", value, None, None))


def _orders(solution: Any, index: Index) -> list[TourOrder]:
    orders = []
    for route in solution.routes():
        kinds, targets = [], []
        for activity in route.schedule()[1:-1]:
            if activity.is_depot():
                kinds.append(int(Visit.RELOAD))
                targets.append(index.depot_place[activity.idx])
            else:
                kinds.append(int(Visit.STOP))
                targets.append(_stop_of(activity, index))
        orders.append(TourOrder(route.vehicle_type(), tuple(kinds), tuple(targets)))
    return orders


def _stop_of(activity: Any, index: Index) -> int:
    if activity.is_pickup():
        return int(index.pickup[activity.idx])
    if activity.is_delivery():
        return int(index.delivery[activity.idx])
    return int(index.client_stop[activity.idx])


def _solution(data: Any, index: Index, orders: Sequence[TourOrder]) -> Any:
    """Return PyVRP's form of given orders."""
    import pyvrp

    kinds = pyvrp.ActivityType
    pickup = {int(stop): rank for rank, stop in enumerate(index.pickup)}
    delivery = {int(stop): rank for rank, stop in enumerate(index.delivery)}

    def activity(kind: int, target: int, vehicle: int) -> Any:
        if kind == Visit.RELOAD:
            depot = index.depot[target, index.load[vehicle]]
            return pyvrp.Activity(kinds.DEPOT, depot)
        if target in pickup:
            return pyvrp.Activity(kinds.PICKUP, pickup[target])
        if target in delivery:
            return pyvrp.Activity(kinds.DELIVERY, delivery[target])
        return pyvrp.Activity(kinds.CLIENT, int(index.client[target]))

    routes = [
        pyvrp.Route(
            data,
            [
                activity(kind, target, order.vehicle_type)
                for kind, target in zip(order.kind, order.target, strict=True)
            ],
            order.vehicle_type,
        )
        for order in orders
        if order.kind
    ]
    return pyvrp.Solution(data, routes)
