"""What all days of a plan share: who is where, and how long the ways between them are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.frozen import Frozen
from optimizer.core.kinds import CARGO_BIKE, LORRY, VAN, Channel, Kind
from optimizer.core.refusal import Fault, Refusal
from optimizer.routing.day.orders import flows_of
from optimizer.travel.table import travel_table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.day import DayRules
    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem

NOWHERE = -1
SUPPLIERS = (LORRY, VAN)


class Table(NamedTuple):
    """Seconds and metres between places, int32, (n, n), -1 = no way, 0 from a place to itself."""

    time_s: NDArray[np.int32]
    length_m: NDArray[np.int32]

    def part(self, rows: NDArray[np.int32]) -> Table:
        """Return the table of some places."""
        pick = np.ix_(rows, rows)
        return Table(self.time_s[pick], self.length_m[pick])


@dataclass(frozen=True, eq=False)
class Places(Frozen):
    """Places of one routing problem, before a day chooses among them; arrays have shape (n,).

    node : by profile, street node, -1 where it cannot go. table : ways by profile.
    """

    id: tuple[str, ...]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    node: dict[str, NDArray[np.int32]]
    table: dict[str, Table]

    def part(self, rows: NDArray[np.int32]) -> Places:
        """Return some of the places, in the order of `rows`."""
        return Places(
            id=tuple(self.id[row] for row in rows.tolist()),
            lon=self.lon[rows],
            lat=self.lat[rows],
            node={profile: node[rows] for profile, node in self.node.items()},
            table={profile: table.part(rows) for profile, table in self.table.items()},
        )


@dataclass(frozen=True, eq=False)
class DayBase(Frozen):
    """What all days of one plan share.

    hub_option : (h,), open micro-hubs. supply : places of the first echelon: gateways (as many as
    the problem has), then open hubs, delivery points, and demand points that vans serve.
    supply_option : option -> place, supply_point : demand point -> place, -1 = none; (o,), (n,).
    last_mile : by hub; place 0 is the hub. last_mile_point : by hub, demand point -> place, (n,).
    """

    problem: Problem
    plan: Plan
    rules: DayRules
    hub_option: NDArray[np.int32]
    supply: Places
    supply_option: NDArray[np.int32]
    supply_point: NDArray[np.int32]
    last_mile: tuple[Places, ...]
    last_mile_point: tuple[NDArray[np.int32], ...]


def day_base(problem: Problem, plan: Plan) -> DayBase:
    """Gather places and ways of a plan, once for all its days.

    Raises
    ------
    Refusal
        F780 where the problem does not say how tours are made.
    """
    if problem.day is None:
        cause = "the scenario says nothing about tours of a day"
        action = "add `tours.day:` to the scenario (see instances/TOURS.md) and solve it again"
        raise Refusal(Fault("tours.day", "F780", cause, action))
    flows = flows_of(plan)
    kind = problem.designs.kind[problem.options.design]
    is_open = np.flatnonzero(plan.open_option)
    hubs = is_open[kind[is_open] == Kind.MICRO_HUB].astype(np.int32)
    delivery_points = is_open[kind[is_open] == Kind.DELIVERY_POINT].astype(np.int32)
    by_van = np.unique(flows.point[flows.channel == Channel.VAN])
    facilities = np.concatenate([hubs, delivery_points]).astype(np.int32)
    gates = problem.gateways.count
    option_place = np.full(problem.options.count, NOWHERE, dtype=np.int32)
    option_place[facilities] = gates + np.arange(len(facilities))
    point_place = np.full(problem.demand.count, NOWHERE, dtype=np.int32)
    point_place[by_van] = gates + len(facilities) + np.arange(len(by_van))
    miles, mile_points = [], []
    for option in hubs.tolist():
        of_hub = (flows.channel == Channel.BIKE) & (flows.option == option)
        points = np.unique(flows.point[of_hub])
        rank = np.full(problem.demand.count, NOWHERE, dtype=np.int32)
        rank[points] = 1 + np.arange(len(points))
        miles.append(_last_mile(problem, option, points))
        mile_points.append(rank)
    return DayBase(
        problem=problem,
        plan=plan,
        rules=problem.day,
        hub_option=hubs,
        supply=_supply(problem, facilities, by_van, len(hubs)),
        supply_option=option_place,
        supply_point=point_place,
        last_mile=tuple(miles),
        last_mile_point=tuple(mile_points),
    )


def facility_names(problem: Problem, options: NDArray[np.int32]) -> list[str]:
    """Return the names of facilities: their site, with the design where a site has several."""
    sites = [problem.sites.id[j] for j in problem.options.site[options].tolist()]
    names = [problem.designs.id[d] for d in problem.options.design[options].tolist()]
    return [
        site if sites.count(site) == 1 else f"{site}/{name}"
        for site, name in zip(sites, names, strict=True)
    ]


def _supply(
    problem: Problem, facilities: NDArray[np.int32], by_van: NDArray[np.int32], hubs: int
) -> Places:
    gates, sites, demand = problem.gateways, problem.sites, problem.demand
    site = problem.options.site[facilities]
    node = {}
    for profile in SUPPLIERS:
        points = demand.node[VAN][by_van] if profile == VAN else np.full(len(by_van), NOWHERE)
        there = sites.node[profile][site].copy()
        if profile == LORRY:
            there[hubs:] = NOWHERE
        node[profile] = np.concatenate([gates.node[profile], there, points]).astype(np.int32)
    # a hub that a lorry reaches gets its parcels by lorry (cf. `optimizer.siting`)
    van = node[VAN][gates.count : gates.count + hubs]
    van[node[LORRY][gates.count : gates.count + hubs] >= 0] = NOWHERE
    names = facility_names(problem, facilities)
    receivers = [f"point {demand.id[i]}" for i in by_van.tolist()]
    return Places(
        id=(*(f"gateway {name}" for name in gates.id), *names, *receivers),
        lon=np.concatenate([gates.lon, sites.lon[site], demand.lon[by_van]]),
        lat=np.concatenate([gates.lat, sites.lat[site], demand.lat[by_van]]),
        node=node,
        table={profile: _with_haul(problem, profile, node[profile]) for profile in SUPPLIERS},
    )


def _last_mile(problem: Problem, option: int, points: NDArray[np.int32]) -> Places:
    sites, demand = problem.sites, problem.demand
    site = int(problem.options.site[option])
    node = np.concatenate([sites.node[CARGO_BIKE][[site]], demand.node[CARGO_BIKE][points]])
    node = node.astype(np.int32)
    return Places(
        id=(sites.id[site], *(demand.id[i] for i in points.tolist())),
        lon=np.concatenate([sites.lon[[site]], demand.lon[points]]),
        lat=np.concatenate([sites.lat[[site]], demand.lat[points]]),
        node={CARGO_BIKE: node},
        table={CARGO_BIKE: _table(problem, CARGO_BIKE, node)},
    )


def _table(problem: Problem, profile: str, node: NDArray[np.int32]) -> Table:
    """Return the ways between places on these nodes."""
    distinct, back = np.unique(node, return_inverse=True)
    arcs, count = problem.streets.arcs[profile], problem.streets.node_count
    table = Table(*travel_table(arcs, count, distinct, distinct)).part(back.astype(np.int32))
    nobody = node < 0
    for values in table:
        values[nobody], values[:, nobody] = NOWHERE, NOWHERE
        np.fill_diagonal(values, 0)
    return table


def _with_haul(problem: Problem, profile: str, node: NDArray[np.int32]) -> Table:
    """Return the ways between places; those from and to gateways include the line haul."""
    table, gates = _table(problem, profile, node), problem.gateways
    for values, haul in zip(table, (gates.line_haul_s, gates.line_haul_m), strict=True):
        beyond = np.zeros(len(node), dtype=np.int32)
        beyond[: gates.count] = haul
        known = values >= 0
        np.fill_diagonal(known, val=False)
        values[known] += (beyond[:, None] + beyond[None, :])[known]
    return table
