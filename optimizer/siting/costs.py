"""What each way of a parcel and each opening costs: the formulas of `optimizer.siting`, vectorised.

A `Leg` holds seconds and metres; `optimizer.travel.haul` turns both into money and carbon.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.kinds import CARGO_BIKE, LORRY, VAN, Kind, LandStatus, OptionStatus, Tenure
from optimizer.travel.haul import Leg, gateway_round_trip, rates

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.fit import TourConstants
    from optimizer.core.prices import Prices, Vehicle
    from optimizer.core.problem import Problem


def constants(problem: Problem, vehicle: str) -> TourConstants | None:
    """Return the fitted constants of a vehicle; None: the estimate as it is."""
    fit = problem.tour_fit
    return None if fit is None else fit.constants.get(vehicle)


def stop_leg(
    prices: Prices,
    vehicle: Vehicle,
    stops_per_km2: NDArray[np.float64],
    fitted: TourConstants | None = None,
) -> Leg:
    """Return seconds and metres of one stop: way from the last stop, parking, handing over."""
    spread = np.sqrt(stops_per_km2 * vehicle.density_share)
    gap_m = 1000.0 * prices.tour_constant * prices.circuity / spread
    way_s = 3.6 * gap_m / vehicle.tour_speed_kph
    if fitted is None:
        return Leg(way_s + vehicle.park_s + vehicle.service_s, gap_m)
    still_s = vehicle.park_s + vehicle.service_s
    return Leg(fitted.gap_s * way_s + fitted.stop * still_s, fitted.gap_m * gap_m)


def van_leg(problem: Problem) -> Leg:
    """Return seconds and metres per parcel of a van from the gateway, per demand point."""
    van, demand = problem.prices.vehicles[VAN], problem.demand
    fitted = constants(problem, VAN)
    trip = gateway_round_trip(problem, VAN, demand.node[VAN])
    stop = stop_leg(problem.prices, van, demand.stops_per_km2, fitted)
    stops = Leg(stop.s / demand.parcels_per_stop, stop.m / demand.parcels_per_stop)
    return _tour_leg(van, trip, stops, fitted)


def bike_leg(problem: Problem, site: NDArray[np.int32], point: NDArray[np.int32], trip: Leg) -> Leg:
    """Return seconds and metres per parcel by bike, for links `site` - `point`, round trip `trip`.

    Shape (k,), one row per link.
    """
    bike, demand = problem.prices.vehicles[CARGO_BIKE], problem.demand
    city = constants(problem, CARGO_BIKE)
    if city is None:
        stop = stop_leg(problem.prices, bike, demand.stops_per_km2)
        stops = Leg(stop.s / demand.parcels_per_stop, stop.m / demand.parcels_per_stop)
        return _tour_leg(bike, trip, Leg(stops.s[point], stops.m[point]), None)
    areas = {item.name: getattr(city, item.name)[site] for item in fields(city)}
    fitted = city.replace(**areas)
    stop = stop_leg(problem.prices, bike, demand.stops_per_km2[point], fitted)
    per_stop = demand.parcels_per_stop[point]
    return _tour_leg(bike, trip, Leg(stop.s / per_stop, stop.m / per_stop), fitted)


def _tour_leg(vehicle: Vehicle, trip: Leg, stops: Leg, fitted: TourConstants | None) -> Leg:
    """Return the share of a parcel in the way out and back, and in the stops."""
    seconds, metres = trip.s / vehicle.parcels_per_tour, trip.m / vehicle.parcels_per_tour
    if fitted is None:
        return Leg(seconds + stops.s, metres + stops.m)
    return Leg(
        fitted.trip_s * seconds + stops.s + fitted.parcel_s, fitted.trip_m * metres + stops.m
    )


def _supply_leg(problem: Problem, name: str, *, park: bool) -> Leg:
    """Return seconds and metres per parcel from the gateway to a facility, per site."""
    vehicle, fitted = problem.prices.vehicles[name], constants(problem, name)
    trip = gateway_round_trip(problem, name, problem.sites.node[name])
    park_s = vehicle.park_s if park else 0.0
    metres = trip.m / vehicle.parcels_per_tour
    if fitted is None:
        seconds = (trip.s + park_s) / vehicle.parcels_per_tour + vehicle.drop_s_per_parcel
        return Leg(seconds, metres)
    still_s = park_s / vehicle.parcels_per_tour + vehicle.drop_s_per_parcel
    seconds = fitted.trip_s * trip.s / vehicle.parcels_per_tour + fitted.stop * still_s
    return Leg(seconds + fitted.parcel_s, fitted.trip_m * metres)


def hub_supply_leg(problem: Problem, by_lorry: NDArray[np.bool_]) -> Leg:
    """Return seconds and metres per parcel from the gateway to a hub, per site."""
    lorry, van = (_supply_leg(problem, name, park=True) for name in (LORRY, VAN))
    return Leg(np.where(by_lorry, lorry.s, van.s), np.where(by_lorry, lorry.m, van.m))


def delivery_point_supply_leg(problem: Problem) -> Leg:
    """Return seconds and metres per parcel by van to a delivery point, per site."""
    return _supply_leg(problem, VAN, park=False)


def visit_leg(problem: Problem) -> Leg:
    """Return seconds and metres of the daily visit of a delivery point, per site."""
    van = problem.prices.vehicles[VAN]
    return stop_leg(problem.prices, van, problem.sites.stops_per_km2, constants(problem, VAN))


class YearlyOptions(NamedTuple):
    """EUR per year of an open option by term, shape (o,); EXISTING ones pay running and visits."""

    land: NDArray[np.float64]
    building: NDArray[np.float64]
    running: NDArray[np.float64]
    visits_money: NDArray[np.float64]
    visits_carbon: NDArray[np.float64]
    embodied_carbon: NDArray[np.float64]
    embodied_kg: NDArray[np.float64]

    @property
    def fixed_eur(self) -> NDArray[np.float64]:
        """Sum of all terms."""
        return (
            self.land
            + self.building
            + self.running
            + self.visits_money
            + self.visits_carbon
            + self.embodied_carbon
        )


def annuity(
    build_eur: NDArray[np.float64], years: NDArray[np.float64], rate: float
) -> NDArray[np.float64]:
    """Return the yearly payment that repays `build_eur` over its lifetime."""
    if rate == 0.0:
        return build_eur / years
    return build_eur * rate / (1.0 - (1.0 + rate) ** -years)


def yearly_options(problem: Problem) -> YearlyOptions:
    """Return what each option costs per year when open."""
    designs, prices = problem.designs, problem.prices
    design, site = problem.options.design, problem.options.site
    new = problem.options.status != OptionStatus.EXISTING
    footprint = designs.footprint_m2[design].astype(float)
    price = _land_eur_m2_year(problem)
    years = designs.lifetime_years[design]
    build = annuity(designs.build_eur[design].astype(float), years, prices.discount_rate)
    kg = designs.embodied_co2e_kg[design] / years
    rate, visit = rates(prices, VAN), visit_leg(problem)
    days = problem.rules.delivery_days_per_year
    visited = designs.kind[design] == Kind.DELIVERY_POINT
    return YearlyOptions(
        land=np.where(new, footprint * price, 0.0),
        building=np.where(new, build, 0.0),
        running=designs.running_eur_year[design].astype(float),
        visits_money=np.where(visited, days * rate.money(visit)[site], 0.0),
        visits_carbon=np.where(visited, days * rate.carbon_eur_per_m * visit.m[site], 0.0),
        embodied_carbon=np.where(new, kg * prices.co2e_eur_per_t / 1000.0, 0.0),
        embodied_kg=np.where(new, kg, 0.0),
    )


def _land_eur_m2_year(problem: Problem) -> NDArray[np.float64]:
    """Return what a square metre of land costs each option per year, by its tenure."""
    sites, prices, site = problem.sites, problem.prices, problem.options.site
    premium = annuity(
        sites.long_lease_eur_m2[site].astype(float),
        np.full(len(site), prices.long_lease_years),
        prices.discount_rate,
    )
    return np.select(
        [held(problem, Tenure.BUY), held(problem, Tenure.LONG_LEASE)],
        [
            sites.price_eur_m2[site] * prices.discount_rate,
            premium + sites.long_lease_rent_eur_m2_year[site],
        ],
        sites.rent_eur_m2_year[site],
    )


def held(problem: Problem, tenure: Tenure) -> NDArray[np.bool_]:
    """Return which options hold their land in this way."""
    mine = np.array([word == tenure for word in problem.designs.tenure], dtype=bool)
    return mine[problem.options.design]


def capital_eur(problem: Problem) -> NDArray[np.int64]:
    """Return whole euros that each option takes from the purse: land and building."""
    designs, option, sites = problem.designs, problem.options, problem.sites
    new = option.status != OptionStatus.EXISTING
    price = np.select(
        [held(problem, Tenure.BUY), held(problem, Tenure.LONG_LEASE)],
        [sites.price_eur_m2[option.site], sites.long_lease_eur_m2[option.site]],
        0,
    )
    total = designs.build_eur[option.design] + designs.footprint_m2[option.design] * price
    return np.where(new, total, 0).astype(np.int64)


def consuming(problem: Problem) -> NDArray[np.bool_]:
    """Return which options consume soil when opened: new, with a footprint, on unsealed soil."""
    option = problem.options
    new = option.status != OptionStatus.EXISTING
    soil = problem.sites.land_status[option.site] != LandStatus.ARTIFICIALISED
    takes: NDArray[np.bool_] = new & soil
    takes &= problem.designs.footprint_m2[option.design] > 0
    return takes


def acceptance(problem: Problem, walk_s: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return the share of people who accept a pick-up at that walking time (one way)."""
    rules = problem.rules
    if len(rules.acceptance_walk_s) == 0:
        return np.zeros(len(walk_s))
    return np.interp(walk_s, rules.acceptance_walk_s, rules.acceptance_share, right=0.0)
