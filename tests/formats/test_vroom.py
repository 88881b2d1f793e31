"""VROOM JSON in and out: small files, what is refused, and answers that a person can add up."""

from __future__ import annotations

import copy
import json

import numpy as np
import pytest

from optimizer.core.limits import Limits
from optimizer.core.refusal import Refusal
from optimizer.core.routing import RoutingResult
from optimizer.formats.vroom import read_vroom, vroom_answer
from optimizer.routing import plan_tours
from optimizer.verify import check_tours, recompute_tours
from tests.formats.test_vrplib import written
from tests.verify.routing.tours import left, none_left, timed

LINE = [[abs(a - b) * 10 for b in range(4)] for a in range(4)]
"""Four places on a line, 10 s apart."""

MIXED = {
    "vehicles": [
        {"id": 1, "start_index": 0, "end_index": 0, "capacity": [4], "skills": [1]},
        {"id": 2, "start_index": 0, "capacity": [4], "time_window": [100, 500]},
        {"id": 7, "start_index": 0, "end_index": 0, "capacity": [4], "skills": [1]},
    ],
    "jobs": [
        {"id": 5, "location_index": 1, "delivery": [2], "service": 3, "time_windows": [[20, 90]]},
        {"id": 6, "location_index": 2, "pickup": [1], "skills": [1], "priority": 10},
    ],
    "shipments": [
        {
            "amount": [3],
            "pickup": {"id": 5, "location_index": 2, "setup": 0},
            "delivery": {"id": 6, "location_index": 3, "service": 4},
        }
    ],
    "matrices": {"car": {"durations": LINE}},
}
GLOBE = {
    "vehicles": [{"id": 1, "start": [6.1, 46.2], "end": [6.1, 46.2]}],
    "jobs": [{"id": 1, "location": [6.1, 46.21]}, {"id": 2, "location": [6.11, 46.2]}],
}


def read(folder, content, **changes):
    return read_vroom(written(folder, json.dumps(content), "toy.json"), **changes)


def answered(problem, tours, skipped=None):
    skipped = none_left(problem) if skipped is None else skipped
    value = recompute_tours(problem, tours, skipped).objective
    assert check_tours(problem, tours, skipped, value) == ()
    result = RoutingResult("plan", "work", tours, skipped, value, None, "hand", {})
    return vroom_answer(problem, result)


def changed(path, value):
    content = copy.deepcopy(MIXED)
    part = content
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    return content


def test_jobs_and_shipments_are_stops_and_pairs(tmp_path):
    problem = read(tmp_path, MIXED)
    assert problem.stops.id == ("job 5", "job 6", "pickup 5", "delivery 6")
    assert problem.stops.place.tolist() == [1, 2, 2, 3]
    assert problem.stops.deliver[:, 0].tolist() == [2, 0, 0, 0]
    assert problem.stops.collect[:, 0].tolist() == [0, 1, 0, 0]
    assert problem.stops.service_s.tolist() == [3, 0, 0, 4]
    assert problem.stops.from_s.tolist() == [20, 0, 0, 0]
    assert (problem.pairs.pickup.tolist(), problem.pairs.delivery.tolist()) == ([2], [3])
    assert problem.pairs.load.tolist() == [[3]]


def test_equal_vehicles_are_one_type(tmp_path):
    fleet = read(tmp_path, MIXED).fleet
    assert fleet.id == ("1 7", "2")
    assert fleet.count_max.tolist() == [2, 1]
    assert fleet.end_place.tolist() == [0, -1]
    assert fleet.from_s.tolist() == [0, 100]
    assert fleet.serves.tolist() == [[True] * 4, [True, False, True, True]]


def test_tasks_of_higher_priority_are_dearer_than_all_others(tmp_path):
    penalty = read(tmp_path, MIXED).stops.penalty_eur
    assert penalty[1] > 2 * (penalty.sum() - penalty[1])
    assert penalty[2] + penalty[3] == penalty[0] > 3 * 30


def test_an_answer_has_the_shape_and_the_sums_of_vroom(tmp_path):
    problem = read(tmp_path, MIXED)
    tours = timed(problem, (0, 0.0, [0, 1]), (1, 100.0, [2, 3]))
    answer = answered(problem, tours)
    assert answer["code"] == 0
    summary = answer["summary"]
    assert summary["cost"] == summary["duration"] == 10 + 10 + 20 + 20 + 10
    assert summary["waiting_time"] == 10
    assert summary["service"] == 7
    assert summary["delivery"] == [2 + 3]
    assert summary["pickup"] == [1 + 3]
    assert summary["routes"] == 2
    assert summary["unassigned"] == 0
    first, second = answer["routes"]
    assert (first["vehicle"], second["vehicle"]) == (1, 2)
    assert [step["type"] for step in first["steps"]] == ["start", "job", "job", "end"]
    assert [step["load"] for step in first["steps"]] == [[2], [0], [1], [1]]
    assert [step["arrival"] for step in first["steps"]] == [0, 10, 33, 53]
    assert [step["duration"] for step in first["steps"]] == [0, 10, 20, 40]
    # no way back: the route ends with its last task
    assert [step["type"] for step in second["steps"]] == ["start", "pickup", "delivery"]
    assert [step.get("id") for step in second["steps"]] == [None, 5, 6]
    assert [step["location_index"] for step in second["steps"]] == [0, 2, 3]
    assert [step["load"] for step in second["steps"]] == [[0], [3], [0]]
    json.dumps(answer, allow_nan=False)


