"""Everything the siting models need, as arrays in EUR per year.

Costs are told as a saving against the fallback (the van, or leaving parcels unserved where that is
priced lower): the objective of a plan is

    constant_eur + sum(fixed_eur[open]) - sum(tenant_eur[f, design] of placed tenants)
    - sum(bike.gain_eur[k] * share) - sum(pickup.gain_eur[k] * share)
    + handling_eur[o] * sum(parcels_per_year[i] * share)   over the flows of option o

so that a share which no bike or pick-up takes falls back without further terms. All links in reach
are kept, also those that gain nothing: a minimum use may need them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.frozen import Frozen
from optimizer.core.kinds import CARGO_BIKE, LORRY, VAN, WALK, Kind, LandBasis, OptionStatus
from optimizer.core.refusal import Fault, Refusal
from optimizer.siting import costs
from optimizer.siting.stacking.commuting import Nearness, find_nearness
from optimizer.siting.stacking.houses import main_fits
from optimizer.siting.stacking.terms import Fittings, build_fittings
from optimizer.siting.zoning import permitted
from optimizer.travel import TravelLists, many_to_many, round_trips
from optimizer.travel.haul import Leg, rates

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.problem import Problem

FAULTS_SHOWN = 20


@dataclass(frozen=True, eq=False)
class Links(Frozen):
    """Demand points in reach of each site; site j owns entries start[j]:start[j + 1].

    start : int64, shape (s + 1,); sites without an option of the kind own none.
    point : int32, ascending within a site. site : int32, owner of each entry.
    time_s, length_m : int32; bike: round trip, pick-up: one way on foot.
    acceptance : share of people who would walk; 1 for bikes.
    gain_eur : EUR per year saved against the fallback by share 1, before handling.
    """

    start: NDArray[np.int64]
    point: NDArray[np.int32]
    site: NDArray[np.int32]
    time_s: NDArray[np.int32]
    length_m: NDArray[np.int32]
    acceptance: NDArray[np.float64]
    gain_eur: NDArray[np.float64]

    @property
    def count(self) -> int:
        """Number of links."""
        return len(self.point)


@dataclass(frozen=True, eq=False)
class SitingData(Frozen):
    """Arrays of the siting models; n points, s sites, o options, d designs, l levels, f tenants.

    parcels_per_day, parcels_per_year, van_eur_per_parcel (inf: no van), fallback_eur_per_parcel,
    fallback_is_van, fallback_eur_year : shape (n,). constant_eur : sum of fallback_eur_year.
    bike_share_max, pickup_share_max : shape (n,).
    van_leg, bike_leg (per bike link), hub_leg, delivery_leg (per site) : per parcel; visit_leg :
    per site and delivery day. hub_by_lorry : shape (s,).
    site, design, kind, existing, required, forbidden (by the user or by zoning and
    access), open_always (required or existing) : (o,).
    fixed_eur : EUR per year when open. capex_eur, footprint_land_m2 : whole numbers.
    consumes : options that consume soil when opened.
    area_m2 (usable), parcel_m2 (whole) : of each site, (s,).
    by_parcel : the land ledgers count parcels (once per site) rather than footprints.
    capacity_mean : parcels per mean day (capacity / peak factor). minimum : parcels per mean day.
    handling_eur : EUR per parcel. inside_m2 : hotel floor that a hub inside takes, shape (o,).
    tenant_eur : EUR per year of a tenant in a hotel design, shape (f, d). fits : shape (f, l), the
    tenant alone may stand on that level (load, height, dock, rent, area); a NOISY one moreover
    needs `noisy_allowed` of the site. With `Problem.hotels`: the main part of the tenant, and
    nearness : how far workers, support and partners are; fittings : prices of interiors.
    """

    parcels_per_day: NDArray[np.float64]
    parcels_per_year: NDArray[np.float64]
    van_eur_per_parcel: NDArray[np.float64]
    fallback_eur_per_parcel: NDArray[np.float64]
    fallback_is_van: NDArray[np.bool_]
    fallback_eur_year: NDArray[np.float64]
    constant_eur: float
    bike_share_max: NDArray[np.float64]
    pickup_share_max: NDArray[np.float64]
    van_leg: Leg
    bike_leg: Leg
    hub_leg: Leg
    delivery_leg: Leg
    visit_leg: Leg
    hub_by_lorry: NDArray[np.bool_]
    bike: Links
    pickup: Links
    site: NDArray[np.int32]
    design: NDArray[np.int32]
    kind: NDArray[np.int8]
    existing: NDArray[np.bool_]
    required: NDArray[np.bool_]
    forbidden: NDArray[np.bool_]
    open_always: NDArray[np.bool_]
    yearly: costs.YearlyOptions
    fixed_eur: NDArray[np.float64]
    capex_eur: NDArray[np.int64]
    footprint_land_m2: NDArray[np.int64]
    consumes: NDArray[np.bool_]
    area_m2: NDArray[np.int64]
    parcel_m2: NDArray[np.int64]
    by_parcel: bool
    capacity_mean: NDArray[np.float64]
    minimum: NDArray[np.float64]
    handling_eur: NDArray[np.float64]
    inside_m2: NDArray[np.int64]
    tenant_eur: NDArray[np.float64]
    fits: NDArray[np.bool_]
    nearness: Nearness | None = None
    fittings: Fittings | None = None

    @property
    def option_count(self) -> int:
        """Number of options."""
        return len(self.site)

    @property
    def point_count(self) -> int:
        """Number of demand points."""
        return len(self.parcels_per_day)


def build_data(
    problem: Problem, *, memory_gb: float = 16.0, alike: SitingData | None = None
) -> SitingData:
    """Compute travel, costs and links once, for every way of solving `problem`.

    alike : data of a problem that differs in amounts and prices alone (another period): its links
    are taken over, the arrays that are the same are shared.

    Raises
    ------
    Refusal
        F221 when the links in reach need more than `memory_gb`; F391 when a demand point has
        neither a van nor a price for leaving its parcels.
    """
    option, designs, rules = problem.options, problem.designs, problem.rules
    kind = designs.kind[option.design]
    open_always = np.isin(option.status, (OptionStatus.REQUIRED, OptionStatus.EXISTING))
    demand, day = problem.demand, rules.delivery_days_per_year
    van_leg = costs.van_leg(problem)
    van_eur, fallback, by_van = _fallback(problem, van_leg)
    per_year = demand.parcels_per_day * day
    by_lorry = problem.sites.node[LORRY] >= 0
    hub_leg = costs.hub_supply_leg(problem, by_lorry)
    delivery_leg = costs.delivery_point_supply_leg(problem)
    served = fallback, per_year
    if alike is None:
        bike_lists = _reach(problem, Kind.MICRO_HUB, memory_gb)
        pickup_lists = _reach(problem, Kind.DELIVERY_POINT, memory_gb)
        bike, bike_leg = _bike_links(problem, bike_lists, hub_leg, by_lorry, served)
        pickup = _pickup_links(problem, pickup_lists, delivery_leg, served)
    else:
        bike, bike_leg = _bikes_repriced(problem, alike.bike, hub_leg, by_lorry, served)
        pickup = _pickups_repriced(problem, alike.pickup, delivery_leg, served)
    yearly, consumes = costs.yearly_options(problem), costs.consuming(problem)
    nearness = _nearness(problem, alike)
    return SitingData(
        parcels_per_day=demand.parcels_per_day,
        parcels_per_year=per_year,
        van_eur_per_parcel=van_eur,
        fallback_eur_per_parcel=fallback,
        fallback_is_van=by_van,
        fallback_eur_year=fallback * per_year,
        constant_eur=float(np.sum(fallback * per_year)),
        bike_share_max=demand.bike_share_max,
        pickup_share_max=demand.pickup_share_max,
        van_leg=van_leg,
        bike_leg=bike_leg,
        hub_leg=hub_leg,
        delivery_leg=delivery_leg,
        visit_leg=costs.visit_leg(problem),
        hub_by_lorry=by_lorry,
        bike=bike,
        pickup=pickup,
        site=option.site,
        design=option.design,
        kind=kind,
        existing=option.status == OptionStatus.EXISTING,
        required=option.status == OptionStatus.REQUIRED,
        forbidden=(option.status == OptionStatus.FORBIDDEN) | ~permitted(problem),
        open_always=open_always,
        yearly=yearly,
        fixed_eur=yearly.fixed_eur,
        capex_eur=costs.capital_eur(problem),
        footprint_land_m2=np.where(consumes, designs.footprint_m2[option.design], 0),
        consumes=consumes,
        area_m2=problem.sites.area_m2,
        parcel_m2=problem.sites.parcel_m2,
        by_parcel=rules.land_basis == LandBasis.PARCEL,
        capacity_mean=designs.capacity_parcels_per_day[option.design] / rules.peak_day_factor,
        minimum=designs.minimum_parcels_per_day[option.design],
        handling_eur=designs.handling_eur_per_parcel[option.design],
        inside_m2=designs.inside_hotel_m2[option.design],
        tenant_eur=_tenant_eur(problem),
        fits=_fits(problem),
        nearness=nearness,
        fittings=None if nearness is None else build_fittings(problem, nearness),
    )


def land_by_site_m2(data: SitingData, open_option: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the soil consumed on each site by a set of open options, whole m2."""
    taking = open_option & data.consumes
    used = np.zeros(len(data.parcel_m2), dtype=np.int64)
    if data.by_parcel:
        used[data.site[taking]] = data.parcel_m2[data.site[taking]]
    else:
        np.add.at(used, data.site[taking], data.footprint_land_m2[taking])
    return used


