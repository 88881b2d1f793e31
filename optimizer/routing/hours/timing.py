"""When a tour leaves best: its arrival-time function, composed leg by leg, corner by corner.

The end of a tour is a piecewise-linear function of its departure that does not fall; the duration,
end minus departure, is least at one of its corners. Those corners come from the corners of the legs
and from windows (Hashimoto, Yagiura, Ibaraki 2008, DOI 10.1016/j.disopt.2007.05.004). Departures
that only wait longer are left out: the first that matters is the last one that ends earliest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.compiled import inner_kernel
from optimizer.routing.hours.model import (
    BEGIN_FROM,
    BEGIN_UNTIL,
    CALM,
    DELIVER,
    LOADS,
    NODES,
    RELEASED,
    SERVICE,
    SLOTS,
    STOPS,
    TYPE_BEGIN_FROM,
    TYPE_END_UNTIL,
    TYPE_LOAD_S,
    TYPE_PROFILE,
)
from optimizer.routing.hours.state import (
    CORNERS,
    LAST,
    LOAD_S,
    PLACE,
    RELEASED_S,
    SLACK_S,
)
from optimizer.travel.hourly_legs import (
    ARRIVE,
    DEPART,
    EDGE,
    FIRST_PIECE,
    HOURLY,
    KIND,
    LAST_PIECE,
    PLACES,
    ROW,
    STEADY,
    arrive_at,
    leave_by,
    rank,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.routing.hours.model import Model
    from optimizer.routing.hours.state import State
    from optimizer.travel.hourly_legs import Legs

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

LONG, SPREAD = 24, 16


@inner_kernel
def is_end(model: Model, node: int) -> bool:
    """Return whether the node is the end of a slot."""
    return bool(node >= model.size[NODES] - model.size[SLOTS])


@inner_kernel
def is_start(model: Model, node: int) -> bool:
    """Return whether the node is the start of a slot."""
    nodes, slots = model.size[NODES], model.size[SLOTS]
    return bool(nodes - 2 * slots <= node < nodes - slots)


@inner_kernel
def trips_of(model: Model, state: State, v: int, seq: Ints, size: int) -> None:
    """Note at the start and at each reload how long loading takes and what it waits for."""
    known, stops = state.known, model.stops
    head = seq[0]
    known.node[LOAD_S, head], known.node[RELEASED_S, head] = 0.0, -np.inf
    for q in range(1, size - 1):
        node = seq[q]
        if node >= model.size[STOPS]:
            head = node
            known.node[LOAD_S, head], known.node[RELEASED_S, head] = 0.0, -np.inf
            continue
        for k in range(model.size[LOADS]):
            if stops.load[DELIVER, node, k] > 0:
                known.node[LOAD_S, head] = model.types.figure[TYPE_LOAD_S, v]
                known.node[RELEASED_S, head] = max(
                    known.node[RELEASED_S, head], stops.figure[RELEASED, node]
                )


@inner_kernel
def leave_node(model: Model, state: State, node: int, arrive: float) -> float:
    """Return when a stop, reload or end that is reached at `arrive` is left; inf = too late."""
    if node < model.size[STOPS]:
        begin = max(arrive, model.stops.figure[BEGIN_FROM, node])
        if begin > model.stops.figure[BEGIN_UNTIL, node] + SLACK_S:
            return np.inf
        return float(begin + model.stops.figure[SERVICE, node])
    if is_end(model, node):
        return arrive
    return float(max(arrive + state.known.node[LOAD_S, node], state.known.node[RELEASED_S, node]))


@inner_kernel
def last_arrival(model: Model, state: State, node: int, leave: float) -> float:
    """Return the latest arrival at a stop or reload that is left by `leave`; -inf = none."""
    if node < model.size[STOPS]:
        last = min(leave - model.stops.figure[SERVICE, node], model.stops.figure[BEGIN_UNTIL, node])
        return float(last) if last >= model.stops.figure[BEGIN_FROM, node] - SLACK_S else -np.inf
    if leave < state.known.node[RELEASED_S, node] - SLACK_S:
        return -np.inf
    return float(leave - state.known.node[LOAD_S, node])


@inner_kernel
def last_departure(model: Model, state: State, v: int, seq: Ints, size: int, end: float) -> float:
    """Return the last departure from the start of a tour that ends by `end`; -inf = none.

    The latest arrivals at its nodes are noted.
    """
    p, place = model.types.whole[TYPE_PROFILE, v], state.routes.node[PLACE]
    last = end
    for q in range(size - 1, 0, -1):
        node = seq[q]
        if q < size - 1:
            last = last_arrival(model, state, node, last)
        state.known.node[LAST, node] = last
        last = leave_by(model.legs, p, place[seq[q - 1]], place[node], last)
        if last == -np.inf:
            return last
    return last


@inner_kernel
def drive(model: Model, state: State, v: int, seq: Ints, size: int, depart: float) -> float:
    """Return the end of a tour that leaves its start at `depart`; inf = it misses a window."""
    p, place = model.types.whole[TYPE_PROFILE, v], state.routes.node[PLACE]
    leave = depart
    for q in range(1, size):
        arrive = arrive_at(model.legs, p, place[seq[q - 1]], place[seq[q]], leave)
        leave = leave_node(model, state, seq[q], arrive)
        if leave == np.inf:
            return leave
    return leave


@inner_kernel
def first_departure(model: Model, state: State, v: int, start: int) -> float:
    """Return the earliest departure that shift, loading and release allow."""
    known, types = state.known, model.types
    return float(
        max(
            types.figure[TYPE_BEGIN_FROM, v] + known.node[LOAD_S, start],
            known.node[RELEASED_S, start],
        )
    )


@inner_kernel
def best_departure(model: Model, state: State, v: int, seq: Ints, size: int) -> tuple[float, float]:
    """Return the least time from departure to end, and the departure; (inf, 0) = no way.

    The best is exact for tours of up to LONG nodes (and CORNERS corners); with more, it is exact
    around the best of SPREAD departures.
    """
    trips_of(model, state, v, seq, size)
    until = model.types.figure[TYPE_END_UNTIL, v]
    begin = first_departure(model, state, v, seq[0])
    earliest = drive(model, state, v, seq, size, begin)
    if not earliest <= until + SLACK_S:
        return np.inf, 0.0
    low = max(begin, last_departure(model, state, v, seq, size, earliest))
    high = last_departure(model, state, v, seq, size, until)
    high = max(low, min(high, model.types.figure[CALM, v]))
    if size > LONG:
        low, high = _around_best(model, state, v, seq, size, (low, high))
    room, place, p = state.room, state.routes.node[PLACE], model.types.whole[TYPE_PROFILE, v]
    source, target = room.corners[0], room.corners[1]
    source[0, 0] = source[1, 0] = low
    source[0, 1] = source[1, 1] = high
    count = 2 if high > low else 1
    for q in range(1, size):
        way = (place[seq[q - 1]], place[seq[q]])
        count = _along(model.legs, p, way, source, count, target)
        source, target = target, source
        if q < size - 1:
            count = _at_node(model, state, seq[q], source, count)
    best, depart = np.inf, 0.0
    for c in range(count):
        if source[1, c] - source[0, c] < best - SLACK_S:
            best, depart = source[1, c] - source[0, c], source[0, c]
    return best, depart


@inner_kernel
def _around_best(
    model: Model, state: State, v: int, seq: Ints, size: int, between: tuple[float, float]
) -> tuple[float, float]:
    """Return the departures on both sides of the best of some that are evenly spread."""
    low, high = between
    step = (high - low) / SPREAD
    best, depart = np.inf, low
    for g in range(SPREAD + 1):
        moment = low + g * step
        spent = drive(model, state, v, seq, size, moment) - moment
        if spent < best:
            best, depart = spent, moment
    return max(low, depart - step), min(high, depart + step)


@inner_kernel
def _along(
    legs: Legs, p: int, way: tuple[int, int], source: Floats, count: int, target: Floats
) -> int:
    """Follow a leg: target = its arrival-time function after source; return the corners."""
    origin, goal = way
    if origin == goal or goal < 0 or legs.profile[KIND, p] == STEADY:
        for c in range(count):
            target[0, c] = source[0, c]
            target[1, c] = arrive_at(legs, p, origin, goal, source[1, c])
        return count
    pair = origin * legs.profile[PLACES, p] + goal
    if legs.profile[KIND, p] == HOURLY:
        return _compose(legs, legs.profile[ROW, p] + pair, source, count, target)
    return _compose_paced(legs, p, origin, goal, source, count, target)


@inner_kernel
def _compose(legs: Legs, row: int, source: Floats, count: int, target: Floats) -> int:
    """Follow a leg with corners; both functions are walked through once."""
    depart, arrive = legs.corner[DEPART], legs.corner[ARRIVE]
    first, last = legs.first[row], legs.first[row + 1]
    corner = rank(depart, first, last, source[1, 0])
    new = 0
    for c in range(count):
        leave = source[1, c]
        while corner < last and depart[corner] <= leave:
            if depart[corner] < leave and new + count - c < CORNERS:
                new = _between(source, c, depart[corner], arrive[corner], target, new)
            corner += 1
        target[0, new] = source[0, c]
        if corner == first:
            target[1, new] = arrive[first]
        elif corner == last:
            target[1, new] = arrive[last - 1] + leave - depart[last - 1]
        else:
            steep = arrive[corner] - arrive[corner - 1]
            share = (leave - depart[corner - 1]) / (depart[corner] - depart[corner - 1])
            target[1, new] = arrive[corner - 1] + share * steep
        new += 1
    return new


@inner_kernel
def _compose_paced(
    legs: Legs, p: int, origin: int, goal: int, source: Floats, count: int, target: Floats
) -> int:
    """Follow a leg whose pace changes while one waits to leave, or on the way."""
    first, last = legs.profile[FIRST_PIECE, p], legs.profile[LAST_PIECE, p]
    new = 0
    for c in range(count):
        arrive = arrive_at(legs, p, origin, goal, source[1, c])
        moment = source[1, c - 1] if c > 0 else arrive
        while moment < source[1, c]:
            out = rank(legs.piece[EDGE], first, last, moment + SLACK_S)
            on = rank(
                legs.piece[EDGE], first, last, arrive_at(legs, p, origin, goal, moment) + SLACK_S
            )
            moment = legs.piece[EDGE, out] if out < last else np.inf
            if on < last:
                moment = min(moment, leave_by(legs, p, origin, goal, legs.piece[EDGE, on]))
            if moment < source[1, c] and new + count - c < CORNERS:
                there = arrive_at(legs, p, origin, goal, moment)
                new = _between(source, c, moment, there, target, new)
        target[0, new], target[1, new] = source[0, c], arrive
        new += 1
    return new


@inner_kernel
def _between(source: Floats, c: int, leave: float, arrive: float, target: Floats, new: int) -> int:
    """Add a corner for who leaves between corners c - 1 and c of source."""
    share = (leave - source[1, c - 1]) / (source[1, c] - source[1, c - 1])
    target[0, new] = source[0, c - 1] + share * (source[0, c] - source[0, c - 1])
    target[1, new] = arrive
    return new + 1


@inner_kernel
def _at_node(model: Model, state: State, node: int, source: Floats, count: int) -> int:
    """Wait, and serve: in place. Of departures that wait, the last one alone is kept."""
    begin, spent = 0.0, 0.0
    if node < model.size[STOPS]:
        begin, spent = model.stops.figure[BEGIN_FROM, node], model.stops.figure[SERVICE, node]
    else:
        spent = state.known.node[LOAD_S, node]
        begin = state.known.node[RELEASED_S, node] - spent
    waits = 0
    while waits < count and source[1, waits] <= begin:
        waits += 1
    skip = max(waits - 1, 0)
    if waits > 0:
        if waits < count:
            rise = source[1, waits] - source[1, waits - 1]
            share = (begin - source[1, waits - 1]) / rise
            ahead = source[0, waits] - source[0, waits - 1]
            source[0, waits - 1] += share * ahead
        source[1, waits - 1] = begin
    for c in range(skip, count):
        source[0, c - skip] = source[0, c]
        source[1, c - skip] = source[1, c] + spent
    return count - skip
