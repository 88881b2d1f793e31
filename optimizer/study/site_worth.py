"""What a site is worth to a plan: what closing or opening it costs, and what else could be.

For a site of the plan: the best plan without it (it is forbidden and all else is decided again),
what stands instead, and what its neighbours would cost in its place. For a site outside the plan:
what opening it costs, or which rules forbid it. With P the value and B the bound of a plan, closing
costs P_closed - P as far as plans are known; at least max(0, B_closed - P) is proven.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer import engine
from optimizer.core.kinds import OptionStatus
from optimizer.study.evaluate import evaluate, served
from optimizer.study.telling import evaluation_to_dict, spaced

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.limits import Cancel, Limits, Listener
    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem
    from optimizer.core.result import Result

    Run = tuple[Limits, Listener, Cancel]

RIVALS = 3
"""Neighbours that are tried in place of a site."""
NEAR_SHARE = 0.01
"""Of the plan's value: alternatives that cost no more than this are called nearly equal."""
NOTHING_EUR = 0.5


def site_worth(problem: Problem, best: Result, place: int, run: Run) -> dict[str, Any]:
    """Return what a site is worth in plain types, words first."""
    if place in open_sites(problem, best):
        return _why_open(problem, best, place, run)
    return _why_closed(problem, best, place, run)


def open_sites(problem: Problem, result: Result) -> list[int]:
    """Return the sites where something is open in any period."""
    sites: list[int] = np.unique(problem.options.site[_opened(problem, result)]).tolist()
    return sites


def what_stands(problem: Problem, result: Result, place: int) -> dict[str, Any]:
    """Return what stands on a site and what it serves, in the period in which it serves most."""
    mine = np.flatnonzero(_opened(problem, result) & (problem.options.site == place))
    parcels, points, tenants, let_m2 = 0.0, 0, 0, 0
    for plan in _plans(result):
        now = [served(problem, plan, int(option)) for option in mine if plan.open_option[option]]
        parcels = max(parcels, sum(row[0] for row in now))
        points = max(points, sum(row[1] for row in now))
        tenants = max(tenants, sum(row[2] for row in now))
        let_m2 = max(let_m2, sum(row[3] for row in now))
    return {
        "designs": [problem.designs.id[which] for which in problem.options.design[mine]],
        "stated": [
            OptionStatus(int(status)).name.lower()
            for status in problem.options.status[mine]
            if status in {OptionStatus.REQUIRED, OptionStatus.EXISTING}
        ],
        "parcels_per_day": parcels,
        "demand_points": points,
        "tenants": tenants,
        "let_m2": let_m2,
    }


def _plans(result: Result) -> list[Plan]:
    """Return the plans of all periods, one where there is no horizon."""
    solution = result.solution
    if solution.programme is not None:
        return list(solution.programme.plans)
    return [] if solution.plan is None else [solution.plan]


def _opened(problem: Problem, result: Result) -> NDArray[np.bool_]:
    opened = np.zeros(problem.options.count, dtype=bool)
    for plan in _plans(result):
        opened |= plan.open_option
    return opened


def _why_open(problem: Problem, best: Result, place: int, run: Run) -> dict[str, Any]:
    """Close the site, decide the rest again, then try its neighbours."""
    limits, listener, cancel = run
    here = problem.options.site == place
    status = np.where(here, OptionStatus.FORBIDDEN, problem.options.status).astype(np.int8)
    closed = problem.replace(options=problem.options.replace(status=status))
    result = engine.solve(closed, limits, listener=listener, cancel=cancel)
    value, outcome = best.solution.outcome.value, result.solution.outcome
    cost = at_least = None
    if value is not None and outcome.value is not None:
        cost = max(outcome.value - value, 0.0)
        at_least = min(max((outcome.bound or 0.0) - value, 0.0), cost)
    instead = _opened(closed, result) & ~_opened(problem, best)
    row = {
        "site": problem.sites.id[place],
        "name": problem.sites.name[place],
        "open": True,
        **what_stands(problem, best, place),
        "without_it": outcome.status,
        "closing_costs_eur_per_year": cost,
        "closing_costs_at_least_eur_per_year": at_least,
        "instead": [_named(problem, option) for option in np.flatnonzero(instead).tolist()],
        "conflicts": [conflict.words for conflict in result.solution.conflicts],
        "alternatives": [],
    }
    if cost is not None and problem.horizon is None and not cancel.cancelled:
        row["alternatives"] = _alternatives(closed, result, (best, place, cost), run)
    return {"words": _open_words(problem, row), **row}


