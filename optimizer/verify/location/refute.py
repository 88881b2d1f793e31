"""Try to make a plan by hand where an answer says that there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.location import SPLIT, Flows, LocationResult
from optimizer.verify.location.case import Case
from optimizer.verify.location.prices import prices_of
from optimizer.verify.location.rules import RULES, check_sites

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.location import LocationProblem
    from optimizer.verify.location.prices import Prices

MOST_PAIRS = 4_000_000
"""Larger problems are not tried: this is a second look, not a solver."""


def feasible_plan(problem: LocationProblem) -> LocationResult | None:
    """Return a plan that keeps every rule, if simple greedy choices find one."""
    customers, sites = problem.costs.shape
    if customers * sites > MOST_PAIRS or problem.hubs is not None:
        return None
    prices = prices_of(problem.costs)
    everywhere = np.arange(sites, dtype=np.int64)
    columns = [prices.pairs(np.arange(customers), np.full(customers, j)) for j in everywhere]
    cost = np.stack(columns, axis=1) if columns else np.zeros((customers, 0))
    cost[np.isnan(cost)] = np.inf
    for opened in _site_sets(problem, cost):
        plan = _plan(problem, prices, cost, opened)
        if plan is not None:
            return plan
    return None


def _site_sets(problem: LocationProblem, cost: NDArray[np.float64]) -> list[NDArray[np.int64]]:
    """Return sets of sites to try: all that may open, and those that cover most, in turn."""
    allowed = np.flatnonzero(~problem.forbidden)
    most = len(allowed) if problem.at_most is None else min(problem.at_most, len(allowed))
    required = np.flatnonzero(problem.required)
    if len(required) > most or most < problem.at_least:
        return []
    radius = np.inf if problem.radius is None else problem.radius
    within = np.isfinite(cost) & (cost <= radius)
    chosen = required.tolist()
    fold = 2 if problem.kind == "backup_cover" else problem.fold
    while len(chosen) < most:
        short = within[:, chosen].sum(axis=1) < fold
        gain = np.where(problem.forbidden, -1, within[short].sum(axis=0))
        gain[chosen] = -1
        capacity = np.zeros(len(gain))
        np.maximum.at(capacity, problem.sizes.site, np.minimum(problem.sizes.capacity, 1e300))
        chosen.append(int(np.lexsort((-capacity, -gain))[0]))
    fewest = chosen[: max(problem.at_least, len(required))]
    return [np.sort(np.array(chosen, dtype=np.int64)), np.sort(np.array(fewest, dtype=np.int64))]


def _plan(
    problem: LocationProblem,
    prices: Prices,
    cost: NDArray[np.float64],
    opened: NDArray[np.int64],
) -> LocationResult | None:
    sizes = problem.sizes
    order = np.lexsort((-sizes.capacity, sizes.site))
    first = np.searchsorted(sizes.site[order], opened)
    size = order[first].astype(np.int32)  # the largest size of each site
    if not len(opened):
        return None
    assign = opened[cost[:, opened].argmin(axis=1)].astype(np.int32)
    radius = np.inf if problem.radius is None else problem.radius
    served = np.isfinite(cost[np.arange(len(assign)), assign])
    if "cover" in problem.kind:
        served &= cost[np.arange(len(assign)), assign] <= radius
    assign[~served] = -1
    flows = None
    if problem.kind in SPLIT | {"single_source", "capacitated_median"}:
        assign = _by_room(problem, cost, opened, sizes.capacity[size])
    if problem.kind in SPLIT:
        whole = np.flatnonzero(assign >= 0).astype(np.int32)
        flows = Flows(whole, assign[whole], np.ones(len(whole)))
    plan = LocationResult(
        status="plan",
        proof="none",
        stopped_by="user",
        open=opened.astype(np.int32),
        size=size,
        assign=assign,
        objective=0.0,
        bound=None,
        statistics={},
        flows=flows,
    )
    case = Case(problem, plan, prices)
    rules = (check_sites, *RULES[problem.kind])
    return None if any(True for rule in rules for _ in rule(case)) else plan


def _by_room(
    problem: LocationProblem,
    cost: NDArray[np.float64],
    opened: NDArray[np.int64],
    capacity: NDArray[np.float64],
) -> NDArray[np.int32]:
    """Assign customers, largest first, to the cheapest open site with room."""
    room = capacity.copy()
    assign = np.full(cost.shape[0], -1, dtype=np.int32)
    for customer in np.argsort(-problem.demand, kind="stable"):
        for place in np.argsort(cost[customer, opened], kind="stable"):
            fits = room[place] >= problem.demand[customer]
            if fits and np.isfinite(cost[customer, opened[place]]):
                assign[customer] = opened[place]
                room[place] -= problem.demand[customer]
                break
    return assign
