"""What ties the echelons together: consignments, handling one after another, storage."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from optimizer.core.result import Violation
from optimizer.verify.routing.moments import after, slack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.verify.routing.case import Halt, Tour
    from optimizer.verify.routing.day.case import DayCase, Part


class Arrival(NamedTuple):
    """A consignment that came: when it was unloaded, its stop of supply, its parcels."""

    leave_s: float
    stop: int
    parcels: int


def check(case: DayCase) -> Iterator[Violation]:
    """Check each hub."""
    came = arrivals_of(case)
    for mile in case.miles:
        arrivals = sorted(came.get(mile.hub, []))
        yield from _complete(case, mile, arrivals)
        yield from _ready(case, mile, arrivals)
        yield from _storage(case, mile, arrivals)


def arrivals_of(case: DayCase) -> dict[int, list[Arrival]]:
    """Return what came to each hub, in the order of supply tours."""
    found: dict[int, list[Arrival]] = {}
    for tour in case.supply.tours.all:
        for halt in tour.halts:
            if halt.stop >= 0 and int(case.day.supply_hub[halt.stop]) >= 0:
                one = Arrival(halt.leave_s, halt.stop, case.supply.parcels[halt.stop])
                found.setdefault(int(case.day.supply_hub[halt.stop]), []).append(one)
    return found


def _complete(case: DayCase, mile: Part, arrivals: list[Arrival]) -> Iterator[Violation]:
    """Check that a consignment that came is exactly what its stops need, and none goes without."""
    need = {one.stop: 0 for one in arrivals}
    for stop, source in enumerate(case.day_plan.consignment[mile.hub].tolist()):
        where = case.stop(mile, stop)
        if source < 0:
            if stop in mile.visited:
                yield Violation("consignment", where, "nothing brought its parcels to the hub")
        elif source in need:
            need[source] += mile.parcels[stop]
        else:
            yield Violation("consignment", where, "its consignment did not come to this hub")
    for one in arrivals:
        if need[one.stop] != one.parcels:
            words = f"it brings {one.parcels} parcels, its riders' stops take {need[one.stop]}"
            yield Violation("consignment", case.stop(case.supply, one.stop), words)


def ready_s(arrivals: list[Arrival], per_hour: float) -> dict[int, float]:
    """Return when each consignment can be taken along: handled one after another as they came."""
    ready: dict[int, float] = {}
    done = float("-inf")
    for one in arrivals:
        done = max(one.leave_s, done) + 3600.0 * one.parcels / per_hour
        ready[one.stop] = done
    return ready


def _trips(mile: Part) -> Iterator[tuple[Tour, tuple[Halt, ...], list[int]]]:
    """Yield each trip with the stops that it serves."""
    for tour in mile.tours.all:
        for trip in tour.trips:
            yield tour, trip, [halt.stop for halt in trip if halt.stop >= 0]


def _ready(case: DayCase, mile: Part, arrivals: list[Arrival]) -> Iterator[Violation]:
    per_hour = float(case.day.hubs.handling_parcels_per_hour[mile.hub])
    ready = ready_s(arrivals, per_hour)
    source = case.day_plan.consignment[mile.hub].tolist()
    for tour, trip, stops in _trips(mile):
        for stop in stops:
            moment = ready.get(source[stop], 0.0)
            if after(moment, trip[0].begin_s):
                words = f"it is loaded from {trip[0].begin_s:.3f} on, but ready at {moment:.3f}"
                where = f"{mile.name}, {mile.tours.where(tour, trip[0])}"
                yield Violation("ready", where, words)
                break


def _storage(case: DayCase, mile: Part, arrivals: list[Arrival]) -> Iterator[Violation]:
    """Check what lies at the hub whenever something came; at one moment goods leave first."""
    events = [(one.leave_s, one.parcels) for one in arrivals]
    for _, trip, stops in _trips(mile):
        moment = trip[0].leave_s
        events.append((moment - slack(moment), -sum(mile.parcels[stop] for stop in stops)))
    held, most = 0, float(case.day.hubs.storage_parcels[mile.hub])
    for moment, group in groupby(sorted(events), key=lambda event: event[0]):
        held += sum(parcels for _, parcels in group)
        if held > most:
            words = f"{held} parcels lie there at {moment:.0f} s, it holds {most:g}"
            yield Violation("storage", mile.name, words)
            return
