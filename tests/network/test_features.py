"""What lies around the streets keeps its shape, its tags and its id."""

import pytest
import shapely

from optimizer.network.features import TAG_KEYS, is_area
from tests.network.towns import DREIEICH, RING_WAY, STREET, bondy, load, town

BLOCK = """
a--b--c
|p-q--|
|r-s-z|
d--e--f
"""


def test_a_building_is_an_area_with_its_tags(tmp_path):
    house = ("pqsrp", {"building": "warehouse", "building:levels": "2", "colour": "red"})
    areas = town(tmp_path, BLOCK, [RING_WAY, house]).features.areas
    assert areas["id"].tolist() == ["w2"]
    row = areas.iloc[0]
    assert (row["building"], row["building:levels"], row["shop"]) == ("warehouse", "2", None)
    assert "colour" not in areas.columns
    assert row.geometry.area == pytest.approx(80 * 40, rel=0.01)


def test_a_shop_is_a_point_and_a_bridge_is_a_line(tmp_path):
    bridge = ("be", {**STREET, "bridge": "yes", "layer": "1"})
    features = town(tmp_path, BLOCK, [RING_WAY, bridge], {"z": {"shop": "bakery"}}).features
    assert features.points["id"].tolist() == [f"n{ord('z')}"]
    assert features.points["shop"].tolist() == ["bakery"]
    assert features.lines["id"].tolist() == ["w2"]
    assert features.lines["layer"].tolist() == ["1"]


def test_a_ring_road_is_no_area_and_a_square_is(tmp_path):
    square = ("pqsrp", {"highway": "pedestrian", "area": "yes"})
    areas = town(tmp_path, BLOCK, [RING_WAY, square]).features.areas
    assert areas["id"].tolist() == ["w2"]


def test_lines_that_happen_to_close_are_no_areas():
    assert not is_area({"natural": "coastline"})
    assert not is_area({"railway": "rail"})
    assert not is_area({"building": "yes", "area": "no"})
    assert is_area({"railway": "station"})
    assert is_area({"highway": "service", "amenity": "parking"})


def test_an_outline_that_crosses_itself_is_mended_and_counted(tmp_path):
    bow = ("pqrsp", {"landuse": "industrial"})
    network = town(tmp_path, BLOCK, [RING_WAY, bow])
    assert network.features.areas.is_valid.all()
    left_out = len(network.features.areas) == 0
    assert left_out or any(line.what == "mended areas" for line in network.audit)


def test_nothing_outside_the_area_is_kept(tmp_path):
    art = BLOCK.strip("\n") + "-" * 40 + "xy"
    bounds = (6.0995, 46.198, 6.104, 46.2005)
    shops = {"x": {"shop": "far"}, "z": {"shop": "near"}}
    points = town(tmp_path, art, [RING_WAY, ("fx", STREET)], shops, bounds).features.points
    assert points["shop"].tolist() == ["near"]


def test_a_town_without_anything_around_has_empty_tables(tmp_path):
    features = town(tmp_path, BLOCK, [RING_WAY]).features
    for frame in (features.areas, features.points, features.lines):
        assert len(frame) == 0
        assert {"id", "geometry", *TAG_KEYS} == set(frame.columns)
        assert frame.crs == "EPSG:32632"


def test_real_areas_are_valid_polygons_in_order():
    areas = bondy().features.areas
    assert areas.is_valid.all()
    assert set(areas.geom_type) <= {"Polygon", "MultiPolygon"}
    assert areas["id"].is_unique
    assert areas["building"].notna().sum() > 1000


def test_relations_become_areas_with_their_holes():
    areas = load(DREIEICH).features.areas
    relations = areas[areas["id"].str.startswith("r")]
    assert len(relations) >= 3
    holes = shapely.get_num_interior_rings(shapely.get_parts(relations.geometry.array))
    assert holes.sum() > 0


def test_the_study_area_is_the_box_of_the_file():
    box = bondy().boundary
    assert box.geom_type == "Polygon"
    assert 0.5e6 < box.area < 1.0e6
