"""p-center equals enumeration; the bound never passes the optimum; options and limits hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.core.costs import DenseCosts
from optimizer.core.limits import Limits
from optimizer.core.refusal import Refusal
from optimizer.location import p_center
from optimizer.location.problem import make_problem
from optimizer.verify.location import check_location
from tests.location.cover_cases import best_value, case, plane

PROOF = Limits(time_s=30.0, gap=0.0)


def farthest(it, chosen):
    nearest = it.cost[:, chosen].min(axis=1, initial=np.inf)
    return None if np.isinf(nearest).any() else float((it.weight * nearest).max())


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**6), st.booleans())
def test_center_equals_enumeration(seed, as_lists):
    it = case(seed)
    result = p_center(
        DenseCosts(it.cost).lists() if as_lists else it.cost,
        it.at_most,
        weight=it.weight,
        at_least=it.at_least,
        required=it.required,
        forbidden=it.forbidden,
        limits=PROOF,
    )
    expected = best_value(it, farthest)
    if expected is None:
        assert result.status == "infeasible"
    else:
        assert result.proof == "optimal"
        assert result.objective == result.bound == expected


def test_a_line_of_nine_is_split_into_three():
    cost = np.abs(np.arange(9.0)[:, None] - np.arange(9.0)[None])
    result = p_center(cost, 3, limits=PROOF)
    assert list(result.open) == [1, 4, 7]
    assert (result.objective, result.bound) == (1.0, 1.0)


def test_a_cutoff_that_leaves_a_customer_alone_is_proven_infeasible():
    cost = np.array([[1.0, 5.0], [5.0, 7.0]])
    assert p_center(cost, 2, cutoff=3.0).status == "infeasible"
    assert p_center(cost, 1, cutoff=6.0).objective == 5.0


def test_lists_that_are_cut_off_are_refused():
    lists = DenseCosts(np.array([[1.0, 2.0], [2.0, 1.0]])).lists(1)
    with pytest.raises(Refusal, match="F712"):
        p_center(lists, 1)


def test_a_larger_instance_is_proven_and_checked():
    cost, weight = plane(2000, 150)
    result = p_center(cost, 12, weight=weight, required=[3], forbidden=[4], limits=PROOF)
    problem = make_problem("p_center", cost, weight=weight, at_most=12, required=[3], forbidden=[4])
    assert result.proof == "optimal"
    assert check_location(problem, result) == ()
    assert result.statistics["core_customers"] < 2000


def test_half_a_second_gives_a_plan_and_a_bound():
    cost, weight = plane(5000, 500)
    result = p_center(cost, 50, weight=weight, limits=Limits(time_s=0.5, gap=0.0))
    assert result.status == "plan"
    assert result.bound <= result.objective


def test_the_same_work_and_seed_give_the_same_answer():
    cost, weight = plane(1500, 300)
    limits = Limits(work=150, gap=0.0, seed=1, threads=1)
    first, second = (p_center(cost, 30, weight=weight, limits=limits) for _ in range(2))
    assert np.array_equal(first.open, second.open)
    assert first.bound == second.bound
