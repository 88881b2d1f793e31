"""Run the cases of a suite, each in a process of its own, and write a row for each.

A child that outlives its limits, or dies, costs its own row alone: the row says what happened and
holds the last improvement that the child had told (unverified).
"""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Any

from benchmarks import machine
from benchmarks.case import ROOT, Case, Options
from benchmarks.published import judge
from benchmarks.rows import Row, empty_row, write_rows
from benchmarks.suites import SUITES, cases_of
from benchmarks.words import HEAD, row_words
from optimizer.core.refusal import Fault, Refusal
from optimizer.core.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

CHECK_S = 600.0
"""For the checker, and for the row to arrive."""
WORK_S = 0.1
"""Seconds that a unit of deterministic work (about 1 ms) may take at the very most."""
SAMPLE_S = 0.25


def run_suite(
    suite: str, options: Options, out: Path | None, say: Callable[[str], None]
) -> list[Row]:
    """Run what the options choose of a suite; rows go to `out` as they come.

    Raises
    ------
    Refusal
        F823 for a suite that is not there, or when the options choose nothing.
    """
    chosen = chosen_cases(suite, options)
    about = machine.describe()
    rows: list[Row] = []
    say(HEAD)
    for case in chosen:
        row = run_apart(suite, options, case)
        row["version"], row["machine"] = VERSION, about
        row["date"] = datetime.now(UTC).date().isoformat()
        rows.append(row)
        say(row_words(row))
        if out is not None:
            write_rows(out, rows)
    return rows


def chosen_cases(suite: str, options: Options) -> list[Case]:
    """Return the cases of a suite that the options do not leave out."""
    if suite not in SUITES and "." not in suite:
        cause = f"there is no suite {suite!r}"
        raise Refusal(Fault("--suite", "F823", cause, f"choose one of {', '.join(SUITES)}"))
    every = list(cases_of(suite, options))
    names = [case.name for case in every]
    if len(set(names)) < len(names):
        message = f"the suite {suite} names a case twice"
        raise ValueError(message)
    chosen = [
        case
        for case in every
        if (not options.families or case.family in options.families)
        and (not options.names or case.instance in options.names)
    ]
    kept = _sampled(chosen, options.sample)
    chosen = [
        case
        for case in chosen
        if (case.family, case.instance) in kept
        and (not options.solvers or case.solver in options.solvers)
    ]
    if not chosen:
        families = sorted({case.family for case in every})
        cause = f"none of the {len(every)} cases of {suite} is chosen"
        action = f"families are {', '.join(families)}"
        raise Refusal(Fault("--family, --instance, --solver", "F823", cause, action))
    return chosen


def _sampled(cases: list[Case], count: int | None) -> set[tuple[str, str]]:
    """Return family and instance of at most `count` instances of each family, evenly spread."""
    families: dict[str, list[str]] = {}
    for case in cases:
        names = families.setdefault(case.family, [])
        if case.instance not in names:
            names.append(case.instance)
    return {
        (family, names[(2 * place + 1) * len(names) // (2 * kept)])
        for family, names in families.items()
        for kept in [min(count or len(names), len(names))]
        for place in range(kept)
    }


def run_apart(suite: str, options: Options, case: Case) -> Row:
    """Run one case in a child process, and end it when its time is over."""
    request = {"suite": suite, "options": _plain(options), "name": case.name}
    row = empty_row(suite, case)
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as errors:
        child = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=_environment(),
            start_new_session=True,
        )
        assert child.stdin is not None  # noqa: S101 - asked for above
        assert child.stdout is not None  # noqa: S101 - asked for above
        with suppress(BrokenPipeError):
            json.dump(request, child.stdin)
            child.stdin.close()
        try:
            told, peak_mb, ended = _follow(child, child.stdout, case, row)
        finally:
            _end(child)
        if told is None:
            errors.seek(0)
            row["error"] = ended or _last_words(child.returncode, errors.read())
            row["peak_mb"] = peak_mb or None
            judge(row, case)
            row["verified"] = False
            return row
        if told["error"]:
            return told
        told["peak_mb"] = round(max(told["peak_mb"] or 0.0, _helpers(told, peak_mb)), 1) or None
        return told


def _follow(
    child: subprocess.Popen[str], stdout: IO[str], case: Case, row: Row
) -> tuple[Row | None, float, str | None]:
    """Return the row told, the peak of memory seen, and why the child was ended, if it was."""
    events: queue.Queue[dict[str, Any] | None] = queue.Queue()
    threading.Thread(target=_listen, args=(stdout, events), daemon=True).start()
    stage, deadline = "building", time.monotonic() + case.build_limit_s
    begin, peak_mb = time.monotonic(), 0.0
    while True:
        peak_mb = max(peak_mb, machine.tree_mb(child.pid))
        now = time.monotonic()
        if now > deadline:
            return None, peak_mb, f"ended after {now - begin:.0f} s of {stage}"
        try:
            event = events.get(timeout=min(SAMPLE_S, max(deadline - now, 0.01)))
        except queue.Empty:
            continue
        if event is None:
            return None, peak_mb, None
        if event["stage"] == "done":
            return event["row"], peak_mb, None
        if event["stage"] == "improved":
            elapsed_s, row["objective"], row["bound"] = event["point"]
            row["trace"].append([elapsed_s, row["objective"], row["bound"]])
            continue
        stage, begin = event["stage"], now
        deadline = now + _allowed_s(stage, case)
        row["n"], row["m"] = event.get("n", row["n"]), event.get("m", row["m"])


def _allowed_s(stage: str, case: Case) -> float:
    if stage != "solving":
        return case.build_limit_s if stage == "building" else CHECK_S
    if case.limits.work is not None:
        return case.limits.work * WORK_S + case.margin_s
    if case.prepare is not None or case.limits.time_s is None:
        return case.build_limit_s
    return 1.5 * case.limits.time_s + case.margin_s


def _listen(stdout: IO[str], events: queue.Queue[dict[str, Any] | None]) -> None:
    with suppress(ValueError):  # the pipe is closed once the child is ended
        for line in stdout:
            events.put(json.loads(line))
    events.put(None)


def _helpers(row: Row, seen_mb: float) -> float:
    """Return the peak seen from outside, unless the row measured a process of somebody else."""
    return 0.0 if row["solver"] != "faubourg" else seen_mb


def _end(child: subprocess.Popen[str]) -> None:
    """End a child and whatever it has started."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
    child.kill()
    child.wait()
    if child.stdout is not None:
        child.stdout.close()


def _last_words(code: int | None, errors: str) -> str:
    words = errors.strip().splitlines()
    return f"the process died with {code}: {words[-1] if words else 'no message'}"[:500]


def _environment() -> dict[str, str]:
    paths = [str(ROOT), *(path for path in sys.path if path)]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths))}


def _plain(options: Options) -> dict[str, Any]:
    return asdict(options) | {"instances": str(options.instances.resolve())}


def failures(rows: list[Row]) -> Iterator[str]:
    """Yield what nobody may overlook: rows of ours that are not verified, or have no result."""
    for row in rows:
        name = f"{row['family']}/{row['instance']}"
        if row["solver"] != "faubourg":
            continue
        if row["error"]:
            yield f"{name}: {row['error']}"
        elif not row["verified"]:
            yield f"{name}: not verified: {'; '.join(row['violations']) or 'no reason given'}"
