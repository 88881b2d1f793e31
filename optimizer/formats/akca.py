"""Capacitated location-routing in the layout of Akca, Berger & Ralphs.

`customers facilities vehicle_capacity fixed_cost variable_cost`; `lower upper kind` (bounds, 0 =
none; lengths 0 real, 1 rounded up, 2 to the nearest); a line per customer `id x y demand`; a line
per facility `id x y opening_cost capacity most_vehicles` (the last one is not a rule of the set).
Akca, Berger & Ralphs 2009 (doi:10.1007/978-0-387-88843-9_16).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.location_routing import LocationRoutingProblem, Sites, Vehicles
from optimizer.core.routing import Rounding
from optimizer.formats.text import numbers

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from optimizer.formats.text import Numbers

KINDS = (Rounding.REAL, Rounding.CEIL, Rounding.NEAREST)
"""How the layouts of this source count kinds of lengths."""


def read_akca(path: Path) -> LocationRoutingProblem:
    """Read facilities and customers.

    Raises
    ------
    Refusal
        F811, F812; the latter also for a variable cost, which no instance of the set has.
    """
    given = numbers(path)
    customers, facilities, capacity = given.counts(3, "customers, facilities, vehicle capacity")
    fixed_cost, variable_cost = given.amounts(2, "fixed and variable cost of a vehicle")
    if variable_cost:
        given.refuse(4, f"a variable cost of {variable_cost:g} has no stated meaning")
    given.amounts(2, "bounds")
    rounding = kind_of_lengths(given)
    table = given.table(customers, 4, "customers: id x y demand")
    sites = given.table(facilities, 6, "facilities: id x y opening_cost capacity most_vehicles")
    given.end()
    return LocationRoutingProblem(
        name=path.name.split(".")[0],
        x=table[:, 1].copy(),
        y=table[:, 2].copy(),
        demand=whole(given, table[:, 3], "demands"),
        sites=Sites(
            x=sites[:, 1].copy(),
            y=sites[:, 2].copy(),
            opening_cost=sites[:, 3].copy(),
            capacity=whole(given, sites[:, 4], "capacities"),
        ),
        vehicles=Vehicles(float(capacity), fixed_cost=float(fixed_cost)),
        rounding=rounding,
    )


def kind_of_lengths(given: Numbers) -> Rounding:
    """Return how distances become lengths."""
    (kind,) = given.counts(1, "kind of lengths, 0, 1 or 2", least=0)
    if kind >= len(KINDS):
        given.refuse(-1, f"{kind} is no kind of lengths (0 real, 1 rounded up, 2 nearest)")
    return KINDS[kind]


def whole(given: Numbers, values: NDArray[np.float64], what: str) -> NDArray[np.float64]:
    """Return amounts of goods, which are whole numbers."""
    if (values < 0).any() or (values != np.floor(values)).any():
        given.refuse(-1, f"not all are whole numbers from 0 up: {what}")
    return values.copy()
