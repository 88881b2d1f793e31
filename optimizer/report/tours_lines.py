"""The streets that tours take, as lines in degrees: one per visit, from the visit before it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from optimizer.report.tours import echelons

if TYPE_CHECKING:
    from optimizer.core.backdrop import Backdrop
    from optimizer.core.streets import Streets
    from optimizer.report.tours import DayTold

Points = NDArray[np.float64]
TOLERANCE_DEG = 8e-6  # 0.9 m: finer than a pen stroke at the closest zoom
ROUNDED = 6  # digits of degrees in which ends of drawn streets and street nodes agree


def leg_lines(told: DayTold, backdrop: Backdrop | None) -> list[Points]:
    """Return the line to every visit, shape (k, 2) in degrees; k = 0 where there is no way.

    A way goes from street node to street node. Where the background draws a street between the
    same two nodes, the line takes its bends; elsewhere it is straight.
    """
    streets = told.problem.streets
    firsts, nodes = [np.zeros(1, dtype=np.int64)], []
    before = 0
    for one in echelons(told.day, told.plan):
        firsts.append(one.ways.first[1:] + before)
        nodes.append(one.ways.node)
        before += len(one.ways.node)
    first, node = np.concatenate(firsts), np.concatenate(nodes)
    bends = _bends(streets, node, backdrop)
    place = np.column_stack([streets.lon, streets.lat])
    legs: list[Points] = []
    for start, end in zip(first[:-1].tolist(), first[1:].tolist(), strict=True):
        legs.append(_line(node[start:end].tolist(), place, bends))
    return _simplified(legs)


def _line(nodes: list[int], place: Points, bends: dict[tuple[int, int], Points]) -> Points:
    if len(nodes) < 2:
        return np.zeros((0, 2))
    parts = [place[nodes[0]][None, :]]
    for a, b in pairwise(nodes):
        if (a, b) in bends:
            parts.append(bends[a, b])
        parts.append(place[b][None, :])
    return np.concatenate(parts)


def _bends(
    streets: Streets, node: NDArray[np.int32], backdrop: Backdrop | None
) -> dict[tuple[int, int], Points]:
    """Return the points between two street nodes, where a drawn street joins them."""
    if backdrop is None:
        return {}
    shapes = backdrop.streets
    used = set(zip(node[:-1].tolist(), node[1:].tolist(), strict=True))
    whose = _nodes_by_place(streets)
    points = np.column_stack([shapes.lon, shapes.lat])
    ends = np.round(points, ROUNDED)
    found: dict[tuple[int, int], Points] = {}
    for start, end in zip(shapes.start[:-1].tolist(), shapes.start[1:].tolist(), strict=True):
        if end - start < 3:
            continue
        a = whose.get((ends[start, 0], ends[start, 1]))
        b = whose.get((ends[end - 1, 0], ends[end - 1, 1]))
        if a is None or b is None:
            continue
        inner = points[start + 1 : end - 1]
        for key, line in (((a, b), inner), ((b, a), inner[::-1])):
            if key in used and (key not in found or len(line) < len(found[key])):
                found[key] = line
    return found


def _nodes_by_place(streets: Streets) -> dict[tuple[float, float], int]:
    lon, lat = np.round(streets.lon, ROUNDED), np.round(streets.lat, ROUNDED)
    return {key: node for node, key in enumerate(zip(lon.tolist(), lat.tolist(), strict=True))}


def _simplified(legs: list[Points]) -> list[Points]:
    """Leave out points that the eye cannot miss."""
    count = np.array([len(leg) for leg in legs])
    rows = np.flatnonzero(count > 2)
    if not len(rows):
        return legs
    points = np.concatenate([legs[k] for k in rows])
    lines = shapely.linestrings(points, indices=np.repeat(np.arange(len(rows)), count[rows]))
    thin = shapely.simplify(lines, TOLERANCE_DEG, preserve_topology=False)
    for k, line in zip(rows.tolist(), thin, strict=True):
        legs[k] = shapely.get_coordinates(line)
    return legs
