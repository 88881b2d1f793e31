"""Set covering equals enumeration; reductions keep the optimum; the search finds covers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.core.limits import Limits
from optimizer.location import set_cover
from optimizer.location.covering import patrol as patrolling
from optimizer.location.covering import reduce, search
from optimizer.location.covering.rows import Cover, matrix_of
from optimizer.location.problem import make_problem
from optimizer.verify.location import check_location
from tests.location.cover_cases import best_value, case, coverage, plane

PROOF = Limits(time_s=30.0, gap=0.0)
SEEDS = st.integers(0, 10**6)


def price(it, chosen):
    if np.any(coverage(it, chosen) < it.fold):
        return None
    return float(it.fixed_cost[chosen].sum())


def random_cover(seed, rows=9, columns=7):
    rng = np.random.default_rng(seed)
    row, column = np.nonzero(rng.random((rows, columns)) < 0.4)
    return Cover(
        matrix=matrix_of(row.astype(np.int32), column.astype(np.int32), rows, columns),
        need=np.ones(rows, dtype=np.int64),
        step=np.zeros(rows, dtype=np.int64),
        penalty=np.zeros(rows),
        price=rng.integers(1, 5, columns).astype(float),
        low=0,
        high=columns,
        site=np.arange(columns, dtype=np.int32),
        forced=np.zeros(0, dtype=np.int32),
        origin=np.arange(rows, dtype=np.int64),
    )


def least_value(cover):
    columns = cover.matrix.column_count
    masks = (np.array(np.unravel_index(k, (2,) * columns), dtype=bool) for k in range(2**columns))
    return min(cover.value(mask) for mask in masks)


@settings(deadline=None, max_examples=40)
@given(SEEDS)
def test_set_cover_equals_enumeration(seed):
    it = case(seed)
    result = set_cover(
        it.cost,
        it.radius,
        fixed_cost=it.fixed_cost,
        fold=it.fold,
        at_least=it.at_least,
        at_most=it.at_most,
        required=it.required,
        forbidden=it.forbidden,
        limits=PROOF,
    )
    expected = best_value(it, price)
    if expected is None:
        assert result.status == "infeasible"
    else:
        assert result.proof == "optimal"
        assert result.objective == pytest.approx(expected, abs=1e-7)


@settings(deadline=None, max_examples=60)
@given(SEEDS)
def test_reductions_keep_the_optimum(seed):
    cover = random_cover(seed)
    lean = reduce.without_dominated(cover)
    best = least_value(cover)
    assert (lean is None) == (best == np.inf)
    if lean is not None:
        assert least_value(lean) == best


@settings(deadline=None, max_examples=60)
@given(SEEDS)
def test_dominance_kernels_equal_their_plain_twins(seed):
    cover = random_cover(seed)
    matrix = cover.matrix
    ends = (matrix.row_start, matrix.column, matrix.column_start, matrix.row)
    hard = np.ones(matrix.row_count, dtype=bool)
    for kernel, rest in (
        (reduce.implied_rows, (cover.need, hard)),
        (reduce.dominated_columns, (cover.price,)),
    ):
        assert np.array_equal(kernel(*ends, *rest), kernel.py_func(*ends, *rest))


@settings(deadline=None, max_examples=30)
@given(SEEDS)
def test_equal_rows_become_one_with_the_sum_of_their_penalties(seed):
    cover = random_cover(seed, rows=12, columns=3)
    soft = cover.replace(step=cover.need.copy(), penalty=np.arange(1.0, 13.0))
    one = reduce.merged(soft)
    dense = np.zeros((12, 3), dtype=bool)
    dense[soft.matrix.row_of_entry, soft.matrix.column] = True
    assert one.matrix.row_count == len(np.unique(dense, axis=0))
    assert one.penalty.sum() == soft.penalty.sum()
    assert least_value(one) == least_value(soft)


def test_the_patrol_finds_the_cheapest_cover_of_a_ring():
    ring = np.arange(12, dtype=np.int32)
    row, column = np.repeat(ring, 3), ((ring[:, None] + [-1, 0, 1]) % 12).ravel().astype(np.int32)
    cover = random_cover(0, 12, 12).replace(
        matrix=matrix_of(row, column, 12, 12), price=np.ones(12)
    )
    rows = search.rows_of(cover)
    ones, zero = np.ones(12), np.zeros(12)
    rows = rows._replace(hard=ones, price=zero)
    everything = np.ones(12, dtype=bool)
    best, cost, _ = patrolling.patrol(rows, np.ones(12), everything, 12, 0, 20_000, 4.0)
    assert cost == 4.0
    assert cover.value(best) == 4.0


def test_a_customer_that_nobody_reaches_makes_it_infeasible():
    result = set_cover([[1.0, 2.0], [9.0, np.inf]], 3.0)
    assert (result.status, result.proof) == ("infeasible", "infeasible")


def test_too_few_sites_allowed_is_proven_infeasible():
    cost = 10.0 * (1.0 - np.eye(4))
    assert set_cover(cost, 1.0, at_most=3).status == "infeasible"
    assert set_cover(cost, 1.0, at_most=4).objective == 4.0


def test_a_larger_instance_is_proven_and_checked():
    cost, _ = plane(500, 120)
    result = set_cover(cost, 170.0, limits=PROOF)
    problem = make_problem("set_cover", cost, fixed_cost=1.0, radius=170.0)
    assert result.proof == "optimal"
    assert check_location(problem, result) == ()


def test_half_a_second_gives_a_plan_and_a_bound():
    cost, _ = plane(2000, 500)
    result = set_cover(cost, 110.0, limits=Limits(time_s=0.5, gap=0.0))
    assert result.status == "plan"
    assert result.bound <= result.objective


def test_the_same_work_and_seed_give_the_same_answer():
    cost, _ = plane(400, 200)
    limits = Limits(work=200, gap=0.0, seed=1, threads=1)
    first, second = (set_cover(cost, 100.0, limits=limits) for _ in range(2))
    assert np.array_equal(first.open, second.open)
    assert first.bound == second.bound
