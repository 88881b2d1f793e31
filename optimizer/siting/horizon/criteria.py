"""The objective of a programme, and every figure of its course, by the models' own arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.programme import ONE_OFF_TERMS
from optimizer.core.timeline import horizon_of
from optimizer.siting.criteria import objective_of
from optimizer.siting.horizon.programme import (
    first_time,
    openings,
    placements,
    starts_and_stops,
    touched,
)
from optimizer.siting.horizon.tenant_costs import switching_eur, tenant_moves_eur

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.problem import Problem
    from optimizer.core.programme import Programme
    from optimizer.siting.data import SitingData
    from optimizer.siting.horizon.accounts import Accounts


def value_of(
    problem: Problem, accounts: Accounts, datas: tuple[SitingData, ...], programme: Programme
) -> float:
    """Return the objective of a programme in EUR per year of the horizon."""
    costs = [objective_of(data, plan) for data, plan in zip(datas, programme.plans, strict=True)]
    terms = one_off_terms(problem, accounts, programme)
    return float(accounts.year_weight @ costs) + sum(terms.values())


def one_off_terms(problem: Problem, accounts: Accounts, programme: Programme) -> dict[str, float]:
    """Return the terms that a horizon adds, EUR per year of the horizon."""
    horizon, use = horizon_of(problem), programme.use
    opened = openings(programme)
    _, ends = starts_and_stops(accounts, opened)
    first = first_time(touched(accounts, opened, use))
    once, yearly = accounts.one_off_weight, accounts.year_weight
    period, site = np.nonzero(use >= 0)
    other_uses = np.zeros(len(yearly))
    np.add.at(other_uses, period, accounts.use_eur_year[use[period, site], site])
    amounts = (
        once @ (first @ horizon.ground.clean_up_eur),
        once @ np.where(ends, accounts.closing_eur, 0).sum(axis=1),
        once @ _moves_eur(problem, programme),
        once @ (horizon.renaturation.eur_m2 @ programme.renaturation_m2),
        yearly @ other_uses,
        once @ tenant_moves_eur(problem, programme.plans),
        once @ switching_eur(problem, programme.plans),
        yearly @ (horizon.firms.job_lost_eur_year * jobs_lost(problem, accounts, programme)),
    )
    return {name: float(eur) for name, eur in zip(ONE_OFF_TERMS, amounts, strict=True)}


def jobs_lost(problem: Problem, accounts: Accounts, programme: Programme) -> NDArray[np.float64]:
    """Return the jobs of firms lost in a period or before, shape (t,)."""
    leaves = programme.firm_leaves
    lost = np.flatnonzero((leaves >= 0) & (programme.firm_premises < 0))
    total = np.zeros(accounts.period_count)
    np.add.at(total, leaves[lost], horizon_of(problem).firms.jobs[lost])
    return np.cumsum(total)


def _moves_eur(problem: Problem, programme: Programme) -> NDArray[np.float64]:
    """Return what moves of pavilions and firms cost when they happen, shape (t,)."""
    horizon = horizon_of(problem)
    arrived, first = placements(programme.pavilion_option)
    total = (horizon.pavilions.move_eur @ (arrived & ~first)).astype(float)
    firms, gone = horizon.firms, np.flatnonzero(programme.firm_leaves >= 0)
    moved = programme.firm_premises[gone] >= 0
    eur = np.where(moved, firms.move_eur[gone], firms.lost_eur[gone])
    np.add.at(total, programme.firm_leaves[gone], eur)
    return total
