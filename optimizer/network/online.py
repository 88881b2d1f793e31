"""Streets and features of a place or a box, fetched by OSMnx (the only room that goes online).

OSMnx keeps its settings in a module and retries for minutes; here they are set for one fetch and
put back, servers are tried out first, and a busy server ends in a refusal instead of a wait.
"""

from __future__ import annotations

import contextlib
import socket
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from optimizer.core.problem import AuditLine
from optimizer.core.refusal import Fault, Refusal
from optimizer.network.area import check_box, widened
from optimizer.network.features import AREA_KEYS, is_area, is_bridge, is_point, keep_tags
from optimizer.network.network import Network, prepare
from optimizer.network.profiles import BARRIER_KEYS, STREET_CLASSES, STREET_KEYS
from optimizer.network.raw import RawFeature, RawWorld, Way

if TYPE_CHECKING:
    from collections.abc import Iterator

    import geopandas as gpd
    import networkx as nx
    from shapely import MultiPolygon, Polygon

    from optimizer.scenario.city import StreetsBlock

CONNECT_S = 5.0
ANSWER_S = 15.0
"""Longest waits for a first sign of life; a city's data may then take `requests_timeout`."""

BUSY = frozenset({429, 502, 503, 504})
BACKWARD_ONEWAY = frozenset({"-1", "reverse", "T"})
"""OSMnx turns the nodes of such ways round; their tags still speak of the mapped order."""

NOT_FETCHED = frozenset({"place", "water", "military", "aeroway"})
FETCHED_KEYS = (*(key for key in AREA_KEYS if key not in NOT_FETCHED), "addr:housenumber")
"""A feature is asked for by these keys; the rest would bring whole seas and regions along."""

FILE_INSTEAD = "connect, or give streets.osm a downloaded .osm.pbf file"
ID_LETTER = {"node": "n", "way": "w", "relation": "r"}


class BusyError(Exception):
    """A server that asks to come back later."""


def fetch(block: StreetsBlock) -> Network:
    """Return the network of `block.place` or `block.bbox`.

    Raises
    ------
    Refusal
        F207 if a server cannot be reached or is busy, F208 if it knows nothing of the place,
        F209 if the box is empty; F204 and F205 as for files.
    """
    import requests

    place = f"streets.{'place' if block.place is not None else 'bbox'}"
    if block.bbox is not None:
        check_box(block.bbox, place, "bbox")
    try:
        with _settings():
            world, outline = _fetch_world(block)
    except (requests.exceptions.RequestException, BusyError, OSError) as error:
        raise Refusal(Fault(place, "F207", _why(error), FILE_INSTEAD)) from error
    except (ValueError, TypeError, KeyError) as error:
        cause = f"the OpenStreetMap servers gave no usable answer: {_short(error)}"
        action = "write the place as on openstreetmap.org (town, country), or use bbox or a file"
        raise Refusal(Fault(place, "F208", cause, action)) from error
    network = prepare(world, block, place, outline)
    return _with_audit(network, world.date)


def _with_audit(network: Network, date: str) -> Network:
    detail = f"from OpenStreetMap servers on {date[:10]}; the cache keeps them until it is emptied"
    count = float(network.streets.node_count)
    line = AuditLine("network", "streets fetched", count, "nodes", detail)
    return network.replace(audit=(line, *network.audit))


def _why(error: Exception) -> str:
    """Say in plain words why there is no answer."""
    import requests

    if isinstance(error, BusyError):
        return str(error)
    request = getattr(error, "request", None)
    host = urlsplit(str(getattr(request, "url", ""))).hostname or "the OpenStreetMap server"
    if isinstance(error, requests.exceptions.Timeout):
        return f"no answer from {host} in time"
    return f"no answer: {host} cannot be reached ({type(error).__name__})"


def _short(error: BaseException) -> str:
    text = (str(error).splitlines() or [""])[0]
    return f"{type(error).__name__} {text[:160]}".strip()


