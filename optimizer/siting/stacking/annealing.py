# ruff: noqa: NPY002 - numba draws from the generator that np.random.seed sets, per thread
"""Tenants of open hotels by simulated annealing with ejections, over all periods at once.

A move takes a tenant, in some consecutive periods, to a hotel; whoever is in the way is put out and
looks for another place, and firms without a place try the room that was left. Or two tenants of
about one size take each other's place, one of them perhaps without any; or whole units are filled
anew (`refilling`). Moves are priced by the tally of the state, lacks at a price of their own, and
undone where they are refused.
Kirkpatrick, Gelatt, Vecchi 1983, DOI 10.1126/science.220.4598.671; Glover 1996, DOI
10.1016/0166-218X(94)00037-E (ejection chains).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.compiled import inner_kernel, kernel
from optimizer.siting.stacking.refilling import refill
from optimizer.siting.stacking.seating import HEAD, OUT_MAX, annexes, record, settle
from optimizer.siting.stacking.state import (
    FREE,
    IMPOSSIBLE,
    M2,
    obstacle_in_house,
    obstacle_in_unit,
    shift,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.siting.stacking.seating import Trail
    from optimizer.siting.stacking.state import Seats, State
    from optimizer.siting.stacking.stock import Rooms, Stock, Worth

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

ALL_PERIODS, AT_HOME, AWAY, FOCUSED = 0.6, 0.35, 0.03, 0.5
IDLE, IDLE_DRAWS = 0.3, 4  # share of moves that look for somebody without a place, and how long
FILLS = 3  # firms that are drawn to fill room that a move leaves
SWAPS, NEAR_SIZE = 0.5, 12.0  # share of moves that are swaps, and how far apart in rank of size
PARTNERS = 8  # that a swap looks at, until one has room for it and it for one
WAYS = 5  # houses that somebody who was put out tries
REFILLS = 0.03  # share of moves that empty units and fill them anew


class Schedule(NamedTuple):
    """Moves to take while the temperature falls from `hot` to `cold`, EUR per year.

    focus : a house that many moves go to, or -1.
    """

    seed: int
    steps: int
    hot: float
    cold: float
    focus: int


class Best(NamedTuple):
    """The best state met: unit (t, p), home (t, f), and its tally (value, lacks)."""

    unit: Ints
    home: Ints
    tally: Floats


def new_best(state: State) -> Best:
    """Return the state as the best one."""
    return Best(state.seats.unit.copy(), state.seats.home.copy(), state.books.tally.copy())


@kernel
def anneal(stock: Stock, state: State, best: Best, trail: Trail, schedule: Schedule) -> None:
    """Move tenants as `schedule` says, and keep the best state met."""
    np.random.seed(schedule.seed)
    steps, hot, cold = schedule.steps, schedule.hot, schedule.cold
    worth, tally = stock.worth, state.books.tally
    firms, price = worth.gain.shape[1], worth.price[0]
    for step in range(steps):
        f, idle = np.random.randint(firms), np.random.random() < IDLE
        for _ in range(IDLE_DRAWS * idle):
            if state.seats.home[np.random.randint(len(state.seats.home)), f] >= 0:
                f = np.random.randint(firms)
        if worth.cand_start[f] == worth.cand_start[f + 1]:
            continue
        heat = hot * (cold / hot) ** (step / steps)
        value, lacks = tally[0], tally[1]
        before = value - price * lacks
        least = before + heat * np.log(max(np.random.random(), 1e-300))
        trail.length[0] = 0
        if np.random.random() < REFILLS:
            fine = refill(stock, state, trail, schedule.focus)
        elif schedule.focus < 0 and np.random.random() < SWAPS:
            fine = _swap(stock, state, trail, f)
        else:
            fine = _move(stock, state, trail, f, schedule.focus)
        if fine and tally[0] - price * tally[1] >= least:
            _keep(state, best)
            continue
        for back in range(trail.length[0]):
            row = trail.records[trail.length[0] - 1 - back]
            state.seats.spot[:] = row[HEAD:]
            shift(stock, state, row[1], row[2], row[3], -row[0])
        tally[0], tally[1] = value, lacks


@inner_kernel
def _keep(state: State, best: Best) -> None:
    """Keep the state if it lacks less than the best one, or as little and is worth more."""
    seats, tally = state.seats, state.books.tally
    fewer = tally[1] < best.tally[1] - 1e-6
    if not fewer and (tally[1] > best.tally[1] + 1e-6 or tally[0] <= best.tally[0] + 1e-6):
        return
    best.tally[0], best.tally[1] = tally[0], tally[1]
    for t in range(len(seats.unit)):
        for p in range(seats.unit.shape[1]):
            best.unit[t, p] = seats.unit[t, p]
        for f in range(seats.home.shape[1]):
            best.home[t, f] = seats.home[t, f]


@inner_kernel
def _move(  # noqa: C901, PLR0912 - one move in a kernel
    stock: Stock, state: State, trail: Trail, f: int, focus: int
) -> bool:
    """Take tenant f somewhere else in some periods; return whether it came to an end."""
    worth, seats = stock.worth, state.seats
    periods, firms = seats.home.shape
    first, last = 0, periods
    if periods > 1 and np.random.random() >= ALL_PERIODS:
        first = np.random.randint(periods)
        last = first + 1 + np.random.randint(periods - first)
    here, dice = seats.home[first + np.random.randint(last - first), f], np.random.random()
    if here < 0 or dice >= AT_HOME:
        start, end = worth.cand_start[f], worth.cand_start[f + 1]
        here = worth.cand[start + np.random.randint(end - start)]
    if focus >= 0 and np.random.random() < FOCUSED:
        here = focus
    away = dice >= 1.0 - AWAY
    for t in range(first, last):
        trail.old[t], trail.out[t, 0] = seats.home[t, f], 0
        if trail.old[t] >= 0:
            record(stock, state, trail, t, f, trail.old[t], -1)
    turn, t, way = 0, first, 0
    while t < last:  # first the tenant itself, then those put out, then those without a place
        out = trail.out[t, 0]
        g, h = f, here
        if turn > out + FILLS:
            turn, t = 0, t + 1
            continue
        if turn == 0 and away:
            turn = 1
            continue
        if 0 < turn <= out:
            g = trail.out[t, turn]
            h = _refuge(worth, seats, trail, t, g, here, way)
        elif turn > out:
            g, h = np.random.randint(firms), trail.old[t]
            if h == here or h < 0:
                turn = out + FILLS + 1
                continue
        fine = h >= 0 and seats.home[t, g] < 0 and worth.area[t, g] > 0
        fine = fine and state.books.opened[t, h]
        if fine:
            fine = _seat(stock, state, trail, t, g, h, turn == 0)
            if turn == 0 and not fine:
                return False
        way += 1
        if fine or not 0 < turn <= out or way == WAYS:
            turn, way = turn + 1, 0
    return True


@inner_kernel
def _swap(stock: Stock, state: State, trail: Trail, f: int) -> bool:
    """Let f and somebody of about its size take each other's units in some periods."""
    worth, seats = stock.worth, state.seats
    periods, first = len(seats.home), 0
    last = periods
    if periods > 1 and np.random.random() >= ALL_PERIODS:
        first = np.random.randint(periods)
        last = first + 1 + np.random.randint(periods - first)
    g = _partner(stock.rooms, worth, seats, f, first, last)
    if g < 0:
        return False
    for t in range(first, last):
        h, other, u, v = seats.home[t, f], seats.home[t, g], seats.unit[t, f], seats.unit[t, g]
        if u == v:  # or both without a place
            continue
        if h >= 0:
            record(stock, state, trail, t, f, h, -1)
        if other >= 0:
            record(stock, state, trail, t, g, other, -1)
            if worth.area[t, f] > 0 and not settle(stock, state, trail, t, f, v):
                return False
        if h >= 0 and worth.area[t, g] > 0 and not settle(stock, state, trail, t, g, u):
            return False
    return bool(trail.length[0] > 0)


