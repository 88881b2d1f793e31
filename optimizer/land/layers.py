"""Layers of the land-use plan and the cadastre that the map shows; nothing is decided by them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from optimizer.core.frozen import Frozen
from optimizer.demand.files import clean, layer_rows, read_layer

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    from numpy.typing import NDArray

    from optimizer.scenario.city import LandBlock

CODE = "F450"
MOST_NAMES = 127
"""A class of a shape is stored in one signed byte."""


@dataclass(frozen=True, eq=False)
class MapLayers(Frozen):
    """Polygons in the projected CRS, None where the scenario names no file.

    zone_name : the different names of zones. zone : index into it, one per row of `zones`.
    """

    zones: gpd.GeoDataFrame | None
    zone_name: tuple[str, ...]
    zone: NDArray[np.int64]
    parcels: gpd.GeoDataFrame | None


def read_layers(block: LandBlock, folder: Path, crs: str) -> MapLayers:
    """Return zones and parcels of `land.layers`.

    Raises
    ------
    Refusal
        F450 for a file that cannot be used.
    """
    nobody = np.zeros(0, dtype=np.int64)
    if block.layers is None:
        return MapLayers(zones=None, zone_name=(), zone=nobody, parcels=None)
    parcels = block.layers.parcels
    cadastre = (
        None if parcels is None else _polygons(read_layer(folder / parcels, parcels, CODE, crs))
    )
    name = block.layers.zones
    if name is None:
        return MapLayers(zones=None, zone_name=(), zone=nobody, parcels=cadastre)
    zones = _polygons(read_layer(folder / name, name, CODE, crs))
    names = _names(zones, name, block.layers.zone_field)
    known = tuple(dict.fromkeys(names))
    index = np.array([known.index(word) for word in names], dtype=np.int64)
    return MapLayers(zones=zones, zone_name=known, zone=index, parcels=cadastre)


def _polygons(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    shapes = np.asarray(frame.geometry.array)
    return frame[shapely.get_dimensions(shapes) == 2].reset_index(drop=True)


def _names(zones: gpd.GeoDataFrame, name: str, field: str) -> list[str]:
    table = layer_rows(zones, name, CODE)
    if field not in table.columns:
        known = ", ".join(table.columns) or "none"
        table.fault(name, f"has no field {field!r}", f"set zone_field; fields: {known}")
        table.refuse()
    names = [clean(row[field]) or "without name" for _, row in table.rows]
    if len(set(names)) > MOST_NAMES:
        cause = f"{field} has {len(set(names))} different values; the map takes {MOST_NAMES}"
        table.fault(name, cause, "set zone_field to a coarser field")
    table.refuse()
    return names
