"""Tables of hotels told in full: units, docks by hour, exchanges, neighbours, services, mix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.hotels import Space
from optimizer.core.interiors_io import hotels_of
from optimizer.core.result_io import stages
from optimizer.core.timeline import horizon_of
from optimizer.report.interiors import (
    dock_day,
    exchanges,
    first_ground_unit,
    hub_inside,
    hybrid_states,
    interiors_of,
    loudness,
    open_hotels,
    parts_on_units,
    place_name,
    position,
    rent_eur,
)
from optimizer.report.mix import job_lines, mix_lines
from optimizer.report.years import year_problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem
    from optimizer.core.result import Result
    from optimizer.report.interiors import States

Row = dict[str, Any]
COLUMNS: dict[str, tuple[str, ...]] = {
    "units": (
        "site", "name", "design", "level", "unit", "area_m2", "let_m2", "hub_m2", "free_m2",
        "tenants", "space", "state", "wet", "vented", "lift_kg", "load_kg_m2", "clear_height_m",
        "lon_deg", "lat_deg",
    ),
    "tenant_parts": (
        "tenant", "name", "sector", "part", "site", "level", "unit", "area_m2", "load_kg_m2",
        "noise_db", "rent_eur_per_year", "jobs", "stage", "lon_deg", "lat_deg",
    ),
    "docks": ("site", "name", "hour", "user", "minutes", "docks"),
    "exchanges": (
        "resource", "unit", "from_place", "to_place", "amount", "delivered", "distance_m",
        "worth_eur_per_year", "from_lon_deg", "from_lat_deg", "to_lon_deg", "to_lat_deg",
    ),
    "neighbours": (
        "neighbour", "loudest_band", "level_db", "limit_db", "share_of_limit", "lon_deg", "lat_deg",
    ),
    "services": ("site", "name", "service", "tenants", "tenants_min", "net_eur_per_year"),
    "roofs": ("site", "name", "use", "area_m2", "roof_m2", "net_eur_per_year"),
    "mix": (
        "name", "covers", "each_hotel", "area_m2", "let_m2", "share_low", "share_high",
        "share_min", "share_max", "area_min_m2", "area_max_m2", "source",
    ),
    "jobs": ("name", "skill", "covers", "jobs", "jobs_min", "source"),
}  # fmt: skip
"""Columns by table; "eur" in a name becomes the currency of the problem."""


def columns_of(problem: Problem, name: str, *, over_years: bool) -> tuple[str, ...]:
    """Return the columns of a table as its file names them; over years the period comes first."""
    head = ("period",) if over_years else ()
    unit = problem.prices.currency.lower()
    return head + tuple(_named(column, unit) for column in COLUMNS[name])


def _named(column: str, unit: str) -> str:
    return "_".join(unit if word == "eur" else word for word in column.split("_"))


def interior_rows(problem: Problem, result: Result) -> dict[str, list[Row]]:
    """Return the rows of every table by its name; none where hotels are not told in full."""
    if problem.hotels is None:
        return {}
    rows: dict[str, list[Row]] = {name: [] for name in COLUMNS}
    unit, states = problem.prices.currency.lower(), None
    for period, year, plan, stage in _plans(problem, result):
        states = hybrid_states(year, plan, states)
        for name, told in _one_plan(year, plan, stage, states).items():
            head = {} if period is None else {"period": period}
            rows[name] += [
                head | {_named(column, unit): row[column] for column in COLUMNS[name]}
                for row in told
            ]
    return rows


def _plans(
    problem: Problem, result: Result
) -> Iterator[tuple[str | None, Problem, Plan, tuple[str, ...]]]:
    """Yield the name of the period, its problem, plan and stages; once, unnamed, without years."""
    plan, programme = result.solution.plan, result.solution.programme
    if programme is not None:
        names = horizon_of(problem).periods.name
        for t, one in enumerate(programme.plans):
            yield names[t], year_problem(problem, t), one, stages(problem, t)
    elif plan is not None:
        yield None, problem, plan, stages(problem, 0)


def _one_plan(
    problem: Problem, plan: Plan, stage: tuple[str, ...], states: States
) -> dict[str, Iterator[Row]]:
    return {
        "units": _units(problem, plan, states),
        "tenant_parts": _parts(problem, plan, stage),
        "docks": _docks(problem, plan),
        "exchanges": _exchanges(problem, plan),
        "neighbours": _neighbours(problem, plan),
        "services": _services(problem, plan),
        "roofs": _roofs(problem, plan),
        "mix": _mix(problem, plan),
        "jobs": ({**line, "covers": line["where"]} for line in job_lines(problem, plan)),
    }


def _hotel(problem: Problem, option: int) -> Row:
    j, d = int(problem.options.site[option]), int(problem.options.design[option])
    sites = problem.sites
    return {
        "site": sites.id[j],
        "name": sites.name[j],
        "design": problem.designs.id[d],
        "lon_deg": float(sites.lon[j]),
        "lat_deg": float(sites.lat[j]),
    }


def _yes(value: Any) -> str:
    return "yes" if value else "no"


def _units(problem: Problem, plan: Plan, states: States) -> Iterator[Row]:
    units, levels = hotels_of(problem).units, problem.levels
    parts = parts_on_units(problem, plan)
    for option in open_hotels(problem, plan):
        design = int(problem.options.design[option])
        hub, ground = hub_inside(problem, plan, option)[0], first_ground_unit(problem, design)
        for u in np.flatnonzero(levels.design == design).tolist():
            here = [part for part in parts if (part.option, part.unit) == (option, u)]
            let, inside = sum(part.area_m2 for part in here), hub * (u == ground)
            state = states.get((option, u))
            yield _hotel(problem, option) | {
                "level": int(levels.number[u]),
                "unit": units.id[u],
                "area_m2": int(levels.area_m2[u]),
                "let_m2": let,
                "hub_m2": inside,
                "free_m2": int(levels.area_m2[u]) - let - inside,
                "tenants": len(here),
                "space": Space(int(units.space[u])).key,
                "state": "" if state is None else state.key,
                "wet": _yes(units.wet[u]),
                "vented": _yes(units.vented[u]),
                "lift_kg": int(units.lift_kg[u]),
                "load_kg_m2": int(levels.load_kg_m2[u]),
                "clear_height_m": float(levels.clear_height_m[u]),
            }


def _parts(problem: Problem, plan: Plan, stage: tuple[str, ...]) -> Iterator[Row]:
    hotels, tenants = hotels_of(problem), problem.tenants
    loudest = hotels.businesses.noise_db.max(axis=1, initial=-np.inf)
    for part in parts_on_units(problem, plan):
        f, main = part.tenant, part.annex == 0
        load = int(tenants.load_kg_m2[f])
        if not main:
            first = int(np.searchsorted(hotels.annexes.tenant, f))
            load = int(hotels.annexes.load_kg_m2[first + part.annex - 1])
        yield _hotel(problem, part.option) | {
            "tenant": tenants.id[f],
            "name": tenants.name[f],
            "sector": tenants.sector[f],
            "part": "main" if main else f"annex {part.annex}",
            "level": int(problem.levels.number[part.unit]),
            "unit": hotels.units.id[part.unit],
            "area_m2": part.area_m2,
            "load_kg_m2": load,
            "noise_db": float(loudest[f]) if main and np.isfinite(loudest[f]) else None,
            "rent_eur_per_year": rent_eur(problem, plan, f) if main else None,
            "jobs": float(tenants.jobs[f]) if main else None,
            "stage": stage[f],
        }


def _docks(problem: Problem, plan: Plan) -> Iterator[Row]:
    """Yield who is at the docks in which hour; who has a dock all day has no hour."""
    names = problem.tenants.name
    for option in open_hotels(problem, plan):
        day, hotel = dock_day(problem, plan, option), _hotel(problem, option)
        if day.hub:
            minutes = 60 * 24 * day.hub
            yield hotel | {"hour": None, "user": "hub", "minutes": minutes, "docks": day.docks}
        for f in day.own:
            yield hotel | {"hour": None, "user": names[f], "minutes": 1440, "docks": day.docks}
        for hour, f, given in day.minutes:
            yield hotel | {"hour": hour, "user": names[f], "minutes": given, "docks": day.docks}


def _exchanges(problem: Problem, plan: Plan) -> Iterator[Row]:
    traded = hotels_of(problem).symbiosis
    for one in exchanges(problem, plan):
        start, end = (position(problem, plan, place) for place in (one.giver, one.taker))
        yield {
            "resource": traded.resource[one.resource],
            "unit": traded.unit[one.resource],
            "from_place": place_name(problem, one.giver),
            "to_place": place_name(problem, one.taker),
            "amount": one.amount,
            "delivered": one.delivered,
            "distance_m": one.metres,
            "worth_eur_per_year": one.value_eur,
            "from_lon_deg": start[0],
            "from_lat_deg": start[1],
            "to_lon_deg": end[0],
            "to_lat_deg": end[1],
        }


def _neighbours(problem: Problem, plan: Plan) -> Iterator[Row]:
    around = hotels_of(problem).neighbours
    for one in loudness(problem, plan):
        yield {
            "neighbour": around.id[one.neighbour],
            "loudest_band": one.words,
            "level_db": one.level_db,
            "limit_db": float(around.limit_db[one.neighbour, one.band]),
            "share_of_limit": one.share if np.isfinite(one.share) else None,
            "lon_deg": float(around.lon[one.neighbour]),
            "lat_deg": float(around.lat[one.neighbour]),
        }


def _services(problem: Problem, plan: Plan) -> Iterator[Row]:
    shared, runs = hotels_of(problem).services, interiors_of(plan).service
    for option, v in np.argwhere(runs).tolist():
        count = int(np.sum(plan.tenant_option == option))
        yield _hotel(problem, option) | {
            "service": shared.name[v],
            "tenants": count,
            "tenants_min": int(shared.tenants_min[v]),
            "net_eur_per_year": float(shared.eur_tenant_year[v]) * count
            - float(shared.eur_year[v]),
        }


def _roofs(problem: Problem, plan: Plan) -> Iterator[Row]:
    hotels, area = hotels_of(problem), interiors_of(plan).roof_m2
    for option, w in np.argwhere(area).tolist():
        m2 = int(area[option, w])
        yield _hotel(problem, option) | {
            "use": hotels.roofs.name[w],
            "area_m2": m2,
            "roof_m2": int(hotels.equipment.roof_m2[problem.options.design[option]]),
            "net_eur_per_year": m2 * float(hotels.roofs.net_eur_m2_year[w]),
        }


def _mix(problem: Problem, plan: Plan) -> Iterator[Row]:
    for line in mix_lines(problem, plan):
        yield {**line, "covers": line["where"], "each_hotel": _yes(line["each_hotel"])}
