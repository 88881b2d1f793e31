"""The cheapest trips that may visit a stop again, but not at once: dynamic programming over loads.

Christofides, Mingozzi, Toth 1981 (DOI 10.1007/BF01589353). A q-route is a walk from the place of
loading over stops and back whose amounts add up to at most the capacity; it never goes straight
back to the stop it came from. Every trip is one, so the cheapest q-route costs no more than the
cheapest trip.

A visit of stop i hands over an amount a, least[i] <= a <= most[i], and is credited a * credit[i].
arrive[r, q, i]  cheapest way to come to i with q handed over before; r = 0: cheapest, 1: cheapest
                 from another stop than that one
leave[r, q, i]   the same after i, with q handed over, i included
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from optimizer.compiled import inner_kernel, kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

NOBODY = -1
EMPTY = -2


class Walks(NamedTuple):
    """All cheapest walks in one direction; arrays of shape (2, Q + 1, n).

    before : the stop before i, NOBODY = the place of loading, EMPTY = there is no such walk.
    amount : handed over at i by the walk of `leave`.
    """

    arrive: Floats
    arrive_before: NDArray[np.int32]
    leave: Floats
    leave_before: NDArray[np.int32]
    amount: NDArray[np.int32]


def make_walks(stops: int, capacity: int) -> Walks:
    """Return room for walks."""
    shape = (2, capacity + 1, stops)
    before = [np.full(shape, EMPTY, dtype=np.int32) for _ in range(2)]
    amount = np.zeros(shape, dtype=np.int32)
    return Walks(np.full(shape, np.inf), before[0], np.full(shape, np.inf), before[1], amount)


@inner_kernel
def _offer(
    value: Any, before: Any, amount: Any, q: int, i: int, offer: tuple[float, int, int]
) -> None:
    """Keep an offer (value, stop before, amount) among the two best from different stops."""
    cost, origin, given = offer
    if cost < value[0, q, i]:
        if before[0, q, i] != origin:
            value[1, q, i], before[1, q, i] = value[0, q, i], before[0, q, i]
            amount[1, q, i] = amount[0, q, i]
        value[0, q, i], before[0, q, i], amount[0, q, i] = cost, origin, given
    elif origin != before[0, q, i] and cost < value[1, q, i]:
        value[1, q, i], before[1, q, i], amount[1, q, i] = cost, origin, given


@kernel
def walk(cost: Floats, out: Floats, credit: Floats, limits: Ints, walks: Walks) -> None:
    """Fill `walks`; cost (n, n), out, credit (n,), limits (2, n): least and most of a visit."""
    arrive, come = walks.arrive, walks.arrive_before
    leave, gone, amount = walks.leave, walks.leave_before, walks.amount
    n, capacity = len(out), arrive.shape[1] - 1
    for r in range(2):
        for q in range(capacity + 1):
            for i in range(n):
                arrive[r, q, i], come[r, q, i] = np.inf, EMPTY
                leave[r, q, i], gone[r, q, i], amount[r, q, i] = np.inf, EMPTY, 0
    for i in range(n):
        arrive[0, 0, i], come[0, 0, i] = out[i], NOBODY
    for q in range(1, capacity + 1):
        for i in range(n):
            for given in range(limits[0, i], min(limits[1, i], q) + 1):
                less = given * credit[i]
                for r in range(2):
                    value = arrive[r, q - given, i]
                    if value < np.inf:
                        offer = (value - less, come[r, q - given, i], given)
                        _offer(leave, gone, amount, q, i, offer)
        _go_on(cost, q, walks)


@inner_kernel
def _go_on(cost: Floats, q: int, walks: Walks) -> None:
    """From every stop left with q handed over, go to every other one but the one before."""
    arrive, come = walks.arrive, walks.arrive_before
    leave, gone = walks.leave, walks.leave_before
    n = cost.shape[0]
    for i in range(n):
        first, second, before = leave[0, q, i], leave[1, q, i], gone[0, q, i]
        if not first < np.inf:
            continue
        for j in range(n):
            value = (second if j == before else first) + cost[i, j]
            if value < arrive[1, q, j]:
                if value < arrive[0, q, j]:
                    arrive[1, q, j], come[1, q, j] = arrive[0, q, j], come[0, q, j]
                    arrive[0, q, j], come[0, q, j] = value, i
                else:
                    arrive[1, q, j], come[1, q, j] = value, i


@inner_kernel
def _join(ahead: Walks, behind: Walks, i: int, amounts: tuple[int, int]) -> tuple[float, int, int]:
    """Return the cheapest pair of walks over i, and which of the two best each of them is.

    amounts : handed over ahead, i included, and behind it. inf where there is none.
    """
    q, p = amounts
    best, ranks = np.inf, (0, 0)
    for r in range(2):
        for s in range(2):
            origin, target = ahead.leave_before[r, q, i], behind.arrive_before[s, p, i]
            value = ahead.leave[r, q, i] + behind.arrive[s, p, i]
            if value < best and (origin != target or origin == NOBODY):
                best, ranks = value, (r, s)
    return best, ranks[0], ranks[1]


@kernel
def cheapest_through(ahead: Walks, behind: Walks, fixed: float, best: Floats, way: Ints) -> None:
    """Find the cheapest q-route per unit handed over, through each stop.

    ahead : walks from the place of loading. behind : walks back to it, reversed. best : (n,), is
    lowered to the least (cost - credits) / amount. way : (n, 4): (q, r) ahead at `leave` and (q, r)
    behind at `arrive`, where it was lowered.
    """
    n, capacity = ahead.leave.shape[2], ahead.leave.shape[1] - 1
    for i in range(n):
        for q in range(1, capacity + 1):
            for p in range(capacity - q + 1):
                # the two cheapest walks may not fit together; if even they are too dear, go on
                low = fixed + ahead.leave[0, q, i] + behind.arrive[0, p, i]
                if not low < best[i] * (q + p):
                    continue
                value, r, s = _join(ahead, behind, i, (q, p))
                if (fixed + value) / (q + p) < best[i]:
                    best[i] = (fixed + value) / (q + p)
                    way[i, 0], way[i, 1], way[i, 2], way[i, 3] = q, r, p, s


@inner_kernel
def _visits_on_walk(walks: Walks, q: int, r: int, i: int, weight: float, visits: Floats) -> None:
    """Add `weight` times what the walk hands over at each stop, from (q, r) at `leave` of i on."""
    while True:
        given, origin = walks.amount[r, q, i], walks.leave_before[r, q, i]
        visits[i] += weight * given
        if origin < 0:
            return
        q -= given
        r = 1 if walks.leave_before[0, q, origin] == i else 0
        i = origin


@kernel
def visits_through(ahead: Walks, behind: Walks, way: Ints, share: Floats, visits: Floats) -> float:
    """Add up amounts that the q-routes of `cheapest_through` hand over, each times its share.

    share : (n,), of the route through each stop. visits : (n,), is added to. Returns the number of
    trips, likewise weighed.
    """
    trips = 0.0
    for i in range(len(share)):
        q, r, p, s = way[i, 0], way[i, 1], way[i, 2], way[i, 3]
        if q <= 0 or share[i] == 0.0:
            continue
        weight = share[i] / (q + p)
        trips += weight
        _visits_on_walk(ahead, q, r, i, weight, visits)
        target = behind.arrive_before[s, p, i]
        if target >= 0:
            t = 1 if behind.leave_before[0, p, target] == i else 0
            _visits_on_walk(behind, p, t, target, weight, visits)
    return trips
