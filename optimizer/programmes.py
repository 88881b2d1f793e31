"""The engine over years: prove, decide period by period, tell every figure, have it checked.

Two ways as for one period: a small problem is one programme (`siting.horizon.whole`), a city is
decided by a timetable with a bound from its periods (`siting.horizon.timetable`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.limits import Budget, Cancel, Limits, Listener, Progress, silent
from optimizer.core.result import Conflict, Result, Solution, Violation
from optimizer.outcomes import (
    Clock,
    bound_above_value,
    disagreements,
    outcome_of,
    provenance,
    unexplained,
)
from optimizer.siting.data import build_data
from optimizer.siting.decomposition import warm_up
from optimizer.siting.horizon.accounts import period_problems
from optimizer.siting.horizon.baseline import baseline_programme
from optimizer.siting.horizon.conflicts import conflict_in_whole_programme, find_programme_conflict
from optimizer.siting.horizon.course import course_of
from optimizer.siting.horizon.criteria import value_of
from optimizer.siting.horizon.programme import ProgrammeAnswer
from optimizer.siting.horizon.whole import solve_years, years_columns, years_of
from optimizer.siting.stacking.period_search import compile_search, is_crowded
from optimizer.verify.horizon import check_baseline, check_programme, recompute_programme
from optimizer.verify.paths import Paths

if TYPE_CHECKING:
    from optimizer.core.problem import Problem
    from optimizer.core.programme import Course, Programme
    from optimizer.siting.data import SitingData

MIP, DECOMPOSITION = "mip", "decomposition"
SMALL_COLUMNS = 20_000
"""Up to so many columns the whole programme is the better way (about 200 points, three periods)."""


class Case(NamedTuple):
    """A problem with a horizon, the data of its periods, and street searches of the checker."""

    problem: Problem
    datas: tuple[SitingData, ...]
    paths: Paths


def solve_programme(
    problem: Problem,
    limits: Limits,
    *,
    listener: Listener = silent,
    cancel: Cancel | None = None,
    warm: Programme | None = None,
    method: str | None = None,
) -> Result:
    """Return the best programme found, what is proven about it, and the checker's word on it.

    As `engine.solve`, which sends problems with a horizon here.

    Raises
    ------
    Refusal
        When the problem does not fit into `limits.memory_gb`, or a point cannot be served.
    """
    clock, budget = Clock(), Budget(limits, cancel or Cancel())
    with clock.step("travel and costs"):
        listener(Progress(budget.elapsed_s, "travel and costs", None, None, None))
        datas = build_datas(problem, limits.memory_gb)
        case = Case(problem, datas, Paths(problem.streets))
    crowded = is_crowded(problem)
    if crowded:
        listener(Progress(budget.elapsed_s, "compiling, once", None, None, None))
        with clock.step("compile"), budget.pause():
            compile_search(period_problems(problem)[0], datas[0])
    with clock.step("baseline"):
        baseline = baseline_programme(problem, datas)
        today = course_of(problem, datas, baseline)
    small = years_columns(problem, datas) <= SMALL_COLUMNS and not crowded
    way = method or (MIP if small else DECOMPOSITION)
    with clock.step("first plan"):
        start = _cheapest(case, [item for item in (warm, baseline) if item is not None])
    conflicts: tuple[Conflict, ...] = ()
    if way == DECOMPOSITION and start is None:
        with clock.step("feasibility"):
            conflicts = find_programme_conflict(problem, datas, budget.cancel)
    answer = ProgrammeAnswer(None, None, "proof", infeasible=True)
    if not conflicts:
        ready = way == MIP or _compile(budget, listener, clock)
        with clock.step("decide"):
            answer = ProgrammeAnswer(start, None, "user")
            if ready:
                answer = _decide(case, (budget, listener), way, start)
        if answer.infeasible:
            with clock.step("feasibility"):
                conflicts = _explained(case, budget.cancel)
    with clock.step("verify"):
        course = None
        if answer.programme is not None:
            course = course_of(problem, datas, answer.programme)
        violations = _second_opinion(case, answer, course, (baseline, today))
    criteria = None if course is None else course.criteria
    ended = answer.stopped_by, answer.bound, answer.infeasible
    outcome = outcome_of(ended, criteria, way, sound=not violations)
    kept = answer.programme if outcome.status == "plan" else None
    solution = Solution(
        outcome=outcome,
        plan=None if kept is None else kept.plans[0],
        criteria=None if kept is None else criteria,
        baseline_plan=baseline.plans[0],
        baseline=today.criteria,
        conflicts=conflicts or (unexplained() if answer.infeasible else ()),
        timing_s=clock.seconds,
        programme=kept,
        course=None if kept is None else course,
        baseline_programme=baseline,
    )
    return Result(solution, kept is not None, violations, provenance(problem, limits, way))


def build_datas(problem: Problem, memory_gb: float = 16.0) -> tuple[SitingData, ...]:
    """Return the data of every period; travel is computed once and shared."""
    first, *others = period_problems(problem)
    data = build_data(first, memory_gb=memory_gb)
    return (data, *(build_data(part, alike=data) for part in others))


def _cheapest(case: Case, programmes: list[Programme]) -> Programme | None:
    """Return the cheapest of these programmes that keeps every rule; None: none does."""
    sound = [item for item in programmes if not _check(case, item)]
    years = years_of(case.problem, case.datas)
    return min(
        sound,
        key=lambda item: value_of(case.problem, years.accounts, case.datas, item),
        default=None,
    )


def _check(case: Case, programme: Programme) -> tuple[Violation, ...]:
    return check_programme(case.problem, programme, paths=case.paths)


def _compile(budget: Budget, listener: Listener, clock: Clock) -> bool:
    """Have the kernels ready while the clock of the solve stands still; False when cancelled."""
    listener(Progress(budget.elapsed_s, "compiling, once", None, None, None))
    with clock.step("compile"), budget.pause():
        return warm_up(budget.cancel)


def _decide(
    case: Case, run: tuple[Budget, Listener], way: str, start: Programme | None
) -> ProgrammeAnswer:
    """Solve one way or the other; what it offers counts only if it keeps every rule."""
    budget, listener = run
    try:
        if way == MIP:
            answer = solve_years(case.problem, case.datas, budget, listener, start)
        else:
            from optimizer.siting.horizon.timetable import solve_city_programme

            answer = solve_city_programme(case.problem, case.datas, budget, listener, start)
    except MemoryError:
        return ProgrammeAnswer(start, None, "memory")
    if answer.infeasible or start is None or answer.programme is start:
        return answer
    offered = [item for item in (answer.programme, start) if item is not None]
    return answer.replace(programme=_cheapest(case, offered))


def _explained(case: Case, cancel: Cancel) -> tuple[Conflict, ...]:
    found = find_programme_conflict(case.problem, case.datas, cancel)
    return found or conflict_in_whole_programme(case.problem, case.datas, cancel)


def _second_opinion(
    case: Case,
    answer: ProgrammeAnswer,
    course: Course | None,
    today: tuple[Programme, Course],
) -> tuple[Violation, ...]:
    """Return what the checker does not accept: of the programme, its figures, and the bound."""
    problem, _, paths = case
    baseline, figures = today
    found = list(check_baseline(problem, baseline, paths=paths))
    theirs = recompute_programme(problem, baseline, paths=paths)
    found += disagreements(theirs.criteria, figures.criteria, "baseline")
    if answer.programme is None or course is None:
        return tuple(found)
    broken = _check(case, answer.programme)
    found += broken
    if not broken:
        theirs = recompute_programme(problem, answer.programme, paths=paths)
        found += disagreements(theirs.criteria, course.criteria, "programme")
        found += _ledgers_disagree(theirs, course)
    found += bound_above_value(answer.bound, course.criteria.objective)
    return tuple(found)


def _ledgers_disagree(theirs: Course, ours: Course) -> list[Violation]:
    """Compare what land ledgers and purses hold, in whole m2 and EUR."""
    tables = {
        name: (getattr(theirs, name), getattr(ours, name))
        for name in (
            "land_used_m2",
            "land_restored_m2",
            "debt_eur",
            "balance_eur",
            "reserve_eur",
            "use_m2",
        )
    }
    tables |= {f"cash {line}": (theirs.cash[line], table) for line, table in ours.cash.items()}
    return [
        Violation("claim", name, f"the model says {mine.tolist()}, the checker {other.tolist()}")
        for name, (other, mine) in tables.items()
        if not np.array_equal(other, mine)
    ]
