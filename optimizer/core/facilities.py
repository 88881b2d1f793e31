"""What can be built: designs, the zoning that permits them, and the (site, design) options."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from optimizer.core.frozen import Frozen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Levels(Frozen):
    """Floors of hotel designs, all designs one after another; arrays have shape (l,).

    design : index of the hotel design. number : 0 is the ground floor.
    area_m2 : lettable area. Docks exist on level 0 only (`Designs.docks`).
    """

    design: NDArray[np.int32]
    number: NDArray[np.int32]
    area_m2: NDArray[np.int64]
    load_kg_m2: NDArray[np.int64]
    clear_height_m: NDArray[np.float64]

    @property
    def count(self) -> int:
        """Number of levels over all hotel designs."""
        return len(self.design)


@dataclass(frozen=True, eq=False)
class Designs(Frozen):
    """Buildable facilities of one kind and size; arrays have shape (d,).

    kind : `Kind` codes. tenure : `Tenure` words; a design that may be held in several ways stands
    here once for each of them.
    footprint_m2 : land it takes; 0 for a design inside a hotel or at a counter.
    gross_floor_m2 : floor area over all levels, against the site's floor_area_max_m2.
    homes_distance_min_m : a noisy design keeps so far from homes; 0 = anywhere.
    inside_hotel_m2 : > 0 for a micro-hub that lives in the ground floor of a hotel on the same
        site and takes that much of level 0 away from tenants; 0 otherwise.
    capacity_parcels_per_day : on the peak day (hubs, delivery points; 0 for hotels).
    minimum_parcels_per_day : on the mean day, when open.
    build_eur : whole euros, from the purse. running_eur_year : staff, energy, upkeep.
    handling_eur_per_parcel : sorting and transfer, per parcel that passes through.
    needs_lorry : the site must be reachable by lorry; otherwise a van must reach it.
    docks : loading docks on the ground floor (hotels).
    productive_share_min : of the let area (hotels). let_share_min : of all area (hotels).
    rent_eur_m2_year : asked from tenants (hotels).
    """

    id: tuple[str, ...]
    label: tuple[str, ...]
    tenure: tuple[str, ...]
    kind: NDArray[np.int8]
    footprint_m2: NDArray[np.int64]
    gross_floor_m2: NDArray[np.int64]
    homes_distance_min_m: NDArray[np.float64]
    height_m: NDArray[np.float64]
    inside_hotel_m2: NDArray[np.int64]
    capacity_parcels_per_day: NDArray[np.float64]
    minimum_parcels_per_day: NDArray[np.float64]
    build_eur: NDArray[np.int64]
    running_eur_year: NDArray[np.float64]
    handling_eur_per_parcel: NDArray[np.float64]
    embodied_co2e_kg: NDArray[np.float64]
    lifetime_years: NDArray[np.float64]
    dismantlable: NDArray[np.bool_]
    needs_lorry: NDArray[np.bool_]
    docks: NDArray[np.int64]
    productive_share_min: NDArray[np.float64]
    let_share_min: NDArray[np.float64]
    rent_eur_m2_year: NDArray[np.float64]

    @property
    def count(self) -> int:
        """Number of designs."""
        return len(self.id)


@dataclass(frozen=True, eq=False)
class Zoning(Frozen):
    """Zones of the land-use plan; `permits[zone, design]` says what may be built."""

    zone: tuple[str, ...]
    permits: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Options(Frozen):
    """(site, design) pairs that zoning, area, height and access allow, or that the user states.

    Sorted by site, then design; arrays have shape (o,). status : `OptionStatus` codes. An EXISTING
    option is open, costs nothing to buy or build, and consumes no land.
    """

    site: NDArray[np.int32]
    design: NDArray[np.int32]
    status: NDArray[np.int8]

    @property
    def count(self) -> int:
        """Number of options."""
        return len(self.site)
