"""Blocks of productive hotels: units that fit, limits that can hold, names that are known."""

from __future__ import annotations

import pytest

from optimizer.scenario.reader import read_scenario
from tests.scenario.builders import faults_of, valid_text, write_scenario

LEVEL = "{area_m2: 800, load_kg_m2: 500, clear_height_m: 3}"
HOTEL = f"""\
  productive_hotels:
    - id: hotel
      label: Hotel
      tenure: [buy, lease]
      footprint_m2: 900
      height_m: 12
      build_eur: 1
      running_eur_year: 1
      embodied_co2e_kg: 1
      lifetime_years: 50
      docks: 2
      rent_eur_m2_year: 100
      roof_m2: 700
      levels: [{LEVEL}, {LEVEL}]
channels:
"""
HORIZON = "horizon: {periods: [{name: soon, first_year: 2026, years: 5}]}\n"
HYBRID = "space: hybrid, fit_out_eur_m2: 5"
INSIDE = "footprint_m2: 0\n      inside_hotel_m2: 200"
WORKERS = "rules: {worker_access: {file: town.osm, within_min: 9, capture_share: 0.5"
DUTIES = [f"{{name: {name}, net_eur_m2_year: 1, share_min: 0.55}}" for name in "ab"]
GROWTH = "growth: {file: town.osm, move_within_eur_m2: 1, move_between_eur_m2: 1}"
TIMES = "transit: {stops: town.osm, rides: town.osm, walk_max_min: 5}"
RESOURCE = "{name: heat, unit: MWh, value_eur: 1, loss_per_km: 0, reach_m: 1, link_eur_m_year: 0}"


def hotel_text(units="", more=""):
    """Return a scenario whose hotel has these units on its ground floor."""
    level = LEVEL.replace("}", f", units: [{units}]}}") if units else LEVEL
    return valid_text().replace("channels:\n", HOTEL.replace(LEVEL, level, 1)) + more


def found(tmp_path, text):
    return [(fault.code, fault.cause) for fault in faults_of(write_scenario(tmp_path, text))]


@pytest.mark.parametrize(
    ("units", "code", "words"),
    [
        ("{id: a, area_m2: 500}, {id: b, area_m2: 301}", "F128", "units of 801 m2"),
        ("{id: a, area_m2: 500}, {id: a, area_m2: 300}", "F125", "unit 'a' stands twice"),
        ('{id: "1", area_m2: 500}', "F125", "unit '1' stands twice"),  # the level above is unit 1
        ("{id: a, area_m2: 5, space: hybrid}", "F137", "without fit_out_eur_m2"),
        ("{id: a, area_m2: 5, fit_out_eur_m2: 5}", "F137", "says nothing"),
        ("{id: a, area_m2: 5, switch_eur_m2: 5}", "F137", "says nothing"),
        ("{id: a, area_m2: 5, space: cellar}", "F108", "cellar"),
    ],
)
def test_a_unit_that_cannot_be_is_refused(tmp_path, units, code, words):
    ((told, cause),) = found(tmp_path, hotel_text(units))
    assert told == code
    assert words in cause


def test_over_years_a_hybrid_unit_states_what_a_switch_costs(tmp_path):
    text = hotel_text(f"{{id: a, area_m2: 5, {HYBRID}}}")
    read_scenario(write_scenario(tmp_path, text))
    ((code, cause),) = found(tmp_path, text + HORIZON)
    assert (code, "switch_eur_m2" in cause) == ("F137", True)
    stated = text.replace("fit_out_eur_m2: 5", "fit_out_eur_m2: 5, switch_eur_m2: 0")
    read_scenario(write_scenario(tmp_path, stated + HORIZON))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("roof_m2: 700", "roof_m2: 901", "a roof of 901 m2"),
        ("footprint_m2: 80", "footprint_m2: 80\n      inside_docks: 1", "outside hotels"),
        ("footprint_m2: 80", f"{INSIDE}\n      inside_docks: 3", "no hotel has more than 2"),
    ],
)
def test_roofs_and_docks_inside_fit_the_building(tmp_path, old, new, words):
    ((code, cause),) = found(tmp_path, hotel_text().replace(old, new, 1))
    assert code == "F128"
    assert words in cause


