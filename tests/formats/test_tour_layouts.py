"""Layouts of vehicle routing give the problem that their files state."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.routing.vehicles import FAMILIES
from optimizer.core.refusal import Refusal
from optimizer.core.routing import Rounding
from optimizer.formats import read_table
from optimizer.formats.mdvrp import read_mdvrp
from optimizer.formats.pdptw import read_pdptw
from optimizer.formats.visits import FLEET_FIRST
from optimizer.formats.vrptw import read_vrptw
from tests.formats import files

FOLDER = Path(__file__).parent.parent.parent / "instances" / "literature"
ROWS = [row for row in read_table(FOLDER) if row.family in FAMILIES]

VRPTW = """tiny
VEHICLE
NUMBER  CAPACITY
  3  10
CUSTOMER
CUST NO. XCOORD. YCOORD. DEMAND READY TIME DUE DATE SERVICE TIME

0 0 0 0 0 100 0
1 3 4 7 10 20 5
2 1 1 2 0 90 5
"""
PDPTW = """2 5 1
0 0 0 0 0 100 0 0 0
1 3 4 -2 10 20 5 2 0
2 1 1 2 0 90 5 0 1
"""
MDVRP = """2 3 2 2
50 9
0 0
1 3 4 5 7 1 2 1 2
2 1 1 0 2 1 2 1 2
3 0 0 0 0 0 0
4 8 8 0 0 0 0
"""


def test_windows_are_read_and_solomon_cuts_lengths_to_one_decimal(tmp_path):
    problem = read_vrptw(tmp_path / files.write(tmp_path, VRPTW, "tiny.txt"), fleet_first=False)
    stops, fleet = problem.stops, problem.fleet
    assert (problem.name, stops.id, fleet.count_max.tolist()) == ("tiny", ("1", "2"), [3])
    assert stops.deliver.tolist() == [[7], [2]]
    assert stops.from_s.tolist() == [10.0, 0.0]
    assert stops.until_s.tolist() == [20.0, 90.0]
    assert stops.service_s.tolist() == [5.0, 5.0]
    assert (fleet.capacity.tolist(), fleet.until_s.tolist()) == ([[10]], [100.0])
    assert problem.travel["plane"].rounding == Rounding.FLOOR_TENTH
    assert fleet.fixed_eur.tolist() == [0.0]


def test_the_fewest_vehicles_first_are_a_cost_beyond_all_ways(tmp_path):
    problem = read_vrptw(tmp_path / files.write(tmp_path, VRPTW), fleet_first=True)
    assert problem.fleet.fixed_eur.tolist() == [FLEET_FIRST]
    assert problem.travel["plane"].rounding == Rounding.REAL


def test_pairs_go_from_pickup_to_delivery(tmp_path):
    problem = read_pdptw(tmp_path / files.write(tmp_path, PDPTW))
    pairs = problem.pairs
    assert (pairs.pickup.tolist(), pairs.delivery.tolist()) == ([1], [0])
    assert pairs.load.tolist() == [[2]]
    assert not problem.stops.deliver.any()
    assert problem.fleet.fixed_eur.tolist() == [FLEET_FIRST]


def test_each_depot_has_its_vehicles_and_zero_is_no_limit(tmp_path):
    problem = read_mdvrp(tmp_path / files.write(tmp_path, MDVRP))
    fleet = problem.fleet
    assert fleet.start_place.tolist() == fleet.end_place.tolist() == [2, 3]
    assert fleet.count_max.tolist() == [3, 3]
    assert fleet.duration_max_s.tolist() == [50.0, np.inf]
    assert fleet.capacity.tolist() == [[9], [9]]  # no limit: all that there is
    assert problem.stops.service_s.tolist() == [5.0, 0.0]


@pytest.mark.parametrize(
    ("read", "text", "line"),
    [
        (read_pdptw, PDPTW.replace("5 2 0", "5 0 0"), 3),
        (read_pdptw, PDPTW.replace("1 1 2 0", "1 1 3 0"), 4),
        (read_pdptw, PDPTW.replace("5 0 1", "5 0 9"), 4),
        (read_pdptw, PDPTW.replace("2 1 1", "3 1 1"), 4),
        (read_mdvrp, MDVRP.replace("2 3 2 2", "1 3 2 2"), 1),
        (read_mdvrp, MDVRP.replace("50 9", "50 x"), 2),
        (read_mdvrp, MDVRP.replace("4 8 8 0 0 0 0\n", ""), 6),
        (lambda path: read_vrptw(path, fleet_first=True), VRPTW.replace("1 3 4", "5 3 4"), 9),
        (lambda path: read_vrptw(path, fleet_first=True), VRPTW.replace(" 7 10", " -7 10"), 9),
        (lambda path: read_vrptw(path, fleet_first=True), VRPTW.replace("90 5", "90"), 10),
    ],
)
def test_faults_are_told_with_their_line(tmp_path, read, text, line):
    path = tmp_path / files.write(tmp_path, text)
    with pytest.raises(Refusal) as refused:
        read(path)
    (fault,) = refused.value.faults
    assert (fault.code, fault.place) == ("F812", f"{path}:{line}")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.family}-{row.instance}")
def test_every_shipped_instance_is_read(row):
    family = FAMILIES[row.family]
    problem = family.read(FOLDER / row.file)
    assert problem.stops.count >= 48
    assert bool(problem.fleet.fixed_eur.any()) == family.fleet_first
    assert row.value is not None
    if family.fleet_first:
        assert row.count("vehicles") <= problem.fleet.count_max[0]
