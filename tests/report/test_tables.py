from __future__ import annotations

import csv

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.report.figures import ledger_lines, plan_figures
from optimizer.report.tables import DANGEROUS, all_tables, harmless, write_tables
from tests.report.answers import answer, hostile, infeasible
from tests.verify.town import baseline_plan, good_plan, result_of
from tests.verify.town import town as line_town


def rows(folder, name):
    with (folder / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_table_of_the_contract_is_written(folder):
    names = {path.stem for path in (folder / "tables").iterdir()}
    assert names == {
        "open_facilities", "closed_candidates", "demand_points", "flows", "tenants", "ledgers",
        "cost_terms", "unserved", "assumptions", "audit",
    }  # fmt: skip


def test_a_hub_is_as_full_as_a_person_computes():
    # The hall's hub takes 0.6 * 100 + 0.2 * 40 = 68 parcels; on the peak day 68 * 1.5 = 102 = full.
    figures = plan_figures(line_town(), good_plan())
    assert figures.parcels_per_day[0] == pytest.approx(68)
    assert figures.use_share[0] == pytest.approx(1.0)
    # The hotel lets 250 + 150 + 495 + 205 = 1100 of its 1400 m2.
    assert figures.let_m2[1] == 1100
    assert figures.use_share[1] == pytest.approx(1100 / 1400)


def test_a_point_knows_its_main_hub_and_channel():
    figures = plan_figures(line_town(), good_plan())
    assert figures.hub.tolist() == [0, 2]  # dC gets 0.5 from the pavilion, 0.2 from the hall
    assert figures.main_channel.tolist() == [0, 0]
    np.testing.assert_allclose(figures.share.sum(axis=0), 1.0)


def test_ledgers_say_what_is_used_and_left():
    problem = line_town()
    result = result_of(problem, good_plan(), baseline_plan())
    soil, purse = ledger_lines(problem, result.solution.criteria)
    assert (soil.used, soil.left, soil.unit) == (300, 0, "m2")
    assert (purse.used, purse.left, purse.covers) == (1_556_000, 0, "the whole area")


def test_open_facilities_add_up_to_the_purse(folder, problem, result):
    table = rows(folder, "open_facilities")
    spent = sum(int(row["purchase_eur"]) + int(row["build_eur"]) for row in table)
    assert spent == pytest.approx(sum(result.solution.criteria.acquisition_eur.values()))
    soil = sum(int(row["soil_consumed_m2"]) for row in table)
    assert soil == sum(result.solution.criteria.land_consumption_m2.values())
    assert len(table) == result.solution.plan.open_option.sum()


def test_every_site_is_open_or_closed_and_never_both(folder, problem):
    opened = {row["site"] for row in rows(folder, "open_facilities")}
    closed = {row["site"] for row in rows(folder, "closed_candidates")}
    assert not opened & closed
    assert opened | closed == set(problem.sites.id)


def test_shares_of_a_demand_point_add_up(folder, problem):
    table = rows(folder, "demand_points")
    assert len(table) == problem.demand.count
    names = ("bike_share", "pickup_share", "van_share", "unserved_share")
    for row in table:
        assert sum(float(row[name]) for name in names) == pytest.approx(1.0)


def test_flows_carry_the_parcels_of_the_facilities(folder):
    by_site = {
        row["site"]: float(row["parcels_per_day"]) for row in rows(folder, "open_facilities")
    }
    summed = dict.fromkeys(by_site, 0.0)
    for row in rows(folder, "flows"):
        summed[row["site"]] += float(row["parcels_per_day"])
    for site, parcels in by_site.items():
        assert summed[site] == pytest.approx(parcels, abs=1e-3)


def test_cost_terms_tell_the_difference_to_today(folder, result):
    table = rows(folder, "cost_terms")
    total = sum(float(row["difference_eur_per_year"]) for row in table)
    saved = result.solution.criteria.objective - result.solution.baseline.objective
    assert total == pytest.approx(saved, abs=1e-3)


def test_headers_name_the_currency_of_the_scenario(problem, result):
    francs = problem.replace(prices=problem.prices.replace(currency="CHF"))
    table = {table.name: table for table in all_tables(francs, result)}["open_facilities"]
    assert {"purchase_chf", "build_chf"} <= set(table.columns)


def test_no_cell_is_a_formula(tmp_path, problem):
    bad = hostile(problem)
    write_tables(tmp_path / "tables", all_tables(bad, answer(bad)))
    for path in (tmp_path / "tables").iterdir():
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                for cell in row:
                    assert not cell.startswith(DANGEROUS) or is_number(cell)
    text = (tmp_path / "tables" / "assumptions.csv").read_text(encoding="utf-8")
    assert "'=HYPERLINK" in text


def is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


@given(st.text(max_size=20))
def test_harmless_text_keeps_its_content(text):
    safe = harmless(text)
    assert safe in (text, f"'{text}")
    assert not safe.lstrip(" ").startswith(DANGEROUS)


def test_without_a_plan_the_tables_stand_with_their_headers(problem):
    tables = {table.name: table for table in all_tables(problem, infeasible(problem))}
    assert tables["open_facilities"].rows == []
    assert len(tables["closed_candidates"].rows) == problem.sites.count
