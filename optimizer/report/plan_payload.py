"""One plan as the page reads it: its figures, facilities, hotels, candidates and demand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.kinds import Kind, LandStatus, Noise, OptionStatus
from optimizer.report.figures import (
    CHANNELS,
    consumed_m2,
    is_new,
    open_order,
    plan_figures,
    purchase_eur,
    tag,
)

if TYPE_CHECKING:
    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem
    from optimizer.core.result import Criteria
    from optimizer.report.figures import PlanFigures


def degrees(value: float) -> float:
    """Return an angle to 0.1 m."""
    return round(float(value), 6)


def criteria_payload(criteria: Criteria) -> dict[str, Any]:
    """Return every figure that the page shows of a plan, or of a whole horizon."""
    return {
        "objective": criteria.objective,
        "terms": criteria.terms,
        "cost": criteria.cost_eur_per_year,
        "co2eKg": criteria.co2e_kg_per_year,
        "km": criteria.vehicle_km_per_day,
        "channels": criteria.share_by_channel,
        "served": criteria.served_share,
        "walkMin": criteria.walk_min_mean,
        "jobs": criteria.jobs_hosted,
        "letM2": criteria.floor_area_let_m2,
        "landM2": criteria.land_consumption_m2,
        "acquisition": criteria.acquisition_eur,
    }


def quota_lines(problem: Problem, plan: Plan | None) -> list[dict[str, Any]]:
    """Return how many facilities each quota asks for, and how many are open."""
    quotas = problem.rules.quotas
    place = problem.sites.jurisdiction[problem.options.site]
    kind = problem.designs.kind[problem.options.design]
    lines = []
    for q in range(quotas.count):
        counted = kind == quotas.kind[q]
        if quotas.jurisdiction[q] >= 0:
            counted = counted & (place == quotas.jurisdiction[q])
        lines.append(
            {
                "name": quotas.name[q],
                "atLeast": int(quotas.at_least[q]),
                "atMost": None if quotas.at_most[q] < 0 else int(quotas.at_most[q]),
                "open": None if plan is None else int(np.sum(plan.open_option & counted)),
            }
        )
    return lines


def plan_payload(
    problem: Problem, plan: Plan | None, order: list[int] | None = None
) -> dict[str, Any]:
    """Return where things stand and whom they serve.

    order : the open options in the order of their names, among others that are not open in this
        plan (but in another period), so that names stay; default: by kind, the busiest first.
    """
    if plan is None:
        return {
            "open": [],
            "hotels": [],
            "closed": closed_sites(problem, None),
            "points": _points(problem, None, []),
            "flows": {},
            "homeless": [],
        }
    figures = plan_figures(problem, plan)
    named = open_order(problem, plan, figures) if order is None else order
    shown = [option for option in named if plan.open_option[option]]
    return {
        "open": _open(problem, figures, shown, tags(problem, named)),
        "hotels": _hotels(problem, plan, shown),
        "closed": closed_sites(problem, plan),
        "points": _points(problem, figures, shown),
        "flows": _flows(plan, shown),
        "homeless": _homeless(problem, plan),
    }


def tags(problem: Problem, order: list[int]) -> dict[int, str]:
    """Return the name of each option on the map."""
    rank_of_kind: dict[int, int] = {}
    found = {}
    for option in order:
        kind = int(problem.designs.kind[problem.options.design[option]])
        rank = rank_of_kind[kind] = rank_of_kind.get(kind, -1) + 1
        found[option] = tag(kind, rank)
    return found


def _open(
    problem: Problem, figures: PlanFigures, order: list[int], names: dict[int, str]
) -> list[dict[str, Any]]:
    sites, designs = problem.sites, problem.designs
    rows = []
    for option in order:
        j, d = int(problem.options.site[option]), int(problem.options.design[option])
        rows.append(
            {
                "tag": names[option],
                "kind": int(designs.kind[d]),
                "site": sites.id[j],
                "name": sites.name[j],
                "design": designs.label[d],
                "insideHotel": bool(designs.inside_hotel_m2[d] > 0),
                "status": OptionStatus(int(problem.options.status[option])).name.lower(),
                "what": sites.what[j],
                "soil": LandStatus(int(sites.land_status[j])).key,
                "zone": problem.zoning.zone[int(sites.zone[j])],
                "jurisdiction": problem.rules.jurisdiction[int(sites.jurisdiction[j])],
                "tenure": designs.tenure[d],
                "lon": degrees(sites.lon[j]),
                "lat": degrees(sites.lat[j]),
                "parcels": float(figures.parcels_per_day[option]),
                "use": float(figures.use_share[option]),
                "letM2": int(figures.let_m2[option]),
                "areaM2": int(sites.area_m2[j]),
                "footprintM2": int(designs.footprint_m2[d]),
                "consumedM2": consumed_m2(problem, option),
                "purchase": purchase_eur(problem, option),
                "build": int(designs.build_eur[d]) * is_new(problem, option),
            }
        )
    return rows


def closed_sites(problem: Problem, plan: Plan | None) -> list[list[Any]]:
    """Return [name, what, lon, lat, kinds as bits, natural soil, area] per closed candidate."""
    sites, options = problem.sites, problem.options
    bits = np.zeros(sites.count, dtype=np.int64)
    np.bitwise_or.at(bits, options.site, 1 << problem.designs.kind[options.design].astype(np.int64))
    if plan is not None:
        bits[options.site[plan.open_option]] = 0
    return [
        [
            sites.name[j],
            sites.what[j],
            degrees(sites.lon[j]),
            degrees(sites.lat[j]),
            int(bits[j]),
            int(sites.land_status[j] != LandStatus.ARTIFICIALISED),
            int(sites.area_m2[j]),
        ]
        for j in np.flatnonzero(bits)
    ]


def _points(problem: Problem, figures: PlanFigures | None, order: list[int]) -> dict[str, Any]:
    """Return columns: place, parcels, shares in percent by channel, main hub and delivery point."""
    demand = problem.demand
    rank = {option: number for number, option in enumerate(order)}
    content: dict[str, Any] = {
        "lon": [degrees(value) for value in demand.lon],
        "lat": [degrees(value) for value in demand.lat],
        "parcels": [round(float(value), 1) for value in demand.parcels_per_day],
    }
    if figures is not None:
        content["main"] = figures.main_channel.tolist()
        for row, channel in enumerate(CHANNELS):
            content[channel] = np.rint(100 * figures.share[row]).astype(int).tolist()
        content["hub"] = [rank.get(int(option), -1) for option in figures.hub]
        content["shop"] = [rank.get(int(option), -1) for option in figures.delivery_point]
    return content


def _flows(plan: Plan, order: list[int]) -> dict[str, Any]:
    """Return, per open facility, the demand points that it serves."""
    rank = {option: number for number, option in enumerate(order)}
    served: dict[str, list[int]] = {}
    for points, options, shares in (
        (plan.bike_point, plan.bike_option, plan.bike_share),
        (plan.pickup_point, plan.pickup_option, plan.pickup_share),
    ):
        for i, o, share in zip(points.tolist(), options.tolist(), shares.tolist(), strict=True):
            if share > 0 and o in rank:
                served.setdefault(str(rank[o]), []).append(i)
    return served


def _tenant(problem: Problem, f: int) -> dict[str, Any]:
    tenants = problem.tenants
    return {
        "name": tenants.name[f],
        "sector": tenants.sector[f],
        "areaM2": int(tenants.area_m2[f]),
        "load": int(tenants.load_kg_m2[f]),
        "noise": Noise(int(tenants.noise[f])).name.lower(),
        "dock": bool(tenants.dock[f]),
        "jobs": float(tenants.jobs[f]),
        "productive": bool(tenants.productive[f]),
    }


def _hotels(problem: Problem, plan: Plan, order: list[int]) -> list[dict[str, Any]]:
    """Return every open hotel with its levels and who is on them.

    Nothing where the problem tells hotels in full: then `interiors_payload` tells more.
    """
    if problem.hotels is not None:
        return []
    options, designs, levels = problem.options, problem.designs, problem.levels
    hotels = []
    for number, option in enumerate(order):
        d = int(options.design[option])
        if designs.kind[d] != Kind.PRODUCTIVE_HOTEL:
            continue
        here = plan.open_option & (options.site == options.site[option])
        inside = int(designs.inside_hotel_m2[options.design[here]].max(initial=0))
        floors = []
        for rank in np.flatnonzero(levels.design == d):
            on = (plan.tenant_option == option) & (plan.tenant_level == rank)
            floors.append(
                {
                    "number": int(levels.number[rank]),
                    "areaM2": int(levels.area_m2[rank]),
                    "load": int(levels.load_kg_m2[rank]),
                    "height": float(levels.clear_height_m[rank]),
                    "hubM2": inside if levels.number[rank] == 0 else 0,
                    "tenants": [_tenant(problem, int(f)) for f in np.flatnonzero(on)],
                }
            )
        hotels.append({"open": number, "docks": int(designs.docks[d]), "levels": floors})
    return hotels


def _homeless(problem: Problem, plan: Plan) -> list[list[Any]]:
    """Return [name, sector, area] of tenants without a place; those of no area look for none."""
    tenants = problem.tenants
    return [
        [tenants.name[f], tenants.sector[f], int(tenants.area_m2[f])]
        for f in np.flatnonzero((plan.tenant_option < 0) & (tenants.area_m2 > 0))
    ]
