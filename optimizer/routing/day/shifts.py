"""Riders' shifts: trips from one hub put one behind the other, where that costs nothing.

Riders are paid by the hour, so that a trip costs the same whoever rides it: trips are planned one
by one, and then as few riders as this rule finds take them, the fullest shift first. A shift never
waits between trips and never grows so long that a break is due.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.routing import Visit
from optimizer.core.tour_order import TourOrder
from optimizer.routing.schedule import timed_tour

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimizer.core.routing import RoutingProblem

WAIT_S = 1e-6


@dataclass
class Shift:
    """Trips of one rider: together `length_s`, begun from `first_s` to `last_s`."""

    order: TourOrder
    first_s: float
    last_s: float
    length_s: float
    reloads: int = 0


def in_shifts(
    problem: RoutingProblem, trips: Sequence[TourOrder], leave_until_s: Sequence[float]
) -> list[TourOrder]:
    """Return the trips as tours with reloads.

    Parameters
    ----------
    trips
        Each feasible by itself.
    leave_until_s
        When each trip has to be on its way at the latest (inf: whenever its stops allow).
    """
    pairs = zip(trips, leave_until_s, strict=True)
    found = [_alone(problem, order, until_s) for order, until_s in pairs]
    shifts: list[Shift] = []
    for trip in sorted(found, key=lambda shift: (shift.last_s, shift.first_s, shift.order)):
        fitting = [shift for shift in shifts if _fits(problem, shift, trip)]
        if fitting:
            _append(problem, max(fitting, key=lambda shift: shift.length_s), trip)
        else:
            shifts.append(trip)
    return [shift.order for shift in shifts]


def _alone(problem: RoutingProblem, order: TourOrder, until_s: float) -> Shift:
    tour = timed_tour(problem, order)
    if tour is None:
        message = "a trip that keeps its windows no longer does"
        raise ValueError(message)
    stops, vehicle = problem.stops, order.vehicle_type
    begin, end = tour.begin_s[0], tour.leave_s[-1]
    slack = float(problem.fleet.until_s[vehicle]) - end
    pairs = zip(tour.arrive_s, tour.begin_s, strict=True)
    if any(start - arrive > WAIT_S for arrive, start in list(pairs)[1:]):
        slack = 0.0
    for stop, start in zip(tour.stop, tour.begin_s, strict=True):
        if stop >= 0:
            slack = min(slack, float(stops.until_s[stop]) - start)
    slack = max(min(slack, until_s - tour.leave_s[0]), 0.0)
    return Shift(order, begin, begin + slack, end - begin)


def _fits(problem: RoutingProblem, shift: Shift, trip: Shift) -> bool:
    fleet, vehicle = problem.fleet, shift.order.vehicle_type
    if trip.order.vehicle_type != vehicle or shift.reloads >= fleet.reloads_max[vehicle]:
        return False
    longest = min(float(fleet.duration_max_s[vehicle]), float(fleet.work_max_s[vehicle]))
    if shift.length_s + trip.length_s > longest:
        return False
    first = max(shift.first_s, trip.first_s - shift.length_s)
    return first <= min(shift.last_s, trip.last_s - shift.length_s)


def _append(problem: RoutingProblem, shift: Shift, trip: Shift) -> None:
    before, after = shift.order, trip.order
    home = int(problem.fleet.start_place[before.vehicle_type])
    shift.order = TourOrder(
        before.vehicle_type,
        (*before.kind, int(Visit.RELOAD), *after.kind),
        (*before.target, home, *after.target),
    )
    shift.first_s = max(shift.first_s, trip.first_s - shift.length_s)
    shift.last_s = min(shift.last_s, trip.last_s - shift.length_s)
    shift.length_s += trip.length_s
    shift.reloads += 1


def last_loading(latest: np.ndarray, order: TourOrder) -> float:
    """Return when a trip has to be on its way: the earliest limit among its stops."""
    return float(min((latest[stop] for stop in order.target), default=np.inf))
