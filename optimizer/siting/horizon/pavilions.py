"""Pavilions: a stock that stands on options of its design, moves, and loses days on the way.

    sum_o stood[v,o,t] <= 1;   sum_v stood[v,o,t] = open[o,t]            o of a pavilion's design
    arrived[v,o,t] = stood[v,o,t] and not stood[v,o,t-1]
    first[v,o,t] <= arrived[v,o,t];   sum over o, t of first[v,o,t] <= 1
    arrived[v,o,t] <= first[v,o,t] + sum over s < t, o of first[v,o,s]
    sum over o, t of arrived - first <= moves_max[v]
    volume[o,t] <= capacity open[o,t] - capacity lost on the way * (arrived - first)[v,o,t]
Pavilions that are alike come into use in the order of their numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.timeline import horizon_of
from optimizer.siting.horizon.programme import moved_share

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.problem import Problem
    from optimizer.siting.columns import Columns
    from optimizer.siting.data import SitingData
    from optimizer.siting.horizon.accounts import Accounts
    from optimizer.siting.horizon.columns import YearColumns
    from optimizer.solvers import Builder


def add_pavilions_stand_and_move(
    builder: Builder, problem: Problem, accounts: Accounts, columns: YearColumns
) -> None:
    """Add where each pavilion stands, arrives, and arrives for the first time."""
    pavilions, (count, places) = horizon_of(problem).pavilions, columns.first.shape[1:]
    if count == 0:
        return
    row = np.broadcast_to(np.arange(count)[:, None], (count, places))
    at = np.broadcast_to(np.arange(places), (count, places))
    for t in range(accounts.period_count):
        stood = columns.stood[t]
        builder.add_rows(count, (row, stood, 1.0), upper=1.0)
        builder.add_rows(
            places,
            (at, stood, 1.0),
            (np.arange(places), columns.open[t, columns.place], -1.0),
            lower=0.0,
            upper=0.0,
        )
        _add_arrivals(builder, columns, t)
    every = np.broadcast_to(row, columns.first.shape)
    builder.add_rows(count, (every, columns.first, 1.0), upper=1.0)
    builder.add_rows(
        count,
        (every, columns.arrived, 1.0),
        (every, columns.first, -1.0),
        upper=pavilions.moves_max,
    )
    _add_order_among_alike(builder, problem, accounts, columns)


def _add_arrivals(builder: Builder, columns: YearColumns, t: int) -> None:
    stood, arrived, first = columns.stood[t], columns.arrived[t], columns.first[t]
    each = np.arange(stood.size)
    one = (each, arrived.ravel(), 1.0)
    before = [(each, columns.stood[t - 1].ravel(), 1.0)] if t else []
    builder.add_rows(stood.size, one, (each, stood.ravel(), -1.0), *before, lower=0.0)
    builder.add_rows(stood.size, one, (each, stood.ravel(), -1.0), upper=0.0)
    builder.add_rows(stood.size, one, *before, upper=1.0)
    builder.add_rows(stood.size, one, (each, first.ravel(), -1.0), lower=0.0)
    earlier = np.broadcast_to(columns.first[:t, :, None, :], (t, *stood.shape, stood.shape[1]))
    row = np.broadcast_to(each.reshape(stood.shape)[None, :, :, None], earlier.shape)
    builder.add_rows(stood.size, one, (each, first.ravel(), -1.0), (row, earlier, -1.0), upper=0.0)


def _add_order_among_alike(
    builder: Builder, problem: Problem, accounts: Accounts, columns: YearColumns
) -> None:
    items = horizon_of(problem).pavilions
    kind = np.column_stack([items.design, items.moves_max, items.move_eur, items.move_days])
    for pavilion in range(1, items.count):
        alike = np.flatnonzero((kind[:pavilion] == kind[pavilion]).all(axis=1))
        for t in range(accounts.period_count) if len(alike) else ():
            builder.add_rows(
                1,
                (0, columns.first[: t + 1, pavilion], 1.0),
                (0, columns.first[: t + 1, alike[-1]], -1.0),
                upper=0.0,
            )


def add_moves_cost_days(
    builder: Builder,
    problem: Problem,
    accounts: Accounts,
    columns: YearColumns,
    parts: tuple[tuple[SitingData, Columns], ...],
) -> None:
    """Add that what has just moved is in use for a part of its period only; `parts`: the periods'.

    Hubs and delivery points alone have a capacity to lose.
    """
    count = horizon_of(problem).pavilions.count
    for t, (data, period) in enumerate(parts):
        handled = np.full(problem.options.count, -1, dtype=np.int64)
        handled[period.handled] = period.volume
        mine = np.flatnonzero(handled[columns.place] >= 0)
        option = columns.place[mine]
        lost = np.array(
            [1.0 - moved_share(problem, accounts, pavilion, t) for pavilion in range(count)]
        )
        amount: NDArray[np.float64] = lost[:, None] * data.capacity_mean[option]
        row = np.broadcast_to(np.arange(len(mine)), amount.shape)
        builder.add_rows(
            len(mine),
            (np.arange(len(mine)), handled[option], 1.0),
            (np.arange(len(mine)), columns.open[t, option], -data.capacity_mean[option]),
            (row, columns.arrived[t][:, mine], amount),
            (row, columns.first[t][:, mine], -amount),
            upper=0.0,
        )
