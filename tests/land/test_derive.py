import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.core.kinds import LandStatus
from optimizer.land.derive import derive_sites
from optimizer.land.drafts import Audit
from tests.demand.town import dot, square, town
from tests.land.blocks import COUNTERS, land, sites_of, zone, zones_of


def ground(sites, block=None):
    return {name: at for name, at in zones_of(sites, block).items() if at not in COUNTERS}


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"amenity": "parking"}, "parking"),
        ({"amenity": "parking", "parking": "surface"}, "parking"),
        ({"amenity": "parking", "parking": "multi-storey"}, "parking_structure"),
        ({"amenity": "parking", "parking": "underground"}, "parking_structure"),
        ({"landuse": "brownfield"}, "brownfield"),
        ({"building": "yes", "disused": "yes"}, "brownfield"),
        ({"disused:building": "industrial"}, "brownfield"),
        ({"building": "yes", "vacant": "yes"}, "brownfield"),
        ({"building": "warehouse"}, "industrial"),
        ({"landuse": "industrial"}, "industrial"),
        ({"landuse": "commercial"}, "commercial"),
        ({"landuse": "retail"}, "retail"),
        ({"landuse": "railway"}, "railway"),
        ({"landuse": "construction"}, "construction"),
        ({"landuse": "greenfield"}, "construction"),
        ({"amenity": "fuel"}, "commercial"),
        ({"amenity": "bus_station"}, "public"),
        ({"building": "garages"}, "residential"),
        ({"landuse": "meadow"}, "green"),
        ({"natural": "scrub"}, "green"),
    ],
)
def test_a_mapped_feature_becomes_a_site_of_its_zone(tags, expected):
    sites, _, _, _ = sites_of(town([(square(20, 20, 50), tags)]))
    assert ground(sites) == {"osm-w1": expected}


@pytest.mark.parametrize(
    "tags",
    [
        {"amenity": "parking", "parking": "street_side"},
        {"leisure": "park", "landuse": "grass"},
        {"building": "apartments"},
        {"building": "yes", "disused": "no"},
        {"landuse": "residential"},
    ],
)
def test_kerbs_parks_homes_and_quarters_are_no_sites(tags):
    sites, _, _, _ = sites_of(town([(square(20, 20, 50), tags)]))
    assert ground(sites) == {}


@pytest.mark.parametrize(
    ("tags", "status"),
    [
        ({"landuse": "farmland"}, LandStatus.AGRICULTURAL),
        ({"natural": "wood"}, LandStatus.FOREST),
        ({"landuse": "grass"}, LandStatus.NATURAL),
        ({"landuse": "greenfield"}, LandStatus.NATURAL),
        ({"landuse": "brownfield"}, LandStatus.ARTIFICIALISED),
    ],
)
def test_land_use_stands_in_for_the_status_of_the_soil(tags, status):
    sites, _, _, _ = sites_of(town([(square(20, 20, 50), tags)]))
    assert sites.land_status.tolist() == [status]


def test_industrial_land_offers_what_buildings_leave_and_the_usable_share_of_it():
    # 100 x 100 m with a hall of 100 x 40 m: 100 x 60 m remain, of which half can be used
    areas = [
        (square(20, 20, 100), {"landuse": "industrial"}),
        (square(20, 20, 100, 40), {"building": "yes"}),
    ]
    sites, outlines, _, _ = sites_of(town(areas), land(usable_share=0.5))
    assert sites.id == ("osm-w1",)
    assert sites.area_m2[0] == pytest.approx(3000, abs=25)  # corners are rounded
    assert outlines.count == 1
    assert outlines.start[1] >= 4


def test_the_earlier_source_wins_where_shapes_overlap_and_twins_fall_away():
    areas = [
        (square(20, 20, 100), {"landuse": "industrial"}),
        (square(20, 20, 100, 20), {"amenity": "parking"}),
        (square(21, 20, 100, 20), {"amenity": "parking"}),
    ]
    sites, _, _, audit = sites_of(town(areas))
    assert ground(sites) == {"osm-w1": "industrial", "osm-w2": "parking"}
    assert dict(zip(sites.id, sites.area_m2, strict=True))["osm-w1"] == pytest.approx(8000, abs=25)
    assert audit["overlapping another site, left out"] == 1
    assert audit["overlapping another site, cut back"] == 1


def test_sites_are_clipped_to_the_area_and_tiny_or_narrow_ones_left_out():
    areas = [
        (square(-150, 20, 200, 50), {"amenity": "parking"}),  # half of it beyond the edge
        (square(100, 20, 4, 3), {"amenity": "parking"}),  # 12 m2
        (square(250, 20, 3, 150), {"amenity": "parking"}),  # a strip of 3 m
        (square(5000, 20, 50), {"amenity": "parking"}),  # elsewhere
    ]
    sites, _, _, audit = sites_of(town(areas))
    assert sites.id[-1] == "osm-w1"
    assert sites.area_m2[-1] == pytest.approx(5000, abs=25)
    assert "osm-w2" not in sites.id
    assert audit["built up, under water or too narrow, left out"] == 2


