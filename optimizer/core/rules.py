"""What the user demands of a plan, as data. `FAMILIES` says where each rule lives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.frozen import Frozen

if TYPE_CHECKING:
    from numpy.typing import NDArray

FAMILIES = (
    "service",  # 1: the shares of a demand point add up to one; pick-up acceptance
    "throughput",  # 2: capacity on the peak day, minimum use
    "reach",  # 3: bike and walking limits, nearest mode
    "site",  # 4: footprints within the area, one of a kind, hub inside hotel
    "zoning",  # 5: permitted design, height, access
    "land",  # 6: land ledgers
    "money",  # 7: purses
    "floors",  # 8: tenants on levels
    "quotas",  # 10: at least / at most, required, existing, forbidden
    "stacking",  # 11: parts in units: wet, vented, space, goods lift, annexes
    "docks",  # 12: dock time by the hour
    "nuisance",  # 13: who keeps apart from whom; noise at neighbours
    "hybrids",  # 14: a unit is a workshop or an office
    "mix",  # 15: sector targets, jobs by skill
    "access",  # 16: workers within reach, support near start-ups
    "symbiosis",  # 17: exchange between tenants and partners
    "services",  # 18: services that tenants share
    "roofs",  # 19: uses of roofs
)
"""Constraint families of the siting model: one module of this name in `siting/` and `verify/`.

Those of hotels in full (11 to 19) stand in the package `stacking` of either room."""

PROGRAMME_FAMILIES = (
    "time",  # dates, delays, minimum stay, required options
    "land",  # land ledgers over years
    "renaturation",  # projects within their area and first year
    "money",  # purses by period: debt, reserve
    "subsidy",  # rents that tenants are spared
    "uses",  # sites that go to other uses; minimum areas
    "firms",  # kept, moved or lost
    "pavilions",  # a stock that moves
    "cooperation",  # transfers between ledgers of partners
    "tenants",  # growth, moves, hybrid units that switch
)
"""Families of rules over years: one module each in `siting/horizon/` and `verify/horizon/`."""


@dataclass(frozen=True, eq=False)
class Ledgers(Frozen):
    """Budgets over groups of jurisdictions; arrays have shape (b,).

    covers[b, g] : budget b counts what happens in jurisdiction g.
    budget : whole m2 (land) or whole euros (money). metric, source : for the reader.
    """

    name: tuple[str, ...]
    metric: tuple[str, ...]
    source: tuple[str, ...]
    covers: NDArray[np.bool_]
    budget: NDArray[np.int64]

    @property
    def count(self) -> int:
        """Number of ledgers."""
        return len(self.name)


def no_ledgers(jurisdictions: int) -> Ledgers:
    """Return ledgers that limit nothing."""
    return Ledgers(
        name=(),
        metric=(),
        source=(),
        covers=np.zeros((0, jurisdictions), dtype=bool),
        budget=np.zeros(0, dtype=np.int64),
    )


@dataclass(frozen=True, eq=False)
class Quotas(Frozen):
    """At least / at most k facilities of a kind; arrays have shape (q,).

    jurisdiction : index, or -1 for everywhere. at_most : -1 where there is no upper limit.
    Existing facilities count.
    """

    name: tuple[str, ...]
    jurisdiction: NDArray[np.int32]
    kind: NDArray[np.int8]
    at_least: NDArray[np.int32]
    at_most: NDArray[np.int32]

    @property
    def count(self) -> int:
        """Number of quotas."""
        return len(self.name)


@dataclass(frozen=True, eq=False)
class Rules(Frozen):
    """Limits that every plan keeps.

    bike_limit_s : hub to customer and back on the street, by bike.
    walk_limit_s : customer to delivery point, one way, on foot.
    acceptance_walk_s, acceptance_share : piecewise linear share of people who accept a pick-up at
        that walking time; constant before the first and 0 beyond the last point.
    peak_day_factor : parcels of the peak day over the mean day, >= 1.
    """

    jurisdiction: tuple[str, ...]
    land: Ledgers
    land_basis: str
    money: Ledgers
    quotas: Quotas
    bike_limit_s: int
    walk_limit_s: int
    acceptance_walk_s: NDArray[np.float64]
    acceptance_share: NDArray[np.float64]
    pickup_choice: str
    peak_day_factor: float
    delivery_days_per_year: int
