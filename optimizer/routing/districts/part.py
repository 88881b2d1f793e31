"""A part of a routing problem as a problem of its own, and its tours in the words of the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.routing import Hourly, Matrix, Paced, Pairs, Plane, Visit
from optimizer.core.tour_order import TourOrder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from optimizer.core.routing import Fleet, RoutingProblem, Travel


class Part(NamedTuple):
    """A problem on some stops; stop, place and vehicle hold the numbers of the whole."""

    problem: RoutingProblem
    stop: NDArray[np.int32]
    place: NDArray[np.int32]
    vehicle: NDArray[np.int32]


def part_of(problem: RoutingProblem, stop: NDArray[np.int32], count_max: NDArray[np.int32]) -> Part:
    """Return the problem on some stops with some vehicles.

    Parameters
    ----------
    stop
        Both ends of a pair, or neither.
    count_max
        Shape (v,), vehicles of each type that this part may use; types without any are left out.
    """
    stops, fleet = problem.stops, problem.fleet
    stop = np.sort(stop).astype(np.int32)
    vehicle = np.flatnonzero(count_max > 0).astype(np.int32)
    ends = fleet.end_place[vehicle]
    reloads = [place for v in vehicle for place in fleet.reload_places[v]]
    reload_place = np.array(reloads, dtype=np.int32)
    used = [stops.place[stop], fleet.start_place[vehicle], ends[ends >= 0], reload_place]
    place = np.unique(np.concatenate(used)).astype(np.int32)
    new_place = np.full(len(problem.place) + 1, -1, dtype=np.int32)  # the last one is for -1
    new_place[place] = np.arange(len(place), dtype=np.int32)
    new_stop = np.full(stops.count, -1, dtype=np.int32)
    new_stop[stop] = np.arange(len(stop), dtype=np.int32)
    names = {
        name: getattr(stops, name)[stop]
        for name in stops.__dataclass_fields__
        if name not in {"id", "place"}
    }
    small_stops = stops.replace(
        id=tuple(stops.id[s] for s in stop), place=new_place[stops.place[stop]], **names
    )
    pair = np.flatnonzero(new_stop[problem.pairs.pickup] >= 0)
    small = problem.replace(
        place=tuple(problem.place[p] for p in place),
        lon=problem.lon[place],
        lat=problem.lat[place],
        stops=small_stops,
        pairs=Pairs(
            new_stop[problem.pairs.pickup[pair]],
            new_stop[problem.pairs.delivery[pair]],
            problem.pairs.load[pair],
        ),
        fleet=_fleet(problem, vehicle, count_max, new_place, stop),
        travel={
            name: travel_among(problem.travel[name], place)
            for name in {problem.fleet.profile[v] for v in vehicle}
        },
    )
    return Part(small, stop, place, vehicle)


def _fleet(
    problem: RoutingProblem,
    vehicle: NDArray[np.int32],
    count_max: NDArray[np.int32],
    new_place: NDArray[np.int32],
    stop: NDArray[np.int32],
) -> Fleet:
    fleet = problem.fleet
    arrays = {
        name: getattr(fleet, name)[vehicle]
        for name in fleet.__dataclass_fields__
        if name not in {"id", "profile", "reload_places", "serves"}
    }
    arrays |= {
        "count_max": count_max[vehicle].astype(np.int32),
        "start_place": new_place[fleet.start_place[vehicle]],
        "end_place": new_place[fleet.end_place[vehicle]],
    }
    return fleet.replace(
        id=tuple(fleet.id[v] for v in vehicle),
        profile=tuple(fleet.profile[v] for v in vehicle),
        reload_places=tuple(
            tuple(int(new_place[place]) for place in fleet.reload_places[v]) for v in vehicle
        ),
        serves=None if fleet.serves is None else fleet.serves[np.ix_(vehicle, stop)],
        **arrays,
    )


def travel_among(travel: Travel, place: NDArray[np.int32]) -> Travel:
    """Return travel between some places alone."""
    if isinstance(travel, Plane):
        return travel.replace(x=travel.x[place], y=travel.y[place])
    pick = np.ix_(place, place)
    if isinstance(travel, Matrix | Paced):
        return travel.replace(time_s=travel.time_s[pick], length_m=travel.length_m[pick])
    rows = (place.astype(np.int64)[:, None] * len(travel.length_m) + place).ravel()
    size = travel.first[rows + 1] - travel.first[rows]
    first = np.concatenate([[0], np.cumsum(size)]).astype(np.int64)
    corner = np.repeat(travel.first[rows] - first[:-1], size) + np.arange(first[-1])
    return Hourly(first, travel.depart_s[corner], travel.arrive_s[corner], travel.length_m[pick])


def in_part(part: Part, orders: Sequence[TourOrder]) -> list[TourOrder]:
    """Return tours of the whole in the words of a part that holds all their stops."""
    stop = {int(whole): rank for rank, whole in enumerate(part.stop)}
    place = {int(whole): rank for rank, whole in enumerate(part.place)}
    vehicle = {int(whole): rank for rank, whole in enumerate(part.vehicle)}
    return [
        TourOrder(
            vehicle[order.vehicle_type],
            order.kind,
            tuple(
                stop[target] if kind == Visit.STOP else place[target]
                for kind, target in zip(order.kind, order.target, strict=True)
            ),
        )
        for order in orders
    ]


def in_whole(part: Part, orders: Sequence[TourOrder]) -> list[TourOrder]:
    """Return tours of a part in the words of the whole."""
    return [
        TourOrder(
            int(part.vehicle[order.vehicle_type]),
            order.kind,
            tuple(
                int(part.stop[target] if kind == Visit.STOP else part.place[target])
                for kind, target in zip(order.kind, order.target, strict=True)
            ),
        )
        for order in orders
    ]
