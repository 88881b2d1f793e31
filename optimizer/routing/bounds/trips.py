"""A routing problem, relaxed to trips: whatever tours it has, their trips cost at least this.

A trip leaves a place where its vehicle is loaded (start or reload), visits stops, and ends where
the vehicle is loaded again or where its tour ends. Every tour falls into trips, at most one more
than its reloads. What a trip of type v costs is at least

    fixed[v] + out[v, first] + sum cost[v, stop, next stop] + back[v, last]

fixed  the tour's fixed cost over its largest number of trips, and loading, where all stops deliver
cost   driving at the best pace of the shift, and service at the next stop; no waiting, no breaks
out    the same from the nearest place of loading;  back  to the nearest place of loading or the end

and its load is at most capacity[v]. Windows, shifts, the order of pickup and delivery, and how many
vehicles there are, are left aside: all of that can only make tours dearer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.frozen import Frozen
from optimizer.core.routing import Paced
from optimizer.travel.legs import leg_table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.routing import RoutingProblem, Travel

    Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Trips(Frozen):
    """v vehicle types, n stops; EUR, inf where a type may not go.

    cost : (v, n, n), diagonal inf. out, back : (v, n). fixed : (v,). load : int64, (n,), in one of
    the loads, the scarcest; all 0 where nothing is scarce. capacity : int64, (v,). penalty_eur :
    (n,). trips_min : least number of trips.
    """

    cost: Floats
    out: Floats
    back: Floats
    fixed: Floats
    load: NDArray[np.int64]
    capacity: NDArray[np.int64]
    penalty_eur: Floats
    trips_min: int

    @property
    def count(self) -> int:
        """Number of stops."""
        return len(self.load)


def trips_of(problem: RoutingProblem) -> Trips:
    """Relax a routing problem to trips; see the head of this file."""
    stops, fleet = problem.stops, problem.fleet
    n, types = stops.count, fleet.count
    cost, out, back = np.zeros((types, n, n)), np.zeros((types, n)), np.zeros((types, n))
    delivers = bool(n) and bool((stops.deliver > 0).any(axis=1).all())
    fixed = fleet.fixed_eur / (fleet.reloads_max + 1.0)
    if delivers:
        fixed = fixed + fleet.eur_per_s * fleet.load_s
    for kind in range(types):
        loading = [int(fleet.start_place[kind]), *fleet.reload_places[kind]]
        ending = [int(fleet.end_place[kind]), *fleet.reload_places[kind]]
        places = np.concatenate([stops.place, loading, [max(p, 0) for p in ending]])
        hours = float(fleet.from_s[kind]), float(fleet.until_s[kind])
        travel = problem.travel[fleet.profile[kind]]
        time_s, length_m = quickest(travel, places.astype(np.int32), hours)
        way = fleet.eur_per_s[kind] * time_s + fleet.eur_per_m[kind] * length_m
        way = np.where(np.isfinite(time_s), way, np.inf)
        way[:, :n] += fleet.eur_per_s[kind] * stops.service_s
        first = n + len(loading)
        cost[kind], out[kind] = way[:n, :n], way[n:first, :n].min(axis=0)
        back[kind] = 0.0 if -1 in ending else way[:n, first:].min(axis=1)
        if fleet.serves is not None:
            closed = ~fleet.serves[kind]
            cost[kind, closed], cost[kind, :, closed] = np.inf, np.inf
            out[kind, closed], back[kind, closed] = np.inf, np.inf
        np.fill_diagonal(cost[kind], np.inf)
    load, capacity = _scarcest(problem)
    needed = int(load[np.isinf(stops.penalty_eur)].sum())
    least = int(np.isinf(stops.penalty_eur).any())
    trips_min = max(-(-needed // max(int(capacity.max()), 1)), least) if types else 0
    return Trips(cost, out, back, fixed, load, capacity, stops.penalty_eur, trips_min)


def quickest(
    travel: Travel, places: NDArray[np.int32], hours: tuple[float, float]
) -> tuple[Floats, Floats]:
    """Return the least seconds, at the best of these hours, and the metres between places."""
    time_s, length_m = leg_table(travel, places)
    if isinstance(travel, Paced):
        ends = np.append(travel.pace_from_s[1:], np.inf)
        during = (travel.pace_from_s < hours[1]) & (ends > hours[0])
        time_s = time_s / travel.pace[during].max(initial=travel.pace.min())
    return time_s, length_m


def _scarcest(problem: RoutingProblem) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the load that needs most trips, delivered or collected, with its capacities."""
    stops, capacity = problem.stops, problem.fleet.capacity
    best = np.zeros(stops.count, dtype=np.int64), np.ones(problem.fleet.count, dtype=np.int64)
    most = 0.0
    for kind in range(len(problem.load)):
        room = capacity[:, kind]
        for amount in (stops.deliver[:, kind], stops.collect[:, kind]):
            trips = amount.sum() / max(int(room.max()), 1) if len(room) else 0.0
            if trips > most:
                most, best = trips, (amount, room)
    load, room = best
    shared = int(np.gcd.reduce(load)) if most > 0.0 else 1
    return load // shared, room // shared
