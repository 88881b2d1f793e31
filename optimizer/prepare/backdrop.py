"""What the map shows behind the decisions, taken from the network in degrees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from optimizer.core.backdrop import Backdrop, Shapes

if TYPE_CHECKING:
    import geopandas as gpd

    from optimizer.land.layers import MapLayers
    from optimizer.network import Network

CREDIT = "© OpenStreetMap contributors, ODbL 1.0 (openstreetmap.org/copyright)"
STREET_TOLERANCE_M = 2.0
AREA_TOLERANCE_M = 3.0
PLAN_TOLERANCE_M = 0.5
SMALLEST_BUILDING_M2 = 20.0
SMALLEST_GREEN_M2 = 400.0
GREEN = {
    "leisure": {"park", "garden", "nature_reserve", "golf_course", "pitch"},
    "landuse": {"forest", "meadow", "grass", "farmland", "orchard", "vineyard", "cemetery"},
    "natural": {"wood", "scrub", "grassland", "heath"},
}


def build_backdrop(network: Network, outlines: Shapes, layers: MapLayers) -> Backdrop:
    """Return streets, buildings, water and green of the area, outlines of sites, plan layers."""
    areas = network.features.areas
    inside = areas[areas.geometry.intersects(network.boundary)]
    buildings = inside[_has(inside, "building") & (inside.geometry.area >= SMALLEST_BUILDING_M2)]
    water = inside[_has(inside, "natural", {"water", "bay"}) | _has(inside, "waterway")]
    green = np.zeros(len(inside), dtype=bool)
    for key, values in GREEN.items():
        green |= _has(inside, key, values)
    greens = inside[green & (inside.geometry.area.to_numpy() >= SMALLEST_GREEN_M2)]
    lines = network.street_lines
    return Backdrop(
        streets=pack(lines, STREET_TOLERANCE_M, lines["rank"].to_numpy()),
        buildings=pack(buildings, AREA_TOLERANCE_M / 3),
        water=pack(_clipped(water, network), AREA_TOLERANCE_M),
        green=pack(_clipped(greens, network), AREA_TOLERANCE_M),
        sites=outlines,
        credit=CREDIT,
        zones=_plan(layers.zones, network, layers.zone),
        parcels=_plan(layers.parcels, network),
        zone_name=layers.zone_name,
    )


def _plan(
    frame: gpd.GeoDataFrame | None, network: Network, code: np.ndarray | None = None
) -> Shapes | None:
    if frame is None:
        return None
    inside = np.asarray(frame.geometry.intersects(network.boundary))
    return pack(frame[inside], PLAN_TOLERANCE_M, None if code is None else code[inside])


def pack(frame: gpd.GeoDataFrame, tolerance_m: float, code: np.ndarray | None = None) -> Shapes:
    """Return the lines, or the outer rings, of `frame` (projected CRS) in degrees."""
    shapes = np.asarray(frame.geometry.simplify(tolerance_m).to_crs("EPSG:4326").array)
    parts, origin = shapely.get_parts(shapes, return_index=True)
    polygon = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    parts[polygon] = shapely.get_exterior_ring(parts[polygon])
    keep = (shapely.get_dimensions(parts) == 1) & ~shapely.is_empty(parts)
    parts, origin = parts[keep], origin[keep]
    points = shapely.get_coordinates(parts)
    start = np.concatenate([[0], np.cumsum(shapely.get_num_coordinates(parts))])
    codes = np.zeros(len(parts)) if code is None else np.asarray(code)[origin]
    return Shapes(
        lon=np.ascontiguousarray(points[:, 0]),
        lat=np.ascontiguousarray(points[:, 1]),
        start=start.astype(np.int64),
        code=codes.astype(np.int8),
    )


def _has(frame: gpd.GeoDataFrame, key: str, values: set[str] | None = None) -> np.ndarray:
    if key not in frame.columns:
        return np.zeros(len(frame), dtype=bool)
    column = frame[key]
    found = column.notna() if values is None else column.isin(values)
    return np.asarray(found, dtype=bool)


def _clipped(frame: gpd.GeoDataFrame, network: Network) -> gpd.GeoDataFrame:
    clipped = frame.copy()
    clipped["geometry"] = frame.geometry.intersection(network.boundary)
    return clipped
