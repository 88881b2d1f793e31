"""The content of result.json: outcome, figures, what opened, who moved in, who is not served."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core import store
from optimizer.core.decisions import paid
from optimizer.core.documents import finite, sealed
from optimizer.core.kinds import Kind, OptionStatus
from optimizer.core.programme_result import programme_block
from optimizer.core.tenure import land_price_eur_m2
from optimizer.core.timeline import period_problem

if TYPE_CHECKING:
    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem
    from optimizer.core.result import Conflict, Criteria, Result

FORMAT = "faubourg-result-1"
PERIOD = 1
FIGURES = (
    "objective",
    "cost_eur_per_year",
    "co2e_kg_per_year",
    "served_share",
    "walk_min_mean",
    "jobs_hosted",
    "floor_area_let_m2",
    "terms",
    "vehicle_km_per_day",
    "share_by_channel",
    "land_consumption_m2",
    "acquisition_eur",
)
HOTEL_FIGURES = ("jobs_by_skill", "sector_m2", "exchanged", "noise_share_max")
"""Criteria that problems tell whose hotels are told in full."""
LEFT_REASON = "left unserved at the price that the scenario gives for it"
LEFT_ACTION = "raise unserved_eur_per_parcel, or remove it so that all demand must be served"


def result_to_dict(problem: Problem, result: Result) -> dict[str, Any]:
    """Return what result.json holds, its digest included; every figure is finite.

    `criteria` is None and `open`, `tenants` are empty where there is no plan. EUR stands for the
    currency of the problem.

    With a horizon, `open` and `tenants` have a row per period (its name is `period`; purchase and
    build cost stand where they are paid), demand that is left unserved likewise, and
    `programme` tells the rest (`core.programme_result`); it is None without a programme.

    Where the problem tells its hotels in full, tenants have `unit` and `stage` too, and criteria
    the figures of `HOTEL_FIGURES`.
    """
    told = partial(criteria_to_dict, hotels=problem.hotels is not None)
    solution, plan = result.solution, result.solution.plan
    timing = {step: finite(value, step) for step, value in solution.timing_s.items()}
    return sealed(
        {
            "format": FORMAT,
            "name": problem.name,
            "problem_digest": store.digest(problem),
            "status": solution.outcome.status,
            "proof": solution.outcome.proof,
            "stopped_by": solution.outcome.stopped_by,
            "method": solution.outcome.method,
            "currency": problem.prices.currency,
            "objective": _objective(result),
            "baseline": told(solution.baseline),
            "criteria": None
            if plan is None or solution.criteria is None
            else told(solution.criteria),
            **_rows(problem, result),
            "conflicts": [_conflict(item) for item in solution.conflicts],
            **({} if problem.horizon is None else {"programme": told_programme(problem, result)}),
            "verified": result.verified,
            "violations": [
                {"family": item.family, "where": item.where, "words": item.words}
                for item in result.violations
            ],
            "timing_s": timing,
            "provenance": {
                key: int(text) if key == "seed" and text.isdecimal() else text
                for key, text in result.provenance.items()
            },
        }
    )


def criteria_to_dict(criteria: Criteria, *, hotels: bool = False) -> dict[str, Any]:
    """Return every figure of `criteria` by its name (objective and terms included).

    hotels : with those of `Problem.hotels`.
    """
    names = FIGURES + HOTEL_FIGURES if hotels else FIGURES
    content: dict[str, Any] = {}
    for name in names:
        value = getattr(criteria, name)
        if isinstance(value, dict):
            content[name] = {key: finite(item, f"{name}.{key}") for key, item in value.items()}
        else:
            content[name] = finite(value, name)
    return content


def _objective(result: Result) -> dict[str, Any]:
    solution, outcome = result.solution, result.solution.outcome
    criteria = solution.criteria
    figures = {
        "value": outcome.value,
        "bound": outcome.bound,
        "gap": outcome.gap,
        "gap_of_saving": outcome.gap_of_saving(solution.baseline.objective),
    }
    terms = {} if criteria is None or solution.plan is None else criteria.terms
    return {
        **{key: None if item is None else finite(item, key) for key, item in figures.items()},
        "terms": {key: finite(value, key) for key, value in terms.items()},
    }


def _conflict(item: Conflict) -> dict[str, Any]:
    amounts = {"allowed": item.allowed, "needed": item.needed}
    return {
        "family": item.family,
        "rule": item.rule,
        "words": item.words,
        "relaxation": item.relaxation,
        **{key: None if value is None else finite(value, key) for key, value in amounts.items()},
        "unit": item.unit,
    }


def _rows(problem: Problem, result: Result) -> dict[str, Any]:
    """Return what opens, who moves in and who is left, once, or once in every period."""
    plan, programme = result.solution.plan, result.solution.programme
    if problem.horizon is None or programme is None:
        return {
            "open": [] if plan is None else _open(problem, plan),
            "tenants": [] if plan is None else _tenants(problem, plan, stages(problem, 0)),
            "unserved": unserved(problem, result),
        }
    rows: dict[str, Any] = {"open": [], "tenants": [], "unserved": unserved(problem, result)}
    for t, (name, one) in enumerate(
        zip(problem.horizon.periods.name, programme.plans, strict=True)
    ):
        period = period_problem(problem, t)
        period = period.replace(options=problem.options)  # what the scenario says of each
        purchases, building = paid(problem, period, programme, t)
        for row, option in zip(
            _open(period, one), np.flatnonzero(one.open_option).tolist(), strict=True
        ):
            costs = {"purchase_eur": int(purchases[option]), "build_eur": int(building[option])}
            rows["open"].append({**row, "period": name, **costs})
        rows["tenants"] += [
            {**row, "period": name} for row in _tenants(period, one, stages(problem, t))
        ]
    return rows


def told_programme(problem: Problem, result: Result) -> dict[str, Any] | None:
    """Return the block `programme` of a problem with a horizon; None without a programme."""
    solution = result.solution
    if solution.programme is None or solution.course is None:
        return None
    return programme_block(
        problem,
        solution.programme,
        solution.course,
        solution.alliance,
        partial(criteria_to_dict, hotels=problem.hotels is not None),
    )


def unserved(problem: Problem, result: Result) -> list[dict[str, Any]]:
    """Return who is not served and why; over years, those left unserved with their period."""
    solution = result.solution
    if problem.horizon is None or solution.programme is None:
        return [*_taken_out(problem), *_left(problem, solution.plan)]
    rows = _taken_out(problem)
    for t, plan in enumerate(solution.programme.plans):
        name = problem.horizon.periods.name[t]
        rows += [{**row, "period": name} for row in _left(period_problem(problem, t), plan)]
    return rows


def _parcels_per_option(problem: Problem, plan: Plan) -> list[float]:
    """Return the parcels per mean day through every option, summed without rounding."""
    rows: list[list[float]] = [[] for _ in range(problem.options.count)]
    for point, option, share in (
        (plan.bike_point, plan.bike_option, plan.bike_share),
        (plan.pickup_point, plan.pickup_option, plan.pickup_share),
    ):
        parcels = problem.demand.parcels_per_day[point] * share
        for o, value in zip(option.tolist(), parcels.tolist(), strict=True):
            rows[o].append(value)
    return [math.fsum(row) for row in rows]


def _open(problem: Problem, plan: Plan) -> list[dict[str, Any]]:
    """Return one entry per open option, with the figures that people ask for first."""
    parcels = _parcels_per_option(problem, plan)
    return [
        _open_entry(problem, plan, int(option), parcels[option])
        for option in np.flatnonzero(plan.open_option)
    ]


def _open_entry(problem: Problem, plan: Plan, option: int, parcels: float) -> dict[str, Any]:
    sites, designs = problem.sites, problem.designs
    j, d = int(problem.options.site[option]), int(problem.options.design[option])
    status = OptionStatus(int(problem.options.status[option]))
    new = status is not OptionStatus.EXISTING
    let = int(problem.tenants.area_m2[plan.tenant_option == option].sum())
    capacity = float(designs.capacity_parcels_per_day[d])
    used = problem.rules.peak_day_factor * parcels
    if designs.kind[d] == Kind.PRODUCTIVE_HOTEL:
        capacity = float(problem.levels.area_m2[problem.levels.design == d].sum())
        used = float(let)
    return {
        "site": sites.id[j],
        "name": sites.name[j],
        "kind": Kind(int(designs.kind[d])).key,
        "design": designs.id[d],
        "label": designs.label[d],
        "period": PERIOD,
        "status": status.name.lower(),
        "jurisdiction": problem.rules.jurisdiction[sites.jurisdiction[j]],
        "lon": finite(sites.lon[j], "lon"),
        "lat": finite(sites.lat[j], "lat"),
        "parcels_per_day": finite(parcels, "parcels_per_day"),
        "use_share": used / capacity if capacity > 0 else None,
        "floor_area_let_m2": let,
        "purchase_eur": int(designs.footprint_m2[d]) * land_price_eur_m2(problem, j, d) * new,
        "build_eur": int(designs.build_eur[d]) * new,
    }


def stages(problem: Problem, period: int) -> tuple[str, ...]:
    """Return in what stage every tenant is in a period, "" where nobody says; shape (f,)."""
    told = () if problem.hotels is None else problem.hotels.growth.stage
    return told[period] if told else ("",) * problem.tenants.count


def _tenants(problem: Problem, plan: Plan, stage: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return one entry per placed tenant, `stage` by tenant."""
    entries = []
    hotels = problem.hotels
    for f in np.flatnonzero(plan.tenant_option >= 0):
        option = plan.tenant_option[f]
        entries.append(
            {
                "tenant": problem.tenants.id[f],
                "name": problem.tenants.name[f],
                "sector": problem.tenants.sector[f],
                "site": problem.sites.id[problem.options.site[option]],
                "design": problem.designs.id[problem.options.design[option]],
                "level": int(problem.levels.number[plan.tenant_level[f]]),
                **({} if hotels is None else {"unit": hotels.units.id[plan.tenant_level[f]]}),
                "area_m2": int(problem.tenants.area_m2[f]),
                **({} if hotels is None else {"stage": stage[f]}),
                "period": PERIOD,
            }
        )
    return entries


def _taken_out(problem: Problem) -> list[dict[str, Any]]:
    """Return demand taken out before the solve."""
    return [
        {
            "demand_point": item.id,
            "lon": finite(item.lon, "lon"),
            "lat": finite(item.lat, "lat"),
            "parcels_per_day": finite(item.parcels_per_day, "parcels_per_day"),
            "reason": item.reason,
            "action": item.action,
        }
        for item in problem.unserved
    ]


def _left(problem: Problem, plan: Plan | None) -> list[dict[str, Any]]:
    """Return the shares that the plan leaves unserved."""
    if plan is None:
        return []
    entries = []
    for i in np.flatnonzero(plan.unserved_share > 0):
        parcels = problem.demand.parcels_per_day[i] * plan.unserved_share[i]
        entries.append(
            {
                "demand_point": problem.demand.id[i],
                "lon": finite(problem.demand.lon[i], "lon"),
                "lat": finite(problem.demand.lat[i], "lat"),
                "parcels_per_day": finite(parcels, "parcels_per_day"),
                "reason": LEFT_REASON,
                "action": LEFT_ACTION,
            }
        )
    return entries
