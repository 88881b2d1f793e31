"""Faubourg: decides where micro-hubs, productive hotels and delivery points go in a real city."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.core import version

if TYPE_CHECKING:
    from optimizer.core.limits import Limits
    from optimizer.core.result import Result
    from optimizer.scenario.schema import Scenario
    from optimizer.study.tours import Routed

__version__ = version.VERSION
__all__ = ["__version__", "read_scenario", "route", "solve"]


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


def route(
    folder: str | Path, limits: Limits | None = None, *, seed: int = 0, days: int = 1
) -> Routed:
    """Plan real tours for days of a stored result, and write nothing.

    Parameters
    ----------
    folder
        A result folder whose scenario says how tours of a day are made (`tours.day`).
    limits
        Of each day; 120 seconds by default.
    seed
        Of the first day's orders.

    Raises
    ------
    optimizer.core.refusal.Refusal
        When the folder holds no plan, or says nothing about tours.
    """
    from optimizer.core.limits import Limits
    from optimizer.study.tours import DaysAsked, route_stored

    asked = DaysAsked(seed=seed, days=days)
    return route_stored(Path(folder), asked, limits or Limits(seed=seed))
