"""Prices of land, purses and quotas at given prices of everything else: a small linear programme.

Sets: sites s, combinations c of a site, rows r. 0 <= y[c] <= 1, v[r] >= 0.
maximise sum_c worth[c] y[c] - sum_r penalty[r] v[r]
(1) sum_c y[c] = 1 on each site        (2) use . y - v <= limit, with price row[r] >= 0
Steps along subgradients do badly on these few rows, because one large building that comes and goes
hides all else; their best prices are found exactly instead, for the combinations near the best one
of their site. Any prices >= 0 give a bound: what tolerances or left out combinations do to them
can make it weaker, never wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.siting.city import City

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

PENALTY = 20.0  # of the largest worth, for breaking a row by its own size
ROUNDS = 8  # of adding combinations that the new prices make attractive
WHOLE = 1e-7


class RowPrices(NamedTuple):
    """Prices of the rows, shape (r,), and how much of each combination is taken, (c,)."""

    row: Floats
    weight: Floats


def price_rows(city: City, worth: Floats, row: Floats, reach: float) -> RowPrices | None:
    """Return the best prices of the rows, or None where the programme cannot be solved.

    worth : EUR per year of each combination, uncharged. row : prices to start from.
    reach : combinations that lose more than this at `row` are left out, unless they are needed.
    """
    combos = city.combos
    first = combos.start[:-1]
    free = _nothing_binds(city, worth)
    if free is not None:
        return free
    finite = np.isfinite(worth)
    size = float(np.abs(worth[finite]).max(initial=1.0))
    kept = np.zeros(len(worth), dtype=bool)
    price, found = row, None
    for _ in range(ROUNDS):
        priced = worth - combos.use @ price
        top = np.maximum.reduceat(priced, first)
        within = np.maximum.reduceat(np.where(kept, priced, -np.inf), first)
        if found is not None and np.all(within >= top - WHOLE * size):
            return found
        kept |= finite & (priced >= top[combos.site] - reach)
        solved = _solve(city, worth, np.flatnonzero(kept), PENALTY * size)
        if solved is None:
            return found
        found, broken = solved
        if broken > WHOLE and not np.array_equal(kept, finite):
            kept = finite
            solved = _solve(city, worth, np.flatnonzero(kept), PENALTY * size)
            if solved is None:
                return found
            found, _ = solved
        price = found.row
    return found


def _nothing_binds(city: City, worth: Floats) -> RowPrices | None:
    """Return prices of zero where the best combinations keep all rows, else None."""
    combos = city.combos
    top = np.maximum.reduceat(worth, combos.start[:-1])
    if not np.all(np.isfinite(top)):
        return None
    hit = np.flatnonzero(worth == np.repeat(top, np.diff(combos.start)))
    weight = np.zeros(len(worth))
    weight[hit[np.unique(combos.site[hit], return_index=True)[1]]] = 1.0
    if np.any(combos.use.T @ weight > city.rows.limit):
        return None
    return RowPrices(np.zeros(len(city.rows.limit)), weight)


def _solve(city: City, worth: Floats, kept: Ints, penalty: float) -> tuple[RowPrices, float] | None:
    """Return prices and weights, and by how much rows are broken, in their own size."""
    combos, unit = city.combos, row_unit(city)
    count = np.bincount(combos.site[kept], minlength=city.site_count)
    alone = count[combos.site[kept]] == 1
    single, several = kept[alone], kept[~alone]
    rank = np.cumsum(count > 1) - 1
    sites, n, rows = int((count > 1).sum()), len(several), len(unit)
    taken = np.asarray(combos.use[single].sum(axis=0)).ravel()
    once = sparse.csr_matrix(
        (np.ones(n), (rank[combos.site[several]], np.arange(n))), shape=(sites, n + rows)
    )
    use = sparse.hstack([combos.use[several].T.multiply(1 / unit[:, None]), -sparse.eye(rows)])
    answer = linprog(
        np.concatenate([-worth[several], np.full(rows, penalty)]),
        A_ub=sparse.csr_matrix(use),
        b_ub=(city.rows.limit - taken) / unit,
        A_eq=once if sites else None,
        b_eq=np.ones(sites) if sites else None,
        bounds=(0, None),
        method="highs",
    )
    if answer.status != 0:
        return None
    weight = np.zeros(len(worth))
    weight[single] = 1.0
    weight[several] = np.clip(answer.x[:n], 0.0, 1.0)
    weight[weight < WHOLE] = 0.0
    price = np.maximum(-answer.ineqlin.marginals / unit, 0.0)
    return RowPrices(price, weight), float(answer.x[n:].max(initial=0.0))


def row_unit(city: City) -> Floats:
    """Return the size of each row: its limit or its largest use."""
    if not len(city.rows.limit):
        return np.ones(0)
    biggest = np.abs(city.combos.use).max(axis=0).toarray().ravel()
    unit: Floats = np.maximum(np.maximum(np.abs(city.rows.limit), biggest), 1.0)
    return unit
