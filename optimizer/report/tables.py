"""The answer as tables: one row per thing, units in the header names."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.decisions import paid
from optimizer.core.kinds import Kind, LandStatus, Noise, OptionStatus
from optimizer.core.programme import ONE_OFF_TERMS
from optimizer.core.result import TERMS
from optimizer.core.result_io import unserved
from optimizer.core.timeline import horizon_of
from optimizer.report import interiors_tables, tours_tables
from optimizer.report.figures import (
    consumed_m2,
    is_new,
    ledger_lines,
    plan_figures,
    purchase_eur,
)
from optimizer.report.years import year_problem
from optimizer.report.years_areas import ever_open
from optimizer.report.years_tables import columns_of, years_rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem
    from optimizer.core.result import Result
    from optimizer.report.figures import PlanFigures
    from optimizer.report.tours import DayTold

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
Row = dict[str, Any]


@dataclass(frozen=True)
class Table:
    """A table with its columns in order; it may have no rows."""

    name: str
    columns: tuple[str, ...]
    rows: list[Row]


def all_tables(problem: Problem, result: Result) -> list[Table]:
    """Return every table of the result folder.

    Over years, what a plan decides has a row in every period, told in the first column, and
    `years_tables` adds its own; ledgers and purses are there and not in `ledgers`. Hotels told in
    full have those of `interiors_tables`.
    """
    unit = problem.prices.currency.lower()
    over_years = result.solution.programme is not None
    return [
        *_plan_tables(problem, result, unit),
        _closed_table(problem, _ever_open(result), unit),
        _ledger_table(problem, result),
        _terms_table(result, unit),
        _unserved_table(problem, result),
        _table("assumptions", ("key", "value", "source"), problem.assumptions),
        _table("audit", ("room", "what", "count", "unit", "detail"), problem.audit),
        *(
            Table(name, columns_of(problem, name), rows)
            for name, rows in years_rows(problem, result).items()
        ),
        *(
            Table(name, interiors_tables.columns_of(problem, name, over_years=over_years), rows)
            for name, rows in interiors_tables.interior_rows(problem, result).items()
        ),
    ]


def _plan_tables(problem: Problem, result: Result, unit: str) -> list[Table]:
    """Return what a plan decides; over years, the rows of all periods one after another."""
    programme = result.solution.programme
    if programme is None:
        return _one_plan(problem, result.solution.plan, unit)
    told = []
    for t, plan in enumerate(programme.plans):
        year = year_problem(problem, t)
        land, building = paid(problem, year, programme, t)
        tables = _one_plan(year, plan, unit)
        for row, option in zip(tables[0].rows, np.flatnonzero(plan.open_option), strict=True):
            row |= {f"purchase_{unit}": int(land[option]), f"build_{unit}": int(building[option])}
        told.append(tables)
    names = horizon_of(problem).periods.name
    return [
        Table(
            parts[0].name,
            ("period", *parts[0].columns),
            [
                {"period": name, **row}
                for name, part in zip(names, parts, strict=True)
                for row in part.rows
            ],
        )
        for parts in zip(*told, strict=True)
    ]


def _one_plan(problem: Problem, plan: Plan | None, unit: str) -> list[Table]:
    figures = None if plan is None else plan_figures(problem, plan)
    return [
        _open_table(problem, plan, figures, unit),
        _points_table(problem, figures),
        _flows_table(problem, plan),
        _tenants_table(problem, plan),
    ]


def _ever_open(result: Result) -> Plan | None:
    """Return the plan, or one in which all is open that a programme ever opens."""
    plan, programme = result.solution.plan, result.solution.programme
    if plan is None or programme is None:
        return plan
    return ever_open(programme)


def write_tables(folder: Path, tables: list[Table]) -> None:
    """Write one UTF-8 CSV file per table; text that a spreadsheet would run is made harmless."""
    folder.mkdir()
    add_tables(folder, tables)


def day_tables(told: DayTold) -> list[Table]:
    """Return the tables of a day's tours."""
    return [
        Table(name, tours_tables.columns_of(told, name), rows)
        for name, rows in tours_tables.tour_tables(told).items()
    ]


