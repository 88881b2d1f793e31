"""A programme period by period: each period is decided as a city, with what stands already.

From a programme that keeps every rule - its uses, firms, pavilions and hotels stay - the hubs,
delivery points and further hotels of each period in turn are decided anew by the one-period
decomposition (`siting.decomposition`), under what the purses can spare then without overdrawing
them later. What opens stays open (rolling horizon: Glover, Jones, Karney, Klingman, Mote 1979,
doi:10.1287/inte.9.5.21). A heuristic: the bound comes from elsewhere.

spare[b, t] = min over s >= t of (limit - reserve + position of purse b in s), with nothing new
              after t; divided by 1 + interest over the years that are left
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.kinds import Kind, OptionStatus
from optimizer.core.limits import Budget, silent
from optimizer.core.rules import Ledgers
from optimizer.core.timeline import horizon_of
from optimizer.siting.data import build_data
from optimizer.siting.decomposition import solve_city
from optimizer.siting.horizon.housing import HOTELS_MAX, housed
from optimizer.siting.horizon.ledgers import subsidised_within_caps
from optimizer.siting.horizon.programme import (
    capacity_share,
    cash_lines,
    cash_positions,
    openings,
    reserve_eur,
    touched,
    with_moves,
)
from optimizer.siting.pursuit import effort_within
from optimizer.siting.stacking.interiors import interiors_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.plan import Plan
    from optimizer.core.programme import Programme
    from optimizer.siting.horizon.whole import Years

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]

HOUSING_S, HOUSING_NODES, WORK_PER_NODE = 2.0, 300, 0.2
GAP = 1e-4
"""At which a period is good enough: what is left would not outlive the next periods."""


class Fixed(NamedTuple):
    """What stays as it is in the programme that a roll begins with.

    standing : (t, o), hotels, pavilions and what takes soil that is not artificialised.
    closed : (t, o), options that may not be opened in a period, since they could not stay, or take
    such soil, or their site has another purpose - and are not open in that programme as it is.
    """

    standing: Bools
    closed: Bools


def roll(years: Years, begin: Programme, budget: Budget, until: float) -> Programme | None:
    """Return a programme with every period decided anew, None where one of them has no plan.

    until : share of the budget that may be used. The programme may break a rule: look before use.
    """
    fixed = what_stays(years, begin)
    programme = _stripped(years, begin, fixed)
    count = len(years.parts)
    for period in range(count):
        if budget.stop_reason() is not None or budget.used() >= until:
            return None
        share = (until - budget.used()) / (count - period)
        plan = _decided(years, programme, fixed, period, _slice(budget, share))
        if plan is None:
            return None
        plan = _settled(years, programme, period, plan, budget)
        programme = _carried(years, programme, fixed, period, plan)
    return subsidised_within_caps(years, programme)


def _settled(years: Years, programme: Programme, period: int, plan: Plan, budget: Budget) -> Plan:
    """Return the plan with tenants who know what moves from the period before cost."""
    hotels = int((plan.open_option & (years.datas[0].kind == Kind.PRODUCTIVE_HOTEL)).sum())
    if years.problem.hotels is None or not 0 < hotels <= HOTELS_MAX:
        return plan
    plans = [*programme.plans[:period], plan, *[None] * (len(years.parts) - period - 1)]
    effort = effort_within(budget, HOUSING_S, HOUSING_NODES, GAP, WORK_PER_NODE)
    return housed(years, plans, period, effort) or plan


def _stripped(years: Years, programme: Programme, fixed: Fixed) -> Programme:
    """Return the programme with nothing open but what stays and what exists."""
    existing = ~years.accounts.new
    plans = [
        plan.replace(open_option=standing | (plan.open_option & existing))
        for plan, standing in zip(programme.plans, fixed.standing, strict=True)
    ]
    return programme.replace(plans=tuple(plans))


def what_stays(years: Years, programme: Programme) -> Fixed:
    """Return what a roll leaves alone."""
    problem, _, datas, accounts = years
    opened = openings(programme)
    hotel = datas[0].kind == Kind.PRODUCTIVE_HOTEL
    standing = opened & (accounts.on_pavilion | hotel | on_soil(years)) & accounts.new
    forbidden = np.array([data.forbidden for data in datas])
    lasting = np.logical_or.accumulate(forbidden[::-1], axis=0)[::-1]  # then or later
    firms = horizon_of(problem).firms
    taken: Bools = np.any(programme.use >= 0, axis=0)
    taken[firms.site[programme.firm_leaves < 0]] = True
    elsewhere = taken[accounts.site] & (accounts.footprint_m2 > 0)
    closed = lasting | elsewhere | accounts.on_pavilion | on_soil(years)
    closed = closed & ~opened & accounts.new  # what is open now is in nobody's way
    return Fixed(standing, closed)


def on_soil(years: Years) -> Bools:
    """Return which options would take soil that is not artificialised, shape (o,)."""
    accounts = years.accounts
    takes: Bools = accounts.soil[accounts.site] & (accounts.footprint_m2 > 0)
    return takes


def _slice(budget: Budget, share: float) -> Budget:
    """Return a budget of its own for a share of this one."""
    limits = budget.limits
    time_s = None if limits.time_s is None else share * limits.time_s
    work = None if limits.work is None else max(int(share * limits.work), 1)
    return Budget(replace(limits, time_s=time_s, work=work, gap=GAP), budget.cancel)


def _decided(
    years: Years, programme: Programme, fixed: Fixed, period: int, budget: Budget
) -> Plan | None:
    """Return the plan of a period, decided by the city way with what stands already."""
    problem, parts, datas, accounts = years
    opened = openings(programme)
    before = opened[period - 1] if period else np.zeros_like(opened[0])
    kept = before & opened[period]
    status = parts[period].options.status.copy()
    new = accounts.new
    status[new & fixed.closed[period]] = OptionStatus.FORBIDDEN
    status[new & fixed.standing[period]] = OptionStatus.REQUIRED
    status[new & kept] = OptionStatus.EXISTING
    part = parts[period].replace(options=parts[period].options.replace(status=status))
    extra = _extra_eur(years, programme, period)
    due = np.where(fixed.standing[period] & ~kept & new, 1, 0)
    data = build_data(part, alike=datas[period])
    capital = np.where(new & ~kept, data.capex_eur + extra, 0).astype(np.int64)
    money = _spare(years, programme, period, capital * due)
    rules = part.rules.replace(money=money)
    data = data.replace(capex_eur=capital, fixed_eur=data.fixed_eur + _charge(years, extra, period))
    share = capacity_share(problem, accounts, programme.pavilion_option)[period]
    part = part.replace(rules=rules)
    answer = solve_city(part, with_moves(data, share), budget, silent)
    return answer.plan


def _extra_eur(years: Years, programme: Programme, period: int) -> NDArray[np.int64]:
    """Return what a start takes beside land and building: clean-up, and running it, (o,)."""
    problem, _, _, accounts = years
    ground, purses = horizon_of(problem).ground, horizon_of(problem).purses
    reached = touched(accounts, openings(programme), programme.use)[period]
    clean = np.where(reached, 0, ground.clean_up_eur)[accounts.site]
    clean = np.where(accounts.footprint_m2 > 0, clean, 0)
    pays: Bools = np.any(purses.covers & purses.pays_running[:, None], axis=0)
    where = problem.sites.jurisdiction[accounts.site]
    running = accounts.running_eur[period:].sum(axis=0)
    extra: NDArray[np.int64] = (clean + np.where(pays[where], running, 0)).astype(np.int64)
    return extra


def _charge(years: Years, extra: NDArray[np.int64], period: int) -> Floats:
    """Return clean-up as a yearly cost over the periods that are left, shape (o,)."""
    accounts = years.accounts
    left = accounts.year_weight[period:].sum()
    ground = horizon_of(years.problem).ground
    clean = np.minimum(extra, ground.clean_up_eur[accounts.site])
    charge: Floats = clean * accounts.one_off_weight[period] / left
    return charge


def _spare(years: Years, programme: Programme, period: int, due_eur: NDArray[np.int64]) -> Ledgers:
    """Return what each purse can spend in a period; `due_eur` is in the programme already."""
    problem, _, _, accounts = years
    purses = horizon_of(problem).purses
    position, _ = cash_positions(problem, accounts, cash_lines(problem, accounts, programme))
    limit = np.repeat(purses.borrow_max_eur[:, None], accounts.period_count, axis=1)
    limit[:, -1] = np.minimum(limit[:, -1], purses.debt_end_max_eur)
    reserve = reserve_eur(problem, accounts, openings(programme), programme.use)
    room = (position + limit - reserve)[:, period:].min(axis=1)
    interest = 1.0 + purses.interest_rate * int(accounts.years[period:].sum() - 1)
    spare = np.maximum(room, 0) / interest
    where = problem.sites.jurisdiction[accounts.site]
    due = (purses.covers[:, where] * due_eur).sum(axis=1)
    return Ledgers(
        name=purses.name,
        metric=(problem.prices.currency,) * purses.count,
        source=purses.source,
        covers=purses.covers,
        budget=np.floor(spare + due).astype(np.int64),
    )


def _carried(
    years: Years, programme: Programme, fixed: Fixed, period: int, plan: Plan
) -> Programme:
    """Return the programme with the plan of a period; later ones keep what stands, or more."""
    datas, new = years.datas, years.accounts.new
    plans = list(programme.plans)
    plans[period] = plan
    for later in range(period + 1, len(plans)):
        passing = years.accounts.on_pavilion | on_soil(years)
        stays = plan.open_option & ~datas[later].forbidden & ~passing
        opened = fixed.standing[later] | stays | (programme.plans[later].open_option & ~new)
        plans[later] = _tenants_stay(years, later, plans[later], opened)
    return programme.replace(plans=tuple(plans))


def _tenants_stay(years: Years, period: int, later: Plan, opened: Bools) -> Plan:
    """Return a later plan with these options open; tenants keep a hotel that stands, if any."""
    option, level = later.tenant_option.copy(), later.tenant_level.copy()
    homeless = (option >= 0) & ~opened[np.maximum(option, 0)]
    option[homeless], level[homeless] = -1, -1
    inside = later.interiors
    if inside is not None:
        part, data = years.parts[period], years.datas[period]
        inside = interiors_of(part, data, opened, option, level, inside.annex_level)
    return later.replace(
        open_option=opened, tenant_option=option, tenant_level=level, interiors=inside
    )
