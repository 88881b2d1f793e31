"""What the terminal says of hotels told in full: who is in them, what passes on, who hears them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.interiors_io import hotels_of
from optimizer.core.timeline import horizon_of
from optimizer.report.interiors import exchanges, interiors_of, loudness
from optimizer.report.words import counted, listed, plain, spaced
from optimizer.report.years import year_problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem
    from optimizer.core.result import Result

SERVICES = ("shared service", "shared services")


def print_interiors(console: Console, problem: Problem, result: Result) -> None:
    """Print two lines about the hotels, in every period where there are years."""
    if problem.hotels is None:
        return
    plan, programme = result.solution.plan, result.solution.programme
    told: list[tuple[str, Problem, Plan]] = []
    if programme is not None:
        told = [
            (f"in hotels, {horizon_of(problem).periods.name[t]}", year_problem(problem, t), one)
            for t, one in enumerate(programme.plans)
        ]
    elif plan is not None:
        told = [("in hotels", problem, plan)]
    for head, year, one in told:
        console.print(plain(f"{head}: {_people(year, one)}"), markup=False)
        rest = list(_between(year, one))
        if rest:
            console.print(plain(f"  {'; '.join(rest)}"), markup=False)


def _people(problem: Problem, plan: Plan) -> str:
    tenants, here = problem.tenants, plan.tenant_option >= 0
    wanted = tenants.area_m2 > 0
    words = (
        f"{spaced(int(here.sum()))} of {spaced(int(wanted.sum()))} businesses on "
        f"{spaced(int(tenants.area_m2[here].sum()))} m2, {spaced(float(tenants.jobs[here].sum()))} "
        "jobs"
    )
    services = int(interiors_of(plan).service.sum())
    return words + (f", {counted(services, SERVICES)}" if services else "")


def _between(problem: Problem, plan: Plan) -> Iterator[str]:
    """Yield what passes on in a year, and where hotels are loudest."""
    hotels = hotels_of(problem)
    arrives = np.zeros(hotels.symbiosis.count)
    for one in exchanges(problem, plan):
        arrives[one.resource] += one.delivered
    parts = [
        f"{spaced(float(arrives[q]))} {hotels.symbiosis.unit[q]} of {hotels.symbiosis.resource[q]}"
        for q in np.flatnonzero(arrives).tolist()
    ]
    if parts:
        yield f"passed on a year: {listed(parts)}"
    for worst in loudness(problem, plan)[:1]:
        limit = float(hotels.neighbours.limit_db[worst.neighbour, worst.band])
        yield (
            f"loudest at {hotels.neighbours.id[worst.neighbour]}: {spaced(worst.level_db, 1)} of "
            f"{spaced(limit)} dB(A) in the {worst.words}"
        )
