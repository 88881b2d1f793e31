"""Valid delivery days made by rule: nearest stop next, vehicles filled one after another.

Parcels are the plan's shares rounded, one routing stop per order (more where it exceeds a
vehicle). Lorries bring each hub one consignment in the morning and one at noon; its riders take
the stops of the first along before those of the second. Nothing here plans well: it only keeps
every rule that a day has, so that tables, maps and checks have something to say.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from optimizer.core.day import Crew, Day, DayPlan, DayRules, Hubs, Orders, Ways
from optimizer.core.kinds import CARGO_BIKE, LORRY, VAN, Channel, Kind
from optimizer.core.routing import Fleet, Matrix, Pairs, RoutingProblem, Stops, Tours, Visit

HOUR = 3600.0
BASE = float(1 << 20)  # lengths count only where times are equal
EARLY, NOON = 6 * HOUR, 10 * HOUR
CHUNK = 200


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


class Roads:
    """Lexicographic shortest paths of one profile."""

    def __init__(self, problem, profile) -> None:
        arcs = problem.streets.arcs[profile]
        count = problem.streets.node_count
        weight = arcs.time_s * BASE + arcs.length_m
        order = np.argsort(weight, kind="stable")[::-1]  # of parallel arcs the best is written last
        cell = np.zeros(0)
        key = arcs.tail[order].astype(np.int64) * count + arcs.head[order]
        key, first = np.unique(key[::-1], return_index=True)
        cell = weight[order][::-1][first]
        self.graph = csr_array((cell, (key // count, key % count)), shape=(count, count))

    def table(self, node):
        """Return times and lengths between nodes; -1 where there is no way."""
        sources, place = np.unique(np.maximum(node, 0), return_inverse=True)
        parts = [
            dijkstra(self.graph, indices=sources[k : k + CHUNK])[:, sources]
            for k in range(0, len(sources), CHUNK)
        ]
        cost = np.concatenate(parts)[np.ix_(place, place)]
        cost[node < 0] = cost[:, node < 0] = np.inf
        reached = np.isfinite(cost)
        whole = np.where(reached, cost, 0).astype(np.int64)
        time_s = np.where(reached, whole >> 20, -1).astype(np.int32)
        return time_s, np.where(reached, whole & ((1 << 20) - 1), -1).astype(np.int32)

    def ways(self, legs):
        """Return the nodes of each leg (from, to)."""
        sources = np.unique([a for a, _ in legs])
        found = {}
        for k in range(0, len(sources), CHUNK):
            part = sources[k : k + CHUNK]
            _, before = dijkstra(self.graph, indices=part, return_predecessors=True)
            rank = {int(node): r for r, node in enumerate(part)}
            for a, b in set(legs):
                if a in rank:
                    path = [b]
                    while path[-1] != a:
                        path.append(int(before[rank[a], path[-1]]))
                    found[a, b] = path[::-1]
        return [found[leg] for leg in legs]


class Builder:
    """Collects places and stops of one routing problem."""

    def __init__(self, name, parcel) -> None:
        self.name, self.parcel = name, parcel
        self.places, self.nodes, self.where = [], [], []
        self.stops, self.types = [], []

    def place(self, name, lon, lat, **nodes) -> int:
        """Add a place."""
        self.places.append(name)
        self.where.append((lon, lat))
        self.nodes.append(nodes)
        return len(self.places) - 1

    def stop(self, name, place, parcels, service_s, until_s=np.inf, released_s=0.0) -> int:
        """Add a stop where parcels are handed over."""
        self.stops.append((name, place, parcels, service_s, until_s, released_s))
        return len(self.stops) - 1

    def problem(self, roads, rules, prices, haul) -> RoutingProblem:
        """Return the routing problem; haul: seconds and metres beyond each place."""
        names, place, parcels, service, until, released = (
            zip(*self.stops, strict=True) if self.stops else ((),) * 6
        )
        load = np.outer(np.array(parcels, dtype=np.int64), self.parcel)
        return RoutingProblem(
            name=self.name,
            load=("parcels", "kg", "l"),
            place=tuple(self.places),
            lon=np.array([lon for lon, _ in self.where]),
            lat=np.array([lat for _, lat in self.where]),
            stops=Stops(
                id=tuple(names),
                place=np.array(place, dtype=np.int32),
                deliver=load,
                collect=np.zeros_like(load),
                service_s=np.array(service, dtype=float),
                from_s=np.zeros(len(names)),
                until_s=np.array(until, dtype=float),
                released_s=np.array(released, dtype=float),
                penalty_eur=rules.penalty_eur_per_parcel * np.array(parcels, dtype=float),
            ),
            pairs=Pairs(
                np.zeros(0, dtype=np.int32),
                np.zeros(0, dtype=np.int32),
                np.zeros((0, 3), dtype=np.int64),
            ),
            fleet=self._fleet(rules, prices),
            travel={
                profile: _matrix(roads[profile], self.node(profile), haul) for profile in roads
            },
        )

    def node(self, profile):
        """Return the street node of each place."""
        return np.array([nodes.get(profile, -1) for nodes in self.nodes], dtype=np.int32)

    def _fleet(self, rules, prices) -> Fleet:
        crews = [rules.crews[profile] for _, profile, _ in self.types]
        rates = [prices.vehicles[profile] for _, profile, _ in self.types]
        home = np.array([place for _, _, place in self.types], dtype=np.int32)
        reloads = np.array([one.reloads_max for one in crews], dtype=np.int32)
        reach = [self.node(profile) for _, profile, _ in self.types]
        at = np.array([one[1] for one in self.stops], dtype=np.int32)
        return Fleet(
            id=tuple(name for name, _, _ in self.types),
            profile=tuple(profile for _, profile, _ in self.types),
            count_max=np.full(len(crews), 999, dtype=np.int32),
            capacity=np.array(
                [
                    (int(rate.parcels_per_tour), int(one.capacity_kg), int(one.capacity_l))
                    for rate, one in zip(rates, crews, strict=True)
                ],
                dtype=np.int64,
            ),
            start_place=home,
            end_place=home,
            from_s=np.array([one.shift_from_s for one in crews]),
            until_s=np.array([one.shift_until_s for one in crews]),
            duration_max_s=np.array([one.shift_max_s for one in crews]),
            length_max_m=np.full(len(crews), np.inf),
            fixed_eur=np.zeros(len(crews)),
            eur_per_s=np.array([rate.eur_per_hour / HOUR for rate in rates]),
            eur_per_m=np.array([rate.eur_per_km / 1000 for rate in rates]),
            load_s=np.array([one.load_s for one in crews]),
            reload_places=tuple(
                (int(place),) if more else () for place, more in zip(home, reloads, strict=True)
            ),
            reloads_max=reloads,
            break_s=np.array([one.break_s for one in crews]),
            work_max_s=np.array([one.work_max_s for one in crews]),
            serves=np.array([node[at] >= 0 for node in reach]).reshape(len(crews), len(at)),
        )


def _matrix(roads, node, haul) -> Matrix:
    time_s, length_m = roads.table(node)
    apart = ~np.eye(len(node), dtype=bool) & (time_s >= 0)
    beyond = [np.where(apart, extra[:, None] + extra[None, :], 0) for extra in haul]
    return Matrix(time_s + beyond[0].astype(np.int32), length_m + beyond[1].astype(np.int32))


class Crewed:
    """Drives one type's vehicles: nearest stop next, a new trip or tour when nothing fits."""

    def __init__(self, problem, vehicle_type, begin_s) -> None:
        fleet = problem.fleet
        self.p, self.v, self.begin_s = problem, vehicle_type, begin_s
        self.travel = problem.travel[fleet.profile[vehicle_type]]
        self.room = fleet.capacity[vehicle_type]
        self.home = int(fleet.start_place[vehicle_type])
        self.load_s = float(fleet.load_s[vehicle_type])
        self.tours = []
        self.rows = []

    def serve(self, stops) -> list[int]:
        """Serve what can be served in time; return the rest."""
        left, rest = set(stops), []
        while left:
            if not self._trip(left) and not self.rows:
                return rest + sorted(left)
        self._finish()
        return rest

    def _trip(self, left) -> bool:
        """Add one trip to the tour under way, or begin one; False where nothing fits."""
        stops, fleet = self.p.stops, self.p.fleet
        reload = bool(self.rows)
        if reload and self.trips > fleet.reloads_max[self.v]:
            self._finish()
            return True
        start = self.rows[-1][5] if reload else self.begin_s
        if reload:
            start += self.travel.time_s[self.at, self.home]
        rows, room, at = [], self.room.copy(), self.home
        clock = start + self.load_s
        released = 0.0
        for stop in sorted(left, key=lambda s: stops.released_s[s]):
            released = max(released, float(stops.released_s[stop]))
            break
        clock = max(clock, released)
        if not reload:
            start = clock - self.load_s
        while True:
            near = [s for s in left if self._fits(s, room, at, clock, start, released)]
            if not near:
                break
            best = min(near, key=lambda s: (self.travel.time_s[at, stops.place[s]], s))
            arrive = clock + self.travel.time_s[at, stops.place[best]]
            begin = max(arrive, stops.from_s[best])
            clock = begin + stops.service_s[best]
            rows.append((Visit.STOP, best, int(stops.place[best]), arrive, begin, clock))
            room = room - stops.deliver[best]
            at = int(stops.place[best])
            left.discard(best)
        if not rows:
            if reload:
                self._finish()
                return True
            return False
        leave = rows[0][3] - self.travel.time_s[self.home, rows[0][2]]
        kind = Visit.RELOAD if reload else Visit.START
        arrive = start if reload else leave - self.load_s
        begin = leave - self.load_s
        self.rows += [(kind, -1, self.home, arrive, begin, leave), *rows]
        self.trips = self.trips + 1 if reload else 1
        self.at = at
        return True

    def _fits(self, stop, room, at, clock, start, released) -> bool:
        stops, fleet = self.p.stops, self.p.fleet
        place = int(stops.place[stop])
        go, back = self.travel.time_s[at, place], self.travel.time_s[place, self.home]
        if go < 0 or back < 0 or (stops.deliver[stop] > room).any():
            return False
        if stops.released_s[stop] > max(released, 0.0):
            return False
        begin = max(clock + go, stops.from_s[stop])
        end = begin + stops.service_s[stop] + back
        first = self.rows[0][4] if self.rows else start
        in_shift = end <= fleet.until_s[self.v] and end - first <= fleet.duration_max_s[self.v]
        return bool(begin <= stops.until_s[stop] and in_shift)

    def _finish(self) -> None:
        if self.rows:
            end = self.rows[-1][5] + self.travel.time_s[self.at, self.home]
            self.rows.append((Visit.END, -1, self.home, end, end, end))
            self.tours.append((self.v, self.rows))
        self.rows = []


