import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.core.refusal import Refusal
from optimizer.land import place_points, read_firms
from optimizer.land.firms import share_ground
from optimizer.scenario.city import Jurisdictions
from optimizer.scenario.horizon import FirmsBlock
from tests.demand.town import CRS, degrees, dot, square, town
from tests.land.blocks import land, sites_of, zone

HEADER = "id,name,site,lon,lat,area_m2,jobs,may_stay,move_eur,lost_eur"
SITES = [
    (square(20, 20, 40), {"id": "yard", "zone": "retail"}),  # 1,600 m2
    (square(220, 20, 50), {"id": "mill", "zone": "retail"}),  # 2,500 m2
    (dot(420, 20), {"id": "spot", "zone": "retail", "area_m2": 90}),
]


@pytest.fixture(name="folder")
def _folder(tmp_path):
    frame = gpd.GeoDataFrame(
        [tags for _, tags in SITES], geometry=[shape for shape, _ in SITES], crs=CRS
    )
    frame.to_file(tmp_path / "sites.gpkg")
    return tmp_path


def at(x, y):
    lon, lat = degrees(x, y)
    return f"{lon:.9f},{lat:.9f}"


def read(folder, lines, premises=None, **more):
    (folder / "firms.csv").write_text("\n".join([HEADER, *lines]))
    if premises is not None:
        (folder / "premises.csv").write_text("\n".join(["id,lon,lat,area_m2", *premises]))
        more["premises"] = "premises.csv"
    block = land([zone("retail")], sites="sites.gpkg", usable_share=0.5, derive=False)
    network = town()
    sites, outlines, _, _ = sites_of(network, block, folder)
    firms, audit = read_firms(
        FirmsBlock(file="firms.csv", **more), sites, outlines, network, folder, 100.0
    )
    where = [sites.id[site] for site in firms.site]
    return firms, where, {line.what: (line.count, line.detail) for line in audit}


def test_a_firm_stands_on_the_site_that_it_names_or_around_or_near_its_position(folder):
    lines = [
        "saw,The Saw,mill,,,300,12,yes,1000,50000",
        f"ink,,,{at(30, 30)},200,4.5,no,0,0",  # within the yard
        f"tin,,,{at(60, 90)},200,3,no,0,0",  # 30 m north of the yard
        f"far,,,{at(700, 700)},200,3,no,0,0",
        "lost,,quarry,,,200,3,no,0,0",
    ]
    firms, where, audit = read(folder, lines)
    assert firms.id == ("saw", "ink", "tin")
    assert firms.name == ("The Saw", "ink", "tin")
    assert where == ["mill", "yard", "yard"]
    assert firms.area_m2.tolist() == [300, 200, 200]
    assert firms.jobs.tolist() == [12, 4.5, 3]
    assert firms.may_stay.tolist() == [True, False, False]
    assert (firms.move_eur.tolist(), firms.lost_eur.tolist()) == ([1000, 0, 0], [50000, 0, 0])
    assert audit == {"not on a candidate site, left out": (2, "far, lost")}


def test_the_nearest_site_without_room_for_the_firm_gives_way_to_the_next_one(folder):
    place = at(400, 20)  # 20 m from the spot of 90 m2, 130 m from the mill
    _, where, _ = read(folder, [f"kiosk,,,{place},90,1,no,0,0", f"shed,,,{place},91,1,no,0,0"])
    assert where == ["spot", "spot"]  # the mill is beyond the 100 m
    place = at(350, 20)  # 70 m from the spot, 80 m from the mill
    _, where, _ = read(folder, [f"kiosk,,,{place},90,1,no,0,0", f"shed,,,{place},91,1,no,0,0"])
    assert where == ["spot", "mill"]


def test_firms_on_more_ground_than_the_parcel_are_cut_back_in_proportion(folder):
    lines = ["a,,yard,,,2400,1,no,0,0", "b,,yard,,,800,1,no,0,0", "c,,mill,,,2500,1,no,0,0"]
    firms, _, audit = read(folder, lines)
    assert firms.area_m2.tolist() == [1200, 400, 2500]  # 1,600 m2 shared 3 : 1
    assert audit == {"on more ground than their parcel has, cut back": (2, "a, b")}


