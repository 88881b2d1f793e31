"""The streets that tours take."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.day import Ways
from optimizer.core.routing import Visit
from optimizer.travel.ways import ways

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.routing import Fleet, Tours
    from optimizer.core.streets import Streets


def ways_of(
    streets: Streets, fleet: Fleet, tours: Tours, node: dict[str, NDArray[np.int32]]
) -> Ways:
    """Return the streets of some tours; node : by profile, street node of each place."""
    visits = len(tours.kind)
    profile = np.array([*fleet.profile], dtype=object)[
        np.repeat(tours.vehicle_type, np.diff(tours.first))
    ]
    counts = np.zeros(visits, dtype=np.int64)
    parts: list[NDArray[np.int32]] = [np.zeros(0, dtype=np.int32)] * visits
    moving = np.flatnonzero(tours.kind != Visit.START)
    for name in sorted(set(fleet.profile)):
        rows = moving[profile[moving] == name]
        origin, target = node[name][tours.place[rows - 1]], node[name][tours.place[rows]]
        first, nodes = ways(streets.arcs[name], streets.node_count, origin, target)
        counts[rows] = np.diff(first)
        for rank, row in enumerate(rows.tolist()):
            parts[row] = nodes[first[rank] : first[rank + 1]]
    return Ways(
        first=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        node=np.concatenate([np.zeros(0, dtype=np.int32), *parts]).astype(np.int32),
    )