def as_tours(told) -> Tours:
    """Return tours from (vehicle type, rows of kind, stop, place, arrive, begin, leave)."""
    rows = [row for _, visits in told for row in visits]
    column = list(zip(*rows, strict=True)) if rows else [()] * 6
    return Tours(
        vehicle_type=np.array([v for v, _ in told], dtype=np.int32),
        first=np.cumsum([0, *(len(visits) for _, visits in told)]).astype(np.int64),
        kind=np.array(column[0], dtype=np.int8),
        stop=np.array(column[1], dtype=np.int32),
        place=np.array(column[2], dtype=np.int32),
        arrive_s=np.array(column[3], dtype=float),
        begin_s=np.array(column[4], dtype=float),
        leave_s=np.array(column[5], dtype=float),
    )


def ways_of(problem, tours, node, roads) -> Ways:
    """Return the street nodes of every leg."""
    paths: list[list[int]] = [[] for _ in range(len(tours.kind))]
    wanted: dict[str, list[tuple[int, int, int]]] = {}
    for t in range(tours.count):
        profile = problem.fleet.profile[int(tours.vehicle_type[t])]
        for q, r in pairwise(range(int(tours.first[t]), int(tours.first[t + 1]))):
            a, b = (int(node[profile][tours.place[k]]) for k in (q, r))
            if a != b:
                wanted.setdefault(profile, []).append((r, a, b))
    for profile, legs in wanted.items():
        for (r, _, _), path in zip(
            legs, roads[profile].ways([(a, b) for _, a, b in legs]), strict=True
        ):
            paths[r] = path
    first = np.cumsum([0, *map(len, paths)]).astype(np.int64)
    return Ways(first, np.array([n for path in paths for n in path], dtype=np.int32))


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
    supply, hubs, supply_hub, supply_order = _supply(problem, rules, orders, options, roads)
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
        supply_hub=np.array(supply_hub, dtype=np.int32),
        supply_order=np.array(supply_order, dtype=np.int32),
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


