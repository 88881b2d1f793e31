"""Layers of the GeoPackage over years: what a plan draws, in every period, and what joins them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from optimizer.core.decisions import paid
from optimizer.core.timeline import horizon_of
from optimizer.report.years import year_problem
from optimizer.report.years_areas import areas_over_years
from optimizer.report.years_tables import columns_of, years_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem
    from optimizer.core.programme import Programme
    from optimizer.core.result import Result

Layer = tuple[list[dict[str, Any]], Any, tuple[str, ...]]
PERIOD = ("period", "first_year", "last_year")
"""First columns of what is told in every period: QGIS can filter or animate by them."""


def period_columns(problem: Problem, t: int) -> dict[str, Any]:
    """Return the name, the first and the last year of a period."""
    periods = horizon_of(problem).periods
    first = int(periods.first_year[t])
    return {
        "period": periods.name[t],
        "first_year": first,
        "last_year": first + int(periods.years[t]) - 1,
    }


def in_every_period(
    problem: Problem, programme: Programme, draw: Callable[[Problem, Plan], Layer]
) -> Layer:
    """Return what `draw` makes of each period, one after another, the period in front."""
    rows: list[dict[str, Any]] = []
    shapes: list[Any] = []
    columns: tuple[str, ...] = ()
    for t, plan in enumerate(programme.plans):
        year = year_problem(problem, t)
        told, drawn, columns = draw(year, plan)
        rows += [{**period_columns(problem, t), **row} for row in told]
        shapes += list(drawn)
    return rows, shapes, (*PERIOD, *columns)


def pay_in_period(problem: Problem, programme: Programme, layer: Layer) -> Layer:
    """Tell purchases and building of open facilities in the period in which they are paid."""
    unit = problem.prices.currency.lower()
    costs: list[dict[str, int]] = []
    for t, plan in enumerate(programme.plans):
        land, building = paid(problem, year_problem(problem, t), programme, t)
        costs += [
            {f"purchase_{unit}": int(land[option]), f"build_{unit}": int(building[option])}
            for option in np.flatnonzero(plan.open_option)
        ]
    rows, shapes, columns = layer
    return [{**row, **cost} for row, cost in zip(rows, costs, strict=True)], shapes, columns


def area_layers(
    problem: Problem,
    programme: Programme,
    draw: Callable[[Problem, dict[int, Any]], Layer],
) -> Iterator[tuple[str, Layer]]:
    """Yield catchments and walking reach in every period."""
    areas = areas_over_years(problem, programme)
    hubs = iter(areas.catchments)

    def feet(_: Problem, plan: Plan) -> Layer:
        shown = {option: area for option, area in areas.reach.items() if plan.open_option[option]}
        return draw(problem, shown)

    yield (
        "catchments",
        in_every_period(problem, programme, lambda *_: draw(problem, next(hubs))),
    )
    yield "walking_reach", in_every_period(problem, programme, feet)


def joined_layers(problem: Problem, result: Result) -> Iterator[tuple[str, Layer]]:
    """Yield openings and firms: one feature for each, with the years that it is about."""
    told = years_rows(problem, result)
    sites = problem.sites
    known = {name: site for site, name in enumerate(sites.id)}
    for name in ("openings", "firms"):
        rows = told[name]
        places = [known[row["site"]] for row in rows]
        yield (
            name,
            (rows, shapely.points(sites.lon[places], sites.lat[places]), columns_of(problem, name)),
        )
