"""One combination per site under the shared rows: the integer programme behind bound and starts.

Sets: sites s, combinations c of a site, hotel packings k of a hotel type.
y[c] in {0, 1}; n[k] >= 0 (or integer), only where packings are given.
maximise sum_c worth[c] y[c] + sum_k value[k] n[k]
(1) sum_c y[c] = 1 on each site               (2) use . y <= limit (land, purses, quotas)
(3) sum_c y[c] = sum_k n[k] for each type     (4) each tenant in at most one packing
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import sparse

from optimizer.solvers import Builder, solve_lp, solve_milp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from optimizer.siting.city import City
    from optimizer.siting.hotels import Effort

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


class Column(NamedTuple):
    """A packing of one hotel type: who stands on which level (index into `Levels`), or -1."""

    type: int
    level: Ints
    value: float


class Choices(NamedTuple):
    """An answer: combination per site, packing per hotel; value and upper bound on any value.

    tenant, row : dual prices of a linear answer.
    """

    chosen: Ints
    packings: Ints
    value: float
    upper: float | None
    tenant: Floats
    row: Floats


class Master(NamedTuple):
    """What may be chosen: combinations with worth, packings, and limits on the number of hotels."""

    combos: Ints
    worth: Floats
    columns: Sequence[Column] | None
    hotels: tuple[int, int] | None


def keep_near(city: City, priced: Floats, slack: float) -> Ints:
    """Return combinations within `slack` of the best one on their site."""
    top = np.maximum.reduceat(priced, city.combos.start[:-1])
    return np.flatnonzero(priced >= top[city.combos.site] - slack)


def choose(city: City, master: Master, effort: Effort | None, tenants: int) -> Choices | None:
    """Solve the master: as integer programme with an `effort`, else its linear relaxation."""
    build = Builder()
    combos = master.combos
    # Offsets per site keep the numbers small: only differences to doing nothing there matter.
    finite = np.where(np.isfinite(master.worth), master.worth, -1e12)
    y = build.add_columns(len(combos), cost=-finite, integer=effort is not None)
    build.add_rows(city.site_count, (city.combos.site[combos], y, 1.0), lower=1.0, upper=1.0)
    _shared_rows(city, build, combos, y)
    _number_of_hotels(city, build, master, y)
    if master.columns is not None:
        _packings(city, build, master, y, tenants, integer=effort is not None)
    model = build.build()
    if effort is None:
        answer = solve_lp(model)
    else:
        answer = solve_milp(
            model,
            time_s=effort.time_s,
            nodes=effort.nodes,
            gap=effort.gap,
            seed=effort.seed,
            cancel=effort.cancel,
        )
    upper = None if answer.bound is None else -answer.bound
    if answer.values is None:
        none = np.zeros(0, dtype=np.int64)
        return None if upper is None else Choices(none, none, -np.inf, upper, none, none)
    picked = np.flatnonzero(answer.values[: len(combos)] > 0.5)
    times = np.rint(answer.values[len(combos) :]).astype(np.int64)
    used = np.repeat(np.arange(len(times)), np.maximum(times, 0))
    tenant, row = np.zeros(tenants), np.zeros(len(city.rows.limit))
    if answer.row_dual is not None:
        dual = np.maximum(-answer.row_dual, 0.0)
        row = dual[city.site_count : city.site_count + len(row)] / _unit(city)
        tenant = dual[len(dual) - tenants :] if master.columns is not None else tenant
    value = -answer.objective if answer.objective is not None else -np.inf
    return Choices(combos[picked], used, value, upper, tenant, row)


def _unit(city: City) -> Floats:
    """Return the size of each row, so that its numbers are near one."""
    return np.maximum(np.abs(city.rows.limit), 1.0)


def _shared_rows(city: City, build: Builder, combos: Ints, y: Ints) -> None:
    unit = _unit(city)
    use = sparse.coo_matrix(city.combos.use[combos])
    build.add_rows(
        len(unit), (use.col, y[use.row], use.data / unit[use.col]), upper=city.rows.limit / unit
    )


def _number_of_hotels(city: City, build: Builder, master: Master, y: Ints) -> None:
    if master.hotels is None:
        return
    least, most = master.hotels
    mine = np.flatnonzero(city.combos.hotel[master.combos] >= 0)
    build.add_rows(1, (np.zeros(len(mine), dtype=int), y[mine], 1.0), lower=least, upper=most)


def _packings(
    city: City, build: Builder, master: Master, y: Ints, tenants: int, *, integer: bool
) -> None:
    columns = master.columns or ()
    kind = np.array([column.type for column in columns], dtype=np.int64)
    value = np.array([column.value for column in columns])
    n = build.add_columns(len(columns), cost=-value, upper=np.inf, integer=integer)
    types = city.combos.type[master.combos]
    mine = np.flatnonzero(types >= 0)
    build.add_rows(
        len(city.types), (types[mine], y[mine], 1.0), (kind, n, -1.0), lower=0.0, upper=0.0
    )
    inside = [np.flatnonzero(column.level >= 0) for column in columns]
    firm = np.concatenate([np.zeros(0, dtype=np.int64), *inside])
    which = np.repeat(n, [len(part) for part in inside])
    build.add_rows(tenants, (firm, which, 1.0), upper=1.0)
