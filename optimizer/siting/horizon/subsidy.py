"""Subsidy: the rent that tenants of a purse's sites are spared in a year stays within its cap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.timeline import horizon_of

if TYPE_CHECKING:
    from optimizer.core.problem import Problem
    from optimizer.siting.horizon.accounts import Accounts
    from optimizer.siting.horizon.columns import YearColumns
    from optimizer.solvers import Builder


def add_spared_rents_stay_within_caps(
    builder: Builder, problem: Problem, accounts: Accounts, columns: YearColumns
) -> None:
    """Add one row per purse with a cap and period, in thousands."""
    purses = horizon_of(problem).purses
    capped = np.flatnonzero(purses.subsidy_max_eur_year >= 0)
    covers = purses.covers[capped][:, problem.sites.jurisdiction]
    for t, tenants in enumerate(columns.tenants):
        option = tenants.place_option
        design = problem.options.design[option]
        spared = accounts.subsidy_eur_year[t, tenants.place_tenant, design] / 1000.0
        purse, entry = np.nonzero(covers[:, accounts.site[option]])
        builder.add_rows(
            len(capped),
            (purse, tenants.place[entry], spared[entry]),
            upper=purses.subsidy_max_eur_year[capped] / 1000.0,
        )
