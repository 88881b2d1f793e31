"""Every figure of a plan, computed from the arrays of the models (the checker has its own way)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from optimizer.core.kinds import CARGO_BIKE, LORRY, VAN, Kind
from optimizer.core.result import TERMS, WEIGHT_TERMS, Criteria
from optimizer.siting.data import capex_by_site_eur, land_by_site_m2
from optimizer.siting.stacking.terms import delivered, interior_terms, loudest_share
from optimizer.travel.haul import Leg, rates

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem
    from optimizer.siting.data import Links, SitingData


class _Trips(NamedTuple):
    """One stream of parcels: vehicle, parcels per mean day, and the leg per parcel."""

    term: str
    vehicle: str
    parcels: NDArray[np.float64]
    leg: Leg

    @property
    def seconds(self) -> float:
        """Seconds per mean day; legs without parcels may be infinite and do not count."""
        return float(np.sum(self.parcels * np.where(self.parcels > 0, self.leg.s, 0.0)))

    @property
    def metres(self) -> float:
        """Metres per mean day."""
        return float(np.sum(self.parcels * np.where(self.parcels > 0, self.leg.m, 0.0)))


def criteria_of(problem: Problem, data: SitingData, plan: Plan) -> Criteria:
    """Return every term and criterion of `plan`.

    Raises
    ------
    ValueError
        When a flow of the plan is not among the links in reach.
    """
    days = problem.rules.delivery_days_per_year
    terms = dict.fromkeys(TERMS, 0.0)
    kilometres = {LORRY: 0.0, VAN: 0.0, CARGO_BIKE: 0.0}
    kg = 0.0
    walking_s = _walking_s(data, plan)
    for trips in _streams(data, plan):
        rate = rates(problem.prices, trips.vehicle)
        terms[trips.term] += days * (rate.eur_per_s * trips.seconds + rate.eur_per_m * trips.metres)
        terms["co2e_transport"] += days * rate.carbon_eur_per_m * trips.metres
        kilometres[trips.vehicle] += trips.metres / 1000.0
        kg += days * rate.kg_per_m * trips.metres
    kg += _openings(data, plan, terms)
    _tenants(problem, plan, terms)
    if data.fittings is not None:
        terms.update(interior_terms(data.fittings, plan))
    terms["walking"] = days * 2.0 * walking_s * problem.prices.walk_eur_per_hour / 3600.0
    unserved = float(np.sum(data.parcels_per_day * plan.unserved_share))
    terms["unserved"] = days * unserved * (problem.prices.unserved_eur_per_parcel or 0.0)
    shares = _channels(data, plan)
    placed = plan.tenant_option >= 0
    objective = float(sum(terms.values()))
    return Criteria(
        objective=objective,
        terms=terms,
        cost_eur_per_year=objective - sum(terms[name] for name in WEIGHT_TERMS),
        co2e_kg_per_year=kg,
        vehicle_km_per_day=kilometres,
        share_by_channel=shares,
        served_share=1.0 - shares["unserved"],
        walk_min_mean=walking_s / 60.0 / max(_picked_up(data, plan), 1e-300),
        land_consumption_m2=_by_jurisdiction(problem, land_by_site_m2(data, plan.open_option)),
        acquisition_eur=_by_jurisdiction(problem, capex_by_site_eur(data, plan.open_option)),
        jobs_hosted=float(problem.tenants.jobs[placed].sum()),
        floor_area_let_m2=float(problem.tenants.area_m2[placed].sum()),
        **_of_hotels(problem, data, plan),
    )


def objective_of(data: SitingData, plan: Plan) -> float:
    """Return the objective alone, from gains and fixed costs (fast)."""
    bike = link_ranks(data, data.bike, plan.bike_point, plan.bike_option)
    pickup = link_ranks(data, data.pickup, plan.pickup_point, plan.pickup_option)
    value = data.constant_eur + float(data.fixed_eur[plan.open_option].sum())
    value -= float(np.sum(data.bike.gain_eur[bike] * plan.bike_share))
    value -= float(np.sum(data.pickup.gain_eur[pickup] * plan.pickup_share))
    for point, option, share in (
        (plan.bike_point, plan.bike_option, plan.bike_share),
        (plan.pickup_point, plan.pickup_option, plan.pickup_share),
    ):
        value += float(np.sum(data.handling_eur[option] * data.parcels_per_year[point] * share))
    placed = np.flatnonzero(plan.tenant_option >= 0)
    value -= float(data.tenant_eur[placed, data.design[plan.tenant_option[placed]]].sum())
    if data.fittings is not None:
        value += sum(interior_terms(data.fittings, plan).values())
    return value


def link_ranks(
    data: SitingData, links: Links, point: NDArray[np.int32], option: NDArray[np.int32]
) -> NDArray[np.int64]:
    """Return the position in `links` of each flow (point, option).

    Raises
    ------
    ValueError
        When a flow is out of reach.
    """
    key = links.site.astype(np.int64) * data.point_count + links.point
    wanted = data.site[option].astype(np.int64) * data.point_count + point
    rank = np.searchsorted(key, wanted)
    if len(wanted) and (rank.max() >= len(key) or np.any(key[rank] != wanted)):
        message = "the plan has a flow between a point and a site out of its reach"
        raise ValueError(message)
    return rank


def _streams(data: SitingData, plan: Plan) -> list[_Trips]:
    bike_day = data.parcels_per_day[plan.bike_point] * plan.bike_share
    rank = link_ranks(data, data.bike, plan.bike_point, plan.bike_option)
    hub_site = data.site[plan.bike_option]
    hub = Leg(data.hub_leg.s[hub_site], data.hub_leg.m[hub_site])
    lorry = data.hub_by_lorry[hub_site]
    pickup_day = data.parcels_per_day[plan.pickup_point] * plan.pickup_share
    at = data.site[plan.pickup_option]
    visited = data.site[plan.open_option & (data.kind == Kind.DELIVERY_POINT)]
    return [
        _Trips("line_haul", LORRY, np.where(lorry, bike_day, 0.0), hub),
        _Trips("line_haul", VAN, np.where(lorry, 0.0, bike_day), hub),
        _Trips(
            "bike_tours", CARGO_BIKE, bike_day, Leg(data.bike_leg.s[rank], data.bike_leg.m[rank])
        ),
        _Trips("resupply", VAN, pickup_day, Leg(data.delivery_leg.s[at], data.delivery_leg.m[at])),
        _Trips(
            "resupply",
            VAN,
            np.ones(len(visited)),
            Leg(data.visit_leg.s[visited], data.visit_leg.m[visited]),
        ),
        _Trips("van_tours", VAN, data.parcels_per_day * plan.van_share, data.van_leg),
    ]


def _openings(data: SitingData, plan: Plan, terms: dict[str, float]) -> float:
    """Add what open options and handling cost; return kg CO2e per year of what is built."""
    yearly, is_open = data.yearly, plan.open_option
    terms["land"] = float(yearly.land[is_open].sum())
    terms["building"] = float(yearly.building[is_open].sum())
    terms["running"] = float(yearly.running[is_open].sum())
    terms["co2e_building"] = float(yearly.embodied_carbon[is_open].sum())
    for point, option, share in (
        (plan.bike_point, plan.bike_option, plan.bike_share),
        (plan.pickup_point, plan.pickup_option, plan.pickup_share),
    ):
        parcels = data.parcels_per_year[point] * share
        terms["handling"] += float(np.sum(data.handling_eur[option] * parcels))
    return float(yearly.embodied_kg[is_open].sum())


def _tenants(problem: Problem, plan: Plan, terms: dict[str, float]) -> None:
    placed = np.flatnonzero(plan.tenant_option >= 0)
    design = problem.options.design[plan.tenant_option[placed]]
    area = problem.tenants.area_m2[placed] * problem.tenants.rent_share[placed]
    terms["rent_income"] = -float(np.sum(area * problem.designs.rent_eur_m2_year[design]))
    terms["jobs"] = -problem.prices.job_eur_year * float(problem.tenants.jobs[placed].sum())


def _of_hotels(problem: Problem, data: SitingData, plan: Plan) -> dict[str, Any]:
    """Return the criteria that only `Problem.hotels` has."""
    hotels, placed = problem.hotels, plan.tenant_option >= 0
    if hotels is None or data.fittings is None:
        return {}
    sector = np.array(problem.tenants.sector, dtype=object)
    area = problem.tenants.area_m2
    jobs = hotels.businesses.jobs_by_skill[placed].sum(axis=0)
    arrived = delivered(data.fittings, plan)
    return {
        "jobs_by_skill": dict(zip(hotels.mix.skill, jobs.tolist(), strict=True)),
        "sector_m2": {
            name: float(area[placed & (sector == name)].sum()) for name in sorted(set(sector))
        },
        "exchanged": dict(zip(hotels.symbiosis.resource, arrived.tolist(), strict=True)),
        "noise_share_max": loudest_share(problem, plan),
    }


def _walking_s(data: SitingData, plan: Plan) -> float:
    """Return parcel-seconds on foot, one way, per mean day."""
    rank = link_ranks(data, data.pickup, plan.pickup_point, plan.pickup_option)
    parcels = data.parcels_per_day[plan.pickup_point] * plan.pickup_share
    return float(np.sum(parcels * data.pickup.time_s[rank]))


def _picked_up(data: SitingData, plan: Plan) -> float:
    return float(np.sum(data.parcels_per_day[plan.pickup_point] * plan.pickup_share))


def _channels(data: SitingData, plan: Plan) -> dict[str, float]:
    total = max(float(data.parcels_per_day.sum()), 1e-300)
    bike = float(np.sum(data.parcels_per_day[plan.bike_point] * plan.bike_share))
    return {
        "bike": bike / total,
        "pickup": _picked_up(data, plan) / total,
        "van": float(np.sum(data.parcels_per_day * plan.van_share)) / total,
        "unserved": float(np.sum(data.parcels_per_day * plan.unserved_share)) / total,
    }


def _by_jurisdiction(problem: Problem, per_site: NDArray[np.int64]) -> dict[str, float]:
    names = problem.rules.jurisdiction
    total = np.zeros(len(names), dtype=np.int64)
    np.add.at(total, problem.sites.jurisdiction, per_site)
    return {name: float(amount) for name, amount in zip(names, total, strict=True)}
