"""One case in a process of its own: `python -m benchmarks.child` with the request on stdin.

Tells on stdout, a JSON object a line, which stage it is at, every improvement, and in the end the
row. Whatever solvers print goes to stderr.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import machine
from benchmarks.case import Case, Options
from benchmarks.published import judge
from benchmarks.rows import Row, empty_row, plain
from benchmarks.suites import cases_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from optimizer.core.limits import Progress
    from optimizer.core.location import LocationProblem

REPEATS = 5
TRACE = 60
"""Points kept of a run's improvements."""
TELL_S = 0.2
"""Improvements closer than this are told together."""


class Trace:
    """Improvements of a run, thinned; the last one is always kept."""

    def __init__(self, tell: Callable[[dict[str, Any]], None]) -> None:
        self.points: list[list[float | None]] = []
        self.to_1pct_s: float | None = None
        self._tell = tell
        self._told = float("-inf")
        self._begin = time.monotonic()

    def start(self) -> None:
        """Start the clock."""
        self._begin = time.monotonic()

    def __call__(self, progress: Progress) -> None:
        """Note an improvement (a `Listener`)."""
        now = time.monotonic()
        elapsed = now - self._begin
        if progress.gap is not None and progress.gap <= 0.01 and self.to_1pct_s is None:
            self.to_1pct_s = elapsed
        if self.points and self.points[-1][1:] == [progress.value, progress.bound]:
            return
        self.points.append([round(elapsed, 4), progress.value, progress.bound])
        if len(self.points) > 4 * TRACE:
            self.points = thinned(self.points)
        if now - self._told > TELL_S:
            self._told = now
            self._tell({"stage": "improved", "point": self.points[-1]})


def thinned(points: list[list[float | None]]) -> list[list[float | None]]:
    """Return at most `TRACE` points: the first, the last, and others spread in between."""
    if len(points) <= TRACE:
        return points
    step = (len(points) - 1) / (TRACE - 1)
    return [points[round(rank * step)] for rank in range(TRACE)]


def find_case(suite: str, options: Options, name: str) -> Case:
    """Return the case of a suite with this name."""
    return next(case for case in cases_of(suite, options) if case.name == name)


def run_case(suite: str, case: Case, tell: Callable[[dict[str, Any]], None]) -> Row:
    """Run a case in this process and return its row."""
    row = empty_row(suite, case)
    tell({"stage": "building"})
    trace = Trace(tell)
    if case.build is not None:
        _solve(case, row, trace, tell)
    elif case.prepare is not None:
        _measure(case, row, tell)
    elif case.answer is not None:
        _ask(case, row, trace, tell)
    row["trace"] = thinned(trace.points)
    row["time_to_1pct_s"] = (
        trace.to_1pct_s if row["time_to_1pct_s"] is None else row["time_to_1pct_s"]
    )
    judge(row, case)
    if row["peak_mb"] is None and case.solver == "faubourg":
        row["peak_mb"] = machine.own_peak_mb()
    return row


def _solve(case: Case, row: Row, trace: Trace, tell: Callable[[dict[str, Any]], None]) -> None:
    from benchmarks.warm import warm_up
    from optimizer.location import solve
    from optimizer.verify.location import check_location

    assert case.build is not None  # noqa: S101 - the caller has looked
    begin = time.monotonic()
    problem: LocationProblem = case.build()
    row["n"], row["m"] = problem.costs.shape
    row["maximised"] = problem.maximised
    row["build_s"] = time.monotonic() - begin
    warm_up(problem, solve, case.limits.threads)
    tell({"stage": "solving", "n": row["n"], "m": row["m"]})
    cpu, begin = _cpu_s(), time.monotonic()
    trace.start()
    result = solve(problem, case.limits, listener=trace)
    row["time_s"], row["cpu_s"] = time.monotonic() - begin, _cpu_s() - cpu
    tell({"stage": "checking"})
    for name in ("status", "proof", "stopped_by", "objective", "bound", "gap", "statistics"):
        row[name] = getattr(result, name)
    if trace.to_1pct_s is None and result.gap is not None and result.gap <= 0.01:
        trace.to_1pct_s = row["time_s"]
    if result.status == "plan":
        trace.points.append([round(row["time_s"], 4), result.objective, result.bound])
    row["violations"] = [
        f"{found.family}: {found.where}: {found.words}" for found in check_location(problem, result)
    ]
    row["verified"] = not row["violations"]


def _measure(case: Case, row: Row, tell: Callable[[dict[str, Any]], None]) -> None:
    assert case.prepare is not None  # noqa: S101 - the caller has looked
    begin = time.monotonic()
    work = case.prepare()
    figures = work()
    row["build_s"] = time.monotonic() - begin
    tell({"stage": "solving"})
    cpu, begin = _cpu_s(), time.monotonic()
    ratios = []
    for _ in range(REPEATS):
        figures = work()
        ratios.append(figures["twin_s"] / max(figures["ours_s"], 1e-9))
    row["time_s"], row["cpu_s"] = time.monotonic() - begin, _cpu_s() - cpu
    row["ratios"], row["ratio"] = ratios, statistics.median(ratios)
    row["status"], row["statistics"] = "measured", figures
    row["verified"] = bool(figures.get("checked", 1.0))


def _ask(case: Case, row: Row, trace: Trace, tell: Callable[[dict[str, Any]], None]) -> None:
    assert case.answer is not None  # noqa: S101 - the caller has looked
    tell({"stage": "solving"})
    cpu, begin = _cpu_s(), time.monotonic()
    trace.start()
    answer = case.answer(case.limits, trace)
    row["time_s"], row["cpu_s"] = time.monotonic() - begin, _cpu_s() - cpu
    if answer.get("objective") is not None:
        row["status"] = "plan"
    row.update(answer)


def _cpu_s() -> float:
    """Return processor seconds of this process and of the helpers that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def main() -> None:
    """Answer one request."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a solver prints must not mix with the answer

    def tell(event: dict[str, Any]) -> None:
        answers.write(json.dumps(plain(event), allow_nan=False) + "\n")
        answers.flush()

    request = json.load(sys.stdin)
    options = request["options"]
    chosen = Options(Path(options.pop("instances")), **{k: _tuple(v) for k, v in options.items()})
    case = find_case(request["suite"], chosen, request["name"])
    try:
        row = run_case(request["suite"], case, tell)
    except Exception as error:  # noqa: BLE001 - a case that fails is a row that says so
        traceback.print_exc()
        row = empty_row(request["suite"], case)
        words = " ".join(f"{type(error).__name__}: {error}".split())
        row["error"] = words[:300]
    tell({"stage": "done", "row": row})


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


if __name__ == "__main__":
    main()
