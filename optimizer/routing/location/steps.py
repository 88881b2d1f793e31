"""Ruin and recreate over open sites: slack induction by string removals, and routes that move.

Christiaens & Vanden Berghe 2020 (doi:10.1287/trsc.2019.0914): strings of customers near a seed are
taken from neighbouring routes and put back one by one at the cheapest place, with blinks. Here a
place may also be a new route from any site that may open; afterwards every route that was changed
moves to the site, and to the place in its own round, where it is cheapest.
"""

from __future__ import annotations

import math

from optimizer.compiled import inner_kernel, kernel
from optimizer.routing.location.state import (
    ABSENT,
    BEST,
    BLINK,
    CAPACITY,
    COST,
    FIXED,
    GROUPED,
    LARGE,
    LOGGED,
    NONE,
    OVER,
    PER_SITE_MAX,
    PRICE_ABSENT,
    PRICE_LEAST,
    PRICE_OVER,
    ROUTES,
    ROUTES_MAX,
    STAMP,
    SUNK,
    TOUCHED,
    UPPER,
    Data,
    State,
    above,
    insert,
    note,
    open_route,
    remove,
    throw,
    undo,
)
from optimizer.routing.location.upper import adopt, upper_cost

REMOVED = 10.0  # customers removed on average, and the longest string (section 5.1 of the paper)
LONGEST = 10.0
SPLIT_RATE = 0.5  # of strings that keep some customers in their middle
DEEPER = 0.01  # chance to keep one customer more
BLINK_RATE = 0.01
RAISE = 1.2  # factor of the price of demand above capacities, up or down
MOVED = 0.1  # share of routes in two echelons that may move to another site
MOVED_BY_CHANCE = 0.03  # the same, that move to a site by chance
EASE = 1e-9  # what sums of whole loads may be wrong by


@inner_kernel
def ruin(data: Data, state: State) -> None:
    """Take strings of customers from routes around a seed."""
    counters, count = state.counters, len(data.demand)
    routes = max(counters[ROUTES], 1)
    longest = min(LONGEST, max((count - counters[ABSENT]) / routes, 1.0))
    strings = int(throw(state.dice) * (4.0 * REMOVED / (1.0 + longest) - 1.0)) + 1
    seed = int(throw(state.dice) * count)
    before = counters[TOUCHED]
    for place in range(data.near.shape[1]):
        customer = data.near[seed, place]
        route = state.route[customer]
        if route < 0 or state.stamp[route] == counters[STAMP]:
            continue
        note(state, route)
        length = int(throw(state.dice) * min(float(state.size[route]), longest)) + 1
        take_string(data, state, customer, length)
        if counters[TOUCHED] - before >= strings:
            return


@inner_kernel
def take_string(data: Data, state: State, customer: int, length: int) -> None:
    """Take a string of a route that holds a customer; perhaps with a gap that stays."""
    route = state.route[customer]
    kept = 0
    if length > 1 and throw(state.dice) < SPLIT_RATE:
        kept = 1 if length < state.size[route] else 0
        while length + kept < state.size[route] and throw(state.dice) < DEEPER:
            kept += 1
    back = int(throw(state.dice) * (length + kept))
    ahead, start = 0, customer
    while ahead < back and state.before[start] >= 0:
        start = state.before[start]
        ahead += 1
    tail, reach = customer, 1
    while reach < length + kept - ahead and state.after[tail] >= 0:
        tail = state.after[tail]
        reach += 1
    while ahead + reach < length + kept and state.before[start] >= 0:
        start = state.before[start]
        ahead += 1
    gap = int(throw(state.dice) * (length + 1)) if kept > 0 else 0
    for rank in range(length + kept):
        following = state.after[start]
        if kept == 0 or rank < gap or rank >= gap + kept:
            leave(data, state, start)
        start = following


@inner_kernel
def leave(data: Data, state: State, customer: int) -> None:
    """Take a customer from its route; it is absent."""
    remove(data, state, customer)
    state.absent[state.counters[ABSENT]] = customer
    state.counters[ABSENT] += 1
    state.figures[COST] += data.limits[PRICE_ABSENT]


@inner_kernel
def sort_absent(data: Data, state: State) -> None:
    """Put the absent into a random order, or by demand, or by distance, far or near first."""
    count, drawn = state.counters[ABSENT], int(throw(state.dice) * 11.0)
    for rank in range(count):
        customer = state.absent[rank]
        if drawn < 4:
            key = throw(state.dice)
        elif drawn < 8:
            key = -data.demand[customer]
        elif drawn < 10:
            key = -data.farness[customer]
        else:
            key = data.farness[customer]
        place = rank
        while place > 0 and state.key[place - 1] > key:
            state.key[place] = state.key[place - 1]
            state.absent[place] = state.absent[place - 1]
            place -= 1
        state.key[place] = key
        state.absent[place] = customer