@contextlib.contextmanager
def _settings() -> Iterator[None]:
    """Set OSMnx up for one fetch and put everything back, name resolution included."""
    import osmnx as ox

    wanted: dict[str, Any] = {
        "all_oneway": True,  # one edge per mapped segment, with the tags as they are
        "useful_tags_way": list(STREET_KEYS),
        "useful_tags_node": list(BARRIER_KEYS),
        "use_cache": False,  # the prepared network is cached instead
        "doh_url_template": None,  # no third server to resolve names
        "requests_kwargs": {**ox.settings.requests_kwargs, "hooks": {"response": _refuse_busy}},
    }
    before = {name: getattr(ox.settings, name) for name in wanted}
    resolve = socket.getaddrinfo
    try:
        for name, value in wanted.items():
            setattr(ox.settings, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(ox.settings, name, value)
        socket.getaddrinfo = resolve


def _refuse_busy(response: Any, *_: Any, **__: Any) -> None:
    """Leave OSMnx's endless retry: a hook on every response."""
    if response.status_code in BUSY:
        raise BusyError(f"the server is busy (HTTP {response.status_code}); try again later")


def _try_out(url: str) -> None:
    """Raise at once where nothing answers under `url`; any HTTP answer will do."""
    import requests

    requests.get(url, timeout=(CONNECT_S, ANSWER_S), stream=True).close()


def _fetch_world(block: StreetsBlock) -> tuple[RawWorld, Polygon | MultiPolygon]:
    import osmnx as ox
    import shapely

    _try_out(f"{ox.settings.overpass_url.rstrip('/')}/status")
    if block.bbox is not None:
        outline = shapely.box(*block.bbox)
    else:
        _try_out(ox.settings.nominatim_url)
        outline = ox.geocode_to_gdf(str(block.place)).geometry.iloc[0]
    graph = ox.graph_from_polygon(
        _with_margin(outline),
        custom_filter='["highway"]["area"!~"yes"]',
        simplify=False,
        retain_all=True,
        truncate_by_edge=True,
    )
    date = datetime.now(tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    ways, position, barriers = ways_of(graph)
    areas, points, lines = features_of(_fetch_features(outline))
    world = RawWorld(ways, position, barriers, areas, points, lines, tuple(outline.bounds), date)
    return world, outline


def _with_margin(outline: Polygon | MultiPolygon) -> Polygon | MultiPolygon:
    """Return the area with the margin in which streets are kept; longitudes set its width."""
    wide = widened(outline.bounds)
    return outline.buffer(wide[2] - outline.bounds[2], join_style="mitre")


def _fetch_features(outline: Polygon | MultiPolygon) -> gpd.GeoDataFrame | None:
    import osmnx as ox
    from osmnx._errors import InsufficientResponseError

    try:
        return ox.features_from_polygon(outline, dict.fromkeys(FETCHED_KEYS, True))
    except InsufficientResponseError:  # a place without buildings or anything else
        return None


def ways_of(
    graph: nx.MultiDiGraph,
) -> tuple[tuple[Way, ...], dict[int, tuple[float, float]], dict[int, dict[str, str]]]:
    """Return the segments of an unsimplified one-directional graph as ways of two nodes."""
    ways = []
    shared: dict[int, dict[str, str]] = {}
    for tail, head, data in graph.edges(data=True):
        if data.get("highway") not in STREET_CLASSES:
            continue
        tags = shared.setdefault(
            data["osmid"], {key: str(data[key]) for key in STREET_KEYS if key in data}
        )
        turned = tags.get("oneway") in BACKWARD_ONEWAY
        ways.append(Way(data["osmid"], (head, tail) if turned else (tail, head), tags))
    used = {node for way in ways for node in way.nodes}
    position = {
        node: (float(data["x"]), float(data["y"]))
        for node, data in graph.nodes(data=True)
        if node in used
    }
    barriers = {
        node: {key: str(data[key]) for key in BARRIER_KEYS if key in data}
        for node, data in graph.nodes(data=True)
        if "barrier" in data
    }
    return tuple(sorted(ways, key=lambda way: (way.id, way.nodes))), position, barriers


def features_of(
    frame: gpd.GeoDataFrame | None,
) -> tuple[tuple[RawFeature, ...], tuple[RawFeature, ...], tuple[RawFeature, ...]]:
    """Return areas, points and bridges of a table made by OSMnx, each sorted by id."""
    found: tuple[list[RawFeature], list[RawFeature], list[RawFeature]] = ([], [], [])
    if frame is None:
        return (), (), ()
    columns = [column for column in frame.columns if column != "geometry"]
    table = frame[columns].to_numpy(dtype=object)
    for (element, number), shape, row in zip(frame.index, frame.geometry, table, strict=True):
        tags = {key: item for key, item in zip(columns, row, strict=True) if isinstance(item, str)}
        kind = _kind(shape.geom_type, element, tags)
        if kind is not None:
            name = f"{ID_LETTER[element]}{number}"
            found[kind].append(RawFeature(name, shape.wkb, keep_tags(tags)))
    areas, points, lines = (
        tuple(sorted(items, key=lambda item: (item.id[0], int(item.id[1:])))) for items in found
    )
    return areas, points, lines


def _kind(shape: str, element: str, tags: dict[str, str]) -> int | None:
    """Return 0 for areas, 1 for points, 2 for bridges, None for what is not kept."""
    if shape in {"Polygon", "MultiPolygon"}:
        return 0 if is_area(tags) else None
    if shape == "Point":
        return 1 if element == "node" and is_point(tags) else None
    return 2 if shape == "LineString" and is_bridge(tags) else None
