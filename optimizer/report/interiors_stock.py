"""Tenants and hotel designs as the page knows them in every period."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.hotels import BANDS, Space
from optimizer.core.interiors_io import hotels_of
from optimizer.core.kinds import Kind

if TYPE_CHECKING:
    from optimizer.core.problem import Problem

Block = dict[str, Any]


def stock_payload(problem: Problem) -> Block:
    """Return what the page knows of tenants, designs and places around in every period."""
    hotels, tenants = hotels_of(problem), problem.tenants
    firms = hotels.businesses
    area: dict[str, int] = {}
    for sector, m2 in zip(tenants.sector, tenants.area_m2.tolist(), strict=True):
        area[sector] = area.get(sector, 0) + m2
    sectors = sorted(area, key=lambda sector: (-area[sector], sector))
    loudest = firms.noise_db.max(axis=1, initial=-np.inf)
    return {
        "sectors": [sector.replace("_", " ") for sector in sectors],
        "skills": list(hotels.mix.skill),
        "bands": list(BANDS),
        "resources": [
            {"name": name, "unit": unit}
            for name, unit in zip(hotels.symbiosis.resource, hotels.symbiosis.unit, strict=True)
        ],
        "tenants": [
            {
                "name": tenants.name[f],
                "sector": sectors.index(tenants.sector[f]),
                "load": int(tenants.load_kg_m2[f]),
                "noise": int(tenants.noise[f]),
                "db": round(float(loudest[f]), 1) if np.isfinite(loudest[f]) else None,
                "dock": bool(tenants.dock[f]),
                "dockMin": int(firms.dock_minutes[f]),
                "dockHours": [int(firms.dock_from[f]), int(firms.dock_until[f])],
                "lift": int(firms.lift_trips[f]),
            }
            for f in range(tenants.count)
        ],
        "designs": {
            str(d): _design(problem, d)
            for d in np.flatnonzero(problem.designs.kind == Kind.PRODUCTIVE_HOTEL).tolist()
        },
    }


def _design(problem: Problem, d: int) -> Block:
    hotels, levels = hotels_of(problem), problem.levels
    units, trips = hotels.units, int(hotels.equipment.lift_trips_max[d])
    return {
        "docks": int(problem.designs.docks[d]),
        "lift": None if trips < 0 else trips,
        "roofM2": int(hotels.equipment.roof_m2[d]),
        "units": [
            {
                "id": units.id[u],
                "level": int(levels.number[u]),
                "m2": int(levels.area_m2[u]),
                "at": float(units.position_m[u]),
                "load": int(levels.load_kg_m2[u]),
                "height": float(levels.clear_height_m[u]),
                "space": Space(int(units.space[u])).key,
                "wet": bool(units.wet[u]),
                "vented": bool(units.vented[u]),
                "lift": int(units.lift_kg[u]),
            }
            for u in np.flatnonzero(levels.design == d).tolist()
        ],
    }
