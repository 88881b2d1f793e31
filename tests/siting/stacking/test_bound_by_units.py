"""One period bounded by whole parts on units: never above the best plan, tighter than shares."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.seeded_hotels import hotels_problem
from optimizer.siting.bounding import climb_on, climbed
from optimizer.siting.unit_bound import climb_units, ready, start_alone
from tests.siting.stacking.test_bound import bounding_of, busy_town

SEEDS = (2, 5, 8)


def settled(problem):
    """Return the bounding of a problem when the programme of tenants has nothing to gain."""
    bounding = bounding_of(problem)
    while not climbed(bounding):
        climb_on(bounding, 0.0)
    return bounding


@pytest.mark.parametrize("seed", SEEDS)
def test_no_step_passes_the_best_plan(seed):
    problem, best, _ = busy_town(seed)
    bounding = settled(problem)
    assert ready([bounding])
    state = start_alone(bounding)
    for rank in range(80):
        climb_units(state, rank / 80)
        assert state.cost <= best + 1e-6 * abs(best) + 1e-6


@pytest.mark.parametrize("seed", SEEDS)
def test_any_prices_give_a_bound(seed):
    problem, best, _ = busy_town(seed)
    state = start_alone(settled(problem))
    rng, first = np.random.default_rng(seed), state.prices
    for spread in (0.0, 0.3, 1.0, 3.0):
        size = state.periods[0].rules.size
        rules = [type(size)(*(spread * rng.uniform(0.0, 1.0, part.shape) * part for part in size))]
        tenant = [part * rng.uniform(0.0, 2.0, part.shape) for part in first.tenant]
        state.prices = first._replace(rules=rules, tenant=tenant)
        climb_units(state, 1.0)
        assert state.cost <= best + 1e-6 * abs(best) + 1e-6


def test_annexes_that_take_no_room_owe_nothing():
    problem, *_ = busy_town(2)
    annexes = problem.hotels.annexes
    assert annexes.count > 0
    small = annexes.replace(share=np.full(annexes.count, 1e-6))
    problem = problem.replace(hotels=problem.hotels.replace(annexes=small))
    state = start_alone(settled(problem))
    climb_units(state, 0.0)
    before, (rules,) = state.cost, state.prices.rules
    state.cost, dear = -np.inf, np.full_like(rules.tie, 1e6)
    state.prices = state.best._replace(rules=[state.best.rules[0]._replace(tie=dear)])
    climb_units(state, 0.0)
    assert state.cost == pytest.approx(before)


def test_whole_parts_and_priced_rules_prove_more_than_shares_of_tenants():
    bounding = settled(hotels_problem(5, 60, 0, 1))
    state = start_alone(bounding)
    for rank in range(200):
        climb_units(state, rank / 200)
    assert state.cost > bounding.cost + 0.05 * abs(bounding.cost)


def test_jobs_that_nobody_near_could_do_count_in_the_bound():
    problem = hotels_problem(5, 60, 0, 1)
    access = problem.hotels.access
    costs = []
    for share in (access.capture_share, 0.3 * access.capture_share):
        scarce = access.replace(capture_share=share)
        state = start_alone(settled(problem.replace(hotels=problem.hotels.replace(access=scarce))))
        for rank in range(200):
            climb_units(state, rank / 200)
        costs.append(state.cost)
    assert costs[1] > costs[0] + 0.1 * abs(costs[0])
