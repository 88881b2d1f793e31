"""A day of tours as people read it, on a line where everything adds up by hand."""

from __future__ import annotations

import csv
import json

import numpy as np
import pyogrio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.core.backdrop import Backdrop, Shapes
from optimizer.core.checksums import altered
from optimizer.core.day import DayRecord
from optimizer.core.tours_io import load_day
from optimizer.report import print_tours, told_day, write_result, write_tours
from optimizer.report.tours_figures import beside, bound_of, fitted, held_back
from optimizer.report.tours_hubs import hub_days
from optimizer.report.tours_lines import leg_lines
from optimizer.report.tours_payload import tours_payload
from optimizer.report.tours_tables import COLUMNS, stored_most, tour_tables
from optimizer.report.tours_words import day_sentence, missed_rows
from optimizer.report.words import plain
from optimizer.verify import verify_folder
from tests.report.answers import made_plan, opened, town
from tests.report.days import told_figures, town_day, village_day
from tests.routing.day_builder import crew, day_rules, made_day
from tests.verify.town import baseline_plan, good_plan, result_of
from tests.verify.town import town as line_town

H = 3600


@pytest.fixture(scope="module")
def day():
    return village_day()


def test_tours_cost_what_a_person_adds_up(day):
    first, second, morning, noon = day.tours
    assert [tour.id for tour in day.tours] == ["supply 1", "supply 2", "near 1", "near 2"]
    # 600 s loading, twice 180 s on the way, 8 or 7 parcels at 10 s
    assert (first.end_s - first.begin_s, second.end_s - second.begin_s) == (1040, 1030)
    assert (first.metres, second.metres) == (600, 600)
    assert first.cost_eur == pytest.approx(1040 / 100 + 0.6)
    assert first.co2e_kg == pytest.approx(0.3)
    # 600 s loading, 10 stops at 6 s; later 10 + 5 stops and 100 m there and back
    assert (morning.end_s - morning.begin_s, morning.metres, morning.parcels) == (660, 0, 8)
    assert (noon.end_s - noon.begin_s, noon.metres, noon.parcels) == (810, 200, 7)
    assert noon.kg == pytest.approx(14.0)


def test_visits_are_numbered_and_loads_go_down(day):
    noon = day.tours[3]
    own = slice(noon.first, noon.last)
    assert day.visits.number[own].tolist() == [0, 1, 2, 0]
    assert day.visits.parcels[own].tolist() == [0, 2, 5, 0]
    assert day.visits.on_board[own].tolist() == [7, 5, 0, 0]
    assert day.visits.kg_on_board[own].tolist() == [14, 10, 0, 0]
    assert day.visits.metres[own].tolist() == [0, 0, 100, 100]
    assert day.visits.name[own] == ("Near", "three", "four", "Near")
    assert day.visits.what[day.tours[0].first + 1] == "hub"


def test_a_hub_sorts_before_riders_leave(day):
    (hub,) = hub_days(day)
    early, late = hub.consignments
    came = 6 * H + 600 + 180 + 80
    assert (early.arrive_s, early.came_s, early.ready_s) == (came - 80, came, came + 8 * 18)
    assert early.first_leave_s == 7 * H + 600
    assert late.ready_s == 10 * H + 600 + 180 + 70 + 7 * 18
    assert late.first_leave_s == late.ready_s + 600
    assert [(trip.begin_s, trip.parcels) for trip in hub.trips] == [(7 * H, 8), (late.ready_s, 7)]
    assert hub.at_s.tolist() == [came, 7 * H + 600, late.came_s, late.ready_s + 600]
    assert hub.stored.tolist() == [8, 0, 7, 0]
    assert hub.handled[6] == pytest.approx(8)
    assert hub.handled[10] == pytest.approx(7)
    assert [stored_most(hub, hour) for hour in (5, 6, 7, 8, 10, 11)] == [0, 8, 8, 0, 7, 0]


def test_the_sentence_says_the_day(day):
    assert plain(day_sentence(day)) == (
        "Four tours (2 by lorry and 2 by cargo bike) bring 15 parcels to 3 stops: 1 km, 1 hour, "
        "1 kg of CO2e, 37 EUR. Every parcel of the day is brought."
    )


