"""Upper bounds on the market share of what is left free: tangents of the relaxed share.

For any y the concave share F obeys F(z) <= F(y) + grad F(y) (z - y) for every z; the largest value
of the right side over the choices of r free sites is that of the r largest slopes. The best y is
looked for by the spectral projected gradient (E. G. Birgin, J. M. Martinez, M. Raydan, SIAM J.
Optim. 10 (2000), doi:10.1137/S1052623497330963). The bound of submodularity, value now plus the
r largest gains, is the other one: I. Ljubic, E. Moreno, "Outer approximation and submodular cuts
for maximum capture facility location problems with random utilities", EJOR 266 (2018),
doi:10.1016/j.ejor.2017.09.023.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.compiled import inner_kernel, kernel
from optimizer.location.attraction.market import Market, attract, gain, slope, total

if TYPE_CHECKING:
    from numpy.typing import NDArray

FREE, OPEN, SHUT = 0, 1, -1
HALVINGS = 30
CLOSE = 0.02  # of what separates bound and plan; nearer to the relaxation is not worth it
FEW = 3  # free sites still to choose where the bound of submodularity may be the better one


class Relaxed(NamedTuple):
    """A relaxed choice: free sites, the part of each that is open, and our attraction.

    free : int64. part : float64, same shape. ours : float64, shape (n,).
    """

    free: NDArray[np.int64]
    part: NDArray[np.float64]
    ours: NDArray[np.float64]


@kernel
def bound(
    market: Market,
    state: NDArray[np.int8],
    size: int,
    part: NDArray[np.float64],
    cutoff: float,
    iterations: int,
) -> tuple[float, int]:
    """Return an upper bound on every choice of `size` sites that agrees with `state`.

    Parameters
    ----------
    state : int8, shape (m,), FREE, OPEN or SHUT; free sites that cannot be in (or out of) a choice
        worth more than the cut-off are set. part : float64, shape (m,), relaxed choice to start
        from; the last one is left behind.

    Returns
    -------
    tuple
        The bound (-inf where nothing agrees), and the entries looked at.
    """
    entries = len(market.customer)
    free = np.flatnonzero(state == FREE)
    wanted = size - int(np.sum(state == OPEN))
    if wanted < 0 or wanted > len(free):
        return -np.inf, 0
    if wanted == 0 or wanted == len(free):
        state[free] = OPEN if wanted > 0 else SHUT
    ours = np.zeros(len(market.weight))
    for site in range(len(state)):
        if state[site] == OPEN:
            attract(market, ours, site, 1.0)
    best, looked = total(market, ours), entries
    if 0 < wanted < len(free):
        slopes = np.zeros(len(free))
        for rank in range(len(free)):
            slopes[rank] = gain(market, ours, free[rank]) if wanted <= FEW else np.inf
        best += _largest(slopes, wanted)
        if wanted <= FEW:
            _settle(state, free, slopes, wanted, best - cutoff)
        if best > cutoff:
            relaxed = Relaxed(free, part[free], ours)
            best, turns = _ascend(market, state, wanted, relaxed, (best, cutoff), iterations)
            part[free] = relaxed.part
            looked += 2 * entries * turns
    part[state == OPEN] = 1.0
    part[state == SHUT] = 0.0
    return best, looked


@kernel
def _ascend(
    market: Market,
    state: NDArray[np.int8],
    wanted: int,
    relaxed: Relaxed,
    limits: tuple[float, float],
    iterations: int,
) -> tuple[float, int]:
    """Climb to the relaxed choice; returns the least tangent bound and the iterations made.

    limits : (bound known before, cut-off).
    """
    best, cutoff = limits
    free, here, ours = relaxed
    _project(here, wanted)
    for rank in range(len(free)):
        attract(market, ours, free[rank], here[rank])
    slopes, before, moved = np.zeros(len(free)), np.zeros(len(free)), np.zeros(len(free))
    for turn in range(iterations):
        _slopes(market, ours, free, slopes)
        value = total(market, ours)
        tangent = value - float(np.sum(slopes * here)) + _largest(slopes, wanted)
        if tangent < best:
            best = tangent
            _settle(state, free, slopes, wanted, best - cutoff)
        near = tangent - value <= CLOSE * (best - cutoff)
        if best <= cutoff or near:
            return best, turn + 1
        step = 1.0 / max(slopes.max(), 1e-300)
        if turn > 0:
            step = _step(moved, slopes - before)
        before[:] = slopes
        there = here + step * slopes
        _project(there, wanted)
        moved[:] = there - here
        moved *= _line_search(market, ours, free, moved)
        here += moved
        for rank in range(len(free)):
            if moved[rank] != 0.0:
                attract(market, ours, free[rank], moved[rank])
        ours[:] = np.maximum(ours, 0.0)
    return best, iterations


@kernel
def _slopes(
    market: Market,
    ours: NDArray[np.float64],
    free: NDArray[np.int64],
    slopes: NDArray[np.float64],
) -> None:
    steep = np.empty(len(ours))
    for customer in range(len(ours)):
        steep[customer] = slope(market, customer, ours[customer])
    for rank in range(len(free)):
        site = free[rank]
        value = 0.0
        for entry in range(market.start[site], market.start[site + 1]):
            value += steep[market.customer[entry]] * market.attraction[entry]
        slopes[rank] = value


@kernel
def _largest(values: NDArray[np.float64], count: int) -> float:
    """Return the sum of the largest `count` values."""
    return float(np.sum(np.sort(values)[len(values) - count :]))


@kernel
def _settle(
    state: NDArray[np.int8],
    free: NDArray[np.int64],
    slopes: NDArray[np.float64],
    wanted: int,
    room: float,
) -> None:
    """Fix what would take the bound down to the cut-off: `room` is what separates them."""
    ranked = np.sort(slopes)
    last_in, first_out = ranked[len(free) - wanted], ranked[len(free) - wanted - 1]
    if room <= 0.0:
        return
    for rank in range(len(free)):
        if slopes[rank] >= last_in and slopes[rank] - first_out >= room:
            state[free[rank]] = OPEN
        elif slopes[rank] <= first_out and last_in - slopes[rank] >= room:
            state[free[rank]] = SHUT


@inner_kernel
def _project(values: NDArray[np.float64], wanted: int) -> None:
    """Move to the nearest point with 0 <= values <= 1 and sum = wanted."""
    low, high = np.inf, -np.inf
    for value in values:
        low, high = min(low, value - 1.0), max(high, value)
    for _ in range(60):
        middle = 0.5 * (low + high)
        summed = 0.0
        for value in values:
            summed += min(max(value - middle, 0.0), 1.0)
        if summed > wanted:
            low = middle
        else:
            high = middle
    for rank in range(len(values)):
        values[rank] = min(max(values[rank] - high, 0.0), 1.0)


@kernel
def _step(moved: NDArray[np.float64], turned: NDArray[np.float64]) -> float:
    """Return the spectral step: the inverse curvature along the last move."""
    curved = -float(np.sum(moved * turned))
    return float(np.sum(moved * moved)) / curved if curved > 1e-300 else 1e12


@kernel
def _line_search(
    market: Market,
    ours: NDArray[np.float64],
    free: NDArray[np.int64],
    moved: NDArray[np.float64],
) -> float:
    """Return how far to go, at most 1, by halving on the slope of the share along the move."""
    change = np.zeros(len(ours))
    for rank in range(len(free)):
        if moved[rank] != 0.0:
            attract(market, change, free[rank], moved[rank])
    low, high = 0.0, 1.0
    for halving in range(HALVINGS):
        middle = 1.0 if halving == 0 else 0.5 * (low + high)
        rising = 0.0
        for customer in range(len(ours)):
            there = max(ours[customer] + middle * change[customer], 0.0)
            rising += slope(market, customer, there) * change[customer]
        if rising > 0.0:
            low = middle
            if halving == 0:
                return 1.0
        else:
            high = middle
        if high - low < 0.02 * high:
            break
    return low
