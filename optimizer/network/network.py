"""The prepared network, and how it is put together from what a source delivers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.frozen import Frozen
from optimizer.core.kinds import PROFILES, VAN
from optimizer.core.problem import AuditLine
from optimizer.core.refusal import Fault, Refusal
from optimizer.network.arcs import Built, build_streets
from optimizer.network.area import boundary_of, choose_box, project_area, project_crs
from optimizer.network.features import Features, project_features
from optimizer.network.graph import Dropped, Edges, build_graph, edges_of

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray
    from pyproj import CRS
    from shapely import MultiPolygon, Polygon

    from optimizer.core.streets import Streets
    from optimizer.network.raw import Box, RawWorld
    from optimizer.scenario.city import StreetsBlock

OTHER_AREA = "take a larger extract, or check the clip: streets need a highway tag"
VAN_STREETS = (
    "take a larger extract, or check the clip: vans need public streets that lead there and back "
    "(footways, private roads and one direction of a motorway do not)"
)


@dataclass(frozen=True, eq=False)
class Network(Frozen):
    """A city's streets and what lies around them.

    streets : nodes shared by all profiles, arcs of each profile's largest connected part.
    osm_id : int64, shape (n,), the OSM node id of each street node.
    features : areas, points and bridges in the CRS of the streets.
    boundary : study area, in the CRS of the streets.
    osm_date : date of the data as ISO text, "" if unknown.
    street_lines : one row per street: geometry LineString (CRS of the streets), `rank` (0 main,
        1 middle, 2 small), `highway`, `name`, `tail` and `head` (street nodes or -1), and one
        boolean per profile: open in either direction.
    audit : what was dropped or mended on the way.
    """

    streets: Streets
    osm_id: NDArray[np.int64]
    features: Features
    boundary: Polygon
    osm_date: str
    street_lines: gpd.GeoDataFrame
    audit: tuple[AuditLine, ...]


def prepare(
    world: RawWorld,
    block: StreetsBlock,
    place: str,
    outline: Polygon | MultiPolygon | None = None,
) -> Network:
    """Return the network of what a source delivered; `place` names the source in faults.

    outline : the study area in degrees where it is not a box (a town's limits).

    Raises
    ------
    Refusal
        F204 or F205 if there are no usable streets, F209 or F210 for a wrong clip or CRS.
    """
    if not world.position:
        raise Refusal(_no_streets(world, place))
    box = choose_box(world, block.clip, place)
    crs = project_crs(block.crs, box, place)
    graph, dropped = build_graph(world, box, block.congestion)
    return finish(edges_of(graph), world, box, crs, place, dropped, outline)


def _no_streets(world: RawWorld, place: str) -> Fault:
    if not world.ways:
        return Fault(place, "F204", "holds no street: no way with a highway tag", OTHER_AREA)
    cause = f"holds {len(world.ways)} streets without the nodes that they run along before them"
    return Fault(place, "F204", cause, "sort the file (osmium sort) or take a complete extract")


def finish(
    edges: Edges,
    world: RawWorld,
    box: Box,
    crs: CRS,
    place: str,
    dropped: Dropped,
    outline: Polygon | MultiPolygon | None = None,
) -> Network:
    """Return the network of a street graph and the features around it."""
    built = build_streets(edges, crs)
    if built.streets.arcs[VAN].count == 0:
        cause = "has no street that vans could use there and back"
        raise Refusal(Fault(place, "F205", cause, VAN_STREETS))
    boundary = boundary_of(box, crs) if outline is None else project_area(outline, crs)
    areas, mended = project_features(world.areas, crs.to_string(), boundary)
    points, _ = project_features(world.points, crs.to_string(), boundary)
    lines, _ = project_features(world.lines, crs.to_string(), boundary)
    return Network(
        streets=built.streets,
        osm_id=built.osm_id,
        features=Features(areas, points, lines),
        boundary=boundary,
        osm_date=world.date,
        street_lines=street_lines(edges, built),
        audit=(*_dropped_lines(dropped), *built.audit, *_mended_line(mended)),
    )


def street_lines(edges: Edges, built: Built) -> gpd.GeoDataFrame:
    """Return one row per street, both directions together."""
    import geopandas as gpd
    import pandas as pd

    low = np.minimum(edges.tail, edges.head)
    high = np.maximum(edges.tail, edges.head)
    length = np.rint(edges.length_m).astype(np.int64)
    order = np.lexsort((length, high, low))
    same = np.zeros(len(order), dtype=bool)
    for values in (low, high, length):
        sorted_values = values[order]
        step = np.concatenate([[True], sorted_values[1:] != sorted_values[:-1]])
        same |= step
    group = np.cumsum(same) - 1
    first = order[same]
    table: dict[str, Any] = {
        "rank": edges.rank[first],
        "highway": pd.Series(edges.highway[first], dtype=object),
        "name": pd.Series(edges.name[first], dtype=object),
        "tail": built.street_node[edges.tail[first]],
        "head": built.street_node[edges.head[first]],
    }
    for key in PROFILES:
        is_open = np.isfinite(edges.time_s[key])[order].astype(np.int64)
        table[key] = np.bincount(group, weights=is_open, minlength=len(first)) > 0
    series = gpd.GeoSeries(edges.geometry[first], crs="EPSG:4326").to_crs(built.streets.crs)
    return gpd.GeoDataFrame(pd.DataFrame(table), geometry=series.array, crs=built.streets.crs)


def _dropped_lines(dropped: Dropped) -> tuple[AuditLine, ...]:
    lines = [
        AuditLine(
            "network",
            "streets beyond the study area",
            round(dropped.beyond_m),
            "m",
            f"left out, with {dropped.beyond_nodes} mapped nodes",
        )
    ]
    if dropped.lost_nodes:
        detail = "street nodes that the file names but does not hold; their streets end there"
        lines.append(
            AuditLine("network", "missing street nodes", dropped.lost_nodes, "nodes", detail)
        )
    if dropped.barriers:
        detail = "bollards, chains and closed gates that stop at least one profile"
        lines.append(AuditLine("network", "barriers", dropped.barriers, "nodes", detail))
    return tuple(lines)


def _mended_line(mended: int) -> tuple[AuditLine, ...]:
    if not mended:
        return ()
    detail = "areas whose outline crossed itself; they keep their surface as far as it is clear"
    return (AuditLine("network", "mended areas", mended, "areas", detail),)
