"""Whether a programme keeps every rule: the search's own look, before the checker's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.kinds import Kind
from optimizer.core.timeline import horizon_of
from optimizer.siting.horizon.margins import lasting, slack_m2
from optimizer.siting.horizon.programme import (
    cash_shortage_eur,
    openings,
    subsidy_eur_year,
)
from optimizer.siting.horizon.uses import in_jurisdiction, use_area_m2
from optimizer.siting.quotas import counted
from optimizer.siting.stacking.interiors import interiors_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem
    from optimizer.core.programme import Programme
    from optimizer.siting.data import SitingData
    from optimizer.siting.horizon.whole import Years

SHORT = 1e-6  # parcels a day by which a minimum use may lack: float64


def keeps_rules(years: Years, programme: Programme) -> bool:
    """Return whether ledgers, purses, caps, stays, quotas, uses, sites and flows all hold."""
    problem, parts, datas, accounts = years
    return bool(
        np.all(slack_m2(problem, accounts, programme) >= 0)
        and cash_shortage_eur(problem, accounts, programme) <= 0.0
        and np.all(over_cap_eur(years, programme) <= 0.0)
        and np.all(lasting(problem, accounts, openings(programme)))
        and _quotas_hold(parts, datas, programme)
        and uses_hold(years, programme)
        and _sites_hold(years, programme)
        and _pavilions_stand(years, programme)
        and flows_all_hold(years, programme)
    )


def _sites_hold(years: Years, programme: Programme) -> bool:
    """Return whether what stands on a site fits beside its firms, and nothing on other uses."""
    problem, _, datas, accounts = years
    firms, sites = horizon_of(problem).firms, problem.sites
    for period, (data, plan) in enumerate(zip(datas, programme.plans, strict=True)):
        built, new = np.zeros(sites.count), np.zeros(sites.count)
        footprint = problem.designs.footprint_m2[data.design]
        np.add.at(built, accounts.site, np.where(plan.open_option, footprint, 0))
        np.add.at(new, accounts.site, np.where(plan.open_option, accounts.footprint_m2, 0))
        stays = (programme.firm_leaves < 0) | (programme.firm_leaves > period)
        kept = np.zeros(sites.count)
        np.add.at(kept, firms.site[stays], firms.area_m2[stays])
        alone = np.zeros(sites.count, dtype=bool)
        alone[firms.site[stays & ~firms.may_stay]] = True
        used = programme.use[period] >= 0
        if (
            np.any(built > data.area_m2)
            or np.any(kept + new > np.where(kept > 0, sites.parcel_m2, np.inf))
            or np.any((alone | used) & (new > 0))
            or np.any(used & (kept > 0))
        ):
            return False
    return True


def flows_all_hold(years: Years, programme: Programme) -> bool:
    """Return whether everything open handles its minimum in every period."""
    pairs = zip(years.datas, programme.plans, strict=True)
    return all(flows_hold(data, plan) for data, plan in pairs)


def flows_hold(data: SitingData, plan: Plan) -> bool:
    """Return whether everything open handles its minimum."""
    load = np.zeros(data.option_count)
    np.add.at(load, plan.bike_option, data.parcels_per_day[plan.bike_point] * plan.bike_share)
    amount = data.parcels_per_day[plan.pickup_point] * plan.pickup_share
    np.add.at(load, plan.pickup_option, amount)
    mine = plan.open_option & (data.kind != Kind.PRODUCTIVE_HOTEL)
    return bool(np.all(load[mine] >= data.minimum[mine] * (1.0 - 1e-9) - SHORT))


def over_cap_eur(years: Years, programme: Programme) -> NDArray[np.float64]:
    """Return by how much subsidies are above their cap, (b, t); -1 where there is none."""
    cap = horizon_of(years.problem).purses.subsidy_max_eur_year[:, None]
    total = subsidy_eur_year(years.problem, years.accounts, programme.plans)
    over: NDArray[np.float64] = np.where(cap < 0, -1.0, total - cap)
    return over


def _quotas_hold(
    parts: tuple[Problem, ...], datas: tuple[SitingData, ...], programme: Programme
) -> bool:
    for part, data, plan in zip(parts, datas, programme.plans, strict=True):
        quotas = part.rules.quotas
        for quota in range(quotas.count):
            number = int(plan.open_option[counted(part, data, quota)].sum())
            most = int(quotas.at_most[quota])
            if number < quotas.at_least[quota] or (0 <= most < number):
                return False
    return True


def uses_hold(years: Years, programme: Programme) -> bool:
    """Return whether every use has its area from its first year on."""
    problem, accounts = years.problem, years.accounts
    uses, opened = horizon_of(problem).uses, openings(programme)
    for use in range(uses.count):
        here = in_jurisdiction(problem, use)
        own = np.where(here[accounts.site], use_area_m2(problem, use), 0)
        for period in np.flatnonzero(accounts.first_year >= uses.first_year[use]).tolist():
            given = problem.sites.parcel_m2[here & (programme.use[period] == use)].sum()
            built = own[opened[period]].sum()
            area = given if accounts.takes_sites[use] else built
            if area < uses.area_min_m2[use]:
                return False
    return True


def _pavilions_stand(years: Years, programme: Programme) -> bool:
    """Return whether options of pavilions are open exactly where one stands."""
    stands = np.zeros((len(years.parts), years.problem.options.count), dtype=np.int64)
    pavilion, period = np.nonzero(programme.pavilion_option >= 0)
    np.add.at(stands, (period, programme.pavilion_option[pavilion, period]), 1)
    mine = years.accounts.on_pavilion
    return bool(np.array_equal(stands[:, mine], openings(programme)[:, mine]))


def subsidised_within_caps(years: Years, programme: Programme) -> Programme | None:
    """Return the programme with fewer young tenants where a cap asks for it; None: hotels empty.

    Tenants that take most of the cap for what they bring go first.
    """
    over = over_cap_eur(years, programme)
    plans = list(programme.plans)
    covers = horizon_of(years.problem).purses.covers
    for purse, period in zip(*np.nonzero(over > 0.0), strict=True):
        data, plan = years.datas[period], plans[period]
        option, excess = plan.tenant_option.copy(), float(over[purse, period])
        placed = np.flatnonzero(option >= 0)
        design = data.design[option[placed]]
        spared = years.accounts.subsidy_eur_year[period, placed, design]
        site = data.site[option[placed]]
        mine = covers[purse, years.problem.sites.jurisdiction[site]] & (spared > 0)
        brings = data.tenant_eur[placed, design]
        for rank in np.flatnonzero(mine)[np.argsort((brings / np.maximum(spared, 1e-9))[mine])]:
            if excess <= 0.0:
                break
            option[placed[rank]] = -1
            excess -= float(spared[rank])
        level = np.where(option < 0, -1, plan.tenant_level).astype(np.int32)
        inside = plan.interiors
        if inside is not None:
            part, annex = years.parts[period], inside.annex_level
            inside = interiors_of(part, data, plan.open_option, option, level, annex)
        plans[period] = plan.replace(tenant_option=option, tenant_level=level, interiors=inside)
        if not _let_enough(years, period, plans[period]):
            return None
    return programme.replace(plans=tuple(plans))


def _let_enough(years: Years, period: int, plan: Plan) -> bool:
    part, data = years.parts[period], years.datas[period]
    designs, tenants = part.designs, part.tenants
    for hotel in np.flatnonzero(plan.open_option & (data.kind == Kind.PRODUCTIVE_HOTEL)).tolist():
        design = int(data.design[hotel])
        who = plan.tenant_option == hotel
        let = int(tenants.area_m2[who].sum())
        productive = int(tenants.area_m2[who & tenants.productive].sum())
        total = int(part.levels.area_m2[part.levels.design == design].sum())
        hub = plan.open_option & (data.site == data.site[hotel])
        inside = int(data.inside_m2[hub].sum())
        if productive < designs.productive_share_min[design] * let:
            return False
        if let + inside < designs.let_share_min[design] * total:
            return False
    return True
