"""Capacitated location-routing in the layout of Prins, Prodhon & Wolfler Calvo.

In order: customers n; depots m; m depot coordinates; n customer coordinates; vehicle capacity; m
depot capacities; n demands; m opening costs; fixed cost of a route; 0 or 1. Where the last number
is 0, lengths are 100 times the distance, rounded up; where it is 1, they are real. Sets of Prins,
Prodhon & Wolfler Calvo 2006 (doi:10.1007/s10288-006-0001-9), Tuzun & Burke 1999
(doi:10.1016/S0377-2217(98)00107-6), Barreto et al. 2007 (doi:10.1016/j.ejor.2005.06.074).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.location_routing import LocationRoutingProblem, Sites, Vehicles
from optimizer.core.routing import Rounding
from optimizer.formats.text import numbers

if TYPE_CHECKING:
    from pathlib import Path


def read_clrp(path: Path) -> LocationRoutingProblem:
    """Read depots and customers.

    Raises
    ------
    Refusal
        F811, F812.
    """
    given = numbers(path)
    customers, depots = given.counts(2, "customers, depots")
    at_depots = given.table(depots, 2, "coordinates of depots")
    at_customers = given.table(customers, 2, "coordinates of customers")
    (capacity,) = given.counts(1, "vehicle capacity")
    depot_capacity = given.counts(depots, "depot capacities")
    demand = given.counts(customers, "demands", least=0)
    opening_cost = given.amounts(depots, "opening costs")
    (fixed_cost,) = given.amounts(1, "fixed cost of a route")
    (real,) = given.counts(1, "kind of lengths, 0 or 1", least=0)
    given.end()
    return LocationRoutingProblem(
        name=path.name.split(".")[0],
        x=at_customers[:, 0].copy(),
        y=at_customers[:, 1].copy(),
        demand=np.array(demand, dtype=np.float64),
        sites=Sites(
            x=at_depots[:, 0].copy(),
            y=at_depots[:, 1].copy(),
            opening_cost=opening_cost,
            capacity=np.array(depot_capacity, dtype=np.float64),
        ),
        vehicles=Vehicles(float(capacity), fixed_cost=float(fixed_cost)),
        rounding=Rounding.REAL if real else Rounding.CEIL,
        factor=1.0 if real else 100.0,
    )
