"""Uncapacitated fixed charge: equal to enumeration, honest bounds, limits kept."""

from __future__ import annotations

import itertools
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.core.costs import DenseCosts
from optimizer.core.limits import Cancel, Limits
from optimizer.core.location import OPTIMAL_GAP, Sizes
from optimizer.core.refusal import Refusal
from optimizer.location import fixed_charge
from optimizer.location.uncapacitated import branch


def cheapest_by_enumeration(cost, fixed, weight, required, forbidden, at_least, at_most):
    """Least value over all sets of sites, inf where none serves everybody."""
    customers, sites = cost.shape
    weighted = cost * weight[:, None]
    best = np.inf
    for chosen in itertools.product([False, True], repeat=sites):
        opened = np.array(chosen)
        count = int(opened.sum())
        if (required & ~opened).any() or (forbidden & opened).any():
            continue
        if count < at_least or (at_most is not None and count > at_most):
            continue
        served = weighted[:, opened].min(axis=1) if count else np.full(customers, np.inf)
        best = min(best, float(fixed[opened].sum() + served.sum()))
    return best


@st.composite
def instances(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    customers, sites = draw(st.integers(1, 9)), draw(st.integers(1, 7))
    whole = draw(st.booleans())
    cost = rng.integers(0, 30, (customers, sites)).astype(float)
    fixed = rng.integers(-3 if draw(st.booleans()) else 0, 40, sites).astype(float)
    weight = rng.integers(0, 4, customers).astype(float)
    if not whole:
        cost += rng.random(cost.shape)
        fixed += rng.random(sites)
        weight = rng.random(customers)
    if draw(st.booleans()):
        cost[rng.random(cost.shape) < 0.3] = np.inf
        weight = np.maximum(weight, 0.5 if not whole else 1.0)
    kind = rng.integers(0, 6, sites)
    required, forbidden = kind == 0, kind == 1
    at_least = draw(st.integers(0, sites))
    at_most = draw(st.none() | st.integers(0, sites))
    if draw(st.booleans()):
        required[:] = forbidden[:] = False
        at_least, at_most = 0, None
    return cost, fixed, weight, required, forbidden, at_least, at_most


@settings(max_examples=40, deadline=None, derandomize=True)
@given(instances())
def test_answers_equal_the_enumeration_of_all_sets_of_sites(instance):
    cost, fixed, weight, required, forbidden, at_least, at_most = instance
    expected = cheapest_by_enumeration(*instance)
    result = fixed_charge(
        cost,
        fixed,
        weight,
        required=np.flatnonzero(required),
        forbidden=np.flatnonzero(forbidden),
        at_least=at_least,
        at_most=at_most,
    )
    if np.isinf(expected):
        assert (result.status, result.proof) == ("infeasible", "infeasible")
        return
    assert result.proof == "optimal"
    assert result.objective == pytest.approx(expected, rel=2e-6, abs=1e-6)
    assert result.bound <= expected + 1e-9 * max(abs(expected), 1.0)
    served = cost[np.arange(len(cost)), result.assign] * weight
    assert set(result.assign) <= set(result.open)
    recomputed = fixed[result.open].sum() + served.sum()
    assert result.objective == pytest.approx(recomputed, rel=1e-12, abs=1e-9)


def test_a_cut_off_that_leaves_a_customer_alone_is_proven_infeasible():
    result = fixed_charge([[1.0, 9.0], [9.0, 9.0]], 1.0, cutoff=5.0)
    assert (result.status, result.proof, result.stopped_by) == (
        "infeasible",
        "infeasible",
        "proof",
    )


def test_an_existing_site_is_open_and_free_of_its_cost():
    result = fixed_charge([[1.0, 5.0], [1.0, 5.0]], [100.0, 3.0], existing=[0])
    assert list(result.open) == [0]
    assert result.objective == 2.0


def test_the_cheapest_size_of_a_site_is_built():
    sizes = Sizes(
        np.array([0, 1, 1], dtype=np.int32),
        np.array([7.0, 9.0, 2.0]),
        np.full(3, np.inf),
        np.zeros(3),
    )
    result = fixed_charge([[4.0, 4.0]], sizes=sizes)
    assert (list(result.open), list(result.size), result.objective) == ([1], [2], 6.0)


def test_a_required_and_forbidden_site_is_refused_with_its_place():
    with pytest.raises(Refusal) as refusal:
        fixed_charge([[1.0]], required=[0], forbidden=[0])
    assert [fault.code for fault in refusal.value.faults] == ["F703"]


def scattered(seed, customers, sites, fixed):
    """Points in the plane; costs that no small set of cuts describes."""
    rng = np.random.default_rng(seed)
    cost = rng.integers(1000, 2000, (customers, sites)).astype(float)
    return cost, rng.integers(fixed, 2 * fixed, sites).astype(float)


def test_half_a_second_is_kept_and_leaves_a_plan_with_an_honest_bound():
    cost, fixed = scattered(1, 300, 300, 100)
    fixed_charge(cost[:20, :20], fixed[:20])  # compiles
    begin = time.monotonic()
    result = fixed_charge(cost, fixed, limits=Limits(time_s=0.5, gap=0.0))
    assert time.monotonic() - begin < 2.0
    assert (result.status, result.proof, result.stopped_by) == ("plan", "gap", "time")
    assert result.bound < result.objective < 1.05 * result.bound


def test_the_same_work_gives_the_same_answer():
    cost, fixed = scattered(2, 150, 150, 1000)
    limits = Limits(gap=0.0, work=300, seed=5)
    first, second = (fixed_charge(cost, fixed, limits=limits) for _ in range(2))
    assert first.stopped_by == "work"
    assert (first.objective, first.bound) == (second.objective, second.bound)
    assert list(first.open) == list(second.open)
    assert first.statistics == second.statistics


def test_one_thread_and_two_search_the_same_tree():
    cost, fixed = scattered(3, 60, 40, 500)
    one, two = (
        fixed_charge(cost, fixed, limits=Limits(gap=0.0, threads=threads)) for threads in (1, 2)
    )
    assert one.proof == two.proof == "optimal"
    assert one.objective == two.objective
    assert one.statistics["nodes"] == two.statistics["nodes"]


def test_a_cancelled_solve_says_so():
    cost, fixed = scattered(4, 100, 100, 100)
    cancel = Cancel()
    cancel.cancel()
    result = fixed_charge(cost, fixed, cancel=cancel)
    assert result.stopped_by == "user"


def test_a_gap_that_suffices_ends_the_search():
    cost, fixed = scattered(5, 80, 80, 1000)
    result = fixed_charge(cost, fixed, limits=Limits(gap=0.02))
    assert result.stopped_by in {"gap", "proof"}
    assert result.gap <= 0.02


def test_lists_cut_short_by_memory_still_give_a_valid_bound():
    cost, fixed = scattered(6, 120, 20, 2000)
    exact = fixed_charge(DenseCosts(cost), fixed)
    short = fixed_charge(cost, fixed, limits=Limits(time_s=2.0, gap=0.0, memory_gb=0.00005))
    assert exact.gap <= OPTIMAL_GAP
    assert short.bound <= exact.objective <= short.objective


def test_a_tree_that_outgrows_its_memory_stops_with_a_plan_and_a_bound(monkeypatch):
    monkeypatch.setattr(branch, "MEMORY_SHARE", 0.0)
    rng = np.random.default_rng(5)
    cost = rng.integers(1000, 2000, (60, 40)).astype(float)
    result = fixed_charge(cost, 3000.0, limits=Limits(time_s=30, gap=0))
    assert result.status == "plan"
    assert result.stopped_by == "memory"
    assert result.bound <= result.objective
