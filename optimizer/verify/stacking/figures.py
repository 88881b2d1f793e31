"""Terms and criteria that hotels in full add to those of a plan."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from optimizer.verify.stacking import hybrids, nuisance, roofs, services, symbiosis
from optimizer.verify.stacking.layout import hotels_of, placed

if TYPE_CHECKING:
    from collections.abc import Callable

    from optimizer.verify.case import Case


def add_terms(
    case: Case, parts: dict[str, list[float]], annuity_factor: Callable[[float, float], float]
) -> None:
    """Add fit-out, services, symbiosis and roofs, EUR per year."""
    rate, lifetime = case.problem.prices.discount_rate, case.problem.designs.lifetime_years
    for option, eur in hybrids.fit_out_eur(case):
        yearly = annuity_factor(rate, float(lifetime[case.design(option)]))
        parts["fit_out"].append(eur * yearly)
    parts["services"] += services.cost_eur(case)
    parts["symbiosis"] += symbiosis.cost_eur(case)
    parts["roofs"] += roofs.cost_eur(case)


def criteria(case: Case) -> dict[str, Any]:
    """Return the criteria of hotels; every skill, sector and resource is present."""
    if case.problem.hotels is None:
        return {}
    tenants, here = case.problem.tenants, placed(case)
    jobs = hotels_of(case).businesses.jobs_by_skill
    return {
        "jobs_by_skill": {
            skill: math.fsum(float(jobs[f, k]) for f in here)
            for k, skill in enumerate(hotels_of(case).mix.skill)
        },
        "sector_m2": {
            sector: float(sum(int(tenants.area_m2[f]) for f in here if tenants.sector[f] == sector))
            for sector in sorted(set(tenants.sector))
        },
        "exchanged": symbiosis.delivered(case),
        "noise_share_max": nuisance.share_max(case),
    }
