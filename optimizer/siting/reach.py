"""Constraint family 3, reach: flows only to what is open and in reach; nearest mode.

Reach itself is in the links (`siting.data`): there is no variable beyond it. Strong rows:
    x[i,j] <= min(bike_share_max[i], ...) sum of open hub options of j; pick-up likewise
pickup_choice = nearest, for every link (i, k):
    sum over j with T_walk(i,j) > T_walk(i,k): p[i,j] / acceptance[i,j]
        <= pickup_share_max[i] (1 - open delivery point on k)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.kinds import Kind, PickupChoice
from optimizer.siting.columns import pickup_share_most

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.problem import Problem
    from optimizer.siting.columns import Columns
    from optimizer.siting.data import Links, SitingData
    from optimizer.solvers import Builder


def add_flows_need_an_open_facility(
    builder: Builder, problem: Problem, data: SitingData, columns: Columns
) -> None:
    """Add the strong rows, and those of the nearest mode where people choose."""
    _add_strong_rows(
        builder,
        (data.bike, columns.bike, data.bike_share_max[data.bike.point]),
        _options_of_links(data, data.bike, Kind.MICRO_HUB),
        columns,
    )
    _add_strong_rows(
        builder,
        (data.pickup, columns.pickup, pickup_share_most(data)),
        _options_of_links(data, data.pickup, Kind.DELIVERY_POINT),
        columns,
    )
    if problem.rules.pickup_choice == PickupChoice.NEAREST:
        _add_people_go_to_the_nearest(builder, data, columns)


def nearest_links(data: SitingData, open_site: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which pick-up links lead to a nearest open delivery point of their demand point."""
    links = data.pickup
    usable = open_site[links.site]
    best = np.full(data.point_count, np.iinfo(np.int32).max)
    np.minimum.at(best, links.point[usable], links.time_s[usable])
    usable &= links.time_s == best[links.point]
    return usable


def _options_of_links(
    data: SitingData, links: Links, kind: Kind
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return all pairs (link, option of `kind` on the link's site)."""
    mine = np.flatnonzero(data.kind == kind)
    first = np.searchsorted(data.site[mine], np.arange(len(data.parcel_m2) + 1))
    count = np.diff(first)[links.site]
    link = np.repeat(np.arange(links.count), count)
    within = np.arange(len(link)) - np.repeat(np.cumsum(count) - count, count)
    return link, mine[first[links.site[link]] + within]


def _add_strong_rows(
    builder: Builder,
    flow: tuple[Links, NDArray[np.int64], NDArray[np.float64]],
    pairs: tuple[NDArray[np.int64], NDArray[np.int64]],
    columns: Columns,
) -> None:
    links, shares, most = flow
    link, option = pairs
    builder.add_rows(
        links.count,
        (np.arange(links.count), shares, 1.0),
        (link, columns.open[option], -most[link]),
        upper=0.0,
    )


def _add_people_go_to_the_nearest(builder: Builder, data: SitingData, columns: Columns) -> None:
    links = data.pickup
    link, option = _options_of_links(data, links, Kind.DELIVERY_POINT)
    order = np.lexsort((links.time_s, links.point))
    first = np.searchsorted(links.point[order], np.arange(data.point_count + 1))
    near, far = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for point in range(data.point_count):
        mine = order[first[point] : first[point + 1]]
        time_s = links.time_s[mine]
        closer, farther = np.nonzero(time_s[:, None] < time_s[None, :])
        near.append(mine[closer])
        far.append(mine[farther])
    row, farther_link = np.concatenate(near), np.concatenate(far)
    most = data.pickup_share_max[links.point]
    builder.add_rows(
        links.count,
        (row, columns.pickup[farther_link], 1.0 / links.acceptance[farther_link]),
        (link, columns.open[option], most[link]),
        upper=most,
    )
