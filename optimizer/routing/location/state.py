"""Routes under search: who is where, in which order, and what can be undone.

Nodes 0..n-1 are customers, n..n+m-1 sites. A route is a doubly linked list; the length of the way
into each customer is kept, so that an insertion looks at one row of the table of costs alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.compiled import inner_kernel, kernel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

COST, UPPER, BEST, GROUPED, TRIED, OVER, SUNK = range(7)
"""Figures: opening costs of sites, lower routes and penalties; cost of the upper echelon; total of
the best complete plan; cost of the upper tours now in use, and of those last looked for; demand
above the capacities of sites; opening costs of open sites that the search takes as paid."""
ROUTES, ABSENT, TOUCHED, LOGGED, STAMP, BLINK, REGROUPED = range(7)
"""Counters: routes, customers on none, routes changed in this step, places of the log used, number
of the step, positions to the next blink, whether upper tours were looked for in this step."""
NONE = -1
LARGE = 1e18
"""Costs beyond it are no costs."""


class Data(NamedTuple):
    """What does not change during a search of one configuration.

    cost : float64, (n + m, n + m), of driving. near : int32, (n, k), customers by distance.
    demand : float64, (n,). capacity, opening, sunk : float64, (m,); opening costs are the sum of
    what the search weighs and what it takes as paid. allowed : bool, (m,), which sites may open.
    limits : float64, (10,), see the places below. farness : float64, (n,), distance to
    the nearest allowed site. bit : int32, (m,), rank of an allowed site, -1 elsewhere; p the number
    of platforms and k of allowed sites: trip : float64, (p, 2**k), cost of one upper tour, at_least
    : float64, (2**k,), least upper cost of any loads. platform_cost, platform_capacity :
    float64, (p,).
    """

    cost: NDArray[np.float64]
    near: NDArray[np.int32]
    demand: NDArray[np.float64]
    capacity: NDArray[np.float64]
    opening: NDArray[np.float64]
    sunk: NDArray[np.float64]
    allowed: NDArray[np.bool_]
    limits: NDArray[np.float64]
    farness: NDArray[np.float64]
    bit: NDArray[np.int32]
    trip: NDArray[np.float64]
    at_least: NDArray[np.float64]
    platform_cost: NDArray[np.float64]
    platform_capacity: NDArray[np.float64]


CAPACITY, FIXED, ROUTES_MAX, PER_SITE_MAX, PRICE_ABSENT, TRUCK_CAPACITY, TRUCKS, SPLIT = range(8)
PRICE_OVER, PRICE_LEAST = 8, 9
"""Places in `Data.limits`: vehicle capacity, fixed cost, most routes, most from one site, price of
a customer on no route; upper echelon: vehicle capacity, most vehicles, 1 where split, else 0; price
of a unit of demand above the capacity of a site, which the search adapts, and the least such price
(`LARGE`: capacities are hard)."""


class State(NamedTuple):
    """A plan with everything that steps need; r slots of routes, n of them.

    route, after, before : int32, (n,). into : float64, (n,), cost of the way into a customer.
    head, tail, site, size : int32, (r,). load, back : float64, (r,); back is the cost of the last
    way. active : int32, (r,), slots in use first; rank : where a slot stands there.
    site_load : float64, (m,); site_routes : int32, (m,). absent : int32, (n,).
    touched, log_site, log_first : int32, (r + 1,); log : int32, (n,); stamp : int64, (r,).
    key : float64, (n,), order of recreation. kept_absent : int32, (n,).
    group, trial : int32, (2 k + p,), sets of sites on each upper tour, then those of each platform:
    now in use, and last looked for. subset : float64, (2**k,), loads of sets of sites; tours,
    merged : float64, (p + 1, 2**k), scratch. need : int64, (2**k,), trucks that each set of sites
    needs, as last looked at.
    best_* : the best complete plan. figures, counters : as above. dice : uint64, (1,).
    """

    route: NDArray[np.int32]
    after: NDArray[np.int32]
    before: NDArray[np.int32]
    into: NDArray[np.float64]
    head: NDArray[np.int32]
    tail: NDArray[np.int32]
    site: NDArray[np.int32]
    size: NDArray[np.int32]
    load: NDArray[np.float64]
    back: NDArray[np.float64]
    active: NDArray[np.int32]
    rank: NDArray[np.int32]
    site_load: NDArray[np.float64]
    site_routes: NDArray[np.int32]
    absent: NDArray[np.int32]
    touched: NDArray[np.int32]
    log_site: NDArray[np.int32]
    log_first: NDArray[np.int32]
    log: NDArray[np.int32]
    stamp: NDArray[np.int64]
    key: NDArray[np.float64]
    kept_absent: NDArray[np.int32]
    group: NDArray[np.int32]
    trial: NDArray[np.int32]
    subset: NDArray[np.float64]
    tours: NDArray[np.float64]
    merged: NDArray[np.float64]
    need: NDArray[np.int64]
    best_head: NDArray[np.int32]
    best_after: NDArray[np.int32]
    best_site: NDArray[np.int32]
    figures: NDArray[np.float64]
    counters: NDArray[np.int64]
    dice: NDArray[np.uint64]


@inner_kernel
def throw(dice: NDArray[np.uint64]) -> float:
    """Return a uniform number in [0, 1) (xorshift64*)."""
    value = dice[0]
    value ^= value >> np.uint64(12)
    value ^= value << np.uint64(25)
    value ^= value >> np.uint64(27)
    dice[0] = value
    return float((value * np.uint64(2685821657736338717)) >> np.uint64(11)) * 2.0**-53


@inner_kernel
def above(data: Data, state: State, site: int, more: float) -> float:
    """Return by how much more load a site would be further above its capacity."""
    load, capacity = state.site_load[site], data.capacity[site]
    return float(max(load + more - capacity, 0.0) - max(load - capacity, 0.0))


@inner_kernel
def burden(data: Data, state: State, site: int, more: float) -> None:
    """Change the load of a site, and what is charged for it."""
    change = above(data, state, site, more)
    state.figures[OVER] += change
    state.figures[COST] += data.limits[PRICE_OVER] * change
    state.site_load[site] += more


@inner_kernel
def open_route(data: Data, state: State, site: int) -> int:
    """Begin an empty route at a site and pay for it."""
    counters = state.counters
    route = state.active[counters[ROUTES]]
    counters[ROUTES] += 1
    state.site[route] = site
    state.head[route] = state.tail[route] = NONE
    state.size[route] = 0
    state.load[route] = state.back[route] = 0.0
    if state.site_routes[site] == 0:
        state.figures[COST] += data.opening[site]
        state.figures[SUNK] += data.sunk[site]
    state.site_routes[site] += 1
    state.figures[COST] += data.limits[FIXED]
    return int(route)


@inner_kernel
def close_route(data: Data, state: State, route: int) -> None:
    """Give an empty route's slot and costs back."""
    counters = state.counters
    counters[ROUTES] -= 1
    last, place = state.active[counters[ROUTES]], state.rank[route]
    state.active[place], state.rank[last] = last, place
    state.active[counters[ROUTES]], state.rank[route] = route, counters[ROUTES]
    site = state.site[route]
    state.site_routes[site] -= 1
    if state.site_routes[site] == 0:
        state.figures[COST] -= data.opening[site]
        state.figures[SUNK] -= data.sunk[site]
    state.figures[COST] -= data.limits[FIXED]


