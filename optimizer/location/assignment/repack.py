"""Better assignments to a fixed set of sites by repacking two or three of them exactly at a time.

Where capacities are nearly used up, moves of single customers find no room. All customers of two
sites can be split between them at least cost by a dynamic programme over the load of one (of three
sites: over two loads), so each step is the best of exponentially many. Load beyond a capacity costs
a penalty that rises while plans lack room and falls while they have it. For whole demands only.

Sets   customers i of the sites at hand; loads l = 0 .. T, T their whole demand
f_k(l) = min(f_(k-1)(l) + c[k, b], f_(k-1)(l - demand[k]) + c[k, a]);  answer: the l that minimises
         f(l) + penalty (max(0, l - capacity[a]) + max(0, T - l - capacity[b]))

Very large neighbourhoods of the generalised assignment problem: Yagiura, Ibaraki, Glover 2006,
doi:10.1016/j.ejor.2004.07.053; the dynamic programme: Martello, Toth, "Knapsack Problems" (1990).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.compiled import kernel
from optimizer.location.assignment.state import throw

if TYPE_CHECKING:
    from numpy.typing import NDArray

DEARER, CHEAPER = 1.15, 0.93  # factors on the penalty of plans that lack room, and that do not
TRIPLES = 0.02  # share of steps that repack three sites
MOST_CELLS = 12_000_000  # of a programme of three sites
OVER = 12  # load beyond a capacity that a programme looks at


class Task(NamedTuple):
    """Customers and the sites that they share: cost (n, m), demand (n,), capacity (m,), whole."""

    cost: NDArray[np.float64]
    demand: NDArray[np.int64]
    capacity: NDArray[np.int64]


@kernel
def split_two(
    task: Task, items: NDArray[np.int64], a: int, b: int, penalty: float, assign: NDArray[np.int64]
) -> None:
    """Split `items` between the sites a and b at least penalised cost; changes `assign`."""
    total = 0
    for k in items:
        total += task.demand[k]
    top = min(total, task.capacity[a] + OVER)
    value = np.full(top + 1, np.inf)
    value[0] = 0.0
    taken = np.zeros((len(items), top + 1), dtype=np.bool_)
    so_far = 0
    for rank in range(len(items)):
        k = items[rank]
        weight, to_a, to_b = task.demand[k], task.cost[k, a], task.cost[k, b]
        so_far = min(so_far + weight, top)
        for load in range(so_far, -1, -1):
            stay = value[load] + to_b
            if load >= weight and value[load - weight] + to_a < stay:
                value[load] = value[load - weight] + to_a
                taken[rank, load] = True
            else:
                value[load] = stay
    best, best_load = np.inf, 0
    for load in range(top + 1):
        lacking = max(0, load - task.capacity[a]) + max(0, total - load - task.capacity[b])
        if value[load] + penalty * lacking < best:
            best, best_load = value[load] + penalty * lacking, load
    if best == np.inf:
        return
    for rank in range(len(items) - 1, -1, -1):
        k = items[rank]
        if taken[rank, best_load]:
            assign[k] = a
            best_load -= task.demand[k]
        else:
            assign[k] = b


@kernel
def split_three(  # noqa: C901, PLR0912 - one programme; split, it would copy its tables
    task: Task,
    items: NDArray[np.int64],
    sites: tuple[int, int, int],
    penalty: float,
    assign: NDArray[np.int64],
) -> None:
    """Split `items` between three sites at least penalised cost; changes `assign`."""
    a, b, c = sites
    total = 0
    for k in items:
        total += task.demand[k]
    top_a, top_b = min(total, task.capacity[a] + OVER), min(total, task.capacity[b] + OVER)
    if len(items) * (top_a + 1) * (top_b + 1) > MOST_CELLS:
        return
    value = np.full((top_a + 1, top_b + 1), np.inf)
    value[0, 0] = 0.0
    taken = np.zeros((len(items), top_a + 1, top_b + 1), dtype=np.int8)
    so_far = 0
    for rank in range(len(items)):
        k = items[rank]
        weight = task.demand[k]
        to_a, to_b, to_c = task.cost[k, a], task.cost[k, b], task.cost[k, c]
        so_far += weight
        for load_a in range(min(so_far, top_a), -1, -1):
            for load_b in range(min(so_far - load_a, top_b), -1, -1):
                least, choice = value[load_a, load_b] + to_c, 0
                if load_a >= weight and value[load_a - weight, load_b] + to_a < least:
                    least, choice = value[load_a - weight, load_b] + to_a, 1
                if load_b >= weight and value[load_a, load_b - weight] + to_b < least:
                    least, choice = value[load_a, load_b - weight] + to_b, 2
                value[load_a, load_b] = least
                taken[rank, load_a, load_b] = choice
    best, at_a, at_b = np.inf, 0, 0
    for load_a in range(top_a + 1):
        for load_b in range(min(total - load_a, top_b) + 1):
            rest = total - load_a - load_b
            lacking = max(0, load_a - task.capacity[a]) + max(0, load_b - task.capacity[b])
            worth = value[load_a, load_b] + penalty * (lacking + max(0, rest - task.capacity[c]))
            if worth < best:
                best, at_a, at_b = worth, load_a, load_b
    if best == np.inf:
        return
    for rank in range(len(items) - 1, -1, -1):
        k = items[rank]
        choice = taken[rank, at_a, at_b]
        if choice == 1:
            assign[k] = a
            at_a -= task.demand[k]
        elif choice == 2:
            assign[k] = b
            at_b -= task.demand[k]
        else:
            assign[k] = c


@kernel
def repack(
    task: Task,
    assign: NDArray[np.int64],
    near: NDArray[np.int64],
    steps: int,
    seed: int,
    penalty: float,
) -> tuple[float, NDArray[np.int64], float]:
    """Return (cost, assignment, penalty) after some steps; cost inf where no plan had room.

    near : (n, k), sites that a kick may send a customer to. assign : where to begin; changed.
    """
    dice = np.array([2 * seed + 88172645463325253], dtype=np.uint64)
    sites = len(task.capacity)
    best, best_assign = np.inf, assign.copy()
    stale = 0
    patience = max(2 * sites, 20)
    lowest = np.inf
    for _ in range(steps):
        three = sites > 2 and throw(dice) < TRIPLES
        a = int(throw(dice) * sites)
        b = (a + 1 + int(throw(dice) * (sites - 1))) % sites
        c = int(throw(dice) * sites)
        if three and c not in (a, b):
            items = np.flatnonzero((assign == a) | (assign == b) | (assign == c))
            split_three(task, items, (a, b, c), penalty, assign)
        else:
            items = np.flatnonzero((assign == a) | (assign == b))
            split_two(task, items, a, b, penalty, assign)
        cost, lacking = appraise(task, assign)
        if lacking == 0 and cost < best - 1e-9:
            best, stale = cost, 0
            best_assign[:] = assign
        stale += 1
        if cost + penalty * lacking < lowest - 1e-9:
            lowest, stale = cost + penalty * lacking, 0
        if stale >= patience:
            penalty *= DEARER if lacking > 0 else CHEAPER
            if best < np.inf and throw(dice) < 0.1:
                assign[:] = best_assign
            for _kick in range(2 + int(throw(dice) * 4)):
                k = int(throw(dice) * len(assign))
                assign[k] = near[k, int(throw(dice) * near.shape[1])]
            stale, lowest = 0, np.inf
    return best, best_assign, penalty


@kernel
def appraise(task: Task, assign: NDArray[np.int64]) -> tuple[float, int]:
    """Return (cost, load beyond capacities)."""
    room = task.capacity.copy()
    cost = 0.0
    for k in range(len(assign)):
        cost += task.cost[k, assign[k]]
        room[assign[k]] -= task.demand[k]
    lacking = 0
    for left in room:
        lacking += max(0, -left)
    return cost, lacking


def prices(task: Task, steps: int = 200) -> NDArray[np.float64]:
    """Return a price per unit of each site's capacity, by a subgradient on the capacities, (m,)."""
    price = np.zeros(len(task.capacity))
    typical = float(task.cost.mean()) / max(float(task.demand.mean()), 1e-9)
    best, best_price, scale = -np.inf, price, 0.5
    for _ in range(steps):
        priced = task.cost + task.demand[:, None] * price
        choice = np.argmin(priced, axis=1)
        load = np.bincount(choice, weights=task.demand, minlength=len(price))
        value = float(priced.min(axis=1).sum() - price @ task.capacity)
        if value > best:
            best, best_price = value, price
        else:
            scale *= 0.98
        over = (load - task.capacity) / max(float(task.capacity.mean()), 1.0)
        price = np.maximum(price + scale * typical * over, 0.0)
    return best_price
