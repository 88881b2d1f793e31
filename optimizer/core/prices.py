"""What things cost: vehicles by the hour and kilometre, carbon, capital, people's time."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.core.frozen import Frozen


@dataclass(frozen=True)
class Vehicle(Frozen):
    """One vehicle and its driver on a delivery tour.

    parcels_per_tour : load of one tour. park_s, service_s : per stop (find a place; hand over).
    drop_s_per_parcel : unloading many parcels at a hub or delivery point.
    tour_speed_kph : between neighbouring stops.
    density_share : share of all stops assumed to belong to this vehicle's tours when the distance
        between stops is estimated; below 1 is conservative (fewer stops, longer gaps).
    """

    eur_per_hour: float
    eur_per_km: float
    co2e_kg_per_km: float
    parcels_per_tour: float
    park_s: float
    service_s: float
    drop_s_per_parcel: float
    tour_speed_kph: float
    density_share: float


@dataclass(frozen=True)
class Prices(Frozen):
    """Prices and weights of the objective (EUR per year).

    vehicles : by profile name: `lorry`, `van`, `cargo_bike`.
    tour_constant : distance between stops = tour_constant * circuity / sqrt(stop density).
    co2e_eur_per_t : price on every tonne, of transport and of building (embodied, straight line).
    long_lease_years : over which the premium of a long lease is spread.
    discount_rate : per year; annuity of buildings, interest on bought land.
    job_eur_year : weight of a hosted job. walk_eur_per_hour : weight of people's walking time
        (there and back). unserved_eur_per_parcel : nan where parcels may not be left unserved.
    """

    currency: str
    vehicles: dict[str, Vehicle]
    tour_constant: float
    circuity: float
    co2e_eur_per_t: float
    discount_rate: float
    long_lease_years: float
    job_eur_year: float
    walk_eur_per_hour: float
    unserved_eur_per_parcel: float | None
