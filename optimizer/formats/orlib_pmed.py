"""OR-Library pmed: a graph, whose shortest paths are the costs of p-median and p-center.

Line 1: nodes n, edges m, p. Then m lines `i j c`: an undirected edge of length c, nodes from 1; of
a pair that stands twice the last line counts. Every node is a client of weight 1 and a site.
J. E. Beasley, "A note on solving large p-median problems", EJOR 21 (1985),
doi:10.1016/0377-2217(85)90040-2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from optimizer.formats.build import problem
from optimizer.formats.text import numbers

if TYPE_CHECKING:
    from pathlib import Path

    from optimizer.core.location import LocationProblem


def read_pmed(path: Path, kind: str) -> LocationProblem:
    """Read a graph as a problem of `kind` "p_median" or "p_center"; pairs without a path cost inf.

    Raises
    ------
    Refusal
        F811, F812.
    """
    given = numbers(path)
    nodes, edges, open_count = given.counts(3, "nodes, edges, p")
    rows = given.table(edges, 3, "edges: node, node, length")
    given.end()
    for edge in np.flatnonzero(
        (rows[:, :2] < 1).any(axis=1)
        | (rows[:, :2] > nodes).any(axis=1)
        | (rows[:, :2] % 1 != 0).any(axis=1)
        | (rows[:, 2] < 0)
    ):
        cause = f"edge {edge + 1} leads to no node of 1..{nodes}, or has a negative length"
        given.refuse(3 + 3 * int(edge), cause)
    ends = np.sort(rows[:, :2].astype(np.int64) - 1, axis=1)
    pair = ends[:, 0] * nodes + ends[:, 1]
    _, last = np.unique(pair[::-1], return_index=True)
    kept = edges - 1 - last
    one, other, length = ends[kept, 0], ends[kept, 1], rows[kept, 2]
    graph = csr_array(
        (np.tile(length, 2), (np.concatenate([one, other]), np.concatenate([other, one]))),
        shape=(nodes, nodes),
    )
    return problem(kind, dijkstra(graph), at_most=open_count)
