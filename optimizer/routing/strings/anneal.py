# ruff: noqa: NPY002 - numba draws from the generator that np.random.seed sets, per thread
"""Ruin and recreate with time windows, pairs and few vehicles, at one temperature.

Strings of stops near each other are taken out of a few tours and put back one by one where it costs
least; what got worse is kept as annealing allows. Stops that find no room count how often they did
not: while some that must be visited are out, tours are taken if the sum of these counts falls
(J. Christiaens, G. Vanden Berghe, Slack induction by string removals for vehicle routing problems,
Transportation Science 54 (2020), doi:10.1287/trsc.2019.0914).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from optimizer.compiled import inner_kernel, kernel
from optimizer.routing.strings.model import AHEAD, PENALTY
from optimizer.routing.strings.places import best_place
from optimizer.routing.strings.ruin import is_listed, sort_out, take_out
from optimizer.routing.strings.state import (
    ABSENCES,
    BEFORE,
    BEST,
    CHANGED,
    KEPT,
    LEFT,
    LEG,
    NOW,
    OPEN,
    READY,
    TIME,
    WHICH,
)
from optimizer.routing.strings.tour import copy_slot, put_in, refresh, write_down

if TYPE_CHECKING:
    from optimizer.routing.strings.model import Model
    from optimizer.routing.strings.state import Search

LEAST_EUR = 1e-9
"""What is better by less is not better."""


@kernel
def begin(model: Model, search: Search) -> None:
    """Find what is known of the tours that were written to a search."""
    stops, total = len(model.partner), 0.0
    search.listed[LEFT] = 0
    for r in range(search.seq.shape[1]):
        refresh(model, search, r)
        total += search.cost[NOW, r]
    for stop in range(stops):
        if search.tour[stop] >= 0 or not is_listed(model, stop):
            continue
        search.out[LEFT, search.listed[LEFT]] = stop
        search.listed[LEFT] += 1
        if not math.isinf(model.node[PENALTY, stop]):
            total += model.node[PENALTY, stop]
    search.value[NOW], search.value[BEST] = total, np.inf
    if must_out(model, search, LEFT) == 0:
        _keep_best(search)


@inner_kernel
def must_out(model: Model, search: Search, row: int) -> int:
    """Return how many stops that must be visited are in this row of `out`."""
    count = 0
    for rank in range(search.listed[row]):
        count += math.isinf(model.node[PENALTY, search.out[row, rank]])
    return count


@inner_kernel
def _absences(model: Model, search: Search, row: int) -> float:
    total = 0.0
    for rank in range(search.listed[row]):
        stop = search.out[row, rank]
        if math.isinf(model.node[PENALTY, stop]):
            total += 1.0 + search.figure[ABSENCES, stop]
    return total


@inner_kernel
def _keep_best(search: Search) -> None:
    search.value[BEST] = search.value[NOW]
    for r in range(search.seq.shape[1]):
        search.size[BEST, r], search.cost[BEST, r] = search.size[NOW, r], search.cost[NOW, r]
        for q in range(search.size[NOW, r]):
            search.seq[BEST, r, q] = search.seq[NOW, r, q]


@inner_kernel
def _put_all(model: Model, search: Search, move: int) -> None:
    """Put stops in where they cost least; list those that find no room or cost too much."""
    for rank in range(search.listed[READY]):
        stop = search.out[READY, rank]
        cost = best_place(model, search, stop)
        if cost == np.inf or cost > model.node[PENALTY, stop]:
            search.out[LEFT, search.listed[LEFT]] = stop
            search.listed[LEFT] += 1
            continue
        r, q, later = search.spot[0], search.spot[1], search.spot[2]
        write_down(search, r, move)
        if later >= 0:
            put_in(model, search, r, later, model.partner[stop])
        put_in(model, search, r, q, stop)
        refresh(model, search, r)


@inner_kernel
def _change(model: Model, search: Search) -> float:
    """Return by how much the move of the moment has changed the cost."""
    change = 0.0
    for at in range(search.listed[CHANGED]):
        r = search.slot[WHICH, at]
        change += search.cost[NOW, r] - search.cost[KEPT, r]
    for row, sign in ((LEFT, 1.0), (BEFORE, -1.0)):
        for rank in range(search.listed[row]):
            penalty = model.node[PENALTY, search.out[row, rank]]
            if not math.isinf(penalty):
                change += sign * penalty
    return change


@inner_kernel
def _put_back(model: Model, search: Search) -> None:
    """Undo the move of the moment."""
    for rank in range(search.listed[READY]):
        stop = search.out[READY, rank]
        search.tour[stop] = -1
        if model.partner[stop] >= 0:
            search.tour[model.partner[stop]] = -1
    for at in range(search.listed[CHANGED]):
        r = search.slot[WHICH, at]
        copy_slot(search, KEPT, NOW, r)
        for q in range(1, search.size[NOW, r] - 1):
            search.tour[search.seq[NOW, r, q]] = r
    search.listed[LEFT] = search.listed[BEFORE]
    for rank in range(search.listed[BEFORE]):
        search.out[LEFT, rank] = search.out[BEFORE, rank]


@inner_kernel
def _least_absent(search: Search) -> int:
    """Return the tour whose stops have been out the least."""
    least, which = np.inf, -1
    for r in range(search.seq.shape[1]):
        total = 0.0
        for q in range(1, search.size[NOW, r] - 1):
            total += search.figure[ABSENCES, search.seq[NOW, r, q]]
        if search.size[NOW, r] > 2 and total < least:
            least, which = total, r
    return which


@kernel
def close_tour(model: Model, search: Search) -> None:
    """Take all stops out of the tour whose stops have been out the least; close all empty tours."""
    which = _least_absent(search)
    for q in range(1, search.size[NOW, which] - 1):
        stop = search.seq[NOW, which, q]
        search.tour[stop] = -1
        if is_listed(model, stop):
            search.out[LEFT, search.listed[LEFT]] = stop
            search.listed[LEFT] += 1
    start, end = search.seq[NOW, which, 0], search.seq[NOW, which, search.size[NOW, which] - 1]
    search.seq[NOW, which, 1] = end
    search.cell[NOW, which, 1, LEG], search.cell[NOW, which, 1, TIME] = (
        model.way[AHEAD, start, end],
        model.time[AHEAD, start, end],
    )
    search.size[NOW, which] = 2
    search.value[NOW] -= search.cost[NOW, which]
    refresh(model, search, which)
    for r in range(search.seq.shape[1]):
        search.slot[OPEN, r] = search.size[NOW, r] > 2


@kernel
def anneal(model: Model, search: Search, heat: float, first: int, moves: int, seed: int) -> int:
    """Make some moves, numbered from `first`; return how many.

    While stops that must be visited are out, moves bring them in by how often they were out, and
    end when all are in.
    """
    np.random.seed(seed)
    missing = must_out(model, search, LEFT)
    counts = missing > 0
    listed = search.listed
    for move in range(first, first + moves):
        listed[READY] = listed[BEFORE] = listed[LEFT]
        for rank in range(listed[LEFT]):
            search.out[READY, rank] = search.out[BEFORE, rank] = search.out[LEFT, rank]
        before = _absences(model, search, BEFORE) if counts else 0.0
        listed[LEFT], listed[CHANGED] = 0, 0
        take_out(model, search, move)
        sort_out(model, search)
        _put_all(model, search, move)
        change = _change(model, search)
        more = must_out(model, search, LEFT) - missing
        taken = (more == 0 or counts) and change < -heat * math.log(1.0 - np.random.random())
        if counts:
            after = _absences(model, search, LEFT)
            for rank in range(listed[LEFT]):
                search.figure[ABSENCES, search.out[LEFT, rank]] += 1.0
            taken = after < before or (after == before and taken)
        if not taken:
            _put_back(model, search)
            continue
        search.value[NOW] += change
        missing += more
        if missing == 0 and (counts or search.value[NOW] < search.value[BEST] - LEAST_EUR):
            _keep_best(search)
        if missing == 0 and counts:
            return move - first + 1
    return moves
