"""Stops that no vehicle can serve, or that cost more than they are worth; why, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.routing import Visit
from optimizer.core.tour_order import TourOrder
from optimizer.routing.schedule import timed_tour
from optimizer.travel.legs import lengths

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from optimizer.core.routing import RoutingProblem
    from optimizer.routing.schedule import Timed

Reason = tuple[str, str]
"""Why a stop is left out, and what could be done."""

NO_WAY: Reason = (
    "no vehicle can get there and back within its shift and the promised time",
    "widen the shift or the window, or serve the point by another channel",
)
TOO_DEAR: Reason = (
    "a tour of its own costs more than leaving its parcels out",
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


def left_out(problem: RoutingProblem, stops: Sequence[int]) -> dict[int, Reason]:
    """Return the stops that cannot be visited, or should not, with the reason of each."""
    found = {}
    for stop in stops:
        reason = _reason(problem, stop)
        if reason is not None:
            found[stop] = reason
    return found


def _reason(problem: RoutingProblem, stop: int) -> Reason | None:
    fleet, penalty = problem.fleet, float(problem.stops.penalty_eur[stop])
    dear = False
    for vehicle in _nearest_first(problem, stop):
        if fleet.serves is not None and not fleet.serves[vehicle, stop]:
            continue
        tour = timed_tour(problem, TourOrder(vehicle, (int(Visit.STOP),), (stop,)))
        if tour is None:
            continue
        if _cost_eur(problem, vehicle, tour) <= penalty:
            return None
        dear = True
    return TOO_DEAR if dear else NO_WAY


def _cost_eur(problem: RoutingProblem, vehicle: int, tour: Timed) -> float:
    fleet, place = problem.fleet, np.array(tour.place, dtype=np.int32)
    way = lengths(problem.travel[fleet.profile[vehicle]], place[:-1], place[1:]).sum()
    spent = tour.leave_s[-1] - tour.begin_s[0]
    running = fleet.eur_per_s[vehicle] * spent + fleet.eur_per_m[vehicle] * way
    return float(fleet.fixed_eur[vehicle] + running)


def _nearest_first(problem: RoutingProblem, stop: int) -> list[int]:
    fleet, place = problem.fleet, int(problem.stops.place[stop])

    def way(vehicle: int) -> float:
        travel = problem.travel[fleet.profile[vehicle]]
        time_s = getattr(travel, "time_s")[fleet.start_place[vehicle], place]  # noqa: B009
        return float(time_s) if time_s >= 0 else np.inf

    return sorted(range(fleet.count), key=way)


def required(problem: RoutingProblem, stops: NDArray[np.int64]) -> RoutingProblem:
    """Return the problem with these stops to be visited: each is worth a tour of its own."""
    penalty = problem.stops.penalty_eur.copy()
    penalty[stops] = np.inf
    return problem.replace(stops=problem.stops.replace(penalty_eur=penalty))
