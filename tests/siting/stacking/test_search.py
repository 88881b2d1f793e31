"""A search of tenants and openings keeps every rule, and finds the best of small towns."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.siting.baseline import baseline_plan
from optimizer.siting.criteria import objective_of
from optimizer.siting.data import build_data
from optimizer.siting.stacking.openings import seats_of
from optimizer.siting.stacking.period_search import improve_tenancies, period_field
from optimizer.siting.stacking.search import HOT, Clock, begin_search, cool
from optimizer.siting.stacking.state import filled_state
from optimizer.siting.stacking.stock import all_houses, build_stock
from optimizer.verify import check_plan
from tests.hotels import busy_hotels
from tests.siting.stacking.test_packing import solved, town


def clock_of(moves):
    """Return a clock that counts moves, not time."""
    made = [0.0]

    def spend(work):
        made[0] += work

    return Clock(lambda: made[0] * 20_000 / moves, spend, lambda _: None)


@pytest.mark.parametrize("seed", [3, 4])
def test_search_finds_the_hotels_and_tenants_of_the_best_plan(seed):
    problem = busy_hotels(town(seed), seed)
    data, answer = solved(problem)
    bare = answer.plan.open_option & (data.kind != 1) & (data.inside_m2 == 0)
    best = objective_of(data, answer.plan)
    if answer.plan.open_option[data.inside_m2 > 0].any():  # such hubs stay where they are
        bare = answer.plan.open_option
    start = answer.plan.replace(
        open_option=bare,
        tenant_option=np.full_like(answer.plan.tenant_option, -1),
        tenant_level=np.full_like(answer.plan.tenant_level, -1),
    )
    found = improve_tenancies(problem, data, start, clock_of(200_000), 1, afresh=True)
    assert check_plan(problem, found) == ()
    assert objective_of(data, found) <= best + 0.005 * abs(best)


def test_a_search_ends_although_time_passes_between_two_looks_at_the_clock():
    problem = busy_hotels(town(3), 3)
    data = build_data(problem)
    plan = baseline_plan(problem, data)
    looks = [0]

    def share():
        looks[0] += 1
        assert looks[0] < 1000
        return min(looks[0] / 40.0, 1.0)

    found = improve_tenancies(
        problem, data, plan, Clock(share, lambda _: None, lambda _: None), 0, afresh=True
    )
    assert check_plan(problem, found) == ()


def test_the_same_seed_gives_the_same_plan():
    problem = busy_hotels(town(3), 3)
    data = build_data(problem)
    plan = baseline_plan(problem, data)
    plans = [
        improve_tenancies(problem, data, plan, clock_of(4_000), 3, afresh=True) for _ in range(2)
    ]
    assert np.array_equal(plans[0].tenant_option, plans[1].tenant_option)
    assert np.array_equal(plans[0].open_option, plans[1].open_option)


def test_the_tally_of_a_state_is_the_objective_of_its_plan():
    problem = busy_hotels(town(4), 4)
    quiet = problem.hotels.symbiosis
    none = quiet.replace(value_eur=quiet.value_eur * 0.0)
    problem = problem.replace(hotels=problem.hotels.replace(symbiosis=none))
    data, answer = solved(problem)
    houses = all_houses([problem], [data])
    plan = answer.plan
    stock = build_stock([problem], [data], houses, plan.open_option[None], np.ones(1))
    field = period_field(problem, data, houses[0], plan.open_option)
    home, unit = seats_of(houses[0], plan)
    opened = plan.open_option[None, houses[0].option]
    search = begin_search(stock, field, opened, (home[None], unit[None]), 0)
    empty = filled_state(stock, opened, np.full_like(home, -1)[None], unit[None])
    alone = plan.replace(
        tenant_option=np.full_like(plan.tenant_option, -1),
        interiors=plan.interiors.replace(
            service=np.zeros_like(plan.interiors.service),
            annex_level=np.full_like(plan.interiors.annex_level, -1),
            giver=plan.interiors.giver[:0],
            taker=plan.interiors.taker[:0],
            resource=plan.interiors.resource[:0],
            amount=plan.interiors.amount[:0],
        ),
        tenant_level=np.full_like(plan.tenant_level, -1),
    )
    earned = objective_of(data, alone) - objective_of(data, plan)
    assert search.lacks == pytest.approx(0.0, abs=1e-6)
    assert search.best.tally[0] - empty.books.tally[0] == pytest.approx(earned, abs=1e-3)


def test_what_moves_and_swaps_add_up_is_the_tally_of_the_state():
    problem = busy_hotels(town(4), 4)
    data = build_data(problem)
    houses = all_houses([problem], [data])
    opened = np.ones(data.option_count, dtype=bool)
    stock = build_stock([problem], [data], houses, opened[None] & False, np.ones(1))
    search = begin_search(
        stock,
        period_field(problem, data, houses[0], opened),
        opened[None, houses[0].option],
        None,
        0,
    )
    cool(search, clock_of(20_000), 400, HOT)
    again = filled_state(stock, search.opened, search.best.home, search.best.unit)
    assert (search.best.home >= 0).sum() > 1
    assert again.books.tally == pytest.approx(search.best.tally, abs=1e-6)
    now = search.state.seats
    afresh = filled_state(stock, search.opened, now.home, now.unit)
    assert afresh.books.tally == pytest.approx(search.state.books.tally, abs=1e-6)
    assert np.array_equal(afresh.seats.used, now.used)
