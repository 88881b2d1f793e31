"""VRPLIB in and out: hand-made files, faults told with their lines, and there and back again."""

from __future__ import annotations

import contextlib
import lzma

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.core.refusal import Refusal
from optimizer.core.routing import Matrix
from optimizer.formats.vrplib import read_sol, read_vrp, write_sol, write_vrp
from optimizer.verify import check_tours
from tests.routing.builders import fleet, plane_problem, stops
from tests.verify.routing.tours import none_left, timed

SQUARE = """NAME : square
COMMENT : "three customers: a toy"
TYPE : CVRP
DIMENSION : 4
EDGE_WEIGHT_TYPE : EUC_2D
CAPACITY : 10
NODE_COORD_SECTION
1 0 0
2 3 4
3 10 0
4 1.0e1 1
DEMAND_SECTION
1 0
2 6
3 5
4 4
DEPOT_SECTION
 1
 -1
EOF
"""
TABLE = """NAME : table
TYPE : ACVRP
DIMENSION : 3
EDGE_WEIGHT_TYPE : EXPLICIT
EDGE_WEIGHT_FORMAT : {shape}
CAPACITY : 9
EDGE_WEIGHT_SECTION
{rows}
DEMAND_SECTION
1 0
2 1
3 1
DEPOT_SECTION
1
-1
EOF
"""
TIMED = SQUARE.replace(
    "DEPOT_SECTION",
    "TIME_WINDOW_SECTION\n1 0 100\n2 5 20\n3 0 50\n4 0 60\n"
    "SERVICE_TIME_SECTION\n1 0\n2 7\n3 8\n4 9\nRELEASE_TIME_SECTION\n1 0\n2 0\n3 2\n4 0\n"
    "DEPOT_SECTION",
).replace("CAPACITY", "VEHICLES : 2\nCAPACITY")


def written(folder, text, name="one.vrp"):
    path = folder / name
    path.write_bytes(lzma.compress(text.encode()) if name.endswith(".xz") else text.encode())
    return path


@pytest.mark.parametrize("name", ["one.vrp", "one.vrp.xz"])
def test_customers_and_depot_are_read(tmp_path, name):
    problem = read_vrp(written(tmp_path, SQUARE, name))
    assert problem.name == "square"
    assert problem.stops.id == ("2", "3", "4")
    assert problem.stops.deliver[:, 0].tolist() == [6, 5, 4]
    assert problem.fleet.capacity.tolist() == [[10]]
    assert problem.fleet.count_max.tolist() == [3]
    tours = timed(problem, (0, 0.0, [0, 2]), (0, 0.0, [1]))
    # 5 + 8 (7.62 to the nearest) + 10 (10.05 to the nearest), and 10 there and back
    assert check_tours(problem, tours, none_left(problem), 23.0 + 20.0) == ()


@pytest.mark.parametrize(
    ("shape", "rows", "table"),
    [
        ("FULL_MATRIX", "0 1 2\n3 0 4\n5 6 0", [[0, 1, 2], [3, 0, 4], [5, 6, 0]]),
        ("LOWER_ROW", "1\n2 3", [[0, 1, 2], [1, 0, 3], [2, 3, 0]]),
        ("LOWER_DIAG_ROW", "0\n1 0\n2 3 0", [[0, 1, 2], [1, 0, 3], [2, 3, 0]]),
        ("UPPER_ROW", "1 2 3", [[0, 1, 2], [1, 0, 3], [2, 3, 0]]),
        ("UPPER_DIAG_ROW", "0 1 2 0 3 0", [[0, 1, 2], [1, 0, 3], [2, 3, 0]]),
    ],
)
def test_edge_weights_are_read_in_every_shape(tmp_path, shape, rows, table):
    problem = read_vrp(written(tmp_path, TABLE.format(shape=shape, rows=rows)))
    (travel,) = problem.travel.values()
    assert isinstance(travel, Matrix)
    assert travel.time_s.tolist() == travel.length_m.tolist() == table


def test_windows_service_and_release_belong_to_customers(tmp_path):
    problem = read_vrp(written(tmp_path, TIMED))
    assert problem.stops.from_s.tolist() == [5, 0, 0]
    assert problem.stops.until_s.tolist() == [20, 50, 60]
    assert problem.stops.service_s.tolist() == [7, 8, 9]
    assert problem.stops.released_s.tolist() == [0, 2, 0]
    assert problem.fleet.until_s.tolist() == [100]
    assert problem.fleet.count_max.tolist() == [2]


