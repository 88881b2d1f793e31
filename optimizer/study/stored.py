"""Take up a stored result again, after the checker has accepted it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optimizer.core import store
from optimizer.core.documents import read_document
from optimizer.core.plan_io import plan_from_dict
from optimizer.core.programme_io import programme_from_dict
from optimizer.core.refusal import Fault, Refusal
from optimizer.core.result import Outcome, Result, Solution
from optimizer.verify import recompute, verify_folder
from optimizer.verify.horizon import baseline_course, recompute_programme

if TYPE_CHECKING:
    from pathlib import Path

    from optimizer.core.problem import Problem


def answers(folder: Path, problem: Problem) -> bool:
    """Return whether `folder` holds a result for exactly this problem."""
    if not (folder / "problem.npz").is_file():
        return False
    try:
        _, mark = store.load(folder / "problem.npz")
    except Refusal:
        return False
    return mark == store.digest(problem)


def stored_result(folder: Path, problem: Problem) -> Result:
    """Return the result that `folder` holds for `problem`, its figures recomputed.

    Raises
    ------
    Refusal
        F909 if a file is missing, F910 if the folder answers another problem, F911 if the checker
        does not accept it.
    """
    violations = verify_folder(folder)
    if violations:
        first = violations[0]
        cause = f"does not hold: {first.family}: {first.where}: {first.words}"
        raise Refusal(Fault(str(folder), "F911", cause, "restore it, or solve again"))
    if not answers(folder, problem):
        cause = "holds a result for another scenario or other data"
        raise Refusal(Fault(str(folder), "F910", cause, "solve this scenario again"))
    plans, told = read_document(folder / "plan.json"), read_document(folder / "result.json")
    solution = _solution(problem, plans, folder)
    criteria = solution.criteria
    outcome = Outcome(
        status=told["status"],
        proof=told["proof"],
        stopped_by=told["stopped_by"],
        value=None if criteria is None else criteria.objective,
        bound=told["objective"]["bound"],
        method=told["method"],
    )
    provenance = {key: str(text) for key, text in told["provenance"].items()}
    return Result(solution.replace(outcome=outcome), solution.plan is not None, (), provenance)


def _solution(problem: Problem, plans: dict[str, Any], folder: Path) -> Solution:
    """Return the decisions with their figures; over years also the programmes."""
    plan = None
    if plans["plan"] is not None:
        plan = plan_from_dict(problem, plans["plan"], f"{folder} plan")
    baseline = plan_from_dict(problem, plans["baseline"], f"{folder} baseline")
    outcome = Outcome("no_plan", "none", "time", None, None, "")
    if problem.horizon is None:
        criteria = None if plan is None else recompute(problem, plan)
        figures = recompute(problem, baseline)
        return Solution(outcome, plan, criteria, baseline, figures, (), {})
    programme = course = None
    if plan is not None:
        programme = programme_from_dict(problem, plans["programme"], f"{folder} programme")
        course = recompute_programme(problem, programme)
    place = f"{folder} baseline_programme"
    resting = programme_from_dict(problem, plans["baseline_programme"], place)
    return Solution(
        outcome=outcome,
        plan=plan,
        criteria=None if course is None else course.criteria,
        baseline_plan=baseline,
        baseline=baseline_course(problem, resting.plans).criteria,
        conflicts=(),
        timing_s={},
        programme=programme,
        course=course,
        baseline_programme=resting,
    )
