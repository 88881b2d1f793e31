"""Repacking a few sites exactly, against enumeration."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.core.limits import Limits
from optimizer.location import single_source
from optimizer.location.assignment.data import read
from optimizer.location.assignment.packing import pack, task_of
from optimizer.location.assignment.repack import (
    OVER,
    Task,
    appraise,
    prices,
    repack,
    split_three,
    split_two,
)
from optimizer.location.problem import make_problem
from optimizer.location.record import Record

SEEDS = st.integers(0, 10_000)


def task_for(seed, customers, sites, room):
    rng = np.random.default_rng(seed)
    demand = rng.integers(1, 9, customers)
    capacity = np.full(sites, int(np.ceil(demand.sum() / sites)) + room)
    return Task(rng.integers(1, 50, (customers, sites)).astype(float), demand, capacity)


def penalised(task, assign, penalty):
    cost, lacking = appraise(task, np.array(assign))
    return cost + penalty * lacking


def looked_at(task, assign, sites):
    """Tell whether the loads stay within what the programme of these sites looks at."""
    load = np.bincount(assign, weights=task.demand, minlength=len(task.capacity))
    return all(load[site] <= task.capacity[site] + OVER for site in sites[:-1])


@settings(deadline=None, max_examples=60)
@given(SEEDS, st.integers(0, 3), st.sampled_from([0.5, 5.0, 500.0]))
def test_two_sites_are_split_as_enumeration_does(seed, room, penalty):
    task = task_for(seed, 9, 2, room)
    found = np.zeros(9, dtype=np.int64)
    split_two(task, np.arange(9), 0, 1, penalty, found)
    best = min(
        penalised(task, assign, penalty)
        for assign in itertools.product(range(2), repeat=9)
        if looked_at(task, assign, (0, 1))
    )
    assert penalised(task, found, penalty) == best


@settings(deadline=None, max_examples=40)
@given(SEEDS, st.integers(0, 3), st.sampled_from([0.5, 5.0, 500.0]))
def test_three_sites_are_split_as_enumeration_does(seed, room, penalty):
    task = task_for(seed, 7, 3, room)
    found = np.zeros(7, dtype=np.int64)
    split_three(task, np.arange(7), (0, 1, 2), penalty, found)
    best = min(
        penalised(task, assign, penalty)
        for assign in itertools.product(range(3), repeat=7)
        if looked_at(task, assign, (0, 1, 2))
    )
    assert penalised(task, found, penalty) == best


@settings(deadline=None, max_examples=30)
@given(SEEDS)
def test_repacking_finds_the_best_plan_of_a_small_task_and_tells_its_cost(seed):
    task = task_for(seed, 7, 3, 4)
    plans = [appraise(task, np.array(a)) for a in itertools.product(range(3), repeat=7)]
    best = min((cost for cost, lacking in plans if lacking == 0), default=np.inf)
    near = np.tile(np.arange(3), (7, 1))
    cost, assign, _ = repack(task, np.zeros(7, dtype=np.int64), near, 400, seed, 10.0)
    assert cost == best
    if cost < np.inf:
        assert appraise(task, assign) == (cost, 0)


@settings(deadline=None, max_examples=30)
@given(SEEDS)
def test_prices_bound_every_plan_from_below(seed):
    task = task_for(seed, 7, 3, 2)
    price = prices(task)
    bound = (task.cost + task.demand[:, None] * price).min(axis=1).sum() - price @ task.capacity
    for assign in itertools.product(range(3), repeat=7):
        cost, lacking = appraise(task, np.array(assign))
        assert lacking > 0 or bound <= cost + 1e-9


def test_demands_that_are_not_whole_are_left_to_other_searches():
    problem = make_problem(
        "single_source", np.ones((4, 2)), weight=1.0, demand=[0.5, 1, 1, 1], capacity=3.0
    )
    root = read(problem)
    assert task_of(root, np.array([0, 1])) is None
    assert not pack(Record(problem, Limits(work=1000)), root, np.ones(2, dtype=bool), 1)


def test_a_tight_problem_is_solved_over_its_sets_of_sites():
    rng = np.random.default_rng(3)
    demand = rng.integers(5, 36, 60).astype(float)
    cost = rng.integers(10, 200, (60, 12)).astype(float)
    capacity = np.full(12, np.ceil(demand.sum() / 5) + 1)
    result = single_source(
        cost, demand, capacity, 400.0, limits=Limits(time_s=None, work=3000, gap=0)
    )
    assert result.status == "plan"
    load = np.bincount(result.assign, weights=demand, minlength=12)
    assert (load <= capacity).all()
    assert result.gap < 0.02
    assert result.statistics["sets"] >= 1
