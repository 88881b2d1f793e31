"""The engine: one door, two ways, and an answer that the checker has seen."""

from __future__ import annotations

import pytest

from optimizer import engine
from optimizer.core.kinds import Kind, OptionStatus
from optimizer.core.limits import Cancel, Limits
from optimizer.siting.mip import Answer
from tests.builders import grid_problem
from tests.siting.village import budget_of, quota, stated, village

EXACT = Limits(time_s=60, gap=0)


def town(seed, **changes):
    sizes = {"columns": 6, "rows": 6, "points": 14, "sites": 6, "firms": 4}
    return grid_problem(**(sizes | changes), parcels_per_point=25.0, seed=seed)


def test_a_solved_problem_is_verified_with_value_bound_and_baseline():
    heard = []
    result = engine.solve(village(), EXACT, listener=heard.append)
    outcome = result.solution.outcome
    assert (outcome.status, outcome.proof, outcome.stopped_by) == ("plan", "optimal", "proof")
    assert outcome.method == "mip"
    assert result.verified
    assert result.violations == ()
    assert result.solution.criteria.objective == pytest.approx(37)
    assert result.solution.baseline.objective == pytest.approx(100)
    assert outcome.bound <= outcome.value
    assert outcome.gap <= 1e-6
    assert heard[-1].value == pytest.approx(37)
    assert result.provenance["seed"] == "0"
    assert "OR-Tools" in result.provenance["solver"]


@pytest.mark.parametrize("seed", range(2))
def test_both_ways_hold_each_other(seed):
    problem = town(seed)
    exact = engine.solve(problem, EXACT, method="mip").solution.outcome
    city = engine.solve(problem, Limits(time_s=6, gap=0), method="decomposition").solution.outcome
    assert exact.proof == "optimal"
    assert city.method == "decomposition"
    assert city.bound <= exact.value + 1e-6 * abs(exact.value)
    assert city.value >= exact.bound - 1e-6 * abs(exact.value)


def test_the_size_decides_which_way_is_taken(monkeypatch):
    monkeypatch.setattr(engine, "solve_city", lambda *_: Answer(None, 30.0, "time"))
    assert engine.solve(village(), EXACT).solution.outcome.method == "mip"
    monkeypatch.setattr(engine, "SMALL_COLUMNS", 3)
    outcome = engine.solve(village(), EXACT).solution.outcome
    assert (outcome.method, outcome.bound, outcome.stopped_by) == ("decomposition", 30.0, "time")


def test_a_city_that_must_open_something_has_a_plan_before_the_search(monkeypatch):
    problem = quota(village(sites=(0, 1)), Kind.MICRO_HUB, at_least=2)
    monkeypatch.setattr(engine, "solve_city", lambda *_: Answer(None, None, "time"))
    result = engine.solve(problem, EXACT, method="decomposition")
    assert result.verified
    assert result.solution.criteria.objective == pytest.approx(14)


def test_impossible_rules_end_infeasible_with_the_conflict():
    result = engine.solve(budget_of(stated(village(), OptionStatus.REQUIRED), "money", 19), EXACT)
    outcome = result.solution.outcome
    assert (outcome.status, outcome.proof, outcome.stopped_by) == (
        "infeasible",
        "infeasible",
        "proof",
    )
    assert not result.verified
    assert result.solution.plan is None
    assert (outcome.value, outcome.bound) == (None, None)
    assert {item.family for item in result.solution.conflicts} == {"money", "quotas"}


def test_a_warm_plan_that_is_better_becomes_the_answer(monkeypatch):
    problem = village()
    plan = engine.solve(problem, EXACT).solution.plan
    monkeypatch.setattr(engine, "solve_whole", lambda *_: Answer(None, 1.0, "time"))
    warm = engine.solve(problem, EXACT, warm=plan).solution.outcome
    assert (warm.status, warm.stopped_by, warm.value) == ("plan", "time", pytest.approx(37))
    cold = engine.solve(problem, EXACT).solution.outcome
    assert cold.value == pytest.approx(100)  # today is a plan where nothing is asked for
    asked = engine.solve(quota(problem, Kind.MICRO_HUB, at_least=1), EXACT).solution.outcome
    assert (asked.status, asked.proof, asked.value) == ("no_plan", "none", None)


def test_a_plan_that_the_checker_refuses_is_never_an_answer(monkeypatch):
    problem = village()
    plan = engine.solve(problem, EXACT).solution.plan
    broken = plan.replace(bike_share=plan.bike_share * 1.5)
    monkeypatch.setattr(engine, "solve_whole", lambda *_: Answer(broken, 1.0, "proof"))
    result = engine.solve(problem, EXACT)
    assert not result.verified
    assert result.solution.outcome.status == "no_plan"
    assert result.solution.plan is None
    assert {item.family for item in result.violations} >= {"service"}


def test_a_bound_above_the_value_is_told_as_a_defect(monkeypatch):
    problem = village()
    plan = engine.solve(problem, EXACT).solution.plan
    monkeypatch.setattr(engine, "solve_whole", lambda *_: Answer(plan, 38.0, "proof"))
    result = engine.solve(problem, EXACT)
    assert [item.where for item in result.violations] == ["objective.bound"]


def test_too_little_memory_ends_with_today_and_says_so(monkeypatch):
    def fails(*_):
        raise MemoryError

    monkeypatch.setattr(engine, "solve_whole", fails)
    outcome = engine.solve(village(), EXACT).solution.outcome
    assert (outcome.status, outcome.stopped_by, outcome.proof) == ("plan", "memory", "none")


def test_a_cancelled_solve_keeps_a_plan():
    cancel = Cancel()

    def at_the_first_plan(progress):
        if progress.value is not None:
            cancel.cancel()

    problem = grid_problem(points=100, columns=12, rows=12, sites=20, firms=20, seed=3)
    result = engine.solve(problem, EXACT, listener=at_the_first_plan, cancel=cancel, method="mip")
    assert result.solution.outcome.stopped_by == "user"
    assert result.verified


def test_existing_facilities_stand_in_the_baseline():
    result = engine.solve(stated(village(), OptionStatus.EXISTING), EXACT)
    assert result.solution.baseline.objective == pytest.approx(100 - 70 + 5)
    assert result.solution.criteria.objective == pytest.approx(35)


def test_existing_hotels_have_their_tenants_in_the_baseline():
    hotel = village(designs=(2,), tenants=[(60, 1, 1, 0, False, 9, True)] * 2)
    result = engine.solve(stated(hotel, OptionStatus.EXISTING), EXACT)
    assert result.solution.baseline.objective == pytest.approx(100 + 10 - 120)
