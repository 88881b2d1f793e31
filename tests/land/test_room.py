import math

import geopandas as gpd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.core.horizon import EVER
from optimizer.core.kinds import LandStatus
from optimizer.core.refusal import Refusal
from optimizer.land import build_sites
from optimizer.land.drafts import Draft
from optimizer.land.room import NO_LIMIT_M2, measure
from optimizer.scenario.city import LandPrices
from tests.demand.town import CRS, dot, square, town
from tests.land.blocks import demand_at, land, sites_of, zone


def stated(folder, rows, zones, **more):
    frame = gpd.GeoDataFrame(
        [{"zone": "retail", **tags} for _, tags in rows],
        geometry=[shape for shape, _ in rows],
        crs=CRS,
    )
    frame.to_file(folder / "sites.gpkg")
    return land(zones, sites="sites.gpkg", derive=False, **more)


def ground_of(folder, rows, zones, areas=(), **more):
    block = stated(folder, rows, zones, **more)
    network = town(areas)
    sites, ground, _, _, _ = build_sites(block, network, demand_at(network), folder, 150.0)
    return sites, ground


def test_the_parcel_is_stated_or_drawn_or_the_usable_land(tmp_path):
    rows = [
        (square(20, 20, 40), {"id": "a"}),  # 1,600 m2
        (square(20, 20, 40), {"id": "b", "area_m2": 300}),
        (square(20, 20, 40), {"id": "c", "parcel_m2": 2000}),
        (square(20, 20, 40), {"id": "d", "area_m2": 1700}),
        (dot(20, 20), {"id": "e", "area_m2": 300}),
        (dot(20, 20), {"id": "f", "parcel_m2": 300}),
        (dot(20, 20), {"id": "g", "parcel_m2": 300, "area_m2": 120}),
    ]
    sites, _, _, _ = sites_of(
        town(), stated(tmp_path, rows, [zone("retail")], usable_share=0.5), tmp_path
    )
    assert sites.parcel_m2.tolist() == [1600, 1600, 2000, 1700, 300, 300, 300]
    assert sites.area_m2.tolist() == [800, 300, 1000, 1700, 300, 150, 120]


def test_usable_land_beyond_the_stated_parcel_enlarges_it_by_name(tmp_path):
    rows = [(dot(20, 20), {"id": "a", "area_m2": 300, "parcel_m2": 299})]
    sites, _, _, audit = sites_of(town(), stated(tmp_path, rows, [zone("retail")]), tmp_path)
    assert (sites.area_m2[0], sites.parcel_m2[0]) == (300, 300)
    assert audit["with more usable land than parcel_m2, parcel enlarged"] == 1
    rows = [(dot(20, 20), {"id": "b"})]
    with pytest.raises(Refusal, match="F410 a point without area_m2"):
        sites_of(town(), stated(tmp_path, rows, [zone("retail")]), tmp_path)


def test_the_parcel_of_derived_land_is_what_its_usable_share_was_taken_of():
    areas = [
        (square(20, 20, 50), {"landuse": "railway"}),
        (square(220, 220, 400), {"landuse": "industrial"}),  # offered as a plot of 10,000 m2
    ]
    sites, _, _, _ = sites_of(town(areas), land(usable_share=0.5))
    assert sites.parcel_m2[0] == pytest.approx(2480, abs=20)  # corners are rounded
    assert sites.area_m2[0] == pytest.approx(0.5 * 0.3 * sites.parcel_m2[0], abs=1)
    assert (sites.area_m2[1], sites.parcel_m2[1]) == (10_000, 20_000)


def test_the_audit_names_sites_on_which_coverage_takes_land_away(tmp_path):
    rows = [(dot(20, 20), {"id": name, "parcel_m2": 1000, "area_m2": area})
            for name, area in (("a", 600), ("b", 601))]  # fmt: skip
    block = stated(tmp_path, rows, [zone("retail", coverage_share_max=0.6)])
    sites, _, _, audit = sites_of(town(), block, tmp_path)
    assert sites.area_m2.tolist() == [600, 600]
    assert audit["with less usable land by the zone's coverage_share_max"] == 1


def draft(area, parcel, height=None):
    return Draft("a", "", "", "", "retail", None, area, parcel, LandStatus.ARTIFICIALISED,
                 height_max_m=height)  # fmt: skip


def room(area, parcel, height=None, **more):
    found = measure([draft(area, parcel, height)], [zone("retail", **more)])
    return int(found.area_m2[0]), int(found.floor_area_max_m2[0])


def test_coverage_limits_the_land_and_with_height_the_floor_area():
    assert room(800.9, 1600) == (800, NO_LIMIT_M2)
    assert room(800, 1600, coverage_share_max=0.4) == (640, NO_LIMIT_M2)
    assert room(800, 1600, coverage_share_max=0.6) == (800, NO_LIMIT_M2)
    storeys = {"coverage_share_max": 0.4, "storey_height_m": 3.5}
    assert room(800, 1600, **storeys) == (640, NO_LIMIT_M2)  # no limit of height
    assert room(800, 1600, height_max_m=12.0, **storeys) == (640, 3 * 640)
    assert room(800, 1600, 7.0, height_max_m=12.0, **storeys) == (640, 2 * 640)
    assert room(100, 1600, height_max_m=12.0, **storeys) == (100, 3 * 640)
    assert room(800, 1600, height_max_m=3.0, **storeys) == (640, 0)
    # 0.29 x 100 and 1.2 / 0.4 are 29 and 3, whatever binary fractions say
    assert room(99, 100, height_max_m=1.2, coverage_share_max=0.29, storey_height_m=0.4) == (29, 87)
    assert measure([], []).area_m2.shape == (0,)


