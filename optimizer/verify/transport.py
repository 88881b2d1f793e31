"""Seconds and metres of every parcel's way, from the words of the model."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.kinds import CARGO_BIKE, LORRY, VAN, Kind
from optimizer.verify.zoning import supply_vehicle

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.problem import Problem
    from optimizer.verify.case import Case

    Floats = NDArray[np.float64]


class Stream(NamedTuple):
    """Driving of one vehicle for one term: seconds and metres per mean day, one part a row."""

    term: str
    vehicle: str
    seconds: Floats
    metres: Floats


def gap_m(problem: Problem, vehicle: str, stops_per_km2: Floats) -> Floats:
    """Return metres between neighbouring stops: constant * circuity / sqrt(density)."""
    prices = problem.prices
    density = stops_per_km2 * prices.vehicles[vehicle].density_share
    return 1000.0 * prices.tour_constant * prices.circuity / np.sqrt(density)


class Share(NamedTuple):
    """What one parcel's way is made of; each (seconds, metres), arrays of one shape.

    trip : its share of the way out and back. gap : its share of the way to the stop before.
    still_s : its share of parking, handing over, unloading.
    """

    trip: tuple[Floats, Floats]
    gap: tuple[Floats, Floats]
    still_s: Floats


def told(
    problem: Problem, vehicle: str, share: Share, area: NDArray[np.int32], *, parcels: float = 1.0
) -> tuple[Floats, Floats]:
    """Return seconds and metres of the parts together, weighed by what was fitted in each area."""
    fit = problem.tour_fit
    if fit is None or vehicle not in fit.constants:
        return share.trip[0] + share.gap[0] + share.still_s, share.trip[1] + share.gap[1]
    known = fit.constants[vehicle]
    moved_s = known.trip_s[area] * share.trip[0] + known.gap_s[area] * share.gap[0]
    moved_m = known.trip_m[area] * share.trip[1] + known.gap_m[area] * share.gap[1]
    return moved_s + known.stop[area] * share.still_s + known.parcel_s[area] * parcels, moved_m


def to_stops(
    problem: Problem, vehicle: str, stops_per_km2: Floats, per_stop: Floats
) -> tuple[tuple[Floats, Floats], Floats]:
    """Return a parcel's share of the way between stops, and of parking and handing over."""
    one, metres = problem.prices.vehicles[vehicle], gap_m(problem, vehicle, stops_per_km2)
    drive_s = 3.6 * metres / one.tour_speed_kph
    return (drive_s / per_stop, metres / per_stop), (one.park_s + one.service_s) / per_stop


def gateway_trips(case: Case, vehicle: str, nodes: NDArray[np.int32]) -> tuple[Floats, Floats]:
    """Return seconds and metres of the round trip through each node's cheapest gateway.

    Infinite where no gateway reaches the node. Ties go to the gateway that comes first.
    """
    problem, price = case.problem, case.problem.prices.vehicles[vehicle]
    carbon = problem.prices.co2e_eur_per_t / 1000.0
    best = np.full(len(nodes), np.inf)
    best_s, best_m = best.copy(), best.copy()
    for gateway, origin in enumerate(problem.gateways.node[vehicle].tolist()):
        out_s, out_m = case.paths.tree(vehicle, origin, nodes)
        back_s, back_m = case.paths.tree(vehicle, origin, nodes, reverse=True)
        trip_s = out_s + back_s + 2 * int(problem.gateways.line_haul_s[gateway])
        trip_m = out_m + back_m + 2 * int(problem.gateways.line_haul_m[gateway])
        cost = price.eur_per_hour / 3600.0 * trip_s + price.eur_per_km / 1000.0 * trip_m
        cost += carbon * price.co2e_kg_per_km / 1000.0 * trip_m
        better = cost < best
        best = np.where(better, cost, best)
        best_s, best_m = np.where(better, trip_s, best_s), np.where(better, trip_m, best_m)
    return best_s, best_m


def van_legs(case: Case) -> tuple[Floats, Floats]:
    """Return seconds and metres per parcel of the van to each demand point.

    Infinite where no van gets to. The same for every plan, hence kept with the paths.
    """
    if case.paths.van_legs is None:
        case.paths.van_legs = _van_legs(case)
    return case.paths.van_legs


