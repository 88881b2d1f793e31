"""From the numbers of a solver to a clean programme: whole amounts, flows decided again exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.programme import Programme
from optimizer.core.timeline import horizon_of
from optimizer.siting.horizon.cooperation import trading_ledgers, trading_purses
from optimizer.siting.horizon.money import EUR_PER_UNIT
from optimizer.siting.horizon.programme import capacity_share, with_moves
from optimizer.siting.mip import plan_from_values

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem
    from optimizer.siting.columns import Columns
    from optimizer.siting.horizon.columns import YearColumns
    from optimizer.siting.horizon.whole import Years


def programme_from_values(
    years: Years,
    periods: tuple[Columns, ...],
    joint: YearColumns,
    values: NDArray[np.float64],
) -> Programme:
    """Return the programme that a solver's values mean."""
    problem, parts, datas, accounts = years
    pavilions = pavilions_from_values(joint, values)
    share = capacity_share(problem, accounts, pavilions)
    plans = tuple(
        plan_from_values(part, with_moves(data, share[t]), columns, values)
        for t, (part, data, columns) in enumerate(zip(parts, datas, periods, strict=True))
    )
    return joint_decisions(problem, joint, values, plans)


def joint_decisions(
    problem: Problem, joint: YearColumns, values: NDArray[np.float64], plans: tuple[Plan, ...]
) -> Programme:
    """Return the programme of `plans` with what a solver's values decide beside them."""
    leaves, premises = _firms(joint, values)
    return Programme(
        plans=plans,
        renaturation_m2=np.rint(values[joint.restored_m2]).astype(np.int64).T.copy(),
        land_transfer_m2=_balanced(values[joint.land_transfer], trading_ledgers(problem)),
        purse_transfer_eur=_purse_transfers(problem, joint, values),
        use=uses_from_values(joint, values),
        firm_leaves=leaves,
        firm_premises=premises,
        pavilion_option=pavilions_from_values(joint, values),
    )


def pavilions_from_values(joint: YearColumns, values: NDArray[np.float64]) -> NDArray[np.int32]:
    """Return the option that each pavilion stands on, -1 in store; shape (v, t)."""
    stood = values[joint.stood] > 0.5
    option = np.full(stood.shape[:2], -1, dtype=np.int32)
    period, pavilion, place = np.nonzero(stood)
    option[period, pavilion] = joint.place[place]
    return option.T.copy()


def uses_from_values(joint: YearColumns, values: NDArray[np.float64]) -> NDArray[np.int8]:
    """Return the other use of each site, -1 where it has none; shape (t, s)."""
    given = values[joint.given] > 0.5
    use = np.full((given.shape[0], given.shape[2]), -1, dtype=np.int8)
    for period, kind, site in zip(*np.nonzero(given), strict=True):
        use[period:, site] = kind
    return use


def _firms(
    joint: YearColumns, values: NDArray[np.float64]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    gone = (values[joint.moved] > 0.5) | (values[joint.lost] > 0.5)
    leaves = np.where(gone.any(axis=0), gone.argmax(axis=0), -1).astype(np.int32)
    taken = values[joint.premises] > 0.5
    premises = np.full(len(taken), -1, dtype=np.int32)
    firm, place = np.nonzero(taken)
    premises[firm] = place
    return leaves, premises


def _purse_transfers(
    problem: Problem, joint: YearColumns, values: NDArray[np.float64]
) -> NDArray[np.int64]:
    group = [trading_purses(problem)]
    transfers = [_balanced(row * EUR_PER_UNIT, group) for row in values[joint.purse_transfer]]
    shape = horizon_of(problem).purses.count, len(joint.open)
    return np.array(transfers, dtype=np.int64).reshape(shape[::-1]).T.copy()


def _balanced(amounts: NDArray[np.float64], groups: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Return whole amounts that add up to 0 in each group, and are 0 outside of them."""
    rounded = np.zeros(len(amounts), dtype=np.int64)
    for group in groups:
        rounded[group] = np.rint(amounts[group])
        # what rounding left over goes to whom it moves least: the largest amount
        if len(group):
            largest = group[np.argmax(np.abs(amounts[group]))]
            rounded[largest] -= rounded[group].sum()
    return rounded
