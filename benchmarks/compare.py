"""The gate: what has become worse between two files of rows.

Rows are matched by suite, family, instance and solver. A row fails when it is gone or has failed,
when its verification or its proof is lost, when its objective is more than 0.1 % worse although
both runs had the same deterministic work limit, or when its speed ratio (same-run, median of five)
is more than 25 % worse. Times of different runs are never compared: machines differ.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.rows import key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.rows import Row

WORSE_OBJECTIVE = 0.001
WORSE_RATIO = 0.25
PROOFS = ("none", "gap", "optimal")
"""From weak to strong; "infeasible" is as strong as "optimal"."""


@dataclass(frozen=True)
class Regression:
    """Something that has become worse: which row, what, from what to what."""

    place: str
    what: str
    words: str

    def __str__(self) -> str:
        """One line."""
        return f"{self.place}: {self.what}: {self.words}"


def regressions(old: Sequence[Row], new: Sequence[Row]) -> list[Regression]:
    """Return everything that has become worse from `old` to `new`."""
    now = {key(row): row for row in new}
    found: list[Regression] = []
    for before in old:
        place = "/".join(key(before))
        after = now.get(key(before))
        if after is None:
            found.append(Regression(place, "row", "it is not there any more"))
            continue
        found.extend(Regression(place, what, words) for what, words in _worse(before, after))
    return found


def _worse(before: Row, after: Row) -> Iterator[tuple[str, str]]:
    if after.get("error") and not before.get("error"):
        yield "row", f"it fails now: {after['error']}"
        return
    if before["verified"] and not after["verified"]:
        reasons = "; ".join(after["violations"]) or "no reason given"
        yield "verification", f"lost: {reasons}"
    if _strength(after) < _strength(before):
        yield "proof", f"{before['proof']} before, {after['proof']} now"
    yield from _worse_objective(before, after)
    yield from _worse_ratio(before, after)


def _worse_objective(before: Row, after: Row) -> Iterator[tuple[str, str]]:
    if not _same_work(before, after) or before["objective"] is None:
        return
    if after["objective"] is None:
        yield "objective", f"{before['objective']:.10g} before, none now"
        return
    sign = -1.0 if before["maximised"] else 1.0
    worse = sign * (after["objective"] - before["objective"])
    if worse > WORSE_OBJECTIVE * max(abs(before["objective"]), 1e-9):
        share = worse / max(abs(before["objective"]), 1e-9)
        words = f"{before['objective']:.10g} before, {after['objective']:.10g} now"
        yield "objective", f"{words} ({share:.2%} worse under the same work limit)"


def _worse_ratio(before: Row, after: Row) -> Iterator[tuple[str, str]]:
    was, now = _ratio(before), _ratio(after)
    if was is None:
        return
    if now is None:
        yield "speed", f"{was:.2f} times the twin before, not measured now"
    elif now < was * (1 - WORSE_RATIO):
        yield "speed", f"{was:.2f} times the twin before, {now:.2f} now"


def _ratio(row: Row) -> float | None:
    """Return the median ratio, from the single ones where the row has them."""
    if row.get("ratios"):
        return float(statistics.median(row["ratios"]))
    ratio: float | None = row["ratio"]
    return ratio


def _same_work(before: Row, after: Row) -> bool:
    limits = [row.get("limits") or {} for row in (before, after)]
    work = [(part.get("work"), part.get("seed"), part.get("threads")) for part in limits]
    return work[0][0] is not None and work[0] == work[1]


def _strength(row: Row) -> int:
    proof = "optimal" if row["proof"] == "infeasible" else row["proof"]
    return PROOFS.index(proof) if proof in PROOFS else 0
