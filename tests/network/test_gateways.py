"""Goods enter where main roads leave the area, or where the scenario says."""

import numpy as np
import pytest

from optimizer.core.kinds import LORRY, VAN
from optimizer.core.refusal import Refusal
from optimizer.network import find_gateways
from optimizer.network.snap import nodes_of
from optimizer.scenario.city import GatewayBlock, GatewaysBlock
from tests.network.towns import STREET, bondy, place_of, town

CROSS = """
------------n------------
-------------------------
-------------------------
-------------------------
-------------------------
w-----------m-----------o
-------------------------
-------------------------
-------------------------
-------------------------
------------s------------
"""
MAIN = {"highway": "primary", "name": "Route de Lyon"}


def names_of(network, gateways):
    return "".join(sorted(chr(network.osm_id[node]) for node in gateways.node[VAN]))


def test_main_roads_are_taken_before_streets(tmp_path):
    network = town(tmp_path, CROSS, [("wm", MAIN), ("mo", MAIN), ("nm", STREET), ("ms", STREET)])
    gateways, audit = find_gateways(network, GatewaysBlock())
    assert names_of(network, gateways) == "ow"
    assert "main roads" in audit[0].detail
    assert set(gateways.name) == {"Route de Lyon (east)", "Route de Lyon (west)"}


def test_a_town_of_small_streets_has_gateways_all_the_same(tmp_path):
    network = town(tmp_path, CROSS, [("wmo", STREET), ("nms", STREET)])
    gateways, audit = find_gateways(network, GatewaysBlock())
    assert names_of(network, gateways) == "nosw"
    assert "no main road" in audit[0].detail


def test_no_more_gateways_than_asked_for_and_far_apart(tmp_path):
    network = town(tmp_path, CROSS, [("wmo", STREET), ("nms", STREET)])
    gateways, _ = find_gateways(network, GatewaysBlock(at_most=2))
    assert names_of(network, gateways) in {"ow", "ns", "no", "nw", "os", "sw"}
    assert gateways.count == 2
    one, _ = find_gateways(network, GatewaysBlock(at_most=1))
    assert one.count == 1


def test_a_single_street_has_a_gateway(tmp_path):
    network = town(tmp_path, "a--b", [("ab", STREET)])
    gateways, audit = find_gateways(network, GatewaysBlock())
    assert gateways.count == 1
    assert "no edge" in audit[0].detail


def test_an_island_with_a_main_road_inside_has_a_gateway(tmp_path):
    network = town(
        tmp_path, CROSS, [("wmo", STREET), ("nms", MAIN)], bounds=(6.05, 46.15, 6.2, 46.25)
    )
    gateways, _ = find_gateways(network, GatewaysBlock())
    assert names_of(network, gateways) == "ns"


def test_where_lorries_are_banned_the_audit_says_so(tmp_path):
    closed = {**MAIN, "hgv": "no"}
    network = town(tmp_path, CROSS, [("wm", closed), ("mo", MAIN), ("nm", MAIN), ("ms", STREET)])
    gateways, audit = find_gateways(network, GatewaysBlock())
    by_name = dict(
        zip((chr(network.osm_id[n]) for n in gateways.node[VAN]), gateways.node[LORRY], strict=True)
    )
    assert by_name["w"] == -1
    assert by_name["o"] >= 0
    assert "lorries cannot enter at 1" in audit[0].detail


def test_line_haul_is_as_given(tmp_path):
    network = town(tmp_path, CROSS, [("wmo", MAIN)])
    gateways, _ = find_gateways(network, GatewaysBlock(line_haul_min=12.5, line_haul_km=8.2))
    assert set(gateways.line_haul_s.tolist()) == {750}
    assert set(gateways.line_haul_m.tolist()) == {8200}


def test_gateways_of_a_real_town_are_on_the_networks_of_vans_and_lorries():
    network = bondy()
    gateways, _ = find_gateways(network, GatewaysBlock())
    assert 3 <= gateways.count <= 6
    assert np.isin(gateways.node[VAN], nodes_of(network.streets, VAN)).all()
    lorry = gateways.node[LORRY]
    assert np.isin(lorry[lorry >= 0], nodes_of(network.streets, LORRY)).all()
    again, _ = find_gateways(network, GatewaysBlock())
    assert again.id == gateways.id
    assert np.array_equal(again.node[VAN], gateways.node[VAN])


def stated(name, letter, art=CROSS):
    lon, lat = place_of(art)[letter]
    return GatewayBlock(id=name, name=name, lon=lon, lat=lat, line_haul_min=10.0, line_haul_km=5.0)


def test_stated_gateways_go_to_their_nearest_nodes(tmp_path):
    network = town(tmp_path, CROSS, [("wmo", MAIN), ("nms", STREET)])
    gateways, _ = find_gateways(
        network, GatewaysBlock(at=(stated("north", "n"), stated("east", "o")))
    )
    assert gateways.id == ("north", "east")
    assert [chr(network.osm_id[node]) for node in gateways.node[VAN]] == ["n", "o"]


def test_every_stated_gateway_off_the_streets_is_refused_at_once(tmp_path):
    network = town(tmp_path, CROSS, [("wmo", MAIN)])
    far = [
        GatewayBlock(id=name, name=name, lon=7.0, lat=47.0, line_haul_min=1.0, line_haul_km=1.0)
        for name in ("one", "two", "two")
    ]
    with pytest.raises(Refusal) as caught:
        find_gateways(network, GatewaysBlock(at=tuple(far)))
    assert [fault.code for fault in caught.value.faults] == ["F211", "F211", "F211", "F212"]
