"""A small Overpass and Nominatim server on loopback that answers from an extract."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import osmium
import osmnx as ox

BONDY_LIMITS = [[2.4785, 48.9072], [2.4905, 48.9072], [2.4905, 48.9125], [2.4785, 48.9125]]


def elements_of(path):
    """Return every object of an extract as Overpass JSON elements."""
    found = []
    for item in osmium.FileProcessor(str(path)):
        element = {"id": item.id}
        if item.is_node():
            element |= {"type": "node", "lon": item.lon, "lat": item.lat}
        elif item.is_way():
            element |= {"type": "way", "nodes": [node.ref for node in item.nodes]}
        else:
            names = {"n": "node", "w": "way", "r": "relation"}
            members = [
                {"type": names[member.type], "ref": member.ref, "role": member.role}
                for member in item.members
            ]
            element |= {"type": "relation", "members": members}
        tags = dict(item.tags)
        if tags:
            element["tags"] = tags
        found.append(element)
    return found


def street_elements(elements):
    """Return the ways with a highway tag and their nodes."""
    ways = [e for e in elements if e["type"] == "way" and "highway" in e.get("tags", {})]
    used = {node for way in ways for node in way["nodes"]}
    return [e for e in elements if e["type"] == "node" and e["id"] in used] + ways


class _Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        parts = urlsplit(self.path)
        self.server.asked.append(self.path)
        if parts.path.endswith("/search"):
            known = "bondy" in parse_qs(parts.query)["q"][0].lower()
            self._send(self.server.places if known else [])
        else:
            self._send("Connected as: 1\n\n\nRate limit: 2\n2 slots available now.\n")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        query = parse_qs(body)["data"][0]
        self.server.asked.append(query)
        if self.server.status != 200:
            self._send({"elements": []}, self.server.status)
        elif 'way["highway"]' in query:
            self._send({"elements": street_elements(self.server.elements)})
        else:
            self._send({"elements": self.server.elements})

    def _send(self, content, status=200):
        text = content if isinstance(content, str) else json.dumps(content)
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        """Stay silent."""


@contextmanager
def osm_server(elements, status=200):
    """Serve `elements` and point OSMnx's settings to it for the time being."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    server.elements, server.status, server.asked = elements, status, []
    ring = [*BONDY_LIMITS, BONDY_LIMITS[0]]
    lons, lats = zip(*ring, strict=True)
    box = [str(v) for v in (min(lats), max(lats), min(lons), max(lons))]
    shape = {"type": "Polygon", "coordinates": [ring]}
    place = {"place_id": 1, "lat": "48.91", "lon": "2.484", "boundingbox": box, "importance": 0.5}
    server.places = [place | {"display_name": "Bondy nord", "name": "Bondy", "geojson": shape}]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    before = (ox.settings.overpass_url, ox.settings.nominatim_url, ox.settings.overpass_rate_limit)
    ox.settings.overpass_url = f"{address}/api"
    ox.settings.nominatim_url = f"{address}/"
    ox.settings.overpass_rate_limit = False
    try:
        yield server
    finally:
        (ox.settings.overpass_url, ox.settings.nominatim_url, ox.settings.overpass_rate_limit) = (
            before
        )
        server.shutdown()
        thread.join()
        server.server_close()
