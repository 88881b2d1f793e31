"""Towns drawn in ASCII and written as OSM files; a letter is a node, a way is a word of letters.

A character is 40 m wide and 40 m high, so that "a--b" is 120 m long.
"""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from xml.sax.saxutils import quoteattr

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from optimizer.network import load_network
from optimizer.scenario.city import StreetsBlock

INSTANCES = Path(__file__).parents[2] / "instances"
BONDY = INSTANCES / "bondy-nord" / "bondy-nord.osm.pbf"
DREIEICH = INSTANCES / "dreieich" / "dreieich-sprendlingen.osm.pbf"

LON, LAT = 6.1, 46.2
COLUMN_M, ROW_M = 40.0, 40.0
M_PER_DEGREE = 111_195.0
STREET = {"highway": "residential"}

RING = """
a--b--c
|     |
d--e--f
"""
RING_WAY = ("abcfeda", STREET)


def place_of(art):
    """Return letter -> (lon, lat); the first line of the drawing is in the north."""
    found = {}
    for row, line in enumerate(art.strip("\n").splitlines()):
        for column, letter in enumerate(line):
            if letter.isalpha():
                lat = LAT - row * ROW_M / M_PER_DEGREE
                lon = LON + column * COLUMN_M / M_PER_DEGREE / math.cos(math.radians(LAT))
                found[letter] = (round(lon, 7), round(lat, 7))
    return found


def write_town(path, art, ways, nodes=None, bounds=None):
    """Write an OSM XML file; `ways` are (letters, tags), `nodes` letter -> tags."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6">']
    if bounds is not None:
        west, south, east, north = bounds
        lines.append(f'<bounds minlon="{west}" minlat="{south}" maxlon="{east}" maxlat="{north}"/>')
    for letter, (lon, lat) in sorted(place_of(art).items()):
        tags = _tags((nodes or {}).get(letter, {}))
        lines.append(f'<node id="{ord(letter)}" lon="{lon}" lat="{lat}">{tags}</node>')
    for number, (letters, tags) in enumerate(ways, start=1):
        refs = "".join(f'<nd ref="{ord(letter)}"/>' for letter in letters)
        lines.append(f'<way id="{number}">{refs}{_tags(tags)}</way>')
    lines.append("</osm>")
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def _tags(tags):
    return "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in tags.items())


def load(path, **settings):
    """Return the network of a file without the cache."""
    return load_network(StreetsBlock(osm=path.name, **settings), path.parent, cache=False)


@cache
def bondy():
    """Return the network of the smallest real extract; read once for all tests."""
    return load(BONDY)


def town(folder, art, ways, nodes=None, bounds=None, **settings):
    """Return the network of a drawn town."""
    return load(write_town(folder / "town.osm", art, ways, nodes, bounds), **settings)


def node_of(network, letter):
    """Return the street node of a letter, which must be a crossing or an end."""
    found = np.flatnonzero(network.osm_id == ord(letter))
    assert len(found) == 1, f"{letter} is not a street node"
    return int(found[0])


def letters_of(network, profile):
    """Return the letters of the nodes that a profile reaches."""
    nodes = np.unique(network.streets.arcs[profile].tail)
    return "".join(sorted(chr(osm) for osm in network.osm_id[nodes]))


def travel_s(network, profile, start, end):
    """Return the shortest time between two letters, inf where there is no way."""
    arcs = network.streets.arcs[profile]
    count = network.streets.node_count
    matrix = coo_array((arcs.time_s.astype(float), (arcs.tail, arcs.head)), shape=(count, count))
    times = dijkstra(matrix.tocsr(), indices=node_of(network, start))
    return float(times[node_of(network, end)])


def same_streets(one, other):
    """Tell whether two networks have identical streets, down to the bit."""
    left, right = one.streets, other.streets
    pairs = [(one.osm_id, other.osm_id)]
    pairs += [(getattr(left, name), getattr(right, name)) for name in ("lon", "lat", "x_m", "y_m")]
    for key, arcs in left.arcs.items():
        for name in ("tail", "head", "time_s", "length_m"):
            pairs.append((getattr(arcs, name), getattr(right.arcs[key], name)))
    return left.crs == right.crs and all(np.array_equal(a, b) for a, b in pairs)
