"""Programmes that can prove a problem infeasible, and the least that one amount has to become."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.solvers import Milp, solve_milp

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from optimizer.core.limits import Cancel
    from optimizer.core.problem import Problem
    from optimizer.siting.conflicts.rule import Amount

POSSIBLE, IMPOSSIBLE, OPEN = "possible", "impossible", "open"
NODES = 5000
"""Branch-and-bound nodes of one test; a test that ends undecided proves nothing."""
NEAR = 1e-6
LARGE_COLUMNS = 20_000
"""Larger programmes are tested with their integers relaxed: in a third of the time, and what is
stated is fixed at one all the same."""


class Proof(NamedTuple):
    """A test of feasibility.

    verdict : POSSIBLE, IMPOSSIBLE or OPEN. exact : POSSIBLE means that there is a plan; otherwise
    only that this relaxation does not deny it. model : its programme, where it is one.
    """

    verdict: Callable[[Problem], str]
    exact: bool = False
    model: Callable[[Problem], Milp] | None = None


def by_programme(model: Callable[[Problem], Milp], *, exact: bool = False) -> Proof:
    """Return the test that solves a programme, costs aside."""

    def verdict(problem: Problem) -> str:
        programme = _of_size(model(problem))
        free = programme.replace(cost=np.zeros(programme.column_count), offset=0.0)
        answer = solve_milp(free, nodes=NODES, gap=1.0)
        if answer.status == "infeasible":
            return IMPOSSIBLE
        return OPEN if answer.values is None else POSSIBLE

    return Proof(verdict, exact, model)


def least_change(
    problem: Problem, amount: Amount, proof: Proof, cancel: Cancel | None = None
) -> int | None:
    """Return the amount nearest to the allowed one that `proof` does not call impossible.

    The allowed amount itself is known to be impossible. None where even the limit does not help, or
    the search was cancelled.
    """

    def denied(value: int) -> bool:
        return proof.verdict(amount.put(problem, value)) == IMPOSSIBLE

    room = abs(amount.limit - amount.allowed)
    slack = None if proof.model is None else _by_slack(problem, amount, proof.model)
    if slack is not None:
        for change in (slack, slack + 1):  # one more: the solver holds rows to a millionth
            if change <= room and not denied(amount.allowed + amount.step * change):
                return amount.allowed + amount.step * change
    worst = reach = 0
    while worst < room and not (cancel is not None and cancel.cancelled):
        reach = min(max(2 * worst, 1), room)
        if not denied(amount.allowed + amount.step * reach):
            break
        worst = reach
    else:
        return None
    while reach - worst > 1:
        if cancel is not None and cancel.cancelled:
            return None
        middle = (worst + reach) // 2
        if denied(amount.allowed + amount.step * middle):
            worst = middle
        else:
            reach = middle
    return amount.allowed + amount.step * reach


def _by_slack(problem: Problem, amount: Amount, model: Callable[[Problem], Milp]) -> int | None:
    """Return by how much the amount has to change where it stands in right-hand sides alone.

    None where it stands elsewhere, or the solver comes to no end. More than the limit allows where
    no change helps.
    """
    at_hand = model(amount.put(problem, amount.allowed))
    beside = model(amount.put(problem, amount.allowed + amount.step))
    if not _same_but_for_rows(at_hand, beside):
        return None
    lower = _change(beside.row_lower, at_hand.row_lower)
    upper = _change(beside.row_upper, at_hand.row_upper)
    give = np.where(lower != 0.0, lower, upper)
    row = np.flatnonzero(give)
    if len(row) == 0 or np.any((lower != 0.0) & (upper != 0.0) & (lower != upper)):
        return None
    slack = at_hand.column_count
    order = np.argsort(np.concatenate([at_hand.entry_row, row]), kind="stable")
    elastic = at_hand.replace(
        cost=np.append(np.zeros(slack), 1.0),
        offset=0.0,
        lower=np.append(at_hand.lower, 0.0),
        upper=np.append(at_hand.upper, np.inf),
        integer=np.append(at_hand.integer, False),
        entry_row=np.concatenate([at_hand.entry_row, row])[order],
        entry_column=np.concatenate([at_hand.entry_column, np.full(len(row), slack)])[order],
        entry=np.concatenate([at_hand.entry, -give[row]])[order],
    )
    answer = solve_milp(_of_size(elastic), nodes=NODES)
    if answer.values is None or answer.status != "optimal":
        return None
    least = float(answer.values[slack])
    return max(ceil(least - NEAR * max(1.0, least)), 1)


def _of_size(programme: Milp) -> Milp:
    """Return a programme that is solved in seconds: the same, or its continuous relaxation."""
    if programme.column_count <= LARGE_COLUMNS:
        return programme
    return programme.replace(integer=np.zeros(programme.column_count, dtype=bool))


def _same_but_for_rows(first: Milp, second: Milp) -> bool:
    return all(
        np.array_equal(getattr(first, name), getattr(second, name))
        for name in ("lower", "upper", "entry_row", "entry_column", "entry")
    )


def _change(
    new: NDArray[np.float64],
    old: NDArray[np.float64],
) -> NDArray[np.float64]:
    finite = np.isfinite(new) & np.isfinite(old)
    changed: NDArray[np.float64] = np.zeros(len(new))
    changed[finite] = new[finite] - old[finite]
    return changed