@given(
    usable=st.floats(0, 1),
    parcel=st.floats(0, 1e6),
    coverage=st.floats(0.01, 1),
    height=st.floats(0.1, 100),
    storey=st.floats(2, 10),
)
def test_coverage_never_gives_more_land_or_floors_than_it_says(
    usable, parcel, coverage, height, storey
):
    limits = {"coverage_share_max": coverage, "storey_height_m": storey}
    area, floors = room(usable * parcel, parcel, height, **limits)
    assert 0 <= area <= min(usable * parcel, coverage * parcel) + 1e-5
    assert floors <= coverage * parcel * (height / storey) * (1 + 1e-6) + 1e-3
    free, _ = room(usable * parcel, parcel)
    assert area <= free
    assert area >= min(free, math.floor(coverage * math.floor(parcel)))


def test_sites_know_how_far_the_nearest_home_is(tmp_path):
    rows = [(square(20, 20, 40), {"id": "a"}), (square(20, 20, 40), {"id": "b", "homes_m": 7}),
            (dot(320, 220), {"id": "c", "area_m2": 5})]  # fmt: skip
    block = stated(tmp_path, rows, [zone("retail")])
    house, hall = {"building": "house"}, {"building": "industrial"}
    flats = {"landuse": "residential"}
    areas = [(square(90, 20, 10), house), (square(65, 20, 10), hall), (square(0, 0, 19), flats),
             (square(62, 20, 2), {"building": "yes", "disused": "yes"})]  # fmt: skip
    sites, _, _, audit = sites_of(town(areas), block, tmp_path)
    assert sites.homes_m.tolist() == pytest.approx([30, 7, math.hypot(220, 190)], abs=0.01)
    sites, _, _, audit = sites_of(town(areas[1:]), block, tmp_path)  # no home but the quarter
    assert sites.homes_m[0] == pytest.approx(math.sqrt(2), abs=0.01)
    assert not any("homes" in line for line in audit)
    sites, _, _, audit = sites_of(town(areas[1:2]), block, tmp_path)
    assert sites.homes_m.tolist() == [math.inf, 7, math.inf]
    assert audit["at an unknown distance to homes, of which the map has none"] == 2


def test_a_site_says_when_it_is_free_and_what_making_it_ready_takes_or_its_zone_does(tmp_path):
    rows = [
        (dot(20, 20), {"id": "a", "parcel_m2": 1001}),
        (dot(20, 20), {"id": "b", "parcel_m2": 1000, "free_from_year": 2030,
                       "free_until_year": 2034, "clean_up_eur": 5000, "clean_up_years": 0}),
        (dot(20, 20), {"id": "c", "parcel_m2": 10, "clean_up_deviation_eur": 1,
                       "price_deviation_eur_m2": 9, "price_eur_m2": 250}),
    ]  # fmt: skip
    old = zone("retail", clean_up_eur_m2=2.5, clean_up_deviation_share=0.4, clean_up_years=3)
    _, ground = ground_of(tmp_path, rows, [old], prices=LandPrices(deviation_share=0.15))
    assert ground.free_from_year.tolist() == [0, 2030, 0]
    assert ground.free_until_year.tolist() == [EVER, 2034, EVER]
    assert ground.clean_up_eur.tolist() == [2502, 5000, 25]  # 2,502.5 to the even figure
    assert ground.clean_up_deviation_eur.tolist() == [1001, 2000, 1]
    assert ground.clean_up_years.tolist() == [3, 0, 3]
    assert ground.price_deviation_eur_m2.tolist() == [15, 15, 9]  # of 100 EUR/m2


def test_without_a_word_about_time_a_site_is_free_for_ever_and_ready(tmp_path):
    _, ground = ground_of(tmp_path, [(dot(20, 20), {"id": "a", "area_m2": 9})], [zone("retail")])
    assert (ground.free_from_year[0], ground.free_until_year[0]) == (0, EVER)
    assert ground.clean_up_eur[0] == ground.clean_up_years[0] == 0
    assert ground.clean_up_deviation_eur[0] == ground.price_deviation_eur_m2[0] == 0


def test_dates_that_end_before_they_begin_and_leases_that_a_zone_does_not_offer_are_refused(
    tmp_path,
):
    rows = [
        (dot(20, 20), {"id": "a", "area_m2": 9, "free_from_year": 2030, "free_until_year": 2029}),
        (dot(20, 20), {"id": "b", "area_m2": 9, "long_lease_eur_m2": 5}),
    ]
    block = stated(tmp_path, rows, [zone("retail")])
    with pytest.raises(Refusal) as caught:
        sites_of(town(), block, tmp_path)
    causes = [fault.cause for fault in caught.value.faults]
    assert causes == [
        "free from 2030 until 2029",
        "a long lease, which zone retail does not offer",
    ]
