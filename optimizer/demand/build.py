"""The demand of a scenario: from a file or estimated, merged onto street nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.kinds import CARGO_BIKE, VAN, WALK
from optimizer.core.problem import AuditLine
from optimizer.core.refusal import Fault, Refusal
from optimizer.core.world import DemandPoints
from optimizer.demand.merge import merge
from optimizer.demand.points import read_points, refuse_without_receivers
from optimizer.demand.receivers import estimate_receivers

if TYPE_CHECKING:
    from pathlib import Path

    from optimizer.core.problem import Unserved
    from optimizer.network import Network
    from optimizer.scenario.city import DemandBlock


def build_demand(
    block: DemandBlock, network: Network, folder: Path, snap_max_m: float
) -> tuple[DemandPoints, tuple[Unserved, ...], tuple[AuditLine, ...]]:
    """Return the demand points, what cannot be served and why, and the audit.

    A file wins over an estimate; with `without_parcels` there are no points. Relative paths
    start in `folder`.

    Raises
    ------
    Refusal
        F300 without a source; F301, F302 faults of the demand file; F303 when no parcel can be
        served; F310, F311 faults of the estimate.
    """
    outside: tuple[Unserved, ...] = ()
    if block.without_parcels:
        line = AuditLine("demand", "without parcels: hotels alone are decided", 0, "points", "")
        return _nobody(), (), (line,)
    if block.file is not None:
        given = read_points(block, network, folder, snap_max_m)
        receivers, outside, first = given.receivers, given.outside, given.audit
    elif block.estimate is not None:
        receivers, first = estimate_receivers(block.estimate, network, folder)
    else:
        cause = "neither demand.file nor demand.estimate is given"
        raise Refusal(Fault("demand", "F300", cause, "give one of them"))
    if receivers.count == 0:
        refuse_without_receivers(block.file or "demand.estimate")
    points, unserved, audit = merge(receivers, block, network, snap_max_m)
    if points.count == 0:
        refuse_without_receivers(block.file or "demand.estimate")
    return points, (*outside, *unserved), (*first, *audit)


def _nobody() -> DemandPoints:
    """Return no demand points at all."""
    nothing = np.zeros(0)
    return DemandPoints(
        id=(),
        lon=nothing,
        lat=nothing,
        node={profile: np.zeros(0, dtype=np.int32) for profile in (VAN, CARGO_BIKE, WALK)},
        parcels_per_day=nothing,
        parcels_per_stop=nothing,
        stops_per_km2=nothing,
        bike_share_max=nothing,
        pickup_share_max=nothing,
    )
