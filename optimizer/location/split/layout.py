"""Data of a split-demand problem in the order in which its kernels read them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.frozen import Frozen

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.location import LocationProblem

ENTRIES = 1_500_000  # pairs of the relaxation; beyond, each customer keeps its cheapest ones


@dataclass(frozen=True, eq=False)
class Layout(Frozen):
    """Pairs site by site and sizes site by site.

    start : int64, shape (m + 1,); the pairs of site j are entries start[j]:start[j + 1].
    customer : int32. cost : float64, weight times cost, of serving the whole customer.
    demand : float64, shape (n,). ceiling : float64, shape (n,): no pair left out costs less.
    size_start : int64, shape (m + 1,), over the sizes that may be built at all. size_row : int32,
    their rows in `Sizes`. size_site : int32. fixed, least, most : float64; `most` is capacity or
    the demand in reach, `least` the minimum use.
    must : bool, shape (m,). at_least, at_most : number of open sites.
    """

    start: NDArray[np.int64]
    customer: NDArray[np.int32]
    cost: NDArray[np.float64]
    demand: NDArray[np.float64]
    base: NDArray[np.float64]
    reference: NDArray[np.float64]
    ceiling: NDArray[np.float64]
    size_start: NDArray[np.int64]
    size_row: NDArray[np.int32]
    size_site: NDArray[np.int32]
    fixed: NDArray[np.float64]
    least: NDArray[np.float64]
    most: NDArray[np.float64]
    must: NDArray[np.bool_]
    at_least: int
    at_most: int

    @property
    def shape(self) -> tuple[int, int]:
        """(customers, sites)."""
        return len(self.demand), len(self.must)

    @property
    def site(self) -> NDArray[np.int64]:
        """Site of every pair."""
        return np.repeat(np.arange(self.shape[1]), np.diff(self.start))

    @property
    def complete(self) -> bool:
        """Whether no allowed pair is left out."""
        return bool(np.all(np.isinf(self.ceiling)))

    @property
    def total(self) -> float:
        """Demand of all customers."""
        return float(self.demand.sum())


def nearest_of(problem: LocationProblem, entries: int = ENTRIES) -> int | None:
    """Return how many sites each customer keeps, None = all."""
    customers, sites = problem.costs.shape
    nearest = max(entries // max(customers, 1), 1)
    # a minimum use may take customers from afar, which cut lists would have to give away free
    return nearest if nearest < sites and not problem.sizes.min_use.any() else None


def lay_out(problem: LocationProblem, entries: int = ENTRIES) -> Layout:
    """Return the layout; sizes on forbidden sites or of impossible use are left out."""
    customers, sites = problem.costs.shape
    lists = problem.costs.lists(nearest_of(problem, entries))
    cost = problem.weight[lists.customer] * lists.cost
    order = np.lexsort((cost, lists.site))
    customer, cost = lists.customer[order], cost[order]
    start = np.concatenate([[0], np.cumsum(np.bincount(lists.site, minlength=sites))])
    reach = np.bincount(lists.site, problem.demand[lists.customer], sites)
    if not lists.complete:
        reach[:] = problem.demand.sum()
    sizes = problem.sizes
    most = np.minimum(sizes.capacity, reach[sizes.site])
    usable = ~problem.forbidden[sizes.site]
    usable &= sizes.min_use <= most * (1.0 + 1e-9) + 1e-12
    rows = np.flatnonzero(usable).astype(np.int32)
    rows = rows[np.lexsort((rows, sizes.site[rows]))]
    count = np.bincount(sizes.site[rows], minlength=sites)
    known = np.isfinite(lists.beyond)
    ceiling = np.full(customers, np.inf)
    ceiling[known] = problem.weight[known] * lists.beyond[known]
    return Layout(
        start=start.astype(np.int64),
        customer=customer,
        cost=cost,
        demand=problem.demand,
        base=cost,
        reference=np.zeros(customers),
        ceiling=ceiling,
        size_start=np.concatenate([[0], np.cumsum(count)]).astype(np.int64),
        size_row=rows,
        size_site=sizes.site[rows].astype(np.int32),
        fixed=sizes.fixed_cost[rows].copy(),
        least=np.minimum(sizes.min_use[rows], most[rows]),
        most=most[rows].copy(),
        must=problem.required.copy(),
        at_least=problem.at_least,
        at_most=sites if problem.at_most is None else min(problem.at_most, sites),
    )


def resort(layout: Layout, u: NDArray[np.float64]) -> Layout:
    """Return the layout with its pairs sorted by reduced cost at `u`."""
    base = layout.cost - u[layout.customer]
    order = np.lexsort((base, layout.site))
    return layout.replace(
        customer=layout.customer[order],
        cost=layout.cost[order],
        base=base[order],
        reference=u.copy(),
    )
