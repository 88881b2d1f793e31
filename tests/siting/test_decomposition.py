"""The decomposition against the whole model: bound <= optimum <= plan, each plan checked."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer import engine
from optimizer.core.kinds import Kind, OptionStatus
from optimizer.core.limits import Budget, Cancel, Limits, Progress, silent
from optimizer.core.store import digest
from optimizer.siting.criteria import objective_of
from optimizer.siting.data import build_data
from optimizer.siting.decomposition import solve_city
from optimizer.siting.mip import solve_whole
from optimizer.verify import check_plan
from tests.builders import grid_problem


def budget(work=500, seed=1, cancel=None):
    limits = Limits(work=work, seed=seed, threads=1, gap=1e-4)
    return Budget(limits, cancel or Cancel())


def with_status(problem, option, status):
    changed = problem.options.status.copy()
    changed[option] = status
    return problem.replace(options=problem.options.replace(status=changed))


def only(problem, keep):
    options = problem.options
    return problem.replace(
        options=options.replace(
            site=options.site[keep], design=options.design[keep], status=options.status[keep]
        )
    )


def kinds(problem):
    return problem.designs.kind[problem.options.design]


@pytest.mark.parametrize("seed", [0, 6])
@pytest.mark.parametrize("rules", [{}, {"purse_eur": 500_000}, {"parcels_per_point": 60.0}])
def test_the_optimum_lies_between_the_bound_and_the_plan(seed, rules):
    problem = grid_problem(points=16, sites=7, firms=6, seed=seed, **rules)
    data = build_data(problem)
    whole = solve_whole(problem, data, Budget(Limits(time_s=60.0, gap=1e-7)), silent)
    answer = solve_city(problem, data, budget(), silent)
    optimum = objective_of(data, whole.plan)
    assert answer.bound <= optimum + 1e-6 * abs(optimum)
    assert whole.bound <= objective_of(data, answer.plan) + 1e-6 * abs(optimum)
    assert check_plan(problem, answer.plan) == ()


def cases():
    base = grid_problem(seed=3)
    rich = base.rules.money.replace(budget=base.rules.money.budget * 10)
    kind = kinds(base)
    return {
        "nothing can be built": only(base, np.zeros(len(kind), dtype=bool)),
        "there are no sites": grid_problem(sites=0, seed=3),
        "nobody lives here": grid_problem(points=0, seed=3),
        "there is nothing at all": grid_problem(points=0, sites=0, firms=0, seed=3),
        "no hubs": only(base, kind != Kind.MICRO_HUB),
        "no hotels": only(base, (kind != Kind.PRODUCTIVE_HOTEL) & (base.options.design != 2)),
        "no delivery points": only(base, kind != Kind.DELIVERY_POINT),
        "no tenants": grid_problem(firms=0, seed=4),
        "one demand point": grid_problem(points=1, seed=5),
        "one site": grid_problem(sites=1, seed=9),
        "an empty purse": grid_problem(purse_eur=0, seed=5),
        "no soil to take": grid_problem(land_m2=0, seed=6),
        "three hubs at least": grid_problem(at_least_hubs=3, parcels_per_point=40, seed=7),
        "people choose": base.replace(rules=base.rules.replace(pickup_choice="nearest")),
        "parcels are consumed": base.replace(rules=base.rules.replace(land_basis="parcel")),
        "a hotel is required": with_status(
            base.replace(rules=base.rules.replace(money=rich)),
            np.flatnonzero(kind == Kind.PRODUCTIVE_HOTEL)[0],
            OptionStatus.REQUIRED,
        ),
        "a locker bank exists": with_status(
            base, np.flatnonzero(kind == Kind.DELIVERY_POINT)[3], OptionStatus.EXISTING
        ),
        "a locker bank is forbidden": with_status(
            base, np.flatnonzero(kind == Kind.DELIVERY_POINT)[3], OptionStatus.FORBIDDEN
        ),
    }


@pytest.mark.parametrize(("name", "problem"), cases().items(), ids=cases().keys())
def test_every_plan_passes_the_checker(name, problem):
    data = build_data(problem)
    answer = solve_city(problem, data, budget(300), silent)
    assert check_plan(problem, answer.plan) == ()
    assert answer.bound <= objective_of(data, answer.plan)


def test_an_empty_purse_is_proven_to_buy_nothing():
    problem = grid_problem(purse_eur=0, seed=5)
    data = build_data(problem)
    answer = solve_city(problem, data, budget(4000), silent)
    assert answer.stopped_by in {"proof", "gap"}
    assert not answer.plan.open_option.any()


def test_the_same_seed_and_work_give_the_same_plan():
    problem = grid_problem(points=40, sites=20, seed=11)
    data = build_data(problem)
    first, second = (solve_city(problem, data, budget(700), silent) for _ in range(2))
    assert first.bound == second.bound
    for name in ("open_option", "bike_option", "bike_share", "pickup_share", "tenant_option"):
        assert np.array_equal(getattr(first.plan, name), getattr(second.plan, name))


def test_the_engine_repeats_itself_where_work_is_limited():
    problem = grid_problem(points=60, sites=30, seed=12)
    limits = Limits(work=600, threads=1, seed=4)
    one, two = (engine.solve(problem, limits, method="decomposition") for _ in range(2))
    assert digest(one.solution.plan) == digest(two.solution.plan)
    assert one.solution.outcome == two.solution.outcome


def test_a_warm_plan_is_never_lost():
    problem = grid_problem(points=20, sites=8, firms=8, seed=6)
    data = build_data(problem)
    best = solve_whole(problem, data, Budget(Limits(time_s=60.0, gap=1e-7)), silent).plan
    answer = solve_city(problem, data, budget(50), silent, best)
    assert objective_of(data, answer.plan) <= objective_of(data, best)


def test_a_cancelled_solve_returns_a_plan_no_worse_than_its_warm_one():
    problem = grid_problem(seed=3)
    data = build_data(problem)
    plan = solve_city(problem, data, budget(200), silent).plan
    cancel = Cancel()
    cancel.cancel()
    answer = solve_city(problem, data, budget(200, cancel=cancel), silent, plan)
    assert check_plan(problem, answer.plan) == ()
    assert objective_of(data, answer.plan) <= objective_of(data, plan)
    assert answer.stopped_by == "user"


def test_progress_tells_a_rising_bound_and_a_falling_value():
    lines: list[Progress] = []
    problem = grid_problem(points=40, sites=20, seed=2)
    solve_city(problem, build_data(problem), budget(), lines.append)
    bounds = [line.bound for line in lines if line.bound is not None]
    values = [line.value for line in lines if line.value is not None]
    assert bounds == sorted(bounds)
    assert values == sorted(values, reverse=True)
    assert {line.phase for line in lines} >= {"hotels", "final flows"}


def test_two_threads_and_a_time_limit_end_with_a_checked_plan():
    problem = grid_problem(points=60, sites=20, seed=2)
    data = build_data(problem)
    answer = solve_city(problem, data, Budget(Limits(time_s=3.0, threads=2)), silent)
    assert check_plan(problem, answer.plan) == ()
    assert answer.bound <= objective_of(data, answer.plan)


def test_too_many_required_hubs_leave_no_plan():
    problem = grid_problem(at_least_hubs=30, seed=7)
    answer = solve_city(problem, build_data(problem), budget(200), silent)
    assert answer.plan is None
