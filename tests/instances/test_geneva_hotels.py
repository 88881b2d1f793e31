"""Geneva with the rules of productive hotels on: the same city, every rule, sources named."""

from __future__ import annotations

import csv
from pathlib import Path

from optimizer.scenario.reader import read_scenario
from optimizer.scenario.sources import missing_sources

FOLDER = Path(__file__).parent.parent.parent / "instances" / "geneva"


def rows(name):
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_variant_is_the_main_instance_but_for_its_hotels():
    scenario, main = (read_scenario(FOLDER / name) for name in ("hotels.yaml", "scenario.yaml"))
    assert missing_sources(scenario) == []
    assert (scenario.streets, scenario.land, scenario.demand) == (
        main.streets,
        main.land,
        main.demand,
    )
    assert (scenario.rules.purses, scenario.rules.quotas) == (main.rules.purses, main.rules.quotas)
    money = ("build_eur", "running_eur_year", "rent_eur_m2_year", "footprint_m2", "docks")
    for ours, theirs in zip(
        scenario.designs.productive_hotels, main.designs.productive_hotels, strict=True
    ):
        assert [getattr(ours, name) for name in money] == [getattr(theirs, name) for name in money]
        areas = [level.area_m2 for level in ours.levels]
        assert areas == [level.area_m2 for level in theirs.levels]
        assert areas == [sum(unit.area_m2 for unit in level.units) for level in ours.levels]


def test_its_firms_are_those_of_the_main_instance_with_what_they_need_and_bring():
    full, plain = rows("hotel_tenants.csv"), rows("tenants.csv")
    assert [{key: row[key] for key in plain[0]} for row in full] == plain
    assert all(
        int(row["jobs"])
        == sum(int(row[f"jobs_{name}"]) for name in ("manual", "service", "technical"))
        for row in full
    )
    assert {row["space"] for row in full} == {"any", "workshop", "office"}
    assert any(row["needs_support"] == "yes" for row in full)


def test_every_rule_of_hotels_is_stated():
    scenario = read_scenario(FOLDER / "hotels.yaml")
    rules = scenario.rules
    assert all((rules.apart, rules.neighbours, rules.mix, rules.jobs, rules.support))
    assert rules.worker_access.transit is not None
    assert scenario.exchange.partners
    assert {service.name for service in scenario.services} == {"canteen", "reception and parcels"}
    assert [roof.share_min for roof in scenario.roofs] == [0.3, 0]
    assert scenario.designs.micro_hubs[3].inside_docks == 1
    assert scenario.tenants.annexes is not None
