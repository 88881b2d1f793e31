"""Tours into the arrays of a search, and out of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.routing import Visit
from optimizer.core.tour_order import TourOrder
from optimizer.routing.hours.anneal import Best, Search
from optimizer.routing.hours.insertion import no_prices
from optimizer.routing.hours.model import RELOADS, STOPS, TYPE_RELOADS_MAX
from optimizer.routing.hours.ruin import new_journal
from optimizer.routing.hours.state import DEPART, PLACE, SIZE, empty_state
from optimizer.routing.schedule import Timed, as_tours
from optimizer.travel.legs import arrivals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from optimizer.core.routing import RoutingProblem, Tours
    from optimizer.routing.hours.model import Model
    from optimizer.routing.hours.state import State


def new_search(model: Model, places: NDArray[np.int32], orders: Sequence[TourOrder]) -> Search:
    """Return a search that stands at given tours; those that find no free slot are left out."""
    state = empty_state(model, places.astype(np.int64))
    for order in orders:
        _enter(model, state, order)
    routes = state.routes
    best = Best(
        routes.seq.copy(),
        routes.whole[SIZE].copy(),
        routes.node[PLACE].copy(),
        routes.figure[DEPART].copy(),
        np.full(2, np.inf),
    )
    journal = new_journal(model, routes.seq.shape[1])
    return Search(state, no_prices(model), journal, best, np.zeros(model.size[STOPS]))


def _enter(model: Model, state: State, order: TourOrder) -> None:
    routes = state.routes
    free = np.flatnonzero((model.type_of == order.vehicle_type) & (routes.whole[SIZE] == 2))
    reloads = sum(kind == Visit.RELOAD for kind in order.kind)
    if not len(free) or reloads > model.types.whole[TYPE_RELOADS_MAX, order.vehicle_type]:
        return
    r = int(free[0])
    reload = int(model.size[STOPS] + r * model.size[RELOADS])
    nodes = []
    for kind, target in zip(order.kind, order.target, strict=True):
        if kind == Visit.STOP:
            nodes.append(target)
            routes.slot[target] = r
            continue
        nodes.append(reload)
        routes.node[:, reload] = target, 1
        reload += 1
    end = routes.seq[r, 1]
    routes.whole[SIZE, r] = len(nodes) + 2
    routes.seq[r, 1 : len(nodes) + 1] = nodes
    routes.seq[r, len(nodes) + 1] = end


def orders_of(model: Model, search: Search) -> tuple[list[TourOrder], list[float]]:
    """Return the best tours met, and when each leaves its start."""
    best = search.best
    orders, departures = [], []
    for r in np.flatnonzero(best.size > 2):
        nodes = best.seq[r, 1 : best.size[r] - 1]
        stops = nodes < model.size[STOPS]
        orders.append(
            TourOrder(
                int(model.type_of[r]),
                tuple(int(Visit.STOP if stop else Visit.RELOAD) for stop in stops),
                tuple(int(x) for x in np.where(stops, nodes, best.place[nodes])),
            )
        )
        departures.append(float(best.depart[r]))
    return orders, departures


def timed_as_found(
    problem: RoutingProblem, orders: Sequence[TourOrder], departures: Sequence[float]
) -> Tours:
    """Return the tours as driven from given departures, which miss no window."""
    both = zip(orders, departures, strict=True)
    return as_tours(
        [order.vehicle_type for order in orders], [_drive(problem, *one) for one in both]
    )


def _drive(problem: RoutingProblem, order: TourOrder, depart: float) -> Timed:
    """Time one tour; arrays of one element per visit."""
    fleet, stops, v = problem.fleet, problem.stops, order.vehicle_type
    travel = problem.travel[fleet.profile[v]]
    start, end = int(fleet.start_place[v]), int(fleet.end_place[v])
    loads, released = _trips(problem, order)
    tour = Timed([Visit.START], [-1], [start], [depart - loads[0]], [depart - loads[0]], [depart])
    trip = 0
    visits = [*zip(order.kind, order.target, strict=True), (int(Visit.END), end)]
    for kind, target in visits:
        place = int(stops.place[target]) if kind == Visit.STOP else target
        place = tour.place[-1] if place < 0 else place
        here, there = (np.array([x], dtype=np.int32) for x in (tour.place[-1], place))
        arrive = float(arrivals(travel, here, there, np.array([tour.leave_s[-1]]))[0])
        begin = leave = arrive
        if kind == Visit.STOP:
            begin = max(arrive, float(stops.from_s[target]))
            leave = begin + float(stops.service_s[target])
        elif kind == Visit.RELOAD:
            trip += 1
            begin = max(arrive, released[trip] - loads[trip])
            leave = begin + loads[trip]
        what = (kind, target if kind == Visit.STOP else -1, place)
        for whole, number in zip(tour[:3], what, strict=True):
            whole.append(number)
        for moments, moment in zip(tour[3:], (arrive, begin, leave), strict=True):
            moments.append(moment)
    return tour


def _trips(problem: RoutingProblem, order: TourOrder) -> tuple[list[float], list[float]]:
    """Return how long each trip is loaded, and what it waits for."""
    stops, load_s = problem.stops, float(problem.fleet.load_s[order.vehicle_type])
    loads, released = [0.0], [0.0]
    for kind, target in zip(order.kind, order.target, strict=True):
        if kind == Visit.RELOAD:
            loads.append(0.0)
            released.append(0.0)
        elif stops.deliver[target].any():
            loads[-1] = load_s
            released[-1] = max(released[-1], float(stops.released_s[target]))
    return loads, released
