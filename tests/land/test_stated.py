import geopandas as gpd
import pytest

from optimizer.core.kinds import LandStatus
from optimizer.core.refusal import Refusal
from tests.demand.town import CRS, dot, square, town
from tests.land.blocks import land, sites_of, zone, zones_of

ZONES = [zone("retail", height_max_m=20.0, noisy=False), zone("green")]


def write(tmp_path, rows, name="sites.gpkg", crs=CRS):
    frame = gpd.GeoDataFrame(
        [tags for _, tags in rows], geometry=[shape for shape, _ in rows], crs=CRS
    )
    frame.to_crs(crs).to_file(tmp_path / name)
    return land(ZONES, sites=name, usable_share=0.5)


def test_a_stated_site_says_everything_about_itself_or_takes_it_from_its_zone(tmp_path):
    rows = [
        (square(20, 20, 40), {"id": "yard", "zone": "retail", "name": "The\x07 <Yard>"}),
        (dot(220, 20), {"id": "spot", "zone": "green", "area_m2": 300, "price_eur_m2": 7,
                        "rent_eur_m2_year": 1.5, "height_max_m": 9, "noisy": "no",
                        "land_status": "forest", "jurisdiction": "North", "what": "lawn"}),
    ]  # fmt: skip
    block = write(tmp_path, rows)
    sites, _, names, _ = sites_of(town(), block, tmp_path)
    assert sites.id == ("spot", "yard")
    assert sites.name == ("spot", "The <Yard>")
    assert sites.area_m2.tolist() == [300, 800]  # a point's own, half of the polygon
    assert sites.price_eur_m2.tolist() == [7, 100]
    assert sites.rent_eur_m2_year.tolist() == [1.5, 5]
    assert sites.height_max_m.tolist() == [9, 20]
    assert sites.noisy_allowed.tolist() == [False, False]
    assert sites.land_status.tolist() == [LandStatus.FOREST, LandStatus.ARTIFICIALISED]
    assert [names[index] for index in sites.jurisdiction] == ["North", "city"]


def test_another_coordinate_system_gives_the_same_sites(tmp_path):
    rows = [(square(20, 20, 40), {"id": "yard", "zone": "retail"})]
    first, _, _, _ = sites_of(town(), write(tmp_path, rows), tmp_path)
    other = write(tmp_path, rows, "sites.geojson", "EPSG:4326")
    second, _, _, _ = sites_of(town(), other, tmp_path)
    assert second.area_m2[0] == pytest.approx(first.area_m2[0], abs=1)
    assert second.lon == pytest.approx(first.lon, abs=1e-6)


def test_stated_sites_win_over_derived_ones(tmp_path):
    block = write(tmp_path, [(square(20, 20, 40), {"id": "yard", "zone": "retail"})])
    sites, _, _, audit = sites_of(
        town([(square(20, 20, 40), {"landuse": "retail"})]), block, tmp_path
    )
    assert zones_of(sites, block) == {"yard": "retail"}
    assert audit["overlapping another site, left out"] == 1


def test_without_a_stated_status_the_soil_on_the_map_counts(tmp_path):
    block = write(tmp_path, [(square(20, 20, 40), {"id": "yard", "zone": "green"})])
    areas = [
        (square(0, 0, 200), {"landuse": "farmland"}),
        (square(20, 20, 9), {"landuse": "grass"}),
    ]
    sites, _, _, _ = sites_of(town(areas), block.model_copy(update={"derive": False}), tmp_path)
    assert sites.land_status.tolist() == [LandStatus.AGRICULTURAL]


def test_every_fault_of_a_file_of_sites_comes_at_once(tmp_path):
    fine = {"zone": "retail", "area_m2": "50"}
    rows = [
        (dot(0, 0), {**fine, "id": "a", "zone": "retial"}),
        (dot(0, 0), {**fine, "id": "b", "area_m2": ""}),
        (dot(0, 0), {**fine, "id": "b"}),
        (dot(0, 0), {**fine, "id": "c", "area_m2": "nan"}),
        (dot(0, 0), {**fine, "id": "<script>"}),
        (dot(0, 0), {**fine, "id": "d", "land_status": "soil"}),
        (None, {**fine, "id": "e"}),
    ]
    block = write(tmp_path, rows)
    with pytest.raises(Refusal) as caught:
        sites_of(town(), block, tmp_path)
    places = {fault.place for fault in caught.value.faults}
    assert places == {f"sites.gpkg:feature {rank}" for rank in range(1, 8)}
    assert "did you mean 'retail'?" in str(caught.value)


def test_a_file_without_id_and_zone_is_refused(tmp_path):
    block = write(tmp_path, [(dot(0, 0), {"title": "a"})])
    with pytest.raises(Refusal, match=r"no field id.*\n.*no field zone"):
        sites_of(town(), block, tmp_path)


def test_stated_sites_outside_or_out_of_reach_are_left_out_by_name(tmp_path):
    rows = [(dot(x, 20), {"id": f"at{x}", "zone": "retail", "area_m2": 5}) for x in (20, 5000)]
    sites, _, _, audit = sites_of(town(), write(tmp_path, rows), tmp_path)
    assert sites.id == ("at20",)
    assert audit["of the file outside the study area, left out"] == 1


def communes(tmp_path, rows):
    frame = gpd.GeoDataFrame(
        {"name": [name for _, name in rows]}, geometry=[shape for shape, _ in rows], crs=CRS
    )
    frame.to_file(tmp_path / "communes.gpkg")
    return land().model_copy(
        update={"jurisdictions": land().jurisdictions.model_copy(update={"file": "communes.gpkg"})}
    )


def test_sites_belong_to_the_commune_around_them_or_to_the_nearest(tmp_path):
    block = communes(tmp_path, [(square(0, 0, 300), "West"), (square(300, 0, 200), "East"),
                                (square(-50, 0, 50), "West")])  # fmt: skip
    shop = {"shop": "kiosk"}
    points = [(dot(-20, 20), shop), (dot(310, 20), shop), (dot(790, 20), shop)]
    sites, _, names, audit = sites_of(town(points=points), block, tmp_path)
    assert names == ("West", "East")
    assert sites.jurisdiction.tolist() == [0, 1, 1]
    assert audit["outside every jurisdiction, given to the nearest"] == 1


def test_communes_without_names_or_surface_are_refused(tmp_path):
    block = communes(tmp_path, [(square(0, 0, 300), ""), (dot(0, 0), "East")])
    with pytest.raises(Refusal, match="F430 name is empty"):
        sites_of(town(), block, tmp_path)
