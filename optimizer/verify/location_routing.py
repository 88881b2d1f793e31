"""The second opinion on location with routes, from the definitions in `core.location_routing`.

Lengths, loads and costs are added up here anew, stop by stop (`math.fsum`); no code is shared with
the search. A bound is not re-proven; it must not exceed the objective.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from optimizer.core.result import Violation
from optimizer.core.routing import Rounding

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from optimizer.core.location_routing import (
        LocationRoutingProblem,
        LocationRoutingResult,
        Routes,
        Sites,
        Vehicles,
    )

EXACT = 1e-9  # relative; what sums of lengths may differ by
WHOLE = 1e-6  # what amounts, which are whole numbers, may differ by
OPTIMAL_GAP = 1e-6


def check_location_routing(
    problem: LocationRoutingProblem, result: LocationRoutingResult
) -> tuple[Violation, ...]:
    """Return everything that does not hold about an answer; empty if all does."""
    if result.status != "plan":
        return tuple(_check_no_plan(result))
    broken = tuple(_check_shape(problem, result))
    if broken:
        return broken
    found = [*_check_customers(problem, result), *_check_lower(problem, result)]
    found += _check_open(result.open, result.routes, "site")
    if problem.upper is not None:
        found += _check_upper(problem, result)
        found += _check_open(result.open_platforms, result.upper_routes, "platform")
    elif result.upper_routes.count or len(result.open_platforms):
        found.append(_broken("upper", "routes", "there is one echelon alone"))
    return (*found, *_check_words(problem, result))


def cost_of(problem: LocationRoutingProblem, result: LocationRoutingResult) -> float:
    """Return the objective of a plan, recomputed."""
    at_customers = list(zip(problem.x.tolist(), problem.y.tolist(), strict=True))
    at_sites = _points(problem.sites)
    parts = [float(problem.sites.opening_cost[site]) for site in result.open]
    parts += _route_costs(problem, problem.vehicles, result.routes, at_sites, at_customers)
    if problem.upper is not None:
        platforms, trucks = problem.upper.platforms, problem.upper.vehicles
        parts += [float(platforms.opening_cost[rank]) for rank in result.open_platforms]
        at = _points(platforms)
        parts += _route_costs(problem, trucks, result.upper_routes, at, at_sites)
    return math.fsum(parts)


def length_of(
    problem: LocationRoutingProblem, here: tuple[float, float], there: tuple[float, float]
) -> float:
    """Return the length of a way by the problem's rounding."""
    way = problem.factor * math.sqrt((here[0] - there[0]) ** 2 + (here[1] - there[1]) ** 2)
    if problem.rounding == Rounding.CEIL:
        return float(math.ceil(way - EXACT))
    if problem.rounding == Rounding.FLOOR:
        return float(math.floor(way + EXACT))
    if problem.rounding == Rounding.NEAREST:
        return float(math.floor(way + 0.5))
    return way


def _points(sites: Sites) -> list[tuple[float, float]]:
    return list(zip(sites.x.tolist(), sites.y.tolist(), strict=True))


def _route_costs(
    problem: LocationRoutingProblem,
    vehicles: Vehicles,
    routes: Routes,
    starts: list[tuple[float, float]],
    stops: list[tuple[float, float]],
) -> Iterator[float]:
    for route in range(routes.count):
        start = starts[routes.start[route]]
        way = [start, *(stops[stop] for stop in routes.stops(route)), start]
        yield vehicles.fixed_cost
        for rank in range(1, len(way)):
            yield vehicles.cost_per_length * length_of(problem, way[rank - 1], way[rank])


def _check_shape(
    problem: LocationRoutingProblem, result: LocationRoutingResult
) -> Iterator[Violation]:
    platforms = 0 if problem.upper is None else problem.upper.platforms.count
    echelons = (
        ("lower", result.routes, result.open, problem.sites.count, problem.customers),
        ("upper", result.upper_routes, result.open_platforms, platforms, problem.sites.count),
    )
    for where, routes, opened, starts, stops in echelons:
        first = routes.first.tolist()
        good = len(first) == routes.count + 1 and first[0] == 0 and first[-1] == len(routes.stop)
        if not good or len(routes.amount) != len(routes.stop):
            yield _broken("shape", where, "routes and their stops do not fit")
        elif any(first[rank] >= first[rank + 1] for rank in range(routes.count)):
            yield _broken("shape", where, "a route without stops")
        if not all(0 <= start < starts for start in routes.start.tolist()):
            yield _broken("shape", where, "a route begins where nothing is")
        if not all(0 <= stop < stops for stop in routes.stop.tolist()):
            yield _broken("shape", where, "a stop that is not there")
        if not all(0 <= site < starts for site in opened.tolist()):
            yield _broken("shape", where, "something is open that is not there")


def _check_customers(
    problem: LocationRoutingProblem, result: LocationRoutingResult
) -> Iterator[Violation]:
    """(1): everybody once, with the whole demand."""
    visits = Counter(result.routes.stop.tolist())
    for customer in range(problem.customers):
        if visits[customer] != 1:
            yield _broken("visits", f"customer {customer}", f"{visits[customer]} visits")
    for stop, amount in zip(result.routes.stop, result.routes.amount, strict=True):
        if abs(amount - problem.demand[stop]) > WHOLE:
            words = f"{amount:g} brought, {problem.demand[stop]:g} asked for"
            yield _broken("amount", f"customer {stop}", words)


