"""A routing problem as flat arrays for kernels, and what this engine can state.

Nodes are numbered: stops 0..s-1, then the start and the end of each vehicle type in turn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.routing.engines import OPEN_ENDS, PAIRS, SERVES, needs
from optimizer.travel.legs import leg_table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.routing import RoutingProblem

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

STOPS_MAX = 3_000
"""Up to four tables of 8 bytes for each two stops."""
NEAR = 100
OUT_MEAN, PAIRS_OUT_MEAN, STRING_MAX = 10.0, 20.0, 10.0
"""Stops taken out on average, likewise where there are pairs, and of a string at most."""
KIN = 0.8
"""Share of moves that take out pairs like each other rather than strings."""
NEVER_S = 1e15
"""Stands for no limit: sums of it stay exact enough, and numbers."""


class Model(NamedTuple):
    """Everything that a search only reads; n stops, v vehicle types, k loads, m = n + 2 v nodes.

    way, time : (2, m, m), lengths and seconds, AHEAD from row to column, BACK from column to row.
    node : (5, m), SERVICE, FROM, UNTIL, PENALTY of leaving a stop out (inf = it must be visited; a
    pair's stands at its pickup), IS_DELIVERY (of a pair).
    load : (3, n, k), DELIVER, COLLECT, and PAIRED: taken aboard at a pickup, < 0 at a delivery.
    partner : (n,), the other end of a pair, -1 = none. near : (n, q), other stops, nearest first.
    kin : (n, q), of each pickup, others whose pairs are near at both ends, in place and time.
    rule : (3,), MEAN_OUT, LONGEST, KIN_SHARE, how stops are taken out.
    types : (5, v), FIXED, PER_M, PER_S, DURATION_MAX, CLOCKED (1 where duration matters).
    capacity : (v, k). serves : (v, n).
    """

    way: Floats
    time: Floats
    node: Floats
    load: Floats
    partner: Ints
    near: Ints
    kin: Ints
    rule: Floats
    types: Floats
    capacity: Floats
    serves: NDArray[np.bool_]


AHEAD, BACK = range(2)
SERVICE, FROM, UNTIL, PENALTY, IS_DELIVERY = range(5)
DELIVER, COLLECT, PAIRED = range(3)
MEAN_OUT, LONGEST, KIN_SHARE = range(3)
FIXED, PER_M, PER_S, DURATION_MAX, CLOCKED = range(5)


def can_string(problem: RoutingProblem) -> bool:
    """Return whether this engine states all that the problem asks for."""
    fleet, stops = problem.fleet, problem.stops
    if needs(problem) - {PAIRS, OPEN_ENDS, SERVES} or len(set(fleet.profile)) != 1:
        return False
    delivers = stops.deliver.any(axis=1)
    loads_alike = not fleet.load_s.any() or bool(delivers.all()) or not delivers.any()
    ends = np.concatenate([problem.pairs.pickup, problem.pairs.delivery])
    plain = len(np.unique(ends)) == len(ends) and bool(np.isinf(fleet.length_max_m).all())
    return plain and loads_alike and 2 <= stops.count <= STOPS_MAX


def build_model(problem: RoutingProblem) -> Model:
    """Return the problem for kernels; it is one for which `can_string` holds."""
    fleet, stops, pairs = problem.fleet, problem.stops, problem.pairs
    count = stops.count
    ends = np.where(fleet.end_place < 0, fleet.start_place, fleet.end_place)
    both = np.stack([fleet.start_place, ends], axis=1).ravel()
    place = np.concatenate([stops.place, both]).astype(np.int32)
    time_s, length_m = leg_table(problem.travel[fleet.profile[0]], place)
    time_s = np.minimum(time_s, NEVER_S)
    length_m = np.minimum(length_m, NEVER_S)
    free = count + 1 + 2 * np.flatnonzero(fleet.end_place < 0)
    time_s[:, free] = length_m[:, free] = 0.0
    way = np.stack([length_m, length_m.T])
    partner = np.full(count, -1, dtype=np.int64)
    partner[pairs.pickup], partner[pairs.delivery] = pairs.delivery, pairs.pickup
    return Model(
        way,
        way if np.array_equal(time_s, length_m) else np.stack([time_s, time_s.T]),
        _nodes(problem),
        _loads(problem),
        partner,
        _nearest(_there_and_back(length_m[:count, :count])),
        _kin(problem, length_m),
        _rule(problem),
        _types(problem),
        np.ascontiguousarray(fleet.capacity.astype(np.float64)),
        np.ones((fleet.count, count), dtype=bool) if fleet.serves is None else fleet.serves.copy(),
    )


def _nodes(problem: RoutingProblem) -> Floats:
    fleet, stops = problem.fleet, problem.stops
    node = np.zeros((5, stops.count + 2 * fleet.count))
    delivers = bool(stops.deliver.any())
    node[SERVICE] = np.append(
        stops.service_s, np.stack([fleet.load_s * delivers, 0.0 * fleet.load_s], axis=1).ravel()
    )
    node[FROM] = np.append(stops.from_s, np.repeat(fleet.from_s, 2))
    node[UNTIL] = np.minimum(np.append(stops.until_s, np.repeat(fleet.until_s, 2)), NEVER_S)
    node[PENALTY, : stops.count] = stops.penalty_eur
    for pickup, delivery in zip(problem.pairs.pickup, problem.pairs.delivery, strict=True):
        node[PENALTY, pickup] += node[PENALTY, delivery]  # left out together, told at the pickup
        node[PENALTY, delivery] = 0.0
        node[IS_DELIVERY, delivery] = 1.0
    return node


def _loads(problem: RoutingProblem) -> Floats:
    stops, pairs = problem.stops, problem.pairs
    load = np.zeros((3, stops.count, len(problem.load)))
    load[DELIVER], load[COLLECT] = stops.deliver, stops.collect
    load[PAIRED, pairs.pickup], load[PAIRED, pairs.delivery] = pairs.load, -pairs.load
    used = np.atleast_1d(load.any(axis=(0, 1)))
    used[0] |= not used.any()
    load[:, :, ~used] = 0.0
    return load


def _types(problem: RoutingProblem) -> Floats:
    fleet = problem.fleet
    clocked = np.isfinite(fleet.duration_max_s) | (fleet.eur_per_s != 0.0)
    duration = np.minimum(fleet.duration_max_s, NEVER_S)
    return np.stack([fleet.fixed_eur, fleet.eur_per_m, fleet.eur_per_s, duration, clocked]).astype(
        np.float64
    )


def _rule(problem: RoutingProblem) -> Floats:
    if len(problem.pairs.pickup):
        return np.array([PAIRS_OUT_MEAN, STRING_MAX, KIN])
    return np.array([OUT_MEAN, STRING_MAX, 0.0])


def _there_and_back(way: Floats) -> Floats:
    both = way + way.T
    np.fill_diagonal(both, np.inf)
    return both


def _nearest(table: Floats) -> Ints:
    """Return the columns of the least values of each row, least first, shape (n, q)."""
    size = min(NEAR, len(table) - 1)
    near = np.argpartition(table, size - 1, axis=1)[:, :size]
    order = np.argsort(np.take_along_axis(table, near, axis=1), axis=1, kind="stable")
    return np.ascontiguousarray(np.take_along_axis(near, order, axis=1).astype(np.int64))


def _kin(problem: RoutingProblem, way: Floats) -> Ints:
    """Return pickups by ways between both ends of their pairs and time between their windows."""
    stops, pickup = problem.stops, problem.pairs.pickup
    kin = np.zeros((stops.count, max(min(NEAR, len(pickup) - 1), 0)), dtype=np.int64)
    if len(pickup) < 2:
        return kin
    table = np.zeros((len(pickup), len(pickup)))
    for end in (pickup, problem.pairs.delivery):
        table += _there_and_back(way[np.ix_(end, end)]) / 2.0
        ahead = np.maximum(stops.from_s[end, None] - stops.until_s[None, end], 0.0)
        table += ahead + ahead.T
    kin[pickup] = pickup[_nearest(table)]
    return kin
