"""Results of programmes as the engine would give them, made by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optimizer.core import store
from optimizer.core.documents import to_text
from optimizer.core.plan_io import plan_document
from optimizer.core.programme import resting
from optimizer.core.programme_io import programmes_to_dict
from optimizer.core.result import Outcome, Result, Solution
from optimizer.core.result_io import result_to_dict
from optimizer.verify import recompute_programme
from tests.verify.stacking.house import empty_interiors
from tests.verify.town import baseline_plan

if TYPE_CHECKING:
    from pathlib import Path

    from optimizer.core.problem import Problem
    from optimizer.core.programme import Programme


def result_of(problem: Problem, programme: Programme | None, **changes: Any) -> Result:
    """Return a result with a bound far below the value."""
    today = baseline_plan().replace(interiors=empty_interiors(problem))
    baseline = resting(problem, (today,) * problem.horizon.periods.count)
    course = None if programme is None else recompute_programme(problem, programme)
    outcome = Outcome("no_plan", "none", "time", None, None, "mip")
    if course is not None:
        value = course.criteria.objective
        outcome = Outcome("plan", "gap", "time", value, value - 0.5 * abs(value), "mip")
    solution = Solution(
        outcome=outcome,
        plan=None if programme is None else programme.plans[0],
        criteria=None if course is None else course.criteria,
        baseline_plan=baseline.plans[0],
        baseline=recompute_programme(problem, baseline).criteria,
        conflicts=(),
        timing_s={"solve": 3.0},
        programme=programme,
        course=course,
        baseline_programme=baseline,
    ).replace(**changes)
    provenance = {**problem.provenance, "seed": "7", "solver": "by hand"}
    return Result(solution, programme is not None, (), provenance)


def write_folder(folder: Path, problem: Problem, result: Result) -> tuple[dict[str, Any], ...]:
    """Write the three files that verification needs; return plan.json and result.json."""
    with (folder / "problem.npz").open("wb") as file:
        mark = store.save(file, problem)
    solution = result.solution
    plans = plan_document(
        problem,
        mark,
        solution.plan,
        solution.baseline_plan,
        **programmes_to_dict(problem, solution),
    )
    told = result_to_dict(problem, result)
    (folder / "plan.json").write_text(to_text(plans), encoding="utf-8")
    (folder / "result.json").write_text(to_text(told), encoding="utf-8")
    return plans, told
