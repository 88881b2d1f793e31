"""No more passes between partners than what they do needs: the smallest transfers.

The whole model has no price on transfers, so that a solver may send money in circles. For what a
programme does, the least land is a sum; the least money is a small linear programme:
    minimise sum of received[b,t]      received - given add up to 0 over the members' purses
    the rows of `money`, with everything but transfers, debt and interest fixed
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.timeline import horizon_of
from optimizer.siting.horizon import programme as ledgers
from optimizer.siting.horizon.columns import money_most_eur
from optimizer.siting.horizon.cooperation import trading_ledgers, trading_purses
from optimizer.siting.horizon.money import EUR_PER_UNIT
from optimizer.solvers import Builder, solve_lp

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.problem import Problem
    from optimizer.core.programme import Programme
    from optimizer.siting.horizon.accounts import Accounts


def with_least_transfers(problem: Problem, accounts: Accounts, programme: Programme) -> Programme:
    """Return the programme with the smallest transfers that its decisions need."""
    land = _land_m2(problem, accounts, programme)
    slim = programme.replace(land_transfer_m2=land)
    if len(trading_purses(problem)) and programme.purse_transfer_eur.any():
        money = _money_eur(problem, accounts, programme)
        trial = slim if money is None else slim.replace(purse_transfer_eur=money)
        before = ledgers.cash_shortage_eur(problem, accounts, programme)
        if ledgers.cash_shortage_eur(problem, accounts, trial) <= before:
            return trial
    return slim


def _land_m2(problem: Problem, accounts: Accounts, programme: Programme) -> NDArray[np.int64]:
    """Return what each ledger lacks, taken from the partners that have most to spare, (b,)."""
    table = horizon_of(problem).land
    if not programme.land_transfer_m2.any():
        return programme.land_transfer_m2
    opened = ledgers.openings(programme)
    used = ledgers.land_used_m2(problem, accounts, opened, programme.use)
    net = used - ledgers.land_restored_m2(problem, accounts, programme.renaturation_m2)
    net = np.where(ledgers.ledger_periods(table, accounts), net, np.iinfo(np.int64).min)
    need = np.maximum(net.max(axis=1), -table.budget_m2.max(initial=0)) - table.budget_m2
    transfer = np.zeros(table.count, dtype=np.int64)
    for group in trading_ledgers(problem):
        transfer[group] = np.maximum(need[group], 0)
        left = int(transfer[group].sum())
        for giver in group[np.argsort(need[group], kind="stable")].tolist():
            given = min(left, max(-int(need[giver]), 0))
            transfer[giver] -= given
            left -= given
        if left > 0:
            return programme.land_transfer_m2
    return transfer


def _money_eur(
    problem: Problem, accounts: Accounts, programme: Programme
) -> NDArray[np.int64] | None:
    """Return the smallest transfers between purses in whole EUR, (b, t); None: not found."""
    purses, periods = horizon_of(problem).purses, accounts.period_count
    mine, shape = trading_purses(problem), (horizon_of(problem).purses.count, periods)
    still = programme.replace(purse_transfer_eur=np.zeros(shape, dtype=np.int64))
    change = ledgers.changes_eur(ledgers.cash_lines(problem, accounts, still))[mine]
    opened = ledgers.openings(programme)
    reserve = ledgers.reserve_eur(problem, accounts, opened, programme.use)[mine]
    limit = np.repeat(purses.borrow_max_eur[mine][:, None], periods, axis=1)
    limit[:, -1] = np.minimum(limit[:, -1], purses.debt_end_max_eur[mine])
    builder, count = Builder(), len(mine)
    most = money_most_eur(problem, accounts) / EUR_PER_UNIT
    received, given, debt = (
        builder.add_columns(count * periods, cost=cost, upper=most).reshape(count, periods)
        for cost in (1.0, 0.0, 0.0)
    )
    position = builder.add_columns(
        count * periods,
        lower=((reserve - limit) / EUR_PER_UNIT).ravel(),
        upper=most,
    ).reshape(count, periods)
    rank = np.arange(count)
    for t in range(periods):
        last, ago = max(t - 1, 0), float(t > 0)  # nothing before the first period
        rate = ago * purses.interest_rate[mine] * accounts.years[t]
        builder.add_rows(
            count,
            (rank, position[:, t], 1.0),
            (rank, received[:, t], -1.0),
            (rank, given[:, t], 1.0),
            (rank, position[:, last], -ago),
            (rank, debt[:, last], rate),
            upper=change[:, t] / EUR_PER_UNIT,
        )
        builder.add_rows(count, (rank, debt[:, t], 1.0), (rank, position[:, t], 1.0), lower=0.0)
        builder.add_rows(1, (0, received[:, t], 1.0), (0, given[:, t], -1.0), lower=0.0, upper=0.0)
    answer = solve_lp(builder.build())
    if answer.values is None:
        return None
    transfer = np.zeros(shape, dtype=np.int64)
    net = answer.values[received] - answer.values[given]
    transfer[mine] = np.rint(net * EUR_PER_UNIT)
    giver = np.argmin(transfer[mine], axis=0)
    transfer[mine[giver], np.arange(periods)] -= transfer[mine].sum(axis=0)
    return transfer
