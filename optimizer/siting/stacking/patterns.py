"""Whole parts of tenants on single units: what each unit is worth at most at prices of tenants.

For a unit with room R, parts p that fit there, each of a net worth v[p]
    maximise sum v[p] taken[p]    subject to  sum m2[p] taken[p] <= R,  no more than `most` parts,
    no two main parts that keep apart however near,  workshops or offices in a hybrid unit, which
    costs `charge` as a workshop
Exactly, by depth first search with the knapsack's own table as its bound (Bellman 1957). Adding
units up, a tenant may be in several of one hotel: a relaxation, which its price makes up for.
A place x is one part in one unit where it fits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.compiled import inner_kernel, kernel
from optimizer.core.hotels import Space
from optimizer.siting.kernels import sort_part
from optimizer.siting.stacking.houses import NO_LIMIT
from optimizer.siting.stacking.pricing import stock_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from optimizer.siting.city import HotelType
    from optimizer.siting.stacking.houses import Houses

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

LOOKS_MAX = 100_000  # nodes of one search; then the table alone is the bound
MARGIN = 1e-9  # EUR: a better end of a search is not worth looking for
WORKSHOP, OFFICE = int(Space.WORKSHOP), int(Space.OFFICE)


class Units(NamedTuple):
    """Units u of all hotel types, one after another, parts p of tenants f, places x of both.

    type, room, most (-1: any number) : (u,). charge : (u,), EUR per year. hybrid : (u,). number :
    (u,), level. start (u + 1,), part (x,) : parts that fit. unit (x,). m2, tenant, space, main :
    (p,). clash : (f, f), keep apart even at no distance.
    """

    type: Ints
    room: Ints
    most: Ints
    charge: Floats
    hybrid: Flags
    number: Ints
    start: Ints
    part: Ints
    unit: Ints
    m2: Ints
    tenant: Ints
    space: Ints
    main: Flags
    clash: Flags


class _Desk(NamedTuple):
    """Room for one search: places by falling worth per m2, and what is chosen of them."""

    key: Floats
    order: Ints
    m2: Ints
    worth: Floats
    place: Ints
    now: Ints
    best: Ints
    size: Ints
    table: Floats


def build_units(
    types: Sequence[HotelType], houses: Houses, able: Flags, clash: Flags, charge: Floats
) -> Units:
    """Return the units of hotel types. able : (types, f). charge : (n,), by unit of `houses`."""
    rows: list[tuple[int, int, int, float, bool, int]] = []
    parts, start = [np.zeros(0, dtype=np.int64)], [0]
    for rank, kind in enumerate(types):
        stock = stock_of(kind, houses)
        first = int(houses.unit_start[kind.house])
        fits = stock.fits & (houses.part_m2 > 0)[:, None]
        fits &= able[rank][houses.part_tenant][:, None]
        for unit in range(fits.shape[1]):
            n = first + unit
            most = int(houses.tenants_max[n])
            hybrid = bool(houses.space[n] == Space.HYBRID)
            most = -1 if most >= NO_LIMIT else most
            room, number = int(stock.room_m2[unit]), int(houses.number[n])
            rows.append((rank, room, most, float(charge[n]), hybrid, number))
            parts.append(np.flatnonzero(fits[:, unit]))
            start.append(start[-1] + len(parts[-1]))
    columns = list(zip(*rows, strict=True)) or [()] * 6
    bounds = np.array(start, dtype=np.int64)
    return Units(
        type=np.array(columns[0], dtype=np.int64),
        room=np.array(columns[1], dtype=np.int64),
        most=np.array(columns[2], dtype=np.int64),
        charge=np.array(columns[3], dtype=np.float64),
        hybrid=np.array(columns[4], dtype=bool),
        number=np.array(columns[5], dtype=np.int64),
        start=bounds,
        part=np.concatenate(parts).astype(np.int64),
        unit=np.repeat(np.arange(len(rows)), np.diff(bounds)),
        m2=houses.part_m2.astype(np.int64),
        tenant=houses.part_tenant.astype(np.int64),
        space=houses.part_space.astype(np.int64),
        main=np.arange(len(houses.part_m2)) < len(houses.area_m2),
        clash=clash,
    )


@kernel
def unit_values(units: Units, value: Floats, mine: Flags, worth: Floats, taken: Flags) -> None:
    """Add the most that units are worth to `worth` (types,), and mark what that takes in `taken`.

    value : (x,), EUR per year of a part in a unit. mine : (types,), those asked for. taken : (x,),
    all False before.
    """
    widest, most = 0, 0
    for u in range(len(units.room)):
        widest = max(widest, units.room[u])
        most = max(most, units.start[u + 1] - units.start[u])
    ints = np.zeros((6, most + 1), dtype=np.int64)
    floats = np.zeros((2, most + 1))
    desk = _Desk(
        floats[0], ints[0], ints[1], floats[1], ints[2], ints[3], ints[4],
        np.zeros(1, dtype=np.int64), np.zeros((most + 1, widest + 1)),
    )  # fmt: skip
    keep = np.zeros(most + 1, dtype=np.int64)
    for u in range(len(units.room)):
        kind, best, count = units.type[u], 0.0, 0
        if not mine[kind]:
            continue
        for shop in range(2 if units.hybrid[u] else 1):
            n = _gather(units, desk, value, u, shop)
            n = _within_reach(units, desk, n, units.room[u], units.most[u])
            found = _search(units, desk, n, units.room[u], units.most[u])
            if shop == 1:
                found -= units.charge[u]
            if found > best:
                best, count = found, desk.size[0]
                for rank in range(count):
                    keep[rank] = desk.place[desk.best[rank]]
        worth[kind] += best
        for rank in range(count):
            taken[keep[rank]] = True


def make_ready() -> None:
    """Have the kernels compiled."""
    none, flags = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=bool)
    start, clash = np.zeros(1, dtype=np.int64), np.zeros((0, 0), dtype=bool)
    units = Units(
        none, none, none, np.zeros(0), flags, none, start, none, none, none, none, none, flags,
        clash,
    )  # fmt: skip
    unit_values(units, np.zeros(0), flags, np.zeros(0), flags.copy())


@inner_kernel
def _gather(units: Units, desk: _Desk, value: Floats, u: int, shop: int) -> int:
    """List the places that are worth something, best per m2 first; return how many."""
    n = 0
    for x in range(units.start[u], units.start[u + 1]):
        p = units.part[x]
        if units.hybrid[u] and units.space[p] == (OFFICE if shop == 1 else WORKSHOP):
            continue
        if value[x] > 0.0 and units.m2[p] <= units.room[u]:
            desk.now[n], desk.key[n], desk.order[n] = x, value[x] / units.m2[p], n
            n += 1
    sort_part(desk.key, desk.order, 0, n)
    for rank in range(n):
        x = desk.now[desk.order[rank]]
        desk.place[rank], desk.m2[rank], desk.worth[rank] = x, units.m2[units.part[x]], value[x]
    return n


@inner_kernel
def _within_reach(units: Units, desk: _Desk, n: int, room: int, most: int) -> int:
    """Leave out what no choice can hold that is as good as a greedy one; return how many stay.

    By the knapsack in shares (Dantzig 1957, DOI 10.1287/opre.5.2.266): whoever pays less per m2
    than the last one it takes loses that much of it.
    """
    left, whole, price = room, 0.0, 0.0
    for rank in range(n):
        price = desk.worth[rank] / desk.m2[rank]
        if desk.m2[rank] >= left:
            whole += price * left
            left = 0
            break
        whole += desk.worth[rank]
        left -= desk.m2[rank]
    if left > 0:
        return n
    left, greedy, depth = room, 0.0, 0
    for rank in range(n):
        if desk.m2[rank] <= left and depth != most and _goes(units, desk, rank, depth):
            desk.now[depth] = rank
            depth += 1
            greedy += desk.worth[rank]
            left -= desk.m2[rank]
    kept = 0
    for rank in range(n):
        loss = price * desk.m2[rank] - desk.worth[rank]
        if whole - max(loss, 0.0) < greedy - MARGIN * (1.0 + greedy):
            continue
        desk.place[kept], desk.m2[kept] = desk.place[rank], desk.m2[rank]
        desk.worth[kept] = desk.worth[rank]
        kept += 1
    return kept


@inner_kernel
def _search(  # noqa: C901 - one search in a kernel
    units: Units, desk: _Desk, n: int, room: int, most: int
) -> float:
    """Return the most that some of the listed parts are worth; `best` and `size` say which."""
    table = desk.table
    for left in range(room + 1):
        table[n, left] = 0.0
    for rank in range(n - 1, -1, -1):
        need, value = desk.m2[rank], desk.worth[rank]
        for left in range(room + 1):
            table[rank, left] = table[rank + 1, left]
            if left >= need and table[rank + 1, left - need] + value > table[rank, left]:
                table[rank, left] = table[rank + 1, left - need] + value
    best, value, left, depth, rank = 0.0, 0.0, room, 0, 0
    desk.size[0] = 0
    for _ in range(LOOKS_MAX):
        if value + table[rank, left] > best + MARGIN:
            if rank < n:
                if desk.m2[rank] <= left and depth != most and _goes(units, desk, rank, depth):
                    desk.now[depth] = rank
                    depth += 1
                    value += desk.worth[rank]
                    left -= desk.m2[rank]
                rank += 1
                continue
            best, desk.size[0] = value, depth
            for chosen in range(depth):
                desk.best[chosen] = desk.now[chosen]
        if depth == 0:
            return float(best)
        depth -= 1
        rank = desk.now[depth]
        value -= desk.worth[rank]
        left += desk.m2[rank]
        rank += 1
    return float(table[0, room])


@inner_kernel
def _goes(units: Units, desk: _Desk, rank: int, depth: int) -> bool:
    """Return whether a main part keeps apart from none of those chosen."""
    p = units.part[desk.place[rank]]
    for chosen in range(depth):
        q = units.part[desk.place[desk.now[chosen]]]
        if units.main[p] and units.main[q] and units.clash[units.tenant[p], units.tenant[q]]:
            return False
    return True
