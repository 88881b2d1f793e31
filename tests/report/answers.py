"""Answers to print and draw: a grid town with a plan made by rule, a background, hostile names."""

from __future__ import annotations

import numpy as np

from optimizer.core.backdrop import Backdrop, Shapes
from optimizer.core.kinds import Kind
from optimizer.core.plan import Plan
from optimizer.core.problem import Assumption, AuditLine, Problem, Unserved
from optimizer.core.result import Conflict, Outcome, Result, Solution
from optimizer.siting.criteria import criteria_of
from optimizer.siting.data import build_data
from tests.builders import grid_problem

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(2)</script>",
    "<!--<script>",
    '=HYPERLINK("http://evil.example","x")',
    "O'Brien & Söhne \u2028 \U0001f6b2",
    '"><svg onload=alert(3)>',
)


def town(seed: int = 1, **sizes) -> Problem:
    """Return a grid town with everything that a report can show."""
    problem = grid_problem(
        **{
            "columns": 24, "rows": 20, "points": 300, "sites": 60, "firms": 30,
            "parcels_per_point": 9.0, "land_m2": 1600, "purse_eur": 9_000_000, "seed": seed,
            **sizes,
        }
    )  # fmt: skip
    return problem.replace(
        unserved=(
            Unserved("house 7", 6.101, 46.201, 3.5, "no street within 200 m", "raise snap_max_m"),
        ),
        assumptions=(
            Assumption("demand.parcels", "0.08 parcels/inhabitant/day", "a survey of 2020"),
            Assumption("prices.van", "38 EUR/h", "collective agreement, 2024"),
        ),
        audit=(AuditLine("network", "street nodes left out", 12.0, "nodes", "islands"),),
    )


def hostile(problem: Problem) -> Problem:
    """Return the problem with names that attack pages and spreadsheets."""
    sites = problem.sites
    names = tuple(HOSTILE[j % len(HOSTILE)] for j in range(sites.count))
    tenants = problem.tenants
    firms = tuple(HOSTILE[f % len(HOSTILE)] for f in range(tenants.count))
    return problem.replace(
        name=HOSTILE[1],
        sites=sites.replace(name=names, what=names),
        tenants=tenants.replace(name=firms, sector=firms),
        assumptions=(Assumption(HOSTILE[0], HOSTILE[3], HOSTILE[5]),),
    )


