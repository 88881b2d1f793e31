"""The exact model over years on random towns: the checker agrees, one period is the old model."""

from __future__ import annotations

from dataclasses import fields, is_dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.core.limits import Budget, Limits, silent
from optimizer.programmes import build_datas
from optimizer.siting.criteria import objective_of
from optimizer.siting.data import build_data
from optimizer.siting.horizon.accounts import accounts_of, period_problems
from optimizer.siting.horizon.baseline import baseline_programme
from optimizer.siting.horizon.course import course_of
from optimizer.siting.horizon.criteria import value_of
from optimizer.siting.horizon.whole import solve_years, years_columns, years_of
from optimizer.siting.mip import solve_whole
from optimizer.verify.horizon import check_programme, recompute_programme
from tests.builders import grid_problem
from tests.horizon import land_ledger, purse, with_horizon
from tests.siting.horizon.towns import town_over_years

EXACT = Limits(time_s=60, gap=0)


def solved(problem, limits=EXACT):
    datas = build_datas(problem)
    return datas, solve_years(problem, datas, Budget(limits), silent)


def assert_same(ours, theirs, where=""):
    """Compare two courses figure by figure."""
    if is_dataclass(ours):
        for field in fields(ours):
            pair = getattr(ours, field.name), getattr(theirs, field.name)
            assert_same(*pair, f"{where}.{field.name}")
    elif isinstance(ours, dict):
        assert set(ours) == set(theirs), where
        for key, figure in ours.items():
            assert_same(figure, theirs[key], f"{where}[{key}]")
    elif isinstance(ours, tuple):
        for mine, other in zip(ours, theirs, strict=True):
            assert_same(mine, other, where)
    elif ours is None:
        assert theirs is None, where
    elif isinstance(ours, np.ndarray) and ours.dtype == np.int64:
        assert ours.tolist() == theirs.tolist(), where
    else:
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-6, err_msg=where)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_every_figure_of_an_optimum_is_that_of_the_checker(seed):
    problem = town_over_years(seed)
    datas, answer = solved(problem)
    today = baseline_programme(problem, datas)
    assert_same(course_of(problem, datas, today), recompute_programme(problem, today))
    if answer.infeasible:
        return
    assert check_programme(problem, answer.programme) == ()
    course = course_of(problem, datas, answer.programme)
    assert_same(course, recompute_programme(problem, answer.programme))
    found = value_of(problem, accounts_of(problem), datas, answer.programme)
    assert found == pytest.approx(course.criteria.objective, rel=1e-9)
    assert answer.bound <= found
    assert answer.stopped_by == "proof"


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("basis", ["footprint", "parcel"])
def test_one_period_with_a_plain_ledger_and_purse_is_the_one_period_model(seed, basis):
    town = grid_problem(
        columns=6,
        rows=6,
        points=14,
        sites=6,
        firms=4,
        parcels_per_point=25.0,
        seed=seed,
        land_m2=[0, 160, 400, 900][seed],
        purse_eur=[30_000, 130_000, 400_000, 3_000_000][seed],
    )
    town = town.replace(rules=town.rules.replace(land_basis=basis))
    answer = solve_whole(town, build_data(town), Budget(EXACT), silent)
    alone = objective_of(build_data(town), answer.plan)
    ledgers = {
        "land": land_ledger(town, town.rules.land.budget[0], basis=(basis,)),
        "purses": purse(town, town.rules.money.budget[0], 1),
    }
    problem = with_horizon(town, 1, **ledgers)
    datas, over_years = solved(problem)
    value = value_of(problem, accounts_of(problem), datas, over_years.programme)
    assert value == pytest.approx(alone, rel=2e-6)


@pytest.mark.parametrize("seed", [2, 4, 11])
def test_equal_periods_without_joining_rules_repeat_the_best_year(seed):
    town = grid_problem(columns=5, rows=5, points=8, sites=5, firms=4, seed=seed)
    one = value_of_best(with_horizon(town, 1))
    assert value_of_best(with_horizon(town, 3)) == pytest.approx(one, rel=2e-6)


def value_of_best(problem):
    datas, answer = solved(problem)
    return value_of(problem, accounts_of(problem), datas, answer.programme)


def test_the_same_work_and_seed_give_the_same_programme():
    problem = town_over_years(14)
    first, second = (solved(problem, Limits(work=200, gap=0))[1] for _ in range(2))
    assert first.bound == second.bound
    for mine, other in zip(first.programme.plans, second.programme.plans, strict=True):
        assert mine.open_option.tolist() == other.open_option.tolist()
        assert mine.bike_share.tolist() == other.bike_share.tolist()


def test_data_of_later_periods_share_the_links_and_are_the_same_as_built_alone():
    problem = town_over_years(11)
    shared = build_datas(problem)
    for part, data in zip(period_problems(problem), shared, strict=True):
        assert_same(build_data(part), data)
        assert data.bike.point is shared[0].bike.point


def test_columns_are_counted_without_building_the_model():
    from optimizer.siting.horizon.whole import build_years

    problem = town_over_years(13)
    datas = build_datas(problem)
    model, _, _ = build_years(years_of(problem, datas))
    assert years_columns(problem, datas) == pytest.approx(model.column_count, rel=0.35)
