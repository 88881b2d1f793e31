"""Towns of a few customers, and their best plans by looking at all of them."""

from __future__ import annotations

import math
from itertools import permutations, product

import numpy as np

from optimizer.core.location_routing import (
    LocationRoutingProblem,
    Sites,
    UpperEchelon,
    Vehicles,
)
from optimizer.core.routing import Rounding


def places(points, opening_cost, capacity):
    x, y = np.array(points, dtype=np.float64).reshape(-1, 2).T.copy()
    count = len(points)
    return Sites(
        x,
        y,
        np.array(np.broadcast_to(opening_cost, (count,)), dtype=np.float64),
        np.array(np.broadcast_to(capacity, (count,)), dtype=np.float64),
    )


def town(customers, demand, sites, vehicles, upper=None, rounding=Rounding.REAL, factor=1.0):
    x, y = np.array(customers, dtype=np.float64).reshape(-1, 2).T.copy()
    return LocationRoutingProblem(
        "town", x, y, np.array(demand, dtype=np.float64), sites, vehicles, rounding, factor, upper
    )


def seeded(seed, *, upper=None, customers=5, sites=3):
    """Return a town of whole coordinates and demands; upper : None, "split" or "whole"."""
    dice = np.random.default_rng(seed)
    demand = dice.integers(1, 6, customers)
    total = int(demand.sum())
    above = None
    if upper is not None:
        platforms = places(dice.integers(0, 30, (1 if upper == "split" else 2, 2)), 8.0, total)
        trucks = Vehicles(max(total * 2 // 3, 5), float(dice.integers(0, 4)), 2.0)
        above = UpperEchelon(platforms, trucks, upper == "split")
    held = dice.integers(max(total // 2, 5), total + 1, sites)
    held[0] = total
    return town(
        dice.integers(0, 20, (customers, 2)),
        demand,
        places(dice.integers(0, 20, (sites, 2)), dice.integers(0, 15, sites), held),
        Vehicles(max(int(demand.max()), total // 2), float(dice.integers(0, 5))),
        above,
    )


def least_cost(problem):
    """Return the cost of the best plan in one or two echelons, by looking at all plans."""
    best = math.inf
    for blocks in partitions(list(range(problem.customers))):
        loads = [sum(problem.demand[i] for i in block) for block in blocks]
        if max(loads) > problem.vehicles.capacity:
            continue
        for chosen in product(range(problem.sites.count), repeat=len(blocks)):
            load = np.bincount(chosen, weights=loads, minlength=problem.sites.count)
            if (load > problem.sites.capacity).any():
                continue
            cost = problem.sites.opening_cost[sorted(set(chosen))].sum()
            for site, block in zip(chosen, blocks, strict=True):
                start = (problem.sites.x[site], problem.sites.y[site])
                stops = [(problem.x[i], problem.y[i]) for i in block]
                cost += problem.vehicles.fixed_cost + round_trip(start, stops)
            if cost < best and problem.upper is not None:
                cost += least_upper(problem, load)
            best = min(best, cost)
    return best


def least_upper(problem, load):
    """Return what supplying loads costs, each site by one truck, by looking at all tours."""
    platforms, trucks = problem.upper.platforms, problem.upper.vehicles
    used = [int(site) for site in np.flatnonzero(load)]
    best = math.inf
    for blocks in partitions(used):
        if max(load[block].sum() for block in blocks) > trucks.capacity:
            continue
        for chosen in product(range(platforms.count), repeat=len(blocks)):
            cost = platforms.opening_cost[sorted(set(chosen))].sum()
            for platform, block in zip(chosen, blocks, strict=True):
                start = (platforms.x[platform], platforms.y[platform])
                stops = [(problem.sites.x[site], problem.sites.y[site]) for site in block]
                cost += trucks.fixed_cost + trucks.cost_per_length * round_trip(start, stops)
            best = min(best, cost)
    return best


def partitions(members):
    if not members:
        yield []
        return
    first, rest = members[0], members[1:]
    for blocks in partitions(rest):
        yield [[first], *blocks]
        for rank in range(len(blocks)):
            yield [*blocks[:rank], [first, *blocks[rank]], *blocks[rank + 1 :]]


def round_trip(start, stops):
    ways = ([start, *order, start] for order in permutations(stops))
    return min(sum(math.dist(way[k], way[k + 1]) for k in range(len(way) - 1)) for way in ways)
