"""Turn the orders of a day into the routing problems of both echelons."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.day import Day, Hubs
from optimizer.core.kinds import CARGO_BIKE, LORRY, VAN, Channel
from optimizer.core.routing import RoutingProblem
from optimizer.routing.day.base import facility_names
from optimizer.routing.day.fleets import (
    LOADS,
    Kind,
    fleet_of,
    room_of,
    travel_of,
    vehicles_at_most,
)
from optimizer.routing.day.pieces import cut, windows_of
from optimizer.routing.day.stops import no_pairs, stops_of
from optimizer.routing.day.supply import build_supply
from optimizer.routing.day.waves import consignments, largest_drop, riding_order

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.day import Orders
    from optimizer.routing.day.base import DayBase


class Mile(NamedTuple):
    """The last mile of one hub, and the sizes of the consignments that bring its parcels."""

    problem: RoutingProblem
    order: NDArray[np.int32]
    node: dict[str, NDArray[np.int32]]
    sizes: NDArray[np.int64]


def build_day(base: DayBase, orders: Orders, seed: int) -> Day:
    """Return the day of some orders (of `draw_orders`); seed : of the draw of windows.

    Stops of the last mile stand in the order in which their parcels come (`waves.sources` tells
    from which consignment); times at which consignments are ready are not known yet.
    """
    miles = [build_mile(base, hub, orders, seed) for hub in range(len(base.hub_option))]
    supply = build_supply(base, orders, [mile.sizes for mile in miles], seed)
    design = base.problem.options.design[base.hub_option]
    hubs = Hubs(
        id=tuple(facility_names(base.problem, base.hub_option)),
        option=base.hub_option,
        place=supply.hub_place,
        storage_parcels=base.rules.storage_parcels[design],
        handling_parcels_per_hour=base.rules.handling_parcels_per_hour[design],
    )
    return Day(
        seed=seed,
        orders=orders,
        hubs=hubs,
        supply=supply.problem,
        supply_hub=supply.hub,
        supply_order=supply.order,
        supply_option=supply.option,
        supply_node=supply.node,
        last_mile=tuple(mile.problem for mile in miles),
        last_mile_order=tuple(mile.order for mile in miles),
        last_mile_node=tuple(mile.node for mile in miles),
    )


def build_mile(base: DayBase, hub: int, orders: Orders, seed: int) -> Mile:
    """Return the last mile of a hub."""
    problem, rules, option = base.problem, base.rules, int(base.hub_option[hub])
    bike, crew = problem.prices.vehicles[CARGO_BIKE], rules.crews[CARGO_BIKE]
    rows = np.flatnonzero((orders.channel == Channel.BIKE) & (orders.option == option))
    by = LORRY if base.supply.node[LORRY][base.supply_option[option]] >= 0 else VAN
    drop = largest_drop(base, hub, room_of(problem, rules, by))
    room = room_of(problem, rules, CARGO_BIKE)
    pieces = cut(orders, rows, rules, min(room, drop), seed)
    of_base = base.last_mile_point[hub][orders.point[pieces.order]]
    early, _ = windows_of(pieces, rules)
    pieces = pieces.part(riding_order(base.last_mile[hub], of_base, early, base))
    there = base.last_mile_point[hub][orders.point[pieces.order]]
    used = np.unique(np.append(there, 0)).astype(np.int32)
    places = base.last_mile[hub].part(used)
    stops = stops_of(
        base,
        [
            f"{problem.demand.id[i]} from {places.id[0]}"
            for i in orders.point[pieces.order].tolist()
        ],
        np.searchsorted(used, there).astype(np.int32),
        pieces,
        bike.park_s + pieces.stops.astype(np.float64) * bike.service_s,
    )
    total, spent = int(pieces.parcels.sum()), float(stops.service_s.sum())
    count = vehicles_at_most(total, spent, stops.count, room, crew)
    routing = RoutingProblem(
        name=f"last mile of {places.id[0]}",
        load=LOADS,
        place=places.id,
        lon=places.lon,
        lat=places.lat,
        stops=stops,
        pairs=no_pairs(),
        fleet=fleet_of(problem, rules, [Kind(CARGO_BIKE, CARGO_BIKE, 0, count)], None),
        travel={CARGO_BIKE: travel_of(places.table[CARGO_BIKE], crew)},
    )
    sizes = consignments(pieces.parcels, drop)
    return Mile(routing, pieces.order, places.node, sizes)
