"""Scores of the sites that a city has in mind, by hand on the village."""

from __future__ import annotations

import json

import numpy as np
import pytest

from optimizer import engine
from optimizer.core.limits import Limits
from optimizer.study.evaluate import evaluate
from tests.siting.village import HOTEL, HUB, LOCKER, budget_of, designed, village
from tests.test_engine import town

EXACT = Limits(time_s=60, gap=0)
NEAR, FAR = 0, 1


def open_pairs(problem, plan):
    opened = np.flatnonzero(plan.open_option)
    pairs = zip(problem.options.site[opened], problem.options.design[opened], strict=True)
    return [(int(site), int(design)) for site, design in pairs]


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("only", [False, True])
def test_the_plans_own_sites_cost_exactly_the_plan(seed, only):
    problem = town(seed)
    best = engine.solve(problem, EXACT)
    chosen = open_pairs(problem, best.solution.plan)
    told = evaluate(problem, chosen, EXACT, best=best, only=only)
    assert told.result.solution.outcome.value == best.solution.outcome.value
    assert [score.cost_eur_per_year for score in told.scores] == [0.0] * len(chosen)
    assert not told.became_best


def test_a_poor_choice_costs_its_difference_and_that_is_proven():
    # one hub pays for itself (37); the hotel without tenants costs 20 on top
    problem = village(designs=(HUB, HOTEL))
    told = evaluate(problem, [(NEAR, HOTEL)], EXACT)
    (score,) = told.scores
    assert told.best.solution.outcome.value == pytest.approx(37)
    assert told.result.solution.outcome.value == pytest.approx(57)
    assert score.cost_eur_per_year == pytest.approx(20)
    assert score.cost_at_least_eur_per_year == pytest.approx(20, abs=0.01)
    assert score.breaks == ()


def test_a_hub_says_what_it_serves():
    told = evaluate(village(), [(NEAR, HUB)], EXACT)
    assert told.scores[0].parcels_per_day == pytest.approx(10)
    assert told.scores[0].points == 2


def test_only_the_chosen_of_their_kind_are_open():
    problem = village(sites=(NEAR, FAR))
    free = evaluate(problem, [(FAR, HUB)], EXACT)
    alone = evaluate(problem, [(FAR, HUB)], EXACT, only=True)
    assert free.result.solution.outcome.value == pytest.approx(14)
    assert alone.result.solution.outcome.value == pytest.approx(37)
    assert open_pairs(problem, alone.result.solution.plan) == [(FAR, HUB)]


def test_a_choice_that_cannot_be_says_which_rule_it_breaks():
    problem = budget_of(village(sites=(NEAR, FAR)), "land", 99)
    told = evaluate(problem, [(FAR, HUB), (FAR, LOCKER), (NEAR, HUB)], EXACT)
    soil, no_option, fine = told.scores
    assert [item.family for item in soil.breaks] == ["land", "quotas"]
    assert [item.family for item in no_option.breaks] == ["zoning"]
    assert fine.cost_eur_per_year == pytest.approx(0)
    assert told.result.solution.outcome.value == pytest.approx(37)
    assert soil.cost_eur_per_year is None


def test_choices_that_clash_with_each_other_end_infeasible():
    problem = budget_of(village(sites=(NEAR, FAR)), "money", 39)
    told = evaluate(problem, [(NEAR, HUB), (FAR, HUB)], EXACT)
    assert told.result.solution.outcome.status == "infeasible"
    assert [score.breaks for score in told.scores] == [(), ()]
    assert "not all together" in told.to_dict(problem)["words"]


def test_without_a_design_the_most_promising_one_is_taken():
    problem = designed(
        village(designs=(HUB, LOCKER), sites=(NEAR,)), running_eur_year=[90, 1, 10, 1]
    )
    told = evaluate(problem, [(NEAR, None)], EXACT)
    assert told.scores[0].choice.design == LOCKER


def test_an_evaluated_plan_that_beats_the_best_becomes_it():
    problem = village()
    weak = engine.solve(budget_of(problem, "money", 0), EXACT)  # vans alone, 100 EUR
    outcome = weak.solution.outcome.replace(bound=30.0, proof="gap", stopped_by="time")
    weak = weak.replace(solution=weak.solution.replace(outcome=outcome))
    told = evaluate(problem, [(NEAR, HUB)], EXACT, best=weak)
    assert told.became_best
    assert told.best.solution.outcome.value == pytest.approx(37)
    assert told.best.solution.outcome.bound == 30.0
    assert told.result.solution.outcome.bound >= 30.0
    assert told.scores[0].cost_eur_per_year == 0.0


def test_an_evaluation_is_told_in_plain_types():
    problem = village(sites=(NEAR, FAR))
    told = evaluate(problem, [(FAR, HUB), (NEAR, HOTEL)], EXACT).to_dict(problem)
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert told["choices"][0]["site"] == "far"
    assert told["choices"][1]["can_be"] is False
    assert "1 of 2 choices" in told["words"]
