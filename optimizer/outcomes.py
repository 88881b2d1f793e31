"""How the end of a solve is told: seconds by step, outcome, where model and checker disagree."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from optimizer.core.result import Conflict, Criteria, Outcome, Violation
from optimizer.siting.mip import OPTIMAL_GAP

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.core.limits import Limits
    from optimizer.core.problem import Problem

AGREES = 1e-6
"""How far model and checker may be apart, relative; both add up many float64 terms."""


@dataclass
class Clock:
    """Seconds by step."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure what happens inside, on top of earlier steps of the name."""
        started = time.monotonic()
        yield
        before = self.seconds.get(name, 0.0)
        self.seconds[name] = round(before + time.monotonic() - started, 3)


def disagreements(theirs: Criteria, ours: Criteria, whose: str) -> list[Violation]:
    """Compare term by term; a difference of a millionth of the objective is rounding."""
    scale = max(abs(ours.objective), sum(abs(term) for term in ours.terms.values()), 1.0)
    return [
        Violation(
            "claim",
            f"{whose}: {name}",
            f"the model says {ours.terms[name]:.6f} EUR, the checker {theirs.terms[name]:.6f} EUR",
        )
        for name in ours.terms
        if abs(theirs.terms[name] - ours.terms[name]) > AGREES * scale
    ]


def bound_above_value(bound: float | None, value: float) -> list[Violation]:
    """Return the violation of a bound that its own plan disproves."""
    if bound is None or bound <= value + AGREES * max(abs(value), 1.0):
        return []
    words = f"the bound {bound:.6f} is above the value {value:.6f}"
    return [Violation("claim", "objective.bound", words)]


def outcome_of(
    ended: tuple[str, float | None, bool], criteria: Criteria | None, way: str, *, sound: bool
) -> Outcome:
    """Return the outcome of a solve that ended by (stopped_by, bound, infeasible).

    sound : the checker found nothing; without that there is no plan.
    """
    reason, proven, infeasible = ended
    if infeasible:
        return Outcome("infeasible", "infeasible", "proof", None, None, way)
    stopped_by = "gap" if reason == "proof" else reason
    if criteria is None or not sound:
        kept = "time" if stopped_by == "gap" and proven is None else stopped_by
        return Outcome("no_plan", "none", kept, None, proven, way)
    value = criteria.objective
    if proven is None:
        kept = "time" if stopped_by == "gap" else stopped_by
        return Outcome("plan", "none", kept, value, None, way)
    outcome = Outcome("plan", "gap", stopped_by, value, min(proven, value), way)
    if outcome.gap is not None and outcome.gap <= OPTIMAL_GAP:
        return outcome.replace(proof="optimal", stopped_by="proof")
    return outcome


def unexplained() -> tuple[Conflict, ...]:
    """Return what is said where rules conflict, but which ones is not known."""
    words = "the rules cannot hold together; the search for the conflicting ones was cut short"
    return (Conflict("service", "all rules", words),)


def provenance(problem: Problem, limits: Limits, way: str) -> dict[str, str]:
    """Return where an answer comes from."""
    from optimizer.solvers import solver_versions

    return {
        "seed": str(limits.seed),
        "solver": f"{way}; {solver_versions()}",
        **problem.provenance,
    }
