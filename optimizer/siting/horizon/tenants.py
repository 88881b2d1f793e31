"""Tenants over years: a move costs, and so does a hybrid unit that changes (`tenant_costs`).

place[t,f,u]  main part of f in unit u (of one hotel option o) in t; p[t,f,o] = sum over its units
moved[t,f], left[t,f] >= 0: f is in another unit of its option, in another option or away
    left  >= p[t-1,f,o] - p[t,f,o];   left <= 2 - p[t-1,f,o] - p[t,f,o]
    moved >= place[t-1,f,u] - place[t,f,u] - left
state[t,h], begun[t,h], changed[t,h] >= 0: hybrid unit h is, first becomes, changes as a workshop
    parts of workshops <= state <= 1 - parts of offices, each part alone
    state[t-1] - sum of offices <= state[t] <= state[t-1] + sum of workshops    (before: an office)
    state[t] - sum_{s<t} begun[s] <= begun[t] <= state[t]
    changed[t] >= state[t] - state[t-1] - begun[t],   state[t-1] - state[t]
Costs are >= 0, so that these hold with equality where it matters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.hotels import Space
from optimizer.siting.horizon.tenant_costs import Hybrids, hybrids_of, move_costs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from optimizer.core.hotels import Hotels
    from optimizer.core.problem import Problem
    from optimizer.siting.columns import Tenancies
    from optimizer.siting.horizon.accounts import Accounts
    from optimizer.siting.horizon.columns import YearColumns
    from optimizer.solvers import Builder

    Ints = NDArray[np.int64]


class _Held(NamedTuple):
    """Columns of parts in hybrid units, with the unit's rank, by what the part is."""

    work: Ints
    work_unit: Ints
    desk: Ints
    desk_unit: Ints


def add_tenants_pay_for_change(
    builder: Builder, problem: Problem, accounts: Accounts, columns: YearColumns
) -> None:
    """Add what moves of tenants and changes of hybrid units cost; nothing without hotels."""
    if problem.hotels is None:
        return
    costs, weight = move_costs(problem, problem.hotels), accounts.one_off_weight
    for period in range(1, accounts.period_count):
        pair = columns.tenants[period - 1], columns.tenants[period]
        within, between = (part[period] * weight[period] for part in costs)
        _add_moves(builder, problem, pair, within, between)
    units = hybrids_of(problem, problem.hotels)
    held = [_held(problem, problem.hotels, units, part) for part in columns.tenants]
    _add_switching(builder, units, held, weight)


def _add_moves(
    builder: Builder,
    problem: Problem,
    pair: tuple[Tenancies, Tenancies],
    within: NDArray[np.float64],
    between: NDArray[np.float64],
) -> None:
    old, new = pair
    firms, options = problem.tenants.count, problem.options.count
    moved = builder.add_columns(firms, cost=within)
    left = builder.add_columns(firms, cost=between)
    keys = [part.place_tenant * options + part.place_option for part in pair]
    stays = np.unique(keys[0])
    firm, rank = stays // options, np.arange(len(stays))
    before = (np.searchsorted(stays, keys[0]), old.place)
    again = np.isin(keys[1], stays)
    after = (np.searchsorted(stays, keys[1][again]), new.place[again])
    builder.add_rows(
        len(stays), (*before, 1.0), (*after, -1.0), (rank, left[firm], -1.0), upper=0.0
    )
    builder.add_rows(len(stays), (*before, 1.0), (*after, 1.0), (rank, left[firm], 1.0), upper=2.0)
    levels = max(problem.levels.count, 1)
    unit = [key * levels + part.place_level for key, part in zip(keys, pair, strict=True)]
    order = np.argsort(unit[1], kind="stable")
    at = np.searchsorted(unit[1][order], unit[0]) if len(order) else np.zeros(0, dtype=np.int64)
    at = np.minimum(at, max(len(order) - 1, 0))
    same = unit[1][order][at] == unit[0] if len(order) else np.zeros(len(unit[0]), dtype=bool)
    row, who = np.arange(len(old.place)), old.place_tenant
    builder.add_rows(
        len(row),
        (row, old.place, 1.0),
        (row[same], new.place[order][at[same]] if len(order) else row[:0], -1.0),
        (row, left[who], -1.0),
        (row, moved[who], -1.0),
        upper=0.0,
    )


def _held(problem: Problem, hotels: Hotels, units: Hybrids, part: Tenancies) -> _Held:
    """Return who of a period could be in which hybrid unit."""
    levels = problem.levels.count
    column = np.concatenate([part.place, part.annex])
    space = np.concatenate(
        [hotels.businesses.space[part.place_tenant], hotels.annexes.space[part.annex_rank]]
    )
    option = np.concatenate([part.place_option, part.annex_option])
    level = np.concatenate([part.place_level, part.annex_level])
    key = units.option * levels + units.unit
    rank = np.searchsorted(key, option * levels + level)
    rank = np.minimum(rank, max(len(key) - 1, 0))
    there = np.zeros(len(column), dtype=bool)
    if len(key):
        there = key[rank] == option * levels + level
    work, desk = there & (space == Space.WORKSHOP), there & (space == Space.OFFICE)
    return _Held(column[work], rank[work], column[desk], rank[desk])


def _add_switching(
    builder: Builder, units: Hybrids, held: Sequence[_Held], weight: NDArray[np.float64]
) -> None:
    count = len(units.option)
    row = np.arange(count)
    state: list[Ints] = []
    begun: list[Ints] = []
    for period, now in enumerate(held):
        is_now = builder.add_columns(count, upper=1.0)
        begins = builder.add_columns(
            count, upper=1.0, cost=weight[period] * units.fit_out_eur[period]
        )
        changes = builder.add_columns(
            count, upper=1.0, cost=weight[period] * units.switch_eur[period]
        )
        before = [(row, state[-1], 1.0)] if state else []
        less = [(row, state[-1], -1.0)] if state else []
        for mine, unit, sign, upper in (
            (now.work, now.work_unit, -1.0, 0.0),
            (now.desk, now.desk_unit, 1.0, 1.0),
        ):
            rank = np.arange(len(mine))
            builder.add_rows(len(mine), (rank, mine, 1.0), (rank, is_now[unit], sign), upper=upper)
        become = (now.work_unit, now.work, -1.0)
        builder.add_rows(count, (row, is_now, 1.0), *less, become, upper=0.0)
        leave = (now.desk_unit, now.desk, -1.0)
        builder.add_rows(count, (row, is_now, -1.0), *before, leave, upper=0.0)
        known = [(row, column, 1.0) for column in begun]
        builder.add_rows(count, (row, begins, 1.0), *known, (row, is_now, -1.0), lower=0.0)
        builder.add_rows(count, (row, begins, 1.0), (row, is_now, -1.0), upper=0.0)
        first = (row, begins, -1.0)
        change = (row, changes, -1.0)
        builder.add_rows(count, (row, is_now, 1.0), *less, first, change, upper=0.0)
        builder.add_rows(count, (row, is_now, -1.0), *before, change, upper=0.0)
        state.append(is_now)
        begun.append(begins)