def test_tasks_that_are_left_out_are_told(tmp_path):
    problem = read(tmp_path, MIXED)
    answer = answered(problem, timed(problem, (0, 0.0, [0])), left(problem, 1, 2, 3))
    assert [(one["type"], one["id"]) for one in answer["unassigned"]] == [
        ("job", 6), ("pickup", 5), ("delivery", 6),
    ]  # fmt: skip


def test_an_engine_plans_what_was_read(tmp_path):
    problem = read(tmp_path, MIXED)
    result = plan_tours(problem, Limits(work=50))
    assert result.tours is not None
    assert check_tours(problem, result.tours, result.skipped, result.objective) == ()
    assert vroom_answer(problem, result)["summary"]["unassigned"] == 0


def test_no_tours_are_an_error_in_words(tmp_path):
    problem = read(tmp_path, MIXED)
    result = RoutingResult("no_plan", "user", None, none_left(problem), None, None, "hand", {})
    assert vroom_answer(problem, result)["code"] == 1


def test_costs_are_those_of_the_vehicle(tmp_path):
    content = changed(("matrices", "car", "distances"), [[7 * d for d in row] for row in LINE])
    content["vehicles"] = [
        {"id": 1, "start_index": 0, "end_index": 0, "capacity": [9], "costs": costs}
        for costs in ({"fixed": 5}, {"per_hour": 0, "per_km": 10}, {"per_hour": 36, "per_km": 10})
    ]
    for rank, car in enumerate(content["vehicles"]):
        car["id"] = rank
    del content["jobs"][1]["skills"]
    problem = read(tmp_path, content)
    for rank, cost in enumerate([5 + 40.0, 0.28 * 10, 0.4 + 2.8]):
        skipped = left(problem, 0, 2, 3)
        tours = timed(problem, (rank, 0.0, [1]))
        figures = recompute_tours(problem, tours, skipped)
        assert figures.objective - figures.penalty_eur == pytest.approx(cost)
        answer = answered(problem, tours, skipped)
        assert answer["summary"]["distance"] == 280
        assert answer["summary"]["duration"] == 40


def test_a_matrix_may_bring_its_own_costs(tmp_path):
    content = changed(("matrices", "car", "costs"), [[3 * d for d in row] for row in LINE])
    problem = read(tmp_path, content)
    answer = answered(problem, timed(problem, (0, 0.0, [0])), left(problem, 1, 2, 3))
    assert answer["summary"]["cost"] == 60
    assert answer["summary"]["duration"] == 20


def test_slow_vehicles_take_longer(tmp_path):
    content = changed(("vehicles", 1, "speed_factor"), 0.5)
    problem = read(tmp_path, content)
    assert problem.travel[problem.fleet.profile[1]].time_s[0, 3] == 60


def test_a_tour_has_no_more_tasks_than_it_may(tmp_path):
    content = changed(("vehicles", 0, "max_tasks"), 1)
    del content["shipments"]
    problem = read(tmp_path, content)
    assert problem.load == ("load 1", "tasks")
    found = check_tours(problem, timed(problem, (0, 0.0, [0, 1])), none_left(problem))
    assert {one.family for one in found} == {"load"}
    answer = answered(problem, timed(problem, (0, 0.0, [0])), left(problem, 1))
    assert answer["routes"][0]["steps"][0]["load"] == [2]


def test_the_longest_tour_is_told_in_metres(tmp_path):
    content = changed(("matrices", "car", "distances"), LINE)
    content["vehicles"][0] |= {"costs": {"per_hour": 0, "per_km": 1}, "max_distance": 300}
    fleet = read(tmp_path, content).fleet
    assert fleet.length_max_m[0] == 300


def test_an_old_matrix_and_an_old_amount_are_read(tmp_path):
    content = copy.deepcopy(MIXED)
    del content["matrices"]
    content["matrix"] = LINE
    content["jobs"][0]["amount"] = content["jobs"][0].pop("delivery")
    assert read(tmp_path, content).stops.deliver[0].tolist() == [2]


