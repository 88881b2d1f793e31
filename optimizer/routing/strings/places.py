# ruff: noqa: NPY002, PLR0913, PLR0917 - numba's own generator; kernels take plain values
"""Where a stop, or both ends of a pair, cost least in the tours as they stand.

A place is passed over with a small chance. Whether windows and loads hold is read from what is
known at both neighbours; only between the ends of a pair is the tour followed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.compiled import inner_kernel
from optimizer.routing.strings.model import (
    AHEAD,
    BACK,
    CLOCKED,
    COLLECT,
    DELIVER,
    DURATION_MAX,
    FIXED,
    FROM,
    PAIRED,
    PER_M,
    PER_S,
    SERVICE,
    UNTIL,
)
from optimizer.routing.strings.state import (
    BOARD,
    CLOSES,
    EARLY,
    KIND,
    LATE,
    LEG,
    MARK,
    NOW,
    OPEN,
    OPENS,
    REST,
    REST_CLOSES,
    REST_OPENS,
    SPENT,
    TIME,
)
from optimizer.routing.strings.tour import joined

if TYPE_CHECKING:
    from optimizer.routing.strings.model import Model
    from optimizer.routing.strings.state import Search

PASS = 0.01
TRIED = 40
"""Tours that hold none of so many nearest stops are tried only where no other has room."""
LATE_S = 1e-7
"""Sums of float64 seconds of a day are that exact; the schedule allows more."""


@inner_kernel
def mark_near(model: Model, search: Search, stop: int) -> int:
    """Mark the tours of near stops; return the mark."""
    last = search.seq.shape[1]
    search.slot[MARK, last] += 1
    mark = search.slot[MARK, last]
    for rank in range(min(TRIED, model.near.shape[1])):
        r = search.tour[model.near[stop, rank]]
        if r >= 0:
            search.slot[MARK, r] = mark
    return int(mark)


@inner_kernel
def best_place(model: Model, search: Search, stop: int) -> float:
    """Write to `spot` where a stop, or a pickup and its delivery, cost least; return that cost.

    Tours of near stops and empty ones are tried first, the others where those have no room.
    """
    other = model.partner[stop]
    mark = mark_near(model, search, stop)
    if other >= 0:
        near = mark
        mark = mark_near(model, search, other)
        for r in range(search.seq.shape[1]):
            if search.slot[MARK, r] == near:
                search.slot[MARK, r] = mark
    best = np.inf
    for nearby in (True, False):
        empty = -1
        for r in range(search.seq.shape[1]):
            v = search.slot[KIND, r]
            if not search.slot[OPEN, r] or not model.serves[v, stop]:
                continue
            if search.size[NOW, r] > 2:
                is_tried = nearby == (search.slot[MARK, r] == mark)
            else:  # empty tours of a type are alike
                is_tried, empty = nearby and v != empty, v
            if is_tried:
                best = _place_in(model, search, r, stop, best)
        if best < np.inf:
            break
    return best


@inner_kernel
def _place_in(model: Model, search: Search, r: int, stop: int, best: float) -> float:
    other = model.partner[stop]
    if other < 0:
        return _place_of_stop(model, search, r, stop, best)
    if model.serves[search.slot[KIND, r], other]:
        return _place_of_pair(model, search, r, stop, other, best)
    return best


@inner_kernel
def _has_room(model: Model, search: Search, r: int, q: int, stop: int) -> bool:
    """Return whether what a stop takes and gives has room before rank q (no pairs)."""
    v = search.slot[KIND, r]
    for k in range(model.load.shape[2]):
        at, most = BOARD + 3 * k, model.capacity[v, k]
        if search.cell[NOW, r, q - 1, at + 1] + model.load[DELIVER, stop, k] > most:
            return False
        if search.cell[NOW, r, q - 1, at + 2] + model.load[COLLECT, stop, k] > most:
            return False
    return True


@inner_kernel
def _place_of_stop(  # noqa: C901 - one loop, each line a reason to go on
    model: Model, search: Search, r: int, stop: int, best: float
) -> float:
    """Return the least cost of a stop in slot r; where it is less than `best`, write the spot."""
    node = model.node
    v = search.slot[KIND, r]
    per_m, clocked = model.types[PER_M, v], model.types[CLOCKED, v] > 0.0
    opens, until = node[FROM, stop], node[UNTIL, stop] + LATE_S
    service = node[SERVICE, stop]
    fixed = model.types[FIXED, v] if search.size[NOW, r] == 2 else 0.0
    base = 0.0 if search.size[NOW, r] == 2 else search.cell[NOW, r, 0, REST]
    for q in range(1, search.size[NOW, r]):
        if search.cell[NOW, r, q - 1, EARLY] > until:
            break
        if search.cell[NOW, r, q, LATE] < opens:
            continue
        before, behind = search.seq[NOW, r, q - 1], search.seq[NOW, r, q]
        leg = search.cell[NOW, r, q, LEG] if search.size[NOW, r] > 2 else 0.0
        added = fixed + per_m * (
            model.way[BACK, stop, before] + model.way[AHEAD, stop, behind] - leg
        )
        if added >= best:
            continue
        reach = (
            search.cell[NOW, r, q - 1, EARLY]
            + node[SERVICE, before]
            + model.time[BACK, stop, before]
        )
        if reach > until:
            continue
        leave = max(reach, opens) + service
        if leave + model.time[AHEAD, stop, behind] > search.cell[NOW, r, q, LATE] + LATE_S:
            continue
        if not _has_room(model, search, r, q, stop):
            continue
        if clocked:
            one, two, three = joined(
                search.cell[NOW, r, q - 1, SPENT],
                search.cell[NOW, r, q - 1, OPENS],
                search.cell[NOW, r, q - 1, CLOSES],
                model.time[BACK, stop, before],
                service,
                opens,
                until,
            )
            spent = _whole(search, r, q, one, two, three, model.time[AHEAD, stop, behind])
            if spent > model.types[DURATION_MAX, v] + LATE_S:
                continue
            added += model.types[PER_S, v] * (spent - base)
        if added < best and np.random.random() >= PASS:
            best = added
            search.spot[0], search.spot[1], search.spot[2] = r, q, -1
    return best


@inner_kernel
def _whole(
    search: Search,
    r: int,
    q: int,
    spent: float,
    opens: float,
    closes: float,
    s: float,
) -> float:
    """Return how long a tour takes whose first part goes on to rank q of slot r."""
    whole, _, _ = joined(
        spent,
        opens,
        closes,
        s,
        search.cell[NOW, r, q, REST],
        search.cell[NOW, r, q, REST_OPENS],
        search.cell[NOW, r, q, REST_CLOSES],
    )
    return whole


@inner_kernel
def _price_deliveries(model: Model, search: Search, r: int, stop: int) -> float:
    """Write what a delivery adds at each rank, and the least from each rank on; return the least.

    Where it is late even without its pickup it is late with it (no detour saves time).
    """
    node, room = model.node, search.room
    per_m, until = model.types[PER_M, search.slot[KIND, r]], node[UNTIL, stop] + LATE_S
    least = np.inf
    for q in range(search.size[NOW, r] - 1, 0, -1):
        before, behind = search.seq[NOW, r, q - 1], search.seq[NOW, r, q]
        reach = (
            search.cell[NOW, r, q - 1, EARLY]
            + node[SERVICE, before]
            + model.time[BACK, stop, before]
        )
        leave = max(reach, node[FROM, stop]) + node[SERVICE, stop]
        added = np.inf
        if (
            reach <= until
            and leave + model.time[AHEAD, stop, behind] <= search.cell[NOW, r, q, LATE] + LATE_S
        ):
            added = (
                model.way[BACK, stop, before]
                + model.way[AHEAD, stop, behind]
                - search.cell[NOW, r, q, LEG]
            )
            added *= per_m
        least = min(least, added)
        room[0, q], room[1, q] = added, least
    return least


@inner_kernel
def _fits(model: Model, search: Search, r: int, q: int, pickup: int) -> bool:
    """Return whether what a pickup takes has room when leaving rank q."""
    v = search.slot[KIND, r]
    for k in range(model.load.shape[2]):
        if (
            search.cell[NOW, r, q, BOARD + 3 * k] + model.load[PAIRED, pickup, k]
            > model.capacity[v, k]
        ):
            return False
    return True


@inner_kernel
def _place_of_pair(
    model: Model,
    search: Search,
    r: int,
    pickup: int,
    delivery: int,
    best: float,
) -> float:
    """Return the least cost of a pair in slot r; where it is less than `best`, write the spot."""
    node, room = model.node, search.room
    size, v = search.size[NOW, r], search.slot[KIND, r]
    per_m, until = model.types[PER_M, v], node[UNTIL, pickup] + LATE_S
    fixed = model.types[FIXED, v] if size == 2 else 0.0
    _price_deliveries(model, search, r, delivery)
    for q in range(1, size):
        before, behind = search.seq[NOW, r, q - 1], search.seq[NOW, r, q]
        if search.cell[NOW, r, q - 1, EARLY] > until:
            break
        if search.cell[NOW, r, q, LATE] < node[FROM, pickup]:
            continue
        leg = search.cell[NOW, r, q, LEG] if size > 2 else 0.0
        first = fixed + per_m * (model.way[BACK, pickup, before] - leg)
        both = first + per_m * (
            model.way[AHEAD, pickup, delivery] + model.way[AHEAD, delivery, behind]
        )
        first += per_m * model.way[AHEAD, pickup, behind]
        later = first + room[1, q + 1] if q + 1 < size else np.inf
        if min(both, later) >= best or not _fits(model, search, r, q - 1, pickup):
            continue
        reach = (
            search.cell[NOW, r, q - 1, EARLY]
            + node[SERVICE, before]
            + model.time[BACK, pickup, before]
        )
        if reach > until:
            continue
        leave = max(reach, node[FROM, pickup]) + node[SERVICE, pickup]
        if leave + model.time[AHEAD, pickup, behind] > search.cell[NOW, r, q, LATE] + LATE_S:
            continue
        best = _follow(model, search, r, q, pickup, delivery, leave, first, both, best)
    return best


@inner_kernel
def _follow(
    model: Model,
    search: Search,
    r: int,
    q: int,
    pickup: int,
    delivery: int,
    leave: float,
    first: float,
    both: float,
    best: float,
) -> float:
    """Return the least cost of a pair whose pickup is put before rank q of slot r, as above.

    leave : when the pickup is left. first, both : what it adds without its delivery, and with it
    right behind.
    """
    node, room = model.node, search.room
    size, v = search.size[NOW, r], search.slot[KIND, r]
    clocked = model.types[CLOCKED, v] > 0.0
    base = 0.0 if size == 2 else search.cell[NOW, r, 0, REST]
    spent, opens, closes = 0.0, 0.0, 0.0
    if clocked:
        spent, opens, closes = joined(
            search.cell[NOW, r, q - 1, SPENT],
            search.cell[NOW, r, q - 1, OPENS],
            search.cell[NOW, r, q - 1, CLOSES],
            model.time[BACK, pickup, search.seq[NOW, r, q - 1]],
            node[SERVICE, pickup],
            node[FROM, pickup],
            node[UNTIL, pickup],
        )
    here = pickup
    for rank in range(q, size):
        behind = search.seq[NOW, r, rank]
        added = both if rank == q else first + room[0, rank]
        reach = leave + model.time[AHEAD, here, delivery]
        if reach > node[UNTIL, delivery] + LATE_S:
            break
        done = max(reach, node[FROM, delivery]) + node[SERVICE, delivery]
        if (
            added < best
            and done + model.time[AHEAD, delivery, behind]
            <= search.cell[NOW, r, rank, LATE] + LATE_S
        ):
            late = False
            if clocked:
                one, two, three = joined(
                    spent,
                    opens,
                    closes,
                    model.time[AHEAD, here, delivery],
                    node[SERVICE, delivery],
                    node[FROM, delivery],
                    node[UNTIL, delivery],
                )
                whole = _whole(
                    search, r, rank, one, two, three, model.time[AHEAD, delivery, behind]
                )
                late = whole > model.types[DURATION_MAX, v] + LATE_S
                added += model.types[PER_S, v] * (whole - base)
            if not late and added < best and np.random.random() >= PASS:
                best = added
                search.spot[0], search.spot[1], search.spot[2] = r, q, rank
        if rank + 1 == size or first + room[1, rank + 1] >= best:
            break
        way_s = model.time[AHEAD, here, behind] if rank == q else search.cell[NOW, r, rank, TIME]
        begin = max(leave + way_s, node[FROM, behind])
        if begin > search.cell[NOW, r, rank, LATE] + LATE_S or not _fits(
            model, search, r, rank, pickup
        ):
            break
        leave, here = begin + node[SERVICE, behind], behind
        if clocked:
            spent, opens, closes = joined(
                spent,
                opens,
                closes,
                way_s,
                node[SERVICE, behind],
                node[FROM, behind],
                node[UNTIL, behind],
            )
    return best
