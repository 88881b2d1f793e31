"""Areas that a programme draws: catchments of every period, walking reach of all openings."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from optimizer.report.areas import catchments, cells_of_points, walking_reach
from optimizer.report.figures import plan_figures
from optimizer.report.years import year_problem

if TYPE_CHECKING:
    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem
    from optimizer.core.programme import Programme


class Areas(NamedTuple):
    """Areas in degrees by option: catchments per period, walking reach once."""

    catchments: tuple[dict[int, Any], ...]
    reach: dict[int, Any]


def ever_open(programme: Programme) -> Plan:
    """Return the first plan with everything open that a programme ever opens."""
    opened = np.logical_or.reduce([plan.open_option for plan in programme.plans])
    return programme.plans[0].replace(open_option=opened)


@lru_cache(maxsize=1)
def areas_over_years(problem: Problem, programme: Programme) -> Areas:
    """Return all areas; they take seconds at city size, and the last are kept (page, layers)."""
    cells = cells_of_points(problem)
    found = [
        catchments(problem, plan_figures(year_problem(problem, t), plan), cells)
        for t, plan in enumerate(programme.plans)
    ]
    return Areas(tuple(found), walking_reach(problem, ever_open(programme)))
