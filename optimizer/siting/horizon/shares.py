"""Who answers for what in a joint programme: the objective told apart by member.

A member answers for its demand points - vans, bikes, pick-ups with their supply, handling, walking,
unserved parcels - and for its sites: land, building, running, daily visits, tenants, and the
one-offs and other uses of the horizon; of hotels, services, roofs, hybrid units, moves of tenants
from the site that they leave, and half of what passes between two sites. The shares add up to the
objective.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.partners import cooperation_of, member_of_jurisdiction
from optimizer.core.timeline import horizon_of, one_off_weights, period_problem, period_weights
from optimizer.siting.criteria import link_ranks
from optimizer.siting.horizon.tenant_costs import moves_by_option, switching_by_option
from optimizer.siting.stacking.by_site import interiors_by_site

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem
    from optimizer.core.programme import Programme
    from optimizer.siting.data import SitingData


def joint_shares(
    problem: Problem, datas: tuple[SitingData, ...], programme: Programme
) -> NDArray[np.float64]:
    """Return what the programme costs each member, EUR per year of the horizon, shape (c,)."""
    cooperation = cooperation_of(problem)
    owner = member_of_jurisdiction(problem)
    of_point = owner[cooperation.demand_jurisdiction]
    of_site = owner[problem.sites.jurisdiction]
    share = np.zeros(len(cooperation.member))
    unserved = problem.prices.unserved_eur_per_parcel or 0.0
    for weight, data, plan in zip(period_weights(problem), datas, programme.plans, strict=True):
        np.add.at(share, of_point, weight * _service_eur(data, plan, unserved))
        np.add.at(share, of_site, weight * _facilities_eur(data, plan, len(of_site)))
    np.add.at(share, of_site, _happenings_eur(problem, programme))
    restored = one_off_weights(problem) * horizon_of(problem).renaturation.eur_m2[:, None]
    spent = (restored * programme.renaturation_m2).sum(axis=1)
    np.add.at(share, owner[horizon_of(problem).renaturation.jurisdiction], spent)
    return share


def _service_eur(data: SitingData, plan: Plan, unserved_eur: float) -> NDArray[np.float64]:
    """Return what serving each demand point costs in a year, shape (n,).

    unserved_eur : price of a parcel left unserved.
    """
    by_van = np.where(plan.van_share > 0, data.van_eur_per_parcel, 0.0) * plan.van_share
    eur = (by_van + unserved_eur * plan.unserved_share) * data.parcels_per_year
    for links, point, option, share in (
        (data.bike, plan.bike_point, plan.bike_option, plan.bike_share),
        (data.pickup, plan.pickup_point, plan.pickup_option, plan.pickup_share),
    ):
        gain = links.gain_eur[link_ranks(data, links, point, option)]
        handling = data.handling_eur[option] * data.parcels_per_year[point]
        np.add.at(eur, point, (data.fallback_eur_year[point] + handling - gain) * share)
    return eur


def _facilities_eur(data: SitingData, plan: Plan, sites: int) -> NDArray[np.float64]:
    """Return what stands on each site costs in a year, less its tenants, shape (s,)."""
    eur = np.zeros(sites)
    np.add.at(eur, data.site[plan.open_option], data.fixed_eur[plan.open_option])
    placed = np.flatnonzero(plan.tenant_option >= 0)
    option = plan.tenant_option[placed]
    np.add.at(eur, data.site[option], -data.tenant_eur[placed, data.design[option]])
    if data.fittings is not None:
        eur += interiors_by_site(data.fittings, plan, sites)
    return eur


def _happenings_eur(problem: Problem, programme: Programme) -> NDArray[np.float64]:
    """Return one-offs, other uses and lost jobs of each site over the horizon, shape (s,)."""
    horizon, option = horizon_of(problem), problem.options
    once, yearly = one_off_weights(problem), period_weights(problem)
    eur = np.zeros(problem.sites.count)
    stands = np.array([plan.open_option for plan in programme.plans]) & (option.status != 2)
    touched = np.zeros(problem.sites.count, dtype=bool)
    takes = problem.designs.footprint_m2[option.design] > 0
    for t, opened in enumerate(stands):
        used = programme.use[t] >= 0
        now = used.copy()
        now[option.site[opened & takes]] = True
        eur += once[t] * np.where(now & ~touched, horizon.ground.clean_up_eur, 0)
        touched |= now
        closed = (stands[t - 1] if t else np.zeros_like(opened)) & ~opened
        build = period_problem(problem, t).designs.build_eur[option.design]
        cost = np.rint(horizon.timing.closing_share[option.design] * build)
        np.add.at(eur, option.site[closed], once[t] * cost[closed])
        use = np.flatnonzero(used)
        rate = horizon.uses.eur_m2_year[programme.use[t][use]]
        eur[use] += yearly[t] * rate * problem.sites.parcel_m2[use]
    inside = moves_by_option(problem, programme.plans)
    inside += switching_by_option(problem, programme.plans)
    np.add.at(eur, option.site, once @ inside)
    _firms(problem, programme, eur)
    _pavilions(problem, programme, eur)
    return eur


def _firms(problem: Problem, programme: Programme, eur: NDArray[np.float64]) -> None:
    firms = horizon_of(problem).firms
    once, yearly = one_off_weights(problem), period_weights(problem)
    for firm in np.flatnonzero(programme.firm_leaves >= 0):
        t, site = programme.firm_leaves[firm], firms.site[firm]
        lost = programme.firm_premises[firm] < 0
        eur[site] += once[t] * (firms.lost_eur if lost else firms.move_eur)[firm]
        if lost:
            eur[site] += yearly[t:].sum() * firms.job_lost_eur_year * firms.jobs[firm]


def _pavilions(problem: Problem, programme: Programme, eur: NDArray[np.float64]) -> None:
    once, move_eur = one_off_weights(problem), horizon_of(problem).pavilions.move_eur
    for pavilion, stands in enumerate(programme.pavilion_option):
        placed = [t for t in range(len(stands)) if stands[t] >= 0]
        arrivals = [t for t in placed if t == 0 or stands[t] != stands[t - 1]]
        for t in arrivals[1:]:
            eur[problem.options.site[stands[t]]] += once[t] * move_eur[pavilion]
