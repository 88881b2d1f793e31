"""`faubourg route` as people and scripts meet it: a day for a plan, files of other planners."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

import optimizer
from optimizer.commands import DONE, app
from optimizer.core import store
from optimizer.core.limits import Limits
from optimizer.core.refusal import Refusal

TINY = Path(__file__).parent.parent.parent / "instances" / "tiny"
QUICK = ("--work", "40", "--threads", "1")
VRP = """\
NAME : four
TYPE : CVRP
DIMENSION : 5
EDGE_WEIGHT_TYPE : EUC_2D
CAPACITY : 2
NODE_COORD_SECTION
1 0 0
2 0 10
3 3 10
4 0 -10
5 3 -10
DEMAND_SECTION
1 0
2 1
3 1
4 1
5 1
DEPOT_SECTION
1
-1
EOF
"""
VROOM = {
    "vehicles": [{"id": 7, "start_index": 0, "end_index": 0, "capacity": [2]}],
    "jobs": [
        {"id": 1, "location_index": 1, "delivery": [1], "service": 60},
        {"id": 2, "location_index": 2, "delivery": [1], "service": 60},
    ],
    "matrices": {"car": {"durations": [[0, 100, 200], [100, 0, 100], [200, 100, 0]]}},
}


def faubourg(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture(scope="module")
def solved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("solved") / "tiny"
    done = faubourg("solve", TINY / "scenario.yaml", "--out", folder)
    assert done.exit_code == DONE, done.output
    return folder


@pytest.fixture(scope="module")
def routed(solved, tmp_path_factory):
    folder = tmp_path_factory.mktemp("routed") / "tiny"
    done = faubourg("route", solved, "--out", folder, "--format", "json", *QUICK)
    assert done.exit_code == DONE, done.output
    return folder, json.loads(done.stdout)


def test_a_bound_on_the_tours_of_a_file_is_told(tmp_path):
    path = tmp_path / "four.vrp"
    path.write_text(VRP)
    done = faubourg("route", path, "--bound", "5", *QUICK)
    assert done.exit_code == DONE, done.output
    # twice 10 out, 3 along, 10 back; no three stops fit into a vehicle
    assert "46; nothing below" in done.stderr
    bound = float(done.stderr.split("nothing below ")[1].split(" ")[0])
    assert 23.0 < bound <= 46.0


def test_a_routed_result_holds(routed):
    folder, told = routed
    assert faubourg("verify", folder).exit_code == DONE
    names = {path.name for path in folder.iterdir()}
    assert {"tours.json", "day.npz", "result.json", "report.html", "SHA256SUMS"} <= names
    tours = json.loads((folder / "tours.json").read_text(encoding="utf-8"))
    assert tours["figures"]["tours"]["parcels"]["not_brought"] == 0
    assert set(tours["figures"]["estimate"]["vehicles"]) == {"lorry", "van", "cargo_bike"}
    assert told["figures"]["tours"] == tours["figures"]["tours"]


def test_the_same_work_routes_the_same_day(routed, solved, tmp_path):
    folder, _ = routed
    assert faubourg("route", solved, "--out", tmp_path / "again", *QUICK).exit_code == DONE
    for name in ("tours.json", "result.json", "plan.json"):
        assert (tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes()


def test_python_routes_days_and_writes_nothing(solved):
    before = sorted(solved.iterdir())
    routed = optimizer.route(solved, Limits(work=40, threads=1), seed=3, days=2)
    assert routed.violations == ()
    assert routed.record.day.seed == 3
    assert routed.figures["held_back"]["days"] == 2
    assert sorted(solved.iterdir()) == before


def test_a_scenario_without_a_day_is_told_what_to_add(solved, tmp_path):
    folder = tmp_path / "old"
    shutil.copytree(solved, folder)
    problem, _ = store.load(folder / "problem.npz")
    with (folder / "problem.npz").open("wb") as file:
        store.save(file, problem.replace(day=None))
    with pytest.raises(Refusal, match=r"F780.*tours\.day:"):
        optimizer.route(folder)


def test_an_altered_result_is_not_routed(solved, tmp_path):
    folder = tmp_path / "altered"
    shutil.copytree(solved, folder)
    told = (folder / "result.json").read_text(encoding="utf-8")
    (folder / "result.json").write_text(told.replace('"plan"', '"no_plan"', 1), encoding="utf-8")
    with pytest.raises(Refusal, match="F911"):
        optimizer.route(folder)


def test_a_vrplib_file_is_answered_as_a_solution(tmp_path):
    (tmp_path / "four.vrp").write_text(VRP, encoding="utf-8")
    done = faubourg("route", tmp_path / "four.vrp", "--out", tmp_path / "four.sol", *QUICK)
    assert done.exit_code == DONE, done.output
    lines = (tmp_path / "four.sol").read_text(encoding="utf-8").splitlines()
    routes = {frozenset(line.split(": ")[1].split()) for line in lines[:-1]}
    assert routes == {frozenset("12"), frozenset("34")}
    assert lines[-1] == "Cost 46"  # twice 10 + 3 + 10


def test_vroom_json_is_answered_in_its_shape(tmp_path):
    (tmp_path / "jobs.json").write_text(json.dumps(VROOM), encoding="utf-8")
    done = faubourg("route", tmp_path / "jobs.json", *QUICK)
    assert done.exit_code == DONE, done.output
    answer = json.loads(done.stdout)
    assert answer["unassigned"] == []
    (route,) = answer["routes"]
    assert route["vehicle"] == 7
    assert (route["duration"], route["service"]) == (400, 120)


def test_a_file_of_no_known_kind_is_refused(tmp_path):
    (tmp_path / "tours.txt").touch()
    done = faubourg("route", tmp_path / "tours.txt", *QUICK)
    assert isinstance(done.exception, Refusal)
    assert done.exception.faults[0].code == "F784"
