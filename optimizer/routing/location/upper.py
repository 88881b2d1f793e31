"""The upper echelon inside a search: which vehicle supplies which open sites, at what cost.

The cost of a tour does not depend on its loads. While the tours in use can still carry what the
sites now need, their cost stands; else all partitions are looked at, by dynamic programming over
sets of open sites. With split deliveries a choice of tours can carry the loads if and only if every
set of sites S is called at by at least ceil(load(S) / capacity) of them (max flow, min cut); all
choices are looked at, for the few sites that the literature has.
"""

from __future__ import annotations

import math

from optimizer.compiled import inner_kernel
from optimizer.routing.location.state import (
    GROUPED,
    LARGE,
    REGROUPED,
    SPLIT,
    TRIED,
    TRUCK_CAPACITY,
    TRUCKS,
    Data,
    State,
)

EASE = 1e-9
"""What sums of loads may be wrong by; loads are whole numbers."""


@inner_kernel
def upper_cost(data: Data, state: State, enough: float) -> float:
    """Return the cost of the upper echelon for the loads as they are.

    What is above `enough` may be told too low (never below it): nobody will take the plan.
    """
    state.counters[REGROUPED] = 0
    if len(data.platform_cost) == 0:
        return 0.0
    used = 0
    for site in range(len(data.bit)):
        if state.site_routes[site] > 0:
            used |= 1 << data.bit[site]
    if data.at_least[used] > enough:
        return float(data.at_least[used])
    _add_up(data, state, used)
    if data.limits[SPLIT] > 0.0:
        return _split_cost(data, state, used)
    if state.figures[GROUPED] < LARGE and _still_carries(data, state, used):
        return float(state.figures[GROUPED])
    state.counters[REGROUPED] = 1
    state.figures[TRIED] = partition(data, state, used)
    return float(state.figures[TRIED])


@inner_kernel
def adopt(state: State) -> None:
    """Keep the tours that were last looked for."""
    if state.counters[REGROUPED] == 1:
        state.figures[GROUPED] = state.figures[TRIED]
        for place in range(len(state.group)):
            state.group[place] = state.trial[place]


@inner_kernel
def _add_up(data: Data, state: State, used: int) -> None:
    """Write the load of every set of sites."""
    state.subset[0] = 0.0
    for site in range(len(data.bit)):
        if data.bit[site] >= 0:
            state.subset[1 << data.bit[site]] = state.site_load[site]
    part = used & -used
    while part != 0:
        low = part & -part
        if low != part:
            state.subset[part] = state.subset[low] + state.subset[part ^ low]
        part = (part - used) & used


@inner_kernel
def _still_carries(data: Data, state: State, used: int) -> bool:
    """Tell whether the tours in use call at the sites in use, within capacities."""
    sites, platforms = len(data.bit), len(data.platform_cost)
    called = 0
    for place in range(2 * sites):
        mask = state.group[place]
        called |= mask
        if (mask & ~used) != 0:
            return False
        if state.subset[mask] > data.limits[TRUCK_CAPACITY] + EASE:
            return False
    if called != used:
        return False
    for platform in range(platforms):
        mask = state.group[2 * sites + platform]
        if state.subset[mask] > data.platform_capacity[platform] + EASE:
            return False
    return True


@inner_kernel
def partition(data: Data, state: State, used: int) -> float:
    """Return the least cost over all partitions into platforms and tours; write them down."""
    platforms = len(data.platform_cost)
    tours, merged = state.tours, state.merged
    for rank in range(platforms + 1):
        tours[rank, 0] = merged[rank, 0] = 0.0
    part = 0
    while True:
        part = (part - used) & used
        if part == 0:
            break
        merged[0, part] = LARGE
        for platform in range(platforms):
            tours[platform, part] = _least_tours(data, state, platform, part)
        for platform in range(platforms):
            least = merged[platform, part]
            sub = part
            while sub != 0:
                if tours[platform, sub] < LARGE:
                    value = tours[platform, sub] + data.platform_cost[platform]
                    least = min(least, value + merged[platform, part ^ sub])
                sub = (sub - 1) & part
            merged[platform + 1, part] = least
    if merged[platforms, used] < LARGE:
        _trace(data, state, used)
    return float(merged[platforms, used])