@inner_kernel
def blinks(state: State) -> bool:
    """Tell whether a position is overlooked; the looks between two such are drawn at once."""
    state.counters[BLINK] -= 1
    if state.counters[BLINK] >= 0:
        return False
    draw = throw(state.dice)
    state.counters[BLINK] = int(math.log(1.0 - draw) / math.log(1.0 - BLINK_RATE))
    return True


@inner_kernel
def recreate(data: Data, state: State) -> None:
    """Put every absent customer at its cheapest place that has room; who has none stays absent."""
    sort_absent(data, state)
    count, left = state.counters[ABSENT], 0
    for rank in range(count):
        customer = state.absent[rank]
        if place_customer(data, state, customer):
            state.figures[COST] -= data.limits[PRICE_ABSENT]
        else:
            state.absent[left] = customer
            left += 1
    state.counters[ABSENT] = left


@inner_kernel
def place_customer(data: Data, state: State, customer: int) -> bool:
    """Put a customer at the cheapest place; False where there is none."""
    row, count = data.cost[customer], len(data.demand)
    demand, least, chosen, behind = data.demand[customer], LARGE, NONE, NONE
    for rank in range(state.counters[ROUTES]):
        route = state.active[rank]
        site = state.site[route]
        if state.load[route] + demand > data.limits[CAPACITY] + EASE:
            continue
        price = data.limits[PRICE_OVER] * above(data, state, site, demand)
        if price >= least:
            continue
        depot = row[count + site]
        previous, way, following = NONE, depot, state.head[route]
        while following >= 0:
            onward = row[following]
            extra = way + onward - state.into[following] + price
            if extra < least and not blinks(state):
                least, chosen, behind = extra, route, previous
            previous, way, following = following, onward, state.after[following]
        extra = way + depot - state.back[route] + price
        if extra < least and not blinks(state):
            least, chosen, behind = extra, route, previous
    fresh = new_route(data, state, customer, least)
    if fresh >= 0:
        note(state, state.active[state.counters[ROUTES]])
        route = open_route(data, state, fresh)
        insert(data, state, route, NONE, customer)
        return True
    if chosen < 0:
        return False
    note(state, chosen)
    insert(data, state, chosen, behind, customer)
    return True


@inner_kernel
def new_route(data: Data, state: State, customer: int, least: float) -> int:
    """Return the site of a new route that is cheaper than `least`, or -1."""
    if state.counters[ROUTES] >= data.limits[ROUTES_MAX]:
        return NONE
    chosen, count = NONE, len(data.demand)
    demand = data.demand[customer]
    for site in range(len(data.capacity)):
        if not data.allowed[site] or state.site_routes[site] >= data.limits[PER_SITE_MAX]:
            continue
        extra = 2.0 * data.cost[customer, count + site] + data.limits[FIXED]
        extra += data.limits[PRICE_OVER] * above(data, state, site, demand)
        if state.site_routes[site] == 0:
            extra += data.opening[site]
        if extra < least and not blinks(state):
            least, chosen = extra, site
    return chosen


@inner_kernel
def resettle(data: Data, state: State, route: int) -> None:
    """Let a route begin at the site, and at the place in its round, where it costs least.

    In two echelons the cheapest site below may be dear above: most routes stay at theirs, some
    move as in one echelon, a few to a site by chance; the step is judged as a whole.
    """
    old, first_site, last_site = state.site[route], 0, len(data.capacity)
    if len(data.platform_cost) > 0:
        drawn = throw(state.dice)
        if drawn >= MOVED:
            first_site, last_site = old, old + 1
        elif drawn < MOVED_BY_CHANCE:
            first_site = int(throw(state.dice) * last_site)
            last_site = first_site + 1
    now = state.into[state.head[route]] + state.back[route]
    now -= data.cost[state.tail[route], state.head[route]]
    now += settling_cost(data, state, route, old)
    kept = old >= first_site and old < last_site
    least, chosen, first = now - 1e-7 if kept else LARGE, NONE, NONE
    for site in range(first_site, last_site):
        extra = settling_cost(data, state, route, site)
        if extra < LARGE:
            value, customer = best_begin(data, state, route, site)
            if value + extra < least:
                least, chosen, first = value + extra, site, customer
    if chosen >= 0:
        turn(data, state, route, chosen, first)
        state.figures[COST] += least - now