def add_tables(folder: Path, tables: list[Table]) -> None:
    """Write tables into a folder that may hold others."""
    folder.mkdir(exist_ok=True)
    for table in tables:
        with (folder / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(table.columns)
            for row in table.rows:
                writer.writerow([harmless(row[column]) for column in table.columns])


def harmless(value: Any) -> Any:
    """Return text with a leading apostrophe where a spreadsheet would read a formula.

    The class of attack: OWASP, "CSV injection".
    """
    if isinstance(value, str) and value.lstrip(" ").startswith(DANGEROUS):
        return f"'{value}"
    if isinstance(value, float):
        return repr(round(value, 6))
    return "" if value is None else value


def _table(name: str, columns: tuple[str, ...], items: tuple[Any, ...]) -> Table:
    return Table(name, columns, [{key: getattr(item, key) for key in columns} for item in items])


def site_row(problem: Problem, option: int) -> Row:
    """Return what is known of an option's site and design, without the plan."""
    j, d = int(problem.options.site[option]), int(problem.options.design[option])
    sites, designs = problem.sites, problem.designs
    return {
        "site": sites.id[j],
        "name": sites.name[j],
        "kind": Kind(int(designs.kind[d])).key,
        "design": designs.id[d],
        "design_label": designs.label[d],
        "status": OptionStatus(int(problem.options.status[option])).name.lower(),
        "jurisdiction": problem.rules.jurisdiction[int(sites.jurisdiction[j])],
        "lon_deg": float(sites.lon[j]),
        "lat_deg": float(sites.lat[j]),
        "stands_there_now": sites.what[j],
        "soil": LandStatus(int(sites.land_status[j])).key,
        "zone": problem.zoning.zone[int(sites.zone[j])],
        "site_area_m2": int(sites.area_m2[j]),
        "footprint_m2": int(designs.footprint_m2[d]),
        "origin": sites.origin[j],
    }


def open_rows(problem: Problem, plan: Plan, figures: PlanFigures, unit: str) -> Iterator[Row]:
    """Yield one row per open option."""
    for option in map(int, np.flatnonzero(plan.open_option)):
        d = int(problem.options.design[option])
        yield {
            **site_row(problem, option),
            "tenure": problem.designs.tenure[d],
            "parcels_per_day": float(figures.parcels_per_day[option]),
            "use_share": float(figures.use_share[option]),
            "floor_area_let_m2": int(figures.let_m2[option]),
            "soil_consumed_m2": consumed_m2(problem, option),
            f"purchase_{unit}": purchase_eur(problem, option),
            f"build_{unit}": int(problem.designs.build_eur[d]) * is_new(problem, option),
        }


SITE_COLUMNS = (
    "site", "name", "kind", "design", "design_label", "status", "jurisdiction", "lon_deg",
    "lat_deg", "stands_there_now", "soil", "zone", "site_area_m2", "footprint_m2", "origin",
)  # fmt: skip


def _open_table(
    problem: Problem, plan: Plan | None, figures: PlanFigures | None, unit: str
) -> Table:
    columns = (
        *SITE_COLUMNS,
        "tenure",
        "parcels_per_day",
        "use_share",
        "floor_area_let_m2",
        "soil_consumed_m2",
        f"purchase_{unit}",
        f"build_{unit}",
    )
    rows = [] if plan is None or figures is None else open_rows(problem, plan, figures, unit)
    return Table("open_facilities", columns, list(rows))


def closed_rows(problem: Problem, plan: Plan | None, unit: str) -> Iterator[Row]:
    """Yield one row per site where nothing opens, with the designs that it could take."""
    sites, options = problem.sites, problem.options
    opened = set() if plan is None else set(options.site[plan.open_option].tolist())
    for j in range(sites.count):
        if j in opened:
            continue
        designs = options.design[options.site == j]
        kinds = sorted({Kind(int(kind)).key for kind in problem.designs.kind[designs]})
        yield {
            "site": sites.id[j],
            "name": sites.name[j],
            "kinds": " ".join(kinds),
            "designs": " ".join(problem.designs.id[d] for d in designs),
            "jurisdiction": problem.rules.jurisdiction[int(sites.jurisdiction[j])],
            "lon_deg": float(sites.lon[j]),
            "lat_deg": float(sites.lat[j]),
            "stands_there_now": sites.what[j],
            "soil": LandStatus(int(sites.land_status[j])).key,
            "zone": problem.zoning.zone[int(sites.zone[j])],
            "site_area_m2": int(sites.area_m2[j]),
            f"price_{unit}_per_m2": int(sites.price_eur_m2[j]),
            "origin": sites.origin[j],
        }


def _closed_table(problem: Problem, plan: Plan | None, unit: str) -> Table:
    columns = (
        "site", "name", "kinds", "designs", "jurisdiction", "lon_deg", "lat_deg",
        "stands_there_now", "soil", "zone", "site_area_m2", f"price_{unit}_per_m2", "origin",
    )  # fmt: skip
    return Table("closed_candidates", columns, list(closed_rows(problem, plan, unit)))


POINT_COLUMNS = (
    "demand_point", "lon_deg", "lat_deg", "parcels_per_day", "bike_share", "pickup_share",
    "van_share", "unserved_share", "main_hub_site", "main_delivery_point_site",
)  # fmt: skip


def point_rows(problem: Problem, figures: PlanFigures) -> Iterator[Row]:
    """Yield one row per demand point."""
    demand = problem.demand
    for i in range(demand.count):
        shares = [float(value) for value in figures.share[:, i]]
        yield dict(
            zip(
                POINT_COLUMNS,
                (
                    demand.id[i],
                    float(demand.lon[i]),
                    float(demand.lat[i]),
                    float(demand.parcels_per_day[i]),
                    *shares,
                    _site_of(problem, int(figures.hub[i])),
                    _site_of(problem, int(figures.delivery_point[i])),
                ),
                strict=True,
            )
        )


def _site_of(problem: Problem, option: int) -> str:
    return "" if option < 0 else problem.sites.id[int(problem.options.site[option])]


def _points_table(problem: Problem, figures: PlanFigures | None) -> Table:
    rows = [] if figures is None else list(point_rows(problem, figures))
    return Table("demand_points", POINT_COLUMNS, rows)


FLOW_COLUMNS = ("channel", "demand_point", "site", "design", "share", "parcels_per_day")


def flow_rows(problem: Problem, plan: Plan) -> Iterator[tuple[Row, int, int]]:
    """Yield one row per flow with its demand point and site index."""
    for channel, points, options, shares in (
        ("bike", plan.bike_point, plan.bike_option, plan.bike_share),
        ("pickup", plan.pickup_point, plan.pickup_option, plan.pickup_share),
    ):
        for rank in np.lexsort((options, points)):
            i, o, share = int(points[rank]), int(options[rank]), float(shares[rank])
            if share <= 0:
                continue
            j = int(problem.options.site[o])
            values = (
                channel,
                problem.demand.id[i],
                problem.sites.id[j],
                problem.designs.id[int(problem.options.design[o])],
                share,
                share * float(problem.demand.parcels_per_day[i]),
            )
            yield dict(zip(FLOW_COLUMNS, values, strict=True)), i, j


def _flows_table(problem: Problem, plan: Plan | None) -> Table:
    rows = [] if plan is None else [row for row, _, _ in flow_rows(problem, plan)]
    return Table("flows", FLOW_COLUMNS, rows)


def tenant_rows(problem: Problem, plan: Plan | None) -> Iterator[Row]:
    """Yield one row per tenant, placed or not."""
    tenants = problem.tenants
    for f in range(tenants.count):
        option = -1 if plan is None else int(plan.tenant_option[f])
        level = None
        if plan is not None and option >= 0:
            level = int(problem.levels.number[int(plan.tenant_level[f])])
        yield {
            "tenant": tenants.id[f],
            "name": tenants.name[f],
            "sector": tenants.sector[f],
            "site": _site_of(problem, option),
            "level": level,
            "area_m2": int(tenants.area_m2[f]),
            "load_kg_m2": int(tenants.load_kg_m2[f]),
            "clear_height_m": float(tenants.clear_height_m[f]),
            "noise": Noise(int(tenants.noise[f])).name.lower(),
            "needs_dock": "yes" if tenants.dock[f] else "no",
            "jobs": float(tenants.jobs[f]),
            "productive": "yes" if tenants.productive[f] else "no",
        }


def _tenants_table(problem: Problem, plan: Plan | None) -> Table:
    columns = (
        "tenant", "name", "sector", "site", "level", "area_m2", "load_kg_m2", "clear_height_m",
        "noise", "needs_dock", "jobs", "productive",
    )  # fmt: skip
    return Table("tenants", columns, list(tenant_rows(problem, plan)))


def _ledger_table(problem: Problem, result: Result) -> Table:
    columns = ("name", "metric", "unit", "covers", "budget", "used", "left", "source")
    lines = ledger_lines(problem, result.solution.criteria)
    return _table("ledgers", columns, tuple(lines))


def _terms_table(result: Result, unit: str) -> Table:
    plan, baseline = result.solution.criteria, result.solution.baseline
    heads = ("plan", "baseline", "difference")
    columns = ("term", *(f"{head}_{unit}_per_year" for head in heads))
    rows = []
    for term in (*TERMS, *(ONE_OFF_TERMS if result.solution.programme is not None else ())):
        new = None if plan is None else plan.terms.get(term, 0.0)
        old = baseline.terms.get(term, 0.0)
        values = (term, new, old, None if new is None else new - old)
        rows.append(dict(zip(columns, values, strict=True)))
    return Table("cost_terms", columns, rows)


def _unserved_table(problem: Problem, result: Result) -> Table:
    columns = ("demand_point", "lon", "lat", "parcels_per_day", "reason", "action")
    rows = unserved(problem, result)
    if result.solution.programme is None:
        return Table("unserved", columns, rows)
    return Table("unserved", ("period", *columns), [{"period": None, **row} for row in rows])
