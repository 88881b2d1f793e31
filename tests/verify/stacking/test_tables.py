"""Tables of the hotel told in full are compared with its plan, for one period and over years."""

from __future__ import annotations

import pytest

from optimizer.report.tables import all_tables, write_tables
from optimizer.verify import verify_folder
from tests.verify import town as t
from tests.verify.horizon import makers as years
from tests.verify.horizon.test_tenants import full
from tests.verify.stacking.house import empty_interiors, good_plan, house
from tests.verify.test_tables import altered_cell_is_noticed
from tests.verify.town import result_of, write_folder


@pytest.fixture
def folder(tmp_path):
    problem = house()
    baseline = t.baseline_plan().replace(interiors=empty_interiors(problem))
    result = result_of(problem, good_plan(), baseline)
    write_folder(tmp_path, problem, result)
    write_tables(tmp_path / "tables", all_tables(problem, result))
    return tmp_path


def test_tables_as_the_report_writes_them_are_right(folder):
    assert verify_folder(folder) == ()


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("units", "upper", "ground"),
        ("units", "750", "751"),
        ("tenant_parts", "annex 1", "annex 2"),
        ("tenant_parts", ",495,", ",496,"),
        ("exchanges", "39.99", "40.99"),
        ("services", "1000.0", "1001.0"),
        ("roofs", "1800.0", "1801.0"),
    ],
)
def test_an_altered_cell_about_hotels_is_noticed(folder, name, old, new):
    altered_cell_is_noticed(folder, name, old, new)


def test_tables_over_years_tell_every_period(tmp_path):
    problem, decided = full()
    result = years.result_of(problem, decided)
    years.write_folder(tmp_path, problem, result)
    write_tables(tmp_path / "tables", all_tables(problem, result))
    assert verify_folder(tmp_path) == ()
    path = tmp_path / "tables" / "tenant_parts.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("last", "first"), encoding="utf-8")
    assert verify_folder(tmp_path)[0].where == "tables/tenant_parts.csv row 11 stage"
