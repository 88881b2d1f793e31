"""Rule 11, stacking: parts of tenants fit their units, and each other; goods lifts suffice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.core.hotels import Space
from optimizer.core.kinds import Kind
from optimizer.core.result import Violation
from optimizer.verify.stacking.layout import (
    MAIN,
    hotels_of,
    interiors_of,
    part_name,
    tenant_name,
    unit_name,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.verify.case import Case
    from optimizer.verify.stacking.layout import Part


def check(case: Case) -> Iterator[Violation]:
    """Check every part, that tenants are whole, every unit, and goods lifts."""
    for part in case.parts:
        faults = _main(case, part) if part.annex == MAIN else _annex(case, part)
        for words in (*_space(case, part), *faults):
            yield Violation("stacking", part_name(case, part), words)
    yield from _whole(case)
    for option in case.opened:
        if case.kind(option) == Kind.PRODUCTIVE_HOTEL:
            yield from _units(case, option)
            yield from _lifts(case, option)


def _space(case: Case, part: Part) -> Iterator[str]:
    unit = Space(int(hotels_of(case).units.space[part.unit]))
    space = Space(part.space)
    if unit not in (Space.ANY, Space.HYBRID, space) and space is not Space.ANY:
        yield f"it needs a unit of the kind {space.key}, its own is {unit.key}"


def _main(case: Case, part: Part) -> Iterator[str]:
    """Yield what a main part lacks beside family 8."""
    units, needs, f = hotels_of(case).units, hotels_of(case).businesses, part.tenant
    if needs.wet[f] and not units.wet[part.unit]:
        yield "it needs water and drain, its unit has none"
    if needs.vented[f] and not units.vented[part.unit]:
        yield "it needs extraction, its unit has none"
    piece, most = int(needs.lift_kg[f]), int(units.lift_kg[part.unit])
    if int(case.problem.levels.number[part.unit]) > 0 and piece > most:
        yield f"its pieces of {piece} kg must be lifted where a lift takes {most} kg"
    if int(case.problem.tenants.area_m2[f]) <= 0:
        yield "it has a place, but no area"


def _annex(case: Case, part: Part) -> Iterator[str]:
    levels, annexes = case.problem.levels, hotels_of(case).annexes
    if int(levels.design[part.unit]) != case.design(part.option):
        yield f"its unit does not belong to {case.name(part.option)}"
    load, bears = int(annexes.load_kg_m2[part.annex]), int(levels.load_kg_m2[part.unit])
    if load > bears:
        yield f"it loads {load} kg/m2 on a floor for {bears} kg/m2"
    main = int(case.plan.tenant_level[part.tenant])
    apart = abs(int(levels.number[part.unit]) - int(levels.number[main]))
    most = int(annexes.levels_apart_max[part.annex])
    if 0 <= most < apart:
        yield f"it is {apart} levels from the main part, at most {most} are allowed"


def _whole(case: Case) -> Iterator[Violation]:
    """Check that annexes have a place where their tenant has one."""
    level = interiors_of(case).annex_level
    for a, f in enumerate(hotels_of(case).annexes.tenant.tolist()):
        if case.plan.tenant_option[f] >= 0 and level[a] < 0:
            yield Violation("stacking", tenant_name(case, f), "an annex of it has no place")


def inside_m2(case: Case, option: int, unit: int) -> int:
    """Return what hubs inside take of a unit: of the first of level 0, in the order of `Levels`."""
    levels = case.problem.levels
    ground = [
        u
        for u in range(levels.count)
        if int(levels.design[u]) == case.design(option) and int(levels.number[u]) == 0
    ]
    if unit not in ground[:1]:
        return 0
    beside = case.opened_on[case.site(option)]
    return sum(int(case.problem.designs.inside_hotel_m2[case.design(o)]) for o in beside)


def _units(case: Case, option: int) -> Iterator[Violation]:
    levels, units = case.problem.levels, hotels_of(case).units
    for unit in range(levels.count):
        if int(levels.design[unit]) != case.design(option):
            continue
        here = case.parts_in.get((option, unit), [])
        used = sum(part.area_m2 for part in here) + inside_m2(case, option, unit)
        area, most = int(levels.area_m2[unit]), int(units.tenants_max[unit])
        if used > area:
            words = f"{used} m2 are used of {area} m2"
            yield Violation("stacking", unit_name(case, option, unit), words)
        if 0 <= most < len(here):
            words = f"{len(here)} parts of tenants share it, at most {most} may"
            yield Violation("stacking", unit_name(case, option, unit), words)


def _lifts(case: Case, option: int) -> Iterator[Violation]:
    hotels = hotels_of(case)
    most = int(hotels.equipment.lift_trips_max[case.design(option)])
    trips = sum(
        int(hotels.businesses.lift_trips[f])
        for f in case.tenants_in.get(option, [])
        if int(case.problem.levels.number[case.plan.tenant_level[f]]) > 0
    )
    if 0 <= most < trips:
        words = f"{trips} goods lift trips a day are made, at most {most} can be"
        yield Violation("stacking", case.name(option), words)
