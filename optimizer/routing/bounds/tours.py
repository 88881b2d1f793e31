"""A lower bound on the cost of any tours of a routing problem."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.frozen import Frozen
from optimizer.routing.bounds.ascent import carried, raise_prices
from optimizer.routing.bounds.plain import (
    ASSIGNMENT_STOPS_MAX,
    assignment_bound,
    radial_bound,
)
from optimizer.routing.bounds.trips import trips_of

if TYPE_CHECKING:
    from optimizer.core.limits import Budget
    from optimizer.core.routing import RoutingProblem
    from optimizer.routing.bounds.trips import Trips

TABLE_CELLS_MAX = 60_000_000
SAFETY = 1e-9


@dataclass(frozen=True, eq=False)
class TourBound(Frozen):
    """What was proven: the best value (inf: there are no tours), and that of each proof."""

    value: float
    by: dict[str, float]


def bound_tours(
    problem: RoutingProblem, *, steps: int = 200, budget: Budget | None = None
) -> TourBound:
    """Return a lower bound on the objective of any tours of `problem`.

    Parameters
    ----------
    steps : of the ascent of prices; 0 leaves it out. budget : ends the ascent early.
    """
    trips = trips_of(problem)
    found = {"nothing": 0.0}
    if trips.count and len(trips.fixed):
        found["radial"] = radial_bound(trips)
        if trips.count <= ASSIGNMENT_STOPS_MAX:
            found["assignment"] = assignment_bound(trips)
        if steps > 0 and trips.load.any() and _fits(trips):
            small, _ = carried(trips)
            found["q-routes"] = raise_prices(small, steps, budget).value
    safe = {name: _rounded_down(value) for name, value in found.items()}
    return TourBound(max(safe.values()), safe)


def _rounded_down(value: float) -> float:
    """Return a little less than `value`, for what rounding may have added; inf: no tours exist."""
    return value if np.isinf(value) else max(value - SAFETY * abs(value), 0.0)


def _fits(trips: Trips) -> bool:
    """Return whether the tables of the ascent fit into memory, and every stop into a vehicle."""
    cells = trips.count * int(np.minimum(trips.capacity, trips.load.sum()).sum())
    return cells <= TABLE_CELLS_MAX and bool((trips.load <= trips.capacity.max()).all())
