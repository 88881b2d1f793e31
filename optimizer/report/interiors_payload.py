"""Hotels floor by floor as the page reads them: one plan of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.hotels import noise_room
from optimizer.core.interiors_io import hotels_of
from optimizer.core.kinds import Kind
from optimizer.report.interiors import (
    dock_day,
    exchanges,
    first_ground_unit,
    hub_inside,
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
from optimizer.report.interiors_scene import came_from, gone_from, moves, switched
from optimizer.report.mix import job_lines, mix_lines, sector_m2

if TYPE_CHECKING:
    from optimizer.report.interiors import Part
    from optimizer.report.interiors_scene import Scene

Block = dict[str, Any]
NEIGHBOURS_SHOWN = 300
LOUDEST = 4  # neighbours that a hotel tells of


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
        "moves": moves(scene),
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
            str(unit[u]): [state.key, switched(scene, o, u)]
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
        "gone": gone_from(scene, option),
    }


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
    was = came_from(scene, f)
    return content | ({"was": was} if was else {})


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
