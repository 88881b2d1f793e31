"""Bounds that a simple change of the plan refutes, and bounds that stand."""

from __future__ import annotations

import pytest

from optimizer.core.result import Outcome
from optimizer.core.result_io import result_to_dict
from optimizer.verify import check_claims, recompute
from tests.builders import grid_problem
from tests.verify.makers import feasible_plan, vans_alone
from tests.verify.town import baseline_plan, floats, good_plan, result_of, town


def claims(problem, plan, baseline, bound, proof="gap"):
    value = recompute(problem, plan).objective
    stop = "proof" if proof == "optimal" else "time"
    outcome = Outcome("plan", proof, stop, value, bound, "mip")
    told = result_to_dict(problem, result_of(problem, plan, baseline, outcome))
    return check_claims(problem, plan, baseline, told)


def test_parcels_left_although_a_van_is_cheaper_refute_an_optimum():
    """Five parcels a day cost 4 EUR each where the van takes 0.76: 4,054.50 EUR a year."""
    value = recompute(town(), good_plan()).objective
    found = claims(town(), good_plan(), baseline_plan(), value, "optimal")
    assert [(one.family, one.where) for one in found] == [("claim", "objective.bound")]
    assert "531520.400000" in found[0].words
    assert claims(town(), good_plan(), baseline_plan(), value - 4_060) == ()


def test_a_facility_that_does_not_pay_refutes_an_optimum():
    """Nobody needs the yard's pavilion; without it the plan is cheaper and keeps every rule."""
    problem = town()
    quotas = problem.rules.quotas
    problem = problem.replace(
        rules=problem.rules.replace(quotas=quotas.replace(at_least=quotas.at_least * 0))
    )
    plan = good_plan().replace(van_share=floats(0.2, 0.1), unserved_share=floats(0.0, 0.0))
    value = recompute(problem, plan).objective
    found = claims(problem, plan, baseline_plan(), value, "optimal")
    assert [one.where for one in found] == ["objective.bound"]
    assert "pavilion on site meadow closed" in found[0].words


def test_an_optimum_that_nothing_simple_beats_stands():
    problem = grid_problem(points=10, parcels_per_point=1.0)
    plan = vans_alone(problem)
    value = recompute(problem, plan).objective
    assert claims(problem, plan, plan, value, "optimal") == ()


def test_a_hair_between_value_bound_and_baseline_is_no_reason_to_refuse():
    """Where vans alone are best, model and checker differ in the last digits only."""
    problem = grid_problem(points=10, parcels_per_point=1.0)
    plan = vans_alone(problem)
    base = recompute(problem, plan).objective
    value = base * (1 + 4e-15)
    outcome = Outcome("plan", "optimal", "proof", value, value * (1 - 1e-12), "mip")
    told = result_to_dict(problem, result_of(problem, plan, plan, outcome))
    assert value != base
    assert told["objective"]["gap_of_saving"] != 1.0
    assert check_claims(problem, plan, plan, told) == ()


@pytest.mark.parametrize("seed", range(3))
def test_a_plan_made_by_a_simple_hand_is_no_optimum(seed):
    problem = grid_problem(points=40, sites=20, parcels_per_point=25.0, seed=seed)
    plan, vans = feasible_plan(problem, seed), vans_alone(problem)
    value = recompute(problem, plan).objective
    found = claims(problem, plan, vans, value, "optimal")
    assert {one.where for one in found} == {"objective.bound"}
