"""The siting problem: everything the decision needs, numbered and immutable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from optimizer.core.frozen import Frozen

if TYPE_CHECKING:
    from optimizer.core.day import DayRules
    from optimizer.core.facilities import Designs, Levels, Options, Zoning
    from optimizer.core.fit import TourFit
    from optimizer.core.horizon import Horizon
    from optimizer.core.hotels import Hotels
    from optimizer.core.prices import Prices
    from optimizer.core.rules import Rules
    from optimizer.core.streets import Streets
    from optimizer.core.world import DemandPoints, Gateways, Sites, Tenants


@dataclass(frozen=True)
class Assumption(Frozen):
    """One figure that somebody chose: where it stands, its value with unit, and who says so."""

    key: str
    value: str
    source: str


@dataclass(frozen=True)
class Unserved(Frozen):
    """Demand taken out before the solve, with the reason and what could be done."""

    id: str
    lon: float
    lat: float
    parcels_per_day: float
    reason: str
    action: str


@dataclass(frozen=True)
class AuditLine(Frozen):
    """One thing that was mended, left out or moved on the way from files to the problem."""

    room: str
    what: str
    count: float
    unit: str
    detail: str


@dataclass(frozen=True, eq=False)
class Problem(Frozen):
    """A siting problem; see `optimizer.siting` for the model that it defines.

    horizon : None: one period, ledgers and purses in `rules`; else see `optimizer.core.horizon`.
    hotels : None: hotels are floor area and the rules of `Levels` and `Tenants` alone; else see
    `optimizer.core.hotels`.
    day : None: no tours can be planned; else see `optimizer.core.day`.
    tour_fit : None: the tour estimate as it is; else see `optimizer.core.fit`.
    """

    name: str
    streets: Streets
    demand: DemandPoints
    gateways: Gateways
    sites: Sites
    designs: Designs
    levels: Levels
    zoning: Zoning
    options: Options
    tenants: Tenants
    rules: Rules
    prices: Prices
    unserved: tuple[Unserved, ...]
    assumptions: tuple[Assumption, ...]
    audit: tuple[AuditLine, ...]
    provenance: dict[str, str]
    horizon: Horizon | None = None
    hotels: Hotels | None = None
    day: DayRules | None = None
    tour_fit: TourFit | None = None
