"""How much may be built on each site: usable land, coverage, height, floor area."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.frozen import Frozen

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.land.drafts import Draft
    from optimizer.scenario.city import Zone

NO_LIMIT_M2 = 10**9


@dataclass(frozen=True, eq=False)
class Room(Frozen):
    """What sites offer, shape (s,); see `core.world.Sites`."""

    area_m2: NDArray[np.int64]
    parcel_m2: NDArray[np.int64]
    floor_area_max_m2: NDArray[np.int64]
    height_max_m: NDArray[np.float64]


def measure(drafts: list[Draft], zones: list[Zone]) -> Room:
    """Return the room on each site in whole m2, rounded down; `zones` holds each site's zone.

    A zone with coverage_share_max offers that share of the parcel at most. With a storey_height_m
    and a height limit as well, so many whole storeys of it are the largest gross floor area.
    """
    rows = [_measure(draft, zone) for draft, zone in zip(drafts, zones, strict=True)]
    area, parcel, floors = np.array([row[:3] for row in rows], dtype=np.int64).reshape(-1, 3).T
    return Room(
        area_m2=area.copy(),
        parcel_m2=parcel.copy(),
        floor_area_max_m2=floors.copy(),
        height_max_m=np.array([row[3] for row in rows], dtype=np.float64),
    )


def _measure(draft: Draft, zone: Zone) -> tuple[int, int, int, float]:
    height = zone.height_max_m if draft.height_max_m is None else draft.height_max_m
    limit = math.inf if height is None else height
    area, parcel = math.floor(draft.area_m2), math.floor(draft.parcel_m2)
    if zone.coverage_share_max is None:
        return area, parcel, NO_LIMIT_M2, limit
    covered = _down(zone.coverage_share_max * parcel)
    floors = NO_LIMIT_M2
    if zone.storey_height_m is not None and math.isfinite(limit):
        floors = covered * _down(limit / zone.storey_height_m)
    return min(area, covered), parcel, floors, limit


def _down(value: float) -> int:
    """Round down, taking 2.9999999 for the 3 that it would be in decimals."""
    return math.floor(value + 1e-6)
