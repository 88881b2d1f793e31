"""A first programme: the integer programme over all periods at prices, then tenants."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.kinds import Kind
from optimizer.core.plan import Plan
from optimizer.core.timeline import horizon_of
from optimizer.siting.city import NONE as NO_HOUSE
from optimizer.siting.city import HotelType
from optimizer.siting.horizon.columns import may_be_given
from optimizer.siting.horizon.decisions import joint_decisions
from optimizer.siting.horizon.housing import HOTELS_MAX, housed
from optimizer.siting.horizon.ledgers import subsidised_within_caps
from optimizer.siting.horizon.margins import slack_m2
from optimizer.siting.horizon.master import build_master, worths
from optimizer.siting.horizon.programme import cash_shortage_eur
from optimizer.siting.horizon.purseprices import PursePrices, purse_prices
from optimizer.siting.hotels import pack, pack_in_turn
from optimizer.siting.stacking.interiors import empty_interiors, interiors_of
from optimizer.solvers import solve_milp

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from optimizer.core.programme import Programme
    from optimizer.siting.bounding import Bounding
    from optimizer.siting.data import SitingData
    from optimizer.siting.horizon.bounding import YearsBounding
    from optimizer.siting.horizon.columns import YearColumns
    from optimizer.siting.horizon.master import Worth
    from optimizer.siting.horizon.whole import Years
    from optimizer.siting.hotels import Effort
    from optimizer.siting.stacking.houses import Houses
    from optimizer.solvers import Milp

    Bools = NDArray[np.bool_]
    Ints = NDArray[np.int64]
    Efforts = Callable[[float, int, float], Effort]

TRIES = 6
MOST = (12, 25, 60, 100)  # hotels and pavilions of each design, hubs, delivery points looked at
USE_SITES = 6  # that are as large and no dearer: a site with more of them is not looked at
MASTER_S, MASTER_NODES, MASTER_GAP = 12.0, 500, 2e-3
PACK_S, PACK_NODES = 2.0, 300
FRUGAL = 0.05  # a year, that capital earns elsewhere,
SPARING = 0.02  # and money that other uses leave over


def first_programme(
    years: Years, bounding: YearsBounding, efforts: Efforts, *, frugal: bool = False
) -> Programme | None:
    """Return a programme that keeps every rule over years but has no flows yet, or None.

    frugal : hotels and pavilions only where they are required, or worth much.
    """
    worth = worths(bounding)
    usable = np.ones(years.problem.options.count, dtype=bool)
    if frugal:
        worth = _frugal(years, worth)
    slack_eur = 0.0
    for _ in range(TRIES):
        found = _decided(years, worth, usable, slack_eur, efforts)
        if found is None:
            return None
        programme, lost = _with_tenants(years, bounding, found, efforts)
        if programme is None:
            usable[lost] = False
            continue
        programme = _without_needless_transfers(years, programme)
        short = cash_shortage_eur(years.problem, years.accounts, programme)
        if short <= 0.0:
            return programme
        slack_eur += short
    return None


def _frugal(years: Years, worth: list[Worth]) -> list[Worth]:
    """Return what options are worth if capital of hotels and pavilions had to earn more."""
    dear = years.accounts.on_pavilion | (years.datas[0].kind == Kind.PRODUCTIVE_HOTEL)
    capital = np.where(dear, years.accounts.build_eur, 0)
    return [
        mine._replace(net=mine.net - FRUGAL * paid)
        for mine, paid in zip(worth, capital, strict=True)
    ]


def prices_of_purses(
    years: Years, bounding: YearsBounding, plain: YearsBounding, effort: Effort
) -> PursePrices | None:
    """Return what a euro of each purse is worth at the present prices of service.

    plain : the bounding without prices of purses.
    """
    worth, every = worths(bounding, plain), np.ones(years.problem.options.count, dtype=bool)
    attractive = _attractive(years, worth) & every
    model, joint = build_master(years, worth, slack_eur=0.0, attractive=attractive)
    model, _ = narrowed(model, _closed_columns(years, joint, attractive))
    return purse_prices(years, model, effort.time_s, effort.cancel)


def _without_needless_transfers(years: Years, programme: Programme) -> Programme:
    """Return the programme without transfers where it stands without them.

    Solvers shift budgets to and fro for nothing, and leave a partner no room to search in.
    """
    none = programme.replace(purse_transfer_eur=np.zeros_like(programme.purse_transfer_eur))
    if cash_shortage_eur(years.problem, years.accounts, none) <= 0.0:
        programme = none
    none = programme.replace(land_transfer_m2=np.zeros_like(programme.land_transfer_m2))
    if np.all(slack_m2(years.problem, years.accounts, none) >= 0):
        programme = none
    return programme


def _decided(
    years: Years, worth: list[Worth], usable: Bools, slack_eur: float, efforts: Efforts
) -> Programme | None:
    """Return openings and all joint decisions; plans have neither tenants nor flows yet."""
    for attractive in (_attractive(years, worth) & usable, usable):
        model, joint = build_master(years, worth, slack_eur=slack_eur, attractive=attractive)
        model = _sparing(years, model, joint)
        model, kept = narrowed(model, _closed_columns(years, joint, attractive))
        effort = efforts(MASTER_S, MASTER_NODES, MASTER_GAP)
        answer = solve_milp(
            model,
            time_s=effort.time_s,
            nodes=effort.nodes,
            gap=effort.gap,
            seed=effort.seed,
            cancel=effort.cancel,
            apart=effort.time_s is not None and effort.time_s > PACK_S,
        )
        if answer.values is None:
            continue
        values = np.zeros(len(kept))
        values[kept] = answer.values
        plans = tuple(_bare_plan(years, row) for row in values[joint.open] > 0.5)
        return joint_decisions(years.problem, joint, values, plans)
    return None


def _sparing(years: Years, model: Milp, joint: YearColumns) -> Milp:
    """Return the programme in which land for other uses costs more than it does.

    Money that they leave over buys hubs later: more than the prices of service let the master see.
    """
    if not horizon_of(years.problem).purses.count:
        return model
    run = np.cumsum(years.accounts.use_eur[::-1], axis=0)[::-1]
    cost = model.cost.copy()
    cost[joint.given] += SPARING * (run + years.accounts.use_land_eur[:, None, :])
    return model.replace(cost=cost)


def _closed_columns(years: Years, joint: YearColumns, attractive: Bools) -> Ints:
    """Return columns of what is not looked at: options, their starts and stops, sites for uses."""
    closed = ~attractive & ~years.datas[0].open_always
    columns = [joint.open[:, closed], joint.start[:, closed], joint.stop[:, closed]]
    place = ~(attractive | years.datas[0].open_always)[joint.place]
    columns += [table[:, :, place] for table in (joint.stood, joint.arrived, joint.first)]
    if not attractive.all():
        columns.append(joint.given[:, ~_good_for_uses(years)])
    return np.concatenate([table.ravel() for table in columns])


def _good_for_uses(years: Years) -> Bools:
    """Return the sites worth a look for each use: few others are as large and no dearer, (u, s)."""
    may: Bools = np.any(may_be_given(years.problem, years.accounts), axis=0)
    parcel = years.problem.sites.parcel_m2
    cost = years.problem.sites.price_eur_m2 * parcel + years.accounts.use_eur.sum(axis=0)
    good = np.zeros(may.shape, dtype=bool)
    asked = horizon_of(years.problem).uses.area_min_m2
    for use in range(len(may)):
        site = np.flatnonzero(may[use])
        area = np.minimum(parcel[site], asked[use])
        better = (area[None, :] >= area[:, None]) & (
            cost[use, site][None, :] <= cost[use, site][:, None]
        )
        good[use, site[better.sum(axis=1) <= USE_SITES]] = True
    return good


def narrowed(model: Milp, closed: Ints) -> tuple[Milp, Bools]:
    """Return the programme without columns that are to be 0, and which columns are left."""
    kept = np.ones(model.column_count, dtype=bool)
    kept[closed] = False
    kept |= (model.lower > 0.0) | (model.upper < 0.0)
    entry = kept[model.entry_column]
    row = np.zeros(model.row_count, dtype=bool)
    row[model.entry_row[entry]] = True
    row |= (model.row_lower > 0.0) | (model.row_upper < 0.0)
    return model.replace(
        cost=model.cost[kept],
        lower=model.lower[kept],
        upper=model.upper[kept],
        integer=model.integer[kept],
        entry_row=(np.cumsum(row) - 1)[model.entry_row[entry]],
        entry_column=(np.cumsum(kept) - 1)[model.entry_column[entry]],
        entry=model.entry[entry],
        row_lower=model.row_lower[row],
        row_upper=model.row_upper[row],
    ), kept


def _bare_plan(years: Years, opened: Bools) -> Plan:
    none, nothing = np.zeros(0, dtype=np.int32), np.zeros(0)
    points = len(years.datas[0].parcels_per_day)
    nobody = np.full(years.problem.tenants.count, -1, dtype=np.int32)
    van = np.ones(points)
    return Plan(
        opened, none, none, nothing, none, none, nothing, van, np.zeros(points), nobody, nobody,
        empty_interiors(years.problem),
    )  # fmt: skip


def _attractive(years: Years, worth: list[Worth]) -> Bools:
    """Return the options that are worth most in any period, and what must be looked at, (o,)."""
    net = np.max([np.where(mine.usable, mine.net, -np.inf) for mine in worth], axis=0)
    data = years.datas[0]
    keep, stock = data.open_always.copy(), years.accounts.on_pavilion
    hub, point = data.kind == Kind.MICRO_HUB, data.kind == Kind.DELIVERY_POINT
    groups, most = [np.flatnonzero(hub & ~stock), np.flatnonzero(point & ~stock)], list(MOST[2:])
    for design in np.unique(data.design[data.kind == Kind.PRODUCTIVE_HOTEL]).tolist():
        groups.append(np.flatnonzero(data.design == design))
        most.append(MOST[0])
    for design in np.unique(data.design[stock]).tolist():
        groups.append(np.flatnonzero(data.design == design))
        most.append(MOST[1])
    for group, count in zip(groups, most, strict=True):
        best = group[np.argsort(-net[group], kind="stable")][:count]
        keep[best[np.isfinite(net[best])]] = True
    return keep


def _with_tenants(
    years: Years, bounding: YearsBounding, programme: Programme, efforts: Efforts
) -> tuple[Programme | None, Ints]:
    """Return the programme with tenants; or None and hotels that cannot all be filled."""
    plans: list[Plan] = []
    for period, plan in enumerate(programme.plans):
        data = years.datas[period]
        hotels = np.flatnonzero(plan.open_option & (data.kind == Kind.PRODUCTIVE_HOTEL))
        if len(hotels) and years.problem.hotels is not None and len(hotels) <= HOTELS_MAX:
            later = [None] * (len(years.parts) - period - 1)
            found = housed(years, [*plans, plan, *later], period, efforts(PACK_S, PACK_NODES, 1e-3))
        elif len(hotels):
            found = _packed(years, period, plan, bounding.parts[period], efforts)
        else:
            found = plan
        if found is None:
            weakest = int(np.argmin([data.fixed_eur[hotel] for hotel in hotels]))
            return None, hotels[[weakest]]
        known = plans[-1] if plans and years.problem.hotels is None else None
        plans.append(_stable(data, known, found))
    done = subsidised_within_caps(years, programme.replace(plans=tuple(plans)))
    if done is None:
        last = np.flatnonzero(plans[-1].open_option & (data.kind == Kind.PRODUCTIVE_HOTEL))
        free = last[~data.open_always[last]]
        return None, free[-1:]
    return done, np.zeros(0, dtype=np.int64)


def _packed(
    years: Years, period: int, plan: Plan, bounding: Bounding, efforts: Efforts
) -> Plan | None:
    """Return the plan with tenants packed hotel after hotel, or all at once; None: not all."""
    part, data = years.parts[period], years.datas[period]
    hotels = np.flatnonzero(plan.open_option & (data.kind == Kind.PRODUCTIVE_HOTEL))
    city, price = bounding.city, bounding.worst.ascent.best.tenant
    kinds = hotel_types(years, period, plan.open_option, hotels, city.houses)
    effort = efforts(PACK_S, PACK_NODES, 1e-3)
    found = pack_in_turn(part, data, kinds, price, effort)
    if found is None and len(kinds) > 1:
        found = pack(part, data, kinds, np.zeros_like(price), effort)
    if found is None or not np.isfinite(found.value):
        return None
    option = np.full(years.problem.tenants.count, -1, dtype=np.int32)
    level = option.copy()
    placed = found.hotel >= 0
    option[placed] = hotels[found.hotel[placed]]
    level[placed] = found.level[placed]
    annex = np.zeros(0, dtype=np.int64) if found.annex is None else found.annex
    inside = interiors_of(part, data, plan.open_option, option, level, annex)
    return plan.replace(tenant_option=option, tenant_level=level, interiors=inside)


def _stable(data: SitingData, known: Plan | None, fresh: Plan) -> Plan:
    """Return the plan with the tenants of the period before where they may stay and pay as well."""
    if known is None:
        return fresh
    hotel = data.kind == Kind.PRODUCTIVE_HOTEL
    if not np.array_equal(known.open_option & hotel, fresh.open_option & hotel):
        return fresh
    placed = np.flatnonzero(known.tenant_option >= 0)
    if not np.all(data.fits[placed, known.tenant_level[placed]]):
        return fresh
    paid = [
        float(data.tenant_eur[who, data.design[plan.tenant_option[who]]].sum())
        for plan in (known, fresh)
        for who in [np.flatnonzero(plan.tenant_option >= 0)]
    ]
    if paid[0] < paid[1] * (1.0 - 1e-3):
        return fresh
    return fresh.replace(tenant_option=known.tenant_option, tenant_level=known.tenant_level)


def hotel_types(
    years: Years, period: int, opened: Bools, hotels: Ints, houses: Houses | None
) -> list[HotelType]:
    """Return what tenants see of each hotel."""
    data, sites = years.datas[period], years.problem.sites
    inside = np.zeros(sites.count, dtype=np.int64)
    docks = np.zeros(sites.count, dtype=np.int64)
    hub = np.flatnonzero(opened & (data.inside_m2 > 0))
    inside[data.site[hub]] = data.inside_m2[hub]
    house = np.full(data.option_count, NO_HOUSE)
    if years.problem.hotels is not None and houses is not None:
        house[houses.option] = np.arange(len(houses.option))
        docks[data.site[hub]] = years.problem.hotels.equipment.inside_docks[data.design[hub]]
    return [
        HotelType(
            int(data.design[hotel]),
            bool(sites.noisy_allowed[data.site[hotel]]),
            int(inside[data.site[hotel]]),
            int(house[hotel]),
            int(docks[data.site[hotel]]),
        )
        for hotel in hotels.tolist()
    ]