@inner_kernel
def settling_cost(data: Data, state: State, route: int, site: int) -> float:
    """Return opening cost and price of load that a route causes at a site; `LARGE` = no room."""
    old, load = state.site[route], state.load[route]
    if site == old:
        price = -data.limits[PRICE_OVER] * above(data, state, site, -load)
        return float(price + data.opening[site] if state.site_routes[site] == 1 else price)
    if not data.allowed[site] or state.site_routes[site] >= data.limits[PER_SITE_MAX]:
        return LARGE
    price = data.limits[PRICE_OVER] * above(data, state, site, load)
    return float(price + data.opening[site] if state.site_routes[site] == 0 else price)


@inner_kernel
def best_begin(data: Data, state: State, route: int, site: int) -> tuple[float, int]:
    """Return what a site adds to the round of a route, and the customer to begin with."""
    head, tail = state.head[route], state.tail[route]
    row = data.cost[len(data.demand) + site]
    least, first = row[tail] + row[head] - data.cost[tail, head], head
    customer = state.after[head]
    while customer >= 0:
        value = row[state.before[customer]] + row[customer] - state.into[customer]
        if value < least:
            least, first = value, customer
        customer = state.after[customer]
    return least, first


@inner_kernel
def turn(data: Data, state: State, route: int, site: int, first: int) -> None:
    """Let a route begin with another customer, at another site; costs are the caller's."""
    count, old = len(data.demand), state.site[route]
    head, tail = state.head[route], state.tail[route]
    if first != head:
        last = state.before[first]
        state.after[tail], state.before[head] = head, tail
        state.into[head] = data.cost[tail, head]
        state.before[first], state.after[last] = NONE, NONE
        state.head[route], state.tail[route] = first, last
    state.site[route] = site
    state.into[first] = data.cost[count + site, first]
    state.back[route] = data.cost[state.tail[route], count + site]
    state.site_routes[old] -= 1
    if state.site_routes[old] == 0:
        state.figures[SUNK] -= data.sunk[old]
    if state.site_routes[site] == 0:
        state.figures[SUNK] += data.sunk[site]
    state.site_routes[site] += 1
    state.figures[OVER] += above(data, state, old, -state.load[route])
    state.site_load[old] -= state.load[route]
    state.figures[OVER] += above(data, state, site, state.load[route])
    state.site_load[site] += state.load[route]


@inner_kernel
def keep_best(state: State, total: float) -> None:
    """Copy the plan as the best one."""
    state.figures[BEST] = total
    for customer in range(len(state.after)):
        state.best_after[customer] = state.after[customer]
        state.best_head[customer] = NONE
    for rank in range(state.counters[ROUTES]):
        route = state.active[rank]
        state.best_head[rank] = state.head[route]
        state.best_site[rank] = state.site[route]


@inner_kernel
def adapt(data: Data, state: State) -> None:
    """Raise the price of demand above capacities where there is some, else lower it."""
    price = data.limits[PRICE_OVER]
    if price < LARGE:
        wanted = price * RAISE if state.figures[OVER] > EASE else price / RAISE
        data.limits[PRICE_OVER] = max(wanted, data.limits[PRICE_LEAST])
        state.figures[COST] += (data.limits[PRICE_OVER] - price) * state.figures[OVER]


@kernel
def anneal(data: Data, state: State, heat: float, steps: int) -> None:
    """Make so many steps at a heat."""
    figures, counters = state.figures, state.counters
    adapt(data, state)
    figures[GROUPED] = LARGE  # look for the best upper tours anew
    figures[UPPER] = upper_cost(data, state, LARGE)
    adopt(state)
    for _ in range(steps):
        cost, absent = figures[COST], counters[ABSENT]
        over, sunk = figures[OVER], figures[SUNK]
        for rank in range(absent):
            state.kept_absent[rank] = state.absent[rank]
        counters[STAMP] += 1
        counters[TOUCHED] = counters[LOGGED] = 0
        change(data, state)
        threshold = cost + figures[UPPER] - heat * math.log(1.0 - throw(state.dice))
        total = figures[COST]
        if total < threshold:
            total += upper_cost(data, state, threshold - total)
        if total < threshold:
            adopt(state)
            figures[UPPER] = total - figures[COST]
            total += figures[SUNK]
            whole = counters[ABSENT] == 0 and figures[OVER] < EASE
            if whole and total < figures[BEST] - 1e-7:
                keep_best(state, total)
        else:
            undo(data, state)
            figures[COST], figures[OVER], figures[SUNK] = cost, over, sunk
            counters[ABSENT] = absent
            for rank in range(absent):
                state.absent[rank] = state.kept_absent[rank]


@inner_kernel
def change(data: Data, state: State) -> None:
    """Ruin, recreate, and let the routes that were changed settle."""
    ruin(data, state)
    recreate(data, state)
    for rank in range(state.counters[TOUCHED]):
        route = state.touched[rank]
        if state.rank[route] < state.counters[ROUTES]:
            resettle(data, state, route)
