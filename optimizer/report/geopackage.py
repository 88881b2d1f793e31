"""The answer for QGIS: one GeoPackage with styled layers in the projected CRS of the streets."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from optimizer.report.areas import catchments, walking_reach
from optimizer.report.figures import CHANNELS, plan_figures
from optimizer.report.interiors_layers import interior_layers
from optimizer.report.qgis import STYLES, qml
from optimizer.report.tables import (
    FLOW_COLUMNS,
    POINT_COLUMNS,
    SITE_COLUMNS,
    flow_rows,
    open_rows,
    point_rows,
)
from optimizer.report.tours_layers import tour_layers
from optimizer.report.years_areas import ever_open
from optimizer.report.years_layers import (
    area_layers,
    in_every_period,
    joined_layers,
    pay_in_period,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from optimizer.core.backdrop import Backdrop, Shapes
    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem
    from optimizer.core.programme import Programme
    from optimizer.core.result import Result
    from optimizer.report.figures import PlanFigures
    from optimizer.report.tours import DayTold

WGS84 = "EPSG:4326"
FIXED_DATE = "2000-01-01T00:00:00.000Z"  # so that the same result gives the same file
TITLES = {
    "streets": "Streets",
    "catchments": "Catchments of hubs",
    "walking_reach": "Walking reach of delivery points",
    "site_outlines": "Outlines of candidate sites",
    "candidate_sites": "Candidate sites",
    "flows": "Who is served from where",
    "demand_points": "Demand points",
    "open_facilities": "Open facilities",
    "openings": "Openings, pavilions and other uses by year",
    "firms": "Firms that stand on sites today",
    "zones": "Zones of the land-use plan",
    "parcels": "Parcels of the cadastre",
    "exchanges": "What tenants and partners pass on to each other",
    "hotel_units": "Units of open hotels",
    "tenant_parts": "Tenants and their annexes by unit",
    "neighbours": "Neighbours that hear hotels",
    "tours": "Tours of a day, trip by trip",
    "tour_stops": "Stops of tours in their order",
}
PLAIN = {
    "site": "Site",
    "design_label": "Design in words",
    "stands_there_now": "What stands there now",
    "soil": "Status of the soil",
    "use_share": "Use of capacity (0 to 1)",
    "parcels_per_day": "Parcels per mean day",
    "floor_area_let_m2": "Floor area let (m²)",
    "soil_consumed_m2": "Natural soil consumed (m²)",
    "site_area_m2": "Area of the site (m²)",
    "footprint_m2": "Footprint (m²)",
    "bike_share": "By cargo bike (0 to 1)",
    "pickup_share": "Picked up (0 to 1)",
    "van_share": "By van (0 to 1)",
    "unserved_share": "Not served (0 to 1)",
    "lon_deg": "Longitude (°)",
    "lat_deg": "Latitude (°)",
    "main_hub_site": "Site of its main hub",
    "main_delivery_point_site": "Site of its main delivery point",
    "main_channel": "Main channel",
    "share": "Share of the point's parcels (0 to 1)",
    "code": "Class (0 main, 1 middle, 2 small)",
    "now": "To be decided now",
    "words": "Until when it can wait",
    "decide_by": "To be decided in",
    "subject": "Pavilion or use",
    "ends": "What ends it",
    "fate": "What becomes of it",
    "area_m2": "Area (m²)",
    "move_m": "Distance moved (m)",
    "eur": "Cost (EUR)",
    "let_m2": "Let area (m²)",
    "hub_m2": "Taken by a hub inside (m²)",
    "free_m2": "Free area (m²)",
    "lift_kg": "Goods lift (kg)",
    "load_kg_m2": "Load (kg/m²)",
    "noise_db": "Loudest sound power (dB(A))",
    "level_db": "Hotels and background (dB(A))",
    "limit_db": "Limit (dB(A))",
    "share_of_limit": "Share of what the limit leaves (0 to 1)",
    "from_place": "From",
    "to_place": "To",
    "distance_m": "Distance (m)",
    "number": "Order on its tour",
    "way_m": "Way from the visit before (m)",
    "km": "Distance (km)",
    "kg": "Weight (kg)",
    "co2e_kg": "CO2e (kg)",
    "kg_on_board": "On board when it leaves (kg)",
    "parcels_on_board": "Parcels on board when it leaves",
}
Layer = tuple[list[dict[str, Any]], Any, tuple[str, ...]]


def alias(column: str, currency: str) -> str:
    """Return the plain words for a column name."""
    if column in PLAIN:
        return PLAIN[column]
    for head in ("purchase", "build", "cost"):
        if column == f"{head}_{currency.lower()}":
            return f"{head.capitalize()} ({currency})"
    return column.replace("_", " ").capitalize()


def write_geopackage(
    path: Path,
    problem: Problem,
    result: Result,
    backdrop: Backdrop | None,
    day: DayTold | None = None,
) -> None:
    """Write every layer with its CRS, aliases and style; a layer without features is left out.

    day : a day of tours, if there is one.

    Raises
    ------
    OSError
        If the file cannot be written, for example because the disk is full.
    """
    import geopandas as gpd

    written: dict[str, tuple[str, ...]] = {}
    found = layers(problem, result, backdrop)
    told = () if day is None else tour_layers(day, backdrop)
    for name, (rows, shapes, columns) in chain(found, told):
        if not rows:
            continue
        frame = gpd.GeoDataFrame(rows, columns=list(columns), geometry=list(shapes), crs=WGS84)
        with _disk_faults():
            frame.to_crs(problem.streets.crs).to_file(
                path, layer=name, driver="GPKG", engine="pyogrio"
            )
        written[name] = columns
    with _disk_faults():
        _add_styles(path, written, problem.prices.currency)


@contextmanager
def _disk_faults() -> Iterator[None]:
    """Tell a full disk or a bad path as an OSError; GDAL and SQLite have errors of their own."""
    try:
        yield
    except (RuntimeError, sqlite3.Error, UnicodeError) as error:
        raise OSError(f"plan.gpkg: {error}") from error


def layers(
    problem: Problem, result: Result, backdrop: Backdrop | None
) -> Iterator[tuple[str, Layer]]:
    """Yield name, rows, geometries in degrees and columns, from the bottom of the map upwards."""
    plan, programme = result.solution.plan, result.solution.programme
    if backdrop is not None:
        yield "parcels", _rings(backdrop.parcels, ())
        yield "zones", _rings(backdrop.zones, backdrop.zone_name)
        yield "streets", _streets(backdrop.streets)
    if programme is not None:
        yield from _over_years(problem, result, programme, backdrop)
        yield from interior_layers(problem, result)
        return
    figures = None
    if plan is not None:
        figures = plan_figures(problem, plan)
        for name, areas in (
            ("catchments", catchments(problem, figures)),
            ("walking_reach", walking_reach(problem, plan)),
        ):
            yield name, _areas(problem, areas)
    if backdrop is not None:
        yield "site_outlines", _outlines(problem, plan, backdrop.sites)
    yield "candidate_sites", _candidates(problem, plan)
    if plan is not None and figures is not None:
        yield "flows", _flows(problem, plan)
        yield "demand_points", _points(problem, figures)
        yield "open_facilities", _open(problem, plan, figures)
    yield from interior_layers(problem, result)


def _over_years(
    problem: Problem, result: Result, programme: Programme, backdrop: Backdrop | None
) -> Iterator[tuple[str, Layer]]:
    """Yield the same layers with a row in every period, then what only years have."""

    def points(year: Problem, plan: Plan) -> Layer:
        return _points(year, plan_figures(year, plan))

    def facilities(year: Problem, plan: Plan) -> Layer:
        return _open(year, plan, plan_figures(year, plan))

    ever = ever_open(programme)
    yield from area_layers(problem, programme, _areas)
    if backdrop is not None:
        yield "site_outlines", _outlines(problem, ever, backdrop.sites)
    yield "candidate_sites", _candidates(problem, ever)
    yield "flows", in_every_period(problem, programme, _flows)
    yield "demand_points", in_every_period(problem, programme, points)
    opened = in_every_period(problem, programme, facilities)
    yield "open_facilities", pay_in_period(problem, programme, opened)
    yield from joined_layers(problem, result)


def _rings(shapes: Shapes | None, names: tuple[str, ...]) -> Layer:
    """Return rings with the name of their class, if there are any."""
    rows: list[dict[str, Any]] = []
    rings: list[Any] = []
    if shapes is None:
        return rows, rings, ("name",)
    for j in range(shapes.count):
        points = _points_of(shapes, j)
        if len(points) >= 4:
            code = int(shapes.code[j])
            rows.append({"name": names[code] if 0 <= code < len(names) else ""})
            rings.append(shapely.polygons(points))
    return rows, rings, ("name",)


def _streets(shapes: Shapes) -> Layer:
    rows, lines = [], []
    for j in range(shapes.count):
        points = _points_of(shapes, j)
        if len(points) > 1:
            rows.append({"code": int(shapes.code[j])})
            lines.append(shapely.linestrings(points))
    return rows, lines, ("code",)


def _points_of(shapes: Shapes, j: int) -> Any:
    part = slice(int(shapes.start[j]), int(shapes.start[j + 1]))
    return np.column_stack([shapes.lon[part], shapes.lat[part]])


def _areas(problem: Problem, areas: dict[int, Any]) -> Layer:
    sites = problem.options.site
    rows = [
        {"site": problem.sites.id[sites[o]], "name": problem.sites.name[sites[o]]} for o in areas
    ]
    shapes = [shapely.multipolygons(shapely.get_parts(area)) for area in areas.values()]
    return rows, shapes, ("site", "name")


def _state(problem: Problem, plan: Plan | None) -> np.ndarray:
    opened = np.zeros(problem.sites.count, dtype=bool)
    if plan is not None:
        opened[problem.options.site[plan.open_option]] = True
    return np.where(opened, "open", "closed")


def _site_rows(problem: Problem, plan: Plan | None) -> list[dict[str, Any]]:
    sites, state = problem.sites, _state(problem, plan)
    return [
        {
            "site": sites.id[j],
            "name": sites.name[j],
            "state": str(state[j]),
            "jurisdiction": problem.rules.jurisdiction[sites.jurisdiction[j]],
            "zone": problem.zoning.zone[sites.zone[j]],
            "stands_there_now": sites.what[j],
            "site_area_m2": int(sites.area_m2[j]),
            "origin": sites.origin[j],
        }
        for j in range(sites.count)
    ]


CANDIDATE_COLUMNS = (
    "site", "name", "state", "jurisdiction", "zone", "stands_there_now", "site_area_m2", "origin",
)  # fmt: skip


def _candidates(problem: Problem, plan: Plan | None) -> Layer:
    points = shapely.points(problem.sites.lon, problem.sites.lat)
    return _site_rows(problem, plan), points, CANDIDATE_COLUMNS


def _outlines(problem: Problem, plan: Plan | None, shapes: Shapes) -> Layer:
    rows, rings = [], []
    for j, row in enumerate(_site_rows(problem, plan)):
        points = _points_of(shapes, j) if j < shapes.count else ()
        if len(points) >= 4:
            rows.append(row)
            rings.append(shapely.polygons(points))
    return rows, rings, CANDIDATE_COLUMNS


def _flows(problem: Problem, plan: Plan) -> Layer:
    rows, lines = [], []
    demand, sites = problem.demand, problem.sites
    for row, i, j in flow_rows(problem, plan):
        rows.append(row)
        lines.append([[sites.lon[j], sites.lat[j]], [demand.lon[i], demand.lat[i]]])
    return rows, shapely.linestrings(lines) if lines else [], FLOW_COLUMNS


def _points(problem: Problem, figures: PlanFigures) -> Layer:
    rows = [
        {**row, "main_channel": CHANNELS[channel]}
        for row, channel in zip(point_rows(problem, figures), figures.main_channel, strict=True)
    ]
    points = shapely.points(problem.demand.lon, problem.demand.lat)
    return rows, points, (*POINT_COLUMNS, "main_channel")


def _open(problem: Problem, plan: Plan, figures: PlanFigures) -> Layer:
    unit = problem.prices.currency.lower()
    rows = list(open_rows(problem, plan, figures, unit))
    points = [shapely.Point(row["lon_deg"], row["lat_deg"]) for row in rows]
    columns = tuple(rows[0]) if rows else SITE_COLUMNS
    return rows, points, columns


DATA_COLUMNS = """CREATE TABLE IF NOT EXISTS gpkg_data_columns (
    table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT,
    mime_type TEXT, constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
    CONSTRAINT gdc_tn UNIQUE (table_name, name))"""
EXTENSIONS = """CREATE TABLE IF NOT EXISTS gpkg_extensions (
    table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
    scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name))"""
LAYER_STYLES = """CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256),
    f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256),
    styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT,
    owner TEXT(30), ui TEXT(30), update_time DATETIME)"""


def _add_styles(path: Path, written: dict[str, tuple[str, ...]], currency: str) -> None:
    """Add what pyogrio cannot write: titles, plain column names, QGIS styles."""
    with closing(sqlite3.connect(path)) as base, base:
        base.execute(LAYER_STYLES)
        base.execute(DATA_COLUMNS)
        base.execute(EXTENSIONS)
        definition = "http://www.geopackage.org/spec120/#extension_schema"
        base.execute(
            "INSERT INTO gpkg_extensions VALUES (?, NULL, 'gpkg_schema', ?, 'read-write')",
            ("gpkg_data_columns", definition),
        )
        base.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change) "
            "VALUES ('layer_styles', 'attributes', 'layer_styles', ?)",
            (FIXED_DATE,),
        )
        for name, columns in written.items():
            aliases = {column: alias(column, currency) for column in columns}
            base.executemany(
                "INSERT INTO gpkg_data_columns (table_name, column_name, name, title) "
                "VALUES (?, ?, ?, ?)",
                [(name, column, words, words) for column, words in aliases.items()],
            )
            base.execute(
                "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, "
                "f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, "
                "owner, update_time) VALUES ('', '', ?, 'geom', ?, ?, '', 1, ?, '', ?)",
                (name, name, qml(STYLES[name], aliases), TITLES[name], FIXED_DATE),
            )
            base.execute(
                "UPDATE gpkg_contents SET description = ? WHERE table_name = ?",
                (TITLES[name], name),
            )
        base.execute("UPDATE gpkg_contents SET last_change = ?", (FIXED_DATE,))
