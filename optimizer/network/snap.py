"""Nearest street nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import KDTree

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from optimizer.core.streets import Streets


def nodes_of(streets: Streets, profile: str) -> NDArray[np.int32]:
    """Return the nodes that have arcs of `profile`, ascending; shape (k,)."""
    return np.unique(streets.arcs[profile].tail).astype(np.int32)


def snap(
    streets: Streets, profile: str, x_m: ArrayLike, y_m: ArrayLike, max_m: float
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Return the nearest node of `profile` for each position, and how far it is.

    Parameters
    ----------
    x_m, y_m : shape (n,), metres in the CRS of `streets`.
    max_m : nodes farther than this do not count.

    Returns
    -------
    node : int32, shape (n,); -1 where there is none within `max_m`.
    distance_m : float64, shape (n,); inf where node is -1.
    """
    x = np.atleast_1d(np.asarray(x_m, dtype=float))
    y = np.atleast_1d(np.asarray(y_m, dtype=float))
    node = np.full(len(x), -1, dtype=np.int32)
    distance = np.full(len(x), np.inf)
    candidates = nodes_of(streets, profile)
    known = np.isfinite(x) & np.isfinite(y)
    if len(candidates) == 0 or not known.any():
        return node, distance
    tree = KDTree(np.column_stack([streets.x_m[candidates], streets.y_m[candidates]]))
    far, nearest = tree.query(np.column_stack([x[known], y[known]]))
    within = far <= max_m
    node[known] = np.where(within, candidates[nearest], -1)
    distance[known] = np.where(within, far, np.inf)
    return node, distance
