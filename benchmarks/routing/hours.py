"""Vehicle routing whose travel changes with the hour: Lyon, measured and modelled.

rifki2020    best known values stand beside the instances (`.bks.Duration.json`)
mamut_lyon   no published values; beside ours stand tours that PyVRP plans with the mean times of
             the working day, driven through the traffic of each hour, each begun when it is best:
             what ignoring the hour costs

Vehicles of mamut_lyon work from 7 to 19, for at night there is no traffic to plan for. The value is
the duration of all tours as `optimizer.verify` recomputes it.
"""

from __future__ import annotations

import json
import time
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.case import LITERATURE, ROOT, Case, Options
from benchmarks.routing.vehicles import recomputed, told_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from optimizer.core.limits import Limits, Listener
    from optimizer.core.routing import Matrix, RoutingProblem, RoutingResult

LYON = ROOT / "instances" / "lyon"
RIFKI, MAMUT = "rifki2020", "mamut_lyon"
WORKDAY_S = (7 * 3600.0, 19 * 3600.0)
MEAN_STEP_S = 900.0
MARGIN_S = 900.0
"""Ways of a day on a thousand places are sought for minutes before the clock of a case starts."""
WARM_WORK = 3


def cases(options: Options) -> Iterator[Case]:
    """Yield a case for every instance in the folder, and one with mean times where that helps."""
    folder = LYON if options.instances == LITERATURE else options.instances
    for path in sorted(folder.rglob("*.vrp.json")):
        name = path.name.removesuffix(".vrp.json")
        roads = path.with_name(f"{name}.road.json.gz").exists()
        family = MAMUT if roads else RIFKI
        best = path.with_name(f"{name}.bks.Duration.json")
        known = json.loads(best.read_text()) if best.exists() else {}
        proven = known.get("metadata", {}).get("optimality", {}).get("proven", False)
        status = "optimal" if proven else "best-known"
        for solver in ("faubourg", "mean times") if roads else ("faubourg",):
            yield Case(
                family=family,
                instance=name,
                answer=partial(_answer, path, solver),
                limits=options.limits(),
                best_known=known.get("cost"),
                status=status if known else "",
                rounding=0.5,
                solver=solver,
                margin_s=MARGIN_S,
            )


def _answer(path: Path, solver: str, limits: Limits, listener: Listener) -> dict[str, Any]:
    from optimizer.core.limits import Limits as WarmLimits
    from optimizer.formats.mamut import read_mamut
    from optimizer.routing.tours import plan_tours

    begin = time.monotonic()
    problem = read_mamut(path)
    if path.with_name(path.name.replace(".vrp.json", ".road.json.gz")).exists():
        problem = in_working_hours(problem)
    plan_tours(problem, WarmLimits(work=WARM_WORK, threads=1))
    read = time.monotonic()
    if solver == "faubourg":
        result = plan_tours(problem, limits, listener=listener)
    else:
        result = by_mean_times(problem, limits, listener)
    done = time.monotonic()
    return _checked(problem, result) | {"build_s": read - begin, "time_s": done - read}


def in_working_hours(problem: RoutingProblem) -> RoutingProblem:
    """Return the problem with tours between 7 and 19 o'clock."""
    fleet = problem.fleet
    begin, end = (np.full(fleet.count, moment) for moment in WORKDAY_S)
    return problem.replace(fleet=fleet.replace(from_s=begin, until_s=end))


def by_mean_times(problem: RoutingProblem, limits: Limits, listener: Listener) -> RoutingResult:
    """Plan with mean travel times, and drive the tours in the traffic that there is."""
    from optimizer.core.limits import Limits as TimingLimits
    from optimizer.routing.tours import plan_tours

    profile = problem.fleet.profile[0]
    mean = problem.replace(travel={profile: mean_times(problem)})
    planned = plan_tours(mean, limits, listener=listener)
    timing = TimingLimits(work=0, threads=1)
    return plan_tours(problem, timing, initial=planned.tours)


def mean_times(problem: RoutingProblem) -> Matrix:
    """Return the mean travel times of departures in working hours, whole seconds."""
    from optimizer.core.routing import Hourly, Matrix

    travel = problem.travel[problem.fleet.profile[0]]
    assert isinstance(travel, Hourly)  # noqa: S101 - the family has no other
    departs = np.arange(*WORKDAY_S, MEAN_STEP_S)
    mean = np.zeros(len(travel.first) - 1)
    for row, (first, end) in enumerate(zip(travel.first[:-1], travel.first[1:], strict=True)):
        if first < end:
            arrive = np.interp(departs, travel.depart_s[first:end], travel.arrive_s[first:end])
            mean[row] = (arrive - departs).mean()
    return Matrix(np.rint(mean).astype(np.int32).reshape(travel.length_m.shape), travel.length_m)


def _checked(problem: RoutingProblem, result: RoutingResult) -> dict[str, Any]:
    told = told_of(problem, result)
    if result.tours is None:
        return told
    figures = recomputed(problem, result, told)
    told["objective"] = float(figures.objective)
    told["statistics"]["driving_s"] = float(figures.driving_s.sum())
    return told
