"""Tables of tours are compared with the tours beside them."""

from __future__ import annotations

import csv

import pytest

from optimizer.core import store
from optimizer.core.day import DayRecord
from optimizer.core.documents import to_text
from optimizer.core.tours_io import save_day, tours_document
from optimizer.report.tables import day_tables, write_tables
from optimizer.report.tours import told_day
from optimizer.verify import verify_folder
from tests.routing.day_builder import day_rules, made_day
from tests.verify.town import baseline_plan, good_plan, result_of, town, write_folder

TABLES = ("tours", "tour_stops", "consignments")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tours")
    problem = town()
    problem = problem.replace(day=day_rules(problem))
    write_folder(folder, problem, result_of(problem, good_plan(), baseline_plan()))
    record = DayRecord(*made_day(problem, good_plan()))
    save_day(folder / "day.npz", record.day, record.plan)
    document = tours_document(problem, store.digest(problem), record)
    (folder / "tours.json").write_text(to_text(document), encoding="utf-8")
    write_tables(folder / "tables", day_tables(told_day(problem, record)))
    return folder


@pytest.fixture
def rows(written):
    """Give each table as rows of cells, and put it back after the test."""
    paths = {name: written / "tables" / f"{name}.csv" for name in TABLES}
    before = {name: path.read_bytes() for name, path in paths.items()}
    told = {}
    for name, path in paths.items():
        with path.open(encoding="utf-8", newline="") as file:
            told[name] = list(csv.reader(file))
    yield told
    for name, path in paths.items():
        path.write_bytes(before[name])


def found(folder, name, cells):
    with (folder / "tables" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(cells)
    return {one.where.split(" ")[0] for one in verify_folder(folder)}


def test_true_tables_of_tours_are_accepted(written):
    assert verify_folder(written) == ()


@pytest.mark.parametrize("name", TABLES)
def test_a_missing_row_is_noticed(written, rows, name):
    assert found(written, name, rows[name][:-1]) == {f"tables/{name}.csv"}


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("tours", ("tour", "vehicle", "begins", "ends", "km", "stops", "kg", "cost_eur")),
        ("tour_stops", ("trip", "number", "stop", "arrives", "parcels", "parcels_on_board")),
        ("consignments", ("hub", "tour", "parcels", "handed_over", "ready")),
    ],
)
def test_an_altered_cell_is_noticed(written, rows, name, columns):
    head = rows[name][0]
    for column in columns:
        cells = [row.copy() for row in rows[name]]
        cells[2][head.index(column)] += "1"
        assert found(written, name, cells) == {f"tables/{name}.csv"}, column
