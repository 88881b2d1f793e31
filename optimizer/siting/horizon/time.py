"""Time: openings begin and end, last their minimum stay, and touch their sites once.

    start[o,t] - stop[o,t] = open[o,t] - open[o,t-1]     start <= open[o,t], stop <= open[o,t-1]
    sum of the starts of o whose minimum stay reaches t  <= open[o,t]
    sum_t open[o,t] >= 1 for REQUIRED o (where it is available it is open: the period's own rule)
    touched[j,t-1], open[o,t], use[j,t] <= touched[j,t] <= touched[j,t-1] + sum of these

The second row is the strong form of start[o,t] <= open[o,s] (Rajan and Takriti 2005, IBM RC23628):
one start at most lies in a stay. Dates and delays are in the periods' models (FORBIDDEN options).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.kinds import OptionStatus
from optimizer.core.timeline import horizon_of

if TYPE_CHECKING:
    from optimizer.core.problem import Problem
    from optimizer.siting.horizon.accounts import Accounts
    from optimizer.siting.horizon.columns import YearColumns
    from optimizer.solvers import Builder


def add_openings_begin_and_last(
    builder: Builder, problem: Problem, accounts: Accounts, columns: YearColumns
) -> None:
    """Add starts, stops, minimum stays, and that what is required comes at all."""
    new = np.flatnonzero(accounts.new)
    rank, year = np.arange(len(new)), accounts.first_year
    stay = horizon_of(problem).timing.minimum_stay_years[problem.options.design[new]]
    for t in range(accounts.period_count):
        start, stop, now = columns.start[t, new], columns.stop[t, new], columns.open[t, new]
        before = [(rank, columns.open[t - 1, new], 1.0)] if t else []
        change = (rank, start, 1.0), (rank, stop, -1.0), (rank, now, -1.0)
        builder.add_rows(len(new), *change, *before, lower=0.0, upper=0.0)
        builder.add_rows(
            len(new),
            (rank, stop, 1.0),
            *[(where, column, -value) for where, column, value in before],
            upper=0.0,
        )
        lasts = [
            (rank, columns.start[s, new], (s == t) | (year[t] < year[s] + stay))
            for s in range(t + 1)
        ]
        builder.add_rows(len(new), (rank, now, -1.0), *lasts, upper=0.0)
    required = np.flatnonzero(problem.options.status == OptionStatus.REQUIRED)
    ever = np.broadcast_to(np.arange(len(required)), (accounts.period_count, len(required)))
    builder.add_rows(len(required), (ever, columns.open[:, required], 1.0), lower=1.0)


def add_sites_are_touched_once(
    builder: Builder, problem: Problem, accounts: Accounts, columns: YearColumns
) -> None:
    """Add which sites have been built on, or used otherwise, up to each period."""
    ground = horizon_of(problem).ground
    counts = np.flatnonzero((ground.clean_up_eur > 0) | (ground.clean_up_deviation_eur > 0))
    sites = np.full(problem.sites.count, -1)
    sites[counts] = np.arange(len(counts))
    built = np.flatnonzero((accounts.footprint_m2 > 0) & (sites[accounts.site] >= 0))
    here = sites[accounts.site[built]]
    rank, uses = np.arange(len(counts)), np.arange(columns.given.shape[1])[:, None]
    for t in range(accounts.period_count):
        state = columns.touched[t, counts]
        before = [(rank, columns.touched[t - 1, counts], -1.0)] if t else []
        given = columns.given[t][:, counts]
        for parts in before:
            builder.add_rows(len(counts), (rank, state, 1.0), parts, lower=0.0)
        builder.add_rows(
            len(built),
            (np.arange(len(built)), state[here], 1.0),
            (np.arange(len(built)), columns.open[t, built], -1.0),
            lower=0.0,
        )
        builder.add_rows(len(counts), (rank, state, 1.0), (rank + 0 * uses, given, -1.0), lower=0.0)
        builder.add_rows(
            len(counts),
            (rank, state, 1.0),
            *before,
            (here, columns.open[t, built], -1.0),
            (rank + 0 * uses, given, -1.0),
            upper=0.0,
        )
