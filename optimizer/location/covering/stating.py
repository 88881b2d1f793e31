"""From a location problem to covering rows, and from chosen sites back to a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.costs import CostLists
from optimizer.location.covering.reduce import with_fixed
from optimizer.location.covering.rows import BLOCK, Cover, matrix_of
from optimizer.location.record import Plan

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.location import LocationProblem


def reach_of(problem: LocationProblem) -> NDArray[np.float64]:
    """Return the radius for every customer; without a radius every allowed pair covers."""
    radius = np.inf if problem.radius is None else problem.radius
    return np.full(problem.costs.shape[0], radius)


def cheapest_sizes(problem: LocationProblem) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Return the row of `Sizes` that is cheapest on each site, and its fixed cost."""
    sizes = problem.sizes
    order = np.lexsort((sizes.fixed_cost, sizes.site))
    first = np.unique(sizes.site[order], return_index=True)[1]
    chosen = order[first].astype(np.int32)
    return chosen, sizes.fixed_cost[chosen]


def stated(
    problem: LocationProblem,
    pairs: tuple[NDArray[np.int32], NDArray[np.int32]],
    need: NDArray[np.int64],
    step: NDArray[np.int64],
    penalty: NDArray[np.float64],
    price: NDArray[np.float64],
    *,
    budget: float | None = None,
) -> Cover | None:
    """Return the covering problem with its required and forbidden sites settled; None if hopeless.

    Parameters
    ----------
    pairs : (row, site) of every 1 in the matrix. need, step, penalty : one value a row.
    """
    sites = problem.costs.shape[1]
    high = sites if problem.at_most is None else min(problem.at_most, sites)
    if problem.at_least > high:
        return None
    cover = Cover(
        matrix=matrix_of(*pairs, len(need), sites),
        need=need,
        step=step,
        penalty=penalty,
        price=price,
        low=problem.at_least,
        high=high,
        site=np.arange(sites, dtype=np.int32),
        forced=np.zeros(0, dtype=np.int32),
        origin=np.arange(len(need), dtype=np.int64),
        budget=budget,
    )
    return with_fixed(cover, problem.required, problem.forbidden)


def covering_sites(
    problem: LocationProblem, chosen: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return how many of the sites cover each customer, and the nearest of them (-1 = none)."""
    customers, reach = problem.costs.shape[0], reach_of(problem)
    count = np.zeros(customers, dtype=np.int64)
    nearest = np.full(customers, -1, dtype=np.int32)
    least = np.full(customers, np.inf)
    costs = problem.costs
    if isinstance(costs, CostLists):
        held = np.isin(costs.site, chosen) & (costs.cost <= reach[costs.customer])
        customer = costs.customer[held]
        count += np.bincount(customer, minlength=customers)
        who, first = np.unique(customer, return_index=True)  # lists are sorted by cost
        nearest[who] = costs.site[held][first]
        return count, nearest
    for begin in range(0, len(chosen), BLOCK):
        block = chosen[begin : begin + BLOCK]
        table = costs.columns(block)
        count += ((table <= reach[:, None]) & np.isfinite(table)).sum(axis=1)
        rank = table.argmin(axis=1)
        cost = table[np.arange(customers), rank]
        nearer = (cost < least) & (cost <= reach)
        nearest[nearer], least[nearer] = block[rank[nearer]], cost[nearer]
    return count, nearest


def plan_of(
    problem: LocationProblem,
    chosen: NDArray[np.int32],
    objective: float,
    assign: NDArray[np.int32],
) -> Plan:
    """Return a plan with the cheapest size on each open site."""
    size = cheapest_sizes(problem)[0][chosen]
    return Plan(objective, chosen.astype(np.int32), size.astype(np.int32), assign)
