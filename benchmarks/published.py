"""What a row says about the published value: how far it is, and what cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.case import Case
    from benchmarks.rows import Row

ROUNDING = 1e-6
"""Relative; beside the rounding of the published figure itself."""


def judge(row: Row, case: Case) -> None:
    """Fill in what depends on the published value.

    A plan better than published is `beaten`, and stands if the checker accepts it. A bound that
    excludes the published value, which somebody's plan has reached, is a lie: not verified. Where
    the fewest vehicles come first, values with other vehicles than published are not compared.
    """
    objective, bound, best = row["objective"], row["bound"], case.best_known
    if row["gap"] is None and objective is not None and bound is not None:
        row["gap"] = abs(objective - bound) / max(abs(objective), 1e-9)
    if best is None:
        return
    more = _vehicles_more(row)
    if more:
        row["gap_to_best_known"], row["beaten"] = None, more < 0
        return
    sign = -1.0 if row["maximised"] else 1.0
    slack = ROUNDING * abs(best) + case.rounding
    if objective is not None:
        row["gap_to_best_known"] = sign * (objective - best) / max(abs(best), 1e-9)
        row["beaten"] = sign * (best - objective) > slack
    lies = []
    if bound is not None and sign * (bound - best) > slack:
        lies.append(f"location: bound: {bound!r} excludes the published value {best!r}")
    if row["proof"] == "infeasible":
        lies.append(f"location: proof: infeasible, and a plan of {best!r} is published")
    if lies:
        row["violations"], row["verified"] = [*row["violations"], *lies], False


def _vehicles_more(row: Row) -> int:
    """Return how many vehicles the plan has more than published, where they come first."""
    figures = row["statistics"] or {}
    if row["objective"] is None or "vehicles_published" not in figures:
        return 0
    return int(figures["vehicles"] - figures["vehicles_published"])
