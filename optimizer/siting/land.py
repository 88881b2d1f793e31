"""Constraint family 6, land: soil consumed per ledger stays within its budget.

basis footprint: sum of footprints of new options on unsealed soil; basis parcel: the area of every
site where such an option is open, once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from optimizer.core.problem import Problem
    from optimizer.siting.columns import Columns
    from optimizer.siting.data import SitingData
    from optimizer.solvers import Builder


def add_soil_stays_within_ledgers(
    builder: Builder, problem: Problem, data: SitingData, columns: Columns
) -> None:
    """Add one row per land ledger."""
    ledgers, jurisdiction = problem.rules.land, problem.sites.jurisdiction
    taking = np.flatnonzero(data.consumes)
    if data.by_parcel:
        rank, at = np.arange(len(taking)), data.site[taking]
        builder.add_rows(
            len(taking),
            (rank, columns.open[taking], 1.0),
            (rank, columns.parcel[at], -1.0),
            upper=0.0,
        )
        what = np.arange(len(data.parcel_m2), dtype=np.int32)
        column, amount = columns.parcel, data.parcel_m2
    else:
        what, column = data.site[taking], columns.open[taking]
        amount = data.footprint_land_m2[taking]
    ledger, entry = np.nonzero(ledgers.covers[:, jurisdiction[what]])
    builder.add_rows(ledgers.count, (ledger, column[entry], amount[entry]), upper=ledgers.budget)
