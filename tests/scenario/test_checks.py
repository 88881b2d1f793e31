"""References, order and contradictions that types cannot see."""

from __future__ import annotations

import pytest

from optimizer.scenario.reader import read_scenario
from tests.scenario.builders import changed, faults_of, valid_text, write_scenario

HOTEL = """\
  productive_hotels:
    - id: hotel
      label: Hotel
      tenure: buy
      footprint_m2: 900
      height_m: 12
      build_eur: 1
      running_eur_year: 1
      embodied_co2e_kg: 1
      lifetime_years: 50
      docks: 1
      rent_eur_m2_year: 100
      levels: [{area_m2: 800, load_kg_m2: 500, clear_height_m: 3}]
channels:
"""
HUB_IN_HOTEL = "footprint_m2: 0\n      inside_hotel_m2: 200"
RULES = "rules:\n  "


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        ("osm: town.osm", "crs: auto", "F120", "nowhere"),
        ("osm: town.osm", "osm: town.osm\n  place: Avignon", "F120", "osm and place"),
        ("osm: town.osm", "osm: town.osm\n  clip: [2, 1, 1, 2]", "F121", "no inside"),
        ("osm: town.osm", "osm: town.osm\n  crs: Lambert", "F121", "Lambert"),
        ("osm: town.osm", "osm: ''", "F122", "no file"),
        ("osm: town.osm", "osm: .", "F122", "no file"),
        ("population: 500", "population: 5\n  file: town.osm", "F123", "file and estimate"),
        ("population: 500", "population: 5\n  without_parcels: true", "F123", "without_parcels"),
        ("population: 500", "population: 5\n    population_grid: town.osm", "F123", "both"),
        ("land:", "land:\n  derive: false", "F124", "no sites"),
        ("osm: town.osm", "graphml: town.osm", "F124", "GraphML"),
        ("permits: [micro_hub]", "permits: [hubb]", "F126", "hubb"),
        ("share: 0.1", "share: 0.7", "F127", "rises"),
        ("walk_min: 5", "walk_min: 0", "F127", "comes after"),
        ("handling", "minimum_parcels_per_day: 350\n      handling", "F128", "455"),
        ("footprint_m2: 80", HUB_IN_HOTEL, "F128", "no hotel"),
    ],
)
def test_a_contradiction_is_refused(tmp_path, old, new, code, words):
    found = faults_of(write_scenario(tmp_path, changed(old, new)))
    assert [fault.code for fault in found] == [code], found
    assert words in found[0].cause


def test_a_hub_inside_a_hotel_needs_a_ground_floor_and_no_land(tmp_path):
    text = valid_text().replace("channels:\n", HOTEL)
    fits = text.replace("footprint_m2: 80", HUB_IN_HOTEL)
    assert read_scenario(write_scenario(tmp_path, fits)).designs.micro_hubs[0].footprint_m2 == 0
    large = text.replace("footprint_m2: 80", "footprint_m2: 5\n      inside_hotel_m2: 900")
    found = faults_of(write_scenario(tmp_path, large))
    assert [fault.code for fault in found] == ["F128", "F128"]


def test_a_level_cannot_be_larger_than_the_footprint(tmp_path):
    text = valid_text().replace("channels:\n", HOTEL.replace("area_m2: 800", "area_m2: 901"))
    assert [fault.code for fault in faults_of(write_scenario(tmp_path, text))] == ["F128"]


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ("quotas: [{kind: micro_hub, at_least: 3, at_most: 2}]", "F129"),
        ("quotas: [{kind: delivery_point, at_least: 1}]", "F129"),
        ("quotas: [{kind: micro_hub, jurisdiction: Elsewhere}]", "F126"),
        ("land: [{name: a, budget_m2: 1, jurisdictions: [Elsewhere]}]", "F126"),
        ("purses: [{name: a, budget_eur: 1}, {name: a, budget_eur: 2}]", "F125"),
        ("required: [{site: s}]", "F130"),
        ("required: [{design: hub}]", "F130"),
        ("required: [{site: s, lon: 1, lat: 1, design: hub}]", "F130"),
        ("existing: [{lon: 1, design: hub}]", "F130"),
        ("forbidden: [{site: s, design: hbu}]", "F126"),
    ],
)
def test_a_rule_that_cannot_hold_is_refused(tmp_path, rules, code):
    found = faults_of(write_scenario(tmp_path, valid_text() + RULES + rules + "\n"))
    assert [fault.code for fault in found] == [code], found


@pytest.mark.parametrize("design", ["", ", design: hub"])
def test_a_site_is_not_forbidden_and_required_at_once(tmp_path, design):
    rules = f"required: [{{site: s, design: hub}}]\n  forbidden: [{{site: s{design}}}]\n"
    found = faults_of(write_scenario(tmp_path, valid_text() + RULES + rules))
    assert [fault.code for fault in found] == ["F131"]


def test_ids_are_unique_over_all_kinds(tmp_path):
    text = valid_text().replace("channels:\n", HOTEL.replace("id: hotel", "id: hub"))
    found = faults_of(write_scenario(tmp_path, text))
    assert [fault.code for fault in found] == ["F125"]
    assert found[0].action == "give it another name"


def test_jurisdictions_of_a_file_are_not_guessed_at(tmp_path):
    text = changed("land:", "land:\n  jurisdictions: {file: town.osm}")
    text += "rules:\n  quotas: [{kind: micro_hub, jurisdiction: Elsewhere}]\n"
    assert read_scenario(write_scenario(tmp_path, text)).rules.quotas[0].at_least == 0
