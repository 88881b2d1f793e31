"""What tours come to: EUR, metres and seconds, by vehicle type."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.routing import Visit
from optimizer.verify.routing.case import ToursCase
from optimizer.verify.routing.moments import metres

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.routing import RoutingProblem, Tours
    from optimizer.verify.routing.case import Tour


@dataclass(frozen=True)
class TourFigures:
    """Figures of tours; arrays have shape (v,), by vehicle type.

    duration_s : from the begin to the end of tours, driving_s and waiting_s in it. penalty_eur :
    of stops that are left out. objective : cost_eur of all types and the penalty.
    """

    objective: float
    penalty_eur: float
    tours: NDArray[np.int64]
    trips: NDArray[np.int64]
    stops: NDArray[np.int64]
    length_m: NDArray[np.float64]
    duration_s: NDArray[np.float64]
    driving_s: NDArray[np.float64]
    waiting_s: NDArray[np.float64]
    cost_eur: NDArray[np.float64]


def recompute_tours(
    problem: RoutingProblem, tours: Tours, skipped: NDArray[np.bool_]
) -> TourFigures:
    """Return the figures of tours that are well formed.

    Parameters
    ----------
    skipped
        Stops that are left out, shape (s,).
    """
    return figures_of(ToursCase(problem, tours, skipped))


def figures_of(case: ToursCase) -> TourFigures:
    """Return the figures of tours under examination."""
    fleet = case.problem.fleet
    sums: list[list[list[float]]] = [[[] for _ in range(8)] for _ in range(fleet.count)]
    for tour in case.all:
        kind, halts = tour.vehicle_type, tour.halts
        length, duration = length_m(case, tour), halts[-1].leave_s - halts[0].begin_s
        cost = (
            float(fleet.fixed_eur[kind])
            + float(fleet.eur_per_s[kind]) * duration
            + float(fleet.eur_per_m[kind]) * length
        )
        driving = math.fsum(after.arrive_s - before.leave_s for before, after in pairwise(halts))
        waiting = math.fsum(halt.begin_s - halt.arrive_s for halt in halts[1:])
        stops = sum(halt.kind == Visit.STOP for halt in halts)
        row = (1, len(tour.trips), stops, length, duration, driving, waiting, cost)
        for values, value in zip(sums[kind], row, strict=True):
            values.append(value)
    table = np.array([[math.fsum(values) for values in row] for row in sums]).reshape(-1, 8).T
    penalty = math.fsum(case.problem.stops.penalty_eur[case.skipped].tolist())
    whole = [column.astype(np.int64) for column in table[:3]]
    return TourFigures(math.fsum([penalty, *table[7].tolist()]), penalty, *whole, *table[3:])


def length_m(case: ToursCase, tour: Tour) -> float:
    """Return the length of a tour; an end wherever the last stop is adds nothing."""
    travel = case.travel(tour)
    legs = pairwise(halt.place for halt in tour.halts if not _still(case, tour, halt.kind))
    return math.fsum(metres(travel, origin, target) for origin, target in legs)


def _still(case: ToursCase, tour: Tour, kind: int) -> bool:
    open_end = int(case.problem.fleet.end_place[tour.vehicle_type]) < 0
    return kind == Visit.BREAK or (kind == Visit.END and open_end)