@inner_kernel
def _partner(rooms: Rooms, worth: Worth, seats: Seats, f: int, first: int, last: int) -> int:
    """Return somebody of about the size of f to swap with, or -1."""
    for _ in range(PARTNERS):
        far = 1 + int(-NEAR_SIZE * np.log(max(np.random.random(), 1e-300)))
        place = worth.rank[f] + (far if np.random.random() < 0.5 else -far)
        if place < 0 or place >= len(worth.by_size):
            continue
        g = worth.by_size[place]
        if _fit_each_other(rooms, worth, seats, f, g, first, last):
            return int(g)
    return -1


@inner_kernel
def _fit_each_other(
    rooms: Rooms, worth: Worth, seats: Seats, f: int, g: int, first: int, last: int
) -> bool:
    """Return whether two tenants are in different units that have room for each other's."""
    differ = False
    for t in range(first, last):
        u, v = seats.unit[t, f], seats.unit[t, g]
        if u == v:
            continue
        differ = True
        if v >= 0 and worth.area[t, f] > 0 and not _fits_instead(rooms, seats, t, f, g, v):
            return False
        if u >= 0 and worth.area[t, g] > 0 and not _fits_instead(rooms, seats, t, g, f, u):
            return False
    return differ


@inner_kernel
def _fits_instead(rooms: Rooms, seats: Seats, t: int, f: int, g: int, u: int) -> bool:
    """Return whether the main part of f has room in a unit that all parts of g leave."""
    left = rooms.room[t, u, M2] - seats.used[t, u, M2]
    for rank in range(rooms.part_start[g], rooms.part_start[g + 1]):
        p = rooms.part_of[rank]
        if seats.unit[t, p] == u:
            left += rooms.part_use[t, p, M2]
    return bool(rooms.fits[t, f, u]) and rooms.part_use[t, f, M2] <= left


