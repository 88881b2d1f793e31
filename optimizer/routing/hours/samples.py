"""What is kept of a tour so that an insertion is priced without driving it anew.

A tour is driven from STARTS departures: all of what its windows allow, more densely where it does
not merely wait. Each node keeps when it is left (for what comes before an insertion) and when the
tour ends for arrivals there (for what comes after), up to the latest arrival that misses no window.
Between samples, ends are interpolated; whatever is taken is timed exactly afterwards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.compiled import inner_kernel
from optimizer.routing.hours.model import (
    CALM,
    COLLECT,
    DELIVER,
    LOADS,
    SERVICE,
    STOPS,
    TYPE_END_UNTIL,
    TYPE_PROFILE,
)
from optimizer.routing.hours.state import (
    AFTER,
    AT,
    BEFORE,
    DEPART,
    DURATION,
    END,
    FRESH,
    LAST,
    LATER,
    LEAST,
    LOAD_S,
    METRES,
    PLACE,
    SAMPLES,
    SIZE,
    SLACK_S,
    STARTS,
    VERSION,
)
from optimizer.routing.hours.timing import (
    drive,
    first_departure,
    last_departure,
    leave_node,
    trips_of,
)
from optimizer.travel.hourly_legs import arrive_at, at_least, metres

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.routing.hours.model import Model
    from optimizer.routing.hours.state import State

    Ints = NDArray[np.int64]

EARLY = 5  # of the samples: departures that only wait longer than others,
DENSE = 6  # and those around the best departure that is known


@inner_kernel
def refresh(model: Model, state: State, r: int) -> bool:
    """Keep anew what is kept of slot r; False = the tour cannot be driven."""
    routes, known = state.routes, state.known
    routes.whole[FRESH, r] = routes.whole[VERSION, r]
    v, size = model.type_of[r], routes.whole[SIZE, r]
    seq = routes.seq[r]
    trips_of(model, state, v, seq, size)
    _loads(model, state, seq, size)
    _lengths(model, state, r, v)
    if not _departures(model, state, r, v):
        routes.figure[DURATION, r] = np.inf
        return False
    p, place = model.types.whole[TYPE_PROFILE, v], routes.node[PLACE]
    for q in range(1, size):
        before, node = seq[q - 1], seq[q]
        for g in range(STARTS):
            leave = known.leave[before, g]
            arrive = arrive_at(model.legs, p, place[before], place[node], leave)
            known.follow[AT, node, g] = arrive
            known.leave[node, g] = leave_node(model, state, node, arrive)
    best = np.inf
    for g in range(STARTS):
        best = min(best, known.leave[seq[size - 1], g] - known.leave[seq[0], g])
    routes.figure[DURATION, r] = best
    _ends(model, state, v, seq, size)
    return True


@inner_kernel
def _departures(model: Model, state: State, r: int, v: int) -> bool:
    """Choose the departures, not falling, between the earliest and the latest that are allowed."""
    routes, known = state.routes, state.known
    seq, size = routes.seq[r], routes.whole[SIZE, r]
    until = model.types.figure[TYPE_END_UNTIL, v]
    begin = first_departure(model, state, v, seq[0])
    earliest = drive(model, state, v, seq, size, begin)
    if not earliest <= until + SLACK_S:
        return False
    low = last_departure(model, state, v, seq, size, earliest)
    high = last_departure(model, state, v, seq, size, until)
    low = max(begin, low)
    high = max(low, min(high, model.types.figure[CALM, v]))
    early = EARLY if low > begin else 0
    leave = known.leave
    for g in range(early):
        leave[seq[0], g] = begin + g * (low - begin) / early
    spread = STARTS - early - DENSE
    for g in range(spread):
        leave[seq[0], early + g] = low + g * (high - low) / (spread - 1)
    depart = min(max(routes.figure[DEPART, r], low), high)
    step = (high - low) / (spread - 1) / DENSE
    for g in range(DENSE):
        moment = min(max(depart + (g - DENSE // 2) * step, low), high)
        at = early + spread + g
        while at > 0 and leave[seq[0], at - 1] > moment:
            leave[seq[0], at] = leave[seq[0], at - 1]
            at -= 1
        leave[seq[0], at] = moment
    return True


@inner_kernel
def _ends(model: Model, state: State, v: int, seq: Ints, size: int) -> None:
    """Keep when the tour ends for arrivals at each node, sampled ones and later ones."""
    known, place, p = state.known, state.routes.node[PLACE], model.types.whole[TYPE_PROFILE, v]
    finish = seq[size - 1]
    for q in range(size - 1, 0, -1):
        node = seq[q]
        for g in range(STARTS):
            known.follow[END, node, g] = known.follow[AT, finish, g]
        begin = known.follow[AT, node, STARTS - 1]
        late = max(begin, min(known.node[LAST, node], model.types.figure[CALM, v]))
        for h in range(1, LATER + 1):
            arrive = begin + h * (late - begin) / LATER
            g = STARTS + h - 1
            known.follow[AT, node, g] = arrive
            if q == size - 1:
                known.follow[END, node, g] = arrive
                continue
            leave = leave_node(model, state, node, arrive)
            reach = arrive_at(model.legs, p, place[node], place[seq[q + 1]], leave)
            end, _ = end_after(state, seq[q + 1], reach, STARTS - 1)
            known.follow[END, node, g] = end


@inner_kernel
def end_after(state: State, node: int, arrive: float, g: int) -> tuple[float, int]:
    """Return when the tour ends that arrives so at a node, and the sample after; from sample g."""
    known = state.known
    while g < SAMPLES and known.follow[AT, node, g] < arrive:
        g += 1
    if g == SAMPLES:
        beyond = arrive > max(known.node[LAST, node], known.follow[AT, node, g - 1]) + SLACK_S
        late = arrive - known.follow[AT, node, g - 1]
        return (np.inf if beyond else known.follow[END, node, g - 1] + late), g
    if g == 0 or known.follow[AT, node, g] <= arrive:
        return known.follow[END, node, g], g
    share = (arrive - known.follow[AT, node, g - 1]) / (
        known.follow[AT, node, g] - known.follow[AT, node, g - 1]
    )
    return known.follow[END, node, g - 1] + share * (
        known.follow[END, node, g] - known.follow[END, node, g - 1]
    ), g


@inner_kernel
def _lengths(model: Model, state: State, r: int, v: int) -> None:
    known, place, p = state.known, state.routes.node[PLACE], model.types.whole[TYPE_PROFILE, v]
    seq = state.routes.seq[r]
    least = way = 0.0
    for q in range(1, state.routes.whole[SIZE, r]):
        here, there = place[seq[q - 1]], place[seq[q]]
        least += at_least(model.legs, p, here, there)
        way += metres(model.legs, p, here, there)
        if seq[q] < model.size[STOPS]:
            least += model.stops.figure[SERVICE, seq[q]]
        else:
            least += known.node[LOAD_S, seq[q]]
    figure = state.routes.figure
    figure[LEAST, r], figure[METRES, r] = least, way


@inner_kernel
def _loads(model: Model, state: State, seq: Ints, size: int) -> None:
    """Keep the most load on board of each trip up to each node, and from it on."""
    board, stops = state.known.board, model.stops
    for k in range(model.size[LOADS]):
        head = 0
        while head < size - 1:
            tail, load = head + 1, 0
            while seq[tail] < model.size[STOPS]:
                load += stops.load[DELIVER, seq[tail], k]
                tail += 1
            most = 0
            for q in range(head, tail):
                if q > head:
                    load += stops.load[COLLECT, seq[q], k] - stops.load[DELIVER, seq[q], k]
                most = max(most, load)
                board[BEFORE, seq[q], k], board[AFTER, seq[q], k] = most, load
            for q in range(tail - 2, head - 1, -1):
                board[AFTER, seq[q], k] = max(board[AFTER, seq[q], k], board[AFTER, seq[q + 1], k])
            head = tail
