"""The second opinion on a stored result, from its folder alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optimizer.core import store
from optimizer.core.checksums import altered
from optimizer.core.documents import DIGEST, digest_of, read_document
from optimizer.core.plan_io import FORMAT, plan_from_dict
from optimizer.core.problem import Problem
from optimizer.core.refusal import Fault, Refusal
from optimizer.core.result import Violation
from optimizer.verify import tables
from optimizer.verify.case import Case
from optimizer.verify.check import check_plan
from optimizer.verify.claims import check_claims
from optimizer.verify.compare import Free, compare
from optimizer.verify.horizon.folder import check_decisions
from optimizer.verify.paths import Paths
from optimizer.verify.problem_check import check_problem
from optimizer.verify.recompute import recompute
from optimizer.verify.routing.day.folder import check_tours_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from optimizer.core.plan import Plan

PROBLEM, PLAN, RESULT = "problem.npz", "plan.json", "result.json"


def verify_folder(path: Path) -> tuple[Violation, ...]:
    """Return everything that does not hold in a result folder; empty if all does.

    Digests tell that a file was altered; the rest of the checks does not rely on them. The tables
    that carry the decision are recomputed; ledgers, assumptions, audit and page have sums alone.
    A problem with a horizon has programmes in place of plans (`verify.horizon.folder`). Tours are
    checked where they are there (`verify.routing.day.folder`).
    `certificate.npz` (multipliers of the bound) is where a bound could be proven again; until then
    the bound is held to the value, the baseline, the gaps and the proof alone.

    Raises
    ------
    Refusal
        F909 if the folder or one of its three files is missing.
    """
    missing = [path / name for name in (PROBLEM, PLAN, RESULT) if not (path / name).is_file()]
    if missing:
        action = "name a result folder that solve has written"
        raise Refusal(*(Fault(str(one), "F909", "is missing", action) for one in missing))
    found = _contents(path)
    said = " ".join(one.where for one in found)
    alterations = (name for name in altered(path) if name.rpartition("/")[2] not in said)
    return (
        *found,
        *(Violation("digest", name, "it was altered after it was written") for name in alterations),
    )


def _contents(path: Path) -> tuple[Violation, ...]:
    try:
        problem, mark = store.load(path / PROBLEM)
        plans, result = read_document(path / PLAN), read_document(path / RESULT)
    except Refusal as refusal:
        return _as_violations(refusal)
    if not isinstance(problem, Problem):
        return (Violation("problem", PROBLEM, "it does not hold a problem"),)
    faults = check_problem(problem)
    if faults:
        return faults
    decisions = (
        _decisions(path, problem, plans, result)
        if problem.horizon is None
        else check_decisions(path, problem, plans, result, PLAN)
    )
    return (
        *_digests(problem, mark, plans, result),
        *decisions,
        *_tours(path, problem, plans.get("plan")),
    )


def _as_violations(refusal: Refusal) -> tuple[Violation, ...]:
    return tuple(Violation("file", one.place, one.cause) for one in refusal.faults)


def _digests(
    problem: Problem, mark: str, plans: dict[str, Any], result: dict[str, Any]
) -> Iterator[Violation]:
    if store.digest(problem) != mark:
        yield Violation("digest", PROBLEM, "it was altered after it was written")
    for name, content in ((PLAN, plans), (RESULT, result)):
        if content.get(DIGEST) != digest_of(content):
            yield Violation("digest", name, "it was altered after it was written")


def _tours(path: Path, problem: Problem, told: Any) -> Iterator[Violation]:
    """Check the tours that `route` has added, if it has; a plan that is none was told already."""
    try:
        plan = None if told is None else plan_from_dict(problem, told, f"{PLAN} plan")
    except Refusal:
        return
    yield from check_tours_folder(path, problem, plan)


def _decisions(
    path: Path, problem: Problem, plans: dict[str, Any], result: dict[str, Any]
) -> Iterator[Violation]:
    shape = {
        "format": FORMAT,
        "problem_digest": store.digest(problem),
        "plan": Free(lambda claim: claim is None or isinstance(claim, dict), "a plan or null"),
        "baseline": Free(lambda claim: isinstance(claim, dict), "a plan"),
        DIGEST: Free(lambda claim: isinstance(claim, str), "a text"),
    }
    faults = tuple(compare(shape, plans, ""))
    if faults:
        yield from (Violation(one.family, f"{PLAN} {one.where}", one.words) for one in faults)
        return
    try:
        plan = None
        if plans["plan"] is not None:
            plan = plan_from_dict(problem, plans["plan"], f"{PLAN} plan")
        baseline = plan_from_dict(problem, plans["baseline"], f"{PLAN} baseline")
    except Refusal as refusal:
        yield from _as_violations(refusal)
        return
    paths = Paths(problem.streets)
    yield from _rules_and_claims(paths, problem, plan, baseline, result)
    if plan is not None:
        figures = recompute(problem, plan, paths=paths)
        base = recompute(problem, baseline, paths=paths)
        yield from tables.check(path / "tables", Case(problem, plan, paths), figures, base)


def _rules_and_claims(
    paths: Paths, problem: Problem, plan: Plan | None, baseline: Plan, result: dict[str, Any]
) -> Iterator[Violation]:
    if plan is not None:
        yield from check_plan(problem, plan, paths=paths)
    for one in check_plan(problem, baseline, baseline=True, paths=paths):
        yield Violation(one.family, f"baseline: {one.where}", one.words)
    yield from check_claims(problem, plan, baseline, result, paths=paths)
