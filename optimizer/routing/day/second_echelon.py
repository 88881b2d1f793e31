"""Plan the last mile: trips of each hub that leave once their parcels are ready, then shifts.

Where a hub cannot store all parcels at once, trips take parcels of one wave alone, and leave before
the next wave comes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.kinds import CARGO_BIKE
from optimizer.routing.day.alone import (
    NO_WAY,
    NOT_SUPPLIED,
    TOO_DEAR,
    TOO_LATE,
    alone,
    required,
)
from optimizer.routing.day.engine import plan_parts, plan_quickly
from optimizer.routing.day.kept import as_rows, kept
from optimizer.routing.day.parts import part_of, without_breaks
from optimizer.routing.day.shifts import in_shifts, last_loading
from optimizer.routing.day.sync import ready_s, unloaded_s
from optimizer.routing.day.waves import sources, wave_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.day import Day
    from optimizer.core.routing import RoutingProblem, Tours
    from optimizer.core.tour_order import TourOrder
    from optimizer.routing.day.alone import Reason
    from optimizer.routing.day.base import DayBase
    from optimizer.routing.day.engine import Run
    from optimizer.routing.day.first_echelon import Supplied
    from optimizer.routing.day.kept import Kept
    from optimizer.routing.day.parts import Part


class Miles(NamedTuple):
    """The last mile of all hubs: the day with its release times, and by hub what is planned.

    source : stop -> stop of supply, -1 where nothing comes. trips : one load each. out : stops that
    no tour visits.
    """

    day: Day
    source: list[NDArray[np.int32]]
    trips: list[list[TourOrder]]
    tours: list[Tours]
    out: list[dict[int, Reason]]

    @property
    def reasons(self) -> dict[str, Reason]:
        """Why stops are left out, by name."""
        pairs = zip(self.day.last_mile, self.out, strict=True)
        return {mile.stops.id[stop]: why for mile, out in pairs for stop, why in out.items()}


class _Hub(NamedTuple):
    """One hub before its tours: stops to visit by wave, latest departure of each stop.

    worth : stops that each pay for a trip of their own. out : stops that cannot be visited.
    """

    problem: RoutingProblem
    rows: list[NDArray[np.int64]]
    leave_until_s: NDArray[np.float64]
    worth: set[int]
    out: dict[int, Reason]

    @property
    def wanted(self) -> RoutingProblem:
        """The problem, with stops to be visited that pay for a trip of their own."""
        return required(self.problem, self.worth)

    def parts(self) -> list[Part]:
        """One part a wave."""
        wanted = self.wanted
        return [without_breaks(part_of(wanted, some, CARGO_BIKE)) for some in self.rows]


def plan_miles(
    run: Run, base: DayBase, supplied: Supplied, others: list[Part]
) -> tuple[Miles, list[Kept]]:
    """Plan the last mile of all hubs and some other parts, side by side; return both."""
    day, source, hubs = _opened(base, supplied)
    parts = [hub.parts() for hub in hubs]
    every = [*others, *(part for some in parts for part in some)]
    planned = iter(plan_parts(run, every, "riders" if not others else "riders and vans"))
    answers = [next(planned) for _ in others]
    trips = [[order for _ in some for order in next(planned).orders] for some in parts]
    return _timed(run, day, source, hubs, trips), answers


def retimed(run: Run, base: DayBase, supplied: Supplied, before: Miles) -> Miles:
    """Plan again with the trips there are, as far as they still hold, after supply has changed."""
    day, source, hubs = _opened(base, supplied)
    trips = []
    for hub, old in zip(hubs, before.trips, strict=True):
        stay = {int(stop) for some in hub.rows for stop in some}
        trips.append([order for order in old if stay.issuperset(order.target)])
    return _timed(run, day, source, hubs, trips)


def _opened(base: DayBase, supplied: Supplied) -> tuple[Day, list[NDArray[np.int32]], list[_Hub]]:
    """Return the day with release times, where parcels come from, and what each hub can do."""
    day = supplied.day
    ready, left = ready_s(day, supplied.tours), unloaded_s(day, supplied.tours)
    load_s = base.rules.crews[CARGO_BIKE].load_s
    miles, source, hubs = [], [], []
    for hub, brings in enumerate(sources(day)):
        came = np.isfinite(ready[brings])
        released = np.where(came, ready[brings] + load_s, 0.0)
        mile = day.last_mile[hub]
        mile = mile.replace(stops=mile.stops.replace(released_s=released))
        miles.append(mile)
        source.append(np.where(came, brings, -1).astype(np.int32))
        hubs.append(_hub(day, hub, mile, source[-1], left))
    return day.replace(last_mile=tuple(miles)), source, hubs


def _hub(
    day: Day,
    hub: int,
    mile: RoutingProblem,
    source: NDArray[np.int32],
    left: NDArray[np.float64],
) -> _Hub:
    brings = np.flatnonzero(day.supply_hub == hub)
    storage = float(day.hubs.storage_parcels[hub])
    number = wave_of(day.supply.stops.deliver[brings, 0], storage)
    last = int(number.max(initial=0))
    begins = [float(left[brings[number == wave]].min()) for wave in range(1, last + 1)]
    until = np.array([*begins, np.inf])
    wave = np.full(len(source), last)
    known = source >= 0
    wave[known] = number[np.searchsorted(brings, source[known])]
    out = dict.fromkeys(np.flatnonzero(~known).tolist(), NOT_SUPPLIED)
    found = alone(mile, np.flatnonzero(known).tolist())
    any_time = mile.replace(stops=mile.stops.replace(released_s=np.zeros(mile.stops.count)))
    never = alone(any_time, sorted(found.never)).never
    out |= {stop: NO_WAY if stop in never else TOO_LATE for stop in sorted(found.never)}
    here = known.copy()
    here[list(out)] = False
    rows = [np.flatnonzero(here & (wave == rank)) for rank in range(last + 1)]
    return _Hub(mile, [some for some in rows if len(some)], until[wave], found.worth, out)


def _timed(
    run: Run,
    day: Day,
    source: list[NDArray[np.int32]],
    hubs: list[_Hub],
    trips: list[list[TourOrder]],
) -> Miles:
    whole, tours = [], []
    for hub, old in zip(hubs, trips, strict=True):
        good = kept(hub.problem, old)
        seen = {stop for order in good.orders for stop in order.target}
        for some in hub.rows:
            lost = as_rows([s for s in some.tolist() if s in hub.worth and s not in seen])
            if len(lost):
                part = part_of(hub.wanted, lost, CARGO_BIKE, slowest=True)
                quick = plan_quickly(run, without_breaks(part))
                good.add(kept(hub.problem, quick.orders))
        whole.append(good.orders)
        tours.append(_in_shifts(hub, good))
        visited = set(tours[-1].stop.tolist())
        for some in hub.rows:
            hub.out.update({s: TOO_DEAR for s in some.tolist() if s not in visited})
    return Miles(day, source, whole, tours, [hub.out for hub in hubs])


def _in_shifts(hub: _Hub, trips: Kept) -> Tours:
    """Return the trips as tours of riders; one by one where hours change their length."""
    limits = [last_loading(hub.leave_until_s, order) for order in trips.orders]
    alone_s = sum(tour.leave_s[-1] - tour.begin_s[0] for tour in trips.times)
    shifts = kept(hub.problem, in_shifts(hub.problem, trips.orders, limits))
    together_s = sum(tour.leave_s[-1] - tour.begin_s[0] for tour in shifts.times)
    holds = not shifts.lost and together_s <= alone_s + 1.0
    return shifts.tours() if holds else trips.tours()
