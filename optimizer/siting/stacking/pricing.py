"""Hotel types as the bound sees them: what tenants are worth there, and linear rules they keep.

x[f,T] in [0, 1] is how much of tenant f is in a hotel of type T; n[T] how many such hotels are
open. Every plan obeys, and so the bound may use:

    area      parts split over units, whole tenants over the units where any of their parts fits
    own rows  sum_f use[f] x[f,T] <= limit n[T]: docks by interval, goods lift trips of tenants
              who fit above the ground floor alone, jobs by skill, let and productive share, mix of
              each hotel, number of parts; packings (`packing`)
    shared    sum_T,f use[T,f] x[f,T] <= limit: mix over all hotels, jobs, noise at neighbours
    roofs     each use with its duty, the rest at the best use, total_max over all hotels
    exchange  flows between sites within reach, the loss taken; links cost nothing
Services: what n tenants have of all that a hotel can have is a convex function of n. A type "with
services" takes its last piece, each * n - fixed, one without them the chord up to where that piece
begins; the better one is never less than the gain. Hybrid units cost a workshop its share of the
fitting out. Who keeps apart, whole tenants on whole units and support near start-ups are left to
the packings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.hotels import Space
from optimizer.siting.costs import annuity
from optimizer.siting.stacking.columns_exchange import build_exchange
from optimizer.siting.stacking.houses import NO_LIMIT
from optimizer.siting.stacking.pricing_shared import (
    RoofWorth,
    Shared,
    roof_eur,
    roof_worth,
    rows_of,
    shared_rows,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from optimizer.core.problem import Problem
    from optimizer.siting.city import HotelType
    from optimizer.siting.data import SitingData
    from optimizer.siting.stacking.columns_exchange import Exchange
    from optimizer.siting.stacking.houses import Houses

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

GROUPS_MAX = 8


class OwnRow(NamedTuple):
    """use . x[., T] <= limit n[T]; rule : which one of its type, -1: the interval of docks."""

    type: int
    use: Floats
    limit: float
    rule: int = -1
    interval: int = -1


class Relaxation(NamedTuple):
    """Everything linear about hotel types T and tenants f; see the module.

    able : (types, f). mask, room_m2 : groups of units, (types, f) and (types, groups).
    worth : (types, f), EUR per year. fitting : (types, f), taken off it for hybrid units. fixed :
    (types,), what services cost whoever has them. own : rows known from the start. dock_use (f, k)
    and dock_room (types, k) hold many more, of which few bind.
    """

    able: Bools
    mask: Ints
    room_m2: Floats
    worth: Floats
    fitting: Floats
    fixed: Floats
    area_m2: Floats
    own: tuple[OwnRow, ...]
    dock_use: Floats
    dock_room: Floats
    shared: Shared
    roofs: RoofWorth
    exchange: Exchange


class Multipliers(NamedTuple):
    """Prices >= 0 of the rules of `Relaxation`.

    own : of `rows`, (r,). shared : of its rows. roof : of the total of each use. supply, demand :
    of what leaves and reaches each house or partner, (N + e, q).
    """

    rows: tuple[OwnRow, ...]
    own: Floats
    shared: Floats
    roof: Floats
    supply: Floats
    demand: Floats


class Stock(NamedTuple):
    """Units of one hotel type: who fits (parts, units), their room, and the parts of tenants."""

    fits: Bools
    room_m2: Floats
    ground: Bools


def stock_of(kind: HotelType, houses: Houses) -> Stock:
    """Return the units of a type; a hub inside takes its room from the first one on level 0."""
    units = slice(houses.unit_start[kind.house], houses.unit_start[kind.house + 1])
    room = houses.room_m2[units].astype(np.float64)
    if houses.ground[kind.house] >= 0:
        room[houses.ground[kind.house] - houses.unit_start[kind.house]] -= kind.inside_m2
    room = np.maximum(room, 0.0)
    fits = houses.fits[:, units] & (houses.part_m2[:, None] <= room[None, :])
    return Stock(fits, room, houses.number[units] == 0)


def alike(problem: Problem, data: SitingData, houses: Houses) -> Ints:
    """Return for every house the first one that is the same to tenants, (h,)."""
    first: dict[object, int] = {}
    found = np.zeros(len(houses.option), dtype=np.int64)
    hotels = problem.hotels
    apart = hotels is None or hotels.symbiosis.count > 0
    for house, option in enumerate(houses.option.tolist()):
        units = slice(houses.unit_start[house], houses.unit_start[house + 1])
        arrays = (
            houses.fits[:, units],
            houses.gain_eur[:, house],
            houses.dock_room[house],
            houses.skill_max[house],
            houses.noise_use[:, house],
            houses.supported[house],
        )
        design, jurisdiction = data.design[option], problem.sites.jurisdiction[data.site[option]]
        key = (design, jurisdiction, data.existing[option])
        whole = house if apart else (*key, *(np.asarray(part).tobytes() for part in arrays))
        found[house] = first.setdefault(whole, house)
    return found


def relax(
    problem: Problem, data: SitingData, types: Sequence[HotelType], houses: Houses
) -> Relaxation:
    """Return what the types offer and what their tenants keep."""
    kinds, firms = len(types), problem.tenants.count
    stocks = [stock_of(kind, houses) for kind in types]
    able = np.array([_able(houses, stock, firms) for stock in stocks], dtype=bool)
    able = able.reshape(kinds, firms)
    if problem.hotels is not None and problem.hotels.access.support_limit_s >= 0:
        able &= _may_be_supported(types, houses)
    grouped = [_groups(houses, stock, fine) for stock, fine in zip(stocks, able, strict=True)]
    width = max((len(room) for _, room in grouped), default=0)
    room = np.array([own + [0.0] * (width - len(own)) for _, own in grouped], dtype=np.float64)
    room = room.reshape(kinds, width)
    most = [
        _tenants_at_most(houses.area_m2[fine], float(stock.room_m2.sum()))
        for stock, fine in zip(stocks, able, strict=True)
    ]
    served = [services_eur(problem, kind, most[rank]) for rank, kind in enumerate(types)]
    rows = [
        row
        for rank, kind in enumerate(types)
        for row in _own_rows(problem, data, houses, (rank, kind), (stocks[rank], able[rank]))
    ]
    hours = (houses.hours[:, 1] - houses.hours[:, 0]) if len(houses.hours) else np.zeros(0)
    lost = 60.0 * np.outer([kind.inside_docks for kind in types], hours)
    mine = rows_of(types)
    fitting = [
        _fitting_eur(problem, houses, kind, stock)
        for kind, stock in zip(types, stocks, strict=True)
    ]
    return Relaxation(
        able=able,
        mask=np.array([mask for mask, _ in grouped], dtype=np.int64).reshape(kinds, firms),
        room_m2=room,
        worth=np.array(
            [
                data.tenant_eur[:, kind.design] + served[rank][0] - fitting[rank]
                for rank, kind in enumerate(types)
            ]
        ).reshape(kinds, firms),
        fitting=np.array(fitting).reshape(kinds, firms),
        fixed=np.array([cost for _, cost in served]),
        area_m2=houses.area_m2.astype(np.float64),
        own=tuple(rows),
        dock_use=houses.dock_use.astype(np.float64),
        dock_room=houses.dock_room[mine].astype(np.float64) - lost,
        shared=shared_rows(problem, data, types, houses, able),
        roofs=roof_worth(problem, data, types, houses),
        exchange=build_exchange(problem, data, types, (houses, able), room.sum(axis=1)),
    )


def first_multipliers(relaxed: Relaxation) -> Multipliers:
    """Return prices that need no programme: exchange is worth its most to those who give."""
    exchange = relaxed.exchange
    supply = np.zeros(exchange.limit_gives.shape)
    np.maximum.at(supply, (exchange.origin, exchange.resource), exchange.worth)
    return Multipliers(
        rows=(),
        own=np.zeros(0),
        shared=np.zeros(len(relaxed.shared.limit)),
        roof=np.zeros(len(relaxed.roofs.net_eur_m2)),
        supply=supply,
        demand=np.zeros_like(supply),
    )


def priced_types(
    relaxed: Relaxation, at: Multipliers
) -> tuple[Floats, Floats, Floats, Floats, Floats, Floats]:
    """Return value, area, base, charge, extra and owed of `siting.tenancy.Tenancy`.

    Any multipliers >= 0 give a bound.
    """
    exchange, count = relaxed.exchange, len(relaxed.worth)
    node, houses = exchange.node, int(exchange.node.max(initial=-1)) + 1
    charge = -(at.supply[node] @ exchange.gives.T + at.demand[node] @ exchange.takes.T)
    for where, use, price in zip(relaxed.shared.where, relaxed.shared.use, at.shared, strict=True):
        if price > 0.0:
            charge[where] += price * use
    own, base = np.zeros_like(charge), np.zeros(count)
    for row, price in zip(at.rows, at.own.tolist(), strict=True):
        if price > 0.0:
            own[row.type] += price * row.use
            base[row.type] += price * row.limit
    extra = roof_eur(relaxed.roofs, at.roof)
    limited = np.isfinite(relaxed.roofs.total_m2)
    left = exchange.worth - at.supply[exchange.origin, exchange.resource]
    left = left - exchange.kept * at.demand[exchange.target, exchange.resource]
    partners = slice(houses, None)
    owed = np.concatenate(
        [
            at.shared * relaxed.shared.limit,
            (at.roof * np.where(limited, relaxed.roofs.total_m2, 0.0)),
            (at.supply * exchange.limit_gives)[partners].ravel(),
            (at.demand * exchange.limit_takes)[partners].ravel(),
            np.maximum(left, 0.0) * exchange.most,
        ]
    )
    value = np.where(relaxed.able, relaxed.worth - charge - own, 0.0)
    return value, relaxed.area_m2, base + extra - relaxed.fixed, charge, extra, owed


def _able(houses: Houses, stock: Stock, firms: int) -> Bools:
    """Return tenants each of whose parts fits some unit, (f,)."""
    somewhere = stock.fits.any(axis=1) | (houses.part_m2 <= 0)
    able = houses.area_m2 > 0
    np.logical_and.at(able, houses.part_tenant[~somewhere], False)  # noqa: FBT003 - a ufunc
    able[houses.part_tenant[:firms]] &= stock.fits[:firms].any(axis=1)
    return able


def _may_be_supported(types: Sequence[HotelType], houses: Houses) -> Bools:
    """Return who has support near, or could have it from another tenant in a hotel, (types, f)."""
    others = houses.gives.sum() - houses.gives
    fine = houses.supported[rows_of(types)]
    allowed: Bools = fine[:, None] | ~houses.needs[None, :] | (others > 0)[None, :]
    return allowed


def _groups(houses: Houses, stock: Stock, able: Bools) -> tuple[Ints, list[float]]:
    """Return each tenant's mask of groups of units, all its parts together, and their room."""
    firms = len(able)
    fits = np.zeros((firms, stock.fits.shape[1]), dtype=bool)
    np.logical_or.at(fits, houses.part_tenant, stock.fits)
    fits &= able[:, None]
    columns: dict[bytes, int] = {}
    room: list[float] = []
    mask = np.zeros(firms, dtype=np.int64)
    for unit in range(fits.shape[1]):
        key = fits[:, unit].tobytes()
        group = columns.setdefault(key, min(len(room), GROUPS_MAX - 1))
        if group == len(room):
            room.append(0.0)
        room[group] += float(stock.room_m2[unit])
        mask |= fits[:, unit].astype(np.int64) << group
    return mask, room


