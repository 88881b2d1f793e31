"""Real extracts: what is derived must be usable, whatever the town is like."""

from pathlib import Path

import numpy as np
import pytest

from optimizer.core.store import digest
from optimizer.demand import build_demand
from optimizer.land import build_options, build_sites, build_zoning
from optimizer.network import load_network
from optimizer.scenario.city import DemandBlock, Estimate, RulesBlock, StreetsBlock
from tests.land.blocks import COUNTERS, designs, land

INSTANCES = Path(__file__).parent.parent.parent / "instances"


def derive(network):
    demand, unserved, _ = build_demand(DemandBlock(estimate=Estimate()), network, INSTANCES, 200.0)
    block = land()
    sites, outlines, names, _ = build_sites(block, network, demand, INSTANCES, 200.0)
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
