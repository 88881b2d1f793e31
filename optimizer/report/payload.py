"""What the page shows, as one JSON object; the page itself computes nothing but positions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.kinds import Kind, LandStatus, Noise, OptionStatus
from optimizer.core.result import TERMS
from optimizer.core.result_io import result_to_dict
from optimizer.report.figures import (
    CHANNELS,
    consumed_m2,
    is_new,
    ledger_lines,
    open_order,
    plan_figures,
    purchase_eur,
    tag,
)
from optimizer.report.words import (
    NOUN,
    TERM_WORDS,
    counts_by_kind,
    headline,
    proof_words,
)

if TYPE_CHECKING:
    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem
    from optimizer.core.result import Criteria, Result
    from optimizer.report.figures import PlanFigures

UNSERVED_SHOWN = 300
FIGURE_WORDS = {
    "lorry": "Lorries",
    "van": "Vans",
    "cargo_bike": "Cargo bikes",
    "bike": "By cargo bike from a hub",
    "pickup": "Picked up at a delivery point",
    "unserved": "Not served",
}


def payload(problem: Problem, result: Result) -> dict[str, Any]:
    """Return everything that the page shows beside the background geometry."""
    solution = result.solution
    plan = solution.plan
    content: dict[str, Any] = {
        "name": problem.name,
        "description": problem.provenance.get("description", ""),
        "regime": problem.provenance.get("regime", ""),
        "currency": problem.prices.currency,
        "status": solution.outcome.status,
        "headline": headline(problem, result),
        "counts": {kind.key: n for kind, n in counts_by_kind(problem, result).items()},
        "nouns": {kind.key: NOUN[kind] for kind in Kind},
        "walkMin": problem.rules.walk_limit_s / 60,
        "proof": _proof(problem, result),
        "criteria": None if solution.criteria is None else _criteria(solution.criteria),
        "baseline": _criteria(solution.baseline),
        "termWords": {name: TERM_WORDS[name] for name in TERMS},
        "figureWords": FIGURE_WORDS,
        "ledgers": [
            {
                "name": line.name,
                "metric": line.metric.replace("_", " "),
                "unit": "m²" if line.unit == "m2" else line.unit,
                "covers": line.covers,
                "budget": line.budget,
                "used": line.used,
                "left": line.left,
                "source": line.source,
            }
            for line in ledger_lines(problem, solution.criteria)
        ],
        "quotas": _quotas(problem, result),
        "conflicts": [[item.family, item.rule, item.words] for item in solution.conflicts],
        "violations": [[item.family, item.where, item.words] for item in result.violations],
        "assumptions": [[item.key, item.value, item.source] for item in problem.assumptions],
        "audit": [
            [item.room, item.what, item.count, item.unit, item.detail] for item in problem.audit
        ],
        "provenance": _provenance(problem, result),
        **_unserved(problem, result),
        **_gateways(problem),
        **_places(problem, plan),
    }
    return content


def _proof(problem: Problem, result: Result) -> dict[str, Any]:
    outcome = result.solution.outcome
    return {
        "words": proof_words(problem, result),
        "value": outcome.value,
        "bound": outcome.bound,
        "gap": outcome.gap,
        "gapOfSaving": outcome.gap_of_saving(result.solution.baseline.objective),
        "baseline": result.solution.baseline.objective,
        "proof": outcome.proof,
        "verified": result.verified,
    }


def _criteria(criteria: Criteria) -> dict[str, Any]:
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


def _quotas(problem: Problem, result: Result) -> list[dict[str, Any]]:
    quotas, plan = problem.rules.quotas, result.solution.plan
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


def _provenance(problem: Problem, result: Result) -> list[list[str]]:
    merged = {**problem.provenance, **result.provenance}
    hidden = {"description", "regime"}
    rows = [[key.replace("_", " "), str(value)] for key, value in merged.items() if value]
    rows = [row for row in rows if row[0] not in hidden]
    times = result.solution.timing_s.items()
    return rows + [[f"time: {step.replace('_', ' ')}", f"{value:.1f} s"] for step, value in times]


def _unserved(problem: Problem, result: Result) -> dict[str, Any]:
    everyone = result_to_dict(problem, result)["unserved"]
    everyone.sort(key=lambda item: -item["parcels_per_day"])
    return {
        "unservedCount": len(everyone),
        "unservedParcels": sum(item["parcels_per_day"] for item in everyone),
        "unserved": everyone[:UNSERVED_SHOWN],
    }


def _gateways(problem: Problem) -> dict[str, Any]:
    gateways = problem.gateways
    return {
        "gateways": [
            [gateways.name[g], _degrees(gateways.lon[g]), _degrees(gateways.lat[g])]
            for g in range(gateways.count)
        ]
    }


def _degrees(value: float) -> float:
    return round(float(value), 6)


def _places(problem: Problem, plan: Plan | None) -> dict[str, Any]:
    figures = None if plan is None else plan_figures(problem, plan)
    order = [] if figures is None or plan is None else open_order(problem, plan, figures)
    return {
        "open": [] if figures is None else _open(problem, figures, order),
        "hotels": [] if plan is None else _hotels(problem, plan, order),
        "closed": _closed(problem, plan),
        "points": _points(problem, figures, order),
        "flows": {} if plan is None else _flows(plan, order),
        "homeless": [] if plan is None else _homeless(problem, plan),
    }


def _open(problem: Problem, figures: PlanFigures, order: list[int]) -> list[dict[str, Any]]:
    sites, designs = problem.sites, problem.designs
    rank_of_kind: dict[int, int] = {}
    rows = []
    for option in order:
        j, d = int(problem.options.site[option]), int(problem.options.design[option])
        kind = int(designs.kind[d])
        rank = rank_of_kind[kind] = rank_of_kind.get(kind, -1) + 1
        rows.append(
            {
                "tag": tag(kind, rank),
                "kind": kind,
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
                "lon": _degrees(sites.lon[j]),
                "lat": _degrees(sites.lat[j]),
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


def _closed(problem: Problem, plan: Plan | None) -> list[list[Any]]:
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
            _degrees(sites.lon[j]),
            _degrees(sites.lat[j]),
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
        "lon": [_degrees(value) for value in demand.lon],
        "lat": [_degrees(value) for value in demand.lat],
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
    """Return every open hotel with its levels and who is on them."""
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
    """Return [name, sector, area] of tenants without a place."""
    tenants = problem.tenants
    return [
        [tenants.name[f], tenants.sector[f], int(tenants.area_m2[f])]
        for f in np.flatnonzero(plan.tenant_option < 0)
    ]
