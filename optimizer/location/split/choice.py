"""The choice of sizes of least value whose capacities reach all demand, within the counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.compiled import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

CELLS = 400  # resolution of the missing capacity; coarser is weaker, never wrong
HALVINGS = 14  # steps of the search for the multiplier of the number of sites


@kernel
def _greedy(
    size_start: Ints, missing: float, ratio: Floats, extra: Floats, dear: Floats
) -> tuple[float, float]:
    """Return the cost of a cover by least cost per capacity, inf if there is none, and its rate."""
    left, greedy, rate = missing, 0.0, 0.0
    used = ratio == np.inf
    while left > 1e-9 * missing:
        best = -1
        for k in range(len(ratio)):
            if not used[k] and (best < 0 or ratio[k] < ratio[best]):
                best = k
        if best < 0:
            return np.inf, rate
        rate = ratio[best]
        j = np.searchsorted(size_start, best, side="right") - 1
        used[size_start[j] : size_start[j + 1]] = True
        left -= extra[best]
        greedy += dear[best]
    return greedy, rate


@kernel
def _worth_trying(  # noqa: C901 - three plain loops
    value: Floats,
    toll: float,
    size_start: Ints,
    most: Floats,
    missing: float,
    pick: Ints,
    kept: NDArray[np.bool_],
) -> None:
    """Mark the changes of size that may be part of a best cover.

    Greedy by cost per capacity gives a cover, its last rate a multiplier for the missing capacity
    and so a bound with any one change made.
    """
    ratio = np.full(len(value), np.inf)
    extra, dear = np.zeros(len(value)), np.zeros(len(value))
    for j in range(len(pick)):
        own, paid = 0.0, 0.0
        if pick[j] >= 0:
            own, paid = most[pick[j]], value[pick[j]] + toll
        for k in range(size_start[j], size_start[j + 1]):
            if most[k] > own and value[k] < np.inf:
                extra[k], dear[k] = most[k] - own, value[k] + toll - paid
                ratio[k] = dear[k] / min(extra[k], missing)
    greedy, rate = _greedy(size_start, missing, ratio, extra, dear)
    if greedy == np.inf:
        kept[:] = ratio < np.inf
        return
    bound = rate * missing
    saved = np.zeros(len(pick))
    for j in range(len(pick)):
        for k in range(size_start[j], size_start[j + 1]):
            if ratio[k] < np.inf:
                saved[j] = min(saved[j], dear[k] - rate * min(extra[k], missing))
        bound += saved[j]
    for j in range(len(pick)):
        for k in range(size_start[j], size_start[j + 1]):
            kept[k] = ratio[k] < np.inf and (
                bound - saved[j] + dear[k] - rate * min(extra[k], missing) <= greedy * (1 + 1e-9)
            )


@kernel
def cover(  # noqa: C901, PLR0912 - one dynamic programme
    value: Floats,
    toll: float,
    size_start: Ints,
    most: Floats,
    must: NDArray[np.bool_],
    need: float,
    pick: Ints,
) -> float:
    """Choose sizes of least value + toll whose capacities reach `need`; write them into `pick`.

    What every site would choose for itself is the base; the capacity it misses is covered by
    changes at a cost, in a dynamic programme over CELLS cells. Capacities are rounded up to
    cells, so that the value never exceeds the true minimum. inf where there is no cover.
    """
    sites = len(must)
    total, base = 0.0, 0.0
    for j in range(sites):
        best, chosen = (np.inf, -1) if must[j] else (0.0, -1)
        for k in range(size_start[j], size_start[j + 1]):
            if value[k] + toll < best:
                best, chosen = value[k] + toll, k
        if best == np.inf:
            return np.inf
        pick[j] = chosen
        total += best
        if chosen >= 0:
            base += most[chosen]
    missing = need - base
    if missing <= 1e-9 * need:
        return total
    kept = np.empty(len(value), dtype=np.bool_)
    _worth_trying(value, toll, size_start, most, missing, pick, kept)
    cell = missing / CELLS
    cheapest = np.full(CELLS + 1, np.inf)
    cheapest[0] = 0.0
    back = np.full((sites, CELLS + 1), -1, dtype=np.int32)
    for j in range(sites):
        own = 0.0 if pick[j] < 0 else most[pick[j]]
        paid = 0.0 if pick[j] < 0 else value[pick[j]] + toll
        for cells in range(CELLS, 0, -1):
            for k in range(size_start[j], size_start[j + 1]):
                if not kept[k]:
                    continue
                rest = max(cells - int(np.ceil((most[k] - own) / cell - 1e-9)), 0)
                reach = cheapest[rest] + value[k] + toll - paid
                if reach < cheapest[cells]:
                    cheapest[cells] = reach
                    back[j, cells] = k
    if cheapest[CELLS] == np.inf:
        return np.inf
    cells = CELLS
    for j in range(sites - 1, -1, -1):
        k = back[j, cells]
        if cells > 0 and k >= 0:
            own = 0.0 if pick[j] < 0 else most[pick[j]]
            cells = max(cells - int(np.ceil((most[k] - own) / cell - 1e-9)), 0)
            pick[j] = k
    return float(total + cheapest[CELLS])


@kernel
def choose(  # noqa: PLR0913, PLR0917 - kernels take arrays
    value: Floats,
    size_start: Ints,
    most: Floats,
    must: NDArray[np.bool_],
    need: float,
    at_least: int,
    at_most: int,
    pick: Ints,
) -> float:
    """Return a lower bound on the choice of sizes with (1) to (3), and the choice in `pick`.

    Where the number of sites is out of range, a toll on each site brings it back: the best value
    over tolls is that of the convex hull over the number of sites.
    """
    best = cover(value, 0.0, size_start, most, must, need, pick)
    count = 0
    for j in range(len(pick)):
        count += pick[j] >= 0
    if best == np.inf or at_least <= count <= at_most:
        return float(best)
    goal = at_most if count > at_most else at_least
    sign = 1.0 if count > at_most else -1.0
    high = 0.0
    for k in range(len(value)):
        if value[k] < np.inf:
            high = max(high, abs(value[k]))
    low, high = 0.0, 2.0 * high + 1.0
    trial = np.empty(len(pick), dtype=np.int64)
    for _ in range(HALVINGS):
        toll = 0.5 * (low + high)
        reach = cover(value, sign * toll, size_start, most, must, need, trial)
        reach -= sign * toll * goal
        count = 0
        for j in range(len(trial)):
            count += trial[j] >= 0
        if reach > best:
            best = reach
            pick[:] = trial
        if count == goal:
            break
        if (count > goal) == (sign > 0):
            low = toll
        else:
            high = toll
    return float(best)