def _tenants_at_most(area_m2: NDArray[np.int64], room_m2: float) -> int:
    """Return how many of these tenants have room together at most."""
    return int(np.searchsorted(np.cumsum(np.sort(area_m2)), room_m2, side="right"))


def services_eur(problem: Problem, kind: HotelType, most: int) -> tuple[float, float]:
    """Return what services are worth to each tenant, and what they cost, EUR per year.

    most : tenants that have room. Of all that n <= most tenants have of services the maximum of
    each * n - cost over the type and its twin is an upper bound, exact from where all of them pay.
    """
    if problem.hotels is None:
        return 0.0, 0.0
    services = problem.hotels.services
    mine = services.designs[:, kind.design] & (services.tenants_min <= most)
    each, cost = services.eur_tenant_year[mine], services.eur_year[mine]
    if not np.any(each > 0.0):
        return 0.0, 0.0
    each, cost = each[each > 0.0], cost[each > 0.0]
    if kind.services:
        return float(each.sum()), float(cost.sum())
    until = min(float((cost / each).max()), float(most))
    gain = float(np.maximum(each * until - cost, 0.0).sum())
    return (gain / until if until > 0.0 else 0.0), 0.0


def _fitting_eur(problem: Problem, houses: Houses, kind: HotelType, stock: Stock) -> Floats:
    """Return the least share of fitting out hybrid units that each tenant's workshops cost."""
    cost = np.zeros(problem.tenants.count)
    if problem.hotels is None:
        return cost
    units = houses.unit[houses.unit_start[kind.house] : houses.unit_start[kind.house + 1]]
    years = np.full(len(units), problem.designs.lifetime_years[kind.design])
    fit_out = problem.hotels.units.fit_out_eur[units].astype(np.float64)
    yearly = annuity(fit_out, years, problem.prices.discount_rate)
    hybrid = problem.hotels.units.space[units] == Space.HYBRID
    each = np.where(hybrid, yearly / np.maximum(stock.room_m2, 1.0), 0.0)
    least = np.where(stock.fits, each[None, :], np.inf).min(axis=1, initial=np.inf)
    mine = (houses.part_space == Space.WORKSHOP) & np.isfinite(least)
    np.add.at(cost, houses.part_tenant[mine], least[mine] * houses.part_m2[mine])
    return cost