def _check_lower(
    problem: LocationRoutingProblem, result: LocationRoutingResult
) -> Iterator[Violation]:
    yield from _check_vehicles(result.routes, problem.vehicles, "lower")
    yield from _check_capacity(result.routes, problem.sites, "site")


def _check_upper(
    problem: LocationRoutingProblem, result: LocationRoutingResult
) -> Iterator[Violation]:
    """(5), and (2) to (4) of the upper echelon."""
    upper, routes = problem.upper, result.upper_routes
    if upper is None:
        return
    yield from _check_vehicles(routes, upper.vehicles, "upper")
    yield from _check_capacity(routes, upper.platforms, "platform")
    sent, brought = _sent(result.routes), dict.fromkeys(range(problem.sites.count), 0.0)
    calls = Counter(routes.stop.tolist())
    for stop, amount in zip(routes.stop.tolist(), routes.amount.tolist(), strict=True):
        brought[stop] += amount
        if amount < 0:
            yield _broken("amount", f"site {stop}", f"{amount:g} is brought")
    for site, amount in brought.items():
        if abs(sent.get(site, 0.0) - amount) > WHOLE:
            words = f"{amount:g} comes, {sent.get(site, 0.0):g} leaves"
            yield _broken("balance", f"site {site}", words)
        if not upper.split and calls[site] > 1:
            yield _broken("split", f"site {site}", f"{calls[site]} visits")


def _check_vehicles(routes: Routes, vehicles: Vehicles, where: str) -> Iterator[Violation]:
    """(2) and (4)."""
    for route in range(routes.count):
        load = math.fsum(routes.amount[routes.first[route] : routes.first[route + 1]].tolist())
        if load > vehicles.capacity + WHOLE:
            words = f"{load:g} on board, {vehicles.capacity:g} fit"
            yield _broken("load", f"{where} route {route}", words)
    if vehicles.count_max is not None and routes.count > vehicles.count_max:
        yield _broken("vehicles", where, f"{routes.count} routes, {vehicles.count_max} vehicles")
    for start, count in Counter(routes.start.tolist()).items():
        if vehicles.per_site_max is not None and count > vehicles.per_site_max:
            words = f"{count} routes, {vehicles.per_site_max} at most"
            yield _broken("vehicles", f"{where} start {start}", words)


def _sent(routes: Routes) -> dict[int, float]:
    """Return what leaves each start."""
    sent: dict[int, float] = {}
    for route in range(routes.count):
        amounts = routes.amount[routes.first[route] : routes.first[route + 1]]
        start = int(routes.start[route])
        sent[start] = sent.get(start, 0.0) + math.fsum(amounts.tolist())
    return sent


def _check_capacity(routes: Routes, sites: Sites, kind: str) -> Iterator[Violation]:
    """(3)."""
    for site, amount in _sent(routes).items():
        if amount > sites.capacity[site] + WHOLE:
            words = f"{amount:g} leaves, {sites.capacity[site]:g} at most"
            yield _broken("capacity", f"{kind} {site}", words)


def _check_open(opened: NDArray[np.int32], routes: Routes, kind: str) -> Iterator[Violation]:
    told = opened.tolist()
    if told != sorted(set(told)):
        yield _broken("open", kind, "not in ascending order, or twice")
    for start in sorted(set(routes.start.tolist()) - set(told)):
        yield _broken("open", f"{kind} {start}", "routes leave it, and it is not open")


def _check_words(
    problem: LocationRoutingProblem, result: LocationRoutingResult
) -> Iterator[Violation]:
    """Objective, bound, proof and reason agree."""
    objective, bound = result.objective, result.bound
    if objective is None:
        yield _broken("objective", "plan", "a plan without a cost")
        return
    value = cost_of(problem, result)
    if not abs(objective - value) <= EXACT * max(abs(value), 1.0):
        yield _broken("objective", "plan", f"claimed {objective!r}, recomputed {value!r}")
    if result.stopped_by == "proof" and result.proof != "optimal":
        yield _broken("proof", "stopped_by", "stopped by a proof that is not there")
    if bound is None:
        if result.proof != "none":
            yield _broken("proof", result.proof, "nothing is proven without a bound")
        return
    if bound > objective + EXACT * max(abs(objective), 1.0):
        yield _broken("bound", "plan", f"{bound!r} is beyond the objective {objective!r}")
    gap = (objective - bound) / max(abs(objective), EXACT)
    expected = "optimal" if gap <= OPTIMAL_GAP * (1 + EXACT) else "gap"
    if result.proof != expected:
        yield _broken("proof", result.proof, f"the gap is {gap:.3g}")


def _check_no_plan(result: LocationRoutingResult) -> Iterator[Violation]:
    if result.objective is not None or result.routes.count or result.upper_routes.count:
        yield _broken("proof", result.status, "an answer without a plan has routes or a cost")
    if (result.status == "infeasible") != (result.proof == "infeasible"):
        yield _broken("proof", result.proof, f"the status is {result.status}")


def _broken(family: str, where: str, words: str) -> Violation:
    return Violation(f"location_routing: {family}", where, words)
