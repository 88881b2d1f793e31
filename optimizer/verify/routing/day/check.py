"""Check a delivery day of a plan and its tours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.core.result import Violation
from optimizer.verify.routing.check import check_tours
from optimizer.verify.routing.day import crews, form, hubs, orders, places, promises, ways
from optimizer.verify.routing.day.case import DayCase

if TYPE_CHECKING:
    from optimizer.core.day import Day, DayPlan
    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem

CHECKS = (orders.check, places.check, hubs.check, ways.check, crews.check, promises.check)


def check_day(problem: Problem, plan: Plan, day: Day, day_plan: DayPlan) -> tuple[Violation, ...]:
    """Return everything that does not hold about a day and its tours; empty if all does.

    Parcels, storage and ways are whole numbers and hold exactly; moments as in `check_tours`.
    A stop that no tour visits counts as left out, which its penalty must allow.

    Parameters
    ----------
    plan
        A plan of `problem` that keeps the rules of siting (`check_plan`).
    """
    broken = tuple(form.check(problem, day, day_plan))
    broken = broken or tuple(form.check_parts(problem, day, day_plan))
    if broken:
        return broken
    case = DayCase(problem, plan, day, day_plan)
    found = [
        Violation(one.family, f"{part.name}: {one.where}", one.words)
        for part in case.parts
        for one in check_tours(part.tours.problem, part.tours.tours, part.tours.skipped)
    ]
    if any(one.family == "form" for one in found):
        return tuple(found)
    return (*found, *(violation for check in CHECKS for violation in check(case)))
