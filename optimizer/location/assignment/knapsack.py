"""0-1 knapsacks by depth-first branch and bound.

Horowitz and Sahni 1974, doi:10.1145/321812.321823:

maximise  sum profit[r] x[r]    subject to  sum weight[r] x[r] <= room,  x binary

Items come by falling profit / weight; profits are positive, weights are not negative.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.compiled import inner_kernel, kernel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NODES = 20_000  # looked at before a knapsack is answered by its continuous bound


@inner_kernel
def sort_falling(key: NDArray[np.float64], item: NDArray[np.int64], count: int) -> None:
    """Sort `item` by falling `key` (Shell 1959, gaps of Ciura 2001); ties keep no order."""
    for gap in (1750, 701, 301, 132, 57, 23, 10, 4, 1):
        for right in range(gap, count):
            value, moved = key[right], item[right]
            left = right
            while left >= gap and key[left - gap] < value:
                key[left] = key[left - gap]
                item[left] = item[left - gap]
                left -= gap
            key[left] = value
            item[left] = moved


@inner_kernel
def continuous(
    profit: NDArray[np.float64], weight: NDArray[np.float64], count: int, room: float
) -> tuple[float, float]:
    """Return (optimum with shares of items allowed, price of a unit of room)."""
    value = 0.0
    for rank in range(count):
        if weight[rank] > room:
            price = profit[rank] / weight[rank]
            return value + room * price, price
        room -= weight[rank]
        value += profit[rank]
    return value, 0.0


@kernel
def knapsack(  # noqa: C901, PLR0912 - one loop over one stack; parts would pass all of it
    profit: NDArray[np.float64],
    weight: NDArray[np.float64],
    count: int,
    room: float,
    inside: NDArray[np.bool_],
    best: NDArray[np.bool_],
    limit: int,
) -> float:
    """Return the optimum, its items in `best`; after `limit` nodes a bound on it.

    Work space: inside : bool, shape (count,). After the limit `best` holds a feasible choice.
    """
    total = 0.0
    found = -1.0
    left = room
    for rank in range(count):
        inside[rank] = False
    rank = 0
    nodes = 0
    while True:
        # forward: take what fits; give up where even shares of the rest do not beat the best
        promising = True
        while rank < count:
            nodes += 1
            bound = total
            free = left
            look = rank
            while look < count and weight[look] <= free:
                free -= weight[look]
                bound += profit[look]
                look += 1
            if look < count:
                bound += free * profit[look] / weight[look]
            if bound <= found * (1.0 + 1e-12):
                promising = False
                break
            while rank < look:
                left -= weight[rank]
                total += profit[rank]
                inside[rank] = True
                rank += 1
            if rank < count:
                inside[rank] = False
                rank += 1
        if promising and total > found:
            found = total
            for place in range(count):
                best[place] = inside[place]
        # backward: leave out the last item taken
        rank -= 1
        while rank >= 0 and not inside[rank]:
            rank -= 1
        if rank < 0:
            return found
        if nodes > limit:
            return continuous(profit, weight, count, room)[0]
        inside[rank] = False
        left += weight[rank]
        total -= profit[rank]
        rank += 1
