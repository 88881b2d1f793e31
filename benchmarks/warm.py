"""Compile kernels before the clock starts: solve a small problem of the same kind and costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.costs import DenseCosts
from optimizer.core.limits import Limits
from optimizer.core.location import Hubs, LocationProblem, Sizes

if TYPE_CHECKING:
    from collections.abc import Callable

    from optimizer.core.location import LocationResult

CUSTOMERS, SITES, OPEN = 60, 30, 4
WARM_LIMITS = Limits(time_s=3.0, gap=0.0)


def warm_up(problem: LocationProblem, solve: Callable[..., LocationResult], threads: int) -> None:
    """Solve a small seeded sister of a problem, so that its kernels are ready."""
    limits = Limits(time_s=WARM_LIMITS.time_s, gap=0.0, threads=threads)
    solve(sister(problem), limits)


def sister(problem: LocationProblem) -> LocationProblem:
    """Return a small problem with the same kind, the same fields in use, and costs of its class."""
    rng = np.random.default_rng(0)
    customers = SITES if problem.kind == "dispersion" else CUSTOMERS
    places = rng.uniform(0, 100, (customers, 2))
    sites = places[:SITES]
    cost = np.rint(np.hypot(*(places[:, None] - sites[None]).transpose(2, 0, 1)))
    if problem.kind == "huff":
        cost = 1.0 / (1.0 + cost)
    demand = rng.integers(1, 10, customers).astype(np.float64)
    fixed = np.full(SITES, 100.0) if np.any(problem.sizes.fixed_cost) else np.zeros(SITES)
    capacity = 3.0 * demand.sum() / SITES
    if problem.at_most is not None:
        capacity = 2.0 * demand.sum() / OPEN
    costs = DenseCosts(cost)
    nothing = np.zeros(SITES, dtype=bool)
    hubs = problem.hubs
    return LocationProblem(
        kind=problem.kind,
        costs=costs if isinstance(problem.costs, DenseCosts) else costs.lists(),
        weight=np.ones(customers) if np.ptp(problem.weight) == 0 else demand,
        demand=demand,
        sizes=Sizes(
            site=np.arange(SITES, dtype=np.int32),
            fixed_cost=fixed,
            capacity=np.where(np.isfinite(problem.sizes.capacity).any(), capacity, np.inf)
            * np.ones(SITES),
            min_use=np.zeros(SITES),
        ),
        required=nothing,
        forbidden=nothing,
        at_least=min(problem.at_least, OPEN),
        at_most=None if problem.at_most is None else max(OPEN, min(problem.at_least, OPEN)),
        radius=None if problem.radius is None else 25.0,
        share=problem.share,
        fold=1,
        rival=None if problem.rival is None else np.full(customers, 20.0),
        hubs=None if hubs is None else Hubs(np.ones((SITES, 3)), np.ones(3), np.full(3, np.inf)),
    )
