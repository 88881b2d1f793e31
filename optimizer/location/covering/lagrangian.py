"""Lagrangian bound of a covering problem: rows relaxed, columns chosen one by one.

Relaxing row (1) of `rows` with multiplier u[i] >= 0 leaves

L(u) = offset + sum_i (need[i] u[i] + min(0, penalty[i] - step[i] u[i]))
     + min { sum_j r[j] y[j] : low <= sum_j y[j] <= high },   r[j] = price[j] - sum_i a[i,j] u[i]

which is a valid bound for every u >= 0. It is climbed by deflected subgradients with Polyak steps
(Camerini, Fratta, Maffioli 1975, doi:10.1007/BFb0120697; Caprara, Fischetti, Toth 1999,
doi:10.1287/opre.47.5.730). With a budget, penalty[i] is priced by one more multiplier v >= 0:
v penalty[i] in place of penalty[i], and - v budget.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.compiled import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.location.covering.rows import Cover


class Multipliers(NamedTuple):
    """A bound and what it was taken from: row : u, float64, shape (rows,). budget : v."""

    bound: float
    row: NDArray[np.float64]
    budget: float


def lagrangian_bound(
    cover: Cover, row: NDArray[np.float64], budget: float = 1.0
) -> tuple[float, NDArray[np.float64]]:
    """Return L(u) in float64 and the reduced prices r, shape (columns,)."""
    matrix = cover.matrix
    column = np.repeat(np.arange(matrix.column_count), np.diff(matrix.column_start))
    saved = np.bincount(column, weights=row[matrix.row], minlength=matrix.column_count)
    reduced = cover.price - saved
    scale = 1.0 if cover.budget is None else budget
    given = np.minimum(scale * cover.penalty - cover.step * row, 0.0)
    ranked = np.sort(reduced)
    chosen = float(ranked[: cover.low].sum() + np.minimum(ranked[cover.low : cover.high], 0).sum())
    bound = cover.offset + float(cover.need @ row) + float(given.sum()) + chosen
    if cover.budget is not None:
        bound -= budget * cover.budget
    return bound, reduced


def climb(
    cover: Cover, start: Multipliers, target: float, iterations: int, scale: float = 1.0
) -> tuple[Multipliers, float]:
    """Return better multipliers after some iterations, and the step scale reached."""
    matrix = cover.matrix
    row, budget, bound, scale = ascend(
        matrix.row_start,
        matrix.column,
        matrix.column_start,
        matrix.row,
        cover.need,
        cover.step,
        cover.penalty,
        cover.price,
        np.array([cover.low, cover.high]),
        np.array([cover.offset, -1.0 if cover.budget is None else cover.budget, target, scale]),
        start.row,
        start.budget,
        iterations,
    )
    return Multipliers(bound, row, budget), scale


def first_multipliers(cover: Cover) -> Multipliers:
    """Return multipliers to start from: each row pays its share of the cheapest of its columns."""
    matrix = cover.matrix
    size = np.maximum(np.diff(matrix.column_start), 1)
    share = (cover.price / size)[matrix.column]
    row = np.full(matrix.row_count, np.inf)
    np.minimum.at(row, matrix.row_of_entry, share)
    row = np.where(np.isfinite(row), np.maximum(row, 0.0), 0.0)
    soft = cover.step > 0
    row[soft] = np.maximum(row, 0.5 * cover.penalty / np.maximum(cover.step, 1))[soft]
    return Multipliers(-np.inf, row, 1.0)


@kernel
def ascend(  # noqa: PLR0913 - a kernel takes plain arrays
    row_start: NDArray[np.int64],
    column: NDArray[np.int32],
    column_start: NDArray[np.int64],
    row_of: NDArray[np.int32],
    need: NDArray[np.int64],
    step: NDArray[np.int64],
    penalty: NDArray[np.float64],
    price: NDArray[np.float64],
    counts: NDArray[np.int64],
    figures: NDArray[np.float64],
    first_row: NDArray[np.float64],
    first_budget: float,
    iterations: int,
) -> tuple[NDArray[np.float64], float, float, float]:
    """Climb; figures = (offset, budget or -1, target, step scale), counts = (low, high)."""
    rows, columns = len(need), len(price)
    offset, allowance, target, scale = figures
    low, high = counts
    u, best_u = first_row.copy(), first_row.copy()
    v = first_budget if allowance >= 0.0 else 1.0
    best_v, best, stale = v, -np.inf, 0
    direction = np.zeros(rows)
    slope = 0.0
    reduced = np.empty(columns)
    slack = np.empty(rows)
    for _ in range(iterations):
        value = offset
        over = -allowance
        for i in range(rows):
            value += need[i] * u[i]
            slack[i] = need[i]
            if step[i] > 0 and step[i] * u[i] > v * penalty[i]:
                value += v * penalty[i] - step[i] * u[i]
                slack[i] -= step[i]
                over += penalty[i]
        if allowance >= 0.0:
            value -= v * allowance
        for j in range(columns):
            total = price[j]
            for entry in range(column_start[j], column_start[j + 1]):
                total -= u[row_of[entry]]
            reduced[j] = total
        limit = 0.0
        if columns > 0:
            ranked = np.sort(reduced)
            for rank in range(high):
                if rank < low or ranked[rank] < 0.0:
                    value += ranked[rank]
            if low > 0:
                limit = max(limit, ranked[low - 1])
            if 0 < high < columns:
                limit = min(limit, ranked[high - 1])
        taken = 0
        for j in range(columns):
            if taken < high and (reduced[j] < 0.0 or low > 0) and reduced[j] <= limit:
                taken += 1
                for entry in range(column_start[j], column_start[j + 1]):
                    slack[row_of[entry]] -= 1.0
        stale += 1
        if value > best:
            if value > best + 1e-4 * abs(target - best):
                stale = 0
            best, best_v = value, v
            best_u[:] = u
        if target - best <= 1e-9 * max(1.0, abs(target)):
            break
        if stale >= 40:
            scale *= 0.7
            stale = 0
            if scale < 1e-4:
                break
        norm = 0.0
        for i in range(rows):
            at_zero = u[i] <= 0.0 and slack[i] < 0.0
            direction[i] = 0.0 if at_zero else slack[i] + 0.6 * direction[i]
            norm += direction[i] * direction[i]
        if allowance >= 0.0:
            slope = 0.0 if (v <= 0.0 and over < 0.0) else over + 0.6 * slope
            norm += slope * slope
        if norm <= 0.0:
            break
        length = scale * max(target - value, 0.0) / norm
        for i in range(rows):
            u[i] = max(0.0, u[i] + length * direction[i])
            if step[i] == need[i] and allowance < 0.0:
                u[i] = min(u[i], penalty[i] / step[i])
        if allowance >= 0.0:
            v = max(0.0, v + length * slope)
    return best_u, best_v, best, scale
