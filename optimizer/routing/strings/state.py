"""What a search changes: tours in slots, what is kept at each of their places, and a way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.routing import Visit
from optimizer.core.tour_order import TourOrder
from optimizer.routing.strings.model import AHEAD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from optimizer.routing.strings.model import Model

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

LEG, TIME, EARLY, LATE = range(4)
"""Length and seconds from the visit before; earliest and latest begin of the visit."""
SPENT, OPENS, CLOSES = range(4, 7)
"""Least duration from the start to this visit; the begins of the tour that reach it, ..."""
REST, REST_OPENS, REST_CLOSES = range(7, 10)
"""... and the same from this visit to the end, by begins of this visit."""
BOARD = 10
"""Load k aboard when leaving is at BOARD + 3 k, then the most up to it and from it on."""


class Search(NamedTuple):
    """Everything that a search changes; n stops, r slots (places for a tour), w = n + 2.

    seq (3, r, w), size (3, r) : the nodes of each tour, start and end included; NOW, those KEPT
    from before the move of the moment, and of the BEST ones. cell (2, r, w, f) : what
    is known at each visit, NOW and KEPT. cost (3, r) : EUR, 0 of an empty tour. value (3,) : all.
    slot (5, r + 1) : KIND (vehicle type), OPEN, TOUCHED (move that wrote it down last), MARK (for
    whom it is looked at), WHICH are written down. tour (n,) : slot of each stop, -1 = out.
    out (3, n) : stops READY to be put in, LEFT out after that, out BEFORE. listed (4,) : of these,
    and CHANGED, slots that are written down. figure (2, n) : ABSENCES, KEY to sort by.
    room (2, w) : scratch. spot (3,) : slot and rank before which a stop goes, and the same rank of
    the delivery where the stop is a pickup (counted without it), else -1.
    """

    seq: NDArray[np.int32]
    size: Ints
    cell: Floats
    cost: Floats
    value: Floats
    slot: Ints
    tour: Ints
    out: Ints
    listed: Ints
    figure: Floats
    room: Floats
    spot: Ints


NOW, KEPT, BEST = range(3)
KIND, OPEN, TOUCHED, MARK, WHICH = range(5)
READY, LEFT, BEFORE, CHANGED = range(4)
ABSENCES, KEY = range(2)


def new_search(model: Model, kinds: Ints, orders: Sequence[TourOrder]) -> Search:
    """Return a search on slots of these vehicle types; tours fill the first of their type."""
    stops, slots = len(model.partner), len(kinds)
    width, fields = stops + 2, BOARD + 3 * model.capacity.shape[1]
    slot = np.zeros((5, slots + 1), dtype=np.int64)
    slot[KIND, :slots], slot[OPEN], slot[TOUCHED] = kinds, 1, -1
    seq = np.zeros((3, slots, width), dtype=np.int32)
    search = Search(
        seq,
        np.full((3, slots), 2, dtype=np.int64),
        np.zeros((2, slots, width, fields)),
        np.zeros((3, slots)),
        np.full(3, np.inf),
        slot,
        np.full(stops, -1, dtype=np.int64),
        np.zeros((3, stops), dtype=np.int64),
        np.zeros(4, dtype=np.int64),
        np.zeros((2, stops)),
        np.zeros((2, width)),
        np.zeros(3, dtype=np.int64),
    )
    free = [list(np.flatnonzero(kinds == v)) for v in range(model.types.shape[1])]
    for order in orders:
        _write(model, search, int(free[order.vehicle_type].pop(0)), order.target)
    for r in [r for ranks in free for r in ranks]:
        _write(model, search, int(r), ())
    return search


def _write(model: Model, search: Search, r: int, stops: Sequence[int]) -> None:
    start = len(model.partner) + 2 * search.slot[KIND, r]
    nodes = np.array([start, *stops, start + 1], dtype=np.int64)
    search.seq[NOW, r, : len(nodes)] = nodes
    search.size[NOW, r] = len(nodes)
    search.tour[nodes[1:-1]] = r
    search.cell[NOW, r, 1 : len(nodes), LEG] = model.way[AHEAD, nodes[:-1], nodes[1:]]
    search.cell[NOW, r, 1 : len(nodes), TIME] = model.time[AHEAD, nodes[:-1], nodes[1:]]


def orders_of(search: Search) -> list[TourOrder]:
    """Return the best tours that visit anybody."""
    orders = []
    for r in np.flatnonzero(search.size[BEST] > 2):
        stops = tuple(int(node) for node in search.seq[BEST, r, 1 : search.size[BEST, r] - 1])
        kind = int(search.slot[KIND, r])
        orders.append(TourOrder(kind, (int(Visit.STOP),) * len(stops), stops))
    return orders
