"""From a good plan and multipliers to a proof: settle sites, shrink the data, search the tree."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from optimizer.location.problem import make_problem
from optimizer.location.uncapacitated.benders import Root, cut_entries, relax, separate
from optimizer.location.uncapacitated.branch import OPERATIONS_PER_WORK, branch
from optimizer.location.uncapacitated.cutoff import cutoff_of
from optimizer.location.uncapacitated.data import uncapacitated
from optimizer.location.uncapacitated.fixing import shrunk
from optimizer.location.uncapacitated.leftover import entries_left, finish, leftover
from optimizer.location.uncapacitated.node import (
    CLIMBED,
    FREE,
    LENGTH,
    OPEN,
    OPERATIONS,
    climb,
    lists_of,
    space_for,
    value_of,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.location.record import Record
    from optimizer.location.uncapacitated.data import Uncapacitated

SLICE = 20_000_000  # entries of lists between two looks at the limits
ITERATIONS_A_SLICE = 200
ITERATIONS = 2_000  # most of the ascent at the root
PATIENCE = 20  # steps without progress before the step is shortened, at the root
AFTER_ASCENT = 0.2  # first factor of the step where the multipliers have climbed already
DENSE = 25  # pairs a customer from which the tree is faster than any linear programme
SPARSE = 8  # pairs a customer up to which the programme that is left is easy
TRIAL_NODES = 1000  # of the tree before the programme is tried all the same


def prove(record: Record, data: Uncapacitated, u: NDArray[np.float64] | None = None) -> None:
    """Raise the bound until it meets the best plan or the limits end the search.

    Parameters
    ----------
    data : lists, complete or not; where they end early the bound may stay below the plan.
    u : float64, shape (n,), multipliers of a Lagrangian ascent on `data`.
    """
    with record.budget.pause():
        warm_up()
    if u is None:
        root = ascend(record, data, second_nearest(data), 1.0)
    else:
        root = ascend(record, data, u, AFTER_ASCENT)
    data, root = shrunk(record.problem, data, root)
    customers = data.shape[0]
    if record.stop_reason() is None and entries_left(record, data, root) < DENSE * customers:
        root = relax(record, data, root)
        data, root = shrunk(record.problem, data, root)
        if finish(record, data, root, SPARSE * customers):
            return
        if record.stop_reason() is None and branch(record, data, root, nodes=TRIAL_NODES):
            return
        if record.stop_reason() is None and finish(record, data, root):
            return
    branch(record, data, root)


def ascend(record: Record, data: Uncapacitated, u: NDArray[np.float64], length: float) -> Root:
    """Return the root after a Lagrangian ascent from u; length : first factor of the step."""
    state = np.where(data.required, OPEN, FREE).astype(np.int8)
    root = Root(u.copy(), state, np.zeros(len(state)), -np.inf)
    lists, space = lists_of(data), space_for(data)
    space.amount[LENGTH] = length
    slice_ = int(np.clip(SLICE / max(len(data.site), 1), 1, ITERATIONS_A_SLICE))
    for _ in range(0, ITERATIONS, slice_):
        limit = cutoff_of(record, data)
        bound = climb(lists, space, state, root.u, root.share, limit, slice_, PATIENCE)
        root.bound = max(root.bound, bound)
        record.budget.spend(float(space.tally[OPERATIONS]) / OPERATIONS_PER_WORK)
        record.raise_bound(min(bound, limit), "root")
        if space.tally[CLIMBED] < slice_ or record.stop_reason() is not None:
            break
    return root


@cache
def warm_up() -> None:
    """Compile the kernels (or load them), once in a process: nobody's solving time."""
    problem = make_problem("p_median", 1.0 - np.eye(3), at_least=1, at_most=2)
    data = uncapacitated(problem)
    lists, space = lists_of(data), space_for(data)
    root = Root(np.ones(3), np.zeros(3, dtype=np.int8), np.zeros(3), 0.0)
    space.amount[LENGTH] = 1.0
    climb(lists, space, root.state, root.u, root.share, np.inf, 1, 1)
    value_of(lists, np.ones(3, dtype=np.bool_))
    cut_entries(lists, np.arange(3), separate(lists, root.share)[0])
    leftover(data, lists, root, 1.0)


def second_nearest(data: Uncapacitated) -> NDArray[np.float64]:
    """Return the second least cost of each customer, a first guess of its multiplier."""
    count = np.diff(data.start)
    entry = np.minimum(data.start[:-1] + 1, data.start[1:] - 1)
    first = np.where(count > 0, data.cost[np.maximum(entry, 0)], data.beyond)
    return np.asarray(first, dtype=np.float64)
