"""Names of the zones that derived sites carry, and the zoning table of a scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.facilities import Zoning
from optimizer.core.kinds import Kind

if TYPE_CHECKING:
    from optimizer.core.facilities import Designs
    from optimizer.scenario.city import LandBlock

DERIVED_ZONES = (
    "brownfield",  # brownfield land, disused, abandoned or vacant buildings, ruins
    "industrial",  # industrial, port and depot land, warehouses, industrial buildings
    "commercial",  # commercial land, fuel stations, commercial yards
    "retail",  # retail land
    "railway",  # railway land
    "parking",  # surface car parks
    "parking_structure",  # inside multi-storey and underground car parks (hubs, no hotels)
    "construction",  # building sites and land kept ready for building
    "residential",  # rows of garages and garage yards
    "green",  # meadow, grass, scrub, farmland, wood: soil that is still natural
    "public",  # bus stations, recycling yards, depots of the city
    "under_bridge",  # space under mapped bridges
    "counter",  # inside a shop or post office: delivery points only
    "forecourt",  # at a stop, station, car park or fuel station: delivery points only
)
"""Zones of sites derived from OpenStreetMap. `land.zones` prices and permits them by name; sites
of a zone that a scenario does not list are left out, and the audit counts them."""


def build_zoning(block: LandBlock, designs: Designs) -> Zoning:
    """Return the zones in the order of the scenario and what each permits, shape (zones, d).

    A zone permits designs by their id or by their kind (`micro_hub`, ...).
    """
    keys = [(identity, Kind(kind).key) for identity, kind in _named(designs)]
    permits = np.array(
        [
            [identity in zone.permits or kind in zone.permits for identity, kind in keys]
            for zone in block.zones
        ],
        dtype=bool,
    ).reshape(len(block.zones), designs.count)
    return Zoning(zone=tuple(zone.zone for zone in block.zones), permits=permits)


def _named(designs: Designs) -> list[tuple[str, int]]:
    return list(zip(designs.id, designs.kind.tolist(), strict=True))
