"""Where goods enter: stated places, or main roads that cross the edge of the area."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.kinds import LORRY, VAN
from optimizer.core.problem import AuditLine
from optimizer.core.refusal import Fault, Refusal
from optimizer.core.world import Gateways
from optimizer.network.profiles import base_class
from optimizer.network.snap import nodes_of, snap

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely import Polygon

    from optimizer.network.network import Network
    from optimizer.scenario.city import GatewayBlock, GatewaysBlock

SNAP_MAX_M = 500.0
"""A stated gateway must lie this near to a street that vans can use."""

SAME_PLACE_M = 60.0
"""Lorries and vans may enter at different nodes this near to each other (split carriageways)."""

CLASS_WEIGHT = {
    "motorway": 1.0,
    "trunk": 1.0,
    "primary": 0.8,
    "secondary": 0.6,
    "tertiary": 0.4,
}
"""How much a gateway on a road of this class is worth against its distance to the others:
assumption, so that a motorway wins over a tertiary road unless that lies 2.5 times farther off."""

SMALL_WEIGHT = 0.2
NO_LORRY_SHARE = 0.5
EDGE_SHARE = 0.04
EDGE_MIN_M = 120.0
APART_SHARE = 0.08
"""Edge zone and smallest distance between gateways, as shares of the root of the area."""

WINDS = ("east", "north-east", "north", "north-west", "west", "south-west", "south", "south-east")


def find_gateways(network: Network, block: GatewaysBlock) -> tuple[Gateways, tuple[AuditLine, ...]]:
    """Return the stated gateways, or at most `at_most` found on the edge of the area.

    Raises
    ------
    Refusal
        F211 if a stated gateway is too far from a street, F212 if two have the same id.
    """
    return _stated(network, block) if block.at else _found(network, block)


def _stated(network: Network, block: GatewaysBlock) -> tuple[Gateways, tuple[AuditLine, ...]]:
    from pyproj import Transformer

    streets = network.streets
    transformer = Transformer.from_crs("EPSG:4326", streets.crs, always_xy=True)
    lon = np.array([item.lon for item in block.at])
    lat = np.array([item.lat for item in block.at])
    x_m, y_m = transformer.transform(lon, lat)
    van, far_m = snap(streets, VAN, x_m, y_m, SNAP_MAX_M)
    lorry, _ = snap(streets, LORRY, x_m, y_m, SNAP_MAX_M)
    faults = [*_far_faults(block, van), *_double_faults(block.at)]
    if faults:
        raise Refusal(*faults)
    gateways = Gateways(
        id=tuple(item.id for item in block.at),
        name=tuple(item.name for item in block.at),
        lon=lon,
        lat=lat,
        node={LORRY: lorry, VAN: van},
        line_haul_s=np.array([round(item.line_haul_min * 60) for item in block.at], np.int32),
        line_haul_m=np.array([round(item.line_haul_km * 1000) for item in block.at], np.int32),
    )
    detail = f"stated in the scenario; the farthest lies {far_m.max():.0f} m from its street node"
    return gateways, (_line(gateways, detail),)


def _far_faults(block: GatewaysBlock, van: NDArray[np.int32]) -> list[Fault]:
    action = "put it on a street at the edge of the area; its line haul tells the way beyond"
    cause = f"is more than {SNAP_MAX_M:.0f} m from every street that vans can use"
    return [
        Fault(f"gateways.at[{rank}] {block.at[rank].id}", "F211", cause, action)
        for rank in np.flatnonzero(van < 0)
    ]


def _double_faults(at: tuple[GatewayBlock, ...]) -> list[Fault]:
    ids = [item.id for item in at]
    return [
        Fault(f"gateways.at[{rank}]", "F212", f"id {name!r} is given twice", "give it another id")
        for rank, name in enumerate(ids)
        if name in ids[:rank]
    ]


def _found(network: Network, block: GatewaysBlock) -> tuple[Gateways, tuple[AuditLine, ...]]:
    streets = network.streets
    node, weight, how = _candidates(network)
    chosen = _spread(
        np.column_stack([streets.x_m[node], streets.y_m[node]]),
        weight,
        block.at_most,
        APART_SHARE * math.sqrt(network.boundary.area),
    )
    node = node[chosen]
    lorry, _ = snap(streets, LORRY, streets.x_m[node], streets.y_m[node], SAME_PLACE_M)
    count = len(node)
    gateways = Gateways(
        id=tuple(f"gate-{rank + 1}" for rank in range(count)),
        name=tuple(_name(network, int(item)) for item in node),
        lon=streets.lon[node],
        lat=streets.lat[node],
        node={LORRY: lorry, VAN: node.astype(np.int32)},
        line_haul_s=np.full(count, round(block.line_haul_min * 60), dtype=np.int32),
        line_haul_m=np.full(count, round(block.line_haul_km * 1000), dtype=np.int32),
    )
    return gateways, (_line(gateways, how),)


def _line(gateways: Gateways, detail: str) -> AuditLine:
    closed = int((gateways.node[LORRY] < 0).sum())
    if closed:
        detail += f"; lorries cannot enter at {closed} of them"
    return AuditLine("network", "gateways", gateways.count, "places", detail)


def _candidates(
    network: Network,
) -> tuple[NDArray[np.int64], NDArray[np.float64], str]:
    """Return van nodes where goods could enter, their weights, and how they were found.

    Main roads at the edge come first; without any, every street at the edge; where nothing
    reaches the edge (an island, mountains), the outer nodes of the street network.
    """
    weight = _node_weights(network)
    van = nodes_of(network.streets, VAN).astype(np.int64)
    main = van[weight[van] >= CLASS_WEIGHT["tertiary"] * NO_LORRY_SHARE]
    hull = _outer_polygon(network, van)
    tries = (
        (main, network.boundary, "where main roads cross the edge of the area"),
        (main, hull, "main roads end inside the area: taken where they leave the built-up part"),
        (van, network.boundary, "no main road is near the edge: taken where streets cross it"),
        (van, hull, "no street is near the edge: taken at the outer ends of the streets"),
    )
    for nodes, edge, how in tries:
        near = nodes[_at_edge(network, nodes, edge)] if edge is not None else nodes[:0]
        if len(near):
            return near, weight[near], how
    return van[:1], weight[van[:1]], "the streets have no edge: one node was taken"


def _node_weights(network: Network) -> NDArray[np.float64]:
    """Return for each street node the weight of the best van street that meets it."""
    lines = network.street_lines
    weight = np.zeros(network.streets.node_count)
    values = np.array(
        [CLASS_WEIGHT.get(base_class(name), SMALL_WEIGHT) for name in lines["highway"]]
    )
    for end in ("tail", "head"):
        node = lines[end].to_numpy()
        use = (node >= 0) & lines[VAN].to_numpy()
        np.maximum.at(weight, node[use], values[use])
    lorry = np.zeros(len(weight), dtype=bool)
    lorry[nodes_of(network.streets, LORRY)] = True
    return np.where(lorry, weight, weight * NO_LORRY_SHARE)


def _outer_polygon(network: Network, nodes: NDArray[np.int64]) -> Polygon | None:
    import shapely

    streets = network.streets
    hull = shapely.convex_hull(
        shapely.multipoints(np.column_stack([streets.x_m[nodes], streets.y_m[nodes]]))
    )
    return hull if hull.geom_type == "Polygon" and hull.area > 0 else None


def _at_edge(network: Network, nodes: NDArray[np.int64], edge: Polygon) -> NDArray[np.bool_]:
    """Tell which nodes lie beyond the edge or within a narrow zone inside it."""
    import shapely

    streets = network.streets
    points = shapely.points(streets.x_m[nodes], streets.y_m[nodes])
    zone_m = max(EDGE_MIN_M, EDGE_SHARE * math.sqrt(edge.area))
    near = shapely.distance(points, edge.exterior) <= zone_m
    mask: NDArray[np.bool_] = near | ~shapely.contains_xy(edge, shapely.get_coordinates(points))
    return mask


def _spread(
    points: NDArray[np.float64], weight: NDArray[np.float64], at_most: int, apart_m: float
) -> NDArray[np.int64]:
    """Return indices of a well-spread choice, the heaviest first (farthest-point rule).

    Each step takes the largest weight times distance to what is chosen; ties go to the lower index.
    """
    chosen = [int(np.argmax(weight))]
    distance = np.hypot(*(points - points[chosen[0]]).T)
    while len(chosen) < min(at_most, len(points)):
        score = np.where(distance >= apart_m, distance * weight, -1.0)
        best = int(np.argmax(score))
        if score[best] <= 0:
            break
        chosen.append(best)
        distance = np.minimum(distance, np.hypot(*(points - points[best]).T))
    return np.array(chosen, dtype=np.int64)


def _name(network: Network, node: int) -> str:
    """Return the main street's name and the wind: "Route de Lyon (north-west)"."""
    lines = network.street_lines
    rows = np.flatnonzero((lines["tail"].to_numpy() == node) | (lines["head"].to_numpy() == node))
    names = [
        (int(lines["rank"].iloc[row]), str(lines["name"].iloc[row]))
        for row in rows
        if lines["name"].iloc[row]
    ]
    middle = network.boundary.centroid
    angle = math.atan2(network.streets.y_m[node] - middle.y, network.streets.x_m[node] - middle.x)
    wind = WINDS[round(angle / (math.pi / 4)) % 8]
    return f"{min(names)[1]} ({wind})" if names else f"edge in the {wind}"
