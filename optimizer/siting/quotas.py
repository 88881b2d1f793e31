"""Constraint family 10, quotas: how many of a kind, and what is required, existing or forbidden."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.problem import Problem
    from optimizer.siting.columns import Columns
    from optimizer.siting.data import SitingData
    from optimizer.solvers import Builder


def counted(problem: Problem, data: SitingData, quota: int) -> NDArray[np.int64]:
    """Return the options that a quota counts."""
    quotas = problem.rules.quotas
    mine = data.kind == quotas.kind[quota]
    jurisdiction = quotas.jurisdiction[quota]
    if jurisdiction >= 0:
        mine = mine & (problem.sites.jurisdiction[data.site] == jurisdiction)
    return np.flatnonzero(mine)


def add_counts_stay_within_quotas(
    builder: Builder, problem: Problem, data: SitingData, columns: Columns
) -> None:
    """Add one row per quota, and the options that must be open or closed."""
    quotas = problem.rules.quotas
    for quota in range(quotas.count):
        option = counted(problem, data, quota)
        most = quotas.at_most[quota]
        builder.add_rows(
            1,
            (0, columns.open[option], 1.0),
            lower=quotas.at_least[quota],
            upper=np.inf if most < 0 else most,
        )
    stated = np.flatnonzero(data.open_always)
    builder.add_rows(len(stated), (np.arange(len(stated)), columns.open[stated], 1.0), lower=1.0)
    closed = np.flatnonzero(data.forbidden)
    builder.add_rows(len(closed), (np.arange(len(closed)), columns.open[closed], 1.0), upper=0.0)