@inner_kernel
def _refuge(worth: Worth, seats: Seats, trail: Trail, t: int, f: int, here: int, way: int) -> int:
    """Return a house where somebody who was put out may try, or -1."""
    if way == 0:
        return int(seats.home[t - 1, f]) if t > 0 else -1
    if way == 1:
        return int(seats.home[t + 1, f]) if t + 1 < len(seats.home) else -1
    if way == 2:
        return int(trail.old[t])
    if way == 3:
        return here
    start, end = worth.cand_start[f], worth.cand_start[f + 1]
    return int(worth.cand[start + np.random.randint(end - start)])


@inner_kernel
def _seat(  # noqa: C901, PLR0912 - one search in a kernel
    stock: Stock, state: State, trail: Trail, t: int, f: int, h: int, force: int
) -> bool:
    """Put a tenant into a house where little room is left; `force`: put out who is in the way."""
    rooms, seats = stock.rooms, state.seats
    begin, end = rooms.start[h], rooms.start[h + 1]
    prefer, aim = -1, -1
    if t > 0 and seats.home[t - 1, f] == h:
        prefer = seats.unit[t - 1, f]
    elif t + 1 < len(seats.home) and seats.home[t + 1, f] == h:
        prefer = seats.unit[t + 1, f]
    for _ in range(OUT_MAX + 2):
        roll = np.random.randint(64) if force else -1
        other, best, least, chosen = FREE, -1, np.inf, -1
        other = obstacle_in_house(stock.demands, state.books, seats, t, f, h, max(roll, 0))
        if other != FREE and not force:
            return False
        low, high = (begin, end) if aim < 0 else (aim, aim + 1)
        for u in range(low, high):
            who = obstacle_in_unit(rooms, seats, t, f, h, u, roll)
            if who == IMPOSSIBLE or (who != FREE and not force):
                continue
            left = 1.0 + rooms.room[t, u, M2] - seats.used[t, u, M2] - rooms.part_use[t, f, M2]
            left = left * (0.3 + np.random.random()) if u != prefer else -1.0
            if who != FREE:
                left = 1e9 + np.random.random() - 0.5 * (u == prefer)
            if left < least:
                best, least, chosen = u, left, who
        if best < 0:
            return False
        if other == FREE:
            other = chosen
        if other == FREE:
            seats.spot[0] = best
            if not annexes(rooms, seats, t, f, h):
                return False
            record(stock, state, trail, t, f, h, 1)
            return True
        if not force or other == IMPOSSIBLE or trail.out[t, 0] == OUT_MAX:
            return False
        if chosen != FREE:
            aim = best
        record(stock, state, trail, t, other, h, -1)
        trail.out[t, 0] += 1
        trail.out[t, trail.out[t, 0]] = other
    return False
