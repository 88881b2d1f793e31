"""Whether each design of a scenario can work at all (codes F126 and F128; see `checks`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.core.refusal import Fault
from optimizer.scenario.tree import Node, get, items, number, text

if TYPE_CHECKING:
    from collections.abc import Iterator

DESIGN_LISTS = {
    "micro_hub": "micro_hubs",
    "productive_hotel": "productive_hotels",
    "delivery_point": "delivery_points",
}
DEFAULT_PEAK = 1.3


def all_designs(root: Node) -> Iterator[Node]:
    """Yield every design of the file, hubs first."""
    for key in DESIGN_LISTS.values():
        yield from items(root, "designs", key)


def design_ids(root: Node) -> set[str]:
    """Return every name that a rule may give to designs: ids, and ids with a tenure."""
    return {
        name
        for block in all_designs(root)
        if (own := text(block, "id")) is not None
        for name in (own, *variants(block))
    }


def variants(design: Node) -> tuple[str, ...]:
    """Return what a design is called in the plan: its id, or `id.tenure` once for each of several.

    Each variant counts as a design of its own.
    """
    own = text(design, "id")
    if own is None:
        return ()
    words = [word for node in items(design, "tenure") if isinstance(word := node.content, str)]
    return tuple(f"{own}.{word}" for word in dict.fromkeys(words)) if len(words) > 1 else (own,)


def design_faults(root: Node) -> Iterator[Fault]:
    """Yield what keeps a design from working."""
    block = get(root, "designs")
    if block is not None and isinstance(block.content, dict) and not any(all_designs(root)):
        yield Fault(block.key_place, "F128", "designs is empty", "describe at least one design")
    peak = number(root, "demand", "peak_day_factor") or DEFAULT_PEAK
    for hub in items(root, "designs", "micro_hubs"):
        yield from _can_be_full(hub, number(hub, "capacity_parcels_per_day"), peak)
        yield from _fits_in_a_hotel(root, hub)
    for point in items(root, "designs", "delivery_points"):
        compartments, dwell = number(point, "compartments"), number(point, "dwell_days")
        capacity = compartments / dwell if compartments and dwell else None
        yield from _can_be_full(point, capacity, peak)
    for hotel in items(root, "designs", "productive_hotels"):
        yield from _stands_on_its_footprint(hotel)


def _can_be_full(design: Node, capacity: float | None, peak: float) -> Iterator[Fault]:
    least = number(design, "minimum_parcels_per_day")
    if capacity is None or least is None or least * peak <= capacity:
        return
    cause = (
        f"{text(design, 'id')!r} needs {least:g} parcels on the mean day, which is "
        f"{least * peak:g} on the peak day; it takes {capacity:g}"
    )
    node = get(design, "minimum_parcels_per_day")
    place = node.place if node is not None else design.place
    yield Fault(place, "F128", cause, "lower minimum_parcels_per_day")


def _fits_in_a_hotel(root: Node, hub: Node) -> Iterator[Fault]:
    inside = number(hub, "inside_hotel_m2")
    node = get(hub, "inside_hotel_m2")
    if not inside or node is None:
        return
    name = text(hub, "id")
    ground = [
        area
        for hotel in items(root, "designs", "productive_hotels")
        if (area := _ground_m2(hotel)) is not None
    ]
    if not ground:
        cause = f"{name!r} lives inside a hotel, but designs has no hotel"
        yield Fault(node.place, "F128", cause, "add designs.productive_hotels")
    elif inside > max(ground):
        cause = f"{name!r} takes {inside:g} m2; the largest ground floor has {max(ground):g} m2"
        yield Fault(node.place, "F128", cause, "lower inside_hotel_m2 or enlarge a ground floor")
    if number(hub, "footprint_m2"):
        cause = f"{name!r} lives inside a hotel and takes land as well"
        yield Fault(node.place, "F128", cause, "set its footprint_m2 to 0")


def _ground_m2(hotel: Node) -> float | None:
    """Return the area that a hub may share: the first unit of the ground floor, else all of it."""
    unit = number(hotel, "levels", 0, "units", 0, "area_m2")
    return number(hotel, "levels", 0, "area_m2") if unit is None else unit


def _stands_on_its_footprint(hotel: Node) -> Iterator[Fault]:
    footprint = number(hotel, "footprint_m2")
    for level in items(hotel, "levels"):
        area = number(level, "area_m2")
        if footprint is not None and area is not None and area > footprint:
            cause = f"a level of {area:g} m2 stands on a footprint of {footprint:g} m2"
            yield Fault(level.place, "F128", cause, "enlarge footprint_m2 or shrink the level")
