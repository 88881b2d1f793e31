"""Lagrangian bound of one node of the search tree, with the sites that it settles on the way.

    L(u) = sum_i u[i] + min { sum_j rho[j] y[j] : counts, settled sites },
    rho[j] = fixed[j] + sum_i min(0, c[i,j] - u[i])

is a bound for every u (relax (1) of the package's head). An open site at cost clamp[i] makes a
multiplier above clamp[i] pointless, so settled sites leave the problem: an open one becomes a
constant and an upper bound on u, a closed one leaves the lists. u climbs by deflected subgradients
with Polyak's step to the cutoff (Camerini, Fratta, Maffioli 1975, doi:10.1007/BFb0120697); at every
step a site whose other value would lift L to the cutoff is settled (Posta, Ferland, Michelon 2014,
doi:10.1016/j.ejor.2013.05.026). The share of steps at which a site was chosen estimates its value
in the linear relaxation.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.compiled import inner_kernel, kernel
from optimizer.core.location import OPTIMAL_GAP

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.location.record import Record
    from optimizer.location.uncapacitated.data import Uncapacitated

FREE, OPEN, CLOSED = 0, 1, -1
SITES, TOTAL, LOW, HIGH, OPERATIONS, ITERATIONS, FRESH = range(7)  # places in `tally`
CONSTANT, ENTER, LEAVE = range(3)  # places in `amount`
SHORTER = 0.6  # factor of the step then
SHORTEST = 0.02  # step factor at which the climb ends
WHOLE_MARGIN = 1e-3  # how far below the next better whole number a bound may end the search
UNKNOWN = 0.1  # where there is no cutoff, L is taken to be so far from its maximum
DEFLECTION = 0.6  # share of the last direction in the next one
MEMORY = 0.9  # share of the past in the running mean of the chosen sites


class Lists(NamedTuple):
    """What the bound reads of `Uncapacitated`."""

    start: NDArray[np.int64]
    site: NDArray[np.int32]
    cost: NDArray[np.float64]
    beyond: NDArray[np.float64]
    fixed: NDArray[np.float64]
    at_least: int
    at_most: int


class Space(NamedTuple):
    """Room for the free part of a node; n customers, m sites, `free` numbers the free sites.

    start (n + 1,), site, cost : lists over the free sites, cheaper than clamp (n,).
    least (n,) : lowest sensible multiplier. rho, chosen, scratch : by free site.
    direction, best (n,) : last direction, best multipliers. tally, amount : see the names above.
    """

    start: NDArray[np.int64]
    site: NDArray[np.int32]
    cost: NDArray[np.float64]
    clamp: NDArray[np.float64]
    least: NDArray[np.float64]
    rank: NDArray[np.int32]
    free: NDArray[np.int32]
    rho: NDArray[np.float64]
    scratch: NDArray[np.float64]
    chosen: NDArray[np.bool_]
    direction: NDArray[np.float64]
    best: NDArray[np.float64]
    tally: NDArray[np.int64]
    amount: NDArray[np.float64]


def lists_of(data: Uncapacitated) -> Lists:
    """Return what the bound reads of `data`."""
    return Lists(
        data.start,
        data.site,
        data.cost,
        data.beyond,
        data.fixed,
        data.at_least,
        data.at_most,
    )


def space_for(data: Uncapacitated) -> Space:
    """Return room for the nodes of `data`; one for each thread."""
    customers, sites = data.shape
    entries = len(data.site)
    return Space(
        start=np.zeros(customers + 1, dtype=np.int64),
        site=np.zeros(entries, dtype=np.int32),
        cost=np.zeros(entries),
        clamp=np.zeros(customers),
        least=np.zeros(customers),
        rank=np.zeros(sites, dtype=np.int32),
        free=np.zeros(sites, dtype=np.int32),
        rho=np.zeros(sites),
        scratch=np.zeros(sites),
        chosen=np.zeros(sites, dtype=np.bool_),
        direction=np.zeros(customers),
        best=np.zeros(customers),
        tally=np.zeros(7, dtype=np.int64),
        amount=np.zeros(3),
    )


def cutoff_of(record: Record, data: Uncapacitated) -> float:
    """Return the value from which on plans are of no interest; inf without a plan.

    The next better whole number where all plans are whole; else what closes the gap asked for.
    """
    if record.plan is None:
        return math.inf
    value = record.plan.objective
    margin = max(record.limits.gap, 0.9 * OPTIMAL_GAP) * max(abs(value), 1e-9)
    if data.whole and abs(value) < WHOLE_MARGIN * 1e12:
        margin = max(margin, 1.0 - WHOLE_MARGIN)
    return value - margin


@kernel
def climb(  # noqa: PLR0913, PLR0917 - a kernel's arrays are its parameters
    lists: Lists,
    space: Space,
    state: NDArray[np.int8],
    u: NDArray[np.float64],
    share: NDArray[np.float64],
    cutoff: float,
    iterations: int,
    patience: int,
) -> float:
    """Raise the bound of a node until it reaches the cutoff, stalls, or the iterations are over.

    Parameters
    ----------
    state : shape (m,), FREE, OPEN or CLOSED; settled sites are written into it.
    u : shape (n,), multipliers, replaced by the best. share : shape (m,), estimate of y, written.
    cutoff : no plan of this value or more is of interest.
    patience : steps without progress before the step is shortened.

    Returns
    -------
    float
        The bound; inf where the node holds no plan below the cutoff.
    """
    best = -np.inf
    stalled = 0
    space.tally[OPERATIONS] = 0
    space.tally[ITERATIONS] = 0
    space.best[:] = u
    space.direction[:] = 0.0
    share[:] = 0.0
    settled = True
    length, weight = 1.0, 1.0
    while space.tally[ITERATIONS] < iterations:
        if settled and not _enter(lists, space, state, u):
            return np.inf
        space.tally[ITERATIONS] += 1
        bound = _price(lists, space, u)
        _average(space, share, weight)
        weight = 1.0 - MEMORY
        stalled = 0 if bound > best + 1e-7 * abs(best) else stalled + 1
        if bound > best:
            best = bound
            space.best[:] = u
        if best >= cutoff:
            return np.inf
        settled = _settle(space, state, cutoff - bound)
        if space.tally[SITES] == 0:
            break
        if stalled == patience:
            stalled = 0
            length *= SHORTER
            space.direction[:] = 0.0
            u[:] = space.best
            if length < SHORTEST:
                break
        else:
            aim = cutoff - bound if np.isfinite(cutoff) else UNKNOWN * abs(bound) + 1.0
            if not _step(space, u, length * aim):
                break
    u[:] = space.best
    for j in range(len(state)):
        if state[j] != FREE:
            share[j] = 1.0 if state[j] == OPEN else 0.0
    return best


@inner_kernel
def _enter(lists: Lists, space: Space, state: NDArray[np.int8], u: NDArray[np.float64]) -> bool:
    """Write the free part of the node into `space`; False where it holds no plan."""
    free, opened, constant = 0, 0, 0.0
    for j in range(len(state)):
        if state[j] == FREE:
            space.rank[j] = free
            space.free[free] = j
            space.chosen[free] = False
            free += 1
        elif state[j] == OPEN:
            opened += 1
            constant += lists.fixed[j]
    space.tally[SITES] = free
    space.tally[LOW] = max(lists.at_least - opened, 0)
    space.tally[HIGH] = lists.at_most - opened
    space.amount[CONSTANT] = constant
    if opened > lists.at_most or free < space.tally[LOW]:
        return False
    filled = 0
    for i in range(len(u)):
        clamp = lists.beyond[i]
        for e in range(lists.start[i], lists.start[i + 1]):
            kind = state[lists.site[e]]
            if kind == FREE:
                space.site[filled] = space.rank[lists.site[e]]
                space.cost[filled] = lists.cost[e]
                filled += 1
            elif kind == OPEN:
                clamp = lists.cost[e]
                break
        first = space.start[i]
        space.start[i + 1] = filled
        least = space.cost[first] if filled > first else clamp
        if np.isinf(least):
            return False
        space.clamp[i] = clamp
        space.least[i] = least
        u[i] = max(min(u[i], clamp), least)
        space.best[i] = max(min(space.best[i], clamp), least)
    space.tally[OPERATIONS] += filled
    return True


@inner_kernel
def _price(lists: Lists, space: Space, u: NDArray[np.float64]) -> float:
    """Return L(u); fills rho, chosen and the prices of entering and leaving."""
    free = space.tally[SITES]
    for k in range(free):
        space.rho[k] = lists.fixed[space.free[k]]
    total = space.amount[CONSTANT]
    for i in range(len(u)):
        level = u[i]
        total += level
        e = space.start[i]
        while e < space.start[i + 1] and space.cost[e] < level:
            space.rho[space.site[e]] += space.cost[e] - level
            e += 1
        space.tally[OPERATIONS] += e - space.start[i]
    _choose(space)
    for k in range(free):
        if space.chosen[k]:
            total += space.rho[k]
    return total


@inner_kernel
def _choose(space: Space) -> None:
    """Choose the free sites of least rho: all negative ones, as far as the counts allow.

    amount[ENTER] : rho of the site that leaves when one more is forced in, 0 where none has to.
    amount[LEAVE] : rho of the site that enters when one is forced out, 0 where none has to.
    """
    free, low, high = space.tally[SITES], space.tally[LOW], space.tally[HIGH]
    negative = 0
    for k in range(free):
        space.chosen[k] = space.rho[k] < 0.0
        negative += space.chosen[k]
    count = min(max(negative, low), high)
    if count != negative:
        _choose_least(space, free, count)
    space.amount[ENTER] = 0.0
    space.amount[LEAVE] = 0.0
    if count == high or negative < low:
        space.amount[ENTER] = -np.inf
        for k in range(free):
            if space.chosen[k]:
                space.amount[ENTER] = max(space.amount[ENTER], space.rho[k])
    if count == low or negative > high:
        space.amount[LEAVE] = np.inf
        for k in range(free):
            if not space.chosen[k]:
                space.amount[LEAVE] = min(space.amount[LEAVE], space.rho[k])


@inner_kernel
def _choose_least(space: Space, free: int, count: int) -> None:
    """Choose the `count` sites of least rho, earlier ones first among equals."""
    if count <= 0:
        space.chosen[:free] = False
        return
    for k in range(free):
        space.scratch[k] = space.rho[k]
    limit = _least(space.scratch, free, count - 1)
    left = count
    for k in range(free):
        space.chosen[k] = space.rho[k] < limit
        left -= space.chosen[k]
    for k in range(free):
        if left > 0 and space.rho[k] == limit:
            space.chosen[k] = True
            left -= 1


@inner_kernel
def _least(values: NDArray[np.float64], count: int, rank: int) -> float:
    """Return the value of this rank (0 = least) among the first `count`, which are reordered."""
    first, last = 0, count - 1
    while first < last:
        pivot = values[(first + last) // 2]
        left, right = first, last
        while left <= right:
            while values[left] < pivot:
                left += 1
            while values[right] > pivot:
                right -= 1
            if left <= right:
                kept = values[left]
                values[left] = values[right]
                values[right] = kept
                left += 1
                right -= 1
        if rank <= right:
            last = right
        elif rank >= left:
            first = left
        else:
            break
    return values[rank]


@inner_kernel
def _average(space: Space, share: NDArray[np.float64], weight: float) -> None:
    for j in range(len(share)):
        share[j] *= 1.0 - weight
    for k in range(space.tally[SITES]):
        if space.chosen[k]:
            share[space.free[k]] += weight


@inner_kernel
def _settle(space: Space, state: NDArray[np.int8], slack: float) -> bool:
    """Settle every free site whose other value lifts the bound by `slack` or more."""
    settled = False
    for k in range(space.tally[SITES]):
        if space.chosen[k]:
            if space.amount[LEAVE] - space.rho[k] >= slack:
                state[space.free[k]] = OPEN
                settled = True
        elif space.rho[k] - space.amount[ENTER] >= slack:
            state[space.free[k]] = CLOSED
            settled = True
    return settled


@inner_kernel
def _step(space: Space, u: NDArray[np.float64], length: float) -> bool:
    """Move u along the deflected subgradient; False where it is zero, so that u is optimal."""
    square = 0.0
    for i in range(len(u)):
        slope = 1.0
        for e in range(space.start[i], space.start[i + 1]):
            if space.cost[e] >= u[i]:
                break
            if space.chosen[space.site[e]]:
                slope -= 1.0
        if (slope > 0.0 and u[i] >= space.clamp[i]) or (slope < 0.0 and u[i] <= space.least[i]):
            slope = 0.0
        slope += DEFLECTION * space.direction[i]
        if slope > 0.0 and u[i] >= space.clamp[i]:
            slope = 0.0
        space.direction[i] = slope
        square += slope * slope
    if square <= 0.0:
        return False
    step = length / square
    for i in range(len(u)):
        moved = u[i] + step * space.direction[i]
        u[i] = max(min(moved, space.clamp[i]), space.least[i])
    return True
