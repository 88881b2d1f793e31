"""Lyon by the hour: what the reader makes of the files, and the authors' own figures again."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from optimizer.core.refusal import Refusal
from optimizer.formats.mamut import read_mamut
from tests.routing.hours.plain import reached

LYON = Path(__file__).resolve().parents[2] / "instances" / "lyon" / "rifki2020"


@pytest.mark.parametrize("name", ["n20-Rifki-1", "n20-Rifki-2", "n20-Rifki-3", "n60-Rifki-1"])
def test_best_known_tours_last_as_long_as_their_authors_say(name):
    problem = read_mamut(LYON / f"{name}.vrp.json")
    best = json.loads((LYON / f"{name}.bks.Duration.json").read_text())
    told = best["metadata"]
    total = 0.0
    for route, depart, spent in zip(
        best["routes"], told["route_departure_times"], told["route_durations"], strict=True
    ):
        now, here = np.array([round(depart)], dtype=float), 0  # printed with float noise
        for place in (*route, 0):
            now, here = reached(problem.travel["van"], here, place, now), place
            if place:
                stop = place - 1
                now = np.maximum(now, problem.stops.from_s[stop])
                assert now[0] <= problem.stops.until_s[stop]
                now += problem.stops.service_s[stop]
        assert now[0] - round(depart) == pytest.approx(spent, abs=1e-6)
        assert sum(problem.stops.deliver[place - 1, 0] for place in route) <= 146
        total += float(now[0]) - round(depart)
    assert total == pytest.approx(best["cost"], abs=1e-6)


def small(folder: Path, *, road=None, atf=None, **changes) -> Path:
    """Write an instance of two customers."""
    given = {
        "instance_name": "small",
        "coordinates": [[0, 0], [100, 0], [0, 100]],
        "demands": [0, 2, 3],
        "service_times": [0, 60, 30],
        "depot": 0,
        "horizon": [0.0, 7200.0],
        "num_vehicles": None,
        "vehicle_capacity": 4,
    }
    path = folder / "small.vrp.json"
    path.write_text(json.dumps(given | changes))
    for suffix, content in ((".road.json.gz", road), (".atf.json.gz", atf)):
        if content is not None:
            (folder / f"small{suffix}").write_bytes(gzip.compress(json.dumps(content).encode()))
    return path


ARCS = [
    [i, j, [0.0, 600.0, 600.0, 7200.0], [100.0, 700.0, 900.0, 7500.0]]
    for i in range(3)
    for j in range(3)
    if i != j
]


def test_who_leaves_when_arrival_jumps_still_arrives_early(tmp_path):
    travel = read_mamut(small(tmp_path, atf={"arcs": ARCS})).travel["van"]
    arrive = reached(travel, 0, 1, np.array([599.0, 600.0, 600.01, 601.0]))
    assert arrive == pytest.approx([699.0, 700.0, 900.01, 901.0])


def test_roads_are_searched_and_places_lie_on_the_map(tmp_path):
    edges = [[i, j, 600.0, [10.0, 5.0]] for i in range(3) for j in range(3) if i != j]
    road = {
        "edges": edges,
        "bin_edges": [0.0, 3600.0, 7200.0],
        "node_vertices": [0, 1, 2],
        "sample_step": 60.0,
        "simplify_tolerance": 1.0,
    }
    at = {"lat": 45.0, "lon": 4.0, "alt": 0.0}
    problem = read_mamut(small(tmp_path, road=road, reference_lla=at))
    arrive = reached(problem.travel["van"], 0, 1, np.array([0.0, 4000.0]))
    assert arrive == pytest.approx([60.0, 4120.0])
    assert problem.lon[0] == pytest.approx(4.0)
    assert problem.lat[2] == pytest.approx(45.0 + 100.0 / 111_320.0)
    assert problem.fleet.count_max.tolist() == [2]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, "F811"),
        ({"atf": {"arcs": [[0, 9, [0.0], [1.0]]]}}, "F812"),
        ({"atf": {"arcs": [[0, 1, [0.0, 5.0], [9.0, 7.0]]]}}, "F812"),
        ({"atf": {"arcs": ARCS}, "demands": [0, 2]}, "F812"),
        ({"atf": {"arcs": ARCS}, "depot": "here"}, "F812"),
        ({"atf": {"arcs": "none"}}, "F812"),
        ({"road": {"edges": []}}, "F812"),
    ],
)
def test_files_that_say_nothing_of_the_kind_are_refused(tmp_path, changes, code):
    with pytest.raises(Refusal) as refusal:
        read_mamut(small(tmp_path, **changes))
    assert refusal.value.faults[0].code == code


def test_a_file_that_is_no_object_is_refused(tmp_path):
    (tmp_path / "x.vrp.json").write_text("[1]")
    with pytest.raises(Refusal):
        read_mamut(tmp_path / "x.vrp.json")
