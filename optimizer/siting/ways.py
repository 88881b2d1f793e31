"""The best ways of each demand point at the present prices: three hubs and three delivery points.

Hubs rank by what a parcel gains, delivery points by what all gain who would walk there, since few
accept a long walk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from optimizer.compiled import inner_kernel
from optimizer.siting.city import Choice, Reach  # noqa: TC001 - fields of named tuples

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

HUB, POINT, LANES = 0, 3, 6  # lanes of hubs from HUB on, of pick-ups from POINT on
KEYS = 128  # bins of the order in which points are served
NEVER = -1e30


class Town(NamedTuple):
    """What the estimate reads; limits are in parcels per day, shape (n,).

    back : pick-up links by demand point, from back.start[point] on; back.point is their site.
    """

    parcels: Floats
    bike_most: Floats
    pickup_most: Floats
    nearest: bool
    bike: Reach
    pickup: Reach
    choice: Choice
    back: Reach


class Open(NamedTuple):
    """What is open on each site (option or -1), and prices in EUR per parcel a day; all (s,).

    Rows of price, step, sign, load, shape (2, s): hub, delivery point.
    """

    hub: Ints
    point: Ints
    price: Floats
    step: Floats
    sign: Floats
    load: Floats


class Lanes(NamedTuple):
    """Scratch: the best ways of each point, (n, LANES): site (-1: none), net, raw, most, need.

    score : of pick-ups. amount : parcels per day when the points were last served.
    """

    site: Ints
    net: Floats
    raw: Floats
    most: Floats
    need: Floats
    amount: Floats
    order: Ints
    key: Floats
    score: Floats
    end: Ints


def make_lanes(points: int) -> Lanes:
    """Return scratch arrays for `points` demand points."""
    net, raw, most, need, amount, score = (np.zeros((points, LANES)) for _ in range(6))
    site, order = np.full((points, LANES), -1, dtype=np.int64), np.zeros(points, dtype=np.int64)
    key, end = np.zeros(points), np.zeros(KEYS + 1, dtype=np.int64)
    return Lanes(site, net, raw, most, need, amount, order, key, score, end)


@inner_kernel
def put(lanes: Lanes, lane: int, point: int, way: tuple[Any, ...]) -> None:
    """Write a way (site, net, raw, most, need) into a lane."""
    lanes.site[point, lane] = way[0]
    lanes.net[point, lane] = way[1]
    lanes.raw[point, lane] = way[2]
    lanes.most[point, lane] = way[3]
    lanes.need[point, lane] = way[4]


@inner_kernel
def copy_lane(lanes: Lanes, point: int, source: int, target: int) -> None:
    """Move a way from one lane to another."""
    lanes.site[point, target] = lanes.site[point, source]
    lanes.net[point, target] = lanes.net[point, source]
    lanes.raw[point, target] = lanes.raw[point, source]
    lanes.most[point, target] = lanes.most[point, source]
    lanes.need[point, target] = lanes.need[point, source]


@inner_kernel
def forget_hubs(lanes: Lanes) -> None:
    """Empty the lanes of hubs."""
    for point in range(lanes.site.shape[0]):
        for lane in range(HUB, POINT):
            lanes.site[point, lane], lanes.net[point, lane] = -1, NEVER


@inner_kernel
def rank_hubs(town: Town, opened: Open, lanes: Lanes) -> float:
    """Fill the hub lanes with each point's best open hubs; return the links looked at."""
    looked = 0.0
    forget_hubs(lanes)
    for site in range(len(opened.hub)):
        o = opened.hub[site]
        if o < 0:
            continue
        reach, handling, price = town.bike, town.choice.handling[o], opened.price[0, site]
        looked += reach.start[site + 1] - reach.start[site]
        for link in range(reach.start[site], reach.start[site + 1]):
            raw = reach.gain[link] - handling
            point = reach.point[link]
            net = raw - price
            lane = POINT - 1
            if raw <= 0.0 or net <= lanes.net[point, lane]:
                continue
            while lane > HUB and net > lanes.net[point, lane - 1]:
                copy_lane(lanes, point, lane - 1, lane)
                lane -= 1
            put(lanes, lane, point, (site, net, raw, reach.most[link], 1.0))
    return looked


@inner_kernel
def pickup_score(town: Town, point: int, hub_net: float, net: float, most: float) -> float:
    """Return what a pick-up adds to the best hub alone (`hub_net`, 0: none) at this point."""
    whole, by_bike = town.parcels[point], town.bike_most[point]
    if hub_net <= 0.0:
        return float(most * net)
    if net > hub_net:
        return float(most * net - max(by_bike - (whole - most), 0.0) * hub_net)
    return float(min(most, whole - by_bike) * net + 1e-3 * most * net)


