"""Constraint family 12, docks: dock time by the hour.

    for every interval [a, b] of whole hours: minutes of tenants whose window lies within
    + 60 (b - a) for each tenant and each hub inside with a dock to itself <= 60 (b - a) docks
Of the intervals only those that can bind have a row (`houses`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.siting.stacking.houses import HOUR_MIN
from optimizer.siting.stacking.places import taken_inside

if TYPE_CHECKING:
    from optimizer.siting.stacking.houses import Houses
    from optimizer.siting.stacking.places import Places
    from optimizer.solvers import Builder


def add_docks_suffice_at_all_hours(builder: Builder, houses: Houses, places: Places) -> None:
    """Add a row per house and interval."""
    column, tenant, house = places.mains()
    count = len(houses.option)
    for rank, (a, b) in enumerate(houses.hours.tolist()):
        use = houses.dock_use[tenant, rank]
        inside = taken_inside(places.hubs, places.hubs.docks * (HOUR_MIN * (b - a)), count)
        builder.add_rows(
            count,
            (house, column, use),
            (np.arange(count), places.opened, -houses.dock_room[:, rank]),
            *inside,
            upper=0.0,
        )
