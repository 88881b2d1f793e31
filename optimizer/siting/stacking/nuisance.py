"""Constraint family 13, nuisance: who keeps apart from whom, and noise at neighbours.

apart       members of `first` and of `second` (not one tenant with itself) never stand in
            units u, u' of one house that are close: |level difference| < levels and
            |position difference| < distance_m. With same_hours: hour of the day by hour, those
            at work then; two tenants' hours overlap if and only if they share a whole hour.
            A = first alone, B = second alone, C = both; for unit u:
            area of A in u <= room_m2 a[u], of B <= room_m2 b[u], sum over C of x[f,u] <= c[u],
            a, b, c in {0, 1};  for u, u' close:
            a[u] + b[u'] <= 1, a[u] + c[u'] <= 1, b[u] + c[u'] <= 1, c[u] + c[u'] <= 1 (u != u')
neighbours  sum over tenants of noise_use[f,h,m] x <= noise_room[m]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.siting.stacking.places import able_tenants, add_presence, most_use

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.problem import Problem
    from optimizer.siting.stacking.houses import Houses
    from optimizer.siting.stacking.places import Places
    from optimizer.solvers import Builder

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

DAY_H = 24


class Clash(NamedTuple):
    """Tenants of `first` and `second` (f,) that may not be close, at whatever hour."""

    first: Flags
    second: Flags
    levels: int
    distance_m: float


def clashes(problem: Problem) -> list[Clash]:
    """Return the rules of `apart` without hours: one clash per hour of the day that matters."""
    hotels = problem.hotels
    if hotels is None:
        return []
    apart = hotels.apart
    working = working_hours(hotels.businesses.work_from, hotels.businesses.work_until)
    found = []
    for rule in np.flatnonzero(apart.distance_m > 0).tolist():
        hours = working.T if apart.same_hours[rule] else np.ones((1, problem.tenants.count), bool)
        pairs = [(apart.first[rule] & now, apart.second[rule] & now) for now in hours]
        found += [
            Clash(first, second, int(apart.levels[rule]), float(apart.distance_m[rule]))
            for first, second in _largest(pairs)
        ]
    return found


def working_hours(begin: NDArray[np.int32], end: NDArray[np.int32]) -> Flags:
    """Return who is at work in which hour of the clock, shape (f, 24)."""
    hour = np.arange(2 * DAY_H)
    at_work = (hour[None, :] >= begin[:, None]) & (hour[None, :] < end[:, None])
    return at_work[:, :DAY_H] | at_work[:, DAY_H:]


def _largest(pairs: list[tuple[Flags, Flags]]) -> list[tuple[Flags, Flags]]:
    """Return pairs of groups that no other pair contains, without those that cannot clash."""
    able = [(a, b) for a, b in pairs if a.any() and b.any() and (a | b).sum() > 1]
    kept: list[tuple[Flags, Flags]] = []
    for a, b in sorted(able, key=lambda pair: -int(pair[0].sum() + pair[1].sum())):
        if not any(np.all(a <= c) and np.all(b <= d) for c, d in kept):
            kept.append((a, b))
    return kept


def close_units(houses: Houses, clash: Clash) -> tuple[Ints, Ints]:
    """Return ordered pairs of units of one house that are too close, each with itself too."""
    one, other = [], []
    for a, b in zip(houses.unit_start[:-1].tolist(), houses.unit_start[1:].tolist(), strict=True):
        number, position = houses.number[a:b], houses.position_m[a:b]
        close = np.abs(number[:, None] - number[None, :]) < clash.levels
        close &= np.abs(position[:, None] - position[None, :]) < clash.distance_m
        first, second = np.nonzero(close)
        one.append(first + a)
        other.append(second + a)
    none = np.zeros(0, dtype=np.int64)
    return np.concatenate([none, *one]), np.concatenate([none, *other])


def add_nuisance_stays_away(
    builder: Builder, problem: Problem, houses: Houses, places: Places
) -> None:
    """Add the rows of `apart` and of neighbours."""
    for clash in clashes(problem):
        _add_apart(builder, houses, places, clash)
    column, tenant, house = places.mains()
    able = able_tenants(houses, places)
    for row, room in enumerate(houses.noise_room.tolist()):
        if most_use(houses, able, houses.noise_use[:, :, row].T).sum() > room:
            use = houses.noise_use[tenant, house, row]
            builder.add_rows(1, (0, column, use), upper=room)


def _add_apart(builder: Builder, houses: Houses, places: Places, clash: Clash) -> None:
    both = clash.first & clash.second
    groups = clash.first & ~both, clash.second & ~both, both
    present = [np.full(len(houses.unit), -1, dtype=np.int64) for _ in groups]
    for rank, (group, here) in enumerate(zip(groups, present, strict=True)):
        mine = np.flatnonzero(places.main & group[places.tenant])
        where, row = np.unique(places.unit[mine], return_inverse=True)
        here[where] = builder.add_columns(len(where), integer=True)
        if rank < len(groups) - 1:
            add_presence(builder, houses, places, mine, here, only_if=True)
            continue
        one_at_most = (row, places.column[mine], 1.0), (np.arange(len(where)), here[where], -1.0)
        builder.add_rows(len(where), *one_at_most, upper=0.0)
    one, other = close_units(houses, clash)
    a, b, c = present
    for left, right, alike in ((a, b, False), (a, c, False), (b, c, False), (c, c, True)):
        keep = (left[one] >= 0) & (right[other] >= 0)
        if alike:
            keep &= one < other
        row = np.arange(int(keep.sum()))
        builder.add_rows(
            len(row), (row, left[one[keep]], 1.0), (row, right[other[keep]], 1.0), upper=1.0
        )
