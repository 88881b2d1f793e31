import tempfile
from pathlib import Path

import geopandas as gpd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.core.refusal import Refusal
from optimizer.demand import build_demand
from optimizer.demand.files import clean, layer_rows, read_layer, read_table
from optimizer.scenario.city import DemandBlock
from tests.demand.town import CRS, dot, town

SMALL_TOWN = town()


def write(tmp_path, content, name="table.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_semicolons_bring_decimal_commas_and_a_byte_order_mark_is_skipped(tmp_path):
    path = write(tmp_path, b"\xef\xbb\xbfa;b\r\n1,5;x\r\n\r\n")
    table = read_table(path, "table.csv", "F1", ("a", "b"))
    assert [place for place, _ in table.rows] == ["table.csv:2"]
    assert table.number("table.csv:2", table.rows[0][1], "a") == 1.5
    assert table.faults == []


def test_text_with_quoted_lines_keeps_the_line_numbers_right(tmp_path):
    path = write(tmp_path, 'a,b\n"two\nlines",1\n2\n')
    table = read_table(path, "table.csv", "F1", ("a",))
    assert table.rows[0][1]["a"] == "two\nlines"
    assert [fault.place for fault in table.faults] == ["table.csv:4"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a,b\n\xff\xfe,1\n", "table.csv:2 F1 is not UTF-8"),
        (b"", "column a is missing"),
        (b"b,c\n1,2\n", "column a is missing"),
        (b"a,b,b\n1,2,3\n", "column 'b' stands twice"),
        (b'a,b\n"' + b"x" * 200_000 + b'",1\n', "cannot be read"),
    ],
)
def test_a_table_that_cannot_be_understood_is_refused(tmp_path, content, words):
    path = write(tmp_path, content)
    with pytest.raises(Refusal, match=words):
        read_table(path, "table.csv", "F1", ("a", "b"))


@pytest.mark.parametrize("value", ["nan", "inf", "", "three", "-1", "1e400"])
def test_a_number_must_be_finite_and_within_its_bounds(tmp_path, value):
    table = read_table(write(tmp_path, f"a,b\n{value},1\n"), "table.csv", "F1", ("a",))
    table.number("table.csv:2", table.rows[0][1], "a", least=0)
    assert [fault.place for fault in table.faults] == ["table.csv:2"]


@pytest.mark.parametrize("name", ["missing.geojson", "folder", "garbage.gpkg", "empty.geojson"])
def test_a_layer_that_cannot_be_read_is_refused_in_one_line(tmp_path, name):
    (tmp_path / "folder").mkdir()
    write(tmp_path, b"\x00garbage", "garbage.gpkg")
    write(tmp_path, b"", "empty.geojson")
    with pytest.raises(Refusal) as caught:
        read_layer(tmp_path / name, name, "F1", CRS)
    assert len(caught.value.faults) == 1
    assert str(caught.value).startswith(f"{name} F1 ")


def test_a_layer_without_a_coordinate_system_is_refused(tmp_path):
    with pytest.warns(UserWarning, match="'crs' was not provided"):
        gpd.GeoDataFrame({"a": [1]}, geometry=[dot(0, 0)]).to_file(tmp_path / "x.shp")
    with pytest.raises(Refusal, match="does not say its coordinate system"):
        read_layer(tmp_path / "x.shp", "x.shp", "F1", CRS)


def test_a_layer_is_brought_to_the_map_and_missing_values_are_empty_text(tmp_path):
    frame = gpd.GeoDataFrame(
        {"a": [1.5, None], "b": ["x", None]}, geometry=[dot(0, 0), dot(5, 0)], crs=CRS
    )
    frame.to_crs("EPSG:2056").to_file(tmp_path / "x.gpkg")
    read = read_layer(tmp_path / "x.gpkg", "x.gpkg", "F1", CRS)
    assert read.geometry[1].distance(dot(5, 0)) < 0.01
    rows = layer_rows(read, "x.gpkg", "F1").rows
    assert rows[1] == ("x.gpkg:feature 2", {"a": "", "b": ""})


def test_names_lose_control_characters_and_keep_everything_else():
    assert clean("a\x00b\n\t<b>é\u202e 火") == "a b <b>é 火"
    assert clean(float("nan")) == ""
    assert len(clean("x" * 999)) == 200


@settings(deadline=None, max_examples=150)
@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(alphabet='lon,at;parces_dy"\r\n\x00-1.e6é', max_size=200).map(str.encode),
        st.lists(st.text(alphabet='0123456789.,;-"naif \r\n', max_size=30), max_size=6).map(
            lambda rows: "\n".join(["lon,lat,parcels_per_day", *rows]).encode()
        ),
    )
)
def test_whatever_a_table_holds_the_answer_is_demand_or_a_refusal(content):
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "demand.csv").write_bytes(content)
        block = DemandBlock(file="demand.csv")
        places = set()
        try:
            points, _, _ = build_demand(block, SMALL_TOWN, Path(folder), 100.0)
        except Refusal as refusal:
            places = {fault.place.split(":")[0] for fault in refusal.faults}
    assert places == {"demand.csv"} or points.count > 0
