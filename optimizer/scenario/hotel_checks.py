"""What blocks of productive hotels must hold beyond types: units, limits, names.

Names of sectors, skills, tenants and resources stand in tables; `prepare.hotels` looks them up.

Codes
-----
F137 a rule of hotels that cannot hold: units, mix, access, services, roofs. F125, F126, F128, F132
as in `checks` and `horizon_checks`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.core.refusal import Fault
from optimizer.scenario.design_checks import design_ids, variants
from optimizer.scenario.naming import repeated, twice, unknown
from optimizer.scenario.tree import Node, get, items, number, text

if TYPE_CHECKING:
    from collections.abc import Iterator

CODE = "F137"
NAMED = (
    ("rule apart", "rules", "apart"),
    ("mix", "rules", "mix"),
    ("jobs rule", "rules", "jobs"),
    ("resource", "exchange", "resources"),
    ("service", "services"),
    ("roof use", "roofs"),
)
HYBRID = "hybrid"


def hotel_faults(root: Node) -> Iterator[Fault]:
    """Yield the faults of units, rules of hotels, exchange, services and roofs."""
    for hotel in items(root, "designs", "productive_hotels"):
        yield from _units_fit_their_level(hotel)
        yield from _hybrids_state_their_cost(root, hotel)
        yield from _roof_fits(hotel)
    yield from _docks_inside(root)
    for what, *path in NAMED:
        yield from twice(what, "name", items(root, *path))
    yield from _growth_takes_years(root)
    yield from _mix_can_hold(root)
    yield from _transit_is_clear(root)
    yield from _services_are_in_hotels(root)
    yield from _roofs_can_serve(root)


def _units_fit_their_level(hotel: Node) -> Iterator[Fault]:
    names: list[tuple[Node | None, str | None]] = []
    for rank, level in enumerate(items(hotel, "levels")):
        units = list(items(level, "units"))
        names += [(get(unit, "id"), text(unit, "id")) for unit in units] or [(level, str(rank))]
        area = number(level, "area_m2")
        total = sum(number(unit, "area_m2") or 0.0 for unit in units)
        if area is not None and total > area:
            cause = f"units of {total:g} m2 on a level of {area:g} m2"
            yield Fault(level.place, "F128", cause, "enlarge area_m2 or shrink its units")
    yield from repeated("unit", names)


def _hybrids_state_their_cost(root: Node, hotel: Node) -> Iterator[Fault]:
    over_years = get(root, "horizon") is not None
    for level in items(hotel, "levels"):
        for unit in items(level, "units"):
            hybrid = text(unit, "space") == HYBRID
            for key, needed in (("fit_out_eur_m2", True), ("switch_eur_m2", over_years)):
                node = get(unit, key)
                if hybrid and needed and node is None:
                    cause = f"a hybrid unit without {key}"
                    yield Fault(unit.place, CODE, cause, f"state {key}, 0 if it costs nothing")
                elif not hybrid and node is not None:
                    cause = f"{key} says nothing about a unit that is not hybrid"
                    yield Fault(node.key_place, CODE, cause, "take it out, or set space: hybrid")


def _roof_fits(hotel: Node) -> Iterator[Fault]:
    roof, footprint = number(hotel, "roof_m2"), number(hotel, "footprint_m2")
    node = get(hotel, "roof_m2")
    if node is not None and roof is not None and footprint is not None and roof > footprint:
        cause = f"a roof of {roof:g} m2 over a footprint of {footprint:g} m2"
        yield Fault(node.place, "F128", cause, "lower roof_m2")


def _docks_inside(root: Node) -> Iterator[Fault]:
    most = max(
        (number(hotel, "docks") or 0.0 for hotel in items(root, "designs", "productive_hotels")),
        default=0.0,
    )
    for hub in items(root, "designs", "micro_hubs"):
        node, docks = get(hub, "inside_docks"), number(hub, "inside_docks")
        if node is None or not docks:
            continue
        if not number(hub, "inside_hotel_m2"):
            cause = "a hub outside hotels takes none of their docks"
            yield Fault(node.key_place, "F128", cause, "take it out, or state inside_hotel_m2")
        elif docks > most:
            cause = f"the hub takes {docks:g} docks; no hotel has more than {most:g}"
            yield Fault(node.place, "F128", cause, "lower inside_docks")


def _growth_takes_years(root: Node) -> Iterator[Fault]:
    node = get(root, "tenants", "growth")
    if node is not None and get(root, "horizon") is None:
        cause = "tenants grow over years, and the scenario has no horizon"
        action = "add `horizon:` (one period is enough), or take growth out"
        yield Fault(node.key_place, "F132", cause, action)


def _mix_can_hold(root: Node) -> Iterator[Fault]:
    for rule in items(root, "rules", "mix"):
        if not isinstance(rule.content, dict):
            continue
        keys = ("share_min", "share_max", "area_min_m2", "area_max_m2")
        if all(get(rule, key) is None for key in keys):
            action = f"give one of {', '.join(keys)}"
            yield Fault(rule.place, CODE, "a mix without any limit", action)
        for low, high in (keys[:2], keys[2:]):
            least, most = number(rule, low), number(rule, high)
            if least is not None and most is not None and least > most:
                cause = f"{low} is {least:g}, more than {high}, {most:g}"
                yield Fault(rule.place, CODE, cause, f"lower {low} or raise {high}")


def _transit_is_clear(root: Node) -> Iterator[Fault]:
    rule = get(root, "rules", "worker_access")
    if rule is None:
        return
    ways = [node.content for node in items(rule, "by")]
    table = get(rule, "transit")
    if "transit" in ways and table is None:
        cause = "workers come by transit, and there is no time table"
        yield Fault(rule.key_place, CODE, cause, "give transit: {stops, rides, walk_max_min}")
    elif "transit" not in ways and table is not None:
        cause = "there is a time table, and nobody comes by transit"
        yield Fault(table.key_place, CODE, cause, "add transit to by, or take the table out")


def _services_are_in_hotels(root: Node) -> Iterator[Fault]:
    hotels = {
        name
        for block in items(root, "designs", "productive_hotels")
        if (own := text(block, "id")) is not None
        for name in (own, *variants(block))
    }
    others = design_ids(root) - hotels
    for service in items(root, "services"):
        for node in items(service, "designs"):
            if isinstance(node.content, str) and node.content in others:
                cause = f"{node.content!r} is no hotel"
                yield Fault(node.place, CODE, cause, "name designs.productive_hotels")
            else:
                yield from unknown("unknown design", node, hotels)


def _roofs_can_serve(root: Node) -> Iterator[Fault]:
    uses = [use for use in items(root, "roofs") if isinstance(use.content, dict)]
    hotels = items(root, "designs", "productive_hotels")
    if uses and not any(number(hotel, "roof_m2") for hotel in hotels):
        cause = "no hotel has a roof"
        yield Fault(uses[0].place, CODE, cause, "state roof_m2 of designs.productive_hotels")
    duties = sum(number(use, "share_min") or 0.0 for use in uses)
    if duties > 1.0 + 1e-9:
        cause = f"duties on {duties:g} of every roof"
        yield Fault(uses[-1].place, CODE, cause, "let share_min add up to 1 at most")
    for use in uses:
        plot, most = number(use, "plot_min_m2"), number(use, "total_max_m2")
        if plot is not None and most is not None and plot > most > 0:
            cause = f"a piece takes {plot:g} m2, all roofs together at most {most:g} m2"
            yield Fault(use.place, CODE, cause, "lower plot_min_m2 or raise total_max_m2")
