"""The fewest vehicles first: fewer tours are better than shorter ones."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.core.limits import Limits
from optimizer.routing.fewest import least_vehicles, plan_fewest, vehicles_first
from optimizer.verify import check_tours
from tests.routing.builders import fleet, plane_problem, stops

WORK = Limits(work=300, threads=1)
POINTS = [(0, 0), (10, 0), (-10, 0), (0, 10), (0, -10)]


def test_one_vehicle_on_a_long_way_beats_two_on_short_ones():
    problem = plane_problem(POINTS, vehicles=fleet(capacity=4, fixed_eur=1e6))
    assert vehicles_first(problem)
    result = plan_fewest(problem, WORK)
    assert result.tours.count == 1
    assert result.objective == pytest.approx(1e6 + 20 + 3 * np.hypot(10, 10))
    assert check_tours(problem, result.tours, result.skipped, result.objective) == ()


def test_no_fewer_vehicles_than_windows_allow():
    visit = stops([1, 2, 3, 4], until_s=10.0)
    problem = plane_problem(POINTS, visit=visit, vehicles=fleet(capacity=4, fixed_eur=1e6))
    result = plan_fewest(problem, WORK)
    assert result.tours.count == 4
    assert result.objective == pytest.approx(4e6 + 80.0)


def test_loads_and_reloads_bound_the_number_of_vehicles():
    problem = plane_problem(POINTS, vehicles=fleet(capacity=3))
    assert least_vehicles(problem) == 2
    again = fleet(capacity=3, reload_places=[(0,)], reloads_max=1)
    assert least_vehicles(plane_problem(POINTS, vehicles=again)) == 1


def test_vehicles_come_first_only_where_they_outweigh_all_ways():
    assert not vehicles_first(plane_problem(POINTS, vehicles=fleet(fixed_eur=5.0)))
    assert not vehicles_first(plane_problem(POINTS, vehicles=fleet(2, fixed_eur=1e6)))
    optional = stops([1, 2, 3, 4], penalty_eur=9.0)
    assert not vehicles_first(plane_problem(POINTS, visit=optional, vehicles=fleet(fixed_eur=1e6)))


def test_what_cannot_be_visited_is_no_plan():
    visit = stops([1, 2, 3, 4], until_s=1.0)
    result = plan_fewest(plane_problem(POINTS, visit=visit, vehicles=fleet(fixed_eur=1e6)), WORK)
    assert (result.status, result.tours) == ("no_plan", None)
