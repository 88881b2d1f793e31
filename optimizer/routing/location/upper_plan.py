"""Upper routes of a finished plan: whom each tour calls at, in which order, with how much."""

from __future__ import annotations

import math
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING

import numpy as np

from optimizer.routing.location.state import LARGE, make_state
from optimizer.routing.location.steps import anneal
from optimizer.routing.location.tables import make_data

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.routing.location.runner import Plan
    from optimizer.routing.location.state import Data
    from optimizer.routing.location.tables import Tables

    Tour = tuple[int, list[int], list[float]]

EASE = 1e-9


def upper_tours(tables: Tables, plan: Plan) -> list[Tour]:
    """Return tours (platform, sites in order, amounts) that supply a plan at least cost."""
    if tables.problem.upper is None:
        return []
    sites = sorted({site for site, _ in plan})
    data = make_data(tables, sites)
    load = np.zeros(len(sites))
    for site, customers in plan:
        load[sites.index(site)] += tables.problem.demand[customers].sum()
    if tables.problem.upper.split:
        masks = _choose(data, load)
        amounts = _share(masks, load, tables.problem.upper.vehicles.capacity)
        found = [(0, mask, amount) for mask, amount in zip(masks, amounts, strict=True)]
    else:
        found = [(platform, mask, load) for platform, mask in _partition(data, plan)]
    tours = []
    for platform, mask, amount in found:
        called = [rank for rank in range(len(sites)) if mask >> rank & 1 and amount[rank] > 0]
        order = _order(tables, platform, [sites[rank] for rank in called])
        brought = [float(amount[sites.index(site)]) for site in order]
        if order:
            tours.append((platform, order, brought))
    return tours


def _partition(data: Data, plan: Plan) -> list[tuple[int, int]]:
    """Return platform and set of sites of each tour; all partitions have been looked at."""
    state = make_state(data, plan, 0)
    anneal(data, state, 0.0, 0)
    m, platforms = len(data.bit), len(data.platform_cost)
    held = state.group[2 * m : 2 * m + platforms]
    tours = []
    for mask in state.group[: 2 * m]:
        if mask:
            platform = next(rank for rank in range(platforms) if held[rank] & mask)
            tours.append((platform, int(mask)))
    return tours


def _choose(data: Data, load: NDArray[np.float64]) -> list[int]:
    """Return sets of sites, one per tour, that can carry the loads together at least cost."""
    capacity, trucks = data.limits[5], data.limits[6]
    parts = range(1, 1 << len(load))
    need = {part: math.ceil(_load(part, load) / capacity - EASE) for part in parts}
    whole = (1 << len(load)) - 1
    best, least = [], LARGE
    for count in range(need[whole], min(int(trucks), need[whole] + len(load)) + 1):
        for masks in combinations_with_replacement(parts, count):
            cost = sum(float(data.trip[0, mask]) for mask in masks)
            if cost < least - EASE and all(
                sum(mask & part > 0 for mask in masks) >= need[part] for part in parts
            ):
                best, least = list(masks), cost
    return best


def _load(part: int, load: NDArray[np.float64]) -> float:
    return float(sum(load[rank] for rank in range(len(load)) if part >> rank & 1))


def _share(
    masks: list[int], load: NDArray[np.float64], capacity: float
) -> list[NDArray[np.float64]]:
    """Return what each tour brings to each site: a largest flow, path by path."""
    flow = np.zeros((len(masks), len(load)))
    for site in range(len(load)):
        while flow[:, site].sum() < load[site] - EASE:
            path = _path(masks, flow, capacity, site)
            if path is None:  # pragma: no cover - the choice of tours was proven to suffice
                return list(flow)
            taken = min(load[site] - flow[:, site].sum(), capacity - flow[path[-1][0]].sum())
            for tour, here, gone in path[:-1]:
                taken = min(taken, flow[tour, gone]) if gone >= 0 else taken
                del here
            for tour, here, gone in path:
                flow[tour, here] += taken
                if gone >= 0:
                    flow[tour, gone] -= taken
    return list(flow)


def _path(
    masks: list[int], flow: NDArray[np.float64], capacity: float, site: int
) -> list[tuple[int, int, int]] | None:
    """Return steps (tour, site that gets more, site that gets less or -1) to a tour with room."""
    reached: dict[int, tuple[int, int]] = {}
    line, seen = [site], {site}
    origin: dict[int, tuple[int, int] | None] = {site: None}
    while line:
        here = line.pop(0)
        for tour, mask in enumerate(masks):
            if tour in reached or not mask >> here & 1:
                continue
            reached[tour] = (here, -1)
            if flow[tour].sum() < capacity - EASE:
                steps = [(tour, here, -1)]
                back = origin[here]
                while back is not None:
                    before, through = back
                    steps.insert(0, (through, before, here))
                    here, back = before, origin[before]
                return steps
            for other in range(flow.shape[1]):
                if other not in seen and flow[tour, other] > EASE:
                    seen.add(other)
                    origin[other] = (here, tour)
                    line.append(other)
    return None


def _order(tables: Tables, platform: int, sites: list[int]) -> list[int]:
    """Return sites in the order of a shortest round from a platform (Held & Karp 1962)."""
    upper = tables.upper
    if upper is None or len(sites) < 3:
        return sites
    start, count = tables.problem.sites.count + platform, len(sites)
    table = {(1 << rank, rank): (float(upper[start, site]), -1) for rank, site in enumerate(sites)}
    for part in range(1, 1 << count):
        for last in range(count):
            if (part, last) not in table:
                continue
            way = table[part, last][0]
            for rank in range(count):
                key = (part | 1 << rank, rank)
                onward = way + float(upper[sites[last], sites[rank]])
                if not part >> rank & 1 and onward < table.get(key, (LARGE, -1))[0]:
                    table[key] = (onward, last)
    part, order = (1 << count) - 1, []
    ends = [table[part, rank][0] + float(upper[sites[rank], start]) for rank in range(count)]
    last = int(np.argmin(ends))
    while last >= 0:
        order.append(sites[last])
        part, last = part ^ 1 << last, table[part, last][1]
    return order
