"""Names of the zones that derived sites carry, and the zoning table of a scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.facilities import Zoning
from optimizer.core.kinds import Kind, Tenure
from optimizer.land.designs import find_variants

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from optimizer.core.facilities import Designs
    from optimizer.scenario.city import LandBlock, Zone

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
    """Return the zones in the order of the scenario and what each permits, shape (zones, d)."""
    permits = [permitted_designs(zone, zone.permits, designs) for zone in block.zones]
    return Zoning(
        zone=tuple(zone.zone for zone in block.zones),
        permits=np.array(permits, dtype=bool).reshape(len(block.zones), designs.count),
    )


def permitted_designs(zone: Zone, permits: Sequence[str], designs: Designs) -> NDArray[np.bool_]:
    """Return which designs a zone permits by `permits`, shape (d,).

    permits : ids of designs (all their variants), of variants, or kinds (`micro_hub`, ...). A zone
    without a premium for long leases offers none.
    """
    kinds = [Kind(kind).key for kind in designs.kind.tolist()]
    named = {rank for word in permits for rank in find_variants(word, designs)}
    found = np.array(
        [rank in named or kind in permits for rank, kind in enumerate(kinds)], dtype=bool
    )
    if zone.long_lease_eur_m2 is None:
        found &= np.array([word != Tenure.LONG_LEASE for word in designs.tenure], dtype=bool)
    return found
