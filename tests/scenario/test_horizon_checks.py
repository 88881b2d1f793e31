"""Rules over years: a horizon, order of years, names, amounts."""

from __future__ import annotations

import pytest

from optimizer.scenario.reader import read_scenario
from tests.scenario.builders import (
    fault_lines,
    faults_of,
    over_years_text,
    valid_text,
    write_scenario,
)

HORIZON = """\
horizon:
  source: by hand
  periods:
    - {name: soon, first_year: 2026, years: 5}
    - {name: later, first_year: 2031, years: 10}
"""
CLOSED = "{zone: parking, from_year: 2031, permits: []}"
AMOUNT = "area_m2: 1, eur_m2: 1"
CITY = "jurisdictions: [city]"
MOVABLE = "id: hub\n      dismantlable: true"


def with_horizon(more=""):
    return valid_text() + HORIZON + more


def codes(tmp_path, text):
    return [fault.code for fault in faults_of(write_scenario(tmp_path, text))]


def test_a_scenario_of_two_periods_is_read(tmp_path):
    scenario = read_scenario(write_scenario(tmp_path, with_horizon()))
    assert scenario.horizon is not None
    assert [period.years for period in scenario.horizon.periods] == [5, 10]
    assert scenario.horizon.periods[1].demand_factor == 1


@pytest.mark.parametrize(
    "rule",
    [
        "rules:\n  land: [{name: a, budget_m2: 5, temporary: free}]",
        "rules:\n  land: [{name: a, budget_m2: 5, last_year: 2030}]",
        "rules:\n  land: [{name: a, past: {consumed_m2: 9, share: 0.5}}]",
        "rules:\n  land: [{name: a, budget_m2: 5, guarantee_m2: 10}]",
        "rules:\n  purses: [{name: a, budget_eur: 5, borrow_max_eur: 10}]",
        "rules:\n  purses: [{name: a, budget_eur: 5, pays_running: true}]",
        "rules:\n  quotas: [{kind: micro_hub, at_least: 1, first_year: 2030}]",
        "rules:\n  renaturation:\n    - {id: r, jurisdiction: city, area_m2: 5, eur_m2: 1}",
        "rules:\n  rent_stages: [{until_age: 3, share: 0.5}]",
        "rules:\n  uses: [{name: nature, zones: [parking], area_min_m2: 5}]",
        "firms: {file: town.osm}",
        "pavilions: [{id: p, design: hub, moves_max: 1, move_eur: 5}]",
    ],
)
def test_a_rule_over_years_needs_a_horizon(tmp_path, rule):
    text = valid_text().replace("id: hub", MOVABLE) + rule + "\n"
    (fault,) = faults_of(write_scenario(tmp_path, text))
    assert fault.code == "F132"
    assert fault.place.startswith(f"{tmp_path}")
    assert read_scenario(write_scenario(tmp_path, text + HORIZON)).horizon is not None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("lifetime_years: 12", "lifetime_years: 12\n      minimum_stay_years: 5"),
        ("lifetime_years: 12", "lifetime_years: 12\n      closing_share: 0.1"),
        ("price_eur_m2: 100", "price_eur_m2: 100\n      clean_up_eur_m2: 50"),
        ("land:", "land:\n  prices: {deviation_share: 0.2}"),
    ],
)
def test_designs_and_zones_with_years_need_a_horizon(tmp_path, old, new):
    text = valid_text().replace(old, new, 1)
    assert codes(tmp_path, text) == ["F132"]
    assert read_scenario(write_scenario(tmp_path, text + HORIZON)).horizon is not None


def test_figures_that_state_nothing_need_no_horizon(tmp_path):
    rule = "rules:\n  purses: [{name: a, budget_eur: 5, gamma: 0, grants: [], gets_rents: false}]\n"
    assert read_scenario(write_scenario(tmp_path, valid_text() + rule)).horizon is None


@pytest.mark.parametrize("year", [2030, 2032])
def test_a_gap_or_an_overlap_of_periods_is_refused_where_the_later_one_stands(tmp_path, year):
    text = with_horizon().replace("2031", str(year))
    path = write_scenario(tmp_path, text)
    line = text.splitlines().index(f"    - {{name: later, first_year: {year}, years: 10}}") + 1
    assert fault_lines(path) == [f"{line}:7 F133"]
    assert "2031" in faults_of(path)[0].action


