"""Constraint family 2, throughput: capacity on the peak day, minimum use of what is open.

sum_i parcels[i] x[i,j] = sum over hub options o of j: volume[o]
minimum[o] open[o] <= volume[o] <= capacity[o] / peak_day_factor open[o];  pick-up likewise
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.kinds import Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.siting.columns import Columns
    from optimizer.siting.data import Links, SitingData
    from optimizer.solvers import Builder


def add_flow_through_facilities(builder: Builder, data: SitingData, columns: Columns) -> None:
    """Add balance, capacity and minimum use of hubs and delivery points."""
    for links, shares, kind in (
        (data.bike, columns.bike, Kind.MICRO_HUB),
        (data.pickup, columns.pickup, Kind.DELIVERY_POINT),
    ):
        _add_balance(builder, data, columns, (links, shares), kind)
    option, volume = columns.handled, columns.volume
    rank, opened = np.arange(len(option)), columns.open[option]
    builder.add_rows(
        len(option), (rank, volume, 1.0), (rank, opened, -data.capacity_mean[option]), upper=0.0
    )
    builder.add_rows(
        len(option), (rank, volume, 1.0), (rank, opened, -data.minimum[option]), lower=0.0
    )


def _add_balance(
    builder: Builder,
    data: SitingData,
    columns: Columns,
    flow: tuple[Links, NDArray[np.int64]],
    kind: Kind,
) -> None:
    links, shares = flow
    mine = data.kind[columns.handled] == kind
    builder.add_rows(
        len(data.parcel_m2),
        (links.site, shares, data.parcels_per_day[links.point]),
        (data.site[columns.handled[mine]], columns.volume[mine], -1.0),
        lower=0.0,
        upper=0.0,
    )
