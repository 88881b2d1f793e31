"""What the report says of a programme; its figures are those of the course."""

from __future__ import annotations

import csv
import io
import json
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from optimizer.core.decisions import decisions, starts
from optimizer.core.programme import CASH_LINES, resting
from optimizer.core.programme_io import programme_from_dict
from optimizer.report import print_summary
from optimizer.report.payload import payload
from optimizer.report.words import headline
from optimizer.report.years import (
    decision_sentence,
    in_order,
    openings,
    order_over_years,
    stretches,
)
from tests.builders import grid_problem
from tests.horizon import with_horizon
from tests.report.answers import infeasible
from tests.report.test_page import data_of, page
from tests.report.years import COUNT
from tests.verify.makers import vans_alone as vans_alone_by_hand


def rows(folder, name):
    with (folder / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def told(years_folder):
    return json.loads((years_folder / "result.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def shown(years_folder):
    return data_of(page(years_folder))


def test_the_headline_tells_now_and_later_and_how_sure(years_problem, years_result):
    words = headline(years_problem, years_result, mark=" ")
    assert words.startswith("Five hubs, two productive hotels and six delivery points now and ")
    assert "one hub, one productive hotel and eight delivery points later take" in words
    assert "from 2026 to 2045" in words
    assert words.endswith("no plan can be more than 1.2 % cheaper.")


def test_the_headline_of_a_programme_that_does_nothing(years_problem, years_result):
    idle = years_result.solution.baseline_programme
    solution = years_result.solution.replace(
        programme=idle, criteria=years_result.solution.baseline
    )
    words = headline(years_problem, years_result.replace(solution=solution))
    assert words.startswith("Nothing new opens from 2026 to 2045 and vans alone serve everyone")


def test_pavilions_and_returns_are_counted_once(years_problem, years_result):
    counts = openings(years_problem, years_result.solution.programme)
    assert [sum(counts[now].values()) for now in (True, False)] == [13, 10]
    plans = list(years_result.solution.programme.plans)
    back = resting(years_problem, (plans[2], years_result.solution.baseline_plan, plans[2]))
    again = openings(years_problem, back.replace(pavilion_option=back.pavilion_option))
    assert sum(again[False].values()) == 0  # all of them have been there in the first period


def test_names_stay_with_their_facility_from_period_to_period(shown):
    seen = {}
    for period in shown["periods"]:
        for place in period["open"]:
            key = (place["kind"], place["tag"])
            assert seen.setdefault(key, place["site"]) == place["site"]
    assert len(seen) == len({(place, tag) for tag, place in seen.items()})


def test_stretches_cover_exactly_what_is_open(years_problem, years_result):
    programme = years_result.solution.programme
    opened = np.array([plan.open_option for plan in programme.plans])
    covered = np.zeros_like(opened)
    for one in stretches(years_problem, programme):
        if one.option >= 0:
            assert not covered[one.first : one.last + 1, one.option].any()
            covered[one.first : one.last + 1, one.option] = True
    assert np.array_equal(covered, opened)  # the grid town has nothing that exists already
    begun = [one for one in stretches(years_problem, programme) if one.option >= 0]
    assert len(begun) == starts(years_problem, programme).sum()
    assert all(one.begins is not None for one in begun)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10**6), st.integers(1, 5))
def test_any_programme_is_told_whole_and_once(seed, count):
    """What opens and closes at random is covered by stretches, begun and ended by decisions."""
    rng = np.random.default_rng(seed)
    problem = with_horizon(grid_problem(points=10, sites=6, seed=seed % 50), count)
    opened = rng.random((count, problem.options.count)) < 0.5
    idle = vans_alone_by_hand(problem)
    programme = resting(problem, tuple(idle.replace(open_option=row) for row in opened))
    listed = decisions(problem, programme)
    covered = np.zeros_like(opened)
    for one in stretches(problem, programme):
        assert not covered[one.first : one.last + 1, one.option].any()
        covered[one.first : one.last + 1, one.option] = True
        assert one.begins in listed
        assert (one.ends is None) == (one.last == count - 1)
    assert np.array_equal(covered, opened)
    assert sum(one.what == "open" for one in listed) == starts(problem, programme).sum()
    assert all(one.now == (one.period == 0) for one in listed)  # nothing takes years to build
    assert sorted(in_order(problem, programme), key=hash) == sorted(listed, key=hash)


def test_every_decision_has_a_sentence(years_problem, years_result):
    programme = years_result.solution.programme
    words = [
        decision_sentence(years_problem, programme, one)
        for one in decisions(years_problem, programme)
    ]
    assert "P1 moves from Site 3 to Site 7" in words
    assert "P1 (hub s) is set up at Site 3" in words
    assert "Garage du Pont moves from Site 4 to Halle Nord" in words
    assert "Print shop at Site 5 is closed down" in words
    assert "Site 0 is given to nature" in words
    assert "400 m² of old quay are given back to nature" in words
    assert any(re.fullmatch(r"hotel 5 \(bought\) opens at Site \d+", one) for one in words)
    assert any(re.fullmatch(r"lockers l at Site \d+ closes", one) for one in words)


def test_the_page_tells_the_figures_of_the_course(years_problem, years_result, shown, told):
    course, programme = years_result.solution.course, years_result.solution.programme
    block = shown["years"]["block"]
    for key in ("land", "purses", "uses", "firms", "pavilions", "renaturation", "alliance"):
        assert block[key] == told["programme"][key], key
    for t, period in enumerate(shown["periods"]):
        assert period["criteria"]["objective"] == course.periods[t].objective
        assert len(period["open"]) == programme.plans[t].open_option.sum()
        assert sum(period["counts"].values()) == len(period["open"])
    for b, ledger in enumerate(block["land"]):
        assert [one["used_m2"] for one in ledger["periods"]] == course.land_used_m2[b].tolist()
        assert [one["left_m2"] for one in ledger["periods"]] == course.land_left_m2[b].tolist()
    lines = [one["lines"] for one in block["purses"][0]["periods"]]
    for line in CASH_LINES:
        assert [one[line] for one in lines] == course.cash[line][0].tolist()
    assert shown["whole"]["objective"] == course.criteria.objective
    spent = sum(place["purchase"] for period in shown["periods"] for place in period["open"])
    nature = np.flatnonzero(programme.use[1] >= 0)  # sites that go to nature are bought too
    sites, factor = years_problem.sites, years_problem.horizon.periods.land_price_factor[1]
    spent += sum(
        int(sites.parcel_m2[j]) * int(np.rint(sites.price_eur_m2[j] * factor)) for j in nature
    )
    assert spent == course.cash["purchases"].sum()
    built = sum(place["build"] for period in shown["periods"] for place in period["open"])
    assert built == course.cash["building"].sum()
    assert len(years_problem.horizon.periods.name) == len(shown["periods"]) == COUNT


def test_what_can_wait_says_until_when(shown, told):
    listed = shown["years"]["decisions"]
    assert sorted((one["year"], one["words"]) for one in listed) == sorted(
        (one["year"], one["words"]) for one in told["programme"]["decisions"]
    )
    assert [one["year"] for one in listed] == sorted(one["year"] for one in listed)
    hotels = [one for one in listed if one["text"].startswith("hotel") and one["year"] == 2031]
    assert [one["words"] for one in hotels] == ["decide now", "decide now"]  # two years of building
    assert {one["words"] for one in listed if not one["now"]} == {
        "can wait until 2031",
        "can wait until 2034",
        "can wait until 2036",
    }


def test_every_table_over_years_is_written(years_folder):
    names = {path.stem for path in (years_folder / "tables").iterdir()}
    assert names >= {
        "periods", "openings", "decisions", "land_ledgers", "cash", "purses", "renaturation",
        "firms", "uses", "pavilions", "alliance",
    }  # fmt: skip
    assert len(names) == 21


def test_tables_tell_the_figures_of_the_course(years_folder, years_result, years_problem):
    course, programme = years_result.solution.course, years_result.solution.programme
    cash = rows(years_folder, "cash")
    assert [int(row["debt_eur"]) for row in cash] == course.debt_eur[0].tolist()
    for line in CASH_LINES:
        assert [int(row[f"{line}_eur"]) for row in cash] == course.cash[line][0].tolist()
    land = rows(years_folder, "land_ledgers")
    assert [int(row["left_m2"]) for row in land] == course.land_left_m2.ravel().tolist()
    opened = rows(years_folder, "open_facilities")
    assert len(opened) == sum(plan.open_option.sum() for plan in programme.plans)
    assert sum(int(row["build_eur"]) for row in opened) == course.cash["building"].sum()
    assert len(rows(years_folder, "openings")) == len(stretches(years_problem, programme))
    assert [row["fate"] for row in rows(years_folder, "firms")] == ["moved", "lost", "kept", "kept"]
    terms = {row["term"]: row["plan_eur_per_year"] for row in rows(years_folder, "cost_terms")}
    assert float(terms["moving"]) == pytest.approx(course.criteria.terms["moving"], abs=1e-6)
    assert {row["period"] for row in rows(years_folder, "demand_points")} == set(
        years_problem.horizon.periods.name
    )


def test_sites_that_ever_open_are_no_closed_candidates(years_folder, years_result, years_problem):
    closed = {row["site"] for row in rows(years_folder, "closed_candidates")}
    for plan in years_result.solution.programme.plans:
        sites = years_problem.options.site[plan.open_option]
        assert not closed & {years_problem.sites.id[j] for j in sites}


def test_the_folder_tells_the_programmes_back(years_folder, years_problem, years_result):
    plans = json.loads((years_folder / "plan.json").read_text(encoding="utf-8"))
    back = programme_from_dict(years_problem, plans["programme"], "plan.json")
    programme = years_result.solution.programme
    assert np.array_equal(back.pavilion_option, programme.pavilion_option)
    assert np.array_equal(back.plans[2].van_share, programme.plans[2].van_share)
    assert plans["plan"] == plans["programme"]["periods"][0]["plan"]
    assert len(plans["baseline_programme"]["periods"]) == COUNT


def test_an_infeasible_horizon_says_what_would_be_enough(years_problem):
    result = infeasible(years_problem)
    conflicts = tuple(
        item.replace(relaxation="raise it to 5 M EUR") if item.family == "money" else item
        for item in result.solution.conflicts
    )
    result = result.replace(solution=result.solution.replace(conflicts=conflicts))
    content = payload(years_problem, result)
    assert "periods" not in content
    budgets = [(line["name"], line["budget"], line["used"]) for line in content["ledgers"]]
    assert budgets == [
        ("consumption to 2030", 1600, 0),
        ("net artificialisation", 2000, 0),
        ("town purse", 11_500_000, 0),
    ]
    assert content["conflicts"][1][3] == "raise it to 5 M EUR"
    stream = io.StringIO()
    print_summary(years_problem, result, None, Console(file=stream, width=200))
    assert "raise it to 5 M EUR" in stream.getvalue()


def test_the_terminal_tells_periods_ledgers_purses_and_decisions(years_problem, years_result):
    stream = io.StringIO()
    print_summary(years_problem, years_result, None, Console(file=stream, width=120))
    words = stream.getvalue()
    for t, name in enumerate(("2026-2030", "2031-2035", "2036-2045")):
        value = years_result.solution.course.periods[t].objective
        line = next(line for line in words.splitlines() if line.strip().startswith(name))
        assert f"{value:,.0f}".replace(",", " ") in line
    assert "consumption to 2030" in words
    assert "over by" in words
    assert "town purse" in words
    assert "to be decided now" in words
    assert "P1 (hub s) is set up at Site 3" in words
    assert "can wait until 2036" not in words  # only what is decided now is listed one by one
    assert "East" in words


def test_hubs_are_ordered_by_their_first_opening(years_problem, years_result):
    programme = years_result.solution.programme
    order = order_over_years(years_problem, programme)
    kinds = years_problem.designs.kind[years_problem.options.design[order]].tolist()
    first = [
        next(t for t, plan in enumerate(programme.plans) if plan.open_option[option])
        for option in order
    ]
    assert list(zip(kinds, first, strict=True)) == sorted(zip(kinds, first, strict=True))
