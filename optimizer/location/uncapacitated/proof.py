"""From a good plan and multipliers to a proof: settle sites, shrink the data, search the tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.location.uncapacitated.branch import branch
from optimizer.location.uncapacitated.node import FREE, OPEN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.location.record import Record
    from optimizer.location.uncapacitated.data import Uncapacitated


def prove(record: Record, data: Uncapacitated, u: NDArray[np.float64] | None = None) -> None:
    """Raise the bound until it meets the best plan or the limits end the search.

    Parameters
    ----------
    data : lists, complete or not; where they end early the bound may stay below the plan.
    u : float64, shape (n,), multipliers of a Lagrangian ascent on `data`.
    """
    start = second_nearest(data) if u is None else u
    state = np.where(data.required, OPEN, FREE).astype(np.int8)
    branch(record, data, start, state)


def second_nearest(data: Uncapacitated) -> NDArray[np.float64]:
    """Return the second least cost of each customer, a first guess of its multiplier."""
    count = np.diff(data.start)
    entry = np.minimum(data.start[:-1] + 1, data.start[1:] - 1)
    first = np.where(count > 0, data.cost[np.maximum(entry, 0)], data.beyond)
    return np.asarray(first, dtype=np.float64)
