"""Read .osm.pbf, .osm, .osm.gz and .osm.bz2 with pyosmium."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optimizer.core.refusal import Fault, Refusal
from optimizer.network.features import is_area, is_bridge, is_point, keep_tags
from optimizer.network.profiles import BARRIER_KEYS, STREET_CLASSES, STREET_KEYS
from optimizer.network.raw import Box, RawFeature, RawWorld, Way

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

ENDINGS = (".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2")
EPOCH_YEAR = 1970
NO_NODE = 0
"""Stands where a node is missing; OpenStreetMap has no node 0."""

DOWNLOAD = "download the extract again and check that it is complete"


def check_file(path: Path, endings: tuple[str, ...]) -> None:
    """Refuse what cannot be a file of these endings.

    Raises
    ------
    Refusal
        F201 if it is missing or not a file, F202 if its name ends otherwise, F203 if it is empty.
    """
    place = str(path)
    if path.is_dir():
        raise Refusal(Fault(place, "F201", "is a folder, not a file", "name the file inside it"))
    if not path.is_file():
        raise Refusal(Fault(place, "F201", "there is no such file", "correct the path"))
    if not path.name.lower().endswith(endings):
        wanted = ", ".join(endings)
        raise Refusal(Fault(place, "F202", f"does not end in {wanted}", "convert or rename it"))
    try:
        with path.open("rb") as file:
            first = file.read(1)
    except OSError as error:
        cause = f"cannot be opened: {error.strerror}"
        raise Refusal(Fault(place, "F201", cause, "allow reading it")) from error
    if not first:
        raise Refusal(Fault(place, "F203", "is empty", DOWNLOAD))


def read_osm(path: Path) -> RawWorld:
    """Return the streets and features of an OSM file.

    Raises
    ------
    Refusal
        F201 to F203 if the file is missing, of another format, or damaged.
    """
    check_file(path, ENDINGS)
    collector = _Collector()
    try:
        box, date = _read_header(path)
        _read_objects(path, collector)
    except (RuntimeError, ValueError, OSError, UnicodeDecodeError, MemoryError) as error:
        cause = f"is damaged or not an OpenStreetMap file: {_first_line(error)}"
        raise Refusal(Fault(str(path), "F203", cause, DOWNLOAD)) from error
    return collector.world(box, date)


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


def _read_header(path: Path) -> tuple[Box | None, str]:
    import osmium

    with osmium.io.Reader(str(path), osmium.osm.NOTHING) as reader:
        header = reader.header()
        box = header.box()
        date = header.get("osmosis_replication_timestamp") or header.get("timestamp")
    if not (box.valid() and box.bottom_left.valid() and box.top_right.valid()):
        return None, date
    low, high = box.bottom_left, box.top_right
    edges = (low.lon, low.lat, high.lon, high.lat)
    return (edges if edges[0] < edges[2] and edges[1] < edges[3] else None), date


def _read_objects(path: Path, collector: _Collector) -> None:
    import osmium

    objects: Any = osmium.FileProcessor(str(path)).with_areas()
    objects.with_filter(osmium.filter.EmptyTagFilter())
    for item in objects:
        if item.is_node():
            collector.add_node(item)
        elif item.is_way():
            collector.add_way(item)
        elif item.is_area():
            collector.add_area(item)


class _Collector:
    """Sorts the objects of a file into streets and features while they stream by."""

    def __init__(self) -> None:
        from osmium.geom import WKBFactory

        self.shapes = WKBFactory()
        self.ways: dict[int, Way] = {}
        self.position: dict[int, tuple[float, float]] = {}
        self.barriers: dict[int, dict[str, str]] = {}
        self.features: dict[str, dict[str, RawFeature]] = {"a": {}, "p": {}, "l": {}}
        self.newest: datetime | None = None
        self.lost_nodes = 0

    def add_node(self, node: Any) -> None:
        """Keep a node that is a feature or a barrier."""
        self._date(node)
        tags = dict(node.tags)
        if "barrier" in tags:
            self.barriers[node.id] = {key: tags[key] for key in BARRIER_KEYS if key in tags}
        if is_point(tags) and node.location.valid():
            self._feature("p", f"n{node.id}", "create_point", node, tags)

    def add_way(self, way: Any) -> None:
        """Keep a way that is a street or a bridge."""
        self._date(way)
        tags = dict(way.tags)
        if tags.get("highway") in STREET_CLASSES:
            self._street(way, tags)
        if is_bridge(tags) and not way.is_closed():
            self._feature("l", f"w{way.id}", "create_linestring", way, tags)

    def add_area(self, area: Any) -> None:
        """Keep a closed way or multipolygon that is a feature."""
        tags = dict(area.tags)
        if is_area(tags):
            name = f"{'w' if area.from_way() else 'r'}{area.orig_id()}"
            self._feature("a", name, "create_multipolygon", area, tags)

    def _street(self, way: Any, tags: dict[str, str]) -> None:
        nodes = []
        for node in way.nodes:
            if node.location.valid():
                self.position[node.ref] = (node.lon, node.lat)
                nodes.append(node.ref)
            else:  # an incomplete extract: what remains is joined only if nothing is missing
                self.lost_nodes += 1
                nodes.append(NO_NODE)
        kept = {key: tags[key] for key in STREET_KEYS if key in tags}
        self.ways[way.id] = Way(way.id, tuple(nodes), kept)

    def _feature(self, kind: str, name: str, shape: str, item: Any, tags: dict[str, str]) -> None:
        try:
            wkb = getattr(self.shapes, shape)(item)
        except RuntimeError:  # rings that cannot be closed, nodes that are missing
            return
        content = wkb if isinstance(wkb, bytes) else bytes.fromhex(wkb)
        self.features[kind][name] = RawFeature(name, content, keep_tags(tags))

    def _date(self, item: Any) -> None:
        stamp = item.timestamp
        if stamp.year > EPOCH_YEAR and (self.newest is None or stamp > self.newest):
            self.newest = stamp

    def world(self, box: Box | None, date: str) -> RawWorld:
        """Return everything collected, sorted by id."""
        if not date and self.newest is not None:
            date = self.newest.strftime("%Y-%m-%dT%H:%M:%SZ")
        sorted_features = {
            kind: tuple(sorted(found.values(), key=lambda item: (item.id[0], int(item.id[1:]))))
            for kind, found in self.features.items()
        }
        return RawWorld(
            ways=tuple(self.ways[key] for key in sorted(self.ways)),
            position=self.position,
            barriers=self.barriers,
            areas=sorted_features["a"],
            points=sorted_features["p"],
            lines=sorted_features["l"],
            box=box,
            date=date,
            lost_nodes=self.lost_nodes,
        )