def _supply(problem, rules, orders, options, roads):
    prices, sites, gateways = problem.prices, problem.sites, problem.gateways
    build = Builder("supply", [1, int(rules.parcel_kg), int(rules.parcel_l)])
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
    hub_place, supply_hub, supply_order = [], [], []
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
    for k in np.flatnonzero(orders.channel == Channel.VAN).tolist():
        i = int(orders.point[k])
        place = build.place(
            problem.demand.id[i],
            problem.demand.lon[i],
            problem.demand.lat[i],
            van=int(problem.demand.node[VAN][i]),
        )
        service = van.park_s + float(orders.stops[k]) * van.service_s
        for rank, parcels in enumerate(_split(int(orders.parcels[k]), 50)):
            build.stop(f"{problem.demand.id[i]} van {rank + 1}", place, parcels, service)
            supply_hub.append(-1)
            supply_order.append(k)
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
    return build, hubs, supply_hub, supply_order


def _shares(total: int, parts: int) -> list[int]:
    whole = [total // parts + (rank < total % parts) for rank in range(parts)]
    return [part for part in whole if part > 0]


def _split(total: int, most: int) -> list[int]:
    return _shares(total, -(-total // most))


def _supply_tours(build) -> Tours:
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
    build = Builder(f"hub {option}", [1, int(rules.parcel_kg), int(rules.parcel_l)])
    site = int(problem.options.site[option])
    hub = build.place(
        sites.name[site],
        sites.lon[site],
        sites.lat[site],
        cargo_bike=int(sites.node[CARGO_BIKE][site]),
    )
    build.types.append(("cargo_bike", CARGO_BIKE, hub))
    room = [parcels for _, _, parcels in ready]
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
            parcels = min(left, 40 if rank is None else room[rank], 40)
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
