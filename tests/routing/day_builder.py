"""Valid delivery days made by rule: nearest stop next, vehicles filled one after another.

Parcels are the plan's shares rounded, one routing stop per order (more where it exceeds a
vehicle). Lorries bring each hub one consignment in the morning and one at noon; its riders take
the stops of the first along before those of the second. Nothing here plans well: it only keeps
every rule that a day has, so that tables, maps and checks have something to say.
"""

from __future__ import annotations

import numpy as np

from optimizer.core.day import Crew, Day, DayPlan, DayRules, Hubs, Orders
from optimizer.core.kinds import CARGO_BIKE, LORRY, VAN, Channel, Kind
from tests.routing.day_drivers import Crewed, as_tours
from tests.routing.day_places import Builder
from tests.routing.day_roads import Roads, ways_of

HOUR = 3600.0
EARLY, NOON = 6 * HOUR, 10 * HOUR


def crew(from_h=6.0, until_h=20.0, *, kg=500.0, litres=2000.0, reloads=0) -> Crew:
    """Return a crew without breaks at the pace of the streets."""
    return Crew(
        capacity_kg=kg,
        capacity_l=litres,
        shift_from_s=from_h * HOUR,
        shift_until_s=until_h * HOUR,
        shift_max_s=8 * HOUR,
        break_s=0.0,
        work_max_s=np.inf,
        load_s=600.0,
        reloads_max=reloads,
        pace=np.ones(24),
    )


def day_rules(problem, storage=400.0, handling=200.0) -> DayRules:
    """Return rules for lorries, vans and bikes."""
    count = problem.designs.count
    return DayRules(
        crews={
            LORRY: crew(5, 16, kg=6000, litres=30_000),
            VAN: crew(kg=900, litres=8000),
            CARGO_BIKE: crew(7, 20, kg=150, litres=1500, reloads=4),
        },
        parcel_kg=2.0,
        parcel_l=10.0,
        window_from_s=np.zeros(0),
        window_until_s=np.zeros(0),
        window_share=np.zeros(0),
        storage_parcels=np.full(count, storage),
        handling_parcels_per_hour=np.full(count, handling),
        drop_parcels_max=300,
        penalty_eur_per_parcel=20.0,
    )


def made_orders(problem, plan) -> Orders:
    """Return the plan's shares as whole parcels."""
    rows = []
    for i, share in enumerate(plan.van_share.tolist()):
        rows.append((i, Channel.VAN, -1, share))
    for channel, flow in ((Channel.BIKE, "bike"), (Channel.PICKUP, "pickup")):
        columns = (getattr(plan, f"{flow}_{name}").tolist() for name in ("point", "option"))
        shares = getattr(plan, f"{flow}_share").tolist()
        rows += [(i, channel, o, s) for i, o, s in zip(*columns, shares, strict=True)]
    parcels = [round(problem.demand.parcels_per_day[i] * share) for i, _, _, share in rows]
    kept = [k for k, count in enumerate(parcels) if count > 0]
    column = np.array([(*rows[k][:3], parcels[k]) for k in kept], dtype=np.int64).reshape(-1, 4).T
    per_stop = problem.demand.parcels_per_stop[column[0]]
    return Orders(
        point=column[0].astype(np.int32),
        channel=column[1].astype(np.int8),
        option=column[2].astype(np.int32),
        parcels=column[3],
        stops=np.ceil(column[3] / per_stop).astype(np.int64),
    )


