"""Tables beside a result over years are compared with its programme, cell by cell."""

from __future__ import annotations

import csv

import pytest

from optimizer.report.tables import all_tables, write_tables
from optimizer.verify import recompute_programme, verify_folder
from optimizer.verify.horizon.case import Years
from optimizer.verify.horizon.tables import check
from optimizer.verify.paths import Paths
from tests.verify.horizon.decades import decades, programme
from tests.verify.horizon.makers import result_of, write_folder

COLUMNS = {
    "open_facilities": ("period", "site", "design", "parcels_per_day", "purchase_eur", "build_eur"),
    "flows": ("period", "demand_point", "site", "share"),
    "demand_points": ("period", "demand_point", "bike_share", "van_share"),
    "tenants": ("period", "tenant", "site", "level", "area_m2"),
    "cost_terms": ("term", "plan_eur_per_year", "baseline_eur_per_year"),
    "unserved": ("period", "demand_point", "parcels_per_day"),
    "periods": ("period", "first_year", "weight", "objective_eur_per_year", "co2e_kg_per_year"),
    "openings": ("site", "design", "subject", "first_period", "last_period"),
    "decisions": ("what", "subject", "site", "origin", "period", "decide_by", "now", "words"),
    "land_ledgers": ("name", "period", "in_force", "used_m2", "restored_m2", "left_m2"),
    "cash": ("purse", "period", "running_eur", "interest_eur", "debt_eur", "reserve_eur"),
    "purses": ("purse", "borrow_max_eur", "npv_eur", "residual_eur"),
    "renaturation": ("project", "period", "area_m2", "eur", "done_year"),
    "firms": ("firm", "fate", "period", "premises", "move_m", "eur"),
    "uses": ("use", "jurisdiction", "period", "area_m2"),
    "pavilions": ("pavilion", "moves", "period", "site"),
}


RESULT = result_of(decades(), programme())
YEARS = Years(decades(), programme(), Paths(decades().streets))
COURSE, BASE = recompute_programme(decades(), programme()), RESULT.solution.baseline


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("tables")
    write_folder(path, decades(), RESULT)
    write_tables(path / "tables", all_tables(decades(), RESULT))
    return path


@pytest.fixture
def rewrite(folder):
    """Return a function that changes the rows of a table, verifies, and puts them back."""

    def verify(name, change):
        path = folder / "tables" / f"{name}.csv"
        before = path.read_text(encoding="utf-8")
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        change(rows)
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        found = list(check(folder / "tables", YEARS, COURSE, BASE, None))
        path.write_text(before, encoding="utf-8")
        return found

    return verify


def test_true_tables_are_accepted(folder):
    assert verify_folder(folder) == ()


@pytest.mark.parametrize("name", COLUMNS)
def test_a_missing_row_is_noticed(rewrite, name):
    found = rewrite(name, lambda rows: rows.pop())
    assert {one.where for one in found} == {f"tables/{name}.csv"}


@pytest.mark.parametrize(("name", "column"), [(n, c) for n, row in COLUMNS.items() for c in row])
def test_a_wrong_cell_is_noticed(rewrite, name, column):
    def change(rows):
        place = rows[0].index(column)
        rows[-1][place] = f"9{rows[-1][place]}"

    found = rewrite(name, change)
    assert found
    assert all(one.where.startswith(f"tables/{name}.csv") for one in found)