@inner_kernel
def insert(data: Data, state: State, route: int, previous: int, customer: int) -> None:
    """Put a customer behind another one of a route, -1 = at its begin."""
    depot = len(data.demand) + state.site[route]
    following = state.head[route] if previous < 0 else state.after[previous]
    source = depot if previous < 0 else previous
    to, out = data.cost[source, customer], 0.0
    state.route[customer] = route
    state.before[customer], state.after[customer] = previous, following
    state.into[customer] = to
    if previous < 0:
        state.head[route] = customer
    else:
        state.after[previous] = customer
    if following < 0:
        out = data.cost[customer, depot]
        state.figures[COST] += to + out - state.back[route]
        state.tail[route] = customer
        state.back[route] = out
    else:
        out = data.cost[customer, following]
        state.figures[COST] += to + out - state.into[following]
        state.before[following] = customer
        state.into[following] = out
    state.size[route] += 1
    state.load[route] += data.demand[customer]
    burden(data, state, state.site[route], data.demand[customer])


@inner_kernel
def remove(data: Data, state: State, customer: int) -> None:
    """Take a customer from its route, which is closed where nobody is left."""
    route = state.route[customer]
    depot = len(data.demand) + state.site[route]
    previous, following = state.before[customer], state.after[customer]
    source = depot if previous < 0 else previous
    if previous < 0:
        state.head[route] = following
    else:
        state.after[previous] = following
    if following < 0:
        way = data.cost[source, depot]
        state.figures[COST] += way - state.into[customer] - state.back[route]
        state.tail[route] = previous
        state.back[route] = way
    else:
        way = data.cost[source, following]
        state.figures[COST] += way - state.into[customer] - state.into[following]
        state.before[following] = previous
        state.into[following] = way
    state.route[customer] = NONE
    state.size[route] -= 1
    state.load[route] -= data.demand[customer]
    burden(data, state, state.site[route], -data.demand[customer])
    if state.size[route] == 0:
        close_route(data, state, route)