def made_day(problem, plan, seed: int = 1) -> tuple[Day, DayPlan]:
    """Return a day of the plan with its tours; `problem.day` or `day_rules` are kept."""
    rules = problem.day or day_rules(problem)
    orders = made_orders(problem, plan)
    roads = {profile: Roads(problem, profile) for profile in (LORRY, VAN, CARGO_BIKE)}
    options = [
        o
        for o in np.flatnonzero(plan.open_option).tolist()
        if problem.designs.kind[problem.options.design[o]] == Kind.MICRO_HUB
        and (orders.option[orders.channel == Channel.BIKE] == o).any()
    ]
    supply, hubs, brings = _supply(problem, rules, orders, options, roads)
    supply_hub, supply_order, supply_option = (np.array(row, dtype=np.int32) for row in brings)
    tours = _supply_tours(supply)
    node = supply.nodes_by_profile
    miles, mile_orders, mile_nodes, mile_tours, consignments = [], [], [], [], []
    for h, option in enumerate(options):
        ready = _ready(supply.routing, tours, supply_hub, hubs, h)
        mile, order, which = _last_mile(problem, rules, orders, option, roads, ready)
        driven = Crewed(mile.routing, 0, rules.crews[CARGO_BIKE].shift_from_s)
        for wave in dict.fromkeys(stop for stop in which if stop >= 0):
            driven.serve([s for s, stop in enumerate(which) if stop == wave])
        told = as_tours(driven.tours)
        visited = set(told.stop.tolist())
        miles.append(mile.routing)
        mile_orders.append(np.array(order, dtype=np.int32))
        mile_nodes.append(mile.nodes_by_profile)
        mile_tours.append(told)
        consignments.append(
            np.array([c if s in visited else -1 for s, c in enumerate(which)], dtype=np.int32)
        )
    day = Day(
        seed=seed,
        orders=orders,
        hubs=hubs,
        supply=supply.routing,
        supply_hub=supply_hub,
        supply_order=supply_order,
        supply_option=supply_option,
        supply_node=node,
        last_mile=tuple(miles),
        last_mile_order=tuple(mile_orders),
        last_mile_node=tuple(mile_nodes),
    )
    day_plan = DayPlan(
        supply=tours,
        last_mile=tuple(mile_tours),
        consignment=tuple(consignments),
        supply_ways=ways_of(supply.routing, tours, node, roads),
        last_mile_ways=tuple(
            ways_of(one, told, nodes, roads)
            for one, told, nodes in zip(miles, mile_tours, mile_nodes, strict=True)
        ),
    )
    return day, day_plan


def _parcel(rules):
    return [1, round(1000 * rules.parcel_kg), round(1000 * rules.parcel_l)]


