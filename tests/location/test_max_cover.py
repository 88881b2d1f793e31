"""Maximal and partial covering equal enumeration; bounds, fixings and searches are sound."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.core.costs import DenseCosts
from optimizer.core.limits import Cancel, Limits
from optimizer.core.refusal import Refusal
from optimizer.location import max_cover, partial_cover, solve
from optimizer.location.covering import lagrangian, search
from optimizer.location.covering.narrowing import settled_columns
from optimizer.location.covering.parts import part_around, region
from optimizer.location.covering.reduce import carried, with_fixed, without_dominated
from optimizer.location.covering.rows import covering_pairs
from optimizer.location.covering.stating import reach_of, stated
from optimizer.location.covering.volume import Steps, average_climb
from optimizer.location.problem import make_problem
from optimizer.verify.location import check_location
from tests.location.cover_cases import best_value, case, choices, coverage, plane

PROOF = Limits(time_s=30.0, gap=0.0)
SEEDS = st.integers(0, 10**6)


def covered_weight(given_case, chosen):
    return float(given_case.weight[coverage(given_case, chosen) >= given_case.fold].sum())


def cost_of_share(given_case, chosen):
    wanted = given_case.share * given_case.weight.sum()
    if covered_weight(given_case, chosen) < wanted - 1e-9 * given_case.weight.sum():
        return None
    return float(given_case.fixed_cost[chosen].sum())


def agrees(result, expected):
    if expected is None:
        return result.status == "infeasible"
    return result.proof == "optimal" and result.objective == pytest.approx(expected, abs=1e-7)


def rows_for(given_case):
    """Return the covering problem of a case without reductions other than fixed sites."""
    problem = make_problem(
        "max_cover",
        given_case.cost,
        weight=given_case.weight,
        radius=given_case.radius,
        at_least=given_case.at_least,
        at_most=given_case.at_most,
        required=given_case.required,
        forbidden=given_case.forbidden,
    )
    need = np.full(len(given_case.weight), given_case.fold, dtype=np.int64)
    pairs = covering_pairs(problem.costs, reach_of(problem))
    price = given_case.fixed_cost
    return stated(problem, pairs, need, need.copy(), problem.weight, price)


@settings(deadline=None, max_examples=40)
@given(SEEDS, st.booleans())
def test_max_cover_equals_enumeration(seed, as_lists):
    it = case(seed)
    result = max_cover(
        DenseCosts(it.cost).lists() if as_lists else it.cost,
        it.at_most,
        it.radius,
        weight=it.weight,
        fold=it.fold,
        at_least=it.at_least,
        required=it.required,
        forbidden=it.forbidden,
        limits=PROOF,
    )
    assert agrees(result, best_value(it, covered_weight, max))


@settings(deadline=None, max_examples=40)
@given(SEEDS)
def test_partial_cover_equals_enumeration(seed):
    it = case(seed)
    result = partial_cover(
        it.cost,
        it.share,
        it.radius,
        weight=it.weight,
        fixed_cost=it.fixed_cost,
        fold=it.fold,
        at_least=it.at_least,
        at_most=it.at_most,
        required=it.required,
        forbidden=it.forbidden,
        limits=PROOF,
    )
    assert agrees(result, best_value(it, cost_of_share))


@settings(deadline=None, max_examples=40)
@given(SEEDS)
def test_the_lagrangian_never_exceeds_the_optimum_and_fixing_keeps_it(seed):
    it = case(seed)._replace(radius=0.4)
    cover = rows_for(it)
    if cover is None:
        return
    best = min(value_of_sites(cover, chosen) for chosen in choices(it))
    multipliers, _ = lagrangian.climb(cover, lagrangian.first_multipliers(cover), best, 60)
    bound, _ = lagrangian.lagrangian_bound(cover, multipliers.row)
    assert bound <= best + 1e-7 * max(1.0, abs(best))
    assert bound == pytest.approx(multipliers.bound, abs=1e-6)
    averaged, _ = average_climb(cover, multipliers, best, 60, Steps())
    assert averaged.bound <= best + 1e-7 * max(1.0, abs(best))
    again, _ = lagrangian.lagrangian_bound(cover, averaged.row)
    assert averaged.bound == pytest.approx(again, abs=1e-6)
    opened, closed = settled_columns(cover, multipliers, best)
    rest = with_fixed(cover, opened, closed)
    lean = without_dominated(rest)
    kept = lagrangian.lagrangian_bound(lean, carried(multipliers.row, cover, lean))[0]
    assert kept <= best + 1e-7 * max(1.0, abs(best))
    columns = lean.matrix.column_count
    masks = (np.array(np.unravel_index(k, (2,) * columns), dtype=bool) for k in range(2**columns))
    assert min(lean.value(mask) for mask in masks) == pytest.approx(best, abs=1e-7)


def value_of_sites(cover, chosen):
    return cover.value(np.isin(cover.site, chosen))


@settings(deadline=None, max_examples=40)
@given(SEEDS)
def test_scores_and_moves_equal_differences_of_values(seed):
    it = case(seed)._replace(required=(), forbidden=())
    cover = rows_for(it._replace(at_least=0, at_most=it.cost.shape[1]))
    rng = np.random.default_rng(seed)
    opened = rng.random(cover.matrix.column_count) < 0.4
    rows = search.rows_of(cover)
    count, score = search.scores(rows, opened)
    assert np.array_equal(count, cover.matrix.counts(opened))
    for j in range(len(opened)):
        turned = opened.copy()
        turned[j] = not turned[j]
        change = cover.value(opened) - cover.value(turned)
        assert (-score[j] if opened[j] else score[j]) == pytest.approx(change, abs=1e-9)


def small_plane(sites=25):
    cost, weight = plane(60, sites)
    return rows_for(
        case(0)._replace(
            cost=cost,
            weight=weight,
            fixed_cost=np.zeros(sites),
            radius=150.0,
            fold=1,
            at_least=0,
            at_most=6,
            required=(3,),
            forbidden=(5,),
        )
    )


def greedy(cover, size):
    """Open the column that lowers the value most, as often as asked for."""
    opened = np.zeros(cover.matrix.column_count, dtype=bool)
    for _ in range(size):
        values = np.full(len(opened), np.inf)
        for j in np.flatnonzero(~opened):
            opened[j] = True
            values[j] = cover.value(opened)
            opened[j] = False
        opened[np.argmin(values)] = True
    return opened


def test_grow_is_the_greedy_heuristic():
    cover = small_plane()
    empty = np.zeros(cover.matrix.column_count, dtype=bool)
    grown = search.grow(search.rows_of(cover), empty, cover.high, cover.high)
    assert cover.value(grown) == cover.value(greedy(cover, cover.high))


@pytest.mark.parametrize("kick", [1, 4])
def test_exchange_ends_where_no_single_exchange_helps(kick):
    cover = small_plane()
    start = greedy(cover, cover.high)
    best, done = search.exchange(search.rows_of(cover), start, 0, 50_000, kick)
    assert best.sum() == cover.high
    assert done >= 50_000
    for out in np.flatnonzero(best):
        for into in np.flatnonzero(~best):
            other = best.copy()
            other[[out, into]] = False, True
            assert cover.value(other) >= cover.value(best) - 1e-9


def test_a_region_grows_over_shared_rows_until_it_holds_enough_open_columns():
    cost = np.abs(np.arange(30.0)[:, None] - np.arange(30.0)[None])
    line = case(0)._replace(cost=cost, weight=np.ones(30), fixed_cost=np.zeros(30), radius=1.0)
    cover = rows_for(line._replace(fold=1, at_least=0, at_most=10, required=(), forbidden=()))
    opened = np.zeros(30, dtype=bool)
    opened[::3] = True
    part = part_around(cover, opened, 4, 3)
    assert (opened & part).sum() >= 3
    assert np.all(np.diff(np.flatnonzero(part)) == 1)
    matrix = cover.matrix
    ends = (matrix.row_start, matrix.column, matrix.column_start, matrix.row, opened)
    assert np.array_equal(region(*ends, 15, 3), region.py_func(*ends, 15, 3))


def test_a_larger_instance_is_proven_and_checked():
    cost, weight = plane(600, 80)
    result = max_cover(cost, 6, 130.0, weight=weight, required=[4], limits=PROOF)
    problem = make_problem("max_cover", cost, weight=weight, radius=130.0, at_most=6, required=[4])
    assert result.proof == "optimal"
    assert 4 in result.open
    assert check_location(problem, result) == ()


def test_half_a_second_gives_a_plan_and_a_bound():
    cost, weight = plane(3000, 400)
    result = max_cover(cost, 40, 60.0, weight=weight, limits=Limits(time_s=0.5, gap=0.0))
    assert result.status == "plan"
    assert result.bound >= result.objective


def test_the_same_work_and_seed_give_the_same_answer():
    cost, weight = plane(800, 150)
    limits = Limits(work=300, gap=0.0, seed=3, threads=1)
    first, second = (max_cover(cost, 20, 70.0, weight=weight, limits=limits) for _ in range(2))
    assert np.array_equal(first.open, second.open)
    assert first.bound == second.bound


def test_a_cancelled_solve_answers_with_what_it_has():
    cost, weight = plane(300, 60)
    cancel = Cancel()
    result = max_cover(
        cost,
        8,
        80.0,
        weight=weight,
        limits=PROOF,
        cancel=cancel,
        listener=lambda _: cancel.cancel(),
    )
    assert result.stopped_by == "user"
    assert result.status == "plan"


def test_everything_covered_is_proven_without_a_search():
    cost, weight = plane(50, 5)
    result = max_cover(cost, 5, 5000.0, weight=weight, limits=PROOF)
    assert (result.objective, result.bound) == (weight.sum(), weight.sum())


def test_lists_that_end_before_the_radius_are_refused():
    cost = np.array([[1.0, 2.0, 3.0]])
    lists = DenseCosts(cost).lists(1)
    with pytest.raises(Refusal, match="F711"):
        max_cover(lists, 1, 2.0)
    assert max_cover(lists, 1, 1.5).objective == 1.0


def test_a_site_that_exists_already_counts_and_costs_nothing():
    cost = np.array([[0.0, 9.0], [9.0, 0.0]])
    result = partial_cover(cost, 1.0, 1.0, fixed_cost=[5.0, 7.0], existing=[0])
    assert result.objective == 7.0
    assert list(result.open) == [0, 1]


def test_streamed_costs_are_read_in_blocks():
    cost, weight = plane(120, 150)

    class Streamed:
        shape = cost.shape

        def lists(self, nearest=None):
            raise AssertionError(nearest)

        def columns(self, sites):
            assert len(sites) <= 64
            return cost[:, sites]

    streamed = make_problem("max_cover", Streamed(), weight=weight, radius=90.0, at_most=4)
    dense = max_cover(cost, 4, 90.0, weight=weight, limits=PROOF)
    assert solve(streamed, PROOF).objective == dense.objective


def test_large_whole_weights_are_proven_to_the_last_unit():
    random = np.random.default_rng(5)
    places, weight = random.random((60, 2)), random.integers(10_000, 90_000, 60).astype(float)
    cost = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    result = max_cover(cost, 6, 0.16, weight=weight, limits=Limits(gap=0.0, time_s=30.0))
    assert result.proof == "optimal"
    assert result.bound == result.objective
