"""Whether any choice of sites serves everybody, where some pairs are not allowed.

(1)  sum_{j in list of i} y[j] >= 1                 every customer i
(2)  at_least <= sum_j y[j] <= at_most
(3)  y[j] = 1                                       required sites j
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.solvers.mathopt import solve_milp
from optimizer.solvers.milp import Builder

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.location.record import Record
    from optimizer.location.uncapacitated.data import Uncapacitated

APART = 50_000  # pairs from which the solver runs in a process of its own, so as to be cancelled
NODES = 2000  # most nodes of a search without a clock


def covering_sites(record: Record, data: Uncapacitated) -> NDArray[np.int32] | None:
    """Return sites that serve everybody, or None; the record learns it where there are none.

    `data` must be complete.
    """
    customers, sites = data.shape
    builder = Builder()
    columns = builder.add_columns(sites, lower=data.required.astype(np.float64), integer=True)
    row = np.repeat(np.arange(customers), np.diff(data.start))
    builder.add_rows(customers, (row, columns[data.site], 1.0), lower=1.0)
    counted = (np.zeros(sites, dtype=np.int64), columns, 1.0)
    builder.add_rows(1, counted, lower=data.at_least, upper=data.at_most)
    answer = solve_milp(
        builder.build(),
        time_s=record.budget.remaining_s(),
        seed=record.limits.seed,
        cancel=record.cancel,
        apart=len(data.site) > APART and record.limits.work is None,
        nodes=None if record.limits.work is None else NODES,
    )
    if answer.status == "infeasible":
        record.proven("cover")
    if answer.values is None:
        return None
    return np.flatnonzero(answer.values > 0.5).astype(np.int32)
