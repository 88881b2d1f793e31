"""What lies around the streets: areas, points and bridges, with the tags that are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    from shapely import Polygon

    from optimizer.network.raw import RawFeature

AREA_KEYS = (
    "building", "landuse", "natural", "leisure", "amenity", "shop", "office", "craft",
    "industrial", "man_made", "railway", "public_transport", "parking", "tourism", "historic",
    "waterway", "water", "power", "military", "aeroway", "place", "brownfield",
    "disused:building", "disused:shop", "disused:amenity", "disused:landuse", "disused:office",
    "disused:craft", "disused:industrial", "disused:railway", "disused:man_made",
    "abandoned:building", "abandoned:landuse", "abandoned:amenity", "abandoned:railway",
    "abandoned:man_made", "vacant", "disused", "abandoned", "bridge",
)  # fmt: skip
"""A closed way, a multipolygon or a node with one of these tags is a feature."""

MORE_KEYS = (
    "name", "operator", "ref", "access", "fee", "surface", "layer", "location", "level",
    "building:levels", "building:use", "building:flats", "building:part", "building:material",
    "height", "min_height", "roof:levels", "start_date", "construction", "highway", "area",
    "addr:housenumber", "addr:street", "addr:flats", "entrance", "brand", "opening_hours",
    "capacity", "covered", "bus", "station", "residential", "warehouse",
    "parcel_mail_in", "parcel_pickup", "vending", "protect_class", "boundary", "access:conditional",
)  # fmt: skip
"""Further tags that are kept where they stand on a feature."""

TAG_KEYS = tuple(dict.fromkeys((*AREA_KEYS, *MORE_KEYS)))
"""Columns of every feature table; a missing tag is None."""

LINEAR = {
    "natural": {"coastline", "cliff", "ridge", "arete", "tree_row", "valley", "earth_bank"},
    "man_made": {"cutline", "embankment", "pipeline", "dyke", "goods_conveyor"},
    "leisure": {"track", "slipway"},
    "power": {"line", "cable", "minor_line"},
    "railway": {
        "rail", "tram", "light_rail", "subway", "narrow_gauge", "funicular", "miniature",
        "monorail", "preserved", "disused", "abandoned", "construction", "proposed", "razed",
    },
    "waterway": {
        "river", "stream", "canal", "drain", "ditch", "weir", "tidal_channel", "fairway",
    },
    "aeroway": {"runway", "taxiway"},
}  # fmt: skip
"""Values that describe a line even where the way is closed. Source: OSM wiki "Overpass
turbo/Polygon Features", as OSMnx and others use it."""

POINT_KEYS = (*AREA_KEYS, "addr:housenumber", "entrance", "parcel_pickup", "vending")
"""A node with one of these tags is a point feature."""


@dataclass(frozen=True, eq=False)
class Features:
    """What lies around the streets, in the projected CRS of the network, sorted by id.

    areas : columns `id` ("w12", "r34"), one per tag of TAG_KEYS (str or None), `geometry` (valid
        Polygon or MultiPolygon). points : nodes likewise ("n56", Point). lines : streets and
        railways on bridges ("w78", LineString).
    """

    areas: gpd.GeoDataFrame
    points: gpd.GeoDataFrame
    lines: gpd.GeoDataFrame


def is_area(tags: Mapping[str, str]) -> bool:
    """Tell whether a closed way or multipolygon with these tags is an area worth keeping."""
    area = tags.get("area")
    if area == "no":
        return False
    if area == "yes":
        return any(key in tags for key in (*AREA_KEYS, "highway"))
    if "highway" in tags or "barrier" in tags:
        return any(key in tags for key in ("building", "landuse", "amenity"))
    return any(key in tags and tags[key] not in LINEAR.get(key, ()) for key in AREA_KEYS)


def is_point(tags: Mapping[str, str]) -> bool:
    """Tell whether a node with these tags is worth keeping."""
    return any(key in tags for key in POINT_KEYS)


def is_bridge(tags: Mapping[str, str]) -> bool:
    """Tell whether an open way with these tags is a bridge that may have space below."""
    return tags.get("bridge", "no") != "no" and ("highway" in tags or "railway" in tags)


def keep_tags(tags: Mapping[str, str]) -> dict[str, str]:
    """Return the tags of TAG_KEYS alone."""
    return {key: tags[key] for key in TAG_KEYS if key in tags}


def project_features(
    features: Sequence[RawFeature], crs: str, boundary: Polygon
) -> tuple[gpd.GeoDataFrame, int]:
    """Return the features that touch `boundary`, projected and valid, and how many were mended.

    Shapes that cannot be mended into something of their own dimension are left out.
    """
    import geopandas as gpd
    import shapely

    shapes = shapely.from_wkb([item.wkb for item in features], on_invalid="ignore")
    series = gpd.GeoSeries(shapes, crs="EPSG:4326").to_crs(crs)
    geometry = np.array(series.array, dtype=object)
    broken = ~shapely.is_valid(geometry) & ~shapely.is_missing(geometry)
    geometry[broken] = [mend(shape) for shape in geometry[broken]]
    single = shapely.get_num_geometries(geometry) == 1
    geometry[single] = shapely.get_geometry(geometry[single], 0)
    present = ~shapely.is_missing(geometry) & ~shapely.is_empty(geometry)
    keep = np.flatnonzero(present & shapely.intersects(geometry, boundary))
    kept = [features[row] for row in keep.tolist()]
    table: dict[str, object] = {"id": np.array([item.id for item in kept], dtype=object)}
    for key in TAG_KEYS:
        table[key] = np.array([item.tags.get(key) for item in kept], dtype=object)
    frame = gpd.GeoDataFrame(_as_objects(table), geometry=geometry[keep], crs=crs)
    return frame, int(broken.sum())


def _as_objects(table: dict[str, object]) -> object:
    """Return a data frame whose text columns are plain objects, so that a missing tag is None."""
    import pandas as pd

    return pd.DataFrame({key: pd.Series(values, dtype=object) for key, values in table.items()})


def mend(shape: object) -> object:
    """Return the polygonal (or same-dimension) part of the mended shape, None if there is none."""
    import shapely

    fixed = shapely.make_valid(shape)
    dimension = shapely.get_dimensions(shape)
    parts = [part for part in shapely.get_parts(fixed) if shapely.get_dimensions(part) == dimension]
    if dimension != 2:
        return fixed if parts else None
    merged = shapely.union_all(parts) if parts else None
    return merged if merged is not None and not merged.is_empty else None
