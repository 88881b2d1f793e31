"""Whether few enough columns cover all rows: greedy, bound, search, and the solver at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.location.covering.finish import finish
from optimizer.location.covering.lagrangian import climb, first_multipliers, lagrangian_bound
from optimizer.location.covering.patrol import patrol
from optimizer.location.covering.pursuit import ENTRY_MS, NODE_MS, OPERATION_MS
from optimizer.location.covering.reduce import without_dominated
from optimizer.location.covering.search import grow, rows_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.location.covering.rows import Cover
    from optimizer.location.record import Record

PATROL = 3e6  # operations of one search
CLIMB = 100  # iterations of one climb
ROUNDS = 4
SURE = 1e-6  # a bound so far above the number allowed is above it


class Answer(NamedTuple):
    """Whether a cover is possible, and its sites."""

    possible: bool
    sites: NDArray[np.int32]


NO = Answer(possible=False, sites=np.zeros(0, dtype=np.int32))


def coverable(record: Record, cover: Cover | None, seed: int) -> Answer | None:
    """Return whether `cover.high` columns of price 1 cover all rows; None if limits came first."""
    lean = None if cover is None else without_dominated(cover)
    if lean is None:
        return NO
    rows = rows_of(lean)
    opened = grow(rows, np.zeros(lean.matrix.column_count, dtype=bool), lean.low, lean.high)
    if lean.value(opened) < np.inf:
        return Answer(possible=True, sites=lean.sites(opened))
    ones = np.ones(lean.matrix.row_count)
    multipliers, scale = first_multipliers(lean), 1.0
    wide = lean.replace(low=0, high=lean.matrix.column_count)
    goal = lean.high + 0.5
    for turn in range(ROUNDS):
        if record.stop_reason() is not None:
            return None
        multipliers, scale = climb(wide, multipliers, lean.offset + lean.high + 1.0, CLIMB, scale)
        record.budget.spend(CLIMB * 2 * len(lean.matrix.row) * ENTRY_MS)
        value, _ = lagrangian_bound(wide, multipliers.row)
        if value > lean.offset + lean.high + SURE:
            return NO
        plain = rows._replace(hard=ones.copy(), soft=0.0 * ones, price=np.zeros_like(lean.price))
        found, size, done = patrol(
            plain, lean.price, opened, lean.high, seed + turn, int(PATROL), goal
        )
        record.budget.spend(done * OPERATION_MS)
        if size <= lean.high:
            padded = grow(rows, found, lean.low, lean.high)
            return Answer(possible=True, sites=lean.sites(padded))
    return _solved(record, lean)


def _solved(record: Record, lean: Cover) -> Answer | None:
    nodes = None
    if record.limits.work is not None:
        nodes = max(int((record.limits.work - record.budget.work_done) / NODE_MS), 1)
    answer = finish(
        lean.replace(price=np.zeros_like(lean.price)),
        np.inf,
        time_s=record.budget.remaining_s(),
        nodes=nodes,
        seed=record.limits.seed,
        cancel=record.cancel,
    )
    record.statistics["programmes"] = record.statistics.get("programmes", 0.0) + 1.0
    if answer.status == "infeasible":
        return NO
    if answer.values is not None:
        opened = answer.values[: lean.matrix.column_count] > 0.5
        if lean.value(opened) < np.inf:
            return Answer(possible=True, sites=lean.sites(opened))
    if nodes is not None:
        record.budget.spend(nodes * NODE_MS)
    return None
