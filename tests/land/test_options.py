import numpy as np
import pytest

from optimizer.core.kinds import Kind, OptionStatus
from optimizer.core.refusal import Refusal
from optimizer.land import build_options, build_sites, build_zoning
from optimizer.scenario.rules import RulesBlock, SiteRule
from tests.demand.town import degrees, dot, square, town
from tests.land.blocks import demand_at, designs, land, zone

AREAS = [
    (square(20, 20, 50), {"landuse": "industrial"}),  # 2,500 m2: everything
    (square(620, 20, 30, 20), {"landuse": "retail"}),  # 600 m2: hubs, no hotel
    (square(20, 620, 60), {"landuse": "railway"}),  # zone without designs
]
POINTS = [(dot(790, 790), {"shop": "kiosk"})]
ZONES = [
    zone("industrial"),
    zone("retail"),
    zone("railway", ()),
    zone("counter", ("delivery_point",)),
]


def options_of(rules=None, zones=ZONES, closed=None, homes=(), away_m=0.0, **tenures):
    """Return the options and the audit; hubs keep `away_m` from the `homes`."""
    network = town([*AREAS, *homes], POINTS, closed=closed)
    block = land(zones, usable_share=1.0)
    sites, _, _, _, _ = build_sites(block, network, demand_at(network), None, 150.0)
    table, _ = designs(**tenures)
    keep_m = np.where(table.kind == Kind.MICRO_HUB, away_m, 0.0)
    table = table.replace(homes_distance_min_m=keep_m)
    options, audit = build_options(
        sites, table, build_zoning(block, table), rules or RulesBlock(), 100.0
    )
    pairs = [
        (sites.id[site], table.id[design])
        for site, design in zip(options.site, options.design, strict=True)
    ]
    return dict(zip(pairs, options.status.tolist(), strict=True)), {
        line.what: line.count for line in audit
    }


def test_options_follow_zone_area_and_the_hotel_that_a_hub_lives_in():
    found, audit = options_of()
    assert list(found) == [
        ("dp-n1", "lockers"),
        ("osm-w1", "hub"),
        ("osm-w1", "inside"),
        ("osm-w1", "hotel"),
        ("osm-w2", "hub"),
    ]
    assert set(found.values()) == {OptionStatus.CANDIDATE}
    assert audit["ruled out by area"] == 1  # the hotel on 600 m2
    assert audit["ruled out without a hotel on the site"] == 1
    assert audit["sites that can take a micro hub"] == 2


def test_height_and_access_rule_options_out():
    low = [zone("industrial", height_max_m=10.0), *ZONES[1:]]
    found, audit = options_of(zones=low)
    assert ("osm-w1", "hotel") not in found
    assert ("osm-w1", "inside") not in found
    assert audit["ruled out by height"] == 1
    found, audit = options_of(closed={"lorry": [0, 1, 5]})
    assert ("osm-w1", "hub") in found
    assert ("osm-w1", "hotel") not in found
    found, _ = options_of(closed={"cargo_bike": [0, 1, 5]})
    assert ("osm-w1", "hub") not in found
    assert ("osm-w1", "hotel") in found


def test_coverage_and_height_limit_the_floor_area():
    # 2,475 m2 usable of a parcel of that size, the hotel has two levels of 900 m2
    dense = {"coverage_share_max": 0.5, "storey_height_m": 4.0}
    found, audit = options_of(zones=[zone("industrial", height_max_m=14.0, **dense), *ZONES[1:]])
    assert ("osm-w1", "hotel") in found  # three storeys of 1,237 m2
    assert audit["ruled out by floor area"] == 0
    tall = [zone("industrial", height_max_m=14.0, coverage_share_max=0.5, storey_height_m=8.0)]
    found, audit = options_of(zones=[*tall, *ZONES[1:]])  # one storey of 1,237 m2
    assert ("osm-w1", "hotel") not in found
    assert ("osm-w1", "inside") not in found
    assert ("osm-w1", "hub") in found
    assert audit["ruled out by floor area"] == 1
    required = RulesBlock(required=(SiteRule(site="osm-w1", design="hotel"),))
    with pytest.raises(Refusal, match=r"F504.*floor area of 1800 m2 exceeds the 12\d\d m2"):
        options_of(required, [*tall, *ZONES[1:]])
    existing = RulesBlock(existing=(SiteRule(site="osm-w1", design="hotel"),))
    found, _ = options_of(existing, [*tall, *ZONES[1:]])
    assert found[("osm-w1", "hotel")] == OptionStatus.EXISTING


def test_a_noisy_design_keeps_its_distance_from_homes():
    house = [(square(120, 20, 10), {"building": "house"})]  # 50 m east of the industrial land
    found, audit = options_of(homes=house, away_m=50.0)
    assert ("osm-w1", "hub") in found
    found, audit = options_of(homes=house, away_m=50.5)
    assert ("osm-w1", "hub") not in found
    assert ("osm-w1", "inside") not in found
    assert ("osm-w1", "hotel") in found
    assert ("osm-w2", "hub") in found
    assert audit["ruled out by the distance to homes"] == 2
    required = RulesBlock(required=(SiteRule(site="osm-w1", design="hub"),))
    with pytest.raises(Refusal, match=r"F504.*keeps 50.5 m from homes, the nearest is 50 m away"):
        options_of(required, homes=house, away_m=50.5)


