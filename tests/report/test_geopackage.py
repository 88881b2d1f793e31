from __future__ import annotations

import sqlite3
from contextlib import closing
from xml.etree import ElementTree as ET

import pyogrio
import pytest

from optimizer.report.geopackage import write_geopackage
from optimizer.report.qgis import STYLES
from tests.report.answers import hostile, infeasible

LAYERS = {
    "streets", "catchments", "walking_reach", "site_outlines", "candidate_sites", "flows",
    "demand_points", "open_facilities",
}  # fmt: skip


def styles(path):
    with closing(sqlite3.connect(path)) as base:
        query = "SELECT f_table_name, styleQML, useAsDefault FROM layer_styles"
        return {name: (text, default) for name, text, default in base.execute(query)}


def test_every_layer_is_there_with_the_projected_crs(folder, problem):
    path = folder / "plan.gpkg"
    names = {name for name, kind in pyogrio.list_layers(path) if kind}
    assert names == LAYERS
    for name in names:
        assert pyogrio.read_info(path, layer=name)["crs"] == problem.streets.crs


def test_counts_are_those_of_the_plan(folder, problem, result):
    path = folder / "plan.gpkg"
    opened = pyogrio.read_dataframe(path, layer="open_facilities")
    assert len(opened) == result.solution.plan.open_option.sum()
    assert set(opened["kind"]) == {"micro_hub", "productive_hotel", "delivery_point"}
    assert len(pyogrio.read_dataframe(path, layer="candidate_sites")) == problem.sites.count
    assert len(pyogrio.read_dataframe(path, layer="demand_points")) == problem.demand.count


def test_geometry_lies_where_the_city_lies(folder, problem):
    frame = pyogrio.read_dataframe(folder / "plan.gpkg", layer="demand_points")
    back = frame.to_crs("EPSG:4326")
    assert back.geometry.x.to_numpy() == pytest.approx(problem.demand.lon, abs=1e-7)
    assert back.geometry.y.to_numpy() == pytest.approx(problem.demand.lat, abs=1e-7)


def test_every_layer_has_a_style_that_qgis_takes_by_itself(folder):
    found = styles(folder / "plan.gpkg")
    assert set(found) == LAYERS < set(STYLES)
    for text, default in found.values():
        assert default == 1
        root = ET.fromstring(text.split("\n", 1)[1])  # noqa: S314 - our own text
        assert root.find("renderer-v2/symbols/symbol/layer") is not None


def test_every_field_has_a_plain_name(folder):
    path = folder / "plan.gpkg"
    for name, (text, _) in styles(path).items():
        fields = pyogrio.read_info(path, layer=name)["fields"].tolist()
        root = ET.fromstring(text.split("\n", 1)[1])  # noqa: S314 - our own text
        aliases = {alias.get("field"): alias.get("name") for alias in root.iter("alias")}
        assert list(aliases) == fields
        assert all(words and "_" not in words for words in aliases.values())


def test_every_value_of_a_style_has_a_symbol():
    for style in STYLES.values():
        shapes = [(symbol.colour, symbol.shape) for _, _, symbol in style.symbols]
        assert len(set(shapes)) == len(shapes)


def test_the_same_answer_gives_the_same_rows_and_dates(tmp_path, problem, result):
    texts = []
    for name in ("a.gpkg", "b.gpkg"):
        write_geopackage(tmp_path / name, problem, result, None)
        with closing(sqlite3.connect(tmp_path / name)) as base:
            texts.append(list(base.iterdump()))
    assert texts[0] == texts[1]


def test_hostile_names_are_plain_text(tmp_path, problem):
    bad = hostile(problem)
    write_geopackage(tmp_path / "plan.gpkg", bad, infeasible(bad), None)
    frame = pyogrio.read_dataframe(tmp_path / "plan.gpkg", layer="candidate_sites")
    assert tuple(frame["name"]) == bad.sites.name
    assert set(styles(tmp_path / "plan.gpkg")) == {"candidate_sites"}
