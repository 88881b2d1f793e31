"""Rule 6, land: every ledger's consumption stays within its budget, in whole square metres."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.core.kinds import LandBasis, LandStatus
from optimizer.core.result import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.verify.case import Case


def check(case: Case) -> Iterator[Violation]:
    """Check the land ledgers."""
    ledgers, used = case.problem.rules.land, consumption_m2(case)
    for b, name in enumerate(ledgers.name):
        total = sum(m2 for g, m2 in enumerate(used) if ledgers.covers[b, g])
        budget = int(ledgers.budget[b])
        if total > budget:
            words = f"{total} m2 are consumed against a budget of {budget} m2"
            yield Violation("land", f"ledger {name}", words)


def consumption_m2(case: Case) -> list[int]:
    """Return the land that the plan consumes, by jurisdiction."""
    problem = case.problem
    used = [0] * len(problem.rules.jurisdiction)
    for site, options in case.opened_on.items():
        if int(problem.sites.land_status[site]) == LandStatus.ARTIFICIALISED:
            continue
        footprints = [
            int(problem.designs.footprint_m2[case.design(option)])
            for option in options
            if case.is_new(option)
        ]
        m2 = sum(footprints)
        if problem.rules.land_basis == LandBasis.PARCEL:
            m2 = int(problem.sites.parcel_m2[site]) if m2 > 0 else 0
        used[int(problem.sites.jurisdiction[site])] += m2
    return used
