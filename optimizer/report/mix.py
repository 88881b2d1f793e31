"""Who is in the hotels, over all: sectors against targets, jobs by skill against what is due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.interiors_io import hotels_of
from optimizer.core.programme_result import covered
from optimizer.report.interiors import open_hotels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem

Row = dict[str, Any]


def mix_lines(problem: Problem, plan: Plan) -> list[Row]:
    """Return every sector target with the area and the shares that the plan reaches.

    Returns
    -------
    list of dict
        name, source, where (the jurisdictions, or the whole area), each_hotel, area_m2, let_m2,
        share_low, share_high (the same number unless each hotel counts by itself; None where
        nothing is let), share_min, share_max, area_min_m2, area_max_m2 (None = no limit).
    """
    mix = hotels_of(problem).mix
    area, lines = problem.tenants.area_m2, []
    for m in range(mix.count):
        here = _in_covered(problem, plan, mix.covers[m])
        members = here & mix.members[m]
        groups = [here]
        if mix.each_hotel[m]:
            groups = [here & (plan.tenant_option == o) for o in open_hotels(problem, plan)]
        shares = [
            float(area[group & mix.members[m]].sum() / area[group].sum())
            for group in groups
            if area[group].sum()
        ]
        most = int(mix.area_max_m2[m])
        lines.append(
            {
                "name": mix.name[m],
                "source": mix.source[m],
                "where": _where(problem, mix.covers[m]),
                "each_hotel": bool(mix.each_hotel[m]),
                "area_m2": int(area[members].sum()),
                "let_m2": int(area[here].sum()),
                "share_low": min(shares, default=None),
                "share_high": max(shares, default=None),
                "share_min": float(mix.share_min[m]),
                "share_max": float(mix.share_max[m]),
                "area_min_m2": int(mix.area_min_m2[m]),
                "area_max_m2": None if most < 0 else most,
            }
        )
    return lines


def job_lines(problem: Problem, plan: Plan) -> list[Row]:
    """Return every rule on jobs with the jobs of that skill that the plan hosts."""
    hotels = hotels_of(problem)
    mix, jobs = hotels.mix, hotels.businesses.jobs_by_skill
    return [
        {
            "name": mix.jobs_name[w],
            "source": mix.jobs_source[w],
            "where": _where(problem, mix.jobs_covers[w]),
            "skill": mix.skill[mix.jobs_skill[w]],
            "jobs": float(
                jobs[_in_covered(problem, plan, mix.jobs_covers[w]), mix.jobs_skill[w]].sum()
            ),
            "jobs_min": float(mix.jobs_min[w]),
        }
        for w in range(len(mix.jobs_name))
    ]


def sector_m2(problem: Problem, plan: Plan) -> dict[str, int]:
    """Return the let area of every sector that has some, the largest first."""
    area: dict[str, int] = {}
    for f in np.flatnonzero(plan.tenant_option >= 0).tolist():
        sector = problem.tenants.sector[f]
        area[sector] = area.get(sector, 0) + int(problem.tenants.area_m2[f])
    return dict(sorted(area.items(), key=lambda item: (-item[1], item[0])))


def _in_covered(problem: Problem, plan: Plan, row: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which tenants are in hotels of the jurisdictions that `row` marks."""
    option = plan.tenant_option
    place = problem.sites.jurisdiction[problem.options.site[np.maximum(option, 0)]]
    here: NDArray[np.bool_] = (option >= 0) & row[place]
    return here


def _where(problem: Problem, row: NDArray[np.bool_]) -> str:
    return "the whole area" if row.all() else ", ".join(covered(problem, row))
