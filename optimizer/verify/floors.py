"""Rule 8, floors: tenants fit the levels of open hotels, and each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.kinds import Kind, Noise
from optimizer.core.result import Violation
from optimizer.verify.tolerance import as_written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.verify.case import Case


def check(case: Case) -> Iterator[Violation]:
    """Check every placed tenant, then every level, then every open hotel."""
    for f in np.flatnonzero(case.plan.tenant_option >= 0):
        yield from _tenant(case, int(f))
    for option in case.opened:
        if case.kind(option) == Kind.PRODUCTIVE_HOTEL:
            rows = np.flatnonzero(case.problem.levels.design == case.design(option)).tolist()
            if case.problem.hotels is None:  # otherwise families 11 and 12
                for level in rows:
                    yield from _room(case, option, level)
            for number in sorted({int(case.problem.levels.number[level]) for level in rows}):
                yield from _quiet(case, option, number)
            yield from _hotel(case, option)


def _tenant(case: Case, f: int) -> Iterator[Violation]:
    problem, tenants, levels = case.problem, case.problem.tenants, case.problem.levels
    option, level = int(case.plan.tenant_option[f]), int(case.plan.tenant_level[f])
    design, where = case.design(option), f"tenant {tenants.id[f]}"
    name = case.name(option)
    broken = []
    if not case.plan.open_option[option]:
        broken.append(f"{name} is not open")
    if case.kind(option) != Kind.PRODUCTIVE_HOTEL:
        broken.append(f"{name} is no productive hotel")
    if int(levels.design[level]) != design:
        broken.append(f"its level does not belong to {name}")
    load, bears = int(tenants.load_kg_m2[f]), int(levels.load_kg_m2[level])
    if load > bears:
        broken.append(f"it loads {load} kg/m2 on a floor for {bears} kg/m2")
    height, clear = float(tenants.clear_height_m[f]), float(levels.clear_height_m[level])
    if height > clear:
        broken.append(f"it needs {height:g} m of height under {clear:g} m")
    if tenants.dock[f] and int(levels.number[level]) != 0:
        broken.append(f"it needs a dock but is on level {int(levels.number[level])}")
    if int(tenants.noise[f]) == Noise.NOISY and not problem.sites.noisy_allowed[case.site(option)]:
        broken.append(f"it is noisy where the site of {name} allows no noise")
    rent = float(tenants.rent_share[f]) * float(problem.designs.rent_eur_m2_year[design])
    most = float(tenants.rent_max_eur_m2_year[f])
    if rent > most:
        broken.append(f"the rent of {rent:g} EUR/m2/year is more than the {most:g} it can bear")
    for words in broken:
        yield Violation("floors", where, words)


def _on(case: Case, option: int, level: int) -> list[int]:
    return [f for f in case.tenants_in.get(option, []) if int(case.plan.tenant_level[f]) == level]


def _inside_m2(case: Case, option: int) -> int:
    """Return the area that hubs on the same site take from the hotel's ground floor."""
    neighbours = case.opened_on[case.site(option)]
    return sum(int(case.problem.designs.inside_hotel_m2[case.design(o)]) for o in neighbours)


def _room(case: Case, option: int, level: int) -> Iterator[Violation]:
    """Check area and docks of a level."""
    tenants, levels = case.problem.tenants, case.problem.levels
    number, here = int(levels.number[level]), _on(case, option, level)
    where = f"level {number} of {case.name(option)}"
    area = int(levels.area_m2[level])
    used = sum(int(tenants.area_m2[f]) for f in here)
    if number == 0:
        used += _inside_m2(case, option)
        docks = int(case.problem.designs.docks[case.design(option)])
        wanted = sum(1 for f in here if tenants.dock[f])
        if wanted > docks:
            yield Violation("floors", where, f"{wanted} tenants need a dock and there are {docks}")
    if used > area:
        yield Violation("floors", where, f"{used} m2 are used of {area} m2")


def _quiet(case: Case, option: int, number: int) -> Iterator[Violation]:
    """Check that noisy and sensitive tenants do not share a level, whatever its units."""
    level, numbers = case.plan.tenant_level, case.problem.levels.number
    noises = {
        int(case.problem.tenants.noise[f])
        for f in case.tenants_in.get(option, [])
        if int(numbers[level[f]]) == number
    }
    if Noise.NOISY in noises and Noise.SENSITIVE in noises:
        where = f"level {number} of {case.name(option)}"
        yield Violation("floors", where, "noisy and sensitive tenants share it")


def _hotel(case: Case, option: int) -> Iterator[Violation]:
    tenants, designs = case.problem.tenants, case.problem.designs
    d, here, where = case.design(option), case.tenants_in.get(option, []), case.name(option)
    let = sum(int(tenants.area_m2[f]) for f in here)
    productive = sum(int(tenants.area_m2[f]) for f in here if tenants.productive[f])
    share = as_written(designs.productive_share_min[d])
    if productive < share * let:
        words = f"{productive} m2 of {let} m2 let are productive, less than {float(share):g} of it"
        yield Violation("floors", where, words)
    total = int(case.problem.levels.area_m2[case.problem.levels.design == d].sum())
    least = as_written(designs.let_share_min[d])
    filled = let + _inside_m2(case, option)
    if not case.baseline and filled < least * total:
        words = f"{filled} m2 of {total} m2 are let, less than {float(least):g} of it"
        yield Violation("floors", where, words)
