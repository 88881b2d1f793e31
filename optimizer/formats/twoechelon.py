"""Two-echelon vehicle routing in the layout of Perboli, Tadei & Vigo.

Lines that begin with `!` are comments. Four lines of data: trucks `count,capacity,cost,fixed`; city
vehicles `most_per_satellite,count,capacity,cost,fixed` (cost per length); `x,y` of the depot, then
of the satellites; `x,y,demand` of the customers. Lengths are real, satellites may be supplied by
several trucks. Perboli, Tadei & Vigo 2011 (doi:10.1287/trsc.1110.0368).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.location_routing import LocationRoutingProblem, Sites, UpperEchelon, Vehicles
from optimizer.formats.akca import whole
from optimizer.formats.text import Numbers, read_text, refuse

if TYPE_CHECKING:
    from pathlib import Path


def read_two_echelon(path: Path) -> LocationRoutingProblem:
    """Read a depot, satellites without opening cost, and customers.

    Raises
    ------
    Refusal
        F811, F812.
    """
    lines = read_text(path).splitlines()
    told = [at for at, line in enumerate(lines) if line.strip() and not line.startswith("!")]
    if len(told) != 4:
        refuse(f"{path}:{len(lines)}", "F812", f"{len(told)} lines of data instead of 4")
    parts = [Numbers(path, [lines[at].replace(",", " ")], at + 1) for at in told]
    trucks, bikes, stores, places = parts
    truck_count, truck_capacity = trucks.counts(2, "trucks, capacity")
    truck_cost, truck_fixed = trucks.amounts(2, "cost per length, fixed cost of a truck")
    per_satellite, count, capacity = bikes.counts(3, "most per satellite, count, capacity")
    cost, fixed = bikes.amounts(2, "cost per length, fixed cost of a city vehicle")
    at = _table(stores, lines[told[2]], 2, "depot and satellites: x,y")
    if len(at) < 2:
        stores.refuse(0, "there is no satellite beside the depot")
    customers = _table(places, lines[told[3]], 3, "customers: x,y,demand")
    for part in parts:
        part.end()
    return LocationRoutingProblem(
        name=path.name.removesuffix(".xz").removesuffix(".dat"),
        x=customers[:, 0].copy(),
        y=customers[:, 1].copy(),
        demand=whole(places, customers[:, 2], "demands"),
        sites=_free(at[1:]),
        vehicles=Vehicles(float(capacity), float(fixed), float(cost), count, per_satellite),
        upper=UpperEchelon(
            platforms=_free(at[:1]),
            vehicles=Vehicles(
                float(truck_capacity), float(truck_fixed), float(truck_cost), truck_count
            ),
            split=True,
        ),
    )


def _table(given: Numbers, line: str, columns: int, what: str) -> np.ndarray:
    words = len(line.replace(",", " ").split())
    return given.table(max(words // columns, 1), columns, what)


def _free(at: np.ndarray) -> Sites:
    count = len(at)
    return Sites(at[:, 0].copy(), at[:, 1].copy(), np.zeros(count), np.full(count, np.inf))
