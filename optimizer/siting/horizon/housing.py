"""Tenants of one period decided anew, exactly, knowing what moves from and to its neighbours cost.

maximise rent + jobs + services of the period - moves from t-1 - moves to t+1 - hybrid units
under every rule of open hotels (`siting.stacking`) and the subsidy caps; all else stays as it is.
A move costs d[t] / w[t] of its price (that to t+1: d[t+1] / w[t]) EUR a year of the period, so that
a tenant stays where it is when moving would bring less. Block coordinate descent over periods.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.hotels import Space
from optimizer.core.kinds import Kind
from optimizer.core.timeline import horizon_of
from optimizer.siting.horizon.tenant_costs import hybrids_of, move_costs, states
from optimizer.siting.stacking.houses import build_houses, selected
from optimizer.siting.stacking.housing import placements_of
from optimizer.siting.stacking.interiors import interiors_of
from optimizer.siting.stacking.places import Inside, add_places, fixed_hubs
from optimizer.siting.stacking.recipe import add_exchange_of_tenants, add_rules_of_tenants
from optimizer.solvers import Builder, solve_milp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from optimizer.core.plan import Plan
    from optimizer.siting.horizon.whole import Years
    from optimizer.siting.hotels import Effort
    from optimizer.siting.stacking.houses import Houses
    from optimizer.siting.stacking.places import Places

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

HOTELS_MAX = 8  # open at once: more are too many for one integer programme


def housed(years: Years, plans: Sequence[Plan | None], period: int, effort: Effort) -> Plan | None:
    """Return the plan of a period with its best tenants; None where none was found.

    plans : of all periods; None where they are not decided yet.
    """
    part, data, old = years.parts[period], years.datas[period], plans[period]
    if old is None:
        return None
    opened = np.flatnonzero(old.open_option & (data.kind == Kind.PRODUCTIVE_HOTEL))
    every = build_houses(part, data)
    houses = selected(every, np.flatnonzero(np.isin(every.option, opened)))
    builder = Builder()
    column = builder.add_columns(len(houses.option), lower=1.0)
    places = add_places(builder, houses, column, fixed_hubs(builder, _inside(years, old, houses)))
    workshop = add_rules_of_tenants(builder, part, houses, places)
    add_exchange_of_tenants(builder, part, data, houses, places)
    _add_caps(years, builder, period, houses, places)
    change = _changes(years, plans, period, houses)
    _add_returns(builder, houses, places, change.office)
    model = builder.build()
    if model.column_count == 0:
        return old
    cost = model.cost.copy()
    main = places.main
    cost[places.column[main]] += _moves(years, plans, period, houses, places)
    there = workshop >= 0
    cost[workshop[there]] += change.workshop[there]
    answer = solve_milp(
        model.replace(cost=cost),
        time_s=effort.time_s,
        nodes=effort.nodes,
        gap=effort.gap,
        seed=effort.seed,
        cancel=effort.cancel,
    )
    if answer.values is None:
        return None
    place = np.full(len(houses.part_tenant), -1, dtype=np.int64)
    taken = np.flatnonzero(answer.values[places.column] > 0.5)
    place[places.part[taken]] = places.unit[taken]
    option, level, annex = placements_of(part, houses, place)
    return old.replace(
        tenant_option=option,
        tenant_level=level,
        interiors=interiors_of(part, data, old.open_option, option, level, annex),
    )


def _inside(years: Years, plan: Plan, houses: Houses) -> list[Inside]:
    """Return the hubs inside open hotels."""
    problem, data = years.problem, years.datas[0]
    docks = np.zeros(problem.designs.count, dtype=np.int64)
    if problem.hotels is not None:
        docks = problem.hotels.equipment.inside_docks.astype(np.int64)
    hubs = np.flatnonzero(plan.open_option & (data.inside_m2 > 0))
    return [
        Inside(int(house), int(data.inside_m2[hub]), int(docks[data.design[hub]]))
        for hub in hubs.tolist()
        for house in np.flatnonzero(houses.site == data.site[hub])
    ]


def _add_caps(years: Years, builder: Builder, period: int, houses: Houses, places: Places) -> None:
    """Add that tenants on the sites of a purse are not spared more than its cap."""
    problem, purses = years.problem, horizon_of(years.problem).purses
    column, tenant, house = places.mains()
    spared = years.accounts.subsidy_eur_year[period, tenant, houses.design[house]] / 1000.0
    for purse in np.flatnonzero(purses.subsidy_max_eur_year >= 0).tolist():
        covers = purses.covers[purse][problem.sites.jurisdiction]
        mine = np.flatnonzero(covers[houses.site[house]] & (spared > 0.0))
        most = float(purses.subsidy_max_eur_year[purse]) / 1000.0
        row = np.zeros(len(mine), dtype=np.int64)
        builder.add_rows(1, (row, column[mine], spared[mine]), upper=most)


def _moves(
    years: Years, plans: Sequence[Plan | None], period: int, houses: Houses, places: Places
) -> Floats:
    """Return what places of main parts cost more than no place, for moves, EUR a year."""
    problem, accounts = years.problem, years.accounts
    _, tenant, house = places.mains()
    option, level = houses.option[house], houses.unit[places.unit[places.main]]
    more = np.zeros(len(tenant))
    if problem.hotels is None:
        return more
    costs = move_costs(problem, problem.hotels)
    for other, start in ((period - 1, period), (period + 1, period + 1)):
        plan = plans[other] if 0 <= other < len(plans) else None
        if plan is None:
            continue
        share = float(accounts.one_off_weight[start] / accounts.year_weight[period])
        within, between = (part[start, tenant].astype(np.float64) for part in costs)
        at = plan.tenant_option[tenant]
        same = at == option
        unit = plan.tenant_level[tenant] == level
        paid = np.where(same, np.where(unit, 0.0, within), between)
        if other < period:  # without a place a tenant that had one has moved away
            more += share * np.where(at >= 0, paid - between, 0.0)
        else:  # who has a place only now has to give it up later
            more += share * paid
    return more


class _Change(NamedTuple):
    """What hybrid units of houses cost that become workshops, or offices, EUR a year, (n,)."""

    workshop: Floats
    office: Floats


def _changes(years: Years, plans: Sequence[Plan | None], period: int, houses: Houses) -> _Change:
    """Return the costs of changes by what each unit was before the period; else 0."""
    problem, accounts = years.problem, years.accounts
    found = _Change(np.zeros(len(houses.unit)), np.zeros(len(houses.unit)))
    known = [plan for plan in plans[:period] if plan is not None]
    if problem.hotels is None or len(known) < period:
        return found
    units = hybrids_of(problem, problem.hotels)
    fitted, was = states(problem, problem.hotels, known, units)
    switch = units.switch_eur[period]
    begin = np.where(fitted, switch, units.fit_out_eur[period])
    share = float(accounts.one_off_weight[period] / accounts.year_weight[period])
    span = max(problem.levels.count, 1)
    key = units.option * span + units.unit
    mine = houses.option[houses.house] * span + houses.unit
    here = np.isin(mine, key)
    rank = np.searchsorted(key, mine[here])
    found.workshop[here] = share * np.where(was, 0, begin)[rank]
    found.office[here] = share * np.where(was, switch, 0)[rank]
    return found


def _add_returns(builder: Builder, houses: Houses, places: Places, office_eur: Floats) -> None:
    """Add that a workshop that takes an office pays for the change."""
    units = np.flatnonzero(office_eur > 0.0)
    column = np.full(len(houses.unit), -1, dtype=np.int64)
    column[units] = builder.add_columns(len(units), upper=1.0, cost=office_eur[units])
    desk = houses.part_space[places.part] == Space.OFFICE
    mine = np.flatnonzero(desk & (column[places.unit] >= 0))
    row = np.arange(len(mine))
    entries = (row, places.column[mine], 1.0), (row, column[places.unit[mine]], -1.0)
    builder.add_rows(len(mine), *entries, upper=0.0)