def _own_rows(
    problem: Problem,
    data: SitingData,
    houses: Houses,
    which: tuple[int, HotelType],
    place: tuple[Stock, Bools],
) -> list[OwnRow]:
    """Return the rows of one type that could bind."""
    (rank, kind), (stock, able) = which, place
    firms, area = len(able), houses.area_m2.astype(np.float64)
    above = able & ~(stock.fits[:firms] & stock.ground).any(axis=1)
    least = houses.productive_min[kind.house]
    rows = [
        (np.where(above, houses.lift_trips, 0), float(houses.lift_max[kind.house])),
        (-area, float(kind.inside_m2 - houses.let_min_m2[kind.house])),
        (-area * (houses.productive - least), 0.0),
    ]
    skills = zip(houses.skill_jobs.T, houses.skill_max[kind.house].tolist(), strict=True)
    rows.extend(skills)
    if problem.hotels is not None:
        units = houses.unit[houses.unit_start[kind.house] : houses.unit_start[kind.house + 1]]
        count = houses.tenants_max[houses.unit_start[kind.house] :][: len(units)]
        parts = np.bincount(houses.part_tenant, minlength=firms)
        if np.all(count < NO_LIMIT):
            rows.append((parts, float(count.sum())))
        mix = problem.hotels.mix
        where = problem.sites.jurisdiction[data.site[houses.option[kind.house]]]
        for target in np.flatnonzero(mix.each_hotel & mix.covers[:, where]).tolist():
            rows.append((area * (mix.members[target] - mix.share_max[target]), 0.0))
            rows.append((area * (mix.share_min[target] - mix.members[target]), 0.0))
    found = [
        OwnRow(rank, np.where(able, use, 0.0), limit, rule)
        for rule, (use, limit) in enumerate(rows)
    ]
    return [row for row in found if row.use.clip(0.0).sum() > row.limit]
