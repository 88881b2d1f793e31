"""What an engine answers: its tours, or that it has none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.routing import RoutingResult
from optimizer.routing.schedule import objective_eur, skipped

if TYPE_CHECKING:
    from optimizer.core.limits import Budget
    from optimizer.core.routing import RoutingProblem, Tours


def found(problem: RoutingProblem, tours: Tours, engine: str, budget: Budget) -> RoutingResult:
    """Return tours as the answer of an engine, with what they cost and what they leave out."""
    return RoutingResult(
        status="plan",
        stopped_by=budget.stop_reason() or "work",
        tours=tours,
        skipped=skipped(problem, tours),
        objective=objective_eur(problem, tours),
        bound=None,
        engine=engine,
        statistics={"seconds": round(budget.elapsed_s, 3), "iterations": budget.work_done},
    )


def nothing(problem: RoutingProblem, engine: str, budget: Budget) -> RoutingResult:
    """Return that no tours are known; nothing is proven by it."""
    return RoutingResult(
        status="no_plan",
        stopped_by=budget.stop_reason() or "work",
        tours=None,
        skipped=np.ones(problem.stops.count, dtype=bool),
        objective=None,
        bound=None,
        engine=engine,
        statistics={"seconds": round(budget.elapsed_s, 3), "iterations": budget.work_done},
    )
