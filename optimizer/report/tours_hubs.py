"""What passes through hubs in a day: consignments that come and are sorted, trips that leave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.routing import Visit
from optimizer.report.tours import HOUR_S, hub_name

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.report.tours import DayTold


@dataclass(frozen=True)
class Consignment:
    """Parcels that one supply stop brings to a hub.

    tour : rank of the tour that brings it. came_s : when it is handed over. ready_s : when riders
    can take it along. first_leave_s : when the first of its parcels leaves; None where none does.
    """

    stop: str
    tour: int
    arrive_s: float
    came_s: float
    ready_s: float
    parcels: int
    first_leave_s: float | None


@dataclass(frozen=True)
class Trip:
    """A trip of a rider: loads from begin_s and leaves at leave_s with parcels."""

    tour: int
    trip: int
    begin_s: float
    leave_s: float
    parcels: int


@dataclass(frozen=True)
class HubDay:
    """A hub's day. Parcels are in the hub from came_s of their consignment to the trip's leave.

    at_s, stored : corners of what is stored; stored[k] holds from at_s[k] to at_s[k + 1].
    handled : parcels made ready in each hour 0..23. handling_per_hour : the most it can.
    """

    hub: int
    id: str
    site: str
    name: str
    storage: float
    handling_per_hour: float
    consignments: tuple[Consignment, ...]
    trips: tuple[Trip, ...]
    at_s: NDArray[np.float64]
    stored: NDArray[np.int64]
    handled: NDArray[np.float64]

    @property
    def parcels(self) -> int:
        """Parcels that come."""
        return sum(one.parcels for one in self.consignments)

    @property
    def peak(self) -> int:
        """The most that is stored at a time."""
        return int(self.stored.max(initial=0))


def hub_days(told: DayTold) -> list[HubDay]:
    """Return the day of every hub, in the order of hubs."""
    return [_hub_day(told, hub) for hub in range(len(told.day.hubs.id))]


def _hub_day(told: DayTold, hub: int) -> HubDay:
    day = told.day
    rate = float(day.hubs.handling_parcels_per_hour[hub])
    trips = tuple(_trips(told, hub))
    came = _consignments(told, hub, rate)
    at_s, stored = _stored(came, trips)
    return HubDay(
        hub=hub,
        id=day.hubs.id[hub],
        site=told.problem.sites.id[int(told.problem.options.site[day.hubs.option[hub]])],
        name=hub_name(told.problem, day, hub),
        storage=float(day.hubs.storage_parcels[hub]),
        handling_per_hour=rate,
        consignments=came,
        trips=trips,
        at_s=at_s,
        stored=stored,
        handled=_handled(came, rate),
    )


def _consignments(told: DayTold, hub: int, rate: float) -> tuple[Consignment, ...]:
    """Return what comes, sorted by when it was handed over; one is sorted after another."""
    day, tours = told.day, told.plan.supply
    mine = [q for q in np.flatnonzero(tours.stop >= 0) if day.supply_hub[tours.stop[q]] == hub]
    tour = np.searchsorted(tours.first, mine, side="right") - 1
    first_leave = _first_leaves(told, hub)
    parcels = told.visits.parcels  # supply comes first: visits are numbered as in its tours
    found = []
    ready = 0.0
    for q, t in sorted(
        zip(mine, tour.tolist(), strict=True),
        key=lambda row: (tours.leave_s[row[0]], tours.stop[row[0]]),
    ):
        came = float(tours.leave_s[q])
        ready = max(ready, came) + HOUR_S * float(parcels[q]) / rate
        stop = int(tours.stop[q])
        found.append(
            Consignment(
                stop=day.supply.stops.id[stop],
                tour=int(t),
                arrive_s=float(tours.arrive_s[q]),
                came_s=came,
                ready_s=ready,
                parcels=int(parcels[q]),
                first_leave_s=first_leave.get(stop),
            )
        )
    return tuple(found)


def _first_leaves(told: DayTold, hub: int) -> dict[int, float]:
    """Return, by consignment, when the first trip leaves that carries some of it."""
    tours, brings = told.plan.last_mile[hub], told.plan.consignment[hub]
    found: dict[int, float] = {}
    leave = 0.0
    for q, kind in enumerate(tours.kind.tolist()):
        if kind in (Visit.START, Visit.RELOAD):
            leave = float(tours.leave_s[q])
        stop = int(tours.stop[q])
        if stop >= 0 and brings[stop] >= 0:
            supply = int(brings[stop])
            found[supply] = min(found.get(supply, leave), leave)
    return found


def _trips(told: DayTold, hub: int) -> list[Trip]:
    visits = told.visits
    loads = ((visits.kind == Visit.START) | (visits.kind == Visit.RELOAD)) & (visits.on_board > 0)
    found = [
        Trip(
            tour=int(visits.tour[q]),
            trip=int(visits.trip[q]),
            begin_s=float(visits.begin_s[q]),
            leave_s=float(visits.leave_s[q]),
            parcels=int(visits.on_board[q]),
        )
        for q in np.flatnonzero(loads).tolist()
        if told.tours[int(visits.tour[q])].hub == hub
    ]
    return sorted(found, key=lambda trip: trip.leave_s)


def _stored(
    came: tuple[Consignment, ...], trips: tuple[Trip, ...]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the corners of what is stored; who leaves makes room before who comes at once."""
    events = [(one.came_s, one.parcels) for one in came]
    events += [(trip.leave_s, -trip.parcels) for trip in trips]
    events.sort()
    at_s = np.array([moment for moment, _ in events])
    stored = np.cumsum(np.array([parcels for _, parcels in events], dtype=np.int64))
    return at_s, stored


def _handled(came: tuple[Consignment, ...], rate: float) -> NDArray[np.float64]:
    """Return parcels made ready in each hour of the day."""
    hours = np.arange(24) * HOUR_S
    handled = np.zeros(24)
    for one in came:
        begin = one.ready_s - HOUR_S * one.parcels / rate
        overlap = np.minimum(one.ready_s, hours + HOUR_S) - np.maximum(begin, hours)
        handled += np.maximum(overlap, 0.0) * rate / HOUR_S
    return handled
