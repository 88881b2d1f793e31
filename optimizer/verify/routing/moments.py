"""Travel as the checker reckons it: when one arrives, and how far it was.

Plane: whole coordinates are rounded in exact integer arithmetic. Paced: hour by hour, what is left
of the way. Hourly: between the two corners around the departure.
"""

from __future__ import annotations

import math
from bisect import bisect_right

from optimizer.core.routing import Hourly, Matrix, Paced, Plane, Rounding, Travel

MOMENT_S = 1e-6
"""Two moments this near are the same (seconds, or the instance's unit)."""

DRIFT = 1e-9
"""And so are moments apart by this share of themselves: sums of float64 over a tour."""


def slack(moment: float) -> float:
    """Return how far a figure may be off `moment`."""
    return MOMENT_S + DRIFT * abs(moment)


def same(first: float, second: float) -> bool:
    """Tell whether two moments are the same within the tolerance (False for NaN)."""
    return first == second or abs(first - second) <= slack(second) < math.inf


def after(moment: float, limit: float) -> bool:
    """Tell whether `moment` lies after `limit` by more than the tolerance (True for NaN)."""
    return not (moment <= limit or moment <= limit + slack(limit))


def arrive_s(travel: Travel, origin: int, target: int, depart_s: float) -> float:
    """Return when one arrives who leaves at `depart_s`; inf where there is no way."""
    if isinstance(travel, Plane):
        return depart_s + _plane(travel, origin, target)
    if isinstance(travel, Hourly):
        return _hourly(travel, origin, target, depart_s)
    need_s = int(travel.time_s[origin, target])
    if need_s < 0:
        return math.inf
    if isinstance(travel, Paced):
        return _paced(travel, depart_s, float(need_s))
    return depart_s + need_s


def metres(travel: Travel, origin: int, target: int) -> float:
    """Return the length of a leg; inf where there is no way."""
    if isinstance(travel, Plane):
        return _plane(travel, origin, target)
    length = int(travel.length_m[origin, target])
    return float(length) if length >= 0 else math.inf


def place_count(travel: Travel) -> int:
    """Return how many places the travel knows."""
    if isinstance(travel, Plane):
        return len(travel.x)
    return len(travel.length_m if isinstance(travel, Hourly) else travel.time_s)


def is_steady(travel: Travel) -> bool:
    """Tell whether a leg takes as long at any hour."""
    return isinstance(travel, Matrix | Plane)


def _plane(travel: Plane, origin: int, target: int) -> float:
    across = float(travel.x[origin]) - float(travel.x[target])
    along = float(travel.y[origin]) - float(travel.y[target])
    factor = float(travel.factor)
    rounding = Rounding(travel.rounding)
    if across.is_integer() and along.is_integer() and factor.is_integer():
        return _whole(int(factor) ** 2 * (int(across) ** 2 + int(along) ** 2), rounding)
    way = factor * math.sqrt(across * across + along * along)
    match rounding:
        case Rounding.NEAREST:
            return float(math.floor(way + 0.5))
        case Rounding.CEIL:
            return float(math.ceil(way))
        case Rounding.FLOOR:
            return float(math.floor(way))
        case Rounding.FLOOR_TENTH:
            return float(math.floor(10.0 * way)) / 10.0
        case Rounding.REAL:
            return way


def _whole(square: int, rounding: Rounding) -> float:
    """Return the rounded root of a whole number; only the last step leaves the integers."""
    match rounding:
        case Rounding.NEAREST:
            return float((math.isqrt(4 * square) + 1) // 2)
        case Rounding.CEIL:
            return float(math.isqrt(square - 1) + 1 if square else 0)
        case Rounding.FLOOR:
            return float(math.isqrt(square))
        case Rounding.FLOOR_TENTH:
            return math.isqrt(100 * square) / 10
        case Rounding.REAL:
            return math.sqrt(square)


def _paced(travel: Paced, depart_s: float, need_s: float) -> float:
    edges, paces = travel.pace_from_s.tolist(), travel.pace.tolist()
    hour, now = max(bisect_right(edges, depart_s) - 1, 0), depart_s
    for pace, until in zip(paces[hour:], [*edges[hour + 1 :], math.inf], strict=True):
        if (until - now) * pace >= need_s:
            return float(now + need_s / pace)
        need_s -= (until - now) * pace
        now = until
    return math.inf  # unreachable: the last pace holds for ever


def _hourly(travel: Hourly, origin: int, target: int, depart_s: float) -> float:
    row = origin * len(travel.length_m) + target
    first, end = int(travel.first[row]), int(travel.first[row + 1])
    if first == end:
        return depart_s if origin == target else math.inf
    later = bisect_right(travel.depart_s, depart_s, lo=first, hi=end)
    if later == first:
        return float(travel.arrive_s[first])
    depart, arrive = float(travel.depart_s[later - 1]), float(travel.arrive_s[later - 1])
    if later == end:
        return depart_s + (arrive - depart)
    width = float(travel.depart_s[later]) - depart
    rise = float(travel.arrive_s[later]) - arrive
    return arrive + rise * ((depart_s - depart) / width)
