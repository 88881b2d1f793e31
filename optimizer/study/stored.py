"""Take up a stored result again, after the checker has accepted it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.core import store
from optimizer.core.documents import read_document
from optimizer.core.plan_io import plan_from_dict
from optimizer.core.refusal import Fault, Refusal
from optimizer.core.result import Outcome, Result, Solution
from optimizer.verify import recompute, verify_folder

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
    plan = None
    if plans["plan"] is not None:
        plan = plan_from_dict(problem, plans["plan"], f"{folder} plan")
    baseline = plan_from_dict(problem, plans["baseline"], f"{folder} baseline")
    criteria = None if plan is None else recompute(problem, plan)
    outcome = Outcome(
        status=told["status"],
        proof=told["proof"],
        stopped_by=told["stopped_by"],
        value=None if criteria is None else criteria.objective,
        bound=told["objective"]["bound"],
        method=told["method"],
    )
    solution = Solution(outcome, plan, criteria, baseline, recompute(problem, baseline), (), {})
    provenance = {key: str(text) for key, text in told["provenance"].items()}
    return Result(solution, plan is not None, (), provenance)
