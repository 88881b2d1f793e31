import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.core.refusal import Refusal
from optimizer.land.prices import KnownPrices, interpolate
from optimizer.scenario.city import LandPrices, TowardsCentre
from tests.demand.town import CRS, degrees, dot, town
from tests.land.blocks import land, sites_of, zone

ZONES = [zone("retail", long_lease_eur_m2=40, long_lease_rent_eur_m2_year=2.0), zone("green")]


def centre(x, y, radius_m, factor):
    lon, lat = degrees(x, y)
    return TowardsCentre(lon=lon, lat=lat, radius_m=radius_m, factor_at_centre=factor)


def priced(folder, prices, rows):
    """Return the sites of `rows`, each (x, y, what the file states)."""
    tags = [{"id": f"s{rank}", "zone": "retail", "area_m2": 50, **more}
            for rank, (_, _, more) in enumerate(rows)]  # fmt: skip
    frame = gpd.GeoDataFrame(tags, geometry=[dot(x, y) for x, y, _ in rows], crs=CRS)
    frame.to_file(folder / "sites.gpkg")
    return sites_of(town(), land(ZONES, sites="sites.gpkg", prices=prices), folder)[0]


def known(folder, lines, header="lon,lat,price_eur_m2"):
    (folder / "prices.csv").write_text("\n".join([header, *lines]))
    return LandPrices(points="prices.csv")


def at(x, y):
    lon, lat = degrees(x, y)
    return f"{lon:.9f},{lat:.9f}"


def test_prices_rise_in_a_straight_line_towards_the_centre(tmp_path):
    prices = LandPrices(towards_centre=centre(400, 20, 400, 3.0))
    rows = [(400, 20, {}), (300, 20, {}), (200, 20, {}), (20, 20, {}), (780, 420, {})]
    sites = priced(tmp_path, prices, rows)
    # 100 EUR/m2 x 3, then 2.5 at a quarter of the radius, 2 at the half, 1.1 at 380 m, 1 beyond
    assert sites.price_eur_m2.tolist() == [300, 250, 200, 110, 100]
    assert sites.rent_eur_m2_year == pytest.approx([15, 12.5, 10, 5.25 + 0.25, 5])
    assert sites.long_lease_eur_m2.tolist() == [120, 100, 80, 44, 40]
    assert sites.long_lease_rent_eur_m2_year == pytest.approx([6, 5, 4, 2.2, 2], abs=1e-6)


def test_what_a_site_states_about_its_price_is_left_alone(tmp_path):
    prices = LandPrices(towards_centre=centre(20, 20, 400, 3.0))
    stated = {"price_eur_m2": 7, "rent_eur_m2_year": 0.5, "long_lease_eur_m2": 3,
              "long_lease_rent_eur_m2_year": 0.25}  # fmt: skip
    sites = priced(tmp_path, prices, [(20, 20, stated), (20, 20, {})])
    assert sites.price_eur_m2.tolist() == [7, 300]
    assert sites.rent_eur_m2_year.tolist() == pytest.approx([0.5, 15])
    assert sites.long_lease_eur_m2.tolist() == [3, 120]
    assert sites.long_lease_rent_eur_m2_year.tolist() == pytest.approx([0.25, 6])


def test_a_price_is_read_off_the_three_nearest_known_ones(tmp_path):
    lines = [f"{at(100, 20)},600", f"{at(400, 20)},300", f"{at(600, 20)},0", f"{at(790, 790)},9999"]
    sites = priced(tmp_path, known(tmp_path, lines), [(200, 20, {}), (100, 20, {})])
    # weights 1/100, 1/200, 1/400 = 4 : 2 : 1, so (4 x 600 + 2 x 300 + 0) / 7 = 428.6
    assert sites.price_eur_m2.tolist() == [429, 600]
    assert sites.rent_eur_m2_year.tolist() == [5, 5]


def test_known_prices_of_a_zone_count_in_that_zone_only(tmp_path):
    lines = [f"{at(100, 20)},500,retail", f"{at(210, 20)},900,green"]
    prices = known(tmp_path, lines, "lon,lat,price_eur_m2,zone")
    sites = priced(tmp_path, prices, [(200, 20, {}), (200, 20, {"zone": "green"})])
    assert sites.price_eur_m2.tolist() == [500, 900]
    prices = known(tmp_path, lines[1:], "lon,lat,price_eur_m2,zone")
    sites = priced(tmp_path, prices, [(200, 20, {}), (200, 20, {"zone": "green"})])
    assert sites.price_eur_m2.tolist() == [100, 900]  # no price is known: the zone's own


def test_every_fault_of_a_file_of_prices_comes_at_once(tmp_path):
    lines = ["x,0,1", "0,0,-1", "0,95,1"]
    with pytest.raises(Refusal) as caught:
        priced(tmp_path, known(tmp_path, lines), [(20, 20, {})])
    faults = caught.value.faults
    assert [fault.place for fault in faults] == [f"prices.csv:{line}" for line in (2, 3, 4)]
    assert {fault.code for fault in faults} == {"F420"}
    with pytest.raises(Refusal, match="F420 holds no price"):
        priced(tmp_path, known(tmp_path, []), [(20, 20, {})])
    with pytest.raises(Refusal, match="did you mean 'retail'"):
        priced(tmp_path, known(tmp_path, ["0,0,1,retial"], "lon,lat,price_eur_m2,zone"),
               [(20, 20, {})])  # fmt: skip


POINT = st.tuples(st.floats(-1e4, 1e4), st.floats(-1e4, 1e4))


@given(
    points=st.lists(st.tuples(POINT, st.integers(0, 10_000)), min_size=1, max_size=8),
    places=st.lists(POINT, max_size=8),
)
def test_a_price_lies_between_the_lowest_and_the_highest_known_one(points, places):
    table = KnownPrices(
        xy_m=np.array([xy for xy, _ in points]),
        eur_m2=np.array([float(price) for _, price in points]),
        zone=np.full(len(points), -1, dtype=np.int32),
    )
    xy_m = np.array(places, dtype=float).reshape(-1, 2)
    zone_of = np.zeros(len(places), dtype=np.int32)
    price = interpolate(table, xy_m, zone_of, np.full(len(places), -1.0))
    assert (price >= table.eur_m2.min()).all()
    assert (price <= table.eur_m2.max()).all()
    again = interpolate(table, table.xy_m, np.zeros(len(points), dtype=np.int32), table.eur_m2)
    apart = len({(round(x), round(y)) for (x, y), _ in points}) == len(points)
    if apart and _least_distance(table.xy_m) > 1.0:
        assert again == pytest.approx(table.eur_m2)  # at a known place its own price


def _least_distance(xy_m):
    gaps = np.hypot(*np.moveaxis(xy_m[:, None] - xy_m[None], -1, 0))
    return np.min(gaps + np.where(np.eye(len(xy_m), dtype=bool), np.inf, 0.0), initial=np.inf)
