"""What result.json must say about a programme, built anew from the problem."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.programme import CASH_LINES
from optimizer.verify import expected
from optimizer.verify.horizon import land
from optimizer.verify.horizon.decisions import decision_list
from optimizer.verify.horizon.worth import year_weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.programme import Course
    from optimizer.verify.horizon.case import Years

Rows = list[dict[str, Any]]


def open_list(years: Years) -> Rows:
    """Return one entry per open option and period; costs stand where they are paid."""
    paid = _paid(years)
    return [
        {
            **row,
            "period": years.horizon.periods.name[t],
            "purchase_eur": paid.get(("purchases", t, option), 0),
            "build_eur": paid.get(("building", t, option), 0),
        }
        for t, case in enumerate(years.cases)
        for option, row in zip(case.opened, expected.open_list(case), strict=True)
    ]


def _paid(years: Years) -> dict[tuple[str, int, int], int]:
    """Return what options cost in the period in which land and building are paid."""
    found: dict[tuple[str, int, int], int] = {}
    for t, option in np.argwhere(years.starts).tolist():
        found["purchases", t, option] = years.land_eur(option, t)
        if not years.of_pavilion[option]:
            found["building", t, option] = years.build_eur(option, t)
    for one in years.placements:
        if one.first:
            eur = years.build_eur(one.option, one.period)
            found["building", one.period, one.option] = eur
    return found


def tenant_list(years: Years) -> Rows:
    """Return one entry per placed tenant and period."""
    return [
        {**row, "period": years.horizon.periods.name[t]}
        for t, case in enumerate(years.cases)
        for row in expected.tenant_list(case, expected.stages(years.problem, t))
    ]


def unserved_list(years: Years) -> Rows:
    """Return the demand taken out beforehand, then what each period leaves unserved."""
    before = len(years.problem.unserved)
    found = expected.unserved_list(years.cases[0], left=False)
    for t, case in enumerate(years.cases):
        left = expected.unserved_list(case, left=True)[before:]
        found += [{**row, "period": years.horizon.periods.name[t]} for row in left]
    return found


def programme_block(years: Years, course: Course) -> dict[str, Any]:
    """Return the block `programme`, but for the alliance."""
    periods = years.horizon.periods
    return {
        "periods": [
            {
                "name": periods.name[t],
                "first_year": years.first_year[t],
                "years": years.years[t],
                "weight": weight,
                "criteria": expected.criteria(course.periods[t], years.problem),
            }
            for t, weight in enumerate(year_weights(years))
        ],
        "land": [_ledger(years, course, b) for b in range(years.horizon.land.count)],
        "purses": [_purse(years, course, b) for b in range(years.horizon.purses.count)],
        "decisions": decision_list(years),
        "uses": [_use(years, course, u) for u in range(years.horizon.uses.count)],
        "firms": [_firm(years, k) for k in range(years.horizon.firms.count)],
        "jobs_lost": course.jobs_lost,
        "pavilions": [_pavilion(years, v) for v in range(years.horizon.pavilions.count)],
        "renaturation": _renaturation(years),
    }


def unique(names: tuple[str, ...]) -> list[str]:
    """Return names that differ: a repeated one gains the first number that is free."""
    found: list[str] = []
    for name in names:
        rank, told = 2, name
        while told in found:
            told, rank = f"{name} ({rank})", rank + 1
        found.append(told)
    return found


def _covered(years: Years, row: NDArray[np.bool_]) -> list[str]:
    names = years.problem.rules.jurisdiction
    return [names[g] for g in np.flatnonzero(row).tolist()]


def _ledger(years: Years, course: Course, b: int) -> dict[str, Any]:
    ledgers, within = years.horizon.land, land.periods_of(years, b)
    return {
        "name": unique(ledgers.name)[b],
        "metric": ledgers.metric[b],
        "basis": ledgers.basis[b],
        "temporary": ledgers.temporary[b],
        "source": ledgers.source[b],
        "jurisdictions": _covered(years, ledgers.covers[b]),
        "first_year": int(ledgers.first_year[b]),
        "last_year": int(ledgers.last_year[b]),
        "budget_m2": int(ledgers.budget_m2[b]),
        "transfer_m2": int(years.programme.land_transfer_m2[b]),
        "periods": [
            {
                "period": name,
                "in_force": t in within,
                "used_m2": int(course.land_used_m2[b, t]),
                "restored_m2": int(course.land_restored_m2[b, t]),
                "left_m2": int(course.land_left_m2[b, t]),
            }
            for t, name in enumerate(years.horizon.periods.name)
        ],
    }


def _purse(years: Years, course: Course, b: int) -> dict[str, Any]:
    purses = years.horizon.purses
    return {
        "name": unique(purses.name)[b],
        "source": purses.source[b],
        "jurisdictions": _covered(years, purses.covers[b]),
        "borrow_max_eur": int(purses.borrow_max_eur[b]),
        "debt_end_max_eur": int(purses.debt_end_max_eur[b]),
        "interest_rate": float(purses.interest_rate[b]),
        "gamma": int(purses.gamma[b]),
        "subsidy_max_eur_year": int(purses.subsidy_max_eur_year[b]),
        "npv_eur": float(course.npv_eur[b]),
        "residual_eur": float(course.residual_eur[b]),
        "periods": [
            {
                "period": name,
                "lines": {line: int(course.cash[line][b, t]) for line in CASH_LINES},
                "debt_eur": int(course.debt_eur[b, t]),
                "balance_eur": int(course.balance_eur[b, t]),
                "reserve_eur": int(course.reserve_eur[b, t]),
                "subsidy_eur_year": float(course.subsidy_eur_year[b, t]),
            }
            for t, name in enumerate(years.horizon.periods.name)
        ],
    }


def _use(years: Years, course: Course, u: int) -> dict[str, Any]:
    uses = years.horizon.uses
    place = int(uses.jurisdiction[u])
    return {
        "use": uses.name[u],
        "source": uses.source[u],
        "jurisdiction": years.problem.rules.jurisdiction[place] if place >= 0 else "",
        "area_min_m2": int(uses.area_min_m2[u]),
        "first_year": int(uses.first_year[u]),
        "periods": [
            {"period": name, "area_m2": int(course.use_m2[u, t])}
            for t, name in enumerate(years.horizon.periods.name)
        ],
    }


def _firm(years: Years, k: int) -> dict[str, Any]:
    firms, programme = years.horizon.firms, years.programme
    leaves, p = int(programme.firm_leaves[k]), int(programme.firm_premises[k])
    gone, lost = leaves >= 0, years.lost(k)
    moved = gone and not lost
    return {
        "firm": firms.id[k],
        "name": firms.name[k],
        "site": years.site_name(int(firms.site[k])),
        "area_m2": int(firms.area_m2[k]),
        "jobs": float(firms.jobs[k]),
        "fate": "lost" if lost else "moved" if moved else "kept",
        "period": years.horizon.periods.name[leaves] if gone else None,
        "premises": firms.premises[p] if moved else None,
        "move_m": float(firms.move_m[k, p]) if moved else None,
        "eur": int(firms.lost_eur[k] if lost else firms.move_eur[k]) if gone else 0,
    }


def _pavilion(years: Years, v: int) -> dict[str, Any]:
    pavilions = years.horizon.pavilions
    path = years.programme.pavilion_option[v].tolist()
    return {
        "pavilion": pavilions.id[v],
        "design": years.problem.designs.id[int(pavilions.design[v])],
        "moves": sum(1 for one in years.placements if one.pavilion == v and not one.first),
        "moves_max": int(pavilions.moves_max[v]),
        "periods": [
            {"period": name, "site": years.site_name(years.site(o)) if o >= 0 else None}
            for name, o in zip(years.horizon.periods.name, path, strict=True)
        ],
    }


def _renaturation(years: Years) -> Rows:
    projects = years.horizon.renaturation
    return [
        {
            "project": projects.id[r],
            "source": projects.source[r],
            "jurisdiction": years.problem.rules.jurisdiction[int(projects.jurisdiction[r])],
            "period": years.horizon.periods.name[t],
            "area_m2": int(years.programme.renaturation_m2[r, t]),
            "eur": int(years.programme.renaturation_m2[r, t]) * int(projects.eur_m2[r]),
            "done_year": years.first_year[t] + int(projects.years[r]),
        }
        for r, t in np.argwhere(years.programme.renaturation_m2 > 0).tolist()
    ]
