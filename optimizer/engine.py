"""Solve a siting problem: prove, decide, tell every figure, and let the checker have its say.

Two ways behind one door: a small problem is solved as one programme (`siting.mip`), a city by
decomposition (`siting.decomposition`). Both answer with a plan and a bound for the same model.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from optimizer.core.limits import Budget, Cancel, Limits, Listener, Progress, silent
from optimizer.core.result import TERMS, Conflict, Criteria, Outcome, Result, Solution, Violation
from optimizer.siting.baseline import baseline_plan
from optimizer.siting.criteria import criteria_of, objective_of
from optimizer.siting.data import SitingData, build_data
from optimizer.siting.decomposition import solve_city, warm_up
from optimizer.siting.feasibility import conflict_in_whole, find_conflict
from optimizer.siting.first import first_plan
from optimizer.siting.mip import OPTIMAL_GAP, Answer, solve_whole, whole_columns
from optimizer.verify import check_plan, recompute

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem

MIP, DECOMPOSITION = "mip", "decomposition"
SMALL_COLUMNS = 6000
"""Up to so many columns the whole programme is the better way (about 200 demand points)."""
AGREES = 1e-6
"""How far model and checker may be apart, relative; both add up many float64 terms."""


@dataclass
class _Clock:
    """Seconds by step."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        started = time.monotonic()
        yield
        self.seconds[name] = round(time.monotonic() - started, 3)


def solve(
    problem: Problem,
    limits: Limits,
    *,
    listener: Listener = silent,
    cancel: Cancel | None = None,
    warm: Plan | None = None,
    method: str | None = None,
) -> Result:
    """Return the best plan found, what is proven about it, and the checker's word on it.

    Parameters
    ----------
    listener : hears phase, value, bound and gap while the solve runs.
    cancel : ends the solve within about a second, with the best plan so far.
    warm : a plan to start from; one that breaks a rule is left out.
    method : "mip" or "decomposition"; None lets the size decide.

    Raises
    ------
    Refusal
        When the problem does not fit into `limits.memory_gb`, or a point cannot be served.
    """
    clock, budget = _Clock(), Budget(limits, cancel or Cancel())
    with clock.step("travel and costs"):
        listener(Progress(budget.elapsed_s, "travel and costs", None, None, None))
        data = build_data(problem, memory_gb=limits.memory_gb)
    with clock.step("baseline"):
        baseline = baseline_plan(problem, data)
        today = criteria_of(problem, data, baseline)
    with clock.step("feasibility"):
        conflicts = find_conflict(problem, data, budget.cancel)
    way = method or (MIP if whole_columns(problem, data) <= SMALL_COLUMNS else DECOMPOSITION)
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
    outcome = _outcome(answer, criteria, way, sound=not violations)
    solution = Solution(
        outcome=outcome,
        plan=answer.plan if outcome.status == "plan" else None,
        criteria=criteria if outcome.status == "plan" else None,
        baseline_plan=baseline,
        baseline=today,
        conflicts=conflicts or _unexplained(answer),
        timing_s=clock.seconds,
    )
    return Result(solution, outcome.status == "plan", violations, _provenance(problem, limits, way))


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
    if not data.open_always.any() and not (problem.rules.quotas.at_least > 0).any():
        return baseline
    plan = first_plan(problem, data)
    return None if plan is None or check_plan(problem, plan) else plan


def _compile(budget: Budget, listener: Listener, clock: _Clock) -> bool:
    """Have the kernels ready while the clock of the solve stands still; False when cancelled."""
    listener(Progress(budget.elapsed_s, "compiling, once", None, None, None))
    with clock.step("compile"), budget.pause():
        return warm_up(budget.cancel)


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
    found += _disagreements(recompute(problem, baseline), figures, "baseline")
    if answer.plan is None or criteria is None:
        return tuple(found)
    found += check_plan(problem, answer.plan)
    if not found:
        found += _disagreements(recompute(problem, answer.plan), criteria, "plan")
    value = criteria.objective
    if answer.bound is not None and answer.bound > value + AGREES * max(abs(value), 1.0):
        words = f"the bound {answer.bound:.6f} is above the value {value:.6f}"
        found.append(Violation("claim", "objective.bound", words))
    return tuple(found)


def _disagreements(theirs: Criteria, ours: Criteria, whose: str) -> list[Violation]:
    """Compare term by term; a difference of a millionth of the objective is rounding."""
    scale = max(abs(ours.objective), sum(abs(term) for term in ours.terms.values()), 1.0)
    return [
        Violation(
            "claim",
            f"{whose}: {name}",
            f"the model says {ours.terms[name]:.6f} EUR, the checker {theirs.terms[name]:.6f} EUR",
        )
        for name in TERMS
        if abs(theirs.terms[name] - ours.terms[name]) > AGREES * scale
    ]


def _outcome(answer: Answer, criteria: Criteria | None, way: str, *, sound: bool) -> Outcome:
    if answer.infeasible:
        return Outcome("infeasible", "infeasible", "proof", None, None, way)
    stopped_by = "gap" if answer.stopped_by == "proof" else answer.stopped_by
    if criteria is None or not sound:
        kept = "time" if stopped_by == "gap" and answer.bound is None else stopped_by
        return Outcome("no_plan", "none", kept, None, answer.bound, way)
    value = criteria.objective
    if answer.bound is None:
        kept = "time" if stopped_by == "gap" else stopped_by
        return Outcome("plan", "none", kept, value, None, way)
    bound = min(answer.bound, value)
    outcome = Outcome("plan", "gap", stopped_by, value, bound, way)
    if outcome.gap is not None and outcome.gap <= OPTIMAL_GAP:
        return outcome.replace(proof="optimal", stopped_by="proof")
    return outcome


def _unexplained(answer: Answer) -> tuple[Conflict, ...]:
    if not answer.infeasible:
        return ()
    words = "the rules cannot hold together; the search for the conflicting ones was cut short"
    return (Conflict("service", "all rules", words),)


def _provenance(problem: Problem, limits: Limits, way: str) -> dict[str, str]:
    from optimizer.solvers import solver_versions

    return {
        "seed": str(limits.seed),
        "solver": f"{way}; {solver_versions()}",
        **problem.provenance,
    }
