"""The record keeps the best plan and the tightest bound, and claims no more than they prove."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.core.limits import Cancel, Limits
from optimizer.location.problem import make_problem
from optimizer.location.record import Plan, Record

ONE = np.zeros(1, dtype=np.int32)


def record(kind: str = "p_median", *, whole: bool = False, **limits: float) -> Record:
    given = Limits(**({"gap": 0.0} | limits))
    return Record(make_problem(kind, [[1.0]], radius=1.0), given, whole=whole)


def plan(value: float) -> Plan:
    return Plan(value, ONE, ONE, ONE)


def test_only_better_plans_and_tighter_bounds_are_kept():
    run = record()
    assert run.offer(plan(10.0), "search")
    assert not run.offer(plan(10.0), "search")
    assert run.offer(plan(9.0), "search")
    assert run.raise_bound(5.0, "bound")
    assert not run.raise_bound(4.0, "bound")
    assert run.gap == pytest.approx(4.0 / 9.0)
    assert run.result().proof == "gap"


def test_larger_is_better_where_maximised():
    run = record("max_cover")
    assert run.offer(plan(9.0), "search")
    assert run.offer(plan(10.0), "search")
    assert run.raise_bound(12.0, "bound")
    assert not run.raise_bound(13.0, "bound")
    assert run.bound >= 12.0
    assert run.gap == pytest.approx(0.2)


def test_a_bound_is_rounded_away_from_the_plan():
    run = record()
    run.raise_bound(1e6, "bound")
    assert run.bound < 1e6
    run = record("max_cover")
    run.raise_bound(1e6, "bound")
    assert run.bound > 1e6


def test_whole_numbers_close_the_last_unit():
    run = record(whole=True)
    run.offer(plan(10.0), "search")
    run.raise_bound(9.2, "bound")
    assert run.stop_reason() == "proof"
    assert run.result().proof == "optimal"
    assert run.result().bound == 10.0


def test_a_whole_bound_does_not_jump_over_rounding_noise():
    run = record(whole=True)
    run.raise_bound(9.0 + 1e-8, "bound")
    assert run.bound == 9.0


def test_an_exhausted_search_without_a_plan_proves_infeasibility():
    run = record()
    run.proven("tree")
    result = run.result()
    assert (result.status, result.proof, result.stopped_by) == ("infeasible", "infeasible", "proof")
    assert result.objective is None


def test_nothing_found_claims_nothing():
    run = record(time_s=0.0)
    result = run.result()
    assert (result.status, result.proof, result.stopped_by) == ("no_plan", "none", "time")
    assert result.gap is None


def test_a_cancelled_run_says_so_and_keeps_its_plan():
    run = Record(make_problem("p_median", [[1.0]]), Limits(), cancel=Cancel())
    run.offer(plan(3.0), "search")
    run.cancel.cancel()
    result = run.result()
    assert (result.status, result.stopped_by, result.proof) == ("plan", "user", "none")


def test_improvements_are_streamed():
    heard = []
    run = Record(make_problem("p_median", [[1.0]]), Limits(), heard.append)
    run.offer(plan(3.0), "search")
    run.raise_bound(2.0, "bound")
    assert [(line.phase, line.value) for line in heard] == [("search", 3.0), ("bound", 3.0)]
    assert heard[1].bound == pytest.approx(2.0)


def test_a_bound_never_passes_the_plan():
    run = record()
    run.offer(plan(10.0), "search")
    run.raise_bound(10.0 + 1e-7, "bound")
    assert run.bound <= 10.0
