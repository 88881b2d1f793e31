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

from optimizer.compiled import inner_kernel, kernel
from optimizer.location.covering.search import Rows, rows_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.location.covering.rows import Cover

PATIENCE = 30  # iterations without a better bound before the step is shortened
HALVING = 0.7
DEFLECTION = 0.8  # of the last direction, kept in the next
RECENT = 0.03  # weight of the latest choice in the shares of columns
BUDGET_PART = 0.1  # of a step, for the budget's multiplier


class Multipliers(NamedTuple):
    """A bound and what it was taken from.

    row : u, float64, shape (rows,). budget : v. share : float64, shape (columns,): how often each
    column was chosen lately, an estimate of the linear relaxation's solution.
    """

    bound: float
    row: NDArray[np.float64]
    budget: float
    share: NDArray[np.float64]


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
    counts = np.array([cover.low, cover.high])
    allowance = -1.0 if cover.budget is None else cover.budget
    figures = np.array([cover.offset, allowance, target, scale, start.budget])
    rows = rows_of(cover)
    row, share, (bound, budget, scale) = ascend(rows, counts, figures, start.row, iterations)
    return Multipliers(bound, row, budget, share), scale


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
    return Multipliers(-np.inf, row, 1.0, np.zeros(matrix.column_count))


@inner_kernel
def give_up(
    rows: Rows,
    u: NDArray[np.float64],
    v: float,
    slack: NDArray[np.float64],
) -> tuple[float, float]:
    """Choose s for every row; return its part of the bound, and the penalty of what is given up."""
    value, over = 0.0, 0.0
    for i in range(len(u)):
        value += rows.need[i] * u[i]
        slack[i] = rows.need[i]
        if rows.step[i] > 0 and rows.step[i] * u[i] > v * rows.soft[i]:
            value += v * rows.soft[i] - rows.step[i] * u[i]
            slack[i] -= rows.step[i]
            over += rows.soft[i]
    return value, over


@inner_kernel
def choose(
    rows: Rows,
    reduced: NDArray[np.float64],
    ranked: NDArray[np.float64],
    counts: NDArray[np.int64],
    slack: NDArray[np.float64],
    share: NDArray[np.float64],
) -> float:
    """Choose the columns of least reduced price; return the sum of these prices."""
    low, high = counts
    value, limit = 0.0, 0.0
    for rank in range(high):
        value += ranked[rank] if rank < low else min(ranked[rank], 0.0)
    if low > 0:
        limit = max(limit, ranked[low - 1])
    if 0 < high < len(reduced):
        limit = min(limit, ranked[high - 1])
    taken = 0
    for j in range(len(reduced)):
        share[j] *= 1.0 - RECENT
        if taken < high and reduced[j] <= limit and (reduced[j] < 0.0 or low > 0):
            taken += 1
            share[j] += RECENT
            for entry in range(rows.column_start[j], rows.column_start[j + 1]):
                slack[rows.row_of[entry]] -= 1.0
    return value


@inner_kernel
def advance(
    rows: Rows,
    u: NDArray[np.float64],
    slack: NDArray[np.float64],
    direction: NDArray[np.float64],
    reach: float,
    capped: bool,  # noqa: FBT001 - kernels take arguments by position
) -> None:
    """Step along the deflected subgradient; `reach` is the step times the direction's norm^2."""
    norm = 0.0
    for i in range(len(u)):
        at_zero = u[i] <= 0.0 and slack[i] < 0.0
        direction[i] = 0.0 if at_zero else slack[i] + DEFLECTION * direction[i]
        norm += direction[i] * direction[i]
    if norm <= 0.0:
        return
    for i in range(len(u)):
        u[i] = max(0.0, u[i] + reach / norm * direction[i])
        if capped and rows.step[i] == rows.need[i]:  # above, the bound only falls
            u[i] = min(u[i], rows.soft[i] / rows.step[i])


@kernel
def ascend(
    rows: Rows,
    counts: NDArray[np.int64],
    figures: NDArray[np.float64],
    first: NDArray[np.float64],
    iterations: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64], tuple[float, float, float]]:
    """Climb; counts = (low, high), figures = (offset, budget or -1, target, step scale, v).

    Returns the best u, the shares of columns, and (bound, v, step scale).
    """
    offset, allowance, target, scale, v = figures
    priced = allowance >= 0.0
    u, best_u, slack, direction = first.copy(), first.copy(), first.copy(), np.zeros(len(first))
    reduced, share = rows.price.copy(), np.zeros(len(rows.price))
    best_v, best, stale, slope, mass = v, -np.inf, 0, 0.0, 0.0
    for _ in range(iterations):
        value, over = give_up(rows, u, v, slack)
        for j in range(len(reduced)):
            total = rows.price[j]
            for entry in range(rows.column_start[j], rows.column_start[j + 1]):
                total -= u[rows.row_of[entry]]
            reduced[j] = total
        value += offset + choose(rows, reduced, np.sort(reduced), counts, slack, share)
        mass += RECENT * (1.0 - mass)
        value -= v * allowance if priced else 0.0
        stale += 1
        if value > best:
            stale = 0 if value > best + 1e-4 * abs(target - best) else stale
            best, best_v = value, v
            best_u[:] = u
        if target - best <= 1e-9 * max(1.0, abs(target)):
            break
        if stale >= PATIENCE:
            scale, stale = scale * HALVING, 0
        reach = scale * max(target - value, 0.0)
        advance(rows, u, slack, direction, reach, not priced)
        if priced:
            slope = over - allowance + DEFLECTION * slope
            v = max(0.0, v + reach / max(slope * slope, 1e-12) * slope * BUDGET_PART)
    share /= max(mass, 1e-12)
    return best_u, share, (best, best_v, scale)
