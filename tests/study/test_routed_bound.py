"""A plan with its tours, a bound, and one gap."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from optimizer.core.limits import Limits
from optimizer.routing.fit import fit_samples, plan_legs
from optimizer.routing.fit.measure import sample_of
from optimizer.siting.criteria import criteria_of
from optimizer.siting.data import build_data
from optimizer.study.routed_bound import bound_of_tours, mean_day
from tests.builders import grid_problem
from tests.routing.day_builder import day_rules, made_day
from tests.verify.makers import feasible_plan


@pytest.fixture(scope="module")
def case():
    problem = grid_problem(points=10, sites=4, firms=0)
    problem = problem.replace(day=day_rules(problem))
    plan = feasible_plan(problem, seed=1)
    return problem, plan, sample_of(problem, plan_legs(problem, plan), *made_day(problem, plan))


def result_of(problem, plan):
    criteria = criteria_of(problem, build_data(problem), plan)
    return SimpleNamespace(solution=SimpleNamespace(plan=plan, criteria=criteria))


def test_value_and_bound_carry_one_gap(case):
    problem, plan, sample = case
    limits = Limits(time_s=None, work=2000, gap=0.0)
    told = bound_of_tours(problem, result_of(problem, plan), [sample], limits)
    assert 0.0 < told["bound"] <= told["value"]
    assert told["gap"] == pytest.approx(1.0 - told["bound"] / told["value"])
    assert told["days"] == 1
    assert told["left_behind_eur_per_day"] == 0.0


def test_a_mean_day_does_not_depend_on_the_constants_that_estimate_it(case):
    problem, plan, sample = case
    plain = mean_day(problem, result_of(problem, plan).solution.criteria, [sample])
    fit = fit_samples([sample], problem.sites.count)
    fitted = problem.replace(tour_fit=fit)
    told = mean_day(fitted, result_of(fitted, plan).solution.criteria, [sample])
    assert told[0] == pytest.approx(plain[0], rel=0.1)


def test_parcels_left_behind_cost_their_penalty(case):
    problem, plan, sample = case
    late = sample.replace(ordered=sample.brought + 2.0)
    _, left_eur = mean_day(problem, result_of(problem, plan).solution.criteria, [late, sample])
    assert left_eur == pytest.approx(problem.day.penalty_eur_per_parcel)


def test_without_a_day_there_is_no_bound(case):
    problem, plan, _ = case
    with pytest.raises(ValueError, match="day of its tours"):
        bound_of_tours(problem, result_of(problem, plan), [], Limits())