def test_lines_take_the_bends_of_drawn_streets_both_ways(day):
    streets = day.problem.streets
    lon, lat = streets.lon, streets.lat
    bend = (lon[0] + lon[1]) / 2, lat[0] + 0.001
    nothing = Shapes(np.zeros(0), np.zeros(0), np.zeros(1, dtype=np.int64), np.zeros(0, np.int8))
    drawn = Shapes(
        np.array([lon[0], bend[0], lon[1]]),
        np.array([lat[0], bend[1], lat[1]]),
        np.array([0, 3]),
        np.zeros(1, dtype=np.int8),
    )
    backdrop = Backdrop(drawn, nothing, nothing, nothing, nothing, "by hand")
    legs = leg_lines(day, backdrop)
    assert [len(leg) for leg in legs[:3]] == [0, 4, 4]  # start; 0 bend 1 3; 3 1 bend 0
    np.testing.assert_allclose(legs[1][1], bend)
    np.testing.assert_allclose(legs[2][2], bend)
    straight = leg_lines(day, None)
    np.testing.assert_allclose(straight[1], [[lon[0], lat[0]], [lon[3], lat[3]]])


def test_tables_say_the_same_as_the_tours(day):
    tables = tour_tables(day)
    assert {name: list(rows[0]) for name, rows in tables.items()} == {
        name: list(columns) for name, columns in COLUMNS.items()
    }
    assert sum(row["parcels"] for row in tables["tours"]) == 30  # each once to the hub, once on
    assert sum(row["way_m"] for row in tables["tour_stops"]) == 1400
    assert [row["ready"] for row in tables["consignments"]] == ["06:16:44", "10:16:16"]
    assert sum(row["parcels_leaving"] for row in tables["hub_loads"]) == 15
    assert sum(row["parcels_made_ready"] for row in tables["hub_loads"]) == 15


def test_an_estimate_stands_beside_tours_with_its_error(problem, result):
    told = town_day(problem, result.solution.plan)
    rows = {(row.criterion, row.vehicle): row for row in beside(told)}
    assert rows["km", "van"].error == pytest.approx(0.1)
    assert rows["cost_eur", "cargo_bike"].error == pytest.approx(0.0)
    sums = told.figures["total"]
    assert rows["hours", ""].tours == pytest.approx(sums["hours"])
    assert 0 < rows["hours", ""].error < 0.1
    assert held_back(told)["rows"][-1] == ["all", 0.012, -0.02, None]
    assert fitted(told)["points"][1] == ["van", "city", 300.0, 310.0]
    assert bound_of(told)["gap"] == 0.2


def test_without_an_estimate_tours_stand_alone(day):
    assert all(row.estimate is None and row.error is None for row in beside(day))
    assert held_back(day) is None
    assert fitted(day) is None
    assert bound_of(day) is None


def test_what_is_not_brought_is_told_with_its_reason(problem, result):
    crews = {name: crew(6, 8.2, reloads=4) for name in ("lorry", "van", "cargo_bike")}
    told = town_day(problem, result.solution.plan, crews=crews)
    missed = missed_rows(told)
    parcels = told.figures["parcels"]
    assert sum(row["parcels"] for row in missed) == parcels["not_brought"] > 0
    assert "parcels are not brought" in day_sentence(told)
    reasons = {row["stop"]: ("no shift has time for it", "lengthen shifts") for row in missed}
    explained = told_day(told.problem, DayRecord(told.day, told.plan), {}, reasons)
    assert {row["reason"] for row in missed_rows(explained)} == {"no shift has time for it"}
    assert day_sentence(explained).endswith("not brought: no shift has time for it.")


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10_000))
def test_loads_and_streets_of_any_town_add_up(seed):
    small = town(seed, columns=7, rows=6, points=18, sites=14, firms=0)
    told = town_day(small, made_plan(small, opened(small, hubs=2, hotels=0, shops=2)))
    visits = told.visits
    assert visits.on_board.min() >= 0
    ends = [tour.last - 1 for tour in told.tours]
    assert not visits.on_board[ends].any()
    hubs = sum(one.parcels for one in hub_days(told))
    assert visits.parcels.sum() == told.figures["parcels"]["brought"] + hubs
    assert visits.metres.sum() == pytest.approx(1000 * told.figures["total"]["km"])
    legs = leg_lines(told, None)
    for q, leg in enumerate(legs):
        if visits.metres[q] and len(leg):  # on streets a way is no shorter than its straight line
            step = np.diff(leg, axis=0) * (77_000, 111_000)
            assert np.hypot(*step.T).sum() <= visits.metres[q] + 2 * len(leg) + 2


