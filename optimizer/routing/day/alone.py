"""Stops that no vehicle can serve, or that cost more than they are worth; why, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.routing import Matrix, Paced, Visit
from optimizer.core.tour_order import TourOrder
from optimizer.routing.schedule import timed_tour
from optimizer.travel.legs import lengths

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from optimizer.core.routing import RoutingProblem

Reason = tuple[str, str]
"""Why a stop is left out, and what could be done."""

NO_WAY: Reason = (
    "no vehicle can get there and back within its shift and the promised time",
    "widen the shift or the window, or serve the point by another channel",
)
TOO_DEAR: Reason = (
    "bringing it costs more than leaving its parcels out",
    "raise penalty_eur_per_parcel, or serve the point by another channel",
)
NOT_SUPPLIED: Reason = (
    "its parcels do not come to the hub today",
    "see the consignment of its hub",
)
TOO_LATE: Reason = (
    "its parcels are ready too late for the promised time",
    "let consignments come earlier (shift of lorries), or raise handling_parcels_per_hour",
)
NO_ROOM: Reason = (
    "the hub has no room for its consignment before riders have left",
    "raise storage_parcels, or lower drop_parcels_max",
)


class Alone(NamedTuple):
    """What a tour to one stop alone comes to; stop indices.

    never : no vehicle can serve it. worth : the tour costs no more than leaving the stop out, so
    that no plan gains by that.
    """

    never: set[int]
    worth: set[int]


def alone(problem: RoutingProblem, stops: Sequence[int]) -> Alone:
    """Look at each of some stops as if it were the only one."""
    rows = np.array(list(stops), dtype=np.int64)
    bound = _cost_bound_eur(problem, rows)
    never, worth = set(), set()
    for stop, most in zip(rows.tolist(), bound.tolist(), strict=True):
        cost = most if np.isfinite(most) else _cost_eur(problem, stop)
        if not np.isfinite(cost):
            never.add(stop)
        elif cost <= problem.stops.penalty_eur[stop]:
            worth.add(stop)
    return Alone(never, worth)


def _cost_bound_eur(problem: RoutingProblem, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return what a tour to each stop costs at most, at the slowest pace and without a break.

    inf where such a tour does not fit its shift or window, which proves nothing.
    """
    fleet, stops = problem.fleet, problem.stops
    place = stops.place[rows]
    best = np.full(len(rows), np.inf)
    for v in range(fleet.count):
        travel, start = problem.travel[fleet.profile[v]], int(fleet.start_place[v])
        if not isinstance(travel, Matrix | Paced) or start != fleet.end_place[v]:
            continue
        slow = float(travel.pace.min()) if isinstance(travel, Paced) else 1.0
        out, back = travel.time_s[start, place] / slow, travel.time_s[place, start] / slow
        way = (travel.length_m[start, place] + travel.length_m[place, start]).astype(float)
        first = np.maximum(fleet.from_s[v] + fleet.load_s[v], stops.released_s[rows])
        begin = np.maximum(first + out, stops.from_s[rows])
        spent = fleet.load_s[v] + out + stops.service_s[rows] + back
        longest = min(float(fleet.duration_max_s[v]), float(fleet.work_max_s[v]))
        fits = (out >= 0) & (back >= 0) & (begin <= stops.until_s[rows]) & (spent <= longest)
        fits &= begin + stops.service_s[rows] + back <= fleet.until_s[v]
        fits &= (stops.deliver[rows] <= fleet.capacity[v]).all(axis=1)
        fits &= way <= fleet.length_max_m[v]
        if fleet.serves is not None:
            fits &= fleet.serves[v, rows]
        cost = fleet.fixed_eur[v] + fleet.eur_per_s[v] * spent + fleet.eur_per_m[v] * way
        best = np.minimum(best, np.where(fits, cost, np.inf))
    return best


def _cost_eur(problem: RoutingProblem, stop: int) -> float:
    """Return what the cheapest tour to a stop alone costs; inf where there is none."""
    fleet, costs = problem.fleet, [np.inf]
    for vehicle in range(fleet.count):
        if fleet.serves is not None and not fleet.serves[vehicle, stop]:
            continue
        tour = timed_tour(problem, TourOrder(vehicle, (int(Visit.STOP),), (stop,)))
        if tour is None or (problem.stops.deliver[stop] > fleet.capacity[vehicle]).any():
            continue
        place = np.array(tour.place, dtype=np.int32)
        way = lengths(problem.travel[fleet.profile[vehicle]], place[:-1], place[1:]).sum()
        spent = tour.leave_s[-1] - tour.begin_s[0]
        running = fleet.eur_per_s[vehicle] * spent + fleet.eur_per_m[vehicle] * way
        costs.append(float(fleet.fixed_eur[vehicle] + running))
    return min(costs)


def required(problem: RoutingProblem, stops: Iterable[int]) -> RoutingProblem:
    """Return the problem with these stops to be visited: each is worth a tour of its own."""
    penalty = problem.stops.penalty_eur.copy()
    penalty[list(stops)] = np.inf
    return problem.replace(stops=problem.stops.replace(penalty_eur=penalty))
