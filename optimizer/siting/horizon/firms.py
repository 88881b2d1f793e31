"""Firms: each stays beside what is built, moves to premises nearby, or is lost.

gone[k,t] = sum over s <= t of moved[s,k] + lost[s,k]
    gone[k,T-1] <= 1;   sum_m premises[k,m] = sum_t moved[t,k]
    sum_k area[k] (1 - gone[k,t]) + sum_o footprint[o] open[o,t] <= parcel_m2[j]
    open[o,t] <= gone[k,t]      new options with a footprint, unless the firm may stay beside them
    use[j,t] <= gone[k,t]
    sum_k area[k] premises[k,m] <= premises_area_m2[m];   jobs lost <= jobs_lost_max
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.timeline import horizon_of

if TYPE_CHECKING:
    from optimizer.core.problem import Problem
    from optimizer.siting.horizon.accounts import Accounts
    from optimizer.siting.horizon.columns import YearColumns
    from optimizer.solvers import Builder


def add_firms_stay_move_or_are_lost(
    builder: Builder, problem: Problem, accounts: Accounts, columns: YearColumns
) -> None:
    """Add where firms are, what room they leave, and how many jobs may be lost."""
    firms = horizon_of(problem).firms
    if firms.count == 0:
        return
    every = np.broadcast_to(np.arange(firms.count), columns.moved.shape)
    builder.add_rows(
        firms.count, (every, columns.moved, 1.0), (every, columns.lost, 1.0), upper=1.0
    )
    mine = np.broadcast_to(np.arange(firms.count)[:, None], columns.premises.shape)
    builder.add_rows(
        firms.count,
        (mine, columns.premises, 1.0),
        (every, columns.moved, -1.0),
        lower=0.0,
        upper=0.0,
    )
    theirs = np.broadcast_to(np.arange(len(firms.premises)), columns.premises.shape)
    area = np.broadcast_to(firms.area_m2[:, None], columns.premises.shape)
    builder.add_rows(
        len(firms.premises), (theirs, columns.premises, area), upper=firms.premises_area_m2
    )
    if firms.jobs_lost_max >= 0:
        jobs = np.broadcast_to(firms.jobs, columns.lost.shape)
        builder.add_rows(1, (0, columns.lost, jobs), upper=firms.jobs_lost_max)
    for t in range(accounts.period_count):
        _add_room_on_sites(builder, problem, accounts, columns, t)
        _add_nothing_beside(builder, problem, accounts, columns, t)


def _add_room_on_sites(
    builder: Builder, problem: Problem, accounts: Accounts, columns: YearColumns, t: int
) -> None:
    firms = horizon_of(problem).firms
    sites, row = np.unique(firms.site, return_inverse=True)
    built = np.flatnonzero((accounts.footprint_m2 > 0) & np.isin(accounts.site, sites))
    here = np.searchsorted(sites, accounts.site[built])
    held = np.bincount(row, firms.area_m2, len(sites))
    gone = np.broadcast_to(row, (t + 1, firms.count))
    builder.add_rows(
        len(sites),
        (gone, columns.moved[: t + 1], -firms.area_m2),
        (gone, columns.lost[: t + 1], -firms.area_m2),
        (here, columns.open[t, built], accounts.footprint_m2[built]),
        upper=problem.sites.parcel_m2[sites] - held,
    )


def _add_nothing_beside(
    builder: Builder, problem: Problem, accounts: Accounts, columns: YearColumns, t: int
) -> None:
    firms = horizon_of(problem).firms
    built = np.flatnonzero(accounts.footprint_m2 > 0)
    firm, which = np.nonzero(
        (firms.site[:, None] == accounts.site[built][None, :]) & ~firms.may_stay[:, None]
    )
    for count, who, taken in (
        (len(firm), firm, ((np.arange(len(firm)), columns.open[t, built[which]], 1.0),)),
        (firms.count, np.arange(firms.count), _given(columns, firms.site, t)),
    ):
        row = np.broadcast_to(np.arange(count), (t + 1, count))
        builder.add_rows(
            count,
            *taken,
            (row, columns.moved[: t + 1][:, who], -1.0),
            (row, columns.lost[: t + 1][:, who], -1.0),
            upper=0.0,
        )


def _given(columns: YearColumns, site: np.ndarray, t: int) -> tuple:  # type: ignore[type-arg]
    """Return the entries of the other uses of each firm's site up to t."""
    given = columns.given[: t + 1][:, :, site]
    return ((np.broadcast_to(np.arange(len(site)), given.shape), given, 1.0),)
