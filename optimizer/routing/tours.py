"""Plan the tours of one routing problem: the engine is chosen by what the problem asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.core.limits import Cancel, Limits, Listener, silent

if TYPE_CHECKING:
    from optimizer.core.routing import RoutingProblem, RoutingResult, Tours


def plan_tours(
    problem: RoutingProblem,
    limits: Limits,
    *,
    initial: Tours | None = None,
    listener: Listener = silent,
    cancel: Cancel | None = None,
) -> RoutingResult:
    """Plan tours; see `optimizer.core.routing` for the model.

    Parameters
    ----------
    problem
        What is to be visited, and by whom.
    limits
        Time, or work; `gap` has no meaning here.
    initial
        Tours to start from.
    """
    raise NotImplementedError
