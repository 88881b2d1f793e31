"""Layers of the GeoPackage of a day's tours: a line per trip, a point per stop in its order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from optimizer.report.tours_lines import leg_lines
from optimizer.report.tours_tables import columns_of, stop_rows, tour_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.core.backdrop import Backdrop
    from optimizer.report.tours import DayTold

Layer = tuple[list[dict[str, Any]], Any, tuple[str, ...]]


def tour_layers(told: DayTold, backdrop: Backdrop | None) -> Iterator[tuple[str, Layer]]:
    """Yield name, rows, geometries in degrees and columns."""
    yield "tours", _lines(told, backdrop)
    yield "tour_stops", _stops(told)


def _lines(told: DayTold, backdrop: Backdrop | None) -> Layer:
    """Return the trips of all tours, drawn in the direction in which they are driven."""
    legs, visits = leg_lines(told, backdrop), told.visits
    rows, lines = [], []
    for tour, row in zip(told.tours, tour_rows(told), strict=True):
        for trip in range(1, tour.trips + 1):
            # the way to the reload itself still belongs to the trip before it
            own = [
                q
                for q in range(tour.first + 1, tour.last)
                if visits.trip[q - 1] == trip and len(legs[q])
            ]
            points = np.concatenate([np.zeros((0, 2)), *(legs[q] for q in own)])
            if len(points) > 1:
                rows.append({**row, "trip": trip})
                lines.append(shapely.linestrings(points))
    return rows, lines, (*columns_of(told, "tours"), "trip")


def _stops(told: DayTold) -> Layer:
    """Return the stops with the vehicle that comes."""
    rows = [
        {**row, "vehicle": told.tours[int(tour)].vehicle}
        for row, tour in zip(stop_rows(told), told.visits.tour, strict=True)
        if row["kind"] == "stop"
    ]
    points = [shapely.Point(row["lon_deg"], row["lat_deg"]) for row in rows]
    return rows, points, (*columns_of(told, "tour_stops"), "vehicle")
