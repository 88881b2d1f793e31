"""Scenario files are read strictly, and every fault comes at once with its place."""

from __future__ import annotations

import json

import pytest
from ruamel.yaml import YAML

from optimizer.core.refusal import Fault, Refusal
from optimizer.scenario.reader import read_scenario, read_with_places
from tests.scenario.builders import changed, fault_lines, faults_of, valid_text, write_scenario


def test_a_valid_scenario_is_read(tmp_path):
    scenario = read_scenario(write_scenario(tmp_path))
    assert scenario.name == "Small town"
    assert scenario.channels.acceptance[1].share == 0.1
    assert scenario.vehicles.van.parcels_per_tour == 100.0


def test_json_is_read_like_yaml(tmp_path):
    data = YAML(typ="safe", pure=True).load(valid_text())
    data["name"] = "Town 😀"
    text = json.dumps(data, indent="\t")
    path = write_scenario(tmp_path, text, "scenario.json")
    scenario = read_scenario(path)
    assert scenario.name == "Town 😀"


def test_ten_faults_are_reported_at_once_with_line_and_column(tmp_path):
    text = """\
faubourg: 1
name: Small town
curency: EUR
currency: Euro
streets:
  osm: nowhere.osm.pbf
demand:
  peak_day_factor: 0.9
land:
  zones:
    - zone: parking
      permits: [micro_hub, tower]
      price_eur_m2: "100"
      rent_eur_m2_year: 5
      rent_eur_m2_year: 6
designs:
  micro_hubs: []
channels:
  bike_limit_min: 20
  acceptance:
    - {walk_min: 0, share: 0.6}
    - {walk_min: 5, share: 0.8}
vehicles: none
weights:
  co2e_eur_per_t: 1OO
  discount_rate: 0.04
"""
    path = write_scenario(tmp_path, text)
    assert fault_lines(path) == [
        "3:1 F105",  # curency
        "4:11 F108",  # Euro
        "6:8 F122",  # nowhere.osm.pbf
        "7:1 F123",  # neither file nor estimate
        "8:20 F108",  # 0.9 < 1
        "12:28 F126",  # tower
        "13:21 F107",  # "100"
        "15:7 F104",  # twice
        "16:1 F128",  # no designs
        "18:1 F106",  # walk_limit_min
        "22:7 F127",  # rises
        "23:11 F107",  # none is no block
        "25:19 F107",  # 1OO
    ]


def test_a_fault_reads_as_place_code_cause_and_action(tmp_path):
    path = write_scenario(tmp_path, changed("currency:", "curency:"))
    first, second = sorted(faults_of(path), key=lambda fault: fault.code)
    assert str(first) == (
        f"{path}:3:1 F105 unknown key 'curency' in the scenario — did you mean 'currency'?"
    )
    assert second.place == f"{path}:1:1"
    assert "add `currency:` (ISO 4217 code." in second.action


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        ("population: 500", "population: 0", "F108", "must be at least 1"),
        ("population: 500", "population: 3.5", "F107", "must be a whole number"),
        ("population: 500", "population: '500'", "F107", "must be a whole number"),
        ("population: 500", "population: yes", "F107", "'yes'"),
        ("population: 500", "population: 22:30", "F107", "'22:30'"),
        ("population: 500", "population: .inf", "F108", "too large"),
        ("population: 500", "population: .nan", "F108", "not a number"),
        ("population: 500", "population: 1e99", "F108", "too large"),
        ("tenure: lease", "tenure: rent", "F108", "'rent'"),
        ("id: hub", "id: a b", "F108", "'a b'"),
        ("zone: parking", "zone: ''", "F108", "''"),
        ("share: 0.6", "share: 1.6", "F108", "must be at most 1"),
        ("height_m: 3", "height_m: [3]", "F107", "a list of 1"),
        ("name: Small town", "name: 7", "F107", "must be text"),
        ("name: Small town", "name:", "F107", "is empty"),
        ("permits: [micro_hub]", "permits: micro_hub", "F107", "must be a list"),
        ("lifetime_years: 12", "lifetime_years: 0", "F108", "must be more than 0"),
        ("name: Small town", "name: !!python/object:os.system x", "F103", "tag"),
        ("name: Small town", "name: &a town", "F103", "anchor &a"),
        ("name: Small town", "<<: {name: town}", "F105", "unknown key '<<'"),
        ("population: 500", "population: 500\n---\na: 1", "F103", "second document"),
        ("name: Small town", "\tname: town", "F102", "tab"),
        ("name: Small town", "name: [1, 2", "F102", "not YAML"),
        ("name: Small town", "name: 'never closed", "F102", "not YAML"),
        ("name: Small town", "? [a]\n: 1", "F102", "not a word"),
        ("name: Small town", 'name: "\\ud83d"', "F102", "surrogate"),
        ("name: Small town", 'name: "\\UFFFFFFFF"', "F102", "not YAML"),
        ("name: Small town", "name: a\x07b", "F102", "not YAML"),
        ("tenure: lease", "tenure: lease\n      wheels: 4", "F105", "unknown key 'wheels'"),
    ],
)
def test_a_wrong_value_is_refused_in_plain_words(tmp_path, old, new, code, words):
    found = faults_of(write_scenario(tmp_path, changed(old, new)))
    assert any(fault.code == code and words in fault.cause for fault in found), found
    assert not any("pydantic" in str(fault) for fault in found)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "F101"),
        (b"# nothing but a comment\n", "F101"),
        (b"faubourg: 1\0", "F101"),
        (b"\xff\xfef\x00", "F101"),
        (b"name: \xe9t\xe9\n", "F101"),
        (b"- a\n- b\n", "F107"),
        (b"just words\n", "F107"),
        (b"[" * 100_000, "F103"),
        (b"a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n", "F103"),
        (b"x: y\n" * 1_300_000, "F101"),
        (b"a: 1\n" * 300, "F100"),
    ],
    ids=[
        "empty",
        "comment",
        "nul",
        "utf-16",
        "latin-1",
        "list",
        "text",
        "deep",
        "bomb",
        "large",
        "many faults",
    ],
)
def test_a_hostile_file_is_refused(tmp_path, content, code):
    path = tmp_path / "scenario.yaml"
    path.write_bytes(content)
    assert code in {fault.code for fault in faults_of(path)}


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path):
    path = write_scenario(tmp_path)
    path.write_bytes(b"\xef\xbb\xbf" + valid_text().replace("\n", "\r\n").encode())
    assert read_scenario(path).currency == "EUR"


