"""Random programmes keep limits that they just touch, and break each that is one unit tighter."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from optimizer.core.horizon import EVER
from optimizer.verify import check_problem, check_programme, recompute_programme
from optimizer.verify.horizon import baseline_course
from tests.verify.horizon.tight import random_years, tighten

SEEDS = st.integers(0, 10_000)
FEW = settings(max_examples=12, deadline=None)


def tight(seed):
    return tighten(*random_years(seed), seed)


def families(problem, programme):
    return {one.family for one in check_programme(problem, programme)}


def changed(problem, name, **columns):
    part = getattr(problem.horizon, name).replace(**columns)
    return problem.replace(horizon=problem.horizon.replace(**{name: part}))


@FEW
@given(SEEDS)
def test_limits_that_are_just_kept_are_kept(seed):
    problem, programme = tight(seed)
    assert check_problem(problem) == ()
    assert check_programme(problem, programme) == ()


@FEW
@given(SEEDS, st.integers(0, 3))
def test_a_square_metre_less_of_budget_is_noticed(seed, ledger):
    problem, programme = tight(seed)
    budget = problem.horizon.land.budget_m2.copy()
    budget[ledger] -= 1
    assert families(changed(problem, "land", budget_m2=budget), programme) == {"land"}


@FEW
@given(SEEDS, st.integers(0, 1), st.sampled_from(["borrow_max_eur", "debt_end_max_eur"]))
def test_a_euro_less_of_debt_is_noticed(seed, purse, name):
    problem, programme = tight(seed)
    limit = getattr(problem.horizon.purses, name).copy()
    assume(limit[purse] > 0)
    limit[purse] -= 1
    assert families(changed(problem, "purses", **{name: limit}), programme) == {"money"}


@FEW
@given(SEEDS, st.data())
def test_a_year_less_of_freedom_is_noticed(seed, data):
    problem, programme = tight(seed)
    ground = problem.horizon.ground
    bound = np.flatnonzero(ground.free_until_year < EVER)
    assume(len(bound) > 0)
    site = data.draw(st.sampled_from(bound.tolist()))
    name, step = data.draw(st.sampled_from([("free_from_year", 1), ("free_until_year", -1)]))
    year = getattr(ground, name).copy()
    year[site] += step
    found = families(changed(problem, "ground", **{name: year}), programme)
    assert found & {"time", "uses"}


@FEW
@given(SEEDS, st.data())
def test_a_year_more_of_stay_is_noticed(seed, data):
    problem, programme = tight(seed)
    stay = problem.horizon.timing.minimum_stay_years
    bound = np.flatnonzero(stay > 0)
    assume(len(bound) > 0)
    design = data.draw(st.sampled_from(bound.tolist()))
    longer = stay.copy()
    longer[design] += 1
    assert families(changed(problem, "timing", minimum_stay_years=longer), programme) == {"time"}


@FEW
@given(SEEDS, st.data())
def test_a_smaller_or_later_project_is_noticed(seed, data):
    problem, programme = tight(seed)
    projects = problem.horizon.renaturation
    bound = np.flatnonzero(projects.area_m2 > 0)
    assume(len(bound) > 0)
    row = data.draw(st.sampled_from(bound.tolist()))
    name, step = data.draw(st.sampled_from([("area_m2", -1), ("first_year", 1)]))
    values = getattr(projects, name).copy()
    values[row] += step
    found = families(changed(problem, "renaturation", **{name: values}), programme)
    assert found == {"renaturation"}


@FEW
@given(SEEDS, st.integers(0, 1))
def test_a_square_metre_more_of_a_use_is_noticed(seed, use):
    problem, programme = tight(seed)
    least = problem.horizon.uses.area_min_m2.copy()
    least[use] += 1
    assert families(changed(problem, "uses", area_min_m2=least), programme) == {"uses"}


@FEW
@given(SEEDS, st.data())
def test_a_firm_that_leaves_later_or_farther_is_noticed(seed, data):
    problem, programme = tight(seed)
    firms = problem.horizon.firms
    assume(firms.count > 0)
    firm = data.draw(st.integers(0, firms.count - 1))
    leaves = programme.firm_leaves.copy()
    leaves[firm] += 1
    if leaves[firm] == problem.horizon.periods.count:
        leaves[firm] = -1
    later = programme.replace(firm_leaves=leaves)
    assert "firms" in families(problem, later)
    if firms.jobs_lost_max > 0:
        fewer = changed(problem, "firms", jobs_lost_max=firms.jobs_lost_max - 1)
        assert families(fewer, programme) == {"firms"}
    if firms.premises_area_m2[0] > 0:
        nearer = changed(problem, "firms", move_max_m=firms.move_max_m - 1)
        assert families(nearer, programme) == {"firms"}


@FEW
@given(SEEDS, st.data())
def test_a_pavilion_that_may_move_less_or_stands_elsewhere_is_noticed(seed, data):
    problem, programme = tight(seed)
    pavilions = problem.horizon.pavilions
    assume(pavilions.count > 0)
    row = data.draw(st.integers(0, pavilions.count - 1))
    period = data.draw(st.integers(0, problem.horizon.periods.count - 1))
    stands = programme.pavilion_option.copy()
    assume(stands[row, period] >= 0)
    stands[row, period] = -1
    assert "pavilions" in families(problem, programme.replace(pavilion_option=stands))
    if pavilions.moves_max[row] > 0:
        fewer = pavilions.moves_max.copy()
        fewer[row] -= 1
        found = families(changed(problem, "pavilions", moves_max=fewer), programme)
        assert found == {"pavilions"}


@FEW
@given(SEEDS)
def test_books_balance_from_period_to_period(seed):
    problem, programme = tight(seed)
    course = recompute_programme(problem, programme)
    into = sum(course.cash[line] for line in ("opening", "grants", "transfers", "rents", "resale"))
    total = sum(course.cash.values())
    position = course.balance_eur - course.debt_eur
    before = np.hstack([np.zeros((2, 1), dtype=np.int64), position[:, :-1]])
    assert (position - before == into - (total - into)).all()
    assert ((course.debt_eur == 0) | (course.balance_eur == 0)).all()
    assert np.isclose(sum(course.criteria.terms.values()), course.criteria.objective)


@FEW
@given(SEEDS)
def test_a_programme_that_rests_costs_what_its_plans_cost(seed):
    problem, programme = random_years(seed)
    course = baseline_course(problem, programme.plans)
    full = recompute_programme(problem, programme)
    assert [one.objective for one in course.periods] == [one.objective for one in full.periods]
    for term in ("moving", "renaturation", "other_uses", "jobs_lost"):
        assert course.criteria.terms[term] == 0
    assert course.criteria.objective <= full.criteria.objective + 1e-6
