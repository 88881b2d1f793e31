# ruff: noqa: NPY002 - numba draws from the generator that np.random.seed sets, per thread
"""Ruin and recreate under simulated annealing, with tours timed exactly before they are judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.compiled import inner_kernel, kernel
from optimizer.routing.hours.insertion import (
    PLAIN,
    Prices,
    exact_cost,
    price,
    price_alone,
    write_trial,
)
from optimizer.routing.hours.model import (
    BEGIN_FROM,
    BEGIN_UNTIL,
    COLLECT,
    DELIVER,
    PENALTY,
    STOPS,
)
from optimizer.routing.hours.ruin import (
    NO_SLOT,
    Journal,
    changed,
    drop_reloads,
    list_left_out,
    put_back,
    ruin,
    write_down,
)
from optimizer.routing.hours.state import (
    COST,
    DEPART,
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

BLINK = 0.02
BROKEN = 1e12  # cost of a tour that breaks a rule, EUR: two of them are worse than one
ORDERS = (4, 8, 10, 11, 13, 15, 17)
"""Sums of weights: random 4, load 4, far 2, close 1, short, early and late windows 2 each."""


class Best(NamedTuple):
    """The best tours met: as in `Routes`; value (2,) : of the best, of the state."""

    seq: Ints
    size: Ints
    place: Ints
    depart: Floats
    value: Floats


class Search(NamedTuple):
    """Everything that one thread works with."""

    state: State
    prices: Prices
    journal: Journal
    best: Best
    order: Floats


class Course(NamedTuple):
    """Moves to take while the temperature falls from `hot` to `cold`, EUR.

    begins : price tours of one stop, time the tours at hand and put in what is left out before.
    """

    seed: int
    begins: bool
    steps: int
    hot: float
    cold: float


@kernel
def anneal(model: Model, search: Search, course: Course) -> None:
    """Take moves as `course` says, and keep the best tours met."""
    np.random.seed(course.seed)
    state, journal, best = search.state, search.journal, search.best
    for step in range(-1 if course.begins else 0, course.steps):
        heat = course.hot * (course.cold / course.hot) ** (max(step, 0) / max(course.steps, 1))
        for at in range(journal.noted[0]):
            journal.written[journal.slot[at]] = False
        journal.noted[:] = 0
        if step < 0:
            price_alone(model, state, search.prices)
            list_left_out(model, state, journal)
            for r in range(len(model.type_of)):
                write_down(model, state, journal, r)
        else:
            ruin(model, state, journal)
        _recreate(model, search)
        _time(model, search)
        value = _value(model, state)
        if step < 0 or value < best.value[1] - heat * np.log(max(np.random.random(), 1e-300)):
            best.value[1] = value
            if value < best.value[0] - 1e-9:
                _keep(search)
        else:
            put_back(model, state, journal)


@inner_kernel
def _value(model: Model, state: State) -> float:
    total = 0.0
    for r in range(len(model.type_of)):
        if state.routes.whole[SIZE, r] > 2:
            total += state.routes.figure[COST, r]
    for s in range(model.size[STOPS]):
        if state.routes.slot[s] == NO_SLOT:
            total += model.stops.figure[PENALTY, s]
    return total


@inner_kernel
def _time(model: Model, search: Search) -> None:
    """Time the tours of the move exactly."""
    state, journal = search.state, search.journal
    routes = state.routes
    for at in range(journal.noted[0]):
        r = journal.slot[at]
        if routes.whole[SIZE, r] <= 2:
            routes.figure[COST, r] = 0.0
            continue
        before = routes.whole[SIZE, r]
        drop_reloads(model, state, r)
        if routes.whole[SIZE, r] != before:
            changed(state, r)
        cost, depart = exact_cost(
            model, state, model.type_of[r], routes.seq[r], routes.whole[SIZE, r]
        )
        routes.figure[COST, r] = min(cost, BROKEN)
        routes.figure[DEPART, r] = depart


@inner_kernel
def _keep(search: Search) -> None:
    routes, best = search.state.routes, search.best
    best.value[0] = best.value[1]
    for r in range(len(best.size)):
        best.size[r], best.depart[r] = routes.whole[SIZE, r], routes.figure[DEPART, r]
        for q in range(routes.whole[SIZE, r]):
            best.seq[r, q] = routes.seq[r, q]
            best.place[routes.seq[r, q]] = routes.node[PLACE, routes.seq[r, q]]


@inner_kernel
def _recreate(model: Model, search: Search) -> None:
    """Put the stops without a tour where each costs least, in an order that is drawn."""
    state, journal = search.state, search.journal
    _sort(model, search)
    for at in range(journal.noted[1]):
        s = journal.out[at]
        r, q, reload = _cheapest(model, search, s)
        if r == NO_SLOT:
            continue
        write_down(model, state, journal, r)
        routes = state.routes
        size = write_trial(model, state, s, r, q, reload)
        for rank in range(size):
            routes.seq[r, rank] = state.room.trial[rank]
            if routes.seq[r, rank] >= model.size[STOPS]:
                routes.node[IN_USE, routes.seq[r, rank]] = 1
        routes.whole[SIZE, r], routes.slot[s] = size, r
        changed(state, r)


@inner_kernel
def _cheapest(model: Model, search: Search, s: int) -> tuple[int, int, int]:
    """Return slot, rank and reload of the cheapest position; slot NO_SLOT = leave it out."""
    routes, prices = search.state.routes, search.prices
    best = model.stops.figure[PENALTY, s]
    slot, where, reload = NO_SLOT, 0, PLAIN
    tried = -1
    for r in range(len(model.type_of)):
        v = model.type_of[r]
        if routes.whole[SIZE, r] == 2:
            if v != tried and prices.alone[v, s] < best:
                best, slot, where, reload = prices.alone[v, s], r, 0, PLAIN
            tried = v
            continue
        if prices.version[s, r] != routes.whole[VERSION, r]:
            price(model, search.state, prices, s, r)
        pick = 1 if np.random.random() < BLINK else 0
        if prices.cost[s, r, pick] < best:
            best, slot = prices.cost[s, r, pick], r
            where, reload = prices.where[s, r, pick], prices.reload[s, r, pick]
    return slot, where, reload


@inner_kernel
def _sort(model: Model, search: Search) -> None:
    """Order the stops without a tour by a key that is drawn."""
    journal, stops, order = search.journal, model.stops, search.order
    draw = np.random.random() * ORDERS[6]
    kind = 0
    while draw >= ORDERS[kind]:
        kind += 1
    for at in range(journal.noted[1]):
        s = journal.out[at]
        if kind == 0:
            key = np.random.random()
        elif kind == 1:
            key = -float(stops.load[DELIVER, s, 0] + stops.load[COLLECT, s, 0])
        elif kind == 2:
            key = -search.prices.alone[0, s]
        elif kind == 3:
            key = search.prices.alone[0, s]
        elif kind == 4:
            key = stops.figure[BEGIN_UNTIL, s] - stops.figure[BEGIN_FROM, s]
        elif kind == 5:
            key = stops.figure[BEGIN_FROM, s]
        else:
            key = -stops.figure[BEGIN_UNTIL, s]
        here = at
        while here > 0 and order[here - 1] > key:
            order[here], journal.out[here] = order[here - 1], journal.out[here - 1]
            here -= 1
        order[here], journal.out[here] = key, s
