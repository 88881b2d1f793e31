# ruff: noqa: NPY002 - numba draws from the generator that np.random.seed sets, per thread
"""Take strings of neighbouring stops out of tours that lie side by side.

Slack induction by string removals, Christiaens & Vanden Berghe 2020, DOI 10.1287/trsc.2019.0914.
Whatever changes is first written down, so that it can be put back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.compiled import inner_kernel
from optimizer.routing.hours.model import (
    COLLECT,
    DELIVER,
    LOADS,
    RELOADS,
    SLOTS,
    STOPS,
)
from optimizer.routing.hours.state import (
    COST,
    DEPART,
    FRESH,
    IN_USE,
    PLACE,
    SIZE,
    VERSION,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.routing.hours.model import Model
    from optimizer.routing.hours.state import State

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

REMOVED_MEAN, STRING_MAX = 10.0, 10.0
SPLIT, SPARE_MORE = 0.5, 0.01
NO_SLOT = -1


class Journal(NamedTuple):
    """What was before the move of the moment.

    noted (2,) : tours written down, stops taken out. slot (r,) : which tours; seq (r, w), whole
    (SIZE, VERSION), figure (COST, DEPART). out (s,) : stops without a tour. written (r,) : if a
    tour is. place (r, m) : of its reload nodes, -1 = not in use.
    """

    noted: Ints
    slot: Ints
    seq: Ints
    whole: Ints
    figure: Floats
    out: Ints
    written: NDArray[np.bool_]
    place: Ints


def new_journal(model: Model, width: int) -> Journal:
    """Return an empty journal."""
    stops, slots, reloads = (int(model.size[at]) for at in (STOPS, SLOTS, RELOADS))
    return Journal(
        np.zeros(2, dtype=np.int64),
        np.zeros(slots, dtype=np.int64),
        np.zeros((slots, width), dtype=np.int64),
        np.zeros((2, slots), dtype=np.int64),
        np.zeros((2, slots)),
        np.zeros(stops, dtype=np.int64),
        np.zeros(slots, dtype=np.bool_),
        np.zeros((slots, reloads), dtype=np.int64),
    )


@inner_kernel
def write_down(model: Model, state: State, journal: Journal, r: int) -> None:
    """Keep slot r as it is, once in a move."""
    if journal.written[r]:
        return
    routes = state.routes
    at = journal.noted[0]
    journal.noted[0] += 1
    journal.written[r] = True
    journal.slot[at] = r
    journal.whole[SIZE, at], journal.whole[VERSION, at] = (
        routes.whole[SIZE, r],
        routes.whole[VERSION, r],
    )
    journal.figure[COST, at], journal.figure[DEPART, at] = (
        routes.figure[COST, r],
        routes.figure[DEPART, r],
    )
    for q in range(routes.whole[SIZE, r]):
        journal.seq[at, q] = routes.seq[r, q]
    first = model.size[STOPS] + r * model.size[RELOADS]
    for k in range(model.size[RELOADS]):
        used = routes.node[IN_USE, first + k]
        journal.place[at, k] = routes.node[PLACE, first + k] if used else -1


@inner_kernel
def put_back(model: Model, state: State, journal: Journal) -> None:
    """Undo the move."""
    routes = state.routes
    for at in range(journal.noted[1]):
        routes.slot[journal.out[at]] = NO_SLOT
    for at in range(journal.noted[0]):
        r = journal.slot[at]
        routes.whole[SIZE, r], routes.whole[VERSION, r] = (
            journal.whole[SIZE, at],
            journal.whole[VERSION, at],
        )
        routes.figure[COST, r], routes.figure[DEPART, r] = (
            journal.figure[COST, at],
            journal.figure[DEPART, at],
        )
        for q in range(journal.whole[SIZE, at]):
            node = journal.seq[at, q]
            routes.seq[r, q] = node
            if node < model.size[STOPS]:
                routes.slot[node] = r
        routes.whole[FRESH, r] = 0  # its stops may have been sampled in other tours meanwhile
        first = model.size[STOPS] + r * model.size[RELOADS]
        for k in range(model.size[RELOADS]):
            routes.node[IN_USE, first + k] = 1 if journal.place[at, k] >= 0 else 0
            if journal.place[at, k] >= 0:
                routes.node[PLACE, first + k] = journal.place[at, k]


@inner_kernel
def changed(state: State, r: int) -> None:
    """Give slot r a version of its own."""
    state.routes.whole[VERSION, r] = state.routes.clock[0]
    state.routes.clock[0] += 1


@inner_kernel
def list_left_out(model: Model, state: State, journal: Journal) -> None:
    """List the stops without a tour."""
    for s in range(model.size[STOPS]):
        if state.routes.slot[s] == NO_SLOT:
            journal.out[journal.noted[1]] = s
            journal.noted[1] += 1


@inner_kernel
def ruin(model: Model, state: State, journal: Journal) -> None:
    """Take strings out of tours around a stop that is drawn, and list all stops without a tour."""
    routes, stops = state.routes, model.stops
    count = model.size[STOPS]
    used = 0
    for r in range(len(model.type_of)):
        used += routes.whole[SIZE, r] > 2
    list_left_out(model, state, journal)
    if used == 0:
        return
    longest = min(STRING_MAX, (count - journal.noted[1]) / used)
    strings = int(np.random.random() * (4.0 * REMOVED_MEAN / (1.0 + longest) - 1.0) + 1.0)
    seed = np.random.randint(count)
    for rank in range(-1, stops.near.shape[1]):
        s = seed if rank < 0 else stops.near[seed, rank]
        r = routes.slot[s]
        if r == NO_SLOT or journal.written[r]:
            continue
        write_down(model, state, journal, r)
        size = routes.whole[SIZE, r] - 2
        length = int(np.random.random() * min(size, longest) + 1.0)
        _take_string(model, state, journal, r, s, min(length, size))
        strings -= 1
        if strings <= 0:
            break


@inner_kernel
def _take_string(model: Model, state: State, journal: Journal, r: int, s: int, length: int) -> None:
    """Take `length` ranks around stop s out of slot r, perhaps sparing some in the midst."""
    routes = state.routes
    inner = routes.whole[SIZE, r] - 2
    spared = 0
    if length > 1 and length < inner and np.random.random() < SPLIT:
        spared = 1
        while length + spared < inner and np.random.random() < SPARE_MORE:
            spared += 1
    at = 1
    while routes.seq[r, at] != s:
        at += 1
    span = length + spared
    low, high = max(1, at - span + 1), min(at, inner - span + 1)
    first = low + int(np.random.random() * (high - low + 1))
    keep_from = first + 1 + int(np.random.random() * (length - 1)) if spared else first + span
    size = first
    for q in range(first, routes.whole[SIZE, r]):
        node = routes.seq[r, q]
        taken = first <= q < first + span and not keep_from <= q < keep_from + spared
        if taken and node < model.size[STOPS]:
            routes.slot[node] = NO_SLOT
            journal.out[journal.noted[1]] = node
            journal.noted[1] += 1
            continue
        routes.seq[r, size] = node
        size += 1
    routes.whole[SIZE, r] = size
    drop_reloads(model, state, r)
    changed(state, r)


@inner_kernel
def drop_reloads(model: Model, state: State, r: int) -> None:
    """Take out reloads before or after which nothing is visited, or that capacity does not need."""
    routes = state.routes
    q = 1
    while q < routes.whole[SIZE, r] - 1:
        node = routes.seq[r, q]
        if node < model.size[STOPS] or not _is_needless(model, state, r, q):
            q += 1
            continue
        routes.node[IN_USE, node] = 0
        for later in range(q, routes.whole[SIZE, r] - 1):
            routes.seq[r, later] = routes.seq[r, later + 1]
        routes.whole[SIZE, r] -= 1
        q = 1


@inner_kernel
def _is_needless(model: Model, state: State, r: int, q: int) -> bool:
    seq, stops = state.routes.seq, model.stops
    if seq[r, q - 1] >= model.size[STOPS] or seq[r, q + 1] >= model.size[STOPS]:
        return True
    capacity = model.types.capacity[model.type_of[r]]
    head, tail = q - 1, q + 1
    while seq[r, head] < model.size[STOPS]:
        head -= 1
    while seq[r, tail] < model.size[STOPS]:
        tail += 1
    for k in range(model.size[LOADS]):
        load = 0
        for at in range(head + 1, tail):
            if at != q:
                load += stops.load[DELIVER, seq[r, at], k] + stops.load[COLLECT, seq[r, at], k]
        if load > capacity[k]:
            return False
    return True
