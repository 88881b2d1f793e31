"""Fixed work as ratios to twins in scipy and numpy, on one thread, in processor seconds.

The same data and the same amount of work for both: a travel matrix and lists of nearest sites
against scipy's Dijkstra; greedy opening and interchange of a p-median, and evaluations of its
Lagrangian, against numpy. `checked` says that the two agree.
"""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from benchmarks import cities
from benchmarks.case import Case, Options, Work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from optimizer.core.streets import Arcs

    Floats = NDArray[np.float64]

SIDE, SOURCES, TARGETS = 130, 128, 4000
SITES, NEAREST = 400, 32
CUSTOMERS, CANDIDATES, MEDIANS = 1500, 150, 15
EVALUATIONS = 200


def cases(options: Options) -> Iterator[Case]:
    """Yield the four kinds of work."""
    works = {
        "travel_matrix": (travel_matrix, f"{SIDE**2} nodes, {SOURCES} x {TARGETS}"),
        "nearest_lists": (nearest_lists, f"{SIDE**2} nodes, {SITES} sites, {NEAREST} nearest"),
        "swap": (swap, f"{CUSTOMERS} x {CANDIDATES}, p={MEDIANS}"),
        "lagrangian": (lagrangian, f"{CUSTOMERS} x {CANDIDATES}, {EVALUATIONS} evaluations"),
    }
    for name, (prepare, words) in works.items():
        yield Case("speed", name, prepare=prepare, params=words, limits=options.limits(threads=1))


def both(ours: Callable[[], object], twin: Callable[[], object], *, checked: bool) -> Work:
    """Return processor seconds of both."""
    begin = time.process_time()
    ours()
    between = time.process_time()
    twin()
    done = time.process_time()
    return {"ours_s": between - begin, "twin_s": done - between, "checked": float(checked)}


def travel_matrix() -> Callable[[], Work]:
    """Find the seconds between all sources and targets, the hierarchy prepared."""
    from scipy.sparse.csgraph import dijkstra

    from optimizer.travel import travel_table
    from optimizer.travel.prepared import hierarchy_of
    from optimizer.travel.weights import quickest

    arcs, count = cities.grid_streets(SIDE)[0], SIDE**2
    hierarchy_of(quickest(arcs, count))
    nodes = np.random.default_rng(1).permutation(count).astype(np.int32)
    sources, targets = nodes[:SOURCES], nodes[-TARGETS:]
    graph = _seconds(arcs, count)

    def ours() -> NDArray[np.int32]:
        return travel_table(arcs, count, sources, targets, threads=1)[0]

    def twin() -> Floats:
        return np.asarray(dijkstra(graph, indices=sources)[:, targets])

    return partial(both, ours, twin, checked=bool(np.array_equal(ours(), twin())))


def nearest_lists() -> Callable[[], Work]:
    """List the nearest sites of every street node."""
    from scipy.sparse.csgraph import dijkstra

    from optimizer.travel import StreetCosts
    from optimizer.travel.prepared import hierarchy_of

    arcs, count = cities.grid_streets(SIDE)[0], SIDE**2
    sites = np.random.default_rng(2).permutation(count)[:SITES].astype(np.int32)
    every = np.arange(count, dtype=np.int32)
    costs = StreetCosts(arcs, count, every, sites, threads=1)
    hierarchy_of(costs.graph)
    graph = _seconds(arcs, count)

    def ours() -> Floats:
        return costs.lists(NEAREST).cost.reshape(count, NEAREST)

    def twin() -> Floats:
        table = dijkstra(graph, indices=sites).T
        near = np.argpartition(table, NEAREST, axis=1)[:, :NEAREST]
        return np.sort(np.take_along_axis(table, near, axis=1), axis=1)

    return partial(both, ours, twin, checked=bool(np.array_equal(ours(), twin())))


