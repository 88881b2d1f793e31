"""The best tours of a few stops, by looking at all of them with the checker's eyes."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np

from optimizer.core.routing import Visit
from optimizer.core.tour_order import TourOrder
from optimizer.routing.schedule import objective_eur, timed
from optimizer.verify import check_tours


def cheapest(problem):
    """Return the least cost of tours that visit all stops and pass the checker; inf = none."""
    count, best = problem.stops.count, np.inf
    for order in permutations(range(count)):
        for cuts in product((False, True), repeat=count - 1):
            parts = _parts(order, cuts)
            for types in product(range(problem.fleet.count), repeat=len(parts)):
                best = min(best, _cost(problem, types, parts, best))
    return best


def _parts(order, cuts):
    parts = [[order[0]]]
    for stop, cut in zip(order[1:], cuts, strict=True):
        if cut:
            parts.append([])
        parts[-1].append(stop)
    return parts


def _cost(problem, types, parts, best):
    orders = [
        TourOrder(v, (int(Visit.STOP),) * len(part), tuple(part))
        for v, part in zip(types, parts, strict=True)
    ]
    tours = timed(problem, orders)
    if tours is None:
        return np.inf
    cost = objective_eur(problem, tours)
    none = np.zeros(problem.stops.count, dtype=bool)
    if cost >= best or check_tours(problem, tours, none, cost):
        return np.inf
    return cost
