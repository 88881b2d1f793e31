"""Travel matrices: seconds from some nodes of a street graph to others, by other libraries."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

NEEDS = {
    "scipy": "scipy.sparse.csgraph",
    "networkx": "networkx",
    "igraph": "igraph",
    "pandana": "pandana",
}


def load(peer: str) -> None:
    """Import what takes long, before the clock starts."""
    import_module(NEEDS[peer])


def answer(peer: str, data: dict[str, Any]) -> dict[str, Any]:
    """Return the sum of the matrix, which must be everybody's."""
    matrix = {"scipy": _scipy, "networkx": _networkx, "igraph": _igraph, "pandana": _pandana}
    table = matrix[peer](data)
    return {"objective": float(np.sum(table)), "proof": "none"}


def _scipy(data: dict[str, Any]) -> Any:
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    count = int(data["nodes"])
    graph = csr_array((data["time_s"] * 1.0, (data["tail"], data["head"])), shape=(count, count))
    return dijkstra(graph, indices=data["sources"])[:, data["targets"]]


def _networkx(data: dict[str, Any]) -> Any:
    import networkx as nx

    graph = nx.DiGraph()
    rows = zip(data["tail"].tolist(), data["head"].tolist(), data["time_s"].tolist(), strict=True)
    graph.add_weighted_edges_from(rows)
    targets = data["targets"].tolist()
    return [
        [times[node] for node in targets]
        for times in (
            nx.single_source_dijkstra_path_length(graph, source)
            for source in data["sources"].tolist()
        )
    ]


def _igraph(data: dict[str, Any]) -> Any:
    import igraph

    edges = np.stack([data["tail"], data["head"]], axis=1).tolist()
    graph = igraph.Graph(n=int(data["nodes"]), edges=edges, directed=True)
    return graph.distances(
        data["sources"].tolist(), data["targets"].tolist(), weights=data["time_s"].tolist()
    )


def _pandana(data: dict[str, Any]) -> Any:
    import pandana
    import pandas as pd

    index = np.arange(int(data["nodes"]))
    network = pandana.Network(
        pd.Series(data["x_m"], index=index),
        pd.Series(data["y_m"], index=index),
        pd.Series(data["tail"]),
        pd.Series(data["head"]),
        pd.DataFrame({"time_s": data["time_s"] * 1.0}),
        twoway=False,
    )
    sources = np.repeat(data["sources"], len(data["targets"]))
    targets = np.tile(data["targets"], len(data["sources"]))
    return network.shortest_path_lengths(sources, targets)
