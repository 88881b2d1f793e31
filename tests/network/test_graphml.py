"""A graph that somebody made with OSMnx is as good as the file it came from, streets alone."""

import networkx as nx
import osmnx as ox
import pytest

from optimizer.core.kinds import CARGO_BIKE, LORRY, VAN, WALK
from optimizer.core.refusal import Refusal
from optimizer.network import find_gateways, load_network
from optimizer.network.graphml import tag_variants
from optimizer.scenario.city import GatewaysBlock, StreetsBlock
from tests.network.towns import RING_WAY, STREET, letters_of, town, travel_s, write_town

LADDER = """
a--b--c
|  |  |
d--e--f
"""


def graphml(folder, tags, *, simplify=True, project=False):
    """Return the network of a GraphML file made by OSMnx from a drawn town."""
    source = write_town(folder / "town.osm", LADDER, [RING_WAY, ("be", tags), ("fx", STREET)])
    source.write_text(source.read_text().replace('<nd ref="120"/>', ""))
    graph = ox.graph_from_xml(source, simplify=simplify, retain_all=True)
    if project:
        graph = ox.project_graph(graph)
    ox.save_graphml(graph, folder / "town.graphml")
    return load_network(StreetsBlock(graphml="town.graphml"), folder, cache=False)


@pytest.mark.parametrize("simplify", [True, False])
@pytest.mark.parametrize("project", [True, False])
def test_times_agree_with_the_osm_file(tmp_path, simplify, project):
    network = graphml(tmp_path, STREET, simplify=simplify, project=project)
    own = town(tmp_path, LADDER, [RING_WAY, ("be", STREET)])
    for profile in (VAN, LORRY, CARGO_BIKE, WALK):
        assert travel_s(network, profile, "b", "e") == travel_s(own, profile, "b", "e")
    assert network.streets.crs == own.streets.crs


def test_one_way_edges_stay_one_way_for_vehicles_alone(tmp_path):
    network = graphml(tmp_path, {**STREET, "oneway": "yes"})
    assert travel_s(network, VAN, "b", "e") < travel_s(network, VAN, "e", "b")
    assert travel_s(network, WALK, "b", "e") == travel_s(network, WALK, "e", "b")


def test_it_has_no_features_and_says_so(tmp_path):
    network = graphml(tmp_path, STREET)
    assert len(network.features.areas) == 0
    assert any("give sites and demand as files" in line.detail for line in network.audit)
    assert find_gateways(network, GatewaysBlock())[0].count >= 1
    assert letters_of(network, VAN) == "be"


def test_merged_ways_are_told_apart():
    edge = {"highway": ["residential", "primary"], "maxspeed": "30", "oneway": True, "length": 5.0}
    assert tag_variants(edge) == [
        {"highway": "primary", "maxspeed": "30"},
        {"highway": "residential", "maxspeed": "30"},
    ]


def test_it_is_cached_like_any_other_file(tmp_path, own_cache):
    graphml(tmp_path, STREET)
    block = StreetsBlock(graphml="town.graphml")
    first = load_network(block, tmp_path)
    assert len(list(own_cache.iterdir())) == 1
    assert load_network(block, tmp_path).streets.node_count == first.streets.node_count


def plain_graph(path):
    graph = nx.MultiDiGraph()
    graph.add_edge(1, 2, weight=3.0)
    nx.write_graphml(graph, path)


@pytest.mark.parametrize(
    "write",
    [
        lambda path: path.write_text("nothing of the kind"),
        lambda path: path.write_text("<graphml></graphml>"),
        lambda path: path.write_text('<?xml version="1.0"?><graphml><graph edgedef'),
        plain_graph,
    ],
)
def test_a_graph_from_elsewhere_is_refused(tmp_path, write):
    write(tmp_path / "other.graphml")
    with pytest.raises(Refusal, match="F206"):
        load_network(StreetsBlock(graphml="other.graphml"), tmp_path, cache=False)
