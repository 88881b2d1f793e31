"""Layers of the GeoPackage of hotels told in full: units, tenants, exchanges, neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shapely

from optimizer.report.interiors_tables import columns_of, interior_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.core.problem import Problem
    from optimizer.core.result import Result

Layer = tuple[list[dict[str, Any]], Any, tuple[str, ...]]
POINTS = {"hotel_units": "units", "tenant_parts": "tenant_parts", "neighbours": "neighbours"}
"""Layers of points by the table whose rows they have."""


def interior_layers(problem: Problem, result: Result) -> Iterator[tuple[str, Layer]]:
    """Yield name, rows, geometries in degrees and columns; over years a row in every period."""
    told = interior_rows(problem, result)
    if not told:
        return
    over_years = result.solution.programme is not None
    rows = told["exchanges"]
    ends = [
        [[row["from_lon_deg"], row["from_lat_deg"]], [row["to_lon_deg"], row["to_lat_deg"]]]
        for row in rows
    ]
    lines = shapely.linestrings(ends) if ends else []
    yield "exchanges", (rows, lines, columns_of(problem, "exchanges", over_years=over_years))
    for name, table in POINTS.items():
        rows = told[table]
        places = [shapely.Point(row["lon_deg"], row["lat_deg"]) for row in rows]
        yield name, (rows, places, columns_of(problem, table, over_years=over_years))
