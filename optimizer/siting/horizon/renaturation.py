"""Renaturation: whole m2 that a project starts to give back, never more than its area.

sum_t m2[r,t] <= area_m2[r];   m2[r,t] = 0 before first_year[r] (bounds of the columns)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.timeline import horizon_of

if TYPE_CHECKING:
    from optimizer.core.problem import Problem
    from optimizer.siting.horizon.columns import YearColumns
    from optimizer.solvers import Builder


def add_projects_have_an_end(builder: Builder, problem: Problem, columns: YearColumns) -> None:
    """Add one row per project."""
    projects = horizon_of(problem).renaturation
    rank = np.broadcast_to(np.arange(projects.count), columns.restored_m2.shape)
    builder.add_rows(projects.count, (rank, columns.restored_m2, 1.0), upper=projects.area_m2)
