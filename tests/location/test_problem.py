"""What a caller states becomes a problem, or every fault of it is told at once."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.core.refusal import Refusal
from optimizer.location.problem import make_problem, transformed

TABLE = np.array([[1.0, 4.0], [2.0, 8.0], [3.0, 1.0]])


def codes(refused: pytest.ExceptionInfo[Refusal]) -> list[str]:
    return [fault.code for fault in refused.value.faults]


def test_what_is_not_stated_has_the_usual_meaning():
    problem = make_problem("p_median", TABLE, at_least=1, at_most=1)
    np.testing.assert_array_equal(problem.weight, np.ones(3))
    np.testing.assert_array_equal(problem.demand, np.ones(3))
    np.testing.assert_array_equal(problem.sizes.capacity, [np.inf, np.inf])
    assert not problem.required.any()
    assert not problem.forbidden.any()


def test_every_fault_is_told_at_once():
    with pytest.raises(Refusal) as refused:
        make_problem(
            "capacitated",
            TABLE,
            weight=[1.0, 2.0],
            capacity=[-1.0, 5.0],
            required=[0, 7],
            forbidden=[0],
            share=1.5,
            at_least=-1,
        )
    assert sorted(codes(refused)) == ["F701", "F702", "F703", "F703", "F704", "F704"]


@pytest.mark.parametrize(
    ("table", "code"),
    [([1.0, 2.0], "F701"), ([[1.0, np.nan]], "F702"), ([[1.0, -2.0]], "F702")],
)
def test_a_table_that_is_no_cost_table_is_refused(table, code):
    with pytest.raises(Refusal) as refused:
        make_problem("p_median", table)
    assert codes(refused) == [code]


def test_existing_sites_are_required_and_cost_nothing_to_open():
    problem = make_problem("fixed_charge", TABLE, fixed_cost=[5.0, 6.0], existing=[1])
    assert problem.required.tolist() == [False, True]
    assert problem.sizes.fixed_cost.tolist() == [5.0, 0.0]


@pytest.mark.parametrize("as_lists", [False, True])
def test_a_cut_off_forbids_dearer_pairs(as_lists):
    whole = make_problem("p_median", TABLE).costs
    given = whole.lists() if as_lists else TABLE
    cut = make_problem("p_median", given, cutoff=3.0).costs
    kept = cut.columns(np.array([0, 1], dtype=np.int32))
    np.testing.assert_array_equal(kept, [[1, np.inf], [2, np.inf], [3, 1]])


def test_transforms_keep_zero_infinity_and_order():
    table = np.array([[0.0, 1.0, 2.0, np.inf]])
    for costs in (transformed(table), transformed(table, power=2.0), transformed(table, decay=0.5)):
        row = costs.cost[0]
        assert row[0] == 0.0
        assert np.isinf(row[3])
        assert np.all(np.diff(row[:3]) > 0)
    np.testing.assert_allclose(transformed(table, power=2.0).cost[0, 2], 4.0)
    np.testing.assert_allclose(transformed(table, decay=0.5).cost[0, 2], np.e - 1.0)
