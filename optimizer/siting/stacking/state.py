"""Who stands where in hotels, kept up with one tenant in one period at a time.

`toggle` puts a tenant in or takes it out and keeps every count, the value (EUR per year) and the
lacks (what sums miss); `obstacle_in_house` and `obstacle_in_unit` say who is in the way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.compiled import inner_kernel, kernel
from optimizer.siting.stacking.stock import GIVES, LET, NEEDS, SENDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.siting.stacking.stock import Demands, Rooms, Stock, Worth

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

FREE, IMPOSSIBLE, SOMEBODY = -1, -2, -3
M2, PARTS, WORKS, DESKS = range(4)
SLACK = 1e-9  # of sums that float64 rounds
NEEDY = 100.0  # a tenant without support lacks as much as so many m2


class Seats(NamedTuple):
    """Who stands where; indices as in `Stock`, -1 = no place.

    unit (t, p), home (t, f). used (t, n, 4) : m2, parts, workshops, offices. lift (t, h) : trips.
    who (t, h, f), number (t, h), slot (t, f) : lists of tenants. spot : units of the parts of a
    tenant about to be put in.
    """

    unit: Ints
    home: Ints
    used: Ints
    lift: Ints
    who: Ints
    number: Ints
    slot: Ints
    spot: Ints


class Books(NamedTuple):
    """Sums: amount (t, h, c), noise (t, m), total (t, g); opened (t, h); tally : value, lacks."""

    opened: Flags
    amount: Floats
    noise: Ints
    total: Floats
    tally: Floats


class State(NamedTuple):
    """Everything that a search of tenants changes."""

    seats: Seats
    books: Books


def empty_state(stock: Stock, opened: Flags) -> State:
    """Return a state in which nobody has a place; opened : (t, h)."""
    rooms, demands, worth = stock
    periods, parts, units = rooms.fits.shape
    firms, houses = worth.gain.shape[1:]

    def none(*shape: int) -> Ints:
        return np.full(shape, -1, dtype=np.int64)

    def zero(*shape: int) -> Ints:
        return np.zeros(shape, dtype=np.int64)

    seats = Seats(
        unit=none(periods, parts),
        home=none(periods, firms),
        used=zero(periods, units, 4),
        lift=zero(periods, houses),
        who=none(periods, houses, firms),
        number=zero(periods, houses),
        slot=none(periods, firms),
        spot=none(int(np.max(np.diff(rooms.part_start), initial=1))),
    )
    books = Books(
        opened=opened.copy(),
        amount=np.zeros(demands.limit.shape),
        noise=zero(periods, len(demands.noise_room)),
        total=np.zeros((periods, len(worth.total_col))),
        tally=np.zeros(2),
    )
    return State(seats, books)


def filled_state(stock: Stock, opened: Flags, home: Ints, unit: Ints) -> State:
    """Return the state with tenants where `home` and `unit` say, as far as houses are open."""
    state = empty_state(stock, opened)
    fill(stock, state, home, unit)
    return state


@kernel
def fill(stock: Stock, state: State, home: Ints, unit: Ints) -> None:
    """Count the lacks of empty houses, then put tenants in."""
    seats, books, rooms = state.seats, state.books, stock.rooms
    for t in range(len(home)):
        books.tally[1] += total_lack(stock.worth, books, t)
        for h in range(books.opened.shape[1]):
            books.tally[1] += house_lack(stock.worth, books, t, h)
    for t in range(len(home)):
        for f in range(home.shape[1]):
            h = home[t, f]
            if h >= 0 and books.opened[t, h]:
                for rank in range(rooms.part_start[f], rooms.part_start[f + 1]):
                    seats.spot[rank - rooms.part_start[f]] = unit[t, rooms.part_of[rank]]
                toggle(stock, state, t, f, h, 1)


@inner_kernel
def moves_eur(worth: Worth, seats: Seats, t: int, f: int) -> float:
    """Return what a tenant's moves into period t, and from it to the next, cost."""
    total = 0.0
    for s in range(max(t, 1), min(t + 2, len(seats.home))):
        before = seats.home[s - 1, f]
        if before < 0:
            continue
        if seats.home[s, f] != before:
            total += worth.moving[1, s, f]
        elif seats.unit[s, f] != seats.unit[s - 1, f]:
            total += worth.moving[0, s, f]
    return total


@inner_kernel
def fitting_eur(worth: Worth, seats: Seats, u: int) -> float:
    """Return what a hybrid unit costs over all periods."""
    total, fitted, was = 0.0, False, False
    for t in range(len(seats.used)):
        now = seats.used[t, u, WORKS] > 0 or (was and seats.used[t, u, DESKS] == 0)
        if now and not fitted:
            total += worth.fitting[0, t, u]
            fitted = True
        elif now != was:
            total += worth.fitting[1, t, u]
        was = now
    return total


