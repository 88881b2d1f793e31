"""One combination per site under the shared rows: the integer programme behind bound and starts.

Sets: sites s, combinations c of a site. y[c] in {0, 1}.
maximise sum_c worth[c] y[c]
(1) sum_c y[c] = 1 on each site               (2) use . y <= limit (land, purses, quotas)
(3) least <= number of hotels <= most
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import sparse

from optimizer.solvers import Builder, solve_milp

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.siting.city import City
    from optimizer.siting.hotels import Effort

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


class Choices(NamedTuple):
    """An answer: combination per site, its value, and an upper bound on any value."""

    chosen: Ints
    value: float
    upper: float | None


def choose(
    city: City, worth: Floats, effort: Effort, hotels: tuple[int, int] | None = None
) -> Choices | None:
    """Choose one combination per site; None when nothing fits or nothing is known.

    worth : per combination, EUR per year; those at -inf are left out. hotels : least and most.
    """
    combos = np.flatnonzero(np.isfinite(worth))
    build = Builder()
    y = build.add_columns(len(combos), cost=-worth[combos], integer=True)
    build.add_rows(city.site_count, (city.combos.site[combos], y, 1.0), lower=1.0, upper=1.0)
    _shared_rows(city, build, combos, y)
    if hotels is not None:
        mine = np.flatnonzero(city.combos.hotel[combos] >= 0)
        build.add_rows(
            1, (np.zeros(len(mine), int), y[mine], 1.0), lower=hotels[0], upper=hotels[1]
        )
    answer = solve_milp(
        build.build(),
        time_s=effort.time_s,
        nodes=effort.nodes,
        gap=effort.gap,
        seed=effort.seed,
        cancel=effort.cancel,
    )
    upper = None if answer.bound is None else -answer.bound
    if answer.values is None or answer.objective is None:
        none = np.zeros(0, dtype=np.int64)
        return None if upper is None else Choices(none, -np.inf, upper)
    return Choices(combos[answer.values > 0.5], -answer.objective, upper)


def _unit(city: City) -> Floats:
    """Return the size of each row, so that its numbers are near one."""
    return np.maximum(np.abs(city.rows.limit), 1.0)


def _shared_rows(city: City, build: Builder, combos: Ints, y: Ints) -> None:
    unit = _unit(city)
    use = sparse.coo_matrix(city.combos.use[combos])
    build.add_rows(
        len(unit), (use.col, y[use.row], use.data / unit[use.col]), upper=city.rows.limit / unit
    )
