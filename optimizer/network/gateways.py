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
    import geopandas as gpd
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
CUT_OFF_SHARE = 0.5
"""Where lorries cannot enter, and where a main road merely ends short of the edge, a gateway is
worth half: assumptions."""

EDGE_SHARE = 0.04
EDGE_MIN_M = 120.0
OUTER_SHARE = 0.2
APART_SHARE = 0.08
"""Edge zone, outer part and smallest distance between gateways, as shares of the area's root."""

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
    reaches the edge (an island, mountains), the outer streets of the network.
    """
    van = network.street_lines[network.street_lines[VAN]]
    value = np.array([CLASS_WEIGHT.get(base_class(name), SMALL_WEIGHT) for name in van["highway"]])
    main = value > SMALL_WEIGHT
    edge = _edge(network)
    if edge is not None:
        at_edge = _at_edge(van, edge)
        value = np.where(at_edge, value, value * CUT_OFF_SHARE)
        tries = (
            (main & (at_edge | _cut_off(van, edge)), "where main roads leave the area"),
            (at_edge, "no main road reaches the edge: taken where other streets do"),
        )
        for wanted, how in tries:
            rows = np.flatnonzero(wanted)
            node, weight = _entry_nodes(network, van.iloc[rows], value[rows], edge)
            if len(node):
                return node, weight, how
    first = nodes_of(network.streets, VAN)[:1].astype(np.int64)
    return first, np.ones(1), "the streets have no edge: one node was taken"


def _edge(network: Network) -> Polygon | None:
    """Return the part of the study area that van streets span, None if they span no surface."""
    import shapely

    streets = network.streets
    nodes = nodes_of(streets, VAN)
    points = shapely.multipoints(np.column_stack([streets.x_m[nodes], streets.y_m[nodes]]))
    spanned = shapely.convex_hull(points)
    both = spanned.intersection(shapely.convex_hull(network.boundary))
    for shape in (both, spanned):
        if shape.geom_type == "Polygon" and shape.area > 0:
            return shape
    return None


def _at_edge(lines: gpd.GeoDataFrame, edge: Polygon) -> NDArray[np.bool_]:
    """Tell which lines cross the edge or come into a narrow zone inside it."""
    zone_m = max(EDGE_MIN_M, EDGE_SHARE * math.sqrt(edge.area))
    near: NDArray[np.bool_] = lines.geometry.distance(edge.exterior).to_numpy() <= zone_m
    return near


def _cut_off(lines: gpd.GeoDataFrame, edge: Polygon) -> NDArray[np.bool_]:
    """Tell which lines end where no other begins, in the outer part of the area.

    A main road does not end in a field: where it does, the extract was cut along a border.
    """
    import shapely

    shapes = np.asarray(lines.geometry.array)
    ends = np.concatenate([shapely.get_point(shapes, 0), shapely.get_point(shapes, -1)])
    place = np.rint(shapely.get_coordinates(ends) * 10).astype(np.int64)  # decimetres
    _, inverse, count = np.unique(place, axis=0, return_inverse=True, return_counts=True)
    outer = shapely.distance(ends, edge.exterior) <= OUTER_SHARE * math.sqrt(edge.area)
    single = (count[inverse.reshape(-1)] == 1) & outer
    cut: NDArray[np.bool_] = single[: len(shapes)] | single[len(shapes) :]
    return cut


def _entry_nodes(
    network: Network, lines: gpd.GeoDataFrame, value: NDArray[np.float64], edge: Polygon
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return one node per line, nearest to the edge, and the best weight of each node.

    Where a line itself is a dead end for vans (one carriageway that leaves the area), the nearest
    node that vans reach both ways stands for it.
    """
    import shapely

    streets = network.streets
    is_van = np.zeros(streets.node_count + 1, dtype=bool)
    is_van[nodes_of(streets, VAN)] = True  # the last entry stands for -1
    ends = lines[["tail", "head"]].to_numpy().astype(np.int64).reshape(-1, 2)
    far_m = np.full(ends.shape, np.inf)
    use = is_van[ends]
    points = shapely.points(streets.x_m[ends[use]], streets.y_m[ends[use]])
    far_m[use] = shapely.distance(points, edge.exterior)
    node = np.where(far_m[:, 0] <= far_m[:, 1], ends[:, 0], ends[:, 1])
    lost = ~use.any(axis=1)
    middle = shapely.get_coordinates(shapely.centroid(np.asarray(lines.geometry.array)[lost]))
    node[lost] = snap(streets, VAN, middle[:, 0], middle[:, 1], SNAP_MAX_M)[0]
    is_lorry = np.zeros(streets.node_count + 1, dtype=bool)
    is_lorry[nodes_of(streets, LORRY)] = True
    weight = np.zeros(streets.node_count)
    found = node >= 0
    best = np.where(is_lorry[node], value, value * NO_LORRY_SHARE)
    np.maximum.at(weight, node[found], best[found])
    entries = np.unique(node[found])
    return entries, weight[entries]


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
    meets = (lines["tail"].to_numpy() == node) | (lines["head"].to_numpy() == node)
    named = lines[meets & lines[VAN].to_numpy() & (lines["name"].to_numpy() != "")]
    names = sorted(
        (-CLASS_WEIGHT.get(base_class(highway), SMALL_WEIGHT), name)
        for highway, name in zip(named["highway"], named["name"], strict=True)
    )
    middle = network.boundary.centroid
    angle = math.atan2(network.streets.y_m[node] - middle.y, network.streets.x_m[node] - middle.x)
    wind = WINDS[round(angle / (math.pi / 4)) % 8]
    return f"{names[0][1]} ({wind})" if names else f"edge in the {wind}"
