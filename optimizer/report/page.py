"""The map in one file: everything inside, nothing fetched, nothing executed but what we wrote."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.kinds import LandStatus
from optimizer.report.areas import catchments, outer_rings, walking_reach
from optimizer.report.figures import open_order, plan_figures
from optimizer.report.packing import gzipped, pack, pack_rings, pack_shapes
from optimizer.report.payload import payload
from optimizer.report.tours_lines import leg_lines
from optimizer.report.tours_payload import tours_payload
from optimizer.report.years import order_over_years
from optimizer.report.years_areas import areas_over_years

if TYPE_CHECKING:
    from pathlib import Path

    from optimizer.core.backdrop import Backdrop
    from optimizer.core.problem import Problem
    from optimizer.core.programme import Programme
    from optimizer.core.result import Result
    from optimizer.report.tours import DayTold

STYLES = (
    "leaflet.css", "page.css", "parts.css", "years.css", "houses.css", "tours.css",
    "print.css",
)  # fmt: skip
SCRIPTS = (
    "decode.js", "text.js", "tiles.js", "points.js", "markers.js", "map.js", "legend.js",
    "plan.js", "hotels.js", "houses.js", "housetables.js", "city.js", "money.js", "sure.js",
    "years.js", "ledgers.js", "periods.js", "tours.js", "tourmap.js", "tourlines.js",
    "toursheet.js", "tourtimes.js", "tourhubs.js", "paper.js", "main.js",
)  # fmt: skip
CLOSED, NATURAL = 3, 4  # codes of site outlines; an open site carries the code of its kind
NO_CREDIT = "Map data: as given by the user"


def write_page(
    path: Path,
    problem: Problem,
    result: Result,
    backdrop: Backdrop | None,
    day: DayTold | None = None,
) -> None:
    """Write report.html; day : a day of tours, if there is one."""
    content = payload(problem, result)
    content["credit"] = NO_CREDIT if backdrop is None else backdrop.credit
    geometry = _geometry(problem, result, backdrop)
    if day is not None:
        content["tours"] = tours_payload(day)
        legs = leg_lines(day, backdrop)
        geometry["legs"] = gzipped(pack_rings(legs, day.visits.tour.tolist()))
    text = render(content, geometry)
    path.write_text(text, encoding="utf-8", newline="\n")


def render(content: dict[str, Any], geometry: dict[str, str]) -> str:
    """Return the page for `content`; `geometry` maps layer names to packed bytes as text."""
    style = "\n".join(_asset(name) for name in STYLES)
    library = _asset("leaflet.js").replace("//# sourceMappingURL=leaflet.js.map", "")
    own = "\n".join(_asset(name) for name in SCRIPTS)
    own = f'"use strict";\n(function () {{\n{own}\n}})();'
    policy = (
        f"default-src 'none'; script-src {_hash(library)} {_hash(own)}; style-src {_hash(style)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    parts = {
        "POLICY": policy,
        "TITLE": html.escape(f"{content['name']} - Faubourg"),
        "STYLE": style,
        "LIBRARY": library,
        "SCRIPT": own,
        "DATA": safe_json(content),
        "GEOMETRY": safe_json(geometry),
    }
    page = _asset("page.html")
    head, *rest = page.split("{{")
    out = [head]
    for piece in rest:
        name, after = piece.split("}}", 1)
        out += [parts[name], after]
    return "".join(out)


def safe_json(content: Any) -> str:
    """Return JSON that cannot end its script element or open a comment."""
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _asset(name: str) -> str:
    text = files("optimizer.report").joinpath("assets", name).read_text(encoding="utf-8")
    return text.replace("\r\n", "\n")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _geometry(problem: Problem, result: Result, backdrop: Backdrop | None) -> dict[str, str]:
    packed = {}
    if backdrop is not None:
        for name in ("streets", "buildings", "water", "green", "zones", "parcels"):
            shapes = getattr(backdrop, name)
            if shapes is not None:
                packed[name] = gzipped(pack_shapes(shapes))
        packed["sites"] = gzipped(_sites(problem, result, backdrop))
    else:
        packed["streets"] = gzipped(_arcs(problem))
    solution = result.solution
    if solution.programme is not None:
        packed |= _areas_by_period(problem, solution.programme)
    elif solution.plan is not None:
        figures = plan_figures(problem, solution.plan)
        order = open_order(problem, solution.plan, figures)
        packed["catchments"] = _packed_areas(catchments(problem, figures), order)
        packed["reach"] = _packed_areas(walking_reach(problem, solution.plan), order)
    return packed


def _packed_areas(areas: dict[int, Any], order: list[int]) -> str:
    """Return rings coded by the rank of their option in `order`."""
    rings, code = [], []
    for option, area in areas.items():
        parts = outer_rings(area)
        rings += parts
        code += [order.index(option)] * len(parts)
    return gzipped(pack_rings(rings, code))


def _areas_by_period(problem: Problem, programme: Programme) -> dict[str, str]:
    """Return catchments of every period, and the walking reach of all that is ever open.

    Catchments go by the rank among what is open in their period, reaches by that among all.
    """
    order = order_over_years(problem, programme)
    areas = areas_over_years(problem, programme)
    packed = {"reach": _packed_areas(areas.reach, order)}
    for t, plan in enumerate(programme.plans):
        shown = [option for option in order if plan.open_option[option]]
        packed[f"catchments{t}"] = _packed_areas(areas.catchments[t], shown)
    return packed


def _arcs(problem: Problem) -> bytes:
    """Return streets as straight arcs, where nobody gave a background."""
    streets = problem.streets
    pairs = [np.zeros((0, 2), dtype=np.int64)]
    pairs += [np.column_stack([arcs.tail, arcs.head]) for arcs in streets.arcs.values()]
    ends = np.unique(np.sort(np.concatenate(pairs).astype(np.int64), axis=1), axis=0)
    place = np.column_stack([streets.lon, streets.lat])
    return pack_rings(list(place[ends]), [1] * len(ends))


def _sites(problem: Problem, result: Result, backdrop: Backdrop) -> bytes:
    """Return the outlines of the sites, coded by open kind, closed, or closed on natural soil.

    Over years, the code is the number of the site, twice, and one more on natural soil.
    """
    plan, options = result.solution.plan, problem.options
    natural = problem.sites.land_status != LandStatus.ARTIFICIALISED
    shapes = backdrop.sites
    if result.solution.programme is not None:
        code = 2 * np.arange(shapes.count) + natural[: shapes.count]
        return pack(shapes.lon, shapes.lat, shapes.start, code)
    code = np.where(natural, NATURAL, CLOSED)
    if plan is not None:
        chosen = np.flatnonzero(plan.open_option)[::-1]
        code[options.site[chosen]] = problem.designs.kind[options.design[chosen]]
    return pack_shapes(backdrop.sites.replace(code=code.astype(np.int8)))
