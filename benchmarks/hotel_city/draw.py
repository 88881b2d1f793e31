"""The seeded draw: everything about a city of hotels, as plain rows, before problem or files."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random
from typing import Any

from benchmarks.hotel_city import terms
from benchmarks.hotel_city.buildings import HUB_M2, designs
from benchmarks.hotel_city.firms import SECTORS, SKILLS, draw_firms

Row = dict[str, Any]

LON, LAT = 3.0, 47.0
M_LAT = 6_371_000 * math.pi / 180
M_LON = M_LAT * math.cos(math.radians(LAT))
BLOCK_M = 300
YEARS = (2026, 2031, 2036)
DEMAND = 1.2  # space that firms look for, over what all buildings hold: some do not fit anywhere
STAFFED = 1.4  # workers within reach of the mean hotel, over its jobs
WALK_KPH, BIKE_KPH = 5.0, 16.0
DISTRICTS = ("Songe-Nord", "Songe-Sud")


@dataclass(frozen=True)
class Draw:
    """A city before it becomes a problem or files; rows are dicts with the names of the files.

    side : street nodes along each side of the square grid. streets : (lon, lat) of each node, row
    by row.
    """

    name: str
    seed: int
    years: tuple[int, ...]
    side: int
    streets: list[tuple[float, float]]
    designs: list[Row]
    sites: list[Row]
    firms: list[Row]
    neighbours: list[Row]
    workers: list[Row]
    stops: list[Row]
    rides: list[Row]
    support: list[Row]
    partners: list[Row]
    rules: Row
    purse: Row


def draw_city(buildings: int, tenants: int, seed: int, periods: int) -> Draw:
    """Draw a city; the same arguments give the same city.

    Parameters
    ----------
    periods : 1 (no horizon) to 3.
    """
    rng = Random(seed)  # noqa: S311 - not a secret
    years = YEARS[:periods] if periods > 1 else ()
    side = max(8, math.ceil(2.6 * math.sqrt(buildings)))
    table = designs()
    sites = _sites(rng, buildings, side, table)
    room = sum(_floor_m2(_design(table, site)) - site["hub"] * HUB_M2 for site in sites)
    firms = draw_firms(rng, tenants, round(DEMAND * room), years)
    return Draw(
        name=f"Songeville, {buildings} hotels and {tenants} firms",
        seed=seed,
        years=years,
        side=side,
        streets=[place(x * BLOCK_M, y * BLOCK_M) for y in range(side) for x in range(side)],
        designs=table,
        sites=sites,
        firms=firms,
        neighbours=_neighbours(rng, sites),
        workers=_workers(rng, side, sites, firms),
        support=_spread(rng, "support", side, max(2, buildings // 10)),
        partners=_partners(rng, sites, firms),
        rules=_rules(firms, room),
        purse=_purse(table, sites),
        **_transit(side),
    )


def place(x_m: float, y_m: float) -> tuple[float, float]:
    """Return longitude and latitude of a place in metres from the origin, as files hold them."""
    return round(LON + x_m / M_LON, 7), round(LAT + y_m / M_LAT, 7)


GATE = place(BLOCK_M, 0)


def _design(table: list[Row], site: Row) -> Row:
    return next(row for row in table if row["id"] == site["zone"])


def _floor_m2(design: Row) -> int:
    return sum(unit["area_m2"] for level in design["levels"] for unit in level["units"])


def _sites(rng: Random, count: int, side: int, table: list[Row]) -> list[Row]:
    """Return sites; a third stand in pairs across a street, a third of all hold a hotel today."""
    rows: list[Row] = []
    taken: set[tuple[int, int]] = set()
    while len(rows) < count:
        node = rng.randrange(side), rng.randrange(side)
        if node in taken:
            continue
        taken.add(node)
        x, y = node[0] * BLOCK_M + rng.randint(-25, 25), node[1] * BLOCK_M + rng.randint(-25, 25)
        pair = [(x, y)]
        if rng.random() < 0.2 and len(rows) + 1 < count:
            pair.append((x + rng.randint(50, 65), y + rng.randint(-20, 20)))
        for x_m, y_m in pair:
            design = table[(3 * len(rows)) % len(table)]
            rows.append(_site(rng, len(rows), (x_m, y_m), design, side))
    for rank in range(0, count, 3):
        rows[rank]["existing"] = True
        rows[rank]["hub"] = rank % 12 == 0
    return rows


def _site(rng: Random, rank: int, at: tuple[int, int], design: Row, side: int) -> Row:
    middle_m = (side - 1) * BLOCK_M / 2
    towards = 1 - math.hypot(at[0] - middle_m, at[1] - middle_m) / (2 * middle_m)
    lon, lat = place(*at)
    return {
        "id": f"s{rank + 1:03d}",
        "name": f"Dream yard {rank + 1}",
        "lon": lon,
        "lat": lat,
        "x_m": at[0],
        "y_m": at[1],
        "zone": design["id"],
        "area_m2": design["footprint_m2"] + rng.randint(50, 600),
        "price_eur_m2": round(300 + 900 * towards * rng.uniform(0.5, 1.5)),
        "noisy": rng.random() < 0.85,
        "jurisdiction": DISTRICTS[0 if at[1] > middle_m else 1],
        "existing": False,
        "hub": False,
    }


def _neighbours(rng: Random, sites: list[Row]) -> list[Row]:
    """Return homes 25 to 90 m from two of three hotels; limits of a quarter with homes."""
    rows = []
    for site in sites:
        if rng.random() < 0.35:
            continue
        angle, far = rng.uniform(0, 2 * math.pi), rng.uniform(25, 90)
        lon, lat = place(site["x_m"] + far * math.cos(angle), site["y_m"] + far * math.sin(angle))
        mixed = rng.random() < 0.5
        rows.append(
            {
                "id": f"home-{len(rows) + 1}",
                "lon": lon,
                "lat": lat,
                "limit_day_db": 60 if mixed else 55,
                "limit_evening_db": 55 if mixed else 50,
                "limit_night_db": 45 if mixed else 40,
                "background_day_db": rng.randint(44, 53),
                "background_evening_db": rng.randint(38, 47),
                "background_night_db": rng.randint(28, 37),
            }
        )
    return rows


def _workers(rng: Random, side: int, sites: list[Row], firms: list[Row]) -> list[Row]:
    """Return quarters where people live: the mean hotel finds `STAFFED` times its jobs by bike."""
    rows = _spread(rng, "quarter", side, max(12, side * side // 12))
    reach_m = BIKE_KPH * 1000 / 60 * terms.WITHIN_MIN
    near = sum(
        abs(site["x_m"] - row["x_m"]) + abs(site["y_m"] - row["y_m"]) <= reach_m
        for site in sites
        for row in rows
    )
    for skill, name in enumerate(SKILLS):
        jobs = sum(firm["jobs_by_skill"][skill] for firm in firms) / len(sites) / DEMAND
        people = STAFFED * jobs / terms.CAPTURE_SHARE * len(sites) / near
        for row in rows:
            row[f"workers_{name}"] = round(people * rng.uniform(0.5, 1.5))
    return rows


def _spread(rng: Random, name: str, side: int, count: int) -> list[Row]:
    extent = (side - 1) * BLOCK_M
    rows = []
    for rank in range(count):
        x, y = (BLOCK_M * rng.randrange(side) + rng.randint(-30, 30) for _ in range(2))
        x, y = min(max(x, 0), extent), min(max(y, 0), extent)
        lon, lat = place(x, y)
        rows.append({"id": f"{name}-{rank + 1}", "lon": lon, "lat": lat, "x_m": x, "y_m": y})
    return rows


def _transit(side: int) -> dict[str, list[Row]]:
    """Return one tram line along the diagonal: five stops, 18 km/h and four minutes of waiting."""
    stops, rides = [], []
    for rank in range(5):
        at = round((side - 1) * (0.1 + 0.2 * rank)) * BLOCK_M
        lon, lat = place(at, at)
        stops.append({"id": f"tram-{rank + 1}", "lon": lon, "lat": lat, "at_m": at})
    for first in stops:
        for last in stops:
            if first is not last:
                metres = abs(first["at_m"] - last["at_m"]) * math.sqrt(2)
                minutes = round(4 + metres / 300)
                rides.append({"from": first["id"], "to": last["id"], "minutes": minutes})
    return {"stops": stops, "rides": rides}


def _partners(rng: Random, sites: list[Row], firms: list[Row]) -> list[Row]:
    """Return a foundry, a pool, a biogas plant and a board mill per twenty hotels, near hotels."""
    totals: dict[str, list[float]] = {}
    for firm in firms:
        for resource, (gives, takes) in firm["exchange"].items():
            both = totals.setdefault(resource, [0.0, 0.0])
            both[0] += gives
            both[1] += takes
    kinds = (("foundry", "heat", 0.5, 0.0), ("pool", "heat", 0.0, 0.3),
             ("biogas", "organics", 0.0, 0.8), ("mill", "offcuts", 0.0, 0.4))  # fmt: skip
    groups = max(1, len(sites) // 20)
    rows = []
    for rank in range(groups):
        for name, resource, gives, takes in kinds:
            site = rng.choice(sites)
            lon, lat = place(site["x_m"] + rng.randint(60, 350), site["y_m"] + rng.randint(60, 350))
            most = max(totals.get(resource, [100.0, 100.0])) / groups
            rows.append(
                {
                    "id": f"{name}-{rank + 1}",
                    "lon": lon,
                    "lat": lat,
                    "resource": resource,
                    "gives": round(gives * most, 1),
                    "takes": round(takes * most, 1),
                }
            )
    return rows


def _rules(firms: list[Row], room: int) -> Row:
    """Return figures of rules that grow with the city."""
    jobs = [sum(firm["jobs_by_skill"][skill] for firm in firms) for skill in range(len(SKILLS))]
    return {
        "repair_min_m2": round(0.05 * room, -1),
        "studio_max_m2": round(0.16 * room, -1),
        "manual_jobs": round(0.35 * jobs[0]),
        "technical_jobs": round(0.3 * jobs[2]),
        "farm_max_m2": max(500, round(0.012 * room, -1)),
    }


def _purse(table: list[Row], sites: list[Row]) -> Row:
    """Return a purse for six tenths of all new hotels at once, two more tenths in each period."""
    whole = sum(
        row["build_eur"] + row["footprint_m2"] * site["price_eur_m2"]
        for site in sites
        if not site["existing"]
        for row in [_design(table, site)]
    )
    return {"opening_eur": round(0.6 * whole, -4), "grant_eur": round(0.2 * whole, -4)}


def sectors() -> tuple[str, ...]:
    """Return the names of the sectors."""
    return tuple(SECTORS)
