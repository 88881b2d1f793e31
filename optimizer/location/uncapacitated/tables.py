"""State of an interchange search, and what one customer adds to its tables; see `swap`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from optimizer.compiled import inner_kernel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

COUNT, WORK, LOG, RANDOM, LEAST, MOST = range(6)  # places in `tally`


class Pairs(NamedTuple):
    """Data of the search; arrays as in `Uncapacitated`.

    away : float64, shape (n,), cost of a customer that no listed open site serves.
    """

    start: NDArray[np.int64]
    site: NDArray[np.int32]
    cost: NDArray[np.float64]
    site_start: NDArray[np.int64]
    site_customer: NDArray[np.int32]
    site_cost: NDArray[np.float64]
    away: NDArray[np.float64]
    fixed: NDArray[np.float64]
    required: NDArray[np.bool_]


class Search(NamedTuple):
    """State of the search; open sites have slots 0..count-1.

    slot : int32, shape (m,), -1 where closed. opened : int32, shape (slots,), site in each slot.
    first : int32, shape (n,), nearest open site, -1 = none. near, next : float64, shape (n,).
    gain, scratch : float64, shape (m,). loss : float64, shape (slots,). extra : (slots, m).
    value : float64, shape (1,). tally : int64, see COUNT and the names beside it.
    log : int32, shape (LOGGED, 2): site opened, site closed, -1 = none.
    """

    slot: NDArray[np.int32]
    opened: NDArray[np.int32]
    first: NDArray[np.int32]
    near: NDArray[np.float64]
    next: NDArray[np.float64]
    gain: NDArray[np.float64]
    loss: NDArray[np.float64]
    extra: NDArray[np.float64]
    scratch: NDArray[np.float64]
    value: NDArray[np.float64]
    tally: NDArray[np.int64]
    log: NDArray[np.int32]


@inner_kernel
def locate(pairs: Pairs, search: Search, i: int) -> None:
    """Find the two nearest open sites of a customer."""
    search.first[i] = -1
    search.near[i] = pairs.away[i]
    search.next[i] = pairs.away[i]
    for e in range(pairs.start[i], pairs.start[i + 1]):
        if search.slot[pairs.site[e]] >= 0:
            if search.first[i] >= 0:
                search.next[i] = pairs.cost[e]
                break
            search.first[i] = pairs.site[e]
            search.near[i] = pairs.cost[e]
        search.tally[WORK] += 1


@inner_kernel
def contribute(pairs: Pairs, search: Search, i: int, sign: float) -> None:
    """Add a customer to the tables (sign 1) or take it out (-1)."""
    near, beyond = search.near[i], search.next[i]
    slot = -1
    if search.first[i] >= 0:
        slot = search.slot[search.first[i]]
        search.loss[slot] += sign * (beyond - near)
    first = pairs.start[i]
    for e in range(first, pairs.start[i + 1]):
        cost = pairs.cost[e]
        if cost >= beyond:
            break
        f = pairs.site[e]
        if cost < near:
            search.gain[f] += sign * (near - cost)
            cost = near
        if slot >= 0:
            search.extra[slot, f] += sign * (beyond - cost)
        search.tally[WORK] += 1
