"""Seconds and metres between the places of a routing problem, whatever its travel is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.routing import Hourly, Matrix, Paced, Plane, Rounding

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.routing import Travel

TENTHS = 10.0


def is_steady(travel: Travel) -> bool:
    """Return whether travel takes as long at any hour."""
    return isinstance(travel, Matrix | Plane)


def leg_table(
    travel: Travel, places: NDArray[np.int32]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return seconds and metres between some places, shape (len(places),) * 2; inf = no way.

    Travel that changes with the hour is told at pace 1, or as the quickest of the day.
    """
    if isinstance(travel, Plane):
        length = _rounded(travel, places)
        return length, length
    pick = np.ix_(places, places)
    if isinstance(travel, Hourly):
        return _quickest(travel, places), travel.length_m[pick].astype(np.float64)
    time_s = travel.time_s[pick].astype(np.float64)
    length_m = travel.length_m[pick].astype(np.float64)
    time_s[time_s < 0.0] = np.inf
    length_m[length_m < 0.0] = np.inf
    return time_s, length_m


def arrivals(
    travel: Travel,
    origin: NDArray[np.int32],
    target: NDArray[np.int32],
    depart_s: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return when those who leave at `depart_s` arrive; all shape (q,); inf = no way."""
    if isinstance(travel, Plane):
        x, y = travel.x, travel.y
        way = np.hypot(x[target] - x[origin], y[target] - y[origin]) * travel.factor
        return depart_s + _round(way, travel.rounding)
    if isinstance(travel, Hourly):
        rows = origin.astype(np.int64) * len(travel.length_m) + target
        return np.array(
            [_at(travel, row, moment) for row, moment in zip(rows, depart_s, strict=True)],
            dtype=np.float64,
        )
    time_s = travel.time_s[origin, target].astype(np.float64)
    time_s[time_s < 0.0] = np.inf
    if isinstance(travel, Paced):
        return _paced(travel, depart_s, time_s)
    return depart_s + time_s


def lengths(
    travel: Travel, origin: NDArray[np.int32], target: NDArray[np.int32]
) -> NDArray[np.float64]:
    """Return metres of some legs, shape (q,)."""
    if isinstance(travel, Plane):
        return arrivals(travel, origin, target, np.zeros(len(origin)))
    return travel.length_m[origin, target].astype(np.float64)


def _rounded(plane: Plane, places: NDArray[np.int32]) -> NDArray[np.float64]:
    x, y = plane.x[places], plane.y[places]
    way = np.hypot(x[:, None] - x[None, :], y[:, None] - y[None, :])
    way *= plane.factor
    return _round(way, plane.rounding)


def _round(way: NDArray[np.float64], rounding: str) -> NDArray[np.float64]:
    match Rounding(rounding):
        case Rounding.NEAREST:
            return np.floor(way + 0.5)
        case Rounding.CEIL:
            return np.ceil(way)
        case Rounding.FLOOR:
            return np.floor(way)
        case Rounding.FLOOR_TENTH:
            return np.floor(way * TENTHS) / TENTHS
        case Rounding.REAL:
            return way


def _quickest(travel: Hourly, places: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return the shortest travel time of the day; it is reached at a corner."""
    if len(travel.depart_s) == 0:
        return np.zeros((len(places), len(places)))
    row = (places.astype(np.int64)[:, None] * len(travel.length_m) + places).ravel()
    begin, end = travel.first[row], travel.first[row + 1]
    spent = np.append(travel.arrive_s - travel.depart_s, np.inf)
    pieces = np.stack([begin, end], axis=1).ravel()
    best = np.minimum.reduceat(spent, pieces)[::2]
    same = np.repeat(places, len(places)) == np.tile(places, len(places))
    best = np.where(begin == end, np.where(same, 0.0, np.inf), best)
    return best.reshape(len(places), len(places))


def _at(travel: Hourly, row: int, moment: float) -> float:
    begin, end = travel.first[row], travel.first[row + 1]
    if begin == end:
        return moment if row % (len(travel.length_m) + 1) == 0 else np.inf
    depart, arrive = travel.depart_s[begin:end], travel.arrive_s[begin:end]
    if moment > depart[-1]:
        return float(moment + arrive[-1] - depart[-1])
    return float(np.interp(moment, depart, arrive))


def _paced(
    travel: Paced, depart_s: NDArray[np.float64], time_s: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the moments at which the way covered since midnight has grown by `time_s`."""
    edge, pace = travel.pace_from_s, travel.pace
    covered = np.concatenate([[0.0], np.cumsum(np.diff(edge) * pace[:-1])])
    rank = np.searchsorted(edge, depart_s, side="right") - 1
    goal = covered[rank] + (depart_s - edge[rank]) * pace[rank] + time_s
    known = np.isfinite(goal)
    last = np.searchsorted(covered, np.where(known, goal, 0.0), side="right") - 1
    arrive = edge[last] + (goal - covered[last]) / pace[last]
    return np.where(known, arrive, np.inf)
