"""What is on board: at every moment of every trip, in every dimension."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.core.result import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.verify.routing.case import Halt, Tour, ToursCase

Load = list[int]


def check(case: ToursCase) -> Iterator[Violation]:
    """Check that no trip ever carries more than its vehicle holds.

    At a stop goods leave the vehicle before others come in.
    """
    gains = _pairs(case)
    for tour in case.all:
        most = [int(one) for one in case.problem.fleet.capacity[tour.vehicle_type]]
        for trip in tour.trips:
            for halt, load in on_board(case, trip, gains):
                yield from _overload(case, tour, halt, load, most)


def on_board(
    case: ToursCase, trip: tuple[Halt, ...], gains: dict[int, Load] | None = None
) -> Iterator[tuple[Halt, Load]]:
    """Yield every visit of a trip with what is on board as the vehicle leaves it."""
    stops = case.problem.stops
    gains = _pairs(case) if gains is None else gains
    load = [0] * len(case.problem.load)
    for halt in trip:
        if halt.stop >= 0:
            load = _sum(load, stops.deliver[halt.stop].tolist())
    for halt in trip:
        if halt.stop >= 0:
            load = _sum(load, [-one for one in stops.deliver[halt.stop].tolist()])
            load = _sum(load, stops.collect[halt.stop].tolist())
            load = _sum(load, gains.get(halt.stop, [0] * len(load)))
        yield halt, load


def _pairs(case: ToursCase) -> dict[int, Load]:
    """Return what all pairs together add to the load at each of their stops."""
    pairs, gains = case.problem.pairs, dict[int, Load]()
    rows = zip(pairs.pickup.tolist(), pairs.delivery.tolist(), pairs.load.tolist(), strict=True)
    for pickup, delivery, load in rows:
        for stop, change in ((pickup, load), (delivery, [-one for one in load])):
            gains[stop] = _sum(gains.get(stop, [0] * len(load)), change)
    return gains


def _overload(
    case: ToursCase, tour: Tour, halt: Halt, load: Load, most: Load
) -> Iterator[Violation]:
    for name, value, limit in zip(case.problem.load, load, most, strict=True):
        if value > limit:
            words = f"{value} {name} are on board, it holds {limit}"
            yield Violation("load", case.where(tour, halt), words)
        if value < 0:
            words = f"{-value} {name} more leave the vehicle than came in"
            yield Violation("load", case.where(tour, halt), words)


def _sum(first: Load, second: Load) -> Load:
    return [one + other for one, other in zip(first, second, strict=True)]
