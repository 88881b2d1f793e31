"""What the block of tours must hold beyond types: hours in order, shares, a room for every hub.

Codes
-----
F138 hours, shares or paces of a day's tours that cannot hold, or a hub design without its room.
F125, F126 as in `checks`.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from optimizer.core.refusal import Fault
from optimizer.scenario.naming import twice, unknown
from optimizer.scenario.tree import Node, get, items, number, text

if TYPE_CHECKING:
    from collections.abc import Iterator

CODE = "F138"
CREWS = ("lorry", "van", "cargo_bike")
DAY = ("tours", "day")
SHARE_SLACK = 1e-9


def tour_faults(root: Node) -> Iterator[Fault]:
    """Yield the faults of the rules of a delivery day."""
    if get(root, *DAY) is None:
        return
    for vehicle in CREWS:
        crew = get(root, *DAY, "crews", vehicle)
        if crew is not None:
            yield from _hours_in_order(crew, f"shift of {vehicle}", "shift_from_hour")
            yield from _break_is_clear(crew, vehicle)
            yield from _paces_in_order(crew, vehicle)
    yield from _windows_can_hold(root)
    yield from _every_hub_has_its_room(root)


def _hours_in_order(block: Node, what: str, first: str) -> Iterator[Fault]:
    last = first.replace("from", "until")
    begin, end = number(block, first), number(block, last)
    node = get(block, last)
    if node is not None and begin is not None and end is not None and begin >= end:
        cause = f"the {what} lasts from {begin:g} to {end:g} o'clock"
        yield Fault(node.place, CODE, cause, f"let {last} come after {first}")


def _break_is_clear(crew: Node, vehicle: str) -> Iterator[Fault]:
    length, node = number(crew, "break_min"), get(crew, "work_max_h")
    if node is not None and not length:
        cause = f"{vehicle}: work_max_h asks for breaks, and break_min is 0"
        yield Fault(node.place, CODE, cause, "state break_min, or take work_max_h out")
    if length and node is None:
        cause = f"{vehicle}: break_min without work_max_h says nothing"
        place = get(crew, "break_min") or crew
        yield Fault(place.place, CODE, cause, "state work_max_h, or take break_min out")


def _paces_in_order(crew: Node, vehicle: str) -> Iterator[Fault]:
    for before, after in pairwise(items(crew, "pace")):
        first, last = number(before, "from_hour"), number(after, "from_hour")
        if first is not None and last is not None and first >= last:
            cause = f"pace of {vehicle}: {last:g} o'clock comes after {first:g} o'clock"
            yield Fault(after.place, CODE, cause, "sort by from_hour, each hour once")


def _windows_can_hold(root: Node) -> Iterator[Fault]:
    total = 0.0
    for window in items(root, *DAY, "windows"):
        yield from _hours_in_order(window, "window", "from_hour")
        total += number(window, "share") or 0.0
    node = get(root, *DAY, "windows")
    if node is not None and total > 1.0 + SHARE_SLACK:
        cause = f"windows are promised to {100 * total:g} % of the stops"
        yield Fault(node.key_place, CODE, cause, "let the shares add up to at most 1")


def _every_hub_has_its_room(root: Node) -> Iterator[Fault]:
    known = [name for hub in items(root, "designs", "micro_hubs") if (name := text(hub, "id"))]
    rooms = list(items(root, *DAY, "hubs"))
    for room in rooms:
        if get(room, "design") is not None:
            yield from unknown(
                "tours.day.hubs: unknown micro-hub design", get(room, "design"), known
            )
    yield from twice("room of design", "design", rooms)
    stated = {text(room, "design") for room in rooms}
    for_all = [room for room in rooms if get(room, "design") is None]
    for room in for_all[1:]:
        cause = "a second entry of tours.day.hubs names no design"
        yield Fault(room.place, CODE, cause, "name the design that it is for")
    day = get(root, *DAY)
    for name in known:
        if name not in stated and not for_all and day is not None:
            cause = f"tours.day.hubs says nothing about {name!r}"
            action = "state its storage_parcels and handling_parcels_per_hour"
            yield Fault(day.key_place, CODE, cause, action)
