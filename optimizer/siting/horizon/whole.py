"""The siting model over years as one mixed-integer programme: exact, for small problems.

The models of the periods (`siting.mip`) stand side by side, each weighted by its years; one module
per family of rules joins them, and this one is the recipe. See `optimizer.siting.horizon`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.limits import Progress
from optimizer.core.timeline import horizon_of
from optimizer.siting.horizon.accounts import Accounts, accounts_of, period_problems
from optimizer.siting.horizon.columns import YearColumns, add_year_columns, shifted
from optimizer.siting.horizon.cooperation import add_partners_trade
from optimizer.siting.horizon.criteria import value_of
from optimizer.siting.horizon.decisions import programme_from_values
from optimizer.siting.horizon.firms import add_firms_stay_move_or_are_lost
from optimizer.siting.horizon.land import add_soil_stays_within_ledgers
from optimizer.siting.horizon.money import add_purses_pay
from optimizer.siting.horizon.pavilions import add_moves_cost_days, add_pavilions_stand_and_move
from optimizer.siting.horizon.programme import ProgrammeAnswer, cash_shortage_eur
from optimizer.siting.horizon.renaturation import add_projects_have_an_end
from optimizer.siting.horizon.subsidy import add_spared_rents_stay_within_caps
from optimizer.siting.horizon.tenants import add_tenants_pay_for_change
from optimizer.siting.horizon.time import add_openings_begin_and_last, add_sites_are_touched_once
from optimizer.siting.horizon.transfers import with_least_transfers
from optimizer.siting.horizon.uses import add_sites_go_to_one_use, add_uses_have_their_area
from optimizer.siting.mip import (
    BOUND_SLACK,
    FIRST_SLICE_S,
    NODES_PER_WORK,
    OPTIMAL_GAP,
    build_whole,
    whole_columns,
)
from optimizer.solvers import Builder, Milp, MilpAnswer, solve_milp
from optimizer.solvers.apart import solve_apart

if TYPE_CHECKING:
    from optimizer.core.limits import Budget, Listener
    from optimizer.core.problem import Problem
    from optimizer.core.programme import Programme
    from optimizer.siting.columns import Columns
    from optimizer.siting.data import SitingData

SECOND_S = 2.0
SHORTAGE_MAX_EUR = 10.0
"""What roundings of a purse can add up to; more would be a fault of the model."""


class Years(NamedTuple):
    """A problem with a horizon: its periods' problems, their data, and all amounts."""

    problem: Problem
    parts: tuple[Problem, ...]
    datas: tuple[SitingData, ...]
    accounts: Accounts


def years_of(problem: Problem, datas: tuple[SitingData, ...]) -> Years:
    """Return a problem with what all ways of solving it need; `datas` belong to its periods."""
    parts = period_problems(problem)
    return Years(problem, parts, datas, accounts_of(problem, parts))


def build_years(
    years: Years, slack_eur: float = 0.0
) -> tuple[Milp, tuple[Columns, ...], YearColumns]:
    """Return the model over all periods with the numbers of its columns.

    slack_eur : taken off the limit of every purse.
    """
    problem, parts, datas, accounts = years
    builder, periods = Builder(), []
    for part, data, weight in zip(parts, datas, accounts.year_weight.tolist(), strict=True):
        model, columns = build_whole(part, data)
        periods.append(shifted(columns, builder.add_model(model, weight)))
    opened = np.array([columns.open for columns in periods])
    tenants = tuple(columns.tenants for columns in periods)
    joint = add_year_columns(builder, problem, accounts, opened, tenants)
    add_openings_begin_and_last(builder, problem, accounts, joint)
    add_sites_are_touched_once(builder, problem, accounts, joint)
    add_soil_stays_within_ledgers(builder, problem, accounts, joint)
    add_projects_have_an_end(builder, problem, joint)
    add_purses_pay(builder, problem, accounts, joint, slack_eur)
    add_spared_rents_stay_within_caps(builder, problem, accounts, joint)
    add_sites_go_to_one_use(builder, accounts, joint)
    add_uses_have_their_area(builder, problem, accounts, joint)
    add_firms_stay_move_or_are_lost(builder, problem, accounts, joint)
    add_pavilions_stand_and_move(builder, problem, accounts, joint)
    add_moves_cost_days(builder, problem, accounts, joint, tuple(zip(datas, periods, strict=True)))
    add_tenants_pay_for_change(builder, problem, accounts, joint)
    add_partners_trade(builder, problem, joint)
    return builder.build(), tuple(periods), joint


def years_columns(problem: Problem, datas: tuple[SitingData, ...]) -> int:
    """Return about how many columns the whole model has, without building it."""
    horizon, options, sites = horizon_of(problem), problem.options.count, problem.sites.count
    alone = sum(whole_columns(problem, data) for data in datas)
    joint = 2 * options + sites * (1 + horizon.uses.count) + 2 * horizon.firms.count
    return alone + len(datas) * (joint + 3 * horizon.pavilions.count * sites)


