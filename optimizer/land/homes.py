"""How far each site lies from the nearest home."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import shapely

from optimizer.demand.places import find_home_buildings
from optimizer.land.sources import UNUSED, having

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.land.drafts import Audit, Draft
    from optimizer.network import Network

RESIDENTIAL = {"landuse": frozenset({"residential"})}


def homes_distance_m(drafts: list[Draft], network: Network, audit: Audit) -> NDArray[np.float64]:
    """Return the distance from the edge of each site to the nearest home, shape (s,).

    What a site states counts. Otherwise: to the nearest building in use that holds homes (as demand
    is estimated on buildings), on a map without such buildings to the nearest residential land,
    without both infinity, with a note.
    """
    distance = np.array(
        [math.inf if draft.homes_m is None else draft.homes_m for draft in drafts], dtype=np.float64
    )
    unknown = np.flatnonzero([draft.homes_m is None for draft in drafts])
    if len(unknown) == 0:
        return distance
    homes = _homes(network)
    if len(homes) == 0:
        for rank in unknown:
            audit.note(
                "at an unknown distance to homes, of which the map has none", drafts[rank].id
            )
        return distance
    shapes = np.array([drafts[rank].shape for rank in unknown], dtype=object)
    tree = shapely.STRtree(homes)
    (_, _), found = tree.query_nearest(shapes, all_matches=False, return_distance=True)
    distance[unknown] = found
    return distance


def _homes(network: Network) -> NDArray[np.object_]:
    buildings = find_home_buildings(network)
    used = buildings[~having(buildings, UNUSED)]
    if len(used):
        return np.asarray(used.geometry.array)
    areas = network.features.areas
    return np.asarray(areas.geometry.array)[having(areas, RESIDENTIAL)]
