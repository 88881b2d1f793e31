"""Check an answer to a location problem: what it opens, what it costs, what it claims."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.location import OPTIMAL_GAP, SPLIT
from optimizer.verify.location.case import EXACT, Case, violation
from optimizer.verify.location.prices import prices_of
from optimizer.verify.location.refute import feasible_plan
from optimizer.verify.location.rules import RULES, check_sites
from optimizer.verify.location.shape import check_shape
from optimizer.verify.location.values import VALUES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.core.location import LocationProblem, LocationResult
    from optimizer.core.result import Violation

FLOWS = 1e-7
"""Relative; what rounded shares of many customers may add to a sum."""


def check_location(problem: LocationProblem, result: LocationResult) -> tuple[Violation, ...]:
    """Return everything that does not hold about an answer; empty if all does.

    Every rule of the problem's kind, the objective, on which side the bound lies, and whether
    status, proof and the reason for stopping agree with them. A claim of infeasibility is refuted
    where a plan can be made by hand; a bound is not re-proven.
    """
    broken = tuple(check_shape(problem, result))
    if broken:
        return broken
    if result.status != "plan":
        return (*_check_no_plan(problem, result), *_check_words(problem, result))
    case = Case(problem, result, prices_of(problem.costs))
    rules = (check_sites, *RULES[problem.kind])
    found = tuple(violation for rule in rules for violation in rule(case))
    return (*found, *_check_objective(case), *_check_words(problem, result))


def value_of(problem: LocationProblem, result: LocationResult) -> float:
    """Return the objective of a plan, recomputed; nan where the problem does not tell a cost."""
    case = Case(problem, result, prices_of(problem.costs))
    with np.errstate(invalid="ignore"):
        return VALUES[problem.kind](case)


def _check_objective(case: Case) -> Iterator[Violation]:
    claimed = case.result.objective
    with np.errstate(invalid="ignore"):  # weight 0 over a pair not allowed: found above
        value = VALUES[case.problem.kind](case)
    if claimed is None:
        return
    slack = FLOWS if case.problem.kind in SPLIT else EXACT
    if not abs(claimed - value) <= slack * max(abs(value), 1.0):  # also where it is nan
        words = f"claimed {claimed!r}, recomputed {value!r}"
        yield violation("objective", case.problem.kind, words)


def _check_words(problem: LocationProblem, result: LocationResult) -> Iterator[Violation]:
    """Bound, gap, proof and reason agree."""
    objective, bound = result.objective, result.bound
    if result.status == "plan" and result.proof == "infeasible":
        yield violation("proof", "infeasible", "there is a plan")
    if result.stopped_by == "proof" and result.proof not in {"optimal", "infeasible"}:
        yield violation("proof", "stopped_by", "stopped by a proof that is not there")
    if result.status != "plan" or objective is None:
        return
    if bound is None:
        if result.proof != "none":
            yield violation("proof", result.proof, "nothing is proven without a bound")
        return
    sign = -1.0 if problem.maximised else 1.0
    beyond = sign * (bound - objective)
    if beyond > EXACT * max(abs(objective), 1.0):
        words = f"the bound {bound!r} is beyond the objective {objective!r}"
        yield violation("bound", problem.kind, words)
    gap = abs(objective - bound) / max(abs(objective), 1e-9)
    if result.gap is None or not math.isclose(gap, result.gap, rel_tol=1e-9, abs_tol=1e-12):
        yield violation("gap", problem.kind, f"told as {result.gap!r}, recomputed {gap!r}")
    if result.proof == "optimal" and gap > OPTIMAL_GAP * (1 + EXACT):
        yield violation("proof", "optimal", f"the gap is {gap:.3g}")
    if result.proof == "none":
        yield violation("proof", "none", "there is a bound, so there is a gap")


def _check_no_plan(problem: LocationProblem, result: LocationResult) -> Iterator[Violation]:
    if result.objective is not None or len(result.open):
        yield violation("proof", result.status, "an answer without a plan opens or costs nothing")
    if (result.status == "infeasible") != (result.proof == "infeasible"):
        yield violation("proof", result.proof, f"the status is {result.status}")
    if result.status == "no_plan" and result.proof != "none":
        yield violation("proof", result.proof, "nothing is proven about a plan that is not there")
    if result.status == "infeasible":
        plan = feasible_plan(problem)
        if plan is not None:
            words = f"opening {plan.open.tolist()[:8]} keeps every rule"
            yield violation("proof", "infeasible", words)
