"""What it costs to visit a stop in a tour: the place where it costs least, and the next best.

Each position is priced for all sampled departures: leave the node before, serve the stop, and end
as the tour ends from there. Bounds on seconds throw most positions out first. A price is kept until
its tour changes. Positions that change what a trip waits for, or that begin a trip of their own
behind a reload, are priced by driving the whole tour, for what is kept knows nothing of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.compiled import inner_kernel
from optimizer.routing.hours.model import (
    BEGIN_FROM,
    BEGIN_UNTIL,
    COLLECT,
    DELIVER,
    LOADS,
    RELEASED,
    RELOADS,
    SERVICE,
    STOPS,
    TYPE_DURATION_MAX,
    TYPE_END_UNTIL,
    TYPE_FIXED,
    TYPE_LENGTH_MAX,
    TYPE_LOAD_S,
    TYPE_PER_M,
    TYPE_PER_S,
    TYPE_PROFILE,
    TYPE_RELOAD_FIRST,
    TYPE_RELOAD_LAST,
    TYPE_RELOADS_MAX,
)
from optimizer.routing.hours.samples import end_after, refresh
from optimizer.routing.hours.state import (
    AFTER,
    BEFORE,
    DURATION,
    FRESH,
    IN_USE,
    LEAST,
    LOAD_S,
    METRES,
    PLACE,
    RELEASED_S,
    SIZE,
    SLACK_S,
    STARTS,
    VERSION,
)
from optimizer.routing.hours.timing import (
    best_departure,
    drive,
    first_departure,
    is_start,
    trips_of,
)
from optimizer.travel.hourly_legs import arrive_at, at_least, leave_by, metres

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.routing.hours.model import Model
    from optimizer.routing.hours.state import State

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

PLAIN = -1  # an insertion without a reload; else the place of the reload,
AHEAD = 1 << 30  # plus this where the reload comes after the stop


class Prices(NamedTuple):
    """Prices of stops in slots, (s, r): version of the tour that they hold for; the two best.

    cost (s, r, 2) EUR more, inf = none. where (s, r, 2) : rank of the node before. reload : place
    of a reload that parts it from the rest of the tour, PLAIN = none. alone (v, s) : cost of a tour
    of its own.
    """

    version: Ints
    cost: Floats
    where: Ints
    reload: Ints
    alone: Floats


def no_prices(model: Model) -> Prices:
    """Return room for prices."""
    stops, slots = int(model.size[STOPS]), len(model.type_of)
    shape = (stops, slots, 2)
    return Prices(
        np.zeros((stops, slots), dtype=np.int64),
        np.full(shape, np.inf, dtype=np.float32),
        np.zeros(shape, dtype=np.int32),
        np.full(shape, PLAIN, dtype=np.int32),
        np.full((len(model.types.capacity), stops), np.inf),
    )


@inner_kernel
def price_alone(model: Model, state: State, prices: Prices) -> None:
    """Price a tour of its own for each stop and type, through the first slot of the type."""
    types, routes = model.types, state.routes
    trial = state.room.trial
    for v in range(len(types.capacity)):
        r = 0
        while r < len(model.type_of) and model.type_of[r] != v:
            r += 1
        if r == len(model.type_of):
            continue
        for s in range(model.size[STOPS]):
            trial[0], trial[1], trial[2] = (
                routes.seq[r, 0],
                s,
                routes.seq[r, routes.whole[SIZE, r] - 1],
            )
            prices.alone[v, s], _ = exact_cost(model, state, v, trial, 3)


@inner_kernel
def exact_cost(model: Model, state: State, v: int, seq: Ints, size: int) -> tuple[float, float]:
    """Return the cost of a tour of type v, inf where it breaks a rule, and its best departure."""
    types = model.types
    way, place = 0.0, state.routes.node[PLACE]
    head = 0
    for q in range(1, size):
        way += metres(model.legs, types.whole[TYPE_PROFILE, v], place[seq[q - 1]], place[seq[q]])
        if seq[q] < model.size[STOPS]:
            if not types.serves[v, seq[q]]:
                return np.inf, 0.0
        else:
            if not _fits(model, seq, head, q, v):
                return np.inf, 0.0
            head = q
    if way > types.figure[TYPE_LENGTH_MAX, v] + SLACK_S:
        return np.inf, 0.0
    duration, depart = best_departure(model, state, v, seq, size)
    duration += state.known.node[LOAD_S, seq[0]]
    if not duration <= types.figure[TYPE_DURATION_MAX, v] + SLACK_S:
        return np.inf, 0.0
    return types.figure[TYPE_FIXED, v] + types.figure[TYPE_PER_S, v] * duration + types.figure[
        TYPE_PER_M, v
    ] * way, depart


@inner_kernel
def _fits(model: Model, seq: Ints, head: int, tail: int, v: int) -> bool:
    stops, capacity = model.stops, model.types.capacity
    for k in range(model.size[LOADS]):
        load = 0
        for q in range(head + 1, tail):
            load += stops.load[DELIVER, seq[q], k]
        if load > capacity[v, k]:
            return False
        for q in range(head + 1, tail):
            load += stops.load[COLLECT, seq[q], k] - stops.load[DELIVER, seq[q], k]
            if load > capacity[v, k]:
                return False
    return True


@inner_kernel
def price(model: Model, state: State, prices: Prices, s: int, r: int) -> None:
    """Price stop s in slot r, which is not empty."""
    routes = state.routes
    if routes.whole[FRESH, r] != routes.whole[VERSION, r]:
        refresh(model, state, r)
    prices.version[s, r] = routes.whole[VERSION, r]
    prices.cost[s, r, 0] = prices.cost[s, r, 1] = np.inf
    v = model.type_of[r]
    if not model.types.serves[v, s] or routes.figure[DURATION, r] == np.inf:
        return
    size = routes.whole[SIZE, r]
    head = routes.seq[r, 0]
    delivers = _delivers(model, s)
    for q in range(size - 1):
        node = routes.seq[r, q]
        if node >= model.size[STOPS]:
            head = node
        if not _has_room(model, state, s, node, v):
            continue
        if delivers and _changes_trip(model, state, s, head, v):
            _price_driven(model, state, prices, s, r, q, PLAIN)
        else:
            _price_sampled(model, state, prices, s, r, q)
    if model.types.whole[TYPE_RELOADS_MAX, v] > 0 and prices.cost[s, r, 0] == np.inf:
        _price_trips(model, state, prices, s, r)


@inner_kernel
def _delivers(model: Model, s: int) -> bool:
    most = 0
    for k in range(model.size[LOADS]):
        most = max(most, model.stops.load[DELIVER, s, k])
    return bool(most > 0)


@inner_kernel
def _changes_trip(model: Model, state: State, s: int, head: int, v: int) -> bool:
    known = state.known
    if model.stops.figure[RELEASED, s] > max(known.node[RELEASED_S, head], 0.0):
        return True
    return bool(known.node[LOAD_S, head] < model.types.figure[TYPE_LOAD_S, v])


@inner_kernel
def _has_room(model: Model, state: State, s: int, node: int, v: int) -> bool:
    known, stops, capacity = state.known, model.stops, model.types.capacity
    for k in range(model.size[LOADS]):
        if known.board[BEFORE, node, k] + stops.load[DELIVER, s, k] > capacity[v, k]:
            return False
        if known.board[AFTER, node, k] + stops.load[COLLECT, s, k] > capacity[v, k]:
            return False
    return True


@inner_kernel
def _note(prices: Prices, s: int, r: int, cost: float, q: int, reload: int) -> None:
    """Keep the two best positions."""
    if cost < prices.cost[s, r, 0]:
        prices.cost[s, r, 1] = prices.cost[s, r, 0]
        prices.where[s, r, 1] = prices.where[s, r, 0]
        prices.reload[s, r, 1] = prices.reload[s, r, 0]
        prices.cost[s, r, 0] = cost
        prices.where[s, r, 0], prices.reload[s, r, 0] = q, reload
    elif cost < prices.cost[s, r, 1]:
        prices.cost[s, r, 1] = cost
        prices.where[s, r, 1], prices.reload[s, r, 1] = q, reload


@inner_kernel
def _price_sampled(model: Model, state: State, prices: Prices, s: int, r: int, q: int) -> None:
    """Price stop s behind rank q of slot r by samples."""
    routes, known, types, stops = state.routes, state.known, model.types, model.stops
    v, legs = model.type_of[r], model.legs
    p = types.whole[TYPE_PROFILE, v]
    node, then = routes.seq[r, q], routes.seq[r, q + 1]
    here, at, there = routes.node[PLACE, node], routes.node[PLACE, s], routes.node[PLACE, then]
    more = metres(legs, p, here, at) + metres(legs, p, at, there) - metres(legs, p, here, there)
    if routes.figure[METRES, r] + more > types.figure[TYPE_LENGTH_MAX, v] + SLACK_S:
        return
    load_s = known.node[LOAD_S, routes.seq[r, 0]]
    longest = types.figure[TYPE_DURATION_MAX, v] - load_s
    least = at_least(legs, p, here, at) + at_least(legs, p, at, there) + stops.figure[SERVICE, s]
    least += routes.figure[LEAST, r] - at_least(legs, p, here, there)
    base = (
        types.figure[TYPE_PER_M, v] * more
        - types.figure[TYPE_PER_S, v] * routes.figure[DURATION, r]
    )
    if (
        base + types.figure[TYPE_PER_S, v] * least >= prices.cost[s, r, 1]
        or least > longest + SLACK_S
    ):
        return
    best = np.inf
    after = 0
    start = routes.seq[r, 0]
    for g in range(STARTS):
        arrive = arrive_at(legs, p, here, at, known.leave[node, g])
        begin = max(arrive, stops.figure[BEGIN_FROM, s])
        if begin > stops.figure[BEGIN_UNTIL, s] + SLACK_S:
            break
        reach = arrive_at(legs, p, at, there, begin + stops.figure[SERVICE, s])
        end, after = end_after(state, then, reach, min(after, STARTS - 1))
        if end == np.inf:
            break
        best = min(best, end - known.leave[start, g])
    best = min(best, _without_waiting(model, state, s, r, q))
    if best <= longest + SLACK_S:
        _note(prices, s, r, base + types.figure[TYPE_PER_S, v] * best, q, PLAIN)


@inner_kernel
def _without_waiting(model: Model, state: State, s: int, r: int, q: int) -> float:
    """Return the duration for who reaches stop s just when its window opens; inf = nobody."""
    routes, known, stops, legs = state.routes, state.known, model.stops, model.legs
    p = model.types.whole[TYPE_PROFILE, model.type_of[r]]
    node, then, start = routes.seq[r, q], routes.seq[r, q + 1], routes.seq[r, 0]
    begin = stops.figure[BEGIN_FROM, s]
    leave = leave_by(legs, p, routes.node[PLACE, node], routes.node[PLACE, s], begin)
    if leave <= known.leave[node, 0]:
        return np.inf
    g = 1
    while g < STARTS and known.leave[node, g] <= leave:
        g += 1
    if g == STARTS:
        return np.inf
    rise = known.leave[node, g] - known.leave[node, g - 1]
    share = (leave - known.leave[node, g - 1]) / rise
    depart = known.leave[start, g - 1]
    depart += share * (known.leave[start, g] - known.leave[start, g - 1])
    reach = arrive_at(
        legs, p, routes.node[PLACE, s], routes.node[PLACE, then], begin + stops.figure[SERVICE, s]
    )
    end, _ = end_after(state, then, reach, 0)
    return float(end - depart)


@inner_kernel
def _price_trips(model: Model, state: State, prices: Prices, s: int, r: int) -> None:
    """Price stop s as a trip of its own, before or after each trip of slot r."""
    routes, types = state.routes, model.types
    v, size = model.type_of[r], routes.whole[SIZE, r]
    used = 0
    for q in range(1, size - 1):
        used += routes.seq[r, q] >= model.size[STOPS]
    if used >= types.whole[TYPE_RELOADS_MAX, v]:
        return
    for q in range(size - 1):
        node = routes.seq[r, q]
        begins = node >= model.size[STOPS]
        ends = routes.seq[r, q + 1] >= model.size[STOPS]
        for at in range(types.whole[TYPE_RELOAD_FIRST, v], types.whole[TYPE_RELOAD_LAST, v]):
            if begins and is_start(model, node):
                _price_driven(model, state, prices, s, r, q, types.reload_place[at] + AHEAD)
            if ends:
                _price_driven(model, state, prices, s, r, q, types.reload_place[at])


@inner_kernel
def _price_driven(
    model: Model, state: State, prices: Prices, s: int, r: int, q: int, reload: int
) -> None:
    """Price stop s behind rank q of slot r by driving the whole tour."""
    routes, known, types = state.routes, state.known, model.types
    v = model.type_of[r]
    per_s = types.figure[TYPE_PER_S, v]
    now = per_s * (routes.figure[DURATION, r] + known.node[LOAD_S, routes.seq[r, 0]])
    now += types.figure[TYPE_PER_M, v] * routes.figure[METRES, r] + types.figure[TYPE_FIXED, v]
    least = per_s * (routes.figure[LEAST, r] + model.stops.figure[SERVICE, s])
    if types.figure[TYPE_FIXED, v] + least - now >= prices.cost[s, r, 1]:
        return
    size = write_trial(model, state, s, r, q, reload)
    cost = _sampled_cost(model, state, r, size)
    trips_of(model, state, v, routes.seq[r], routes.whole[SIZE, r])
    _note(prices, s, r, cost - now, q, reload)


@inner_kernel
def _sampled_cost(model: Model, state: State, r: int, size: int) -> float:
    """Return the cost of the trial tour of slot r at the best of the sampled departures."""
    types, known, place = model.types, state.known, state.routes.node[PLACE]
    v, trial = model.type_of[r], state.room.trial
    trips_of(model, state, v, trial, size)
    way, p = 0.0, types.whole[TYPE_PROFILE, v]
    for q in range(1, size):
        way += metres(model.legs, p, place[trial[q - 1]], place[trial[q]])
    if way > types.figure[TYPE_LENGTH_MAX, v] + SLACK_S:
        return np.inf
    begin, spent = first_departure(model, state, v, trial[0]), np.inf
    for g in range(STARTS):
        depart = max(begin, known.leave[trial[0], g])
        end = drive(model, state, v, trial, size, depart)
        if end > types.figure[TYPE_END_UNTIL, v] + SLACK_S:
            break
        spent = min(spent, end - depart)
    spent += known.node[LOAD_S, trial[0]]
    if not spent <= types.figure[TYPE_DURATION_MAX, v] + SLACK_S:
        return np.inf
    cost = types.figure[TYPE_PER_S, v] * spent + types.figure[TYPE_PER_M, v] * way
    return float(types.figure[TYPE_FIXED, v] + cost)


@inner_kernel
def write_trial(model: Model, state: State, s: int, r: int, q: int, reload: int) -> int:
    """Write slot r with stop s behind rank q as the trial tour; return its size."""
    routes, trial = state.routes, state.room.trial
    size = 0
    for rank in range(routes.whole[SIZE, r]):
        trial[size] = routes.seq[r, rank]
        size += 1
        if rank != q:
            continue
        if reload != PLAIN:
            node = free_reload(model, state, r)
            routes.node[PLACE, node] = reload % AHEAD
            if reload < AHEAD:
                trial[size], trial[size + 1] = node, s
            else:
                trial[size], trial[size + 1] = s, node
            size += 2
        else:
            trial[size] = s
            size += 1
    return size


@inner_kernel
def free_reload(model: Model, state: State, r: int) -> int:
    """Return a reload node of slot r that is not in use."""
    node = model.size[STOPS] + r * model.size[RELOADS]
    while state.routes.node[IN_USE, node]:
        node += 1
    return int(node)