@given(
    firms=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 10**6)), max_size=12),
    parcels=st.lists(st.integers(0, 10**6), min_size=4, max_size=4),
)
def test_firms_never_take_more_than_they_said_nor_together_more_than_the_parcel(firms, parcels):
    site = np.array([at for at, _ in firms], dtype=np.int32)
    area = np.array([m2 for _, m2 in firms], dtype=np.int64)
    parcel = np.array(parcels, dtype=np.int64)
    found = share_ground(area, site, parcel)
    assert (found <= area).all()
    for at in range(4):
        mine, wanted = found[site == at], area[site == at].sum()
        assert mine.sum() <= parcel[at]
        assert mine.sum() >= min(wanted, parcel[at]) - len(mine)  # rounded down
        assert wanted > parcel[at] or mine.sum() == wanted


def test_moves_are_measured_in_a_straight_line_to_every_premises(folder):
    firms, _, _ = read(
        folder,
        ["saw,,spot,,,30,1,no,0,0", "ink,,yard,,,30,1,no,0,0"],
        [f"hall,{at(420, 320)},500", f"loft,{at(820, 320)},80.5"],
        move_max_m=400.0,
        jobs_lost_max=3.0,
        job_lost_eur_year=2.5,
    )
    assert firms.premises == ("hall", "loft")
    assert firms.premises_area_m2.tolist() == [500, 81]
    assert firms.move_m[0] == pytest.approx([300, 500], abs=0.1)
    assert firms.move_m[1] == pytest.approx([np.hypot(380, 280), np.hypot(780, 280)], abs=0.1)
    assert (firms.move_max_m, firms.jobs_lost_max, firms.job_lost_eur_year) == (400, 3, 2.5)


def test_without_firms_or_premises_the_arrays_are_empty(folder):
    firms, where, audit = read(folder, [])
    assert (firms.count, where, audit) == (0, [], {})
    assert firms.move_m.shape == (0, 0)
    assert firms.jobs_lost_max == -1
    network = town()
    sites, outlines, _, _ = sites_of(network)
    none, _ = read_firms(None, sites, outlines, network, folder, 100.0)
    assert none.count == 0


def test_every_fault_of_a_file_of_firms_comes_at_once(folder):
    lines = [
        "a,,yard,,,x,1,no,0,0",
        "a,,yard,,,1,1,no,0,0",
        "b,,,,,1,1,no,0,0",
        "c,,yard,,,1,-1,no,0,0",
        "d,,yard,,,1,1,perhaps,0,0",
    ]
    with pytest.raises(Refusal) as caught:
        read(folder, lines)
    faults = caught.value.faults
    assert {fault.code for fault in faults} == {"F440"}
    assert {fault.place for fault in faults} == {f"firms.csv:{line}" for line in range(2, 7)}
    with pytest.raises(Refusal, match=r"premises.csv:2 F440 lat is empty"):
        read(folder, [], ["hall,5,,100"])


def test_points_belong_to_the_jurisdiction_around_them_or_to_the_nearest(tmp_path):
    frame = gpd.GeoDataFrame(
        {"name": ["West", "East"]}, geometry=[square(0, 0, 300), square(300, 0, 200)], crs=CRS
    )
    frame.to_file(tmp_path / "communes.gpkg")
    lon, lat = np.array([degrees(x, 20) for x in (100, 400, 700, 10)]).T
    block = Jurisdictions(file="communes.gpkg")
    assert place_points(block, lon, lat, tmp_path, CRS).tolist() == [0, 1, 1, 0]
    assert place_points(block, lon[:0], lat[:0], tmp_path, CRS).tolist() == []
    assert place_points(Jurisdictions(), lon, lat, tmp_path, CRS).tolist() == [0] * 4
