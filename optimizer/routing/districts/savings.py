"""First tours for many stops at once: savings on lists of near stops.

Tours from the depot to one stop each are joined end to end, the pair that saves most first, as long
as the load fits (G. Clarke, J. W. Wright, Operations Research 12 (1964),
doi:10.1287/opre.12.4.568). Only pairs of near stops are looked at, so that time and memory grow
with the number of stops alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.routing import Matrix, Plane, Visit
from optimizer.core.tour_order import TourOrder
from optimizer.travel.legs import lengths

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.routing import RoutingProblem

NEAR = 40


def can_save(problem: RoutingProblem) -> bool:
    """Return whether tours of this problem are bounded by loads and numbers of vehicles alone."""
    stops, fleet = problem.stops, problem.fleet
    free = [
        stops.from_s <= 0.0,
        np.isinf(stops.until_s),
        stops.released_s <= 0.0,
        np.isinf(stops.penalty_eur),
        fleet.start_place == fleet.end_place,
        np.isinf(fleet.until_s),
        np.isinf(fleet.duration_max_s),
        np.isinf(fleet.length_max_m),
        fleet.break_s <= 0.0,
        fleet.eur_per_m > 0.0,
    ]
    steady = all(isinstance(travel, Matrix | Plane) for travel in problem.travel.values())
    plain = not len(problem.pairs.pickup) and fleet.serves is None and steady
    return plain and all(bool(np.all(column)) for column in free)


def savings_orders(problem: RoutingProblem) -> list[TourOrder] | None:
    """Return tours, or None where vehicles are too few or too small for what is found.

    Each stop is served from the depot that is nearest by length; a depot's tours are driven by its
    type of vehicle that holds most.
    """
    fleet, stops = problem.fleet, problem.stops
    depots = np.unique(fleet.start_place)
    types = [_largest(problem, int(depot)) for depot in depots]
    out = np.array(
        [
            _legs(problem, v, np.full(stops.count, d), stops.place)
            for v, d in zip(types, depots, strict=True)
        ]
    )
    chosen = out.argmin(axis=0)
    orders: list[TourOrder] = []
    for rank, v in enumerate(types):
        mine = np.flatnonzero(chosen == rank).astype(np.int32)
        found = _joined(problem, v, mine)
        if found is None or len(found) > fleet.count_max[v]:
            return None
        orders += [TourOrder(v, (int(Visit.STOP),) * len(tour), tuple(tour)) for tour in found]
    return orders


def _largest(problem: RoutingProblem, depot: int) -> int:
    fleet = problem.fleet
    here = np.flatnonzero(fleet.start_place == depot)
    return int(here[fleet.capacity[here].min(axis=1).argmax()])


def _legs(
    problem: RoutingProblem, v: int, origin: NDArray[np.int32], target: NDArray[np.int32]
) -> NDArray[np.float64]:
    """Return lengths, inf where there is no way."""
    way = lengths(problem.travel[problem.fleet.profile[v]], origin, target)
    return np.where(way < 0.0, np.inf, way)


class Pairs(NamedTuple):
    """Pairs of near stops (positions), the one that saves most first."""

    tail: NDArray[np.int32]
    head: NDArray[np.int32]


def _joined(problem: RoutingProblem, v: int, mine: NDArray[np.int32]) -> list[list[int]] | None:
    """Return tours as lists of stops, or None where a stop does not fit into a vehicle."""
    stops, capacity = problem.stops, problem.fleet.capacity[v]
    load = np.concatenate([stops.deliver[mine], stops.collect[mine]], axis=1)
    room = np.concatenate([capacity, capacity])
    if np.any(load > room):
        return None
    symmetric = isinstance(problem.travel[problem.fleet.profile[v]], Plane)
    joining = _Joining(load[:, load.any(axis=0)].tolist(), room[load.any(axis=0)].tolist())
    pairs = _pairs(problem, v, mine)
    for tail, head in zip(pairs.tail.tolist(), pairs.head.tolist(), strict=True):
        joining.join(tail, head, symmetric=symmetric)
    return [mine[tour].tolist() for tour in joining.tours if tour]


class _Joining:
    """Tours that grow; positions are those of the stops of one depot."""

    def __init__(self, loads: list[list[int]], room: list[int]) -> None:
        self.tours = [[position] for position in range(len(loads))]
        self._tour_of = list(range(len(loads)))
        self._loads, self._room = loads, room

    def join(self, tail: int, head: int, *, symmetric: bool) -> None:
        """Drive from the end of one tour, `tail`, to the begin of another, `head`, if they fit."""
        one, two = self._tour_of[tail], self._tour_of[head]
        if one == two:
            return
        first, second = self.tours[one], self.tours[two]
        ends = (first[0], first[-1]) if symmetric else (first[-1],)
        if tail not in ends or head not in ((second[0], second[-1]) if symmetric else second[:1]):
            return
        both = [a + b for a, b in zip(self._loads[one], self._loads[two], strict=True)]
        if any(load > room for load, room in zip(both, self._room, strict=True)):
            return
        if first[-1] != tail:
            first.reverse()
        if second[0] != head:
            second.reverse()
        first += second
        for position in second:
            self._tour_of[position] = one
        self.tours[two], self._loads[one] = [], both


def _pairs(problem: RoutingProblem, v: int, mine: NDArray[np.int32]) -> Pairs:
    """Return near pairs that save anything, in order."""
    from scipy.spatial import cKDTree

    place = problem.stops.place[mine]
    spot = np.stack([problem.lon[place], problem.lat[place]], axis=1)
    near = min(NEAR, len(mine) - 1)
    if near < 1:
        none = np.zeros(0, dtype=np.int32)
        return Pairs(none, none)
    head = cKDTree(spot).query(spot, near + 1)[1].ravel().astype(np.int32)
    tail = np.repeat(np.arange(len(mine), dtype=np.int32), near + 1)
    keep = tail != head
    tail, head = tail[keep], head[keep]
    depot = np.full(len(mine), problem.fleet.start_place[v])
    out, back = _legs(problem, v, depot, place), _legs(problem, v, place, depot)
    saved = back[tail] + out[head] - _legs(problem, v, place[tail], place[head])
    good = np.flatnonzero(saved > 0.0)
    good = good[np.argsort(-saved[good], kind="stable")]
    return Pairs(tail[good], head[good])
