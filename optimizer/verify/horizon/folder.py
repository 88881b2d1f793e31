"""The part of a stored result that tells decisions over years: read, check, recompute, compare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optimizer.core import store
from optimizer.core.documents import DIGEST
from optimizer.core.plan_io import FORMAT, plan_from_dict
from optimizer.core.programme_io import programme_from_dict
from optimizer.core.refusal import Refusal
from optimizer.core.result import Violation
from optimizer.verify.compare import Free, compare
from optimizer.verify.horizon import tables
from optimizer.verify.horizon.baseline import check_baseline
from optimizer.verify.horizon.case import Years
from optimizer.verify.horizon.check import check_programme
from optimizer.verify.horizon.claims import check_programme_claims
from optimizer.verify.horizon.recompute import recompute_programme
from optimizer.verify.paths import Paths

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from optimizer.core.problem import Problem
    from optimizer.core.programme import Programme

FORM = "programme"
"""Family of what is out of form: figures are not recomputed then."""


def check_decisions(
    folder: Path, problem: Problem, plans: dict[str, Any], result: dict[str, Any], place: str
) -> Iterator[Violation]:
    """Check both programmes of plan.json, what result.json says of them, and the tables.

    plans : the content of plan.json, whose name is `place`.
    """
    shape = {
        "format": FORMAT,
        "problem_digest": store.digest(problem),
        "plan": Free(_object_or_null, "a plan or null"),
        "baseline": Free(_object, "a plan"),
        "programme": Free(_object_or_null, "a programme or null"),
        "baseline_programme": Free(_object, "a programme"),
        DIGEST: Free(lambda claim: isinstance(claim, str), "a text"),
    }
    faults = tuple(compare(shape, plans, ""))
    if faults:
        yield from (Violation(one.family, f"{place} {one.where}", one.words) for one in faults)
        return
    try:
        programme = _programme(problem, plans, "programme", "plan", place)
        baseline = _programme(problem, plans, "baseline_programme", "baseline", place)
    except Refusal as refusal:
        yield from (Violation("file", one.place, one.cause) for one in refusal.faults)
        return
    if baseline is None:
        return
    yield from _first_plans(plans, place)
    paths = Paths(problem.streets)
    found = [] if programme is None else list(check_programme(problem, programme, paths=paths))
    found += [
        Violation(one.family, f"baseline: {one.where}", one.words)
        for one in check_baseline(problem, baseline, paths=paths)
    ]
    yield from found
    if any(one.family == FORM for one in found):
        return
    claims = check_programme_claims(problem, programme, baseline, result, paths=paths)
    yield from claims
    if programme is not None:
        years = Years(problem, programme, paths)
        course = recompute_programme(problem, programme, paths=paths)
        base = recompute_programme(problem, baseline, paths=paths).criteria
        alliance = None if claims else result["programme"]["alliance"]
        yield from tables.check(folder / "tables", years, course, base, alliance)


def _object(claim: Any) -> bool:
    return isinstance(claim, dict)


def _object_or_null(claim: Any) -> bool:
    return claim is None or isinstance(claim, dict)


def _programme(
    problem: Problem, plans: dict[str, Any], key: str, first: str, place: str
) -> Programme | None:
    """Return the programme under `key`; its first plan, which stands apart too, must be readable.

    Raises
    ------
    Refusal
        F905 to F907 of `plan_io` and `programme_io`.
    """
    if plans[first] is not None:
        plan_from_dict(problem, plans[first], f"{place} {first}")
    if plans[key] is None:
        return None
    return programme_from_dict(problem, plans[key], f"{place} {key}")


def _first_plans(plans: dict[str, Any], place: str) -> Iterator[Violation]:
    """Check that the plans that stand apart are those of the first period."""
    for key, first in (("programme", "plan"), ("baseline_programme", "baseline")):
        told = plans[key]
        right = None if told is None else told["periods"][0]["plan"]
        if plans[first] != right:
            words = "it is not the plan of the first period"
            yield Violation("claim", f"{place} {first}", words)