def test_an_invalid_shape_is_mended():
    bow = shapely.transform(
        shapely.Polygon([(0, 0), (80, 80), (80, 0), (0, 60)]),
        lambda at: at + np.array([277_100, 5_120_020]),
    )
    sites, _, _, audit = sites_of(town([(bow, {"landuse": "brownfield"})]))
    assert sites.id == ("osm-w1",)
    assert audit["invalid shape, mended"] == 1


def test_a_large_estate_is_offered_as_one_plot():
    sites, _, _, audit = sites_of(town([(square(20, 20, 150), {"landuse": "industrial"})]))
    assert sites.area_m2.tolist() == [10_000]
    assert audit["larger than 10000 m2, offered as one plot of that size"] == 1


def test_a_bridge_counts_only_over_mapped_ground():
    bridge = (square(20, 20, 100, 30), {"man_made": "bridge"})
    assert sites_of(town([bridge]))[0].count == 0
    meadow = (square(0, 0, 70, 100), {"landuse": "residential"})
    sites, _, _, _ = sites_of(town([bridge, meadow]))
    assert sites.area_m2.tolist() == [750]  # 50 x 30 m over land, half of it high enough


def test_a_car_park_building_mapped_as_a_point_gets_a_stated_surface():
    tags = {"amenity": "parking", "parking": "underground"}
    points = [
        (dot(20, 20), {**tags, "capacity": "100"}),
        (dot(30, 20), tags),  # the same one
        (dot(220, 20), tags),
    ]
    sites, outlines, _, _ = sites_of(town(points=points))
    found = dict(zip(sites.id, zip(sites.what, sites.area_m2, strict=True), strict=True))
    assert found["osm-n1"] == ("underground car park", 2500)
    assert found["osm-n3"] == ("underground car park (area assumed)", 1000)
    assert "osm-n2" not in found
    assert len(outlines.lon) == 0


def test_zones_that_the_scenario_does_not_list_are_counted_and_left_out():
    areas = [
        (square(20, 20, 50), {"landuse": "railway"}),
        (square(220, 20, 50), {"landuse": "retail"}),
    ]
    block = land([zone("retail")])
    sites, _, _, audit = sites_of(town(areas), block)
    assert sites.id == ("osm-w2",)
    assert audit["of zone railway, which land.zones does not list"] == 1


def test_a_site_without_a_street_is_left_out_and_each_profile_has_its_own_entrance():
    closed = {"lorry": [0, 1, 5, 6]}
    areas = [
        (square(20, 20, 50), {"landuse": "retail"}),
        (square(720, 720, 50), {"landuse": "retail"}),
    ]
    sites, _, _, audit = sites_of(town(areas, closed=closed), snap_max_m=60)
    assert sites.id == ("osm-w1", "osm-w2")
    assert sites.node["van"].tolist() == [0, 24]
    assert sites.node["lorry"].tolist() == [-1, 24]
    everything = dict.fromkeys(("lorry", "van", "cargo_bike", "walk"), (0, 1, 5, 6))
    sites, _, _, audit = sites_of(town(areas, closed=everything), snap_max_m=60)
    assert sites.id == ("osm-w2",)
    assert audit["without a street for vans or lorries near, left out"] == 1


def test_a_town_without_any_feature_has_no_site_and_no_fault():
    sites, outlines, names, _ = sites_of(town())
    assert (sites.count, outlines.count, names) == (0, 0, ("city",))
    assert sites.zone.dtype == np.int32


TAGS = [
    {"landuse": "industrial"},
    {"landuse": "grass"},
    {"landuse": "forest"},
    {"landuse": "railway"},
    {"amenity": "parking"},
    {"building": "yes"},
    {"building": "warehouse"},
    {"natural": "water"},
    {"leisure": "park"},
]
SHAPES = st.tuples(
    st.integers(-100, 800), st.integers(-100, 800), st.integers(1, 300), st.integers(1, 300)
)


@settings(deadline=None, max_examples=40)
@given(rows=st.lists(st.tuples(SHAPES, st.sampled_from(TAGS)), max_size=12))
def test_derived_sites_lie_inside_and_share_no_ground_with_each_other_or_buildings(rows):
    areas = [(square(*box), tags) for box, tags in rows]
    network = town(areas)
    block = land(usable_share=1.0)
    drafts = derive_sites(block, network, [], Audit())
    shapes = [draft.shape for draft in drafts]
    for rank, shape in enumerate(shapes):
        assert network.boundary.buffer(0.01).covers(shape)
        assert block.area_min_m2 <= drafts[rank].area_m2 <= shape.area + 1e-6
        assert all(shape.intersection(other).area < 1.0 for other in shapes[:rank])
    hard = [shape for shape, tags in areas if "building" in tags or "natural" in tags]
    for draft in drafts:
        if draft.what != "warehouse":
            assert all(draft.shape.intersection(other).area < 1.0 for other in hard)
