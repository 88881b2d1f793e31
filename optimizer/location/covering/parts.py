"""Improve a plan part by part, each part to proven optimality with everything else held.

A part is a region of columns around a random open one with a few open columns in it; what is left
of the rows once the rest of the plan is fixed is a small covering problem (POPMUSIC: Taillard,
Voss 2002, doi:10.1007/978-1-4615-1507-4_27). Bound and fixing settle most parts, the solver the
rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.compiled import kernel
from optimizer.location.covering.finish import finish
from optimizer.location.covering.lagrangian import (
    Multipliers,
    climb,
    first_multipliers,
    lagrangian_bound,
)
from optimizer.location.covering.narrowing import settled_columns
from optimizer.location.covering.reduce import carried, with_fixed, without_dominated

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.limits import Cancel
    from optimizer.location.covering.rows import Cover

CLIMB = 150  # iterations between two fixings
ROUNDS = 3
SOLVER_S = 2.0  # longest run of the solver on one part
SOLVER_NODES = 200
LARGE = 60_000  # entries; a part that is still so large is left alone


def part_around(cover: Cover, opened: NDArray[np.bool_], seed: int, size: int) -> NDArray[np.bool_]:
    """Return the columns of a region with about `size` open ones, around a random open column."""
    held = np.flatnonzero(opened)
    first = int(held[np.random.default_rng(seed).integers(len(held))])
    matrix = cover.matrix
    return region(
        matrix.row_start, matrix.column, matrix.column_start, matrix.row, opened, first, size
    )


def better_part(
    cover: Cover,
    opened: NDArray[np.bool_],
    part: NDArray[np.bool_],
    step: float,
    *,
    deterministic: bool,
    exact: bool,
    cancel: Cancel,
) -> NDArray[np.bool_] | None:
    """Return a plan better by at least `step` that differs within the part, or None."""
    rest = with_fixed(cover, opened & ~part, ~opened & ~part)
    rest = None if rest is None else without_dominated(rest)
    if rest is None:
        return None
    cutoff = cover.value(opened) - step
    multipliers, scale = first_multipliers(rest), 1.0
    for _ in range(ROUNDS):
        multipliers, scale = climb(rest, multipliers, cutoff + step, CLIMB, scale)
        value, _ = lagrangian_bound(rest, multipliers.row, multipliers.budget)
        if value > cutoff + 1e-9 * abs(cutoff):
            return None
        fixed, closed = settled_columns(rest, multipliers, cutoff)
        lean = with_fixed(rest, fixed, closed)
        lean = None if lean is None else without_dominated(lean)
        if lean is None:
            return None
        row = carried(multipliers.row, rest, lean)
        rest, multipliers = lean, Multipliers(-np.inf, row, multipliers.budget, np.zeros(0))
    if len(rest.matrix.column) > LARGE:
        return None
    answer = finish(
        rest,
        cutoff,
        exact=exact,
        time_s=None if deterministic else SOLVER_S,
        nodes=SOLVER_NODES if deterministic else None,
        seed=0,
        cancel=cancel,
    )
    if answer.values is None:
        return None
    sites = rest.sites(answer.values[: rest.matrix.column_count] > 0.5)
    found = np.isin(cover.site, sites)
    return found if cover.value(found) < cover.value(opened) else None


@kernel
def region(
    row_start: NDArray[np.int64],
    column: NDArray[np.int32],
    column_start: NDArray[np.int64],
    row_of: NDArray[np.int32],
    opened: NDArray[np.bool_],
    first: int,
    size: int,
) -> NDArray[np.bool_]:
    """Mark columns in breadth-first order over shared rows, until `size` open ones are marked."""
    marked = np.zeros(len(opened), dtype=np.bool_)
    seen = np.zeros(len(row_start) - 1, dtype=np.bool_)
    queue = np.empty(len(opened), dtype=np.int64)
    queue[0] = first
    marked[first] = True
    head, tail, held = 0, 1, 1 if opened[first] else 0
    while head < tail and held < size:
        j = queue[head]
        head += 1
        for place in range(column_start[j], column_start[j + 1]):
            i = row_of[place]
            if seen[i]:
                continue
            seen[i] = True
            for entry in range(row_start[i], row_start[i + 1]):
                k = column[entry]
                if not marked[k]:
                    marked[k] = True
                    held += opened[k]
                    queue[tail] = k
                    tail += 1
    return marked
