"""The best flows for facilities that are already decided: an exact linear programme."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.frozen import Frozen
from optimizer.core.kinds import Kind, PickupChoice
from optimizer.core.plan import Plan
from optimizer.siting.columns import pickup_share_most
from optimizer.siting.reach import nearest_links
from optimizer.solvers import Builder, solve_lp

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.limits import Cancel
    from optimizer.core.plan import Interiors
    from optimizer.core.problem import Problem
    from optimizer.siting.data import Links, SitingData

TINY_SHARE = 1e-9
"""Smaller shares are noise of the solver."""


@dataclass(frozen=True, eq=False)
class Flows(Frozen):
    """Shares on links of `SitingData.bike` and `SitingData.pickup`, only those above zero.

    bike_link, pickup_link : positions among the links; *_option : the open option that serves.
    value_eur : what the flows add to the objective (gains are negative).
    """

    bike_link: NDArray[np.int64]
    bike_option: NDArray[np.int64]
    bike_share: NDArray[np.float64]
    pickup_link: NDArray[np.int64]
    pickup_option: NDArray[np.int64]
    pickup_share: NDArray[np.float64]
    value_eur: float


def best_flows(
    problem: Problem,
    data: SitingData,
    open_option: NDArray[np.bool_],
    *,
    minimum_use: bool = True,
    keep: tuple[NDArray[np.bool_], NDArray[np.bool_]] | None = None,
    time_s: float | None = None,
    cancel: Cancel | None = None,
) -> Flows | None:
    """Return the cheapest flows through the open options, or None where minimum use cannot hold.

    In nearest mode people use a nearest open delivery point only. `minimum_use=False` drops the
    minimum (for the baseline); flows then always exist. `keep` restricts the bike and pick-up
    links that may be used: faster, and no longer exactly the cheapest. None also when `time_s` or
    `cancel` ends the solver.
    """
    served = {
        kind: _option_of_site(data, open_option, kind)
        for kind in (Kind.MICRO_HUB, Kind.DELIVERY_POINT)
    }
    hub, counter = served[Kind.MICRO_HUB], served[Kind.DELIVERY_POINT]
    bike_link = np.flatnonzero(hub[data.bike.site] >= 0)
    if problem.rules.pickup_choice == PickupChoice.NEAREST:
        pickup_link = np.flatnonzero(nearest_links(data, counter >= 0))
    else:
        pickup_link = np.flatnonzero(counter[data.pickup.site] >= 0)
    bike_option, pickup_option = (
        hub[data.bike.site[bike_link]],
        counter[data.pickup.site[pickup_link]],
    )
    if keep is not None:
        kept = keep[0][bike_link], keep[1][pickup_link]
        bike_link, bike_option = bike_link[kept[0]], bike_option[kept[0]]
        pickup_link, pickup_option = pickup_link[kept[1]], pickup_option[kept[1]]
    if not minimum_use:
        bike_keep = _net_gain(data, data.bike, bike_link, bike_option) > 0
        pickup_keep = _net_gain(data, data.pickup, pickup_link, pickup_option) > 0
        bike_link, bike_option = bike_link[bike_keep], bike_option[bike_keep]
        pickup_link, pickup_option = pickup_link[pickup_keep], pickup_option[pickup_keep]
    builder = Builder()
    bike = builder.add_columns(
        len(bike_link),
        cost=-_net_gain(data, data.bike, bike_link, bike_option),
        upper=data.bike_share_max[data.bike.point[bike_link]],
    )
    pickup = builder.add_columns(
        len(pickup_link),
        cost=-_net_gain(data, data.pickup, pickup_link, pickup_option),
        upper=pickup_share_most(data)[pickup_link],
    )
    _add_point_rows(builder, data, (bike_link, bike), (pickup_link, pickup))
    used = np.flatnonzero(open_option & (data.kind != Kind.PRODUCTIVE_HOTEL))
    bike_weight = data.parcels_per_day[data.bike.point[bike_link]]
    pickup_weight = data.parcels_per_day[data.pickup.point[pickup_link]]
    builder.add_rows(
        len(used),
        (np.searchsorted(used, bike_option), bike, bike_weight),
        (np.searchsorted(used, pickup_option), pickup, pickup_weight),
        lower=data.minimum[used] if minimum_use else 0.0,
        upper=data.capacity_mean[used],
    )
    answer = solve_lp(builder.build(), time_s=time_s, cancel=cancel)
    if answer.values is None:
        return None
    return clean_flows(
        data,
        (bike_link, bike_option, answer.values[bike]),
        (pickup_link, pickup_option, answer.values[pickup]),
    )


def clean_flows(
    data: SitingData,
    bike: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]],
    pickup: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]],
) -> Flows:
    """Return flows without solver noise: no tiny shares, no point or facility above its limit."""
    bike_link, bike_option, bike_share = _kept(bike)
    pickup_link, pickup_option, pickup_share = _kept(pickup)
    bike_point, pickup_point = data.bike.point[bike_link], data.pickup.point[pickup_link]
    accepted = data.pickup.acceptance[pickup_link]
    count = data.point_count
    bike_share = bike_share * _shrink(count, bike_point, bike_share, data.bike_share_max)
    asked = pickup_share / accepted
    pickup_share = pickup_share * _shrink(count, pickup_point, asked, data.pickup_share_max)
    total = np.bincount(bike_point, bike_share, count) + np.bincount(
        pickup_point, pickup_share, count
    )
    over = np.maximum(total, 1.0)
    bike_share, pickup_share = bike_share / over[bike_point], pickup_share / over[pickup_point]
    for option, point, share in (
        (bike_option, bike_point, bike_share),
        (pickup_option, pickup_point, pickup_share),
    ):
        parcels = data.parcels_per_day[point] * share
        share *= _shrink(data.option_count, option, parcels, data.capacity_mean)  # noqa: PLW2901 - in place
    value = -float(_net_gain(data, data.bike, bike_link, bike_option) @ bike_share)
    value -= float(_net_gain(data, data.pickup, pickup_link, pickup_option) @ pickup_share)
    return Flows(
        bike_link, bike_option, bike_share, pickup_link, pickup_option, pickup_share, value
    )


def plan_of(
    data: SitingData,
    open_option: NDArray[np.bool_],
    flows: Flows,
    tenant_option: NDArray[np.int32],
    tenant_level: NDArray[np.int32],
    interiors: Interiors | None = None,
) -> Plan:
    """Return the whole plan: what flows leave over falls back on van or stays unserved."""
    bike_point = data.bike.point[flows.bike_link]
    pickup_point = data.pickup.point[flows.pickup_link]
    count = data.point_count
    taken = np.bincount(bike_point, flows.bike_share, count)
    taken = taken + np.bincount(pickup_point, flows.pickup_share, count)
    rest = np.maximum(1.0 - taken, 0.0)
    rest[rest < TINY_SHARE] = 0.0
    return Plan(
        open_option=open_option.copy(),
        bike_point=bike_point.astype(np.int32),
        bike_option=flows.bike_option.astype(np.int32),
        bike_share=flows.bike_share,
        pickup_point=pickup_point.astype(np.int32),
        pickup_option=flows.pickup_option.astype(np.int32),
        pickup_share=flows.pickup_share,
        van_share=np.where(data.fallback_is_van, rest, 0.0),
        unserved_share=np.where(data.fallback_is_van, 0.0, rest),
        tenant_option=np.asarray(tenant_option, dtype=np.int32).copy(),
        tenant_level=np.asarray(tenant_level, dtype=np.int32).copy(),
        interiors=interiors,
    )


def _option_of_site(
    data: SitingData, open_option: NDArray[np.bool_], kind: Kind
) -> NDArray[np.int64]:
    """Return the open option of `kind` on each site, -1 where there is none."""
    chosen = np.full(len(data.parcel_m2), -1, dtype=np.int64)
    mine = np.flatnonzero(open_option & (data.kind == kind))
    chosen[data.site[mine]] = mine
    return chosen


def _net_gain(
    data: SitingData, links: Links, link: NDArray[np.int64], option: NDArray[np.int64]
) -> NDArray[np.float64]:
    handling = data.handling_eur[option] * data.parcels_per_year[links.point[link]]
    gain: NDArray[np.float64] = links.gain_eur[link] - handling
    return gain


def _add_point_rows(
    builder: Builder,
    data: SitingData,
    bike: tuple[NDArray[np.int64], NDArray[np.int64]],
    pickup: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> None:
    (bike_link, bike_column), (pickup_link, pickup_column) = bike, pickup
    by_bike, by_foot = data.bike.point[bike_link], data.pickup.point[pickup_link]
    bikes = np.bincount(by_bike, minlength=data.point_count)
    walks = np.bincount(by_foot, minlength=data.point_count)
    asked = 1.0 / data.pickup.acceptance[pickup_link]
    # a single link is held by its column's bound, and one channel alone by its own row
    both, several_bikes, several_walks = (bikes > 0) & (walks > 0), bikes > 1, walks > 1
    for rows, parts, most in (
        (
            both,
            (
                (by_bike, bike_column, np.ones(len(by_bike))),
                (by_foot, pickup_column, np.ones(len(by_foot))),
            ),
            np.ones(data.point_count),
        ),
        (several_bikes, ((by_bike, bike_column, np.ones(len(by_bike))),), data.bike_share_max),
        (several_walks, ((by_foot, pickup_column, asked),), data.pickup_share_max),
    ):
        rank = np.cumsum(rows) - 1
        kept = [
            (rank[point[rows[point]]], column[rows[point]], value[rows[point]])
            for point, column, value in parts
        ]
        builder.add_rows(int(rows.sum()), *kept, upper=most[rows])


def _kept(
    flow: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    link, option, share = flow
    keep = share > TINY_SHARE
    return link[keep], option[keep], share[keep].copy()


def _shrink(
    count: int, row: NDArray[np.integer], amount: NDArray[np.float64], most: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return for each entry the factor <= 1 that brings its row's sum within `most`."""
    total = np.bincount(row, amount, count)
    with np.errstate(divide="ignore", invalid="ignore"):
        factor: NDArray[np.float64] = np.where(total > most, most / total, 1.0)
    return np.asarray(factor[row], dtype=np.float64)
