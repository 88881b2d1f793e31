"""The tour estimate of `optimizer.siting` for the orders of one day, part by part.

Two rooms need it: whoever fits constants to tours, and whoever tells estimate and tours side by
side. Parcels are those of the day, stops are parcels / parcels_per_stop.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.frozen import Frozen
from optimizer.core.kinds import CARGO_BIKE, LORRY, VAN, Channel, Kind
from optimizer.travel import travel_table
from optimizer.travel.haul import Leg, gateway_round_trip, rates

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.day import Orders
    from optimizer.core.fit import TourConstants, TourFit
    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem

    Floats = NDArray[np.float64]

VEHICLES = (LORRY, VAN, CARGO_BIKE)


class Parts(NamedTuple):
    """Parts of the estimate of one vehicle by area, before any constants; arrays of shape (a,).

    trip : ways out and back. gap : ways between stops. still_s : parking, handing over, unloading.
    parcels : carried.
    """

    trip_s: Floats
    trip_m: Floats
    gap_s: Floats
    gap_m: Floats
    still_s: Floats
    parcels: Floats

    def told(self, fitted: TourConstants | None) -> Leg:
        """Return seconds and metres by area, (a,); None: the estimate as it is."""
        if fitted is None:
            return Leg(self.trip_s + self.gap_s + self.still_s, self.trip_m + self.gap_m)
        way_s = fitted.trip_s * self.trip_s + fitted.gap_s * self.gap_s
        rest_s = fitted.stop * self.still_s + fitted.parcel_s * self.parcels
        return Leg(way_s + rest_s, fitted.trip_m * self.trip_m + fitted.gap_m * self.gap_m)


class _Deliveries(NamedTuple):
    """Rows of deliveries: area, demand point, parcels, and the leg out and back."""

    area: NDArray[np.int64]
    point: NDArray[np.int32]
    parcels: Floats
    trip: Leg


@dataclass(frozen=True, eq=False)
class PlanLegs(Frozen):
    """Ways of a plan, computed once for all days; seconds and metres, inf where there is none.

    hub : int32, (h,), open hubs. bike_s, bike_m : (h, n), round trips to demand points. van_s,
    van_m : (n,), round trips through the gateway. supply_s, supply_m : by vehicle, (o,), likewise
    of open options.
    """

    hub: NDArray[np.int32]
    bike_s: Floats
    bike_m: Floats
    van_s: Floats
    van_m: Floats
    supply_s: dict[str, Floats]
    supply_m: dict[str, Floats]


def plan_legs(problem: Problem, plan: Plan) -> PlanLegs:
    """Measure the ways of a plan that its estimate consists of."""
    kind = problem.designs.kind[problem.options.design]
    hub = np.flatnonzero(plan.open_option & (kind == Kind.MICRO_HUB)).astype(np.int32)
    arcs, count = problem.streets.arcs[CARGO_BIKE], problem.streets.node_count
    origin = problem.sites.node[CARGO_BIKE][problem.options.site[hub]]
    target = problem.demand.node[CARGO_BIKE]
    bike_s, bike_m = np.zeros((2, len(hub), problem.demand.count))
    for reverse in (False, True):
        time_s, length_m = travel_table(arcs, count, origin, target, reverse=reverse)
        bike_s += np.where(time_s < 0, np.inf, time_s)
        bike_m += np.where(length_m < 0, np.inf, length_m)
    van = gateway_round_trip(problem, VAN, problem.demand.node[VAN])
    supply_s, supply_m = {}, {}
    opened = np.flatnonzero(plan.open_option & (kind != Kind.PRODUCTIVE_HOTEL))
    for name in (LORRY, VAN):
        trip = gateway_round_trip(
            problem, name, problem.sites.node[name][problem.options.site[opened]]
        )
        supply_s[name], supply_m[name] = (np.full(len(kind), np.inf) for _ in range(2))
        supply_s[name][opened], supply_m[name][opened] = trip.s, trip.m
    return PlanLegs(hub, bike_s, bike_m, van.s, van.m, supply_s, supply_m)


def supply_vehicle(problem: Problem, option: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Return which hub options the model supplies by lorry; the others by van."""
    by_lorry: NDArray[np.bool_] = problem.sites.node[LORRY][problem.options.site[option]] >= 0
    return by_lorry