def capex_by_site_eur(data: SitingData, open_option: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return what each site takes from the purse, whole euros."""
    spent = np.zeros(len(data.parcel_m2), dtype=np.int64)
    np.add.at(spent, data.site[open_option], data.capex_eur[open_option])
    return spent


def _fallback(
    problem: Problem, leg: Leg
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    van = rates(problem.prices, VAN).total(leg)
    van = np.where(np.isfinite(van), van, np.inf)
    price = problem.prices.unserved_eur_per_parcel
    unserved = np.inf if price is None or np.isnan(price) else price
    fallback = np.minimum(van, unserved)
    lost = np.flatnonzero(~np.isfinite(fallback))
    if len(lost):
        faults = [
            Fault(
                f"demand point {problem.demand.id[point]}",
                "F391",
                "no van reaches it and leaving its parcels unserved has no price",
                "move it closer to a street for vans, or set channels.unserved_eur_per_parcel",
            )
            for point in lost[:FAULTS_SHOWN]
        ]
        raise Refusal(*faults)
    return van, fallback, (van <= unserved)


def _reach(problem: Problem, kind: Kind, memory_gb: float) -> TravelLists:
    """Return the points in reach of each site that has an option of `kind`."""
    option, rules = problem.options, problem.rules
    profile = CARGO_BIKE if kind == Kind.MICRO_HUB else WALK
    has = np.zeros(problem.sites.count, dtype=bool)
    has[option.site[problem.designs.kind[option.design] == kind]] = True
    nodes = np.where(has, problem.sites.node[profile], -1).astype(np.int32)
    arcs, count = problem.streets.arcs[profile], problem.streets.node_count
    targets = problem.demand.node[profile]
    if kind == Kind.MICRO_HUB:
        limit = int(rules.bike_limit_s)
        return round_trips(arcs, count, nodes, targets, cutoff_s=limit, memory_gb=memory_gb)
    limit = int(rules.walk_limit_s)
    return many_to_many(
        arcs, count, nodes, targets, cutoff_s=limit, memory_gb=memory_gb, reverse=True
    )


def _bike_links(
    problem: Problem,
    lists: TravelLists,
    hub_leg: Leg,
    by_lorry: NDArray[np.bool_],
    served: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> tuple[Links, Leg]:
    site, point = lists.source, lists.target
    supply = _hub_supply_eur(problem, hub_leg, by_lorry)
    keep = np.isfinite(supply[site]) & (problem.demand.bike_share_max[point] > 0)
    links = _links(lists, keep, np.ones(len(site)))
    return _bikes_repriced(problem, links, hub_leg, by_lorry, served)


def _bikes_repriced(
    problem: Problem,
    links: Links,
    hub_leg: Leg,
    by_lorry: NDArray[np.bool_],
    served: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> tuple[Links, Leg]:
    trip = Leg(links.time_s.astype(float), links.length_m.astype(float))
    leg = costs.bike_leg(problem, links.site, links.point, trip)
    supply = _hub_supply_eur(problem, hub_leg, by_lorry)
    cost = supply[links.site] + rates(problem.prices, CARGO_BIKE).total(leg)
    return _priced(links, cost, served), leg


def _hub_supply_eur(
    problem: Problem, hub_leg: Leg, by_lorry: NDArray[np.bool_]
) -> NDArray[np.float64]:
    return np.where(
        by_lorry,
        rates(problem.prices, LORRY).total(hub_leg),
        rates(problem.prices, VAN).total(hub_leg),
    )


def _pickup_links(
    problem: Problem,
    lists: TravelLists,
    delivery_leg: Leg,
    served: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> Links:
    site, point = lists.source, lists.target
    supply = rates(problem.prices, VAN).total(delivery_leg)
    accepted = costs.acceptance(problem, lists.time_s)
    keep = np.isfinite(supply[site]) & (accepted > 0)
    keep &= problem.demand.pickup_share_max[point] > 0
    return _pickups_repriced(problem, _links(lists, keep, accepted), delivery_leg, served)


def _pickups_repriced(
    problem: Problem,
    links: Links,
    delivery_leg: Leg,
    served: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> Links:
    supply = rates(problem.prices, VAN).total(delivery_leg)
    walking = 2.0 * links.time_s * (problem.prices.walk_eur_per_hour / 3600.0)
    return _priced(links, supply[links.site] + walking, served)


def _links(lists: TravelLists, keep: NDArray[np.bool_], accepted: NDArray[np.float64]) -> Links:
    """Return the links that are kept, by site, then point, without a price."""
    order = np.flatnonzero(keep)
    order = order[np.lexsort((lists.target[order], lists.source[order]))]
    site = lists.source[order]
    return Links(
        start=np.searchsorted(site, np.arange(len(lists.start))).astype(np.int64),
        point=lists.target[order],
        site=site,
        time_s=lists.time_s[order],
        length_m=lists.length_m[order],
        acceptance=accepted[order],
        gain_eur=np.zeros(0),
    )


def _priced(
    links: Links,
    cost_eur: NDArray[np.float64],
    served: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> Links:
    fallback_eur, per_year = served
    gain_eur = (fallback_eur[links.point] - cost_eur) * per_year[links.point]
    return links.replace(gain_eur=gain_eur)


def _tenant_eur(problem: Problem) -> NDArray[np.float64]:
    tenants = problem.tenants
    asked = problem.designs.rent_eur_m2_year[None, :]
    rent = (tenants.area_m2 * tenants.rent_share)[:, None] * asked
    return rent + (problem.prices.job_eur_year * tenants.jobs)[:, None]


def _nearness(problem: Problem, alike: SitingData | None) -> Nearness | None:
    if problem.hotels is None:
        return None
    known = None if alike is None else alike.nearness
    return known or find_nearness(problem, problem.hotels)


def _fits(problem: Problem) -> NDArray[np.bool_]:
    if problem.hotels is not None:
        return main_fits(problem, problem.hotels)
    tenants, levels, designs = problem.tenants, problem.levels, problem.designs
    fits: NDArray[np.bool_] = tenants.load_kg_m2[:, None] <= levels.load_kg_m2[None, :]
    fits &= tenants.clear_height_m[:, None] <= levels.clear_height_m[None, :]
    fits &= tenants.area_m2[:, None] <= levels.area_m2[None, :]
    rent = designs.rent_eur_m2_year[levels.design]
    paid = tenants.rent_share[:, None] * rent[None, :]
    fits &= paid <= tenants.rent_max_eur_m2_year[:, None]
    docks = (levels.number == 0) & (designs.docks[levels.design] > 0)
    fits &= docks[None, :] | ~tenants.dock[:, None]
    return fits
