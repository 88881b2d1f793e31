import math

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.core.refusal import Refusal
from optimizer.core.store import digest
from optimizer.demand import build_demand
from optimizer.demand.merge import merge
from optimizer.demand.receivers import MICRO, Receivers
from optimizer.scenario.city import DemandBlock, Estimate
from tests.demand.town import CRS, EAST, NORTH, degrees, dot, square, town

BLOCK = DemandBlock(file="demand.csv")
HOUSE = {"building": "apartments", "building:levels": "1"}


def csv(tmp_path, rows, header="id,lon,lat,parcels_per_day,parcels_per_stop,home_share"):
    lines = [header]
    for identity, x, y, *more in rows:
        lon, lat = degrees(x, y)
        lines.append(",".join(map(str, (identity, lon, lat, *more))))
    (tmp_path / "demand.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_points_of_a_file_merge_on_their_street_node_and_stops_add_up(tmp_path):
    # 6 parcels in 3 stops and 4 parcels in 1 stop: 10 parcels in 4 stops
    csv(tmp_path, [("a", 5, 5, 6, 2, 1), ("b", -5, 5, 4, 4, 0), ("c", 200, 0, 1, 1, 1)])
    points, unserved, _ = build_demand(BLOCK, town(), tmp_path, 100.0)
    assert points.id == ("a+1", "c")
    assert points.parcels_per_day.tolist() == [10, 1]
    assert points.parcels_per_stop.tolist() == [2.5, 1]
    assert points.pickup_share_max == pytest.approx([0.7 * 0.6, 0.7])
    assert points.node["van"].tolist() == [0, 1]
    assert unserved == ()


def test_every_fault_of_a_demand_file_is_named_with_its_line(tmp_path):
    lon, lat = degrees(200, 200)
    rows = ["lon,lat,parcels_per_day,id", f"{lon},{lat},nan,a", f"{lon},{lat},-1,b",
            f"{lat},{lon},1,c", f"{lon},{lat},1,d", f"{lon},{lat},1,d", f"{lon},{lat},1,<x>",
            f"999,{lat},1,e", f"{lon},{lat}"]  # fmt: skip
    (tmp_path / "demand.csv").write_text("\n".join(rows), encoding="utf-8")
    with pytest.raises(Refusal) as caught:
        build_demand(BLOCK, town(), tmp_path, 100.0)
    lines = sorted(int(fault.place.split(":")[1]) for fault in caught.value.faults)
    assert lines == [2, 3, 4, 6, 7, 8, 9]
    assert "lon and lat are swapped" in str(caught.value)


def test_a_point_outside_is_unserved_by_name_and_a_file_for_elsewhere_is_refused(tmp_path):
    inside = [("a", 0, 0, 1, 1, 1), ("b", 200, 0, 1, 1, 1)]
    csv(tmp_path, [*inside, ("far", 9000, 0, 2, 1, 1)])
    points, unserved, _ = build_demand(BLOCK, town(), tmp_path, 100.0)
    assert points.count == 2
    assert [(item.id, item.parcels_per_day) for item in unserved] == [("far", 2)]
    csv(tmp_path, [("a", 0, 0, 1, 1, 1), ("b", 9000, 0, 1, 1, 1), ("c", 9000, 9, 1, 1, 1)])
    with pytest.raises(Refusal, match="F302"):
        build_demand(BLOCK, town(), tmp_path, 100.0)


def test_map_layers_in_any_coordinate_system_say_the_same_as_the_table(tmp_path):
    csv(tmp_path, [("a", 5, 5, 6, 2, 1), ("c", 200, 0, 1, 1, 1)])
    table, _, _ = build_demand(BLOCK, town(), tmp_path, 100.0)
    frame = gpd.GeoDataFrame(
        {"id": ["a", "c"], "parcels_per_day": [6, 1], "parcels_per_stop": [2.0, 1.0]},
        geometry=[dot(5, 5), dot(200, 0)],
        crs=CRS,
    )
    frame.to_crs("EPSG:2056").to_file(tmp_path / "demand.gpkg")
    frame.to_crs("EPSG:4326").to_file(tmp_path / "demand.geojson")
    for name in ("demand.gpkg", "demand.geojson"):
        layer, _, _ = build_demand(DemandBlock(file=name), town(), tmp_path, 100.0)
        assert digest(layer) == digest(table)


def test_demand_without_a_source_or_without_a_single_point_is_refused(tmp_path):
    with pytest.raises(Refusal, match="F300"):
        build_demand(DemandBlock(), town(), tmp_path, 100.0)
    csv(tmp_path, [])
    with pytest.raises(Refusal, match="holds no demand point"):
        build_demand(BLOCK, town(), tmp_path, 100.0)
    csv(tmp_path, [("a", 0, 0, 0, 1, 1)])
    with pytest.raises(Refusal, match="F303"):
        build_demand(BLOCK, town(), tmp_path, 100.0)


def test_estimated_parcels_add_up_to_inhabitants_times_parcels_each():
    houses = [(square(x, 10, 7 + x / 100), HOUSE) for x in range(10, 700, 37)]
    shops = [(dot(210, 10), {"shop": "supermarket"}), (dot(410, 10), {"office": "it"})]
    block = DemandBlock(estimate=Estimate(population=977, business_share=0.4))
    points, unserved, audit = build_demand(block, town(houses, shops), None, 200.0)
    micro = np.rint(points.parcels_per_day * MICRO).astype(np.int64)
    assert micro.sum() == round(977 * 0.08 * MICRO)
    assert unserved == ()
    business = next(line for line in audit if line.what == "parcels for businesses")
    assert business.count == pytest.approx(977 * 0.08 * 0.4)
    homes = (points.pickup_share_max / 0.7 * points.parcels_per_day).sum()
    assert homes == pytest.approx(977 * 0.08 * 0.6)


def test_without_workplaces_every_parcel_goes_to_a_home_and_the_audit_says_so():
    block = DemandBlock(estimate=Estimate(population=100))
    points, _, audit = build_demand(block, town([(square(10, 10, 10), HOUSE)]), None, 200.0)
    assert points.parcels_per_day.tolist() == [8]
    assert any("0 mapped workplaces: all go to homes" in line.detail for line in audit)


def test_work_buildings_weigh_by_floor_area_and_vacant_shops_not_at_all():
    # 20 x 20 m x 4 levels / 16 m2 a job = 100 jobs against a supermarket's 20
    office = (square(10, 10, 20), {"building": "office", "building:levels": "4"})
    shops = [(dot(400, 0), {"shop": "supermarket"}), (dot(400, 400), {"shop": "vacant"})]
    estimate = Estimate(population=100, business_share=1.0)
    network = town([office, (square(790, 790, 9), HOUSE)], shops)
    points, _, _ = build_demand(DemandBlock(estimate=estimate), network, None, 200.0)
    parcels = dict(zip(points.node["walk"].tolist(), points.parcels_per_day, strict=True))
    assert parcels == pytest.approx({0: 8 * 100 / 120, 2: 8 * 20 / 120})


def test_places_far_from_streets_or_vans_are_unserved_with_the_reason():
    network = town(closed={"van": range(5), "lorry": range(5), "cargo_bike": range(5)})
    receivers = Receivers(
        id=("far", "no_van", "fine"),
        xy_m=np.array([[EAST - 45, NORTH], [EAST, NORTH + 1], [EAST, NORTH + 200]]),
        micro_parcels=np.array([1, 2, 3]) * MICRO,
        home_micro_parcels=np.array([1, 2, 3]) * MICRO,
        stops_per_day=np.array([1.0, 2.0, 3.0]),
    )
    points, unserved, _ = merge(receivers, BLOCK, network, 40.0)
    assert points.id == ("fine",)
    reasons = {item.id: item.reason for item in unserved}
    assert "more than 40 m from any street" in reasons["far"]
    assert "open to vans" in reasons["no_van"]


@settings(deadline=None, max_examples=40)
@given(
    data=st.lists(
        st.tuples(
            st.floats(-900, 1700), st.floats(-900, 1700), st.integers(1, 10**9), st.floats(1, 9)
        ),
        min_size=1,
        max_size=30,
    )
)
def test_merging_loses_no_parcel_and_no_stop(data):
    x, y, micro, per_stop = map(np.array, zip(*data, strict=True))
    receivers = Receivers(
        id=("",) * len(data),
        xy_m=np.column_stack([EAST + x, NORTH + y]),
        micro_parcels=micro.astype(np.int64),
        home_micro_parcels=micro.astype(np.int64) // 2,
        stops_per_day=micro / MICRO / per_stop,
    )
    network = town(closed={"van": [0, 1, 5]})
    points, unserved, _ = merge(receivers, BLOCK, network, 150.0)
    served = np.rint(points.parcels_per_day * MICRO).astype(np.int64).sum()
    lost = sum(round(item.parcels_per_day * MICRO) for item in unserved)
    assert served + lost == micro.sum()
    if not unserved:
        stops = points.parcels_per_day / points.parcels_per_stop
        assert math.fsum(stops) == pytest.approx(math.fsum(receivers.stops_per_day))
    assert len(set(points.id)) == points.count
    assert (points.stops_per_km2 > 0).all()


def test_without_parcels_there_are_no_demand_points_and_no_fault(tmp_path):
    points, unserved, audit = build_demand(DemandBlock(without_parcels=True), town(), tmp_path, 100)
    assert points.count == 0
    assert {profile: len(node) for profile, node in points.node.items()} == {
        "van": 0,
        "cargo_bike": 0,
        "walk": 0,
    }
    assert unserved == ()
    assert "hotels alone" in audit[0].what