def test_the_longest_tour_counts_service_where_there_is_some(tmp_path):
    limited = SQUARE.replace("CAPACITY", "DISTANCE : 40\nCAPACITY")
    problem = read_vrp(written(tmp_path, limited))
    assert problem.fleet.length_max_m.tolist() == [40]
    assert np.isinf(problem.fleet.duration_max_s).all()
    timed_too = limited.replace("CAPACITY", "SERVICE_TIME : 10\nCAPACITY")
    problem = read_vrp(written(tmp_path, timed_too))
    assert problem.fleet.duration_max_s.tolist() == [40]
    assert problem.stops.service_s.tolist() == [10, 10, 10]


def test_every_depot_is_a_vehicle_type(tmp_path):
    text = SQUARE.replace("3 5\n", "3 0\n").replace(" 1\n -1", " 1\n 3\n -1")
    problem = read_vrp(written(tmp_path, text))
    assert problem.fleet.start_place.tolist() == [0, 2]
    assert problem.stops.id == ("2", "4")
    owned = text.replace("CAPACITY", "VEHICLES : 3\nCAPACITY").replace(
        "DEPOT_SECTION", "VEHICLES_DEPOT_SECTION\n1 1\n2 3\n3 3\nDEPOT_SECTION"
    )
    assert read_vrp(written(tmp_path, owned)).fleet.count_max.tolist() == [1, 2]


