"""Merge receivers onto street nodes without losing a parcel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.kinds import CARGO_BIKE, VAN, WALK
from optimizer.core.problem import AuditLine, Unserved
from optimizer.core.world import DemandPoints
from optimizer.demand.density import stops_density
from optimizer.demand.receivers import MICRO, Receivers
from optimizer.network import snap

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.network import Network
    from optimizer.scenario.city import DemandBlock

FAR_ACTION = "raise streets.snap_max_m, or add the missing street to the map"
VAN_ACTION = "check access tags there, or raise streets.snap_max_m"


def merge(
    receivers: Receivers, block: DemandBlock, network: Network, snap_max_m: float
) -> tuple[DemandPoints, tuple[Unserved, ...], tuple[AuditLine, ...]]:
    """Return one demand point per street node, whose sums are exactly those of the receivers.

    A receiver goes to the nearest node of the walking network (of the van's, where nobody may
    walk). Receivers beyond `snap_max_m` and nodes without a van street near are returned by name.
    """
    streets = network.streets
    base = WALK if streets.arcs[WALK].count else VAN
    node, distance_m = snap(streets, base, receivers.xy_m[:, 0], receivers.xy_m[:, 1], np.inf)
    far = distance_m > snap_max_m
    group = np.where(far, -2 - node, node)  # far receivers are grouped apart, by negative keys
    keys, member = np.unique(group, return_inverse=True)
    member, keys = member.reshape(-1).astype(np.int64), keys.astype(np.int64)
    names = _names(receivers, member, keys, network.osm_id)
    micro, home = np.zeros((2, len(keys)), dtype=np.int64)
    np.add.at(micro, member, receivers.micro_parcels)
    np.add.at(home, member, receivers.home_micro_parcels)
    stops = np.zeros(len(keys))
    np.add.at(stops, member, receivers.stops_per_day)
    place = np.where(keys < 0, -2 - keys, keys)
    at = np.column_stack([streets.x_m[place], streets.y_m[place]])
    van, _ = snap(streets, VAN, at[:, 0], at[:, 1], snap_max_m)
    served = (keys >= 0) & (micro > 0) & (van >= 0)
    lost = (micro > 0) & ~served
    unserved = tuple(
        Unserved(
            names[rank],
            float(streets.lon[place[rank]]),
            float(streets.lat[place[rank]]),
            float(micro[rank] / MICRO),
            *_reason(bool(keys[rank] < 0), snap_max_m),
        )
        for rank in np.flatnonzero(lost).tolist()
    )
    x_m, y_m = at[served].T
    density = stops_density(at[served], at, stops, network.boundary)
    bike, _ = snap(streets, CARGO_BIKE, x_m, y_m, snap_max_m)
    walk, _ = snap(streets, WALK, x_m, y_m, snap_max_m)
    points = DemandPoints(
        id=tuple(names[rank] for rank in np.flatnonzero(served).tolist()),
        lon=streets.lon[place[served]],
        lat=streets.lat[place[served]],
        node={VAN: van[served], CARGO_BIKE: bike, WALK: walk},
        parcels_per_day=micro[served] / MICRO,
        parcels_per_stop=np.maximum(micro[served] / MICRO / stops[served], 1.0),
        stops_per_km2=density,
        bike_share_max=np.full(int(served.sum()), float(block.bike_share_max)),
        pickup_share_max=block.pickup_share_max * home[served] / micro[served],
    )
    return points, unserved, _audit(points, unserved, distance_m[~far], far)


def _names(
    receivers: Receivers,
    member: NDArray[np.int64],
    keys: NDArray[np.int64],
    osm_id: NDArray[np.int64],
) -> list[str]:
    """Return the name of each group: of its first named receiver, else of its street node."""
    first: dict[int, str] = {}
    count = np.bincount(member, minlength=len(keys))
    for rank, name in enumerate(receivers.id):
        if name:
            first.setdefault(int(member[rank]), name)
    names = []
    for group, key in enumerate(keys.tolist()):
        node = f"n{osm_id[key]}" if key >= 0 else f"far-from-n{osm_id[-2 - key]}"
        more = count[group] - 1
        names.append(
            f"{first[group]}+{more}" if more and group in first else first.get(group, node)
        )
    return names


def _reason(far: bool, snap_max_m: float) -> tuple[str, str]:  # noqa: FBT001 - one plain fact
    if far:
        return f"it lies more than {snap_max_m:.0f} m from any street", FAR_ACTION
    return f"no street open to vans lies within {snap_max_m:.0f} m", VAN_ACTION


def _audit(
    points: DemandPoints,
    unserved: tuple[Unserved, ...],
    distance_m: NDArray[np.float64],
    far: NDArray[np.bool_],
) -> tuple[AuditLine, ...]:
    longest = f"longest {distance_m.max():.0f} m" if len(distance_m) else ""
    lost = sum(item.parcels_per_day for item in unserved)
    no_bike = int((points.node[CARGO_BIKE] < 0).sum())
    lines = [
        AuditLine("demand", "receivers merged onto street nodes", len(distance_m), "receivers",
                  f"{points.count} demand points"),
        AuditLine("demand", "mean distance to the street node",
                  round(float(distance_m.mean()), 1) if len(distance_m) else 0.0, "m", longest),
        AuditLine("demand", "receivers too far from a street", int(far.sum()), "receivers",
                  "unserved"),
        AuditLine("demand", "unserved parcels", round(lost, 3), "parcels/day",
                  f"{len(unserved)} places, listed by name"),
        AuditLine("demand", "points without a bike street", no_bike, "points",
                  "vans and pick-up serve them"),
    ]  # fmt: skip
    return tuple(line for line in lines if line.count > 0)
