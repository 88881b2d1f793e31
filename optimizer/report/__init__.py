"""The answer for people and scripts: terminal, tables, GeoPackage, and a map in one file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.report.progress import live_progress
from optimizer.report.terminal import print_evaluation, print_summary
from optimizer.report.tours import told_day
from optimizer.report.tours_terminal import bound_sentence, print_tours

if TYPE_CHECKING:
    from pathlib import Path

    from optimizer.core.backdrop import Backdrop
    from optimizer.core.problem import Problem
    from optimizer.core.result import Result
    from optimizer.report.tours import DayTold

__all__ = [
    "bound_sentence",
    "live_progress",
    "print_evaluation",
    "print_summary",
    "print_tours",
    "told_day",
    "write_result",
    "write_tours",
]


def write_result(folder: Path, problem: Problem, result: Result, backdrop: Backdrop | None) -> None:
    """Write the result folder, whole or not at all; see `optimizer.report.folder`."""
    from optimizer.report import folder as writer  # geopandas is imported only when it is needed

    writer.write_result(folder, problem, result, backdrop)


def write_tours(
    folder: Path,
    result: Result,
    told: DayTold,
    backdrop: Backdrop | None,
    source: Path | None = None,
) -> None:
    """Add a day of tours to a result folder, whole or not at all; see `optimizer.report.folder`."""
    from optimizer.report import folder as writer

    writer.write_tours(folder, result, told, backdrop, source)
