"""Compile every kernel into the cache beside the source, so that no two tests compile the same.

Usage: python .ci/compile.py ROOM..., rooms being siting, travel, capacity, plain, routes, hours.

Small problems of each kind are solved, as users solve them: whatever breaks ends this step.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from optimizer import engine, location
from optimizer.core.limits import Cancel, Limits
from optimizer.core.location import KINDS
from optimizer.core.routing import Paced
from optimizer.routing import plan_tours
from optimizer.routing.location import solve_location_routing
from optimizer.routing.strings.plan import compile_kernel as compile_strings
from optimizer.siting.warming import warm_up
from optimizer.travel import StreetCosts, many_to_many, travel_table
from optimizer.travel.prepared import hierarchy_of
from optimizer.travel.ways import ways
from optimizer.travel.weights import quickest
from tests.builders import grid_problem
from tests.hotels import busy_hotels
from tests.routing.builders import plane_problem
from tests.routing.location.towns import seeded as location_with_routes
from tests.siting.stacking.test_packing import town as town_with_hotels
from tests.travel.towns import grid
from tests.verify.location_answers import make

SMALL = Limits(gap=0.0, work=200, threads=1)
ALLOTTED = ("capacitated", "two_level", "single_source", "capacitated_median")
"""Kinds of location problem whose customers share capacity."""


def siting() -> None:
    """Solve towns, with and without hotels told in full."""
    if not warm_up(Cancel()):
        raise RuntimeError("the warm-up ended early")
    town = grid_problem(points=16, sites=5, seed=2)
    for problem in (town, busy_hotels(town_with_hotels(3), 3)):
        engine.solve(problem, SMALL, method="decomposition")


def travel() -> None:
    """Find times and costs on streets, by plain search and then by a hierarchy."""
    side, every = 6, np.arange(36, dtype=np.int32)
    arcs = grid(side)
    for _ in range(2):
        travel_table(arcs, side**2, every, every)
        for reverse in (False, True):
            many_to_many(arcs, side**2, every, every, cutoff_s=60, reverse=reverse)
        for direction in ("to_customer", "round_trip"):
            costs = StreetCosts(arcs, side**2, every, every[:9], direction)
            for nearest in (None, 3):
                costs.lists(nearest)
            costs.columns(every[:9])
            costs.within(60)
        hierarchy_of(quickest(arcs, side**2))
    ways(arcs, side**2, every, every[::-1].copy())


def capacity() -> None:
    """Solve location problems with capacity."""
    for kind in ALLOTTED:
        location.solve(make(kind), SMALL)


def plain() -> None:
    """Solve location problems without capacity."""
    for kind in [kind for kind in KINDS if kind not in ALLOTTED]:
        location.solve(make(kind), SMALL)


def routes() -> None:
    """Solve location problems with routes, in one echelon and two; plan by string removals."""
    compile_strings()
    for upper in (None, "whole", "split"):
        solve_location_routing(location_with_routes(1, upper=upper), Limits(work=20, threads=1))


def hours() -> None:
    """Plan tours whose travel changes with the hour."""
    way = np.array([[0, 60, 80], [60, 0, 50], [80, 50, 0]], dtype=np.int32)
    paced = Paced(way, way, np.array([1.0, 0.5]), np.array([0.0, 3600.0]))
    plan_tours(plane_problem([(0, 0), (1, 0), (0, 1)], travel={"van": paced}), Limits(work=1))


if __name__ == "__main__":
    for room in sys.argv[1:]:
        {
            "siting": siting,
            "travel": travel,
            "capacity": capacity,
            "plain": plain,
            "routes": routes,
            "hours": hours,
        }[room]()
