"""First plans of covering problems and rounds of local search, whatever the model asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.location.covering.patrol import patrol
from optimizer.location.covering.reduce import with_fixed
from optimizer.location.covering.search import exchange, grow, rows_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.location.covering.lagrangian import Multipliers
    from optimizer.location.covering.rows import Cover

KICK = 8  # random exchanges between two local optima at most
USED = 0.01  # share from which the relaxation uses a column
PATROL = 2e7  # operations of the first search for a cover


def first_plan(cover: Cover) -> NDArray[np.bool_]:
    """Return a greedy choice of columns; it may miss hard rows where those are awkward."""
    empty = np.zeros(cover.matrix.column_count, dtype=bool)
    rows = rows_of(cover)
    if np.any(cover.need > 1):  # every covering column counts, not the last one alone
        share = np.where(cover.step > 0, cover.penalty / np.maximum(cover.need, 1), rows.hard)
        hard = np.where(cover.need > cover.step, rows.hard, share)
        floor = np.where(cover.need > cover.step, cover.step, 0)
        rows = rows._replace(hard=hard, step=floor)
    if cover.budget is None:
        unpriced = not cover.price.any()
        return grow(rows, empty, cover.high if unpriced else cover.low, cover.high)
    few, many = cover.low, cover.high
    while few < many:  # greedy plans are nested: the least one within the budget
        middle = (few + many) // 2
        if _lost(cover, grow(rows, empty, middle, middle)) <= cover.budget:
            many = middle
        else:
            few = middle + 1
    return pruned(cover, grow(rows, empty, many, many))


def improved(
    cover: Cover,
    opened: NDArray[np.bool_] | None,
    seed: int,
    operations: float,
    multipliers: Multipliers | None,
) -> tuple[NDArray[np.bool_] | None, float]:
    """Return a plan that may be better, or None, and the operations spent."""
    if not cover.matrix.column_count or not cover.matrix.row_count:
        return None, 1.0
    start = first_plan(cover) if opened is None else opened
    if cover.budget is not None:
        return _cheaper(cover, start, seed, operations, multipliers)
    if cover.price.any():
        return _cheapest(cover, start, seed, operations)
    best, done = exchange(rows_of(cover), start, seed, int(operations), KICK)
    return best, done


def improved_within(
    cover: Cover, share: NDArray[np.float64], seed: int, operations: float
) -> tuple[NDArray[np.bool_] | None, float]:
    """Search anew among the columns that the relaxation uses; return a plan, and operations.

    On 80 of 2,320 sites this came within 0.2 % of the optimum in the time in which a search over
    all sites came within 0.5 %.
    """
    closed = share < USED
    core = with_fixed(cover, np.zeros_like(closed), closed)
    if core is None or not core.matrix.column_count or not core.matrix.row_count:
        return None, 1.0
    best, done = improved(core, None, seed, operations, None)
    return None if best is None else np.isin(cover.site, core.sites(best)), done


def pruned(cover: Cover, opened: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the columns without those that are not needed, the dearest ones dropped first."""
    matrix, kept = cover.matrix, opened.copy()
    count = matrix.counts(kept)
    lost = _lost(cover, kept)
    budget = np.inf if cover.budget is None else cover.budget
    held = np.flatnonzero(kept)
    for j in held[np.argsort(-cover.price[held], kind="stable")]:
        rows = matrix.row[matrix.column_start[j] : matrix.column_start[j + 1]]
        hard = np.any(count[rows] - 1 < cover.need[rows] - cover.step[rows])
        more = float(cover.penalty[rows[count[rows] == cover.need[rows]]].sum())
        free = cover.budget is not None or more == 0.0
        if cover.price[j] < 0 or hard or not free or kept.sum() <= cover.low:
            continue
        if lost + more <= budget:
            kept[j] = False
            count[rows] -= 1
            lost += more
    return kept


def _lost(cover: Cover, opened: NDArray[np.bool_]) -> float:
    return float(cover.penalty[cover.matrix.counts(opened) < cover.need].sum())


def _cheaper(
    cover: Cover,
    start: NDArray[np.bool_],
    seed: int,
    operations: float,
    multipliers: Multipliers | None,
) -> tuple[NDArray[np.bool_], float]:
    """Look for a cheaper plan within the budget: one column less, or cheaper ones."""
    scale = 1.0 if multipliers is None or multipliers.budget <= 0 else multipliers.budget
    plain = bool(np.all(cover.price == cover.price[0]))
    rows = rows_of(cover, scale=1.0 if plain else scale)
    if plain:
        rows = rows._replace(price=np.zeros_like(cover.price))
    best, spent = start, 0.0
    for turn in range(4):
        fewer = best.copy()
        if (plain or turn % 2 == 0) and fewer.sum() > cover.low:
            held = np.flatnonzero(fewer)
            losses = [_lost(cover, _closed(fewer, int(j))) for j in held]
            fewer[held[int(np.argmin(losses))]] = False
        found, done = exchange(rows, fewer, seed * 4 + turn, int(operations / 4), KICK)
        spent += done
        if _lost(cover, found) > cover.budget:  # type: ignore[operator]
            found = _repaired(cover, found)
        found = pruned(cover, found)
        if cover.value(found) < cover.value(best):
            best = found
    return best, spent


def _closed(opened: NDArray[np.bool_], j: int) -> NDArray[np.bool_]:
    rest = opened.copy()
    rest[j] = False
    return rest


def _repaired(cover: Cover, opened: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Open more columns by rate until the budget holds."""
    rows = rows_of(cover, scale=1.0 + 2.0 * float(np.abs(cover.price).sum()))
    size = int(opened.sum())
    while size < cover.high and _lost(cover, opened) > cover.budget:  # type: ignore[operator]
        size += 1
        opened = grow(rows, opened, size, size)
    return opened


def _cheapest(
    cover: Cover, start: NDArray[np.bool_], seed: int, operations: float
) -> tuple[NDArray[np.bool_], float]:
    """Look for a cheaper cover of the hard rows by row weights."""
    rows = rows_of(cover)
    ones = np.ones(cover.matrix.row_count)
    plain = rows._replace(hard=ones, soft=np.zeros_like(ones), price=np.zeros_like(cover.price))
    price = np.maximum(cover.price, 1e-9)
    best, _, done = patrol(plain, price, start, cover.high, seed, int(operations), 0.0)
    if best.sum() < cover.low:
        best = grow(rows, best, cover.low, cover.high)
    return pruned(cover, best), done
