"""Backup covering equals enumeration with every option in play."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.core.limits import Limits
from optimizer.location import backup_cover
from optimizer.location.problem import make_problem
from optimizer.verify.location import check_location
from tests.location.cover_cases import best_value, case, coverage, plane

PROOF = Limits(time_s=30.0, gap=0.0)


def twice(it, chosen):
    count = coverage(it, chosen)
    return None if np.any(count < 1) else float(it.weight[count >= 2].sum())


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 10**6))
def test_backup_cover_equals_enumeration(seed):
    it = case(seed)._replace(radius=0.6)
    result = backup_cover(
        it.cost,
        it.at_most,
        it.radius,
        weight=it.weight,
        at_least=it.at_least,
        required=it.required,
        forbidden=it.forbidden,
        limits=PROOF,
    )
    expected = best_value(it, twice, max)
    if expected is None:
        assert result.status == "infeasible"
    else:
        assert result.proof == "optimal"
        assert result.objective == pytest.approx(expected, abs=1e-7)


def test_a_street_of_four_is_backed_up_in_the_middle():
    cost = np.abs(np.arange(4.0)[:, None] - np.arange(4.0)[None])
    result = backup_cover(cost, 2, 1.0, weight=[1.0, 5.0, 7.0, 1.0], limits=PROOF)
    assert list(result.open) == [1, 2]
    assert (result.objective, result.bound) == (12.0, 12.0)


def test_a_larger_instance_is_proven_and_checked():
    cost, weight = plane(300, 60)
    result = backup_cover(cost, 12, 300.0, weight=weight, limits=PROOF)
    problem = make_problem("backup_cover", cost, weight=weight, radius=300.0, at_most=12)
    assert result.proof == "optimal"
    assert check_location(problem, result) == ()


def test_half_a_second_gives_a_plan_and_a_bound():
    cost, weight = plane(1000, 200)
    limits = Limits(time_s=0.5, gap=0.0)
    result = backup_cover(cost, 40, 200.0, weight=weight, limits=limits)
    assert result.status == "plan"
    assert result.bound >= result.objective


def test_the_same_work_and_seed_give_the_same_answer():
    cost, weight = plane(300, 80)
    limits = Limits(work=200, gap=0.0, seed=1, threads=1)
    first, second = (backup_cover(cost, 20, 200.0, weight=weight, limits=limits) for _ in range(2))
    assert np.array_equal(first.open, second.open)
    assert first.bound == second.bound