def _supply(problem, rules, orders, options, roads):
    prices, sites, gateways = problem.prices, problem.sites, problem.gateways
    build = Builder("supply", _parcel(rules))
    haul = [[], []]
    for g in range(gateways.count):
        nodes = {profile: int(gateways.node[profile][g]) for profile in (LORRY, VAN)}
        place = build.place(gateways.name[g], gateways.lon[g], gateways.lat[g], **nodes)
        haul[0].append(int(gateways.line_haul_s[g]))
        haul[1].append(int(gateways.line_haul_m[g]))
        build.types += [
            (f"{profile} from {gateways.id[g]}", profile, place)
            for profile in (LORRY, VAN)
            if nodes[profile] >= 0
        ]
    hub_place, supply_hub, supply_order, supply_option = [], [], [], []
    for h, option in enumerate(options):
        site = int(problem.options.site[option])
        nodes = {profile: int(sites.node[profile][site]) for profile in (LORRY, VAN)}
        hub_place.append(build.place(sites.name[site], sites.lon[site], sites.lat[site], **nodes))
        total = int(orders.parcels[(orders.option == option)].sum())
        vehicle = prices.vehicles[LORRY if nodes[LORRY] >= 0 else VAN]
        most = min(rules.drop_parcels_max, int(vehicle.parcels_per_tour))
        parts = _shares(total, max(2, -(-total // most)))
        for rank, parcels in enumerate(parts):
            early = rank < (len(parts) + 1) // 2
            service = vehicle.park_s + parcels * vehicle.drop_s_per_parcel
            until = 9 * HOUR if early else np.inf
            build.stop(f"hub {sites.id[site]} {rank + 1}", hub_place[-1], parcels, service, until)
            supply_hub.append(h)
            supply_order.append(-1)
            supply_option.append(option)
    van = prices.vehicles[VAN]
    for option in np.unique(orders.option[orders.channel == Channel.PICKUP]).tolist():
        site = int(problem.options.site[option])
        place = build.place(
            sites.name[site], sites.lon[site], sites.lat[site], van=int(sites.node[VAN][site])
        )
        total = int(orders.parcels[orders.option == option].sum())
        for rank, parcels in enumerate(_shares(total, -(-total // int(van.parcels_per_tour)))):
            service = van.park_s + parcels * van.drop_s_per_parcel
            build.stop(f"resupply {sites.id[site]} {rank + 1}", place, parcels, service)
            supply_hub.append(-1)
            supply_order.append(-1)
            supply_option.append(option)
    for k in np.flatnonzero(orders.channel == Channel.VAN).tolist():
        i = int(orders.point[k])
        place = build.place(
            problem.demand.id[i],
            problem.demand.lon[i],
            problem.demand.lat[i],
            van=int(problem.demand.node[VAN][i]),
        )
        service = van.park_s + float(orders.stops[k]) * van.service_s
        for rank, parcels in enumerate(_split(int(orders.parcels[k]), int(van.parcels_per_tour))):
            build.stop(f"{problem.demand.id[i]} van {rank + 1}", place, parcels, service)
            supply_hub.append(-1)
            supply_order.append(k)
            supply_option.append(-1)
    beyond = [np.zeros(len(build.places), dtype=np.int64) for _ in range(2)]
    for extra, told in zip(beyond, haul, strict=True):
        extra[: len(told)] = told
    both = {profile: roads[profile] for profile in (LORRY, VAN)}
    build.routing = build.problem(both, rules, prices, beyond)
    build.nodes_by_profile = {profile: build.node(profile) for profile in both}
    design = problem.options.design[options]
    hubs = Hubs(
        id=tuple(problem.sites.id[int(problem.options.site[o])] for o in options),
        option=np.array(options, dtype=np.int32),
        place=np.array(hub_place, dtype=np.int32),
        storage_parcels=rules.storage_parcels[design],
        handling_parcels_per_hour=rules.handling_parcels_per_hour[design],
    )
    return build, hubs, (supply_hub, supply_order, supply_option)


def _shares(total: int, parts: int) -> list[int]:
    whole = [total // parts + (rank < total % parts) for rank in range(parts)]
    return [part for part in whole if part > 0]


def _split(total: int, most: int) -> list[int]:
    return _shares(total, -(-total // most))


def _supply_tours(build):
    """Each stop goes with the vehicle type whose home is nearest; hubs by lorry where one may."""
    problem = build.routing
    fleet, place = problem.fleet, problem.stops.place
    groups: dict[int, list[int]] = {}
    for stop in range(problem.stops.count):
        choices = [v for v in range(fleet.count) if fleet.serves[v, stop]]
        lorries = [v for v in choices if fleet.profile[v] == LORRY]

        def far(v, stop=stop):
            time_s = problem.travel[fleet.profile[v]].time_s
            return time_s[fleet.start_place[v], place[stop]], v

        reach = [v for v in lorries or choices if far(v)[0] >= 0]
        if reach:
            late = np.isinf(problem.stops.until_s[stop]) and bool(lorries)
            groups.setdefault((min(reach, key=far), late), []).append(stop)
    told = []
    for (v, late), stops in sorted(groups.items()):
        driven = Crewed(problem, v, NOON if late else EARLY)
        driven.serve(stops)
        told += driven.tours
    return as_tours(told)


def _ready(problem, tours, supply_hub, hubs, h) -> list[tuple[int, float, int]]:
    """Return (stop, ready_s, parcels) of the hub's consignments, in order of readiness."""
    came = sorted(
        (float(tours.leave_s[q]), int(tours.stop[q]))
        for q in np.flatnonzero(tours.stop >= 0)
        if supply_hub[tours.stop[q]] == h
    )
    told, clock = [], 0.0
    for leave, stop in came:
        parcels = int(problem.stops.deliver[stop, 0])
        clock = max(clock, leave) + parcels * HOUR / float(hubs.handling_parcels_per_hour[h])
        told.append((stop, clock, parcels))
    return told


def _last_mile(problem, rules, orders, option, roads, ready):
    """Return the hub's routing problem; stops are dealt to consignments until these are full."""
    demand, sites, bike = problem.demand, problem.sites, problem.prices.vehicles[CARGO_BIKE]
    build = Builder(f"hub {option}", _parcel(rules))
    site = int(problem.options.site[option])
    hub = build.place(
        sites.name[site],
        sites.lon[site],
        sites.lat[site],
        cargo_bike=int(sites.node[CARGO_BIKE][site]),
    )
    build.types.append(("cargo_bike", CARGO_BIKE, hub))
    room = [parcels for _, _, parcels in ready]
    most = int(bike.parcels_per_tour)
    order, which = [], []
    for k in np.flatnonzero((orders.option == option) & (orders.channel == Channel.BIKE)).tolist():
        i = int(orders.point[k])
        place = build.place(
            demand.id[i], demand.lon[i], demand.lat[i], cargo_bike=int(demand.node[CARGO_BIKE][i])
        )
        left = int(orders.parcels[k])
        service = bike.park_s + float(orders.stops[k]) * bike.service_s
        while left:
            rank = next((r for r, free in enumerate(room) if free > 0), None)
            parcels = min(left, most if rank is None else room[rank], most)
            stop, ready_s = (-1, 0.0) if rank is None else ready[rank][:2]  # nothing brings it
            left -= parcels
            if rank is not None:
                room[rank] -= parcels
            build.stop(f"{demand.id[i]} bike", place, parcels, service, released_s=ready_s + 600.0)
            order.append(k)
            which.append(stop)
    beyond = [np.zeros(len(build.places), dtype=np.int64)] * 2
    one = {CARGO_BIKE: roads[CARGO_BIKE]}
    build.routing = build.problem(one, rules, problem.prices, beyond)
    build.nodes_by_profile = {CARGO_BIKE: build.node(CARGO_BIKE)}
    return build, order, which