def test_places_on_the_globe_are_as_far_as_a_great_circle_makes_them(tmp_path):
    problem = read(tmp_path, GLOBE, speed_kph=36.0, circuity=1.0)
    # a hundredth of a degree of latitude is 1113.2 m on this sphere
    assert problem.travel["car"].length_m[2, 0] == 1113
    assert problem.travel["car"].time_s[2, 0] == 111
    answer = answered(problem, timed(problem, (0, 0.0, [0, 1])))
    assert answer["routes"][0]["steps"][1]["location"] == [6.1, 46.21]
    assert answer["summary"]["distance"] > 2000
    assert np.isfinite(problem.lon).all()


@pytest.mark.parametrize(
    ("path", "value", "where", "code"),
    [
        (("jobs", 0, "time_windows"), [[0, 1], [5, 6]], "jobs[0].time_windows", "F816"),
        (("vehicles", 0, "breaks"), [{"id": 1}], "vehicles[0].breaks", "F816"),
        (("vehicles", 0, "steps"), [{"type": "start"}], "vehicles[0].steps", "F816"),
        (("vehicles", 0, "max_travel_time"), 9, "vehicles[0].max_travel_time", "F816"),
        (("vehicles", 0, "max_distance"), 9, "vehicles[0].max_distance", "F816"),
        (("vehicles", 0, "costs"), {"per_task_hour": 1}, "vehicles[0].costs.per_task_hour", "F816"),
        (("vehicles", 0, "max_tasks"), 9, "vehicles", "F816"),
        (("jobs", 1, "setup"), 9, "jobs[1].setup", "F816"),
        (("jobs", 0, "service_per_type"), {"a": 1}, "jobs[0].service_per_type", "F816"),
        (("jobs", 0, "id"), "five", "jobs[0].id", "F812"),
        (("jobs", 1, "id"), 5, "jobs[1].id", "F812"),
        (("vehicles", 1, "id"), 1, "vehicles", "F812"),
        (("jobs", 0, "location_index"), 4, "jobs[0].location_index", "F812"),
        (("jobs", 0, "delivery"), [2, 3], "jobs[1]", "F812"),
        (("jobs", 0, "delivery"), [-2], "jobs[0].delivery[0]", "F812"),
        (("jobs", 0, "service"), -1, "jobs[0].service", "F812"),
        (("jobs", 0, "priority"), 101, "jobs[0].priority", "F812"),
        (("jobs", 0, "time_windows"), [[9, 1]], "jobs[0].time_windows[0]", "F812"),
        (("jobs", 0, "colour"), "red", "jobs[0].colour", "F812"),
        (("jobs",), {}, "jobs", "F812"),
        (("jobs", 0), 5, "jobs[0]", "F812"),
        (("vehicles",), [], "vehicles", "F812"),
        (("vehicles", 0, "profile"), "bike", "vehicles[0].profile", "F812"),
        (("vehicles", 0, "costs"), {"per_km": 1}, "vehicles[0].costs.per_km", "F812"),
        (("shipments", 0, "pickup"), None, "shipments[0].pickup", "F812"),
        (("matrices", "car", "durations"), [[0, 1], [1]], "matrices.car.durations[1]", "F812"),
        (("matrices", "car", "durations"), [[0.5]], "matrices.car.durations[0]", "F812"),
        (("matrices", "car"), {}, "matrices.car", "F812"),
        (("matrices",), {}, "matrices", "F812"),
        (("options",), {}, "options", "F812"),
    ],
)
def test_what_is_wrong_or_not_planned_is_told_with_its_place(tmp_path, path, value, where, code):
    with pytest.raises(Refusal) as caught:
        read(tmp_path, changed(path, value))
    assert (f"{tmp_path / 'toy.json'} {where}", code) in [
        (fault.place, fault.code) for fault in caught.value.faults
    ]


def test_all_faults_come_at_once(tmp_path):
    content = changed(("jobs", 0, "service"), "long")
    content["vehicles"][0]["breaks"] = [{"id": 1, "time_windows": [[0, 9]]}]
    del content["vehicles"][1]["start_index"]
    del content["jobs"][1]["location_index"]
    with pytest.raises(Refusal) as caught:
        read(tmp_path, content)
    assert len(caught.value.faults) == 4


@pytest.mark.parametrize(("text", "line"), [("{", 1), ("[]", 0), ('{"jobs": [\n1,,]}', 2)])
def test_text_that_is_no_json_is_told_with_line_and_column(tmp_path, text, line):
    with pytest.raises(Refusal) as caught:
        read_vroom(written(tmp_path, text, "toy.json"))
    place = caught.value.faults[0].place
    assert caught.value.faults[0].code == "F812"
    assert place.startswith(f"{tmp_path / 'toy.json'}:{line}:" if line else str(tmp_path))


@pytest.mark.parametrize("spot", [[181, 0], [0], "here", None])
def test_a_place_that_is_none_is_told(tmp_path, spot):
    content = copy.deepcopy(GLOBE)
    content["jobs"][1]["location"] = spot
    with pytest.raises(Refusal, match="missing, or not \\[lon"):
        read(tmp_path, content)
