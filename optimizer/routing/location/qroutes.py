"""Cheapest loads of one site at given prices of customers, over q-routes without 2-cycles.

A q-route is a closed walk with a load of at most the vehicle's capacity that may call at a customer
again, though not at once after a single other one (Christofides, Mingozzi & Toth 1981,
doi:10.1007/BF01589353). Every route is one, so that their least cost is a lower bound.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.compiled import inner_kernel, kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

FAR = 1e18


class Walks(NamedTuple):
    """Best and second best walks by load and last customer, shape (capacity + 1, n) each.

    The second best differs in its customer before the last. way : float64, cost; before : int32, -1
    = the site. closed : float64, (capacity + 1,), of the best q-route of a load; last : int32.
    """

    way: NDArray[np.float64]
    before: NDArray[np.int32]
    second: NDArray[np.float64]
    second_before: NDArray[np.int32]
    closed: NDArray[np.float64]
    last: NDArray[np.int32]


@kernel
def cheapest_loads(
    cost: NDArray[np.float64],
    site: int,
    demand: NDArray[np.int64],
    price: NDArray[np.float64],
    room: NDArray[np.int64],
    charges: NDArray[np.float64],
    visits: NDArray[np.float64],
) -> float:
    """Return the least cost less prices of any q-routes from a site; write who is called at.

    cost : (n + m, n + m). demand, price : (n,). room : capacity of a vehicle, of the site.
    charges : of a route, of a unit of load. visits : (n + 1, n + 1); row n: customers called at by
    these q-routes. Row i: customers called at by the q-route through i that is cheapest per unit
    of load, each times i's share of that load; last column: i's share of its cost less prices.
    """
    capacity, count = room[0], len(demand)
    walks = Walks(
        np.full((capacity + 1, count), FAR),
        np.full((capacity + 1, count), -1, dtype=np.int32),
        np.full((capacity + 1, count), FAR),
        np.full((capacity + 1, count), -1, dtype=np.int32),
        np.full(capacity + 1, FAR),
        np.full(capacity + 1, -1, dtype=np.int32),
    )
    for load in range(1, capacity + 1):
        for customer in range(count):
            if demand[customer] == load:
                walks.way[load, customer] = cost[site, customer] - price[customer]
            elif demand[customer] < load:
                extend(cost, walks, load, customer, demand[customer])
                walks.way[load, customer] -= price[customer]
                walks.second[load, customer] -= price[customer]
            value = walks.way[load, customer] + cost[customer, site]
            if value < walks.closed[load]:
                walks.closed[load] = value
                walks.last[load] = customer
        walks.closed[load] += charges[0] + charges[1] * load
    total = np.zeros(room[1] + 1)
    route = np.zeros(room[1] + 1, dtype=np.int64)
    at = fill(walks, total, route)
    least = total[at]
    visits[:] = 0.0
    while at > 0:
        last = walks.last[route[at]]
        follow(walks, demand, route[at], last, True, visits[count], 1.0)  # noqa: FBT003
        at -= route[at]
    for customer in range(count):
        cheapest_share(walks, demand, price, charges, customer, visits[customer])
    return float(least)


@inner_kernel
def cheapest_share(
    walks: Walks,
    demand: NDArray[np.int64],
    price: NDArray[np.float64],
    charges: NDArray[np.float64],
    customer: int,
    visits: NDArray[np.float64],
) -> None:
    """Find the q-route through a customer that is cheapest per unit of load: two walks to it."""
    capacity, own = len(walks.closed) - 1, demand[customer]
    least, chosen, other, first, second = FAR, 0, 0, True, True
    for load in range(own, capacity + 1):
        if walks.way[load, customer] >= FAR / 2:
            continue
        for more in range(own, min(load, capacity - load + own) + 1):
            value, one, two = walks.way[load, customer] + walks.way[more, customer], True, True
            before = walks.before[load, customer]
            if before >= 0 and before == walks.before[more, customer]:
                value = walks.second[load, customer] + walks.way[more, customer]
                one = False
                turned = walks.way[load, customer] + walks.second[more, customer]
                if turned < value:
                    value, one, two = turned, True, False
            whole = load + more - own
            value = (value + price[customer] + charges[0]) / whole + charges[1]
            if value < least:
                least, chosen, other, first, second = value, load, more, one, two
    visits[len(demand)] = least * own
    part = own / (chosen + other - own)
    follow(walks, demand, chosen, customer, first, visits, part)
    follow(walks, demand, other, customer, second, visits, part)
    visits[customer] -= part


@inner_kernel
def fill(walks: Walks, total: NDArray[np.float64], route: NDArray[np.int64]) -> int:
    """Write the least cost of q-routes by their load together; return the load that is cheapest."""
    capacity, cheapest = len(walks.closed) - 1, 0
    for load in range(1, len(total)):
        total[load] = FAR
        for part in range(1, min(capacity, load) + 1):
            value = total[load - part] + walks.closed[part]
            if value < total[load]:
                total[load], route[load] = value, part
        if total[load] < total[cheapest]:
            cheapest = load
    return cheapest


@inner_kernel
def extend(cost: NDArray[np.float64], walks: Walks, load: int, customer: int, demand: int) -> None:
    """Find the two best walks of a load to a customer that do not come from it two stops ago."""
    best, second, best_before, second_before = FAR, FAR, -1, -1
    before = load - demand
    for other in range(walks.way.shape[1]):
        way = walks.way[before, other]
        if walks.before[before, other] == customer:
            way = walks.second[before, other]
        way += cost[other, customer]
        if way < second and other != customer:
            if way < best:
                second, second_before = best, best_before
                best, best_before = way, other
            else:
                second, second_before = way, other
    walks.way[load, customer], walks.before[load, customer] = best, best_before
    walks.second[load, customer], walks.second_before[load, customer] = second, second_before


@inner_kernel
def follow(
    walks: Walks,
    demand: NDArray[np.int64],
    load: int,
    customer: int,
    first: bool,  # noqa: FBT001 - kernels take no keywords
    visits: NDArray[np.float64],
    part: float,
) -> None:
    """Count the visits of the best (else second best) walk of a load to a customer."""
    while customer >= 0:
        visits[customer] += part
        before = walks.before[load, customer] if first else walks.second_before[load, customer]
        load -= demand[customer]
        if before >= 0:
            first = walks.before[load, before] != customer
        customer = before
