"""What a change of delivery points is worth, looking only at the demand points in their reach.

Everybody else keeps what the last estimate gave them; the points in reach are served again within
what capacity is left. Some fifty times faster than a whole estimate, and only a first opinion: a
change that looks worth its while is priced as a whole before it is taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from optimizer.compiled import inner_kernel
from optimizer.siting.estimate import ROOM_THERE, TINY
from optimizer.siting.kernels import sort_part
from optimizer.siting.ways import HUB, LANES, NEVER, POINT, Lanes, Open, Town, pickup_score

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


class Around(NamedTuple):
    """Scratch: the points in reach `point` (n,), a `mark` each, their `key`, and load (2, s).

    order : ranks of the points, largest key first. net, raw, most, need, site : (LANES,), the ways
    of one point; score : of its pick-ups. stamp : [number of the present look].
    """

    point: Ints
    mark: Ints
    key: Floats
    order: Ints
    load: Floats
    net: Floats
    raw: Floats
    most: Floats
    need: Floats
    score: Floats
    site: Ints
    stamp: Ints


def make_around(points: int, sites: int) -> Around:
    """Return scratch arrays for so many demand points and sites."""
    point, mark, order = (np.zeros(points, dtype=np.int64) for _ in range(3))
    net, raw, most, need, score = (np.zeros(LANES) for _ in range(5))
    site, stamp = np.zeros(LANES, dtype=np.int64), np.zeros(1, dtype=np.int64)
    key, load = np.zeros(points), np.zeros((2, sites))
    return Around(point, mark, key, order, load, net, raw, most, need, score, site, stamp)


@inner_kernel
def collect(town: Town, kept: Lanes, around: Around, sites: Ints, count: int) -> tuple[Any, ...]:
    """Take the points in reach of the sites off the loads; return how many, and their saving."""
    around.stamp[0] += 1
    many, saving = 0, 0.0
    for rank in range(count):
        for link in range(town.pickup.start[sites[rank]], town.pickup.start[sites[rank] + 1]):
            point = town.pickup.point[link]
            if around.mark[point] == around.stamp[0]:
                continue
            around.mark[point] = around.stamp[0]
            around.point[many] = point
            many += 1
            for lane in range(LANES):
                amount = kept.amount[point, lane]
                if amount > 0.0:
                    around.load[1 if lane >= POINT else 0, kept.site[point, lane]] -= amount
                    saving += amount * kept.raw[point, lane]
    return many, saving


@inner_kernel
def find_ways(town: Town, opened: Open, kept: Lanes, around: Around, point: int) -> None:
    """Write the best hubs and the best open delivery points of a point."""
    for lane in range(LANES):
        around.site[lane], around.score[lane] = -1, NEVER
    for lane in range(HUB, POINT):
        around.site[lane] = kept.site[point, lane]
        around.net[lane], around.raw[lane] = kept.net[point, lane], kept.raw[point, lane]
        around.most[lane], around.need[lane] = kept.most[point, lane], 1.0
    hub_net = around.net[HUB] if around.site[HUB] >= 0 else 0.0
    for at in range(town.back.start[point], town.back.start[point + 1]):
        site = town.back.point[at]
        o = opened.point[site]
        if o < 0:
            continue
        raw = town.back.gain[at] - town.choice.handling[o]
        net, most = raw - opened.price[1, site], town.back.most[at]
        score = pickup_score(town, point, hub_net, net, most)
        if raw <= 0.0 or score <= around.score[LANES - 1]:
            continue
        lane = LANES - 1
        while lane > POINT and score > around.score[lane - 1]:
            move_way(around, lane - 1, lane)
            lane -= 1
        around.site[lane], around.net[lane], around.raw[lane] = site, net, raw
        around.most[lane], around.need[lane] = most, town.back.need[at]
        around.score[lane] = score


@inner_kernel
def move_way(around: Around, source: int, target: int) -> None:
    """Copy a way of the point at hand to another lane."""
    around.site[target], around.net[target] = around.site[source], around.net[source]
    around.raw[target], around.most[target] = around.raw[source], around.most[source]
    around.need[target], around.score[target] = around.need[source], around.score[source]


@inner_kernel
def serve_one(town: Town, opened: Open, around: Around, point: int) -> float:
    """Serve a point by its ways, best first, within capacities; return its saving."""
    whole, saving = town.parcels[point], 0.0
    bike, pickup = town.bike_most[point], town.pickup_most[point]
    hub, counter = HUB, POINT
    for _ in range(LANES):
        by_hub = hub < POINT and around.site[hub] >= 0
        by_counter = counter < LANES and around.site[counter] >= 0
        if whole <= 0.0 or not (by_hub or by_counter):
            break
        row = 0 if by_hub and not (by_counter and around.net[counter] > around.net[hub]) else 1
        best = hub if row == 0 else counter
        if row == 0:
            hub += 1
        else:
            counter += 1
        site = around.site[best]
        o = opened.hub[site] if row == 0 else opened.point[site]
        left = bike if row == 0 else pickup / around.need[best]
        room = town.choice.capacity[o] - around.load[row, site]
        amount = min(room, left, whole, around.most[best])
        if amount <= 0.0:
            continue
        whole -= amount
        if row == 0:
            bike -= amount
        else:
            pickup -= amount * around.need[best]
        around.load[row, site] += amount
        saving += amount * around.raw[best]
    return saving


@inner_kernel
def local_gain(
    town: Town, opened: Open, kept: Lanes, around: Around, sites: Ints, count: int, penalty: float
) -> float:
    """Return what the points in reach of the changed `sites` save more than before the change.

    opened : as changed. kept : lanes as last estimated, before the change; around.load likewise.
    """
    many, before = collect(town, kept, around, sites, count)
    for rank in range(many):
        point = around.point[rank]
        find_ways(town, opened, kept, around, point)
        loss = around.score[POINT] - ROOM_THERE * max(around.score[POINT + 1], 0.0)
        around.key[rank] = loss / max(around.most[POINT], TINY) if around.site[POINT] >= 0 else 0.0
        around.order[rank] = rank
    sort_part(around.key, around.order, 0, many)
    after = 0.0
    for rank in range(many):
        point = around.point[around.order[rank]]
        find_ways(town, opened, kept, around, point)
        after += serve_one(town, opened, around, point)
    for rank in range(count):
        o = opened.point[sites[rank]]
        if o >= 0:
            short = town.choice.minimum[o] - around.load[1, sites[rank]]
            after -= penalty * max(short, 0.0)
    return float(after - before)
