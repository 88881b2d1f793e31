"""Trials of other prices of purses: what they try, and that whatever they find is a bound."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.core.limits import Budget, Limits, silent
from optimizer.programmes import build_datas
from optimizer.siting.horizon.bounding import climb_years, start_beside, start_priced, start_years
from optimizer.siting.horizon.criteria import value_of
from optimizer.siting.horizon.purseprices import PursePrices
from optimizer.siting.horizon.pursetrials import LEAST_STEP, Trials, other_prices, start_trials
from optimizer.siting.horizon.pursetrials import try_prices as tried
from optimizer.siting.horizon.whole import solve_years, years_of
from tests.siting.horizon.towns import town_over_years

PRICES = PursePrices(np.array([[0.4, 0.3, 0.3, 0.1, 0.0], [0.2, 0.0, 0.0, 0.0, 0.0]]))


@given(turn=st.integers(0, 8), way=st.sampled_from([1.0, -1.0]), step=st.floats(0.02, 1.0))
def test_prices_that_are_tried_fall_in_time_and_differ_where_they_can(turn, way, step):
    trials = Trials(np.full(9, step), turn=turn, way=way)
    spent = other_prices(trials, PRICES).spent
    assert np.all(spent >= 0.0)
    assert np.all(np.diff(spent, axis=1) <= 1e-12)
    if way > 0.0:
        assert np.all(spent >= PRICES.spent)
        assert spent.sum() > PRICES.spent.sum()
    else:
        assert np.all(spent <= PRICES.spent)


def settled(bounding):
    """Return the boundings with good prices of service in every period."""
    while bounding.possible and not bounding.settled:
        climb_years(bounding, [0.0] * len(bounding.parts))
    return bounding


def priced_town(seed):
    """Return years whose purses bind, and their boundings without and with prices."""
    problem = town_over_years(seed)
    if problem.horizon.cooperation is not None:
        problem = problem.replace(horizon=problem.horizon.replace(cooperation=None))
    years = years_of(problem, build_datas(problem))
    plain = settled(start_years(years))
    purses, count = problem.horizon.purses.count, problem.horizon.periods.count
    prices = PursePrices(np.hstack([np.full((purses, count), 0.01), np.zeros((purses, 1))]))
    return years, plain, settled(start_priced(years, plain, prices)), prices


@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_trials_end_and_their_bound_holds_and_never_falls(seed):
    years, plain, now, prices = priced_town(seed)
    if not prices.spent.size or not plain.possible:
        return
    trials, costs = start_trials(prices), [now.cost]
    for _ in range(40):
        if trials.ended:
            break
        found = tried(years, (plain, now, prices), trials, lambda: False)
        if found is not None:
            now, prices = found
            costs.append(now.cost)
    assert costs == sorted(costs)
    limits = Limits(time_s=10, threads=1, gap=1e-3)
    exact = solve_years(years.problem, years.datas, Budget(limits), silent)
    if exact.programme is not None:
        value = value_of(years.problem, years.accounts, years.datas, exact.programme)
        assert now.cost <= value + 1e-6 * abs(value)


def test_trials_of_no_use_end_with_short_steps():
    years, plain, now, prices = priced_town(2)
    trials = start_trials(prices)
    trials.steps[:] = LEAST_STEP
    for _ in range(2 * len(trials.steps)):
        assert not trials.ended
        tried(years, (plain, now, PursePrices(0.0 * prices.spent)), trials, lambda: False)
    assert trials.ended


def test_periods_that_cost_the_same_are_kept():
    years, plain, now, prices = priced_town(2)
    last = prices.spent.copy()
    last[:, -2] *= 0.5
    fresh = start_beside(years, plain, now, PursePrices(last))
    kept = [mine is old for mine, old in zip(fresh.parts, now.parts, strict=True)]
    assert kept[-1] is False
    assert all(start_beside(years, plain, now, prices).parts[at] is now.parts[at] for at in (0, -1))
    assert fresh.cost == pytest.approx(now.cost) or fresh.cost >= now.cost
