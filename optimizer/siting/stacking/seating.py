# ruff: noqa: NPY002 - numba draws from the generator that np.random.seed sets, per thread
"""Tenants seated in units where nobody is in the way, and a trail of it by which to go back."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.compiled import inner_kernel
from optimizer.siting.stacking.state import (
    DESKS,
    FREE,
    M2,
    PARTS,
    WORKS,
    obstacle_in_house,
    obstacle_in_unit,
    toggle,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.siting.stacking.state import Seats, State
    from optimizer.siting.stacking.stock import Rooms, Stock

    Bytes = NDArray[np.int8]
    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

HEAD = 4  # of a record in the trail: sign, period, tenant, house; then units
OUT_MAX = 6  # tenants that one move puts out in one period
RECORDS = 60  # of one move in one period


class Desk(NamedTuple):
    """Room for the knapsack of one unit with f tenants and widest room w: see `refilling`.

    firm, need (f,), value (f,) : who may be in it. best : (w + 1,). chosen : (f, w + 1), 1 if a
    tenant is in the best choice of those before it with so much room.
    """

    firm: Ints
    need: Ints
    value: Floats
    best: Floats
    chosen: Bytes


class Trail(NamedTuple):
    """What the move of the moment has done: records (x, 4 + parts), length (1,).

    out : (t, 1 + x), number of those put out in each period, and who. old : (t,), house left.
    """

    records: Ints
    length: Ints
    out: Ints
    old: Ints
    desk: Desk


def new_trail(stock: Stock) -> Trail:
    """Return room for the records of one move."""
    rooms = stock.rooms
    periods, spread = len(rooms.fits), int(np.max(np.diff(rooms.part_start), initial=1))
    firms, widest = len(rooms.lift), max(int(rooms.room[:, :, M2].max(initial=0)), 0)
    desk = Desk(
        np.zeros(firms, dtype=np.int64),
        np.zeros(firms, dtype=np.int64),
        np.zeros(firms),
        np.zeros(widest + 1),
        np.zeros((firms, widest + 1), dtype=np.int8),
    )
    return Trail(
        np.zeros((periods * RECORDS, HEAD + spread), dtype=np.int64),
        np.zeros(1, dtype=np.int64),
        np.zeros((periods, OUT_MAX + 1), dtype=np.int64),
        np.full(periods, -1, dtype=np.int64),
        desk,
    )


@inner_kernel
def record(stock: Stock, state: State, trail: Trail, t: int, f: int, h: int, sign: int) -> None:
    """Toggle, and remember it."""
    toggle(stock, state, t, f, h, sign)
    row = trail.length[0]
    trail.records[row, 0], trail.records[row, 1] = sign, t
    trail.records[row, 2], trail.records[row, 3] = f, h
    for rank in range(len(state.seats.spot)):
        trail.records[row, HEAD + rank] = state.seats.spot[rank]
    trail.length[0] = row + 1


@inner_kernel
def settle(stock: Stock, state: State, trail: Trail, t: int, f: int, u: int) -> bool:
    """Put a tenant with its main part into a unit, if nobody is in the way."""
    rooms, seats, h = stock.rooms, state.seats, stock.rooms.house[u]
    if obstacle_in_house(stock.demands, state.books, seats, t, f, h, 0) != FREE:
        return False
    if obstacle_in_unit(rooms, seats, t, f, h, u, -1) != FREE:
        return False
    seats.spot[0] = u
    if not annexes(rooms, seats, t, f, h):
        return False
    record(stock, state, trail, t, f, h, 1)
    return True


@inner_kernel
def annexes(rooms: Rooms, seats: Seats, t: int, f: int, h: int) -> bool:
    """Find units for the annexes of a tenant whose main part goes to `spot[0]`."""
    first = rooms.part_start[f]
    for rank in range(first + 1, rooms.part_start[f + 1]):
        best, least = -1, np.inf
        for u in range(rooms.start[h], rooms.start[h + 1]):
            left = _left_beside(rooms, seats, t, f, rank, u)
            if left >= 0:
                mixed = (left + 1.0) * (0.3 + np.random.random())
                if mixed < least:
                    best, least = u, mixed
        if best < 0:
            return False
        seats.spot[rank - first] = best
    return True


@inner_kernel
def _left_beside(rooms: Rooms, seats: Seats, t: int, f: int, rank: int, u: int) -> int:
    """Return the m2 that an annex would leave in a unit beside its tenant's other parts, or -1."""
    first, p = rooms.part_start[f], rooms.part_of[rank]
    apart = rooms.part_apart[p]
    if not rooms.fits[t, p, u]:
        return -1
    if apart >= 0 and abs(rooms.number[u] - rooms.number[seats.spot[0]]) > apart:
        return -1
    m2, parts = seats.used[t, u, M2], seats.used[t, u, PARTS]
    works, desks = seats.used[t, u, WORKS], seats.used[t, u, DESKS]
    for earlier in range(first, rank + 1):
        if earlier == rank or seats.spot[earlier - first] == u:
            q = rooms.part_of[earlier]
            m2 += rooms.part_use[t, q, M2]
            parts += 1
            works += rooms.part_use[t, q, WORKS]
            desks += rooms.part_use[t, q, DESKS]
    if parts > rooms.room[t, u, PARTS] or (rooms.hybrid[u] and works > 0 and desks > 0):
        return -1
    return int(rooms.room[t, u, M2] - m2)
