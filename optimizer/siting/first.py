"""A first plan that keeps every rule, cheaply found: an answer for those who cannot wait.

The openings come from the programme over openings alone (`openings.build_relaxation`), priced
by what each costs a year; flows and tenants are then decided exactly for them. Where the tenants
or the minimum use do not work out, there is no first plan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.kinds import Kind
from optimizer.siting.baseline import housed_plan
from optimizer.siting.conflicts.proof import NODES
from optimizer.siting.flows import best_flows
from optimizer.siting.openings import build_relaxation
from optimizer.solvers import solve_milp

if TYPE_CHECKING:
    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem
    from optimizer.siting.data import SitingData

GAP = 0.05


def first_plan(problem: Problem, data: SitingData) -> Plan | None:
    """Return a plan with few openings, or None where this simple way finds none.

    Hotels are priced by what they cost and a full house of tenants would pay; the plan keeps flows,
    minimum use, sites, land and money, and hotels that let too little are left to the checker.
    """
    model = build_relaxation(problem, data)
    area = np.bincount(problem.levels.design, problem.levels.area_m2, problem.designs.count)
    rent = (area * problem.designs.rent_eur_m2_year)[data.design]
    cost = model.cost.copy()
    hotel = data.kind == Kind.PRODUCTIVE_HOTEL
    cost[: data.option_count] = data.fixed_eur + np.where(hotel, rent, 0.0)
    answer = solve_milp(model.replace(cost=cost), nodes=NODES, gap=GAP)
    if answer.values is None:
        return None
    opened = answer.values[: data.option_count] > 0.5
    flows = best_flows(problem, data, opened)
    if flows is None:
        return None
    return housed_plan(problem, data, opened, flows)
