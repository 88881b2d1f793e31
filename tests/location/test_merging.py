"""Merging customers at one street node changes nothing but the work."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer import location
from optimizer.core.costs import DenseCosts
from optimizer.core.limits import Limits
from optimizer.location.merging import merged
from optimizer.location.problem import make_problem
from optimizer.travel import StreetCosts
from optimizer.verify.location import check_location
from tests.travel.towns import grid

LIMITS = Limits(gap=0.0, time_s=20.0)
SITES = np.arange(0, 36, 5, dtype=np.int32)
OPTIONS = {
    "p_median": {"at_most": 3},
    "p_center": {"at_most": 3},
    "fixed_charge": {"fixed_cost": 400.0},
    "set_cover": {"radius": 300.0, "fixed_cost": 1.0},
    "max_cover": {"radius": 60.0, "at_most": 2},
    "partial_cover": {"radius": 60.0, "share": 0.5, "fixed_cost": 1.0},
    "capacitated": {"fixed_cost": 400.0, "capacity": 60.0},
}


def street_costs(seed: int) -> StreetCosts:
    crowd = np.random.default_rng(seed).integers(0, 12, size=40) * 3
    return StreetCosts(grid(6), 36, crowd.astype(np.int32), SITES)


@pytest.mark.parametrize("kind", sorted(OPTIONS))
def test_a_merged_problem_has_the_same_optimum_and_serves_every_customer(kind):
    costs = street_costs(3)
    weight = np.random.default_rng(4).integers(1, 9, size=40).astype(float)
    problem = make_problem(kind, costs, weight=weight, **OPTIONS[kind])
    assert merged(problem) is not None
    result = location.solve(problem, LIMITS)
    table = DenseCosts(costs.columns(np.arange(len(SITES), dtype=np.int32)))
    apart = location.solve(problem.replace(costs=table), LIMITS)
    assert result.proof == apart.proof == "optimal"
    assert result.objective == pytest.approx(apart.objective, rel=1e-6)
    assert len(result.assign) == len(weight)
    assert check_location(problem, result) == ()


def test_customers_are_not_merged_where_each_needs_one_site_or_shares_differ():
    costs, ones = street_costs(3), np.ones(40)
    assert merged(make_problem("single_source", costs, capacity=90.0)) is None
    assert merged(make_problem("capacitated", costs, weight=ones, demand=2.0 * ones)) is None
    table = DenseCosts(costs.columns(np.arange(len(SITES), dtype=np.int32)))
    assert merged(make_problem("p_median", table)) is None


def test_customers_with_nodes_of_their_own_are_left_alone():
    costs = street_costs(3).replace(customer_node=np.arange(36, dtype=np.int32))
    assert merged(make_problem("p_median", costs)) is None
