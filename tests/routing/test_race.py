"""Searches side by side: one of two begins by ruin and recreate where loads alone bound tours."""

from __future__ import annotations

import time

import numpy as np
import pytest

from optimizer.core.limits import Limits
from optimizer.core.tour_order import order_of
from optimizer.routing import race
from optimizer.routing.districts.savings import savings_orders
from optimizer.routing.schedule import objective_eur, timed
from optimizer.verify import check_tours
from tests.routing.builders import plane_problem


def town(count=120, seed=0):
    points = np.random.default_rng(seed).uniform(0, 100, (count, 2))
    return plane_problem([(50, 50), *points.tolist()])


@pytest.fixture
def asked(monkeypatch):
    """Return the functions that a race asks for, in order; nothing is run."""
    functions = []

    def note(tasks, **_):
        functions.extend(task.function.split(":")[1] for task in tasks)
        return []

    monkeypatch.setattr(race, "side_by_side", note)
    return functions


def test_every_other_search_anneals_where_loads_alone_bound_tours(asked):
    race.plan_raced(town(), Limits(time_s=60, threads=3))
    assert asked == ["plan_until", "anneal_until", "plan_until"]


def test_a_shift_that_ends_is_left_to_other_engines(asked):
    problem = town()
    shorter = problem.fleet.replace(duration_max_s=np.array([500.0]))
    race.plan_raced(problem.replace(fleet=shorter), Limits(time_s=60, threads=2))
    assert asked == ["plan_until", "plan_until"]


def test_annealing_begins_with_savings_and_ends_with_tours_that_hold():
    problem = town()
    told = []
    result = race.anneal_until(
        problem, Limits(seed=1), time.time() + 1.5, None, listener=told.append
    )
    start = timed(problem, savings_orders(problem))
    assert result.objective <= objective_eur(problem, start)
    assert check_tours(problem, result.tours, result.skipped, result.objective) == ()
    values = [progress.value for progress in told]
    assert values
    assert result.objective <= min(values) + 0.1  # PyVRP tells hundredths


def test_a_race_goes_on_from_tours_that_it_is_given():
    problem = town()
    first = race.anneal_until(problem, Limits(), time.time() + 0.8, None)
    again = race.anneal_until(problem, Limits(), time.time() + 0.6, first.tours)
    assert again.objective <= first.objective
    assert sum(len(order.target) for order in order_of(again.tours)) == problem.stops.count
