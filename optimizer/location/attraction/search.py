"""Sites with a large market share: greedy with old gains as bounds, and exchanges.

The share is submodular, so that the gain of a site never grows while others open: G. L. Nemhauser,
L. A. Wolsey, M. L. Fisher, "An analysis of approximations for maximizing submodular set functions",
Mathematical Programming 14 (1978), doi:10.1007/BF01588971; M. Minoux, "Accelerated greedy
algorithms for maximizing submodular set functions" (1978), doi:10.1007/BFb0006528.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.compiled import kernel
from optimizer.location.attraction.market import Market, attract, gain

if TYPE_CHECKING:
    from numpy.typing import NDArray


@kernel
def greedy(market: Market, opened: NDArray[np.bool_], barred: NDArray[np.bool_], size: int) -> int:
    """Open sites that are not barred until `size` are open; returns the entries looked at."""
    sites = len(opened)
    ours = np.zeros(len(market.weight))
    hoped = np.full(sites, np.inf)
    count, looked = 0, 0
    for site in range(sites):
        if opened[site]:
            attract(market, ours, site, 1.0)
            count += 1
    while count < size:
        best, fresh = -1, -1
        while True:
            best = -1
            for site in range(sites):
                free = not opened[site] and not barred[site]
                if free and (best < 0 or hoped[site] > hoped[best]):
                    best = site
            if best == fresh:
                break
            hoped[best] = gain(market, ours, best)
            looked += market.start[best + 1] - market.start[best] + sites
            if fresh < 0 or hoped[best] > hoped[fresh]:
                fresh = best
        opened[best] = True
        attract(market, ours, best, 1.0)
        count += 1
    return looked


@kernel
def exchange(
    market: Market,
    opened: NDArray[np.bool_],
    fixed: NDArray[np.bool_],
    turn: int,
    most: int,
) -> tuple[int, int, bool]:
    """Exchange open sites for better ones, until none is or about `most` entries were looked at.

    Parameters
    ----------
    fixed : sites that neither open nor close. turn : open site to go on with.

    Returns
    -------
    tuple
        Where to go on, entries looked at, whether no exchange is left.
    """
    sites = len(opened)
    ours = np.zeros(len(market.weight))
    for site in range(sites):
        if opened[site]:
            attract(market, ours, site, 1.0)
    looked, failed = 0, 0
    while failed < sites and looked < most:
        leaving = turn % sites
        turn = leaving + 1
        failed += 1
        if not opened[leaving] or fixed[leaving]:
            continue
        attract(market, ours, leaving, -1.0)
        for entry in range(market.start[leaving], market.start[leaving + 1]):
            ours[market.customer[entry]] = max(ours[market.customer[entry]], 0.0)
        best, value = leaving, gain(market, ours, leaving)
        value *= 1.0 + 1e-9
        for site in range(sites):
            if not opened[site] and not fixed[site]:
                brings = gain(market, ours, site)
                if brings > value:
                    best, value = site, brings
        looked += len(market.customer)
        if best != leaving:
            opened[leaving], opened[best] = False, True
            failed = 0
        attract(market, ours, best, 1.0)
    return turn, looked, failed >= sites
