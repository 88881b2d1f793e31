"""The fastest ways of a whole day on a road graph whose speeds change with the hour.

Whoever is on an arc when the hour changes goes on at the new speed, so nobody arrives earlier by
leaving later (DOI 10.1016/S0377-2217(02)00147-9), and Dijkstra's labels stay right when arcs take
as long as they do at the moment they are entered (Dreyfus 1969, DOI 10.1287/opre.17.3.395).

From each place the ways are sought for departures at every hour; between two of them once more,
until the arrivals in the midst lie on the line within half the tolerance, or departures lie a step
apart. Of a pair's samples so many are then left out that the rest stays within the other half:
a part of the samples of a function that does not fall does not fall either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.compiled import inner_kernel, kernel
from optimizer.core.routing import Hourly
from optimizer.travel.heap import pop, push
from optimizer.travel.parallel import in_order

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

STEP_S, TOLERANCE_S = 60.0, 1.0
SAMPLES_MAX = 4096


class RoadGraph(NamedTuple):
    """Arcs by origin: first (v + 1,), target, length_m (e,), speed_m_s (e, b), edge_s (b + 1,).

    covered_m (e, b + 1) : way that the arc's speed covers since edge_s[0]. Before and after the
    bins the speed of the first and last one holds.
    """

    first: Ints
    target: Ints
    length_m: Floats
    speed_m_s: Floats
    edge_s: Floats
    covered_m: Floats


def road_graph(
    origin: Ints, target: Ints, length_m: Floats, speed_m_s: Floats, edge_s: Floats
) -> RoadGraph:
    """Return arcs sorted by origin.

    Parameters
    ----------
    origin, target, length_m
        Arcs, shape (e,); vertices are numbered from 0.
    speed_m_s
        Shape (e, b), > 0.
    edge_s
        Bins, shape (b + 1,), rising.
    """
    order = np.argsort(origin, kind="stable")
    vertices = int(max(origin.max(), target.max())) + 1
    first = np.zeros(vertices + 1, dtype=np.int64)
    np.cumsum(np.bincount(origin, minlength=vertices), out=first[1:])
    speed = np.ascontiguousarray(speed_m_s[order], dtype=np.float64)
    covered = np.zeros((len(order), len(edge_s)))
    np.cumsum(speed * np.diff(edge_s), axis=1, out=covered[:, 1:])
    return RoadGraph(
        first,
        target[order].astype(np.int64),
        length_m[order].astype(np.float64),
        speed,
        np.array(edge_s, dtype=np.float64),
        covered,
    )


def travel_by_hour(
    graph: RoadGraph,
    vertex: Ints,
    *,
    horizon_s: tuple[float, float],
    step_s: float = STEP_S,
    tolerance_s: float = TOLERANCE_S,
    threads: int = 2,
) -> Hourly:
    """Return arrival-time functions between places; length_m is that of the first departure's way.

    Parameters
    ----------
    graph
        Roads.
    vertex
        Where the places are, shape (n,).
    horizon_s
        First and last departure.
    step_s, tolerance_s
        See the head of this file: arrivals differ by less than the tolerance from those of the
        roads where departures did not come down to the step.
    """
    places = np.ascontiguousarray(vertex, dtype=np.int64)
    edges = graph.edge_s[(graph.edge_s > horizon_s[0]) & (graph.edge_s < horizon_s[1])]
    departs = np.concatenate([[horizon_s[0]], edges, [horizon_s[1]]])

    def row(rank: int) -> tuple[Ints, Floats, Floats, Floats]:
        depart, arrive, way = _day(graph, places, rank, departs, (step_s, tolerance_s / 2.0))
        kept, total = _thinned(depart, arrive, rank, tolerance_s / 2.0)
        counts = kept.sum(axis=1)
        where = np.nonzero(kept)
        return counts, depart[where[1]], arrive[where[1], where[0]][: int(total)], way

    rows = list(in_order(threads, row, range(len(places))))
    return Hourly(
        first=np.concatenate([[0], np.cumsum(np.concatenate([item[0] for item in rows]))]),
        depart_s=np.concatenate([item[1] for item in rows]),
        arrive_s=np.concatenate([item[2] for item in rows]),
        length_m=np.rint(np.stack([item[3] for item in rows])).astype(np.int32),
    )


@kernel
def _day(
    graph: RoadGraph, places: Ints, source: int, departs: Floats, fine: tuple[float, float]
) -> tuple[Floats, Floats, Floats]:
    """Return departures (m,), arrivals (m, n), inf = no way, and metres (n,) of the first ways."""
    step_s, tolerance_s = fine
    vertices, arcs, count = len(graph.first) - 1, len(graph.target), len(places)
    label, way = np.full(vertices, np.inf), np.zeros(vertices)
    keys, items = np.zeros(arcs + 2), np.zeros(arcs + 2, dtype=np.int32)
    wanted = np.zeros(vertices, dtype=np.int64)
    for j in range(count):
        wanted[places[j]] = 1
    depart, arrive = np.zeros(SAMPLES_MAX), np.zeros((SAMPLES_MAX, count))
    for m in range(len(departs)):
        depart[m] = departs[m]
        _ways(graph, places, source, departs[m], wanted, (label, way, keys), items)
        for j in range(count):
            arrive[m, j] = label[places[j]]
    metres = np.zeros(count)
    used, looked = len(departs), 0
    order = np.arange(SAMPLES_MAX)
    while looked < used - 1 and used < SAMPLES_MAX:
        low, high = order[looked], order[looked + 1]
        if depart[high] - depart[low] <= step_s + 1e-9:
            looked += 1
            continue
        middle = (depart[low] + depart[high]) / 2.0
        depart[used] = middle
        _ways(graph, places, source, middle, wanted, (label, way, keys), items)
        for j in range(count):
            arrive[used, j] = label[places[j]]
        off = _off_line(arrive, low, high, used)
        for q in range(used, looked + 1, -1):
            order[q] = order[q - 1]
        order[looked + 1] = used
        used += 1
        if off <= tolerance_s:
            looked += 2
    _ways(graph, places, source, departs[0], wanted, (label, way, keys), items)
    for j in range(count):
        metres[j] = way[places[j]]
    return depart[order[:used]], arrive[order[:used]], metres


@inner_kernel
def _off_line(arrive: Floats, low: int, high: int, middle: int) -> float:
    """Return the largest difference of arrivals in the midst from the line between the others."""
    off = 0.0
    for j in range(arrive.shape[1]):
        if arrive[middle, j] < np.inf:
            off = max(off, abs((arrive[low, j] + arrive[high, j]) / 2.0 - arrive[middle, j]))
    return off


@inner_kernel
def _ways(
    graph: RoadGraph,
    places: Ints,
    source: int,
    depart: float,
    wanted: Ints,
    labels: tuple[Floats, Floats, Floats],
    items: NDArray[np.int32],
) -> None:
    """Label vertices with arrivals and metres until every place is reached."""
    label, way, keys = labels
    label[:] = np.inf
    start = places[source]
    label[start], way[start] = depart, 0.0
    bins = len(graph.edge_s) - 1
    size = push(keys, items, 0, depart, start)
    missing = 0
    for j in range(len(places)):
        missing += wanted[places[j]] == 1
        wanted[places[j]] = 2
    while size > 0 and missing > 0:
        moment, here = keys[0], items[0]
        size = pop(keys, items, size)
        if moment > label[here]:
            continue
        if wanted[here] == 2:
            wanted[here] = 1
            missing -= 1
        now = 0
        while now < bins - 1 and graph.edge_s[now + 1] <= moment:
            now += 1
        for arc in range(graph.first[here], graph.first[here + 1]):
            there = graph.target[arc]
            at = _through(graph, arc, moment, now)
            if at < label[there]:
                label[there], way[there] = at, way[here] + graph.length_m[arc]
                size = push(keys, items, size, at, there)
    for j in range(len(places)):
        wanted[places[j]] = 1


@inner_kernel
def _through(graph: RoadGraph, arc: int, moment: float, now: int) -> float:
    """Return when an arc entered at `moment`, in bin `now`, is left."""
    bins = len(graph.edge_s) - 1
    left = graph.length_m[arc]
    while True:
        at = moment + left / graph.speed_m_s[arc, now]
        if now == bins - 1 or at <= graph.edge_s[now + 1]:
            return float(at)
        left -= (graph.edge_s[now + 1] - moment) * graph.speed_m_s[arc, now]
        moment = graph.edge_s[now + 1]
        now += 1


@kernel
def _thinned(
    depart: Floats, arrive: Floats, source: int, tolerance_s: float
) -> tuple[NDArray[np.bool_], int]:
    """Return which samples of each pair are kept, (n, m), and how many in all."""
    samples, count = arrive.shape
    kept = np.zeros((count, samples), dtype=np.bool_)
    total = 0
    for j in range(count):
        if j == source or arrive[0, j] == np.inf:
            continue
        begin = 0
        kept[j, 0] = True
        total += 1
        while begin < samples - 1:
            end = begin + 1
            low, high = -np.inf, np.inf
            for q in range(begin + 1, samples):
                ahead = depart[q] - depart[begin]
                slope = (arrive[q, j] - arrive[begin, j]) / ahead
                if low <= slope <= high:
                    end = q
                low = max(low, slope - tolerance_s / ahead)
                high = min(high, slope + tolerance_s / ahead)
                if low > high:
                    break
            kept[j, end] = True
            total += 1
            begin = end
    return kept, total
