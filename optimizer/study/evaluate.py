"""Score the sites that a city has in mind: what opening them costs against the best plan.

The best plan comes first, then the best plan with all choices open (everything else is decided),
then each choice on its own. A plan that beats the best one takes its place. With P the value and B
the bound of a plan, forcing a choice costs P_forced - P_best as far as plans are known. At least
max(0, B_forced - P_best) is proven, because no plan with the choice is cheaper than B_forced.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer import engine
from optimizer.core.frozen import Frozen
from optimizer.core.limits import Cancel, Limits, Listener, silent
from optimizer.siting.data import build_data
from optimizer.siting.feasibility import find_conflict
from optimizer.siting.mip import OPTIMAL_GAP
from optimizer.study.forcing import (
    MUST_OPEN,
    Choice,
    forced,
    forced_alone,
    plan_with_only,
    resolve_choices,
    satisfies,
)
from optimizer.study.telling import evaluation_to_dict
from optimizer.verify import check_plan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem
    from optimizer.core.result import Conflict, Result
    from optimizer.siting.data import SitingData

SHORTEST_S = 5.0
"""Least time for one choice on its own."""


@dataclass(frozen=True, eq=False)
class Score(Frozen):
    """What one choice is worth; None where it could not be told.

    cost_eur_per_year : of forcing it alone, against the best plan. cost_at_least_eur_per_year :
    proven. parcels_per_day, points, tenants, let_m2 : what it serves or hosts when all are open.
    breaks : rules that keep it from being opened.
    """

    choice: Choice
    cost_eur_per_year: float | None
    cost_at_least_eur_per_year: float | None
    parcels_per_day: float
    points: int
    tenants: int
    let_m2: int
    breaks: tuple[Conflict, ...]


@dataclass(frozen=True, eq=False)
class Evaluation(Frozen):
    """The best plan, the plan with all choices open (`result`), and the score of every choice.

    became_best : the evaluated plan beat the best plan that the search had found without it.
    """

    best: Result
    result: Result
    scores: tuple[Score, ...]
    became_best: bool
    only: bool

    def to_dict(self, problem: Problem) -> dict[str, Any]:
        """Return everything in plain types, words first."""
        return evaluation_to_dict(problem, self)


def evaluate(
    problem: Problem,
    chosen: Sequence[tuple[int, int | None]],
    limits: Limits,
    *,
    best: Result | None = None,
    only: bool = False,
    listener: Listener = silent,
    cancel: Cancel | None = None,
) -> Evaluation:
    """Open the chosen (site, design) pairs, decide everything else, and score every choice.

    Parameters
    ----------
    chosen : indices of site and design; design None lets the engine take the most promising one.
    best : a result for the same problem to compare with; solved here when not given.
    only : open no other facility of the kinds that are chosen.

    Notes
    -----
    Takes up to three times the time limit: the best plan, all choices together, single choices.
    """
    stop = cancel or Cancel()

    def solve(trial: Problem, bounds: Limits, warm: Plan | None) -> Result:
        return engine.solve(trial, bounds, listener=listener, cancel=stop, warm=warm)

    best = best or solve(problem, limits, None)
    data = build_data(problem, memory_gb=limits.memory_gb)
    choices = [
        _with_conflicts(problem, data, choice, best.solution.plan, stop)
        for choice in resolve_choices(problem, data, chosen, best.solution.plan)
    ]
    possible = [choice for choice in choices if not choice.breaks]
    town = forced(problem, possible, only=only)
    warm = _best_start(town, data, possible, best.solution.plan)
    if best.solution.plan is not None and satisfies(town, best.solution.plan):
        result = best
    else:
        result = _no_less_than(solve(town, limits, warm), best)
    together = result
    best, became_best = _keep_cheaper(best, result)
    scores = []
    share = _share(limits, len(possible))
    for choice in choices:
        alone = None
        if not choice.breaks:
            trial = forced_alone(problem, choice)
            alone = _alone(trial, together, best, len(possible), only=only)
            if alone is None:
                alone = solve(trial, share, _warm_for(trial, together, best))
                alone = _no_less_than(alone, best)
            best, better = _keep_cheaper(best, alone)
            became_best |= better
        scores.append((choice, alone))
    return Evaluation(
        best=best,
        result=result,
        scores=tuple(_score(problem, best, together, *entry) for entry in scores),
        became_best=became_best,
        only=only,
    )


def _with_conflicts(
    problem: Problem, data: SitingData, choice: Choice, best: Plan | None, cancel: Cancel
) -> Choice:
    """Return the choice with the rules that it breaks on its own, if any."""
    if choice.breaks or (best is not None and best.open_option[choice.option]):
        return choice
    town = forced_alone(problem, choice)
    must = np.isin(town.options.status, MUST_OPEN)
    arrays = data.replace(open_always=must, required=must & ~data.existing)
    return choice.replace(breaks=find_conflict(town, arrays, cancel))


def _best_start(
    town: Problem, data: SitingData, possible: list[Choice], best: Plan | None
) -> Plan | None:
    """Return a plan that keeps every rule of the forced problem, if one is at hand."""
    if best is not None and satisfies(town, best):
        return best
    start = plan_with_only(town, data, possible)
    return None if start is None or check_plan(town, start) else start


def _alone(
    trial: Problem, together: Result, best: Result, count: int, *, only: bool
) -> Result | None:
    """Return a result already known for one forced choice, if it answers the question."""
    if best.solution.plan is not None and satisfies(trial, best.solution.plan):
        return best
    return together if count == 1 and not only else None


def _warm_for(trial: Problem, together: Result, best: Result) -> Plan | None:
    for result in (best, together):
        plan = result.solution.plan
        if plan is not None and satisfies(trial, plan):
            return plan
    return None


def _share(limits: Limits, count: int) -> Limits:
    """Return the limits of one choice out of `count`."""
    parts = max(count, 1)
    time_s = None if limits.time_s is None else max(limits.time_s / parts, SHORTEST_S)
    work = None if limits.work is None else max(limits.work // parts, 1)
    return replace(limits, time_s=time_s, work=work)


def _no_less_than(result: Result, best: Result) -> Result:
    """Return `result` with the bound of the unforced problem where that is the higher one."""
    outcome, floor = result.solution.outcome, best.solution.outcome.bound
    if outcome.value is None or floor is None or (outcome.bound or -np.inf) >= floor:
        return result
    bound = min(floor, outcome.value)
    outcome = replace(
        outcome, bound=bound, proof="gap" if outcome.proof == "none" else outcome.proof
    )
    if outcome.gap is not None and outcome.gap <= OPTIMAL_GAP:
        outcome = replace(outcome, proof="optimal", stopped_by="proof")
    return result.replace(solution=result.solution.replace(outcome=outcome))


def _keep_cheaper(best: Result, other: Result) -> tuple[Result, bool]:
    """Return the best result with `other`'s plan where that is cheaper, and whether it was.

    The bound of the best plan stays valid: it holds for every plan of the unforced problem, and a
    forced plan is one of them.
    """
    old, new = best.solution, other.solution
    if new.plan is None or new.criteria is None or new.outcome.value is None:
        return best, False
    if old.outcome.value is not None and new.outcome.value >= old.outcome.value:
        return best, False
    bound = old.outcome.bound
    if bound is not None:
        bound = min(bound, new.outcome.value)
    outcome = replace(
        old.outcome,
        status="plan",
        value=new.outcome.value,
        bound=bound,
        proof="none" if bound is None else "gap",
    )
    if outcome.gap is not None and outcome.gap <= OPTIMAL_GAP:
        outcome = replace(outcome, proof="optimal", stopped_by="proof")
    solution = old.replace(outcome=outcome, plan=new.plan, criteria=new.criteria, conflicts=())
    return best.replace(solution=solution, verified=True, violations=()), True


def _score(
    problem: Problem, best: Result, together: Result, choice: Choice, alone: Result | None
) -> Score:
    cost = at_least = None
    value = best.solution.outcome.value
    if alone is not None and value is not None:
        forced_value, forced_bound = alone.solution.outcome.value, alone.solution.outcome.bound
        cost = None if forced_value is None else max(forced_value - value, 0.0)
        at_least = 0.0 if forced_bound is None else max(forced_bound - value, 0.0)
        if cost is not None:
            at_least = min(at_least, cost)
    breaks = choice.breaks
    if alone is not None and alone.solution.outcome.status == "infeasible":
        breaks = alone.solution.conflicts
    plan = together.solution.plan
    if plan is None and alone is not None:
        plan = alone.solution.plan
    hosted = (0.0, 0, 0, 0) if plan is None else served(problem, plan, choice.option)
    return Score(choice, cost, at_least, *hosted, breaks)


def served(problem: Problem, plan: Plan, option: int) -> tuple[float, int, int, int]:
    """Return parcels per mean day and demand points served, tenants and m2 hosted."""
    day, parcels, points = problem.demand.parcels_per_day, 0.0, 0
    for option_of, point, share in (
        (plan.bike_option, plan.bike_point, plan.bike_share),
        (plan.pickup_option, plan.pickup_point, plan.pickup_share),
    ):
        mine = option_of == option
        parcels += float(np.sum(day[point[mine]] * share[mine]))
        points += len(np.unique(point[mine]))
    hosted = np.flatnonzero((plan.tenant_option == option) & (option >= 0))
    let_m2 = int(problem.tenants.area_m2[hosted].sum())
    return parcels, points, len(hosted), let_m2
