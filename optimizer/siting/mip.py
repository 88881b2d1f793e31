"""The whole siting model as one mixed-integer programme; see `optimizer.siting` for its formulas.

For small problems, and as the checker of the decomposition. Every constraint family has its own
module; this one is the recipe, and turns the solver's answer into a clean plan.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.frozen import Frozen
from optimizer.core.kinds import Kind
from optimizer.core.limits import Progress
from optimizer.siting import columns as columns_of_model
from optimizer.siting.columns import Tenancies
from optimizer.siting.criteria import objective_of
from optimizer.siting.floors import add_tenants_fit_on_floors
from optimizer.siting.flows import best_flows, clean_flows, plan_of
from optimizer.siting.land import add_soil_stays_within_ledgers
from optimizer.siting.money import add_purses_pay_for_what_is_built
from optimizer.siting.quotas import add_counts_stay_within_quotas
from optimizer.siting.reach import add_flows_need_an_open_facility
from optimizer.siting.service import add_shares_of_a_point_add_up
from optimizer.siting.site import add_what_stands_together_fits
from optimizer.siting.stacking.interiors import interiors_of
from optimizer.siting.stacking.recipe import add_interiors, interior_columns
from optimizer.siting.throughput import add_flow_through_facilities
from optimizer.solvers import Builder, Milp, MilpAnswer, solve_milp

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.limits import Budget, Listener
    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem
    from optimizer.siting.columns import Columns
    from optimizer.siting.data import SitingData
    from optimizer.siting.stacking.recipe import InteriorColumns

BOUND_SLACK = 3e-7
"""Slack taken off the solver's bound, of the larger of bound and fallback cost: the solver works in
float64, holds rows and integers to 1e-6 or better, and calls a plan optimal at a gap of 1e-7."""
OPTIMAL_GAP = 1e-6
FIRST_SLICE_S = 4.0
NODES_PER_WORK = 0.05


@dataclass(frozen=True, eq=False)
class Answer(Frozen):
    """What a way of solving found: plan, proven bound (EUR per year), and why it stopped.

    stopped_by : as in `core.result.Outcome`. infeasible : proven that there is no plan.
    """

    plan: Plan | None
    bound: float | None
    stopped_by: str
    infeasible: bool = False


def build_whole(problem: Problem, data: SitingData) -> tuple[Milp, Columns]:
    """Return the model with the numbers of its columns."""
    builder = Builder()
    columns = columns_of_model.add_columns(builder, problem, data)
    add_shares_of_a_point_add_up(builder, data, columns)
    add_flow_through_facilities(builder, data, columns)
    add_flows_need_an_open_facility(builder, problem, data, columns)
    add_what_stands_together_fits(builder, problem, data, columns)
    add_soil_stays_within_ledgers(builder, problem, data, columns)
    add_purses_pay_for_what_is_built(builder, problem, data, columns)
    if problem.hotels is None:
        add_tenants_fit_on_floors(builder, problem, data, columns.open, columns.tenants)
    else:
        inside = add_interiors(builder, problem, data, columns.open)
        columns = replace(columns, tenants=tenancies_of(inside))
    add_counts_stay_within_quotas(builder, problem, data, columns)
    return builder.build(), columns


def tenancies_of(inside: InteriorColumns) -> Tenancies:
    """Return the columns of interiors in the words of the model without `hotels`."""
    houses, places, workshop = inside
    main, other = np.flatnonzero(places.main), np.flatnonzero(~places.main)
    option, level = houses.option[places.house], houses.unit[places.unit]
    hybrid = np.flatnonzero(workshop >= 0)
    none = np.zeros(0, dtype=np.int64)
    return Tenancies(
        place=places.column[main],
        place_tenant=places.tenant[main],
        place_option=option[main],
        place_level=level[main],
        loud=none,
        loud_option=none,
        loud_level=none,
        annex=places.column[other],
        annex_rank=places.part[other] - len(houses.area_m2),
        annex_option=option[other],
        annex_level=level[other],
        workshop=workshop[hybrid],
        workshop_option=houses.option[houses.house[hybrid]],
        workshop_level=houses.unit[hybrid],
    )


def whole_columns(problem: Problem, data: SitingData) -> int:
    """Return how many columns the whole model has, without building it."""
    hotels = np.flatnonzero(data.kind == Kind.PRODUCTIVE_HOTEL)
    takes = np.bincount(problem.levels.design, data.fits.sum(axis=0), problem.designs.count)
    inside = takes[data.design[hotels]].sum()
    if problem.hotels is not None:
        inside = interior_columns(problem, data)
    return int(2 * data.option_count + data.bike.count + data.pickup.count + inside)


def solve_whole(problem: Problem, data: SitingData, budget: Budget, listener: Listener) -> Answer:
    """Solve the whole model to the gap asked for, or as far as the budget goes.

    The solver can neither be asked for its best plan nor be interrupted while it runs. It therefore
    runs in slices of growing length (a new start each, long ones in a process apart), so
    that progress is told and a cancelled solve still has the plan of the last slice. With a work
    limit there is one run, limited by branch-and-bound nodes, and the clock decides nothing.
    """
    model, columns = build_whole(problem, data)
    limits, best = budget.limits, Answer(None, None, "time")
    gap = max(min(limits.gap, 1.0), OPTIMAL_GAP / 10)
    slice_s = FIRST_SLICE_S
    while True:
        left = budget.remaining_s()
        nodes = None if limits.work is None else int(limits.work * NODES_PER_WORK)
        time_s = None if limits.work is not None else min(slice_s, left or slice_s)
        raw = solve_milp(
            model,
            time_s=time_s,
            nodes=nodes,
            gap=gap,
            seed=limits.seed,
            cancel=budget.cancel,
            apart=time_s is None or time_s > FIRST_SLICE_S,
        )
        best = _better(data, best, _read(problem, data, columns, raw))
        _tell(budget, listener, data, best)
        reason = "work" if nodes is not None and raw.limit else budget.stop_reason()
        if raw.status in {"optimal", "infeasible"}:
            return best.replace(stopped_by="proof" if best.infeasible else _reason(data, best))
        if reason is not None or (nodes is not None):
            return best.replace(stopped_by=reason or "work")
        slice_s *= 3.0


def _reason(data: SitingData, answer: Answer) -> str:
    """Return "proof" where plan and bound meet, else "gap"."""
    if answer.plan is None or answer.bound is None:
        return "gap"
    value = objective_of(data, answer.plan)
    return "proof" if value - answer.bound <= OPTIMAL_GAP * max(abs(value), 1.0) else "gap"


def _read(problem: Problem, data: SitingData, columns: Columns, raw: MilpAnswer) -> Answer:
    bound = raw.bound
    if bound is not None:
        bound -= BOUND_SLACK * max(abs(bound), data.constant_eur)
    if raw.status == "infeasible":
        return Answer(None, None, "proof", infeasible=True)
    if raw.values is None:
        return Answer(None, bound, "time")
    return Answer(plan_from_values(problem, data, columns, raw.values), bound, "time")


def plan_from_values(
    problem: Problem, data: SitingData, columns: Columns, values: NDArray[np.float64]
) -> Plan:
    """Return a clean plan: openings rounded, flows solved again exactly for these openings."""
    open_option = values[columns.open] > 0.5
    tenant_option, tenant_level = tenants_from_values(problem, columns.tenants, values)
    flows = best_flows(problem, data, open_option)
    if flows is None:  # minimum use holds within the solver's tolerance only: keep its own flows
        every = np.arange(data.bike.count), np.arange(data.pickup.count)
        flows = clean_flows(
            data,
            (
                every[0],
                _serving(data, open_option, Kind.MICRO_HUB)[data.bike.site],
                values[columns.bike],
            ),
            (
                every[1],
                _serving(data, open_option, Kind.DELIVERY_POINT)[data.pickup.site],
                values[columns.pickup],
            ),
        )
    annex = annexes_from_values(problem, columns.tenants, values)
    inside = interiors_of(problem, data, open_option, tenant_option, tenant_level, annex)
    return plan_of(data, open_option, flows, tenant_option, tenant_level, inside)


def tenants_from_values(
    problem: Problem, tenancies: Tenancies, values: NDArray[np.float64]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return hotel option and level of each tenant, -1 where it has none."""
    option = np.full(problem.tenants.count, -1, dtype=np.int32)
    level = option.copy()
    placed = np.flatnonzero(values[tenancies.place] > 0.5)
    option[tenancies.place_tenant[placed]] = tenancies.place_option[placed]
    level[tenancies.place_tenant[placed]] = tenancies.place_level[placed]
    return option, level


