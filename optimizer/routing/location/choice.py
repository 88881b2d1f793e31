"""Which sets of sites are worth a run: a rough cost of each, fitted to the runs made so far.

The cost of a set beside its opening costs is told by a few figures: radial cost (every customer's
share of a full vehicle there and back, from its nearest open site), the same on the upper echelon,
demand above capacities under nearest service, and the number of sites. Their weights are fitted by
ridge regression to the costs that runs have found.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from optimizer.core.location_routing import LocationRoutingProblem
    from optimizer.routing.location.tables import Tables

    Set = tuple[int, ...]

EVERY = 12
"""With so many sites, all sets are listed; with more, those around the best are."""
MOST_OPEN = 12
"""Sites open in one plan of two echelons: upper tours are found over all sets of open sites."""
MOST_SPLIT = 4
"""The same where deliveries are split."""
ROUNDS = 5
BREADTH = 60
RIDGE = 1e-2


class Rough:
    """Rough costs of sets of sites."""

    def __init__(self, tables: Tables) -> None:
        self.problem = tables.problem
        problem, n = self.problem, self.problem.customers
        share = problem.demand / problem.vehicles.capacity
        to_site = tables.lower[:n, n:]
        self.radial = 2.0 * to_site * share[:, None] + 0.3 * to_site.min(axis=1, keepdims=True)
        self.supply = np.zeros(problem.sites.count)
        if problem.upper is not None and tables.upper is not None:
            out = tables.upper[problem.sites.count :, : problem.sites.count].min(axis=0)
            self.supply = 2.0 * out / problem.upper.vehicles.capacity
        scale = float(self.radial.min(axis=1).sum()) / max(float(problem.demand.sum()), 1.0)
        self.prior = np.array([1.0, 1.0, scale, 0.0, 0.0])
        self.weights = self.prior.copy()
        self._told: dict[Set, NDArray[np.float64]] = {}

    def figures(self, chosen: Set) -> NDArray[np.float64]:
        """Return the figures of a set."""
        if chosen not in self._told:
            sites = np.array(chosen)
            cost = self.radial[:, sites]
            nearest = cost.argmin(axis=1)
            load = np.bincount(nearest, weights=self.problem.demand, minlength=len(sites))
            over = np.maximum(load - self.problem.sites.capacity[sites], 0.0).sum()
            radial = cost[np.arange(len(cost)), nearest].sum()
            supply = (self.supply[sites] * load).sum()
            self._told[chosen] = np.array([radial, supply, over, float(len(sites)), 1.0])
        return self._told[chosen]

    def cost(self, chosen: Set) -> float:
        """Return the rough cost of a set."""
        opening = self.problem.sites.opening_cost[list(chosen)].sum()
        return float(opening + self.weights @ self.figures(chosen))

    def fit(self, found: dict[Set, float]) -> None:
        """Fit the weights to costs found by runs."""
        sets = list(found)
        rows = np.array([self.figures(chosen) for chosen in sets])
        opening = np.array([self.problem.sites.opening_cost[list(chosen)].sum() for chosen in sets])
        target = np.array([found[chosen] for chosen in sets]) - opening - rows @ self.prior
        scale = np.maximum(np.abs(rows).max(axis=0), 1e-9)
        rows = rows / scale
        square = rows.T @ rows + RIDGE * np.eye(rows.shape[1])
        self.weights = self.prior + np.linalg.solve(square, rows.T @ target) / scale


def most_open(problem: LocationRoutingProblem) -> int:
    """Return how many sites one configuration may hold."""
    if problem.upper is None:
        return problem.sites.count
    return min(MOST_SPLIT if problem.upper.split else MOST_OPEN, problem.sites.count)


def holds(problem: LocationRoutingProblem, chosen: Set) -> bool:
    """Tell whether a set has the capacity for all demand."""
    if not chosen or len(chosen) > most_open(problem):
        return False
    return bool(problem.sites.capacity[list(chosen)].sum() >= problem.demand.sum())


def around(problem: LocationRoutingProblem, chosen: Set) -> Iterable[Set]:
    """Yield the sets that differ by a site added, dropped or exchanged."""
    others = [site for site in range(problem.sites.count) if site not in chosen]
    less = [tuple(site for site in chosen if site != gone) for gone in chosen]
    for candidate in less:
        yield candidate
        for site in others:
            yield tuple(sorted((*candidate, site)))
    for site in others:
        yield tuple(sorted((*chosen, site)))


def candidates(rough: Rough, known: Iterable[Set]) -> list[Set]:
    """Return sets with enough capacity, in rising order of rough cost."""
    problem = rough.problem
    sites = range(problem.sites.count)
    if problem.sites.count <= EVERY:
        pool = {
            chosen
            for size in range(1, most_open(problem) + 1)
            for chosen in combinations(sites, size)
            if holds(problem, chosen)
        }
        return sorted(pool, key=lambda chosen: (rough.cost(chosen), chosen))
    pool = {chosen for chosen in known if holds(problem, chosen)} | set(_greedy(rough))
    grown: set[Set] = set()
    for _ in range(ROUNDS):
        best = sorted(pool - grown, key=lambda chosen: (rough.cost(chosen), chosen))[:BREADTH]
        grown |= set(best)
        for chosen in best:
            pool |= {other for other in around(problem, chosen) if holds(problem, other)}
    return sorted(pool, key=lambda chosen: (rough.cost(chosen), chosen))


def _greedy(rough: Rough) -> Iterable[Set]:
    """Yield the sets that arise by adding the best site again and again."""
    problem = rough.problem
    chosen: Set = ()
    while len(chosen) < most_open(problem):
        sets = [
            tuple(sorted((*chosen, site)))
            for site in range(problem.sites.count)
            if site not in chosen
        ]
        chosen = min(sets, key=lambda grown: (rough.cost(grown), grown))
        if holds(problem, chosen):
            yield chosen
