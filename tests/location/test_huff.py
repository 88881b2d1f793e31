"""Market shares equal enumeration; tangents bound every choice; kernels equal plain twins."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.core.costs import DenseCosts
from optimizer.core.limits import Limits
from optimizer.core.refusal import Refusal
from optimizer.location import huff, solve
from optimizer.location.attraction import market, relaxation, search
from optimizer.location.attraction.market import market_of
from optimizer.location.problem import make_problem
from optimizer.verify.location import check_location

PROOF = Limits(time_s=20.0, gap=0.0)


def won(attraction, weight, rival, chosen):
    ours = np.where(np.isfinite(attraction), attraction, 0.0)[:, list(chosen)].sum(axis=1)
    held = ours > 0
    return float(weight[held] @ (ours[held] / (ours[held] + rival[held])))


def town(seed, customers, sites, lonely=0.2):
    rng = np.random.default_rng(seed)
    here, there = rng.random((customers, 2)), rng.random((sites, 2))
    away = np.hypot(*(here[:, None] - there[None]).transpose(2, 0, 1))
    attraction = 1.0 / (0.05 + away) ** 2
    attraction[rng.random(attraction.shape) < 0.2] = 0.0
    rival = np.where(rng.random(customers) < lonely, 0.0, rng.uniform(1.0, 60.0, customers))
    return attraction, rng.integers(0, 9, customers).astype(float), rival


@settings(deadline=None, max_examples=40)
@given(
    st.integers(0, 10**6),
    st.integers(0, 5),
    st.integers(0, 2),
    st.sampled_from([(), (2,), (0, 5)]),
    st.sampled_from([(), (1,), (3, 4)]),
    st.booleans(),
)
def test_the_share_equals_enumeration(seed, p, at_least, required, forbidden, as_lists):
    attraction, weight, rival = town(seed, 12, 8)
    costs = DenseCosts(attraction).lists() if as_lists else attraction
    options = {
        "rival": rival,
        "weight": weight,
        "at_least": at_least,
        "required": required,
        "forbidden": forbidden,
    }
    result = huff(costs, p, limits=PROOF, **options)
    sites = [site for site in range(8) if site not in forbidden]
    values = [
        won(attraction, weight, rival, chosen)
        for size in range(at_least, p + 1)
        for chosen in itertools.combinations(sites, size)
        if set(required) <= set(chosen)
    ]
    if not values:
        assert (result.status, result.proof) == ("infeasible", "infeasible")
        return
    assert result.proof == "optimal"
    assert result.objective == pytest.approx(max(values), rel=1e-6)
    assert result.bound >= max(values) * (1 - 1e-9)
    assert won(attraction, weight, rival, result.open) == pytest.approx(result.objective)
    problem = make_problem("huff", costs, at_most=p, **options)
    assert check_location(problem, result) == ()


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10**6), st.integers(0, 6), st.integers(1, 30))
def test_no_choice_is_worth_more_than_the_bound_and_none_better_is_fixed_away(seed, size, turns):
    attraction, weight, rival = town(seed, 10, 6)
    problem = make_problem("huff", attraction, weight=weight, rival=rival, at_most=size)
    rng = np.random.default_rng(seed)
    given_state = rng.choice([0, 0, 0, 1, -1], 6).astype(np.int8)
    values = {
        chosen: won(attraction, weight, rival, chosen)
        for chosen in itertools.combinations(range(6), size)
        if all((given_state[site] != 1) | (site in chosen) for site in range(6))
        and all(given_state[site] != -1 for site in chosen)
    }
    cutoff = sorted(values.values())[len(values) // 2] if values else 0.0
    state = given_state.copy()
    part = np.full(6, 0.5)
    top, _ = relaxation.bound(market_of(problem, rival), state, size, part, cutoff, turns)
    if not values:
        return
    assert max(values.values()) <= top + 1e-9 * max(abs(top), 1.0)
    if top <= cutoff:
        return
    for chosen, value in values.items():
        if value > cutoff * (1 + 1e-9):
            opened = np.isin(np.arange(6), chosen)
            assert not np.any(opened & (state == -1))
            assert not np.any(~opened & (state == 1))


def test_bounds_fall_and_plans_rise():
    attraction, weight, rival = town(1, 80, 25, 0.0)
    told = []
    result = huff(attraction, 5, rival, weight=weight, limits=PROOF, listener=told.append)
    assert result.proof == "optimal"
    bounds = [line.bound for line in told if line.bound is not None]
    values = [line.value for line in told]
    assert bounds == sorted(bounds, reverse=True)
    assert values == sorted(values)


def test_a_short_time_leaves_a_plan_and_a_bound():
    attraction, weight, rival = town(2, 2000, 300, 0.0)
    told = []
    limits = Limits(time_s=0.5, gap=0.0)
    result = huff(attraction, 20, rival, weight=weight, limits=limits, listener=told.append)
    assert result.stopped_by == "time"
    assert won(attraction, weight, rival, result.open) == pytest.approx(result.objective)
    assert result.bound >= result.objective
    assert max(line.elapsed_s for line in told) < 4.0


def test_the_same_work_gives_the_same_answer():
    attraction, weight, rival = town(3, 200, 50, 0.0)
    limits = Limits(work=200, seed=5, threads=1, gap=0.0)
    one, other = (huff(attraction, 8, rival, weight=weight, limits=limits) for _ in range(2))
    assert one.open.tolist() == other.open.tolist()
    assert (one.objective, one.bound) == (other.objective, other.bound)
    assert one.statistics == other.statistics


def test_without_rivals_at_all_one_site_in_reach_is_enough():
    attraction = np.array([[1.0, 0.0, 2.0], [0.0, 3.0, 0.0], [0.0, 1.0, 0.0]])
    result = huff(attraction, 2, 0.0, limits=PROOF)
    assert result.objective == 3.0
    assert 1 in result.open
    assert result.proof == "optimal"


@pytest.mark.parametrize("lists", [True, False])
def test_a_problem_that_does_not_say_enough_is_refused(lists):
    attraction = np.ones((3, 4))
    costs = DenseCosts(attraction).lists(2) if lists else attraction
    problem = make_problem("huff", costs, rival=1.0 if lists else None, at_most=1)
    with pytest.raises(Refusal, match="F761"):
        solve(problem, PROOF)


def test_a_market_beyond_the_memory_limit_is_refused():
    with pytest.raises(Refusal, match="F705"):
        huff(np.ones((9, 9)), 2, 1.0, limits=Limits(memory_gb=1e-9))


def test_kernels_are_the_same_compiled_or_not(monkeypatch):
    attraction, weight, rival = town(7, 15, 9)
    problem = make_problem("huff", attraction, weight=weight, rival=rival, at_most=4)
    fixed = np.isin(np.arange(9), [3])

    def everything():
        place = market_of(problem, rival)
        opened = fixed.copy()
        search.greedy(place, opened, np.isin(np.arange(9), [1]), 4)
        first = opened.copy()
        search.exchange(place, opened, fixed, 0, 10**6)
        state, part = np.zeros(9, dtype=np.int8), np.full(9, 4 / 9)
        top, looked = relaxation.bound(place, state, 4, part, 1.0, 12)
        return [first, opened, state, looked], [top, *part]

    compiled = everything()
    for module in (market, search, relaxation):
        for name, value in list(vars(module).items()):
            if hasattr(value, "py_func"):
                monkeypatch.setattr(module, name, value.py_func)
    plain = everything()
    for one, other in zip(compiled[0], plain[0], strict=True):
        np.testing.assert_array_equal(one, other)
    assert compiled[1] == pytest.approx(plain[1], rel=1e-9, abs=1e-9)
