"""What result.json must say about a plan, built anew from the problem."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.kinds import Kind, OptionStatus
from optimizer.core.result_io import LEFT_ACTION, LEFT_REASON
from optimizer.verify.money import build_eur, purchase_eur

if TYPE_CHECKING:
    from optimizer.core.problem import Problem
    from optimizer.core.result import Criteria
    from optimizer.verify.case import Case


def criteria(figures: Criteria, problem: Problem) -> dict[str, Any]:
    """Return the block of criteria; those of hotels where the problem tells them in full."""
    told = {
        "objective": figures.objective,
        "terms": figures.terms,
        "cost_eur_per_year": figures.cost_eur_per_year,
        "co2e_kg_per_year": figures.co2e_kg_per_year,
        "vehicle_km_per_day": figures.vehicle_km_per_day,
        "share_by_channel": figures.share_by_channel,
        "served_share": figures.served_share,
        "walk_min_mean": figures.walk_min_mean,
        "land_consumption_m2": figures.land_consumption_m2,
        "acquisition_eur": figures.acquisition_eur,
        "jobs_hosted": figures.jobs_hosted,
        "floor_area_let_m2": figures.floor_area_let_m2,
    }
    if problem.hotels is not None:
        told |= {
            "jobs_by_skill": figures.jobs_by_skill,
            "sector_m2": figures.sector_m2,
            "exchanged": figures.exchanged,
            "noise_share_max": figures.noise_share_max,
        }
    return told


def open_list(case: Case) -> list[dict[str, Any]]:
    """Return one entry per open option, in the order of the options."""
    return [_opened(case, option) for option in case.opened]


def _opened(case: Case, option: int) -> dict[str, Any]:
    problem, site, design = case.problem, case.site(option), case.design(option)
    tenants = np.flatnonzero(case.plan.tenant_option == option)
    let_m2 = sum(int(problem.tenants.area_m2[f]) for f in tenants)
    parcels = math.fsum(
        value
        for flows in (case.bike, case.pickup)
        for value in flows.parcels[flows.option == option].tolist()
    )
    return {
        "site": problem.sites.id[site],
        "name": problem.sites.name[site],
        "kind": Kind(case.kind(option)).key,
        "design": problem.designs.id[design],
        "label": problem.designs.label[design],
        "period": 1,
        "status": OptionStatus(int(problem.options.status[option])).name.lower(),
        "jurisdiction": problem.rules.jurisdiction[int(problem.sites.jurisdiction[site])],
        "lon": float(problem.sites.lon[site]),
        "lat": float(problem.sites.lat[site]),
        "parcels_per_day": parcels,
        "use_share": _use_share(case, option, parcels, let_m2),
        "floor_area_let_m2": let_m2,
        "purchase_eur": purchase_eur(case, option),
        "build_eur": build_eur(case, option),
    }


def _use_share(case: Case, option: int, parcels: float, let_m2: int) -> float | None:
    """Return peak parcels over capacity, or let area over all area in a hotel."""
    design = case.design(option)
    if case.kind(option) == Kind.PRODUCTIVE_HOTEL:
        levels = case.problem.levels
        total = sum(int(area) for area in levels.area_m2[levels.design == design])
        return float(Fraction(let_m2, total)) if total else None
    capacity = float(case.problem.designs.capacity_parcels_per_day[design])
    return case.problem.rules.peak_day_factor * parcels / capacity if capacity > 0 else None


def stages(problem: Problem, period: int) -> tuple[str, ...]:
    """Return in what stage every tenant is in a period, "" where nobody says."""
    told = () if problem.hotels is None else problem.hotels.growth.stage
    return told[period] if told else ("",) * problem.tenants.count


def tenant_list(case: Case, stage: tuple[str, ...] | None = None) -> list[dict[str, Any]]:
    """Return one entry per placed tenant, in the order of the tenants.

    stage : of every tenant; None: that of the first period.
    """
    stage = stages(case.problem, 0) if stage is None else stage
    tenants, hotels, found = case.problem.tenants, case.problem.hotels, []
    for f in range(tenants.count):
        option = int(case.plan.tenant_option[f])
        if option >= 0:
            level = int(case.plan.tenant_level[f])
            found.append(
                {
                    **({} if hotels is None else {"unit": hotels.units.id[level]}),
                    **({} if hotels is None else {"stage": stage[f]}),
                    "tenant": tenants.id[f],
                    "name": tenants.name[f],
                    "sector": tenants.sector[f],
                    "site": case.problem.sites.id[case.site(option)],
                    "design": case.problem.designs.id[case.design(option)],
                    "level": int(case.problem.levels.number[level]),
                    "area_m2": int(tenants.area_m2[f]),
                    "period": 1,
                }
            )
    return found


def unserved_list(case: Case, *, left: bool) -> list[dict[str, Any]]:
    """Return the demand taken out beforehand, and (with `left`) what the plan leaves unserved."""
    found: list[dict[str, Any]] = [
        {
            "demand_point": item.id,
            "lon": float(item.lon),
            "lat": float(item.lat),
            "parcels_per_day": float(item.parcels_per_day),
            "reason": item.reason,
            "action": item.action,
        }
        for item in case.problem.unserved
    ]
    demand = case.problem.demand
    for i, share in enumerate(case.plan.unserved_share.tolist()):
        if left and share > 0:
            found.append(
                {
                    "demand_point": demand.id[i],
                    "lon": float(demand.lon[i]),
                    "lat": float(demand.lat[i]),
                    "parcels_per_day": float(demand.parcels_per_day[i]) * share,
                    "reason": LEFT_REASON,
                    "action": LEFT_ACTION,
                }
            )
    return found
