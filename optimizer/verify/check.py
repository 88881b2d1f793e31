"""Check a plan against every rule family."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.result import Violation
from optimizer.verify import (
    fallback,
    floors,
    land,
    money,
    quotas,
    reach,
    service,
    site,
    throughput,
    zoning,
)
from optimizer.verify.case import Case
from optimizer.verify.paths import Paths
from optimizer.verify.stacking import CHECKS as STACKING
from optimizer.verify.stacking.form import well_formed as interiors_well_formed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem

CHECKS = (
    service.check,
    throughput.check,
    reach.check,
    site.check,
    zoning.check,
    land.check,
    money.check,
    floors.check,
    quotas.check,
)


def check_plan(
    problem: Problem, plan: Plan, *, baseline: bool = False, paths: Paths | None = None
) -> tuple[Violation, ...]:
    """Return everything that does not hold about `plan`; empty if it keeps every rule.

    Parameters
    ----------
    baseline : the plan shows today's facilities and vans alone: exactly the EXISTING options are
        open; quotas, required options, minimum use and the least let share do not apply.
    paths : street searches to share between several checks of one problem.
    """
    broken = tuple(well_formed(problem, plan))
    return broken or check_case(Case(problem, plan, paths or Paths(problem.streets), baseline))


def check_case(case: Case) -> tuple[Violation, ...]:
    """Return what does not hold about a plan that is well formed."""
    checks = CHECKS if case.problem.hotels is None else (*CHECKS, *STACKING)
    if case.baseline:
        checks = (*checks, fallback.check)
    return tuple(violation for check in checks for violation in check(case))


def well_formed(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Check what every later check takes for granted: lengths, index ranges, finite shares."""
    options, points, tenants = problem.options.count, problem.demand.count, problem.tenants.count
    lengths = {
        "open_option": options,
        "bike_option": len(plan.bike_point),
        "bike_share": len(plan.bike_point),
        "pickup_option": len(plan.pickup_point),
        "pickup_share": len(plan.pickup_point),
        "van_share": points,
        "unserved_share": points,
        "tenant_option": tenants,
        "tenant_level": tenants,
    }
    for name, length in lengths.items():
        array = getattr(plan, name)
        if array.shape != (length,):
            yield Violation("plan", name, f"it has the shape {array.shape} and not ({length},)")
    ranges = {
        "bike_point": (0, points),
        "pickup_point": (0, points),
        "bike_option": (0, options),
        "pickup_option": (0, options),
        "tenant_option": (-1, options),
        "tenant_level": (-1, problem.levels.count),
    }
    for name, (low, high) in ranges.items():
        array = getattr(plan, name)
        if array.dtype.kind not in "iu" or ((array < low) | (array >= high)).any():
            yield Violation("plan", name, f"it holds numbers outside {low}..{high - 1}")
    for name in ("bike_share", "pickup_share", "van_share", "unserved_share"):
        if not np.isfinite(getattr(plan, name)).all():
            yield Violation("plan", name, "it holds shares that are not finite")
    if (
        plan.tenant_option.shape == plan.tenant_level.shape
        and ((plan.tenant_option >= 0) != (plan.tenant_level >= 0)).any()
    ):
        yield Violation("plan", "tenant_level", "a tenant has a level without a hotel, or no level")
    for channel in ("bike", "pickup"):
        point, option = getattr(plan, f"{channel}_point"), getattr(plan, f"{channel}_option")
        if len(set(zip(point.tolist(), option.tolist(), strict=False))) != len(point):
            yield Violation("plan", f"{channel}_point", "a flow stands twice")
    yield from interiors_well_formed(problem, plan)
