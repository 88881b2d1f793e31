"""Constraint family 1, service: shares of a demand point add up, bikes and pick-up have limits.

What no bike and no pick-up takes falls back on the van (or stays unserved if that is cheaper), so
    sum_j x[i,j] + sum_j p[i,j] <= 1;  sum_j x[i,j] <= bike_share_max[i];
    sum_j p[i,j] / acceptance[i,j] <= pickup_share_max[i]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from optimizer.siting.columns import Columns
    from optimizer.siting.data import SitingData
    from optimizer.solvers import Builder


def add_shares_of_a_point_add_up(builder: Builder, data: SitingData, columns: Columns) -> None:
    """Add the three rows per demand point."""
    bike, pickup = data.bike, data.pickup
    count = data.point_count
    builder.add_rows(
        count, (bike.point, columns.bike, 1.0), (pickup.point, columns.pickup, 1.0), upper=1.0
    )
    builder.add_rows(count, (bike.point, columns.bike, 1.0), upper=data.bike_share_max)
    builder.add_rows(
        count,
        (pickup.point, columns.pickup, 1.0 / pickup.acceptance),
        upper=data.pickup_share_max,
    )
