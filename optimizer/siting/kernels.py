"""Kernels of the site-wise Lagrangian: the best use of one hub or delivery point at given prices.

Each is a continuous knapsack: links with reduced gain r per parcel and at most `most` parcels,
a capacity, a handling cost h per parcel, a minimum use. Filling by falling r is optimal. Links are
thrown into bins by r; whole bins are taken at once and only the bin where the filling ends is
sorted, so that the value is exact without sorting everything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.compiled import inner_kernel, kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.siting.city import Choice, Reach

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

BINS = 256
MISSING = -1e30
TINY = 1e-9
NEAR = 0.75  # of the cost: what an option must be worth to be looked at in every round


@inner_kernel
def reduced(reach: Reach, site: int, prices: Floats, worth: Floats) -> tuple[Any, ...]:
    """Write r = gain - prices[0] - need * prices[1] of the links of `site`.

    Returns the largest r, and what taking every link with r > 0 would be worth.
    """
    best, everything = MISSING, 0.0
    first = reach.start[site]
    for link in range(first, reach.start[site + 1]):
        point = reach.point[link]
        r = reach.gain[link] - prices[0, point] - reach.need[link] * prices[1, point]
        worth[link - first] = r
        best = max(best, r)
        if r > 0.0:
            everything += r * reach.most[link]
    return best, everything


@inner_kernel
def throw(
    reach: Reach,
    site: int,
    worth: Floats,
    floor: float,
    top: float,
    bins: tuple[Any, ...],
    order: Ints,
) -> None:
    """Sort the links with r > floor into bins by falling r.

    bins = (end, volume, value, edge): where each bin ends in `order`, its parcels, their sum of r,
    and an r that all of its links reach.
    """
    end, volume, value, edge = bins
    end[BINS] = 0
    for rank in range(BINS):
        end[rank], volume[rank], value[rank] = 0, 0.0, 0.0
    first, last = reach.start[site], reach.start[site + 1]
    scale = BINS / max(top - floor, 1e-12)
    for link in range(first, last):
        r = worth[link - first]
        if r > floor:
            rank = min(int((top - r) * scale), BINS - 1)
            end[rank + 1] += 1
            volume[rank] += reach.most[link]
            value[rank] += reach.most[link] * r
    for rank in range(BINS):
        end[rank + 1] += end[rank]
        edge[rank] = top - (rank + 1) / scale
    for link in range(first, last):
        r = worth[link - first]
        if r > floor:
            rank = min(int((top - r) * scale), BINS - 1)
            order[end[rank]] = link - first
            end[rank] += 1


@inner_kernel
def sort_part(worth: Floats, order: Ints, first: int, last: int) -> None:
    """Sort order[first:last] by falling worth, ties by rising index (Shell's method, in place)."""
    gap = 1
    while gap < (last - first) // 3:
        gap = 3 * gap + 1
    while gap >= 1:
        for at in range(first + gap, last):
            item = order[at]
            key, to = worth[item], at
            while to >= first + gap and (
                worth[order[to - gap]] < key
                or (worth[order[to - gap]] == key and order[to - gap] > item)
            ):
                order[to] = order[to - gap]
                to -= gap
            order[to] = item
        gap //= 3


@inner_kernel
def walk(
    most: Floats,
    worth: Floats,
    bins: tuple[Any, ...],
    order: Ints,
    capacity: float,
    handling: float,
) -> tuple[Any, ...]:
    """Fill `capacity` by falling r while r > handling.

    Returns (value, filled, whole, part): the links order[:whole] whole, `part` of the next one.
    """
    end, volume, value, edge = bins
    total, filled, whole = 0.0, 0.0, 0
    for rank in range(BINS):
        last = end[rank]
        if last == whole:
            continue
        if edge[rank] >= handling and filled + volume[rank] <= capacity:
            total += value[rank] - handling * volume[rank]
            filled += volume[rank]
            whole = last
            continue
        sort_part(worth, order, whole, last)
        for at in range(whole, last):
            r, room = worth[order[at]], most[order[at]]
            if r <= handling:
                return total, filled, at, 0.0
            if filled + room > capacity:
                part = max(capacity - filled, 0.0)
                return total + (r - handling) * part, capacity, at, part
            total += (r - handling) * room
            filled += room
        whole = last
    return total, filled, whole, 0.0


@inner_kernel
def fill_minimum(
    most: Floats, worth: Floats, order: Ints, minimum: float, handling: float
) -> tuple[Any, ...]:
    """Like `walk`, when fewer than `minimum` parcels would come by themselves."""
    count = len(worth)
    for at in range(count):
        order[at] = at
    sort_part(worth, order, 0, count)
    total, filled = 0.0, 0.0
    for at in range(count):
        r, room = worth[order[at]], most[order[at]]
        if filled + room >= minimum:
            part = minimum - filled
            return total + (r - handling) * part, minimum, at, part
        total += (r - handling) * room
        filled += room
    return total, filled, count, 0.0


@inner_kernel
def nearness(value: float, cost: float, always: bool) -> float:  # noqa: FBT001 - a kernel
    """Return value / cost, or 2 where an option may be open for nothing."""
    if always or cost <= 0.0:
        return 2.0
    return value / cost


@kernel
def option_values(  # noqa: C901 - one pass over the sites, kept together for speed
    reach: Reach,
    choice: Choice,
    spans: tuple[Any, ...],
    prices: Floats,
    cost: Floats,
    near: Floats,
    out: Floats,
) -> float:
    """Write the best use of each option: EUR per year at `prices`, before its own cost.

    Options whose value without minimum use does not exceed `cost` keep that value, an upper bound
    (they are never chosen); all others get the exact one.

    spans : (start, option, lazy) of the kind, lazy as a share of the cost (0: trust nothing).
    prices : (2, n), EUR per parcel. cost, out : (o,).
    near : (s,), how close each site came to being worth one of its options when last looked at;
        only sites nearer than `lazy` are looked at, the others count as worthless.
    Returns the number of links looked at.
    """
    start, option, lazy = spans
    longest, looked = 0, 0.0
    for site in range(len(start) - 1):
        longest = max(longest, reach.start[site + 1] - reach.start[site])
    worth, order = np.empty(longest), np.empty(longest, dtype=np.int64)
    bins = (np.zeros(BINS + 1, dtype=np.int64), np.zeros(BINS), np.zeros(BINS), np.zeros(BINS))
    for site in range(len(start) - 1):
        if start[site] == start[site + 1]:
            continue
        if near[site] < lazy:
            for rank in range(start[site], start[site + 1]):
                out[option[rank]] = 0.0
            continue
        first, last = reach.start[site], reach.start[site + 1]
        looked += last - first
        most = reach.most[first:last]
        top, everything = reduced(reach, site, prices, worth)
        floor, hopeless, closest = np.inf, True, 0.0
        for rank in range(start[site], start[site + 1]):
            o = option[rank]
            floor = min(floor, choice.handling[o])
            hopeless = hopeless and everything <= cost[o] and not choice.always[o]
            out[o] = everything
            closest = max(closest, nearness(everything, cost[o], choice.always[o]))
        near[site] = closest
        if hopeless:
            continue
        closest = 0.0
        if top > floor:
            throw(reach, site, worth, floor, top, bins, order)
        for rank in range(start[site], start[site + 1]):
            o = option[rank]
            total, filled = 0.0, 0.0
            if top > floor:
                total, filled, _, _ = walk(
                    most, worth, bins, order, choice.capacity[o], choice.handling[o]
                )
            wanted = total > cost[o] or choice.always[o]
            if wanted and filled < choice.minimum[o] - TINY:
                spare = np.empty(last - first, dtype=np.int64)
                total, _, _, _ = fill_minimum(
                    most, worth[: last - first], spare, choice.minimum[o], choice.handling[o]
                )
            out[o] = total
            closest = max(closest, nearness(total, cost[o], choice.always[o]))
        near[site] = closest
    return looked


@kernel
def add_flows(
    reach: Reach, choice: Choice, chosen: Ints, prices: Floats, share: Floats, weight: Floats
) -> float:
    """Add the flows of `chosen` options to share = (sum of shares, sum of need * share).

    share : (2, n), in parcels. weight : (o,), how much of each option is open.
    Returns the number of links looked at.
    """
    longest, looked = 0, 0.0
    for o in chosen:
        site = choice.site[o]
        longest = max(longest, reach.start[site + 1] - reach.start[site])
    worth, order = np.empty(longest), np.empty(longest, dtype=np.int64)
    bins = (np.zeros(BINS + 1, dtype=np.int64), np.zeros(BINS), np.zeros(BINS), np.zeros(BINS))
    for o in chosen:
        site = choice.site[o]
        first, last = reach.start[site], reach.start[site + 1]
        if last == first:
            continue
        looked += last - first
        most, handling = reach.most[first:last], choice.handling[o]
        top, _ = reduced(reach, site, prices, worth)
        filled, whole, part = 0.0, 0, 0.0
        if top > handling:
            throw(reach, site, worth, handling, top, bins, order)
            _, filled, whole, part = walk(most, worth, bins, order, choice.capacity[o], handling)
        if filled < choice.minimum[o] - TINY:
            _, filled, whole, part = fill_minimum(
                most, worth[: last - first], order, choice.minimum[o], handling
            )
        for at in range(whole + 1):
            amount = 0.0
            if at < whole:
                amount = most[order[at]]
            elif part > 0.0:
                amount = part
            if amount > 0.0:
                link = first + order[at]
                point = reach.point[link]
                share[0, point] += weight[o] * amount
                share[1, point] += weight[o] * amount * reach.need[link]
    return looked
