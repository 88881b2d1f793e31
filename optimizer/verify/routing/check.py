"""Check tours against every rule of `optimizer.core.routing`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.core.result import Violation
from optimizer.verify.routing import fleet, form, loads, stops, times
from optimizer.verify.routing.case import ToursCase
from optimizer.verify.routing.figures import figures_of
from optimizer.verify.tolerance import close

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from optimizer.core.routing import RoutingProblem, Tours

CHECKS = (stops.check, stops.check_pairs, fleet.check, times.check, loads.check)


def check_tours(
    problem: RoutingProblem,
    tours: Tours,
    skipped: NDArray[np.bool_],
    claimed_objective: float | None = None,
) -> tuple[Violation, ...]:
    """Return everything that does not hold about tours; empty if they keep every rule.

    Moments and lengths hold to `moments.MOMENT_S` and `moments.DRIFT`, loads and counts exactly,
    the objective to `tolerance.RELATIVE`.

    Parameters
    ----------
    skipped
        Stops that are left out, shape (s,).
    claimed_objective
        What the tours are said to cost; None = nothing is said.
    """
    broken = (*form.problem_form(problem), *form.tours_form(problem, tours, skipped))
    if broken:
        return broken
    case = ToursCase(problem, tours, skipped)
    found = [violation for check in CHECKS for violation in check(case)]
    if claimed_objective is not None:
        right = figures_of(case).objective
        if not close(right, claimed_objective):
            words = f"{claimed_objective!r} is claimed, {right!r} is right"
            found.append(Violation("claim", "objective", words))
    return tuple(found)