@pytest.mark.parametrize(
    ("old", "new", "line", "cause"),
    [
        ("DIMENSION : 4", "DIMENSION : 4.5", 4, "4.5 is not a whole number"),
        ("DIMENSION : 4", "DIMENSION : 5", 16, "8 of 5 x 2 numbers"),
        ("DIMENSION : 4\n", "", 1, "no DIMENSION"),
        ("EUC_2D", "GEO", 5, "EDGE_WEIGHT_TYPE GEO"),
        ("TYPE : CVRP", "TYPE : SOP", 3, "TYPE SOP"),
        ("CAPACITY : 10", "CAPACITY : ten", 6, "'ten' is not a number"),
        ("CAPACITY : 10", "CAPACITY 10", 6, "not a NAME : value"),
        ("CAPACITY : 10", "CAPACITY : 10\nCAPACITY : 11", 7, "CAPACITY stands twice"),
        ("CAPACITY : 10", "GEARS : 10", 6, "not a NAME : value"),
        ("3 10 0", "3 10 x", 10, "'x' is not a number"),
        ("3 10 0", "x 10 0", 10, "not a NAME : value"),
        ("3 10 0", "2 10 0", 10, "each once (node 2)"),
        ("3 5\n", "3 5 5\n", 15, "3 numbers are not 2: node, demand"),
        ("3 5\n", "3 -5\n", 15, "the demand of node 3 is -5"),
        ("1 0\n2 6", "1 1\n2 6", 13, "the demand of node 1 is 1"),
        ("DEMAND_SECTION", "DEMANDS_SECTION", 12, "DEMANDS_SECTION is not read"),
        ("DEMAND_SECTION\n1 0\n2 6\n3 5\n4 4\n", "", 15, "there is no DEMAND_SECTION"),
        (" 1\n -1", " 9\n -1", 18, "depot 9 is not a node"),
        (" 1\n -1", " 1\n", 18, "depots, closed by -1"),
        (" 1\n -1", " -1", 18, "no depot"),
        (" 1\n -1", " 1\n -1\n 7", 20, "more than the head says"),
        ("NODE_COORD_SECTION", "7 7\nNODE_COORD_SECTION", 7, "stands in no section"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path, old, new, line, cause):
    assert old in SQUARE
    path = written(tmp_path, SQUARE.replace(old, new, 1))
    with pytest.raises(Refusal) as caught:
        read_vrp(path)
    (fault,) = caught.value.faults
    assert fault.code == "F812"
    assert cause in fault.cause
    assert fault.place == f"{path}:{line}"


@pytest.mark.parametrize(
    ("rows", "cause"),
    [("0 1 2\n3 0 4\n5 6", "ends after 8 of 9"), ("0 1 2\n3 0 4\n5 6.5 0", "6.5 is not a whole")],
)
def test_faults_of_edge_weights_are_told(tmp_path, rows, cause):
    path = written(tmp_path, TABLE.format(shape="FULL_MATRIX", rows=rows))
    with pytest.raises(Refusal, match=cause) as caught:
        read_vrp(path)
    assert caught.value.faults[0].place == f"{path}:10"


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_damaged_file_is_read_or_refused_and_nothing_else(tmp_path_factory, data):
    lines = TIMED.splitlines()
    at = data.draw(st.integers(0, len(lines) - 1))
    lines[at] = data.draw(st.sampled_from(["", "-1", "x", "1 2 3", "nan 1", "EOF", lines[at] * 2]))
    path = written(tmp_path_factory.mktemp("vrp"), "\n".join(lines))
    with contextlib.suppress(Refusal):
        read_vrp(path)


WHOLE = st.integers(0, 60)


@given(
    points=st.lists(st.tuples(WHOLE, WHOLE), min_size=2, max_size=7),
    rounding=st.sampled_from(["nearest", "ceil", "floor"]),
    data=st.data(),
)
@settings(max_examples=40, deadline=None)
def test_what_is_written_comes_back(tmp_path_factory, points, rounding, data):
    count = len(points) - 1
    rows = st.lists(WHOLE, min_size=count, max_size=count)
    windows = data.draw(st.booleans())
    visit = stops(
        range(1, count + 1),
        deliver=np.array(data.draw(rows)),
        service_s=data.draw(rows),
        from_s=data.draw(rows) if windows else 0.0,
        until_s=np.add(data.draw(rows), 60) if windows else np.inf,
    )
    limit = "length_max_m" if windows or not visit.service_s.any() else "duration_max_s"
    problem = plane_problem(
        points,
        visit=visit,
        vehicles=fleet(count_max=data.draw(st.integers(1, count)), capacity=70, **{limit: 500}),
        rounding=rounding,
    )
    path = tmp_path_factory.mktemp("vrp") / "one.vrp"
    write_vrp(path, problem)
    back = read_vrp(path)
    assert back.travel["plane"].rounding == rounding
    for name in ("place", "deliver", "service_s", "from_s", "until_s"):
        assert np.array_equal(getattr(back.stops, name), getattr(visit, name))
    for name in ("count_max", "capacity", "start_place", limit):
        assert np.array_equal(getattr(back.fleet, name), getattr(problem.fleet, name))


def test_a_table_of_weights_comes_back(tmp_path):
    path = written(tmp_path, TABLE.format(shape="FULL_MATRIX", rows="0 1 2\n3 0 4\n5 6 0"))
    problem = read_vrp(path)
    write_vrp(tmp_path / "two.vrp", problem)
    back = read_vrp(tmp_path / "two.vrp")
    assert np.array_equal(back.travel["plane"].time_s, problem.travel["plane"].time_s)


def test_what_vrplib_cannot_tell_is_refused_all_at_once(tmp_path):
    problem = plane_problem(
        [(0, 0), (1, 1), (2, 2)],
        visit=stops([1, 2], penalty_eur=5.0, collect=[1, 0]),
        vehicles=fleet(end_place=-1, fixed_eur=3.0),
    )
    with pytest.raises(Refusal) as caught:
        write_vrp(tmp_path / "one.vrp", problem)
    causes = " ".join(fault.cause for fault in caught.value.faults)
    assert {fault.code for fault in caught.value.faults} == {"F815"}
    for words in ("kind of travel", "collected", "left out", "ends elsewhere", "costs"):
        assert words in causes


def test_a_solution_comes_back(tmp_path):
    problem = read_vrp(written(tmp_path, SQUARE))
    tours = timed(problem, (0, 0.0, [0, 2]), (0, 0.0, [1]))
    write_sol(tmp_path / "one.sol", tours, 43.0)
    assert (tmp_path / "one.sol").read_text() == "Route #1: 1 3\nRoute #2: 2\nCost 43\n"
    assert read_sol(tmp_path / "one.sol") == ([[0, 2], [1]], 43.0)


@pytest.mark.parametrize("line", ["Road #1: 2", "Route #1: two", "Route #1: 0", "Cost much"])
def test_a_solution_that_is_none_is_refused_with_its_line(tmp_path, line):
    path = written(tmp_path, f"Route #1: 1 2\n{line}\n", "one.sol")
    with pytest.raises(Refusal) as caught:
        read_sol(path)
    assert caught.value.faults[0].place == f"{path}:2"
