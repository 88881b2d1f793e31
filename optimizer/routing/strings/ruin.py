# ruff: noqa: NPY002 - numba draws from the generator that np.random.seed sets, per thread
"""Take strings of stops near each other out of a few tours, both ends of a pair together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.compiled import inner_kernel
from optimizer.routing.strings.model import (
    AHEAD,
    COLLECT,
    DELIVER,
    FROM,
    IS_DELIVERY,
    KIN_SHARE,
    LONGEST,
    MEAN_OUT,
    PAIRED,
    UNTIL,
)
from optimizer.routing.strings.state import CHANGED, KEY, NOW, READY, TOUCHED, WHICH
from optimizer.routing.strings.tour import close_up, write_down

if TYPE_CHECKING:
    from optimizer.routing.strings.model import Model
    from optimizer.routing.strings.state import Search

SPLIT, SPLIT_MORE, SPARED = 0.5, 0.01, 0.3
"""Chances to keep one stop inside a string, yet another one, and to pass over a pair."""


@inner_kernel
def take_out(model: Model, search: Search, move: int) -> None:
    """Take strings out of tours around a stop, or pairs like each other; they join what is out."""
    stops = len(model.partner)
    used, visited = 0, 0
    for r in range(search.seq.shape[1]):
        used += search.size[NOW, r] > 2
        visited += search.size[NOW, r] - 2
    if used == 0:
        return
    if np.random.random() < model.rule[KIN_SHARE]:
        _take_kin(model, search, move)
        return
    longest = max(1.0, min(model.rule[LONGEST], visited / used))
    strings = int(np.random.random() * (4.0 * model.rule[MEAN_OUT] / (1.0 + longest) - 1.0) + 1.0)
    seed = np.random.randint(stops)
    for rank in range(-1, model.near.shape[1]):
        node = seed if rank < 0 else model.near[seed, rank]
        r = search.tour[node]
        if r < 0 or search.slot[TOUCHED, r] == move:
            continue
        write_down(search, r, move)
        _take_string(model, search, r, node, longest)
        strings -= 1
        if strings <= 0:
            break


@inner_kernel
def _take_kin(model: Model, search: Search, move: int) -> None:
    """Take a pair and some that are like it out of their tours."""
    stops, pairs = len(model.partner), 0
    seed = np.random.randint(stops)
    if not is_listed(model, seed):
        seed = model.partner[seed]
    if model.partner[seed] < 0:
        return
    most = 1 + np.random.randint(int(model.rule[MEAN_OUT]))
    for rank in range(-1, model.kin.shape[1]):
        node = seed if rank < 0 else model.kin[seed, rank]
        r = search.tour[node]
        if r < 0 or (rank >= 0 and np.random.random() < SPARED):
            continue
        write_down(search, r, move)
        _leave_out(model, search, node)
        pairs += 1
        if pairs == most:
            break
    for at in range(search.listed[CHANGED]):
        close_up(model, search, search.slot[WHICH, at])


@inner_kernel
def _take_string(model: Model, search: Search, r: int, node: int, longest: float) -> None:
    """Take a string with this stop in it out of slot r."""
    size, rank = search.size[NOW, r] - 2, 0
    while search.seq[NOW, r, rank + 1] != node:
        rank += 1
    length = int(1.0 + np.random.random() * min(float(size), longest))
    kept = 0
    if 1 < length < size and np.random.random() < SPLIT:
        kept = 1
        while length + kept < size and np.random.random() < SPLIT_MORE:
            kept += 1
    whole = length + kept
    low, high = max(0, rank - whole + 1), min(rank, size - whole)
    first = low + np.random.randint(high - low + 1)
    spared = 1 + np.random.randint(length - 1) if kept > 0 else whole
    for step in range(whole):
        if spared <= step < spared + kept:
            continue
        _leave_out(model, search, search.seq[NOW, r, 1 + first + step])
    close_up(model, search, r)


@inner_kernel
def _leave_out(model: Model, search: Search, stop: int) -> None:
    """Note a stop as out, with the other end of its pair; of a pair the pickup is listed."""
    other = model.partner[stop]
    if search.tour[stop] < 0:
        return
    search.tour[stop] = -1
    listed = stop
    if other >= 0:
        search.tour[other] = -1
        if not is_listed(model, stop):
            listed = other
    search.out[READY, search.listed[READY]] = listed
    search.listed[READY] += 1


@inner_kernel
def is_listed(model: Model, stop: int) -> bool:
    """Return whether a stop stands for itself: whatever is not the delivery of a pair."""
    return bool(model.node[IS_DELIVERY, stop] == 0.0)


@inner_kernel
def sort_out(model: Model, search: Search) -> None:
    """Order what is out: by chance, load, distance from the depot, or windows."""
    draw, depot = np.random.randint(17), len(model.partner)
    out, keys, node = search.out, search.figure, model.node
    for rank in range(search.listed[READY]):
        stop = out[READY, rank]
        if draw < 4:
            key = np.random.random()
        elif draw < 8:
            key = 0.0
            for k in range(model.load.shape[2]):
                key -= max(model.load[DELIVER, stop, k], model.load[COLLECT, stop, k])
                key -= model.load[PAIRED, stop, k]
        elif draw < 10:
            key = -model.way[AHEAD, depot, stop]
        elif draw < 11:
            key = model.way[AHEAD, depot, stop]
        elif draw < 13:
            key = node[UNTIL, stop] - node[FROM, stop]
        elif draw < 15:
            key = node[FROM, stop]
        else:
            key = -node[UNTIL, stop]
        spot = rank
        while spot > 0 and keys[KEY, spot - 1] > key:
            keys[KEY, spot], out[READY, spot] = keys[KEY, spot - 1], out[READY, spot - 1]
            spot -= 1
        keys[KEY, spot], out[READY, spot] = key, stop
