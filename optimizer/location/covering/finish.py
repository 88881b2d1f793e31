"""What is left of a covering problem, as a mixed-integer programme for HiGHS with a cut-off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.solvers.mathopt import solve_milp
from optimizer.solvers.milp import Builder

if TYPE_CHECKING:
    from optimizer.core.limits import Cancel
    from optimizer.location.covering.rows import Cover
    from optimizer.solvers.milp import Milp, MilpAnswer

IN_PROCESS_S = 3.0  # short runs are not worth the second that a process of their own costs
PROOF_GAP = 1e-9
SIZE = 1e5  # what values that are not whole are scaled to
MARGIN = 1e-6  # relative safety on the bound of the solver


def model_of(cover: Cover, cutoff: float) -> Milp:
    """Return the programme of `rows`, its objective held at or below `cutoff`."""
    matrix = cover.matrix
    builder = Builder(offset=cover.offset)
    free = cover.budget is not None
    opens = builder.add_columns(matrix.column_count, cost=cover.price, integer=True)
    cost = 0.0 if free else cover.penalty
    gives = builder.add_columns(matrix.row_count, cost=cost, upper=np.minimum(cover.step, 1))
    rows = np.arange(matrix.row_count)
    builder.add_rows(
        matrix.row_count,
        (matrix.row_of_entry, opens[matrix.column], 1.0),
        (rows, gives, cover.step),
        lower=cover.need,
    )
    builder.add_rows(1, (0, opens, 1.0), lower=cover.low, upper=cover.high)
    if cover.budget is not None:
        builder.add_rows(1, (0, gives, cover.penalty), upper=cover.budget)
    if np.isfinite(cutoff):
        parts = [(0, opens, cover.price)] + ([] if free else [(0, gives, cover.penalty)])
        builder.add_rows(1, *parts, upper=cutoff - cover.offset)
    model = builder.build()
    integer = model.integer.copy()
    integer[gives] = cover.step > 1
    return model.replace(integer=integer)


def finish(
    cover: Cover,
    cutoff: float,
    *,
    exact: bool = True,
    time_s: float | None,
    nodes: int | None,
    seed: int,
    cancel: Cancel,
) -> MilpAnswer:
    """Solve what is left; "infeasible" means that nothing is as good as the cut-off.

    exact : data are whole; otherwise values are scaled so that the solver's absolute tolerances
    mean little to them.
    """
    if not exact:
        return _scaled(cover, cutoff, time_s=time_s, nodes=nodes, seed=seed, cancel=cancel)
    model = model_of(cover, cutoff)
    if nodes is not None:
        return solve_milp(model, nodes=nodes, gap=PROOF_GAP, seed=seed)
    first = IN_PROCESS_S if time_s is None else min(time_s, IN_PROCESS_S)
    answer = solve_milp(model, time_s=first, gap=PROOF_GAP, seed=seed, cancel=cancel)
    settled = answer.status in {"optimal", "infeasible"} or answer.limit == "user"
    if settled or (time_s is not None and time_s <= IN_PROCESS_S + 2.0):
        return answer
    left = None if time_s is None else time_s - IN_PROCESS_S - 1.0
    return solve_milp(model, time_s=left, gap=PROOF_GAP, seed=seed, cancel=cancel, apart=True)


def _scaled(cover: Cover, cutoff: float, **limits: Any) -> MilpAnswer:
    size = float(np.abs(cover.price).sum() + abs(cover.offset))
    size += 0.0 if cover.budget is not None else float(cover.penalty.sum())
    value = SIZE / (max(abs(cutoff), 1e-3 * size) if np.isfinite(cutoff) else max(size, 1e-9))
    weight = value if cover.budget is None else SIZE / max(float(cover.penalty.sum()), 1e-9)
    scaled = cover.replace(
        price=cover.price * value,
        penalty=cover.penalty * weight,
        offset=cover.offset * value,
        budget=None if cover.budget is None else cover.budget * weight,
    )
    answer = finish(scaled, cutoff * value, **limits)
    back = answer.objective, answer.bound
    objective, bound = (None if figure is None else figure / value for figure in back)
    return answer.replace(objective=objective, bound=bound)
