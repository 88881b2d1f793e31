"""Columns of tenants' parts in units, neutral about who asks: the whole model, or some hotels.

Rules (`units`, `docks`, `nuisance`, ...) add their rows over these columns; a packing gives hotels
that are open and hubs that are inside as columns fixed at 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from optimizer.core.problem import Problem
    from optimizer.siting.data import SitingData
    from optimizer.siting.stacking.houses import Houses
    from optimizer.solvers import Builder

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]


class Inside(NamedTuple):
    """A hub inside a house: floor and docks that it takes."""

    house: int
    m2: int
    docks: int


class Hubs(NamedTuple):
    """Columns of hubs that may be inside houses, parallel arrays; m2 and docks that they take.

    rival_house, rival_column : other hotels of a house's site: the hub inside is then theirs.
    """

    house: Ints
    column: Ints
    m2: Ints
    docks: Ints
    rival_house: Ints
    rival_column: Ints


class Places(NamedTuple):
    """Columns of (part, unit) pairs; arrays have shape (k,).

    column, part, unit (place in `Houses`), house, tenant, main (is a main part).
    opened : (h,), column of each house. whole : every hotel that may be open takes part, so that
    rows over all hotels hold; else those alone that hold for some of them as well.
    minima : whether what must be reached over all hotels (mix, jobs) and in each (let) binds.
    """

    column: Ints
    part: Ints
    unit: Ints
    house: Ints
    tenant: Ints
    main: Flags
    opened: Ints
    hubs: Hubs
    whole: bool = True
    minima: bool = True

    def mains(self) -> tuple[Ints, Ints, Ints]:
        """Return column, tenant and house of main parts."""
        return self.column[self.main], self.tenant[self.main], self.house[self.main]


def add_places(
    builder: Builder,
    houses: Houses,
    opened: Ints,
    hubs: Hubs,
    *,
    allowed: Flags | None = None,
    price: Floats | None = None,
) -> Places:
    """Add a binary column per pair that may be.

    allowed : (p, n), pairs that may be (by default where parts fit). price : (f,), EUR per year
    taken off each tenant's gain.
    """
    part, unit = np.nonzero(houses.fits if allowed is None else allowed)
    house, tenant = houses.house[unit], houses.part_tenant[part]
    main = part < len(houses.area_m2)
    gain = houses.gain_eur[tenant, house]
    if price is not None:
        gain = gain - price[tenant]
    column = builder.add_columns(len(part), cost=np.where(main, -gain, 0.0), integer=True)
    return Places(column, part, unit, house, tenant, main, opened, hubs)


def hubs_of(problem: Problem, data: SitingData, houses: Houses, opened: Ints) -> Hubs:
    """Return the hubs that may be inside; `opened` holds the columns of all options."""
    hotels = problem.hotels
    inside = np.flatnonzero((data.inside_m2 > 0) & (data.kind == Kind.MICRO_HUB))
    house, which = np.nonzero(houses.site[:, None] == data.site[inside][None, :])
    one, other = np.nonzero(houses.site[:, None] == houses.site[None, :])
    apart = one != other
    hub = inside[which]
    docks = np.zeros(problem.designs.count) if hotels is None else hotels.equipment.inside_docks
    return Hubs(
        house=house,
        column=opened[hub],
        m2=data.inside_m2[hub],
        docks=docks[data.design[hub]].astype(np.int64),
        rival_house=one[apart],
        rival_column=opened[houses.option[other[apart]]],
    )


def fixed_hubs(builder: Builder, inside: Sequence[Inside]) -> Hubs:
    """Return hubs that are there, as columns fixed at 1."""
    column = builder.add_columns(len(inside), lower=1.0)
    house, m2, docks = (
        np.array([hub[rank] for hub in inside], dtype=np.int64) for rank in range(3)
    )
    none = np.zeros(0, dtype=np.int64)
    return Hubs(house, column, m2, docks, none, none)


def taken_inside(hubs: Hubs, amount: Ints, houses: int) -> tuple[tuple[Ints, Ints, Ints], ...]:
    """Return entries (house, column, coefficient) of what hubs take, and rivals give back."""
    most = np.zeros(houses, dtype=np.int64)
    np.maximum.at(most, hubs.house, amount)
    return (
        (hubs.house, hubs.column, amount),
        (hubs.rival_house, hubs.rival_column, -most[hubs.rival_house]),
    )


def add_presence(
    builder: Builder, houses: Houses, places: Places, mine: Ints, state: Ints, *, only_if: bool
) -> None:
    """Let some pairs be in their units only if the binary `state` (n,) of the unit is 1 (or 0).

    One row per unit, by area: many more rows, pair by pair, are hardly tighter and far slower.
    mine : positions among the pairs; state : -1 where units have none.
    """
    mine = mine[state[places.unit[mine]] >= 0]
    unit, row = np.unique(places.unit[mine], return_inverse=True)
    part_m2 = houses.part_m2[places.part[mine]]
    most = houses.room_m2[unit] + np.bincount(row, part_m2 < 1, len(unit))
    builder.add_rows(
        len(unit),
        (row, places.column[mine], np.maximum(part_m2, 1)),
        (np.arange(len(unit)), state[unit], -most if only_if else most),
        upper=0.0 if only_if else most,
    )


def able_tenants(houses: Houses, places: Places) -> Flags:
    """Return who could be in each house, shape (h, f)."""
    _, tenant, house = places.mains()
    able = np.zeros((len(houses.option), len(houses.area_m2)), dtype=bool)
    able[house, tenant] = True
    return able


def most_use(houses: Houses, able: Flags, use: NDArray[np.number]) -> Floats:
    """Return what tenants of a house could use at most, were it let by use per m2, shape (h,).

    use : (f,) or (h, f). Rows that stay below their limit even so need not be written.
    """
    every = np.broadcast_to(use, able.shape)
    room = np.bincount(houses.house, houses.room_m2, len(able))
    most = np.zeros(len(able))
    for h, here in enumerate(able):
        mine = np.flatnonzero(here & (every[h] > 0))
        amount, area = every[h][mine].astype(float), houses.area_m2[mine].astype(float)
        order = np.argsort(-amount / area, kind="stable")
        before = np.cumsum(area[order]) - area[order]
        share = np.clip((room[h] - before) / area[order], 0.0, 1.0)
        most[h] = float(amount[order] @ share)
    return most
