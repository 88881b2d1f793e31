"""Layouts of location with routes: read as their authors mean them, refused with the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.routing.location import FAMILIES
from optimizer.core.limits import Limits
from optimizer.core.refusal import Refusal
from optimizer.core.routing import Rounding
from optimizer.formats import read_table
from optimizer.formats.akca import read_akca
from optimizer.formats.clrp import read_clrp
from optimizer.formats.contardo import read_contardo
from optimizer.formats.twoechelon import read_two_echelon
from optimizer.routing.location import solve_location_routing
from optimizer.verify.location_routing import check_location_routing

LITERATURE = Path(__file__).parent.parent.parent / "instances" / "literature"
ROWS = [row for row in read_table(LITERATURE) if row.family in FAMILIES]

CLRP = "2\n1\n0 0\n3 4\n6 8\n10\n20\n4 5\n7.5\n100\n{kind}\n"
AKCA = "2 1 10 3 0\n0 12.5 2\n1 3 4 4\n2 6 8 5\n3 0 0 7.5 20 1\n"
CONTARDO = "1 1 1 10 30 2 5 0\n0 12 1 2\n1 3 4 4\n2 0 0 7 20\n3 9 9 8 40\n"
TWO = "!Trucks\n3,40,2,1\n!City\n4,5,10,1,0\n!Stores\n0,0   3,4   6,8\n!Customers\n1,2,3  4,5,6\n\n"
LAYOUTS = {
    "clrp": (read_clrp, CLRP.format(kind=0)),
    "akca": (read_akca, AKCA),
    "contardo": (read_contardo, CONTARDO),
    "twoechelon": (read_two_echelon, TWO),
}


def write(folder, text):
    path = folder / "one.txt"
    path.write_text(text, encoding="utf-8")
    return path


def test_prins_counts_hundredths_rounded_up_and_tuzun_real_lengths(tmp_path):
    problem = read_clrp(write(tmp_path, CLRP.format(kind=0)))
    assert (problem.rounding, problem.factor) == (Rounding.CEIL, 100.0)
    assert problem.sites.x.tolist() == [0]
    assert problem.x.tolist() == [3, 6]
    assert problem.demand.tolist() == [4, 5]
    assert (problem.vehicles.capacity, problem.vehicles.fixed_cost) == (10, 100)
    assert read_clrp(write(tmp_path, CLRP.format(kind=1))).rounding == Rounding.REAL


def test_akca_states_facilities_after_customers(tmp_path):
    problem = read_akca(write(tmp_path, AKCA))
    assert problem.rounding == Rounding.NEAREST
    assert problem.sites.opening_cost.tolist() == [7.5]
    assert problem.sites.capacity.tolist() == [20]
    assert problem.vehicles.fixed_cost == 3


def test_contardo_pays_a_factor_on_the_first_echelon_and_does_not_split(tmp_path):
    problem = read_contardo(write(tmp_path, CONTARDO))
    assert problem.rounding == Rounding.CEIL
    assert problem.upper.vehicles.cost_per_length == 2
    assert (problem.upper.vehicles.capacity, problem.upper.vehicles.fixed_cost) == (30, 5)
    assert problem.upper.platforms.capacity.tolist() == [40]
    assert not problem.upper.split


def test_perboli_limits_vehicles_and_splits_deliveries(tmp_path):
    problem = read_two_echelon(write(tmp_path, TWO))
    assert (problem.vehicles.per_site_max, problem.vehicles.count_max) == (4, 5)
    assert problem.upper.vehicles.count_max == 3
    assert problem.sites.x.tolist() == [3, 6]
    assert problem.demand.tolist() == [3, 6]
    assert problem.upper.split


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_file_that_is_cut_short_is_refused_with_its_place(tmp_path, layout):
    reader, text = LAYOUTS[layout]
    words = text.split()
    for kept in range(len(words)):
        with pytest.raises(Refusal) as caught:
            reader(write(tmp_path, " ".join(words[:kept])))
        assert caught.value.faults[0].code in {"F811", "F812"}


@pytest.mark.parametrize(
    ("layout", "old", "new", "line"),
    [
        ("clrp", "4 5", "4 5.5", 8),
        ("clrp", "\n0\n", "\n0 9\n", 11),
        ("akca", "3 0\n0", "3 2\n0", 1),
        ("akca", "12.5 2", "12.5 3", 5),
        ("akca", "3 4 4", "3 4 4.5", 5),
        ("contardo", "5 0\n", "5 1\n", 1),
        ("twoechelon", "3,40", "3,x", 2),
        ("twoechelon", "4,5,6", "4,5", 8),
        ("twoechelon", "0,0   3,4   6,8", "0,0", 6),
        ("twoechelon", "!City\n4,5,10,1,0\n", "", 7),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path, layout, old, new, line):
    reader, text = LAYOUTS[layout]
    with pytest.raises(Refusal) as caught:
        reader(write(tmp_path, text.replace(old, new, 1)))
    assert caught.value.faults[0].place.endswith(f":{line}")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.family}-{row.instance}")
def test_every_row_that_is_shipped_is_read(row):
    problem = FAMILIES[row.family](LITERATURE / row.file)
    assert problem.customers > 0
    assert problem.demand.sum() <= problem.sites.capacity.sum()
    assert (problem.demand <= problem.vehicles.capacity).all()


@pytest.mark.parametrize("name", ["coord20-5-1", "r30x5a-1", "I1-8x3x2", "Set2a_E-n22-k4-s10-14"])
def test_small_published_values_are_reached_and_not_excluded(name):
    (row,) = (row for row in ROWS if row.instance == name)
    problem = FAMILIES[row.family](LITERATURE / row.file)
    result = solve_location_routing(problem, Limits(work=400, threads=1))
    assert check_location_routing(problem, result) == ()
    assert result.objective == pytest.approx(row.value, abs=2 * row.rounding, rel=2e-5)
    assert result.bound <= row.value + row.rounding