def estimate_day(
    problem: Problem, legs: PlanLegs, orders: Orders, parcels: Floats | None = None
) -> dict[str, Parts]:
    """Return the parts by vehicle: lorry and van for the city, (1,), bikes by hub, (h,).

    parcels : of each order, where not all were brought; (c,).
    """
    amount = (orders.parcels if parcels is None else parcels).astype(np.float64)
    found = {name: Parts(*np.zeros((6, 1))) for name in (LORRY, VAN)}
    found[CARGO_BIKE] = Parts(*np.zeros((6, len(legs.hub))))
    by = orders.channel
    bike, van, pickup = by == Channel.BIKE, by == Channel.VAN, by == Channel.PICKUP
    hub = np.searchsorted(legs.hub, orders.option[bike])
    point = orders.point[bike]
    trip = Leg(legs.bike_s[hub, point], legs.bike_m[hub, point])
    _deliver(problem, CARGO_BIKE, found[CARGO_BIKE], _Deliveries(hub, point, amount[bike], trip))
    point = orders.point[van]
    trip = Leg(legs.van_s[point], legs.van_m[point])
    city = np.zeros(len(point), dtype=np.int64)
    _deliver(problem, VAN, found[VAN], _Deliveries(city, point, amount[van], trip))
    for part, park in ((bike, True), (pickup, False)):
        carried = np.zeros(problem.options.count)
        np.add.at(carried, orders.option[part], amount[part])
        _supply(problem, legs, carried, found, park=park)
    return found


def _deliver(problem: Problem, vehicle: str, parts: Parts, rows: _Deliveries) -> None:
    """Add deliveries to `parts`."""
    one, demand = problem.prices.vehicles[vehicle], problem.demand
    gap_m = _gap_m(problem, vehicle, demand.stops_per_km2[rows.point])
    stops = rows.parcels / demand.parcels_per_stop[rows.point]
    share = rows.parcels / one.parcels_per_tour
    columns = (
        share * rows.trip.s,
        share * rows.trip.m,
        stops * 3.6 * gap_m / one.tour_speed_kph,
        stops * gap_m,
        stops * (one.park_s + one.service_s),
        rows.parcels,
    )
    for total, column in zip(parts, columns, strict=True):
        np.add.at(total, rows.area, np.where(rows.parcels > 0, column, 0.0))


def _supply(
    problem: Problem, legs: PlanLegs, carried: Floats, found: dict[str, Parts], *, park: bool
) -> None:
    """Add the supply of hubs (which parks once a tour) or of delivery points (visited once)."""
    options = np.flatnonzero(carried > 0).astype(np.int32)
    by_lorry = supply_vehicle(problem, options) & park
    for name in (LORRY, VAN):
        mine = options[by_lorry == (name == LORRY)]
        one, amount, parts = problem.prices.vehicles[name], carried[mine], found[name]
        share = amount / one.parcels_per_tour
        parts.trip_s[0] += float(np.sum(share * legs.supply_s[name][mine]))
        parts.trip_m[0] += float(np.sum(share * legs.supply_m[name][mine]))
        parts.still_s[0] += float(np.sum(amount)) * one.drop_s_per_parcel
        parts.parcels[0] += float(np.sum(amount))
        if park:
            parts.still_s[0] += float(np.sum(share)) * one.park_s
            continue
        gap_m = _gap_m(problem, name, problem.sites.stops_per_km2[problem.options.site[mine]])
        parts.gap_m[0] += float(np.sum(gap_m))
        parts.gap_s[0] += float(np.sum(3.6 * gap_m / one.tour_speed_kph))
        parts.still_s[0] += len(mine) * (one.park_s + one.service_s)


def _gap_m(problem: Problem, vehicle: str, stops_per_km2: Floats) -> Floats:
    prices = problem.prices
    spread = np.sqrt(stops_per_km2 * prices.vehicles[vehicle].density_share)
    metres: Floats = 1000.0 * prices.tour_constant * prices.circuity / spread
    return metres


def constants_at(
    fit: TourFit | None, vehicle: str, site: NDArray[np.int32]
) -> TourConstants | None:
    """Return the constants of a vehicle by area: of the hubs on these sites, or of the city."""
    fitted = None if fit is None else fit.constants.get(vehicle)
    if fitted is None or vehicle != CARGO_BIKE:
        return fitted
    rows = {item.name: getattr(fitted, item.name)[site] for item in fields(fitted)}
    return fitted.replace(**rows)


def estimate_figures(
    problem: Problem, legs: PlanLegs, parts: dict[str, Parts]
) -> dict[str, dict[str, float]]:
    """Return km, hours, EUR (carbon apart) and kg CO2e by vehicle, with the problem's constants."""
    figures = {}
    site = problem.options.site[legs.hub]
    for name, part in parts.items():
        leg = part.told(constants_at(problem.tour_fit, name, site))
        seconds, metres = float(leg.s.sum()), float(leg.m.sum())
        rate = rates(problem.prices, name)
        figures[name] = {
            "km": metres / 1000.0,
            "hours": seconds / 3600.0,
            "eur": rate.eur_per_s * seconds + rate.eur_per_m * metres,
            "co2e_kg": rate.kg_per_m * metres,
        }
    return figures
