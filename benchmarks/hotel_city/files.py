"""A drawn city as the files of a scenario: YAML, CSV, GeoJSON and a small street map."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from benchmarks.hotel_city.draw import BLOCK_M, DISTRICTS, place
from benchmarks.hotel_city.firms import SKILLS
from benchmarks.hotel_city.scenario import scenario_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from benchmarks.hotel_city.draw import Draw, Row

FIRM_COLUMNS = (
    "id", "name", "sector", "area_m2", "load_kg_m2", "clear_height_m", "noise", "dock", "jobs",
    "rent_max_eur_m2_year", "productive", "space", "wet", "vented", "lift_kg",
    "lift_trips_per_day", "dock_minutes", "dock_from", "dock_until", "work_from", "work_until",
    "noise_db", "needs_support", "gives_support",
)  # fmt: skip
PLACE = ("id", "lon", "lat")
BANDS = ("day", "evening", "night")


def write_files(draw: Draw, folder: Path) -> None:
    """Write every file of the scenario into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts_of(draw).items():
        (folder / name).write_text(text, encoding="utf-8")


def texts_of(draw: Draw) -> dict[str, str]:
    """Return the text of every file by its name."""
    limits = [f"{what}_{band}_db" for what in ("limit", "background") for band in BANDS]
    texts = {
        "scenario.yaml": scenario_text(draw),
        "streets.osm": _streets(draw),
        "districts.geojson": _districts(draw),
        "sites.geojson": _sites(draw),
        "tenants.csv": _firms(draw),
        "annexes.csv": _annexes(draw),
        "exchange.csv": _exchange(draw),
        "partners.csv": _csv((*PLACE, "resource", "gives", "takes"), draw.partners),
        "neighbours.csv": _csv((*PLACE, *limits), draw.neighbours),
        "workers.csv": _csv((*PLACE, *(f"workers_{name}" for name in SKILLS)), draw.workers),
        "stops.csv": _csv(PLACE, draw.stops),
        "rides.csv": _csv(("from", "to", "minutes"), draw.rides),
        "support.csv": _csv(PLACE, draw.support),
    }
    return texts | ({"growth.csv": _growth(draw)} if draw.years else {})


def _csv(columns: Iterable[str], rows: list[Row]) -> str:
    names = tuple(columns)
    lines = [",".join(_cell(row[name]) for name in names) for row in rows]
    return "\n".join([",".join(names), *lines]) + "\n"


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _firms(draw: Draw) -> str:
    skills = [f"jobs_{name}" for name in SKILLS]
    rows = [
        {**firm, **dict(zip(skills, firm["jobs_by_skill"], strict=True))} for firm in draw.firms
    ]
    return _csv((*FIRM_COLUMNS, *skills), rows)


def _annexes(draw: Draw) -> str:
    rows = [{"tenant": firm["id"], **firm["annex"]} for firm in draw.firms if firm["annex"]]
    return _csv(("tenant", "share", "space", "load_kg_m2", "levels_apart_max"), rows)


def _exchange(draw: Draw) -> str:
    rows = [
        {"tenant": firm["id"], "resource": resource, "gives": gives, "takes": takes}
        for firm in draw.firms
        for resource, (gives, takes) in firm["exchange"].items()
    ]
    return _csv(("tenant", "resource", "gives", "takes"), rows)


def _growth(draw: Draw) -> str:
    """Return a row where area or stage change; whoever stays as it is in the first has one row."""
    rows = []
    for firm in draw.firms:
        before: tuple[int, str] | None = None
        for year, area, stage in zip(draw.years, firm["path_m2"], firm["stages"], strict=True):
            if (area, stage) != before:
                row = {"tenant": firm["id"], "first_year": year, "area_m2": area, "stage": stage}
                rows.append(row)
            before = area, stage
    return _csv(("tenant", "first_year", "area_m2", "stage"), rows)


def _feature(properties: Row, kind: str, coordinates: Any) -> str:
    geometry = {"type": kind, "coordinates": coordinates}
    return json.dumps({"type": "Feature", "properties": properties, "geometry": geometry})


def _collection(features: list[str]) -> str:
    return '{"type": "FeatureCollection", "features": [\n' + ",\n".join(features) + "\n]}\n"


def _sites(draw: Draw) -> str:
    names = ("id", "name", "zone", "area_m2", "price_eur_m2", "noisy", "jurisdiction")
    features = [
        _feature(
            {name: _cell(row[name]) if name == "noisy" else row[name] for name in names}
            | {"what": "yard", "land_status": "artificialised"},
            "Point",
            [row["lon"], row["lat"]],
        )
        for row in draw.sites
    ]
    return _collection(features)


def _districts(draw: Draw) -> str:
    """Return two rectangles that meet in the middle of the city, a block wider than it."""
    end = (draw.side - 1) * BLOCK_M
    rows = ((end / 2, end + BLOCK_M), (-BLOCK_M, end / 2))
    features = []
    for name, (south, north) in zip(DISTRICTS, rows, strict=True):
        corners = ((-BLOCK_M, south), (end + BLOCK_M, south), (end + BLOCK_M, north))
        ring = [list(place(*at)) for at in (*corners, (-BLOCK_M, north), corners[0])]
        features.append(_feature({"name": name}, "Polygon", [ring]))
    return _collection(features)


def _streets(draw: Draw) -> str:
    """Return the grid as OSM XML, one way for each row and column."""
    side = draw.side
    stamp = 'version="1" timestamp="2026-01-01T00:00:00Z"'
    (west, south), (east, north) = place(-BLOCK_M, -BLOCK_M), place(*[side * BLOCK_M] * 2)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<!-- Songeville: a made-up grid of streets. -->",
        '<osm version="0.6" generator="seeded">',
        f'<bounds minlat="{south}" minlon="{west}" maxlat="{north}" maxlon="{east}"/>',
    ]
    lines += [
        f'<node id="{rank + 1}" {stamp} lat="{lat:.7f}" lon="{lon:.7f}"/>'
        for rank, (lon, lat) in enumerate(draw.streets)
    ]
    ways = [[row * side + rank for rank in range(side)] for row in range(side)]
    ways += [[rank * side + column for rank in range(side)] for column in range(side)]
    for rank, nodes in enumerate(ways):
        refs = "".join(f'<nd ref="{node + 1}"/>' for node in nodes)
        tags = f'<tag k="highway" v="residential"/><tag k="name" v="Dream street {rank + 1}"/>'
        lines.append(f'<way id="{rank + 1}" {stamp}>{refs}{tags}</way>')
    return "\n".join([*lines, "</osm>"]) + "\n"
