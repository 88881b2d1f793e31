"""Plans of bigger towns: clean ones pass, parcels moved about are noticed, folders verify."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.core.result import WEIGHT_TERMS, Outcome
from optimizer.verify import check_plan, check_problem, recompute, verify_folder
from tests.builders import grid_problem
from tests.verify.makers import feasible_plan, vans_alone
from tests.verify.town import result_of, write_folder


def problem_of(seed):
    return grid_problem(points=40, sites=20, parcels_per_point=25.0, seed=seed)


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 1000))
def test_a_clean_plan_passes_and_its_figures_hang_together(seed):
    problem = problem_of(seed)
    plan = feasible_plan(problem, seed)
    assert check_problem(problem) == ()
    assert check_plan(problem, plan) == ()
    figures = recompute(problem, plan)
    assert figures.objective == pytest.approx(sum(figures.terms.values()))
    weights = sum(figures.terms[name] for name in WEIGHT_TERMS)
    assert figures.cost_eur_per_year == pytest.approx(figures.objective - weights)
    assert sum(figures.share_by_channel.values()) == pytest.approx(1.0)


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 1000), st.data())
def test_a_parcel_moved_by_hand_never_passes(seed, data):
    problem = problem_of(seed)
    plan = feasible_plan(problem, seed)
    rank = data.draw(st.integers(0, problem.demand.count - 1))
    van = plan.van_share.copy()
    van[rank] += 1e-5
    found = check_plan(problem, plan.replace(van_share=van))
    where = f"demand point {problem.demand.id[rank]}"
    assert ("service", where) in {(one.family, one.where) for one in found}


def test_the_maker_opens_hubs_and_lockers():
    figures = recompute(problem_of(0), feasible_plan(problem_of(0)))
    assert figures.share_by_channel["bike"] > 0.1
    assert figures.share_by_channel["pickup"] > 0.01


def test_a_stored_grid_town_verifies(tmp_path):
    problem = problem_of(3)
    plan, vans = feasible_plan(problem), vans_alone(problem)
    value = recompute(problem, plan).objective
    outcome = Outcome("plan", "gap", "work", value, 0.5 * value, "decomposition")
    write_folder(tmp_path, problem, result_of(problem, plan, vans, outcome))
    assert verify_folder(tmp_path) == ()


def test_the_order_of_flows_does_not_matter():
    problem = problem_of(1)
    plan = feasible_plan(problem)
    order = np.random.default_rng(0).permutation(len(plan.bike_point))
    shuffled = plan.replace(
        bike_point=plan.bike_point[order],
        bike_option=plan.bike_option[order],
        bike_share=plan.bike_share[order],
    )
    assert recompute(problem, shuffled).objective == pytest.approx(
        recompute(problem, plan).objective, rel=1e-12
    )
