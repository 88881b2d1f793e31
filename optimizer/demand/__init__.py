"""Demand: who receives how many parcels where, and which businesses look for floor space."""

from __future__ import annotations

from optimizer.demand.build import build_demand
from optimizer.demand.businesses import read_businesses
from optimizer.demand.density import stops_density
from optimizer.demand.exchange import read_exchange
from optimizer.demand.growth import read_annexes, read_growth
from optimizer.demand.people import read_access
from optimizer.demand.tenants import read_founded_years, read_tenants

__all__ = [
    "build_demand",
    "read_access",
    "read_annexes",
    "read_businesses",
    "read_exchange",
    "read_founded_years",
    "read_growth",
    "read_tenants",
    "stops_density",
]
