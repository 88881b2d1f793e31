"""Recompute every term of the objective and every criterion of a plan."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.kinds import CARGO_BIKE, LORRY, VAN, Tenure
from optimizer.core.result import TERMS, WEIGHT_TERMS, Criteria
from optimizer.verify.case import Case
from optimizer.verify.land import consumption_m2
from optimizer.verify.money import acquisition_eur, build_eur, purchase_eur
from optimizer.verify.paths import Paths
from optimizer.verify.stacking import figures
from optimizer.verify.transport import streams

if TYPE_CHECKING:
    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem


def recompute(problem: Problem, plan: Plan, *, paths: Paths | None = None) -> Criteria:
    """Return every figure of `plan`, computed anew from the problem.

    EUR and kg per year, km per mean day. Figures are infinite where a flow has no way at all.
    """
    return recompute_case(Case(problem, plan, paths or Paths(problem.streets)))


def recompute_case(case: Case) -> Criteria:
    """Return every figure of a plan under examination."""
    problem, plan = case.problem, case.plan
    parts: dict[str, list[float]] = {term: [] for term in TERMS}
    kilometres, transport_kg = _driving(case, parts)
    building_kg = _openings(case, parts)
    walking_s = _people(case, parts)
    if problem.hotels is not None:
        figures.add_terms(case, parts, annuity_factor)
    placed = np.flatnonzero(plan.tenant_option >= 0)
    jobs = math.fsum(problem.tenants.jobs[placed])
    parts["jobs"] = [-problem.prices.job_eur_year * jobs]
    terms = {term: math.fsum(values) for term, values in parts.items()}
    spent = [value for term, value in terms.items() if term not in WEIGHT_TERMS]
    shares = _channels(case)
    picked_up = math.fsum(case.pickup.parcels)
    names = problem.rules.jurisdiction
    return Criteria(
        objective=math.fsum(terms.values()),
        terms=terms,
        cost_eur_per_year=math.fsum(spent),
        co2e_kg_per_year=transport_kg + building_kg,
        vehicle_km_per_day=kilometres,
        share_by_channel=shares,
        served_share=1.0 - shares["unserved"],
        walk_min_mean=walking_s / picked_up / 60.0 if picked_up > 0 else 0.0,
        land_consumption_m2=dict(zip(names, map(float, consumption_m2(case)), strict=True)),
        acquisition_eur=dict(zip(names, map(float, acquisition_eur(case)), strict=True)),
        jobs_hosted=jobs,
        floor_area_let_m2=float(sum(int(problem.tenants.area_m2[f]) for f in placed)),
        **figures.criteria(case),
    )


def _driving(case: Case, parts: dict[str, list[float]]) -> tuple[dict[str, float], float]:
    """Add what driving costs; return km per mean day by vehicle and kg CO2e per year."""
    prices, days = case.problem.prices, case.problem.rules.delivery_days_per_year
    kilometres: dict[str, list[float]] = {LORRY: [], VAN: [], CARGO_BIKE: []}
    kg = []
    for stream in streams(case):
        vehicle = prices.vehicles[stream.vehicle]
        hours = days * math.fsum(stream.seconds) / 3600.0
        km_per_day = math.fsum(stream.metres) / 1000.0
        km = days * km_per_day
        parts[stream.term] += [vehicle.eur_per_hour * hours, vehicle.eur_per_km * km]
        kg.append(vehicle.co2e_kg_per_km * km)
        kilometres[stream.vehicle].append(km_per_day)
    total_kg = math.fsum(kg)
    parts["co2e_transport"].append(prices.co2e_eur_per_t / 1000.0 * total_kg)
    return {name: math.fsum(values) for name, values in kilometres.items()}, total_kg


def annuity_factor(rate: float, years: float) -> float:
    """Return the yearly payment per euro over `years` at `rate` per year."""
    return 1.0 / years if rate == 0 else rate / -math.expm1(-years * math.log1p(rate))


def _openings(case: Case, parts: dict[str, list[float]]) -> float:
    """Add land, building, running and embodied carbon; return kg CO2e per year of building."""
    prices, designs = case.problem.prices, case.problem.designs
    kg = []
    for option in case.opened:
        d = case.design(option)
        parts["running"].append(float(designs.running_eur_year[d]))
        if not case.is_new(option):
            continue
        years = float(designs.lifetime_years[d])
        kg.append(float(designs.embodied_co2e_kg[d]) / years)
        parts["building"].append(
            build_eur(case, option) * annuity_factor(prices.discount_rate, years)
        )
        parts["land"] += _land(case, option)
    total_kg = math.fsum(kg)
    parts["co2e_building"].append(prices.co2e_eur_per_t / 1000.0 * total_kg)
    return total_kg


def _land(case: Case, option: int) -> list[float]:
    """Return what an option's land costs per year, by its tenure."""
    prices, sites = case.problem.prices, case.problem.sites
    j, d = case.site(option), case.design(option)
    footprint, at_once = int(case.problem.designs.footprint_m2[d]), purchase_eur(case, option)
    match Tenure(case.problem.designs.tenure[d]):
        case Tenure.BUY:
            return [at_once * prices.discount_rate]
        case Tenure.LONG_LEASE:
            yearly = annuity_factor(prices.discount_rate, prices.long_lease_years)
            return [at_once * yearly, footprint * float(sites.long_lease_rent_eur_m2_year[j])]
        case Tenure.LEASE:
            return [footprint * float(sites.rent_eur_m2_year[j])]


def _people(case: Case, parts: dict[str, list[float]]) -> float:
    """Add handling, walking, unserved and rents; return parcel-seconds walked one way per day."""
    problem, plan = case.problem, case.plan
    days, prices = problem.rules.delivery_days_per_year, problem.prices
    for flows in (case.bike, case.pickup):
        per_parcel = problem.designs.handling_eur_per_parcel[problem.options.design[flows.option]]
        parts["handling"] += (days * flows.parcels * per_parcel).tolist()
    walking_s = math.fsum(case.pickup.parcels * case.walks_s)
    parts["walking"].append(days * 2.0 * walking_s / 3600.0 * prices.walk_eur_per_hour)
    left = math.fsum(problem.demand.parcels_per_day * plan.unserved_share)
    parts["unserved"].append(days * left * (prices.unserved_eur_per_parcel or 0.0))
    for f in np.flatnonzero(plan.tenant_option >= 0):
        rent = float(problem.designs.rent_eur_m2_year[case.design(int(plan.tenant_option[f]))])
        share = float(problem.tenants.rent_share[f])
        parts["rent_income"].append(-int(problem.tenants.area_m2[f]) * share * rent)
    return walking_s


def _channels(case: Case) -> dict[str, float]:
    parcels = case.problem.demand.parcels_per_day
    total = math.fsum(parcels)
    amounts = {
        "bike": math.fsum(case.bike.parcels),
        "pickup": math.fsum(case.pickup.parcels),
        "van": math.fsum(parcels * case.plan.van_share),
        "unserved": math.fsum(parcels * case.plan.unserved_share),
    }
    return {name: amount / total if total > 0 else 0.0 for name, amount in amounts.items()}
