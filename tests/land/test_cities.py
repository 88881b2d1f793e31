"""Real extracts: what is derived must be usable, whatever the town is like."""

from pathlib import Path

import numpy as np
import pytest

from optimizer.core.store import digest
from optimizer.demand import build_demand
from optimizer.land import build_options, build_sites, build_zoning
from optimizer.network import load_network
from optimizer.prepare.layers import write_demand, write_sites
from optimizer.scenario.city import DemandBlock, Estimate, StreetsBlock
from optimizer.scenario.rules import RulesBlock
from tests.land.blocks import COUNTERS, designs, land

ENTRANCES = ("lorry", "van", "cargo_bike", "walk")
INSTANCES = Path(__file__).parent.parent.parent / "instances"


def derive(network):
    demand, unserved, _ = build_demand(DemandBlock(estimate=Estimate()), network, INSTANCES, 200.0)
    block = land()
    sites, _, outlines, names, _ = build_sites(block, network, demand, INSTANCES, 200.0)
    return demand, unserved, block, sites, outlines, names


@pytest.mark.parametrize(
    ("osm", "people", "ground"),
    [
        ("bondy-nord/bondy-nord.osm.pbf", 3500, 5),
        ("dreieich/dreieich-sprendlingen.osm.pbf", 12_100, 100),
    ],
)
def test_a_real_town_yields_demand_and_usable_sites_twice_the_same(osm, people, ground):
    network = load_network(StreetsBlock(osm=osm), INSTANCES, cache=False)
    demand, unserved, block, sites, outlines, names = derive(network)
    parcels = demand.parcels_per_day.sum() + sum(item.parcels_per_day for item in unserved)
    assert parcels == pytest.approx(0.08 * people, rel=0.1)
    on_ground = np.array([block.zones[zone].zone not in COUNTERS for zone in sites.zone])
    assert on_ground.sum() >= ground
    assert (~on_ground).sum() >= 10
    assert list(sites.id) == sorted(set(sites.id))
    assert (sites.area_m2[on_ground] >= block.area_min_m2 - 1).all()
    assert ((sites.node["van"] >= 0) | (sites.node["lorry"] >= 0)).all()
    assert outlines.count == sites.count
    assert names == ("city",)
    table, _ = designs()
    options, _ = build_options(sites, table, build_zoning(block, table), RulesBlock(), 200.0)
    assert set(table.kind[options.design].tolist()) == {0, 1, 2}
    again = derive(network)
    assert digest(demand) == digest(again[0])
    assert digest(sites) == digest(again[3])


def test_demand_and_sites_written_for_editing_read_back_the_same(tmp_path):
    osm = StreetsBlock(osm="bondy-nord/bondy-nord.osm.pbf")
    network = load_network(osm, INSTANCES, cache=False)
    demand, _, block, sites, outlines, _ = derive(network)
    write_demand(tmp_path / "demand.gpkg", demand, 0.7)
    zones = tuple(zone.zone for zone in block.zones)
    write_sites(tmp_path / "sites.gpkg", sites, outlines, zones)
    again, unserved, _ = build_demand(DemandBlock(file="demand.gpkg"), network, tmp_path, 200.0)
    assert again.id == demand.id
    assert unserved == ()
    assert again.parcels_per_day.tolist() == demand.parcels_per_day.tolist()
    assert again.pickup_share_max == pytest.approx(demand.pickup_share_max)
    stated = block.model_copy(update={"derive": False, "sites": "sites.gpkg"})
    found, _, _, _, _ = build_sites(stated, network, again, tmp_path, 200.0)
    assert found.id == sites.id
    assert found.what == sites.what
    assert found.area_m2.tolist() == sites.area_m2.tolist()
    assert found.parcel_m2.tolist() == sites.parcel_m2.tolist()
    assert found.land_status.tolist() == sites.land_status.tolist()
    for profile in ENTRANCES:
        assert found.node[profile].tolist() == sites.node[profile].tolist()
