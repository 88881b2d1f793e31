"""A routing problem as flat arrays for kernels, and what this engine cannot state.

Nodes are numbered: stops 0..s-1; then room for reloads, m to a slot; then the start of each slot;
then its end. A slot is a place for one tour, of a fixed vehicle type.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.routing import Plane
from optimizer.travel.hourly_legs import AFTER_PACES_S, DEPART, EDGE, Legs, build_legs
from optimizer.travel.legs import leg_table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.routing import RoutingProblem

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

NEAR_MAX = 400  # neighbours that a ruin looks at, of each stop
SLOTS_MAX = 2000  # tours at once,
CELLS_MAX = 8_000_000  # and stops times tours: each keeps a price of 32 bytes
WEEK_S = 604_800.0  # no tour is longer


class Visited(NamedTuple):
    """Stops, indices as in `Stops`.

    load : DELIVER and COLLECT, (2, s, k). figure : s and EUR, (5, s); PENALTY of leaving a stop out
    is finite. near (s, q) : other stops, nearest first.
    """

    load: Ints
    figure: Floats
    near: Ints


DELIVER, COLLECT = range(2)
SERVICE, BEGIN_FROM, BEGIN_UNTIL, RELEASED, PENALTY = range(5)


class Types(NamedTuple):
    """Vehicle types, indices as in `Fleet`.

    whole : (6, v). figure : s, m and EUR, (9, v). capacity (v, k). serves (v, s). reload_place :
    type v has TYPE_RELOAD_FIRST up to, not including, TYPE_RELOAD_LAST of them.
    """

    whole: Ints
    figure: Floats
    capacity: Ints
    serves: NDArray[np.bool_]
    reload_place: Ints


TYPE_PROFILE, TYPE_START, TYPE_END, TYPE_RELOAD_FIRST, TYPE_RELOAD_LAST, TYPE_RELOADS_MAX = range(6)
TYPE_BEGIN_FROM, TYPE_END_UNTIL, TYPE_DURATION_MAX, TYPE_LENGTH_MAX, TYPE_FIXED = range(5)
TYPE_PER_S, TYPE_PER_M, TYPE_LOAD_S, CALM = range(5, 9)
"""From CALM on neither windows nor travel times change; the same for all types."""


class Model(NamedTuple):
    """Everything that a search only reads.

    type_of (r,) : of each slot. size : stops, slots, reload nodes to a slot, loads, nodes.
    """

    legs: Legs
    stops: Visited
    types: Types
    type_of: Ints
    size: Ints


STOPS, SLOTS, RELOADS, LOADS, NODES = range(5)


def refused(problem: RoutingProblem) -> tuple[str, ...]:
    """Return what the problem asks for and this engine cannot state; () = it can."""
    fleet = problem.fleet
    asked = {
        "pairs": len(problem.pairs.pickup) > 0,
        "travel in the plane": any(
            isinstance(problem.travel[profile], Plane) for profile in fleet.profile
        ),
    }
    return tuple(name for name, asks in asked.items() if asks)


def build_model(problem: RoutingProblem) -> Model:
    """Return the problem for kernels.

    Parameters
    ----------
    problem
        One for which `refused` is empty.
    """
    fleet, stops = problem.fleet, problem.stops
    profiles = sorted(set(fleet.profile))
    legs = build_legs([problem.travel[profile] for profile in profiles])
    slots = np.minimum(fleet.count_max.astype(np.int64), stops.count)
    most = min(SLOTS_MAX, CELLS_MAX // max(stops.count, 1))
    while slots.sum() > max(most, fleet.count):
        slots = np.maximum(slots // 2, 1)
    type_of = np.repeat(np.arange(fleet.count), slots)
    reloads_max = np.where(
        [len(places) > 0 for places in fleet.reload_places], fleet.reloads_max, 0
    )
    spare = int(min(reloads_max.max(initial=0), stops.count))
    sizes = [stops.count, len(type_of), spare, len(problem.load)]
    nodes = stops.count + len(type_of) * (spare + 2)
    return Model(
        legs,
        _visited(problem, legs),
        _types(problem, legs, profiles, np.minimum(reloads_max, spare)),
        type_of.astype(np.int64),
        np.array([*sizes, nodes], dtype=np.int64),
    )


def _visited(problem: RoutingProblem, legs: Legs) -> Visited:
    stops = problem.stops
    penalty = np.where(np.isinf(stops.penalty_eur), _beyond(problem, legs), stops.penalty_eur)
    figures = (stops.service_s, stops.from_s, stops.until_s, stops.released_s, penalty)
    return Visited(
        np.stack([stops.deliver, stops.collect]).astype(np.int64),
        np.stack(figures).astype(np.float64),
        _near(problem),
    )


def _types(problem: RoutingProblem, legs: Legs, profiles: list[str], reloads_max: Ints) -> Types:
    fleet = problem.fleet
    counts = [len(places) for places in fleet.reload_places]
    last = np.cumsum(counts)
    profile = [profiles.index(name) for name in fleet.profile]
    whole = (profile, fleet.start_place, fleet.end_place, last - counts, last, reloads_max)
    figures = (
        fleet.from_s,
        fleet.until_s,
        fleet.duration_max_s,
        fleet.length_max_m,
        fleet.fixed_eur,
        fleet.eur_per_s,
        fleet.eur_per_m,
        fleet.load_s,
        np.full(fleet.count, _calm(problem, legs)),
    )
    serves = np.ones((fleet.count, problem.stops.count), dtype=bool)
    return Types(
        np.stack(whole).astype(np.int64),
        np.stack(figures).astype(np.float64),
        fleet.capacity.astype(np.int64),
        serves if fleet.serves is None else fleet.serves.copy(),
        np.array([at for places in fleet.reload_places for at in places], dtype=np.int64),
    )


def _beyond(problem: RoutingProblem, legs: Legs) -> float:
    """Return a price of a stop left out that no tour reaches, EUR."""
    fleet = problem.fleet
    longest = np.minimum(fleet.duration_max_s, fleet.until_s - fleet.from_s)
    longest = np.where(np.isfinite(longest), longest, WEEK_S)
    farthest = 4.0 * float(legs.length.max(initial=0))
    cost = fleet.fixed_eur + fleet.eur_per_s * longest + fleet.eur_per_m * farthest
    return 1.0 + 2.0 * float(cost.max())


def _calm(problem: RoutingProblem, legs: Legs) -> float:
    edges = legs.piece[EDGE][legs.piece[EDGE] < AFTER_PACES_S]
    stops, fleet = problem.stops, problem.fleet
    begins = (stops.from_s, stops.released_s, fleet.from_s + fleet.load_s)
    moments = (legs.corner[DEPART], edges, *begins)
    return max(float(values.max(initial=0.0)) for values in moments)


def _near(problem: RoutingProblem) -> Ints:
    """Return the other stops by way there and back, by the first profile; shape (s, q)."""
    place = problem.stops.place
    at, which = np.unique(place, return_inverse=True)
    time_s, _ = leg_table(problem.travel[problem.fleet.profile[0]], at)
    both = time_s + time_s.T
    count = min(NEAR_MAX, len(place) - 1)
    near = np.zeros((len(place), count), dtype=np.int64)
    for s in range(len(place)):
        way = both[which[s]][which]
        way[s] = -1.0
        near[s] = np.argsort(way, kind="stable")[1 : count + 1]
    return near
