"""Maximum capture equals enumeration, with ties shared and every option in play."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.core.costs import DenseCosts
from optimizer.core.limits import Limits
from optimizer.core.refusal import Refusal
from optimizer.core.streets import Arcs
from optimizer.location import max_capture, solve
from optimizer.location.problem import make_problem
from optimizer.travel import StreetCosts
from optimizer.verify.location import check_location

PROOF = Limits(time_s=20.0, gap=0.0)


def captured(cost, weight, rival, chosen):
    nearest = cost[:, list(chosen)].min(axis=1, initial=np.inf)
    part = np.where(nearest < rival, 1.0, np.where(nearest == rival, 0.5, 0.0))
    return float(weight @ np.where(np.isfinite(nearest), part, 0.0))


def best_by_enumeration(cost, weight, rival, p, at_least, required, forbidden):
    sites = [site for site in range(cost.shape[1]) if site not in forbidden]
    values = [
        captured(cost, weight, rival, chosen)
        for size in range(at_least, p + 1)
        for chosen in itertools.combinations(sites, size)
        if set(required) <= set(chosen)
    ]
    return max(values, default=None)


@settings(deadline=None, max_examples=40)
@given(
    st.integers(0, 10**6),
    st.integers(0, 4),
    st.integers(0, 2),
    st.sampled_from([(), (2,), (0, 5)]),
    st.sampled_from([(), (1,), (3, 4)]),
    st.sampled_from(["dense", "lists", "cut"]),
)
def test_capture_equals_enumeration(seed, p, at_least, required, forbidden, form):
    rng = np.random.default_rng(seed)
    cost = rng.integers(0, 12, (14, 7)).astype(float)
    cost[rng.random(cost.shape) < 0.15] = np.inf
    weight = rng.integers(0, 5, 14) + rng.choice([0.0, 0.25])
    rival = rng.integers(0, 12, 14).astype(float)
    rival[rng.random(14) < 0.1] = np.inf
    costs, cutoff = cost if form != "lists" else DenseCosts(cost).lists(), None
    if form == "cut":
        cutoff = 8.0
        cost = np.where(cost > cutoff, np.inf, cost)
    options = {
        "rival": rival,
        "weight": weight,
        "at_least": at_least,
        "required": required,
        "forbidden": forbidden,
        "cutoff": cutoff,
    }
    result = max_capture(costs, p, limits=PROOF, **options)
    expected = best_by_enumeration(cost, weight, rival, p, at_least, required, forbidden)
    if expected is None:
        assert (result.status, result.proof) == ("infeasible", "infeasible")
        return
    assert result.proof == "optimal"
    assert result.objective == pytest.approx(expected)
    assert result.bound == pytest.approx(expected, rel=1e-5)
    assert captured(cost, weight, rival, result.open) == pytest.approx(expected)
    problem = make_problem("max_capture", costs, at_most=p, **options)
    assert check_location(problem, result) == ()


def town(customers, sites, seed=0):
    rng = np.random.default_rng(seed)
    here, there = rng.random((customers, 2)), rng.random((sites, 2))
    cost = np.rint(1000 * np.hypot(*(here[:, None] - there[None]).transpose(2, 0, 1)))
    rival = cost[:, rng.choice(sites, 8, replace=False)].min(axis=1)
    return cost, rival, rng.integers(1, 50, customers).astype(float)


def test_half_a_second_is_kept_and_the_bound_holds():
    cost, rival, weight = town(1500, 300)
    told = []
    limits = Limits(time_s=0.5, gap=0.0)
    result = max_capture(cost, 12, rival, weight=weight, limits=limits, listener=told.append)
    assert max(line.elapsed_s for line in told) < 3.0
    assert result.stopped_by in {"time", "proof"}
    assert captured(cost, weight, rival, result.open) == pytest.approx(result.objective)
    assert result.bound >= result.objective


def test_the_same_work_gives_the_same_answer():
    cost, rival, weight = town(300, 60)
    limits = Limits(work=300, seed=3, threads=1, gap=0.0)
    one, other = (max_capture(cost, 6, rival, weight=weight, limits=limits) for _ in range(2))
    assert one.open.tolist() == other.open.tolist()
    assert (one.objective, one.bound) == (other.objective, other.bound)


def test_a_problem_without_rivals_is_refused():
    with pytest.raises(Refusal, match="F761"):
        solve(make_problem("max_capture", np.ones((2, 2)), at_most=1), PROOF)


def test_streets_give_what_their_table_gives():
    rng = np.random.default_rng(4)
    tail = np.arange(60)
    arcs = Arcs(
        *(part.astype(np.int32) for part in (tail, (tail + 1) % 60, rng.integers(1, 9, 60), tail))
    )
    nodes = rng.integers(-1, 60, (2, 40)).astype(np.int32)
    costs = StreetCosts(arcs, 60, nodes[0], nodes[1, :12])
    table = costs.columns(np.arange(12, dtype=np.int32))
    rival = rng.integers(0, 90, 40).astype(float)
    streets = max_capture(costs, 3, rival, limits=PROOF)
    dense = max_capture(table, 3, rival, limits=PROOF)
    assert streets.proof == dense.proof == "optimal"
    assert streets.objective == dense.objective == captured(table, np.ones(40), rival, dense.open)
