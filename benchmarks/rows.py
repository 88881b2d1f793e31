"""Rows of results: their fields, how they are stored, and rows that cannot be read."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from optimizer.core.refusal import Fault, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from benchmarks.case import Case

Row = dict[str, Any]

FIELDS: dict[str, str] = {
    "suite": "suite that the case belongs to",
    "family": "family of the instance",
    "instance": "name of the instance inside its family",
    "solver": "faubourg, or the peer that solved it",
    "n": "customers",
    "m": "sites",
    "params": "parameters beside the file",
    "maximised": "whether larger objectives are better",
    "status": "plan, infeasible, no_plan; failed where there is an error",
    "proof": "optimal, gap, infeasible, none",
    "stopped_by": "proof, gap, time, work, memory, user",
    "objective": "value of the plan",
    "bound": "value that no plan can beat",
    "gap": "|objective - bound| / |objective|",
    "best_known": "published value",
    "best_known_status": "optimal or best-known",
    "gap_to_best_known": "how much worse than published, as a share; negative = better",
    "beaten": "better than published by more than rounding",
    "time_s": "seconds of solving",
    "cpu_s": "processor seconds of solving, helper processes included",
    "build_s": "seconds of reading and preparing",
    "time_to_1pct_s": "seconds until the proven gap was 1 %",
    "peak_mb": "peak of resident memory, helper processes included",
    "verified": "recomputed by code that shares nothing with the solver",
    "violations": "what the checker found",
    "ratio": "median of five of twin's seconds to ours (fixed work)",
    "ratios": "the five",
    "limits": "time, gap, seed, threads, work",
    "statistics": "figures of the run",
    "trace": "[seconds, objective, bound] of each improvement",
    "error": "why there is no result",
    "version": "version of faubourg",
    "machine": "cores, memory, Python, system",
    "date": "day of the run",
}
"""Fields of a row, in this order; what does not apply is null."""

KEY = ("suite", "family", "instance", "solver")
NUMBERS = ("objective", "bound", "gap", "best_known", "time_s", "peak_mb", "ratio")


def empty_row(suite: str, case: Case) -> Row:
    """Return the row of a case that has not run."""
    limits = case.limits
    return dict.fromkeys(FIELDS) | {
        "suite": suite,
        "family": case.family,
        "instance": case.instance,
        "solver": case.solver,
        "params": case.params,
        "status": "failed",
        "proof": "none",
        "best_known": case.best_known,
        "best_known_status": case.status,
        "maximised": case.maximised,
        "verified": False,
        "violations": [],
        "limits": {
            "time_s": None if limits.work is not None else limits.time_s,
            "gap": limits.gap,
            "seed": limits.seed,
            "threads": limits.threads,
            "work": limits.work,
        },
        "trace": [],
    }


def key(row: Row) -> tuple[str, ...]:
    """Return what tells a row from all others."""
    return tuple(str(row[name]) for name in KEY)


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    """Write rows: one a line where the name ends in .jsonl, else a list with one a line."""
    lines = [json.dumps(plain(row), allow_nan=False) for row in rows]
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".jsonl":
        text = "".join(line + "\n" for line in lines)
    else:
        text = "[\n" + ",\n".join(lines) + "\n]\n"
    path.write_text(text, encoding="utf-8")


def read_rows(path: Path) -> list[Row]:
    """Read rows written by `write_rows`.

    Raises
    ------
    Refusal
        F822 with the line, when the file is missing or a row is broken.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _broken(str(path), f"the file cannot be read: {error}") from None
    rows: list[Row] = []
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip().removesuffix(",")
        if bare in {"", "[", "]"}:
            continue
        place = f"{path}:{number}"
        try:
            row = json.loads(bare)
        except json.JSONDecodeError as error:
            raise _broken(place, f"not JSON: {error.msg}") from None
        rows.append(_sound(row, place))
    if not rows:
        raise _broken(str(path), "there are no rows")
    return rows


def _sound(row: Any, place: str) -> Row:
    if not isinstance(row, dict):
        raise _broken(place, "a row is an object with the fields of benchmarks/rows.py")
    missing = [name for name in (*KEY, "proof", "verified") if name not in row]
    if missing:
        raise _broken(place, f"fields are missing: {', '.join(missing)}")
    for name in NUMBERS:
        value = row.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise _broken(place, f"{name} is {value!r}, not a number")
    return dict.fromkeys(FIELDS) | {"violations": [], "trace": []} | row


def _broken(place: str, cause: str) -> Refusal:
    return Refusal(Fault(place, "F822", cause, "run `faubourg bench run --out FILE` again"))


def plain(value: Any) -> Any:
    """Return what JSON can hold: numbers of numpy as Python's, no inf, no nan."""
    if isinstance(value, dict):
        return {str(name): plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
