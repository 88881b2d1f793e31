"""Attractions by site, and the share of a customer as a function of what attracts it.

The share w A / (A + b) of a customer is concave in our attraction A. Where there is no rival
(b = 0) any open site wins all; the share is then taken as w min(1, A / least), least being the
smallest attraction of any site: the same at every choice of sites, and concave in between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.compiled import inner_kernel
from optimizer.core.costs import CostLists, DenseCosts
from optimizer.core.refusal import Fault, Refusal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.location import LocationProblem

BLOCK = 64


class Market(NamedTuple):
    """Site j attracts customer[start[j]:start[j + 1]] by attraction[...] > 0; n customers, m sites.

    start : int64, shape (m + 1,). customer : int32. attraction : float64. weight, rival, least :
    float64, shape (n,); least is 0 where there is a rival.
    """

    start: NDArray[np.int64]
    customer: NDArray[np.int32]
    attraction: NDArray[np.float64]
    weight: NDArray[np.float64]
    rival: NDArray[np.float64]
    least: NDArray[np.float64]


def market_of(problem: LocationProblem, rival: NDArray[np.float64]) -> Market:
    """Return the attractions of all sites.

    Raises
    ------
    Refusal
        F761 where lists are cut off.
    """
    customer, site, attraction = _entries(problem)
    held = np.isfinite(attraction) & (attraction > 0.0)
    customer, site, attraction = customer[held], site[held], attraction[held]
    customers, sites = problem.costs.shape
    order = np.lexsort((customer, site))
    customer, attraction = customer[order], attraction[order]
    start = np.concatenate([[0], np.cumsum(np.bincount(site, minlength=sites))])
    least = np.full(customers, np.inf)
    np.minimum.at(least, customer, attraction)
    least = np.where((rival > 0.0) | np.isinf(least), 0.0, least)
    weight = problem.weight.copy()  # kernels are compiled for arrays that may be written
    return Market(start.astype(np.int64), customer, attraction, weight, rival.copy(), least)


def _entries(
    problem: LocationProblem,
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
    costs = problem.costs
    if isinstance(costs, CostLists):
        if not costs.complete:
            cause = "lists that are cut off leave out the sites that attract most"
            raise Refusal(Fault("attraction", "F761", cause, "give all attractions above zero"))
        return costs.customer, costs.site, costs.cost
    parts = []
    for first in range(0, costs.shape[1], BLOCK):
        block = np.arange(first, min(first + BLOCK, costs.shape[1]), dtype=np.int32)
        table = costs.cost[:, block] if isinstance(costs, DenseCosts) else costs.columns(block)
        row, rank = np.nonzero(np.isfinite(table) & (table > 0.0))
        parts.append((row.astype(np.int32), block[rank], table[row, rank]))
    nothing = (np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32), np.zeros(0))
    one, two, three = (
        np.concatenate([nothing[rank], *(part[rank] for part in parts)]) for rank in range(3)
    )
    return one, two, three


@inner_kernel
def share(market: Market, customer: int, ours: float) -> float:
    """Return what a customer brings at an attraction of ours."""
    weight, rival = float(market.weight[customer]), float(market.rival[customer])
    if rival > 0.0:
        return weight * ours / (ours + rival)
    least = float(market.least[customer])
    return weight * min(1.0, ours / least) if least > 0.0 else 0.0


@inner_kernel
def slope(market: Market, customer: int, ours: float) -> float:
    """Return the derivative of the share; where it breaks, that to the right."""
    weight, rival = float(market.weight[customer]), float(market.rival[customer])
    if rival > 0.0:
        return weight * rival / ((ours + rival) * (ours + rival))
    least = float(market.least[customer])
    return weight / least if least > 0.0 and ours < least * (1.0 - 1e-9) else 0.0


@inner_kernel
def total(market: Market, ours: NDArray[np.float64]) -> float:
    """Return the sum of all shares."""
    value = 0.0
    for customer in range(len(ours)):
        value += share(market, customer, ours[customer])
    return value


@inner_kernel
def gain(market: Market, ours: NDArray[np.float64], site: int) -> float:
    """Return by how much the sum of all shares grows when a site opens."""
    value = 0.0
    for entry in range(market.start[site], market.start[site + 1]):
        customer = market.customer[entry]
        here = ours[customer]
        value += share(market, customer, here + market.attraction[entry])
        value -= share(market, customer, here)
    return value


@inner_kernel
def attract(market: Market, ours: NDArray[np.float64], site: int, times: float) -> None:
    """Add the attraction of a site, `times` over."""
    for entry in range(market.start[site], market.start[site + 1]):
        ours[market.customer[entry]] += times * market.attraction[entry]
