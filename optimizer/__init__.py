"""Faubourg: decides where micro-hubs, productive hotels and delivery points go in a real city."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.core import version

if TYPE_CHECKING:
    from optimizer.core.limits import Limits
    from optimizer.core.result import Result
    from optimizer.scenario.schema import Scenario

__version__ = version.VERSION
__all__ = ["__version__", "read_scenario", "solve"]


def read_scenario(path: str | Path) -> Scenario:
    """Read a scenario file (YAML 1.2 or JSON).

    Raises
    ------
    optimizer.core.refusal.Refusal
        With every fault of the file, each with line and column.
    """
    from optimizer.scenario import reader

    return reader.read_scenario(Path(path))


def solve(scenario: Scenario, limits: Limits | None = None) -> Result:
    """Solve a scenario; without `limits`, those of the scenario hold.

    Returns
    -------
    Result
        The verified plan with its proven bound, or why there is none.
    """
    from optimizer import run

    return run.solve_scenario(scenario, limits)
