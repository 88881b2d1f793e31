"""The first echelon: consignments to hubs, resupply of delivery points, and direct deliveries."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from optimizer.core.kinds import LORRY, VAN, Channel
from optimizer.core.routing import RoutingProblem, Stops
from optimizer.routing.day import fleets
from optimizer.routing.day.base import NOWHERE, SUPPLIERS
from optimizer.routing.day.fleets import LOADS, fleet_of, loads_of, room_of, travel_of
from optimizer.routing.day.pieces import cut
from optimizer.routing.day.stops import no_pairs, numbered, stops_of
from optimizer.routing.day.waves import waves
from optimizer.travel.haul import Leg, rates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from optimizer.core.day import Orders
    from optimizer.core.routing import Fleet
    from optimizer.routing.day.base import DayBase, Places


class Supply(NamedTuple):
    """Supply as a routing problem, and what its stops and places are (see `core.day.Day`)."""

    problem: RoutingProblem
    hub: NDArray[np.int32]
    order: NDArray[np.int32]
    option: NDArray[np.int32]
    node: dict[str, NDArray[np.int32]]
    hub_place: NDArray[np.int32]


class Drops(NamedTuple):
    """Stops that belong to no single order: consignments and resupplies; places of the base."""

    name: list[str]
    hub: NDArray[np.int32]
    option: NDArray[np.int32]
    place: NDArray[np.int32]
    parcels: NDArray[np.int64]
    service_s: NDArray[np.float64]
    from_s: NDArray[np.float64]
    until_s: NDArray[np.float64]


def build_supply(
    base: DayBase, orders: Orders, sizes: Sequence[NDArray[np.int64]], seed: int
) -> Supply:
    """Return the first echelon; sizes : parcels of the consignments of each hub."""
    problem, rules = base.problem, base.rules
    van = problem.prices.vehicles[VAN]
    rows = np.flatnonzero(orders.channel == Channel.VAN)
    pieces = cut(orders, rows, rules, room_of(problem, rules, VAN), seed)
    points = orders.point[pieces.order]
    there = base.supply_point[points]
    drops = _joined(
        [_consignments(base, hub, some) for hub, some in enumerate(sizes)]
        + [_resupplies(base, orders)]
    )
    gates, hubs = np.arange(problem.gateways.count), base.supply_option[base.hub_option]
    used = np.unique(np.concatenate([gates, hubs, drops.place, there])).astype(np.int32)
    places = base.supply.part(used)
    direct = stops_of(
        base,
        [f"{problem.demand.id[i]} by van" for i in points.tolist()],
        np.searchsorted(used, there).astype(np.int32),
        pieces,
        van.park_s + pieces.stops.astype(np.float64) * van.service_s,
    )
    stops = _after(_drop_stops(base, drops, used), direct)
    nobody = np.full(direct.count, NOWHERE, dtype=np.int32)
    routing = RoutingProblem(
        name="supply",
        load=LOADS,
        place=places.id,
        lon=places.lon,
        lat=places.lat,
        stops=stops,
        pairs=no_pairs(),
        fleet=_fleet(base, places, stops),
        travel={name: travel_of(places.table[name], rules.crews[name]) for name in SUPPLIERS},
    )
    return Supply(
        problem=routing,
        hub=np.concatenate([drops.hub, nobody]),
        order=np.concatenate([np.full(len(drops.hub), NOWHERE, dtype=np.int32), pieces.order]),
        option=np.concatenate([drops.option, nobody]),
        node=places.node,
        hub_place=np.searchsorted(used, hubs).astype(np.int32),
    )


def _consignments(base: DayBase, hub: int, sizes: NDArray[np.int64]) -> Drops:
    problem, option = base.problem, int(base.hub_option[hub])
    place = int(base.supply_option[option])
    name = base.supply.id[place]
    by = LORRY if base.supply.node[LORRY][place] >= 0 else VAN
    vehicle = problem.prices.vehicles[by]
    wanted = waves(base, hub, sizes, _earliest(base, by, place))
    count = len(sizes)
    return Drops(
        name=[f"{name} consignment {rank + 1}" for rank in range(count)],
        hub=np.full(count, hub, dtype=np.int32),
        option=np.full(count, option, dtype=np.int32),
        place=np.full(count, place, dtype=np.int32),
        parcels=sizes,
        service_s=vehicle.park_s + sizes.astype(np.float64) * vehicle.drop_s_per_parcel,
        from_s=wanted.from_s,
        until_s=wanted.until_s,
    )


def _earliest(base: DayBase, profile: str, place: int) -> float:
    """Return the earliest moment at which a vehicle can be at a place, at its slowest pace."""
    crew, gates = base.rules.crews[profile], base.problem.gateways.count
    way = base.supply.table[profile].time_s[:gates, place]
    nearest = float(way[way >= 0].min()) if (way >= 0).any() else 0.0
    return crew.shift_from_s + crew.load_s + nearest / float(crew.pace.min())


def _resupplies(base: DayBase, orders: Orders) -> Drops:
    """Return what delivery points get: what is picked up there today, in pieces that fit a van."""
    problem, van = base.problem, base.problem.prices.vehicles[VAN]
    today = np.zeros(problem.options.count, dtype=np.int64)
    picked = orders.channel == Channel.PICKUP
    np.add.at(today, orders.option[picked], orders.parcels[picked])
    room = room_of(problem, base.rules, VAN)
    option = np.repeat(np.arange(len(today)), -(-today // room)).astype(np.int32)
    rank = np.arange(len(option)) - np.searchsorted(option, option)
    times = -(-today // room)
    parcels = today[option] // times[option] + (rank < today[option] % times[option])
    count, place = len(option), base.supply_option[option]
    return Drops(
        name=[f"{base.supply.id[p]} resupply" for p in place.tolist()],
        hub=np.full(count, NOWHERE, dtype=np.int32),
        option=option,
        place=place,
        parcels=parcels,
        service_s=van.park_s + van.service_s + parcels.astype(np.float64) * van.drop_s_per_parcel,
        from_s=np.zeros(count),
        until_s=np.full(count, np.inf),
    )


def _joined(parts: list[Drops]) -> Drops:
    names = [name for part in parts for name in part.name]
    columns = zip(*(part[1:] for part in parts), strict=True)
    return Drops(names, *(np.concatenate(column) for column in columns))


def _drop_stops(base: DayBase, drops: Drops, used: NDArray[np.int32]) -> Stops:
    deliver = loads_of(drops.parcels, base.rules)
    return Stops(
        id=numbered(drops.name),
        place=np.searchsorted(used, drops.place).astype(np.int32),
        deliver=deliver,
        collect=np.zeros_like(deliver),
        service_s=np.ceil(drops.service_s - 1e-9),
        from_s=drops.from_s,
        until_s=drops.until_s,
        released_s=np.zeros(len(drops.hub)),
        penalty_eur=drops.parcels.astype(np.float64) * base.rules.penalty_eur_per_parcel,
    )


def _after(first: Stops, second: Stops) -> Stops:
    def both(name: str) -> NDArray[Any]:
        return np.concatenate([getattr(first, name), getattr(second, name)])

    return Stops(first.id + second.id, *(both(item.name) for item in fields(Stops)[1:]))


def _fleet(base: DayBase, places: Places, stops: Stops) -> Fleet:
    """Return lorries and vans at the gateways that are cheapest for some stop."""
    problem, rules = base.problem, base.rules
    kinds, serves = [], []
    for profile in SUPPLIERS:
        reached = places.node[profile][stops.place] >= 0
        room, crew = room_of(problem, rules, profile), rules.crews[profile]
        parcels = int(stops.deliver[reached, 0].sum())
        spent, count = float(stops.service_s[reached].sum()), int(reached.sum())
        most = fleets.vehicles_at_most(parcels, spent, count, room, crew)
        for gate in cheapest_gateways(base, places, profile, np.unique(stops.place[reached])):
            name = f"{profile} from {problem.gateways.id[gate]}"
            kinds.append(fleets.Kind(name, profile, gate, most))
            serves.append(reached)
    table = np.array(serves, dtype=bool).reshape(len(kinds), stops.count)
    return fleet_of(problem, rules, kinds, table)


def cheapest_gateways(
    base: DayBase, places: Places, profile: str, targets: NDArray[np.int32]
) -> list[int]:
    """Return the gateways whose round trip is the cheapest for at least one of some places."""
    gates, table = base.problem.gateways.count, places.table[profile]
    ways = [np.where(values >= 0, values, np.inf) for values in table]
    there_and_back = [way[:gates, targets] + way[targets, :gates].T for way in ways]
    price = rates(base.problem.prices, profile).total(Leg(*there_and_back))
    if not price.size:
        return []
    known = np.isfinite(price).any(axis=0)
    return [int(gate) for gate in np.unique(np.argmin(price[:, known], axis=0))]