def test_numbers_may_be_whole_or_in_powers_of_ten(tmp_path):
    text = changed("build_eur: 70000", "build_eur: 7e4").replace("height_m: 3", "height_m: 3.50")
    hub = read_scenario(write_scenario(tmp_path, text)).designs.micro_hubs[0]
    assert hub.build_eur == 70_000
    assert isinstance(hub.build_eur, int)
    assert hub.height_m == 3.5


def test_words_that_old_yaml_turned_into_values_stay_words(tmp_path):
    names = [
        read_scenario(write_scenario(tmp_path, changed("name: Small town", f"name: {word}"))).name
        for word in ("NO", "22:30", "on", "2026-01-01", "1_000")
    ]
    assert names == ["NO", "22:30", "on", "2026-01-01", "1_000"]


def test_a_missing_file_or_a_folder_is_one_clear_fault(tmp_path):
    assert [fault.code for fault in faults_of(tmp_path / "no.yaml")] == ["F101"]
    assert [fault.code for fault in faults_of(tmp_path)] == ["F101"]


def test_places_name_the_value_or_the_block_above_it(tmp_path):
    path = write_scenario(tmp_path)
    _, places = read_with_places(path)
    assert places.of("land", "zones", 0, "permits", 0) == f"{path}:12:17"
    assert places.of("land", "sites") == f"{path}:9:1"
    assert places.of("rules", "required", 0, "site") == f"{path}:1:1"


def test_faults_of_later_rooms_are_told_where_the_scenario_says_it(tmp_path):
    path = write_scenario(tmp_path)
    _, places = read_with_places(path)
    named = (
        "land.zones[0].price_eur_m2",
        "land.zones.0 parking",
        "demand",
        "demand.csv:3",
        "solve",
    )
    told = places.located(Refusal(*(Fault(place, "F5", "cause", "action") for place in named)))
    assert [fault.place for fault in told.faults] == [
        f"{path}:13:21",
        f"{path}:11:7 parking",
        f"{path}:6:1",
        "demand.csv:3",
        f"{path}:1:1",
    ]


def test_endless_lists_are_refused_before_they_take_long(tmp_path, monkeypatch):
    monkeypatch.setattr("optimizer.scenario.text.MOST_VALUES", 300)
    path = write_scenario(tmp_path, "a: [" + "1, " * 400 + "]\n")
    assert [fault.code for fault in faults_of(path)] == ["F103"]
