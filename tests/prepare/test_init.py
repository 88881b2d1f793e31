"""`init` derives a scenario that can be solved, edited and understood."""

from __future__ import annotations

import math
from pathlib import Path

import geopandas as gpd
import pytest

from optimizer.core.refusal import Refusal
from optimizer.land import DERIVED_ZONES
from optimizer.prepare.assemble import assemble
from optimizer.prepare.init import example_scenario, init_scenario, survey
from optimizer.scenario.city import StreetsBlock
from optimizer.scenario.reader import read_scenario
from optimizer.scenario.sources import missing_sources

INSTANCES = Path(__file__).parent.parent.parent / "instances"
BONDY = INSTANCES / "bondy-nord" / "bondy-nord.osm.pbf"
TOWN = INSTANCES / "tiny" / "town.osm"


@pytest.fixture(scope="module", autouse=True)
def own_cache(tmp_path_factory):
    patch = pytest.MonkeyPatch()
    patch.setenv("FAUBOURG_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
    yield
    patch.undo()


@pytest.fixture(scope="module")
def bondy(tmp_path_factory):
    folder = tmp_path_factory.mktemp("init") / "bondy"
    return folder, init_scenario(folder, osm=BONDY, place=None)


def refusal_codes(*args, **kwargs):
    with pytest.raises(Refusal) as refused:
        init_scenario(*args, **kwargs)
    return [fault.code for fault in refused.value.faults]


def test_everything_that_the_scenario_names_is_written(bondy):
    folder, written = bondy
    assert [path.name for path in written] == [
        "scenario.yaml",
        "demand.gpkg",
        "sites.gpkg",
        "tenants.csv",
        "scenario.schema.json",
        "bondy-nord.osm.pbf",
    ]
    assert all(path.is_file() for path in written)
    assert sorted(path.name for path in folder.iterdir()) == sorted(path.name for path in written)


def test_the_written_scenario_names_a_source_for_every_figure(bondy):
    assert missing_sources(read_scenario(bondy[1][0])) == []


def test_the_written_layers_bring_back_what_was_found_on_the_map(bondy):
    found = survey(StreetsBlock(osm=str(BONDY)))
    problem = assemble(read_scenario(bondy[1][0])).problem
    assert problem.sites.id == found.sites.id
    assert problem.sites.area_m2.tolist() == found.sites.area_m2.tolist()
    assert problem.sites.land_status.tolist() == found.sites.land_status.tolist()
    assert math.fsum(problem.demand.parcels_per_day) == pytest.approx(
        math.fsum(found.demand.parcels_per_day), abs=1e-3
    )
    assert problem.demand.pickup_share_max.mean() == pytest.approx(
        found.demand.pickup_share_max.mean(), abs=1e-6
    )
    assert problem.gateways.node["van"].tolist() == found.gateways.node["van"].tolist()
    assert problem.tenants.count == 20
    assert problem.options.count > 0


def test_an_edited_layer_takes_effect(tmp_path):
    scenario = init_scenario(tmp_path / "town", osm=BONDY, place=None)[0]
    path = scenario.parent / "sites.gpkg"
    sites = gpd.read_file(path).iloc[:3].copy()
    sites["area_m2"] = 123
    sites.to_file(path, layer="sites", driver="GPKG")
    assert assemble(read_scenario(scenario)).problem.sites.area_m2.tolist() == [123] * 3


def test_a_town_without_buildings_shops_or_land_still_gets_a_scenario(tmp_path):
    scenario = init_scenario(tmp_path / "town", osm=TOWN, place=None)[0]
    problem = assemble(read_scenario(scenario)).problem
    assert problem.demand.count > 0
    assert problem.sites.count == 0


def test_a_folder_with_something_in_it_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    assert refusal_codes(tmp_path, osm=TOWN, place=None) == ["F611"]
    assert refusal_codes(tmp_path / "mine.txt", osm=TOWN, place=None) == ["F611"]
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_exactly_one_source_is_asked_for(tmp_path):
    assert refusal_codes(tmp_path / "a", osm=None, place=None) == ["F610"]
    assert refusal_codes(tmp_path / "a", osm=TOWN, place="Avignon") == ["F610"]
    assert not (tmp_path / "a").exists()


def test_a_refused_map_leaves_no_folder_behind(tmp_path):
    assert refusal_codes(tmp_path / "a", osm=tmp_path / "no.osm.pbf", place=None)[0][:2] == "F2"
    empty = tmp_path / "empty.osm.pbf"
    empty.write_bytes(b"")
    assert refusal_codes(tmp_path / "a", osm=empty, place=None)[0][:2] == "F2"
    assert not (tmp_path / "a").exists()


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert refusal_codes(tmp_path / "file" / "town", osm=TOWN, place=None) == ["F612"]


def test_strange_file_names_do_no_harm(tmp_path):
    strange = tmp_path / 'tow"n: ${x} é.osm'
    strange.write_bytes(TOWN.read_bytes())
    scenario = init_scenario(tmp_path / "out", osm=strange, place=None)[0]
    assert read_scenario(scenario).name == 'tow"n: ${x} é'


@pytest.mark.parametrize("name", ["example", "geneva"])
def test_every_zone_of_derived_sites_is_priced(name):
    if name == "example":
        scenario = example_scenario()
    else:
        scenario = read_scenario(INSTANCES / name / "scenario.yaml")
    assert {zone.zone for zone in scenario.land.zones} == set(DERIVED_ZONES)


def test_a_disk_that_fills_up_leaves_the_folder_as_it_was(tmp_path, monkeypatch):
    def full(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("optimizer.prepare.init.write_sites", full)
    folder = tmp_path / "town"
    with pytest.raises(Refusal) as refused:
        init_scenario(folder, osm=BONDY, place=None)
    assert refused.value.faults[0].code == "F612"
    assert not folder.exists()
