"""Who is where in a hotel: the parts of every placed tenant, and tenants by hotel."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.hotels import annex_m2, main_m2

if TYPE_CHECKING:
    from optimizer.core.hotels import Hotels
    from optimizer.core.plan import Interiors, Plan
    from optimizer.core.problem import Problem
    from optimizer.verify.case import Case

MAIN = -1
"""Number of the annex in a part that is the main one."""


class Part(NamedTuple):
    """A part of a placed tenant in a unit (row of `Levels`) of an option."""

    tenant: int
    annex: int
    option: int
    unit: int
    area_m2: int
    space: int


def hotels_of(case: Case) -> Hotels:
    """Return the block of hotels of a problem that has one."""
    if case.problem.hotels is None:
        message = "the problem does not tell hotels in full"
        raise ValueError(message)
    return case.problem.hotels


def interiors_of(case: Case) -> Interiors:
    """Return how the plan fits out hotels."""
    if case.plan.interiors is None:
        message = "the plan does not tell how hotels are fitted out"
        raise ValueError(message)
    return case.plan.interiors


def parts_of(problem: Problem, plan: Plan) -> list[Part]:
    """Return main parts, then annexes, of all tenants that have a place."""
    hotels, inside = problem.hotels, plan.interiors
    if hotels is None or inside is None:
        return []
    option, main, annex = plan.tenant_option.tolist(), main_m2(problem), annex_m2(problem)
    found = [
        Part(
            tenant=f,
            annex=MAIN,
            option=option[f],
            unit=int(plan.tenant_level[f]),
            area_m2=int(main[f]),
            space=int(hotels.businesses.space[f]),
        )
        for f in range(problem.tenants.count)
        if option[f] >= 0
    ]
    return found + [
        Part(
            tenant=f,
            annex=a,
            option=option[f],
            unit=int(inside.annex_level[a]),
            area_m2=int(annex[a]),
            space=int(hotels.annexes.space[a]),
        )
        for a, f in enumerate(hotels.annexes.tenant.tolist())
        if option[f] >= 0 and inside.annex_level[a] >= 0
    ]


def tenants_by_option(plan: Plan) -> dict[int, list[int]]:
    """Return the tenants of every option that has some."""
    found: dict[int, list[int]] = {}
    for f, option in enumerate(plan.tenant_option.tolist()):
        if option >= 0:
            found.setdefault(option, []).append(f)
    return found


def placed(case: Case) -> list[int]:
    """Return the tenants that have a place."""
    return [int(f) for f in np.flatnonzero(case.plan.tenant_option >= 0)]


def unit_name(case: Case, option: int, unit: int) -> str:
    """Return words for a unit."""
    return f"unit {hotels_of(case).units.id[unit]} of {case.name(option)}"


def tenant_name(case: Case, tenant: int) -> str:
    """Return words for a tenant."""
    return f"tenant {case.problem.tenants.id[tenant]}"


def part_name(case: Case, part: Part) -> str:
    """Return words for a part of a tenant."""
    name = tenant_name(case, part.tenant)
    if part.annex == MAIN:
        return name
    mine = np.flatnonzero(hotels_of(case).annexes.tenant == part.tenant).tolist()
    return f"annex {mine.index(part.annex) + 1} of {name}"