@inner_kernel
def put_pickup(
    town: Town, opened: Open, lanes: Lanes, point: int, lane: int, link: int, score: float
) -> None:
    """Write a pick-up link of `town.back` into a lane; -1: none."""
    lanes.score[point, lane], lanes.site[point, lane] = score, -1
    if link < 0:
        return
    site = town.back.point[link]
    raw = town.back.gain[link] - town.choice.handling[opened.point[site]]
    way = (site, raw - opened.price[1, site], raw, town.back.most[link], town.back.need[link])
    put(lanes, lane, point, way)


@inner_kernel
def rank_point(town: Town, opened: Open, lanes: Lanes, point: int) -> None:
    """Fill the pick-up lanes of one point, the best score first."""
    hub_net = lanes.net[point, HUB] if lanes.site[point, HUB] >= 0 else 0.0
    back, nearest = town.back, 1 << 60
    first, second, third = -1, -1, -1
    high, middle, low = NEVER, NEVER, NEVER
    for link in range(back.start[point], back.start[point + 1]):
        site = back.point[link]
        o = opened.point[site]
        if o < 0:
            continue
        if town.nearest:
            if back.time_s[link] > nearest:
                continue
            if back.time_s[link] < nearest:
                nearest = back.time_s[link]
                first, second, third = -1, -1, -1
                high, middle, low = NEVER, NEVER, NEVER
        raw = back.gain[link] - town.choice.handling[o]
        if raw <= 0.0:
            continue
        score = pickup_score(town, point, hub_net, raw - opened.price[1, site], back.most[link])
        if score <= low:
            continue
        third, low = link, score
        if score > middle:
            third, low, second, middle = second, middle, link, score
        if score > high:
            second, middle, first, high = first, high, link, score
    put_pickup(town, opened, lanes, point, POINT, first, high)
    put_pickup(town, opened, lanes, point, POINT + 1, second, middle)
    put_pickup(town, opened, lanes, point, POINT + 2, third, low)


@inner_kernel
def insert_way(town: Town, lanes: Lanes, point: int, way: tuple[Any, ...]) -> None:
    """Put a pick-up (site, net, raw, most, need) among the best ones of a point, if it is one."""
    hub_net = lanes.net[point, HUB] if lanes.site[point, HUB] >= 0 else 0.0
    score = pickup_score(town, point, hub_net, way[1], way[3])
    lane = LANES - 1
    if score <= lanes.score[point, lane]:
        return
    while lane > POINT and score > lanes.score[point, lane - 1]:
        copy_lane(lanes, point, lane - 1, lane)
        lanes.score[point, lane] = lanes.score[point, lane - 1]
        lane -= 1
    put(lanes, lane, point, way)
    lanes.score[point, lane] = score


@inner_kernel
def rank_points(town: Town, opened: Open, lanes: Lanes) -> float:
    """Fill the pick-up lanes of all points; return the links looked at.

    By site: most sites have nothing open, and looking at each from each point takes longer.
    """
    looked, points = 0.0, len(town.parcels)
    if town.nearest:
        for point in range(points):
            rank_point(town, opened, lanes, point)
        return float(len(town.back.point))
    for point in range(points):
        for lane in range(POINT, LANES):
            lanes.site[point, lane], lanes.score[point, lane] = -1, NEVER
    for site in range(len(opened.point)):
        o = opened.point[site]
        if o < 0:
            continue
        reach, handling, price = town.pickup, town.choice.handling[o], opened.price[1, site]
        looked += reach.start[site + 1] - reach.start[site]
        for link in range(reach.start[site], reach.start[site + 1]):
            raw = reach.gain[link] - handling
            if raw > 0.0:
                way = (site, raw - price, raw, reach.most[link], reach.need[link])
                insert_way(town, lanes, reach.point[link], way)
    return looked


@inner_kernel
def rank_around(town: Town, opened: Open, lanes: Lanes, sites: Ints, count: int) -> float:
    """Fill the pick-up lanes of points in reach of `sites`; return how many they are."""
    looked = 0.0
    for rank in range(count):
        for link in range(town.pickup.start[sites[rank]], town.pickup.start[sites[rank] + 1]):
            rank_point(town, opened, lanes, town.pickup.point[link])
            looked += 1.0
    return looked


@inner_kernel
def other_hub(now: Lanes, kept: Lanes, point: int) -> bool:
    """Return whether the best hub of a point, or what it is worth, has changed."""
    same = now.site[point, HUB] == kept.site[point, HUB]
    return not same or now.net[point, HUB] != kept.net[point, HUB]


@inner_kernel
def rank_changed(town: Town, opened: Open, now: Lanes, kept: Lanes) -> float:
    """Fill the pick-up lanes of points with another best hub than in `kept`; return how many."""
    looked = 0.0
    for point in range(len(town.parcels)):
        if other_hub(now, kept, point):
            rank_point(town, opened, now, point)
            looked += 1.0
    return looked
