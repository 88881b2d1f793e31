"""From a problem to the arrays that searches work on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimizer.compiled import kernel
from optimizer.core.routing import Rounding
from optimizer.routing.location.state import LARGE, Data, State, make_state
from optimizer.routing.location.upper import partition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from optimizer.core.location_routing import LocationRoutingProblem

NEAR = 100
"""Neighbours of a seed that a ruin may reach."""
NEIGHBOURS = 3
TIGHT = 1.2
"""Capacity to demand, up to which capacities of sites may be exceeded at a price meanwhile."""
OPENING_SHARES = 1.5
"""That price at least, in opening costs per capacity: an overfull site must not replace another."""
ABSENCE = 4.0
"""Price of a customer on no route, in costs of the dearest way."""


@dataclass(frozen=True, eq=False)
class Tables:
    """Costs of driving, square, and neighbours as in `Data`.

    lower : customers, then sites. upper : sites, then platforms; None in one echelon.
    """

    problem: LocationRoutingProblem
    lower: NDArray[np.float64]
    upper: NDArray[np.float64] | None
    near: NDArray[np.int32]


def lengths(
    problem: LocationRoutingProblem, x: NDArray[np.float64], y: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return lengths between places, shape (k, k)."""
    way = problem.factor * np.hypot(x[:, None] - x[None, :], y[:, None] - y[None, :])
    if problem.rounding == Rounding.CEIL:
        return np.ceil(way - 1e-9)
    if problem.rounding == Rounding.NEAREST:
        return np.floor(way + 0.5)
    if problem.rounding == Rounding.FLOOR:
        return np.floor(way + 1e-9)
    return way


def make_tables(problem: LocationRoutingProblem) -> Tables:
    """Return the costs of driving on both echelons."""
    sites, n = problem.sites, problem.customers
    way = lengths(problem, np.r_[problem.x, sites.x], np.r_[problem.y, sites.y])
    lower = np.ascontiguousarray(way * problem.vehicles.cost_per_length)
    order = np.argsort(lower[:n, :n], axis=1, kind="stable")[:, :NEAR]
    upper = None
    if problem.upper is not None:
        platforms = problem.upper.platforms
        way = lengths(problem, np.r_[sites.x, platforms.x], np.r_[sites.y, platforms.y])
        upper = way * problem.upper.vehicles.cost_per_length
    return Tables(problem, lower, upper, np.ascontiguousarray(order, dtype=np.int32))


def make_data(tables: Tables, sites: Sequence[int], *, paid: bool = False) -> Data:
    """Return the data of a search in which these sites may open; paid : their opening costs are."""
    problem, chosen = tables.problem, np.array(sites, dtype=np.int32)
    n, m, vehicles = problem.customers, problem.sites.count, problem.vehicles
    allowed = np.zeros(m, dtype=bool)
    allowed[chosen] = True
    bit = np.full(m, -1, dtype=np.int32)
    bit[chosen] = np.arange(len(chosen))
    upper = problem.upper
    dearest = float(tables.lower.max()) + vehicles.fixed_cost
    if tables.upper is not None:
        dearest += float(tables.upper.max())
    limits = np.array(
        [
            vehicles.capacity,
            vehicles.fixed_cost,
            np.inf if vehicles.count_max is None else vehicles.count_max,
            np.inf if vehicles.per_site_max is None else vehicles.per_site_max,
            ABSENCE * dearest,
            np.inf if upper is None else upper.vehicles.capacity,
            1e9 if upper is None or upper.vehicles.count_max is None else upper.vehicles.count_max,
            float(upper is not None and upper.split),
            *_price_over(tables, chosen, paid=paid),
        ]
    )
    trip, at_least = np.zeros((0, 1)), np.zeros(1)
    if upper is not None and tables.upper is not None:
        between = np.ascontiguousarray(tables.upper[np.ix_(chosen, chosen)])
        out = np.ascontiguousarray(tables.upper[m:, chosen])
        trip = tour_costs(between, out, upper.vehicles.fixed_cost)
        at_least = np.zeros(trip.shape[1])
    none = np.zeros(0)
    data = Data(
        cost=tables.lower,
        near=tables.near,
        demand=np.array(problem.demand),
        capacity=np.array(problem.sites.capacity),
        opening=problem.sites.opening_cost * (0.0 if paid else 1.0),
        sunk=problem.sites.opening_cost * (1.0 if paid else 0.0),
        allowed=allowed,
        limits=limits,
        farness=tables.lower[:n, n + chosen].min(axis=1),
        bit=bit,
        trip=trip,
        at_least=at_least,
        platform_cost=none if upper is None else np.array(upper.platforms.opening_cost),
        platform_capacity=none if upper is None else np.array(upper.platforms.capacity),
    )
    if upper is not None:
        least_costs(data, make_state(data, (), 0))
    return data


def _price_over(tables: Tables, chosen: NDArray[np.int32], *, paid: bool) -> tuple[float, float]:
    """Return the first and the least price of a unit of demand above the capacity of a site.

    Where the sites have little more room than demand, routes can hardly be exchanged otherwise.
    """
    problem = tables.problem
    if problem.sites.capacity[chosen].sum() > TIGHT * problem.demand.sum():
        return LARGE, LARGE
    near = tables.lower[np.arange(problem.customers), tables.near[:, : NEIGHBOURS + 1].T]
    unit = float(near.mean()) / max(float(problem.demand.mean()), 1e-9)
    shares = problem.sites.opening_cost[chosen] / np.maximum(problem.sites.capacity[chosen], 1.0)
    least = 0.05 * unit + (0.0 if paid else OPENING_SHARES * float(shares.max()))
    return unit + 2.0 * least, least


@kernel
def tour_costs(
    between: NDArray[np.float64], out: NDArray[np.float64], fixed_cost: float
) -> NDArray[np.float64]:
    """Return the cost of the best tour from each platform over each set of sites, (p, 2**k).

    By dynamic programming (Held & Karp 1962). between : (k, k), symmetric; out : (p, k).
    """
    platforms, count = out.shape
    trip = np.full((platforms, 1 << count), np.inf)
    path = np.empty((1 << count, count))
    for platform in range(platforms):
        trip[platform, 0] = 0.0
        path[:] = np.inf
        for last in range(count):
            path[1 << last, last] = out[platform, last]
        for part in range(1, 1 << count):
            for last in range(count):
                way = path[part, last]
                if way == np.inf:
                    continue
                back = way + out[platform, last] + fixed_cost
                trip[platform, part] = min(trip[platform, part], back)
                for following in range(count):
                    if (part >> following) & 1 == 0:
                        reached = part | (1 << following)
                        onward = way + between[last, following]
                        path[reached, following] = min(path[reached, following], onward)
    return trip


@kernel
def least_costs(data: Data, state: State) -> None:
    """Write for each set of sites what supplying it costs if loads are nothing."""
    for part in range(len(state.subset)):
        state.subset[part] = 0.0
    partition(data, state, len(state.subset) - 1)
    for part in range(len(state.subset)):
        data.at_least[part] = state.merged[len(data.platform_cost), part]
