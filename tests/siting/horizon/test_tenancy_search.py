"""A search of hotels and tenants over years keeps every rule and comes near the best programme."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.core.limits import Limits
from optimizer.engine import solve
from optimizer.siting.horizon.criteria import value_of
from optimizer.siting.horizon.ledgers import keeps_rules
from optimizer.siting.horizon.tenancy_run import today_empty
from optimizer.siting.horizon.tenancy_search import programme_at, search_tenancies
from optimizer.siting.horizon.whole import years_of
from optimizer.siting.stacking.search import Clock, cost_of
from optimizer.siting.stacking.stock import all_houses
from optimizer.verify.horizon import check_programme
from tests.siting.horizon.cases import build_datas
from tests.siting.horizon.test_tenants_over_years import hotel_town


def searched(problem, moves):
    """Return the best programme after so many moves from today's hotels, empty."""
    datas = build_datas(problem)
    years = years_of(problem, datas)
    houses, begin = all_houses(years.parts, datas), today_empty(years)
    made, found = [0.0], [begin]

    def spend(work):
        made[0] += 20_000 * work

    def hear(search):
        programme = programme_at(years, houses[0], begin, search)
        if search.lacks == 0.0 and keeps_rules(years, programme):
            found[0] = programme

    clock = Clock(lambda: made[0] / moves, spend, hear)
    search_tenancies(years, houses, begin, clock, 1, afresh=True)
    return found[0], value_of(problem, years.accounts, datas, found[0])


@pytest.mark.parametrize("seed", [0])
def test_hotels_and_tenants_over_years_keep_every_rule(seed):
    problem = hotel_town(seed)
    programme, value = searched(problem, 20_000)
    assert check_programme(problem, programme) == ()
    assert any((plan.tenant_option >= 0).any() for plan in programme.plans)
    assert value <= searched(problem, 1)[1]


def test_the_value_of_a_search_is_the_objective_of_its_programme():
    problem = hotel_town(8)
    hotels = problem.hotels
    exchange = hotels.symbiosis.replace(value_eur=hotels.symbiosis.value_eur * 0.0)
    roofs = hotels.roofs.replace(net_eur_m2_year=hotels.roofs.net_eur_m2_year * 0.0)
    problem = problem.replace(hotels=hotels.replace(symbiosis=exchange, roofs=roofs))
    datas = build_datas(problem)
    years = years_of(problem, datas)
    houses, begin = all_houses(years.parts, datas), today_empty(years)
    made, sums, worth = [0.0], [], []

    def spend(work):
        made[0] += work

    def hear(search):
        programme = programme_at(years, houses[0], begin, search)
        sums.append(value_of(problem, years.accounts, datas, programme) + search.best.tally[0])
        sums[-1] -= cost_of(search.field, search.opened)
        worth.append(search.best.tally[0])

    clock = Clock(lambda: made[0] / 0.3, spend, hear)
    search_tenancies(years, houses, begin, clock, 1, afresh=True)
    assert max(worth) > min(worth)
    assert sums == pytest.approx([sums[0]] * len(sums), abs=1e-3)


def test_the_same_seed_and_work_give_the_same_programme():
    problem = hotel_town(11)
    results = [
        solve(problem, Limits(work=100, threads=1, gap=1e-3, seed=2), method="decomposition")
        for _ in range(2)
    ]
    plans = [result.solution.programme.plans for result in results]
    for one, other in zip(*plans, strict=True):
        assert np.array_equal(one.tenant_level, other.tenant_level)
        assert np.array_equal(one.open_option, other.open_option)
    assert all(result.verified for result in results)
