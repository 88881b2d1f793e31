# ruff: noqa: NPY002 - numba draws from the generator that np.random.seed sets, per thread
"""Units emptied and filled anew by the best knapsack of whoever has no place.

A unit, or two of different hotels or the same, loses the tenants whose main parts are there, in one
period or in all. Then, period by period, all who have no place and whom nobody in the hotel keeps
out compete for its room: they are chosen by dynamic programming over whole square metres (Bellman
1957, DOI 10.1287/opre.5.2.266) by rent, jobs, services and what moves they save. What tenants do to
each other within the choice is seen only when they take their seats: who is kept out then stays out
and others fill the gap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.compiled import inner_kernel
from optimizer.siting.stacking.seating import record, settle
from optimizer.siting.stacking.state import (
    DESKS,
    FREE,
    M2,
    WORKS,
    moves_eur,
    obstacle_in_house,
    obstacle_in_unit,
)

if TYPE_CHECKING:
    from optimizer.siting.stacking.seating import Desk, Trail
    from optimizer.siting.stacking.state import State
    from optimizer.siting.stacking.stock import Stock

ONE_PERIOD, TWO_UNITS = 0.5, 0.5  # shares of moves
DRAWS = 12  # for an open unit, and for another one of use to somebody who may be in it
ASKED_MIN = 0.4  # share of those without a place who are asked, at least
BLUR = 0.04  # of a tenant's worth: so much more or less, at random


@inner_kernel
def refill(stock: Stock, state: State, trail: Trail, focus: int) -> bool:
    """Empty a unit or two and fill them anew; return whether it came to an end.

    focus : a house that the unit is in, or -1.
    """
    periods, first = len(state.seats.unit), 0
    last = periods
    if periods > 1 and np.random.random() < ONE_PERIOD:
        first = np.random.randint(periods)
        last = first + 1
    u = _open_unit(stock, state, last - 1, focus)
    if u < 0:
        return False
    v = -1
    if np.random.random() < TWO_UNITS:
        v = _other_unit(stock, state, last - 1, u)
    for t in range(first, last):
        if not _empty(stock, state, trail, t, u):
            return False
        if v >= 0 and not _empty(stock, state, trail, t, v):
            return False
    for t in range(first, last):
        _fill(stock, state, trail, t, u)
        if v >= 0:
            _fill(stock, state, trail, t, v)
    return bool(trail.length[0] > 0)


@inner_kernel
def _open_unit(stock: Stock, state: State, t: int, focus: int) -> int:
    """Return a unit of a house that is open, or -1."""
    rooms = stock.rooms
    for _ in range(DRAWS):
        u = np.random.randint(len(rooms.house))
        if focus >= 0:
            u = rooms.start[focus] + np.random.randint(rooms.start[focus + 1] - rooms.start[focus])
        if state.books.opened[t, rooms.house[u]]:
            return int(u)
    return -1


@inner_kernel
def _other_unit(stock: Stock, state: State, t: int, u: int) -> int:
    """Return a unit whose tenant could be in unit u, or -1."""
    seats = state.seats
    for _ in range(DRAWS):
        f = np.random.randint(seats.home.shape[1])
        if seats.home[t, f] >= 0 and seats.unit[t, f] != u and stock.rooms.fits[t, f, u]:
            return int(seats.unit[t, f])
    return -1


@inner_kernel
def _empty(stock: Stock, state: State, trail: Trail, t: int, u: int) -> bool:
    """Put out the tenants whose main parts are in a unit; False: more than the trail can hold."""
    seats, h = state.seats, stock.rooms.house[u]
    rank = seats.number[t, h] - 1
    while rank >= 0:  # whoever leaves is replaced by the last of the list, who has been asked
        f = seats.who[t, h, rank]
        if seats.unit[t, f] == u:
            if trail.length[0] == len(trail.records):
                return False
            record(stock, state, trail, t, f, h, -1)
        rank -= 1
    return True


@inner_kernel
def _fill(stock: Stock, state: State, trail: Trail, t: int, u: int) -> None:
    """Fill what is left of a unit with the best of those without a place."""
    desk = trail.desk
    room = stock.rooms.room[t, u, M2] - state.seats.used[t, u, M2]
    if room <= 0 or not state.books.opened[t, stock.rooms.house[u]]:
        return
    count = _gather(stock, state, desk, t, u, room)
    choose(desk, count, room)
    left = room
    for rank in range(count - 1, -1, -1):
        if desk.chosen[rank, left]:
            left -= desk.need[rank]
            if trail.length[0] < len(trail.records):
                settle(stock, state, trail, t, desk.firm[rank], u)
    for rank in range(count):
        left = stock.rooms.room[t, u, M2] - state.seats.used[t, u, M2]
        f = desk.firm[rank]
        if desk.need[rank] <= left and state.seats.home[t, f] < 0:
            if trail.length[0] == len(trail.records):
                return
            settle(stock, state, trail, t, f, u)


@inner_kernel
def _gather(stock: Stock, state: State, desk: Desk, t: int, u: int, room: int) -> int:
    """List who may be in an emptied unit, and what that is worth; return how many."""
    rooms, worth, seats = stock.rooms, stock.worth, state.seats
    h, firms, count = rooms.house[u], seats.home.shape[1], 0
    asked = ASKED_MIN + (1.0 - ASKED_MIN) * np.random.random()
    kept_out = DESKS if np.random.random() < 0.5 else WORKS
    begin = np.random.randint(firms)
    for step in range(firms):
        f = (begin + step) % firms
        if seats.home[t, f] >= 0 or not rooms.fits[t, f, u] or worth.area[t, f] == 0:
            continue
        need = rooms.part_use[t, f, M2]
        if need > room or np.random.random() > asked:
            continue
        if rooms.hybrid[u] and rooms.part_use[t, f, kept_out] > 0:
            continue
        if obstacle_in_unit(rooms, seats, t, f, h, u, -1) != FREE:
            continue
        if obstacle_in_house(stock.demands, state.books, seats, t, f, h, 0) != FREE:
            continue
        number = seats.number[t, h]
        value = worth.gain[t, f, h] + worth.service[t, h, number + 1] - worth.service[t, h, number]
        value += moves_eur(worth, seats, t, f)
        seats.home[t, f], seats.unit[t, f] = h, u
        value -= moves_eur(worth, seats, t, f)
        seats.home[t, f], seats.unit[t, f] = -1, -1
        if value > 0.0:
            desk.firm[count], desk.need[count] = f, need
            desk.value[count] = value * (1.0 + BLUR * (np.random.random() - 0.5))
            count += 1
    return count


@inner_kernel
def choose(desk: Desk, count: int, room: int) -> None:
    """Solve the knapsack of the listed tenants for every room up to `room`; read it backwards."""
    best = desk.best
    for left in range(room + 1):
        best[left] = 0.0
    for rank in range(count):
        need, value = desk.need[rank], desk.value[rank]
        for left in range(min(need, room + 1)):
            desk.chosen[rank, left] = 0
        for left in range(room, need - 1, -1):
            better = best[left - need] + value > best[left]
            desk.chosen[rank, left] = better
            if better:
                best[left] = best[left - need] + value
