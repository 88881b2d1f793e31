"""Cheapest flows from customers through open sites to a sink, over arcs with bounds.

minimise sum over i, j of unit[i,j] x[i,j] + sum over arcs of cost[a,b] f[a,b]
(1) sum over j of x[i,j] = demand[i]                    every customer
(2) what enters a node leaves it over its arcs          every node but the sink, the last one
(3) low[a,b] <= f[a,b] <= high[a,b]                     every arc

One level: an arc from every site to the sink bears minimum use and capacity. Two levels: site,
its way out, hubs, sink. Successive shortest paths (Ahuja, Magnanti & Orlin 1993, section 9.7) on
the graph of these nodes, where j -> k also moves the customer of j whose change to k costs least.
Prices of a neighbouring set of sites are a sound start: everybody goes to the site that is
cheapest at these prices, and only the imbalances that this leaves are pushed along.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.compiled import inner_kernel, kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

TINY = 1e-11  # share of all demand that counts as nothing
FORWARD, REVERSE = -2, -3  # in `mover`: the step is an arc, not a customer


@inner_kernel
def _moves_of(
    j: int,
    unit: Floats,
    member: NDArray[np.int32],
    members: int,
    gain: Floats,
    mover: NDArray[np.int32],
    lost: int,
) -> None:
    """Find the cheapest mover from j to every site; only where it was `lost`, if that is >= 0."""
    for k in range(unit.shape[1]):
        if k == j or (lost >= 0 and mover[j, k] != lost):
            continue
        best, who = np.inf, -1
        for rank in range(members):
            i = member[j, rank]
            step = unit[i, k] - unit[i, j]
            if step < best:
                best, who = step, i
        gain[j, k], mover[j, k] = best, who


@inner_kernel
def _join(
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
def _leave(
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
def _nearest_deficit(
    gain: Floats,
    potential: Floats,
    excess: Floats,
    tiny: float,
    distance: Floats,
    before: NDArray[np.int64],
    done: NDArray[np.bool_],
) -> int:
    """Dijkstra from all nodes with an excess to the nearest one with a deficit, -1 if none."""
    nodes = len(excess)
    for node in range(nodes):
        done[node] = False
        before[node] = -1
        distance[node] = 0.0 if excess[node] > tiny else np.inf
    while True:
        node = -1
        for other in range(nodes):
            if not done[other] and (node < 0 or distance[other] < distance[node]):
                node = other
        if node < 0 or distance[node] == np.inf:
            return -1
        done[node] = True
        if excess[node] < -tiny / nodes:
            return node
        here = distance[node] - potential[node]
        for other in range(nodes):
            reach = max(here + gain[node, other] + potential[other], distance[node])
            if reach < distance[other] and not done[other]:
                distance[other] = reach
                before[other] = node


@inner_kernel
def _open_arc(  # noqa: PLR0913, PLR0917 - kernels take arrays
    a: int,
    b: int,
    cost: Floats,
    low: Floats,
    high: Floats,
    flow: Floats,
    tiny: float,
    gain: Floats,
    mover: NDArray[np.int32],
) -> None:
    """Enter what is left of an arc, forth and back."""
    gain[a, b] = cost[a, b] if flow[a, b] < high[a, b] - tiny else np.inf
    gain[b, a] = -cost[a, b] if flow[a, b] > low[a, b] + tiny else np.inf
    mover[a, b], mover[b, a] = FORWARD, REVERSE


@inner_kernel
def _width(  # noqa: PLR0913, PLR0917 - kernels take arrays
    end: int,
    before: NDArray[np.int64],
    mover: NDArray[np.int32],
    amount: Floats,
    low: Floats,
    high: Floats,
    flow: Floats,
    excess: Floats,
) -> float:
    """Return how much the path to `end` can carry."""
    width, node = -excess[end], end
    while before[node] >= 0:
        back = before[node]
        who = mover[back, node]
        if who == FORWARD:
            width = min(width, high[back, node] - flow[back, node])
        elif who == REVERSE:
            width = min(width, flow[node, back] - low[node, back])
        else:
            width = min(width, amount[who, back])
        node = back
    return float(min(width, excess[node]))


@inner_kernel
def _settle(
    table: Floats,
    sites: NDArray[np.int64],
    demand: Floats,
    potential: Floats,
    unit: Floats,
    amount: Floats,
    excess: Floats,
) -> bool:
    """Send everybody to the site that is cheapest at the prices; False if somebody has none."""
    for i in range(len(demand)):
        best, least = -1, np.inf
        for k in range(len(sites)):
            unit[i, k] = table[i, sites[k]]
            price = unit[i, k] + potential[k]
            if price < least:
                best, least = k, price
        if best < 0:
            return False
        amount[i, best] = demand[i]
        excess[best] += demand[i]
    return True


@inner_kernel
def _start_arcs(
    cost: Floats, low: Floats, high: Floats, potential: Floats, flow: Floats, excess: Floats
) -> None:
    """Let arcs carry what their price asks for, and the rest of their node where it is open."""
    nodes = len(excess)
    for a in range(nodes):
        for b in range(nodes):
            if cost[a, b] == np.inf:
                continue
            price = cost[a, b] + potential[b] - potential[a]
            if price > 1e-9 * (1.0 + abs(potential[a])):
                flow[a, b] = low[a, b]
            elif price < -1e-9 * (1.0 + abs(potential[a])) and high[a, b] < np.inf:
                flow[a, b] = high[a, b]
            else:
                flow[a, b] = min(max(excess[a], low[a, b]), high[a, b])
            excess[a] -= flow[a, b]
            excess[b] += flow[a, b]


@inner_kernel
def _augment(  # noqa: PLR0913, PLR0917 - kernels take arrays
    end: int,
    width: float,
    tiny: float,
    before: NDArray[np.int64],
    unit: Floats,
    cost: Floats,
    low: Floats,
    high: Floats,
    amount: Floats,
    flow: Floats,
    member: NDArray[np.int32],
    count: NDArray[np.int64],
    gain: Floats,
    mover: NDArray[np.int32],
) -> int:
    """Send `width` along the path to `end`; return where it begins."""
    while before[end] >= 0:
        back = before[end]
        who = mover[back, end]
        if who == FORWARD:
            flow[back, end] += width
            _open_arc(back, end, cost, low, high, flow, tiny, gain, mover)
        elif who == REVERSE:
            flow[end, back] -= width
            _open_arc(end, back, cost, low, high, flow, tiny, gain, mover)
        else:
            joins = amount[who, end] == 0.0
            amount[who, end] += width
            amount[who, back] -= width
            if joins:
                _join(who, end, unit, member, count, gain, mover)
            if amount[who, back] <= tiny:
                amount[who, back] = 0.0
                _leave(who, back, unit, member, count, gain, mover)
        end = back
    return end


@inner_kernel
def _price(unit: Floats, amount: Floats, cost: Floats, flow: Floats) -> float:
    """Return the cost of all flows."""
    value = 0.0
    for i in range(unit.shape[0]):
        for k in range(unit.shape[1]):
            if amount[i, k] > 0.0:
                value += amount[i, k] * unit[i, k]
    for a in range(cost.shape[0]):
        for b in range(cost.shape[0]):
            if flow[a, b] != 0.0:
                value += flow[a, b] * cost[a, b]
    return value


@inner_kernel
def _enter(
    unit: Floats,
    amount: Floats,
    member: NDArray[np.int32],
    count: NDArray[np.int64],
    gain: Floats,
    mover: NDArray[np.int32],
) -> None:
    """List the members of every site and their cheapest moves."""
    for i in range(unit.shape[0]):
        for k in range(unit.shape[1]):
            if amount[i, k] > 0.0:
                member[k, count[k]] = i
                count[k] += 1
    for k in range(unit.shape[1]):
        _moves_of(k, unit, member, count[k], gain, mover, -1)


@kernel
def push(  # noqa: PLR0913, PLR0917 - kernels take arrays
    table: Floats,
    sites: NDArray[np.int64],
    demand: Floats,
    cost: Floats,
    low: Floats,
    high: Floats,
    potential: Floats,
    halt: NDArray[np.bool_],
) -> tuple[float, Floats, Floats]:
    """Return cost, amounts and arc flows; `potential` becomes the prices of the nodes.

    Parameters
    ----------
    table : shape (n, q), cost per unit of demand, inf where not allowed. sites : shape (p,), the
    columns that are open. demand : shape (n,), above 0.
    cost, low, high : shape (v, v), arcs between nodes, cost inf where there is none. Nodes 0 to
    p - 1 are the sites, the last node is the sink. potential : shape (v,), prices to start from.
    halt : shape (1,); another thread sets it where the time is out.

    Returns
    -------
    value : inf where there is no feasible flow, or none was found in time. amount : shape (n, p).
    flow : shape (v, v).
    """
    n, p, nodes = len(demand), len(sites), len(potential)
    amount, flow = np.zeros((n, p)), np.zeros((nodes, nodes))
    unit, excess = np.empty((n, p)), np.zeros(nodes)
    tiny = TINY * max(demand.sum(), 1e-9)
    if not _settle(table, sites, demand, potential, unit, amount, excess):
        return np.inf, amount, flow
    _start_arcs(cost, low, high, potential, flow, excess)
    excess[nodes - 1] -= demand.sum()
    gain = np.full((nodes, nodes), np.inf)
    mover = np.full((nodes, nodes), -1, dtype=np.int32)
    member, count = np.empty((p, n), dtype=np.int32), np.zeros(p, dtype=np.int64)
    _enter(unit, amount, member, count, gain, mover)
    for a in range(nodes):
        for b in range(nodes):
            if cost[a, b] < np.inf:
                _open_arc(a, b, cost, low, high, flow, tiny, gain, mover)
    distance, before = np.empty(nodes), np.empty(nodes, dtype=np.int64)
    done = np.empty(nodes, dtype=np.bool_)
    while excess.max() > tiny:
        if halt[0]:
            return np.inf, amount, flow
        end = _nearest_deficit(gain, potential, excess, tiny, distance, before, done)
        if end < 0:
            return np.inf, amount, flow
        far = distance[end]
        shift = min(distance[nodes - 1], far)
        for node in range(nodes):
            potential[node] += shift - min(distance[node], far)
        width = _width(end, before, mover, amount, low, high, flow, excess)
        excess[end] += width
        end = _augment(
            end,
            width,
            tiny,
            before,
            unit,
            cost,
            low,
            high,
            amount,
            flow,
            member,
            count,
            gain,
            mover,
        )
        excess[end] -= width
    return _price(unit, amount, cost, flow), amount, flow
