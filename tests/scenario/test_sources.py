"""Assumptions are listed with their sources, and shipped scenarios leave none without."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from optimizer.scenario.reader import read_scenario, schema_json
from optimizer.scenario.sources import assumptions, missing_sources
from tests.scenario.builders import changed, over_years_text, write_scenario

INSTANCES = Path(__file__).parent.parent.parent / "instances"
SHIPPED = sorted(INSTANCES.glob("*/scenario.yaml"))


def test_blocks_with_figures_and_no_source_are_found(tmp_path):
    text = changed("weights:\n", "weights:\n  source: a study\n")
    missing = missing_sources(read_scenario(write_scenario(tmp_path, text)))
    assert "land.zones[parking]" in missing
    assert "designs.micro_hubs[hub]" in missing
    assert "vehicles.van" in missing
    assert "weights" not in missing


def test_assumptions_carry_unit_and_nearest_source(tmp_path):
    text = changed("weights:\n", "weights:\n  source: a study\n")
    text = text.replace("demand:\n", "demand:\n  source: a census\n")
    found = {item.key: item for item in assumptions(read_scenario(write_scenario(tmp_path, text)))}
    assert found["weights.co2e_eur_per_t"].value == "100 EUR/t"
    assert found["weights.co2e_eur_per_t"].source == "a study"
    assert found["demand.estimate.population"].source == "a census"
    assert found["designs.micro_hubs[hub].build_eur"].value == "70 000 EUR"
    assert found["channels.acceptance[1].walk_min"].value == "5 min"
    assert "solve.time_limit_s" not in found


def test_a_zero_is_listed_where_somebody_wrote_it(tmp_path):
    text = changed("lifetime_years: 12", "lifetime_years: 12\n      closing_share: 0")
    found = {item.key for item in assumptions(read_scenario(write_scenario(tmp_path, text)))}
    assert "designs.micro_hubs[hub].closing_share" in found
    assert "designs.micro_hubs[hub].resale_share" not in found


def test_calendar_years_have_neither_blank_nor_unit(tmp_path):
    text = over_years_text()
    found = {item.key: item for item in assumptions(read_scenario(write_scenario(tmp_path, text)))}
    assert found["horizon.periods[later].first_year"].value == "2031"
    assert found["horizon.periods[later].years"].value == "10 years"
    assert found["rules.rent_stages[0].until_age"].value == "2 years"
    assert found["rules.purses[purse].grants[later].eur"].value == "50 000 EUR"


def test_there_are_shipped_scenarios():
    assert {"geneva", "tiny"} <= {path.parent.name for path in SHIPPED}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.parent.name)
def test_a_shipped_scenario_is_valid_and_names_its_sources_and_schema(path):
    assert missing_sources(read_scenario(path)) == []
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=../scenario.schema.json"


def test_the_shipped_schema_is_that_of_the_code():
    shipped = json.loads((INSTANCES / "scenario.schema.json").read_text(encoding="utf-8"))
    assert shipped == schema_json()


def test_geneva_offers_what_its_readme_says():
    scenario = read_scenario(INSTANCES / "geneva" / "scenario.yaml")
    hubs, hotels = scenario.designs.micro_hubs, scenario.designs.productive_hotels
    assert len([hub for hub in hubs if hub.inside_hotel_m2 == 0]) >= 3
    assert any(hub.dismantlable and hub.footprint_m2 == 864 for hub in hubs)
    assert any(hub.inside_hotel_m2 > 0 for hub in hubs)
    assert sorted(len(hotel.levels) for hotel in hotels) == [3, 5]
    assert len(scenario.designs.delivery_points) == 4
    with (INSTANCES / "geneva" / "tenants.csv").open(encoding="utf-8", newline="") as file:
        firms = list(csv.DictReader(file))
    assert len(firms) == 89
    assert sum(int(firm["area_m2"]) for firm in firms) == 19_615
    assert sum(int(firm["jobs"]) for firm in firms) == 708
