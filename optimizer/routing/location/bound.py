"""A lower bound: customers are priced, sites plan q-routes for themselves, and sets are chosen.

Every customer must be visited; that is relaxed with a price each (Lagrange). What is left falls
apart by site: the least cost less prices Z[j] of q-routes from j within its capacity
(`qroutes.py`). For any prices

    sum of prices + min over sets S that hold all demand of
                    sum over j in S of opening cost[j] + upper(S)
                    + max(sum over j in S of Z[j], sum over i of min over j in S of share[i, j])

is no more than any plan costs, because a plan's routes are q-routes; share[i, j] is customer i's
part, by load, of the q-route from j through i that is cheapest per unit of load (Baldacci,
Mingozzi & Wolfler Calvo 2011, doi:10.1287/opre.1110.0989). The prices are improved by
subgradient steps (Held, Wolfe & Crowder 1974, doi:10.1007/BF01580223). upper(S) is a mean of two
figures that each bound the upper echelon: platforms and tours for S without capacities, and
platforms that hold all demand with, for each unit of load, its share of a full vehicle there and
back (the second one is charged inside Z).
"""

from __future__ import annotations

import math
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.routing import Rounding
from optimizer.routing.location.qroutes import cheapest_loads
from optimizer.routing.location.tables import make_data

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from optimizer.core.location_routing import LocationRoutingProblem
    from optimizer.routing.location.runner import Plan
    from optimizer.routing.location.tables import Tables

LEVELS = 1000
"""Loads that are told apart; larger capacities are counted in coarser units, rounded down."""
MOST_SITES = 20
"""Sites up to which all sets are looked at; with more, there is no bound."""
MOST_SETS = 15
"""Sites up to which tours for all sets are looked at, for the upper echelon."""
PATIENCE = 3
"""Steps without a better bound after which they become shorter, by this factor:"""
SHORTER = 0.7
BLOCK = 512
"""Sets that are looked at together."""
SAFETY = 1e-9
"""Relative; what sums in float64 may lose."""
OPERATIONS_PER_MS = 300_000


@dataclass(frozen=True, eq=False)
class Relaxation:
    """What the prices do not change.

    kept : customers that are looked at; the others have no demand in the units of the loads, and
    leaving them out makes no route longer. demand, room, charges : as in `cheapest_loads`.
    fixed : float64, (2**m,), opening and upper costs of each set of sites, inf where it holds too
    little.
    """

    kept: NDArray[np.int64]
    cost: NDArray[np.float64]
    demand: NDArray[np.int64]
    room: NDArray[np.int64]
    charges: NDArray[np.float64]
    fixed: NDArray[np.float64]

    @property
    def operations(self) -> float:
        """Steps of one look at all sites."""
        n = len(self.demand)
        vehicle, held = self.room.T.astype(np.float64)
        return float((vehicle * n * n + vehicle * held + vehicle**2 * n / 4.0).sum())


def relax(tables: Tables) -> Relaxation | None:
    """Return the relaxation of a problem; None where there is none (see `MOST_SITES`)."""
    problem = tables.problem
    m, n = problem.sites.count, problem.customers
    if m > MOST_SITES or n == 0:
        return None
    goods, capacity = problem.demand.astype(np.int64), int(problem.vehicles.capacity)
    unit = int(np.gcd.reduce(goods)) or 1
    unit *= max(math.ceil(capacity / unit / LEVELS), 1)
    kept = np.flatnonzero(goods >= unit)
    if len(kept) == 0 or (len(kept) < n and problem.rounding == Rounding.NEAREST):
        return None  # a detour may be shorter where lengths are rounded to the nearest
    nodes = np.r_[kept, n : n + m]
    demand = goods[kept] // unit
    most = problem.vehicles.per_site_max
    held = np.minimum(problem.sites.capacity, problem.demand.sum()) // unit
    vehicle = capacity // unit
    room = np.full((m, 2), vehicle, dtype=np.int64)
    room[:, 1] = held if most is None else np.minimum(held, most * vehicle)
    room[:, 1] = np.minimum(room[:, 1], demand.sum())
    supply, fixed = _upper(tables)
    charges = np.column_stack([np.full(m, problem.vehicles.fixed_cost), supply * unit])
    fixed = fixed + _sums(problem.sites.opening_cost)
    fixed[_sums(problem.sites.capacity) < problem.demand.sum()] = np.inf
    cost = np.ascontiguousarray(tables.lower[np.ix_(nodes, nodes)])
    return Relaxation(kept, cost, demand, room, charges, fixed)


