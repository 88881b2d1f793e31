"""p-dispersion equals enumeration; its kernels equal plain twins; its bounds hold."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.core.costs import DenseCosts
from optimizer.core.limits import Limits
from optimizer.core.refusal import Refusal
from optimizer.location import p_dispersion
from optimizer.location.dispersing import packing, search
from optimizer.location.dispersing.packing import (
    clique_cover,
    edge_cliques,
    nearness,
    packing_at,
    reduced,
)
from optimizer.location.problem import make_problem
from optimizer.verify.location import check_location

PROOF = Limits(time_s=20.0, gap=0.0)


def plane(sites, seed=0, clusters=0):
    rng = np.random.default_rng(seed)
    places = rng.random((sites, 2))
    if clusters:
        places = rng.random((clusters, 2))[rng.integers(clusters, size=sites)]
        places += rng.normal(0, 0.05, (sites, 2))
    return np.rint(10_000 * np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1)))


def least(distance, chosen):
    both = np.minimum(distance, distance.T)
    return min(both[one, other] for one, other in itertools.combinations(chosen, 2))


@settings(deadline=None, max_examples=35)
@given(
    st.integers(0, 10**6),
    st.integers(2, 5),
    st.sampled_from([(), (2,), (0, 5, 6)]),
    st.sampled_from([(), (1,), (3, 4, 7)]),
    st.sampled_from([3, 40]),
    st.booleans(),
)
def test_dispersion_equals_enumeration(seed, p, required, forbidden, span, as_lists):
    rng = np.random.default_rng(seed)
    distance = rng.integers(0, span, (9, 9)).astype(float)
    costs = DenseCosts(distance).lists() if as_lists else distance
    result = p_dispersion(costs, p, required=required, forbidden=forbidden, limits=PROOF)
    sites = [site for site in range(9) if site not in forbidden]
    size = max(p, len(required))
    expected = max(
        least(distance, chosen)
        for chosen in itertools.combinations(sites, size)
        if set(required) <= set(chosen)
    )
    assert result.proof == "optimal"
    assert result.objective == result.bound == expected
    assert least(distance, result.open) == expected
    problem = make_problem("dispersion", costs, at_least=p, required=required, forbidden=forbidden)
    assert check_location(problem, result) == ()


def test_more_sites_than_there_are_is_infeasible():
    result = p_dispersion(plane(5), 4, forbidden=[0, 1], limits=PROOF)
    assert (result.status, result.proof, result.bound) == ("infeasible", "infeasible", None)


@pytest.mark.parametrize("clusters", [0, 6])
def test_a_plane_of_a_hundred_sites_is_proven(clusters):
    distance = plane(100, 3, clusters)
    told = []
    result = p_dispersion(distance, 12, limits=PROOF, listener=told.append)
    assert result.proof == "optimal"
    assert result.objective == least(distance, result.open)
    bounds = [line.bound for line in told if line.bound is not None]
    assert bounds == sorted(bounds, reverse=True)
    assert min(bounds) >= result.objective


def test_an_optimum_is_an_optimum_when_asked_for_by_a_milp():
    distance = plane(40, 5)
    result = p_dispersion(distance, 8, limits=PROOF)
    asked = np.unique(distance[distance > result.objective]).min()
    conflict = distance < asked
    np.fill_diagonal(conflict, val=False)
    from scipy.optimize import LinearConstraint, milp

    pairs = np.argwhere(np.triu(conflict))
    rows = np.zeros((len(pairs), 40))
    rows[np.arange(len(pairs))[:, None], pairs] = 1.0
    most = milp(
        -np.ones(40), integrality=1, bounds=(0, 1), constraints=LinearConstraint(rows, ub=1)
    )
    assert round(-most.fun) < 8


def test_a_short_time_leaves_a_plan_and_a_bound():
    distance = plane(500, 1)
    told = []
    limits = Limits(time_s=0.5, gap=0.0)
    result = p_dispersion(distance, 50, limits=limits, listener=told.append)
    assert result.stopped_by in {"time", "proof"}
    assert result.objective == least(distance, result.open)
    assert result.bound >= result.objective
    assert max(line.elapsed_s for line in told) < 4.0


def test_the_same_work_gives_the_same_answer():
    distance = plane(150, 2)
    limits = Limits(work=3000, seed=5, threads=1, gap=0.0)
    one, other = (p_dispersion(distance, 15, limits=limits) for _ in range(2))
    assert one.open.tolist() == other.open.tolist()
    assert (one.objective, one.bound) == (other.objective, other.bound)
    short = p_dispersion(distance, 15, limits=Limits(work=1, gap=0.0))
    assert short.stopped_by == "work"
    assert short.objective <= one.objective


@pytest.mark.parametrize(
    ("distance", "p"),
    [
        (np.ones((3, 3)), 1),
        (np.ones((3, 4)), 2),
        (np.array([[0, np.inf, 1], [np.inf, 0, 1], [1, 1, 0]]), 2),
        (DenseCosts(np.ones((4, 4))).lists(2), 2),
    ],
)
def test_what_has_no_distances_is_refused(distance, p):
    with pytest.raises(Refusal, match="F751"):
        p_dispersion(distance, p, limits=PROOF)


def test_a_table_beyond_the_memory_limit_is_refused():
    with pytest.raises(Refusal, match="F705"):
        p_dispersion(plane(50), 3, limits=Limits(memory_gb=1e-6))


def levels(sites, seed):
    distance = plane(sites, seed)
    level = np.unique(distance, return_inverse=True)[1].reshape(sites, sites).astype(np.int32)
    np.fill_diagonal(level, 10**6)
    return level


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**6), st.integers(2, 14), st.integers(0, 90), st.sampled_from([(), (0,)]))
def test_a_reduced_packing_has_as_many_sites_as_the_whole(seed, sites, asked, required):
    level = levels(sites, seed)
    fixed = np.isin(np.arange(sites), required)
    whole = packing_at(level, asked, fixed, len(required))
    lean = reduced(whole)
    assert len(lean.taken) + largest(lean.conflict) == len(required) + largest(whole.conflict)
    kept = level[np.ix_(lean.taken, lean.taken)]
    assert (kept >= asked).all()


def largest(conflict):
    sites = range(len(conflict))
    for size in range(len(conflict), 0, -1):
        for chosen in itertools.combinations(sites, size):
            if not conflict[np.ix_(chosen, chosen)].any():
                return size
    return 0


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 10**6), st.integers(1, 25), st.integers(0, 200), st.sampled_from([2, 8]))
def test_cliques_hold_every_conflict_and_nothing_else(seed, sites, asked, room):
    level = levels(sites, seed)
    conflict = level < asked
    near = nearness(conflict)
    row = np.empty(room * int(conflict.sum()) + 2, dtype=np.int32)
    member = edge_cliques(conflict, near, row)
    row = row[: len(member)]
    held = np.zeros_like(conflict)
    for clique in range(row.max(initial=-1) + 1):
        inside = member[row == clique]
        assert len(np.unique(inside)) == len(inside)
        held[np.ix_(inside, inside)] = True
    np.fill_diagonal(held, val=False)
    np.testing.assert_array_equal(held, conflict)
    if sites <= 12:
        assert clique_cover(conflict, near) >= largest(conflict)


def test_kernels_are_the_same_compiled_or_not(monkeypatch):
    level = levels(30, 7)
    fixed = np.isin(np.arange(30), [4])

    def everything():
        chosen = fixed.copy()
        search.farthest(level, chosen, 6, 0)
        spread = chosen.copy()
        conflict = level < 150
        row = np.empty(8 * int(conflict.sum()) + 2, dtype=np.int32)
        member = packing.edge_cliques(conflict, nearness(conflict), row)
        cover = packing.clique_cover(conflict, nearness(conflict))
        top, best = search.exchange(level, chosen, fixed, 10**6, 3, 200)
        return [spread, member, row[: len(member)], cover, top, best]

    compiled = everything()
    for module in (search, packing):
        for name, value in list(vars(module).items()):
            if hasattr(value, "py_func"):
                monkeypatch.setattr(module, name, value.py_func)
    for one, other in zip(compiled, everything(), strict=True):
        np.testing.assert_array_equal(one, other)
