# ruff: noqa: NPY002, PLR0913, PLR0917 - numba's own generator; kernels take plain arrays
"""Ruin and recreate for one district whose tours are bounded by one load alone.

Strings of stops near each other are taken out of a few tours and put back one by one where it costs
least, with some chance of passing a place over; what got worse is kept as annealing allows
(J. Christiaens, G. Vanden Berghe, Slack induction by string removals for vehicle routing problems,
Transportation Science 54 (2020), doi:10.1287/trsc.2019.0914). Only places beside near stops are
tried, so that a move takes microseconds in a district of any size.

Tours are rings: node s < n is a stop, node n + r the depot as tour r sees it; `link[0]` is the node
before, `link[1]` the node behind, `tour` the tour of each node, -1 while it is out.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from optimizer.compiled import inner_kernel, kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Costs = NDArray[np.float32]
    Floats = NDArray[np.float64]
    Nodes = NDArray[np.int32]
    Loads = NDArray[np.int64]

MEAN_OUT = 10.0
"""Stops taken out on average."""
LONGEST = 10
"""Of a string."""
SPLIT, PASS = 0.5, 0.01
"""Chances to keep one stop inside a string, and to pass a place over."""

MOST_OUT = 64
"""No fewer than strings times their stops: 20 of 1, 3 of 10."""


@inner_kernel
def cut_out(node: int, link: Nodes, tour: Nodes, load: Loads, demand: Loads) -> None:
    """Take a stop out of its tour."""
    before, behind = link[0, node], link[1, node]
    link[1, before] = behind
    link[0, behind] = before
    load[tour[node]] -= demand[node]
    tour[node] = -1


@inner_kernel
def put_in(node: int, before: int, link: Nodes, tour: Nodes, load: Loads, demand: Loads) -> None:
    """Put a stop behind a node."""
    behind = link[1, before]
    link[0, node], link[1, node] = before, behind
    link[1, before] = node
    link[0, behind] = node
    tour[node] = tour[before]
    load[tour[node]] += demand[node]


@inner_kernel
def string_of(node: int, link: Nodes, count: int, longest: int, string: Nodes) -> int:
    """Write a string with this stop in it to `string`; return how many stops it has."""
    size, length = 1, 1
    ahead = link[1, node]
    while ahead < count:
        size, ahead = size + 1, link[1, ahead]
    after = size - 1
    first = node
    while link[0, first] < count:
        size, first = size + 1, link[0, first]
    before = size - 1 - after
    length = 1 + np.random.randint(min(size, longest))
    kept = -1
    if 1 < length < size and np.random.random() < SPLIT:
        length += 1
        kept = 1 + np.random.randint(length - 2)
    low, high = max(0, length - 1 - after), min(before, length - 1)
    back = low + np.random.randint(high - low + 1)
    here = node
    for _ in range(back):
        here = link[0, here]
    found = 0
    for step in range(length):
        if step != kept:
            string[found] = here
            found += 1
        here = link[1, here]
    return found


@inner_kernel
def place_for(
    node: int,
    way: Costs,
    link: Nodes,
    tour: Nodes,
    load: Loads,
    demand: Loads,
    capacity: int,
    near: Nodes,
    empty: int,
) -> tuple[int, float]:
    """Return the node to put a stop behind, and what that adds; a new tour where it is cheaper."""
    count = len(demand)
    best, where = np.inf, -1
    if empty >= 0:
        best, where = way[count, node] + way[node, count], count + empty
    for rank in range(near.shape[1]):
        other = near[node, rank]
        r = tour[other]
        if r < 0 or load[r] + demand[node] > capacity:
            continue
        before, behind = link[0, other], link[1, other]
        a, b, c = min(before, count), other, min(behind, count)
        added = way[a, node] + way[node, b] - way[a, b]
        if added < best and np.random.random() >= PASS:
            best, where = added, before
        added = way[b, node] + way[node, c] - way[b, c]
        if added < best and np.random.random() >= PASS:
            best, where = added, other
    return where, best


@inner_kernel
def empty_tour(load: Loads, link: Nodes, count: int) -> int:
    """Return a tour without stops, -1 where all are used."""
    for r in range(len(load)):
        if link[1, count + r] == count + r:
            return r
    return -1


@inner_kernel
def sort_out(out: Nodes, size: int, demand: Loads, way: Costs, keys: Floats) -> None:
    """Order what is out: by chance, the largest, the farthest or the nearest to the depot first."""
    draw = np.random.randint(11)
    depot = len(demand)
    for rank in range(size):
        node = out[rank]
        if draw < 4:
            key = np.random.random()
        elif draw < 8:
            key = -float(demand[node])
        elif draw < 10:
            key = -float(way[depot, node])
        else:
            key = float(way[depot, node])
        spot = rank
        while spot > 0 and keys[spot - 1] > key:
            keys[spot], out[spot] = keys[spot - 1], out[spot - 1]
            spot -= 1
        keys[spot], out[spot] = key, node


@inner_kernel
def take_out(
    strings: int,
    longest: int,
    way: Costs,
    demand: Loads,
    near: Nodes,
    link: Nodes,
    tour: Nodes,
    load: Loads,
    out: Nodes,
    behind: Nodes,
    ruined: Loads,
    mark: int,
) -> tuple[int, float]:
    """Take strings out of tours around a stop; return how many stops are out, and the change."""
    count = len(demand)
    seed, size, change = np.random.randint(count), 0, 0.0
    for rank in range(-1, near.shape[1]):
        node = seed if rank < 0 else near[seed, rank]
        r = tour[node]
        if r < 0 or ruined[r] == mark:
            continue
        ruined[r] = mark
        found = string_of(node, link, count, longest, out[size:])
        for step in range(size, size + found):
            item = out[step]
            a, b = min(link[0, item], count), min(link[1, item], count)
            change += way[a, b] - way[a, item] - way[item, b]
            behind[step] = link[0, item]
            cut_out(item, link, tour, load, demand)
        size += found
        strings -= 1
        if strings == 0:
            break
    return size, change


@kernel
def anneal(
    way: Costs,
    demand: Loads,
    capacity: int,
    near: Nodes,
    link: Nodes,
    tour: Nodes,
    load: Loads,
    heat: float,
    moves: int,
    seed: int,
) -> float:
    """Make some moves in place; return by how much the cost has changed.

    Parameters
    ----------
    way : float32, (n + 1, n + 1), costs between stops, the depot last. demand : int64, (n,).
    capacity : of each tour. near : int32, (n, k), nearest stops of each. link : int32, (2, n + r).
    tour : int32, (n + r,). load : int64, (r,). heat : temperature.
    """
    np.random.seed(seed)
    count = len(demand)
    out, order = np.empty(MOST_OUT, np.int32), np.empty(MOST_OUT, np.int32)
    behind, keys = np.empty(MOST_OUT, np.int32), np.empty(MOST_OUT, np.float64)
    ruined = np.empty(len(load), np.int64)
    used, total = 0, 0.0
    for r in range(len(load)):
        ruined[r] = -1
        used += link[1, count + r] != count + r
    longest = max(1, min(LONGEST, count // max(used, 1)))
    most = 4.0 * MEAN_OUT / (1.0 + longest) - 1.0
    for move in range(moves):
        strings = int(1.0 + np.random.random() * most)
        size, change = take_out(
            strings, longest, way, demand, near, link, tour, load, out, behind, ruined, move
        )
        for rank in range(size):
            order[rank] = out[rank]
        sort_out(order, size, demand, way, keys)
        done = 0
        while done < size:
            node = order[done]
            empty = empty_tour(load, link, count)
            where, added = place_for(node, way, link, tour, load, demand, capacity, near, empty)
            if where < 0:
                break
            change += added
            put_in(node, where, link, tour, load, demand)
            done += 1
        if done == size and change < -heat * math.log(1.0 - np.random.random()):
            total += change
            continue
        for rank in range(done):
            cut_out(order[rank], link, tour, load, demand)
        for rank in range(size - 1, -1, -1):
            put_in(out[rank], behind[rank], link, tour, load, demand)
    return total