def swap() -> Callable[[], Work]:
    """Open greedily, then interchange until no exchange of two sites is better."""
    from optimizer.location.uncapacitated import swap as search
    from optimizer.location.uncapacitated.data import uncapacitated

    problem = cities.p_median(CUSTOMERS, CANDIDATES, MEDIANS)
    table = problem.costs.columns(np.arange(CANDIDATES, dtype=np.int32)) * problem.weight[:, None]
    data = uncapacitated(problem)
    pairs = search.pairs_of(data)

    def ours() -> NDArray[np.int32]:
        state = search.begin(data, pairs)
        search.construct(pairs, state, CANDIDATES)
        search.descend(pairs, state, 10_000)
        return search.open_sites(state)

    def twin() -> NDArray[np.intp]:
        return interchange(table, greedy(table, MEDIANS))

    chosen = np.asarray(ours(), dtype=np.intp)
    settled = bool(np.array_equal(interchange(table, chosen), chosen))
    return partial(both, ours, twin, checked=settled and len(chosen) == MEDIANS)


def greedy(table: Floats, medians: int) -> NDArray[np.intp]:
    """Return sites opened one by one, each where it saves most."""
    near = np.full(len(table), table.max())
    chosen: list[int] = []
    for _ in range(medians):
        cost = np.minimum(table, near[:, None]).sum(axis=0)
        cost[chosen] = np.inf
        chosen.append(int(cost.argmin()))
        near = np.minimum(near, table[:, chosen[-1]])
    return np.sort(chosen)


def interchange(table: Floats, chosen: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return what the best exchanges of two sites lead to."""
    while True:
        value = table[:, chosen].min(axis=1).sum() * (1.0 - 1e-9)
        best: tuple[float, int, int] = (value, -1, -1)
        for rank in range(len(chosen)):
            near = table[:, np.delete(chosen, rank)].min(axis=1)
            cost = np.minimum(table, near[:, None]).sum(axis=0)
            if cost.min() < best[0]:
                best = (float(cost.min()), rank, int(cost.argmin()))
        if best[1] < 0:
            return chosen
        chosen = np.sort(np.append(np.delete(chosen, best[1]), best[2]))


def lagrangian() -> Callable[[], Work]:
    """Evaluate the Lagrangian bound on lists, along an ascent (ours) or in place (twin)."""
    from optimizer.location.uncapacitated import lagrangian as relaxation
    from optimizer.location.uncapacitated.data import uncapacitated

    problem = cities.p_median(CUSTOMERS, CANDIDATES, MEDIANS)
    table = problem.costs.columns(np.arange(CANDIDATES, dtype=np.int32)) * problem.weight[:, None]
    data = uncapacitated(problem, NEAREST)
    upper = float(table[:, greedy(table, MEDIANS)].min(axis=1).sum())
    relaxed = relaxation.relaxed_of(data, upper)
    begin = np.clip(np.quantile(table, MEDIANS / CANDIDATES, axis=1), relaxed.floor, relaxed.cap)
    cost = np.array(data.cost).reshape(CUSTOMERS, NEAREST)
    site = np.array(data.site).reshape(CUSTOMERS, NEAREST)

    def ours() -> relaxation.Ascent:
        ascent = relaxation.ascent_from(data, begin)
        relaxation.climb(relaxed, ascent, upper, EVALUATIONS)
        return ascent

    def evaluate(level: Floats) -> float:
        saved = np.maximum(level[:, None] - cost, 0.0)
        rho = -np.bincount(site.ravel(), weights=saved.ravel(), minlength=CANDIDATES)
        chosen = np.argpartition(rho, MEDIANS)[:MEDIANS]
        opened = np.zeros(CANDIDATES)
        opened[chosen] = 1.0
        slope = 1.0 - (opened[site] * (saved > 0.0)).sum(axis=1)
        return float(level.sum() + rho[chosen].sum() + 0.0 * slope[0])

    def twin() -> None:
        for _ in range(EVALUATIONS):
            evaluate(begin)

    ascent = ours()
    found = evaluate(np.array(ascent.best))
    told = float(ascent.control[relaxation.BOUND])
    return partial(both, ours, twin, checked=abs(found - told) <= 1e-9 * abs(told))


def _seconds(arcs: Arcs, count: int) -> csr_array:
    from scipy.sparse import csr_array

    return csr_array((arcs.time_s * 1.0, (arcs.tail, arcs.head)), shape=(count, count))
