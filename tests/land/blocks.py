"""Scenario blocks and little helpers that the land tests share."""

from __future__ import annotations

import json

import numpy as np

from optimizer.core.world import DemandPoints
from optimizer.land import DERIVED_ZONES, build_designs, build_sites
from optimizer.scenario.choices import DesignsBlock
from optimizer.scenario.city import LandBlock, Zone

GROUND = ("micro_hub", "productive_hotel")
COUNTERS = ("counter", "forecourt")


def zone(name, permits=GROUND, **more):
    """Return a zone at 100 EUR/m2."""
    return Zone(zone=name, permits=permits, price_eur_m2=100, rent_eur_m2_year=5.0, **more)


def land(zones=None, **more):
    """Return a land block with every derived zone."""
    every = [zone(name, ("delivery_point",) if name in COUNTERS else GROUND)
             for name in DERIVED_ZONES]  # fmt: skip
    return LandBlock(zones=tuple(zones or every), **more)


def demand_at(network, nodes=(0,)):
    """Return ten parcels a day at each of the street nodes."""
    index = np.array(nodes, dtype=np.int32)
    ones = np.ones(len(index))
    return DemandPoints(
        id=tuple(f"p{node}" for node in nodes),
        lon=network.streets.lon[index],
        lat=network.streets.lat[index],
        node=dict.fromkeys(("van", "cargo_bike", "walk"), index),
        parcels_per_day=10 * ones,
        parcels_per_stop=ones.copy(),
        stops_per_km2=100 * ones,
        bike_share_max=0.8 * ones,
        pickup_share_max=0.7 * ones,
    )


def sites_of(network, block=None, folder=None, snap_max_m=150.0):
    """Return the sites of a town, the outlines, the jurisdictions, and the audit as a mapping."""
    block = block or land(usable_share=1.0)
    sites, _, outlines, names, audit = build_sites(
        block, network, demand_at(network), folder, snap_max_m
    )
    return sites, outlines, names, {line.what: line.count for line in audit}


def zones_of(sites, block=None):
    """Return the zone of each site by its id."""
    zones = (block or land()).zones
    return {name: zones[at].zone for name, at in zip(sites.id, sites.zone, strict=True)}


COMMON = {"tenure": "lease", "build_eur": 1, "running_eur_year": 1.0, "embodied_co2e_kg": 1.0,
          "lifetime_years": 10.0}  # fmt: skip


def designs(**tenures):
    """Return a hub of 150 m2, a hub in a hotel, a hotel of 900 m2, and a locker bank of 4 m2."""
    return build_designs(design_block(**tenures))


def design_block(**tenures):
    """Return the block of the designs; `tenures` names the ways in which one of them is held."""
    hub = {"capacity_parcels_per_day": 400.0, "handling_eur_per_parcel": 0.1}
    lists = (
            {
                "micro_hubs": [
                    {**COMMON, **hub, "id": "hub", "label": "Hub", "footprint_m2": 150,
                     "height_m": 5},
                    {**COMMON, **hub, "id": "inside", "label": "Inside", "footprint_m2": 0,
                     "height_m": 0, "inside_hotel_m2": 200},
                ],
                "productive_hotels": [
                    {**COMMON, "id": "hotel", "label": "Hotel", "footprint_m2": 900,
                     "height_m": 14, "needs_lorry": True, "docks": 2, "rent_eur_m2_year": 120,
                     "levels": [
                         {"area_m2": 800, "load_kg_m2": 2000, "clear_height_m": 5},
                         {"area_m2": 700, "load_kg_m2": 500, "clear_height_m": 3.5},
                     ]},
                ],
                "delivery_points": [
                    {**COMMON, "id": "lockers", "label": "Lockers", "footprint_m2": 4,
                     "height_m": 2, "compartments": 60, "dwell_days": 1.5,
                     "handling_eur_per_parcel": 0},
                ],
            }
    )  # fmt: skip
    for item in (item for items in lists.values() for item in items):
        item["tenure"] = tenures.get(item["id"], item["tenure"])
    return DesignsBlock.model_validate_json(json.dumps(lists))
