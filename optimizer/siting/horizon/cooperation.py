"""Cooperation: land and money pass between partners, and what one gives another receives.

    sum over the ledgers of one metric, basis and years of transfer[b] = 0
    sum over the purses of members of transfer[b,t] = 0                     in every period
Nothing passes where the scenario does not trade, or where a single member holds all of a group.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.partners import NOBODY, member_of_ledger
from optimizer.core.timeline import horizon_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.problem import Problem
    from optimizer.siting.horizon.columns import YearColumns
    from optimizer.solvers import Builder


def trading_ledgers(problem: Problem) -> list[NDArray[np.int64]]:
    """Return the groups of land ledgers that may trade among themselves."""
    horizon = horizon_of(problem)
    ledgers, cooperation = horizon.land, horizon.cooperation
    if cooperation is None or not cooperation.trades_land:
        return []
    owner = member_of_ledger(problem, ledgers.covers)
    groups: dict[tuple[str, str, int, int], list[int]] = {}
    for ledger in np.flatnonzero(owner != NOBODY).tolist():
        years = int(ledgers.first_year[ledger]), int(ledgers.last_year[ledger])
        key = ledgers.metric[ledger], ledgers.basis[ledger], *years
        groups.setdefault(key, []).append(ledger)
    return [np.array(group) for group in groups.values() if len(set(owner[group])) > 1]


def trading_purses(problem: Problem) -> NDArray[np.int64]:
    """Return the purses that may pass money on, or none."""
    horizon = horizon_of(problem)
    none = np.zeros(0, dtype=np.int64)
    if horizon.cooperation is None or not horizon.cooperation.trades_money:
        return none
    owner = member_of_ledger(problem, horizon.purses.covers)
    mine = np.flatnonzero(owner != NOBODY)
    return mine if len(set(owner[mine])) > 1 else none


def add_partners_trade(builder: Builder, problem: Problem, columns: YearColumns) -> None:
    """Add that transfers add up to nothing, and that none goes to outsiders."""
    horizon = horizon_of(problem)
    groups, purses = trading_ledgers(problem), trading_purses(problem)
    for group in groups:
        builder.add_rows(1, (0, columns.land_transfer[group], 1.0), lower=0.0, upper=0.0)
    for transfers in columns.purse_transfer if len(purses) else ():
        builder.add_rows(1, (0, transfers[purses], 1.0), lower=0.0, upper=0.0)
    inside = np.concatenate([*groups, np.zeros(0, dtype=np.int64)])
    outside = np.setdiff1d(np.arange(horizon.land.count), inside)
    alone = np.setdiff1d(np.arange(horizon.purses.count), purses)
    still = np.concatenate(
        [columns.land_transfer[outside], columns.purse_transfer[:, alone].ravel()]
    )
    builder.add_rows(len(still), (np.arange(len(still)), still, 1.0), lower=0.0, upper=0.0)