def test_rules_mark_options_by_id_or_by_position():
    lon, lat = degrees(640, 30)
    rules = RulesBlock(
        required=(SiteRule(lon=lon, lat=lat, design="hub"),),
        existing=(SiteRule(site="dp-n1", design="lockers"),),
        forbidden=(SiteRule(site="osm-w1"),),
    )
    found, _ = options_of(rules)
    assert found[("osm-w2", "hub")] == OptionStatus.REQUIRED
    assert found[("dp-n1", "lockers")] == OptionStatus.EXISTING
    assert {status for pair, status in found.items() if pair[0] == "osm-w1"} == {
        OptionStatus.FORBIDDEN
    }


def test_what_exists_is_exempt_from_the_zone_but_not_from_area():
    found, _ = options_of(RulesBlock(existing=(SiteRule(site="osm-w3", design="hotel"),)))
    assert found[("osm-w3", "hotel")] == OptionStatus.EXISTING
    with pytest.raises(Refusal, match=r"F504.*footprint of 900 m2 exceeds the site's 589 m2"):
        options_of(RulesBlock(existing=(SiteRule(site="osm-w2", design="hotel"),)))


def test_a_hotel_that_stands_already_may_take_a_hub_in():
    hotel, hub = SiteRule(site="osm-w3", design="hotel"), SiteRule(site="osm-w3", design="inside")
    with pytest.raises(Refusal, match="no hotel is possible"):
        options_of(RulesBlock(existing=(hub,)))
    found, _ = options_of(RulesBlock(existing=(hub, hotel)))
    assert found[("osm-w3", "inside")] == OptionStatus.EXISTING


def test_every_impossible_rule_is_refused_with_the_condition_that_fails():
    lon, lat = degrees(400, 400)
    rules = RulesBlock(
        required=(
            SiteRule(site="osm-w11", design="hub"),
            SiteRule(site="osm-w1", design="hubb"),
            SiteRule(site="osm-w3", design="hub"),
            SiteRule(site="osm-w2", design="inside"),
            SiteRule(lon=lon, lat=lat, design="hub"),
            SiteRule(site="osm-w1"),
            SiteRule(design="hub"),
        )
    )
    with pytest.raises(Refusal) as caught:
        options_of(rules)
    faults = caught.value.faults
    assert [fault.code for fault in faults] == [
        "F502", "F503", "F504", "F504", "F506", "F507", "F507",
    ]  # fmt: skip
    assert [fault.place for fault in faults] == [f"rules.required.{rank}" for rank in range(7)]
    assert "did you mean 'osm-w1'" in faults[0].action
    assert "its zone does not permit it" in faults[2].cause
    assert "lives in a hotel" in faults[3].cause


def test_rules_that_contradict_each_other_are_refused():
    rules = RulesBlock(
        required=(SiteRule(site="osm-w1", design="hub"), SiteRule(site="osm-w1", design="inside")),
        forbidden=(SiteRule(site="osm-w1", design="hub"),),
    )
    with pytest.raises(Refusal) as caught:
        options_of(rules)
    assert [fault.code for fault in caught.value.faults] == ["F505", "F505"]
    assert "one of each kind" in str(caught.value)


def test_a_rule_on_a_design_held_in_several_ways_names_one_or_forbids_all():
    plain, clear = SiteRule(site="osm-w1", design="hub"), SiteRule(site="osm-w1", design="hub.buy")
    with pytest.raises(Refusal, match=r"F508 'hub' may be held.*say which: hub\.buy or hub\.lease"):
        options_of(RulesBlock(required=(plain,)), hub=["buy", "lease"])
    found, _ = options_of(RulesBlock(required=(clear,)), hub=["buy", "lease"])
    assert found[("osm-w1", "hub.buy")] == OptionStatus.REQUIRED
    assert found[("osm-w1", "hub.lease")] == OptionStatus.CANDIDATE
    found, _ = options_of(RulesBlock(forbidden=(plain,)), hub=["buy", "lease"])
    assert found[("osm-w1", "hub.buy")] == found[("osm-w1", "hub.lease")] == OptionStatus.FORBIDDEN
    assert found[("osm-w1", "hotel")] == OptionStatus.CANDIDATE
    with pytest.raises(Refusal, match=r"F505 hub\.buy on osm-w1 is forbidden here and required"):
        options_of(RulesBlock(required=(clear,), forbidden=(plain,)), hub=["buy", "lease"])


def test_no_site_at_all_gives_no_option():
    network = town()
    block = land(ZONES)
    sites, _, _, _, _ = build_sites(block, network, demand_at(network), None, 150.0)
    table, _ = designs()
    options, audit = build_options(sites, table, build_zoning(block, table), RulesBlock(), 100.0)
    assert options.count == 0
    assert np.array([line.count for line in audit]).sum() == 0
