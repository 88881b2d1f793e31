"""Problems whose travel changes with the hour, small enough for a look at every order."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.routing import Hourly, Paced, RoutingProblem
from tests.routing.builders import fleet, pairs, stops
from tests.routing.hours.plain import least_cost

if TYPE_CHECKING:
    from optimizer.core.routing import Fleet, Stops, Travel

DAY_S = 1000.0


def problem(travel: Travel, visit: Stops, vehicles: Fleet) -> RoutingProblem:
    """Return a problem with one profile, "van"."""
    places, loads = len(travel.length_m), visit.deliver.shape[1]
    return RoutingProblem(
        name="hours",
        load=tuple(f"load{k}" for k in range(loads)),
        place=tuple(f"p{p}" for p in range(places)),
        lon=np.zeros(places),
        lat=np.zeros(places),
        stops=visit,
        pairs=pairs((), loads),
        fleet=vehicles,
        travel={"van": travel},
    )


def paced(time_s: np.ndarray, pace: list[float], pace_from_s: list[float]) -> Paced:
    """Return travel at a pace; metres are ten times the seconds at pace 1."""
    table = np.array(time_s, dtype=np.int32)
    return Paced(table, 10 * table, np.array(pace), np.array(pace_from_s))


def hourly(corners: dict[tuple[int, int], list[tuple[float, float]]], places: int) -> Hourly:
    """Return travel by corners (departure, arrival); metres are 100 a leg."""
    rows = [corners.get((i, j), []) for i in range(places) for j in range(places)]
    table = np.array([corner for row in rows for corner in row], dtype=float).reshape(-1, 2)
    length = 100 * (1 - np.eye(places, dtype=np.int32))
    first = np.cumsum([0, *(len(row) for row in rows)])
    return Hourly(first, table[:, 0].copy(), table[:, 1].copy(), length.astype(np.int32))


def drawn(seed: int, kind: str, **columns: Any) -> RoutingProblem:
    """Return a drawn problem with five stops, windows, and two vehicles that carry three."""
    rng = np.random.default_rng(seed)
    at = rng.uniform(0, 60, (6, 2))
    time_s = np.rint(np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1))).astype(np.int32)
    if kind == "paced":
        travel: Travel = paced(time_s, [1.0, 0.4, 1.3, 0.6], [0.0, 150.0, 320.0, 600.0])
    else:
        corners = {}
        for i in range(6):
            for j in range(6):
                if i == j:
                    continue
                depart = np.sort(rng.choice(np.arange(0, 900, 20), 9, replace=False)).astype(float)
                arrive = depart + time_s[i, j] * rng.uniform(0.7, 2.5, 9)
                arrive = np.maximum.accumulate(arrive)
                corners[i, j] = list(zip(depart, arrive, strict=True))
        travel = hourly(corners, 6)
    begin = rng.uniform(0, 400, 5)
    visit = stops(
        range(1, 6),
        service_s=rng.integers(0, 20, 5),
        from_s=begin,
        until_s=begin + rng.uniform(60, 500, 5),
        **columns,
    )
    vehicles = fleet(
        capacity=3, count_max=2, until_s=DAY_S, eur_per_s=1.0, eur_per_m=0.02, fixed_eur=25.0
    )
    return problem(travel, visit, vehicles)


def best_of_all(case: RoutingProblem) -> float:
    """Return the least cost of two tours that visit all stops, by looking at every order."""
    count, capacity = case.stops.count, int(case.fleet.capacity[0, 0])
    cost = {(): 0.0}
    for size in range(1, capacity + 1):
        for order in permutations(range(count), size):
            key = tuple(sorted(order))
            cost[key] = min(cost.get(key, np.inf), least_cost(case, order))
    everyone = set(range(count))
    return min(
        cost[left] + cost[tuple(sorted(everyone - set(left)))]
        for left in cost
        if len(everyone) - len(left) <= capacity
    )
