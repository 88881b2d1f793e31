"""Tables beside a result are compared with its plan."""

from __future__ import annotations

import pytest

from optimizer.report.tables import all_tables, write_tables
from optimizer.verify import verify_folder
from tests.verify.town import baseline_plan, good_plan, result_of, town, write_folder

TABLES = ("open_facilities", "flows", "demand_points", "tenants", "cost_terms", "unserved")


@pytest.fixture
def folder(tmp_path):
    problem = town()
    names = ("=HYPERLINK(1)", *problem.sites.name[1:])
    problem = problem.replace(sites=problem.sites.replace(name=names))
    result = result_of(problem, good_plan(), baseline_plan())
    write_folder(tmp_path, problem, result)
    write_tables(tmp_path / "tables", all_tables(problem, result))
    return tmp_path


def altered_cell_is_noticed(folder, name, old, new):
    path = folder / "tables" / f"{name}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = verify_folder(folder)
    assert found
    assert {one.where.split(" ")[0] for one in found} == {f"tables/{name}.csv"}


def test_true_tables_are_accepted(folder):
    assert verify_folder(folder) == ()


@pytest.mark.parametrize("name", TABLES)
def test_a_missing_row_is_noticed(folder, name):
    path = folder / "tables" / f"{name}.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:-1]), encoding="utf-8")
    assert [one.where for one in verify_folder(folder)] == [f"tables/{name}.csv"]


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("open_facilities", "meadow", "yard"),
        ("open_facilities", "1025000", "1025001"),
        ("flows", "0.5", "0.4"),
        ("demand_points", "0.15", "0.16"),
        ("tenants", "hall", "yard"),
        ("cost_terms", "-110000.0", "-120000.0"),
        ("unserved", "5.0", "4.0"),
    ],
)
def test_an_altered_cell_is_noticed(folder, name, old, new):
    altered_cell_is_noticed(folder, name, old, new)


def test_a_table_that_is_not_text_is_named(folder):
    (folder / "tables" / "flows.csv").write_bytes(b"\xff\xfe\x00")
    found = verify_folder(folder)
    assert [(one.family, one.where) for one in found] == [("file", "tables/flows.csv")]
