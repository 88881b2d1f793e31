"""Hotels over years: what opens when, and who is in which unit, searched over all periods at once.

The search itself (`siting.stacking.search`) knows no land and no money: openings are allowed where
the programme with them keeps every rule of the horizon. Flows of parcels stay as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.kinds import Kind
from optimizer.core.timeline import horizon_of
from optimizer.siting.horizon.ledgers import keeps_rules
from optimizer.siting.horizon.margins import area_left_m2
from optimizer.siting.horizon.programme import openings, touched
from optimizer.siting.horizon.tenant_costs import hybrids_of, move_costs
from optimizer.siting.stacking.interiors import interiors_of
from optimizer.siting.stacking.openings import roofs_eur, seats_of, tenants_at, without_exchange
from optimizer.siting.stacking.search import Field, begin_search, go_on, make_ready, start_afresh
from optimizer.siting.stacking.stock import Once, build_stock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from optimizer.core.plan import Plan
    from optimizer.core.programme import Programme
    from optimizer.siting.horizon.whole import Years
    from optimizer.siting.stacking.houses import Houses
    from optimizer.siting.stacking.search import Clock, Search
    from optimizer.siting.stacking.stock import Stock

    Flags = NDArray[np.bool_]
    Floats = NDArray[np.float64]


def search_tenancies(
    years: Years,
    houses: Sequence[Houses],
    programme: Programme,
    clock: Clock,
    seed: int,
    *,
    afresh: bool,
) -> Search:
    """Improve who is in which hotel and which hotels are open; `clock.told` hears of every step.

    houses : as of `stacking.stock.all_houses`. programme : what all else is taken from; it keeps
    the rules of land and money. afresh : choose openings anew rather than go on from its own.
    """
    stock = tenancy_stock(years, programme, houses)
    field = tenancy_field(years, programme, houses[0])
    option = houses[0].option
    opened = openings(programme)[:, option] & field.may
    seats = _seats(houses[0], programme.plans)
    with clock.pause():  # kernels are compiled, once
        search = begin_search(stock, field, opened, seats, seed)
        make_ready(search)
    if afresh:
        start_afresh(search, clock)
    go_on(search, clock)
    return search


def programme_at(
    years: Years, houses: Houses, programme: Programme, search: Search, *, exchange: bool = True
) -> Programme:
    """Return the programme with the hotels and tenants of a search's best state.

    exchange : with the best exchanges, which take a while to find; else with none.
    """
    plans = []
    for period, plan in enumerate(programme.plans):
        part, data = years.parts[period], years.datas[period]
        opened = plan.open_option & (data.kind != Kind.PRODUCTIVE_HOTEL)
        opened[houses.option[search.opened[period]]] = True
        option, level, annex = tenants_at(houses, search.best, period)
        inside = interiors_of if exchange else without_exchange
        plans.append(
            plan.replace(
                open_option=opened,
                tenant_option=option,
                tenant_level=level,
                interiors=inside(part, data, opened, option, level, annex),
            )
        )
    return programme.replace(plans=tuple(plans))


def tenancy_stock(years: Years, programme: Programme, houses: Sequence[Houses]) -> Stock:
    """Return the arrays of a search over the periods of a programme."""
    problem, parts, datas, accounts = years
    if problem.hotels is None:
        message = "the problem has no block of hotels"
        raise ValueError(message)
    weight, one = accounts.one_off_weight[:, None], houses[0]
    moves, units = move_costs(problem, problem.hotels), hybrids_of(problem, problem.hotels)
    place = np.full((problem.options.count, problem.levels.count), -1, dtype=np.int64)
    place[one.option[one.house], one.unit] = np.arange(len(one.unit))
    at = place[units.option, units.unit]
    fitting = np.zeros((2, len(parts), len(one.unit)))
    mine = at >= 0
    fitting[0][:, at[mine]] = (units.fit_out_eur * weight)[:, mine]
    fitting[1][:, at[mine]] = (units.switch_eur * weight)[:, mine]
    once = Once(np.stack([moves.within * weight, moves.between * weight]), fitting)
    return build_stock(parts, datas, houses, openings(programme), accounts.year_weight, once)


def tenancy_field(years: Years, programme: Programme, houses: Houses) -> Field:
    """Return what may be open when, and what it costs."""
    problem, parts, datas, accounts = years
    option, now = houses.option, openings(programme)
    may = np.array([~data.forbidden[option] for data in datas])
    must = np.array([data.open_always[option] for data in datas]) & may
    inside = np.array([now[t] & (data.inside_m2 > 0) for t, data in enumerate(datas)])
    for period in range(len(parts)):  # a hub inside needs its hotel
        hubs = np.isin(houses.site, accounts.site[inside[period]])
        must[period] |= hubs & now[period, option]
    hotel = datas[0].kind == Kind.PRODUCTIVE_HOTEL
    footprint = problem.designs.footprint_m2[problem.options.design]
    room = np.array([area_left_m2(problem, programme, t) for t in range(len(parts))])
    for period in range(len(parts)):
        np.subtract.at(room[period], accounts.site, footprint * (now[period] & ~hotel))
    may &= must | (footprint[option] <= room[:, houses.site])
    roofs = [roofs_eur(part, option) for part in parts]
    yearly = np.array([data.fixed_eur[option] for data in datas]) - np.array(roofs)
    clean = problem_clean_up(years, programme, houses)
    bare = [plan.open_option & ~hotel for plan in programme.plans]

    def allowed(opened: Flags) -> bool:
        plans = []
        for period, plan in enumerate(programme.plans):
            is_open = bare[period].copy()
            is_open[option[opened[period]]] = True
            plans.append(plan.replace(open_option=is_open))
        return keeps_rules(years, programme.replace(plans=tuple(plans)))

    return Field(may, must, accounts.year_weight[:, None] * yearly, clean, houses.site, allowed)


def problem_clean_up(years: Years, programme: Programme, houses: Houses) -> Floats:
    """Return what cleaning a house's site up costs when it opens, EUR per year, (t, h)."""
    accounts, hotel = years.accounts, years.datas[0].kind == Kind.PRODUCTIVE_HOTEL
    others = touched(accounts, openings(programme) & ~hotel, programme.use)[:, houses.site]
    due = horizon_of(years.problem).ground.clean_up_eur[houses.site]
    due = due * (accounts.footprint_m2[houses.option] > 0) * accounts.new[houses.option]
    once: Floats = np.where(others, 0.0, due[None, :] * accounts.one_off_weight[:, None])
    return once


def _seats(houses: Houses, plans: Sequence[Plan]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    found = [seats_of(houses, plan) for plan in plans]
    return np.array([home for home, _ in found]), np.array([unit for _, unit in found])