@pytest.mark.parametrize(
    ("more", "code", "words"),
    [
        ("  zoning_changes: [{zone: prking, from_year: 2031, permits: []}]", "F126", "prking"),
        ("  zoning_changes: [{zone: parking, from_year: 2031, permits: [hb]}]", "F126", "hb"),
        (
            f"  zoning_changes: [{CLOSED}, {CLOSED}]",
            "F133",
            "already",
        ),
        ("rules:\n  land: [{name: a}]", "F134", "no amount"),
        (
            "rules:\n  land: [{name: a, budget_m2: 1, past: {consumed_m2: 1, share: 1}}]",
            "F134",
            "two amounts",
        ),
        ("rules:\n  land: [{name: a, budget_m2: 1, metric: hectares}]", "F134", "hectares"),
        ("rules:\n  land: [{name: a, budget_m2: 1, pooled: true}]", "F134", "no guarantee"),
        (
            "rules:\n  land: [{name: a, budget_m2: 1, first_year: 2031, last_year: 2030}]",
            "F133",
            "before it begins",
        ),
        (
            "rules:\n  purses: [{name: a, budget_eur: 1, grants: [{period: latr, eur: 5}]}]",
            "F126",
            "latr",
        ),
        ("rules:\n  purses: [{name: a, budget_eur: 1, debt_end_max_eur: 5}]", "F135", "borrowed"),
        (
            "rules:\n  rent_stages: [{until_age: 3, share: 0.5}, {until_age: 3, share: 0.7}]",
            "F135",
            "comes after",
        ),
        (
            "rules:\n  rent_stages: [{until_age: 3, share: 0.5}, {until_age: 5, share: 0.4}]",
            "F135",
            "falls",
        ),
        ("rules:\n  uses: [{name: nature, area_min_m2: 5}]", "F135", "no zone"),
        ("rules:\n  uses: [{name: nature, zones: [forest], area_min_m2: 5}]", "F126", "forest"),
        ("rules:\n  uses: [{name: production, zones: [parking]}]", "F135", "by designs"),
        ("rules:\n  uses: [{name: health}, {name: health}]", "F125", "twice"),
        (
            f"rules:\n  renaturation: [{{id: r, jurisdiction: Elsewhere, {AMOUNT}}}]",
            "F126",
            "Elsewhere",
        ),
        ("firms: {file: town.osm, premises: town.osm}", "F135", "0 m"),
        ("firms: {file: firms.csv}", "F122", "firms.csv"),
        ("pavilions: [{id: p, design: hub, moves_max: 1, move_eur: 5}]", "F135", "dismantled"),
        ("pavilions: [{id: p, design: hb, moves_max: 1, move_eur: 5}]", "F126", "hb"),
        (
            f"cooperation: {{members: [{{name: a, {CITY}}}, {{name: b, {CITY}}}]}}",
            "F136",
            "already",
        ),
    ],
)
def test_a_rule_that_cannot_hold_is_refused(tmp_path, more, code, words):
    (fault,) = faults_of(write_scenario(tmp_path, with_horizon(more + "\n")))
    assert fault.code == code
    assert words in fault.cause


def test_the_metric_of_a_budget_without_horizon_is_free_text(tmp_path):
    rule = "rules:\n  land: [{name: a, budget_m2: 1, metric: hectares}]\n"
    assert read_scenario(write_scenario(tmp_path, valid_text() + rule)).rules.land[0].metric


def test_a_use_may_have_a_minimum_in_each_jurisdiction(tmp_path):
    uses = "rules:\n  uses:\n    - {name: health}\n    - {name: health, jurisdiction: city}\n"
    assert len(read_scenario(write_scenario(tmp_path, with_horizon(uses))).rules.uses) == 2


def test_a_pavilion_is_a_design_held_in_one_way(tmp_path):
    text = with_horizon("pavilions: [{id: p, design: hub, moves_max: 1, move_eur: 5}]\n")
    text = text.replace("id: hub", MOVABLE).replace("tenure: lease", "tenure: [lease, buy]")
    (fault,) = faults_of(write_scenario(tmp_path, text))
    assert fault.code == "F126"
    assert "hub.lease, hub.buy" in fault.action
    clear = text.replace("design: hub", "design: hub.lease")
    assert read_scenario(write_scenario(tmp_path, clear)).pavilions[0].design == "hub.lease"


def test_names_of_pavilions_of_a_stock_are_names_too(tmp_path):
    move = "design: hub, moves_max: 1, move_eur: 5"
    stocks = f"pavilions: [{{id: p, count: 2, {move}}}, {{id: p-2, {move}}}]\n"
    text = with_horizon(stocks).replace("id: hub", MOVABLE)
    (fault,) = faults_of(write_scenario(tmp_path, text))
    assert (fault.code, "'p-2'" in fault.cause) == ("F125", True)


def test_jurisdictions_that_sites_state_are_not_guessed_at(tmp_path):
    text = valid_text().replace("land:", "land:\n  sites: town.osm")
    text += "rules:\n  quotas: [{kind: micro_hub, jurisdiction: Elsewhere}]\n"
    assert read_scenario(write_scenario(tmp_path, text)).rules.quotas[0].jurisdiction == "Elsewhere"


def test_files_of_firms_and_prices_move_with_what_is_extended(tmp_path):
    text = with_horizon("firms: {file: town.osm}\n")
    text = text.replace("land:", "land:\n  prices: {points: town.osm}")
    write_scenario(tmp_path, text)
    variant = tmp_path / "below" / "variant.yaml"
    variant.parent.mkdir()
    variant.write_text("extends: ../scenario.yaml\n", encoding="utf-8")
    scenario = read_scenario(variant)
    assert scenario.firms is not None
    assert scenario.land.prices is not None
    assert scenario.firms.file == scenario.land.prices.points == "../town.osm"


def test_a_scenario_with_every_block_of_years_is_read(tmp_path):
    scenario = read_scenario(write_scenario(tmp_path, over_years_text()))
    assert scenario.rules.purses[0].grants[0].period == "later"
    assert scenario.firms is not None
    assert scenario.pavilions[0].count == 2
    assert scenario.weights.long_lease_years == 60
