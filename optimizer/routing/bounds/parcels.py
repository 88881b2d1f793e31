"""What a parcel costs at least on any tours, whoever else rides along: prices for siting.

A day is drawn as `optimizer.routing.day` draws it: receivers at demand point i by a channel that
takes the share x of its parcels are Poisson with mean x * n_i / s_i (n_i parcels_per_day, s_i
parcels_per_stop), each a stop with one parcel or more, n_i * x parcels on average. Its tours are
free: any number of vehicles, any order, any split of a point's parcels over trips.

Let a trip of one vehicle from one loading place (a hub, or the gateways) visit the places V and
hand over a_i parcels at i in V, sum a_i <= P. It costs at least

    loading + sum over V of parking + handing over to each receiver + max over V of RT_i

with RT_i the way to i and back in the least seconds, at the best pace of the shift, and the least
metres: both obey the triangle inequality, so that no other stops make it shorter. As the a_i / P
add up to at most 1, that is at least

    sum over V of parking + handing over to each receiver + sum over V of a_i (loading + RT_i) / P

All trips of a day together park at i at least once where it has a receiver, which happens with
probability 1 - exp(-x n_i / s_i) >= x (1 - exp(-n_i / s_i)), the left side being concave in x and 0
at 0. Hence the expected cost of a day is at least the sum over shares x of x n_i * price_i with

    price_i = (loading + RT_i) / P + parking (1 - exp(-n_i / s_i)) / n_i + handing over / s_i

whatever is open, whatever the shares, and whatever the tours. Waiting, breaks and the ways between
stops beyond the farthest one are not counted. Parcels left behind cost their penalty instead; where
half of it (the other half is for the other echelon) would not pay for a parcel that comes alone,
its price is lowered in proportion.

Supply is priced in the same way: a consignment parks once and is no larger than a vehicle (or than
drop_parcels_max). A delivery point that receives m parcels on a mean day is visited on days with a
receiver, with probability >= 1 - exp(-m / max s); as m <= its capacity c on a mean day, visits per
parcel are at least (1 - exp(-c / max s)) / c, again by concavity.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.kinds import CARGO_BIKE, LORRY, VAN, Kind
from optimizer.routing.bounds.rides import least_ways, ride_of, visited_share

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.day import DayRules
    from optimizer.core.problem import Problem
    from optimizer.routing.bounds.rides import Ride

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int32]


class SupplyPrices(NamedTuple):
    """EUR per parcel at least: direct to points (n,), to hubs and delivery points by site (s,)."""

    van_eur: Floats
    hub_eur: Floats
    delivery_eur: Floats


def bike_prices(problem: Problem, rules: DayRules, site: Ints, point: Ints) -> Floats:
    """Return EUR per parcel at least by bike from a hub on `site` to `point`; shape (k,)."""
    ride = ride_of(problem, rules, CARGO_BIKE)
    arcs, count = problem.streets.arcs[CARGO_BIKE], problem.streets.node_count
    owner, row = np.unique(site, return_inverse=True)
    node = problem.sites.node[CARGO_BIKE][owner].astype(np.int32)
    trip = np.zeros((len(owner), problem.demand.count))
    for reverse in (False, True):
        ways = least_ways(arcs, count, node, problem.demand.node[CARGO_BIKE], reverse=reverse)
        trip += ride.price(*ways)
    return _direct(problem, rules, ride, point, trip[row, point])


def supply_prices(problem: Problem, rules: DayRules) -> SupplyPrices:
    """Return EUR per parcel at least of direct vans, and of supply by lorry or van; inf: no way."""
    demand, sites = problem.demand, problem.sites
    kinds = problem.designs.kind[problem.options.design]
    ride, van = ride_of(problem, rules, VAN), problem.prices.vehicles[VAN]
    trip = _round_trips(problem, VAN, demand.node[VAN], ride)
    everybody = np.arange(demand.count, dtype=np.int32)
    direct = _direct(problem, rules, ride, everybody, trip)
    hub_eur, delivery_eur = (np.full(sites.count, np.inf) for _ in range(2))
    hubs = np.unique(problem.options.site[kinds == Kind.MICRO_HUB])
    by_lorry = sites.node[LORRY][hubs] >= 0
    for vehicle, mine in ((LORRY, hubs[by_lorry]), (VAN, hubs[~by_lorry])):
        room = min(rules.drop_parcels_max, ride_of(problem, rules, vehicle).room)
        park_s = problem.prices.vehicles[vehicle].park_s
        visits = np.full(len(mine), 1.0 / room)
        hub_eur[mine] = _dropped(problem, rules, vehicle, mine, (park_s, visits))
    boxes, visits = _visits_of_boxes(problem, kinds == Kind.DELIVERY_POINT)
    visits = np.maximum(visits, 1.0 / ride.room)
    stand_s = van.park_s + van.service_s
    delivery_eur[boxes] = _dropped(problem, rules, VAN, boxes, (stand_s, visits))
    return SupplyPrices(direct, hub_eur, delivery_eur)


def _direct(problem: Problem, rules: DayRules, ride: Ride, point: Ints, trip: Floats) -> Floats:
    """Return EUR per parcel to receivers at `point`, whose way there and back costs `trip`."""
    one, second = problem.prices.vehicles[ride.vehicle], ride.rate.eur_per_s
    park_eur, hand_eur = second * one.park_s, second * one.service_s
    share = (trip + ride.load_eur) / ride.room
    per_stop = np.maximum(problem.demand.parcels_per_stop[point], 1.0)
    price = share + park_eur * visited_share(problem)[point] + hand_eur / per_stop
    return _lowered(price, share + park_eur + hand_eur, rules)


def _lowered(price: Floats, alone: Floats, rules: DayRules) -> Floats:
    """Return prices so low that leaving a parcel behind never costs less; alone : of one parcel."""
    most = rules.penalty_eur_per_parcel / 2.0
    known = np.isfinite(alone) & (alone > most)
    factor = np.divide(most, alone, out=np.ones_like(alone), where=known)
    lowered: Floats = price * factor
    return lowered


def _visits_of_boxes(problem: Problem, mine: NDArray[np.bool_]) -> tuple[Ints, Floats]:
    """Return the sites of delivery points, and how often each is visited per parcel at least."""
    designs, options = problem.designs, problem.options
    sites = np.unique(options.site[mine])
    largest = np.zeros(problem.sites.count)
    most = designs.capacity_parcels_per_day[options.design] / problem.rules.peak_day_factor
    np.maximum.at(largest, options.site[mine], most[mine])
    per_stop = max(float(problem.demand.parcels_per_stop.max(initial=1.0)), 1.0)
    room = np.maximum(largest[sites], 1e-9)
    return sites, -np.expm1(-room / per_stop) / room


def _dropped(
    problem: Problem, rules: DayRules, vehicle: str, site: Ints, stand: tuple[float, Floats]
) -> Floats:
    """Return EUR per parcel to facilities; stand : seconds of a visit, and visits per parcel."""
    ride = ride_of(problem, rules, vehicle)
    trip = _round_trips(problem, vehicle, problem.sites.node[vehicle][site], ride)
    second, drop_s = ride.rate.eur_per_s, problem.prices.vehicles[vehicle].drop_s_per_parcel
    moved = (trip + ride.load_eur) / ride.room + second * drop_s
    return _lowered(moved + second * stand[0] * stand[1], moved + second * stand[0], rules)


def _round_trips(problem: Problem, vehicle: str, node: Ints, ride: Ride) -> Floats:
    """Return EUR of ways from the nearest gateway and to the nearest one, line haul included."""
    arcs, count, gates = problem.streets.arcs[vehicle], problem.streets.node_count, problem.gateways
    total = np.zeros(len(node))
    for reverse in (False, True):
        time_s, length_m = least_ways(arcs, count, gates.node[vehicle], node, reverse=reverse)
        known = time_s >= 0
        beyond_s = np.where(known, time_s + gates.line_haul_s[:, None], -1).astype(np.int32)
        beyond_m = np.where(known, length_m + gates.line_haul_m[:, None], -1).astype(np.int32)
        total += ride.price(beyond_s, beyond_m).min(axis=0, initial=np.inf)
    return total
