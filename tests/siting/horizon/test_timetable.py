"""Programmes of the city way: sound, never below the bound, the same again with the same work."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.core.limits import Budget, Cancel, Limits, silent
from optimizer.programmes import build_datas
from optimizer.siting.horizon.criteria import value_of
from optimizer.siting.horizon.ledgers import keeps_rules
from optimizer.siting.horizon.margins import lasting, margins, slack_eur, toggles
from optimizer.siting.horizon.programme import openings
from optimizer.siting.horizon.timetable import solve_city_programme
from optimizer.siting.horizon.whole import solve_years, years_of
from optimizer.verify.horizon import check_programme
from tests.builders import grid_problem
from tests.horizon import ints, land_ledger, periods, purse, with_horizon
from tests.siting.horizon.cases import TWO_HUBS, timing, two_sites
from tests.siting.horizon.towns import town_over_years

EXACT = Limits(time_s=10, gap=1e-3)
WORK = Limits(work=3000, threads=1, gap=1e-4)


def city(problem, limits=WORK, **more):
    datas = build_datas(problem)
    answer = solve_city_programme(problem, datas, Budget(limits), silent, **more)
    return years_of(problem, datas), answer


def value(years, programme):
    return value_of(years.problem, years.accounts, years.datas, programme)


@pytest.mark.slow
@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_a_programme_is_sound_and_lies_between_its_bound_and_nothing_better_than_the_optimum(seed):
    problem = town_over_years(seed)
    years, found = city(problem)
    exact = solve_years(problem, years.datas, Budget(EXACT), silent)
    if exact.programme is not None:
        assert not found.infeasible
        optimum = value(years, exact.programme)
        assert found.bound <= optimum + 1e-6 * abs(optimum)
    if found.programme is not None:
        assert check_programme(problem, found.programme) == ()
        assert keeps_rules(years, found.programme)
        ours = value(years, found.programme)
        assert found.bound <= ours + 1e-6 * abs(ours)
        assert not exact.infeasible
        assert exact.bound is None or exact.bound <= ours + 1e-6 * abs(ours)


def town(**parts):
    """Return a town of 30 points over three growing periods with land and money to share."""
    problem = grid_problem(points=30, sites=12, firms=12, parcels_per_point=40.0, seed=5)
    spans = periods(
        3, 5, demand_factor=np.array([1.0, 1.1, 1.2]), land_price_factor=np.array([1.0, 1.05, 1.1])
    )
    grants = {"grant_eur": np.full((1, 3), 400_000), "pays_running": np.zeros(1, dtype=bool)}
    rules = {
        "land": land_ledger(problem, 300),
        "purses": purse(problem, 1_500_000, count=3, **grants),
    }
    return with_horizon(problem, periods=spans, **{**rules, **parts})


@cache
def solved_town():
    """Return a town, its years and its answer after long work: two tests look at it."""
    problem = town()
    return problem, *city(problem, Limits(work=15_000, threads=1, gap=1e-4))


@pytest.mark.slow
def test_a_town_is_solved_near_its_optimum():
    problem, years, found = solved_town()
    exact = solve_years(problem, years.datas, Budget(Limits(time_s=30, gap=5e-3)), silent)
    assert check_programme(problem, found.programme) == ()
    assert value(years, found.programme) <= 1.03 * value(years, exact.programme)
    assert found.bound >= 0.93 * exact.bound


def test_the_same_work_and_seed_give_the_same_programme():
    problem = town()
    first, again = (city(problem)[1] for _ in range(2))
    assert first.bound == again.bound
    for one, other in zip(first.programme.plans, again.programme.plans, strict=True):
        assert one.open_option.tolist() == other.open_option.tolist()
        assert one.bike_share.tolist() == other.bike_share.tolist()


def test_a_given_programme_is_never_made_worse():
    problem, years, best = solved_town()
    _, found = city(problem, Limits(work=50, threads=1, gap=0), warm=best.programme)
    assert value(years, found.programme) <= value(years, best.programme)


def test_a_cancelled_solve_keeps_what_it_has():
    problem = town()
    _, best = city(problem)
    cancel = Cancel()
    cancel.cancel()
    datas = build_datas(problem)
    limits = Limits(time_s=60, threads=2)
    answer = solve_city_programme(problem, datas, Budget(limits, cancel), silent, best.programme)
    assert answer.stopped_by == "user"
    assert answer.programme is best.programme


@pytest.mark.slow
def test_two_threads_solve_it_too():
    problem = town()
    years, found = city(problem, Limits(time_s=8, threads=2, gap=1e-3))
    assert check_programme(problem, found.programme) == ()
    assert found.bound <= value(years, found.programme)


def test_hubs_that_pay_for_themselves_open_in_every_period():
    years, found = city(two_sites())
    assert value(years, found.programme) == pytest.approx(TWO_HUBS)


def test_progress_tells_value_bound_and_gap():
    told = []
    problem = town()
    solve_city_programme(problem, build_datas(problem), Budget(WORK), told.append)
    assert told[-1].value is not None
    assert told[-1].bound is not None
    assert {"timetable", "final flows"} <= {line.phase for line in told}


def test_what_a_toggle_takes_of_a_purse_is_what_the_purse_loses():
    problem = town()
    years, found = city(problem)
    programme, accounts = found.programme, years.accounts
    span = np.ones((3, problem.options.count), dtype=bool)
    change = toggles(problem, accounts, openings(programme), span)
    left = margins(problem, accounts, programme, change, 0)
    closed = np.flatnonzero(~openings(programme).any(axis=0) & change.may_open)
    option = int(closed[0])
    plans = tuple(
        plan.replace(open_option=plan.open_option | (np.arange(len(span[0])) == option))
        for plan in programme.plans
    )
    before = slack_eur(problem, accounts, programme)
    after = slack_eur(problem, accounts, programme.replace(plans=plans))
    assert (before - after)[0].tolist() == left.use[:3, option].tolist()


def test_an_opening_may_not_be_cut_short():
    problem = two_sites(timing=timing(minimum_stay_years=ints(10, 10, 10, 10)))
    years = years_of(problem, build_datas(problem))
    opened = np.array([[True, False], [False, True]])
    assert lasting(problem, years.accounts, opened).tolist() == [False, True]
