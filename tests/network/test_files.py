"""Every format says the same; every damaged or wrong file is refused in one clear sentence."""

import bz2
import gzip

import osmium
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimizer.core.refusal import Refusal
from optimizer.network import load_network
from optimizer.network.read_osm import read_osm
from optimizer.scenario.city import StreetsBlock
from tests.network.towns import (
    BONDY,
    INSTANCES,
    RING,
    RING_WAY,
    STREET,
    load,
    same_streets,
    write_town,
)


def convert(source, target):
    """Write an OSM file in the format that the target's name asks for."""
    with osmium.SimpleWriter(str(target)) as writer:
        for item in osmium.FileProcessor(str(source)):
            writer.add(item)
    return target


def test_xml_gzip_bzip2_and_pbf_give_the_same_network(tmp_path):
    town = write_town(tmp_path / "town.osm", RING, [RING_WAY, ("eb", STREET)])
    packed = tmp_path / "town.osm.gz"
    packed.write_bytes(gzip.compress(town.read_bytes()))
    squeezed = tmp_path / "town.osm.bz2"
    squeezed.write_bytes(bz2.compress(town.read_bytes()))
    networks = [load(path) for path in (town, packed, squeezed)]
    networks.append(load(convert(town, tmp_path / "town.osm.pbf")))
    assert all(same_streets(networks[0], other) for other in networks[1:])


def test_a_real_extract_is_the_same_as_xml(tmp_path):
    as_xml = read_osm(convert(BONDY, tmp_path / "bondy.osm"))
    as_pbf = read_osm(BONDY)
    assert as_xml.ways == as_pbf.ways
    assert as_xml.position == as_pbf.position
    assert as_xml.areas == as_pbf.areas
    assert as_xml.points == as_pbf.points


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("absent.osm.pbf", None, "F201"),
        ("city.shp", b"x", "F202"),
        ("city.osm.zip", b"x", "F202"),
        ("empty.osm.pbf", b"", "F203"),
        ("empty.osm", b"", "F203"),
        ("noise.osm.pbf", b"this is not a map" * 40, "F203"),
        ("noise.osm", b"this is not a map" * 40, "F203"),
        ("noise.osm.gz", b"this is not a map" * 40, "F203"),
        ("noise.osm.bz2", b"this is not a map" * 40, "F203"),
        ("page.osm", b"<html><body>Not found</body></html>", "F203"),
        ("cut.osm", b'<?xml version="1.0"?><osm version="0.6"><node id="1"', "F203"),
        ("bare.osm", b'<osm version="0.6"></osm>', "F204"),
        ("zeros.osm.pbf", bytes(5000), "F203"),
    ],
)
def test_a_wrong_file_is_refused_in_one_sentence(tmp_path, name, content, code):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Refusal) as caught:
        load(path)
    assert [fault.code for fault in caught.value.faults] == [code]
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_is_not_a_file(tmp_path):
    (tmp_path / "city.osm.pbf").mkdir()
    with pytest.raises(Refusal, match="F201 is a folder"):
        load(tmp_path / "city.osm.pbf")


def test_a_cut_off_download_is_refused(tmp_path):
    path = tmp_path / "cut.osm.pbf"
    path.write_bytes(BONDY.read_bytes()[:60_000])
    with pytest.raises(Refusal, match="F203"):
        load(path)


@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_no_damage_to_a_file_ends_in_a_traceback(tmp_path, data):
    content = bytearray(BONDY.read_bytes())
    for _ in range(data.draw(st.integers(1, 4), label="bytes changed")):
        place = data.draw(st.integers(0, len(content) - 1), label="place")
        content[place] = data.draw(st.integers(0, 255), label="value")
    keep = data.draw(st.integers(1, len(content)), label="bytes kept")
    path = tmp_path / "damaged.osm.pbf"
    path.write_bytes(bytes(content[:keep]))
    try:
        world = read_osm(path)
    except Refusal as refusal:
        assert {fault.code for fault in refusal.faults} == {"F203"}  # noqa: PT017
    else:
        assert len(world.ways) <= 400


def test_a_map_without_streets_is_refused(tmp_path):
    house = ("abcfeda", {"building": "yes"})
    with pytest.raises(Refusal, match="F204"):
        load(write_town(tmp_path / "town.osm", RING, [house]))


def test_a_town_where_no_van_can_turn_back_is_refused(tmp_path):
    ways = [("abc", {**STREET, "oneway": "yes"})]
    with pytest.raises(Refusal, match=r"F205 .*there and back \(footways"):
        load(write_town(tmp_path / "town.osm", RING, ways))


def test_streets_whose_nodes_are_all_missing_are_no_streets(tmp_path):
    with pytest.raises(Refusal, match=r"F204 .*without the nodes.*osmium sort"):
        load(write_town(tmp_path / "town.osm", "a", [("xyz", STREET)]))


@pytest.mark.parametrize("given_sources", [{}, {"osm": "a.osm", "place": "Bondy"}])
def test_exactly_one_source_is_needed(tmp_path, given_sources):
    with pytest.raises(Refusal, match="F200"):
        load_network(StreetsBlock(**given_sources), tmp_path)


def test_every_shipped_extract_is_credited():
    text = (INSTANCES / "README.md").read_text(encoding="utf-8")
    names = [path.relative_to(INSTANCES).as_posix() for path in INSTANCES.glob("*/*.pbf")]
    assert len(names) >= 4
    assert all(f"`{name}`" in text for name in names)
    assert "Open Database License" in text


def test_hostile_names_pass_through_as_text(tmp_path):
    name = "<img src=x onerror=alert(1)> \u202e 漢字 '\"&"
    network = load(write_town(tmp_path / "t.osm", RING, [("abcfeda", {**STREET, "name": name})]))
    assert name in set(network.street_lines["name"])
