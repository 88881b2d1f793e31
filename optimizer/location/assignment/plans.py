"""From a search's answer to a plan that has been checked and evaluated in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.location.assignment.data import SLACK, column_site
from optimizer.location.record import Plan

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.location import LocationProblem
    from optimizer.location.assignment.data import Instance
    from optimizer.location.record import Record


def make_plan(
    problem: LocationProblem,
    instance: Instance,
    assign: NDArray[np.int32],
    opened: NDArray[np.bool_],
) -> Plan | None:
    """Return the plan with the cheapest sizes, or None where it breaks a rule of the problem.

    Parameters
    ----------
    instance : the problem's own, with every pair that was listed.
    assign : int32, shape (n,): site of each customer. opened : bool, shape (m,).
    """
    sites = np.flatnonzero(opened).astype(np.int32)
    most = problem.at_most
    if np.any(assign < 0) or not opened[assign].all():
        return None
    if len(sites) < problem.at_least or (most is not None and len(sites) > most):
        return None
    if np.any(problem.required & ~opened) or np.any(problem.forbidden & opened):
        return None
    rank = np.cumsum(opened) - 1
    load = np.bincount(rank[assign], weights=problem.demand, minlength=len(sites)).astype(float)
    size, fixed = _sizes(problem, sites, load)
    cost = pair_costs(instance, assign)
    objective = float(cost.sum() + (fixed.sum() if problem.kind == "single_source" else 0.0))
    if np.any(size < 0) or not np.isfinite(objective):
        return None
    return Plan(objective, sites, size, assign.astype(np.int32))


def pair_costs(instance: Instance, assign: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return the weighted cost of each customer's site, inf where that pair is not listed."""
    pairs = instance.pairs
    customers = instance.customers
    key = column_site(pairs).astype(np.int64) * customers + pairs.column_customer
    asked = assign.astype(np.int64) * customers + np.arange(customers)
    at = np.minimum(np.searchsorted(key, asked), max(len(key) - 1, 0))
    if not len(key):
        return np.full(customers, np.inf)
    return np.where(key[at] == asked, pairs.column_cost[at], np.inf)


def _sizes(
    problem: LocationProblem, sites: NDArray[np.int32], load: NDArray[np.float64]
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Return (row of the cheapest size that fits the load, its fixed cost); -1 where none does."""
    sizes = problem.sizes
    size = np.full(len(sites), -1, dtype=np.int32)
    fixed = np.full(len(sites), np.inf)
    rank = np.full(problem.costs.shape[1], -1)
    rank[sites] = np.arange(len(sites))
    for row in np.flatnonzero(rank[sizes.site] >= 0):
        at = rank[sizes.site[row]]
        fits = load[at] <= sizes.capacity[row] * (1.0 + SLACK)
        fits &= load[at] >= sizes.min_use[row] * (1.0 - SLACK)
        cost = sizes.fixed_cost[row] if problem.kind == "single_source" else 0.0
        if fits and cost < fixed[at]:
            size[at], fixed[at] = row, cost
    return size, fixed


def offer(
    record: Record,
    root: Instance,
    assign: NDArray[np.int32],
    opened: NDArray[np.bool_],
    phase: str,
) -> None:
    """Offer a plan if it holds."""
    plan = make_plan(record.problem, root, assign, opened)
    if plan is not None:
        record.offer(plan, phase)


def impossible(instance: Instance) -> bool:
    """Return whether no plan can be made of what is left."""
    unlisted = np.isfinite(instance.ceiling)
    lonely = np.any((np.diff(instance.pairs.row_start) == 0) & ~unlisted)
    usable = instance.usable
    few = int(usable.sum()) < instance.at_least or instance.at_least > instance.at_most
    return bool(lonely or few or np.any(instance.required & ~usable))


def cutoff_of(record: Record) -> float:
    """Return the cost that a plan has to stay below to be worth finding; inf without a plan."""
    if record.plan is None:
        return np.inf
    value = record.plan.objective
    if record.whole:
        return value - 1.0 + 1e-6 * max(1.0, abs(value) * 1e-3)
    return value - 2e-7 * abs(value)


def finish(record: Record, phase: str) -> None:
    """State that there is no plan below the cutoff."""
    if record.plan is None:
        record.proven(phase)
    elif record.whole:
        record.raise_bound(record.plan.objective, phase, exact=True)
    else:
        record.raise_bound(cutoff_of(record), phase)
