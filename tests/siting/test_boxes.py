"""Boxes of hotel counts and exact prices of the rows: bounds stay above every plan."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.core.kinds import Kind
from optimizer.core.limits import Budget, Limits, silent
from optimizer.siting.bounding import climb_on, cut_box, start_bounding
from optimizer.siting.boxes import Box, boxed, halves, tightened, whole_box
from optimizer.siting.city import build_city
from optimizer.siting.criteria import objective_of
from optimizer.siting.data import build_data
from optimizer.siting.lagrangian import Look, Prices, evaluate
from optimizer.siting.mip import solve_whole
from optimizer.siting.rowprices import price_rows
from optimizer.siting.tenancy import build_tenancy
from tests.builders import grid_problem

PROBLEM = grid_problem(
    points=16, sites=7, firms=30, purse_eur=12_000_000, land_m2=3000, parcels_per_point=60.0, seed=6
)
DATA = build_data(PROBLEM)
CITY = build_city(PROBLEM, DATA)
TENANCY = build_tenancy(PROBLEM, DATA, CITY)


def prices_of(seed, rows):
    rng = np.random.default_rng(seed)
    n, firms = CITY.point_count, PROBLEM.tenants.count
    return Prices(
        *(rng.uniform(0, 150, n) for _ in range(3)),
        rng.uniform(0, 40_000, firms),
        rng.uniform(0, 0.02, rows),
    )


def look(**how):
    return Look(np.ones(CITY.site_count), np.ones(CITY.site_count), **how)


@pytest.fixture(scope="module")
def optimum():
    limits = Limits(time_s=60.0, gap=1e-7)
    return solve_whole(PROBLEM, DATA, Budget(limits), silent).plan


def hotels(plan, design):
    mine = (DATA.kind == Kind.PRODUCTIVE_HOTEL) & (DATA.design == design)
    return int(np.sum(plan.open_option & mine))


@given(seed=st.integers(0, 10_000), reach=st.sampled_from([0.0, 1e3, np.inf]))
@settings(deadline=None, max_examples=20)
def test_exact_prices_of_the_rows_give_the_best_bound(seed, reach):
    prices = prices_of(seed, len(CITY.rows.limit))
    given_rows = evaluate(CITY, TENANCY, prices, look()).saving
    found = evaluate(CITY, TENANCY, prices, look(reach=reach))
    assert found.saving <= given_rows + 1e-6 * abs(given_rows)
    again = evaluate(CITY, TENANCY, prices._replace(row=found.row), look()).saving
    assert again == pytest.approx(found.saving)


@given(seed=st.integers(0, 10_000))
@settings(deadline=None, max_examples=20)
def test_what_the_row_prices_choose_keeps_the_rows(seed):
    worth = np.random.default_rng(seed).normal(0, 1e5, len(CITY.combos.site))
    found = price_rows(CITY, worth, np.zeros(len(CITY.rows.limit)), 1e4)
    assert np.all(CITY.combos.use.T @ found.weight <= CITY.rows.limit * (1 + 1e-6) + 1e-6)
    np.testing.assert_allclose(np.bincount(CITY.combos.site, found.weight), 1.0)


@given(seed=st.integers(0, 10_000))
@settings(deadline=None, max_examples=20)
def test_the_box_of_a_plan_never_saves_less_than_the_plan(optimum, seed):
    saved = DATA.constant_eur - objective_of(DATA, optimum)
    whole = whole_box(CITY)
    number = np.array([hotels(optimum, design) for design in whole.design], dtype=np.int64)
    assert np.all((whole.low <= number) & (number <= whole.high))
    city = boxed(CITY, Box(whole.design, number, number))
    now = evaluate(city, TENANCY, prices_of(seed, len(city.rows.limit)), look(reach=np.inf))
    assert now.saving >= saved - 1e-6 * abs(saved)


@given(first=st.integers(0, 3), second=st.integers(0, 3), average=st.floats(0, 3))
@settings(deadline=None, max_examples=30)
def test_the_halves_of_a_box_hold_all_of_it(first, second, average):
    design = whole_box(CITY).design
    high = np.minimum([first, second], whole_box(CITY).high)
    box = Box(design, np.zeros(2, dtype=np.int64), high)
    parts = halves(CITY, box, np.array([average, 0.4]))
    if parts is None:
        assert np.all(box.low == box.high)
        return
    inside = [
        (a, b)
        for part in parts
        for a in range(part.low[0], part.high[0] + 1)
        for b in range(part.low[1], part.high[1] + 1)
    ]
    fitting = {
        (a, b)
        for a in range(high[0] + 1)
        for b in range(high[1] + 1)
        if tightened(CITY, Box(design, np.array([a, b]), np.array([a, b]))).possible
    }
    assert len(inside) == len(set(inside))
    assert fitting <= set(inside)


def test_an_empty_purse_leaves_no_hotels_in_the_box():
    problem = grid_problem(points=16, sites=7, firms=30, purse_eur=0, seed=6)
    data = build_data(problem)
    assert not whole_box(build_city(problem, data)).high.any()


def test_cutting_boxes_never_loses_the_optimum(optimum):
    bounding = start_bounding(PROBLEM, DATA, CITY, TENANCY)
    saved = DATA.constant_eur - objective_of(DATA, optimum)
    for _ in range(6):
        climb_on(bounding, saved)
        cut_box(bounding, bounding.worst)
        assert bounding.saving >= saved - 1e-6 * abs(saved)
    assert len(bounding.leaves) > 1
