"""How figures of tours are judged: means of families, with the fleet told where it comes first."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from benchmarks.targets import Finding
from benchmarks.words import percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.rows import Row
    from benchmarks.targets import Judge


def mean_known(limit: float) -> Judge:
    """Judge the mean distance to the published values; a row without a plan is none."""

    def judge(rows: Sequence[Row], _: Sequence[Row]) -> Finding:
        gaps = [row["gap_to_best_known"] for row in rows]
        mean = _mean([math.inf if value is None else value for value in gaps])
        return Finding(mean <= limit + 1e-6, f"{percent(mean, sign=True)} to published on average")

    return judge


def mean_with_fleet(limit: float) -> Judge:
    """Judge lengths where the vehicles are as many as published, and tell how often they are."""

    def judge(rows: Sequence[Row], _: Sequence[Row]) -> Finding:
        planned = [row for row in rows if row["objective"] is not None]
        alike = [row for row in planned if row["gap_to_best_known"] is not None]
        if not alike:
            return Finding(reached=False, words=f"no fleet of {len(rows)} as published")
        mean = _mean([row["gap_to_best_known"] for row in alike])
        ours, published = (
            sum(int(row["statistics"][name]) for row in planned)
            for name in ("vehicles", "vehicles_published")
        )
        words = (
            f"{percent(mean, sign=True)} on average in the {len(alike)} of {len(rows)} with the "
            f"published vehicles; {ours} vehicles of all against {published}"
        )
        return Finding(mean <= limit + 1e-6 and len(planned) == len(rows), words)

    return judge


def no_worse_than(peer: str, slack: float) -> Judge:
    """Judge our mean against that of a peer on the instances that both have planned."""

    def judge(rows: Sequence[Row], every: Sequence[Row]) -> Finding:
        theirs = {
            (row["family"], row["instance"]): row["gap_to_best_known"]
            for row in every
            if row["solver"] == peer and row["gap_to_best_known"] is not None
        }
        both = [
            (row["gap_to_best_known"], theirs[row["family"], row["instance"]])
            for row in rows
            if row["gap_to_best_known"] is not None and (row["family"], row["instance"]) in theirs
        ]
        if not both:
            return Finding(None, f"{peer} was not asked")
        ours, other = (_mean(list(column)) for column in zip(*both, strict=True))
        words = (
            f"{percent(ours, sign=True)} beside {percent(other, sign=True)} of {peer} "
            f"on {len(both)} instances"
        )
        return Finding(ours <= other + slack, words)

    return judge


def _mean(values: list[float]) -> float:
    return math.fsum(values) / len(values) if values else math.inf
