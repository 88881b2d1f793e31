"""Today: the same demand served by vans and by the facilities that exist, nothing new."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.kinds import Kind
from optimizer.siting.columns import add_tenant_columns
from optimizer.siting.floors import add_tenants_fit_on_floors
from optimizer.siting.flows import best_flows, clean_flows, plan_of
from optimizer.siting.mip import annexes_from_values, tenancies_of, tenants_from_values
from optimizer.siting.stacking.interiors import empty_interiors, interiors_of
from optimizer.siting.stacking.period_search import PACKING_PAIRS, tenants_of_open_hotels
from optimizer.siting.stacking.recipe import add_interiors
from optimizer.solvers import Builder, solve_milp

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.plan import Interiors, Plan
    from optimizer.core.problem import Problem
    from optimizer.siting.data import SitingData
    from optimizer.siting.flows import Flows

PACKING_NODES = 200


def baseline_plan(problem: Problem, data: SitingData) -> Plan:
    """Return the plan in which exactly the EXISTING options are open.

    Minimum use, quotas and required options do not bind it. Existing hotels host the tenants that
    pay best; where none of their packings lets enough of the area, they stay empty.
    """
    opened = data.existing.copy()
    flows = best_flows(problem, data, opened, minimum_use=False)
    if flows is None:  # never with minimum use dropped, unless the linear solver gives up
        empty = (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
        flows = clean_flows(data, empty, empty)
    return housed_plan(problem, data, opened, flows, minima=False)


def housed_plan(
    problem: Problem,
    data: SitingData,
    open_option: NDArray[np.bool_],
    flows: Flows,
    *,
    minima: bool = True,
) -> Plan:
    """Return the plan with the best tenants, and interiors, for what is open.

    minima : targets of mix and jobs over all hotels bind; without `Problem.hotels` there are none,
    and the let share always binds.
    """
    if problem.hotels is not None:
        inside = _best_interiors(problem, data, open_option, minima=minima)
        return plan_of(data, open_option, flows, *inside)
    return plan_of(data, open_option, flows, *_best_tenants(problem, data, open_option))


def _best_interiors(
    problem: Problem, data: SitingData, open_option: NDArray[np.bool_], *, minima: bool
) -> tuple[NDArray[np.int32], NDArray[np.int32], Interiors | None]:
    """Return hotel option and unit of each tenant (-1: none), and interiors, for open hotels.

    Best within a fixed number of branch-and-bound nodes, or moves of a search where there are many
    hotels and tenants; nobody is placed where none can be.
    """
    nobody = np.full(problem.tenants.count, -1, dtype=np.int32)
    hotels = np.flatnonzero(open_option & (data.kind == Kind.PRODUCTIVE_HOTEL))
    if len(hotels) == 0:
        return nobody, nobody, empty_interiors(problem)
    if len(hotels) * problem.tenants.count > PACKING_PAIRS:
        found = tenants_of_open_hotels(problem, data, open_option, minima=minima)
        if found is None:
            return nobody, nobody, empty_interiors(problem)
        return *found[:2], interiors_of(problem, data, open_option, *found)
    builder = Builder()
    opened = builder.add_columns(data.option_count, lower=open_option, upper=open_option)
    inside = add_interiors(builder, problem, data, opened, minima=minima)
    answer = solve_milp(builder.build(), nodes=PACKING_NODES)
    if answer.values is None:
        return nobody, nobody, empty_interiors(problem)
    columns = tenancies_of(inside)
    option, level = tenants_from_values(problem, columns, answer.values)
    annex = annexes_from_values(problem, columns, answer.values)
    return option, level, interiors_of(problem, data, open_option, option, level, annex)


def _best_tenants(
    problem: Problem, data: SitingData, open_option: NDArray[np.bool_]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return hotel option and level of each tenant (-1: none) for hotels that are open.

    Best within a fixed number of branch-and-bound nodes; nobody is placed where none can be.
    """
    nobody = np.full(problem.tenants.count, -1, dtype=np.int32)
    hotels = np.flatnonzero(open_option & (data.kind == Kind.PRODUCTIVE_HOTEL))
    if len(hotels) == 0 or problem.tenants.count == 0:
        return nobody, nobody
    builder = Builder()
    opened = builder.add_columns(data.option_count, lower=open_option, upper=open_option)
    tenancies = add_tenant_columns(builder, problem, data, hotels)
    add_tenants_fit_on_floors(builder, problem, data, opened, tenancies)
    answer = solve_milp(builder.build(), nodes=PACKING_NODES)
    if answer.values is None:
        return nobody, nobody
    return tenants_from_values(problem, tenancies, answer.values)