def _sums(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sum of values over each set, shape (2**m,)."""
    sums = np.zeros(1)
    for value in values:
        sums = np.concatenate([sums, sums + value])
    return sums


def _upper(tables: Tables) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what a unit of load costs above at least, by site, and each set at least."""
    problem = tables.problem
    m = problem.sites.count
    upper = problem.upper
    if upper is None or tables.upper is None:
        return np.zeros(m), np.zeros(1 << m)
    out = tables.upper[m:, :m].min(axis=0)
    supply = (2.0 * out + upper.vehicles.fixed_cost) / upper.vehicles.capacity
    opening = _least_opening(problem)
    full = problem.demand.sum() / upper.vehicles.capacity
    if m > MOST_SETS:
        return supply, np.full(1 << m, opening)
    floor = make_data(tables, range(m)).at_least
    weight = 1.0 if full <= 1.0 else 0.5
    return (1.0 - weight) * supply, weight * floor + (1.0 - weight) * opening


def _least_opening(problem: LocationRoutingProblem) -> float:
    """Return the least opening cost of platforms that hold all demand."""
    if problem.upper is None:
        return 0.0
    platforms = problem.upper.platforms
    total = problem.demand.sum()
    costs = [
        float(platforms.opening_cost[list(chosen)].sum())
        for size in range(1, platforms.count + 1)
        for chosen in combinations(range(platforms.count), size)
        if platforms.capacity[list(chosen)].sum() >= total
    ]
    return min(costs, default=0.0)


def first_prices(tables: Tables, plan: Plan, kept: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return prices to begin with: each customer's share of its route and site in a plan."""
    problem = tables.problem
    price = np.zeros(problem.customers)
    for site, stops in plan:
        way = [problem.customers + site, *stops, problem.customers + site]
        cost = problem.vehicles.fixed_cost + tables.lower[way[:-1], way[1:]].sum()
        load = max(float(problem.demand[stops].sum()), 1e-9)
        price[stops] = cost * problem.demand[stops] / load
    opened = sum(float(problem.sites.opening_cost[site]) for site in {site for site, _ in plan})
    price += opened * problem.demand / max(float(problem.demand.sum()), 1e-9)
    return price[kept]


def lower_bound(
    tables: Tables,
    plan: Plan,
    value: float,
    *,
    seconds: float | None,
    work: float | None,
    threads: int,
    stop: Callable[[], bool],
) -> float | None:
    """Return a proven lower bound; see the head of this file.

    plan, value : to begin with. seconds : to spend; or work, milliseconds of one core, from which
    the number of steps is told beforehand.
    """
    relaxation = relax(tables)
    if relaxation is None or not plan:
        return None
    m = len(relaxation.room)
    price = first_prices(tables, plan, relaxation.kept)
    each = relaxation.operations / OPERATIONS_PER_MS
    steps = 10**9 if work is None else max(int(work / max(each, 1e-9)), 1)
    best, length, idle = -math.inf, 1.0, 0
    begin = time.monotonic()
    with ThreadPoolExecutor(threads) as pool:
        for step in range(steps):
            bound, excess = _look(relaxation, price, pool, m)
            if bound > best:
                best, idle = bound, 0
            else:
                idle += 1
            if idle >= PATIENCE:
                length, idle = length * SHORTER, 0
            square = float(excess @ excess)
            late = seconds is not None and (time.monotonic() - begin) * (step + 2) > (
                seconds * (step + 1)
            )
            if square == 0.0 or length < 0.002 or late or stop():
                break
            price = price + length * max(value - bound, 1e-6 * abs(value)) / square * excess
    return _safe(tables.problem, best)


def _look(
    relaxation: Relaxation, price: NDArray[np.float64], pool: ThreadPoolExecutor, m: int
) -> tuple[float, NDArray[np.float64]]:
    """Return the bound of some prices, and 1 - visits of each customer in what attains it."""
    count = len(price)
    visits = np.empty((m, count + 1, count + 1))

    def plan_of(site: int) -> float:
        return cheapest_loads(
            relaxation.cost,
            count + site,
            relaxation.demand,
            price,
            relaxation.room[site],
            relaxation.charges[site],
            visits[site],
        )

    gains = np.array(list(pool.map(plan_of, range(m))))
    share = visits[:, :count, count]
    value, chosen, by_share = _least_set(relaxation.fixed, _sums(gains), share)
    sites = np.flatnonzero(chosen >> np.arange(m) & 1)
    if by_share:
        nearest = sites[share[sites].argmin(axis=0)]
        served = visits[nearest, np.arange(count), :count].sum(axis=0)
    else:
        served = visits[sites, count, :count].sum(axis=0)
    return float(price.sum() + value), 1.0 - served


def _least_set(
    fixed: NDArray[np.float64], gains: NDArray[np.float64], share: NDArray[np.float64]
) -> tuple[float, int, bool]:
    """Return the least value of a set, the set, and whether shares tell it.

    fixed, gains : (2**m,). share : (m, n). Sets are looked at in rising order of what they cost at
    least, until no other can be less.
    """
    m = len(share)
    floor = fixed + np.maximum(gains, share.min(axis=0).sum())
    order = np.argsort(floor, kind="stable")
    least, chosen, by_share = np.inf, int(order[0]), False
    for begin in range(0, len(order), BLOCK):
        sets = order[begin : begin + BLOCK]
        sets = sets[floor[sets] < least]
        if len(sets) == 0:
            break
        inside = (sets[:, None] >> np.arange(m) & 1).astype(bool)
        told = np.where(inside[:, :, None], share[None], np.inf).min(axis=1).sum(axis=1)
        value = fixed[sets] + np.maximum(gains[sets], told)
        best = int(value.argmin())
        if value[best] < least:
            least, chosen = float(value[best]), int(sets[best])
            by_share = bool(told[best] > gains[chosen])
    return least, chosen, by_share


def _safe(problem: LocationRoutingProblem, bound: float) -> float | None:
    """Return a bound rounded down by what sums may lose; up where every cost is whole."""
    if not math.isfinite(bound):
        return None
    bound -= SAFETY * max(abs(bound), 1.0)
    vehicles = problem.vehicles
    parts = [*problem.sites.opening_cost.tolist(), vehicles.fixed_cost, vehicles.cost_per_length]
    if (
        problem.upper is None
        and problem.rounding != Rounding.REAL
        and all(p == int(p) for p in parts)
    ):
        return float(math.ceil(bound - 1e-6 * max(abs(bound) * 1e-3, 1.0)))
    return bound