def annexes_from_values(
    problem: Problem, tenancies: Tenancies, values: NDArray[np.float64]
) -> NDArray[np.int32]:
    """Return the unit of each annex, -1 where its tenant has none; empty without `hotels`."""
    hotels = problem.hotels
    level = np.full(0 if hotels is None else hotels.annexes.count, -1, dtype=np.int32)
    placed = np.flatnonzero(values[tenancies.annex] > 0.5)
    level[tenancies.annex_rank[placed]] = tenancies.annex_level[placed]
    return level


def _serving(data: SitingData, open_option: NDArray[np.bool_], kind: Kind) -> NDArray[np.int64]:
    chosen = np.full(len(data.parcel_m2), -1, dtype=np.int64)
    mine = np.flatnonzero(open_option & (data.kind == kind))
    chosen[data.site[mine]] = mine
    return chosen


def _better(data: SitingData, old: Answer, new: Answer) -> Answer:
    """Return the cheaper plan with the higher bound."""
    if new.infeasible or (old.plan is None and old.bound is None):
        return new
    bounds = [item.bound for item in (old, new) if item.bound is not None]
    plans = [item.plan for item in (old, new) if item.plan is not None]
    plan = min(plans, key=lambda item: objective_of(data, item), default=None)
    return Answer(plan, max(bounds, default=None), new.stopped_by)


def _tell(budget: Budget, listener: Listener, data: SitingData, answer: Answer) -> None:
    value = None if answer.plan is None else objective_of(data, answer.plan)
    gap = None
    if value is not None and answer.bound is not None:
        gap = max(value - answer.bound, 0.0) / max(abs(value), 1e-9)
    listener(Progress(budget.elapsed_s, "whole model", value, answer.bound, gap))
