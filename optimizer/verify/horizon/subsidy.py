"""Subsidy: the rent that tenants are spared stays below what the purse bears a year."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.result import Violation
from optimizer.verify.tolerance import above

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.verify.horizon.case import Years


class Let(NamedTuple):
    """One tenant in one period: jurisdiction of its hotel, area, share that it pays, asked rent."""

    jurisdiction: int
    area_m2: int
    share: float
    asked_eur_m2_year: float


def lets(years: Years, period: int) -> list[Let]:
    """Return every tenant that has a place in a period."""
    case = years.cases[period]
    tenants, rent = case.problem.tenants, case.problem.designs.rent_eur_m2_year
    found = []
    for f in np.flatnonzero(case.plan.tenant_option >= 0).tolist():
        option = int(case.plan.tenant_option[f])
        found.append(
            Let(
                years.jurisdiction(years.site(option)),
                int(tenants.area_m2[f]),
                float(tenants.rent_share[f]),
                float(rent[years.design(option)]),
            )
        )
    return found


def subsidy_eur_year(years: Years, purse: int, period: int) -> float:
    """Return the rent that tenants on the sites of a purse are spared in a year."""
    covers = years.horizon.purses.covers[purse]
    return math.fsum(
        one.area_m2 * (1.0 - one.share) * one.asked_eur_m2_year
        for one in lets(years, period)
        if covers[one.jurisdiction]
    )


def check(years: Years) -> Iterator[Violation]:
    """Check the yearly limit of every purse that has one."""
    purses, currency = years.horizon.purses, years.problem.prices.currency
    for b, name in enumerate(purses.name):
        most = int(purses.subsidy_max_eur_year[b])
        for t in range(years.count) if most >= 0 else ():
            spared = subsidy_eur_year(years, b, t)
            if above(spared, most):
                words = f"tenants are spared {spared:.2f} {currency} a year, at most {most}"
                yield Violation("subsidy", f"purse {name}, {years.when(t)}", words)
