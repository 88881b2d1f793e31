"""Variants change a scenario key by key, and faults are told where the value stands."""

from __future__ import annotations

import pytest

from optimizer.scenario.merge import merge, read_merged
from optimizer.scenario.reader import read_scenario, read_with_places
from optimizer.scenario.text import parse
from optimizer.scenario.tree import plain
from tests.scenario.builders import changed, fault_lines, faults_of, write_scenario


def test_a_variant_changes_blocks_key_by_key_and_replaces_lists(tmp_path):
    write_scenario(tmp_path, name="base.yaml")
    text = """\
extends: base.yaml
name: Variant
demand:
  peak_day_factor: 2
channels:
  acceptance:
    - {walk_min: 3, share: 0.2}
"""
    scenario = read_scenario(write_scenario(tmp_path, text))
    assert scenario.name == "Variant"
    assert scenario.demand.estimate is not None
    assert scenario.demand.estimate.population == 500
    assert scenario.demand.peak_day_factor == 2.0
    assert len(scenario.channels.acceptance) == 1


def test_null_takes_an_inherited_value_out(tmp_path):
    write_scenario(tmp_path, name="base.yaml")
    (tmp_path / "demand.csv").write_text("lon,lat,parcels_per_day\n", encoding="utf-8")
    text = "extends: base.yaml\ndemand: {estimate: null, file: demand.csv}\n"
    assert read_scenario(write_scenario(tmp_path, text)).demand.estimate is None


@pytest.mark.parametrize("nothing", ["null", "~", "", " null "])
def test_a_change_to_null_takes_a_block_out(tmp_path, nothing):
    path = write_scenario(tmp_path)
    assert read_scenario(path, [f"tenants={nothing}"]).tenants is None


def test_a_fault_is_placed_in_the_file_where_the_value_stands(tmp_path):
    base = write_scenario(tmp_path, changed("population: 500", "population: 0"), "base.yaml")
    path = write_scenario(tmp_path, "extends: base.yaml\ncurrency: euro\n")
    places = {fault.place for fault in faults_of(path)}
    assert places == {f"{base}:8:17", f"{path}:2:11"}


def test_files_named_by_a_base_elsewhere_are_found_from_the_variant(tmp_path):
    write_scenario(tmp_path / "base")
    path = tmp_path / "variants" / "more.yaml"
    path.parent.mkdir()
    path.write_text("extends: ../base/scenario.yaml\nname: More\n", encoding="utf-8")
    assert read_scenario(path).streets.osm == "../base/town.osm"


def test_circles_and_missing_bases_are_refused(tmp_path):
    path = write_scenario(tmp_path, "extends: other.yaml\nname: a\n")
    write_scenario(tmp_path, "extends: scenario.yaml\nname: b\n", "other.yaml")
    assert "F109" in {fault.code for fault in faults_of(path)}
    long = write_scenario(tmp_path, f"extends: {'x' * 5000}\n", "long.yaml")
    assert "1:10 F109" in fault_lines(long)
    lost = write_scenario(tmp_path, "name: a\nextends: no.yaml\n", "lost.yaml")
    assert "2:10 F109" in fault_lines(lost)


def test_set_changes_single_values(tmp_path):
    scenario = read_scenario(
        write_scenario(tmp_path),
        [
            "demand.estimate.population=1e3",
            "land.zones.0.price_eur_m2=7",
            "channels.acceptance=[{walk_min: 1, share: 0.5}]",
            "rules.quotas=[{kind: micro_hub, at_least: 1}]",
            "rules.quotas.1={kind: micro_hub, at_most: 4}",
            "weights.source=a = b",
        ],
    )
    assert scenario.demand.estimate is not None
    assert scenario.demand.estimate.population == 1000
    assert scenario.land.zones[0].price_eur_m2 == 7
    assert scenario.channels.acceptance[0].share == 0.5
    assert [quota.at_most for quota in scenario.rules.quotas] == [None, 4]
    assert scenario.weights.source == "a = b"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("population", "F110"),
        ("demand..population=3", "F110"),
        ("=3", "F110"),
        ("demand.estimate.population.deep=3", "F110"),
        ("land.zones.9.price_eur_m2=3", "F110"),
        ("land.zones.parking.price_eur_m2=3", "F110"),
        ("demand.estimate.population=[1,", "F110"),
        ("demand.estimate.population=many", "F107"),
        ("demand.estimate.popualtion=3", "F105"),
        ("currency=", "F107"),
        ("extends=base.yaml", "F110"),
        ("name=*alias", "F110"),
        ("name=[*alias]", "F103"),
    ],
)
def test_a_bad_change_is_placed_at_the_option(tmp_path, change, code):
    found = faults_of(write_scenario(tmp_path), [change])
    assert code in {fault.code for fault in found}
    assert all(fault.place.startswith("--set ") for fault in found)


def test_changes_know_their_place(tmp_path):
    _, places = read_with_places(write_scenario(tmp_path), ["weights.discount_rate=0.1"])
    assert places.of("weights", "discount_rate") == "--set weights.discount_rate"


def test_merging_with_nothing_changes_nothing(tmp_path):
    root, faults = read_merged(write_scenario(tmp_path))
    nothing, _ = parse("{}", "nothing")
    assert faults == []
    assert plain(merge(root, nothing)) == plain(root)
