"""Edges -> `Streets`: whole seconds and metres, the largest strongly connected part per profile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from optimizer.core.kinds import PROFILES
from optimizer.core.problem import AuditLine
from optimizer.core.streets import Arcs, Streets

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import CRS

    from optimizer.network.graph import Edges


@dataclass(frozen=True, eq=False)
class Built:
    """Streets, the OSM id of each node, and for every node of the edges its street node or -1."""

    streets: Streets
    osm_id: NDArray[np.int64]
    street_node: NDArray[np.int32]
    audit: tuple[AuditLine, ...]


def build_streets(edges: Edges, crs: CRS) -> Built:
    """Return the streets of every profile; nodes that no profile uses are left out."""
    from pyproj import Transformer

    count = len(edges.node)
    parts = {key: _profile_arcs(edges, key, count) for key in PROFILES}
    used = np.zeros(count, dtype=bool)
    for arcs in parts.values():
        used[arcs.tail] = True
    street_node = np.where(used, np.cumsum(used) - 1, -1).astype(np.int32)
    lon, lat = edges.lon[used], edges.lat[used]
    x_m, y_m = Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(lon, lat)
    streets = Streets(
        crs=crs.to_string(),
        lon=lon,
        lat=lat,
        x_m=np.asarray(x_m, dtype=float).reshape(-1),
        y_m=np.asarray(y_m, dtype=float).reshape(-1),
        arcs={
            key: arcs.replace(tail=street_node[arcs.tail], head=street_node[arcs.head])
            for key, arcs in parts.items()
        },
    )
    audit = tuple(_share_line(edges, key, parts[key]) for key in PROFILES)
    return Built(streets, edges.node[used], street_node, audit)


def _profile_arcs(edges: Edges, profile: str, count: int) -> Arcs:
    """Return the best arc per pair of nodes within the largest strongly connected part."""
    open_rows = np.flatnonzero(np.isfinite(edges.time_s[profile]) & (edges.tail != edges.head))
    tail, head = edges.tail[open_rows], edges.head[open_rows]
    time = np.maximum(np.rint(edges.time_s[profile][open_rows]), 1).astype(np.int32)
    length = np.maximum(np.rint(edges.length_m[open_rows]), 1).astype(np.int32)
    order = np.lexsort((length, time, head, tail))
    tail, head, time, length = tail[order], head[order], time[order], length[order]
    first = np.ones(len(tail), dtype=bool)
    first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    tail, head, time, length = tail[first], head[first], time[first], length[first]
    member = largest_part(tail, head, count)
    keep = member[tail] & member[head]
    return Arcs(tail=tail[keep], head=head[keep], time_s=time[keep], length_m=length[keep])


def largest_part(tail: NDArray[np.int32], head: NDArray[np.int32], count: int) -> NDArray[np.bool_]:
    """Return a mask of the nodes in the largest strongly connected part; ties: lowest node."""
    if len(tail) == 0:
        return np.zeros(count, dtype=bool)
    ones = np.ones(len(tail), dtype=np.int8)
    matrix = coo_array((ones, (tail, head)), shape=(count, count)).tocsr()
    _, label = connected_components(matrix, directed=True, connection="strong")
    size = np.bincount(label)
    largest = np.flatnonzero(size[label] == size.max())[0]
    mask: NDArray[np.bool_] = label == label[largest]
    return mask


def _share_line(edges: Edges, profile: str, kept: Arcs) -> AuditLine:
    open_m = float(edges.length_m[np.isfinite(edges.time_s[profile])].sum())
    kept_m = float(kept.length_m.sum())
    share = min(kept_m / open_m, 1.0) if open_m else 0.0
    detail = (
        f"{share:.1%} of the {open_m / 1000:,.1f} km open to this profile (both directions "
        f"counted) are kept; the rest is islands, dead one-way ends and double lines"
    )
    nodes = float(len(np.unique(kept.tail)))
    return AuditLine("network", f"{profile} streets connected", nodes, "nodes", detail)