def _van_legs(case: Case) -> tuple[Floats, Floats]:
    problem, demand = case.problem, case.problem.demand
    trip_s, trip_m = gateway_trips(case, VAN, demand.node[VAN])
    load = problem.prices.vehicles[VAN].parcels_per_tour
    gap, still_s = to_stops(problem, VAN, demand.stops_per_km2, demand.parcels_per_stop)
    share = Share((trip_s / load, trip_m / load), gap, still_s)
    return told(problem, VAN, share, np.zeros(demand.count, dtype=np.int32))


def streams(case: Case) -> list[Stream]:
    """Return all driving of the plan."""
    return [*_hubs(case), _bikes(case), *_delivery_points(case), _vans(case)]


def _through(case: Case, kind: Kind) -> tuple[list[int], Floats]:
    """Return the options of a kind that parcels pass through, and their parcels per day."""
    flows = case.bike if kind is Kind.MICRO_HUB else case.pickup
    rows: dict[int, list[float]] = {}
    for option, parcels in zip(flows.option.tolist(), flows.parcels.tolist(), strict=True):
        rows.setdefault(option, []).append(parcels)
    return list(rows), np.array([math.fsum(row) for row in rows.values()])


def _supply(case: Case, options: list[int], vehicle: str, *, park: bool) -> tuple[Floats, Floats]:
    """Return seconds and metres per parcel from the gateway to facilities."""
    price = case.problem.prices.vehicles[vehicle]
    nodes = case.problem.sites.node[vehicle][case.problem.options.site[options]]
    trip_s, trip_m = gateway_trips(case, vehicle, nodes)
    load = price.parcels_per_tour
    nothing = np.zeros(len(options))
    still_s = nothing + (price.park_s / load if park else 0.0) + price.drop_s_per_parcel
    share = Share((trip_s / load, trip_m / load), (nothing, nothing), still_s)
    return told(case.problem, vehicle, share, np.zeros(len(options), dtype=np.int32))


def _hubs(case: Case) -> list[Stream]:
    options, parcels = _through(case, Kind.MICRO_HUB)
    found = []
    for vehicle in (LORRY, VAN):
        mine = [r for r, option in enumerate(options) if supply_vehicle(case, option) == vehicle]
        if mine:
            seconds, metres = _supply(case, [options[r] for r in mine], vehicle, park=True)
            amount = parcels[mine]
            found.append(Stream("line_haul", vehicle, seconds * amount, metres * amount))
    return found


def _bikes(case: Case) -> Stream:
    problem, demand = case.problem, case.problem.demand
    trip_s, trip_m = case.bike_trips
    points, load = case.bike.point, problem.prices.vehicles[CARGO_BIKE].parcels_per_tour
    density, per_stop = demand.stops_per_km2[points], demand.parcels_per_stop[points]
    gap, still_s = to_stops(problem, CARGO_BIKE, density, per_stop)
    share = Share((trip_s / load, trip_m / load), gap, still_s)
    hub_site = problem.options.site[case.bike.option]
    seconds, metres = told(problem, CARGO_BIKE, share, hub_site)
    return Stream("bike_tours", CARGO_BIKE, seconds * case.bike.parcels, metres * case.bike.parcels)


def _delivery_points(case: Case) -> list[Stream]:
    """Return supply per parcel, and the daily visit of every open delivery point."""
    found = []
    options, parcels = _through(case, Kind.DELIVERY_POINT)
    if options:
        seconds, metres = _supply(case, options, VAN, park=False)
        found.append(Stream("resupply", VAN, seconds * parcels, metres * parcels))
    opened = [option for option in case.opened if case.kind(option) == Kind.DELIVERY_POINT]
    density = case.problem.sites.stops_per_km2[case.problem.options.site[opened]]
    nothing = np.zeros(len(opened))
    gap, still_s = to_stops(case.problem, VAN, density, nothing + 1.0)
    share, city = Share((nothing, nothing), gap, still_s), np.zeros(len(opened), dtype=np.int32)
    return [*found, Stream("resupply", VAN, *told(case.problem, VAN, share, city, parcels=0.0))]


def _vans(case: Case) -> Stream:
    points = np.flatnonzero(case.plan.van_share)
    seconds, metres = van_legs(case)
    parcels = case.problem.demand.parcels_per_day[points] * case.plan.van_share[points]
    return Stream("van_tours", VAN, seconds[points] * parcels, metres[points] * parcels)
