"""Streets from a GraphML file that OSMnx saved; it holds no features."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.kinds import CARGO_BIKE, PROFILES, WALK
from optimizer.core.problem import AuditLine
from optimizer.core.refusal import Fault, Refusal
from optimizer.network.access import congestion_factor, directions, speed_kph
from optimizer.network.area import choose_box, project_crs, widened
from optimizer.network.graph import CLOSED_S, M_PER_S_PER_KPH, Dropped, edges_of
from optimizer.network.network import OTHER_AREA, Network, finish
from optimizer.network.profiles import STREET_KEYS, TABLE, rank_of
from optimizer.network.raw import RawWorld

if TYPE_CHECKING:
    from pathlib import Path

    import networkx as nx

    from optimizer.network.raw import Box
    from optimizer.scenario.city import Congestion, StreetsBlock

SAVE_AGAIN = "save it with osmnx.save_graphml, or give the .osm.pbf file itself"
SAME_LENGTH_M = 0.1


def load_graphml(path: Path, block: StreetsBlock) -> Network:
    """Return the network of a graph that OSMnx saved, simplified or not, projected or not.

    A one-way edge stays one-way for vehicles; people on foot use it both ways, and bikes where a
    contraflow tag says so.

    Raises
    ------
    Refusal
        F206 if the file is not such a graph, F204, F205, F209, F210 as for OSM files.
    """
    place = str(path)
    graph = _read(path)
    if graph.number_of_edges() == 0:
        raise Refusal(Fault(place, "F204", "holds no street", OTHER_AREA))
    position = {node: (data["x"], data["y"]) for node, data in graph.nodes(data=True)}
    world = RawWorld((), position, {}, (), (), (), None, _date(graph))
    box = choose_box(world, block.clip, place)
    crs = project_crs(block.crs, box, place)
    streets, dropped = _timed(graph, box, block.congestion)
    if streets.number_of_edges() == 0:
        raise Refusal(Fault(place, "F204", "holds no street of a known class", OTHER_AREA))
    network = finish(edges_of(streets), world, box, crs, place, dropped)
    detail = "a GraphML file holds streets alone: give sites and demand as files"
    line = AuditLine("network", "features around the streets", 0, "features", detail)
    return network.replace(audit=(*network.audit, line))


def _read(path: Path) -> nx.MultiDiGraph:
    """Return the graph in degrees with the attributes that are needed."""
    import osmnx as ox

    try:
        graph = ox.load_graphml(path)
        if not graph.is_directed():
            raise ValueError("it is not directed")  # noqa: TRY301 - one way out
        graph = ox.project_graph(graph, to_latlong=True)
        for _, data in graph.nodes(data=True):
            if not (math.isfinite(data["x"]) and math.isfinite(data["y"])):
                raise ValueError("a node has no position")  # noqa: TRY301
        for _, _, data in graph.edges(data=True):
            if not data["length"] >= 0:
                raise ValueError("an edge has no length")  # noqa: TRY301
    except Refusal:
        raise
    except Exception as error:  # XML, networkx and OSMnx name damage in many ways
        reason = (str(error).splitlines() or [""])[0][:160]
        cause = f"is not a street graph saved by OSMnx: {type(error).__name__} {reason}".strip()
        raise Refusal(Fault(str(path), "F206", cause, SAVE_AGAIN)) from error
    return graph


def _date(graph: nx.MultiDiGraph) -> str:
    return str(graph.graph.get("created_date", ""))


def _timed(
    graph: nx.MultiDiGraph, box: Box, congestion: Congestion
) -> tuple[nx.MultiDiGraph, Dropped]:
    """Return the graph within the area with seconds per profile on every edge."""
    import networkx as nx

    west, south, east, north = widened(box)
    inside = {
        node
        for node, data in graph.nodes(data=True)
        if west <= data["x"] <= east and south <= data["y"] <= north
    }
    timed = nx.MultiDiGraph(crs="EPSG:4326")
    for node in sorted(inside):
        timed.add_node(node, x=float(graph.nodes[node]["x"]), y=float(graph.nodes[node]["y"]))
    beyond_m = 0.0
    for tail, head, data in sorted(graph.edges(data=True), key=lambda row: row[:2]):
        length = float(data["length"])
        if tail not in inside or head not in inside:
            beyond_m += length
            continue
        for start, end, item in _directed(graph, tail, head, data, congestion):
            timed.add_edge(start, end, **item)
    timed.remove_nodes_from([node for node, degree in timed.degree() if degree == 0])
    return timed, Dropped(beyond_m, len(graph) - len(inside), 0, 0)


def _directed(
    graph: nx.MultiDiGraph, tail: int, head: int, data: dict[str, Any], congestion: Congestion
) -> list[tuple[int, int, dict[str, Any]]]:
    """Return an edge with its times and, where it has no twin, the way back on foot or by bike."""
    variants = tag_variants(data)
    length = float(data["length"])
    label: dict[str, Any] = {
        "length": length,
        "highway": variants[0].get("highway", ""),
        "name": variants[0].get("name", variants[0].get("ref", "")),
        "rank": min(rank_of(tags.get("highway", "")) for tags in variants),
        "geometry": data.get("geometry"),
    }
    onward = {key: _seconds(variants, key, length, congestion) for key in PROFILES}
    found = [(tail, head, {**label, **onward})] if _any_open(onward) else []
    if _has_twin(graph, tail, head, length):
        return found
    back = dict.fromkeys(PROFILES, CLOSED_S)
    back[WALK] = onward[WALK]
    if all(directions({**tags, "oneway": "yes"}, TABLE[CARGO_BIKE])[1] for tags in variants):
        back[CARGO_BIKE] = onward[CARGO_BIKE]
    if _any_open(back):
        shape = label["geometry"]
        turned = {**label, "geometry": None if shape is None else shape.reverse(), **back}
        found.append((head, tail, turned))
    return found


def _has_twin(graph: nx.MultiDiGraph, tail: int, head: int, length: float) -> bool:
    """Tell whether the same street also runs the other way (a parallel one does not count)."""
    back = graph.get_edge_data(head, tail) or {}
    return any(abs(float(item["length"]) - length) < SAME_LENGTH_M for item in back.values())


def _any_open(seconds: dict[str, float]) -> bool:
    return any(value < CLOSED_S for value in seconds.values())


def tag_variants(data: dict[str, Any]) -> list[dict[str, str]]:
    """Return the tags of an edge, one mapping per way where simplification merged several.

    Direction is left out: the graph's edges already have it.
    """
    keys = [key for key in STREET_KEYS if key in data and key not in {"oneway", "junction"}]
    values = {key: data[key] if isinstance(data[key], list) else [data[key]] for key in keys}
    count = max((len(items) for items in values.values()), default=1)
    return [
        {key: str(sorted(map(str, items))[rank % len(items)]) for key, items in values.items()}
        for rank in range(count)
    ]


def _seconds(
    variants: list[dict[str, str]], key: str, length: float, congestion: Congestion
) -> float:
    """Return the mean time over the merged ways; closed where any of them is."""
    profile = TABLE[key]
    paces = []
    for tags in variants:
        free = {name: value for name, value in tags.items() if name != "oneway:bicycle"}
        if tags.get("highway") == "motorway":  # one-way by nature, and the edge goes along it
            free["oneway"] = "no"
        if not directions(free, profile)[0]:
            return CLOSED_S
        factor = congestion_factor(tags, profile, congestion) / M_PER_S_PER_KPH
        paces.append(factor / speed_kph(tags, profile, backward=False))
    return float(np.mean(paces)) * length