@inner_kernel
def _least_tours(data: Data, state: State, platform: int, part: int) -> float:
    """Return the least cost of tours from a platform that part a set of sites among them."""
    if state.subset[part] > data.platform_capacity[platform] + EASE:
        return LARGE
    least, low, sub = LARGE, part & -part, part
    while sub != 0:  # the tour that calls at the lowest site of the set
        if (sub & low) != 0 and state.subset[sub] <= data.limits[TRUCK_CAPACITY] + EASE:
            least = min(least, data.trip[platform, sub] + state.tours[platform, part ^ sub])
        sub = (sub - 1) & part
    return least


@inner_kernel
def _trace(data: Data, state: State, used: int) -> None:
    """Write down which platform and which tour each site is on."""
    sites, platforms = len(data.bit), len(data.platform_cost)
    capacity = data.limits[TRUCK_CAPACITY] + EASE
    for place in range(len(state.trial)):
        state.trial[place] = 0
    left, count = used, 0
    for platform in range(platforms - 1, -1, -1):
        if left == 0 or state.merged[platform + 1, left] == state.merged[platform, left]:
            continue
        sub = left
        while sub != 0:
            value = state.tours[platform, sub] + data.platform_cost[platform]
            if value + state.merged[platform, left ^ sub] == state.merged[platform + 1, left]:
                break
            sub = (sub - 1) & left
        state.trial[2 * sites + platform] = sub
        left ^= sub
        part = sub
        while part != 0:
            low = part & -part
            trip = part
            while trip != 0:
                if (trip & low) != 0 and state.subset[trip] <= capacity:
                    value = data.trip[platform, trip] + state.tours[platform, part ^ trip]
                    if value == state.tours[platform, part]:
                        break
                trip = (trip - 1) & part
            state.trial[count] = trip
            count += 1
            part ^= trip


@inner_kernel
def _split_cost(data: Data, state: State, used: int) -> float:
    """Return the least cost of tours that can carry the loads where several may share a site."""
    same = True
    part = 0
    while True:
        part = (part - used) & used
        if part == 0:
            break
        need = math.ceil(state.subset[part] / data.limits[TRUCK_CAPACITY] - EASE)
        if state.need[part] != need:
            state.need[part] = need
            same = False
    if same and state.need[0] == used:
        return float(state.figures[TRIED])
    state.need[0] = used
    sites, count = len(data.bit), 0
    for bit in range(sites):
        count += (used >> bit) & 1
    least = LARGE
    most = min(int(data.limits[TRUCKS]), int(state.need[used]) + count, len(state.trial))
    for trucks in range(int(state.need[used]), most + 1):
        least = min(least, _choose(data, state, used, trucks))
    state.figures[TRIED] = least + data.platform_cost[0]
    return float(state.figures[TRIED])


@inner_kernel
def _choose(data: Data, state: State, used: int, trucks: int) -> float:
    """Return the least cost of so many tours, over all choices in falling order of sets."""
    least = LARGE
    for rank in range(trucks):
        state.trial[rank] = used
    while True:
        cost = 0.0
        for rank in range(trucks):
            cost += data.trip[0, state.trial[rank]]
        if cost < least and _suffices(state, used, trucks):
            least = cost
        rank = trucks - 1
        while rank >= 0 and ((state.trial[rank] - 1) & used) == 0:
            rank -= 1
        if rank < 0:
            return least
        value = (state.trial[rank] - 1) & used
        for place in range(rank, trucks):
            state.trial[place] = value


@inner_kernel
def _suffices(state: State, used: int, trucks: int) -> bool:
    """Tell whether every set of sites is called at often enough."""
    part = used
    while part != 0:
        calls = 0
        for rank in range(trucks):
            if (state.trial[rank] & part) != 0:
                calls += 1
        if calls < state.need[part]:
            return False
        part = (part - 1) & used
    return True
