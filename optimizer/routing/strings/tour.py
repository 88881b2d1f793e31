"""One tour: what is known at each of its visits, putting stops in and taking them out.

How long a tour takes at least is found from both of its halves (T. Vidal, T. G. Crainic,
M. Gendreau, C. Prins, doi:10.1016/j.cor.2012.07.018).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.compiled import inner_kernel
from optimizer.routing.strings.model import (
    AHEAD,
    CLOCKED,
    COLLECT,
    DELIVER,
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
    CHANGED,
    CLOSES,
    EARLY,
    KEPT,
    KIND,
    LATE,
    LEG,
    NOW,
    OPENS,
    REST,
    REST_CLOSES,
    REST_OPENS,
    SPENT,
    TIME,
    TOUCHED,
    WHICH,
)

if TYPE_CHECKING:
    from optimizer.routing.strings.model import Model
    from optimizer.routing.strings.state import Search


@inner_kernel
def joined(
    spent: float,
    opens: float,
    closes: float,
    way_s: float,
    rest: float,
    rest_opens: float,
    rest_closes: float,
) -> tuple[float, float, float]:
    """Return least duration and window of the begin of two parts of a tour in sequence."""
    gone = spent + way_s
    wait = max(rest_opens - gone - closes, 0.0)
    return (
        gone + rest + wait,
        max(rest_opens - gone, opens) - wait,
        min(rest_closes - gone, closes),
    )


@inner_kernel
def refresh(model: Model, search: Search, r: int) -> None:
    """Find anew what is known at the visits of a tour."""
    node = model.node
    size, v = search.size[NOW, r], search.slot[KIND, r]
    first, last = search.seq[NOW, r, 0], search.seq[NOW, r, size - 1]
    early, length = node[FROM, first], 0.0
    search.cell[NOW, r, 0, EARLY] = early
    leave = early + node[SERVICE, first]
    for q in range(1, size):
        here = search.seq[NOW, r, q]
        length += search.cell[NOW, r, q, LEG]
        early = max(leave + search.cell[NOW, r, q, TIME], node[FROM, here])
        search.cell[NOW, r, q, EARLY] = early
        leave = early + node[SERVICE, here]
    late = node[UNTIL, last]
    search.cell[NOW, r, size - 1, LATE] = late
    for q in range(size - 2, -1, -1):
        here = search.seq[NOW, r, q]
        late = min(node[UNTIL, here], late - search.cell[NOW, r, q + 1, TIME] - node[SERVICE, here])
        search.cell[NOW, r, q, LATE] = late
    _load(model, search, r)
    search.cost[NOW, r] = 0.0
    if model.types[CLOCKED, v] > 0.0:
        _clock(model, search, r)
        search.cost[NOW, r] = model.types[PER_S, v] * search.cell[NOW, r, 0, REST]
    search.cost[NOW, r] += model.types[FIXED, v] + model.types[PER_M, v] * length
    if size == 2:
        search.cost[NOW, r] = 0.0


@inner_kernel
def _load(model: Model, search: Search, r: int) -> None:
    load, size = model.load, search.size[NOW, r]
    for k in range(load.shape[2]):
        at = BOARD + 3 * k
        board = 0.0
        for q in range(1, size - 1):
            board += load[DELIVER, search.seq[NOW, r, q], k]
        most = board
        search.cell[NOW, r, 0, at], search.cell[NOW, r, 0, at + 1] = board, board
        for q in range(1, size):
            if q < size - 1:
                s = search.seq[NOW, r, q]
                board += load[COLLECT, s, k] - load[DELIVER, s, k] + load[PAIRED, s, k]
            most = max(most, board)
            search.cell[NOW, r, q, at], search.cell[NOW, r, q, at + 1] = board, most
        most = 0.0
        for q in range(size - 1, -1, -1):
            most = max(most, search.cell[NOW, r, q, at])
            search.cell[NOW, r, q, at + 2] = most


@inner_kernel
def _clock(model: Model, search: Search, r: int) -> None:
    node, size = model.node, search.size[NOW, r]
    here = search.seq[NOW, r, 0]
    spent, opens, closes = node[SERVICE, here], node[FROM, here], node[UNTIL, here]
    search.cell[NOW, r, 0, SPENT], search.cell[NOW, r, 0, OPENS], search.cell[NOW, r, 0, CLOSES] = (
        spent,
        opens,
        closes,
    )
    for q in range(1, size):
        here, way_s = search.seq[NOW, r, q], search.cell[NOW, r, q, TIME]
        spent, opens, closes = joined(
            spent, opens, closes, way_s, node[SERVICE, here], node[FROM, here], node[UNTIL, here]
        )
        (
            search.cell[NOW, r, q, SPENT],
            search.cell[NOW, r, q, OPENS],
            search.cell[NOW, r, q, CLOSES],
        ) = spent, opens, closes
    here = search.seq[NOW, r, size - 1]
    rest, opens, closes = node[SERVICE, here], node[FROM, here], node[UNTIL, here]
    for q in range(size - 1, -1, -1):
        if q < size - 1:
            here, way_s = search.seq[NOW, r, q], search.cell[NOW, r, q + 1, TIME]
            rest, opens, closes = joined(
                node[SERVICE, here], node[FROM, here], node[UNTIL, here], way_s, rest, opens, closes
            )
        (
            search.cell[NOW, r, q, REST],
            search.cell[NOW, r, q, REST_OPENS],
            search.cell[NOW, r, q, REST_CLOSES],
        ) = rest, opens, closes


@inner_kernel
def put_in(model: Model, search: Search, r: int, q: int, stop: int) -> None:
    """Put a stop before rank q of slot r; `refresh` is left to the caller."""
    for rank in range(search.size[NOW, r], q, -1):
        search.seq[NOW, r, rank] = search.seq[NOW, r, rank - 1]
        search.cell[NOW, r, rank, LEG], search.cell[NOW, r, rank, TIME] = (
            search.cell[NOW, r, rank - 1, LEG],
            search.cell[NOW, r, rank - 1, TIME],
        )
    before, behind = search.seq[NOW, r, q - 1], search.seq[NOW, r, q + 1]
    search.seq[NOW, r, q] = stop
    search.cell[NOW, r, q, LEG], search.cell[NOW, r, q, TIME] = (
        model.way[AHEAD, before, stop],
        model.time[AHEAD, before, stop],
    )
    search.cell[NOW, r, q + 1, LEG], search.cell[NOW, r, q + 1, TIME] = (
        model.way[AHEAD, stop, behind],
        model.time[AHEAD, stop, behind],
    )
    search.size[NOW, r] += 1
    search.tour[stop] = r


@inner_kernel
def close_up(model: Model, search: Search, r: int) -> None:
    """Take those stops out of slot r that are in no tour any more."""
    stops = len(model.partner)
    size, whole = 0, True
    for q in range(search.size[NOW, r]):
        here = search.seq[NOW, r, q]
        if here < stops and search.tour[here] < 0:
            whole = False
            continue
        search.seq[NOW, r, size] = here
        if whole:
            search.cell[NOW, r, size, LEG], search.cell[NOW, r, size, TIME] = (
                search.cell[NOW, r, q, LEG],
                search.cell[NOW, r, q, TIME],
            )
        else:
            before = search.seq[NOW, r, size - 1]
            search.cell[NOW, r, size, LEG], search.cell[NOW, r, size, TIME] = (
                model.way[AHEAD, before, here],
                model.time[AHEAD, before, here],
            )
        size, whole = size + 1, True
    search.size[NOW, r] = size
    refresh(model, search, r)


@inner_kernel
def copy_slot(search: Search, source: int, target: int, r: int) -> None:
    """Copy all of slot r but where its stops are."""
    size = search.size[source, r]
    search.size[target, r], search.cost[target, r] = size, search.cost[source, r]
    for q in range(size):
        search.seq[target, r, q] = search.seq[source, r, q]
        for f in range(search.cell.shape[3]):
            search.cell[target, r, q, f] = search.cell[source, r, q, f]


@inner_kernel
def write_down(search: Search, r: int, move: int) -> None:
    """Keep slot r as it is before this move."""
    if search.slot[TOUCHED, r] == move:
        return
    search.slot[TOUCHED, r] = move
    search.slot[WHICH, search.listed[CHANGED]] = r
    search.listed[CHANGED] += 1
    copy_slot(search, NOW, KEPT, r)
