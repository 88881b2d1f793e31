"""Who looks for space: sectors, sizes and needs of made-up firms, and how they grow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from random import Random

Row = dict[str, Any]

AREA_MIN_M2, AREA_MAX_M2 = 40, 450
DOCK_MAX_M2 = 320  # a dock is on the ground floor, whose units are smaller
SKILLS = ("manual", "service", "technical")
BANDS = ((7, 19), (19, 23), (23, 31))


@dataclass(frozen=True)
class Sector:
    """What firms of a sector are like; every figure is an assumption (see instances/hotels).

    share : of all firms. area_m2, rent_eur : range. wet, vented, noisy, dock : share of firms.
    power_db : sound power at work. m2_job : floor per job. skills : jobs by `SKILLS`.
    gives, takes : units per m2 and year by resource.
    """

    share: float
    area_m2: tuple[int, int]
    load_kg_m2: tuple[int, ...]
    height_m: tuple[float, ...]
    rent_eur: tuple[int, int]
    space: tuple[str, ...]
    wet: float
    vented: float
    noisy: float
    dock: float
    lift_kg: tuple[int, ...]
    power_db: tuple[int, int]
    m2_job: int
    skills: tuple[float, float, float]
    productive: bool = True
    night: float = 0.0
    gives: tuple[tuple[str, float], ...] = ()
    takes: tuple[tuple[str, float], ...] = ()


SECTORS = {
    "food": Sector(
        0.14, (120, 420), (750, 1000, 1500), (3.4, 3.6, 4.0), (129, 180), ("workshop",),
        0.8, 0.7, 0.4, 0.15, (500, 1000), (80, 98), 30, (0.7, 0.2, 0.1), night=0.3,
        gives=(("heat", 0.25), ("organics", 0.08)),
    ),
    "wood_metal": Sector(
        0.16, (150, 560), (1000, 1500, 2000), (3.6, 4.0, 4.5), (122, 165), ("workshop",),
        0.1, 0.6, 0.8, 0.25, (1000, 1500, 2500), (92, 108), 38, (0.75, 0.05, 0.2),
        gives=(("offcuts", 0.05),), takes=(("heat", 0.06),),
    ),
    "repair": Sector(
        0.12, (100, 420), (500, 750, 1000), (3.2, 3.6, 4.0), (122, 160), ("workshop", "any"),
        0.2, 0.2, 0.3, 0.15, (500, 1000, 1500), (82, 98), 32, (0.6, 0.1, 0.3),
        takes=(("offcuts", 0.03), ("heat", 0.08)),
    ),
    "textile": Sector(
        0.12, (80, 300), (400, 500, 750), (3.0, 3.4), (124, 175), ("workshop", "any"),
        0.3, 0.1, 0.1, 0.05, (300, 500), (72, 90), 22, (0.6, 0.2, 0.2),
        takes=(("heat", 0.09),),
    ),
    "print": Sector(
        0.08, (180, 520), (1000, 1500), (3.4, 3.6), (129, 170), ("workshop",),
        0.2, 0.5, 0.7, 0.2, (1000, 1500, 2500), (88, 104), 34, (0.5, 0.1, 0.4), night=0.2,
        gives=(("heat", 0.12),),
    ),
    "prototyping": Sector(
        0.14, (60, 260), (400, 500, 750), (2.8, 3.2, 3.4), (130, 190), ("workshop", "any"),
        0.1, 0.2, 0.1, 0.05, (100, 300, 1000), (65, 88), 20, (0.2, 0.2, 0.6),
        takes=(("heat", 0.07), ("offcuts", 0.01)),
    ),
    "building_trades": Sector(
        0.12, (140, 480), (750, 1000, 1500), (3.4, 4.0), (122, 160), ("workshop", "any"),
        0.1, 0.1, 0.3, 0.35, (500, 1000, 1500), (78, 96), 36, (0.8, 0.1, 0.1),
        takes=(("offcuts", 0.04),),
    ),
    "studio": Sector(
        0.12, (60, 260), (250, 300), (2.6, 2.8), (130, 190), ("office", "office", "any"),
        0.0, 0.0, 0.0, 0.0, (0, 100), (50, 65), 16, (0.05, 0.5, 0.45), productive=False,
        takes=(("heat", 0.07),),
    ),
}  # fmt: skip

FIRST = ("Imaginary", "Fabled", "Fictive", "Invented", "Dreamt", "Storybook", "Once-upon", "Mythic")
TRADE = {
    "food": ("Bakery", "Brewery", "Kitchen", "Roastery"),
    "wood_metal": ("Joinery", "Forge", "Turnery", "Locksmith"),
    "repair": ("Repairs", "Reuse", "Cycles", "Salvage"),
    "textile": ("Tailor", "Dyeworks", "Saddlery", "Knitwear"),
    "print": ("Press", "Bindery", "Packaging", "Engraver"),
    "prototyping": ("Prototypes", "Sensors", "Robotics", "Instruments"),
    "building_trades": ("Plumbing", "Roofing", "Electrics", "Glazing"),
    "studio": ("Architects", "Sound Studio", "Engineers", "Design Office"),
}
STAGES = ("prototype", "first series", "plant")


def draw_firms(rng: Random, count: int, floor_m2: int, years: tuple[int, ...]) -> list[Row]:
    """Return firms whose first areas add up to about `floor_m2`, one dict each."""
    names = list(SECTORS)
    shares = [SECTORS[name].share for name in names]
    sectors = rng.choices(names, shares, k=count)
    drawn = [rng.triangular(*SECTORS[name].area_m2, SECTORS[name].area_m2[0]) for name in sectors]
    areas = _scaled(drawn, floor_m2)
    return [
        _firm(rng, rank, sector, area, years)
        for rank, (sector, area) in enumerate(zip(sectors, areas, strict=True))
    ]


def _scaled(drawn: list[float], floor_m2: int) -> list[int]:
    """Return the areas stretched so that, cut at `AREA_MAX_M2`, they add up to the floor asked."""
    low, high = 0.0, 10.0
    for _ in range(40):
        middle = (low + high) / 2
        total = sum(min(middle * area, AREA_MAX_M2) for area in drawn)
        low, high = (middle, high) if total < floor_m2 else (low, middle)
    return [max(AREA_MIN_M2, min(round(high * area), AREA_MAX_M2)) for area in drawn]


def _firm(rng: Random, rank: int, name: str, area: int, years: tuple[int, ...]) -> Row:
    sector = SECTORS[name]
    noisy = rng.random() < sector.noisy
    dock = area <= DOCK_MAX_M2 and rng.random() < sector.dock
    minutes, first, last = _docking(rng, name, dock)
    work = _hours(rng, sector)
    jobs = max(1, round(area / sector.m2_job))
    power = round(rng.uniform(*sector.power_db), 1)
    areas, stages = _path(rng, name, area, years)
    start_up = stages[0] == "prototype"
    return {
        "id": f"t{rank + 1:04d}",
        "name": f"{rng.choice(FIRST)} {rng.choice(TRADE[name])} {rank + 1}",
        "sector": name,
        "area_m2": area,
        "load_kg_m2": rng.choice(sector.load_kg_m2),
        "clear_height_m": rng.choice(sector.height_m),
        "noise": "noisy" if noisy else "sensitive" if name == "studio" else "neutral",
        "dock": dock,
        "jobs": jobs,
        "rent_max_eur_m2_year": rng.randint(*sector.rent_eur),
        "productive": sector.productive,
        "space": rng.choice(sector.space),
        "wet": rng.random() < sector.wet,
        "vented": rng.random() < sector.vented,
        "lift_kg": rng.choice(sector.lift_kg),
        "lift_trips_per_day": rng.randint(0, 8),
        "dock_minutes": minutes,
        "dock_from": first,
        "dock_until": last,
        "work_from": work[0],
        "work_until": work[1],
        "noise_db": power if noisy else round(power - 6, 1),
        "needs_support": start_up and rng.random() < 0.7,
        "gives_support": name in {"prototyping", "studio"} and not start_up and rng.random() < 0.15,
        "jobs_by_skill": _skills(jobs, sector),
        "annex": _annex(rng, name, area),
        "exchange": _exchange(rng, sector, area),
        "path_m2": areas,
        "stages": stages,
    }


def _docking(rng: Random, name: str, dock: bool) -> tuple[int, int, int]:  # noqa: FBT001 - drawn
    """Return minutes a day and the window; a few firms with a dock have it all day (0 minutes)."""
    if dock and rng.random() < 0.08:
        return 0, 0, 24
    if name == "studio":
        return 0, 0, 24
    minutes = 5 * rng.randint(6, 18) if dock else 5 * rng.randint(0, 6)
    first = rng.choice((5, 6, 6, 7, 7, 7, 8, 9, 14))
    return minutes, first, first + rng.choice((1, 2, 2, 3, 6)) + (minutes > 60)


def _hours(rng: Random, sector: Sector) -> tuple[int, int]:
    if rng.random() < sector.night:
        start = rng.choice((2, 3, 20, 21))
        return start, start + rng.choice((8, 9))
    start = rng.choice((6, 7, 8, 9))
    return start, start + rng.choice((8, 9, 10))


def _skills(jobs: int, sector: Sector) -> tuple[int, ...]:
    """Return whole jobs by skill that add up to `jobs`."""
    parts = [int(jobs * share) for share in sector.skills]
    most = max(range(len(parts)), key=lambda rank: sector.skills[rank])
    parts[most] += jobs - sum(parts)
    return tuple(parts)


def _annex(rng: Random, name: str, area: int) -> Row | None:
    """Return an office or a store that may lie apart, for about one firm in eight."""
    if area < 120 or name == "studio" or rng.random() > 0.15:
        return None
    return {
        "share": rng.choice((0.15, 0.2, 0.25, 0.3)),
        "space": rng.choice(("office", "office", "any")),
        "load_kg_m2": rng.choice((250, 400)),
        "levels_apart_max": rng.choice((-1, 1, 2)),
    }


def _exchange(rng: Random, sector: Sector, area: int) -> dict[str, tuple[float, float]]:
    """Return (gives, takes) by resource; six of ten firms take part."""
    found: dict[str, tuple[float, float]] = {}
    if rng.random() > 0.6:
        return found
    for resource, rate in sector.gives:
        found[resource] = (round(rate * area, 1), 0.0)
    for resource, rate in sector.takes:
        found[resource] = (0.0, round(rate * area, 1))
    return found


def _path(
    rng: Random, name: str, area: int, years: tuple[int, ...]
) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Return area and stage by period; `area` is that of the first period with a place to seek."""
    count = max(1, len(years))
    fate = rng.random()
    if fate < (0.5 if name == "prototyping" else 0.12):
        begin = 0 if name == "prototyping" else rng.randint(0, 1)
        stages = tuple(STAGES[min(begin + rank, 2)] for rank in range(count))
        growth = (1.0, 1.4, 1.9) if begin == 0 else (1.0, 1.35, 1.35)
        return tuple(round(area * growth[min(rank, 2)]) for rank in range(count)), stages
    areas = [area] * count
    if count > 1 and fate > 0.93:
        areas[0] = 0  # founded later
    elif count > 2 and fate > 0.88:
        areas[-1] = 0  # closes or leaves the city
    elif count > 1 and fate > 0.8:
        areas[1:] = [round(area * 0.8)] * (count - 1)
    return tuple(areas), ("plant",) * count
