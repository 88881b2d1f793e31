"""What is shipped is what its README says: every row is read, small optima are reached again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.seeded import files
from benchmarks.seeded_values import CASES, optimum
from optimizer.formats import read_instance, read_table
from optimizer.formats.instance import reader_of

FOLDER = Path(__file__).parent.parent.parent / "instances" / "literature"
EVERY = read_table(FOLDER)
ROWS = [row for row in EVERY if reader_of(row.family) is not None]
SMALL = {
    "pmedian_orlib": ("pmed5",),
    "uflp_orlib": ("cap72",),
    "uflp_galvaoraggi": ("50.1",),
    "cflp_orlib": ("cap61",),
    "mclp_seeded": ("m300_p12_S800",),
    "lscp_seeded": ("m300_S1200",),
    "mclp_globe": ("g400_p20_S600",),
}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.family}-{row.instance}")
def test_every_row_is_read_as_a_sound_problem(row):
    problem = read_instance(FOLDER, row)
    customers, sites = problem.costs.shape
    assert problem.weight.shape == problem.demand.shape == (customers,)
    assert problem.sizes.count == sites
    assert (problem.weight >= 0).all()
    assert row.value is not None
    assert row.source


@pytest.mark.parametrize(
    "row",
    [row for row in ROWS if row.instance in SMALL.get(row.family, ())],
    ids=lambda row: f"{row.family}-{row.instance}",
)
def test_a_textbook_model_reaches_the_published_optimum(row):
    value, proven = optimum(read_instance(FOLDER, row))
    assert proven
    assert float(value) == pytest.approx(row.value, abs=row.rounding, rel=1e-7)


def test_the_optima_of_all_families_chosen_above_are_shipped():
    for family, names in SMALL.items():
        found = {row.instance for row in ROWS if row.family == family}
        assert set(names) <= found


def test_p_center_values_are_distances_of_their_instance():
    for row in (row for row in ROWS if row.family == "pcenter_orlib"):
        problem = read_instance(FOLDER, row)
        sites = np.arange(problem.costs.shape[1], dtype=np.int32)
        assert row.value in problem.costs.columns(sites)


def test_seeded_files_are_made_again_exactly():
    for name, text in files().items():
        assert (FOLDER / name).read_text(encoding="utf-8") == text, name


def test_every_seeded_case_has_its_row():
    count = sum(len(choices) for _, _, choices in CASES)
    seeded = [row for row in ROWS if row.family.endswith(("_seeded", "_globe"))]
    assert len(seeded) == count


def test_every_file_is_named_by_a_row_and_all_are_small():
    named = {row.file for row in EVERY} | {"best_known.csv", "README.md"}
    there = {str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*") if path.is_file()}
    assert there == named
    assert sum((FOLDER / name).stat().st_size for name in there) < 3_000_000


def test_nothing_under_a_licence_that_forbids_it_is_shipped():
    families = {row.family for row in EVERY}
    assert not families & {"mclp_sjc", "lscp_sjc"}
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    for family in families:
        assert f"`{family}`" in readme
