"""Times of many sources to many targets on the streets of an OSM file, against scipy, in one run.

Usage: python -m benchmarks.travel FILE.osm.pbf [--sources 1000] [--targets 20000]

The hierarchy is prepared before the clock; its own time is printed. Both work on one thread, and
every time of ours is compared with scipy's.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from optimizer.network import load_network
from optimizer.scenario.city import StreetsBlock
from optimizer.travel import travel_table
from optimizer.travel.prepared import hierarchy_of
from optimizer.travel.weights import quickest

if TYPE_CHECKING:
    from numpy.typing import NDArray

REPEATS = 3
PROFILE = "van"


def main() -> None:
    """Measure, compare and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("streets", type=Path)
    parser.add_argument("--sources", type=int, default=1000)
    parser.add_argument("--targets", type=int, default=20000)
    asked = parser.parse_args()
    block = StreetsBlock(osm=asked.streets.name)
    streets = load_network(block, asked.streets.resolve().parent).streets
    arcs, count = streets.arcs[PROFILE], streets.node_count
    chosen = np.random.default_rng(1).permutation(count).astype(np.int32)
    sources, targets = chosen[: asked.sources], chosen[-asked.targets :]
    begin = time.perf_counter()
    hierarchy_of(quickest(arcs, count))
    print(f"{count} nodes, {arcs.count} arcs; hierarchy ready {time.perf_counter() - begin:.1f} s")
    travel_table(arcs, count, sources[:32], targets, threads=1)  # kernels compiled
    graph = _seconds(arcs.tail, arcs.head, arcs.time_s, count)
    ratios = []
    for _ in range(REPEATS):
        begin = time.perf_counter()
        ours = travel_table(arcs, count, sources, targets, threads=1)[0]
        between = time.perf_counter()
        theirs = dijkstra(graph, indices=sources)[:, targets]
        done = time.perf_counter()
        same = np.array_equal(ours, np.where(np.isfinite(theirs), theirs, -1).astype(np.int32))
        ratios.append((done - between) / (between - begin))
        words = f"ours {between - begin:.2f} s, scipy {done - between:.2f} s"
        print(f"{words}, {ratios[-1]:.1f} times as fast, {'equal' if same else 'NOT EQUAL'}")
    print(f"median of {REPEATS}: {float(np.median(ratios)):.1f} times as fast")


def _seconds(
    tail: NDArray[np.int32], head: NDArray[np.int32], time_s: NDArray[np.int32], count: int
) -> csr_array:
    """Return the graph with the quickest of parallel arcs."""
    order = np.lexsort((time_s, head, tail))
    tail, head, time_s = tail[order], head[order], time_s[order]
    first = np.ones(len(tail), dtype=bool)
    first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    shape = (count, count)
    return csr_array((time_s[first].astype(float), (tail[first], head[first])), shape=shape)


if __name__ == "__main__":
    main()
