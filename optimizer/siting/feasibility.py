"""Proof that no plan exists, told as an irreducible set of rules that cannot hold together.

The proof is by a small programme over openings alone, a relaxation of the whole model: sites, land,
purses, quotas and stated options as they are; minimum use against the parcels that could come at
all; hotels against the tenants who could come, split at will. What it calls infeasible is so.
Each rule of the set is told with the smallest change of it alone that gives a plan; where the whole
model is too large to confirm that, the words say "at least" or "at most".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.kinds import Kind, OptionStatus
from optimizer.siting.conflicts.proof import IMPOSSIBLE, OPEN, POSSIBLE, Proof, by_programme
from optimizer.siting.conflicts.search import Finding, explain
from optimizer.siting.costs import capital_eur, consuming
from optimizer.siting.first import first_plan
from optimizer.siting.flows import best_flows
from optimizer.siting.mip import build_whole, whole_columns
from optimizer.siting.openings import build_relaxation
from optimizer.siting.rulebook import reasons_on_sites, rules_of
from optimizer.siting.stacking.commuting import find_nearness
from optimizer.siting.stacking.rulebook import demands_tenants
from optimizer.siting.zoning import permitted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimizer.core.limits import Cancel
    from optimizer.core.problem import Problem
    from optimizer.core.result import Conflict
    from optimizer.siting.data import SitingData

WHOLE_COLUMNS = 6000
"""Up to so many columns the whole model confirms what a relaxation finds."""


def find_conflict(
    problem: Problem, data: SitingData, cancel: Cancel | None = None
) -> tuple[Conflict, ...]:
    """Return rules that cannot hold together, or nothing where none were found."""
    return told(problem, find_findings(problem, data, cancel))


def conflict_in_whole(
    problem: Problem, data: SitingData, cancel: Cancel | None = None
) -> tuple[Conflict, ...]:
    """Return the conflict of a problem whose whole model has been proven infeasible."""
    return told(problem, findings_in_whole(problem, data, cancel))


def told(problem: Problem, findings: Sequence[Finding]) -> tuple[Conflict, ...]:
    """Return the conflicts of findings, and what sites cannot do beside."""
    reasons = reasons_on_sites(problem, [item.rule for item in findings])
    return tuple(item.conflict for item in findings) + reasons


def find_findings(
    problem: Problem, data: SitingData, cancel: Cancel | None = None
) -> tuple[Finding, ...]:
    """Return the guilty rules with the problems in which each is loosened, or nothing."""
    stated = bool(data.open_always.any()) or demands_tenants(problem)
    if not stated and not np.any(problem.rules.quotas.at_least > 0):
        return ()  # vans alone are a plan
    proofs = _proofs(problem, data)
    for proof in proofs:
        if proof.exact or (cancel is not None and cancel.cancelled):
            return ()
        if proof.verdict(problem) == IMPOSSIBLE:
            return explain(problem, rules_of(problem), proofs, proof, cancel)
    return ()


def findings_in_whole(
    problem: Problem, data: SitingData, cancel: Cancel | None = None
) -> tuple[Finding, ...]:
    """Return the guilty rules of a problem whose whole model has been proven infeasible."""
    proofs = [*_proofs(problem, data)[:-1], _by_whole(data)]
    return explain(problem, rules_of(problem), proofs, proofs[-1], cancel)


def _proofs(problem: Problem, data: SitingData) -> list[Proof]:
    """Return the tests in growing strength; the last one alone can confirm a plan."""
    relaxed = by_programme(lambda trial: build_relaxation(trial, renewed(trial, data)))

    def flows_for_stated(trial: Problem) -> str:
        # other facilities would only take parcels away from those that must be open
        arrays = renewed(trial, data)
        must = arrays.open_always
        if not must.any():
            return OPEN
        serves = must & (arrays.kind != Kind.PRODUCTIVE_HOTEL)
        if np.any(arrays.minimum[serves] > arrays.capacity_mean[serves]):
            return IMPOSSIBLE
        return IMPOSSIBLE if best_flows(trial, arrays, must) is None else OPEN

    small = whole_columns(problem, data) <= WHOLE_COLUMNS
    return [
        relaxed,
        Proof(flows_for_stated),
        _by_whole(data) if small else Proof(lambda trial: _by_first_plan(trial, data), exact=True),
    ]


def _by_whole(data: SitingData) -> Proof:
    return by_programme(lambda trial: build_whole(trial, renewed(trial, data))[0], exact=True)


def _by_first_plan(problem: Problem, data: SitingData) -> str:
    """Look for a plan without hotels' tenants, whom only the whole model places."""
    plan = first_plan(problem, renewed(problem, data))
    if plan is None or problem.hotels is not None:
        return OPEN
    design = problem.options.design[plan.open_option]
    letting = np.maximum(problem.designs.let_share_min, problem.designs.productive_share_min)
    return OPEN if np.any(letting[design] > 0) else POSSIBLE


def renewed(problem: Problem, data: SitingData) -> SitingData:
    """Return the arrays of a problem in which rules have changed; travel and prices have not."""
    options, designs, nearness = problem.options, problem.designs, data.nearness
    status, takes = options.status, consuming(problem)
    old = None if data.fittings is None else data.fittings.hotels
    if problem.hotels is not None and old is not None and problem.hotels.access is not old.access:
        nearness = find_nearness(problem, problem.hotels)
    return data.replace(
        existing=status == OptionStatus.EXISTING,
        required=status == OptionStatus.REQUIRED,
        open_always=np.isin(status, (OptionStatus.REQUIRED, OptionStatus.EXISTING)),
        forbidden=(status == OptionStatus.FORBIDDEN) | ~permitted(problem),
        capex_eur=capital_eur(problem),
        consumes=takes,
        footprint_land_m2=np.where(takes, designs.footprint_m2[options.design], 0),
        area_m2=problem.sites.area_m2,
        parcel_m2=problem.sites.parcel_m2,
        minimum=designs.minimum_parcels_per_day[options.design],
        nearness=nearness,
    )
