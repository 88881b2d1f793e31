"""Fixing by reduced prices: which columns every better plan opens, and which none does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.location.covering.lagrangian import lagrangian_bound

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.location.covering.lagrangian import Multipliers
    from optimizer.location.covering.rows import Cover


def settled_columns(
    cover: Cover, multipliers: Multipliers, cutoff: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return the columns that are open, and closed, in every plan at or below the cut-off.

    Turning column j against the choice of the Lagrangian costs at least its reduced price, less
    that of the column which then leaves or enters where the number of columns binds.
    """
    value, reduced = lagrangian_bound(cover, multipliers.row, multipliers.budget)
    columns = len(reduced)
    room = cutoff - value + 1e-9 * max(1.0, abs(cutoff))
    order = np.argsort(reduced, kind="stable")
    ranked = reduced[order]
    taken = int(np.clip((reduced < 0.0).sum(), cover.low, cover.high))
    # one more column in: it replaces the worst one taken where it must, or where that is cheaper
    leaving = ranked[taken - 1] if taken > 0 else 0.0
    freely = 0.0 if taken < cover.high else np.inf
    replaced = leaving if taken > 0 else -np.inf
    into = np.minimum(reduced - replaced, reduced + freely)
    # one taken column out: the next one enters where it must, or where that is cheaper
    entering = ranked[taken] if taken < columns else np.inf
    without = 0.0 if taken > cover.low else np.inf
    out = np.minimum(-reduced + entering, -reduced + without)
    chosen = np.zeros(columns, dtype=bool)
    chosen[order[:taken]] = True
    return chosen & (out > room), ~chosen & (into > room)
