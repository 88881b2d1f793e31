"""Exact reductions of a covering problem: fixed columns, merged rows, dominated rows and columns.

The optimal value stays the same, and every plan of the reduced problem is a plan of the given one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.compiled import kernel
from optimizer.location.covering.rows import Cover, Matrix, matrix_of

if TYPE_CHECKING:
    from numpy.typing import NDArray


def with_fixed(cover: Cover, opened: NDArray[np.bool_], closed: NDArray[np.bool_]) -> Cover | None:
    """Return the problem that is left once columns are open or closed; None if there is no plan.

    Rows that are met vanish, rows that cannot be met are given up, and rows that have become the
    same are merged, their penalties added up.
    """
    matrix = cover.matrix
    kept = ~(opened | closed)
    need = np.maximum(cover.need - matrix.counts(opened), 0)
    step = np.minimum(cover.step, need)
    left = matrix.counts(kept)
    short = need > left
    lost = float(cover.penalty[short].sum())
    need = np.where(short, need - step, need)
    step = np.where(short, 0, step)
    chosen = int(opened.sum())
    low, high = max(cover.low - chosen, 0), min(cover.high - chosen, int(kept.sum()))
    budget = None if cover.budget is None else cover.budget - lost
    if np.any(need > left) or low > high or (budget is not None and budget < 0):
        return None
    offset = cover.offset + float(cover.price[opened].sum())
    alive = (need > 0) & ((step > 0) | (left > 0))
    rest = Cover(
        matrix=_submatrix(matrix, alive, kept),
        need=need[alive],
        step=step[alive],
        penalty=np.where(short, 0.0, cover.penalty)[alive],
        price=cover.price[kept],
        low=low,
        high=high,
        site=cover.site[kept],
        forced=np.concatenate([cover.forced, cover.site[opened]]).astype(np.int32),
        origin=_followed(cover.origin, np.where(alive, np.cumsum(alive) - 1, -1)),
        offset=offset + (lost if budget is None else 0.0),
        budget=budget,
    )
    return merged(rest)


def merged(cover: Cover) -> Cover:
    """Return the problem with one row for all rows of the same columns, need and step."""
    group = _groups(cover)
    first = np.unique(group)
    if len(first) == len(group):
        return cover
    alive = np.zeros(len(group), dtype=bool)
    alive[first] = True
    rank = np.cumsum(alive) - 1
    total = np.bincount(rank[group], weights=cover.penalty, minlength=len(first))
    kept = np.ones(cover.matrix.column_count, dtype=bool)
    return cover.replace(
        matrix=_submatrix(cover.matrix, alive, kept),
        need=cover.need[alive],
        step=cover.step[alive],
        penalty=total,
        origin=_followed(cover.origin, rank[group]),
    )


def without_dominated(cover: Cover) -> Cover | None:
    """Return the problem without rows and columns that others make superfluous.

    A hard row is implied by one with fewer columns and as much need. A column is never better than
    one that covers all its rows at no higher price, where every need is 1.
    """
    while True:
        before = cover.matrix.row_count, cover.matrix.column_count
        cover = _without_implied_rows(cover)
        closed = _dominated_columns(cover)
        tight = np.zeros(cover.matrix.column_count, dtype=bool)
        rest = with_fixed(cover, tight, closed)
        if rest is None:
            return None
        rest_or_none = _with_tight_rows_open(rest)
        if rest_or_none is None:
            return None
        cover = rest_or_none
        if (cover.matrix.row_count, cover.matrix.column_count) == before:
            return cover


def _with_tight_rows_open(cover: Cover) -> Cover | None:
    """Open the columns of hard rows that have no column to spare."""
    matrix = cover.matrix
    spare = np.diff(matrix.row_start) - (cover.need - cover.step)
    held = (spare == 0)[matrix.row_of_entry]
    opened = np.zeros(matrix.column_count, dtype=bool)
    opened[matrix.column[held]] = True
    if not opened.any():
        return cover
    return with_fixed(cover, opened, np.zeros_like(opened))


def _without_implied_rows(cover: Cover) -> Cover:
    hard = cover.step == 0
    if not hard.any():
        return cover
    matrix = cover.matrix
    implied = implied_rows(
        matrix.row_start, matrix.column, matrix.column_start, matrix.row, cover.need, hard
    )
    if not implied.any():
        return cover
    kept = np.ones(matrix.column_count, dtype=bool)
    return cover.replace(
        matrix=_submatrix(matrix, ~implied, kept),
        need=cover.need[~implied],
        step=cover.step[~implied],
        penalty=cover.penalty[~implied],
        origin=_followed(cover.origin, np.where(implied, -1, np.cumsum(~implied) - 1)),
    )


def carried(values: NDArray[np.float64], before: Cover, after: Cover) -> NDArray[np.float64]:
    """Return multipliers of the rows of `before` for the rows that they became in `after`."""
    both = (before.origin >= 0) & (after.origin >= 0)
    heir = np.full(before.matrix.row_count, -1, dtype=np.int64)
    heir[before.origin[both]] = after.origin[both]
    alive = heir >= 0
    total = np.bincount(heir[alive], weights=values[alive], minlength=after.matrix.row_count)
    return total.astype(np.float64)


def _dominated_columns(cover: Cover) -> NDArray[np.bool_]:
    matrix = cover.matrix
    if not (cover.need == 1).all():
        return np.zeros(matrix.column_count, dtype=bool)
    closed = dominated_columns(
        matrix.row_start, matrix.column, matrix.column_start, matrix.row, cover.price
    )
    if cover.low and matrix.column_count - closed.sum() < cover.low:
        return np.zeros_like(closed)
    if cover.low and np.any(cover.price != 0):  # a column may be wanted for its count alone
        return np.zeros_like(closed)
    return closed


def _followed(origin: NDArray[np.int64], now: NDArray[np.int64]) -> NDArray[np.int64]:
    if not len(now):
        return np.full(len(origin), -1, dtype=np.int64)
    return np.where(origin >= 0, now[np.maximum(origin, 0)], -1)


def _submatrix(matrix: Matrix, rows: NDArray[np.bool_], columns: NDArray[np.bool_]) -> Matrix:
    if rows.all() and columns.all():
        return matrix
    row = matrix.row_of_entry
    held = rows[row] & columns[matrix.column]
    row_rank = np.cumsum(rows) - 1
    column_rank = np.cumsum(columns) - 1
    return matrix_of(
        row_rank[row[held]].astype(np.int32),
        column_rank[matrix.column[held]].astype(np.int32),
        int(rows.sum()),
        int(columns.sum()),
    )


def _groups(cover: Cover) -> NDArray[np.int64]:
    """Return for every row the first row that equals it."""
    matrix = cover.matrix
    words = np.random.default_rng(1).integers(0, 2**62, size=matrix.column_count + 3)
    running = np.concatenate([[0], np.cumsum(words[:-3][matrix.column])])  # wraps, as it may
    length = np.diff(matrix.row_start)
    mark = running[matrix.row_start[1:]] - running[matrix.row_start[:-1]]
    mark += cover.need * words[-1] + cover.step * words[-2] + length * words[-3]
    _, first, group = np.unique(mark, return_index=True, return_inverse=True)
    model = first[group]
    differs = (cover.need[model] != cover.need) | (cover.step[model] != cover.step)
    differs |= length[model] != length
    shift = np.where(differs, 0, matrix.row_start[:-1][model] - matrix.row_start[:-1])
    twin = np.arange(len(matrix.column)) + np.repeat(shift, length)
    odd = matrix.column[twin] != matrix.column
    differs |= np.bincount(matrix.row_of_entry[odd], minlength=matrix.row_count) > 0
    return np.where(differs, np.arange(matrix.row_count), model)  # equal marks, unequal rows


@kernel
def implied_rows(
    row_start: NDArray[np.int64],
    column: NDArray[np.int32],
    column_start: NDArray[np.int64],
    row: NDArray[np.int32],
    need: NDArray[np.int64],
    hard: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Mark hard rows that hold all columns of another hard row of as much need."""
    rows = len(need)
    implied = np.zeros(rows, dtype=np.bool_)
    stamp = np.full(len(column_start) - 1, -1, dtype=np.int64)
    for model in range(rows):
        size = row_start[model + 1] - row_start[model]
        if not hard[model] or implied[model] or size == 0:
            continue
        rarest = column[row_start[model]]
        for entry in range(row_start[model], row_start[model + 1]):
            stamp[column[entry]] = model
            length = column_start[column[entry] + 1] - column_start[column[entry]]
            if length < column_start[rarest + 1] - column_start[rarest]:
                rarest = column[entry]
        for entry in range(column_start[rarest], column_start[rarest + 1]):
            other = row[entry]
            wide = row_start[other + 1] - row_start[other]
            if other == model or not hard[other] or implied[other] or wide < size:
                continue
            if need[other] > need[model]:
                continue
            found = 0
            for place in range(row_start[other], row_start[other + 1]):
                if stamp[column[place]] == model:
                    found += 1
            implied[other] = found == size
    return implied