def solve_years(
    problem: Problem,
    datas: tuple[SitingData, ...],
    budget: Budget,
    listener: Listener,
    warm: Programme | None = None,
) -> ProgrammeAnswer:
    """Solve the whole model to the gap asked for, or as far as the budget goes.

    As `siting.mip.solve_whole`: slices of growing length, or one run limited by nodes. Where the
    best programme of the solver overdraws a purse by roundings, limits are tightened by as much
    and solved again; the bound stays that of the looser model. That there is no programme has to be
    found by two solvers.
    """
    years = years_of(problem, datas)
    limits, best = budget.limits, ProgrammeAnswer(warm, None, "time")
    model, periods, joint = build_years(years)
    slice_s, slack_eur = FIRST_SLICE_S, 0.0
    while True:
        left = budget.remaining_s()
        nodes = None if limits.work is None else int(limits.work * NODES_PER_WORK)
        time_s = None if nodes is not None else min(slice_s, left or slice_s)
        raw = solve_milp(
            model,
            time_s=time_s,
            nodes=nodes,
            gap=max(min(limits.gap, 1.0), OPTIMAL_GAP / 10),
            seed=limits.seed,
            cancel=budget.cancel,
            apart=time_s is None or time_s > FIRST_SLICE_S,
        )
        loose = slack_eur == 0.0
        if raw.status == "infeasible" and not loose:
            return best.replace(stopped_by="gap")
        if raw.status == "infeasible":
            raw = _second_solver(model, budget, nodes)
            if raw.status == "infeasible":
                return ProgrammeAnswer(None, None, "proof", infeasible=True)
        found = None
        if raw.values is not None:
            found = programme_from_values(years, periods, joint, raw.values)
            found = with_least_transfers(problem, years.accounts, found)
        short = 0.0 if found is None else cash_shortage_eur(problem, years.accounts, found)
        best = _better(years, best, raw if loose else None, found if short == 0.0 else None)
        _tell(years, budget, listener, best)
        if 0.0 < short <= SHORTAGE_MAX_EUR:
            slack_eur += short
            model, periods, joint = build_years(years, slack_eur)
            continue
        reason = "work" if nodes is not None and raw.limit else budget.stop_reason()
        if raw.status == "optimal":
            return best.replace(stopped_by=_reason(years, best))
        if reason is not None or nodes is not None:
            return best.replace(stopped_by=reason or "work")
        slice_s *= 3.0


def _second_solver(model: Milp, budget: Budget, nodes: int | None) -> MilpAnswer:
    """Return what SCIP says: at once if it is quick, else in a process that can be ended."""
    gap, left = max(min(budget.limits.gap, 1.0), OPTIMAL_GAP / 10), budget.remaining_s()
    if nodes is not None:
        return solve_milp(model, solver="scip", nodes=nodes, gap=gap)
    answer = solve_milp(model, solver="scip", time_s=SECOND_S, gap=gap)
    if answer.status != "unknown":
        return answer
    return solve_apart(model, {"solver": "scip", "time_s": left, "gap": gap}, budget.cancel)


def _better(
    years: Years, old: ProgrammeAnswer, raw: MilpAnswer | None, found: Programme | None
) -> ProgrammeAnswer:
    """Return the cheaper programme with the higher bound."""
    bound = None if raw is None else raw.bound
    if bound is not None:
        constant = years.accounts.year_weight @ [data.constant_eur for data in years.datas]
        bound -= BOUND_SLACK * max(abs(bound), float(constant))
    bounds = [item for item in (old.bound, bound) if item is not None]
    programmes = [item for item in (old.programme, found) if item is not None]
    best = min(programmes, key=lambda item: _value(years, item), default=None)
    return ProgrammeAnswer(best, max(bounds, default=None), "time")


def _value(years: Years, programme: Programme) -> float:
    return value_of(years.problem, years.accounts, years.datas, programme)


def _reason(years: Years, answer: ProgrammeAnswer) -> str:
    """Return "proof" where programme and bound meet, else "gap"."""
    if answer.programme is None or answer.bound is None:
        return "gap"
    value = _value(years, answer.programme)
    return "proof" if value - answer.bound <= OPTIMAL_GAP * max(abs(value), 1.0) else "gap"


def _tell(years: Years, budget: Budget, listener: Listener, answer: ProgrammeAnswer) -> None:
    value = None if answer.programme is None else _value(years, answer.programme)
    gap = None
    if value is not None and answer.bound is not None:
        gap = max(value - answer.bound, 0.0) / max(abs(value), 1e-9)
    listener(Progress(budget.elapsed_s, "whole model over years", value, answer.bound, gap))
