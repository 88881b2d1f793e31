"""Search for cheap covers of hard rows: close columns, open others for rows that are missed.

Rows that stay missed gain weight, so that the search is driven out of local optima: Gao, Weise, Li,
"An efficient local search heuristic with row weighting for the unicost set covering problem", EJOR
246 (2015), doi:10.1016/j.ejor.2015.05.038; prices enter as rates, as in its weighted kin.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.compiled import kernel
from optimizer.location.covering.search import Rows, move, scores

if TYPE_CHECKING:
    from numpy.typing import NDArray


@kernel
def patrol(  # noqa: C901, PLR0912, PLR0915 - one loop over few arrays; split, it compiles no faster
    rows: Rows,
    price: NDArray[np.float64],
    start: NDArray[np.bool_],
    high: int,
    seed: int,
    operations: int,
    goal: float,
) -> tuple[NDArray[np.bool_], float, int]:
    """Return the cheapest cover by at most `high` columns, its price (inf = none), operations done.

    Parameters
    ----------
    rows : rows.hard holds the weights, which are changed; rows.soft and rows.price are 0.
    price : above 0. goal : the search ends with a cover at or below this price.
    """
    np.random.seed(seed)  # noqa: NPY002 - the compiled generator; no other state is touched
    columns, opened, best = len(price), start.copy(), start.copy()
    count, score = scores(rows, opened)
    place = np.full(len(count), -1, dtype=np.int64)  # of a missed row in the list `missed`
    missed = np.empty(len(count), dtype=np.int64)
    missing, rate = 0, 0.0
    for i in range(len(count)):
        if count[i] < rows.need[i] - rows.step[i]:
            place[i] = missing
            missed[missing] = i
            missing += 1
    cost, size, top, clock, done = 0.0, 0, np.inf, 0, 0
    since = np.zeros(columns, dtype=np.int64)
    for j in range(columns):
        cost += price[j] if opened[j] else 0.0
        size += opened[j]
    closing, stuck, last_opened, last_closed = True, False, -1, -1
    while done < operations:
        if missing == 0:
            if size <= high and cost < top - 1e-9:
                top = cost
                best[:] = opened
                if top <= goal:
                    break
            closing, last_opened = True, -1
        j = -1
        if closing:
            for k in range(columns):
                if opened[k] and (k != last_opened or size == 1):
                    worth = score[k] / price[k]
                    if j < 0 or worth < rate or (worth == rate and since[k] < since[j]):
                        j, rate = k, worth
            done += columns
        elif size < high:
            i = missed[np.random.randint(missing)]  # noqa: NPY002
            for entry in range(rows.row_start[i], rows.row_start[i + 1]):
                k = rows.column[entry]
                if opened[k] or k == last_closed or cost + price[k] >= top - 1e-9:
                    continue
                worth = score[k] / price[k]
                if j < 0 or worth > rate or (worth == rate and since[k] < since[j]):
                    j, rate = k, worth
        if j < 0:
            if stuck:
                break
            closing, stuck = not closing, True
            continue
        clock, stuck = clock + 1, False
        change = -1 if opened[j] else 1
        move(j, rows, opened, count, score)
        if change > 0:
            last_opened = j
        else:
            last_closed = j
        closing = False
        since[j] = clock
        size += change
        cost += change * price[j]
        for entry in range(rows.column_start[j], rows.column_start[j + 1]):
            i = rows.row_of[entry]
            floor = rows.need[i] - rows.step[i]
            if change < 0 and count[i] == floor - 1:
                place[i] = missing
                missed[missing] = i
                missing += 1
            elif change > 0 and count[i] == floor:
                last = missed[missing - 1]
                missed[place[i]] = last
                place[last] = place[i]
                place[i] = -1
                missing -= 1
        done += 8 * (rows.column_start[j + 1] - rows.column_start[j])
        if change > 0:
            for rank in range(missing):
                i = missed[rank]
                rows.hard[i] += 1.0
                for entry in range(rows.row_start[i], rows.row_start[i + 1]):
                    k = rows.column[entry]
                    if not opened[k] or count[i] < rows.need[i] - rows.step[i]:
                        score[k] += 1.0
            done += 8 * missing
    return best, top, done
