"""Small p-median and fixed-charge problems, and their answers by enumeration."""

from __future__ import annotations

import itertools

import numpy as np

from optimizer.core.limits import Limits
from optimizer.location.problem import make_problem
from optimizer.location.record import Record
from optimizer.location.uncapacitated.data import full_plan, uncapacitated
from optimizer.location.uncapacitated.node import CLOSED, FREE, LENGTH, OPEN, space_for


def problem_of(seed, *, p=None, customers=9, sites=7, whole=True):
    """Random costs; a p-median where p is given, else fixed charge."""
    rng = np.random.default_rng(seed)
    cost = rng.integers(0, 40, (customers, sites)).astype(float)
    weight = rng.integers(1, 4, customers).astype(float)
    if not whole:
        cost += rng.random(cost.shape)
    if p is not None:
        return make_problem("p_median", cost, weight=weight, at_least=p, at_most=p)
    fixed = rng.integers(5, 80, sites).astype(float)
    return make_problem("fixed_charge", cost, weight=weight, fixed_cost=fixed)


def record_of(problem, **limits):
    """Return a record with the plan that opens the first sites."""
    record = Record(problem, Limits(gap=0.0, **limits))
    data = uncapacitated(problem)
    first = np.arange(max(data.at_least, 1), dtype=np.int32)
    record.whole = data.whole
    record.offer(full_plan(problem, data, first), "start")
    return record, data


def values(data, state=None):
    """Value of every set of sites that agrees with `state` and the counts."""
    customers, sites = data.shape
    cost = np.full((customers, sites), np.inf)
    cost[np.repeat(np.arange(customers), np.diff(data.start)), data.site] = data.cost
    found = {}
    for chosen in itertools.product([False, True], repeat=sites):
        opened = np.array(chosen)
        if not max(data.at_least, 1) <= opened.sum() <= data.at_most:
            continue
        if state is not None and (opened[state == CLOSED].any() or not opened[state == OPEN].all()):
            continue
        served = np.minimum(cost[:, opened].min(axis=1), data.beyond)
        found[chosen] = float(data.fixed[opened].sum() + served.sum())
    return found


def free_state(data):
    """Nothing settled."""
    return np.full(data.shape[1], FREE, dtype=np.int8)


def room(data):
    """Space for a climb that begins with full steps."""
    space = space_for(data)
    space.amount[LENGTH] = 1.0
    return space
