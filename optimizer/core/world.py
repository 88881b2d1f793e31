"""Who receives, where goods come in, what land there is, and who looks for floor space."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from optimizer.core.frozen import Frozen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class DemandPoints(Frozen):
    """Demand merged onto street nodes; arrays have shape (n,).

    node : per profile (`van`, `cargo_bike`, `walk`), the street node where it is served; -1 = none.
    parcels_per_day : mean working day, > 0.
    parcels_per_stop : parcels handed over at one stop, >= 1 on average.
    stops_per_km2 : density of all delivery stops around the point, > 0 (tour estimate).
    bike_share_max : largest share of parcels that fit a cargo bike, in [0, 1].
    pickup_share_max : share of parcels whose receiver could pick up at all, in [0, 1].
    """

    id: tuple[str, ...]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    node: dict[str, NDArray[np.int32]]
    parcels_per_day: NDArray[np.float64]
    parcels_per_stop: NDArray[np.float64]
    stops_per_km2: NDArray[np.float64]
    bike_share_max: NDArray[np.float64]
    pickup_share_max: NDArray[np.float64]

    @property
    def count(self) -> int:
        """Number of demand points."""
        return len(self.id)


@dataclass(frozen=True, eq=False)
class Gateways(Frozen):
    """Where goods enter; shape (g,). Line haul beyond the gateway is one way, as given.

    node : per profile (`lorry`, `van`); -1 = that profile cannot enter here.
    """

    id: tuple[str, ...]
    name: tuple[str, ...]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    node: dict[str, NDArray[np.int32]]
    line_haul_s: NDArray[np.int32]
    line_haul_m: NDArray[np.int32]

    @property
    def count(self) -> int:
        """Number of gateways."""
        return len(self.id)


@dataclass(frozen=True, eq=False)
class Sites(Frozen):
    """Land or buildings that could host something; arrays have shape (s,).

    node : per profile (all four), the street node of the entrance; -1 = no access.
    area_m2 : usable land; whole m2.
    land_status : `LandStatus` codes. zone : index into `Zoning.zone`.
    jurisdiction : index into `Rules.jurisdiction`.
    parcel_m2 : the whole parcel, >= area_m2 (what a ledger with basis parcel counts).
    floor_area_max_m2 : gross floor area that coverage and height allow; whole m2.
    homes_m : distance to the nearest home; inf where unknown or none.
    price_eur_m2 : purchase price. rent_eur_m2_year : ground rent of a lease.
    long_lease_eur_m2 : premium of a long lease of long_lease_years (`Prices`), and its yearly rent.
    height_max_m : inf where the plan sets no limit.
    noisy_allowed : False where noisy tenants may not come.
    what : what stands there now ("surface car park"); origin : layer and feature it came from.
    stops_per_km2 : density of delivery stops around the site, > 0.
    """

    id: tuple[str, ...]
    name: tuple[str, ...]
    what: tuple[str, ...]
    origin: tuple[str, ...]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    node: dict[str, NDArray[np.int32]]
    area_m2: NDArray[np.int64]
    parcel_m2: NDArray[np.int64]
    floor_area_max_m2: NDArray[np.int64]
    homes_m: NDArray[np.float64]
    land_status: NDArray[np.int8]
    zone: NDArray[np.int32]
    jurisdiction: NDArray[np.int32]
    price_eur_m2: NDArray[np.int64]
    rent_eur_m2_year: NDArray[np.float64]
    long_lease_eur_m2: NDArray[np.int64]
    long_lease_rent_eur_m2_year: NDArray[np.float64]
    height_max_m: NDArray[np.float64]
    noisy_allowed: NDArray[np.bool_]
    stops_per_km2: NDArray[np.float64]

    @property
    def count(self) -> int:
        """Number of sites."""
        return len(self.id)


@dataclass(frozen=True, eq=False)
class Tenants(Frozen):
    """Businesses that look for floor space; arrays have shape (f,).

    noise : `Noise` codes. dock : needs a loading dock, hence the ground floor.
    rent_max_eur_m2_year : the most it can bear. rent_share : of the asked rent that it pays, in
    (0, 1]; the public owner bears the rest.
    productive : counts towards the productive share.
    """

    id: tuple[str, ...]
    name: tuple[str, ...]
    sector: tuple[str, ...]
    area_m2: NDArray[np.int64]
    load_kg_m2: NDArray[np.int64]
    clear_height_m: NDArray[np.float64]
    noise: NDArray[np.int8]
    dock: NDArray[np.bool_]
    jobs: NDArray[np.float64]
    rent_max_eur_m2_year: NDArray[np.float64]
    rent_share: NDArray[np.float64]
    productive: NDArray[np.bool_]

    @property
    def count(self) -> int:
        """Number of tenants."""
        return len(self.id)
