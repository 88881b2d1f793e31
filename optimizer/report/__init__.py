"""The answer for people and scripts: terminal, tables, GeoPackage, and a map in one file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.report.progress import live_progress
from optimizer.report.terminal import print_evaluation, print_summary

if TYPE_CHECKING:
    from pathlib import Path

    from optimizer.core.backdrop import Backdrop
    from optimizer.core.problem import Problem
    from optimizer.core.result import Result

__all__ = ["live_progress", "print_evaluation", "print_summary", "write_result"]


def write_result(folder: Path, problem: Problem, result: Result, backdrop: Backdrop | None) -> None:
    """Write the result folder, whole or not at all; see `optimizer.report.folder`."""
    from optimizer.report import folder as writer  # geopandas is imported only when it is needed

    writer.write_result(folder, problem, result, backdrop)
