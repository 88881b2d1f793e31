"""Hotels as the page, the tables, the layers and the terminal tell them."""

from __future__ import annotations

import csv
import io

import numpy as np
import pyogrio
import pytest
from rich.console import Console

from optimizer.report import print_summary
from optimizer.report.interiors_tables import COLUMNS
from optimizer.report.payload import payload
from optimizer.report.tables import all_tables
from optimizer.report.words import headline
from tests.report.answers import infeasible
from tests.report.houses import hotels_over_years
from tests.report.test_page import data_of, page


def rows(folder, name):
    with (folder / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def shown(houses_folder):
    return data_of(page(houses_folder))


@pytest.fixture(scope="module")
def grown(growing_folder):
    return data_of(page(growing_folder))


def test_every_tenant_with_a_place_is_drawn_once_with_all_its_area(shown, houses_problem):
    area = {}
    for house in shown["inside"]["houses"]:
        for part in house["parts"]:
            area[part["who"]] = area.get(part["who"], 0) + part["m2"]
    plan_area = houses_problem.tenants.area_m2
    mains = [
        part for house in shown["inside"]["houses"] for part in house["parts"] if "rent" in part
    ]
    assert len(mains) == len({part["who"] for part in mains}) > 30
    assert all(part["allM2"] == plan_area[part["who"]] for part in mains)
    whole = [part["who"] for part in mains if part["allM2"] == part["m2"]]
    assert all(area[f] == plan_area[f] for f in whole)
    assert len(mains) + len(shown["homeless"]) == houses_problem.tenants.count


def test_who_is_not_there_yet_does_not_look_for_a_place(grown, growing_problem):
    growth = growing_problem.hotels.growth.area_m2
    for period, area in zip(grown["periods"], growth, strict=True):
        placed = sum("rent" in p for house in period["inside"]["houses"] for p in house["parts"])
        assert placed + len(period["homeless"]) == np.count_nonzero(area)
    assert np.count_nonzero(growth[2]) < growth.shape[1]


def test_parts_lie_on_units_of_the_design_and_rents_add_up(shown, houses_problem, houses_result):
    rents = 0
    for house in shown["inside"]["houses"]:
        units = shown["stock"]["designs"][house["design"]]["units"]
        for u, unit in enumerate(units):
            taken = sum(part["m2"] for part in house["parts"] if part["unit"] == u)
            assert taken <= unit["m2"]
        rents += sum(part.get("rent", 0) for part in house["parts"])
    assert rents == pytest.approx(-houses_result.solution.criteria.terms["rent_income"], abs=50)


def test_without_hotels_in_full_nothing_of_it_is_told(problem, result):
    data = payload(problem, result)
    assert "stock" not in data
    assert "inside" not in data
    assert not set(COLUMNS) & {table.name for table in all_tables(problem, result)}


def test_without_a_plan_the_page_has_no_hotels_to_draw(houses_problem):
    bare = houses_problem.replace(hotels=None)
    data = payload(houses_problem, infeasible(bare))
    assert "inside" not in data


def test_a_period_tells_who_moved_and_what_hybrid_units_became(grown, growing_problem):
    first, second, third = [period["inside"] for period in grown["periods"]]
    assert first["houses"] == []
    assert first["moves"] is None
    notes = [part.get("was", "") for house in third["houses"] for part in house["parts"]]
    assert any(note.startswith("moved from unit") for note in notes)
    assert any(" m²" in note for note in notes)
    assert third["moves"]["within"] == sum(note.startswith("moved from unit") for note in notes)
    assert third["moves"]["between"] == sum(note.startswith("moved from Site") for note in notes)
    gone = [words for house in third["houses"] for _, words in house["gone"]]
    assert len([words for words in gone if words in {"closes", "leaves"}]) == third["moves"]["gone"]
    switched = [now for house in second["houses"] for state, now in house["states"].values()]
    office = [state for house in second["houses"] for state, _ in house["states"].values()]
    assert sum(switched) == office.count("workshop")  # at first all of them are offices
    stages = {part.get("stage") for house in third["houses"] for part in house["parts"]}
    assert "plant" in stages


def test_a_hotel_that_opens_calls_nobody_a_newcomer(grown):
    second = grown["periods"][1]["inside"]
    assert not any("was" in part for house in second["houses"] for part in house["parts"])


def test_areas_of_units_add_up(houses_folder, houses_problem):
    table = rows(houses_folder, "units")
    parts = rows(houses_folder, "tenant_parts")
    assert table
    for row in table:
        free, hub, let = (int(row[name]) for name in ("free_m2", "hub_m2", "let_m2"))
        assert int(row["area_m2"]) == free + hub + let
        own = [p for p in parts if (p["site"], p["unit"]) == (row["site"], row["unit"])]
        assert let == sum(int(part["area_m2"]) for part in own)
        assert int(row["tenants"]) == len(own)
    states = {row["state"] for row in table if row["space"] == "hybrid"}
    assert states == {"workshop", "office"}


def test_tables_over_years_name_the_period(growing_folder, growing_problem):
    names = set(growing_problem.horizon.periods.name)
    for name in COLUMNS:
        table = rows(growing_folder, name)
        assert {row["period"] for row in table} <= names
    assert len({row["period"] for row in rows(growing_folder, "tenant_parts")}) == 2


def test_exchanges_are_lines_and_tenants_are_points_in_the_geopackage(houses_folder):
    path = houses_folder / "plan.gpkg"
    kinds = dict(pyogrio.list_layers(path))
    assert kinds["exchanges"] == "LineString"
    assert kinds["tenant_parts"] == kinds["hotel_units"] == kinds["neighbours"] == "Point"
    told = pyogrio.read_info(path, layer="exchanges")["features"]
    assert told == len(rows(houses_folder, "exchanges"))


def terminal(problem, result):
    text = io.StringIO()
    print_summary(problem, result, None, Console(file=text, width=200))
    return text.getvalue()


def test_the_terminal_says_who_is_in_the_hotels(houses_problem, houses_result):
    text = terminal(houses_problem, houses_result)
    placed = int(np.sum(houses_result.solution.plan.tenant_option >= 0))
    assert f"in hotels: {placed} of 44 businesses" in text
    assert "MWh of heat" in text
    assert "loudest at home" in text


def test_the_terminal_says_it_in_every_period(growing_problem, growing_result):
    text = terminal(growing_problem, growing_result)
    assert text.count("in hotels, ") == 3
    assert "in hotels, 2026-2030: 0 of " in text


def without_parcels(problem):
    """Return the problem without demand points: hotels alone."""
    demand = problem.demand
    columns = {
        name: value[:0].copy()
        for name, value in vars(demand).items()
        if isinstance(value, np.ndarray)
    }
    node = {name: value[:0].copy() for name, value in demand.node.items()}
    return problem.replace(demand=demand.replace(id=(), node=node, **columns))


def test_hotels_alone_are_told_without_a_word_on_parcels(houses_problem, houses_result):
    words = headline(without_parcels(houses_problem), houses_result)
    assert words.startswith("Three productive hotels give 40 of 44 businesses a place for")
    assert "parcels" not in words
    assert "vans" not in words


def test_hotels_alone_over_years_tell_the_most_that_find_a_place(growing_problem):
    result = hotels_over_years(growing_problem)
    placed = [int(np.sum(one.tenant_option >= 0)) for one in result.solution.programme.plans]
    words = headline(without_parcels(growing_problem), result)
    start = (
        f"Three productive hotels give up to {max(placed)} of 44 businesses a place from 2026 to"
    )
    assert words.startswith(start)


def test_a_difference_across_zero_is_told_in_money(houses_problem, houses_result):
    solution = houses_result.solution
    solution = solution.replace(
        criteria=solution.criteria.replace(objective=-500_000.0),
        baseline=solution.baseline.replace(objective=1_000_000.0),
    )
    text = terminal(houses_problem, houses_result.replace(solution=solution))
    line = next(line for line in text.splitlines() if line.startswith("all counted"))
    assert line.split("year")[1].split("  ")[-1].strip() == "-1 500 000"
