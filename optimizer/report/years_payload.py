"""A programme as the page reads it: its periods one by one, and all that years bring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.decisions import paid
from optimizer.core.kinds import Kind
from optimizer.core.programme import CASH_LINES
from optimizer.core.result_io import stages, told_programme
from optimizer.core.timeline import horizon_of
from optimizer.report.interiors_payload import inside_payload
from optimizer.report.interiors_scene import first_scene, next_scene
from optimizer.report.plan_payload import (
    closed_sites,
    criteria_payload,
    degrees,
    plan_payload,
    quota_lines,
    tags,
)
from optimizer.report.words import CASH_WORDS
from optimizer.report.years import (
    decision_sentence,
    in_order,
    order_over_years,
    span,
    stretches,
    year_problem,
    years_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.core.problem import Problem
    from optimizer.core.programme import Programme
    from optimizer.core.result import Result
    from optimizer.report.interiors_scene import Scene
    from optimizer.report.years import Stretch

RECEIPTS = ("opening", "grants", "transfers", "rents", "resale")


def years_payload(problem: Problem, result: Result) -> dict[str, Any]:
    """Return the blocks of a programme; without one, nothing.

    `periods`: what `plan_payload` returns, once per period, without what is the same in all of
    them; `place`: where demand is; `candidates`: every site that could take something, as
    `closed_sites`, of which each period tells those that are `taken`. `years`: timeline,
    decisions, and the block `programme` of result.json with the names of its sites.
    """
    programme = result.solution.programme
    if programme is None:
        return {}
    order = order_over_years(problem, programme)
    candidates = np.flatnonzero(np.bincount(problem.options.site, minlength=problem.sites.count))
    rank = {int(site): number for number, site in enumerate(candidates)}
    periods = [
        _period(problem, result, t, order, rank) for t in range(horizon_of(problem).periods.count)
    ]
    if problem.hotels is not None:
        for period, inside in zip(periods, _insides(problem, programme, order), strict=True):
            period["inside"] = inside
    points = problem.demand
    return {
        "periods": periods,
        "whole": None
        if result.solution.criteria is None
        else criteria_payload(result.solution.criteria),
        "place": {
            "lon": [degrees(value) for value in points.lon],
            "lat": [degrees(value) for value in points.lat],
        },
        "candidates": closed_sites(problem, None),
        "years": _years(problem, result, programme, order),
    }


def _period(
    problem: Problem, result: Result, t: int, order: list[int], rank: dict[int, int]
) -> dict[str, Any]:
    solution = result.solution
    if solution.programme is None or solution.course is None:
        return {}
    programme, plan = solution.programme, solution.programme.plans[t]
    year = year_problem(problem, t)
    content = plan_payload(year, plan, order)
    content.pop("closed")
    for key in ("lon", "lat"):
        content["points"].pop(key)
    _costs(problem, year, programme, t, content["open"], order)
    use = programme.use[t]
    taken = {*problem.options.site[plan.open_option].tolist(), *np.flatnonzero(use >= 0).tolist()}
    kinds = problem.designs.kind[problem.options.design[plan.open_option]]
    return {
        **content,
        "periodName": horizon_of(problem).periods.name[t],
        "periodLabel": years_of(problem, t),
        "criteria": criteria_payload(solution.course.periods[t]),
        "counts": {kind.key: int(np.sum(kinds == kind)) for kind in Kind},
        "quotas": quota_lines(year, plan),
        "taken": sorted(rank[site] for site in taken if site in rank),
        "reach": [int(plan.open_option[option]) for option in order],
        "outlines": {
            str(j): int(kind)
            for j, kind in zip(
                problem.options.site[plan.open_option][::-1].tolist(),
                kinds[::-1].tolist(),
                strict=True,
            )
        },
        "uses": [_use(problem, j, int(use[j])) for j in np.flatnonzero(use >= 0).tolist()],
    }


def _insides(problem: Problem, programme: Programme, order: list[int]) -> Iterator[dict[str, Any]]:
    """Yield the hotels of every period, each with what changed since the one before."""
    scene: Scene | None = None
    for t, plan in enumerate(programme.plans):
        year, stage = year_problem(problem, t), stages(problem, t)
        if scene is None:
            scene = first_scene(year, plan, stage)
        else:
            scene = next_scene(scene, year, plan, stage)
        yield inside_payload(scene, [option for option in order if plan.open_option[option]])


def _costs(
    problem: Problem,
    year: Problem,
    programme: Programme,
    t: int,
    rows: list[dict[str, Any]],
    order: list[int],
) -> None:
    """Tell purchases and building where they are paid, and nothing in later periods."""
    land, building = paid(problem, year, programme, t)
    shown = [option for option in order if programme.plans[t].open_option[option]]
    for row, option in zip(rows, shown, strict=True):
        row["purchase"], row["build"] = int(land[option]), int(building[option])


def _use(problem: Problem, site: int, use: int) -> dict[str, Any]:
    sites = problem.sites
    return {
        "use": horizon_of(problem).uses.name[use].replace("_", " "),
        "name": sites.name[site],
        "lon": degrees(sites.lon[site]),
        "lat": degrees(sites.lat[site]),
        "areaM2": int(sites.parcel_m2[site]),
    }


def _years(
    problem: Problem, result: Result, programme: Programme, order: list[int]
) -> dict[str, Any]:
    block = told_programme(problem, result) or {}
    block["periods"] = [
        {key: value for key, value in period.items() if key != "criteria"}
        for period in block["periods"]
    ]
    names = tags(problem, order)
    sites = {row["site"] for firm in block["pavilions"] for row in firm["periods"]}
    sites |= {firm["site"] for firm in block["firms"]}
    known = {name: site for site, name in enumerate(problem.sites.id)}
    return {
        "first": span(problem)[0],
        "places": len(problem.rules.jurisdiction),
        "last": span(problem)[1],
        "block": block,
        "siteNames": {site: problem.sites.name[known[site]] for site in sorted(sites - {None})},
        "cashWords": {line: CASH_WORDS[line] for line in CASH_LINES},
        "receipts": list(RECEIPTS),
        "timeline": [_bar(problem, one, names) for one in stretches(problem, programme)],
        "decisions": [
            {
                "text": decision_sentence(problem, programme, one),
                "year": one.year,
                "now": one.now,
                "words": one.words,
            }
            for one in in_order(problem, programme)
        ],
    }


def _bar(problem: Problem, one: Stretch, names: dict[int, str]) -> dict[str, Any]:
    """Return a stretch by site; periods are numbered from 0, both ends included."""
    design = ""
    if one.option >= 0:
        design = problem.designs.label[problem.options.design[one.option]]
    return {
        "site": problem.sites.id[one.site],
        "name": problem.sites.name[one.site],
        "kind": one.kind,
        "tag": names.get(one.option, ""),
        "what": design or one.subject.replace("_", " "),
        "pavilion": one.subject if design else "",
        "first": one.first,
        "last": one.last,
        "now": one.begins is None or one.begins.now,
        "words": "stands already" if one.begins is None else one.begins.words,
        "ends": "" if one.ends is None else one.ends.what,
    }
