"""Two levels: hubs supply delivery points, both levels optimal together."""

import numpy as np
import pytest

from optimizer import location
from optimizer.core.limits import Limits
from optimizer.core.location import Hubs
from optimizer.core.refusal import Refusal
from optimizer.location.record import Record
from optimizer.location.split.conduct import prepare, root
from optimizer.location.split.evaluation import evaluate
from optimizer.location.split.levels import begin, supply_of
from optimizer.location.split.upper import hub_value
from optimizer.location.two_level import two_level
from tests.location.split_cases import (
    assert_feasible,
    assert_supplied,
    choices,
    random_two_level,
    two_level_cost,
    two_level_optimum,
)
from tests.location.test_capacitated import town


def two_level_town(customers, sites, hubs):
    problem = town(customers, sites)
    rng = np.random.default_rng(7)
    total = problem.demand.sum()
    upper = Hubs(
        link=np.rint(rng.uniform(5, 200, (sites, hubs))),
        fixed_cost=np.rint(rng.uniform(0.5, 1.5, hubs) * 20 * total),
        capacity=np.rint(rng.uniform(0.5, 1.5, hubs) * 3 * total / hubs),
    )
    return problem.replace(kind="two_level", hubs=upper)


@pytest.mark.parametrize("seed", range(24))
def test_answer_equals_the_best_of_all_choices_of_sizes_and_hubs(seed):
    problem = random_two_level(seed)
    best = two_level_optimum(problem)
    result = location.solve(problem, Limits(gap=0.0, work=20_000, threads=1))
    if np.isinf(best):
        assert (result.status, result.proof) == ("infeasible", "infeasible")
        return
    assert (result.status, result.proof) == ("plan", "optimal")
    np.testing.assert_allclose(result.objective, best, rtol=1e-6, atol=1e-6)
    assert result.bound <= best + 1e-6 * max(best, 1.0)
    assert_feasible(problem, result)
    assert_supplied(problem, result)


def test_a_parcel_goes_through_the_cheaper_hub():
    hubs = Hubs(np.array([[4.0, 1.0]]), np.array([1.0, 2.0]), np.array([9.0, 9.0]))
    result = two_level([[3.0], [5.0]], [2.0, 1.0], hubs, capacity=5, fixed_cost=10)
    assert result.open_hubs.tolist() == [1]
    assert result.objective == pytest.approx(3 + 5 + 10 + 3 * 1 + 2)
    assert result.flows.hub_flow.tolist() == [3.0]


def test_hubs_that_do_not_fit_the_sites_are_refused():
    with pytest.raises(Refusal, match="F771"):
        two_level([[1.0, 2.0]], [1.0], Hubs(np.ones((3, 1)), np.ones(1), np.ones(1)))


def test_hubs_without_room_are_told_as_infeasible():
    hubs = Hubs(np.ones((1, 1)), np.ones(1), np.ones(1))
    assert two_level([[1.0]], [5.0], hubs).proof == "infeasible"


@pytest.mark.parametrize("seed", range(8))
def test_flows_over_two_levels_equal_linear_programming(seed):
    problem = random_two_level(4 * seed + 1)
    search = prepare(Record(problem))
    if search is None:
        assert np.isinf(two_level_optimum(problem))
        return
    everything = np.arange(len(problem.hubs.fixed_cost))
    row = {int(k): rank for rank, k in enumerate(search.layout.size_row)}
    for built in list(choices(problem))[:12]:
        if not len(built) or any(int(k) not in row for k in built):
            continue
        chosen = np.array([row[int(k)] for k in built])
        supply = supply_of(problem.hubs, everything)
        price = np.zeros(problem.costs.shape[1])
        value = evaluate(search.table, search.layout, chosen, price, supply)
        twin = two_level_cost(problem, built, everything)
        served = value is not None and value.short <= 1e-9
        assert served == bool(np.isfinite(twin))
        if served:
            np.testing.assert_allclose(value.cost, twin, rtol=1e-7, atol=1e-7)


def test_a_hub_takes_each_customer_over_its_best_pair_up_to_its_capacity():
    problem = two_level_town(20, 5, 3)
    layout = prepare(Record(problem)).layout
    paid = begin(layout, problem.hubs, root(layout).u).both[layout.shape[0] :] * 1.5
    entry, share = np.zeros(20, dtype=np.int64), np.zeros(20)
    link = problem.hubs.link[:, 0].copy()
    arrays = (layout.start, layout.customer, layout.demand, paid, link)
    value = hub_value(*arrays, 30.0, entry, share)
    reduced = layout.demand[layout.customer] * link[layout.site] - paid
    best = np.zeros(20)
    np.minimum.at(best, layout.customer, reduced)
    order, room, twin = np.argsort(best / layout.demand), 30.0, 0.0
    for i in order:
        part = min(room / layout.demand[i], 1.0)
        twin, room = twin + part * best[i], room - part * layout.demand[i]
    np.testing.assert_allclose(value, twin)
    np.testing.assert_allclose(share @ np.where(entry >= 0, best, 0.0), value)


def test_the_same_work_and_seed_give_the_same_answer():
    limits = Limits(gap=0.0, work=600, threads=1, seed=5)
    first, second = (location.solve(two_level_town(90, 20, 6), limits) for _ in range(2))
    assert (first.objective, first.bound) == (second.objective, second.bound)
    np.testing.assert_array_equal(first.open_hubs, second.open_hubs)


def test_half_a_second_gives_a_plan_and_a_bound():
    problem = two_level_town(150, 25, 8)
    result = location.solve(problem, Limits(gap=0.0, time_s=0.5, threads=1))
    assert result.status == "plan"
    assert result.bound <= result.objective
    assert_feasible(problem, result)
    assert_supplied(problem, result)
