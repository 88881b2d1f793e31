"""Land: sites, zoning, land status and designs become the options that a plan chooses from."""

from __future__ import annotations

from optimizer.land.designs import build_designs, build_timing, find_variants
from optimizer.land.firms import read_firms
from optimizer.land.jurisdictions import place_points
from optimizer.land.layers import read_layers
from optimizer.land.neighbours import read_neighbours
from optimizer.land.options import build_options
from optimizer.land.sites import build_sites
from optimizer.land.units import build_units, states_units
from optimizer.land.zones import DERIVED_ZONES, build_zoning, permitted_designs

__all__ = [
    "DERIVED_ZONES",
    "build_designs",
    "build_options",
    "build_sites",
    "build_timing",
    "build_units",
    "build_zoning",
    "find_variants",
    "permitted_designs",
    "place_points",
    "read_firms",
    "read_layers",
    "read_neighbours",
    "states_units",
]