@kernel
def dominated_columns(  # noqa: C901 - a plain scan
    row_start: NDArray[np.int64],
    column: NDArray[np.int32],
    column_start: NDArray[np.int64],
    row: NDArray[np.int32],
    price: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Mark columns of price >= 0 whose rows another column holds at no higher price."""
    columns = len(price)
    closed = np.zeros(columns, dtype=np.bool_)
    stamp = np.full(len(row_start) - 1, -1, dtype=np.int64)
    for model in range(columns):
        first, last = column_start[model], column_start[model + 1]
        if price[model] < 0.0:
            continue
        if first == last:
            closed[model] = True
            continue
        rarest = row[first]
        for entry in range(first, last):
            stamp[row[entry]] = model
            length = row_start[row[entry] + 1] - row_start[row[entry]]
            if length < row_start[rarest + 1] - row_start[rarest]:
                rarest = row[entry]
        for entry in range(row_start[rarest], row_start[rarest + 1]):
            other = column[entry]
            wide = column_start[other + 1] - column_start[other]
            if other == model or closed[other] or wide < last - first:
                continue
            if price[other] > price[model]:
                continue
            found = 0
            for place in range(column_start[other], column_start[other + 1]):
                if stamp[row[place]] == model:
                    found += 1
            if found == last - first:
                closed[model] = True
                break
    return closed
