"""How dense delivery stops lie: the input of the tour estimate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

RADIUS_M = 500.0
FLOOR_PER_KM2 = 1.0
CHUNK = 1024
SIDES = 8


def stops_density(
    at_xy_m: NDArray[np.float64],
    stop_xy_m: NDArray[np.float64],
    stops_per_day: NDArray[np.float64],
    boundary: Any = None,
    radius_m: float = RADIUS_M,
) -> NDArray[np.float64]:
    """Return delivery stops per km2 and mean day in the disc around each place, shape (n,).

    Stops beyond the study area are unknown, so that only the part of the disc within `boundary`
    (shapely polygon, projected; None = everywhere) counts as its surface. Never below one.

    Parameters
    ----------
    at_xy_m : shape (n, 2), metres.
    stop_xy_m : shape (k, 2), metres.
    stops_per_day : shape (k,), parcels per day over parcels per stop.
    """
    from scipy.spatial import cKDTree

    found = np.zeros(len(at_xy_m))
    if len(stop_xy_m) == 0 or len(at_xy_m) == 0:
        return found + FLOOR_PER_KM2
    tree = cKDTree(stop_xy_m)
    for first in range(0, len(at_xy_m), CHUNK):
        here = at_xy_m[first : first + CHUNK]
        near = tree.query_ball_point(here, radius_m, return_sorted=True)
        place = np.repeat(np.arange(len(here)), [len(group) for group in near])
        stop = np.concatenate(near).astype(np.int64)
        found[first : first + CHUNK] = np.bincount(place, stops_per_day[stop], len(here))
    return np.maximum(found / _disc_km2(at_xy_m, boundary, radius_m), FLOOR_PER_KM2)


def _disc_km2(at_xy_m: NDArray[np.float64], boundary: Any, radius_m: float) -> NDArray[np.float64]:
    whole = np.full(len(at_xy_m), np.pi * radius_m**2 / 1e6)
    if boundary is None:
        return whole
    discs = shapely.buffer(shapely.points(at_xy_m), radius_m, quad_segs=SIDES)
    shapely.prepare(boundary)
    edge = ~shapely.contains_properly(boundary, discs)
    inside = np.ones(len(discs))
    inside[edge] = shapely.area(shapely.intersection(discs[edge], boundary)) / shapely.area(
        discs[edge]
    )
    # a place beyond the edge of the area still has stops near it: never divide by a sliver
    return np.asarray(whole * np.maximum(inside, 0.1))
