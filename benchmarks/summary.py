"""Rows gathered by family, and figures as the tables tell them."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.figures import TARGETS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.rows import Row

OURS = "faubourg"
NEAR = 0.001
"""A plan this near to the published value is counted as near."""


@dataclass(frozen=True)
class Told:
    """One target as told: work, reach, found, reached (None = not measured), anchor, tried."""

    work: str
    reach: str
    found: str
    reached: bool | None
    anchor: str
    tried: str


@dataclass(frozen=True)
class Family:
    """What the rows of one family of a suite and a solver say together."""

    suite: str
    family: str
    solver: str
    rows: int
    proven: int
    near: int | None
    worst_known: float | None
    median_gap: float | None
    worst_gap: float | None
    total_s: float
    peak_mb: float | None
    unverified: int


def targets(rows: Sequence[Row]) -> list[Told]:
    """Return every figure to reach with what the rows say about it."""
    told = []
    for target in TARGETS:
        finding = target.judge(rows)
        told.append(
            Told(
                target.work,
                target.reach,
                finding.words,
                finding.reached,
                target.anchor,
                "" if finding.reached else target.tried,
            )
        )
    return told


def families(rows: Sequence[Row]) -> list[Family]:
    """Return a line for each suite, family and solver, in the order of the rows."""
    groups: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        if row["ratio"] is None:
            groups.setdefault((row["suite"], row["family"], row["solver"]), []).append(row)
    return [_family(*names, group) for names, group in groups.items()]


def _family(suite: str, family: str, solver: str, rows: list[Row]) -> Family:
    known = [row["gap_to_best_known"] for row in rows if row["best_known"] is not None]
    gaps = [math.inf if row["gap"] is None else row["gap"] for row in rows]
    finite = [value for value in gaps if math.isfinite(value)]
    found = [value for value in known if value is not None]
    peaks = [row["peak_mb"] for row in rows if row["peak_mb"] is not None]
    return Family(
        suite=suite,
        family=family,
        solver=solver,
        rows=len(rows),
        proven=sum(row["proof"] in {"optimal", "infeasible"} for row in rows),
        near=sum(value <= NEAR for value in found) if known else None,
        worst_known=max(found) if found and len(found) == len(known) else None,
        median_gap=statistics.median(gaps) if finite else None,
        worst_gap=max(gaps) if len(finite) == len(gaps) else None,
        total_s=math.fsum(row["time_s"] or 0.0 for row in rows),
        peak_mb=max(peaks) if peaks else None,
        unverified=sum(not row["verified"] for row in rows),
    )


def sentence(rows: Sequence[Row], told: Sequence[Told]) -> str:
    """Return the answer in one sentence."""
    ours = [row for row in rows if row["solver"] == OURS]
    plans = [row for row in ours if row["objective"] is not None]
    proven = sum(row["proof"] == "optimal" for row in plans)
    failed = sum(bool(row["error"]) for row in ours)
    doubtful = sum(not row["verified"] for row in ours) - failed
    measured = [figure for figure in told if figure.reached is not None]
    reached = sum(bool(figure.reached) for figure in measured)
    words = f"{proven} of {len(plans)} plans are proven optimal"
    if measured:
        words = f"{reached} of {len(measured)} figures measured are reached; {words}"
    checked = "the checker accepts every one" if not doubtful else f"{doubtful} are NOT VERIFIED"
    if failed:
        checked += f"; {failed} {'case has' if failed == 1 else 'cases have'} no result"
    return f"{words[0].upper()}{words[1:]}, and {checked}."
