"""Proof that no programme exists, told as rules that clash, with years and amounts.

As `siting.feasibility`: a programme over the openings of all periods denies what cannot be; where
the whole model over years is small enough, it confirms what each rule has to become.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.kinds import OptionStatus
from optimizer.core.timeline import available, horizon_of
from optimizer.siting.conflicts.proof import (
    IMPOSSIBLE,
    NODES,
    OPEN,
    POSSIBLE,
    Proof,
    by_programme,
)
from optimizer.siting.conflicts.search import Finding, explain
from optimizer.siting.feasibility import WHOLE_COLUMNS, renewed, told
from optimizer.siting.horizon.accounts import accounts_of, period_problems
from optimizer.siting.horizon.decisions import programme_from_values
from optimizer.siting.horizon.openings import build_openings
from optimizer.siting.horizon.programme import cash_shortage_eur
from optimizer.siting.horizon.rulebook import rules_over_years
from optimizer.siting.horizon.whole import SHORTAGE_MAX_EUR, Years, build_years, years_columns
from optimizer.solvers import solve_milp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from optimizer.core.limits import Cancel
    from optimizer.core.problem import Problem
    from optimizer.core.result import Conflict
    from optimizer.siting.data import SitingData

ROUNDINGS = 3
SECOND_S = 30.0
"""Wall time of the second solver; where it comes to no end, nothing is called infeasible."""


def find_programme_conflict(
    problem: Problem, datas: Sequence[SitingData], cancel: Cancel | None = None
) -> tuple[Conflict, ...]:
    """Return rules over years that cannot hold together, or nothing where none were found.

    datas : of the periods, in order.
    """
    return told(problem, programme_findings(problem, datas, cancel))


def conflict_in_whole_programme(
    problem: Problem, datas: Sequence[SitingData], cancel: Cancel | None = None
) -> tuple[Conflict, ...]:
    """Return the conflict of a problem whose whole model over years is proven infeasible."""
    return told(problem, findings_in_whole_programme(problem, datas, cancel))


def programme_findings(
    problem: Problem, datas: Sequence[SitingData], cancel: Cancel | None = None
) -> tuple[Finding, ...]:
    """Return the guilty rules with the problems in which each is loosened, or nothing."""
    if not _asks_for_anything(problem) or (cancel is not None and cancel.cancelled):
        return ()
    guilty_by = by_programme(lambda trial: build_openings(_years(trial, datas, problem)))
    if guilty_by.verdict(problem) != IMPOSSIBLE or not _second_solver_agrees(problem, datas):
        return ()
    small = years_columns(problem, tuple(datas)) <= WHOLE_COLUMNS
    proofs = [_relaxed(datas), _confirmation(datas)] if small else [_relaxed(datas)]
    return explain(problem, rules_over_years(problem), proofs, guilty_by, cancel)


def findings_in_whole_programme(
    problem: Problem, datas: Sequence[SitingData], cancel: Cancel | None = None
) -> tuple[Finding, ...]:
    """Return the guilty rules of a problem whose whole model over years is proven infeasible."""
    whole = by_programme(lambda trial: build_years(_years(trial, datas))[0])
    guilty_by = by_programme(lambda trial: build_years(_years(trial, datas, problem))[0])
    proofs = [_relaxed(datas), whole, _confirmation(datas)]
    return explain(problem, rules_over_years(problem), proofs, guilty_by, cancel)


def _second_solver_agrees(problem: Problem, datas: Sequence[SitingData]) -> bool:
    """Return whether SCIP finds the same: HiGHS alone has erred on wide ranges of amounts."""
    model = build_openings(_years(problem, datas))
    free = model.replace(cost=np.zeros(model.column_count), offset=0.0)
    answer = solve_milp(free, solver="scip", time_s=SECOND_S, gap=1.0)
    return answer.status == "infeasible"


def _asks_for_anything(problem: Problem) -> bool:
    """Return whether resting could break a rule: nothing open and nobody moving."""
    horizon, status = horizon_of(problem), problem.options.status
    return bool(
        np.any(np.isin(status, (OptionStatus.REQUIRED, OptionStatus.EXISTING)))
        or np.any(problem.rules.quotas.at_least > 0)
        or np.any(horizon.uses.area_min_m2 > 0)
        or horizon.firms.count
    )


def _years(problem: Problem, datas: Sequence[SitingData], original: Problem | None = None) -> Years:
    """Return a problem whose rules have changed, with arrays to match.

    original : what is required has to be open only where this problem's dates let it; otherwise
    longer dates, which only allow, would also oblige.
    """
    parts = period_problems(problem)
    if original is not None:
        obliged = available(original)
        parts = tuple(_obliging(part, obliged[t]) for t, part in enumerate(parts))
    arrays = tuple(renewed(part, data) for part, data in zip(parts, datas, strict=True))
    return Years(problem, parts, arrays, accounts_of(problem, parts))


def _obliging(part: Problem, obliged: NDArray[np.bool_]) -> Problem:
    status = part.options.status
    free = (status == OptionStatus.REQUIRED) & ~obliged
    changed = np.where(free, OptionStatus.CANDIDATE, status).astype(np.int8)
    return part.replace(options=part.options.replace(status=changed))


def _relaxed(datas: Sequence[SitingData]) -> Proof:
    return by_programme(lambda trial: build_openings(_years(trial, datas)))


def _confirmation(datas: Sequence[SitingData]) -> Proof:
    """Return the test that finds a programme of the whole model which overdraws no purse.

    Where only roundings stand against one it denies as well: one euro more will do.
    """

    def verdict(problem: Problem) -> str:
        years, slack_eur = _years(problem, datas), 0.0
        for _ in range(ROUNDINGS):
            model, periods, joint = build_years(years, slack_eur)
            free = model.replace(cost=np.zeros(model.column_count), offset=0.0)
            answer = solve_milp(free, nodes=NODES, gap=1.0)
            if answer.status == "infeasible":
                return IMPOSSIBLE
            if answer.values is None:
                return OPEN
            programme = programme_from_values(years, periods, joint, answer.values)
            short = cash_shortage_eur(problem, years.accounts, programme)
            if short <= 0.0:
                return POSSIBLE
            if short > SHORTAGE_MAX_EUR:
                return OPEN
            slack_eur += short
        return OPEN

    return Proof(verdict, exact=True)
