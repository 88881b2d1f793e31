"""Hotels of one period: which are open and who is in them, searched for a while.

Flows of parcels, hubs and delivery points stay as the plan has them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.kinds import Kind
from optimizer.siting.data import capex_by_site_eur, land_by_site_m2
from optimizer.siting.quotas import counted
from optimizer.siting.stacking import patterns
from optimizer.siting.stacking.interiors import interiors_of
from optimizer.siting.stacking.openings import roofs_eur, seats_of, tenants_at
from optimizer.siting.stacking.search import (
    HOT,
    Clock,
    Field,
    begin_search,
    cool,
    go_on,
    make_ready,
    start_afresh,
)
from optimizer.siting.stacking.stock import all_houses, build_stock

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem
    from optimizer.siting.data import SitingData
    from optimizer.siting.stacking.houses import Houses
    from optimizer.siting.stacking.search import Search

    Flags = NDArray[np.bool_]


PACKING_PAIRS = 60
"""Hotels times tenants up to which an integer programme packs open hotels quickly."""
CHOICE_PAIRS = 250
"""Hotel options times tenants up to which one also chooses well what to open."""
OPEN_MOVES, ENOUGH_MOVES = 100, 100_000
"""Moves per tenant where hotels are given, or as many more as make so many in all."""
LONG_MOVES = 2_000_000
"""In all, where tenants are looked for longer: a second or two."""


def improve_tenancies(
    problem: Problem,
    data: SitingData,
    plan: Plan,
    clock: Clock,
    seed: int = 0,
    *,
    afresh: bool = False,
) -> Plan:
    """Return the plan with the best hotels and tenants found until the clock is over.

    afresh : choose openings anew rather than go on from those of the plan. The plan returned keeps
    every rule of hotels, land, purses and quotas that concerns hotels; it is `plan` itself where
    nothing is found that does.
    """
    if problem.hotels is None:
        return plan
    houses = all_houses([problem], [data])
    one, now = houses[0], plan.open_option[None, :]
    if not len(one.option) or not problem.tenants.count:
        return plan
    stock = build_stock([problem], [data], houses, now, np.ones(1))
    field = period_field(problem, data, one, plan.open_option)
    if not field.allowed(field.must) and not field.allowed(now[:, one.option]):
        return plan
    home, unit = seats_of(one, plan)
    seats = home[None, :], unit[None, :]
    with clock.pause():  # kernels are compiled, once
        search = begin_search(stock, field, now[:, one.option] & field.may, seats, seed)
        make_ready(search)
    if afresh:
        start_afresh(search, clock)
    go_on(search, clock)
    if search.lacks > 0.0 or not field.allowed(search.opened):
        return plan
    return plan_at(problem, data, one, plan, search)


def tenants_of_open_hotels(
    problem: Problem,
    data: SitingData,
    open_option: Flags,
    *,
    minima: bool,
    moves: int = ENOUGH_MOVES,
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]] | None:
    """Return option and unit of each tenant and unit of each annex, by a fixed number of moves.

    minima : what must be let, and targets of area and jobs over all hotels, bind. moves : in all,
    and `OPEN_MOVES` per tenant at least. None where not every rule is kept.
    """
    houses = all_houses([problem], [data])
    stock = build_stock([problem], [data], houses, open_option[None], np.ones(1))
    worth = stock.worth
    if not minima:
        worth = worth._replace(let_min=np.zeros_like(worth.let_min), sums=worth.sums.copy())
        worth.sums[0] = 0.0
    field = period_field(problem, data, houses[0], open_option)
    opened = open_option[None, houses[0].option]
    search = begin_search(stock._replace(worth=worth), field, opened, None, 0)
    each = max(moves / max(problem.tenants.count, 1), OPEN_MOVES)
    cool(search, Clock(lambda: 0.0, lambda _: None, lambda _: None), each, HOT)
    return tenants_at(houses[0], search.best, 0) if search.lacks == 0.0 else None


def is_crowded(problem: Problem) -> bool:
    """Return whether hotels and tenants are too many for one integer programme of all of them."""
    if problem.hotels is None:
        return False
    hotels = problem.designs.kind[problem.options.design] == Kind.PRODUCTIVE_HOTEL
    return int(np.sum(hotels)) * problem.tenants.count > CHOICE_PAIRS


def compile_search(problem: Problem, data: SitingData) -> None:
    """Compile the kernels of the search for this problem, or load them from the cache."""
    houses = all_houses([problem], [data])
    if not len(houses[0].option) or not problem.tenants.count:
        return
    patterns.make_ready()
    opened = data.open_always
    stock = build_stock([problem], [data], houses, opened[None], np.ones(1))
    field = period_field(problem, data, houses[0], opened)
    make_ready(begin_search(stock, field, opened[None, houses[0].option], None, 0))


def plan_at(problem: Problem, data: SitingData, houses: Houses, plan: Plan, search: Search) -> Plan:
    """Return the plan with the hotels and tenants of a search's best state."""
    opened = with_houses(data, houses, plan.open_option, search.opened[0])
    option, level, annex = tenants_at(houses, search.best, 0)
    return plan.replace(
        open_option=opened,
        tenant_option=option,
        tenant_level=level,
        interiors=interiors_of(problem, data, opened, option, level, annex),
    )


def with_houses(data: SitingData, houses: Houses, open_option: Flags, opened: Flags) -> Flags:
    """Return openings with other hotels."""
    found: Flags = open_option & (data.kind != Kind.PRODUCTIVE_HOTEL)
    found[houses.option[opened]] = True
    return found


def period_field(problem: Problem, data: SitingData, houses: Houses, open_option: Flags) -> Field:
    """Return what may be open beside the hubs and delivery points of `open_option`."""
    option = houses.option
    inside = np.isin(houses.site, data.site[open_option & (data.inside_m2 > 0)])
    must = data.open_always[option] | (inside & open_option[option])
    cost = data.fixed_eur[option] - roofs_eur(problem, option)

    def allowed(opened: Flags) -> bool:
        return openings_hold(problem, data, with_houses(data, houses, open_option, opened[0]))

    may = ~data.forbidden[option][None, :]
    free = np.zeros_like(may, dtype=float)
    return Field(may, must[None, :] & may, cost[None, :], free, houses.site, allowed)


def openings_hold(problem: Problem, data: SitingData, opened: Flags) -> bool:
    """Return whether openings keep site areas, land ledgers, purses and quotas."""
    rules, place = problem.rules, problem.sites.jurisdiction
    footprint = np.zeros(len(data.area_m2))
    np.add.at(footprint, data.site[opened], problem.designs.footprint_m2[data.design[opened]])
    if np.any(footprint > data.area_m2):
        return False
    for ledgers, used in (
        (rules.land, land_by_site_m2(data, opened)),
        (rules.money, capex_by_site_eur(data, opened)),
    ):
        if np.any(ledgers.covers[:, place].astype(np.int64) @ used > ledgers.budget):
            return False
    for quota in range(rules.quotas.count):
        number = int(opened[counted(problem, data, quota)].sum())
        most = int(rules.quotas.at_most[quota])
        if number < rules.quotas.at_least[quota] or (0 <= most < number):
            return False
    return True
