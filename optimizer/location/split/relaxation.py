"""The Lagrangian relaxation of the demand rows, and an ascent on its multipliers.

L(u) = sum_i u[i] + min sum_k v_k(u) y[k]
(1) sum of y over the sizes of a site <= 1 (= 1 where required)   (2) sum_k most[k] y[k] >= demand
(3) at_least <= sum y <= at_most
v_k(u) = fixed[k] + min sum_i (c[i,j] - u[i]) x[i], 0 <= x <= 1, least[k] <= demand x <= most[k]

v_k is a continuous knapsack (x <= y is kept); the choice of sizes is integer in the aggregate
capacity row (2), so that L is at least the strong linear bound (Cornuejols, Sridharan & Thizy 1991,
doi:10.1016/0377-2217(91)90261-S). The ascent is the volume algorithm (Barahona & Anbil 2000,
doi:10.1007/s101070050002), whose averages of y guide plans and branching as in Goertz & Klose 2012
(see `capacitated`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.compiled import inner_kernel, kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


@inner_kernel
def _swap(key: Floats, gain: Floats, size: Floats, who: NDArray[np.int32], a: int, b: int) -> None:
    key[a], key[b] = key[b], key[a]
    gain[a], gain[b] = gain[b], gain[a]
    size[a], size[b] = size[b], size[a]
    who[a], who[b] = who[b], who[a]


@inner_kernel
def fill(
    key: Floats, gain: Floats, size: Floats, who: NDArray[np.int32], count: int, room: float
) -> tuple[float, int, float]:
    """Fill `room` with the items of least key = gain / size; reorders them.

    Returns
    -------
    value : gain of what is taken. whole : the first so many items are taken whole. part : share of
    the next one.
    """
    value, low, high = 0.0, 0, count
    while low < high:
        middle = (low + high) // 2
        pivot = key[middle]
        _swap(key, gain, size, who, middle, high - 1)
        place, used, won = low, 0.0, 0.0
        for rank in range(low, high - 1):
            if key[rank] < pivot:
                used += size[rank]
                won += gain[rank]
                _swap(key, gain, size, who, rank, place)
                place += 1
        _swap(key, gain, size, who, place, high - 1)
        if used > room:
            high = place
            continue
        value, room, low = value + won, room - used, place
        if size[place] > room:
            part = room / size[place]
            return value + part * gain[place], place, part
        value, room, low = value + gain[place], room - size[place], place + 1
    return value, low, 0.0


@inner_kernel
def gather(  # noqa: PLR0913, PLR0917 - kernels take arrays
    first: int,
    last: int,
    customer: NDArray[np.int32],
    cost: Floats,
    demand: Floats,
    base: Floats,
    u: Floats,
    drift: float,
    key: Floats,
    gain: Floats,
    size: Floats,
    who: NDArray[np.int32],
) -> tuple[int, float, float]:
    """Collect the pairs of negative reduced cost, all where `drift` is inf; return the sums.

    `base` is sorted within a site: no pair beyond `drift` = max (u - reference) is negative.
    """
    count, used, won = 0, 0.0, 0.0
    top = np.inf if drift == np.inf else 0.0
    for entry in range(first, last):
        if base[entry] >= drift:
            break
        i = customer[entry]
        reduced = cost[entry] - u[i]
        if reduced < top:
            key[count] = reduced / max(demand[i], 1e-12)
            gain[count] = reduced
            size[count] = demand[i]
            who[count] = entry
            used += demand[i]
            won += reduced
            count += 1
    return count, used, won


@inner_kernel
def farthest(u: Floats, reference: Floats) -> float:
    """Return the largest rise of a multiplier over its reference."""
    rise = -np.inf
    for i in range(len(u)):
        rise = max(rise, u[i] - reference[i])
    return rise


@kernel
def site_values(  # noqa: PLR0913, PLR0917 - kernels take arrays
    start: Ints,
    customer: NDArray[np.int32],
    cost: Floats,
    demand: Floats,
    base: Floats,
    reference: Floats,
    u: Floats,
    size_start: Ints,
    fixed: Floats,
    least: Floats,
    most: Floats,
    closed: NDArray[np.bool_],
    value: Floats,
) -> None:
    """Write v_k(u) of every size, inf where closed."""
    n, drift = len(demand), farthest(u, reference)
    key, gain, size = np.empty(n), np.empty(n), np.empty(n)
    who = np.empty(n, dtype=np.int32)
    for j in range(len(start) - 1):
        first, last = size_start[j], size_start[j + 1]
        wanted = False
        for k in range(first, last):
            value[k] = np.inf
            wanted = wanted or not closed[k]
        if not wanted:
            continue
        count, used, won = gather(
            start[j], start[j + 1], customer, cost, demand, base, u, drift, key, gain, size, who
        )
        more = False
        for k in range(first, last):
            if closed[k]:
                continue
            more = more or least[k] > used
            if used <= most[k]:
                value[k] = fixed[k] + won
            else:
                value[k] = fixed[k] + fill(key, gain, size, who, count, most[k])[0]
        if more:
            count = gather(
                start[j],
                start[j + 1],
                customer,
                cost,
                demand,
                base,
                u,
                np.inf,
                key,
                gain,
                size,
                who,
            )[0]
            for k in range(first, last):
                if least[k] > used and not closed[k]:
                    value[k] = fixed[k] + fill(key, gain, size, who, count, least[k])[0]


@kernel
def serve(  # noqa: PLR0913, PLR0917 - kernels take arrays
    start: Ints,
    customer: NDArray[np.int32],
    cost: Floats,
    demand: Floats,
    base: Floats,
    reference: Floats,
    u: Floats,
    least: Floats,
    most: Floats,
    pick: Ints,
    served: Floats,
    taken: Floats,
) -> None:
    """Write the share of each customer that the picked sizes (-1 = none) serve.

    served : shape (n,). taken : the share of each pair; of length 0 where nobody asks.
    """
    served[:] = 0.0
    taken[:] = 0.0
    n, drift = len(demand), farthest(u, reference)
    key, gain, size = np.empty(n), np.empty(n), np.empty(n)
    who = np.empty(n, dtype=np.int32)
    for j in range(len(pick)):
        k = pick[j]
        if k < 0:
            continue
        count, used, _ = gather(
            start[j], start[j + 1], customer, cost, demand, base, u, drift, key, gain, size, who
        )
        whole, part = count, 0.0
        if used > most[k]:
            _, whole, part = fill(key, gain, size, who, count, most[k])
        elif used < least[k]:
            count = gather(
                start[j],
                start[j + 1],
                customer,
                cost,
                demand,
                base,
                u,
                np.inf,
                key,
                gain,
                size,
                who,
            )[0]
            _, whole, part = fill(key, gain, size, who, count, least[k])
        for rank in range(whole + (part > 0.0)):
            share = 1.0 if rank < whole else part
            served[customer[who[rank]]] += share
            if len(taken):
                taken[who[rank]] = share
