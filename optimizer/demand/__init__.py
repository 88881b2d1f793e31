"""Demand: who receives how many parcels where, and which businesses look for floor space."""

from __future__ import annotations

from optimizer.demand.build import build_demand
from optimizer.demand.density import stops_density
from optimizer.demand.tenants import read_founded_years, read_tenants

__all__ = ["build_demand", "read_founded_years", "read_tenants", "stops_density"]
