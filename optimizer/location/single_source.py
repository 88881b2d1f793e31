"""Capacitated location where each customer is served whole by one site, and its p-median.

Sets      customers i, sites j, sizes k of a site
Data      c[i,j] = weight[i] * cost[i,j]; demand[i]; fixed[k], capacity[k], min_use[k];
          at_least, at_most; required and forbidden sites
Variables y[k] in {0,1} size k is built; x[i,j] in {0,1} site j serves customer i
Minimise  sum_k fixed[k] y[k] + sum_ij c[i,j] x[i,j]       (capacitated_median: without fixed)
(1) sum_j x[i,j] = 1                                                    every customer i
(2) sum_k min_use[k] y[k] <= sum_i demand[i] x[i,j] <= sum_k capacity[k] y[k]   every site j
(3) sum_k y[k] <= 1, = 1 where required, = 0 where forbidden            every site j
(4) at_least <= sum y <= at_most

Bound: (1) is relaxed, one 0-1 knapsack a site remains (Holmberg, Ronnqvist, Yuan 1999,
doi:10.1016/S0377-2217(98)00008-3). Plans: annealing, then programmes over what reduced costs leave,
which also end the proof (Gadegaard, Klose, Nielsen 2018, doi:10.1007/s13675-017-0084-4).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.limits import silent
from optimizer.location import PROVE, solve
from optimizer.location.assignment.conduct import conduct
from optimizer.location.problem import make_problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from optimizer.core.costs import Costs
    from optimizer.core.limits import Cancel, Limits, Listener
    from optimizer.core.location import LocationResult, Sizes
    from optimizer.location.record import Record


def single_source(  # noqa: PLR0913 - one parameter per field, most with a default
    cost: ArrayLike | Costs,
    demand: ArrayLike,
    capacity: ArrayLike = np.inf,
    fixed_cost: ArrayLike = 0.0,
    *,
    weight: ArrayLike | None = None,
    min_use: ArrayLike = 0.0,
    sizes: Sizes | None = None,
    required: Sequence[int] = (),
    forbidden: Sequence[int] = (),
    existing: Sequence[int] = (),
    at_least: int = 0,
    at_most: int | None = None,
    cutoff: float | None = None,
    limits: Limits = PROVE,
    listener: Listener = silent,
    cancel: Cancel | None = None,
) -> LocationResult:
    """Open sites and assign each customer to one, at least fixed plus weighted service cost.

    Parameters
    ----------
    cost : table of shape (n, m), or any `Costs`; times `weight` (default 1), per customer.
    demand : shape (n,). capacity, fixed_cost, min_use : scalars or shape (m,); or `sizes`.

    Raises
    ------
    Refusal
        F701 to F704, see `make_problem`.
    """
    problem = make_problem(
        "single_source",
        cost,
        weight=1.0 if weight is None else weight,
        demand=demand,
        fixed_cost=fixed_cost,
        capacity=capacity,
        min_use=min_use,
        sizes=sizes,
        required=required,
        forbidden=forbidden,
        existing=existing,
        at_least=at_least,
        at_most=at_most,
        cutoff=cutoff,
    )
    return solve(problem, limits, listener=listener, cancel=cancel)


def capacitated_median(  # noqa: PLR0913 - one parameter per field, most with a default
    cost: ArrayLike | Costs,
    p: int,
    demand: ArrayLike,
    capacity: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    min_use: ArrayLike = 0.0,
    sizes: Sizes | None = None,
    required: Sequence[int] = (),
    forbidden: Sequence[int] = (),
    existing: Sequence[int] = (),
    at_least: int | None = None,
    cutoff: float | None = None,
    limits: Limits = PROVE,
    listener: Listener = silent,
    cancel: Cancel | None = None,
) -> LocationResult:
    """Open p sites (or from `at_least` to p) and assign each customer to one at least cost.

    Parameters
    ----------
    cost : table of shape (n, m), or any `Costs`; times `weight` (default 1), per customer.
    demand : shape (n,). capacity, min_use : scalars or shape (m,); or `sizes`.

    Raises
    ------
    Refusal
        F701 to F704, see `make_problem`.
    """
    problem = make_problem(
        "capacitated_median",
        cost,
        weight=1.0 if weight is None else weight,
        demand=demand,
        capacity=capacity,
        min_use=min_use,
        sizes=sizes,
        required=required,
        forbidden=forbidden,
        existing=existing,
        at_least=p if at_least is None else at_least,
        at_most=p,
        cutoff=cutoff,
    )
    return solve(problem, limits, listener=listener, cancel=cancel)


def run(record: Record) -> None:
    """Solve a problem of kind single_source or capacitated_median."""
    conduct(record)
