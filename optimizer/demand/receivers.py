"""Who receives parcels, before they are merged onto street nodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.frozen import Frozen
from optimizer.core.problem import AuditLine
from optimizer.demand.places import enough_places, find_businesses
from optimizer.demand.population import inhabitants, largest_remainder

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from optimizer.network import Network
    from optimizer.scenario.city import Estimate

MICRO = 1_000_000
"""Parcels are added up as whole millionths, so that sums are exact in any order."""


@dataclass(frozen=True, eq=False)
class Receivers(Frozen):
    """Places that receive parcels; arrays have shape (k,), `xy_m` (k, 2) in the projected CRS.

    id : "" where the place has no name of its own (a building).
    micro_parcels : millionths of a parcel per mean day. home_micro_parcels : those of homes.
    stops_per_day : parcels over parcels per stop.
    """

    id: tuple[str, ...]
    xy_m: NDArray[np.float64]
    micro_parcels: NDArray[np.int64]
    home_micro_parcels: NDArray[np.int64]
    stops_per_day: NDArray[np.float64]

    @property
    def count(self) -> int:
        """Number of receivers."""
        return len(self.id)


def estimate_receivers(
    estimate: Estimate, network: Network, folder: Path
) -> tuple[Receivers, tuple[AuditLine, ...]]:
    """Return homes and workplaces with parcels that add up to inhabitants x parcels each.

    Raises
    ------
    Refusal
        F310, F311: see `population.inhabitants`.
    """
    homes, heads, audit = inhabitants(estimate, network, folder)
    works, line = find_businesses(network, estimate.levels_default)
    people = int(heads.sum())
    total = round(people * estimate.parcels_per_inhabitant_day * MICRO)
    known = works.count >= enough_places(network)
    business = round(total * estimate.business_share) if known else 0
    home_parts = largest_remainder(total - business, heads.astype(np.float64))
    work_parts = largest_remainder(business, works.weight)
    no_homes = np.zeros(works.count, dtype=np.int64)
    receivers = Receivers(
        id=("",) * (homes.count + works.count),
        xy_m=np.concatenate([homes.xy_m, works.xy_m]),
        micro_parcels=np.concatenate([home_parts, work_parts]),
        home_micro_parcels=np.concatenate([home_parts, no_homes]),
        stops_per_day=np.concatenate(
            [
                home_parts / MICRO / estimate.parcels_per_stop_home,
                work_parts / MICRO / estimate.parcels_per_stop_business,
            ]
        ),
    )
    detail = f"{people} inhabitants x {estimate.parcels_per_inhabitant_day:g}, business included"
    share = AuditLine(
        "demand",
        "parcels for businesses",
        business / MICRO,
        "parcels/day",
        "share of the same total" if known else f"{works.count} mapped workplaces: all go to homes",
    )
    return receivers, (
        *audit,
        line,
        AuditLine("demand", "parcels estimated", total / MICRO, "parcels/day", detail),
        share,
    )
