"""The door to OR-Tools: small programmes with known answers, limits, and the cancel switch."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from optimizer.core.limits import Cancel
from optimizer.core.refusal import Refusal
from optimizer.solvers import Builder, solve_lp, solve_milp


def knapsack():
    """Maximise 3 a + 4 b + 5 c with 2 a + 3 b + 4 c <= 5: a and b, 7."""
    builder = Builder(offset=10.0)
    columns = builder.add_columns(3, cost=[-3, -4, -5], integer=True)
    builder.add_rows(1, (0, columns, [2, 3, 4]), upper=5)
    return builder


def hard_programme():
    rng = np.random.default_rng(0)
    builder = Builder()
    columns = builder.add_columns(200, cost=-rng.uniform(1, 100, 200), integer=True)
    for _ in range(60):
        builder.add_rows(1, (0, columns, rng.integers(1, 100, 200)), upper=1000.0)
    return builder.build()


@pytest.mark.parametrize("solver", ["highs", "scip"])
def test_the_knapsack_is_solved_to_proof(solver):
    answer = solve_milp(knapsack().build(), solver=solver)
    assert (answer.status, answer.limit) == ("optimal", None)
    assert answer.objective == pytest.approx(3.0)
    assert answer.bound == pytest.approx(3.0)
    assert answer.values.tolist() == pytest.approx([1, 1, 0])


def test_the_relaxation_comes_with_duals_that_prove_it():
    model = knapsack().build()
    answer = solve_lp(model)
    proven = model.offset + answer.row_dual @ model.row_upper
    proven += np.minimum(answer.reduced_cost, 0) @ model.upper
    assert answer.objective == pytest.approx(10 - 3 - 4)
    assert proven == pytest.approx(answer.objective)


def test_contradicting_rows_are_infeasible_and_have_no_bound():
    builder = knapsack()
    builder.add_rows(1, (0, [0, 1, 2], 1.0), lower=3)
    answer = solve_milp(builder.build())
    assert (answer.status, answer.values, answer.bound) == ("infeasible", None, None)
    assert solve_lp(builder.build()).status == "infeasible"


def test_a_programme_without_columns_is_judged_by_its_rows():
    fine, broken = Builder(offset=2.0), Builder()
    fine.add_rows(1, lower=0, upper=1)
    broken.add_rows(1, lower=1)
    assert solve_milp(fine.build()).objective == 2.0
    assert solve_lp(fine.build()).objective == 2.0
    assert solve_milp(broken.build()).status == "infeasible"


def test_entries_of_the_same_place_add_up_and_zeros_vanish():
    builder = Builder()
    columns = builder.add_columns(2)
    builder.add_rows(2, ([0, 0, 1], [0, 0, 1], [1.0, 2.0, 5.0]), (1, columns[1], -5.0), upper=1.0)
    model = builder.build()
    assert model.entry.tolist() == [3.0]
    assert model.activity(np.array([2.0, 7.0])).tolist() == [6.0, 0.0]


def test_a_limit_on_nodes_gives_the_same_answer_twice():
    rng = np.random.default_rng(5)
    builder = Builder()
    columns = builder.add_columns(60, cost=-rng.integers(20, 99, 60), integer=True)
    for _ in range(5):
        builder.add_rows(1, (0, columns, rng.integers(20, 99, 60)), upper=900.0)
    answers = [solve_milp(builder.build(), nodes=1, seed=3) for _ in range(2)]
    assert answers[0].limit == "work"
    assert answers[0].bound <= answers[0].objective
    assert answers[0].values.tolist() == answers[1].values.tolist()


def test_a_time_limit_ends_with_plan_and_bound():
    answer = solve_milp(hard_programme(), time_s=1.5)
    assert (answer.status, answer.limit) == ("feasible", "time")
    assert answer.bound < answer.objective


def test_a_cancelled_run_ends_long_before_its_time_limit():
    cancel = Cancel()
    timer = threading.Timer(0.3, cancel.cancel)
    timer.start()
    started = time.monotonic()
    answer = solve_milp(hard_programme(), time_s=60, cancel=cancel, apart=True)
    timer.join()
    assert time.monotonic() - started < 30
    assert (answer.status, answer.limit) == ("unknown", "user")
    assert solve_milp(hard_programme(), cancel=cancel).limit == "user"


def test_what_goes_wrong_inside_reaches_the_caller_as_a_refusal():
    broken = knapsack().build().replace(entry_column=np.array([0, 1, 9]))
    with pytest.raises(Refusal, match="F591"):
        solve_milp(broken)
    with pytest.raises(Refusal, match="F591"):
        solve_milp(broken, cancel=Cancel(), apart=True)


def test_a_run_in_a_process_of_its_own_answers_the_same():
    here, apart = (
        solve_milp(knapsack().build()),
        solve_milp(knapsack().build(), cancel=Cancel(), apart=True),
    )
    assert (here.status, here.objective, here.bound) == (apart.status, apart.objective, apart.bound)
    assert here.values.tolist() == apart.values.tolist()


def test_a_child_that_overruns_its_time_is_ended(monkeypatch):
    monkeypatch.setattr("optimizer.solvers.apart.OVERRUN_S", -60.0)
    answer = solve_milp(hard_programme(), time_s=59.5, cancel=Cancel(), apart=True)
    assert (answer.status, answer.limit, answer.values) == ("unknown", "time", None)


def test_a_short_highs_run_is_left_behind_when_cancelled():
    cancel = Cancel()
    threading.Timer(0.2, cancel.cancel).start()
    answer = solve_milp(hard_programme(), time_s=2.0, cancel=cancel)
    assert (answer.status, answer.limit, answer.values) == ("unknown", "user", None)
