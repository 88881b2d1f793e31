"""Programmes decided anew period by period from one that keeps every rule."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from optimizer.core.limits import Budget, Limits
from optimizer.core.timeline import horizon_of
from optimizer.engine import solve
from optimizer.programmes import build_datas
from optimizer.siting.horizon.criteria import value_of
from optimizer.siting.horizon.ledgers import keeps_rules
from optimizer.siting.horizon.programme import openings
from optimizer.siting.horizon.rolling import on_soil, roll, what_stays
from optimizer.siting.horizon.whole import years_of
from optimizer.verify.horizon import check_programme
from tests.builders import grid_problem
from tests.horizon import periods, purse, with_horizon
from tests.siting.horizon.towns import town_over_years


def budget(work=4000):
    return Budget(Limits(work=work, threads=1, gap=1e-4))


def growing_town(opening_eur):
    """Return a town whose demand grows over two periods, with one purse."""
    problem = grid_problem(columns=8, rows=8, points=40, sites=12, firms=4, parcels_per_point=40.0)
    spans = periods(2, demand_factor=np.array([1.0, 1.3]))
    return with_horizon(problem, periods=spans, purses=purse(problem, opening_eur))


def rolled(problem):
    """Return (years, programme that vans alone are, what a roll makes of it)."""
    years = years_of(problem, build_datas(problem))
    result = solve(problem, Limits(work=1, threads=1))
    begin = result.solution.baseline_programme
    return years, begin, roll(years, begin, budget(), 1.0)


@pytest.mark.slow
def test_a_roll_saves_and_what_opens_stays_open():
    years, begin, found = rolled(growing_town(2_000_000))
    cost = [value_of(years.problem, years.accounts, years.datas, item) for item in (begin, found)]
    assert cost[1] < cost[0]
    assert keeps_rules(years, found)
    opened = openings(found)
    assert (opened[1] | ~opened[0]).all()


@pytest.mark.slow
def test_a_roll_spends_no_more_than_the_purse_holds():
    problem = growing_town(150_000)
    _, _, found = rolled(problem)
    assert check_programme(problem, found) == ()
    rich = openings(rolled(growing_town(5_000_000))[2]).sum()
    assert openings(found).sum() < rich


@pytest.mark.slow
@settings(deadline=None, max_examples=4)
@given(st.integers(0, 300))
@example(262)  # a required hub on a site whose firm stays
def test_hotels_pavilions_uses_and_firms_stay_as_they_were(seed):
    problem = town_over_years(seed)
    result = solve(problem, Limits(time_s=20, gap=0.3)).solution
    assume(result.programme is not None)
    years = years_of(problem, build_datas(problem))
    fixed = what_stays(years, result.programme)
    found = roll(years, result.programme, budget(500), 1.0)
    assume(found is not None)
    opened = openings(found)
    assert opened[fixed.standing].all()
    assert not opened[fixed.closed].any()
    assert not (opened & on_soil(years) & years.accounts.new & ~fixed.standing).any()
    assert (found.use == result.programme.use).all()
    assert (found.pavilion_option == result.programme.pavilion_option).all()
    assert (found.firm_leaves == result.programme.firm_leaves).all()
    broken = {fault.family for fault in check_programme(problem, found)}
    assert "time" not in broken
    assert "pavilions" not in broken


@pytest.mark.slow
def test_a_stopped_roll_gives_nothing():
    problem = growing_town(2_000_000)
    years = years_of(problem, build_datas(problem))
    begin = solve(problem, Limits(work=1, threads=1)).solution.baseline_programme
    assert horizon_of(problem).periods.count == 2
    stopped = budget()
    stopped.cancel.cancel()
    assert roll(years, begin, stopped, 1.0) is None
