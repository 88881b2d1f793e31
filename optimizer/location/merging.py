"""Customers at one street node become one, exactly: where only their sum (or maximum) matters.

A city has some ten thousand street nodes however many customers it has, and customers at the same
node have the same costs. In an optimal plan they may all be served alike, so the merged problem has
the same optimum, and any bound on it is a bound on the whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.location import Flows
from optimizer.travel import StreetCosts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.location import LocationProblem, LocationResult

SUMMED = frozenset(
    {"p_median", "fixed_charge", "set_cover", "partial_cover", "max_cover", "backup_cover"}
)
SHARED = frozenset({"capacitated", "two_level"})
"""Split kinds: merged where each customer's weight is its demand, so that shares can be alike."""


def merged(problem: LocationProblem) -> tuple[LocationProblem, NDArray[np.int64]] | None:
    """Return the problem with a customer a node and the merged customer of each, or None.

    None where nothing can be merged: the costs are not on streets, the kind tells customers at one
    node apart, or every customer has a node of its own.
    """
    costs = problem.costs
    alike = problem.kind in SUMMED or problem.kind == "p_center"
    if problem.kind in SHARED:
        alike = bool(np.array_equal(problem.weight, problem.demand))
    if not alike or not isinstance(costs, StreetCosts):
        return None
    node, rank = np.unique(costs.customer_node, return_inverse=True)
    if len(node) == len(costs.customer_node):
        return None
    weight, demand = np.zeros(len(node)), np.zeros(len(node))
    (np.maximum if problem.kind == "p_center" else np.add).at(weight, rank, problem.weight)
    np.add.at(demand, rank, problem.demand)
    fewer = costs.replace(customer_node=node.astype(np.int32))
    return problem.replace(costs=fewer, weight=weight, demand=demand), rank


def spread(result: LocationResult, rank: NDArray[np.int64]) -> LocationResult:
    """Return the answer of the merged problem for the customers it stands for."""
    assign = result.assign[rank]
    if result.flows is None:
        return result.replace(assign=assign)
    flows = result.flows
    order = np.argsort(flows.customer, kind="stable")
    start = np.searchsorted(flows.customer[order], np.arange(len(result.assign) + 1))
    count = np.diff(start)[rank]
    first = np.cumsum(count) - count
    entry = order[np.arange(count.sum()) - np.repeat(first - start[rank], count)]
    customer = np.repeat(np.arange(len(rank), dtype=np.int32), count)
    spread_out = Flows(
        customer,
        flows.site[entry],
        flows.share[entry],
        flows.hub_site,
        flows.hub,
        flows.hub_flow,
    )
    return result.replace(assign=assign, flows=spread_out)
