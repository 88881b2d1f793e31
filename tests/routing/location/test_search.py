"""Location with routes: what is found is right, checked and repeatable; bounds are bounds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.core.limits import Cancel, Limits
from optimizer.core.location_routing import UpperEchelon, Vehicles
from optimizer.core.routing import Rounding
from optimizer.routing.location import solve_location_routing
from optimizer.routing.location.bound import lower_bound
from optimizer.routing.location.tables import lengths, make_tables
from optimizer.verify.location_routing import check_location_routing, length_of
from tests.routing.location.towns import least_cost, places, seeded, town

FEW = Limits(work=60, threads=1)


def solved(problem, limits=FEW):
    result = solve_location_routing(problem, limits)
    assert check_location_routing(problem, result) == ()
    return result


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([None, "whole"]))
def test_small_towns_are_solved_to_the_best_of_all_plans(seed, upper):
    problem = seeded(seed, upper=upper)
    best = least_cost(problem)
    result = solved(problem)
    assert result.objective == pytest.approx(best, rel=1e-9)
    assert result.bound <= best * (1 + 1e-9)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000))
def test_supply_by_several_trucks_costs_no_more_than_by_one(seed):
    split = seeded(seed, upper="split")
    above = split.upper
    one = split.replace(upper=UpperEchelon(above.platforms, above.vehicles, split=False))
    assert solved(split).objective <= least_cost(one) * (1 + 1e-9)


def test_a_second_depot_opens_where_it_saves_more_than_it_costs():
    customers, demand = [(0, 1), (0, -1), (100, 1), (100, -1)], [1, 1, 1, 1]
    dear = town(customers, demand, places([(0, 0), (100, 0)], 500.0, 4), Vehicles(4.0))
    cheap = dear.replace(sites=places([(0, 0), (100, 0)], 50.0, 4))
    assert len(solved(dear).open) == 1
    result = solved(cheap)
    assert result.open.tolist() == [0, 1]
    assert result.objective == pytest.approx(100 + 8)


def test_depots_that_just_hold_all_demand_are_filled_to_the_brim():
    customers = [(x, 0) for x in range(6)]
    problem = town(customers, [5, 4, 3, 3, 2, 1], places([(0, 1), (5, 1)], 10.0, 9), Vehicles(9.0))
    result = solved(problem)
    assert result.open.tolist() == [0, 1]
    assert np.bincount(result.routes.start, minlength=2).min() >= 1


def test_a_load_above_one_truck_is_split():
    above = UpperEchelon(places([(0, 0)], 0.0, 100), Vehicles(4.0, 0.0, 1.0, 3), split=True)
    customers, demand = [(10, 1), (10, -1), (20, 1), (20, -1)], [3, 3, 3, 3]
    dear_below = Vehicles(3.0, cost_per_length=100.0)
    problem = town(customers, demand, places([(10, 0), (20, 0)], 0.0, 100), dear_below, above)
    result = solved(problem)
    # below 2 for each customer from its own satellite; above one truck to 10, one to 20 and one
    # that calls at both: 20 + 40 + 40
    assert result.objective == pytest.approx(800 + 100)
    assert result.upper_routes.count == 3
    assert result.upper_routes.amount.sum() == 12


def test_too_few_vehicles_are_proven_infeasible():
    problem = town([(1, 0), (2, 0)], [3, 3], places([(0, 0)], 1.0, 9), Vehicles(4.0, count_max=1))
    result = solved(problem)
    assert (result.status, result.proof, result.objective) == ("infeasible", "infeasible", None)


def test_vehicles_that_are_enough_but_do_not_fit_give_no_plan():
    three = [(1, 0), (2, 0), (3, 0)]
    problem = town(three, [3, 3, 3], places([(0, 0)], 1.0, 9), Vehicles(5.0, count_max=2))
    assert solved(problem).status == "no_plan"


def test_the_same_seed_and_work_give_the_same_plan_with_any_threads():
    problem = seeded(7, customers=12, sites=4)
    one, two = (solved(problem, Limits(work=40, threads=count)) for count in (1, 2))
    assert one.objective == two.objective
    assert one.routes.stop.tolist() == two.routes.stop.tolist()
    assert one.bound == two.bound


def test_a_cancelled_solve_ends_at_once():
    cancel = Cancel()
    cancel.cancel()
    result = solve_location_routing(seeded(3), FEW, cancel=cancel)
    assert (result.status, result.stopped_by) == ("no_plan", "user")


def test_time_ends_a_solve_with_a_plan():
    result = solved(seeded(3), Limits(time_s=0.5, threads=1))
    assert result.stopped_by in {"time", "proof"}
    assert result.status == "plan"


def test_whole_lengths_give_a_whole_bound():
    problem = seeded(5).replace(rounding=Rounding.CEIL, factor=100.0)
    result = solved(problem)
    assert result.bound == int(result.bound)


def test_coarse_units_of_load_keep_the_bound_below():
    problem = seeded(11)
    large = problem.replace(
        demand=problem.demand * 997 + np.arange(5),
        vehicles=Vehicles(problem.vehicles.capacity * 997 + 10, problem.vehicles.fixed_cost),
        sites=problem.sites.replace(capacity=problem.sites.capacity * 997 + 10),
    )
    result = solved(large)
    assert result.bound <= least_cost(large) * (1 + 1e-9)


def test_there_is_no_bound_without_a_plan_to_begin_with():
    tables = make_tables(seeded(1))
    found = lower_bound(tables, [], 0.0, seconds=None, work=10.0, threads=1, stop=lambda: False)
    assert found is None


@pytest.mark.parametrize(
    "rounding", [Rounding.REAL, Rounding.CEIL, Rounding.NEAREST, Rounding.FLOOR]
)
def test_lengths_are_those_of_the_checker(rounding):
    problem = seeded(2).replace(rounding=rounding, factor=3.0)
    table = lengths(problem, problem.x, problem.y)
    at = list(zip(problem.x.tolist(), problem.y.tolist(), strict=True))
    for here in range(5):
        for there in range(5):
            assert table[here, there] == pytest.approx(length_of(problem, at[here], at[there]))
