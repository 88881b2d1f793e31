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

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.compiled import inner_kernel, kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.location.uncapacitated.data import Uncapacitated

FREE, OPEN, CLOSED = 0, 1, -1
SITES, LOW, HIGH, OPERATIONS, CLIMBED = range(5)  # places in `tally`
CONSTANT, ENTER, LEAVE, LENGTH = range(4)  # places in `amount`
PROGRESS = 1e-7  # relative rise of the bound that counts as progress
SHORTER = 0.6  # factor of the step then
SHORTEST = 0.02  # step factor at which the climb ends
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
        tally=np.zeros(5, dtype=np.int64),
        amount=np.zeros(4),
    )


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
    u : shape (n,), multipliers, replaced by the best. share : shape (m,), running mean of the
        chosen sites, which goes on; an estimate of y in the linear relaxation.
    cutoff : no plan of this value or more is of interest.
    patience : steps without progress before the step is shortened.

    `space.amount[LENGTH]` is the first factor of the step, and becomes the last.

    Returns
    -------
    float
        The bound; inf where the node holds no plan below the cutoff.
    """
    space.tally[OPERATIONS] = 0
    space.tally[CLIMBED] = 0
    space.best[:] = u
    space.direction[:] = 0.0
    best = -np.inf
    stalled = 0
    settled = True
    while space.tally[CLIMBED] < iterations and space.amount[LENGTH] >= SHORTEST:
        if settled and not _enter(lists, space, state, u):
            return np.inf
        space.tally[CLIMBED] += 1
        bound = _price(lists, space, u)
        _average(space, share)
        stalled = 0 if bound > best + PROGRESS * abs(best) else stalled + 1
        if bound > best:
            best = bound
            space.best[:] = u
        if best >= cutoff:
            return np.inf
        settled = _settle(space, state, cutoff - bound)
        if stalled == patience:
            stalled = 0
            _return(space, u)
        elif space.tally[SITES] == 0 or not _step(space, u, cutoff - bound, bound):
            break
    u[:] = space.best
    for j in range(len(state)):
        if state[j] != FREE:
            share[j] = 1.0 if state[j] == OPEN else 0.0
    return best


@inner_kernel
def _return(space: Space, u: NDArray[np.float64]) -> None:
    """Go back to the best multipliers, to go on with shorter steps."""
    space.amount[LENGTH] *= SHORTER
    space.direction[:] = 0.0
    for i in range(len(u)):
        u[i] = space.best[i]


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
        space.tally[OPERATIONS] += 2 * (e - space.start[i])  # once more for the subgradient
    _choose(space)
    for k in range(free):
        if space.chosen[k]:
            total += space.rho[k]
    return float(total)


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
    return float(values[rank])


@inner_kernel
def _average(space: Space, share: NDArray[np.float64]) -> None:
    for j in range(len(share)):
        share[j] *= MEMORY
    for k in range(space.tally[SITES]):
        if space.chosen[k]:
            share[space.free[k]] += 1.0 - MEMORY


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
def _step(space: Space, u: NDArray[np.float64], gap: float, bound: float) -> bool:
    """Move u along the deflected subgradient; False where it is zero, so that u is optimal."""
    aim = gap if np.isfinite(gap) else UNKNOWN * abs(bound) + 1.0
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
    step = space.amount[LENGTH] * aim / square
    for i in range(len(u)):
        moved = u[i] + step * space.direction[i]
        u[i] = max(min(moved, space.clamp[i]), space.least[i])
    return True


@kernel
def value_of(lists: Lists, opened: NDArray[np.bool_]) -> float:
    """Return the value of a plan; a customer that no listed open site serves costs `beyond`."""
    total = 0.0
    for j in range(len(opened)):
        if opened[j]:
            total += lists.fixed[j]
    for i in range(len(lists.beyond)):
        cost = lists.beyond[i]
        for e in range(lists.start[i], lists.start[i + 1]):
            if opened[lists.site[e]]:
                cost = lists.cost[e]
                break
        total += cost
    return total
