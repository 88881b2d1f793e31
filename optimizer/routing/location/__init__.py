"""Location with routes, in one echelon or two; see `core.location_routing` for the model.

    solve_location_routing(problem, limits) -> LocationRoutingResult

A race of configurations (`race.py`: which sites may open) whose runs are ruin and recreate under
annealing (`steps.py`) over open sites, assignment and routes together; upper echelons are supplied
exactly, for loads as they are (`upper.py`). Lower bound: `bound.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.core.limits import Budget, Cancel, Limits, silent
from optimizer.routing.location.answer import answer, impossible
from optimizer.routing.location.race import Race
from optimizer.routing.location.tables import make_tables

if TYPE_CHECKING:
    from optimizer.core.limits import Listener
    from optimizer.core.location_routing import LocationRoutingProblem, LocationRoutingResult

PROVING = 0.2
"""Share of the budget for the lower bound."""


def solve_location_routing(
    problem: LocationRoutingProblem,
    limits: Limits,
    *,
    listener: Listener = silent,
    cancel: Cancel | None = None,
) -> LocationRoutingResult:
    """Choose sites and routes at least cost, and prove a bound.

    Parameters
    ----------
    problem
        Demands and capacities are whole numbers.
    limits
        Time, or work; threads run side by side, also with work, without changing the answer.
    listener
        Told after every batch of runs.
    cancel
        Stops with the best plan so far.

    Returns
    -------
    LocationRoutingResult
        "infeasible" only where demand exceeds what sites or vehicles hold; "no_plan" where no
        plan was found, or two echelons need more than 12 open sites (4 with split deliveries).
    """
    budget = Budget(limits, cancel or Cancel())
    if impossible(problem):
        return answer(problem, [], [], None, budget, {}, infeasible=True)
    tables = make_tables(problem)
    race = Race(tables, budget, listener, share=1.0 - PROVING)
    race.screen()
    race.halve()
    race.prove(PROVING)
    return answer(problem, race.plan, race.supply(), race.bound, budget, race.statistics())
