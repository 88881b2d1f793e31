"""Files of sites in mind: ids or points, and every fault at once."""

from __future__ import annotations

import json

import pytest

from optimizer.core.refusal import Refusal
from optimizer.prepare.choices import read_choices
from tests.builders import grid_problem

PROBLEM = grid_problem()
FIRST = PROBLEM.sites


def read(folder, text, max_m=150.0):
    path = folder / "choices.csv"
    path.write_text(text, encoding="utf-8")
    return read_choices(path, PROBLEM, max_m=max_m)


def codes(folder, text, **more):
    with pytest.raises(Refusal) as refused:
        read(folder, text, **more)
    return [fault.code for fault in refused.value.faults]


def test_sites_by_id_with_and_without_designs(tmp_path):
    assert read(tmp_path, "site,design\ns3,hub_s\ns1,\n\n") == [(3, 0), (1, None)]


def test_semicolons_and_a_byte_order_mark_are_read(tmp_path):
    assert read(tmp_path, "\ufeffSite;Design\ns2;hub_l\n") == [(2, 1)]


def test_points_mean_the_nearest_site_that_could_take_the_design(tmp_path):
    at = int(PROBLEM.options.site[0])
    design = int(PROBLEM.options.design[0])
    name = PROBLEM.designs.id[design]
    text = f"lon,lat,design\n{FIRST.lon[at]},{FIRST.lat[at]},{name}\n"
    assert read(tmp_path, text) == [(at, design)]


def test_geojson_points_and_ids(tmp_path):
    path = tmp_path / "choices.geojson"
    point = {"type": "Point", "coordinates": [float(FIRST.lon[4]), float(FIRST.lat[4])]}
    features = [
        {"type": "Feature", "geometry": point, "properties": {}},
        {"type": "Feature", "geometry": None, "properties": {"site": "s5", "design": "hotel_3"}},
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    chosen = read_choices(path, PROBLEM, max_m=1.0)
    assert FIRST.lon[chosen[0][0]] == FIRST.lon[4]
    assert chosen[1] == (5, 3)


def test_every_fault_is_told_with_its_line(tmp_path):
    text = "site,lon,lat,design\ns1,,,hub_z\nnowhere,,,hub_s\n,1.0,2.0,\n,,,hub_s\n"
    with pytest.raises(Refusal) as refused:
        read(tmp_path, text)
    faults = refused.value.faults
    assert [fault.code for fault in faults] == ["F604", "F602", "F603", "F605"]
    assert faults[0].place.endswith("choices.csv:2")
    assert "hub_s" in faults[0].action


@pytest.mark.parametrize("lon", ["nan", "inf", "1e400", "181"])
def test_a_position_that_is_nowhere_on_earth_is_no_position(tmp_path, lon):
    assert codes(tmp_path, f"lon,lat\n{lon},45\n") == ["F605"]


@pytest.mark.parametrize(
    "text", ["", "site,design\n", '{"type": "FeatureCollection"}', "{", '{"features": [3]}']
)
def test_files_that_name_nothing_are_refused(tmp_path, text):
    assert codes(tmp_path, text) == ["F601"]


def test_a_missing_file_and_a_polygon_are_refused(tmp_path):
    with pytest.raises(Refusal, match="F601"):
        read_choices(tmp_path / "none.csv", PROBLEM, max_m=1.0)
    shape = {"type": "Polygon", "coordinates": []}
    text = json.dumps({"features": [{"geometry": shape, "properties": {}}]})
    assert codes(tmp_path, text) == ["F601"]
