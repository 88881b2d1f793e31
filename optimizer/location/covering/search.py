"""Local search for covering problems by counts and scores that are kept up to date.

Row i that c open columns hold costs
v_i(c) = hard[i] max(0, need[i] - step[i] - c) + soft[i] [c < need[i]];
the score of an open column is what closing it would add to the sum of v, that of a closed column
what opening it would take away, both less its price. Opening or closing a column touches its rows
alone, and of those only the few whose margins change touch the scores of their other columns.

`grow` is the greedy heuristic. `exchange` improves a plan with its number of columns: each open
column in turn gives way to the best other one, with random kicks in between (iterated local
search). `patrol` in the file of that name looks for cheap covers of hard rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.compiled import inner_kernel, kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.location.covering.rows import Cover


class Rows(NamedTuple):
    """Arrays of a covering problem as kernels take them; hard, soft, price as the head says."""

    row_start: NDArray[np.int64]
    column: NDArray[np.int32]
    column_start: NDArray[np.int64]
    row_of: NDArray[np.int32]
    need: NDArray[np.int64]
    step: NDArray[np.int64]
    hard: NDArray[np.float64]
    soft: NDArray[np.float64]
    price: NDArray[np.float64]


def rows_of(cover: Cover, *, scale: float = 1.0) -> Rows:
    """Return the arrays of a problem; what must be covered weighs more than all else together."""
    matrix = cover.matrix
    soft = scale * cover.penalty
    weight = 1.0 + float(soft.sum()) + float(np.abs(cover.price).sum())
    hard = np.full(matrix.row_count, weight)
    # copies, so that kernels always see arrays of the same kind, which may be written to
    need, step, price = cover.need.copy(), cover.step.copy(), cover.price.copy()
    ends = (matrix.row_start, matrix.column, matrix.column_start, matrix.row)
    return Rows(*ends, need, step, hard, soft, price)


@inner_kernel
def margin(count: int, need: int, step: int, hard: float, soft: float) -> float:
    """Return v(count) - v(count + 1): what one more column in the row saves."""
    saved = hard if count < need - step else 0.0
    return saved + (soft if count == need - 1 else 0.0)


@inner_kernel
def move(
    j: int,
    rows: Rows,
    opened: NDArray[np.bool_],
    count: NDArray[np.int64],
    score: NDArray[np.float64],
) -> float:
    """Open column j if it is closed, else close it; return what the objective falls by."""
    change = -1 if opened[j] else 1
    before = float(score[j])
    for place in range(rows.column_start[j], rows.column_start[j + 1]):
        i = rows.row_of[place]
        low = count[i] if change > 0 else count[i] - 1
        count[i] += change
        need, step, hard, soft = rows.need[i], rows.step[i], rows.hard[i], rows.soft[i]
        crossed = margin(low, need, step, hard, soft)
        up = change * (margin(low + 1, need, step, hard, soft) - crossed)
        down = change * (crossed - margin(low - 1, need, step, hard, soft))
        if up != 0.0 or down != 0.0:
            for entry in range(rows.row_start[i], rows.row_start[i + 1]):
                k = rows.column[entry]
                score[k] += down if opened[k] else up
    opened[j] = not opened[j]
    score[j] = before  # the same margins, seen from the other side
    return before * change


@kernel
def scores(rows: Rows, opened: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return counts of rows and scores of columns from scratch."""
    count = np.zeros(len(rows.need), dtype=np.int64)
    score = -rows.price
    for i in range(len(count)):
        need, step, hard, soft = rows.need[i], rows.step[i], rows.hard[i], rows.soft[i]
        for entry in range(rows.row_start[i], rows.row_start[i + 1]):
            count[i] += opened[rows.column[entry]]
        up = margin(count[i], need, step, hard, soft)
        down = margin(count[i] - 1, need, step, hard, soft)
        for entry in range(rows.row_start[i], rows.row_start[i + 1]):
            k = rows.column[entry]
            score[k] += down if opened[k] else up
    return count, score


@kernel
def grow(rows: Rows, start: NDArray[np.bool_], low: int, high: int) -> NDArray[np.bool_]:
    """Open the column that saves most (for its price) until none saves anything or `high` are open.

    Columns are opened up to `low` even at a loss.
    """
    opened = start.copy()
    count, score = scores(rows, opened)
    size = opened.sum()
    while size < high:
        best, top = -1, -np.inf
        for j in range(len(opened)):
            saved, price = score[j], rows.price[j]
            rate = saved / price if price > 0.0 and saved > 0.0 else saved
            if not opened[j] and rate > top:
                best, top = j, rate
        if best < 0 or (size >= low and score[best] <= 1e-9):
            break
        move(best, rows, opened, count, score)
        size += 1
    return opened


@kernel
def exchange(  # noqa: C901, PLR0912 - one loop with one place that moves, which keeps it small
    rows: Rows, start: NDArray[np.bool_], seed: int, operations: int, kick: int
) -> tuple[NDArray[np.bool_], int]:
    """Return the best plan found with the number of columns of `start`, and the operations done."""
    np.random.seed(seed)  # noqa: NPY002 - the compiled generator; no other state is touched
    columns, opened, best = len(start), start.copy(), start.copy()
    count, score = scores(rows, opened)
    held = np.flatnonzero(opened)
    size = len(held)
    closed = np.empty(2, dtype=np.int64)
    gained, top_gained = 0.0, 0.0
    turn, quiet, kicks, done = 0, 0, 0, 0
    while done < operations and 0 < size < columns:
        if quiet < size:
            turn = (turn + 1) % size
        elif kicks == 0:  # a local optimum
            if gained > top_gained + 1e-9:
                top_gained = gained
                best[:] = opened
            else:  # back to the best
                opened[:] = best
                count, score = scores(rows, opened)
                gained = top_gained
                held = np.flatnonzero(opened)
                done += len(rows.column)
            kicks = 1 + np.random.randint(kick)  # noqa: NPY002
        if kicks > 0:
            turn = np.random.randint(size)  # noqa: NPY002
        closed[0] = closed[1] = held[turn]
        for side in range(2):
            if side == 1 and kicks > 0:
                near = _neighbour(closed[0], rows, opened)
                closed[1] = near if near >= 0 else closed[0]
            elif side == 1:
                top = score[closed[0]]
                for k in range(columns):
                    if score[k] > top + 1e-9 and not opened[k]:
                        closed[1], top = k, score[k]
            gained += move(closed[side], rows, opened, count, score)
            done += columns // 2 + 4 * (
                rows.column_start[held[turn] + 1] - rows.column_start[held[turn]]
            )
        held[turn] = closed[1]
        quiet = quiet + 1 if closed[1] == closed[0] else 0
        if kicks > 0:
            kicks -= 1
            quiet = 0
    if gained > top_gained + 1e-9:
        best[:] = opened
    return best, done


@inner_kernel
def _neighbour(j: int, rows: Rows, opened: NDArray[np.bool_]) -> int:
    """Return a random closed column that shares a row with j, or any closed one; -1 if none."""
    for attempt in range(20):
        first, last = rows.column_start[j], rows.column_start[j + 1]
        k = np.random.randint(len(opened))  # noqa: NPY002
        if attempt < 10 and first < last:
            i = rows.row_of[first + np.random.randint(last - first)]  # noqa: NPY002
            size = rows.row_start[i + 1] - rows.row_start[i]
            k = rows.column[rows.row_start[i] + np.random.randint(size)]  # noqa: NPY002
        if not opened[k] and k != j:
            return k
    return -1
