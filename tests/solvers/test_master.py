"""The growing linear programme answers as one built at once, after every change."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.solvers.master import LinearMaster
from optimizer.solvers.mathopt import solve_lp
from optimizer.solvers.milp import Builder


def cover(solver: str) -> LinearMaster:
    """Return min x0 + 2 x1 + 3 x2 with x0 + x1 + x2 >= 1.5, all within 0 and 1: 2.0."""
    master = LinearMaster(solver)
    master.add_columns(3, cost=[1.0, 2.0, 3.0], upper=1.0)
    master.add_rows(1, ([0, 0, 0], [0, 1, 2], 1.0), lower=1.5)
    return master


@pytest.mark.parametrize("solver", ["glop", "highs"])
def test_rows_columns_bounds_and_costs_may_change_between_solves(solver):
    master = cover(solver)
    answer = master.solve()
    assert answer.objective == pytest.approx(2.0)
    np.testing.assert_allclose(answer.row_dual, [2.0])
    np.testing.assert_allclose(answer.reduced_cost, [-1.0, 0.0, 1.0], atol=1e-9)
    row = master.add_rows(1, ([0], [0], 1.0), upper=0.2)
    assert master.solve().objective == pytest.approx(3.1)
    column = master.add_columns(1, ([0], [0], 1.0), cost=0.1)
    assert master.solve(primal=True).objective == pytest.approx(0.15)
    master.set_bounds(column, 0.0, 0.5)
    assert master.solve().objective == pytest.approx(0.2 + 1.6 + 0.05)
    master.drop_rows(row)
    assert master.solve().objective == pytest.approx(1.05)
    master.set_costs(column, 9.0)
    assert master.solve().objective == pytest.approx(2.0)
    master.set_row_bounds(0, 2.5, np.inf)
    assert master.solve().objective == pytest.approx(4.5)
    assert (master.column_count, master.row_count) == (4, 2)


@pytest.mark.parametrize("solver", ["glop", "highs"])
def test_what_cannot_be_met_is_infeasible_and_can_be_mended(solver):
    master = cover(solver)
    master.set_bounds([0, 1, 2], 0.0, 0.1)
    assert master.solve().status == "infeasible"
    master.set_bounds([0, 1, 2], 0.0, 1.0)
    assert master.solve().objective == pytest.approx(2.0)


def test_growing_row_by_row_equals_the_whole_programme():
    random = np.random.default_rng(7)
    cost, table = random.random(8) + 0.1, random.random((12, 8))
    master = LinearMaster(offset=5.0)
    master.add_columns(8, cost=cost, upper=10.0)
    builder = Builder(offset=5.0)
    columns = builder.add_columns(8, cost=cost, upper=10.0)
    for coefficients in table:
        master.add_rows(1, (0, np.arange(8), coefficients), lower=1.0)
        builder.add_rows(1, (0, columns, coefficients), lower=1.0)
        grown, whole = master.solve(), solve_lp(builder.build())
        assert grown.objective == pytest.approx(whole.objective)
        assert grown.values is not None
        assert np.all(table[: master.row_count] @ grown.values >= 1.0 - 1e-7)
