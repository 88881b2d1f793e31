"""Constraint family 19, roofs: uses of the roofs of hotels.

    r[o,w] >= 0 whole m2: roof of option o that serves use w, b[o,w] in {0, 1} whether any
    sum over w of r[o,w] <= roof_m2[d] open[o];  sum over o of r[o,w] <= total_max_m2[w]
    new hotel with a duty: r[o,w] >= duty[d,w] open[o]
    else: plot_min_m2[w] b[o,w] <= r[o,w] <= roof_m2[d] b[o,w]
    gain: net_eur_m2_year[w] r[o,w]
Roofs are independent of tenants, and what limits them together is `total_max_m2` alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.kinds import Kind, OptionStatus
from optimizer.siting.stacking.commuting import ROUNDING
from optimizer.solvers import Builder, solve_milp

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.problem import Problem

    Ints = NDArray[np.int64]

ROOF_NODES = 2000


def roof_duty_m2(problem: Problem) -> Ints:
    """Return the roof that each use takes at least on every new hotel, whole m2, shape (d, w)."""
    hotels = problem.hotels
    if hotels is None:
        return np.zeros((problem.designs.count, 0), dtype=np.int64)
    asked = np.outer(hotels.equipment.roof_m2, hotels.roofs.share_min)
    duty: Ints = np.ceil(asked - ROUNDING).astype(np.int64)
    return duty


def add_roofs_are_shared_out(
    builder: Builder, problem: Problem, options: Ints, opened: Ints
) -> Ints:
    """Add the roofs of hotel options with the columns `opened`; return those of r, (o', w)."""
    hotels = problem.hotels
    uses = 0 if hotels is None else hotels.roofs.count
    column = np.full((len(options), uses), -1, dtype=np.int64)
    if hotels is None or not uses:
        return column
    roofs, design = hotels.roofs, problem.options.design[options]
    roof = hotels.equipment.roof_m2[design]
    new = problem.options.status[options] != OptionStatus.EXISTING
    duty = np.where(new[:, None], roof_duty_m2(problem)[design], 0)
    row = np.arange(len(options))
    for w in range(uses):
        column[:, w] = builder.add_columns(
            len(options), cost=-roofs.net_eur_m2_year[w], upper=roof, integer=True
        )
        builder.add_rows(
            len(options), (row, column[:, w], 1.0), (row, opened, -duty[:, w]), lower=0.0
        )
        free = np.flatnonzero((duty[:, w] == 0) & (roofs.plot_min_m2[w] > 1))
        used = builder.add_columns(len(free), integer=True)
        some = np.arange(len(free))
        for size, bound in ((-roofs.plot_min_m2[w], "lower"), (-roof[free], "upper")):
            entries = (some, column[free, w], 1.0), (some, used, size)
            builder.add_rows(len(free), *entries, **{bound: 0.0})
        total = roofs.total_max_m2[w]
        if total >= 0:
            builder.add_rows(1, (0, column[:, w], 1.0), upper=total)
    builder.add_rows(
        len(options),
        (np.repeat(row, uses), column.ravel(), 1.0),
        (row, opened, -roof),
        upper=0.0,
    )
    return column


def best_roofs(problem: Problem, open_option: NDArray[np.bool_]) -> Ints:
    """Return what the roofs of open hotels serve at best, m2, shape (o, w).

    All 0 where the duties cannot be kept.
    """
    hotels, options = problem.hotels, problem.options
    roof = np.zeros((options.count, 0 if hotels is None else hotels.roofs.count), dtype=np.int64)
    kind = problem.designs.kind[options.design]
    mine = np.flatnonzero(open_option & (kind == Kind.PRODUCTIVE_HOTEL))
    if not len(mine) or not roof.shape[1]:
        return roof
    builder = Builder()
    opened = builder.add_columns(len(mine), lower=1.0)
    column = add_roofs_are_shared_out(builder, problem, mine, opened)
    answer = solve_milp(builder.build(), nodes=ROOF_NODES)
    if answer.values is not None:
        roof[mine] = np.rint(answer.values[column]).astype(np.int64)
    return roof
