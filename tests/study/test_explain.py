"""An explanation tells what clashes, or what a site is worth: figures of the village by hand."""

from __future__ import annotations

import json
import shutil

import pytest
from typer.testing import CliRunner

from optimizer import engine
from optimizer.commands import app
from optimizer.core.kinds import OptionStatus
from optimizer.core.limits import Limits
from optimizer.core.refusal import Refusal
from optimizer.report import write_result
from optimizer.study.explain import explain, explanation_lines
from tests.horizon import purse, with_horizon
from tests.siting.village import budget_of, designed, stated, village

LIMITS = Limits(time_s=30, gap=0, threads=1)


@pytest.fixture
def solved(tmp_path):
    """Return a function that solves a problem into a folder."""

    def into_folder(problem):
        folder = tmp_path / "answer"
        shutil.rmtree(folder, ignore_errors=True)
        result = engine.solve(problem, LIMITS)
        write_result(folder, problem, result, None)
        return folder

    return into_folder


def test_the_rules_of_an_impossible_result_are_told_with_what_would_help(solved):
    told = explain(
        solved(budget_of(stated(village(), OptionStatus.REQUIRED), "money", 19)), None, LIMITS
    )
    assert told["status"] == "infeasible"
    assert explanation_lines(told) == [
        "there is no plan: 2 rules cannot hold together.",
        (
            "  money: purse 'purse': the purse 'purse' allows 19 EUR; "
            "the required hub on Near (near) needs 20 EUR"
        ),
        "    enough on its own: raise it to 20 EUR",
        "  quotas: required option: required: hub on Near (near) takes 20 EUR",
        "    enough on its own: drop the requirement",
    ]


def test_closing_the_only_hub_costs_what_it_saves(solved):
    # vans alone cost 100 EUR, the hub at near brings 37 EUR
    told = explain(solved(village()), "near", LIMITS)
    site = told["site"]
    assert site["closing_costs_eur_per_year"] == pytest.approx(63)
    assert site["closing_costs_at_least_eur_per_year"] == pytest.approx(63, abs=1e-3)
    assert (site["parcels_per_day"], site["demand_points"]) == (10, 2)
    assert site["instead"] == []
    assert told["words"].startswith("Near serves 10 parcels a day of 2 demand points; without it")


def test_a_neighbour_that_does_the_same_stands_in_its_place(solved):
    # one hub only: the purse pays for one; far serves the same ten parcels at the same cost
    town = budget_of(village(sites=(0, 1)), "money", 20)
    folder = solved(town)
    everywhere = explain(folder, None, LIMITS)
    (here,) = everywhere["open"]
    told = explain(folder, here["site"], LIMITS)
    (other,) = told["site"]["instead"]
    assert {here["site"], other["site"]} == {"near", "far"}
    assert told["site"]["closing_costs_eur_per_year"] == pytest.approx(0, abs=1e-6)
    (rival,) = told["site"]["alternatives"]
    assert rival["nearly_equal"]
    assert "without it nothing is lost" in told["words"]


def test_a_site_outside_the_plan_says_what_opening_it_costs(solved):
    # 500 EUR of running cost and 2 EUR of building, for at most 70 EUR saved
    town = designed(village(), running_eur_year=[500.0, 1.0, 10.0, 1.0])
    told = explain(solved(town), "near", LIMITS)
    assert told["site"]["open"] is False
    assert told["site"]["cost_eur_per_year"] == pytest.approx(500 + 2 - 70)


def test_a_site_of_a_programme_is_closed_in_all_its_periods(solved):
    # 63 EUR a year in each of two equal periods
    told = explain(solved(with_horizon(village())), "near", LIMITS)
    assert told["site"]["closing_costs_eur_per_year"] == pytest.approx(63)


def test_a_required_site_says_that_the_scenario_requires_it(solved):
    town = with_horizon(stated(village(), OptionStatus.REQUIRED))
    town = town.replace(horizon=town.horizon.replace(purses=purse(town, 50)))
    told = explain(solved(town), "near", LIMITS)
    assert told["site"]["stated"] == ["required"]
    assert "(required by the scenario)" in told["words"]


def test_a_site_that_the_problem_lacks_is_refused(solved):
    with pytest.raises(Refusal, match="F912"):
        explain(solved(village()), "nowhere", LIMITS)


def test_a_folder_without_a_problem_is_refused(tmp_path):
    with pytest.raises(Refusal, match="F909"):
        explain(tmp_path, None, LIMITS)


def test_the_command_tells_the_status_by_its_exit_code(solved):
    folder = solved(budget_of(stated(village(), OptionStatus.REQUIRED), "money", 19))
    answer = CliRunner().invoke(app, ["explain", str(folder), "--format", "json"])
    assert answer.exit_code == 3
    assert json.loads(answer.stdout)["conflicts"][0]["needed"] == 20
    folder = solved(village())
    answer = CliRunner().invoke(app, ["explain", str(folder)])
    assert answer.exit_code == 0
    assert "near: hub: 10 parcels a day" in answer.stdout
