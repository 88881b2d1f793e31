"""Constraint family 12, docks: dock time by the hour.

    for every interval [a, b] of whole hours: minutes of tenants whose window lies within
    + 60 (b - a) for each tenant and each hub inside with a dock to itself <= 60 (b - a) docks
Of the intervals only those that can bind have a row (`houses`, `places.most_use`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.siting.stacking.houses import HOUR_MIN
from optimizer.siting.stacking.places import able_tenants, most_use, taken_inside

if TYPE_CHECKING:
    from optimizer.siting.stacking.houses import Houses
    from optimizer.siting.stacking.places import Places
    from optimizer.solvers import Builder


def add_docks_suffice_at_all_hours(builder: Builder, houses: Houses, places: Places) -> None:
    """Add a row per house and interval."""
    column, tenant, house = places.mains()
    count = len(houses.option)
    able = able_tenants(houses, places)
    for rank, (a, b) in enumerate(houses.hours.tolist()):
        room = houses.dock_room[:, rank]
        hubs = taken_inside(places.hubs, places.hubs.docks * (HOUR_MIN * (b - a)), count)
        most = most_use(houses, able, houses.dock_use[:, rank])
        np.add.at(most, places.hubs.house, places.hubs.docks * (HOUR_MIN * (b - a)))
        tight = np.flatnonzero(most > room)
        row = np.full(count, -1)
        row[tight] = np.arange(len(tight))
        use = houses.dock_use[tenant, rank]
        parts = [(house, column, use), (tight, places.opened[tight], -room[tight]), *hubs]
        kept = [
            (row[at][row[at] >= 0], which[row[at] >= 0], amount[row[at] >= 0])
            for at, which, amount in parts
        ]
        builder.add_rows(len(tight), *kept, upper=0.0)
