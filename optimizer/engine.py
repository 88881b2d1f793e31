"""Solve a siting problem: prove, decide, tell every figure, and let the checker have its say.

Two ways behind one door: a small problem is solved as one programme (`siting.mip`), a city by
decomposition (`siting.decomposition`). Both answer with a plan and a bound for the same model.
Problems with a horizon go to `programmes`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.core.limits import Budget, Cancel, Limits, Listener, Progress, silent
from optimizer.core.programme import Programme
from optimizer.core.result import Criteria, Result, Solution, Violation
from optimizer.outcomes import (
    Clock,
    bound_above_value,
    disagreements,
    outcome_of,
    provenance,
    unexplained,
)
from optimizer.programmes import solve_programme
from optimizer.siting.baseline import baseline_plan
from optimizer.siting.criteria import criteria_of, objective_of
from optimizer.siting.data import SitingData, build_data
from optimizer.siting.decomposition import solve_city, warm_up
from optimizer.siting.feasibility import conflict_in_whole, find_conflict
from optimizer.siting.first import first_plan
from optimizer.siting.mip import Answer, solve_whole, whole_columns
from optimizer.siting.stacking.period_search import compile_search, is_crowded
from optimizer.siting.stacking.rulebook import demands_tenants
from optimizer.verify import check_plan, recompute

if TYPE_CHECKING:
    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem

MIP, DECOMPOSITION = "mip", "decomposition"
SMALL_COLUMNS = 6000
"""Up to so many columns the whole programme is the better way (about 200 demand points)."""


def solve(
    problem: Problem,
    limits: Limits,
    *,
    listener: Listener = silent,
    cancel: Cancel | None = None,
    warm: Plan | Programme | None = None,
    method: str | None = None,
) -> Result:
    """Return the best plan found, what is proven about it, and the checker's word on it.

    Parameters
    ----------
    listener : hears phase, value, bound and gap while the solve runs.
    cancel : ends the solve within about a second, with the best plan so far.
    warm : a plan (over years: a programme) to start from; one that breaks a rule is left out.
    method : "mip" or "decomposition"; None lets the size decide.

    Raises
    ------
    Refusal
        When the problem does not fit into `limits.memory_gb`, or a point cannot be served.
    """
    if problem.horizon is not None or isinstance(warm, Programme):
        over_years = warm if isinstance(warm, Programme) else None
        return solve_programme(
            problem, limits, listener=listener, cancel=cancel, warm=over_years, method=method
        )
    clock, budget = Clock(), Budget(limits, cancel or Cancel())
    with clock.step("travel and costs"):
        listener(Progress(budget.elapsed_s, "travel and costs", None, None, None))
        data = build_data(problem, memory_gb=limits.memory_gb)
    crowded = is_crowded(problem)
    if crowded:
        _compile_search(problem, data, budget, listener, clock)
    with clock.step("baseline"):
        baseline = baseline_plan(problem, data)
        today = criteria_of(problem, data, baseline)
    with clock.step("feasibility"):
        conflicts = find_conflict(problem, data, budget.cancel)
    small = whole_columns(problem, data) <= SMALL_COLUMNS and not crowded
    way = method or (MIP if small else DECOMPOSITION)
    answer = Answer(None, None, "proof", infeasible=True)
    if not conflicts:
        with clock.step("first plan"):
            start = _start(problem, data, way, warm, baseline)
        ready = way == MIP or _compile(budget, listener, clock)
        with clock.step("decide"):
            answer = Answer(start, None, "user")
            if ready:
                answer = _decide(problem, data, (budget, listener), way, start)
            answer = _cheapest(problem, data, answer, [start, baseline])
        if answer.infeasible:
            conflicts = conflict_in_whole(problem, data, budget.cancel)
    with clock.step("verify"):
        criteria = None if answer.plan is None else criteria_of(problem, data, answer.plan)
        violations = _second_opinion(problem, answer, criteria, (baseline, today))
    ended = answer.stopped_by, answer.bound, answer.infeasible
    outcome = outcome_of(ended, criteria, way, sound=not violations)
    solution = Solution(
        outcome=outcome,
        plan=answer.plan if outcome.status == "plan" else None,
        criteria=criteria if outcome.status == "plan" else None,
        baseline_plan=baseline,
        baseline=today,
        conflicts=conflicts or (unexplained() if answer.infeasible else ()),
        timing_s=clock.seconds,
    )
    return Result(solution, outcome.status == "plan", violations, provenance(problem, limits, way))


def _start(
    problem: Problem, data: SitingData, way: str, warm: Plan | None, baseline: Plan
) -> Plan | None:
    """Return a plan that keeps every rule, so that a city can stop at any moment; None: not found.

    Vans alone are one, unless something has to open.
    """
    if warm is not None and not check_plan(problem, warm):
        return warm
    if way != DECOMPOSITION:
        return None
    asked = data.open_always.any() or (problem.rules.quotas.at_least > 0).any()
    if not asked and not demands_tenants(problem):
        return baseline
    plan = first_plan(problem, data)
    return None if plan is None or check_plan(problem, plan) else plan


def _compile(budget: Budget, listener: Listener, clock: Clock) -> bool:
    """Have the kernels ready while the clock of the solve stands still; False when cancelled."""
    listener(Progress(budget.elapsed_s, "compiling, once", None, None, None))
    with clock.step("compile"), budget.pause():
        return warm_up(budget.cancel)


def _compile_search(
    problem: Problem, data: SitingData, budget: Budget, listener: Listener, clock: Clock
) -> None:
    """Have the search of tenants ready while the clock of the solve stands still."""
    listener(Progress(budget.elapsed_s, "compiling, once", None, None, None))
    with clock.step("compile"), budget.pause():
        compile_search(problem, data)


def _decide(
    problem: Problem,
    data: SitingData,
    run: tuple[Budget, Listener],
    way: str,
    warm: Plan | None,
) -> Answer:
    budget, listener = run
    try:
        if way == MIP:
            return solve_whole(problem, data, budget, listener)
        return solve_city(problem, data, budget, listener, warm)
    except MemoryError:
        return Answer(None, None, "memory")


def _cheapest(
    problem: Problem, data: SitingData, answer: Answer, others: list[Plan | None]
) -> Answer:
    """Return `answer` with the cheapest plan among its own and the others that keep every rule."""
    if answer.infeasible:
        return answer
    best, value = answer.plan, float("inf")
    if best is not None:
        value = objective_of(data, best)
    for plan in others:
        if plan is None or objective_of(data, plan) >= value or check_plan(problem, plan):
            continue
        best, value = plan, objective_of(data, plan)
    return answer.replace(plan=best)


def _second_opinion(
    problem: Problem,
    answer: Answer,
    criteria: Criteria | None,
    today: tuple[Plan, Criteria],
) -> tuple[Violation, ...]:
    """Return what the checker does not accept: of the plan, its figures, and the bound."""
    baseline, figures = today
    found = list(check_plan(problem, baseline, baseline=True))
    found += disagreements(recompute(problem, baseline), figures, "baseline")
    if answer.plan is None or criteria is None:
        return tuple(found)
    found += check_plan(problem, answer.plan)
    if not found:
        found += disagreements(recompute(problem, answer.plan), criteria, "plan")
    found += bound_above_value(answer.bound, criteria.objective)
    return tuple(found)
