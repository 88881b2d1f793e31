"""How much a set of open hubs and delivery points saves: a feasible estimate in a millisecond.

Every facility carries a price per parcel that keeps its load near its capacity. At these prices
each demand point ranks its three best hubs and delivery points: hubs by what a parcel
gains, delivery points by what all gain who would walk there, since few accept a long walk. Then the
points are served once, those with the most to lose first, within capacities. The result is a
feasible flow, so its saving never exceeds the exact one (prices only steer).
"""

from __future__ import annotations

from typing import Any

from optimizer.compiled import inner_kernel, kernel
from optimizer.siting.ways import (
    HUB,
    KEYS,
    LANES,
    POINT,
    Lanes,
    Open,
    Town,
    rank_hubs,
    rank_points,
)

TINY = 1e-12
ROOM_THERE = 0.5  # how sure it is that a second best delivery point has room


@inner_kernel
def unload(opened: Open) -> None:
    """Let nobody carry anything."""
    for row in range(2):
        for site in range(len(opened.hub)):
            opened.load[row, site] = 0.0


@inner_kernel
def wish(town: Town, lanes: Lanes, point: int) -> tuple[Any, ...]:
    """Return parcels that the point would send by its best hub and best pick-up at the prices."""
    a = lanes.net[point, HUB] if lanes.site[point, HUB] >= 0 else 0.0
    b = lanes.net[point, POINT] if lanes.site[point, POINT] >= 0 else 0.0
    whole = town.parcels[point]
    if a >= b:
        bike = lanes.most[point, HUB] if a > 0.0 else 0.0
        pickup = min(lanes.most[point, POINT], whole - bike) if b > 0.0 else 0.0
    else:
        pickup = lanes.most[point, POINT]
        bike = min(lanes.most[point, HUB], whole - pickup) if a > 0.0 else 0.0
    return bike, pickup


@inner_kernel
def measure_wishes(town: Town, opened: Open, lanes: Lanes) -> None:
    """Write what each facility would carry at the prices, whatever its capacity."""
    unload(opened)
    for point in range(len(town.parcels)):
        bike, pickup = wish(town, lanes, point)
        if bike > 0.0:
            opened.load[0, lanes.site[point, HUB]] += bike
        if pickup > 0.0:
            opened.load[1, lanes.site[point, POINT]] += pickup


@inner_kernel
def adapt_prices(town: Town, opened: Open, typical: float) -> None:
    """Raise prices of overloaded facilities, lower the others; steps shrink when a sign turns."""
    for row in range(2):
        for site in range(len(opened.hub)):
            o = opened.hub[site] if row == 0 else opened.point[site]
            if o < 0:
                continue
            over = opened.load[row, site] - town.choice.capacity[o]
            if over <= 0.0 and opened.price[row, site] <= 0.0:
                continue
            sign = 1.0 if over > 0.0 else -1.0
            step = opened.step[row, site]
            step *= 1.4 if sign == opened.sign[row, site] else 0.4
            step = min(max(step, 1e-3 * typical), 0.2 * typical)
            opened.step[row, site], opened.sign[row, site] = step, sign
            opened.price[row, site] = max(opened.price[row, site] + sign * step, 0.0)


@inner_kernel
def order_points(lanes: Lanes) -> None:
    """Order the points by what a parcel loses without its best way, largest first (binned)."""
    n = len(lanes.order)
    low, high = 1e30, -1e30
    for point in range(n):
        key = -1.0
        if lanes.site[point, HUB] >= 0:
            key = lanes.net[point, HUB] - max(lanes.net[point, HUB + 1], 0.0)
        if lanes.site[point, POINT] >= 0:
            loss = lanes.score[point, POINT] - ROOM_THERE * max(lanes.score[point, POINT + 1], 0.0)
            key = max(key, loss / max(lanes.most[point, POINT], TINY))
        lanes.key[point] = key
        low, high = min(low, key), max(high, key)
    scale = (KEYS - 1) / max(high - low, 1e-12)
    end = lanes.end
    for rank in range(KEYS + 1):
        end[rank] = 0
    for point in range(n):
        end[int((high - lanes.key[point]) * scale) + 1] += 1
    for rank in range(KEYS):
        end[rank + 1] += end[rank]
    for point in range(n):
        rank = int((high - lanes.key[point]) * scale)
        lanes.order[end[rank]] = point
        end[rank] += 1


@inner_kernel
def serve(town: Town, opened: Open, lanes: Lanes) -> float:
    """Serve the points in order within capacities; write loads, return the saving."""
    unload(opened)
    saving = 0.0
    for point in lanes.order:
        for lane in range(LANES):
            lanes.amount[point, lane] = 0.0
        whole = town.parcels[point]
        bike, pickup = town.bike_most[point], town.pickup_most[point]
        hub, counter = HUB, POINT
        for _ in range(LANES):
            by_hub = hub < POINT and lanes.site[point, hub] >= 0
            by_counter = counter < LANES and lanes.site[point, counter] >= 0
            if whole <= 0.0 or not (by_hub or by_counter):
                break
            if by_hub and not (by_counter and lanes.net[point, counter] > lanes.net[point, hub]):
                best = hub
                hub += 1
            else:
                best = counter
                counter += 1
            row = 0 if best < POINT else 1
            site = lanes.site[point, best]
            o = opened.hub[site] if row == 0 else opened.point[site]
            room = town.choice.capacity[o] - opened.load[row, site]
            need = lanes.need[point, best]
            left = bike if row == 0 else pickup / need
            amount = min(room, left, whole, lanes.most[point, best])
            if amount <= 0.0:
                continue
            whole -= amount
            lanes.amount[point, best] = amount
            if row == 0:
                bike -= amount
            else:
                pickup -= amount * need
            opened.load[row, site] += amount
            saving += amount * lanes.raw[point, best]
    return saving


@kernel
def serve_all(town: Town, opened: Open, lanes: Lanes) -> tuple[Any, ...]:
    """Return (saving, parcels short of minimum use) with the lanes as they are."""
    order_points(lanes)
    saving = serve(town, opened, lanes)
    short = 0.0
    for site in range(len(opened.hub)):
        o = opened.hub[site]
        if o >= 0:
            short += max(town.choice.minimum[o] - opened.load[0, site], 0.0)
        o = opened.point[site]
        if o >= 0:
            short += max(town.choice.minimum[o] - opened.load[1, site], 0.0)
    return saving, short


@kernel
def settle_on(town: Town, opened: Open, lanes: Lanes, rounds: int, typical: float) -> float:
    """Go on as `settle_prices` where all ways are ranked already; return the links looked at."""
    looked = 0.0
    for _ in range(rounds):
        measure_wishes(town, opened, lanes)
        adapt_prices(town, opened, typical)
        looked += rank_hubs(town, opened, lanes) + rank_points(town, opened, lanes)
    return looked


@kernel
def settle_prices(town: Town, opened: Open, lanes: Lanes, rounds: int, typical: float) -> float:
    """Adapt the prices `rounds` times and rank all ways again; return the links looked at.

    typical : size of a price, EUR per parcel a day.
    """
    looked = rank_hubs(town, opened, lanes) + rank_points(town, opened, lanes)
    return looked + settle_on(town, opened, lanes, rounds, typical)
