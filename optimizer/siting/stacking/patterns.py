"""Whole parts of tenants on single units: what each unit is worth at most at prices of tenants.

For a unit with room R, parts p that fit there, net worth v[p] (their tenant's, shared out by area)
    maximise sum v[p] taken[p]    subject to  sum m2[p] taken[p] <= R,  no more than `most` parts,
    no two main parts that keep apart however near,  workshops or offices in a hybrid unit, which
    costs `charge` as a workshop
Exactly, by depth first search with the knapsack's own table as its bound (Bellman 1957). Adding
units up, a tenant may be in several of one hotel: a relaxation, which its price makes up for.
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
    """Units u of all hotel types, one after another, and parts p of tenants f.

    type, room, most (-1: any number) : (u,). charge : (u,), EUR per year. hybrid : (u,).
    start (u + 1,), part (x,) : parts that fit. m2, tenant, space : (p,). share : (p,), of the
    tenant's area. main : (p,). clash : (f, f), keep apart even at no distance.
    """

    type: Ints
    room: Ints
    most: Ints
    charge: Floats
    hybrid: Flags
    start: Ints
    part: Ints
    m2: Ints
    tenant: Ints
    space: Ints
    share: Floats
    main: Flags
    clash: Flags


class _Desk(NamedTuple):
    """Room for one search: candidates by falling worth per m2, and what is chosen of them."""

    key: Floats
    order: Ints
    m2: Ints
    worth: Floats
    part: Ints
    now: Ints
    best: Ints
    size: Ints
    table: Floats


def build_units(
    types: Sequence[HotelType], houses: Houses, able: Flags, clash: Flags, charge: Floats
) -> Units:
    """Return the units of hotel types. able : (types, f). charge : (n,), by unit of `houses`."""
    rows: list[tuple[int, int, int, float, bool]] = []
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
            rows.append((rank, int(stock.room_m2[unit]), most, float(charge[n]), hybrid))
            parts.append(np.flatnonzero(fits[:, unit]))
            start.append(start[-1] + len(parts[-1]))
    area = houses.area_m2[houses.part_tenant]
    columns = list(zip(*rows, strict=True)) or [()] * 5
    return Units(
        type=np.array(columns[0], dtype=np.int64),
        room=np.array(columns[1], dtype=np.int64),
        most=np.array(columns[2], dtype=np.int64),
        charge=np.array(columns[3], dtype=np.float64),
        hybrid=np.array(columns[4], dtype=bool),
        start=np.array(start, dtype=np.int64),
        part=np.concatenate(parts).astype(np.int64),
        m2=houses.part_m2.astype(np.int64),
        tenant=houses.part_tenant.astype(np.int64),
        space=houses.part_space.astype(np.int64),
        share=np.where(area > 0, houses.part_m2 / np.maximum(area, 1), 0.0),
        main=np.arange(len(houses.part_m2)) < len(houses.area_m2),
        clash=clash,
    )


@kernel
def unit_values(units: Units, net: Floats, mine: Flags, worth: Floats, placed: Floats) -> None:
    """Add the most that units are worth to `worth` (types,), and who is in them to `placed`.

    net : (types, f), EUR per year of whole tenants less prices. mine : (types,), those asked for.
    placed : (types, f), shares.
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
            n = _gather(units, desk, net, u, shop)
            found = _search(units, desk, n, units.room[u], units.most[u])
            if shop == 1:
                found -= units.charge[u]
            if found > best:
                best, count = found, desk.size[0]
                for rank in range(count):
                    keep[rank] = desk.part[desk.best[rank]]
        worth[kind] += best
        for rank in range(count):
            placed[kind, units.tenant[keep[rank]]] += units.share[keep[rank]]


def make_ready() -> None:
    """Have the kernels compiled."""
    none, nothing = np.zeros(0, dtype=np.int64), np.zeros((0, 0))
    flags = np.zeros(0, dtype=bool)
    start = np.zeros(1, dtype=np.int64)
    clash = np.zeros((0, 0), dtype=bool)
    units = Units(
        none, none, none, np.zeros(0), flags, start, none, none, none, none,
        np.zeros(0), flags, clash,
    )  # fmt: skip
    unit_values(units, nothing, flags, np.zeros(0), nothing.copy())


@inner_kernel
def _gather(units: Units, desk: _Desk, net: Floats, u: int, shop: int) -> int:
    """List the parts that are worth something, best per m2 first; return how many."""
    kind, n = units.type[u], 0
    for x in range(units.start[u], units.start[u + 1]):
        p = units.part[x]
        if units.hybrid[u] and units.space[p] == (OFFICE if shop == 1 else WORKSHOP):
            continue
        value = net[kind, units.tenant[p]] * units.share[p]
        if value > 0.0 and units.m2[p] <= units.room[u]:
            desk.now[n], desk.key[n], desk.order[n] = p, value / units.m2[p], n
            n += 1
    sort_part(desk.key, desk.order, 0, n)
    for rank in range(n):
        p = desk.now[desk.order[rank]]
        desk.part[rank], desk.m2[rank] = p, units.m2[p]
        desk.worth[rank] = net[kind, units.tenant[p]] * units.share[p]
    return n


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
    p = desk.part[rank]
    for chosen in range(depth):
        q = desk.part[desk.now[chosen]]
        if units.main[p] and units.main[q] and units.clash[units.tenant[p], units.tenant[q]]:
            return False
    return True
