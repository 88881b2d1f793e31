"""What a search changes: tours in slots, and what is kept about each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.routing.hours.model import TYPE_END, TYPE_START

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.routing.hours.model import Model

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

STARTS = 28  # departures at which a tour is sampled,
LATER = 6  # and later arrivals at each of its nodes
SAMPLES = STARTS + LATER
CORNERS = 1 << 14  # of a tour's own arrival-time function; beyond, some are left out
SLACK_S = 1e-7
"""Float64 seconds of a day carry errors of 1e-11; a millionth of a second is nobody's delay."""


class Routes(NamedTuple):
    """Tours: seq (r, w), nodes of slot r, start and end included.

    slot (s,) : of each stop, -1 = left out. node : where a node is, and whether a reload is in use,
    (2, nodes). whole : nodes of a tour; its version, which changes with it; the version that is
    kept in `Known`, (3, r). figure : exact cost, inf = cannot be driven; best departure; sampled
    duration; a lower bound on it; length, (5, r). clock (1,) : the next version.
    """

    seq: Ints
    slot: Ints
    node: Ints
    whole: Ints
    figure: Floats
    clock: Ints


PLACE, IN_USE = range(2)
SIZE, VERSION, FRESH = range(3)
COST, DEPART, DURATION, LEAST, METRES = range(5)


class Known(NamedTuple):
    """What is kept of tours for pricing insertions.

    node : latest arrival at a node; for starts and reloads, how long the trip that follows is
    loaded and what it waits for, (3, nodes). leave (nodes, STARTS) : when a node is left, by
    departure. follow : arrival at a node, and the end of a tour that arrives so, (2, nodes,
    SAMPLES). board : most load up to leaving a node, and from leaving it on, (2, nodes, k).
    """

    node: Floats
    leave: Floats
    follow: Floats
    board: Ints


LAST, LOAD_S, RELEASED_S = range(3)
AT, END = range(2)
BEFORE, AFTER = range(2)


class Room(NamedTuple):
    """Scratch: corners (2, 2, CORNERS), departures, times of two functions; trial (w,), a tour."""

    corners: Floats
    trial: Ints


class State(NamedTuple):
    """Everything that a search changes."""

    routes: Routes
    known: Known
    room: Room


def empty_state(model: Model, places: Ints) -> State:
    """Return a state without tours; places : of the stops."""
    stops, slots, reloads, loads, nodes = (int(model.size[at]) for at in range(5))
    width = stops + reloads + 2
    base = stops + slots * reloads
    seq = np.zeros((slots, width), dtype=np.int64)
    seq[:, 0] = base + np.arange(slots)
    seq[:, 1] = base + slots + np.arange(slots)
    node = np.zeros((2, nodes), dtype=np.int64)
    node[PLACE] = -1
    node[PLACE, :stops] = places
    node[PLACE, base : base + slots] = model.types.whole[TYPE_START][model.type_of]
    node[PLACE, base + slots :] = model.types.whole[TYPE_END][model.type_of]
    whole = np.zeros((3, slots), dtype=np.int64)
    whole[SIZE], whole[VERSION] = 2, np.arange(1, slots + 1)
    routes = Routes(
        seq,
        np.full(stops, -1, dtype=np.int64),
        node,
        whole,
        np.zeros((5, slots)),
        np.array([slots + 1]),
    )
    known = Known(
        np.zeros((3, nodes)),
        np.zeros((nodes, STARTS)),
        np.zeros((2, nodes, SAMPLES)),
        np.zeros((2, nodes, loads), dtype=np.int64),
    )
    return State(routes, known, Room(np.zeros((2, 2, CORNERS)), np.zeros(width, dtype=np.int64)))
