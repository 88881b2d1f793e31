"""Location with routes in one echelon or two, and its answer, as the literature states it.

Customers i are brought their whole demand[i] by one vehicle each, on routes that begin and end at
an open site (depot, satellite). With an upper echelon, routes from open platforms carry to every
open site what its customers need.

    length(a, b) = rounding(factor * Euclidean distance)
    route cost   = fixed_cost + cost_per_length * length of the closed way
    (1) every customer is on exactly one route
    (2) the load of a route <= capacity of its vehicle, on both echelons
    (3) what leaves a site or a platform <= its capacity; only open ones are left
    (4) routes <= count_max in all, <= per_site_max from one site, on either echelon
    (5) upper echelon: every site receives exactly what leaves it; where `split` is False, by one
        visit of one vehicle, else by as many vehicles as it takes

Objective: opening costs of sites and platforms + costs of the routes of both echelons.

Surveys: Prodhon & Prins 2014 (doi:10.1016/j.ejor.2014.01.005); Cuda, Guastaroba & Speranza 2015
(doi:10.1016/j.cor.2014.06.008).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.frozen import Frozen
from optimizer.core.routing import Rounding

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Sites(Frozen):
    """Where routes may begin; arrays have shape (m,). capacity : whole numbers, inf = no limit."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    opening_cost: NDArray[np.float64]
    capacity: NDArray[np.float64]

    @property
    def count(self) -> int:
        """Number of sites."""
        return len(self.x)


@dataclass(frozen=True)
class Vehicles(Frozen):
    """Vehicles of one echelon, all alike; capacity : a whole number; None = no limit."""

    capacity: float
    fixed_cost: float = 0.0
    cost_per_length: float = 1.0
    count_max: int | None = None
    per_site_max: int | None = None


@dataclass(frozen=True, eq=False)
class UpperEchelon(Frozen):
    """What supplies the sites. split : a site may be supplied by several vehicles."""

    platforms: Sites
    vehicles: Vehicles
    split: bool


@dataclass(frozen=True, eq=False)
class LocationRoutingProblem(Frozen):
    """Choose sites and routes; see the head of this file for the model.

    x, y, demand : float64, shape (n,); demands are whole numbers, at least 0.
    """

    name: str
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    demand: NDArray[np.float64]
    sites: Sites
    vehicles: Vehicles
    rounding: str = Rounding.REAL
    factor: float = 1.0
    upper: UpperEchelon | None = None

    @property
    def customers(self) -> int:
        """Number of customers."""
        return len(self.x)


@dataclass(frozen=True, eq=False)
class Routes(Frozen):
    """Routes of one echelon; route r has the stops first[r]:first[r + 1], in this order.

    start : int32, (r,), the site (upper echelon: platform) where it begins and ends. stop : int32,
    (q,), customers (upper echelon: sites). amount : float64, (q,), what is brought to each.
    """

    start: NDArray[np.int32]
    first: NDArray[np.int64]
    stop: NDArray[np.int32]
    amount: NDArray[np.float64]

    @property
    def count(self) -> int:
        """Number of routes."""
        return len(self.start)

    def stops(self, route: int) -> NDArray[np.int32]:
        """Return the stops of a route in order."""
        return self.stop[self.first[route] : self.first[route + 1]]


def no_routes() -> Routes:
    """Return an echelon without routes."""
    none = np.zeros(0, dtype=np.int32)
    return Routes(none, np.zeros(1, dtype=np.int64), none, np.zeros(0))


@dataclass(frozen=True, eq=False)
class LocationRoutingResult(Frozen):
    """Answer to a location-routing problem; reason, limit, value and bound are separate.

    status : "plan" | "infeasible" | "no_plan". proof : "optimal" | "gap" | "infeasible" | "none".
    stopped_by : "proof" | "time" | "work" | "user".
    open, open_platforms : int32, in ascending order. upper_routes : none in one echelon.
    objective : None without a plan. bound : proven lower bound, None where none is known.
    """

    status: str
    proof: str
    stopped_by: str
    open: NDArray[np.int32]
    routes: Routes
    objective: float | None
    bound: float | None
    statistics: dict[str, float]
    open_platforms: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    upper_routes: Routes = field(default_factory=no_routes)

    @property
    def gap(self) -> float | None:
        """(objective - bound) / |objective|, or None."""
        if self.objective is None or self.bound is None:
            return None
        return max(self.objective - self.bound, 0.0) / max(abs(self.objective), 1e-9)
