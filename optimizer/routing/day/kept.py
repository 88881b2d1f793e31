"""Tours that hold, with their times, and what is left of those that do not."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.routing import Visit
from optimizer.core.tour_order import TourOrder, order_of
from optimizer.routing.schedule import Timed, as_tours, timed_tour

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from optimizer.core.routing import RoutingProblem, Tours
    from optimizer.routing.day.parts import Part


class Kept(NamedTuple):
    """Tours that keep every window, with their times, and the stops of those that do not."""

    orders: list[TourOrder]
    times: list[Timed]
    lost: list[int]

    def tours(self) -> Tours:
        """Return the tours as they are timed."""
        return as_tours([order.vehicle_type for order in self.orders], self.times)

    def add(self, other: Kept) -> None:
        """Take in what others keep; what they lose is theirs."""
        self.orders.extend(other.orders)
        self.times.extend(other.times)

    def visited(self) -> set[int]:
        """Return the stops that are visited."""
        return {stop for times in self.times for stop in times.stop if stop >= 0}

    def without(self, stops: Iterable[int]) -> tuple[Kept, set[int]]:
        """Return the tours to none of some stops, and the stops of the other tours."""
        gone, stay, freed = set(stops), Kept([], [], []), set[int]()
        for order, times in zip(self.orders, self.times, strict=True):
            here = {stop for stop in times.stop if stop >= 0}
            if gone & here:
                freed |= here
            else:
                stay.orders.append(order)
                stay.times.append(times)
        return stay, freed


def joined(parts: Iterable[Kept]) -> Kept:
    """Return all of several in one."""
    whole = Kept([], [], [])
    for part in parts:
        whole.add(part)
    return whole


def kept(problem: RoutingProblem, orders: Sequence[TourOrder]) -> Kept:
    """Time each tour by itself."""
    found = Kept([], [], [])
    for order in orders:
        tour = timed_tour(problem, order)
        if tour is None:
            pairs = zip(order.kind, order.target, strict=True)
            found.lost.extend(stop for kind, stop in pairs if kind == Visit.STOP)
        else:
            found.orders.append(order)
            found.times.append(tour)
    found.lost.sort()
    return found


def as_kept(tours: Tours) -> Kept:
    """Return tours with the times that they have."""
    times = []
    for rank in range(tours.count):
        rows = slice(int(tours.first[rank]), int(tours.first[rank + 1]))
        columns = (tours.kind, tours.stop, tours.place, tours.arrive_s, tours.begin_s)
        times.append(Timed(*(column[rows].tolist() for column in (*columns, tours.leave_s))))
    return Kept(order_of(tours), times, [])


def in_whole(part: Part, found: Kept) -> Kept:
    """Return tours of a part in the numbers of the whole problem."""
    times = [
        one._replace(
            stop=[int(part.stop[stop]) if stop >= 0 else -1 for stop in one.stop],
            place=[int(part.place[place]) for place in one.place],
        )
        for one in found.times
    ]
    lost = [int(part.stop[stop]) for stop in found.lost]
    return Kept(part.whole(found.orders), times, lost)


def as_rows(stops: Iterable[int]) -> NDArray[np.int64]:
    """Return stops as an array of indices."""
    return np.array(sorted(stops), dtype=np.int64)
