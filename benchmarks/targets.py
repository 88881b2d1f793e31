"""The figures to reach on two cores, and what the rows at hand say about them.

A figure that is not reached is not hidden: it stands in the report beside what was tried.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.words import percent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.rows import Row

    Judge = Callable[[Sequence[Row], Sequence[Row]], "Finding"]


@dataclass(frozen=True)
class Finding:
    """Whether a figure is reached (None = not measured), and in words what was found."""

    reached: bool | None
    words: str


@dataclass(frozen=True)
class Target:
    """A figure to reach: of which rows, how it is judged, and what was tried where it fails."""

    work: str
    reach: str
    anchor: str
    families: tuple[str, ...]
    judges: tuple[Judge, ...]
    instances: tuple[str, ...] = ()
    tried: str = ""

    def rows(self, rows: Sequence[Row]) -> list[Row]:
        """Return our own rows that the target is about."""
        return [
            row
            for row in rows
            if row["family"] in self.families
            and row["solver"] == "faubourg"
            and (row["suite"] != "ci" or row["ratio"] is not None)
            and (not self.instances or row["instance"] in self.instances)
        ]

    def judge(self, rows: Sequence[Row]) -> Finding:
        """Return what the rows say; reached means that every part of it is."""
        chosen = self.rows(rows)
        if not chosen:
            return Finding(None, "not measured")
        parts = [judge(chosen, rows) for judge in self.judges]
        reached = None if any(part.reached is None for part in parts) else True
        if any(part.reached is False for part in parts):
            reached = False
        return Finding(reached, "; ".join(part.words for part in parts))


def complete(count: int) -> Judge:
    """Judge whether all instances at hand are among the rows: fewer say nothing."""

    def judge(rows: Sequence[Row], _: Sequence[Row]) -> Finding:
        enough = True if len(rows) >= count else None
        return Finding(enough, f"{len(rows)} of {count} instances")

    return judge


def proven(rows: Sequence[Row], _: Sequence[Row]) -> Finding:
    """Judge whether every row is proven optimal."""
    count = sum(row["proof"] == "optimal" for row in rows)
    return Finding(count == len(rows), f"{count} of {len(rows)} proven")


def optimal_proven(rows: Sequence[Row], _: Sequence[Row]) -> Finding:
    """Judge whether every row whose published value is optimal is proven."""
    marked = [row for row in rows if row["best_known_status"] == "optimal"]
    return proven(marked, rows)


def together(limit_s: float) -> Judge:
    """Judge the time of all rows together."""

    def judge(rows: Sequence[Row], _: Sequence[Row]) -> Finding:
        total = math.fsum(row["time_s"] or math.inf for row in rows)
        words = f"{total:.1f} s together" if math.isfinite(total) else "not all ended"
        return Finding(total <= limit_s, words)

    return judge


def each(limit_s: float) -> Judge:
    """Judge the longest time of a row (a second of grace for the clock)."""

    def judge(rows: Sequence[Row], _: Sequence[Row]) -> Finding:
        most = max(math.inf if row["time_s"] is None else row["time_s"] for row in rows)
        words = f"{most:.1f} s at most" if math.isfinite(most) else "not all ended"
        return Finding(most <= limit_s + 1.0, words)

    return judge


def gap(limit: float) -> Judge:
    """Judge the widest proven gap."""

    def judge(rows: Sequence[Row], _: Sequence[Row]) -> Finding:
        worst = max(math.inf if row["gap"] is None else row["gap"] for row in rows)
        return Finding(worst <= limit, f"proven gap {percent(worst)} at most")

    return judge


def gap_where_known(limit: float) -> Judge:
    """Judge the widest proven gap where the published value is not proven optimal."""

    def judge(rows: Sequence[Row], every: Sequence[Row]) -> Finding:
        open_ = [row for row in rows if row["best_known_status"] != "optimal"]
        return gap(limit)(open_, every) if open_ else Finding(reached=True, words="none open")

    return judge


def known(limit: float) -> Judge:
    """Judge the row that is worst against the published value."""

    def judge(rows: Sequence[Row], _: Sequence[Row]) -> Finding:
        gaps = [row["gap_to_best_known"] for row in rows]
        worst = max(math.inf if value is None else value for value in gaps)
        return Finding(worst <= limit + 1e-6, f"{percent(worst, sign=True)} to published at most")

    return judge


def memory(limit_gb: float) -> Judge:
    """Judge the largest memory of a row."""

    def judge(rows: Sequence[Row], _: Sequence[Row]) -> Finding:
        most = max(math.inf if row["peak_mb"] is None else row["peak_mb"] for row in rows) / 1024
        return Finding(most <= limit_gb, f"{most:.2f} GB at most")

    return judge


def faster_than(peers: tuple[str, ...], times: float) -> Judge:
    """Judge our time to the proof against the best of some peers on the same instance."""

    def judge(rows: Sequence[Row], every: Sequence[Row]) -> Finding:
        worst, told = math.inf, "no peer was asked"
        for row in rows:
            theirs = [
                other["time_s"]
                if other["status"] == "plan" and other["proof"] == "optimal"
                else None
                for other in every
                if other["solver"] in peers
                and (other["family"], other["instance"]) == (row["family"], row["instance"])
            ]
            if not theirs:
                continue
            done = [time_s for time_s in theirs if time_s is not None]
            limit_s = (row["limits"] or {}).get("time_s") or 0.0
            ratio = (min(done) if done else limit_s) / max(row["time_s"] or math.inf, 1e-9)
            if ratio < worst:
                worst = ratio
                told = f"{ratio:.0f} times{'' if done else ' at least (no peer ended in time)'}"
        return Finding(None if math.isinf(worst) else worst >= times, told)

    return judge


def speed_ratio(times: float) -> Judge:
    """Judge the smallest ratio to the twin, measured in one run."""

    def judge(rows: Sequence[Row], _: Sequence[Row]) -> Finding:
        ratios = [row["ratio"] for row in rows if row["ratio"] is not None]
        if not ratios:
            return Finding(None, "not measured")
        return Finding(min(ratios) >= times, f"{min(ratios):.1f} times")

    return judge
