"""The block `programme` of result.json: periods, ledgers, purses, decisions, firms and uses."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.decisions import decisions
from optimizer.core.documents import distinct, finite
from optimizer.core.programme import CASH_LINES
from optimizer.core.timeline import horizon_of, period_weights

if TYPE_CHECKING:
    from collections.abc import Callable

    from optimizer.core.decisions import Decision
    from optimizer.core.problem import Problem
    from optimizer.core.programme import Alliance, Course, Programme
    from optimizer.core.result import Criteria

Block = dict[str, Any]


def programme_block(
    problem: Problem,
    programme: Programme,
    course: Course,
    alliance: Alliance | None,
    criteria_to_dict: Callable[[Criteria], Block],
) -> Block:
    """Return the block; amounts are whole m2 and EUR where the model counts whole ones.

    Returns
    -------
    dict
        `periods`: [{name, first_year, years, weight, criteria}]; `land`: a ledger with its rules
        and `periods` [{period, in_force, used_m2, restored_m2, left_m2}]; `purses`: a purse with
        its rules, npv_eur, residual_eur and `periods` [{period, lines, debt_eur, balance_eur,
        reserve_eur, subsidy_eur_year}]; `decisions`; `uses`, `firms`, `pavilions`, `renaturation`;
        `jobs_lost`; `alliance`: None, or {proven, members}.
    """
    periods, weights = horizon_of(problem).periods, period_weights(problem)
    return {
        "periods": [
            {
                "name": periods.name[t],
                "first_year": int(periods.first_year[t]),
                "years": int(periods.years[t]),
                "weight": finite(weights[t], "weight"),
                "criteria": criteria_to_dict(course.periods[t]),
            }
            for t in range(periods.count)
        ],
        "land": _land(problem, programme, course),
        "purses": _purses(problem, course),
        "decisions": [decision_to_dict(problem, one) for one in decisions(problem, programme)],
        "uses": _uses(problem, course),
        "firms": _firms(problem, programme),
        "jobs_lost": finite(course.jobs_lost, "jobs_lost"),
        "pavilions": _pavilions(problem, programme),
        "renaturation": _renaturation(problem, programme),
        "alliance": None if alliance is None else alliance_block(problem, alliance),
    }


def covered(problem: Problem, row: np.ndarray) -> list[str]:
    """Return the names of the jurisdictions that a row of `covers` marks."""
    return [name for name, yes in zip(problem.rules.jurisdiction, row, strict=True) if yes]


def _land(problem: Problem, programme: Programme, course: Course) -> list[Block]:
    land, periods = horizon_of(problem).land, horizon_of(problem).periods
    names = distinct(land.name)
    return [
        {
            "name": names[b],
            "metric": land.metric[b],
            "basis": land.basis[b],
            "temporary": land.temporary[b],
            "source": land.source[b],
            "jurisdictions": covered(problem, land.covers[b]),
            "first_year": int(land.first_year[b]),
            "last_year": int(land.last_year[b]),
            "budget_m2": int(land.budget_m2[b]),
            "transfer_m2": int(programme.land_transfer_m2[b]),
            "periods": [
                {
                    "period": periods.name[t],
                    "in_force": bool(
                        land.first_year[b] <= periods.first_year[t] <= land.last_year[b]
                    ),
                    "used_m2": int(course.land_used_m2[b, t]),
                    "restored_m2": int(course.land_restored_m2[b, t]),
                    "left_m2": int(course.land_left_m2[b, t]),
                }
                for t in range(periods.count)
            ],
        }
        for b in range(land.count)
    ]


def _purses(problem: Problem, course: Course) -> list[Block]:
    purses, periods = horizon_of(problem).purses, horizon_of(problem).periods
    names = distinct(purses.name)
    return [
        {
            "name": names[b],
            "source": purses.source[b],
            "jurisdictions": covered(problem, purses.covers[b]),
            "borrow_max_eur": int(purses.borrow_max_eur[b]),
            "debt_end_max_eur": int(purses.debt_end_max_eur[b]),
            "interest_rate": finite(purses.interest_rate[b], "interest_rate"),
            "gamma": int(purses.gamma[b]),
            "subsidy_max_eur_year": int(purses.subsidy_max_eur_year[b]),
            "npv_eur": finite(course.npv_eur[b], "npv_eur"),
            "residual_eur": finite(course.residual_eur[b], "residual_eur"),
            "periods": [
                {
                    "period": periods.name[t],
                    "lines": {line: int(course.cash[line][b, t]) for line in CASH_LINES},
                    "debt_eur": int(course.debt_eur[b, t]),
                    "balance_eur": int(course.balance_eur[b, t]),
                    "reserve_eur": int(course.reserve_eur[b, t]),
                    "subsidy_eur_year": finite(course.subsidy_eur_year[b, t], "subsidy_eur_year"),
                }
                for t in range(periods.count)
            ],
        }
        for b in range(purses.count)
    ]


def decision_to_dict(problem: Problem, one: Decision) -> Block:
    """Return a decision by ids; see `core.decisions.Decision`."""
    sites, designs = problem.sites, problem.designs
    design = int(problem.options.design[one.option]) if one.option >= 0 else -1
    return {
        "what": one.what,
        "subject": one.subject,
        "site": sites.id[one.site] if one.site >= 0 else "",
        "origin": sites.id[one.origin] if one.origin >= 0 else "",
        "design": designs.id[design] if design >= 0 else "",
        "tenure": designs.tenure[design] if design >= 0 else "",
        "period": horizon_of(problem).periods.name[one.period],
        "year": one.year,
        "decide_by": one.decide_by,
        "now": one.now,
        "words": one.words,
    }


def _uses(problem: Problem, course: Course) -> list[Block]:
    uses, periods = horizon_of(problem).uses, horizon_of(problem).periods
    places = (*problem.rules.jurisdiction, "")  # -1, everywhere, is the last
    return [
        {
            "use": uses.name[u],
            "source": uses.source[u],
            "jurisdiction": places[uses.jurisdiction[u]],
            "area_min_m2": int(uses.area_min_m2[u]),
            "first_year": int(uses.first_year[u]),
            "periods": [
                {"period": periods.name[t], "area_m2": int(course.use_m2[u, t])}
                for t in range(periods.count)
            ],
        }
        for u in range(uses.count)
    ]


def _firms(problem: Problem, programme: Programme) -> list[Block]:
    """Return one entry per firm: `fate` is kept, moved or lost."""
    firms, periods = horizon_of(problem).firms, horizon_of(problem).periods
    rows = []
    for k in range(firms.count):
        leaves, place = int(programme.firm_leaves[k]), int(programme.firm_premises[k])
        moved = leaves >= 0 and place >= 0
        fate = "kept" if leaves < 0 else "moved" if moved else "lost"
        rows.append(
            {
                "firm": firms.id[k],
                "name": firms.name[k],
                "site": problem.sites.id[firms.site[k]],
                "area_m2": int(firms.area_m2[k]),
                "jobs": finite(firms.jobs[k], "jobs"),
                "fate": fate,
                "period": periods.name[leaves] if leaves >= 0 else None,
                "premises": firms.premises[place] if moved else None,
                "move_m": finite(firms.move_m[k, place], "move_m") if moved else None,
                "eur": int(firms.move_eur[k] if moved else firms.lost_eur[k]) * (leaves >= 0),
            }
        )
    return rows


def _pavilions(problem: Problem, programme: Programme) -> list[Block]:
    """Return where each pavilion stands in each period; site None is the store."""
    pavilions, periods = horizon_of(problem).pavilions, horizon_of(problem).periods
    site = problem.options.site
    rows = []
    for v, path in enumerate(programme.pavilion_option.tolist()):
        before = [-1, *path[:-1]]
        arrivals = sum(now not in (-1, was) for now, was in zip(path, before, strict=True))
        rows.append(
            {
                "pavilion": pavilions.id[v],
                "design": problem.designs.id[pavilions.design[v]],
                "moves": max(arrivals - 1, 0),
                "moves_max": int(pavilions.moves_max[v]),
                "periods": [
                    {
                        "period": periods.name[t],
                        "site": problem.sites.id[site[o]] if o >= 0 else None,
                    }
                    for t, o in enumerate(path)
                ],
            }
        )
    return rows


def _renaturation(problem: Problem, programme: Programme) -> list[Block]:
    projects, periods = horizon_of(problem).renaturation, horizon_of(problem).periods
    return [
        {
            "project": projects.id[r],
            "source": projects.source[r],
            "jurisdiction": problem.rules.jurisdiction[projects.jurisdiction[r]],
            "period": periods.name[t],
            "area_m2": int(programme.renaturation_m2[r, t]),
            "eur": int(programme.renaturation_m2[r, t]) * int(projects.eur_m2[r]),
            "done_year": int(periods.first_year[t] + projects.years[r]),
        }
        for r, t in np.argwhere(programme.renaturation_m2 > 0).tolist()
    ]


def alliance_block(problem: Problem, alliance: Alliance) -> Block:
    """Return {proven, members}: a row per member, EUR per year; None where nothing is known.

    gain_eur : what it is better off, at least, than on its own: against its proven bound.
    """
    cooperation = horizon_of(problem).cooperation
    members = () if cooperation is None else cooperation.member
    columns = ("alone_bound", "alone_value", "joint_eur", "payment_eur")
    rows = []
    for c, member in enumerate(members):
        figures = {name: float(getattr(alliance, name)[c]) for name in columns}
        gain = figures["alone_bound"] - figures["joint_eur"] - figures["payment_eur"]
        amounts = {**figures, "gain_eur": gain}
        rows.append(
            {
                "member": member,
                **{key: value if math.isfinite(value) else None for key, value in amounts.items()},
            }
        )
    return {"proven": alliance.proven, "members": rows}
