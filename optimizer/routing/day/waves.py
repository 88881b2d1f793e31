"""Consignments of a hub: how its parcels are cut into them, and when each should come.

Riders' stops stand in the order in which their parcels come: those promised early, then the rest
clockwise around the hub, then those promised late. A consignment is a run of them that fits one
drop. What the hub can store at once comes before the riders begin; what comes later waits until
the riders can have taken along what came before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.day import Day
    from optimizer.routing.day.base import DayBase, Places

HOUR_S = 3600.0
EARLY_SHARE = 0.5
LATE_SUPPLY_S = 2.0 * HOUR_S
"""A later wave comes within two hours from when it may."""


class Waves(NamedTuple):
    """Consignments of one hub, in the order in which they come; shape (c,)."""

    parcels: NDArray[np.int64]
    from_s: NDArray[np.float64]
    until_s: NDArray[np.float64]


def riding_order(
    places: Places, place: NDArray[np.int32], early_s: NDArray[np.float64], base: DayBase
) -> NDArray[np.int64]:
    """Return the pieces of a hub in the order in which their parcels come."""
    crew = base.rules.crews["cargo_bike"]
    noon = crew.shift_from_s + EARLY_SHARE * (crew.shift_until_s - crew.shift_from_s)
    lon, lat = places.lon[place] - places.lon[0], places.lat[place] - places.lat[0]
    angle = np.arctan2(lat, lon * np.cos(np.radians(places.lat[0])))
    when = np.where(early_s <= 0.0, 1, np.where(early_s < noon, 0, 2))
    return np.lexsort((place, angle, when))


def largest_drop(base: DayBase, hub: int, room: int) -> int:
    """Return the most parcels of one consignment; room : of the vehicle that brings it."""
    design = int(base.problem.options.design[base.hub_option[hub]])
    storage = int(base.rules.storage_parcels[design])
    return max(min(base.rules.drop_parcels_max, room, storage), 1)


def consignments(parcels: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """Return the sizes of consignments that hold runs of stops, about equal, at most `most`."""
    total = int(parcels.sum())
    if total == 0:
        return np.zeros(0, dtype=np.int64)
    even = -(-total // -(-total // most))
    loose = min(even + int(parcels.max()), most)
    return min((_runs(parcels, limit) for limit in (even, loose, most)), key=len)


def _runs(parcels: NDArray[np.int64], limit: int) -> NDArray[np.int64]:
    sizes = [0]
    for count in parcels.tolist():
        if sizes[-1] and sizes[-1] + count > limit:
            sizes.append(0)
        sizes[-1] += count
    return np.array(sizes, dtype=np.int64)


def waves(base: DayBase, hub: int, sizes: NDArray[np.int64], arrive_s: float) -> Waves:
    """Return when each consignment should come; arrive_s : the earliest that one can."""
    rules, problem = base.rules, base.problem
    design = int(problem.options.design[base.hub_option[hub]])
    storage = float(rules.storage_parcels[design])
    rate = float(rules.handling_parcels_per_hour[design])
    crew = rules.crews["cargo_bike"]
    drop_s = max(vehicle.drop_s_per_parcel for vehicle in problem.prices.vehicles.values())
    park_s = max(vehicle.park_s for vehicle in problem.prices.vehicles.values())
    early = np.zeros(len(sizes))
    late = np.zeros(len(sizes))
    begin, end = 0.0, max(crew.shift_from_s, arrive_s + HOUR_S)
    ready = 0.0
    number = wave_of(sizes, storage)
    for rank, count in enumerate(sizes.tolist()):
        if rank and number[rank] > number[rank - 1]:
            begin = max(ready, crew.shift_from_s) + crew.load_s
            end = begin + LATE_SUPPLY_S
        early[rank], late[rank] = begin, end
        ready = max(end + park_s + count * drop_s, ready) + HOUR_S * count / rate
    return Waves(sizes, early, late)


def wave_of(sizes: NDArray[np.int64], storage: float) -> NDArray[np.int64]:
    """Return the wave of each consignment: what comes before room has to be made for it."""
    waves, held = np.zeros(len(sizes), dtype=np.int64), 0
    for rank, count in enumerate(sizes.tolist()):
        new = held > 0 and held + count > storage
        held = count if new else held + count
        waves[rank:] += int(new)
    return waves


def sources(day: Day) -> tuple[NDArray[np.int32], ...]:
    """Return the supply stop that brings the parcels of each stop, by hub."""
    found = []
    for hub, mile in enumerate(day.last_mile):
        brings = np.flatnonzero(day.supply_hub == hub).astype(np.int32)
        came = np.cumsum(day.supply.stops.deliver[brings, 0])
        taken = np.cumsum(mile.stops.deliver[:, 0])
        found.append(brings[np.searchsorted(came, taken)])
    return tuple(found)
