"""Constraint family 7, money: purchases and building of new options per purse <= budget."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from optimizer.core.problem import Problem
    from optimizer.siting.columns import Columns
    from optimizer.siting.data import SitingData
    from optimizer.solvers import Builder

EUR_PER_UNIT = 1000.0  # rows in thousands: coefficients of the model then span fewer magnitudes


def add_purses_pay_for_what_is_built(
    builder: Builder, problem: Problem, data: SitingData, columns: Columns
) -> None:
    """Add one row per purse."""
    purses = problem.rules.money
    where = problem.sites.jurisdiction[data.site]
    purse, option = np.nonzero(purses.covers[:, where])
    builder.add_rows(
        purses.count,
        (purse, columns.open[option], data.capex_eur[option] / EUR_PER_UNIT),
        upper=purses.budget / EUR_PER_UNIT,
    )
