"""Distances of instances given by coordinates, rounded exactly as their authors rounded them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.costs import CostLists

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Rows = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]

EARTH_RADIUS_M = 6378100.0
"""As in the source code of Maximo, Nascimento & Carvalho 2017 (Computers & OR 78)."""

BLOCK = 256  # rows at a time, so that no temporary table is as large as the answer


def euclidean(ends: NDArray[np.float64], nodes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return straight distances, shape (len(ends), len(nodes)), from x, y of each."""
    return np.sqrt(_squares(ends, nodes))


def truncated(ends: NDArray[np.float64], nodes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return straight distances without their decimals."""
    return np.floor(euclidean(ends, nodes))


def great_circle(ends: NDArray[np.float64], nodes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return metres by the spherical law of cosines, from latitude, longitude in degrees."""
    a, b = np.radians(ends), np.radians(nodes)
    cosine = np.sin(a[:, :1]) * np.sin(b[:, 0]) + np.cos(a[:, :1]) * np.cos(b[:, 0]) * np.cos(
        a[:, 1:] - b[:, 1]
    )
    metres = EARTH_RADIUS_M * np.arccos(np.clip(cosine, -1.0, 1.0))
    # near 1 the arc cosine turns rounding into metres: the same place is no distance away
    same = (ends[:, :1] == nodes[:, 0]) & (ends[:, 1:] == nodes[:, 1])
    return np.where(same, 0.0, metres)


def table(nodes: NDArray[np.float64], distance: Rows) -> NDArray[np.float64]:
    """Return the distances between all nodes, shape (n, n)."""
    count = len(nodes)
    answer = np.empty((count, count))
    for first in range(0, count, BLOCK):
        answer[first : first + BLOCK] = distance(nodes[first : first + BLOCK], nodes)
    return answer


def within(nodes: NDArray[np.float64], distance: Rows, radius: float) -> CostLists:
    """Return the nodes within a radius of each node, nearest first; all others are not allowed."""
    count = len(nodes)
    starts = [np.zeros(1, dtype=np.int64)]
    sites, costs = [], []
    for first in range(0, count, BLOCK):
        row_distance = distance(nodes[first : first + BLOCK], nodes)
        row, node = np.nonzero(row_distance <= radius)
        cost = row_distance[row, node]
        order = np.lexsort((node, cost, row))
        sites.append(node[order].astype(np.int32))
        costs.append(cost[order])
        starts.append(np.bincount(row, minlength=len(row_distance)))
    start = np.cumsum(np.concatenate(starts)).astype(np.int64)
    beyond = np.full(count, np.inf)
    return CostLists(start, np.concatenate(sites), np.concatenate(costs), beyond, count)


def _squares(ends: NDArray[np.float64], nodes: NDArray[np.float64]) -> NDArray[np.float64]:
    across = ends[:, :1] - nodes[:, 0]
    along = ends[:, 1:] - nodes[:, 1]
    squares: NDArray[np.float64] = across * across + along * along
    return squares
