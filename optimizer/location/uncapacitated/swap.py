"""Plans by greedy opening and interchange: add, drop and swap moves, kept up to date move by move.

For each customer i with nearest open site at cost near[i] and second nearest at next[i]
(away[i] where there is none) three tables are kept (Resende, Werneck 2007,
doi:10.1016/j.ejor.2005.05.016):

    gain[f]     = sum_i max(0, near[i] - c[i,f])                   saved by opening f
    loss[r]     = sum_{i of r} next[i] - near[i]                   lost by closing r
    extra[r,f]  = sum_{i of r, c[i,f] < next[i]} next[i] - max(c[i,f], near[i])

so that opening f and closing r saves gain[f] - loss[r] + extra[r,f] (and fixed[r] - fixed[f]).
A move changes only the customers around it, and of these only the sites nearer than next[i].
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.compiled import inner_kernel, kernel
from optimizer.location.uncapacitated.tables import (
    COUNT,
    LEAST,
    LOG,
    MOST,
    RANDOM,
    WORK,
    Pairs,
    Search,
    contribute,
    locate,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.location.uncapacitated.data import Uncapacitated

TABLE_BYTES = 400_000_000  # most that `extra` may take; bounds the number of open sites
GUESS_BEYOND = 1.25  # what an unlisted site is taken to cost, against the least it can cost
GAINFUL = 1e-9  # relative to the value; smaller savings are rounding
ROUND_WORK = 100  # operations counted for a round even where no site may move
LOGGED = 4096  # moves that can be taken back


def pairs_of(data: Uncapacitated) -> Pairs:
    """Return what the search reads of `data`."""
    count = np.diff(data.start)
    most = np.zeros(len(count))
    some = count > 0
    most[some] = data.cost[data.start[1:][some] - 1]
    never = float(most.sum() + np.abs(data.fixed).sum()) + 1.0
    away = np.where(np.isinf(data.beyond), never, np.maximum(data.beyond * GUESS_BEYOND, most))
    return Pairs(
        data.start,
        data.site,
        data.cost,
        data.site_start,
        data.site_customer,
        data.site_cost,
        away,
        data.fixed,
        data.required,
    )


def begin(data: Uncapacitated, pairs: Pairs, seed: int = 0) -> Search:
    """Return a search in which only the required sites are open."""
    customers, sites = data.shape
    slots = min(data.at_most + 1, max(TABLE_BYTES // (8 * max(sites, 1)), 2))
    slots = max(slots, int(data.required.sum()) + 1)
    search = Search(
        slot=np.full(sites, -1, dtype=np.int32),
        opened=np.full(slots, -1, dtype=np.int32),
        first=np.full(customers, -1, dtype=np.int32),
        near=np.zeros(customers),
        next=np.zeros(customers),
        gain=np.zeros(sites),
        loss=np.zeros(slots),
        extra=np.zeros((slots, sites)),
        scratch=np.zeros(sites),
        value=np.zeros(1),
        tally=np.zeros(6, dtype=np.int64),
        log=np.zeros((LOGGED, 2), dtype=np.int32),
    )
    search.tally[RANDOM] = seed % 2**31 * 2654435769 % 2**62 + 88172645463325252
    search.tally[LEAST] = data.at_least
    search.tally[MOST] = min(data.at_most, slots - 1)
    place(pairs, search, np.flatnonzero(data.required).astype(np.int32))
    return search


def open_sites(search: Search) -> NDArray[np.int32]:
    """Return the open sites in ascending order."""
    return np.sort(search.opened[: search.tally[COUNT]])


@kernel
def place(pairs: Pairs, search: Search, chosen: NDArray[np.int32]) -> None:
    """Open exactly `chosen`, all tables made anew; forgets the log."""
    search.slot[:] = -1
    search.gain[:] = 0.0
    search.loss[:] = 0.0
    search.extra[:] = 0.0
    total = 0.0
    for k in range(len(chosen)):
        search.slot[chosen[k]] = k
        search.opened[k] = chosen[k]
        total += pairs.fixed[chosen[k]]
    search.tally[COUNT] = len(chosen)
    search.tally[LOG] = 0
    for i in range(len(pairs.away)):
        locate(pairs, search, i)
        contribute(pairs, search, i, 1.0)
        total += search.near[i]
    search.value[0] = total


@kernel
def construct(pairs: Pairs, search: Search, sites: int) -> int:
    """Open the site that saves most until none does, or `sites` are opened; return how many.

    At least and at most as many as allowed are open at the end.
    """
    for done in range(sites):
        if search.tally[COUNT] >= search.tally[MOST]:
            return done
        best, profit = -1, -np.inf
        for f in range(len(pairs.fixed)):
            saved = search.gain[f] - pairs.fixed[f]
            if search.slot[f] < 0 and saved > profit:
                best, profit = f, saved
        if best < 0 or (profit <= 0.0 and search.tally[COUNT] >= search.tally[LEAST]):
            return done
        _open(pairs, search, best)
    return sites


@kernel
def descend(pairs: Pairs, search: Search, moves: int) -> int:
    """Make the best add, drop or swap while one saves, at most `moves`; return how many."""
    for done in range(moves):
        profit, f, r = _best_move(pairs, search)
        if profit <= GAINFUL * abs(search.value[0]):
            return done
        _move(pairs, search, f, r)
    return moves


@kernel
def perturb(pairs: Pairs, search: Search, rounds: int, strength: int) -> int:
    """Search locally again and again: kick around one customer, descend, keep what is not worse.

    Returns
    -------
    int
        Number of rounds that saved something.
    """
    saved = 0
    for _ in range(rounds):
        before = search.value[0]
        search.tally[LOG] = 0
        search.tally[WORK] += ROUND_WORK
        _kick(pairs, search, 1 + _random(search, strength))
        for _ in range(LOGGED // 2):
            profit, f, r = _best_move(pairs, search)
            if profit <= GAINFUL * abs(search.value[0]):
                break
            _move(pairs, search, f, r)
        margin = GAINFUL * abs(before)
        if search.value[0] > before + margin:
            _take_back(pairs, search)
        elif search.value[0] < before - margin:
            saved += 1
    return saved


@kernel
def move_to(pairs: Pairs, search: Search, wanted: NDArray[np.bool_]) -> None:
    """Open the sites `wanted` (bool, shape (m,)) and no other, one change after the other."""
    search.tally[LOG] = 0
    sites = len(pairs.fixed)
    f, r = 0, 0
    while True:
        while f < sites and (search.slot[f] >= 0 or not wanted[f]):
            f += 1
        while r < sites and (search.slot[r] < 0 or wanted[r] or pairs.required[r]):
            r += 1
        if f == sites and r == sites:
            return
        if f < sites and search.tally[COUNT] < len(search.opened):
            _open(pairs, search, f)
        elif r == sites:
            return
        if r < sites:
            _close(pairs, search, r)


@inner_kernel
def _open(pairs: Pairs, search: Search, f: int) -> None:
    slot = search.tally[COUNT]
    search.tally[COUNT] += 1
    search.slot[f] = slot
    search.opened[slot] = f
    total = pairs.fixed[f]
    for e in range(pairs.site_start[f], pairs.site_start[f + 1]):
        i = pairs.site_customer[e]
        if pairs.site_cost[e] < search.next[i]:
            total -= search.near[i]
            contribute(pairs, search, i, -1.0)
            locate(pairs, search, i)
            contribute(pairs, search, i, 1.0)
            total += search.near[i]
    search.tally[WORK] += pairs.site_start[f + 1] - pairs.site_start[f]
    search.value[0] += total


@inner_kernel
def _close(pairs: Pairs, search: Search, r: int) -> None:
    """Close r; the last slot takes its place."""
    total = -pairs.fixed[r]
    slot = search.slot[r]
    for e in range(pairs.site_start[r], pairs.site_start[r + 1]):
        i = pairs.site_customer[e]
        if pairs.site_cost[e] <= search.next[i]:
            total -= search.near[i]
            contribute(pairs, search, i, -1.0)
            search.slot[r] = -1
            locate(pairs, search, i)
            search.slot[r] = slot
            contribute(pairs, search, i, 1.0)
            total += search.near[i]
    search.slot[r] = -1
    last = search.tally[COUNT] - 1
    search.tally[COUNT] = last
    for f in range(len(pairs.fixed)):
        search.extra[slot, f] = search.extra[last, f]
        search.extra[last, f] = 0.0
    search.loss[slot] = search.loss[last]
    search.loss[last] = 0.0
    search.opened[slot] = search.opened[last]
    if slot != last:
        search.slot[search.opened[slot]] = slot
    search.tally[WORK] += pairs.site_start[r + 1] - pairs.site_start[r]
    search.value[0] += total


@inner_kernel
def _move(pairs: Pairs, search: Search, f: int, r: int) -> None:
    """Open f and close r (-1 = none), and log it."""
    if f >= 0:
        _open(pairs, search, f)
    if r >= 0:
        _close(pairs, search, r)
    logged = search.tally[LOG]
    if logged < LOGGED:
        search.log[logged, 0] = f
        search.log[logged, 1] = r
        search.tally[LOG] = logged + 1


@inner_kernel
def _take_back(pairs: Pairs, search: Search) -> None:
    for k in range(search.tally[LOG] - 1, -1, -1):
        if search.log[k, 1] >= 0:
            _open(pairs, search, search.log[k, 1])
        if search.log[k, 0] >= 0:
            _close(pairs, search, search.log[k, 0])
    search.tally[LOG] = 0


@inner_kernel
def _best_move(pairs: Pairs, search: Search) -> tuple[float, int, int]:
    """Return the saving of the best move, the site it opens and the one it closes, -1 = none."""
    closed, profit = _best_drop(pairs, search)
    best, swapped = -1, False
    addable = search.tally[COUNT] < search.tally[MOST]
    for f in range(len(pairs.fixed)):
        if search.slot[f] >= 0:
            continue
        saved = search.gain[f] - pairs.fixed[f]
        if addable and saved > profit:
            profit, best, swapped = saved, f, False
        if saved + search.scratch[f] > profit:
            profit, best, swapped = saved + search.scratch[f], f, True
    if best >= 0:
        closed = _partner(pairs, search, best) if swapped else -1
    return profit, best, closed


@inner_kernel
def _best_drop(pairs: Pairs, search: Search) -> tuple[int, float]:
    """Return the best site to close alone and its saving; fill `scratch` with the best partners."""
    count, sites = search.tally[COUNT], len(pairs.fixed)
    for f in range(sites):
        search.scratch[f] = -np.inf
    best, profit = -1, 0.0
    for k in range(count):
        r = search.opened[k]
        if pairs.required[r]:
            continue
        saved = pairs.fixed[r] - search.loss[k]
        if saved > profit and count > search.tally[LEAST]:
            best, profit = r, saved
        for f in range(sites):
            search.scratch[f] = max(search.scratch[f], search.extra[k, f] + saved)
    search.tally[WORK] += count * sites // 8
    return best, profit


@inner_kernel
def _partner(pairs: Pairs, search: Search, f: int) -> int:
    """Return the open site whose closing goes best with opening f."""
    best, value = -1, -np.inf
    for k in range(search.tally[COUNT]):
        r = search.opened[k]
        saved = search.extra[k, f] - search.loss[k] + pairs.fixed[r]
        if saved > value and not pairs.required[r]:
            best, value = r, saved
    return best


@inner_kernel
def _random(search: Search, below: int) -> int:
    """Return a whole number in [0, below).

    Xorshift (Marsaglia 2003, doi:10.18637/jss.v008.i14).
    """
    state = search.tally[RANDOM]
    state ^= state << 13
    state ^= (state >> 7) & 0x01FFFFFFFFFFFFFF
    state ^= state << 17
    search.tally[RANDOM] = state
    drawn: int = ((state >> 11) & 0xFFFFFFFF) % below
    return drawn


@inner_kernel
def _kick(pairs: Pairs, search: Search, strength: int) -> None:
    """Open random sites around a random customer and close as many open sites there."""
    i = _random(search, len(pairs.away))
    first, last = pairs.start[i], pairs.start[i + 1]
    for _ in range(strength):
        wanted = 2 + _random(search, 3)
        seen, end, r = 0, first, -1
        while end < last and seen < wanted:
            j = pairs.site[end]
            if search.slot[j] >= 0 and not pairs.required[j]:
                seen += 1
                if _random(search, seen) == 0:
                    r = j
            end += 1
        if r < 0:
            return
        f = pairs.site[first + _random(search, end - first)]
        if search.slot[f] < 0:
            _move(pairs, search, f, r)
