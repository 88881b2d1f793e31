"""Each stop once, or left out at a price; pairs together; only by vehicles that may come."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from optimizer.core.result import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.verify.routing.case import ToursCase


def check(case: ToursCase) -> Iterator[Violation]:
    """Check that every stop is visited once or skipped, by a vehicle that serves it."""
    stops, serves = case.problem.stops, case.problem.fleet.serves
    visits = Counter(case.tours.stop[case.tours.stop >= 0].tolist())
    penalty = stops.penalty_eur.tolist()
    for stop, (name, left) in enumerate(zip(stops.id, case.skipped.tolist(), strict=True)):
        if visits[stop] > 1:
            yield Violation("stops", name, f"it is visited {visits[stop]} times")
        if left and visits[stop]:
            yield Violation("stops", name, "it is visited, and told as left out")
        if not left and not visits[stop]:
            yield Violation("stops", name, "it is not visited, and not told as left out")
        if left and not math.isfinite(penalty[stop]):
            yield Violation("stops", name, "it is left out, but must be visited")
    if serves is not None:
        for tour in case.all:
            for halt in tour.halts:
                if halt.stop >= 0 and not serves[tour.vehicle_type, halt.stop]:
                    words = "a vehicle of this type may not visit it"
                    yield Violation("serves", case.where(tour, halt), words)


def check_pairs(case: ToursCase) -> Iterator[Violation]:
    """Check that the two ends of a pair lie on one trip, in their order, or neither is visited."""
    pairs, names = case.problem.pairs, case.problem.stops.id
    if not len(pairs.pickup):
        return
    seat: dict[int, tuple[int, int, int]] = {}
    for tour in case.all:
        for number, trip in enumerate(tour.trips):
            seat |= {halt.stop: (tour.rank, number, halt.row) for halt in trip if halt.stop >= 0}
    for pickup, delivery in zip(pairs.pickup.tolist(), pairs.delivery.tolist(), strict=True):
        where = f"from {names[pickup]} to {names[delivery]}"
        first, second = seat.get(pickup), seat.get(delivery)
        if first is None and second is None:
            continue
        if first is None or second is None:
            yield Violation("pairs", where, "one end is visited, the other is not")
        elif first[:2] != second[:2]:
            yield Violation("pairs", where, "its ends lie on two trips")
        elif first[2] >= second[2]:
            yield Violation("pairs", where, "it is delivered before it is picked up")
