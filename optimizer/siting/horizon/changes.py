"""The problem with one figure of its horizon changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optimizer.core.timeline import horizon_of

if TYPE_CHECKING:
    from optimizer.core.problem import Problem


def replace_part(problem: Problem, part: str, **changes: Any) -> Problem:
    """Return the problem with other columns of one part of its horizon."""
    horizon = horizon_of(problem)
    return problem.replace(
        horizon=horizon.replace(**{part: getattr(horizon, part).replace(**changes)})
    )


def put_at(problem: Problem, value: int, part: str, field: str, rank: Any) -> Problem:
    """Return the problem with `value` at `rank` (any index) of a column of its horizon."""
    column = getattr(getattr(horizon_of(problem), part), field).copy()
    column[rank] = value
    return replace_part(problem, part, **{field: column})


def put(problem: Problem, value: float, part: str, field: str) -> Problem:
    """Return the problem with another single figure of a part of its horizon."""
    return replace_part(problem, part, **{field: value})
