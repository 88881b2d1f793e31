"""Mapped ways -> a street graph in OSMnx's convention, simplified by OSMnx.

Access and time of every profile are settled on the short segments between mapped nodes, before
simplification adds them up: a street of three ways with three speeds then has its true time. A
closed segment takes infinite time, so a merged street is closed where any part of it is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.kinds import PROFILES
from optimizer.network.access import congestion_factor, directions, node_stops, speed_kph
from optimizer.network.area import M_PER_DEGREE, widened
from optimizer.network.profiles import BLOCKING, RANK, TABLE, base_class, rank_of

if TYPE_CHECKING:
    import networkx as nx

    from optimizer.network.raw import Box, RawWorld, Way
    from optimizer.scenario.city import Congestion

EARTH_RADIUS_M = M_PER_DEGREE * 180 / math.pi
M_PER_S_PER_KPH = 1 / 3.6
CLOSED_S = math.inf


@dataclass(frozen=True, eq=False)
class Dropped:
    """What was left out on the way: beyond the area, or without positions in the source."""

    beyond_m: float
    beyond_nodes: int
    lost_nodes: int
    barriers: int


def build_graph(
    world: RawWorld, box: Box, congestion: Congestion
) -> tuple[nx.MultiDiGraph, Dropped]:
    """Return the simplified graph of all streets of the study area, and what was dropped.

    Edges bear `length` (m), seconds per profile under the profile's name (inf = closed), `highway`,
    `name`, `rank`, `osmid` and, where simplified, `geometry` in degrees.
    """
    import networkx as nx
    import osmnx as ox

    graph = nx.MultiDiGraph(crs="EPSG:4326")
    inside = _inside(world, widened(box))
    for node in sorted(inside):
        lon, lat = world.position[node]
        graph.add_node(node, x=lon, y=lat)
    stops = _stops(world)
    beyond_m = 0.0
    for way in world.ways:
        pace = _paces(way, congestion)
        label = _label(way)
        for tail, head in pairwise(way.nodes):
            if tail == head or tail not in world.position or head not in world.position:
                continue
            length = great_circle_m(world.position[tail], world.position[head])
            if tail in inside and head in inside:
                _add_segment(graph, tail, head, length, pace, stops, label)
            else:
                beyond_m += length
    graph.remove_nodes_from([node for node, degree in graph.degree() if degree == 0])
    dropped = Dropped(
        beyond_m=beyond_m,
        beyond_nodes=len(world.position) - len(inside),
        lost_nodes=world.lost_nodes,
        barriers=sum(node in graph for node in stops),
    )
    if len(graph) == 0:
        return graph, dropped
    simple = ox.simplify_graph(
        graph,
        edge_attrs_differ=["modes"],
        remove_rings=False,  # a hamlet may be a single ring road
        edge_attr_aggs=_aggregates(),
    )
    return simple, dropped


def great_circle_m(start: tuple[float, float], end: tuple[float, float]) -> float:
    """Return the haversine distance between two (lon, lat) in metres."""
    lon_1, lat_1, lon_2, lat_2 = map(math.radians, (*start, *end))
    half = (
        math.sin((lat_2 - lat_1) / 2) ** 2
        + math.cos(lat_1) * math.cos(lat_2) * math.sin((lon_2 - lon_1) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(half)))


def _inside(world: RawWorld, box: Box) -> set[int]:
    west, south, east, north = box
    return {
        node
        for node, (lon, lat) in world.position.items()
        if west <= lon <= east and south <= lat <= north
    }


def _stops(world: RawWorld) -> dict[int, frozenset[str]]:
    """Return node id -> profiles that a barrier on it stops."""
    found = {}
    for node, tags in world.barriers.items():
        if tags["barrier"] not in BLOCKING and len(tags) == 1:
            continue
        stopped = frozenset(key for key in PROFILES if node_stops(tags, TABLE[key]))
        if stopped and node in world.position:
            found[node] = stopped
    return found


def _paces(way: Way, congestion: Congestion) -> tuple[dict[str, float], dict[str, float]]:
    """Return seconds per metre by profile, forward and backward; inf = closed."""
    forward, backward = {}, {}
    for key in PROFILES:
        profile = TABLE[key]
        with_order, against = directions(way.tags, profile)
        factor = congestion_factor(way.tags, profile, congestion) / M_PER_S_PER_KPH
        forward[key] = CLOSED_S
        backward[key] = CLOSED_S
        if with_order:
            forward[key] = factor / speed_kph(way.tags, profile, backward=False)
        if against:
            backward[key] = factor / speed_kph(way.tags, profile, backward=True)
    return forward, backward


def _label(way: Way) -> dict[str, Any]:
    highway = way.tags.get("highway", "")
    name = way.tags.get("name") or way.tags.get("ref") or ""
    return {"osmid": way.id, "highway": highway, "name": name, "rank": rank_of(highway)}


def _add_segment(
    graph: nx.MultiDiGraph,
    tail: int,
    head: int,
    length: float,
    pace: tuple[dict[str, float], dict[str, float]],
    stops: dict[int, frozenset[str]],
    label: dict[str, Any],
) -> None:
    """Add both directions; what no profile uses either way is left out."""
    stopped = stops.get(tail, frozenset()) | stops.get(head, frozenset())
    seconds = [
        {key: CLOSED_S if key in stopped else way[key] * length for key in PROFILES} for way in pace
    ]
    open_to = ["".join(key[0] for key in PROFILES if way[key] < CLOSED_S) for way in seconds]
    if not any(open_to):
        return
    # a street is cut where what may use it changes; the key must not depend on the drawing order
    modes = "|".join(sorted(open_to))
    graph.add_edge(tail, head, length=length, modes=modes, reversed=False, **label, **seconds[0])
    graph.add_edge(head, tail, length=length, modes=modes, reversed=True, **label, **seconds[1])


def _main_class(values: list[str]) -> str:
    order = list(RANK)
    return min(values, key=lambda name: (_place(order, name), name))


def _place(order: list[str], highway: str) -> int:
    name = base_class(highway)
    return order.index(name) if name in order else len(order)


def _first_name(values: list[str]) -> str:
    named = sorted({value for value in values if value})
    return named[0] if named else ""


def _aggregates() -> dict[str, Any]:
    return {
        "length": sum,
        **dict.fromkeys(PROFILES, sum),
        "highway": _main_class,
        "name": _first_name,
        "rank": min,
        "osmid": min,
        "modes": min,
        "reversed": min,
    }


@dataclass(frozen=True, eq=False)
class Edges:
    """Edges of a graph as arrays, shape (m,).

    node, lon, lat : OSM ids, ascending, and degrees, shape (n,). tail, head : indices into `node`.

    time_s : profile -> seconds, inf = closed. highway, name, geometry : object arrays, degrees.
    """

    node: np.ndarray
    lon: np.ndarray
    lat: np.ndarray
    tail: np.ndarray
    head: np.ndarray
    length_m: np.ndarray
    time_s: dict[str, np.ndarray]
    rank: np.ndarray
    highway: np.ndarray
    name: np.ndarray
    geometry: np.ndarray


def edges_of(graph: nx.MultiDiGraph) -> Edges:
    """Return the edges of a graph made by `build_graph`, in a fixed order."""
    import shapely

    node = np.array(sorted(graph.nodes), dtype=np.int64)
    index = {osm: rank for rank, osm in enumerate(node.tolist())}
    rows = sorted(graph.edges(keys=True, data=True), key=lambda row: row[:3])
    data = [row[3] for row in rows]
    lon = np.array([graph.nodes[osm]["x"] for osm in node.tolist()], dtype=float)
    lat = np.array([graph.nodes[osm]["y"] for osm in node.tolist()], dtype=float)
    tail = np.array([index[row[0]] for row in rows], dtype=np.int32)
    head = np.array([index[row[1]] for row in rows], dtype=np.int32)
    ends = np.stack([np.stack([lon[tail], lat[tail]], 1), np.stack([lon[head], lat[head]], 1)], 1)
    geometry = np.asarray(shapely.linestrings(ends), dtype=object).reshape(-1)
    for rank, item in enumerate(data):
        if item.get("geometry") is not None:
            geometry[rank] = item["geometry"]
    return Edges(
        node=node,
        lon=lon,
        lat=lat,
        tail=tail,
        head=head,
        length_m=np.array([item["length"] for item in data], dtype=float),
        time_s={key: np.array([item[key] for item in data], dtype=float) for key in PROFILES},
        rank=np.array([item["rank"] for item in data], dtype=np.int8),
        highway=np.array([item["highway"] for item in data], dtype=object),
        name=np.array([item["name"] for item in data], dtype=object),
        geometry=geometry,
    )
