"""What the machinery works on: allowed pairs by customer and by site, and sizes of sites."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.location import LocationProblem

SLACK = 1e-9  # relative; what float64 sums of demands may lose against a capacity
PAIRS = 6_000_000  # listed pairs beyond which lists are cut, some 200 MB with both orders
PAIR_BYTES = 80  # at the peak of reading (measured: 73)


class Pairs(NamedTuple):
    """Arrays for kernels; n customers, m sites, e allowed pairs, k sizes.

    row_start : int64, shape (n + 1,); row_site, row_cost : pairs by customer, cheapest first.
    column_start : int64, shape (m + 1,); column_customer, column_cost : by site, customer
    ascending. Costs are weighted. demand : float64, shape (n,). size_start : int64, shape
    (m + 1,): sizes of a site, smallest first; fixed, capacity, min_use : float64, shape (k,).
    """

    row_start: NDArray[np.int64]
    row_site: NDArray[np.int32]
    row_cost: NDArray[np.float64]
    column_start: NDArray[np.int64]
    column_customer: NDArray[np.int32]
    column_cost: NDArray[np.float64]
    demand: NDArray[np.float64]
    size_start: NDArray[np.int64]
    fixed: NDArray[np.float64]
    capacity: NDArray[np.float64]
    min_use: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Instance:
    """Pairs and the rules over sites.

    size_row : int32, shape (k,): row of the problem's `Sizes`. required : bool, shape (m,).
    ceiling : float64, shape (n,): no pair left out costs less, inf where none is left out.
    """

    pairs: Pairs
    size_row: NDArray[np.int32]
    required: NDArray[np.bool_]
    at_least: int
    at_most: int
    ceiling: NDArray[np.float64]

    @property
    def customers(self) -> int:
        """Number of customers."""
        return len(self.pairs.demand)

    @property
    def sites(self) -> int:
        """Number of sites, closed ones included."""
        return len(self.required)

    @property
    def complete(self) -> bool:
        """Whether every allowed pair is listed."""
        return bool(np.all(np.isinf(self.ceiling)))

    @property
    def usable(self) -> NDArray[np.bool_]:
        """Sites that have a size left, shape (m,)."""
        return np.diff(self.pairs.size_start) > 0


def read(problem: LocationProblem) -> Instance:
    """Return the instance of a problem; pairs that no plan can use are left out."""
    sites = problem.costs.shape[1]
    sizes = problem.sizes
    demand = np.array(problem.demand, dtype=np.float64)
    total = float(demand.sum())
    lists = problem.costs.lists(nearest_of(problem))
    kept = ~problem.forbidden[sizes.site]
    row = np.flatnonzero(kept).astype(np.int32)
    row = row[np.lexsort((row, sizes.capacity[row], sizes.site[row]))]
    site = sizes.site[row]
    capacity = np.minimum(sizes.capacity[row], total)
    fixed = sizes.fixed_cost[row] if problem.kind == "single_source" else np.zeros(len(row))
    largest = np.full(sites, -1.0)
    np.maximum.at(largest, site, capacity)
    customer = lists.customer
    fits = demand[customer] <= largest[lists.site] * (1.0 + SLACK)
    weight = np.asarray(problem.weight, dtype=np.float64)
    ceiling = np.where(np.isinf(lists.beyond), np.inf, weight * lists.beyond)
    most = sites if problem.at_most is None else min(problem.at_most, sites)
    pairs = arrange(
        customer[fits],
        np.asarray(lists.site)[fits],
        (weight[customer] * lists.cost)[fits],
        demand,
        sites,
    )._replace(
        size_start=np.searchsorted(site, np.arange(sites + 1)).astype(np.int64),
        fixed=np.array(fixed),
        capacity=capacity,
        min_use=np.array(sizes.min_use[row]),
    )
    must = np.array(problem.required)
    found = Instance(pairs, row, must, max(problem.at_least, int(must.sum())), most, ceiling)
    return replace(found, at_least=max(found.at_least, fewest_sites(found)))


def arrange(
    customer: NDArray[np.int32],
    site: NDArray[np.int32],
    cost: NDArray[np.float64],
    demand: NDArray[np.float64],
    sites: int,
) -> Pairs:
    """Return pairs in both orders, without sizes."""
    by_row = np.lexsort((site, cost, customer))
    by_column = np.lexsort((customer, site))
    none = np.zeros(0)
    return Pairs(
        row_start=np.searchsorted(customer[by_row], np.arange(len(demand) + 1)).astype(np.int64),
        row_site=site[by_row].astype(np.int32),
        row_cost=cost[by_row],
        column_start=np.searchsorted(site[by_column], np.arange(sites + 1)).astype(np.int64),
        column_customer=customer[by_column].astype(np.int32),
        column_cost=cost[by_column],
        demand=demand,
        size_start=np.zeros(sites + 1, dtype=np.int64),
        fixed=none,
        capacity=none,
        min_use=none,
    )


def reduced(
    instance: Instance, keep: NDArray[np.bool_], usable: NDArray[np.bool_], must: NDArray[np.bool_]
) -> Instance:
    """Return the instance with fewer pairs and sites.

    Parameters
    ----------
    keep : bool, shape (e,), by site. usable, must : bool, shape (m,), sites left and required.
    """
    pairs = instance.pairs
    site = column_site(pairs)
    kept = keep & usable[site]
    size_site = np.repeat(np.arange(instance.sites), np.diff(pairs.size_start))
    sizes = usable[size_site]
    left = size_site[sizes]
    fewer = arrange(
        pairs.column_customer[kept],
        site[kept],
        pairs.column_cost[kept],
        pairs.demand,
        instance.sites,
    )._replace(
        size_start=np.searchsorted(left, np.arange(instance.sites + 1)).astype(np.int64),
        fixed=pairs.fixed[sizes],
        capacity=pairs.capacity[sizes],
        min_use=pairs.min_use[sizes],
    )
    required = instance.required | must
    least = max(instance.at_least, int(required.sum()))
    left_over = replace(
        instance,
        pairs=fewer,
        size_row=instance.size_row[sizes],
        required=required,
        at_least=least,
    )
    return replace(left_over, at_least=max(least, fewest_sites(left_over)))


def column_site(pairs: Pairs) -> NDArray[np.int32]:
    """Return the site of every pair in site order."""
    sites = len(pairs.column_start) - 1
    return np.repeat(np.arange(sites, dtype=np.int32), np.diff(pairs.column_start))


def largest_capacity(instance: Instance) -> NDArray[np.float64]:
    """Return the capacity of the largest size of each site, 0 without one, shape (m,)."""
    pairs = instance.pairs
    largest = np.zeros(instance.sites)
    size_site = np.repeat(np.arange(instance.sites), np.diff(pairs.size_start))
    np.maximum.at(largest, size_site, pairs.capacity)
    return largest


def fewest_sites(instance: Instance) -> int:
    """Return how many sites any plan opens, by capacity alone; m + 1 when all are too few."""
    total = float(instance.pairs.demand.sum())
    largest = largest_capacity(instance)
    first = largest[instance.required]
    rest = np.sort(largest[~instance.required & instance.usable])[::-1]
    reach = np.concatenate([[0.0], np.cumsum(np.concatenate([first, rest]))])
    enough = np.flatnonzero(reach * (1.0 + SLACK) >= total)
    return int(enough[0]) if len(enough) else instance.sites + 1


def needed_gb(problem: LocationProblem) -> float:
    """Return the memory that the pairs of a problem take while they are read."""
    customers, sites = problem.costs.shape
    return customers * min(nearest_of(problem) or sites, sites) * PAIR_BYTES / 1e9


def nearest_of(problem: LocationProblem) -> int | None:
    """Return how many sites a customer's list needs, None for all."""
    customers, sites = problem.costs.shape
    if customers * sites <= PAIRS // 2:
        return None
    room = problem.sizes.capacity[np.isfinite(problem.sizes.capacity)]
    typical = float(room.mean()) if len(room) else np.inf
    opened = max(1.0, float(problem.demand.sum()) / max(typical, 1e-9))
    if problem.at_most is not None:
        opened = min(opened, float(problem.at_most)) if opened > 1.0 else float(problem.at_most)
    wanted = max(64, int(10 * sites / opened))
    return max(min(wanted, sites, PAIRS // customers), 16)
