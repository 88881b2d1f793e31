"""Today, in every period: vans and the facilities that exist, and nothing else happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.core.programme import resting
from optimizer.siting.baseline import baseline_plan
from optimizer.siting.horizon.accounts import period_problems

if TYPE_CHECKING:
    from optimizer.core.problem import Problem
    from optimizer.core.programme import Programme
    from optimizer.siting.data import SitingData


def baseline_programme(problem: Problem, datas: tuple[SitingData, ...]) -> Programme:
    """Return the baseline plan of every period; rules over years do not bind it."""
    parts = period_problems(problem)
    plans = tuple(baseline_plan(part, data) for part, data in zip(parts, datas, strict=True))
    return resting(problem, plans)