def opened(problem: Problem, hubs: int = 5, hotels: int = 1, shops: int = 9) -> np.ndarray:
    """Return options to open: one per site, spread over the numbering."""
    options, designs = problem.options, problem.designs
    chosen = np.zeros(options.count, dtype=bool)
    taken: set[int] = set()
    for kind, count in (
        (Kind.PRODUCTIVE_HOTEL, hotels),
        (Kind.MICRO_HUB, hubs),
        (Kind.DELIVERY_POINT, shops),
    ):
        fits = (designs.kind[options.design] == kind) & (
            designs.inside_hotel_m2[options.design] == 0
        )
        sites = [j for j in np.unique(options.site[fits]).tolist() if j not in taken]
        for j in sites[:: max(1, len(sites) // max(count, 1))][:count]:
            chosen[np.flatnonzero(fits & (options.site == j))[-1]] = True
            taken.add(j)
    return chosen


def made_plan(problem: Problem, chosen: np.ndarray) -> Plan:
    """Return a plan: each point takes its nearest hub and delivery point, vans bring the rest."""
    data = build_data(problem)
    n = problem.demand.count
    option_of = {int(problem.options.site[o]): int(o) for o in np.flatnonzero(chosen)}
    kind_of = {
        j: int(problem.designs.kind[problem.options.design[o]]) for j, o in option_of.items()
    }
    columns = {}
    left = np.ones(n)
    for name, kind, links, part in (
        ("bike", Kind.MICRO_HUB, data.bike, 0.8),
        ("pickup", Kind.DELIVERY_POINT, data.pickup, 0.15),
    ):
        best: dict[int, tuple[int, int]] = {}
        for i, j, time_s in zip(
            links.point.tolist(), links.site.tolist(), links.time_s.tolist(), strict=True
        ):
            if kind_of.get(j) == kind:
                best[i] = min(best.get(i, (10**9, 0)), (time_s, option_of[j]))
        points = np.array(sorted(best), dtype=np.int32)
        columns[f"{name}_point"] = points
        columns[f"{name}_option"] = np.array([best[i][1] for i in points], dtype=np.int32)
        columns[f"{name}_share"] = np.full(len(points), part)
        left[points] -= part
    tenant_option, tenant_level = _tenants(problem, chosen)
    return Plan(
        open_option=chosen,
        van_share=left,
        unserved_share=np.zeros(n),
        tenant_option=tenant_option,
        tenant_level=tenant_level,
        **columns,
    )


def _tenants(problem: Problem, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    option = np.full(problem.tenants.count, -1, dtype=np.int32)
    level = np.full(problem.tenants.count, -1, dtype=np.int32)
    room = {
        (int(o), int(rank)): int(problem.levels.area_m2[rank])
        for o in np.flatnonzero(chosen)
        for rank in np.flatnonzero(problem.levels.design == problem.options.design[o])
    }
    for f, area in enumerate(problem.tenants.area_m2.tolist()):
        for place, free in room.items():
            if (
                area <= free
                and problem.tenants.load_kg_m2[f] <= problem.levels.load_kg_m2[place[1]]
            ):
                option[f], level[f] = place
                room[place] -= area
                break
    return option, level


def vans_alone(problem: Problem) -> Plan:
    """Return the baseline."""
    return made_plan(problem, np.zeros(problem.options.count, dtype=bool))


def answer(problem: Problem, *, gap: float = 0.008, proof: str = "gap") -> Result:
    """Return a result with a plan made by rule and a bound that lies `gap` below it."""
    data = build_data(problem)
    plan, baseline = made_plan(problem, opened(problem)), vans_alone(problem)
    criteria = criteria_of(problem, data, plan)
    value = criteria.objective
    return Result(
        solution=Solution(
            outcome=Outcome("plan", proof, "gap", value, value * (1 - gap), "decomposition"),
            plan=plan,
            criteria=criteria,
            baseline_plan=baseline,
            baseline=criteria_of(problem, data, baseline),
            conflicts=(),
            timing_s={"prepare": 1.0, "solve": 2.0},
        ),
        verified=True,
        violations=(),
        provenance={**problem.provenance, "seed": "0", "solver": "by rule"},
    )


def infeasible(problem: Problem) -> Result:
    """Return a proven conflict between two rules."""
    baseline = vans_alone(problem)
    conflict = Conflict("quotas", "hubs", "at least 40 hubs, but only 12 sites can take one")
    purse = Conflict("money", "purse", "40 hubs cost at least 4.8 M EUR; the purse holds 1.0 M")
    return Result(
        solution=Solution(
            outcome=Outcome("infeasible", "infeasible", "proof", None, None, "mip"),
            plan=None,
            criteria=None,
            baseline_plan=baseline,
            baseline=criteria_of(problem, build_data(problem), baseline),
            conflicts=(conflict, purse),
            timing_s={"solve": 0.5},
        ),
        verified=False,
        violations=(),
        provenance=dict(problem.provenance),
    )


def nothing_found(problem: Problem) -> Result:
    """Return a solve that ended without a plan and without a proof."""
    result = infeasible(problem)
    outcome = Outcome("no_plan", "none", "time", None, None, "mip")
    return result.replace(solution=result.solution.replace(outcome=outcome, conflicts=()))


def _squares(lon: np.ndarray, lat: np.ndarray, half_m: np.ndarray) -> Shapes:
    corner = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]])
    x = lon[:, None] + corner[:, 0] * half_m[:, None] / 77_000
    y = lat[:, None] + corner[:, 1] * half_m[:, None] / 111_000
    return Shapes(
        x.ravel(), y.ravel(), np.arange(0, 5 * len(lon) + 1, 5), np.zeros(len(lon), dtype=np.int8)
    )


def background(problem: Problem) -> Backdrop:
    """Return streets along the grid, a house per demand point, a lake and a park."""
    streets = problem.streets
    arcs = streets.arcs["walk"]
    once = arcs.tail < arcs.head
    ends = np.column_stack([arcs.tail[once], arcs.head[once]]).ravel()
    lines = Shapes(
        streets.lon[ends],
        streets.lat[ends],
        np.arange(0, len(ends) + 1, 2),
        (np.arange(len(ends) // 2) % 3).astype(np.int8),
    )
    demand, sites = problem.demand, problem.sites
    one, centre = np.ones(1), np.array([streets.lon.mean()])
    middle = np.array([streets.lat.mean()])
    return Backdrop(
        streets=lines,
        buildings=_squares(demand.lon + 0.0006, demand.lat + 0.0004, np.full(demand.count, 18.0)),
        water=_squares(centre[0] + 0.009 * one, middle, 300 * one),
        green=_squares(centre[0] - 0.006 * one, middle, 220 * one),
        sites=_squares(sites.lon, sites.lat, np.sqrt(sites.area_m2) / 2),
        credit="© OpenStreetMap contributors, ODbL 1.0",
    )
