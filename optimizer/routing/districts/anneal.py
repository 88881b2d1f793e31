"""A district by ruin and recreate: what it can plan, and how long at which temperature."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.routing import Visit
from optimizer.core.tour_order import TourOrder
from optimizer.routing.districts.savings import can_save
from optimizer.travel.legs import leg_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from optimizer.core.limits import Cancel, Limits
    from optimizer.core.routing import RoutingProblem

NEAR = 30
SPARE_TOURS = 5
FEWEST_STOPS = 3
CHUNK = 2_000
MOVES_PER_WORK = 20
"""Moves in a unit of work, about a millisecond."""


class Heat(NamedTuple):
    """Temperature at the begin and at the end, in mean lengths to the nearest stop."""

    begin: float
    end: float


def can_anneal(problem: RoutingProblem) -> bool:
    """Return whether one load and the number of vehicles are all that bounds tours, of one type."""
    fleet, stops = problem.fleet, problem.stops
    loads = (stops.deliver.any(axis=0) | stops.collect.any(axis=0)).sum()
    one_way = not (stops.deliver.any() and stops.collect.any())
    plain = fleet.count == 1 and not any(fleet.reload_places) and bool(loads <= 1) and one_way
    return plain and can_save(problem)


def annealed(
    problem: RoutingProblem,
    orders: Sequence[TourOrder],
    limits: Limits,
    heat: Heat,
    cancel: Cancel | None = None,
) -> tuple[list[TourOrder], float]:
    """Return tours as they stand after annealing (not always better), and moves in units of work.

    Parameters
    ----------
    problem
        Of one district; tours visit all of its stops.
    """
    from optimizer.routing.districts.ruin import anneal

    count = problem.stops.count
    if count < FEWEST_STOPS:
        return list(orders), 1.0
    way = _costs(problem)
    near = _near(way, count)
    demand = (problem.stops.deliver + problem.stops.collect).sum(axis=1)
    capacity = int(_capacity(problem))
    link, tour, load = _rings(problem, orders, demand)
    nearest = way[np.arange(count), near[:, 0]]
    edge = max(float(nearest[np.isfinite(nearest)].sum()) / count, 1e-6)
    begin = time.monotonic()
    moves = 0
    while True:
        share = _share(limits, moves, time.monotonic() - begin)
        if share >= 1.0 or (cancel is not None and cancel.cancelled):
            break
        hot = edge * heat.begin * (heat.end / heat.begin) ** share
        seed = limits.seed + moves
        anneal(way, demand, capacity, near, link, tour, load, hot, CHUNK, seed)
        moves += CHUNK
    return _orders(link, count), moves / MOVES_PER_WORK


def compile_kernel() -> None:
    """Compile the kernel, or read it from where it is kept."""
    from optimizer.routing.districts.ruin import anneal

    way, one = np.zeros((3, 3), dtype=np.float32), np.ones(2, dtype=np.int64)
    near = np.array([[1], [0]], dtype=np.int32)
    link = np.array([[2, 0, 1], [1, 2, 0]], dtype=np.int32)
    load = np.array([2], dtype=np.int64)
    anneal(way, one, 2, near, link, np.zeros(3, dtype=np.int32), load, 1.0, 1, 0)


def _share(limits: Limits, moves: int, seconds: float) -> float:
    if limits.work is not None:
        return moves / (limits.work * MOVES_PER_WORK)
    return seconds / max(limits.time_s or math.inf, 1e-9)


def _costs(problem: RoutingProblem) -> NDArray[np.float32]:
    """Return EUR between stops, the depot last; half of what a tour costs at each end of it."""
    fleet, stops = problem.fleet, problem.stops
    place = np.append(stops.place, fleet.start_place[0]).astype(np.int32)
    time_s, length_m = leg_table(problem.travel[fleet.profile[0]], place)
    cost = fleet.eur_per_m[0] * length_m
    if fleet.eur_per_s[0]:
        cost = cost + fleet.eur_per_s[0] * time_s
    way: NDArray[np.float32] = cost.astype(np.float32)
    fixed = (fleet.fixed_eur[0] + fleet.eur_per_s[0] * fleet.load_s[0]) / 2.0
    way[-1, :-1] += fixed
    way[:-1, -1] += fixed
    way[-1, -1] = 0.0
    return way


def _near(way: NDArray[np.float32], count: int) -> NDArray[np.int32]:
    """Return the nearest stops of each, shape (n, k), nearest first."""
    table = way[:count, :count] + way[:count, :count].T
    np.fill_diagonal(table, np.inf)
    size = min(NEAR, count - 1)
    near = np.argpartition(table, size - 1, axis=1)[:, :size]
    away = np.take_along_axis(table, near, axis=1)
    order = np.argsort(away, axis=1, kind="stable")
    return np.take_along_axis(near, order, axis=1).astype(np.int32)


def _capacity(problem: RoutingProblem) -> int:
    loads = problem.stops.deliver.any(axis=0) | problem.stops.collect.any(axis=0)
    capacity = problem.fleet.capacity[0][loads]
    return int(capacity.min()) if len(capacity) else 0


def _rings(
    problem: RoutingProblem, orders: Sequence[TourOrder], demand: NDArray[np.int64]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
    """Return tours as rings through the depot: link, tour, load (see `ruin`)."""
    count = problem.stops.count
    tours = min(int(problem.fleet.count_max[0]), len(orders) + SPARE_TOURS)
    link = np.tile(np.arange(count + tours, dtype=np.int32), (2, 1))
    tour = np.empty(count + tours, dtype=np.int32)
    load = np.zeros(tours, dtype=np.int64)
    for r in range(tours):
        stops = list(orders[r].target) if r < len(orders) else []
        ring = np.array([count + r, *stops], dtype=np.int32)
        link[1, ring] = np.roll(ring, -1)
        link[0, ring] = np.roll(ring, 1)
        tour[ring] = r
        load[r] = demand[stops].sum()
    return link, tour, load


def _orders(link: NDArray[np.int32], count: int) -> list[TourOrder]:
    behind = link[1].tolist()
    orders = []
    for start in range(count, len(behind)):
        stops, node = [], behind[start]
        while node != start:
            stops.append(node)
            node = behind[node]
        if stops:
            orders.append(TourOrder(0, (int(Visit.STOP),) * len(stops), tuple(stops)))
    return orders
