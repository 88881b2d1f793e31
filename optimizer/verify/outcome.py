"""Is the way a solve ended consistent? Status, proof, value, bound, gap, and the baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeGuard

from optimizer.core.result import Violation
from optimizer.verify.tolerance import RELATIVE, above

if TYPE_CHECKING:
    from collections.abc import Iterator

STATUSES = ("plan", "infeasible", "no_plan")
PROOFS = {"plan": ("optimal", "gap", "none"), "infeasible": ("infeasible",), "no_plan": ("none",)}
STOPS = ("proof", "gap", "time", "work", "memory", "user")
METHODS = ("mip", "decomposition")


def check(claimed: dict[str, Any], baseline_eur: float | None) -> Iterator[Violation]:
    """Check the outcome that result.json claims, once its figures were compared.

    baseline_eur : objective of the baseline where it keeps every rule of the problem, and is thus a
        plan like any other; None where it does not.
    """
    status, proof, stop = (claimed.get(key) for key in ("status", "proof", "stopped_by"))
    for key, known in (("status", STATUSES), ("stopped_by", STOPS), ("method", METHODS)):
        if claimed.get(key) not in known:
            yield Violation("claim", key, f"{claimed.get(key)!r} is none of {', '.join(known)}")
    if status in STATUSES and proof not in PROOFS[status]:
        yield Violation("claim", "proof", f"{proof!r} does not go with the status {status}")
    if stop == "proof" and proof not in ("optimal", "infeasible"):
        yield Violation("claim", "stopped_by", "it says proof, but nothing is proven")
    if status == "infeasible" and stop != "proof":
        yield Violation("claim", "stopped_by", f"infeasible is a proof, but {stop!r} ended it")
    if status == "infeasible" and baseline_eur is not None:
        words = "infeasible is claimed, but the baseline keeps every rule"
        yield Violation("claim", "status", words)
    objective = claimed.get("objective")
    if isinstance(objective, dict):
        yield from _bound(objective, proof, stop, baseline_eur)


def _bound(
    objective: dict[str, Any], proof: Any, stop: Any, baseline_eur: float | None
) -> Iterator[Violation]:
    value, bound, gap = (objective.get(key) for key in ("value", "bound", "gap"))
    if bound is None:
        if proof in ("optimal", "gap"):
            yield Violation("claim", "proof", f"{proof!r} is claimed without a bound")
        if stop == "gap":
            yield Violation("claim", "stopped_by", "it says gap, but there is no bound")
        return
    if not is_number(bound):
        return
    if proof == "infeasible":
        yield Violation("claim", "objective.bound", "an infeasible problem has no bound")
    if is_number(value) and above(bound, value):
        words = f"the bound {bound:.6f} is above the value {value:.6f}"
        yield Violation("claim", "objective.bound", words)
    if baseline_eur is not None and above(bound, baseline_eur):
        words = f"the bound {bound:.6f} is above the baseline's {baseline_eur:.6f}, which is a plan"
        yield Violation("claim", "objective.bound", words)
    if is_number(value) and is_number(gap):
        right = "optimal" if gap <= RELATIVE else "gap"
        if proof != right:
            words = f"a gap of {gap:.3g} is called {right!r} and not {proof!r}"
            yield Violation("claim", "proof", words)


def is_number(value: Any) -> TypeGuard[float]:
    """Tell whether a leaf of a document is a number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def gaps(claimed: dict[str, Any]) -> tuple[float | None, float | None]:
    """Return the gap and the gap of the saving that follow from the claimed figures.

    The figures themselves are compared elsewhere; taking them as they are told keeps the quotients
    exact, also where value, bound and baseline lie close together.
    """
    objective, baseline = claimed.get("objective"), claimed.get("baseline")
    if not isinstance(objective, dict) or not isinstance(baseline, dict):
        return None, None
    value, bound, base = objective.get("value"), objective.get("bound"), baseline.get("objective")
    if not (is_number(value) and is_number(bound) and is_number(base)):
        return None, None
    apart, saving = max(value - bound, 0.0), base - bound
    return apart / max(abs(value), 1e-9), apart / saving if saving > 0 else None
