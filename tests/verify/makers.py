"""Make feasible plans of grid towns by a simple hand: open at random, fill what is in reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.kinds import Kind
from optimizer.core.plan import Plan
from optimizer.verify.case import acceptance
from optimizer.verify.paths import Paths

if TYPE_CHECKING:
    from optimizer.core.problem import Problem


def vans_alone(problem: Problem) -> Plan:
    """Return the plan that opens nothing."""
    none, nowhere = np.zeros(0, dtype=np.int32), np.full(problem.tenants.count, -1, np.int32)
    return Plan(
        open_option=np.zeros(problem.options.count, dtype=bool),
        bike_point=none,
        bike_option=none.copy(),
        bike_share=np.zeros(0),
        pickup_point=none.copy(),
        pickup_option=none.copy(),
        pickup_share=np.zeros(0),
        van_share=np.ones(problem.demand.count),
        unserved_share=np.zeros(problem.demand.count),
        tenant_option=nowhere,
        tenant_level=nowhere.copy(),
    )


def feasible_plan(problem: Problem, seed: int = 0, wanted: int = 6) -> Plan:
    """Return a plan with up to `wanted` hubs and as many delivery points, all rules kept.

    New facilities avoid natural soil; hotels and hubs inside them stay closed.
    """
    rng = np.random.default_rng(seed)
    paths = Paths(problem.streets)
    van = np.ones(problem.demand.count)
    rows: dict[Kind, list[tuple[int, int, float]]] = {Kind.MICRO_HUB: [], Kind.DELIVERY_POINT: []}
    left = {
        Kind.MICRO_HUB: problem.demand.bike_share_max.copy(),
        Kind.DELIVERY_POINT: problem.demand.pickup_share_max.copy(),
    }
    opened: dict[Kind, list[int]] = {Kind.MICRO_HUB: [], Kind.DELIVERY_POINT: []}
    for option in rng.permutation(problem.options.count):
        kind = Kind(int(problem.designs.kind[problem.options.design[option]]))
        everything = opened[Kind.MICRO_HUB] + opened[Kind.DELIVERY_POINT]
        if kind is Kind.PRODUCTIVE_HOTEL or not _allowed(
            problem, int(option), opened[kind], everything
        ):
            continue
        if len(opened[kind]) == wanted:
            continue
        flows = _fill(problem, paths, int(option), kind, van, left[kind])
        if flows:
            opened[kind].append(int(option))
            rows[kind] += [(point, int(option), share) for point, share, _ in flows]
            for point, share, room in flows:
                van[point] -= share
                left[kind][point] -= room
    return _plan(problem, opened, rows, van)


def _allowed(problem: Problem, option: int, opened: list[int], everything: list[int]) -> bool:
    site, design = problem.options.site[option], problem.options.design[option]
    beside = [other for other in everything if problem.options.site[other] == site]
    footprints = problem.designs.footprint_m2[problem.options.design[[*beside, option]]]
    if footprints.sum() > problem.sites.area_m2[site]:
        return False
    natural = problem.sites.land_status[site] != 0
    inside = problem.designs.inside_hotel_m2[design] > 0
    taken = site in problem.options.site[opened]
    return not (natural or inside or taken)


def _fill(problem, paths, option, kind, van, left):
    """Return (point, share, room taken of its limit) in reach, or nothing below minimum use."""
    demand, designs, rules = problem.demand, problem.designs, problem.rules
    site, design = problem.options.site[option], problem.options.design[option]
    room = designs.capacity_parcels_per_day[design] / rules.peak_day_factor * (1 - 1e-9)
    profile = "cargo_bike" if kind is Kind.MICRO_HUB else "walk"
    origin = int(problem.sites.node[profile][site])
    back_s, _ = paths.tree(profile, origin, demand.node[profile], reverse=True)
    out_s, _ = paths.tree(profile, origin, demand.node[profile])
    found, total = [], 0.0
    for i in np.argsort(back_s, kind="stable"):
        rate = 1.0 if kind is Kind.MICRO_HUB else acceptance(problem, float(back_s[i]))
        far = (
            out_s[i] + back_s[i] > rules.bike_limit_s
            if kind is Kind.MICRO_HUB
            else back_s[i] > rules.walk_limit_s
        )
        share = min(van[i], left[i] * rate, (room - total) / demand.parcels_per_day[i])
        if not far and rate > 0 and share > 1e-6:
            found.append((int(i), float(share), float(share / rate)))
            total += share * demand.parcels_per_day[i]
    return found if total >= designs.minimum_parcels_per_day[design] else []


def _plan(problem, opened, rows, van):
    is_open = np.zeros(problem.options.count, dtype=bool)
    is_open[[option for options in opened.values() for option in options]] = True
    bike, pickup = rows[Kind.MICRO_HUB], rows[Kind.DELIVERY_POINT]
    return vans_alone(problem).replace(
        open_option=is_open,
        bike_point=np.array([row[0] for row in bike], dtype=np.int32),
        bike_option=np.array([row[1] for row in bike], dtype=np.int32),
        bike_share=np.array([row[2] for row in bike], dtype=float),
        pickup_point=np.array([row[0] for row in pickup], dtype=np.int32),
        pickup_option=np.array([row[1] for row in pickup], dtype=np.int32),
        pickup_share=np.array([row[2] for row in pickup], dtype=float),
        van_share=np.maximum(van, 0.0),
    )
