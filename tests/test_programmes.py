"""The engine over years: one door, two ways, and an answer that the checker has seen."""

from __future__ import annotations

import pytest

from optimizer import engine, programmes
from optimizer.core.kinds import OptionStatus
from optimizer.core.limits import Cancel, Limits
from optimizer.siting.horizon import timetable
from optimizer.siting.horizon.programme import ProgrammeAnswer
from tests.horizon import purse, with_horizon
from tests.siting.horizon.cases import (
    ONE_HUB,
    TWO_HUBS,
    VANS,
    health,
    moving_sites,
    optimum,
    two_sites,
)
from tests.siting.village import stated, village

EXACT = Limits(time_s=60, gap=0)


def nothing_found(*_):
    return ProgrammeAnswer(None, None, "time")


def test_a_problem_over_years_is_verified_with_programme_course_and_baseline():
    heard = []
    problem = two_sites(purses=purse(two_sites(), 20))
    result = engine.solve(problem, EXACT, listener=heard.append)
    solution = result.solution
    assert (solution.outcome.status, solution.outcome.proof) == ("plan", "optimal")
    assert solution.outcome.method == "mip"
    assert result.verified
    assert result.violations == ()
    assert solution.criteria.objective == pytest.approx(ONE_HUB)
    assert solution.criteria is solution.course.criteria
    assert solution.plan is solution.programme.plans[0]
    assert solution.baseline.objective == pytest.approx(VANS)
    assert len(solution.baseline_programme.plans) == len(solution.course.periods) == 2
    assert solution.baseline_plan is solution.baseline_programme.plans[0]
    assert heard[-1].value == pytest.approx(ONE_HUB)
    assert "OR-Tools" in result.provenance["solver"]


def test_a_problem_without_a_horizon_has_no_programme():
    solution = engine.solve(village(), EXACT).solution
    assert (solution.programme, solution.course, solution.baseline_programme) == (None,) * 3


def test_the_size_decides_which_way_is_taken(monkeypatch):
    monkeypatch.setattr(timetable, "solve_city_programme", nothing_found)
    assert engine.solve(two_sites(), EXACT).solution.outcome.method == "mip"
    monkeypatch.setattr(programmes, "SMALL_COLUMNS", 3)
    result = engine.solve(two_sites(), EXACT)
    # vans alone keep every rule: there is a programme before anything is searched
    assert result.solution.outcome.method == "decomposition"
    assert result.verified
    assert result.solution.criteria.objective == pytest.approx(VANS)


def test_impossible_rules_end_infeasible_with_the_conflict():
    required = stated(village(), OptionStatus.REQUIRED)
    problem = with_horizon(required, 2, 5, purses=purse(required, 19))
    for method in ("mip", "decomposition"):
        result = engine.solve(problem, EXACT, method=method)
        outcome = result.solution.outcome
        assert (outcome.status, outcome.proof, outcome.stopped_by) == (
            "infeasible",
            "infeasible",
            "proof",
        )
        assert not result.verified
        assert result.solution.programme is None
        assert "money" in {item.family for item in result.solution.conflicts}


def test_a_warm_programme_that_is_better_becomes_the_answer(monkeypatch):
    problem = two_sites(ground=moving_sites())
    value, best = optimum(problem)
    monkeypatch.setattr(programmes, "solve_years", lambda *given: given[-1] and nothing_found())
    result = engine.solve(problem, EXACT, warm=best)
    assert result.verified
    assert result.solution.criteria.objective == pytest.approx(value)


def test_a_warm_programme_that_breaks_a_rule_is_left_out(monkeypatch):
    _, best = optimum(two_sites())
    poor = two_sites().replace(horizon=two_sites(purses=purse(two_sites(), 0)).horizon)
    monkeypatch.setattr(programmes, "solve_years", nothing_found)
    result = engine.solve(poor, EXACT, warm=best)
    assert result.verified
    assert result.solution.criteria.objective == pytest.approx(VANS)


def test_a_cancelled_solve_keeps_the_best_programme():
    cancel = Cancel()
    cancel.cancel()
    for method in ("mip", "decomposition"):
        result = engine.solve(two_sites(), EXACT, cancel=cancel, method=method)
        assert result.solution.outcome.stopped_by == "user"
        assert result.verified
        assert result.solution.criteria.objective <= VANS + 1e-9


def test_out_of_memory_keeps_what_there_is(monkeypatch):
    def full(*_):
        raise MemoryError

    monkeypatch.setattr(programmes, "solve_years", full)
    result = engine.solve(two_sites(), EXACT)
    assert result.solution.outcome.stopped_by == "memory"
    assert result.solution.criteria.objective == pytest.approx(VANS)
    needed = engine.solve(two_sites(uses=health()), EXACT).solution.outcome
    assert (needed.status, needed.stopped_by) == ("no_plan", "memory")


def test_a_figure_that_the_checker_does_not_confirm_is_no_answer(monkeypatch):
    honest = programmes.course_of

    def flattering(problem, datas, programme):
        course = honest(problem, datas, programme)
        terms = {**course.criteria.terms, "running": course.criteria.terms["running"] - 1.0}
        return course.replace(criteria=course.criteria.replace(terms=terms))

    monkeypatch.setattr(programmes, "course_of", flattering)
    result = engine.solve(two_sites(), EXACT)
    assert not result.verified
    assert result.solution.programme is None
    assert {item.where for item in result.violations} == {"baseline: running", "programme: running"}


def test_a_ledger_that_the_checker_does_not_confirm_is_no_answer(monkeypatch):
    honest = programmes.course_of

    def generous(problem, datas, programme):
        course = honest(problem, datas, programme)
        return course.replace(balance_eur=course.balance_eur + 1)

    monkeypatch.setattr(programmes, "course_of", generous)
    problem = two_sites(purses=purse(two_sites(), 40))
    result = engine.solve(problem, EXACT)
    assert {item.where for item in result.violations} == {"balance_eur"}
    assert result.solution.outcome.status == "no_plan"


def test_a_bound_above_the_value_is_a_violation(monkeypatch):
    _, best = optimum(two_sites())
    answer = ProgrammeAnswer(best, TWO_HUBS + 1.0, "gap")
    monkeypatch.setattr(programmes, "solve_years", lambda *_: answer)
    result = engine.solve(two_sites(), EXACT)
    assert [item.where for item in result.violations] == ["objective.bound"]
    assert result.solution.outcome.status == "no_plan"
