"""p-median: every answer equals brute force, bounds hold, limits are kept."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer import location
from optimizer.core.limits import Cancel, Limits
from optimizer.core.refusal import Refusal
from optimizer.location import median
from optimizer.location.problem import make_problem

EXACT = Limits(time_s=60.0, gap=0.0, threads=1)


def brute_force(table, weight, p, *, at_least, required=(), forbidden=()):
    best = np.inf
    for count in range(max(at_least, 1), p + 1):
        for chosen in combinations(range(table.shape[1]), count):
            if set(required) <= set(chosen) and not set(forbidden) & set(chosen):
                served = table[:, chosen].min(axis=1)
                if np.isfinite(served).all():
                    best = min(best, float(weight @ served))
    return best


def random_table(rng, customers, sites, blocked):
    table = rng.integers(0, 50, (customers, sites)).astype(float)
    table[rng.random(table.shape) < blocked] = np.inf
    return table


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 100_000),
    blocked=st.sampled_from([0.0, 0.3, 0.6]),
    p=st.integers(1, 4),
    fewer=st.booleans(),
    threads=st.integers(1, 2),
)
def test_answers_equal_brute_force(seed, blocked, p, fewer, threads):
    rng = np.random.default_rng(seed)
    table = random_table(rng, 8, 7, blocked)
    weight = rng.integers(0, 6, 8).astype(float) + (rng.random() < 0.3) * 0.25
    required = [1] if rng.random() < 0.3 else []
    forbidden = [4, 5] if rng.random() < 0.3 else []
    at_least = 0 if fewer else p
    best = brute_force(table, weight, p, at_least=at_least, required=required, forbidden=forbidden)
    answer = location.p_median(
        table,
        p,
        weight,
        at_least=at_least,
        required=required,
        forbidden=forbidden,
        limits=Limits(time_s=60.0, gap=0.0, threads=threads),
    )
    assert answer.stopped_by == "proof"
    if np.isinf(best):
        assert (answer.status, answer.proof) == ("infeasible", "infeasible")
        return
    assert answer.proof == "optimal"
    assert answer.objective == pytest.approx(best, rel=1e-6)
    assert answer.bound <= best + 1e-9
    served = table[np.arange(8), answer.assign]
    assert weight @ served == pytest.approx(answer.objective)
    assert set(answer.assign) <= set(answer.open)
    assert at_least <= len(answer.open) <= p
    assert set(required) <= set(answer.open)
    assert not set(forbidden) & set(answer.open)


def city(seed, customers, sites):
    """Return weights and costs between points around a few centres, in whole seconds."""
    rng = np.random.default_rng(seed)
    centre = rng.uniform(0, 5000, (6, 2))
    points = centre[rng.integers(0, 6, customers)] + rng.normal(0, 500, (customers, 2))
    chosen = points[rng.choice(customers, sites, replace=False)]
    distance = np.sqrt(((points[:, None] - chosen[None]) ** 2).sum(axis=2))
    weight = np.ceil(rng.lognormal(1.0, 1.0, customers))
    return np.rint(0.3 * distance), weight


class Streamed:
    """Costs that only tell nearest lists and columns, as a travel engine does."""

    def __init__(self, table):
        self.table = table
        self.shape = table.shape

    def lists(self, nearest=None):
        return make_problem("p_median", self.table).costs.lists(nearest)

    def columns(self, sites):
        return self.table[:, sites]


def test_short_lists_lead_to_the_same_optimum_as_the_whole_table(monkeypatch):
    table, weight = city(1, 150, 40)
    whole = location.p_median(table, 8, weight, limits=EXACT)
    monkeypatch.setattr(median, "WHOLE_LISTS", 150 * 20)
    monkeypatch.setattr(median, "LEAST_LISTED", 12)
    monkeypatch.setattr(median, "SPREAD", 1.0)
    short = location.p_median(Streamed(table), 8, weight, limits=EXACT)
    assert whole.proof == short.proof == "optimal"
    assert short.objective == whole.objective
    assert 0 < short.statistics["sites_left"] <= 20


def test_bound_of_an_early_stop_is_below_the_optimum():
    table, weight = city(2, 200, 60)
    optimum = location.p_median(table, 6, weight, limits=EXACT).objective
    for work in (1, 20, 80):
        answer = location.p_median(table, 6, weight, limits=Limits(gap=0.0, work=work, threads=1))
        assert answer.objective >= optimum
        assert answer.bound is None or answer.bound <= optimum


def test_same_seed_and_work_give_the_same_answer():
    table, weight = city(3, 400, 120)
    limits = Limits(gap=0.0, work=60, threads=1, seed=5)
    first = location.p_median(table, 12, weight, limits=limits)
    second = location.p_median(table, 12, weight, limits=limits)
    assert first.objective == second.objective
    assert first.bound == second.bound
    assert first.open.tolist() == second.open.tolist()


def test_half_a_second_is_enough_for_a_plan_of_a_large_table():
    table, weight = city(4, 3000, 300)
    answer = location.p_median(table, 30, weight, limits=Limits(time_s=0.5, gap=0.0))
    assert answer.status == "plan"
    assert answer.stopped_by in {"time", "proof"}
    assert len(answer.open) == 30


def test_a_gap_that_is_good_enough_ends_the_search():
    table, weight = city(5, 600, 100)
    answer = location.p_median(table, 10, weight, limits=Limits(time_s=60.0, gap=0.2))
    assert answer.stopped_by in {"gap", "proof"}
    assert answer.gap <= 0.2


def test_a_cancelled_search_keeps_the_best_plan():
    table, weight = city(6, 300, 80)
    cancel = Cancel()

    def listener(progress):
        if progress.value is not None:
            cancel.cancel()

    answer = location.p_median(table, 8, weight, listener=listener, cancel=cancel)
    assert answer.status == "plan"
    assert answer.stopped_by in {"user", "proof"}


def test_existing_sites_are_open_and_count_towards_p():
    table, weight = city(7, 80, 20)
    answer = location.p_median(table, 3, weight, existing=[4, 9], limits=EXACT)
    assert {4, 9} <= set(answer.open.tolist())
    assert len(answer.open) == 3


def test_a_customer_that_no_p_sites_can_reach_together_with_others_makes_it_infeasible():
    table = np.full((4, 4), np.inf)
    np.fill_diagonal(table, 1.0)
    answer = location.p_median(table, 3, limits=EXACT)
    assert (answer.status, answer.proof) == ("infeasible", "infeasible")
    assert location.p_median(table, 4, limits=EXACT).objective == 4.0


def test_more_sites_than_there_are_is_infeasible():
    answer = location.p_median(np.ones((3, 2)), 5, limits=EXACT)
    assert answer.proof == "infeasible"


def test_cut_off_pairs_are_not_used():
    table = np.array([[1.0, 10.0], [10.0, 1.0]])
    assert location.p_median(table, 1, limits=EXACT).objective == 11.0
    assert location.p_median(table, 1, cutoff=5.0, limits=EXACT).status == "infeasible"


def test_faults_of_the_input_come_together():
    with pytest.raises(Refusal) as refused:
        location.p_median(np.ones((3, 2)), -1, weight=[1.0, -1.0, 1.0], required=[7])
    assert {fault.code for fault in refused.value.faults} == {"F702", "F703", "F704"}


@pytest.mark.parametrize("threads", [1, 2])
def test_where_every_open_site_is_required_the_search_ends_at_once(threads):
    table, weight = city(8, 9, 6)
    limits = Limits(gap=0.0, work=10_000 if threads == 1 else None, time_s=60.0, threads=threads)
    answer = location.p_median(table, 2, weight, required=[1, 3], limits=limits)
    assert answer.open.tolist() == [1, 3]
    assert answer.proof == "optimal"
    assert answer.statistics.get("kicks", 0) < 100_000


def test_a_plan_that_costs_nothing_is_optimal():
    table = 0.5 - 0.5 * np.eye(4)
    answer = location.p_median(table, 4, limits=EXACT)
    assert (answer.objective, answer.bound, answer.proof) == (0.0, 0.0, "optimal")
