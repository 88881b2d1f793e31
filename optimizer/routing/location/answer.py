"""From plans of a search to the answer, evaluated in full; what cannot be solved at all."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.location_routing import LocationRoutingResult, Routes, no_routes
from optimizer.routing.location.tables import make_tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimizer.core.limits import Budget
    from optimizer.core.location_routing import LocationRoutingProblem
    from optimizer.routing.location.runner import Plan
    from optimizer.routing.location.tables import Tables
    from optimizer.routing.location.upper_plan import Tour

OPTIMAL_GAP = 1e-6
"""Relative gap at which an answer may be called optimal."""


def impossible(problem: LocationRoutingProblem) -> bool:
    """Tell whether demand exceeds what vehicles or sites hold."""
    vehicles, demand = problem.vehicles, problem.demand
    total = float(demand.sum())
    most = math.inf if vehicles.count_max is None else vehicles.count_max * vehicles.capacity
    held = problem.sites.capacity.sum()
    if problem.upper is not None:
        trucks = problem.upper.vehicles
        held = min(held, problem.upper.platforms.capacity.sum())
        if trucks.count_max is not None:
            most = min(most, trucks.count_max * trucks.capacity)
    largest = float(demand.max(initial=0.0))
    return largest > vehicles.capacity or total > most or total > held


def answer(
    problem: LocationRoutingProblem,
    plan: Plan,
    tours: Sequence[Tour],
    bound: float | None,
    budget: Budget,
    statistics: dict[str, float],
    *,
    infeasible: bool = False,
) -> LocationRoutingResult:
    """Return the answer; its objective is added up anew."""
    none = np.zeros(0, dtype=np.int32)
    if infeasible or not plan:
        status = "infeasible" if infeasible else "no_plan"
        proof = "infeasible" if infeasible else "none"
        reason = "proof" if infeasible else budget.stop_reason() or _spent(budget)
        return LocationRoutingResult(
            status, proof, reason, none, no_routes(), None, bound, statistics
        )
    lower = [(site, stops, [float(problem.demand[stop]) for stop in stops]) for site, stops in plan]
    objective = total_cost(make_tables(problem), plan, tours)
    if bound is not None:
        bound = min(bound, objective)
    gap = None if bound is None else (objective - bound) / max(abs(objective), 1e-9)
    proven = gap is not None and gap <= OPTIMAL_GAP
    proof = "none" if gap is None else "optimal" if proven else "gap"
    return LocationRoutingResult(
        status="plan",
        proof=proof,
        stopped_by="proof" if proven else budget.stop_reason() or _spent(budget),
        open=np.array(sorted({site for site, _ in plan}), dtype=np.int32),
        routes=_routes(lower),
        objective=objective,
        bound=bound,
        statistics=statistics,
        open_platforms=np.array(sorted({tour[0] for tour in tours}), dtype=np.int32),
        upper_routes=_routes(tours),
    )


def total_cost(tables: Tables, plan: Plan, tours: Sequence[Tour]) -> float:
    """Return what a plan costs, added up from its parts."""
    problem = tables.problem
    opened = sorted({site for site, _ in plan})
    parts = [float(problem.sites.opening_cost[site]) for site in opened]
    for site, stops in plan:
        way = [problem.customers + site, *stops, problem.customers + site]
        parts.append(problem.vehicles.fixed_cost)
        parts += tables.lower[way[:-1], way[1:]].tolist()
    if problem.upper is None or tables.upper is None:
        return math.fsum(parts)
    platforms = sorted({tour[0] for tour in tours})
    parts += [float(problem.upper.platforms.opening_cost[rank]) for rank in platforms]
    for platform, stops, _ in tours:
        start = problem.sites.count + platform
        way = [start, *stops, start]
        parts.append(problem.upper.vehicles.fixed_cost)
        parts += tables.upper[way[:-1], way[1:]].tolist()
    return math.fsum(parts)


def _spent(budget: Budget) -> str:
    """Return which limit ended a race that came to its end."""
    return "time" if budget.limits.work is None else "work"


def _routes(tours: Sequence[Tour]) -> Routes:
    first = np.cumsum([0, *(len(stops) for _, stops, _ in tours)])
    return Routes(
        start=np.array([start for start, _, _ in tours], dtype=np.int32),
        first=first.astype(np.int64),
        stop=np.array([stop for _, stops, _ in tours for stop in stops], dtype=np.int32),
        amount=np.array([part for _, _, amounts in tours for part in amounts], dtype=np.float64),
    )
