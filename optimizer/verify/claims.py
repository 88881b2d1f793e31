"""Compare every claim of result.json with what problem and plan really say.

What cannot be recomputed, and is only held to be consistent: `stopped_by`, `method`, the bound
(not above the value, a feasible baseline or a plan that a simple change gives; in step with the
gaps and the proof), the
words of `conflicts` and of violations of a plan that was thrown away, seconds of `timing_s`, and
entries of `provenance` that the problem does not know (seed, solver).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optimizer.core import store
from optimizer.core.documents import DIGEST
from optimizer.core.result_io import FORMAT
from optimizer.core.rules import FAMILIES, PROGRAMME_FAMILIES
from optimizer.verify import challenge, expected, outcome
from optimizer.verify.case import Case
from optimizer.verify.check import check_plan
from optimizer.verify.compare import Free, compare
from optimizer.verify.outcome import is_number
from optimizer.verify.paths import Paths
from optimizer.verify.recompute import recompute

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem
    from optimizer.core.result import Violation


def check_claims(
    problem: Problem,
    plan: Plan | None,
    baseline_plan: Plan,
    result: dict[str, Any],
    *,
    paths: Paths | None = None,
) -> tuple[Violation, ...]:
    """Return every claim of `result` (the content of result.json) that does not hold.

    `plan` and `baseline_plan` must be well formed (`check_plan` finds nothing about "plan").
    """
    paths = paths or Paths(problem.streets)
    base = recompute(problem, baseline_plan, paths=paths)
    free_baseline = not check_plan(problem, baseline_plan, paths=paths)
    case = Case(problem, baseline_plan if plan is None else plan, paths)
    block = result.get("objective")
    bound = block.get("bound") if isinstance(block, dict) else None
    right: dict[str, Any] = {
        **frame(problem, result),
        "baseline": expected.criteria(base, problem),
        "criteria": None,
        "open": [],
        "tenants": [],
        "unserved": expected.unserved_list(case, left=plan is not None),
        "objective": {"value": None, "bound": BOUND, "gap": None, "gap_of_saving": None},
    }
    terms: dict[str, float] = {}
    if plan is not None:
        figures = recompute(problem, plan, paths=paths)
        gap, gap_of_saving = outcome.gaps(result)
        right |= {
            "status": "plan",
            "verified": True,
            "violations": [],
            "conflicts": [],
            "criteria": expected.criteria(figures, problem),
            "open": expected.open_list(case),
            "tenants": expected.tenant_list(case),
        }
        right["objective"] |= {
            "value": figures.objective,
            "gap": gap,
            "gap_of_saving": gap_of_saving,
        }
        terms = figures.terms
    right["objective"]["terms"] = terms
    found = list(compare(right, result, ""))
    found += outcome.check(result, base.objective if free_baseline else None)
    if plan is not None and not found and is_number(bound):
        found += challenge.check(case, right["objective"]["value"], bound)
    return tuple(found)


KNOWN = (*FAMILIES, *PROGRAMME_FAMILIES, "plan", "programme", "claim", "problem")
"""Families that conflicts and violations may name."""

_TEXT = Free(lambda claim: isinstance(claim, str), "a text")
BOUND = Free(lambda claim: claim is None or is_number(claim), "a number or null")


def frame(problem: Problem, result: dict[str, Any]) -> dict[str, Any]:
    """Return what must stand around the figures."""
    return {
        "format": FORMAT,
        "name": problem.name,
        "problem_digest": store.digest(problem),
        "status": Free(lambda claim: claim in ("infeasible", "no_plan"), "a status without plan"),
        "proof": _TEXT,
        "stopped_by": _TEXT,
        "method": _TEXT,
        "currency": problem.prices.currency,
        "conflicts": Free(_conflicts, "a list of conflicting rules"),
        "verified": False,
        "violations": Free(
            lambda claim: _entries(claim, ("family", "where", "words")), "a list of violations"
        ),
        "timing_s": Free(_seconds, "seconds by step"),
        "provenance": _provenance(problem, result.get("provenance")),
        DIGEST: _TEXT,
    }


def _entries(claim: Any, texts: tuple[str, ...], amounts: tuple[str, ...] = ()) -> bool:
    """Tell whether a list holds objects of texts and amounts, the families being known."""
    return isinstance(claim, list) and all(
        isinstance(item, dict)
        and set(item) == {*texts, *amounts}
        and all(isinstance(item[key], str) for key in texts)
        and all(item[key] is None or is_number(item[key]) for key in amounts)
        and item["family"] in KNOWN
        for item in claim
    )


def _conflicts(claim: Any) -> bool:
    texts = ("family", "rule", "words", "relaxation", "unit")
    return _entries(claim, texts, ("allowed", "needed"))


def _seconds(claim: Any) -> bool:
    return isinstance(claim, dict) and all(
        is_number(value) and value >= 0 for value in claim.values()
    )


def _provenance(problem: Problem, claim: Any) -> dict[str, Any]:
    """Return what the problem knows of its own origin; other entries are free texts."""
    other = Free(lambda item: isinstance(item, str | int), "a text or a whole number")
    extra = dict(_others(problem, claim, other))
    return {**problem.provenance, **extra}


def _others(problem: Problem, claim: Any, other: Free) -> Iterator[tuple[str, Free]]:
    for key in claim if isinstance(claim, dict) else ():
        if key not in problem.provenance:
            yield key, other
