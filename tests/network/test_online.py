"""Places and boxes are fetched through OSMnx; without a server the refusal comes at once."""

import copy
import socket
import time
from functools import cache

import osmnx as ox
import pytest

from optimizer.core.kinds import PROFILES
from optimizer.core.refusal import Refusal
from optimizer.network import load_network
from optimizer.scenario.city import StreetsBlock
from tests.network.overpass import elements_of, osm_server
from tests.network.towns import BONDY, bondy

BOX = (2.4779, 48.90676, 2.49111, 48.91278)


@cache
def bondy_elements():
    return elements_of(BONDY)


def fetched(tmp_path, elements=None, status=200, *, use_cache=False, **block):
    content = bondy_elements() if elements is None else elements
    with osm_server(copy.deepcopy(content), status) as server:
        return load_network(StreetsBlock(**block), tmp_path, cache=use_cache), server.asked


@cache
def bondy_online():
    """Return the box of the extract as the server gives it; fetched once for all tests."""
    with osm_server(copy.deepcopy(bondy_elements())):
        return load_network(StreetsBlock(bbox=BOX), BONDY.parent, cache=False)


def test_a_box_from_the_server_equals_the_same_box_from_a_file():
    network = bondy_online()
    local = bondy()
    for key in PROFILES:
        ratio = network.streets.arcs[key].count / local.streets.arcs[key].count
        assert 0.93 < ratio < 1.07
    buildings = [
        frame["building"].notna().sum() for frame in (network.features.areas, local.features.areas)
    ]
    assert abs(buildings[0] - buildings[1]) <= 5
    difference = network.boundary.symmetric_difference(local.boundary)
    assert difference.area < 0.001 * local.boundary.area
    assert any(line.what == "streets fetched" for line in network.audit)


def test_a_place_is_geocoded_and_cut_to_its_limits(tmp_path):
    network, asked = fetched(tmp_path, place="Bondy, France")
    assert any(query.startswith("/search") for query in asked)
    assert 0 < network.boundary.area < bondy().boundary.area
    assert network.streets.node_count > 100


def test_one_way_streets_keep_their_direction():
    network = bondy_online()
    pairs = []
    for streets, osm_id in ((network.streets, network.osm_id), (bondy().streets, bondy().osm_id)):
        arcs = streets.arcs["van"]
        pairs.append(set(zip(osm_id[arcs.tail].tolist(), osm_id[arcs.head].tolist(), strict=True)))
    assert len(pairs[0] & pairs[1]) > 0.9 * len(pairs[1])


def test_a_fetched_network_is_kept_and_needs_no_server_again(tmp_path):
    network, _ = fetched(tmp_path, use_cache=True, bbox=BOX)
    with osm_server([]) as server:
        again = load_network(StreetsBlock(bbox=BOX), tmp_path)
    assert server.asked == []
    assert again.streets.node_count == network.streets.node_count


def test_with_nothing_reachable_the_refusal_comes_at_once(tmp_path, monkeypatch):
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        monkeypatch.setattr(
            ox.settings, "overpass_url", f"http://127.0.0.1:{held.getsockname()[1]}/api"
        )
        started = time.monotonic()
        for block in (StreetsBlock(bbox=BOX), StreetsBlock(place="Bondy")):
            with pytest.raises(Refusal, match="F207 no answer") as caught:
                load_network(block, tmp_path)
            assert len(caught.value.faults) == 1
            assert "127.0.0.1 cannot be reached" in caught.value.faults[0].cause
            assert "pbf" in caught.value.faults[0].action
        assert time.monotonic() - started < 30


def test_a_busy_server_is_not_waited_for(tmp_path):
    with pytest.raises(Refusal, match=r"F207 .*busy"):
        fetched(tmp_path, status=429, bbox=BOX)


def test_an_unknown_place_is_refused(tmp_path):
    with pytest.raises(Refusal, match="F208"):
        fetched(tmp_path, place="Nowhere at all")


def test_a_place_without_streets_is_refused(tmp_path):
    with pytest.raises(Refusal, match=r"F20[48]"):
        fetched(tmp_path, elements=[], bbox=BOX)


def test_a_box_the_wrong_way_round_is_refused_without_asking(tmp_path):
    with pytest.raises(Refusal, match="F209"):
        load_network(StreetsBlock(bbox=(2.5, 48.9, 2.4, 49.0)), tmp_path)


def test_osmnx_is_left_as_it_was(tmp_path):
    before = {
        name: getattr(ox.settings, name) for name in ("all_oneway", "use_cache", "useful_tags_way")
    }
    resolve = socket.getaddrinfo
    with pytest.raises(Refusal):
        fetched(tmp_path, elements=[], bbox=BOX)
    assert {name: getattr(ox.settings, name) for name in before} == before
    assert socket.getaddrinfo is resolve
    assert not (tmp_path / "cache").exists()
