"""Which commune or authority a site lies in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from optimizer.demand.files import clean, layer_rows, read_layer

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from optimizer.land.drafts import Audit, Draft
    from optimizer.scenario.city import Jurisdictions

CODE = "F430"


def place_jurisdictions(
    block: Jurisdictions, drafts: list[Draft], folder: Path, crs: str, audit: Audit
) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """Return the names of the jurisdictions and the index of each site's, shape (s,).

    A name that a site states itself counts; other sites belong to the polygon around them, or,
    outside all polygons, to the nearest one (with a note).

    Raises
    ------
    Refusal
        F430 for a file of polygons that cannot be used.
    """
    names, shapes = [clean(block.name)], None
    if block.file is not None:
        names, shapes = _polygons(block, folder, crs)
    for draft in drafts:
        if draft.jurisdiction is not None and draft.jurisdiction not in names:
            names.append(draft.jurisdiction)
    index = np.zeros(len(drafts), dtype=np.int32)
    if shapes is not None and drafts:
        index[:] = _containing(shapes, drafts, audit)
    for rank, draft in enumerate(drafts):
        if draft.jurisdiction is not None:
            index[rank] = names.index(draft.jurisdiction)
    return tuple(names), index


def place_points(
    block: Jurisdictions,
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    folder: Path,
    crs: str,
) -> NDArray[np.int32]:
    """Return the jurisdiction of each position, numbered as by `place_jurisdictions`, shape (n,).

    The polygon around it counts, else the nearest one; without a file all lie in the first.

    Raises
    ------
    Refusal
        F430 for a file of polygons that cannot be used.
    """
    if block.file is None:
        return np.zeros(len(lon), dtype=np.int32)
    from pyproj import Transformer

    _, shapes = _polygons(block, folder, crs)
    project = Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform
    index, _ = _around(shapes, shapely.points(np.column_stack(project(lon, lat))))
    return index


def _polygons(
    block: Jurisdictions, folder: Path, crs: str
) -> tuple[list[str], NDArray[np.object_]]:
    name = str(block.file)
    frame = read_layer(folder / name, name, CODE, crs)
    table = layer_rows(frame, name, CODE)
    if block.name_field not in table.columns:
        known = ", ".join(table.columns) or "none"
        table.fault(name, f"has no field {block.name_field!r}", f"set name_field; fields: {known}")
    elif not table.rows:
        table.fault(name, "holds no polygon", "add the communes")
    table.refuse()
    shapes = np.asarray(frame.geometry.array)
    by_name: dict[str, list[int]] = {}
    for rank, (place, row) in enumerate(table.rows):
        title = clean(row[block.name_field])
        if not title:
            table.fault(place, f"{block.name_field} is empty", "name every jurisdiction")
        if shapely.get_dimensions(shapes[rank]) != 2:
            table.fault(place, "is not a polygon", "give the area of the jurisdiction")
        by_name.setdefault(title, []).append(rank)
    table.refuse()
    mended = shapely.make_valid(shapes)
    merged = [shapely.union_all(mended[ranks]) for ranks in by_name.values()]
    return list(by_name), np.array(merged, dtype=object)


def _containing(
    shapes: NDArray[np.object_], drafts: list[Draft], audit: Audit
) -> NDArray[np.int32]:
    points = shapely.point_on_surface(np.array([draft.shape for draft in drafts], dtype=object))
    found, outside = _around(shapes, points)
    for rank in outside:
        if drafts[rank].jurisdiction is None:
            audit.note("outside every jurisdiction, given to the nearest", drafts[rank].id)
    return found


def _around(
    shapes: NDArray[np.object_], points: NDArray[np.object_]
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return the polygon around each point, or the nearest one, and which points lie outside."""
    tree = shapely.STRtree(shapes)
    found = np.full(len(points), -1, dtype=np.int32)
    point, polygon = tree.query(points, predicate="intersects")
    found[point[::-1]] = polygon[::-1]  # on a common border the first jurisdiction counts
    outside = np.flatnonzero(found < 0)
    if len(outside):
        found[outside] = tree.nearest(points[outside])
    return found, outside