def _alternatives(
    closed: Problem, result: Result, lost: tuple[Result, int, float], run: Run
) -> list[dict[str, Any]]:
    """Return what the nearest sites for the same kinds would cost in place of the closed one."""
    best, place, cost = lost
    limits, listener, cancel = run
    options, sites, kind = closed.options, closed.sites, closed.designs.kind
    gone = _opened(closed, best) & (options.site == place)
    same = np.isin(kind[options.design], kind[options.design[gone]])
    same &= (options.status == OptionStatus.CANDIDATE) & (options.site != place)
    same &= ~np.isin(options.site, open_sites(closed, best))
    rivals = np.unique(options.site[same])
    away = np.hypot(
        (sites.lon[rivals] - sites.lon[place]) * np.cos(np.radians(sites.lat[place])),
        sites.lat[rivals] - sites.lat[place],
    )
    chosen = [(int(site), None) for site in rivals[np.argsort(away, kind="stable")][:RIVALS]]
    if not chosen:
        return []
    time_s = None if limits.time_s is None else limits.time_s / len(chosen)
    work = None if limits.work is None else max(limits.work // len(chosen), 1)
    share = replace(limits, time_s=time_s, work=work)
    scored = evaluate(closed, chosen, share, best=result, listener=listener, cancel=cancel)
    rows = evaluation_to_dict(closed, scored)["choices"]
    value = abs(best.solution.outcome.value or 0.0)
    for row in rows:
        more = row.pop("cost_eur_per_year")
        row["cost_in_its_place_eur_per_year"] = None if more is None else cost + more
        row["nearly_equal"] = more is not None and cost + more <= NEAR_SHARE * value
    return sorted(rows, key=lambda row: row["cost_in_its_place_eur_per_year"] or np.inf)


def _why_closed(problem: Problem, best: Result, place: int, run: Run) -> dict[str, Any]:
    """Open the site, decide the rest again."""
    limits, listener, cancel = run
    row: dict[str, Any] = {
        "site": problem.sites.id[place],
        "name": problem.sites.name[place],
        "open": False,
    }
    if problem.horizon is not None:
        name = row["name"] or row["site"]
        return {"words": f"nothing opens on {name} in any period of the programme", **row}
    chosen: list[tuple[int, int | None]] = [(place, None)]
    scored = evaluate(problem, chosen, limits, best=best, listener=listener, cancel=cancel)
    choice = evaluation_to_dict(problem, scored)["choices"][0]
    return {**row, **choice, "words": choice["words"]}


def _named(problem: Problem, option: int) -> dict[str, str]:
    return {
        "site": problem.sites.id[int(problem.options.site[option])],
        "design": problem.designs.id[int(problem.options.design[option])],
    }


def _open_words(problem: Problem, row: dict[str, Any]) -> str:
    name = row["name"] or row["site"]
    what = []
    if row["parcels_per_day"] > 0:
        parcels, points = spaced(row["parcels_per_day"]), spaced(row["demand_points"])
        what.append(f"serves {parcels} parcels a day of {points} demand points")
    if row["tenants"]:
        what.append(f"hosts {row['tenants']} tenants on {spaced(row['let_m2'])} m2")
    told = f"{name} {' and '.join(what) or 'stands open'}"
    if row["stated"]:
        told += f" ({row['stated'][0]} by the scenario)"
    cost, at_least = row["closing_costs_eur_per_year"], row["closing_costs_at_least_eur_per_year"]
    if row["without_it"] == "infeasible":
        return f"{told}; without it there is no plan: {'; '.join(row['conflicts'])}"
    if cost is None:
        return f"{told}; no plan without it was found within the limits"
    if cost < NOTHING_EUR:
        return f"{told}; without it nothing is lost against the best plan known"
    told += f"; without it the plan costs {spaced(cost)} {problem.prices.currency} a year more"
    return told + (f", proven at least {spaced(at_least)}" if at_least >= NOTHING_EUR else "")
