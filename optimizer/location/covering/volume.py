"""Lagrangian bound of a covering problem by the volume algorithm: averages of what was chosen.

Choices for changing multipliers are averaged; the average both tends to the linear relaxation's
solution and is the direction of the next step, taken from the best multipliers so far. Where
subgradients stall some way off, this goes on to the bound of the linear relaxation. Barahona,
Anbil, "The volume algorithm: producing primal solutions with a subgradient method", Mathematical
Programming 87 (2000), doi:10.1007/s101070050002.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.compiled import kernel
from optimizer.location.covering.lagrangian import RECENT, Multipliers, choose, give_up
from optimizer.location.covering.search import Rows, rows_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.location.covering.rows import Cover

PATIENCE = 20  # iterations without a better bound before the step is shortened
SHORTER, LONGER = 0.66, 1.1
LONGEST, SHORTEST = 2.0, 1e-4  # scales of the step
CALMER = 0.999  # of the weight of the newest choice, each iteration
CALMEST = 0.005


class Steps(NamedTuple):
    """Where the averaging stands: scale of the steps, most weight of the newest choice, average.

    average : float64, shape (rows,): what the averaged choice leaves of each row's need, or None.
    """

    scale: float = 0.1
    newest: float = 0.1
    average: NDArray[np.float64] | None = None


def average_climb(
    cover: Cover, start: Multipliers, target: float, iterations: int, steps: Steps
) -> tuple[Multipliers, Steps]:
    """Return better multipliers after some iterations, and where the averaging stands.

    With a budget its multiplier stays as it is.
    """
    figures = np.array([cover.offset, target, steps.scale, steps.newest, start.budget])
    if cover.budget is not None:
        figures[0] -= start.budget * cover.budget
    counts = np.array([cover.low, cover.high])
    first, average = start.row, steps.average
    if average is None:
        average = np.full(len(first), np.nan)
    row, average, share, (bound, scale, newest) = ascend_by_average(
        rows_of(cover), counts, figures, first, average.copy(), iterations
    )
    return Multipliers(bound, row, start.budget, share), Steps(scale, newest, average)


@kernel
def ascend_by_average(  # noqa: C901 - one pass over few arrays; split, it compiles no faster
    rows: Rows,
    counts: NDArray[np.int64],
    figures: NDArray[np.float64],
    first: NDArray[np.float64],
    average: NDArray[np.float64],
    iterations: int,
) -> tuple[
    NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], tuple[float, float, float]
]:
    """Climb; counts = (low, high), figures = (offset, target, scale, weight of the newest, v).

    average : changed; begins with nan where there is none yet. Returns the best u, the average, the
    shares of columns, and (bound, scale, weight).
    """
    offset, target, scale, newest, v = figures
    u, best_u, slack = first.copy(), first.copy(), first.copy()
    reduced, share = rows.price.copy(), np.zeros(len(rows.price))
    best, stale, mass = -np.inf, 0, 0.0
    for _ in range(iterations):
        value, _ = give_up(rows, u, v, slack)
        for j in range(len(reduced)):
            total = rows.price[j]
            for entry in range(rows.column_start[j], rows.column_start[j + 1]):
                total -= u[rows.row_of[entry]]
            reduced[j] = total
        value += offset + choose(rows, reduced, np.sort(reduced), counts, slack, share)
        mass += RECENT * (1.0 - mass)
        # the weight of the newest choice that makes the average shortest, within limits
        along, length, agreement = 0.0, 0.0, 0.0
        for i in range(len(u)):
            if np.isnan(average[i]):
                average[i] = slack[i]
            along += (average[i] - slack[i]) * average[i]
            length += (average[i] - slack[i]) ** 2
        weight = min(max(along / max(length, 1e-12), newest / 10.0), newest)
        for i in range(len(u)):
            average[i] += weight * (slack[i] - average[i])
            agreement += slack[i] * average[i]
        stale += 1
        if value > best:
            best, stale = value, 0
            best_u[:] = u
            scale = min(scale * LONGER, LONGEST) if agreement > 0.0 else scale
        if target - best <= 1e-9 * max(1.0, abs(target)):
            break
        if stale >= PATIENCE:
            scale, stale = max(scale * SHORTER, SHORTEST), 0
        newest = max(newest * CALMER, CALMEST)
        length = 0.0
        for i in range(len(u)):
            soft = rows.step[i] > 0 and rows.step[i] == rows.need[i]
            cap = v * rows.soft[i] / rows.step[i] if soft else np.inf  # above, the bound only falls
            held = (best_u[i] <= 0.0 and average[i] < 0.0) or (best_u[i] >= cap and average[i] > 0)
            length += 0.0 if held else average[i] ** 2
        if length <= 1e-12:
            break
        for i in range(len(u)):
            soft = rows.step[i] > 0 and rows.step[i] == rows.need[i]
            cap = v * rows.soft[i] / rows.step[i] if soft else np.inf
            u[i] = min(cap, max(0.0, best_u[i] + scale * (target - best) / length * average[i]))
    share /= max(mass, 1e-12)
    return best_u, average, share, (best, scale, newest)
