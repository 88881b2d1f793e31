"""Where a site meets the street: the nearest node of each profile to its edge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from optimizer.core.kinds import PROFILES
from optimizer.network import snap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from optimizer.core.streets import Streets

STEP_M = 20.0
"""Distance between the places along the edge from which a street is sought."""
BELOW_M = 1e9


def find_entrances(
    streets: Streets, shapes: Sequence[Any], snap_max_m: float
) -> dict[str, NDArray[np.int32]]:
    """Return per profile the street node nearest to each shape's edge, shape (s,); -1 = none."""
    outline = shapely.segmentize(np.array(list(shapes), dtype=object), STEP_M)
    xy_m, site = shapely.get_coordinates(outline, return_index=True)
    found = {}
    for profile in PROFILES:
        node, distance_m = snap(streets, profile, xy_m[:, 0], xy_m[:, 1], snap_max_m)
        reached = np.where(node >= 0, distance_m, BELOW_M)
        # per site the nearest place of its edge; ties go to the lower node
        order = np.lexsort([node, np.round(reached, 3), site])
        first = np.flatnonzero(np.diff(site[order], prepend=-1))
        entrance = np.full(len(shapes), -1, dtype=np.int32)
        entrance[site[order][first]] = node[order][first]
        found[profile] = entrance
    return found