@inner_kernel
def note(state: State, route: int) -> None:
    """Write down a route before it is changed for the first time in a step."""
    counters = state.counters
    if state.stamp[route] == counters[STAMP]:
        return
    state.stamp[route] = counters[STAMP]
    rank = counters[TOUCHED]
    state.touched[rank] = route
    state.log_site[rank] = state.site[route]
    state.log_first[rank] = counters[LOGGED]
    customer = state.head[route]
    while customer >= 0:
        state.log[counters[LOGGED]] = customer
        counters[LOGGED] += 1
        customer = state.after[customer]
    counters[TOUCHED] = rank + 1
    state.log_first[rank + 1] = counters[LOGGED]


@inner_kernel
def undo(data: Data, state: State) -> None:
    """Put every route that the step has changed back as it was written down."""
    counters = state.counters
    for rank in range(counters[TOUCHED]):
        route = state.touched[rank]
        while state.rank[route] < counters[ROUTES]:  # closes itself with its last customer
            remove(data, state, state.tail[route])
    for rank in range(counters[TOUCHED]):
        first, last = state.log_first[rank], state.log_first[rank + 1]
        if first == last:
            continue
        route = open_route(data, state, state.log_site[rank])
        previous = NONE
        for place in range(first, last):
            insert(data, state, route, previous, state.log[place])
            previous = state.log[place]


def make_state(data: Data, routes: Sequence[tuple[int, Sequence[int]]], seed: int) -> State:
    """Return a state with some routes (site, customers); who is on none is absent."""
    n, m = len(data.demand), len(data.capacity)
    sets = data.trip.shape[1]
    platforms = data.trip.shape[0]

    def whole(count: int) -> NDArray[np.int32]:
        return np.full(count, NONE, dtype=np.int32)

    state = State(
        route=whole(n),
        after=whole(n),
        before=whole(n),
        into=np.zeros(n),
        head=whole(n),
        tail=whole(n),
        site=whole(n),
        size=np.zeros(n, dtype=np.int32),
        load=np.zeros(n),
        back=np.zeros(n),
        active=np.arange(n, dtype=np.int32),
        rank=np.arange(n, dtype=np.int32),
        site_load=np.zeros(m),
        site_routes=np.zeros(m, dtype=np.int32),
        absent=whole(n),
        touched=whole(n + 1),
        log_site=whole(n + 1),
        log_first=np.zeros(n + 2, dtype=np.int32),
        log=whole(n),
        stamp=np.zeros(n, dtype=np.int64),
        key=np.zeros(n),
        kept_absent=whole(n),
        group=np.zeros(2 * m + platforms, dtype=np.int32),
        trial=np.zeros(2 * m + platforms, dtype=np.int32),
        subset=np.zeros(sets),
        tours=np.zeros((platforms + 1, sets)),
        merged=np.zeros((platforms + 1, sets)),
        need=np.full(sets, NONE, dtype=np.int64),
        best_head=whole(n),
        best_after=whole(n),
        best_site=whole(n),
        figures=np.array([0.0, 0.0, np.inf, LARGE, LARGE, 0.0, 0.0]),
        counters=np.zeros(7, dtype=np.int64),
        dice=np.array([2 * seed + 88172645463325253], dtype=np.uint64),
    )
    for site, customers in routes:
        route = open_route.py_func(data, state, site)  # type: ignore[attr-defined]
        for customer in customers:
            append(data, state, route, customer)
    left = np.flatnonzero(state.route < 0)
    state.absent[: len(left)] = left
    state.counters[ABSENT] = len(left)
    state.figures[COST] += data.limits[PRICE_ABSENT] * len(left)
    return state


@kernel
def append(data: Data, state: State, route: int, customer: int) -> None:
    """Put a customer at the end of a route."""
    insert(data, state, route, state.tail[route], customer)