def test_the_page_gets_every_visit_once(problem, result):
    told = town_day(problem, result.solution.plan)
    content = tours_payload(told)
    text = json.dumps(content, allow_nan=False)
    assert len(content["visits"]["kind"]) == content["list"]["first"][-1]
    assert sum(content["list"]["parcels"]) == sum(content["visits"]["parcels"])
    assert content["heldBack"]["rows"] == held_back(told)["rows"]
    assert "NaN" not in text


@pytest.fixture
def line_result():
    problem = line_town()
    problem = problem.replace(day=day_rules(problem))
    return problem, result_of(problem, good_plan(), baseline_plan())


def test_tours_join_a_result_that_stays_as_it_was_and_holds(tmp_path, line_result):
    problem, result = line_result
    folder = tmp_path / "out"
    write_result(folder, problem, result, None)
    kept = {
        path: path.read_bytes() for path in folder.rglob("*") if path.suffix in {".csv", ".npz"}
    }
    record = DayRecord(*made_day(problem, result.solution.plan))
    told = told_day(problem, record)
    write_tours(folder, result, told_day(problem, record, told_figures_of_numbers(told)), None)
    assert all(path.read_bytes() == content for path, content in kept.items())
    assert altered(folder) == ()
    assert verify_folder(folder) == ()
    stored, _ = load_day(folder / "day.npz")
    assert stored.day.hubs.id == record.day.hubs.id
    with (folder / "tables" / "tours.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == len(told.tours)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    layers = dict(pyogrio.list_layers(folder / "plan.gpkg").tolist())
    assert (layers["tours"], layers["tour_stops"]) == ("LineString", "Point")
    stops = pyogrio.read_dataframe(folder / "plan.gpkg", layer="tour_stops")
    assert len(stops) == int((told.visits.number > 0).sum())


def told_figures_of_numbers(told):
    """Return figures as a stored document can hold them: without errors that are no number."""
    figures = told_figures(told)
    return {"estimate": figures["estimate"], "bound": figures["bound"]}


def test_tours_can_go_to_another_folder(tmp_path, line_result):
    problem, result = line_result
    write_result(tmp_path / "plan", problem, result, None)
    before = sorted(path.name for path in (tmp_path / "plan").iterdir())
    told = told_day(problem, DayRecord(*made_day(problem, result.solution.plan)))
    write_tours(tmp_path / "tours", result, told, None, source=tmp_path / "plan")
    assert sorted(path.name for path in (tmp_path / "plan").iterdir()) == before
    assert verify_folder(tmp_path / "tours") == ()
    assert (tmp_path / "tours" / "tours.json").is_file()


def test_a_new_solve_takes_older_tours_away(tmp_path, line_result):
    problem, result = line_result
    write_result(tmp_path / "out", problem, result, None)
    told = told_day(problem, DayRecord(*made_day(problem, result.solution.plan)))
    write_tours(tmp_path / "out", result, told, None)
    write_result(tmp_path / "out", problem, result, None)
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert not names & {"tours.json", "day.npz"}
    assert not (tmp_path / "out" / "tables" / "tours.csv").exists()


def test_the_terminal_says_the_day_and_how_far_the_estimate_is_off(problem, result, capsys):
    told = town_day(problem, result.solution.plan)
    print_tours(told, None)
    text = capsys.readouterr().out
    assert text.startswith(plain(day_sentence(told)))
    assert "Distance (km), vans" in text
    assert "10.0 % more" in text
    assert "stored of 400" in text
    assert "\x1b" not in text


def test_json_says_it_to_machines(day, capsys, tmp_path):
    print_tours(day, tmp_path, as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert told["figures"]["tours"]["parcels"]["brought"] == 15
    assert told["hubs"][0]["stored_max"] == 8
    assert told["not_brought"] == []
    assert told["folder"] == str(tmp_path)
