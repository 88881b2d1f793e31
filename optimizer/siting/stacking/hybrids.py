"""Constraint family 14, hybrids: a unit is a workshop or an office.

w[u] in {0, 1}: HYBRID unit u is a workshop
WORKSHOP parts in u: x <= w[u];  OFFICE parts in u: x <= 1 - w[u];  w[u] <= open[h]
cost: annuity of fit_out_eur * w[u]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.hotels import Space
from optimizer.siting.costs import annuity
from optimizer.siting.stacking.places import add_presence

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.problem import Problem
    from optimizer.siting.stacking.houses import Houses
    from optimizer.siting.stacking.places import Places
    from optimizer.solvers import Builder


def fit_out_eur_year(problem: Problem) -> NDArray[np.float64]:
    """Return what a HYBRID unit costs per year as a workshop, by row of `Levels`; else 0."""
    hotels, levels = problem.hotels, problem.levels
    if hotels is None:
        return np.zeros(levels.count)
    units = hotels.units
    once = np.where(units.space == Space.HYBRID, units.fit_out_eur, 0).astype(float)
    years = problem.designs.lifetime_years[levels.design]
    return annuity(once, years, problem.prices.discount_rate)


def add_hybrids_are_workshop_or_office(
    builder: Builder, problem: Problem, houses: Houses, places: Places
) -> NDArray[np.int64]:
    """Add the rows; return the column of each unit that may be a workshop by choice, else -1."""
    hybrid = houses.space == Space.HYBRID
    space = houses.part_space[places.part]
    work = np.flatnonzero(hybrid[places.unit] & (space == Space.WORKSHOP))
    desk = np.flatnonzero(hybrid[places.unit] & (space == Space.OFFICE))
    where = np.unique(places.unit[work])
    column = np.full(len(houses.unit), -1, dtype=np.int64)
    column[where] = builder.add_columns(
        len(where), cost=fit_out_eur_year(problem)[houses.unit[where]], integer=True
    )
    add_presence(builder, houses, places, work, column, only_if=True)
    add_presence(builder, houses, places, desk, column, only_if=False)
    row = np.arange(len(where))
    builder.add_rows(
        len(where),
        (row, column[where], 1.0),
        (row, places.opened[houses.house[where]], -1.0),
        upper=0.0,
    )
    return column
