"""Districts: groups of neighbouring tours, other ones in each round, so that no border stays.

A sweep in a direction drawn anew takes the outermost stop that is left and the tours of the stops
around it, until the district is full. Cf. A. Santini, M. Schneider, T. Vidal, D. Vigo,
Decomposition strategies for vehicle routing heuristics, INFORMS J. Computing 35 (2023),
doi:10.1287/ijoc.2022.0048, and E. D. Taillard, S. Voss, POPMUSIC (2002),
doi:10.1007/978-1-4615-1507-4_27.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.routing import Plane, Visit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from optimizer.core.routing import RoutingProblem
    from optimizer.core.tour_order import TourOrder

LEAST_SHARE = 0.4
"""Of a full district; what is smaller joins its neighbour."""


class District(NamedTuple):
    """Tours (ranks), and the stops of the district: theirs, and those that nobody visits yet."""

    tours: list[int]
    stop: NDArray[np.int32]


def spots(problem: RoutingProblem) -> NDArray[np.float64]:
    """Return where stops lie, shape (s, 2), alike in both directions."""
    place = problem.stops.place
    x, y = problem.lon[place].astype(np.float64), problem.lat[place].astype(np.float64)
    if not all(isinstance(travel, Plane) for travel in problem.travel.values()) and len(y):
        x = x * np.cos(np.radians(np.clip(y.mean(), -89.0, 89.0)))
    return np.stack([x, y], axis=1)


def stops_of(order: TourOrder) -> list[int]:
    """Return the stops of a tour."""
    return [
        target for kind, target in zip(order.kind, order.target, strict=True) if kind == Visit.STOP
    ]


def districts(
    problem: RoutingProblem,
    orders: Sequence[TourOrder],
    spot: NDArray[np.float64],
    size: int,
    rng: np.random.Generator,
) -> list[District]:
    """Return disjoint districts of about `size` stops; every stop belongs to one.

    Stops that no tour visits count as tours of their own; the ends of a pair stay together.
    """
    bundles = [stops_of(order) for order in orders] + _loose(problem, orders)
    bundle = np.empty(problem.stops.count, dtype=np.int32)
    for rank, members in enumerate(bundles):
        bundle[members] = rank
    length = np.array([len(members) for members in bundles])
    turn = rng.uniform(0.0, 2.0 * np.pi)
    outermost = np.argsort(spot @ [np.cos(turn), np.sin(turn)], kind="stable")
    district = np.full(len(bundles), -1, dtype=np.int32)
    groups: list[list[int]] = []
    for seed in outermost.tolist():
        if district[bundle[seed]] >= 0:
            continue
        free = np.flatnonzero(district[bundle] < 0)
        group = _around(spot, seed, free, bundle, length, size)
        near = _neighbour(spot, seed, district[bundle])
        if near >= 0 and length[group].sum() < LEAST_SHARE * size:
            district[group] = near
            groups[near] += group
            continue
        district[group] = len(groups)
        groups.append(group)
    return [
        District(
            [rank for rank in group if rank < len(orders)],
            np.concatenate([bundles[rank] for rank in group]).astype(np.int32),
        )
        for group in groups
    ]


def _around(
    spot: NDArray[np.float64],
    seed: int,
    free: NDArray[np.int64],
    bundle: NDArray[np.int32],
    length: NDArray[np.int64],
    size: int,
) -> list[int]:
    """Return the bundles of the stops nearest to a stop, until they have `size` stops."""
    away = np.square(spot[free] - spot[seed]).sum(axis=1)
    if len(free) > 2 * size:  # a bundle has a stop at least, so that no more are needed
        nearest = np.argpartition(away, size)[: size + 1]
        free, away = free[nearest], away[nearest]
    chosen: dict[int, None] = {}
    total = 0
    for stop in free[np.argsort(away, kind="stable")].tolist():
        rank = int(bundle[stop])
        if rank in chosen:
            continue
        if total >= size:
            break
        chosen[rank] = None
        total += int(length[rank])
    return list(chosen)


def _neighbour(spot: NDArray[np.float64], seed: int, district: NDArray[np.int32]) -> int:
    """Return the district of the stop nearest to a stop, -1 where there is none yet."""
    taken = np.flatnonzero(district >= 0)
    if not len(taken):
        return -1
    away = np.square(spot[taken] - spot[seed]).sum(axis=1)
    return int(district[taken[away.argmin()]])


def _loose(problem: RoutingProblem, orders: Sequence[TourOrder]) -> list[list[int]]:
    """Return the stops that no tour visits, the ends of a pair together."""
    left = np.ones(problem.stops.count, dtype=bool)
    for order in orders:
        left[stops_of(order)] = False
    pairs = zip(problem.pairs.pickup.tolist(), problem.pairs.delivery.tolist(), strict=True)
    bound = [[pickup, delivery] for pickup, delivery in pairs if left[pickup]]
    left[problem.pairs.pickup] = left[problem.pairs.delivery] = False
    return bound + [[stop] for stop in np.flatnonzero(left).tolist()]


def vehicles_of(
    problem: RoutingProblem, orders: Sequence[TourOrder], chosen: Sequence[District]
) -> list[NDArray[np.int32]]:
    """Return vehicles of each type for each district: what its tours use, and a share of the rest.

    The rest goes by how many stops of a district nobody visits yet, and by its stops.
    """
    fleet = problem.fleet
    kinds = np.array([order.vehicle_type for order in orders], dtype=np.int64)
    used = [np.bincount(kinds[item.tours], minlength=fleet.count) for item in chosen]
    spare = fleet.count_max - np.bincount(kinds, minlength=fleet.count)
    visited = np.zeros(problem.stops.count, dtype=bool)
    for order in orders:
        visited[stops_of(order)] = True
    loose = np.array([np.count_nonzero(~visited[item.stop]) for item in chosen], dtype=np.float64)
    every = np.array([len(item.stop) for item in chosen], dtype=np.float64)
    weight = loose if loose.any() else every
    edge = np.concatenate([[0.0], np.cumsum(weight)]) / max(weight.sum(), 1.0)
    shares = np.diff(np.floor(edge[:, None] * spare + 1e-9).astype(np.int64), axis=0)
    return [(mine + share).astype(np.int32) for mine, share in zip(used, shares, strict=True)]
