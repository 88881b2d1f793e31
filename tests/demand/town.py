"""A small square town drawn by hand: a grid of streets and whatever features a test needs."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from pyproj import Transformer

from optimizer.core.kinds import PROFILES
from optimizer.core.streets import Arcs, Streets
from optimizer.network import TAG_KEYS, Features, Network

CRS = "EPSG:32632"
EAST, NORTH = 277_000.0, 5_120_000.0
TO_DEGREES = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True).transform


def square(x, y, side, other=None):
    """Return a rectangle with its lower left corner `x`, `y` metres into the town."""
    return shapely.box(EAST + x, NORTH + y, EAST + x + side, NORTH + y + (other or side))


def dot(x, y):
    """Return a point `x`, `y` metres into the town."""
    return shapely.Point(EAST + x, NORTH + y)


def degrees(x, y):
    """Return lon, lat of a point of the town."""
    return TO_DEGREES(EAST + x, NORTH + y)


def features_frame(rows, prefix):
    """Return rows of (geometry, tags) as a feature table with ids w1, w2, ... or n1, n2, ..."""
    table = {"id": [f"{prefix}{rank + 1}" for rank in range(len(rows))]}
    for key in TAG_KEYS:
        table[key] = np.array([tags.get(key) for _, tags in rows], dtype=object)
    return gpd.GeoDataFrame(table, geometry=[shape for shape, _ in rows], crs=CRS)


def town(areas=(), points=(), *, columns=5, rows=5, block_m=200.0, closed=None, lines=True):
    """Return a network of `columns` x `rows` nodes, 200 m apart, every street open both ways.

    closed : profile -> nodes that this profile cannot reach.
    """
    n = columns * rows
    column, row = np.arange(n) % columns, np.arange(n) // columns
    x_m, y_m = EAST + column * block_m, NORTH + row * block_m
    right, up = np.flatnonzero(column < columns - 1), np.flatnonzero(row < rows - 1)
    pairs = np.concatenate(
        [np.column_stack([right, right + 1]), np.column_stack([up, up + columns])]
    )
    both = np.concatenate([pairs, pairs[:, ::-1]]).astype(np.int32)
    arcs = {}
    for profile in PROFILES:
        keep = ~np.isin(both, list((closed or {}).get(profile, ()))).any(axis=1)
        time_s = np.full(keep.sum(), 60, dtype=np.int32)
        length_m = np.full(keep.sum(), int(block_m), dtype=np.int32)
        arcs[profile] = Arcs(both[keep, 0].copy(), both[keep, 1].copy(), time_s, length_m)
    lon, lat = TO_DEGREES(x_m, y_m)
    streets = Streets(CRS, np.asarray(lon), np.asarray(lat), x_m, y_m, arcs)
    segments = [
        shapely.LineString([(x_m[tail], y_m[tail]), (x_m[head], y_m[head])]) for tail, head in pairs
    ]
    street_lines = gpd.GeoDataFrame(
        {"rank": np.full(len(segments) if lines else 0, 2, dtype=np.int8)},
        geometry=segments if lines else [],
        crs=CRS,
    )
    return Network(
        streets=streets,
        osm_id=np.arange(n) + 1000,
        features=Features(
            features_frame(list(areas), "w"),
            features_frame(list(points), "n"),
            gpd.GeoDataFrame({"id": []}, geometry=[], crs=CRS),
        ),
        boundary=square(-50, -50, (columns - 1) * block_m + 100, (rows - 1) * block_m + 100),
        osm_date="2026-01-01",
        street_lines=street_lines,
        audit=(),
    )
