"""Land: what each ledger has used, less what is restored, stays within its budget in its years.

For a ledger that begins at t0, on sites with soil, per basis:
    parcel     trace[j,t] = 1 once anything has been taken for good (0 or 1, exact)
               used = sum_j parcel_m2[j] (trace[j,t] - trace[j,t0-1] + brief[j,t])
               brief[j,t] >= open[o,t] - trace[j,t]            o while standing
    footprint  used = sum_j (more[j,t] + footprints of what is while standing)
               more[j,t] >= more[j,t-1],  more[j,t] >= taken[j,t] - before[j]      t >= t0
               before[j] = max over s < t0 of taken[j,s], held from above:
               before[j] <= taken[j,s] + most[j] (1 - pick[j,s]),  sum_s pick[j,s] = 1
    used - restored - transfer <= budget_m2
with taken[j,s] = footprints of what counts for good, or parcel_m2 of a use that seals the soil.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.horizon import COUNTS, FREE
from optimizer.core.kinds import LandBasis
from optimizer.core.timeline import horizon_of
from optimizer.siting.horizon.programme import ledger_periods, restoring

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.problem import Problem
    from optimizer.siting.horizon.accounts import Accounts
    from optimizer.siting.horizon.columns import YearColumns
    from optimizer.solvers import Builder

    Entry = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]


class _Takers(NamedTuple):
    """Sites that a ledger sees, and what takes soil there: entries (rank of site, column, m2)."""

    site: NDArray[np.int64]
    parcel_m2: NDArray[np.int64]
    good: list[Entry]
    brief: list[Entry]


def add_soil_stays_within_ledgers(
    builder: Builder, problem: Problem, accounts: Accounts, columns: YearColumns
) -> None:
    """Add one row per ledger and period of its years."""
    ledgers = horizon_of(problem).land
    holds, counts = ledger_periods(ledgers, accounts), restoring(problem, accounts)
    for ledger in np.flatnonzero(holds.any(axis=1)).tolist():
        periods = np.flatnonzero(holds[ledger])
        takers = _takers(problem, accounts, columns, ledger)
        by_parcel = ledgers.basis[ledger] == LandBasis.PARCEL
        used = (_parcels_used if by_parcel else _footprints_used)(builder, takers, periods)
        for t, entries in zip(periods.tolist(), used, strict=True):
            project, start = np.nonzero(counts[ledger, :, :, t])
            builder.add_rows(
                1,
                *[(0, column, amount) for column, amount in entries],
                (0, columns.restored_m2[start, project], -1.0),
                (0, columns.land_transfer[ledger], -1.0),
                upper=float(ledgers.budget_m2[ledger]),
            )


def _takers(problem: Problem, accounts: Accounts, columns: YearColumns, ledger: int) -> _Takers:
    horizon = horizon_of(problem)
    covered = horizon.land.covers[ledger, problem.sites.jurisdiction]
    site = np.flatnonzero(accounts.soil & covered)
    rank = np.full(problem.sites.count, -1)
    rank[site] = np.arange(len(site))
    mine = (accounts.footprint_m2 > 0) & (rank[accounts.site] >= 0)
    temporary = horizon.land.temporary[ledger]
    removable = accounts.dismantlable & (temporary != COUNTS)
    lasting, passing = np.flatnonzero(mine & ~removable), np.flatnonzero(mine & removable)
    if temporary == FREE:
        passing = passing[:0]
    sealing = np.flatnonzero(horizon.uses.artificialises & accounts.takes_sites)
    parcel = problem.sites.parcel_m2[site]
    good, brief = [], []
    for t in range(accounts.period_count):
        given = columns.given[: t + 1][:, sealing][:, :, site]
        where = np.broadcast_to(np.arange(len(site)), given.shape).ravel()
        good.append(
            (
                np.concatenate([rank[accounts.site[lasting]], where]),
                np.concatenate([columns.open[t, lasting], given.ravel()]),
                np.concatenate([accounts.footprint_m2[lasting], parcel[where]]),
            )
        )
        brief.append(
            (rank[accounts.site[passing]], columns.open[t, passing], accounts.footprint_m2[passing])
        )
    return _Takers(site, parcel, good, brief)


def _parcels_used(
    builder: Builder, takers: _Takers, periods: NDArray[np.int64]
) -> list[list[tuple[NDArray[np.int64], NDArray[np.int64]]]]:
    count, parcel = len(takers.site), takers.parcel_m2
    rank = np.arange(count)
    trace: list[NDArray[np.int64]] = []
    for t in range(int(periods[-1]) + 1):
        state = builder.add_columns(count)
        site, column, _ = takers.good[t]
        before = [(rank, trace[-1], -1.0)] if t else []
        for parts in before:
            builder.add_rows(count, (rank, state, 1.0), parts, lower=0.0)
        each = np.arange(len(site))
        builder.add_rows(len(site), (each, state[site], 1.0), (each, column, -1.0), lower=0.0)
        builder.add_rows(count, (rank, state, 1.0), *before, (site, column, -1.0), upper=0.0)
        trace.append(state)
    used = []
    begin = int(periods[0])
    for t in periods.tolist():
        site, column, _ = takers.brief[t]
        brief = builder.add_columns(count)
        each = np.arange(len(site))
        builder.add_rows(
            len(site),
            (each, brief[site], 1.0),
            (each, trace[t][site], 1.0),
            (each, column, -1.0),
            lower=0.0,
        )
        entries = [(trace[t], parcel), (brief, parcel)]
        used.append([*entries, (trace[begin - 1], -parcel)] if begin else entries)
    return used


def _footprints_used(
    builder: Builder, takers: _Takers, periods: NDArray[np.int64]
) -> list[list[tuple[NDArray[np.int64], NDArray[np.int64]]]]:
    count, rank = len(takers.site), np.arange(len(takers.site))
    most = np.zeros(count)
    for site, _, amount in takers.good:
        here = np.zeros(count)
        np.add.at(here, site, amount)
        most = np.maximum(most, here)
    begin = int(periods[0])
    before = _most_before(builder, takers, most, begin)
    used, last = [], None
    for t in periods.tolist():
        site, column, amount = takers.good[t]
        more = builder.add_columns(count, upper=most)
        builder.add_rows(
            count, (rank, more, 1.0), (site, column, -amount), (rank, before, 1.0), lower=0.0
        )
        if last is not None:
            builder.add_rows(count, (rank, more, 1.0), (rank, last, -1.0), lower=0.0)
        _, standing, taken = takers.brief[t]
        used.append([(more, np.ones(count, dtype=np.int64)), (standing, taken)])
        last = more
    return used


def _most_before(
    builder: Builder, takers: _Takers, most: NDArray[np.float64], begin: int
) -> NDArray[np.int64]:
    """Return columns no larger than what had been taken on each site before period `begin`."""
    count, rank = len(takers.site), np.arange(len(takers.site))
    before = builder.add_columns(count, upper=most if begin else 0.0)
    picks = builder.add_columns(count * begin, integer=True).reshape(begin, count)
    if begin:
        every = np.broadcast_to(rank, picks.shape)
        builder.add_rows(count, (every, picks, 1.0), lower=1.0, upper=1.0)
    for s in range(begin):
        site, column, amount = takers.good[s]
        builder.add_rows(
            count,
            (rank, before, 1.0),
            (site, column, -amount),
            (rank, picks[s], most),
            upper=most,
        )
    return before
