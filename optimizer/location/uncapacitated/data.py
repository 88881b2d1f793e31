"""Sorted lists of weighted costs, by customer and by site, and the exact value of a plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimizer.compiled import kernel
from optimizer.core.costs import CostLists, DenseCosts
from optimizer.core.frozen import Frozen
from optimizer.location.record import Plan

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.location import LocationProblem

WHOLE_CHECK = 20_000_000  # pairs; larger tables are not searched for fractions
COLUMN_BLOCK = 64  # sites whose dense columns are held at once


@dataclass(frozen=True, eq=False)
class Uncapacitated(Frozen):
    """n customers x m sites, forbidden ones left out and the rest numbered anew.

    start : int64, shape (n + 1,). site : int32, cost : float64, weight[i] * cost[i,j]: customer i
        has entries start[i]:start[i + 1], cheapest first.
    beyond : float64, shape (n,), weighted: no site of this data outside the list of i costs less;
        inf where all others are not allowed.
    site_start : int64, shape (m + 1,). site_customer : int32, site_cost : float64: the same pairs
        by site, customers in ascending order.
    fixed : float64, shape (m,). required : bool, shape (m,).
    at_least, at_most : 0 <= at_least, at_most <= m; an empty range means infeasible.
    site_id : int32, shape (m,), ascending: number of each site in the problem.
    whole : every feasible objective is a whole number.
    """

    start: NDArray[np.int64]
    site: NDArray[np.int32]
    cost: NDArray[np.float64]
    beyond: NDArray[np.float64]
    site_start: NDArray[np.int64]
    site_customer: NDArray[np.int32]
    site_cost: NDArray[np.float64]
    fixed: NDArray[np.float64]
    required: NDArray[np.bool_]
    at_least: int
    at_most: int
    site_id: NDArray[np.int32]
    whole: bool

    @property
    def shape(self) -> tuple[int, int]:
        """(customers, sites)."""
        return len(self.start) - 1, len(self.site_id)

    @property
    def complete(self) -> bool:
        """Whether every allowed pair between these customers and sites is listed."""
        return bool(np.all(np.isinf(self.beyond)))

    @property
    def impossible(self) -> bool:
        """Whether counts, required sites or a customer that nothing serves rule out every plan."""
        few = len(self.site_id) < self.at_least or self.at_most < self.at_least
        alone = (np.diff(self.start) == 0) & np.isinf(self.beyond)
        return bool(few or self.required.sum() > self.at_most or alone.any())


def uncapacitated(problem: LocationProblem, nearest: int | None = None) -> Uncapacitated:
    """Return the data of a p-median or fixed-charge problem, at most `nearest` sites a customer.

    Of several sizes of a site the cheapest counts; p-median has no fixed costs.
    """
    lists = problem.costs.lists(nearest)
    allowed = np.flatnonzero(~problem.forbidden).astype(np.int32)
    fixed = np.zeros(len(problem.forbidden))
    if problem.kind != "p_median":
        fixed = problem.sizes.fixed_cost[cheapest_sizes(problem)]
    start, site, cost = lists.start, lists.site, lists.cost
    if problem.forbidden.any():
        start, site, cost = _without(lists, problem.forbidden)
    most = len(allowed) if problem.at_most is None else min(problem.at_most, len(allowed))
    kept = CostLists(start, site, cost, lists.beyond, len(allowed))
    return _weighted(problem, kept, fixed, allowed, most, whole=_whole(problem, fixed))


def over_sites(
    problem: LocationProblem, data: Uncapacitated, kept: NDArray[np.bool_]
) -> Uncapacitated:
    """Return complete data over some sites alone (bool, shape (m,)), read anew where lists end."""
    if data.complete:
        return restricted(data, kept)
    sites = data.site_id[kept]
    table = problem.costs.columns(sites)
    fixed = np.zeros(len(problem.forbidden))
    fixed[data.site_id] = data.fixed
    amounts = table[np.isfinite(table)]
    whole = all(_integral(part) for part in (amounts, problem.weight, data.fixed[kept]))
    most = min(data.at_most, len(sites))
    return _weighted(problem, DenseCosts(table).lists(), fixed, sites, most, whole=whole)


def _weighted(
    problem: LocationProblem,
    lists: CostLists,
    fixed: NDArray[np.float64],
    sites: NDArray[np.int32],
    most: int,
    *,
    whole: bool,
) -> Uncapacitated:
    """Return the data of `lists`, whose sites are numbered as in `sites`."""
    weight = problem.weight
    cost = lists.cost * np.repeat(weight, np.diff(lists.start))
    with np.errstate(invalid="ignore"):
        beyond = np.where(np.isinf(lists.beyond), np.inf, lists.beyond * weight)
    return Uncapacitated(
        lists.start,
        lists.site,
        cost,
        beyond,
        *_by_site(lists.start, lists.site, cost, len(sites)),
        fixed=fixed[sites],
        required=problem.required[sites],
        at_least=problem.at_least,
        at_most=most,
        site_id=sites,
        whole=whole,
    )


def restricted(
    data: Uncapacitated, kept: NDArray[np.bool_], required: NDArray[np.bool_] | None = None
) -> Uncapacitated:
    """Return the data over some sites alone (bool, shape (m,)); `required` numbered as in `data`.

    `beyond` stays: what was unlisted is not cheaper than before.
    """
    lists = CostLists(data.start, data.site, data.cost, data.beyond, len(kept))
    start, site, cost = _without(lists, ~kept)
    sites = int(kept.sum())
    must = data.required if required is None else required
    return Uncapacitated(
        start,
        site,
        cost,
        data.beyond,
        *_by_site(start, site, cost, sites),
        fixed=data.fixed[kept],
        required=must[kept],
        at_least=data.at_least,
        at_most=min(data.at_most, sites),
        site_id=data.site_id[kept],
        whole=data.whole,
    )


def full_plan(
    problem: LocationProblem, data: Uncapacitated, sites: NDArray[np.int32]
) -> Plan | None:
    """Return the plan that opens `sites` (numbered as in `data`), evaluated in full.

    None where some customer is not served. Customers whose list holds no open site are looked up
    in the dense columns of the open sites.
    """
    chosen = np.sort(np.asarray(sites, dtype=np.int32))
    opened = data.site_id[chosen]
    is_open = np.zeros(data.shape[1], dtype=np.bool_)
    is_open[chosen] = True
    entry = first_open(data.start, data.site, is_open)
    listed = entry >= 0
    if not listed.all() and (not len(opened) or data.complete):
        return None
    assign = np.full(data.shape[0], -1, dtype=np.int32)
    served = np.zeros(data.shape[0])
    assign[listed] = data.site_id[data.site[entry[listed]]]
    served[listed] = data.cost[entry[listed]]
    if not listed.all():
        far = np.flatnonzero(~listed)
        assign[far], served[far] = _nearest(problem, opened, far)
        if not np.isfinite(served).all():
            return None
    size = cheapest_sizes(problem)[opened]
    objective = float(served.sum()) + float(data.fixed[chosen].sum())
    return Plan(objective, opened, size, assign)


def cheapest_sizes(problem: LocationProblem) -> NDArray[np.int32]:
    """Return the row of `Sizes` with the least fixed cost at each site, shape (m,)."""
    sizes = problem.sizes
    order = np.lexsort((sizes.fixed_cost, sizes.site))
    _, first = np.unique(sizes.site[order], return_index=True)
    return order[first].astype(np.int32)


@kernel
def first_open(
    start: NDArray[np.int64], site: NDArray[np.int32], is_open: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Return the entry of the cheapest open site of each customer, shape (n,), -1 where none."""
    customers = len(start) - 1
    found = np.full(customers, -1, dtype=np.int64)
    for i in range(customers):
        for e in range(start[i], start[i + 1]):
            if is_open[site[e]]:
                found[i] = e
                break
    return found


