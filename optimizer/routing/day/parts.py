"""Parts of a day that engines plan apart: some stops and the vehicles that may visit them.

Parcels of a day weigh and measure the same on average, so that one load, with the tightest of the
three capacities, says all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.routing import Matrix, Paced, Visit
from optimizer.core.tour_order import TourOrder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from optimizer.core.routing import RoutingProblem, Travel

HOUR_S = 3600.0
DAY_H = 24
SPARE = 8
TRIPS_FACTOR = 2


class Part(NamedTuple):
    """A routing problem of its own; stop, vehicle, place : what its numbers are in the whole.

    problem : with steady travel. exact : with travel as it is; None where it is steady anyway.
    """

    problem: RoutingProblem
    exact: RoutingProblem | None
    stop: NDArray[np.int64]
    vehicle: NDArray[np.int64]
    place: NDArray[np.int32]

    def whole(self, orders: Sequence[TourOrder]) -> list[TourOrder]:
        """Return tours of the part in the numbers of the whole problem."""
        return [
            TourOrder(
                int(self.vehicle[order.vehicle_type]),
                order.kind,
                tuple(
                    int(self.place[target] if kind == Visit.RELOAD else self.stop[target])
                    for kind, target in zip(order.kind, order.target, strict=True)
                ),
            )
            for order in orders
        ]


def part_of(
    problem: RoutingProblem,
    stop: NDArray[np.int64],
    profile: str,
    *,
    slowest: bool = False,
) -> Part:
    """Return the trips of one profile to some stops: one load each, without breaks to plan.

    Travel that changes with the hour becomes steady: as on average over the hours in which these
    stops may be visited, or as in the slowest of them.
    """
    fleet, stops = problem.fleet, problem.stops
    vehicle = np.flatnonzero([name == profile for name in fleet.profile])
    used = np.concatenate([stops.place[stop], fleet.start_place[vehicle]])
    place = np.unique(used).astype(np.int32)
    unit, room = _one_load(problem, stop, vehicle)
    parcels = stops.deliver[stop, 0]
    needed = TRIPS_FACTOR * -(-int(parcels.sum()) // max(int(room.min(initial=1)), 1)) + SPARE
    spent = float(stops.service_s[stop].sum())
    needed += int(TRIPS_FACTOR * spent / max(float(fleet.duration_max_s[vehicle].min()), 1.0))
    part = problem.replace(
        load=("parcels",),
        place=tuple(problem.place[row] for row in place.tolist()),
        lon=problem.lon[place],
        lat=problem.lat[place],
        stops=stops.replace(
            id=tuple(stops.id[row] for row in stop.tolist()),
            place=np.searchsorted(place, stops.place[stop]).astype(np.int32),
            deliver=unit,
            collect=np.zeros_like(unit),
            service_s=stops.service_s[stop],
            from_s=stops.from_s[stop],
            until_s=stops.until_s[stop],
            released_s=stops.released_s[stop],
            penalty_eur=stops.penalty_eur[stop],
        ),
        pairs=problem.pairs.replace(load=problem.pairs.load[:, :1]),
        fleet=fleet.replace(
            id=tuple(fleet.id[v] for v in vehicle.tolist()),
            profile=(profile,) * len(vehicle),
            count_max=np.minimum(fleet.count_max[vehicle], max(needed, 1)).astype(np.int32),
            capacity=room[:, None],
            start_place=np.searchsorted(place, fleet.start_place[vehicle]).astype(np.int32),
            end_place=np.searchsorted(place, fleet.end_place[vehicle]).astype(np.int32),
            reload_places=((),) * len(vehicle),
            reloads_max=np.zeros(len(vehicle), dtype=np.int32),
            serves=None,
            **{name: getattr(fleet, name)[vehicle] for name in FLEET_COLUMNS},
        ),
        travel={profile: _steady(problem, profile, stop, place, slowest=slowest)},
    )
    hourly = _by_hour(problem.travel[profile], place)
    exact = None if hourly is None else part.replace(travel={profile: hourly})
    return Part(part, exact, stop, vehicle, place)


FLEET_COLUMNS = (
    "from_s", "until_s", "duration_max_s", "length_max_m", "fixed_eur", "eur_per_s", "eur_per_m",
    "load_s", "break_s", "work_max_s",
)  # fmt: skip


def without_breaks(part: Part) -> Part:
    """Return the part with tours so short that no break is due."""
    return part._replace(
        problem=unbroken(part.problem),
        exact=None if part.exact is None else unbroken(part.exact),
    )


def unbroken(problem: RoutingProblem) -> RoutingProblem:
    """Return the problem with tours so short that no break is due."""
    fleet = problem.fleet
    shorter = fleet.replace(
        duration_max_s=np.minimum(fleet.duration_max_s, fleet.work_max_s),
        break_s=np.zeros(fleet.count),
        work_max_s=np.full(fleet.count, np.inf),
    )
    return problem.replace(fleet=shorter)


def _one_load(
    problem: RoutingProblem, stop: NDArray[np.int64], vehicle: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the parcels of each stop, (s, 1), and the room of each vehicle in parcels, (v,)."""
    deliver = problem.stops.deliver[stop]
    room = problem.fleet.capacity[vehicle, 0]
    if len(stop):
        unit = deliver[0] // max(int(deliver[0, 0]), 1)
        known = unit > 0
        room = (problem.fleet.capacity[vehicle][:, known] // unit[known]).min(axis=1)
    return deliver[:, :1].copy(), room.astype(np.int64)


def _by_hour(travel: Travel, place: NDArray[np.int32]) -> Paced | None:
    if not isinstance(travel, Paced):
        return None
    pick = np.ix_(place, place)
    return travel.replace(time_s=travel.time_s[pick], length_m=travel.length_m[pick])


def _steady(
    problem: RoutingProblem,
    profile: str,
    stop: NDArray[np.int64],
    place: NDArray[np.int32],
    *,
    slowest: bool,
) -> Travel:
    travel = problem.travel[profile]
    pick = np.ix_(place, place)
    if not isinstance(travel, Matrix | Paced):
        message = "a day travels on streets"
        raise TypeError(message)
    time_s, length_m = travel.time_s[pick], travel.length_m[pick]
    if isinstance(travel, Matrix):
        return Matrix(time_s, length_m)
    fleet = problem.fleet
    mine = [v for v, name in enumerate(fleet.profile) if name == profile]
    first = float(fleet.from_s[mine].min())
    late = problem.stops.until_s[stop]
    last = min(float(late.max(initial=0.0)), float(fleet.until_s[mine].max()))
    hours = np.arange(int(first // HOUR_S), max(int(-(-last // HOUR_S)), int(first // HOUR_S) + 1))
    pace = travel.pace[np.clip(hours, 0, DAY_H - 1)]
    value = float(pace.min() if slowest else pace.mean())
    slowed = np.where(time_s < 0, time_s, np.ceil(time_s / value)).astype(np.int32)
    return Matrix(slowed, length_m)
