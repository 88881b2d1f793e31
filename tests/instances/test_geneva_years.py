"""Geneva over five periods: a variant that says what it assumes and uses every rule."""

from __future__ import annotations

import csv
from pathlib import Path

from optimizer.scenario.reader import read_scenario
from optimizer.scenario.sources import missing_sources

FOLDER = Path(__file__).parent.parent.parent / "instances" / "geneva"


def rows(name):
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_variant_is_valid_and_names_its_sources():
    scenario = read_scenario(FOLDER / "five_periods.yaml")
    assert missing_sources(scenario) == []
    assert scenario.streets == read_scenario(FOLDER / "scenario.yaml").streets


def test_it_states_every_rule_of_land_money_and_time():
    scenario = read_scenario(FOLDER / "five_periods.yaml")
    rules, horizon = scenario.rules, scenario.horizon
    assert [period.first_year for period in horizon.periods] == [2026, 2031, 2036, 2041, 2046]
    assert [ledger.first_year for ledger in rules.land] == [2026, 2031, 2046]
    assert horizon.zoning_changes
    assert rules.renaturation
    assert rules.purses[0].grants
    assert rules.purses[0].borrow_max_eur > 0
    assert rules.purses[0].gamma > 0
    assert len(rules.rent_stages) == 3
    assert {use.name for use in rules.uses} > {"production", "logistics", "nature"}
    assert any(quota.first_year for quota in rules.quotas)
    assert scenario.pavilions[0].count == 2
    assert {zone.zone for zone in scenario.land.zones if zone.clean_up_eur_m2} == {
        "brownfield",
        "railway",
    }
    hotels = scenario.designs.productive_hotels
    assert [set(hotel.tenure) for hotel in hotels] == [{"buy", "lease"}, {"buy", "long_lease"}]


def test_its_firms_and_tenants_are_those_of_the_readme():
    firms, tenants = rows("firms.csv"), rows("tenants_founded.csv")
    assert (len(firms), sum(int(firm["jobs"]) for firm in firms)) == (10, 179)
    founded = [int(tenant.pop("founded_year")) for tenant in tenants]
    assert tenants == rows("tenants.csv")
    assert sum(year > 2022 for year in founded) >= 20
