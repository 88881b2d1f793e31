"""Workers, stops and support are snapped to streets; what has none is left out by name."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.core.refusal import Refusal
from optimizer.demand import read_access
from optimizer.scenario.hotels import SupportRule, TransitBlock, WorkerAccessRule
from tests.demand.town import degrees, town

TRANSIT = TransitBlock(stops="stops.csv", rides="rides.csv", walk_max_min=5)
WORKERS = WorkerAccessRule(
    file="workers.csv",
    within_min=20,
    by=("transit", "walk"),
    capture_share=0.3,
    transit=TRANSIT,
    source="census",
)
SUPPORT = SupportRule(file="support.csv", within_min=6, source="the city")
HOMES = (("near", 2, 3, "10,4"), ("far", 9000, 0, "7,7"), ("east", 398, 1, ",2"))
STOPS = (("a", 0, 0), ("lost", -5000, 0), ("b", 800, 800))
RIDES = ("a,b,4.5", "b,a,5", "a,lost,1")


def table(path, header, rows):
    lines = [header]
    for name, x_m, y_m, *more in rows:
        lon, lat = degrees(x_m, y_m)
        lines.append(",".join(map(str, (name, lon, lat, *more))))
    path.write_text("\n".join(lines), encoding="utf-8")


def read(tmp_path, *, homes=HOMES, stops=STOPS, rides=RIDES, skill=("manual", "office"), **town_of):
    table(tmp_path / "workers.csv", "id,lon,lat,workers_manual,workers_office", homes)
    table(tmp_path / "stops.csv", "id,lon,lat", stops)
    table(tmp_path / "support.csv", "id,lon,lat", [("incubator", 200, 199), ("moon", 0, 9999)])
    (tmp_path / "rides.csv").write_text("\n".join(["from,to,minutes", *rides]), encoding="utf-8")
    streets = town(**town_of).streets
    return read_access(WORKERS, SUPPORT, skill, streets, tmp_path, 100.0)


def test_places_get_their_nodes_and_those_without_a_street_are_told(tmp_path):
    # the town's nodes stand 200 m apart, five in a row
    found, audit = read(tmp_path)
    assert found.worker_id == ("near", "east")
    assert found.node_walk.tolist() == [0, 2]
    assert found.workers.tolist() == [[10, 4], [0, 2]]
    assert found.stop_id == ("a", "b")
    assert found.stop_node.tolist() == [0, 24]
    assert found.ride_s.tolist() == [[-1, 270], [300, -1]]
    assert (found.support_id, found.support_node.tolist()) == (("incubator",), [6])
    assert (found.limit_s, found.stop_walk_s, found.support_limit_s) == (1200, 300, 360)
    assert found.by == ("walk", "transit")
    assert found.source == "census; the city"
    assert [(line.count, line.detail) for line in audit] == [(1, "far"), (1, "lost"), (1, "moon")]


def test_a_home_without_a_way_for_bikes_keeps_its_foot_way(tmp_path):
    every_node = set(range(25))
    found, _ = read(tmp_path, closed={"cargo_bike": every_node - {23, 24}})
    assert found.node_walk.tolist() == [0, 2]
    assert found.node_bike.tolist() == [-1, -1]


def test_without_rules_there_is_nothing_to_reach(tmp_path):
    found, audit = read_access(None, None, ("manual",), town().streets, tmp_path, 100.0)
    assert (found.capture_share, found.support_limit_s, audit) == (0.0, -1, ())
    assert found.workers.shape == (0, 1)


def test_support_may_come_from_tenants_alone(tmp_path):
    rule = SupportRule(within_min=3)
    found, _ = read_access(None, rule, (), town().streets, tmp_path, 100.0)
    assert (found.support_limit_s, found.support_id) == (180, ())


@pytest.mark.parametrize(
    ("change", "place", "words"),
    [
        ({"rides": ["a,c,4"]}, "rides.csv:2", "unknown to 'c'"),
        ({"rides": ["a,a,4"]}, "rides.csv:2", "to itself"),
        ({"rides": ["a,b,4", "a,b,5"]}, "rides.csv:3", "stands already"),
        ({"rides": ["a,b,-1"]}, "rides.csv:2", "minutes is -1"),
        ({"stops": [("a", 0, 0), ("a", 1, 1)]}, "stops.csv:3", "stands already"),
        ({"homes": [("h", 0, 0, "-1,0")]}, "workers.csv:2", "workers_manual is -1"),
        ({"skill": ("welding",)}, "workers.csv:1", "workers_welding is missing"),
    ],
)
def test_a_faulty_row_is_refused_with_its_line(tmp_path, change, place, words):
    with pytest.raises(Refusal) as caught:
        read(tmp_path, **change)
    (fault,) = caught.value.faults
    assert (fault.place, fault.code) == (place, "F323")
    assert words in fault.cause


def test_a_ride_takes_whole_seconds(tmp_path):
    found, _ = read(tmp_path, rides=["a,b,0.51"])
    assert found.ride_s[0, 1] == 31
    assert found.ride_s.dtype == np.int32
