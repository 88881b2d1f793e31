"""Hotels floor by floor as the page reads them: what stays the same, and one plan of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.hotels import BANDS, Space, noise_room
from optimizer.core.interiors_io import hotels_of
from optimizer.core.kinds import Kind
from optimizer.report.interiors import (
    dock_day,
    exchanges,
    first_ground_unit,
    hub_inside,
    hybrid_states,
    interiors_of,
    lift_trips,
    link_eur,
    loudness,
    noise_by_hotel,
    parts_on_units,
    place_name,
    position,
    rent_eur,
)
from optimizer.report.mix import job_lines, mix_lines, sector_m2

if TYPE_CHECKING:
    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem
    from optimizer.report.interiors import Part, States

Block = dict[str, Any]
NEIGHBOURS_SHOWN = 300
LOUDEST = 4  # neighbours that a hotel tells of


@dataclass(frozen=True)
class Scene:
    """One plan with what it needs of the time before: hybrid units, and who was where."""

    problem: Problem
    plan: Plan
    stage: tuple[str, ...]
    states: States
    before: Scene | None = None


def first_scene(problem: Problem, plan: Plan, stage: tuple[str, ...]) -> Scene:
    """Return a plan with nothing before it; stage : of every tenant, in words."""
    return Scene(problem, plan, stage, hybrid_states(problem, plan))


def next_scene(scene: Scene, problem: Problem, plan: Plan, stage: tuple[str, ...]) -> Scene:
    """Return the plan of the period after `scene`; `problem` is that of its period."""
    states = hybrid_states(problem, plan, scene.states)
    return Scene(problem, plan, stage, states, scene)


def stock_payload(problem: Problem) -> Block:
    """Return what the page knows of tenants, designs and places around in every period."""
    hotels, tenants = hotels_of(problem), problem.tenants
    firms = hotels.businesses
    area: dict[str, int] = {}
    for sector, m2 in zip(tenants.sector, tenants.area_m2.tolist(), strict=True):
        area[sector] = area.get(sector, 0) + m2
    sectors = sorted(area, key=lambda sector: (-area[sector], sector))
    loudest = firms.noise_db.max(axis=1, initial=-np.inf)
    return {
        "sectors": [sector.replace("_", " ") for sector in sectors],
        "skills": list(hotels.mix.skill),
        "bands": list(BANDS),
        "resources": [
            {"name": name, "unit": unit}
            for name, unit in zip(hotels.symbiosis.resource, hotels.symbiosis.unit, strict=True)
        ],
        "tenants": [
            {
                "name": tenants.name[f],
                "sector": sectors.index(tenants.sector[f]),
                "load": int(tenants.load_kg_m2[f]),
                "noise": int(tenants.noise[f]),
                "db": round(float(loudest[f]), 1) if np.isfinite(loudest[f]) else None,
                "dock": bool(tenants.dock[f]),
                "dockMin": int(firms.dock_minutes[f]),
                "dockHours": [int(firms.dock_from[f]), int(firms.dock_until[f])],
                "lift": int(firms.lift_trips[f]),
            }
            for f in range(tenants.count)
        ],
        "designs": {
            str(d): _design(problem, d)
            for d in np.flatnonzero(problem.designs.kind == Kind.PRODUCTIVE_HOTEL).tolist()
        },
    }


def _design(problem: Problem, d: int) -> Block:
    hotels, levels = hotels_of(problem), problem.levels
    units, trips = hotels.units, int(hotels.equipment.lift_trips_max[d])
    return {
        "docks": int(problem.designs.docks[d]),
        "lift": None if trips < 0 else trips,
        "roofM2": int(hotels.equipment.roof_m2[d]),
        "units": [
            {
                "id": units.id[u],
                "level": int(levels.number[u]),
                "m2": int(levels.area_m2[u]),
                "at": float(units.position_m[u]),
                "load": int(levels.load_kg_m2[u]),
                "height": float(levels.clear_height_m[u]),
                "space": Space(int(units.space[u])).key,
                "wet": bool(units.wet[u]),
                "vented": bool(units.vented[u]),
                "lift": int(units.lift_kg[u]),
            }
            for u in np.flatnonzero(levels.design == d).tolist()
        ],
    }


def inside_payload(scene: Scene, shown: list[int]) -> Block:
    """Return one plan of the hotels; shown : the open options in the order of their names."""
    problem, plan = scene.problem, scene.plan
    around = hotels_of(problem).neighbours
    kind = problem.designs.kind[problem.options.design]
    houses = [option for option in shown if kind[option] == Kind.PRODUCTIVE_HOTEL]
    rank = {option: number for number, option in enumerate(houses)}
    traded = _exchanges(scene, rank)
    loud = loudness(problem, plan)
    noise = {one.neighbour: one for one in loud}
    made = noise_by_hotel(problem, plan)
    parts = parts_on_units(problem, plan)
    content = []
    for option in houses:
        here = [part for part in parts if part.option == option]
        block = _house(scene, option, here) | {"open": shown.index(option)}
        shares = []
        for r in np.flatnonzero(made[option].any(axis=1)).tolist():
            one = noise[r]
            own = int(made[option][r, one.band])
            room = noise_room(around.limit_db[r, one.band], around.background_db[r, one.band])
            shares.append((one.share, own / room if room else None, r))
        shares.sort(key=lambda row: -row[0])
        block["noise"] = [[r, own] for _, own, r in shares[:LOUDEST]]
        content.append(block)
    told = {row[0] for block in content for row in block["noise"]}
    jobs = hotels_of(problem).businesses.jobs_by_skill[plan.tenant_option >= 0].sum(axis=0)
    resources = hotels_of(problem).symbiosis.resource
    return {
        "houses": content,
        "exchanges": traded,
        "links": [[resources[q], eur] for q, eur in link_eur(problem, plan).items()],
        "neighbours": {
            str(one.neighbour): {
                "id": around.id[one.neighbour],
                "lon": round(float(around.lon[one.neighbour]), 6),
                "lat": round(float(around.lat[one.neighbour]), 6),
                "band": one.words,
                "share": _figure(one.share),
                "db": round(one.level_db, 1),
                "limit": float(around.limit_db[one.neighbour, one.band]),
            }
            for place, one in enumerate(loud)
            if place < NEIGHBOURS_SHOWN or one.neighbour in told
        },
        "mix": mix_lines(problem, plan),
        "jobRules": job_lines(problem, plan),
        "skills": [round(float(value), 2) for value in jobs],
        "sectors": [
            [sector.replace("_", " "), area] for sector, area in sector_m2(problem, plan).items()
        ],
        "moves": _moves(scene),
    }


def _moves(scene: Scene) -> Block | None:
    """Return how many of those who had a place moved, left, or have another area now."""
    if scene.before is None:
        return None
    old, now = scene.before.plan, scene.plan
    was, here = old.tenant_option >= 0, now.tenant_option >= 0
    same = was & (old.tenant_option == now.tenant_option)
    area = scene.problem.tenants.area_m2 != scene.before.problem.tenants.area_m2
    return {
        "within": int(np.sum(same & (old.tenant_level != now.tenant_level))),
        "between": int(np.sum(was & here & ~same)),
        "gone": int(np.sum(was & ~here)),
        "grown": int(np.sum(was & here & area)),
    }


def _figure(value: float) -> float | None:
    return round(value, 4) if np.isfinite(value) else None


def _house(scene: Scene, option: int, parts: list[Part]) -> Block:
    problem, plan = scene.problem, scene.plan
    hotels, inside = hotels_of(problem), interiors_of(plan)
    d = int(problem.options.design[option])
    rows = np.flatnonzero(problem.levels.design == d).tolist()
    unit = {row: number for number, row in enumerate(rows)}
    hub_m2, _ = hub_inside(problem, plan, option)
    docks = dock_day(problem, plan, option)
    here = plan.tenant_option == option
    skills = hotels.businesses.jobs_by_skill[here].sum(axis=0)
    services = np.flatnonzero(inside.service[option]).tolist()
    count = int(here.sum())
    return {
        "design": str(d),
        "hub": [unit.get(first_ground_unit(problem, d), -1), hub_m2] if hub_m2 else None,
        "parts": [_part(scene, part, unit[part.unit]) for part in parts],
        "states": {
            str(unit[u]): [state.key, _switched(scene, o, u)]
            for (o, u), state in scene.states.items()
            if o == option
        },
        "docks": {
            "hub": docks.hub,
            "own": list(docks.own),
            "minutes": [list(row) for row in docks.minutes],
            "late": docks.late,
        },
        "trips": lift_trips(problem, plan, option),
        "skills": [round(float(value), 2) for value in skills],
        "services": [
            {
                "name": hotels.services.name[v],
                "least": int(hotels.services.tenants_min[v]),
                "tenants": count,
                "eur": float(hotels.services.eur_tenant_year[v] * count)
                - float(hotels.services.eur_year[v]),
            }
            for v in services
        ],
        "roof": [
            {
                "use": hotels.roofs.name[w],
                "m2": int(inside.roof_m2[option, w]),
                "eur": float(inside.roof_m2[option, w] * hotels.roofs.net_eur_m2_year[w]),
            }
            for w in np.flatnonzero(inside.roof_m2[option]).tolist()
        ],
        "gone": _gone(scene, option),
    }


def _switched(scene: Scene, option: int, unit: int) -> bool:
    """Return whether a hybrid unit is what it was not in the period before."""
    if scene.before is None:
        return False
    was = scene.before.states.get((option, unit), Space.OFFICE)
    return scene.states[option, unit] != was


def _part(scene: Scene, part: Part, unit: int) -> Block:
    problem, f = scene.problem, part.tenant
    content: Block = {"unit": unit, "who": f, "m2": part.area_m2}
    if part.annex:
        load = hotels_of(problem).annexes
        first = int(np.searchsorted(load.tenant, f))
        annex = first + part.annex - 1
        return content | {"annex": part.annex, "load": int(load.load_kg_m2[annex])}
    content["allM2"] = int(problem.tenants.area_m2[f])
    content["jobs"] = round(float(problem.tenants.jobs[f]), 1)
    content["rent"] = round(rent_eur(problem, scene.plan, f))
    if scene.stage[f]:
        content["stage"] = scene.stage[f]
    was = _was(scene, f)
    return content | ({"was": was} if was else {})


def _was(scene: Scene, f: int) -> str:
    """Return where a tenant comes from and how it grew, in words; "" where nothing changed."""
    old = scene.before
    if old is None:
        return ""
    problem, unit_id = scene.problem, hotels_of(scene.problem).units.id
    option, level = int(old.plan.tenant_option[f]), int(old.plan.tenant_level[f])
    before, now = int(old.problem.tenants.area_m2[f]), int(problem.tenants.area_m2[f])
    if option < 0:
        opens = not old.plan.open_option[scene.plan.tenant_option[f]]
        return "" if opens else "new in town" if before == 0 else "moved in"
    words = []
    if option != scene.plan.tenant_option[f]:
        words.append(f"moved from {problem.sites.name[problem.options.site[option]]}")
    elif level != scene.plan.tenant_level[f]:
        words.append(f"moved from unit {unit_id[level]}")
    if before != now:
        words.append(f"{before} to {now} m²")
    return ", ".join(words)


def _gone(scene: Scene, option: int) -> list[list[Any]]:
    """Return [tenant, where to] of those who were here in the period before and are no more."""
    if scene.before is None:
        return []
    problem, plan = scene.problem, scene.plan
    rows: list[list[Any]] = []
    was = (scene.before.plan.tenant_option == option) & (plan.tenant_option != option)
    for f in np.flatnonzero(was).tolist():
        to = int(plan.tenant_option[f])
        if to >= 0:
            words = f"to {problem.sites.name[problem.options.site[to]]}"
        else:
            words = "closes" if problem.tenants.area_m2[f] == 0 else "leaves"
        rows.append([f, words])
    return rows


def _exchanges(scene: Scene, rank: dict[int, int]) -> list[Block]:
    problem, plan = scene.problem, scene.plan
    resources = hotels_of(problem).symbiosis
    rows = []
    for one in exchanges(problem, plan):
        ends = [position(problem, plan, place) for place in (one.giver, one.taker)]
        houses = [
            rank.get(int(plan.tenant_option[place]), -1) if place < problem.tenants.count else -1
            for place in (one.giver, one.taker)
        ]
        rows.append(
            {
                "what": resources.resource[one.resource],
                "unit": resources.unit[one.resource],
                "from": place_name(problem, one.giver),
                "to": place_name(problem, one.taker),
                "houses": houses,
                "amount": one.amount,
                "delivered": one.delivered,
                "eur": one.value_eur,
                "metres": one.metres,
                "ends": [round(value, 6) for end in ends for value in end],
            }
        )
    return rows