@inner_kernel
def house_lack(worth: Worth, books: Books, t: int, h: int) -> float:
    """Return what the sums of an open house miss, and tenants without support."""
    if not books.opened[t, h]:
        return 0.0
    let = books.amount[t, h, LET]
    lack = max(worth.let_min[t, h] - let, 0.0)
    first = SENDS + 2 * worth.value.shape[1]
    for r in range(worth.share.shape[1]):
        mine = books.amount[t, h, first + r]
        lack += max(worth.share[0, r, h] * let - mine - SLACK, 0.0)
        lack += max(mine - worth.share[1, r, h] * let - SLACK, 0.0)
    if books.amount[t, h, NEEDS] > 0.0 and not worth.supported[h]:
        for other in range(len(worth.supported)):
            if worth.near[h, other] and books.amount[t, other, GIVES] > 0.0:
                return float(lack)
        lack += NEEDY * books.amount[t, h, NEEDS]
    return float(lack)


@inner_kernel
def total_lack(worth: Worth, books: Books, t: int) -> float:
    """Return what the sums over all houses miss."""
    lack = 0.0
    for g in range(books.total.shape[1]):
        mine = books.total[t, g]
        lack += max(worth.sums[0, g] - mine - SLACK, 0.0) + max(
            mine - worth.sums[1, g] - SLACK, 0.0
        )
    for r in range(worth.pairs.shape[1]):
        mine, let = books.total[t, worth.pairs[0, r]], books.total[t, worth.pairs[1, r]]
        lack += max(worth.pair_share[0, r] * let - mine - SLACK, 0.0)
        lack += max(mine - worth.pair_share[1, r] * let - SLACK, 0.0)
    return lack


@inner_kernel
def _weigh(stock: Stock, state: State, t: int, f: int, h: int, sign: float) -> None:
    """Add to the tally, times `sign`, everything that tenant f in house h at t has a part in."""
    worth, seats, books, rooms = stock.worth, state.seats, state.books, stock.rooms
    eur = worth.service[t, h, seats.number[t, h]] - moves_eur(worth, seats, t, f)
    resources = worth.value.shape[1]
    for q in range(resources):
        sent, taken = books.amount[t, h, SENDS + q], books.amount[t, h, SENDS + resources + q]
        eur += worth.value[t, q] * min(sent, taken)
    first, last = rooms.part_start[f], rooms.part_start[f + 1]
    for rank in range(first, last):
        u = seats.spot[rank - first]
        again = not rooms.hybrid[u]
        for earlier in range(first, rank):
            again = again or seats.spot[earlier - first] == u
        if not again:
            eur -= fitting_eur(worth, seats, u)
    lack = total_lack(worth, books, t)
    lack += house_lack(worth, books, t, h)
    if worth.backs[f]:
        for other in range(len(worth.supported)):
            if other != h and worth.near[other, h] and books.amount[t, other, NEEDS] > 0.0:
                lack += house_lack(worth, books, t, other)
    books.tally[0] += sign * eur
    books.tally[1] += sign * lack


@inner_kernel
def toggle(stock: Stock, state: State, t: int, f: int, h: int, sign: int) -> None:
    """Put tenant f into house h in period t, parts in `spot` (1), or take it out (-1)."""
    rooms, seats = stock.rooms, state.seats
    first, last = rooms.part_start[f], rooms.part_start[f + 1]
    if sign < 0:
        for rank in range(first, last):
            seats.spot[rank - first] = seats.unit[t, rooms.part_of[rank]]
    _weigh(stock, state, t, f, h, -1.0)
    shift(stock, state, t, f, h, sign)
    _weigh(stock, state, t, f, h, 1.0)
    state.books.tally[0] += sign * stock.worth.gain[t, f, h]


@inner_kernel
def shift(stock: Stock, state: State, t: int, f: int, h: int, sign: int) -> None:
    """Do what `toggle` does, but leave the tally as it is; the tenant's parts are in `spot`."""
    rooms, demands, worth = stock.rooms, stock.demands, stock.worth
    seats, books = state.seats, state.books
    first, last = rooms.part_start[f], rooms.part_start[f + 1]
    for rank in range(first, last):
        p, u = rooms.part_of[rank], seats.spot[rank - first]
        for what in range(4):
            seats.used[t, u, what] += sign * rooms.part_use[t, p, what]
        seats.unit[t, p] = u if sign > 0 else -1
    if rooms.number[seats.spot[0]] > 0:
        seats.lift[t, h] += sign * rooms.lift[f]
    for x in range(demands.use_at[f], demands.use_at[f + 1]):
        column = demands.use_col[x]
        books.amount[t, h, column] += sign * demands.use[t, x]
        if not worth.counted[column]:
            continue
        for g in range(len(worth.total_col)):
            if worth.total_col[g] == column and worth.covers[g, h]:
                books.total[t, g] += sign * demands.use[t, x]
    for y in range(demands.noise_at[h], demands.noise_at[h + 1]):
        books.noise[t, demands.noise_row[y]] += sign * demands.noise[f, y]
    _list(seats, t, f, h, sign)


