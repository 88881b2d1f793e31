"""Mend, clip and carve shapes until what is left could really be used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from optimizer.demand.places import text_column
from optimizer.land.sources import DRY, PROTECTED, ROOFS, WATER, Ground, having

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from optimizer.network import Network

STREET_HALF_WIDTH_M = 4.0
NECK_M = 6.0
"""Parts narrower than this are no building ground (assumption)."""
QUAD_SEGS = 2


def largest_part(shape: Any) -> Any:
    """Return the largest polygon within a valid or invalid shape; an empty polygon if none."""
    mended = shape if shapely.is_valid(shape) else shapely.make_valid(shape)
    parts = shapely.get_parts(mended)
    while (shapely.get_type_id(parts) == shapely.GeometryType.GEOMETRYCOLLECTION).any():
        parts = shapely.get_parts(parts)
        parts = np.concatenate([shapely.get_parts(part) for part in parts])
    parts = parts[shapely.get_dimensions(parts) == 2]
    if len(parts) == 0:
        return shapely.Polygon()
    area = np.round(shapely.area(parts), 3)
    return parts[int(np.argmax(area))]


class Obstacles:
    """What stands on the ground: looked up by place, cut out of shapes."""

    def __init__(self, network: Network) -> None:
        areas = network.features.areas
        built = ~np.isin(text_column(areas, "building"), ["", *ROOFS])
        built &= ~np.array([text.startswith("-") for text in text_column(areas, "layer")], bool)
        self._always = _tree(areas, built | having(areas, WATER))
        self._green = _tree(areas, having(areas, PROTECTED))
        self._water = _tree(areas, having(areas, WATER))
        self._dry = _tree(areas, having(areas, DRY))
        lines = np.asarray(network.street_lines.geometry.array)
        main = np.asarray(network.street_lines["rank"]) <= 1
        self._streets = shapely.STRtree(lines)
        self._main_streets = shapely.STRtree(lines[main])

    def carve(self, shape: Any, ground: Ground) -> Any:
        """Return the largest usable part of `shape` beside buildings, water and streets."""
        if ground is Ground.BUILDING:
            return largest_part(shape)
        if ground is Ground.BELOW:
            return largest_part(_cut(shape, [self._water]))
        if ground is Ground.BRIDGE:
            dry = _near(shape, self._dry)
            return largest_part(shapely.intersection(_cut(shape, [self._water]), dry))
        trees = [self._always, self._green] if ground is Ground.GREEN else [self._always]
        rest = _cut(shape, trees)
        if ground is Ground.PAVED:
            return largest_part(widen(rest))
        streets = self._streets if ground is Ground.GREEN else self._main_streets
        near = streets.geometries[streets.query(rest, predicate="intersects")]
        if len(near):
            strips = shapely.buffer(near, STREET_HALF_WIDTH_M, quad_segs=QUAD_SEGS)
            rest = shapely.difference(rest, shapely.union_all(strips))
        return largest_part(widen(rest))


def widen(shape: Any) -> Any:
    """Return `shape` without parts narrower than `NECK_M`."""
    core = shapely.buffer(shape, -NECK_M / 2, quad_segs=QUAD_SEGS)
    return shapely.intersection(shapely.buffer(core, NECK_M / 2, quad_segs=QUAD_SEGS), shape)


def _tree(areas: gpd.GeoDataFrame, chosen: NDArray[np.bool_]) -> shapely.STRtree:
    return shapely.STRtree(np.asarray(areas.geometry.array)[chosen])


def _cut(shape: Any, trees: list[shapely.STRtree]) -> Any:
    rest = shape if shapely.is_valid(shape) else shapely.make_valid(shape)
    for tree in trees:
        rest = shapely.difference(rest, _near(rest, tree))
    return rest


def _near(shape: Any, tree: shapely.STRtree) -> Any:
    return shapely.union_all(tree.geometries[tree.query(shape, predicate="intersects")])


def without_overlaps(shapes: list[Any]) -> tuple[list[Any], list[bool]]:
    """Give contested ground to the earlier shape; return what is left, and which are duplicates.

    A shape of which an earlier one covers more than half is a duplicate (the same car park mapped
    twice) and is left out; otherwise it keeps the largest part of its own.
    """
    tree = shapely.STRtree(shapes)
    left = list(shapes)
    duplicate = [False] * len(shapes)
    for rank, shape in enumerate(shapes):
        near = tree.query(shape, predicate="intersects")
        earlier = [left[other] for other in sorted(near) if other < rank and not duplicate[other]]
        if not earlier:
            continue
        rest = shapely.difference(shape, shapely.union_all(earlier))
        if rest.area < shape.area / 2:
            duplicate[rank] = True
        elif rest.area < shape.area - 1.0:
            left[rank] = largest_part(widen(rest))
    return left, duplicate
