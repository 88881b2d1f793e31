"""What ties the echelons of a day together: when parcels are ready, and what lies at a hub."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.routing import Visit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.day import Day
    from optimizer.core.routing import RoutingProblem, Tours

HOUR_S = 3600.0


class Departure(NamedTuple):
    """One trip that leaves a hub, with the stops whose parcels it takes along."""

    leave_s: float
    stops: tuple[int, ...]


class Overfull(NamedTuple):
    """A hub that cannot take in a consignment: which stop of supply, and when it could (or inf)."""

    stop: int
    possible_s: float


def unloaded_s(day: Day, supply: Tours) -> NDArray[np.float64]:
    """Return when each stop of supply is left, shape (s,); inf where none is visited."""
    left = np.full(day.supply.stops.count, np.inf)
    visited = supply.stop >= 0
    left[supply.stop[visited]] = supply.leave_s[visited]
    return left


def ready_s(day: Day, supply: Tours) -> NDArray[np.float64]:
    """Return when riders can take each consignment along, shape (s,) of supply stops.

    A hub handles one consignment after another as they came; inf where nothing comes, or where a
    stop is no consignment.
    """
    left = unloaded_s(day, supply)
    ready = np.full(len(left), np.inf)
    for hub, rate in enumerate(day.hubs.handling_parcels_per_hour.tolist()):
        done = -np.inf
        came = np.flatnonzero((day.supply_hub == hub) & np.isfinite(left))
        for stop in came[np.lexsort((came, left[came]))].tolist():
            parcels = int(day.supply.stops.deliver[stop, 0])
            done = max(float(left[stop]), done) + HOUR_S * parcels / rate
            ready[stop] = done
    return ready


def departures(tours: Tours) -> list[Departure]:
    """Return every trip of some tours."""
    found = []
    for tour in range(tours.count):
        rows = range(int(tours.first[tour]), int(tours.first[tour + 1]))
        stops: list[int] = []
        leave = 0.0
        for row in rows:
            if tours.kind[row] in {Visit.START, Visit.RELOAD, Visit.END}:
                if stops:
                    found.append(Departure(leave, tuple(stops)))
                stops, leave = [], float(tours.leave_s[row])
            elif tours.kind[row] == Visit.STOP:
                stops.append(int(tours.stop[row]))
    return found


def overfull(
    day: Day, hub: int, source: NDArray[np.int32], supply: Tours, tours: Tours
) -> Overfull | None:
    """Return the first consignment that a hub has no room for; None where there is room.

    source : stop of the last mile -> stop of supply, -1 = not brought.
    """
    left, mile = unloaded_s(day, supply), day.last_mile[hub]
    events = [
        (float(left[stop]), 1, int(stop), int(day.supply.stops.deliver[stop, 0]))
        for stop in np.flatnonzero((day.supply_hub == hub) & np.isfinite(left))
    ]
    room = float(day.hubs.storage_parcels[hub])
    trips = departures(tours)
    events += [(trip.leave_s, 0, -1, -_parcels(mile, trip)) for trip in trips]
    held = 0
    for moment, group in groupby(sorted(events), key=lambda event: event[0]):
        for _, _, stop, parcels in group:
            held += parcels
            if held > room:
                later = _room_at(mile, trips, source, (stop, held - room), moment)
                return Overfull(stop, later)
    return None


def _room_at(
    mile: RoutingProblem,
    trips: list[Departure],
    source: NDArray[np.int32],
    missing: tuple[int, float],
    moment: float,
) -> float:
    """Return when trips that do not wait for this consignment have made room for it."""
    stop, short = missing
    for trip in sorted(trips):
        if trip.leave_s <= moment or any(source[one] == stop for one in trip.stops):
            continue
        short -= _parcels(mile, trip)
        if short <= 0:
            return trip.leave_s
    return float("inf")


def _parcels(mile: RoutingProblem, trip: Departure) -> int:
    return int(mile.stops.deliver[list(trip.stops), 0].sum())
