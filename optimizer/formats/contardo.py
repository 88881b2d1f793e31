"""Two-echelon location-routing in the layout of Contardo, Hemmelmayr & Crainic.

`customers satellites platforms capacity_2 capacity_1 fixed_2 fixed_1 variable` (vehicles of the
second and first echelon); `lower upper kind factor` (bounds, 0 = none; lengths 0 real, 1 rounded
up, 2 to the nearest; the first echelon pays factor per length); lines per customer `id x y demand`,
then per satellite and per platform `id x y opening_cost capacity`. A satellite is supplied by one
vehicle of one platform. Contardo, Hemmelmayr & Crainic 2012 (doi:10.1016/j.cor.2012.04.003).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.core.location_routing import LocationRoutingProblem, Sites, UpperEchelon, Vehicles
from optimizer.formats.akca import kind_of_lengths, whole
from optimizer.formats.text import numbers

if TYPE_CHECKING:
    from pathlib import Path

    from optimizer.formats.text import Numbers


def read_contardo(path: Path) -> LocationRoutingProblem:
    """Read platforms, satellites and customers.

    Raises
    ------
    Refusal
        F811, F812; the latter also for a variable cost, which no instance of the set has.
    """
    given = numbers(path)
    customers, satellites, platforms = given.counts(3, "customers, satellites, platforms")
    capacity, upper_capacity = given.counts(2, "vehicle capacities, second and first echelon")
    fixed, upper_fixed, variable = given.amounts(3, "fixed and variable costs of vehicles")
    if variable:
        given.refuse(7, f"a variable cost of {variable:g} has no stated meaning")
    given.amounts(2, "bounds")
    rounding = kind_of_lengths(given)
    (factor,) = given.amounts(1, "factor of the first echelon")
    table = given.table(customers, 4, "customers: id x y demand")
    sites = _sites(given, satellites, "satellites")
    upper = UpperEchelon(
        platforms=_sites(given, platforms, "platforms"),
        vehicles=Vehicles(float(upper_capacity), float(upper_fixed), float(factor)),
        split=False,
    )
    given.end()
    return LocationRoutingProblem(
        name=path.name.split(".")[0],
        x=table[:, 1].copy(),
        y=table[:, 2].copy(),
        demand=whole(given, table[:, 3], "demands"),
        sites=sites,
        vehicles=Vehicles(float(capacity), fixed_cost=float(fixed)),
        rounding=rounding,
        upper=upper,
    )


def _sites(given: Numbers, count: int, what: str) -> Sites:
    table = given.table(count, 5, f"{what}: id x y opening_cost capacity")
    return Sites(
        x=table[:, 1].copy(),
        y=table[:, 2].copy(),
        opening_cost=table[:, 3].copy(),
        capacity=whole(given, table[:, 4], f"capacities of {what}"),
    )