def _nearest(
    problem: LocationProblem, opened: NDArray[np.int32], far: NDArray[np.int64]
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Return the nearest open site of the customers `far`, and its weighted cost."""
    best = np.full(len(far), np.inf)
    nearest = np.full(len(far), -1, dtype=np.int32)
    for first in range(0, len(opened), COLUMN_BLOCK):
        block = opened[first : first + COLUMN_BLOCK]
        table = problem.costs.columns(block)[far]
        rank = table.argmin(axis=1)
        cost = table[np.arange(len(far)), rank]
        better = cost < best
        best[better] = cost[better]
        nearest[better] = block[rank[better]]
    known = np.isfinite(best)
    best[known] *= problem.weight[far[known]]
    return nearest, best


def _without(
    lists: CostLists, gone: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
    """Return start, site, cost without some sites, the rest numbered anew."""
    kept = ~gone[lists.site]
    ahead = np.concatenate([[0], np.cumsum(kept)]).astype(np.int64)
    number = (np.cumsum(~gone) - 1).astype(np.int32)
    return ahead[lists.start], number[lists.site[kept]], lists.cost[kept]


@kernel
def _by_site(
    start: NDArray[np.int64], site: NDArray[np.int32], cost: NDArray[np.float64], sites: int
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
    """Return the entries by site: start, customer, cost."""
    first = np.zeros(sites + 1, dtype=np.int64)
    for e in range(len(site)):
        first[site[e] + 1] += 1
    for j in range(sites):
        first[j + 1] += first[j]
    place = first[:-1].copy()
    customer = np.empty(len(site), dtype=np.int32)
    amount = np.empty(len(site))
    for i in range(len(start) - 1):
        for e in range(start[i], start[i + 1]):
            where = place[site[e]]
            customer[where] = i
            amount[where] = cost[e]
            place[site[e]] = where + 1
    return first, customer, amount


def _whole(problem: LocationProblem, fixed: NDArray[np.float64]) -> bool:
    """Whether weights, fixed costs and every allowed cost are known to be whole numbers."""
    costs = problem.costs
    if isinstance(costs, DenseCosts) and costs.cost.size <= WHOLE_CHECK:
        amounts = costs.cost[np.isfinite(costs.cost)]
    elif isinstance(costs, CostLists) and costs.complete:
        amounts = costs.cost
    else:
        return False
    return all(_integral(part) for part in (amounts, problem.weight, fixed))


def _integral(amounts: NDArray[np.float64]) -> bool:
    return bool(np.all(amounts == np.floor(amounts)))
