"""Draw what is ordered on one day of a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.day import Orders
from optimizer.core.kinds import Channel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem


class Flows(NamedTuple):
    """What a plan serves how, one row per flow, by (point, channel, option); shape (f,).

    option : of the hub or delivery point, -1 by van. share : of the point's parcels, > 0.
    """

    point: NDArray[np.int32]
    channel: NDArray[np.int8]
    option: NDArray[np.int32]
    share: NDArray[np.float64]


def flows_of(plan: Plan) -> Flows:
    """Return the flows of a plan; what it leaves unserved is none."""
    van = np.flatnonzero(plan.van_share > 0.0)
    parts = (
        (van, Channel.VAN, np.full(len(van), -1), plan.van_share[van]),
        (plan.bike_point, Channel.BIKE, plan.bike_option, plan.bike_share),
        (plan.pickup_point, Channel.PICKUP, plan.pickup_option, plan.pickup_share),
    )
    point = np.concatenate([part[0] for part in parts]).astype(np.int32)
    channel = np.concatenate([np.full(len(part[0]), part[1]) for part in parts]).astype(np.int8)
    option = np.concatenate([part[2] for part in parts]).astype(np.int32)
    share = np.concatenate([part[3] for part in parts]).astype(np.float64)
    order = np.lexsort((option, channel, point))
    order = order[share[order] > 0.0]
    return Flows(point[order], channel[order], option[order], share[order])


def draw_orders(problem: Problem, plan: Plan, seed: int) -> Orders:
    """Draw the orders of one day.

    Receivers of a flow are Poisson with mean parcels_per_day * share / parcels_per_stop; each gets
    one parcel and Poisson(parcels_per_stop - 1) more. Hence the parcels of a point and of a
    channel have the means of the plan, and whoever is delivered to is one stop.

    Returns
    -------
    Orders
        Flows with at least one parcel today, by (point, channel, option); the same seed draws the
        same orders.
    """
    flows, demand = flows_of(plan), problem.demand
    rng = np.random.default_rng([seed, 0])
    per_stop = np.maximum(demand.parcels_per_stop[flows.point], 1.0)
    stops = rng.poisson(demand.parcels_per_day[flows.point] * flows.share / per_stop)
    parcels = stops + rng.poisson(stops * (per_stop - 1.0))
    some = stops > 0
    return Orders(
        point=flows.point[some],
        channel=flows.channel[some],
        option=flows.option[some],
        parcels=parcels[some].astype(np.int64),
        stops=stops[some].astype(np.int64),
    )
