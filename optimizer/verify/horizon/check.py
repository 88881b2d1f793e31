"""Check a programme against every rule: its form, each period's plan, then what joins them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.result import Violation
from optimizer.core.timeline import horizon_of, period_problem
from optimizer.verify.check import check_case, well_formed
from optimizer.verify.horizon import (
    cooperation,
    firms,
    land,
    money,
    pavilions,
    renaturation,
    subsidy,
    tenants,
    time,
    uses,
)
from optimizer.verify.horizon.case import Years
from optimizer.verify.paths import Paths

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.core.problem import Problem
    from optimizer.core.programme import Programme

CHECKS = (
    time.check,
    land.check,
    renaturation.check,
    money.check,
    subsidy.check,
    uses.check,
    firms.check,
    pavilions.check,
    cooperation.check,
    tenants.check,
)


def check_programme(
    problem: Problem, programme: Programme, *, paths: Paths | None = None
) -> tuple[Violation, ...]:
    """Return everything that does not hold about `programme`; empty if it keeps every rule.

    A violation of one period's plan names the period before the place; one of a rule over years
    names ledger or place, then the period.

    Parameters
    ----------
    paths : street searches to share between several checks of one problem.
    """
    broken = tuple(programme_well_formed(problem, programme))
    if broken:
        return broken
    years = Years(problem, programme, paths or Paths(problem.streets))
    return (
        *_plans(years),
        *(violation for check in CHECKS for violation in check(years)),
    )


def _plans(years: Years) -> Iterator[Violation]:
    for t, case in enumerate(years.cases):
        for one in check_case(case):
            yield Violation(one.family, f"{years.when(t)}: {one.where}", one.words)


def programme_well_formed(problem: Problem, programme: Programme) -> Iterator[Violation]:
    """Yield what every later check takes for granted: shapes, index ranges, plans in form."""
    horizon = horizon_of(problem)
    periods, sites = horizon.periods.count, problem.sites.count
    if len(programme.plans) != periods:
        words = f"it has {len(programme.plans)} plans for {periods} periods"
        yield Violation("programme", "plans", words)
        return
    for t, plan in enumerate(programme.plans):
        for one in well_formed(period_problem(problem, t), plan):
            where = f"period {horizon.periods.name[t]}: {one.where}"
            yield Violation("programme", where, one.words)
    firms_count, pavilions_count = horizon.firms.count, horizon.pavilions.count
    shapes: dict[str, tuple[int, ...]] = {
        "renaturation_m2": (horizon.renaturation.count, periods),
        "land_transfer_m2": (horizon.land.count,),
        "purse_transfer_eur": (horizon.purses.count, periods),
        "use": (periods, sites),
        "firm_leaves": (firms_count,),
        "firm_premises": (firms_count,),
        "pavilion_option": (pavilions_count, periods),
    }
    ranges = {
        "use": horizon.uses.count,
        "firm_leaves": periods,
        "firm_premises": len(horizon.firms.premises),
        "pavilion_option": problem.options.count,
    }
    for name, shape in shapes.items():
        array = np.asarray(getattr(programme, name))
        if array.shape != shape:
            words = f"it has the shape {array.shape} and not {shape}"
            yield Violation("programme", name, words)
        elif array.dtype.kind not in "iu":
            yield Violation("programme", name, "it does not hold whole numbers")
        elif name in ranges and ((array < -1) | (array >= ranges[name])).any():
            words = f"it holds numbers outside -1..{ranges[name] - 1}"
            yield Violation("programme", name, words)
