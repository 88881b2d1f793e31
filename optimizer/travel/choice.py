"""Whether to prepare a hierarchy or to search plainly: whichever is quicker over all sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.travel import prepared
from optimizer.travel.rows import HierarchyRows, PlainRows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.travel.hierarchy import Hierarchy
    from optimizer.travel.rows import Rows
    from optimizer.travel.weights import Graph

# on one core, per street node: 40 us to prepare, 0.2 us for one plain search
SEARCHES_TO_PREPARE = 300
SEARCHES_TO_LOAD = 16
PROBES = 8
MOST_ARCS = 12  # per node; contracting anything denser takes longer than searching it


def rows_of(
    graph: Graph,
    sources: NDArray[np.int32],
    targets: NDArray[np.int32],
    *,
    ways: tuple[bool, ...],
    cutoff: int | None,
    memory_gb: float,
) -> list[Rows]:
    """Return rows for each way (True = reversed), all by the same means.

    The answer does not depend on the means. A hierarchy that stands ready is taken; otherwise the
    plain searches are counted, those within a cut-off by how far a few of them reach.
    """
    plain = [
        PlainRows(graph, targets, cutoff=cutoff, reverse=way, memory_gb=memory_gb) for way in ways
    ]
    nodes = np.unique(sources[sources >= 0])
    hierarchy = choose(graph, nodes, plain[0], len(ways))
    if hierarchy is None:
        return list(plain)
    return [HierarchyRows(hierarchy, targets, cutoff=cutoff, reverse=way) for way in ways]


def choose(
    graph: Graph, nodes: NDArray[np.int32], plain: PlainRows, ways: int = 1
) -> Hierarchy | None:
    """Return a hierarchy where that is quicker than plain searches from some nodes, else None."""
    searches = float(len(nodes) * ways)
    if searches < SEARCHES_TO_LOAD:
        return None
    ready = prepared.ready(graph)
    if ready is not None:
        return ready
    if searches < SEARCHES_TO_PREPARE or len(graph.tail) > MOST_ARCS * graph.node_count:
        return None
    if np.isfinite(plain.limit):
        probes = nodes[np.linspace(0, len(nodes) - 1, PROBES).astype(np.int64)]
        searches *= plain.reached(probes) / max(graph.node_count, 1)
    return prepared.hierarchy_of(graph) if searches >= SEARCHES_TO_PREPARE else None
