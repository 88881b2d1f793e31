"""When things happen: travel at its hour, waiting, windows, service, loading, breaks."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from optimizer.core.result import Violation
from optimizer.core.routing import Visit
from optimizer.verify.routing.case import LOADING
from optimizer.verify.routing.moments import after, arrive_s, same

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.verify.routing.case import Halt, Tour, ToursCase


def check(case: ToursCase) -> Iterator[Violation]:
    """Check every moment of every tour."""
    for tour in case.all:
        yield from _travel(case, tour)
        yield from _stays(case, tour)
        yield from _releases(case, tour)


def _travel(case: ToursCase, tour: Tour) -> Iterator[Violation]:
    start, travel = tour.halts[0], case.travel(tour)
    if not same(start.arrive_s, start.begin_s):
        yield _wrong("travel", case, tour, start, "arrives", start.arrive_s, start.begin_s)
    for before, halt in pairwise(tour.halts):
        if halt.kind == Visit.BREAK and halt.place != before.place:
            words = "it is not where the visit before it is"
            yield Violation("break", case.where(tour, halt), words)
        if stays(case, tour, halt):
            right = before.leave_s
        else:
            right = arrive_s(travel, before.place, halt.place, before.leave_s)
        if not same(halt.arrive_s, right):
            yield _wrong("travel", case, tour, halt, "arrives", halt.arrive_s, right)
        if after(halt.arrive_s, halt.begin_s):
            yield _wrong("travel", case, tour, halt, "begins", halt.begin_s, halt.arrive_s)


def stays(case: ToursCase, tour: Tour, halt: Halt) -> bool:
    """Tell whether no way leads to a visit: breaks, and ends wherever the last stop is."""
    open_end = halt.kind == Visit.END and int(case.problem.fleet.end_place[tour.vehicle_type]) < 0
    return halt.kind == Visit.BREAK or open_end


def _stays(case: ToursCase, tour: Tour) -> Iterator[Violation]:
    stops, fleet = case.problem.stops, case.problem.fleet
    loads_s = {trip[0].row: case.loads_s(trip, tour.vehicle_type) for trip in tour.trips}
    for halt in tour.halts:
        stay_s = 0.0
        if halt.kind in LOADING:
            stay_s = loads_s[halt.row]
        elif halt.kind == Visit.BREAK:
            stay_s = float(fleet.break_s[tour.vehicle_type])
        elif halt.kind == Visit.STOP:
            stay_s = float(stops.service_s[halt.stop])
            opens, closes = float(stops.from_s[halt.stop]), float(stops.until_s[halt.stop])
            if after(opens, halt.begin_s):
                yield _wrong("window", case, tour, halt, "begins", halt.begin_s, opens)
            if after(halt.begin_s, closes):
                yield _wrong("window", case, tour, halt, "begins", halt.begin_s, closes)
        if not same(halt.leave_s, halt.begin_s + stay_s):
            yield _wrong("service", case, tour, halt, "leaves", halt.leave_s, halt.begin_s + stay_s)


def _releases(case: ToursCase, tour: Tour) -> Iterator[Violation]:
    released = case.problem.stops.released_s
    for trip in tour.trips:
        for halt in trip:
            if halt.stop < 0 or not case.delivers[halt.stop]:
                continue
            moment = float(released[halt.stop])
            if after(moment, trip[0].leave_s):
                yield _wrong("released", case, tour, halt, "was loaded", trip[0].leave_s, moment)


def _wrong(
    family: str, case: ToursCase, tour: Tour, halt: Halt, what: str, told: float, right: float
) -> Violation:
    words = f"it {what} at {told:.6f} and not {_relation(family)}{right:.6f}"
    return Violation(family, case.where(tour, halt), words)


def _relation(family: str) -> str:
    return {"window": "within its window, that is at ", "released": "after "}.get(family, "at ")
