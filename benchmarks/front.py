"""What `faubourg bench` calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.case import LITERATURE, Options
from benchmarks.rows import read_rows
from benchmarks.runner import failures, run_suite

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

__all__ = ["LITERATURE", "Options", "compare", "report", "run"]


def run(suite: str, options: Options, *, out: Path | None, say: Callable[[str], None]) -> bool:
    """Run a suite; return whether every row of ours has a result that the checker accepts."""
    found = list(failures(run_suite(suite, options, out, say)))
    for words in found:
        say(words)
    return not found


def compare(old: Path, new: Path, say: Callable[[str], None]) -> bool:
    """Say what has become worse from `old` to `new`; return whether nothing has."""
    from benchmarks.compare import regressions

    found = regressions(read_rows(old), read_rows(new))
    for regression in found:
        say(str(regression))
    count = len(found)
    say("nothing has become worse" if not count else f"{count} things have become worse")
    return not count


def report(files: Sequence[Path], out: Path) -> tuple[Path, ...]:
    """Write the tables and the page over the rows of some files; return what was written."""
    from benchmarks.report import write_report

    return write_report([row for file in files for row in read_rows(file)], out)
