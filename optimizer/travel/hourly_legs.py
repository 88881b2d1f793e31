"""Legs whose travel time changes with the hour, for kernels: arrive, and leave as late as can be.

One set of flat arrays holds every profile, so that kernels are compiled once:

    steady   arrive = t + time
    paced    the a with integral of pace over [t, a] = time
    hourly   linear between the corners of the pair's arrival-time function

`arrive` does not fall when t grows (nobody arrives earlier by leaving later), so `leave_by`, its
inverse from above, exists: arrive(leave_by(a)) <= a, and whoever leaves later arrives after a.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.compiled import inner_kernel
from optimizer.core.routing import Hourly, Paced, Plane

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.routing import Travel

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

STEADY, PACED, HOURLY = range(3)
AFTER_PACES_S = 4.0e9
"""An end for the last pace, which has none: a century after midnight."""


class Legs(NamedTuple):
    """Travel of p profiles between n places.

    profile : (6, p), see the names below. time, length : the profiles' n * n cells one after the
    other, -1 = no way; hourly ones have no times. piece : when a pace begins, the pace, way covered
    since midnight, (3, x). fastest (p,) : largest pace. first : corners of an hourly pair; corner :
    departure and arrival, (2, c); least : shortest travel time of a pair, s, inf = no way.
    """

    profile: Ints
    time: NDArray[np.int32]
    length: NDArray[np.int32]
    piece: Floats
    fastest: Floats
    first: Ints
    corner: Floats
    least: Floats


PLACES, KIND, CELL, ROW, FIRST_PIECE, LAST_PIECE = range(6)
EDGE, PACE, COVERED = range(3)
DEPART, ARRIVE = range(2)


def build_legs(travels: list[Travel]) -> Legs:
    """Return travel of all profiles in one set of arrays; `Plane` is none of them.

    Parameters
    ----------
    travels
        `Matrix`, `Paced` or `Hourly`, all between the same places.
    """
    profile = np.zeros((6, len(travels)), dtype=np.int64)
    times = [np.empty(0, dtype=np.int32)]
    piece, corner = [np.empty((3, 0))], [np.empty((2, 0))]
    first, least = [np.zeros(1, dtype=np.int64)], [np.empty(0)]
    fastest = np.ones(len(travels))
    for p, travel in enumerate(travels):
        profile[PLACES, p] = len(_length(travel))
        profile[CELL, p] = sum(len(cells) for cells in times)
        profile[ROW, p] = sum(len(rows) for rows in least)
        profile[FIRST_PIECE:, p] = sum(block.shape[1] for block in piece)
        if isinstance(travel, Hourly):
            profile[KIND, p] = HOURLY
            first.append(travel.first[1:].astype(np.int64) + first[-1][-1])
            corner.append(np.stack([travel.depart_s, travel.arrive_s]))
            least.append(_least(travel))
            continue
        times.append(travel.time_s.ravel())  # type: ignore[union-attr]
        if isinstance(travel, Paced):
            profile[KIND, p] = PACED
            edge = np.append(travel.pace_from_s, AFTER_PACES_S)
            covered = np.concatenate([[0.0], np.cumsum(np.diff(edge) * travel.pace)])
            piece.append(np.stack([edge, np.append(travel.pace, travel.pace[-1]), covered]))
            profile[LAST_PIECE, p] += len(edge)
            fastest[p] = float(travel.pace.max())
    return Legs(
        profile,
        np.concatenate(times).astype(np.int32),
        np.concatenate([_length(travel).ravel() for travel in travels]).astype(np.int32),
        np.concatenate(piece, axis=1),
        fastest,
        np.concatenate(first),
        np.concatenate(corner, axis=1),
        np.concatenate(least),
    )


def _length(travel: Travel) -> NDArray[np.int32]:
    if isinstance(travel, Plane):
        message = "travel in the plane does not change with the hour"
        raise TypeError(message)
    return travel.length_m


def _least(travel: Hourly) -> Floats:
    """Return the shortest travel time of each row, inf without a way; it is met at a corner."""
    begin, end = travel.first[:-1], travel.first[1:]
    spent = np.append(travel.arrive_s - travel.depart_s, np.inf)
    pieces = np.stack([begin, end], axis=1).ravel()
    least = np.minimum.reduceat(spent, pieces)[::2]
    return np.where(begin == end, np.inf, least)


@inner_kernel
def arrive_at(legs: Legs, p: int, i: int, j: int, t: float) -> float:
    """Return when who leaves i for j at t arrives; inf = no way. Place -1 is wherever one is."""
    if i == j or i < 0 or j < 0:
        return t
    pair = i * legs.profile[PLACES, p] + j
    if legs.profile[KIND, p] == HOURLY:
        row = legs.profile[ROW, p] + pair
        return _on_corners(legs, legs.first[row], legs.first[row + 1], t)
    time = legs.time[legs.profile[CELL, p] + pair]
    if time < 0:
        return np.inf
    if legs.profile[KIND, p] == STEADY:
        return float(t + time)
    return _when_covered(legs, p, _covered_by(legs, p, t) + time)


@inner_kernel
def leave_by(legs: Legs, p: int, i: int, j: int, a: float) -> float:
    """Return the last departure from i that is at j by a; -inf = none."""
    if i == j or i < 0 or j < 0:
        return a
    pair = i * legs.profile[PLACES, p] + j
    if legs.profile[KIND, p] == HOURLY:
        row = legs.profile[ROW, p] + pair
        return _back_on_corners(legs, legs.first[row], legs.first[row + 1], a)
    time = legs.time[legs.profile[CELL, p] + pair]
    if time < 0:
        return -np.inf
    if legs.profile[KIND, p] == STEADY:
        return float(a - time)
    way = _covered_by(legs, p, a) - time
    return _when_covered(legs, p, way) if way >= 0.0 else -np.inf


@inner_kernel
def at_least(legs: Legs, p: int, i: int, j: int) -> float:
    """Return seconds that no departure undercuts; inf = no way."""
    if i == j or i < 0 or j < 0:
        return 0.0
    pair = i * legs.profile[PLACES, p] + j
    if legs.profile[KIND, p] == HOURLY:
        return float(legs.least[legs.profile[ROW, p] + pair])
    time = legs.time[legs.profile[CELL, p] + pair]
    return time / legs.fastest[p] if time >= 0 else np.inf


@inner_kernel
def metres(legs: Legs, p: int, i: int, j: int) -> float:
    """Return the length of a leg."""
    if i == j or i < 0 or j < 0:
        return 0.0
    n = legs.profile[PLACES, p]
    return float(legs.length[p * n * n + i * n + j])


@inner_kernel
def rank(values: Floats, begin: int, end: int, x: float) -> int:
    """Return how far values[begin:end], which do not fall, stay <= x: the first index beyond."""
    low, high = begin, end
    while low < high:
        middle = (low + high) >> 1
        if values[middle] <= x:
            low = middle + 1
        else:
            high = middle
    return low


@inner_kernel
def _on_corners(legs: Legs, begin: int, end: int, t: float) -> float:
    if begin == end:
        return np.inf
    if t < legs.corner[DEPART, begin]:
        return float(legs.corner[ARRIVE, begin])
    after = rank(legs.corner[DEPART], begin, end, t)
    d, a = legs.corner[DEPART, after - 1], legs.corner[ARRIVE, after - 1]
    if after == end:
        return float(t - d + a)
    return float(a + (t - d) * (legs.corner[ARRIVE, after] - a) / (legs.corner[DEPART, after] - d))


@inner_kernel
def _back_on_corners(legs: Legs, begin: int, end: int, a: float) -> float:
    if begin == end or a < legs.corner[ARRIVE, begin]:
        return -np.inf
    after = rank(legs.corner[ARRIVE], begin, end, a)
    d, b = legs.corner[DEPART, after - 1], legs.corner[ARRIVE, after - 1]
    if after == end:
        return float(d + a - b)
    return float(d + (a - b) * (legs.corner[DEPART, after] - d) / (legs.corner[ARRIVE, after] - b))


@inner_kernel
def _covered_by(legs: Legs, p: int, t: float) -> float:
    begin = legs.profile[FIRST_PIECE, p]
    piece = max(rank(legs.piece[EDGE], begin, legs.profile[LAST_PIECE, p], t) - 1, begin)
    return float(
        legs.piece[COVERED, piece] + (t - legs.piece[EDGE, piece]) * legs.piece[PACE, piece]
    )


@inner_kernel
def _when_covered(legs: Legs, p: int, way: float) -> float:
    begin = legs.profile[FIRST_PIECE, p]
    piece = max(rank(legs.piece[COVERED], begin, legs.profile[LAST_PIECE, p], way) - 1, begin)
    return float(
        legs.piece[EDGE, piece] + (way - legs.piece[COVERED, piece]) / legs.piece[PACE, piece]
    )
