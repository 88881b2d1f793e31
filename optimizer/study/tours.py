"""Days of a stored result: draw orders, plan tours, check them, and tell them beside the estimate.

A day is checked before anything of it is told (`optimizer.verify`); the first one is what the
result folder keeps. All of them are compared with the tour estimate that the plan was decided with.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from optimizer.core import store
from optimizer.core.day import DayRecord
from optimizer.core.limits import Cancel, Limits, Listener, Progress, silent
from optimizer.core.problem import Problem
from optimizer.core.refusal import Fault, Refusal
from optimizer.routing.day import build_day, day_base, draw_orders, plan_day
from optimizer.routing.fit import (
    Schedule,
    estimate_day,
    estimate_figures,
    feedback,
    figures_of,
    plan_legs,
)
from optimizer.routing.fit.errors import FIGURES, compare, together
from optimizer.routing.fit.estimate import VEHICLES
from optimizer.routing.fit.measure import brought_parcels, sample_of
from optimizer.study.routed_bound import bound_of_tours
from optimizer.study.stored import stored_result
from optimizer.verify import check_day

if TYPE_CHECKING:
    from pathlib import Path

    from optimizer.core.day import Day, DayPlan
    from optimizer.core.plan import Plan
    from optimizer.core.result import Result, Violation
    from optimizer.routing.day import DayBase, PlannedDay
    from optimizer.routing.fit.measure import Sample

FITTING_SEED = 1000
"""Days that constants are fitted to are none of those that are told."""


@dataclass(frozen=True)
class DaysAsked:
    """Which days of a plan to route: `days` of them, with the seeds `seed`, `seed` + 1, ...

    fit : rounds of fitting the estimate to tours and deciding again; 0 = the plan as it is.
    bound_s : seconds to prove a bound on plan and tours together; 0 = none.
    """

    seed: int = 0
    days: int = 1
    fit: int = 0
    bound_s: float = 0.0


@dataclass(frozen=True)
class Routed:
    """A result with the tours of its first day.

    figures : beside those of the tours ("estimate", "held_back", "fit", "bound"). reasons : by stop
    that is not visited. violations : what the checker does not accept; nothing may be written then.
    """

    problem: Problem
    result: Result
    record: DayRecord
    figures: dict[str, Any]
    reasons: dict[str, tuple[str, str]]
    violations: tuple[Violation, ...]
    stopped_by: str


def stored_problem(folder: Path) -> Problem:
    """Return the problem of a result folder, which has to say how tours are made.

    Raises
    ------
    Refusal
        F909, F901 where there is none; F780 where the scenario had no `tours.day`.
    """
    path = folder / "problem.npz"
    if not path.is_file():
        action = "name a result folder that solve has written"
        raise Refusal(Fault(str(path), "F909", "is missing", action))
    problem, _ = store.load(path)
    if not isinstance(problem, Problem):
        raise Refusal(Fault(str(path), "F901", "holds no problem", "restore it, or solve again"))
    if problem.day is None:
        cause = "its scenario says nothing about tours of a day"
        action = "add `tours.day:` to the scenario (instances/TOURS.md) and solve it again"
        raise Refusal(Fault(str(folder), "F780", cause, action))
    return problem


def route_stored(
    folder: Path,
    asked: DaysAsked,
    limits: Limits,
    *,
    listener: Listener = silent,
    cancel: Cancel | None = None,
) -> Routed:
    """Route days of a stored result.

    Parameters
    ----------
    limits
        Of one day.

    Raises
    ------
    Refusal
        F780 and F909 to F911 (`stored_result`); F782 when the result has no plan; F783 when a
        fit or a bound is asked for over years; F781 when parcels that must be brought cannot be.
    """
    problem = stored_problem(folder)
    listener(Progress(0.0, "checking the stored result", None, None, None))
    result = stored_result(folder, problem)
    plan = _plan_of(result, str(folder))
    cancel = cancel or Cancel()
    figures: dict[str, Any] = {}
    if problem.horizon is not None and (asked.fit or asked.bound_s):
        cause = "estimates are fitted, and bounds with tours proven, for one period alone"
        action = "leave --fit and --bound out, or solve without horizon"
        raise Refusal(Fault("--fit", "F783", cause, action))
    if asked.fit:
        problem, result, figures = _fitted(problem, result, asked, (limits, listener, cancel))
        plan = _plan_of(result, str(folder))
    base, legs = day_base(problem, plan), plan_legs(problem, plan)
    first: PlannedDay | None = None
    samples: list[Sample] = []
    violations: list[Violation] = []
    for seed in range(asked.seed, asked.seed + max(asked.days, 1)):
        planned = _planned(base, seed, (limits, listener, cancel))
        violations += check_day(problem, plan, planned.day, planned.plan)
        samples.append(sample_of(problem, legs, planned.day, planned.plan))
        first = first or planned
        if cancel.cancelled:
            break
    if first is None:  # pragma: no cover - at least one day is planned
        raise AssertionError
    brought = brought_parcels(first.day, first.plan)
    parts = estimate_day(problem, legs, first.day.orders, brought)
    vehicles = {
        name: {"cost_eur" if key == "eur" else key: value for key, value in row.items()}
        for name, row in estimate_figures(problem, legs, parts).items()
    }
    beside = {"estimate": {"vehicles": vehicles}, "held_back": _errors(problem, samples)}
    if asked.bound_s > 0.0 and not violations:
        proving = replace(limits, time_s=asked.bound_s, gap=0.0)
        beside["bound"] = bound_of_tours(
            problem, result, samples, proving, listener=listener, cancel=cancel
        )
    return Routed(
        problem=problem,
        result=result,
        record=DayRecord(first.day, first.plan),
        figures={**beside, **figures},
        reasons=first.reasons,
        violations=tuple(violations),
        stopped_by=first.stopped_by,
    )


def _errors(problem: Problem, samples: list[Sample]) -> dict[str, Any]:
    """Return how far the estimate is off on some days: (estimate - tours) / tours by vehicle."""
    areas = compare(problem, problem.tour_fit, samples)
    told: dict[str, Any] = {"days": len(samples)}
    for vehicle in (None, *VEHICLES):
        whole = together(areas, vehicle)
        errors = {key: whole.error(key) for key in FIGURES}
        told[whole.vehicle] = {k: e if math.isfinite(e) else None for k, e in errors.items()}
    return told


def _plan_of(result: Result, place: str) -> Plan:
    plan = result.solution.plan
    if plan is None:
        raise Refusal(Fault(place, "F782", "the result has no plan", "solve the scenario first"))
    return plan


def _planned(base: DayBase, seed: int, run: tuple[Limits, Listener, Cancel]) -> PlannedDay:
    limits, listener, cancel = run
    day = build_day(base, draw_orders(base.problem, base.plan, seed), seed)
    return plan_day(base, day, limits, listener=listener, cancel=cancel)


def _fitted(
    problem: Problem, result: Result, asked: DaysAsked, run: tuple[Limits, Listener, Cancel]
) -> tuple[Problem, Result, dict[str, Any]]:
    """Fit the estimate to tours and decide again, until they agree.

    Days that constants are fitted to get the time of those that are told: hastier tours are longer,
    and their constants would tell better tours too dear.
    """
    from optimizer import engine

    limits, listener, cancel = run
    bases: dict[int, DayBase] = {}

    def route_day(problem: Problem, plan: Plan, seed: int) -> tuple[Day, DayPlan]:
        if id(plan) not in bases:
            bases.clear()
            bases[id(plan)] = day_base(problem, plan)
        planned = _planned(bases[id(plan)], seed, run)
        return planned.day, planned.plan

    def resolve(problem: Problem, plan: Plan) -> Result:
        return engine.solve(problem, limits, warm=plan, listener=listener, cancel=cancel)

    schedule = Schedule(fitting=2, rounds=asked.fit, first_seed=asked.seed + FITTING_SEED)
    found = feedback(problem, result, resolve, route_day, schedule, listener=listener)
    return found.problem, found.result, figures_of(found.problem, found)