@inner_kernel
def _list(seats: Seats, t: int, f: int, h: int, sign: int) -> None:
    """Enter a tenant into the list of a house, or strike it off."""
    if sign > 0:
        seats.who[t, h, seats.number[t, h]] = f
        seats.slot[t, f] = seats.number[t, h]
        seats.home[t, f] = h
        seats.number[t, h] += 1
        return
    seats.number[t, h] -= 1
    last, place = seats.who[t, h, seats.number[t, h]], seats.slot[t, f]
    seats.who[t, h, place] = last
    seats.slot[t, last] = place
    seats.slot[t, f] = -1
    seats.home[t, f] = -1


@inner_kernel
def obstacle_in_house(
    demands: Demands, books: Books, seats: Seats, t: int, f: int, h: int, roll: int
) -> int:
    """Return who is in the way of tenant f in any unit of a house; else `FREE`, `IMPOSSIBLE`."""
    asked, row = -1, -1
    for x in range(demands.use_at[f], demands.use_at[f + 1]):
        column = demands.use_col[x]
        if books.amount[t, h, column] + demands.use[t, x] > demands.limit[t, h, column] + SLACK:
            asked = column
    for y in range(demands.noise_at[h], demands.noise_at[h + 1]):
        made = demands.noise[f, y]
        if (
            made
            and books.noise[t, demands.noise_row[y]] + made
            > demands.noise_room[demands.noise_row[y]]
        ):
            row = y
    if asked < 0 and row < 0:
        return FREE
    count = seats.number[t, h]
    for step in range(count):
        g = seats.who[t, h, (roll + step) % count]
        if asked < 0 and demands.noise[g, row] > 0:
            return int(g)
        for x in range(demands.use_at[g], demands.use_at[g + 1]):
            if demands.use_col[x] == asked and demands.use[t, x] > 0.0:
                return int(g)
    return IMPOSSIBLE


@inner_kernel
def obstacle_in_unit(  # noqa: C901 - one look in a kernel
    rooms: Rooms, seats: Seats, t: int, f: int, h: int, u: int, roll: int
) -> int:
    """Return who is in the way of a tenant's main part in a unit; else `FREE`, `IMPOSSIBLE`.

    roll : where to begin to look; negative: nobody asks who, `SOMEBODY` will do.
    """
    need = rooms.part_use[t, f, M2]
    if not rooms.fits[t, f, u] or need > rooms.room[t, u, M2] or rooms.room[t, u, PARTS] < 1:
        return IMPOSSIBLE
    full = seats.used[t, u, M2] + need > rooms.room[t, u, M2]
    full = full or seats.used[t, u, PARTS] >= rooms.room[t, u, PARTS]
    if rooms.hybrid[u]:
        full = full or (rooms.part_use[t, f, WORKS] > 0 and seats.used[t, u, DESKS] > 0)
        full = full or (rooms.part_use[t, f, DESKS] > 0 and seats.used[t, u, WORKS] > 0)
    if full and roll < 0:
        return SOMEBODY
    lifted = rooms.number[u] > 0 and seats.lift[t, h] + rooms.lift[f] > rooms.lift_max[h]
    count = seats.number[t, h]
    for step in range(count):
        g = seats.who[t, h, (roll + step) % count]
        v = seats.unit[t, g]
        if full:
            for rank in range(rooms.part_start[g], rooms.part_start[g + 1]):
                if seats.unit[t, rooms.part_of[rank]] == u:
                    return int(g)
        elif lifted:
            if rooms.number[v] > 0 and rooms.lift[g] > 0:
                return int(g)
        elif rooms.pair[f, g]:
            bits = rooms.pair[f, g]
            for rule in range(rooms.enough.shape[1]):
                close = abs(rooms.number[u] - rooms.number[v]) < rooms.enough[0, rule]
                close = (
                    close and abs(rooms.position_m[u] - rooms.position_m[v]) < rooms.enough[1, rule]
                )
                if close and bits >> rule & 1:
                    return int(g)
    return IMPOSSIBLE if full or lifted else FREE
