"""Cheapest flows from customers to open sites with a least and a most load each.

minimise sum over i, j of unit[i,j] f[i,j]
(1) sum over j of f[i,j] = demand[i]      (2) least[j] <= sum over i of f[i,j] <= most[j]

Successive shortest paths on the graph of the open sites and a sink (Ahuja, Magnanti & Orlin 1993,
section 9.7): an arc j -> k moves the customer of j whose change to k costs least. Prices of a
neighbouring set of sites are a sound start: everybody goes to the site that is cheapest at these
prices, and only the imbalances that this leaves are pushed along.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.compiled import inner_kernel, kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

TINY = 1e-11  # share of all demand that counts as nothing


@inner_kernel
def _moves_of(  # noqa: PLR0913, PLR0917 - kernels take arrays
    j: int,
    unit: Floats,
    member: NDArray[np.int32],
    members: int,
    gain: Floats,
    mover: NDArray[np.int32],
    lost: int,
) -> None:
    """Find the cheapest mover from j to every site; only where it was `lost`, if that is >= 0."""
    sites = unit.shape[1]
    for k in range(sites):
        if lost < 0 or mover[j, k] == lost:
            gain[j, k] = np.inf
            mover[j, k] = -1
        else:
            mover[j, k] = -2 - mover[j, k]
    for rank in range(members):
        i = member[j, rank]
        here = unit[i, j]
        for k in range(sites):
            if mover[j, k] >= -1 and k != j and unit[i, k] - here < gain[j, k]:
                gain[j, k] = unit[i, k] - here
                mover[j, k] = i
    for k in range(sites):
        if mover[j, k] < -1:
            mover[j, k] = -2 - mover[j, k]


@inner_kernel
def _join(  # noqa: PLR0913, PLR0917 - kernels take arrays
    i: int,
    j: int,
    unit: Floats,
    member: NDArray[np.int32],
    count: NDArray[np.int64],
    gain: Floats,
    mover: NDArray[np.int32],
) -> None:
    """Enter customer i at site j."""
    member[j, count[j]] = i
    count[j] += 1
    for k in range(unit.shape[1]):
        if k != j and unit[i, k] - unit[i, j] < gain[j, k]:
            gain[j, k] = unit[i, k] - unit[i, j]
            mover[j, k] = i


@inner_kernel
def _leave(  # noqa: PLR0913, PLR0917 - kernels take arrays
    i: int,
    j: int,
    unit: Floats,
    member: NDArray[np.int32],
    count: NDArray[np.int64],
    gain: Floats,
    mover: NDArray[np.int32],
) -> None:
    """Take customer i from site j."""
    last = count[j] - 1
    for rank in range(last):
        if member[j, rank] == i:
            member[j, rank] = member[j, last]
            break
    count[j] = last
    _moves_of(j, unit, member, last, gain, mover, i)


@inner_kernel
def _nearest_deficit(  # noqa: PLR0913, PLR0917 - kernels take arrays
    gain: Floats,
    price: Floats,
    excess: Floats,
    sunk: Floats,
    least: Floats,
    most: Floats,
    tiny: float,
    distance: Floats,
    before: NDArray[np.int64],
    done: NDArray[np.bool_],
) -> int:
    """Dijkstra from all nodes with an excess to the nearest one with a deficit, -1 if none."""
    sink = len(sunk)
    for node in range(sink + 1):
        done[node] = False
        before[node] = -1
        distance[node] = 0.0 if excess[node] > tiny else np.inf
    while True:
        node = -1
        for other in range(sink + 1):
            if not done[other] and (node < 0 or distance[other] < distance[node]):
                node = other
        if node < 0 or distance[node] == np.inf:
            return -1
        done[node] = True
        if excess[node] < -tiny / (sink + 1):
            return node
        for other in range(sink + 1):
            if done[other]:
                continue
            if node == sink:
                step = 0.0 if sunk[other] > least[other] + tiny else np.inf
            elif other == sink:
                step = 0.0 if sunk[node] < most[node] - tiny else np.inf
            else:
                step = gain[node, other]
            reach = distance[node] + max(step + price[other] - price[node], 0.0)
            if reach < distance[other]:
                distance[other] = reach
                before[other] = node


@inner_kernel
def _width(  # noqa: PLR0913, PLR0917 - kernels take arrays
    end: int,
    before: NDArray[np.int64],
    amount: Floats,
    mover: NDArray[np.int32],
    excess: Floats,
    sunk: Floats,
    least: Floats,
    most: Floats,
) -> float:
    """Return how much the path to `end` can carry."""
    sink = len(sunk)
    width, node = -excess[end], end
    while before[node] >= 0:
        back = before[node]
        if back == sink:
            width = min(width, sunk[node] - least[node])
        elif node == sink:
            width = min(width, most[back] - sunk[back])
        else:
            width = min(width, amount[mover[back, node], back])
        node = back
    return min(width, excess[node])


@kernel
def transport(  # noqa: C901, PLR0912, PLR0913, PLR0914, PLR0915, PLR0917 - one algorithm
    table: Floats,
    sites: NDArray[np.int64],
    demand: Floats,
    least: Floats,
    most: Floats,
    price: Floats,
) -> tuple[float, Floats, Floats]:
    """Return cost, prices and flows.

    Parameters
    ----------
    table : shape (n, m), cost per unit of demand, inf where not allowed. sites : shape (p,).
    demand : shape (n,), above 0. least, most, price : shape (p,).

    Returns
    -------
    cost : inf where there is no feasible flow. price : shape (p,), what a unit of load at a site is
    worth to the others (above 0 at full sites). amount : shape (n, p).
    """
    n, p = len(demand), len(sites)
    amount = np.zeros((n, p))
    unit = np.empty((n, p))
    for i in range(n):
        for k in range(p):
            unit[i, k] = table[i, sites[k]]
    total = demand.sum()
    tiny = TINY * max(total, 1e-9)
    potential = np.zeros(p + 1)
    potential[:p] = price
    member = np.empty((p, n), dtype=np.int32)
    count = np.zeros(p, dtype=np.int64)
    excess = np.zeros(p + 1)
    for i in range(n):
        best = -1
        for k in range(p):
            if unit[i, k] < np.inf and (
                best < 0 or unit[i, k] + potential[k] < unit[i, best] + potential[best]
            ):
                best = k
        if best < 0:
            return np.inf, potential[:p], amount
        amount[i, best] = demand[i]
        member[best, count[best]] = i
        count[best] += 1
        excess[best] += demand[i]
    gain = np.empty((p, p))
    mover = np.empty((p, p), dtype=np.int32)
    sunk = np.empty(p)
    excess[p] = -total
    for j in range(p):
        _moves_of(j, unit, member, count[j], gain, mover, -1)
        if potential[j] > 0.0:
            sunk[j] = most[j]
        elif potential[j] < 0.0:
            sunk[j] = least[j]
        else:
            sunk[j] = min(max(excess[j], least[j]), most[j])
        excess[j] -= sunk[j]
        excess[p] += sunk[j]
    distance = np.empty(p + 1)
    before = np.empty(p + 1, dtype=np.int64)
    done = np.empty(p + 1, dtype=np.bool_)
    for _ in range(100 * (n + p) + 1000):
        short = False
        for node in range(p + 1):
            short = short or excess[node] > tiny
        if not short:
            break
        end = _nearest_deficit(
            gain, potential, excess, sunk, least, most, tiny, distance, before, done
        )
        if end < 0:
            return np.inf, potential[:p], amount
        far = distance[end]
        shift = min(distance[p], far)
        for node in range(p + 1):
            potential[node] += shift - min(distance[node], far)
        width = _width(end, before, amount, mover, excess, sunk, least, most)
        excess[end] += width
        node = end
        while before[node] >= 0:
            back = before[node]
            if back == p:
                sunk[node] -= width
            elif node == p:
                sunk[back] += width
            else:
                i = mover[back, node]
                if amount[i, node] == 0.0:
                    _join(i, node, unit, member, count, gain, mover)
                amount[i, node] += width
                amount[i, back] -= width
                if amount[i, back] <= tiny:
                    amount[i, back] = 0.0
                    _leave(i, back, unit, member, count, gain, mover)
            node = back
        excess[node] -= width
    else:
        return np.inf, potential[:p], amount
    cost = 0.0
    for i in range(n):
        for k in range(p):
            if amount[i, k] > 0.0:
                cost += amount[i, k] * unit[i, k]
    return cost, potential[:p], amount
