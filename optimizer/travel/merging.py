"""Customers at one street node are one customer: the same costs, summed amounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.frozen import Frozen

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Merged(Frozen):
    """Distinct street nodes of customers.

    node : int32, shape (k,), ascending; -1 first, if any customer has none.
    row : int64, shape (n,), where each customer went. amounts : float64, shape (columns, k).
    """

    node: NDArray[np.int32]
    row: NDArray[np.int64]
    amounts: NDArray[np.float64]


def merge_customers(node: NDArray[np.int32], *amounts: NDArray[np.float64]) -> Merged:
    """Merge n customers by street node; each of `amounts`, shape (n,), is summed up.

    Merging loses nothing where customers at one node may share sites as they like or all choose
    the same one: medians, centres, covering, splittable demand. Customers that must each be served
    whole by one site with a capacity are not the same as their sum.
    """
    shifted = np.asarray(node, dtype=np.int64) + 1
    present = np.bincount(shifted) > 0 if len(shifted) else np.zeros(0, dtype=bool)
    kept = np.flatnonzero(present)
    rank = np.cumsum(present) - 1
    sums = [np.bincount(shifted, weights=amount, minlength=len(present)) for amount in amounts]
    table = np.array([total[kept] for total in sums]).reshape(len(amounts), len(kept))
    return Merged((kept - 1).astype(np.int32), rank[shifted].astype(np.int64), table)
