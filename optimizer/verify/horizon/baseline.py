"""The baseline over years: today's facilities and vans in every period, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.programme import Course, Programme, resting
from optimizer.core.result import Violation
from optimizer.core.timeline import horizon_of
from optimizer.verify.check import check_case
from optimizer.verify.horizon.case import Years
from optimizer.verify.horizon.check import programme_well_formed
from optimizer.verify.horizon.recompute import recompute_programme
from optimizer.verify.paths import Paths

if TYPE_CHECKING:
    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem

RESTING = (
    "renaturation_m2",
    "land_transfer_m2",
    "purse_transfer_eur",
    "use",
    "firm_leaves",
    "firm_premises",
    "pavilion_option",
)


def baseline_course(
    problem: Problem, plans: tuple[Plan, ...], *, paths: Paths | None = None
) -> Course:
    """Return the figures of the baseline plans of all periods."""
    return recompute_programme(problem, resting(problem, plans), paths=paths)


def check_baseline(
    problem: Problem, programme: Programme, *, paths: Paths | None = None
) -> tuple[Violation, ...]:
    """Return what is wrong about a baseline: its form, its plans, or something that happens.

    Rules over years do not bind it.
    """
    broken = tuple(programme_well_formed(problem, programme))
    if broken:
        return broken
    still = resting(problem, programme.plans)
    found = [
        Violation("programme", name, "something happens in the baseline")
        for name in RESTING
        if not np.array_equal(getattr(programme, name), getattr(still, name))
    ]
    years = Years(problem, still, paths or Paths(problem.streets), baseline=True)
    names = horizon_of(problem).periods.name
    for t, case in enumerate(years.cases):
        where = f"period {names[t]}: "
        found += [Violation(one.family, where + one.where, one.words) for one in check_case(case)]
    return tuple(found)
