"""The same instances through other people's solvers and through ours, with the same time limit.

Where neither families nor instances are chosen, at most `SAMPLE` instances of each family are
asked: peers take their whole time limit on most of them.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks import cities
from benchmarks.case import Case, Options
from benchmarks.peers.ask import ask, solve
from benchmarks.suites.quality import literature_case
from optimizer.formats import read_table
from optimizer.formats.instance import reader_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from optimizer.core.limits import Limits, Listener
    from optimizer.core.location import LocationProblem

SAMPLE = 3
KINDS = {
    "pmedian": "p_median",
    "pcenter": "p_center",
    "uflp": "fixed_charge",
    "cflp": "capacitated",
    "sscflp": "single_source",
    "cpmp": "capacitated_median",
    "mclp": "max_cover",
    "lscp": "set_cover",
}
EVERY = tuple(KINDS.values())
PEERS = {
    "spopt": ("p_median", "p_center", "max_cover", "set_cover"),
    "spopt-cbc": ("p_median", "max_cover", "set_cover"),
    "pbp-pmedian": ("p_median",),
    "ortools-highs": EVERY,
    "ortools-scip": EVERY,
    "ortools-cpsat": tuple(kind for kind in EVERY if kind not in {"p_center", "capacitated"}),
}
CITIES = {"500x100": (500, 100, 10), "2000x200": (2000, 200, 20)}
ROUTERS = ("scipy", "networkx", "igraph", "pandana")
GRID_SIDE, SOURCES, TARGETS = 224, 100, 20_000


def cases(options: Options) -> Iterator[Case]:
    """Yield ours and every peer's case of each instance."""
    for case in _instances(options):
        kind = KINDS[case.family.partition("_")[0]]
        yield case
        for peer in (peer for peer, kinds in PEERS.items() if kind in kinds):
            yield _asked(case, peer)
    yield from _travel(options)


def _instances(options: Options) -> Iterator[Case]:
    for name, (customers, sites, medians) in CITIES.items():
        yield Case(
            "pmedian_city",
            name,
            build=partial(cities.p_median, customers, sites, medians),
            params=f"p={medians}",
            limits=options.limits(),
        )
    seen: dict[str, int] = {}
    for row in read_table(options.instances):
        chosen = bool(options.families or options.names)
        seen[row.family] = seen.get(row.family, 0) + 1
        if reader_of(row.family) is not None and (chosen or seen[row.family] <= SAMPLE):
            yield literature_case(options.instances, row, options.limits())


def _asked(case: Case, peer: str) -> Case:
    assert case.build is not None  # noqa: S101 - instances are built
    return Case(
        case.family,
        case.instance,
        answer=partial(_answer, peer, case.build),
        params=case.params,
        limits=case.limits,
        best_known=case.best_known,
        status=case.status,
        rounding=case.rounding,
        maximised=case.maximised,
        solver=peer,
    )


def _answer(
    peer: str, build: Callable[[], LocationProblem], limits: Limits, _: Listener
) -> dict[str, Any]:
    return solve(peer, build(), limits)


def _travel(options: Options) -> Iterator[Case]:
    name = f"{GRID_SIDE**2}nodes_{SOURCES}x{TARGETS}"
    for peer in ("faubourg", *ROUTERS):
        answer = _our_matrix if peer == "faubourg" else partial(_matrix, peer)
        yield Case("travel_matrix", name, answer=answer, limits=options.limits(), solver=peer)


def _question() -> dict[str, NDArray[Any]]:
    arcs, places = cities.grid_streets(GRID_SIDE)
    rng = np.random.default_rng(1)
    nodes = rng.permutation(GRID_SIDE**2).astype(np.int32)
    return {
        "nodes": np.array(GRID_SIDE**2),
        "tail": arcs.tail,
        "head": arcs.head,
        "time_s": arcs.time_s,
        "length_m": arcs.length_m,
        "x_m": places[:, 0],
        "y_m": places[:, 1],
        "sources": nodes[:SOURCES],
        "targets": nodes[-TARGETS:],
    }


def _matrix(peer: str, limits: Limits, _: Listener) -> dict[str, Any]:
    """Return a peer's time; it is right when its sum is that of the plain path."""
    question = _question()
    told = ask(peer, question, limits)
    if "error" in told:
        return told
    right = _reference(question)
    return {
        "status": "measured",
        "n": SOURCES,
        "m": TARGETS,
        "objective": None,
        "time_s": told["time_s"],
        "peak_mb": told["peak_mb"],
        "verified": abs(told["objective"] - right) <= 1e-9 * right,
    }


def _our_matrix(_limits: Limits, _: Listener) -> dict[str, Any]:
    """Return our time on one thread, as the others have; the hierarchy is made (or read) before."""
    import time

    from optimizer.core.streets import Arcs
    from optimizer.travel import travel_table
    from optimizer.travel.prepared import hierarchy_of
    from optimizer.travel.weights import quickest

    question = _question()
    arcs = Arcs(*(question[name] for name in ("tail", "head", "time_s", "length_m")))
    count, sources, targets = GRID_SIDE**2, question["sources"], question["targets"]
    begin = time.monotonic()
    hierarchy_of(quickest(arcs, count))
    travel_table(arcs, count, sources, targets, threads=1)  # compiles, where nothing is cached
    prepared = time.monotonic()
    time_s, _ = travel_table(arcs, count, sources, targets, threads=1)
    return {
        "status": "measured",
        "n": SOURCES,
        "m": TARGETS,
        "build_s": prepared - begin,
        "time_s": time.monotonic() - prepared,
        "verified": int(time_s.sum(dtype=np.int64)) == _reference(question),
    }


def _reference(question: dict[str, NDArray[Any]]) -> int:
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    count = int(question["nodes"])
    arcs = (question["tail"], question["head"])
    graph = csr_array((question["time_s"] * 1.0, arcs), shape=(count, count))
    times = dijkstra(graph, indices=question["sources"])[:, question["targets"]]
    return int(times.sum())
