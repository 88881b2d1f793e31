"""Uses: sites that go to another use, and the area that each use has to have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.horizon import LOGISTICS, PRODUCTION
from optimizer.core.kinds import Kind
from optimizer.core.result import Violation
from optimizer.verify.horizon.time import free

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.verify.horizon.case import Years

OWN = (PRODUCTION, LOGISTICS)
"""Uses that open options provide; sites are not given to them."""


def check(years: Years) -> Iterator[Violation]:
    """Check every site in another use, then the minimum areas."""
    for t, j in np.argwhere(years.programme.use >= 0).tolist():
        where = f"site {years.site_name(j)}, {years.when(t)}"
        for words in _given(years, j, t):
            yield Violation("uses", where, words)
    for t, j in np.argwhere(years.programme.use[:-1] >= 0).tolist():
        if years.programme.use[t + 1, j] != years.programme.use[t, j]:
            name = years.horizon.uses.name[int(years.programme.use[t, j])]
            where = f"site {years.site_name(j)}, {years.when(t + 1)}"
            yield Violation("uses", where, f"it does not keep its use for {name}")
    yield from _areas(years)


def _given(years: Years, site: int, period: int) -> Iterator[str]:
    uses, u = years.horizon.uses, int(years.programme.use[period, site])
    zone = int(years.problem.sites.zone[site])
    if uses.name[u] in OWN:
        yield f"sites are not given to {uses.name[u]}: open facilities provide it"
    if not uses.permits[u, zone]:
        yield f"the zone {years.problem.zoning.zone[zone]!r} does not permit {uses.name[u]}"
    yield from free(years, site, period)
    m2 = int(years.takes_m2[period, site])
    if m2 > 0:
        yield f"it goes to {uses.name[u]}, but new facilities take {m2} m2 of it"


def area_m2(years: Years, use: int, period: int) -> int:
    """Return the area of a use in its jurisdiction."""
    uses, problem = years.horizon.uses, years.problem
    where, name = int(uses.jurisdiction[use]), uses.name[use]
    total = 0
    if name not in OWN:
        for j in np.flatnonzero(years.programme.use[period] == use).tolist():
            if where in {-1, years.jurisdiction(j)}:
                total += int(problem.sites.parcel_m2[j])
        return total
    for option in np.flatnonzero(years.programme.plans[period].open_option).tolist():
        if where in {-1, years.jurisdiction(years.site(option))}:
            total += _provides_m2(years, option, name)
    return total


def _provides_m2(years: Years, option: int, name: str) -> int:
    d, designs, levels = years.design(option), years.problem.designs, years.problem.levels
    hotel = int(designs.kind[d]) == Kind.PRODUCTIVE_HOTEL
    if name == PRODUCTION:
        return int(levels.area_m2[levels.design == d].sum()) if hotel else 0
    return 0 if hotel else int(designs.footprint_m2[d]) + int(designs.inside_hotel_m2[d])


def _areas(years: Years) -> Iterator[Violation]:
    uses = years.horizon.uses
    for u, name in enumerate(uses.name):
        least, place = int(uses.area_min_m2[u]), int(uses.jurisdiction[u])
        words = "" if place < 0 else f" in {years.problem.rules.jurisdiction[place]}"
        for t in range(years.count):
            m2 = area_m2(years, u, t)
            if years.first_year[t] >= int(uses.first_year[u]) and m2 < least:
                text = f"it has {m2} m2, at least {least} m2 are asked for"
                yield Violation("uses", f"use {name}{words}, {years.when(t)}", text)
