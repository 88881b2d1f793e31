"""The cheapest tours of tiny problems by trying all of them (no windows, no hours)."""

from __future__ import annotations

from itertools import permutations

import numpy as np

from optimizer.travel.legs import leg_table


def cheapest_tours(problem):
    """Return the least cost: sets of stops by their cheapest tour, then sets of sets."""
    count = problem.stops.count
    tour = {0: 0.0}
    for members in range(1, 1 << count):
        inside = [stop for stop in range(count) if members >> stop & 1]
        tour[members] = min(
            tour_cost(problem, kind, order)
            for kind in range(problem.fleet.count)
            for order in permutations(inside)
        )
    best = {0: 0.0}
    for members in range(1, 1 << count):
        first = members & -members
        rank = first.bit_length() - 1
        value = best[members ^ first] + problem.stops.penalty_eur[rank]
        part = members
        while part:
            if part & first:
                value = min(value, tour[part] + best[members ^ part])
            part = (part - 1) & members
        best[members] = value
    return best[(1 << count) - 1]


def tour_cost(problem, kind, order):
    """Return what one tour over stops in this order costs, reloading wherever that is cheapest."""
    fleet, stops = problem.fleet, problem.stops
    if fleet.serves is not None and not fleet.serves[kind, list(order)].all():
        return np.inf
    places = np.arange(len(problem.place), dtype=np.int32)
    time_s, length_m = leg_table(problem.travel[fleet.profile[kind]], places)
    way = fleet.eur_per_s[kind] * time_s + fleet.eur_per_m[kind] * length_m
    load = fleet.eur_per_s[kind] * fleet.load_s[kind]
    depot, end = fleet.start_place[kind], fleet.end_place[kind]

    def go(at, rank, room, reloads):
        if rank == len(order):
            return 0.0 if end < 0 else way[at, end]
        stop = order[rank]
        best, to = np.inf, stops.place[stop]
        served = fleet.eur_per_s[kind] * stops.service_s[stop]
        if (stops.deliver[stop] <= room).all():
            ahead = go(to, rank + 1, room - stops.deliver[stop], reloads)
            best = way[at, to] + served + ahead
        if reloads < fleet.reloads_max[kind]:
            for place in fleet.reload_places[kind]:
                if rank and (stops.deliver[stop] <= fleet.capacity[kind]).all():
                    left = fleet.capacity[kind] - stops.deliver[stop]
                    again = way[at, place] + load + way[place, to]
                    best = min(best, again + served + go(to, rank + 1, left, reloads + 1))
        return best

    return fleet.fixed_eur[kind] + load + go(depot, 0, fleet.capacity[kind], 0)
