"""Random small covering instances with every option in play, and their answers by enumeration."""

from __future__ import annotations

import itertools
from typing import NamedTuple

import numpy as np


class Case(NamedTuple):
    """One instance; the fields are named as in `LocationProblem`."""

    cost: np.ndarray
    weight: np.ndarray
    fixed_cost: np.ndarray
    radius: float
    share: float
    fold: int
    at_least: int
    at_most: int
    required: tuple[int, ...]
    forbidden: tuple[int, ...]


def case(seed, customers=13, sites=8):
    """Return a seeded instance; some are infeasible, some have real data, some missing pairs."""
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(1, customers + 1)), int(rng.integers(1, sites + 1))
    homes, places = rng.random((n, 2)), rng.random((m, 2))
    cost = np.hypot(*(homes[:, None] - places[None]).transpose(2, 0, 1))
    if rng.random() < 0.3:
        cost[rng.random((n, m)) < 0.2] = np.inf
    whole = rng.random() < 0.6
    weight = rng.integers(0, 9, n).astype(float) if whole else rng.random(n)
    fixed_cost = rng.integers(0, 6, m).astype(float) if whole else rng.random(m)
    if rng.random() < 0.4:
        fixed_cost = np.ones(m)
    required = tuple(j for j in range(m) if rng.random() < 0.1)
    forbidden = tuple(j for j in range(m) if j not in required and rng.random() < 0.15)
    return Case(
        cost=cost,
        weight=weight,
        fixed_cost=fixed_cost,
        radius=float(rng.uniform(0.1, 0.7)),
        share=float(rng.random()),
        fold=int(rng.choice([1, 1, 2, 3])),
        at_least=int(rng.integers(0, 3)) if rng.random() < 0.3 else 0,
        at_most=int(rng.integers(0, m + 1)) if rng.random() < 0.7 else m,
        required=required,
        forbidden=forbidden,
    )


def choices(given):
    """Yield every choice of sites that counts, required and forbidden sites allow."""
    sites = [j for j in range(given.cost.shape[1]) if j not in given.forbidden]
    for size in range(given.at_least, given.at_most + 1):
        for chosen in itertools.combinations(sites, size):
            if set(given.required) <= set(chosen):
                yield list(chosen)


def best_value(given, value, sense=min):
    """Return the best of `value(case, sites)` over all choices; None where all say None."""
    values = [value(given, chosen) for chosen in choices(given)]
    known = [figure for figure in values if figure is not None]
    return sense(known) if known else None


def coverage(given, chosen):
    """Return how many of the chosen sites cover each customer."""
    return (given.cost[:, chosen] <= given.radius).sum(axis=1)


def plane(customers, sites, seed=0, side=1000.0):
    """Return whole distances between random points of a square, and lognormal whole weights."""
    rng = np.random.default_rng(seed)
    homes, places = side * rng.random((customers, 2)), side * rng.random((sites, 2))
    cost = np.rint(np.hypot(*(homes[:, None] - places[None]).transpose(2, 0, 1)))
    return cost, np.ceil(rng.lognormal(1.0, 1.0, customers))
