"""Prices of stops that no trip exceeds, raised by subgradient steps.

For any credits c_i per unit and any price m >= 0 on trips, let for each stop i

    rest_i = least over q-routes R through i of (cost(R) - m - sum of amount * c) / amount(R)
    price_i = load_i * (c_i + rest_i)

Then the prices of the stops of any trip add up to at most its cost - m: each stop of trip T has
rest_i <= (cost(T) - m - credits(T)) / load(T), and the loads add up to load(T). Hence

    cost of all tours >= sum_i min(price_i, penalty_i) + m * least number of trips

for stops that are visited at their price, others at their penalty (Baldacci, Christofides,
Mingozzi 2008, DOI 10.1007/s10107-007-0178-5). With several vehicle types rest_i is the least over
all of them. The bound is concave in (c, m): subgradient steps raise it towards the optimum of the
linear programme over all q-routes, and every value on the way is valid.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.frozen import Frozen
from optimizer.routing.bounds.qroutes import cheapest_through, make_walks, visits_through, walk

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.limits import Budget
    from optimizer.routing.bounds.qroutes import Walks
    from optimizer.routing.bounds.trips import Trips

    Floats = NDArray[np.float64]

PATIENCE = 10
STEP_MIN = 1e-4


@dataclass(frozen=True, eq=False)
class Prices(Frozen):
    """Valid prices: no trip costs less than trip_eur + the prices of its stops.

    stop_eur : (n,). trip_eur : m. value : the bound that they prove.
    """

    stop_eur: Floats
    trip_eur: float
    value: float


class _Room:
    """Tables that all steps use again."""

    def __init__(self, trips: Trips) -> None:
        self.walks: list[tuple[Walks, Walks]] = []
        for kind in range(len(trips.fixed)):
            capacity = int(min(trips.capacity[kind], trips.load.sum()))
            ahead = make_walks(trips.count, capacity)
            same = np.array_equal(trips.cost[kind], trips.cost[kind].T)
            same &= np.array_equal(trips.out[kind], trips.back[kind])
            behind = ahead if same else make_walks(trips.count, capacity)
            self.walks.append((ahead, behind))
        self.reverse = [np.ascontiguousarray(table.T) for table in trips.cost]
        self.limits = np.stack([trips.load, trips.load])


def raise_prices(trips: Trips, steps: int, budget: Budget | None = None) -> Prices:
    """Raise the prices of stops; every stop needs a load above 0 (see `carried`)."""
    room = _Room(trips)
    nearest = np.minimum(trips.cost.min(axis=0).min(axis=0), trips.out.min(axis=0))
    credit = np.where(np.isfinite(nearest), nearest, 0.0) / trips.load
    per_trip, reach = 0.0, 1.0
    best = Prices(np.zeros(trips.count), 0.0, -np.inf)
    kept, stale = (credit, per_trip), 0
    # two sweeps of n * n ways for each amount, each some nanoseconds
    work = trips.count**2 * float(np.minimum(trips.capacity, trips.load.sum()).sum()) * 3e-6
    for _ in range(steps):
        if budget is not None:
            budget.spend(work)
        found, slope, slope_trip = _evaluate(trips, room, credit, per_trip)
        if found.value > best.value:
            better = found.value > best.value + 1e-4 * abs(best.value)
            best, kept, stale = found, (credit, per_trip), 0 if better else stale + 1
        else:
            stale += 1
        if stale >= PATIENCE:
            reach, stale = reach / 2.0, 0
            (credit, per_trip) = kept
            if reach < STEP_MIN:
                break
            continue
        steep = float(slope @ slope) + slope_trip * slope_trip
        done = steep < 1e-12 or not np.isfinite(best.value)
        if done or (budget is not None and budget.stop_reason() is not None):
            break
        far = reach * 0.05 * max(abs(best.value), 1e-9) / steep
        credit = credit + far * slope / trips.load
        per_trip = max(per_trip + far * slope_trip, 0.0)
    return best


def _evaluate(
    trips: Trips, room: _Room, credit: Floats, per_trip: float
) -> tuple[Prices, Floats, float]:
    """Return the prices under these credits, and the slope of their bound."""
    count = trips.count
    rest = np.full(count, np.inf)
    chosen = np.full(count, -1)
    ways = []
    for kind, (ahead, behind) in enumerate(room.walks):
        walk(trips.cost[kind], trips.out[kind], credit, room.limits, ahead)
        if behind is not ahead:
            walk(room.reverse[kind], trips.back[kind], credit, room.limits, behind)
        before, way = rest.copy(), np.zeros((count, 4), dtype=np.int64)
        cheapest_through(ahead, behind, float(trips.fixed[kind]) - per_trip, rest, way)
        chosen[rest < before] = kind
        ways.append(way)
    stop_eur = trips.load * (credit + rest)
    paid = stop_eur < trips.penalty_eur
    value = float(np.minimum(stop_eur, trips.penalty_eur).sum()) + per_trip * trips.trips_min
    visits, number = np.zeros(count), 0.0
    for kind, (ahead, behind) in enumerate(room.walks):
        share = np.where(paid & (chosen == kind), trips.load, 0.0).astype(np.float64)
        number += visits_through(ahead, behind, ways[kind], share, visits)
    slope = paid - visits / trips.load
    return Prices(stop_eur, per_trip, value), slope, trips.trips_min - number


def carried(trips: Trips) -> tuple[Trips, NDArray[np.bool_]]:
    """Return the trips of the stops with a load, and which stops those are.

    Ways may then pass through the others free of service: costs are the cheapest over them.
    """
    kept = trips.load > 0
    if kept.all():
        return trips, kept
    cost, out, back = trips.cost.copy(), trips.out.copy(), trips.back.copy()
    for stop in np.flatnonzero(~kept):
        out = np.minimum(out, out[:, [stop]] + cost[:, stop, :])
        back = np.minimum(back, cost[:, :, stop] + back[:, [stop]])
        cost = np.minimum(cost, cost[:, :, [stop]] + cost[:, [stop], :])
    count = int(kept.sum())
    cost = cost[:, kept][:, :, kept]
    cost[:, np.arange(count), np.arange(count)] = np.inf
    small = trips.replace(
        cost=np.ascontiguousarray(cost),
        out=np.ascontiguousarray(out[:, kept]),
        back=np.ascontiguousarray(back[:, kept]),
        load=trips.load[kept],
        penalty_eur=trips.penalty_eur[kept],
    )
    return small, kept
