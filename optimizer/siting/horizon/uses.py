"""Uses: whole sites go to other uses for good, and every use has its minimum area.

use[j,u,t] = sum over s <= t of given[s,u,j]
    sum over t, u of given[t,u,j] <= 1
    open[o,t] + sum_u use[j,u,t] <= 1                for new options with a footprint on j
    area of u in its jurisdiction >= area_min_m2     from its first_year on
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.horizon import PRODUCTION
from optimizer.core.kinds import Kind
from optimizer.core.timeline import horizon_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.problem import Problem
    from optimizer.siting.horizon.accounts import Accounts
    from optimizer.siting.horizon.columns import YearColumns
    from optimizer.solvers import Builder


def use_area_m2(problem: Problem, use: int) -> NDArray[np.int64]:
    """Return the area that an open option of one's own designs gives to a use, shape (o,)."""
    designs, design = problem.designs, problem.options.design
    if horizon_of(problem).uses.name[use] == PRODUCTION:
        levels = np.bincount(problem.levels.design, problem.levels.area_m2, designs.count)
        area = levels.astype(np.int64)[design]
        return np.where(designs.kind[design] == Kind.PRODUCTIVE_HOTEL, area, 0)
    area = designs.footprint_m2[design] + designs.inside_hotel_m2[design]
    return np.where(designs.kind[design] == Kind.PRODUCTIVE_HOTEL, 0, area)


def in_jurisdiction(problem: Problem, use: int) -> NDArray[np.bool_]:
    """Return the sites where a use counts, shape (s,)."""
    place = horizon_of(problem).uses.jurisdiction[use]
    here: NDArray[np.bool_] = (problem.sites.jurisdiction == place) | (place < 0)
    return here


def add_sites_go_to_one_use(builder: Builder, accounts: Accounts, columns: YearColumns) -> None:
    """Add that a site is given once, and that nothing else is built where it has been given."""
    periods, uses, sites = columns.given.shape
    if uses == 0:
        return
    site = np.broadcast_to(np.arange(sites), columns.given.shape)
    builder.add_rows(sites, (site, columns.given, 1.0), upper=1.0)
    built = np.flatnonzero(accounts.footprint_m2 > 0)
    for t in range(periods):
        given = columns.given[: t + 1][:, :, accounts.site[built]]
        rank = np.broadcast_to(np.arange(len(built)), given.shape)
        builder.add_rows(
            len(built), (rank, given, 1.0), (rank[0, 0], columns.open[t, built], 1.0), upper=1.0
        )


def add_uses_have_their_area(
    builder: Builder, problem: Problem, accounts: Accounts, columns: YearColumns
) -> None:
    """Add one row per use and period from its first year on."""
    uses = horizon_of(problem).uses
    for use in range(uses.count):
        here = in_jurisdiction(problem, use)
        parcel = np.where(here, problem.sites.parcel_m2, 0)
        own = np.where(here[accounts.site], use_area_m2(problem, use), 0)
        for t in np.flatnonzero(accounts.first_year >= uses.first_year[use]).tolist():
            given = columns.given[: t + 1, use]
            entries = (
                (0, given, np.broadcast_to(parcel, given.shape))
                if accounts.takes_sites[use]
                else (0, columns.open[t], own)
            )
            builder.add_rows(1, entries, lower=float(uses.area_min_m2[use]))