def test_a_hub_inside_fits_into_the_first_unit_of_the_ground_floor(tmp_path):
    text = hotel_text("{id: a, area_m2: 150}, {id: b, area_m2: 600}")
    ((code, cause),) = found(tmp_path, text.replace("footprint_m2: 80", INSIDE, 1))
    assert code == "F128"
    assert "150 m2" in cause


@pytest.mark.parametrize(
    ("more", "code", "words"),
    [
        ("rules: {mix: [{name: a, sectors: [x]}]}", "F137", "without any limit"),
        ("rules: {mix: [{name: a, sectors: [x], share_min: 0.5, share_max: 0.4}]}", "F137", "0.5"),
        ("rules: {mix: [{name: a, sectors: [x], area_min_m2: 5, area_max_m2: 4}]}", "F137", "5"),
        (
            "rules: {mix: [{name: a, sectors: [x], share_min: 0.5, jurisdictions: [Elsewhere]}]}",
            "F126",
            "Elsewhere",
        ),
        ("rules: {jobs: [{name: a, skill: b, at_least: 1, jurisdictions: [No]}]}", "F126", "No"),
        ("rules: {jobs: [{name: a, skill: B, at_least: 1}]}", "F108", "skill"),
        ("rules: {apart: [{name: a, between: [x, y], levels: 0}]}", "F108", "at least 1"),
        ("rules: {apart: [{name: a, between: [x], levels: 1}]}", "F106", "between"),
        (f"{WORKERS}, by: [transit]}}}}", "F137", "no time table"),
        (f"{WORKERS}, by: [walk], {TIMES}}}}}", "F137", "nobody comes by transit"),
        (f"{WORKERS}, by: []}}}}", "F108", "at least 1"),
        ("rules: {neighbours: {file: no.csv, within_m: 1, facade_db: 1}}", "F122", "no.csv"),
        (f"exchange: {{tenants: town.osm, resources: [{RESOURCE}, {RESOURCE}]}}", "F125", "heat"),
        ("services: [{name: a, eur_year: 1, eur_tenant_year: 1, designs: [hub]}]", "F137", "hub"),
        ("services: [{name: a, eur_year: 1, eur_tenant_year: 1, designs: [htl]}]", "F126", "htl"),
        (f"roofs: [{', '.join(DUTIES)}]", "F137", "duties on 1.1"),
        (
            "roofs: [{name: a, net_eur_m2_year: -1, plot_min_m2: 9, total_max_m2: 8}]",
            "F137",
            "at most 8 m2",
        ),
        ("tenants: {file: town.osm, annexes: no.csv}", "F122", "tenants.annexes"),
        (f"tenants: {{file: town.osm, {GROWTH}}}", "F132", "no horizon"),
    ],
)
def test_a_rule_of_hotels_that_cannot_hold_is_refused(tmp_path, more, code, words):
    told = found(tmp_path, hotel_text(more=more + "\n"))
    assert [each for each, _ in told] == [code], told
    assert words in told[0][1]


def test_growth_is_read_with_a_horizon_and_a_service_may_name_a_tenure(tmp_path):
    growth = "growth: {move_within_eur_m2: 1, move_between_eur_m2: 2}"
    service = "services: [{name: a, eur_year: 1, eur_tenant_year: 1, designs: [hotel.buy]}]\n"
    text = hotel_text(more=f"{HORIZON}{service}tenants: {{file: town.osm, {growth}}}\n")
    assert read_scenario(write_scenario(tmp_path, text)).services[0].designs == ("hotel.buy",)


def test_roofs_need_a_hotel_with_a_roof(tmp_path):
    text = hotel_text(more="roofs: [{name: a, net_eur_m2_year: 1}]\n").replace("roof_m2: 700", "")
    assert [code for code, _ in found(tmp_path, text)] == ["F137"]
