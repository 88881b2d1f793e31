"""Scenario + world -> Problem: geography, files and rounding end here."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from optimizer.core.prices import Prices, Vehicle
from optimizer.core.problem import Problem
from optimizer.core.version import VERSION
from optimizer.demand import build_demand, read_tenants
from optimizer.land import build_designs, build_options, build_sites, read_layers
from optimizer.network import find_gateways, load_network
from optimizer.prepare.backdrop import build_backdrop
from optimizer.prepare.horizon import World, build_horizon, zoning_ever
from optimizer.prepare.hotels import build_hotels
from optimizer.prepare.rules import build_rules
from optimizer.prepare.tours import build_day_rules
from optimizer.scenario.sources import assumptions

if TYPE_CHECKING:
    from optimizer.core.backdrop import Backdrop
    from optimizer.scenario.choices import VehicleBlock
    from optimizer.scenario.schema import Scenario


@dataclass(frozen=True)
class Assembled:
    """A problem and the background of its map."""

    problem: Problem
    backdrop: Backdrop


def assemble(scenario: Scenario, *, cache: bool = True) -> Assembled:
    """Build the problem of a scenario; its relative paths start in `scenario.folder`.

    Raises
    ------
    Refusal
        With every fault that the rooms find in files and names.
    """
    folder, snap_max_m = scenario.folder, scenario.streets.snap_max_m
    network = load_network(scenario.streets, folder, cache=cache)
    gateways, gateway_audit = find_gateways(network, scenario.gateways)
    demand, unserved, demand_audit = build_demand(scenario.demand, network, folder, snap_max_m)
    tenants = read_tenants(scenario.tenants, folder)
    designs, levels = build_designs(scenario.designs)
    sites, ground, outlines, jurisdictions, land_audit = build_sites(
        scenario.land, network, demand, folder, snap_max_m
    )
    rules = build_rules(scenario, jurisdictions)
    zoning = zoning_ever(scenario, designs)
    options, option_audit = build_options(sites, designs, zoning, scenario.rules, snap_max_m)
    world = World(network, demand, designs, sites, ground, outlines, jurisdictions)
    horizon, horizon_audit = build_horizon(scenario, world)
    hotels, hotel_audit = build_hotels(scenario, world, tenants, horizon)
    problem = Problem(
        name=scenario.name,
        streets=network.streets,
        demand=demand,
        gateways=gateways,
        sites=sites,
        designs=designs,
        levels=levels,
        zoning=zoning,
        options=options,
        tenants=tenants,
        rules=rules,
        prices=build_prices(scenario),
        unserved=unserved,
        assumptions=assumptions(scenario),
        audit=(
            *network.audit,
            *gateway_audit,
            *demand_audit,
            *land_audit,
            *option_audit,
            *horizon_audit,
            *hotel_audit,
        ),
        provenance=provenance(scenario, network.osm_date),
        horizon=horizon,
        hotels=hotels,
        day=build_day_rules(scenario, designs),
    )
    layers = read_layers(scenario.land, folder, network.streets.crs)
    backdrop = build_backdrop(network, outlines, layers)
    if scenario.land.layers is not None and scenario.land.layers.source:
        backdrop = backdrop.replace(credit=f"{backdrop.credit}; {scenario.land.layers.source}")
    return Assembled(problem, backdrop)


def provenance(scenario: Scenario, osm_date: str) -> dict[str, str]:
    """Return where the problem comes from, as text."""
    content = scenario.model_dump_json().encode()
    return {
        "scenario_sha256": hashlib.sha256(content).hexdigest(),
        "osm_date": osm_date,
        "version": VERSION,
        "regime": scenario.regime,
        "description": scenario.description,
    }


def build_prices(scenario: Scenario) -> Prices:
    """Return the prices and weights of the objective."""
    vehicles = scenario.vehicles
    return Prices(
        currency=scenario.currency,
        vehicles={
            "lorry": _vehicle(vehicles.lorry),
            "van": _vehicle(vehicles.van),
            "cargo_bike": _vehicle(vehicles.cargo_bike),
        },
        tour_constant=scenario.tours.constant,
        circuity=scenario.tours.circuity,
        co2e_eur_per_t=scenario.weights.co2e_eur_per_t,
        discount_rate=scenario.weights.discount_rate,
        long_lease_years=scenario.weights.long_lease_years,
        job_eur_year=scenario.weights.job_eur_year,
        walk_eur_per_hour=scenario.weights.walk_eur_per_hour,
        unserved_eur_per_parcel=scenario.channels.unserved_eur_per_parcel,
    )


def _vehicle(block: VehicleBlock) -> Vehicle:
    return Vehicle(
        eur_per_hour=block.eur_per_hour,
        eur_per_km=block.eur_per_km,
        co2e_kg_per_km=block.co2e_kg_per_km,
        parcels_per_tour=block.parcels_per_tour,
        park_s=block.park_s,
        service_s=block.service_s,
        drop_s_per_parcel=block.drop_s_per_parcel,
        tour_speed_kph=block.tour_speed_kph,
        density_share=block.density_share,
    )
