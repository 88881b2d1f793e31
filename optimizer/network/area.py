"""The study area: which part of the source counts, and the projected CRS that metres refer to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.refusal import Fault, Refusal

if TYPE_CHECKING:
    from pyproj import CRS
    from shapely import MultiPolygon, Polygon

    from optimizer.network.raw import Box, RawWorld

MARGIN_M = 250.0
"""Streets are kept this far beyond the study area, so that its edge streets stay connected; where
a source names no area, it reaches this far beyond the streets."""

STRAY_SHARE = 0.01
"""Share of street nodes on each side that count as stray where a source names no area."""

LARGEST_STRETCH = 4.0
"""A stated box this much longer or wider than its streets is not believed (a world box)."""

M_PER_DEGREE = 111_195.0
"""Mean length of a degree of latitude: 6,371,009 m * pi / 180 (mean earth radius, IUGG)."""


def check_box(box: Box, place: str, name: str) -> None:
    """Refuse a box whose west is not west of its east.

    Raises
    ------
    Refusal
        F209.
    """
    west, south, east, north = box
    if west < east and south < north:
        return
    cause = f"{name} {list(box)} is empty: it must be west, south, east, north in degrees"
    raise Refusal(Fault(place, "F209", cause, "put the smaller longitude and latitude first"))


def choose_box(world: RawWorld, clip: Box | None, place: str) -> Box:
    """Return the study area as a box: the clip, else the source's box, else where streets are.

    Raises
    ------
    Refusal
        F209 if the clip is empty or misses the streets.
    """
    lon, lat = street_positions(world)
    if clip is not None:
        check_box(clip, place, "clip")
        inside = (lon >= clip[0]) & (lon <= clip[2]) & (lat >= clip[1]) & (lat <= clip[3])
        if not inside.any():
            span = f"{lon.min():.4f}, {lat.min():.4f}, {lon.max():.4f}, {lat.max():.4f}"
            cause = f"clip {list(clip)} holds no street; the file's streets span {span}"
            raise Refusal(Fault(place, "F209", cause, "correct or remove streets.clip"))
        return clip
    core = _core_box(lon, lat)
    return world.box if world.box is not None and _believable(world.box, core) else core


def street_positions(world: RawWorld) -> tuple[np.ndarray, np.ndarray]:
    """Return longitude and latitude of all street nodes, sorted by node id."""
    ids = sorted(world.position)
    return (
        np.array([world.position[node][0] for node in ids]),
        np.array([world.position[node][1] for node in ids]),
    )


def _core_box(lon: np.ndarray, lat: np.ndarray) -> Box:
    west, east = np.quantile(lon, [STRAY_SHARE, 1 - STRAY_SHARE])
    south, north = np.quantile(lat, [STRAY_SHARE, 1 - STRAY_SHARE])
    pad_lat = MARGIN_M / M_PER_DEGREE
    pad_lon = pad_lat / max(np.cos(np.radians((south + north) / 2)), 0.01)
    return (
        float(west - pad_lon),
        float(south - pad_lat),
        float(east + pad_lon),
        float(north + pad_lat),
    )


def _believable(box: Box, core: Box) -> bool:
    wide = (box[2] - box[0]) <= LARGEST_STRETCH * (core[2] - core[0])
    high = (box[3] - box[1]) <= LARGEST_STRETCH * (core[3] - core[1])
    apart = box[0] > core[2] or box[2] < core[0] or box[1] > core[3] or box[3] < core[1]
    return wide and high and not apart


def project_crs(setting: str, box: Box, place: str) -> CRS:
    """Return the CRS of the scenario, or the UTM zone of the middle of `box` for "auto".

    Raises
    ------
    Refusal
        F210 if the CRS is unknown, not in metres, or not made for this place.
    """
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    if setting == "auto":
        return CRS.from_epsg(utm_epsg((box[0] + box[2]) / 2, (box[1] + box[3]) / 2))
    try:
        crs = CRS.from_user_input(setting)
    except CRSError as error:
        cause = f"streets.crs {setting!r} is not a coordinate reference system"
        raise Refusal(Fault(place, "F210", cause, 'write "auto" or a code: EPSG:2154')) from error
    metric = crs.is_projected and {axis.unit_name for axis in crs.axis_info} == {"metre"}
    if not metric:
        cause = f"streets.crs {setting!r} is not projected in metres"
        raise Refusal(Fault(place, "F210", cause, 'write "auto" or a projected CRS in metres'))
    return crs


def utm_epsg(lon: float, lat: float) -> int:
    """Return the EPSG code of the WGS84 UTM zone at a position."""
    zone = min(int((lon + 180) // 6) + 1, 60)
    return (32600 if lat >= 0 else 32700) + zone


def boundary_of(box: Box, crs: CRS) -> Polygon:
    """Return the box as a polygon in `crs`; its edges follow parallels and meridians."""
    import shapely

    outline = shapely.segmentize(shapely.box(*box), max((box[2] - box[0]) / 16, 1e-6))
    return project(outline, crs)


def project(shape: Polygon | MultiPolygon, crs: CRS) -> Polygon | MultiPolygon:
    """Return a shape in degrees in `crs`."""
    import shapely
    from pyproj import Transformer

    transformer = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    return shapely.transform(
        shape, lambda points: np.column_stack(transformer.transform(points[:, 0], points[:, 1]))
    )


def project_area(outline: Polygon | MultiPolygon, crs: CRS) -> Polygon:
    """Return a town's limits in `crs` as one polygon: the hull of its parts if it has several."""
    import shapely

    shape = project(outline, crs)
    return shape if shape.geom_type == "Polygon" else shapely.convex_hull(shape)


def widened(box: Box) -> Box:
    """Return the box with MARGIN_M added on each side."""
    pad_lat = MARGIN_M / M_PER_DEGREE
    pad_lon = pad_lat / max(float(np.cos(np.radians((box[1] + box[3]) / 2))), 0.01)
    return box[0] - pad_lon, box[1] - pad_lat, box[2] + pad_lon, box[3] + pad_lat
