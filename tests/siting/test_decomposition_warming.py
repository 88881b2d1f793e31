"""Kernels compiled before the clock starts fit every town: none is compiled again."""

from __future__ import annotations

from numba.core.dispatcher import Dispatcher

from optimizer import engine
from optimizer.core.limits import Budget, Cancel, Limits, silent
from optimizer.siting import estimate, kernels, search, tenancy
from optimizer.siting.data import build_data
from optimizer.siting.decomposition import solve_city, warm_up
from tests.builders import grid_problem


def signatures():
    return {
        (module.__name__, name): list(kernel.signatures)
        for module in (kernels, tenancy, estimate, search)
        for name, kernel in vars(module).items()
        if isinstance(kernel, Dispatcher)
    }


def test_no_kernel_is_compiled_after_the_warm_up():
    assert warm_up(Cancel())
    before = signatures()
    for problem in (grid_problem(seed=2), grid_problem(points=1, sites=1, firms=0, seed=2)):
        budget = Budget(Limits(work=300, threads=1))
        solve_city(problem, build_data(problem), budget, silent)
    assert signatures() == before
    assert sum(map(len, before.values())) > 5


def test_a_cancelled_warm_up_says_so():
    cancel = Cancel()
    cancel.cancel()
    assert not warm_up(cancel)


def test_a_paused_clock_stands_still(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("optimizer.core.limits.time.monotonic", lambda: now[0])
    budget = Budget(Limits(time_s=10.0), started=now[0])
    now[0] += 2.0
    with budget.pause():
        now[0] += 30.0
    now[0] += 1.0
    assert budget.elapsed_s == 3.0
    assert budget.remaining_s() == 7.0


def test_the_engine_tells_the_compilation_as_a_step_of_its_own():
    heard = []
    problem = grid_problem(points=16, sites=5, seed=2)
    limits = Limits(work=50, threads=1)
    result = engine.solve(problem, limits, listener=heard.append, method="decomposition")
    assert "compile" in result.solution.timing_s
    assert "compiling, once" in [line.phase for line in heard]
