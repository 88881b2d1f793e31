"""The bound by periods never passes the optimum of the whole; its rows cut no programme off."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.core.limits import Budget, Limits, silent
from optimizer.programmes import build_datas
from optimizer.siting.horizon.accounts import accounts_of
from optimizer.siting.horizon.bounding import climb_years, polish_years, start_priced, start_years
from optimizer.siting.horizon.criteria import value_of
from optimizer.siting.horizon.least_uses import least_of_uses, paid_for_uses_eur
from optimizer.siting.horizon.purseprices import PursePrices, limits_worth_eur
from optimizer.siting.horizon.relaxed import Flow, cheapest_net, land_rows, site_charge
from optimizer.siting.horizon.whole import solve_years, years_of
from optimizer.siting.hotels import Effort
from tests.horizon import ints, land_ledger, periods, purse, whole, with_horizon
from tests.siting.horizon.cases import TWO_HUBS, ground, health, timing, two_sites
from tests.siting.horizon.towns import town_over_years

EXACT = Limits(time_s=10, gap=1e-3)


def bounded(problem, looks=12, spent=None):
    """Return the years, and what the periods prove after some looks and one polish each.

    spent : prices of purses, (b, t + 1), or none.
    """
    years = years_of(problem, build_datas(problem))
    bounding = start_years(years)
    if not bounding.possible:
        return years, np.inf
    if spent is not None:
        bounding = start_priced(years, bounding, PursePrices(spent))
    none = [0.0] * len(years.parts)
    for _ in range(looks * len(years.parts)):
        if not bounding.climbed:
            climb_years(bounding, none)
    cancel = Budget(EXACT).cancel
    while polish_years(bounding, none, lambda _, nodes, gap: Effort(None, nodes, gap, 0, cancel)):
        assert len(bounding.polished) <= len(years.parts)
        if len(bounding.polished) == len(years.parts):
            break
    return years, bounding.cost


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_no_programme_is_cheaper_than_the_bound_of_its_periods(seed):
    problem = town_over_years(seed)
    years, bound = bounded(problem)
    exact = solve_years(problem, years.datas, Budget(EXACT), silent)
    if exact.programme is None:
        return
    value = value_of(problem, years.accounts, years.datas, exact.programme)
    assert bound <= value + 1e-6 * abs(value)


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_nor_is_one_cheaper_than_the_bound_at_any_prices_of_the_purses(seed):
    problem = town_over_years(seed)
    if problem.horizon.cooperation is not None:
        problem = problem.replace(horizon=problem.horizon.replace(cooperation=None))
    purses, count = problem.horizon.purses.count, problem.horizon.periods.count
    steps = np.random.default_rng(seed).choice([0.0, 0.01, 0.05], (purses, count))
    spent = np.hstack([np.cumsum(steps[:, ::-1], axis=1)[:, ::-1], np.zeros((purses, 1))])
    years, bound = bounded(problem, looks=6, spent=spent)
    exact = solve_years(problem, years.datas, Budget(EXACT), silent)
    if exact.programme is None:
        return
    value = value_of(problem, years.accounts, years.datas, exact.programme)
    assert bound <= value + 1e-6 * abs(value)


def test_other_uses_cost_the_cheapest_land_that_is_large_enough():
    problem = two_sites(uses=health(area_min_m2=whole(400), eur_m2_year=np.array([0.5])))
    sites = problem.sites.replace(price_eur_m2=whole(7, 3))
    problem = problem.replace(sites=sites)
    problem = problem.replace(horizon=problem.horizon.replace(purses=purse(problem, 10_000)))
    accounts = accounts_of(problem)
    # 400 m2 at 3 EUR, and 200 EUR in each of ten years
    assert paid_for_uses_eur(problem, accounts)[0] == pytest.approx(
        [1200 + 1000, 1200 + 2000], 1e-5
    )
    free = least_of_uses(problem, accounts, np.zeros((1, 3)), yearly=True)
    assert free == pytest.approx(200, 1e-5)
    both = health(area_min_m2=whole(700), eur_m2_year=np.array([0.0]))
    problem = problem.replace(horizon=problem.horizon.replace(uses=both))
    spent = paid_for_uses_eur(problem, accounts_of(problem))
    assert spent[0] == pytest.approx([4000, 4000], 1e-5)


def test_credit_is_worth_what_is_left_of_it_after_interest():
    problem = two_sites(purses=purse(two_sites(), 100, borrow_max_eur=whole(50)))
    rate = problem.horizon.purses.replace(interest_rate=np.array([0.1]))
    problem = problem.replace(horizon=problem.horizon.replace(purses=rate))
    years = years_of(problem, build_datas(problem))
    # 0.3 now and 0.1 later: 50 EUR now for 75 later; half a euro of rounding
    worth = limits_worth_eur(years, PursePrices(np.array([[0.3, 0.1, 0.0]])))
    assert worth == pytest.approx(100 * 0.3 + 50 * (0.3 - 0.15) + 0.5 * 0.1)


def test_periods_without_rules_are_bounded_apart_and_closely():
    _, bound = bounded(two_sites(), looks=20)
    assert 0.7 * TWO_HUBS <= bound <= TWO_HUBS


def test_clean_up_is_charged_in_full_to_a_site_that_stays_open():
    problem = two_sites(ground=ground(clean_up_eur=whole(100, 100)))
    _, bound = bounded(problem, looks=20)
    # both hubs open at once and stay: what the two clean-ups add is 2 * 100 * 0.1
    free = bounded(two_sites(), looks=20)[1]
    assert free + 0.7 * 20 <= bound <= TWO_HUBS + 20


def test_charges_over_the_periods_never_exceed_what_falls_due_at_the_first():
    spans = periods(4, 5, demand_factor=np.array([1.0, 1.2, 1.4, 1.6]))
    problem = two_sites(ground=ground(clean_up_eur=whole(1000, 0)))
    prices = problem.prices.replace(discount_rate=0.04)
    problem = problem.replace(prices=prices)
    problem = with_horizon(problem, periods=spans, ground=problem.horizon.ground)
    accounts = accounts_of(problem)
    charges = [
        float(site_charge(problem, accounts, t)[0] * accounts.year_weight[t]) for t in range(4)
    ]
    for first in range(4):
        due = 1000 * float(accounts.one_off_weight[first])
        assert sum(charges[first:]) == pytest.approx(due)


def test_a_purse_keeps_a_hub_away_in_the_bound_too():
    free, poor = two_sites(), two_sites(purses=purse(two_sites(), 0))
    assert bounded(poor)[1] > bounded(free)[1] + 1.0


def flow_of(price, back, keep):
    return Flow(*(np.array(part, dtype=float)[:, None] for part in (price, back, keep)))


def test_what_is_open_was_paid_when_it_was_cheapest():
    problem = two_sites()
    one = problem.replace(
        options=problem.options.replace(
            site=problem.options.site[:1],
            design=problem.options.design[:1],
            status=problem.options.status[:1],
        )
    )
    accounts, may = accounts_of(problem), np.ones((2, 1), dtype=bool)
    cost, gained = cheapest_net(one, accounts, flow_of([100, 130], [0, 20], [5, 5]), may)
    assert cost[:, 0].tolist() == [105, 110]
    assert gained[:, 0].tolist() == [0, 0]
    # bought for 100, sold for 150 after five years of running cost
    cost, gained = cheapest_net(one, accounts, flow_of([100, 130], [0, 150], [5, 5]), may)
    assert gained[:, 0].tolist() == [0, 45]


def test_a_minimum_stay_forbids_to_sell_in_between():
    problem = two_sites(timing=timing(minimum_stay_years=ints(10, 10, 10, 10)))
    one = problem.replace(
        options=problem.options.replace(
            site=problem.options.site[:1],
            design=problem.options.design[:1],
            status=problem.options.status[:1],
        )
    )
    accounts, may = accounts_of(problem), np.ones((2, 1), dtype=bool)
    _, gained = cheapest_net(one, accounts, flow_of([100, 130], [0, 150], [5, 5]), may)
    assert gained[:, 0].tolist() == [0, 0]


def test_a_later_ledger_adds_what_the_earlier_one_allowed():
    problem = two_sites()
    both = land_ledger(problem, 0).replace(
        name=("first", "second"),
        metric=("enaf_consumption",) * 2,
        basis=("footprint",) * 2,
        temporary=("counts",) * 2,
        source=("by hand",) * 2,
        covers=np.ones((2, len(problem.rules.jurisdiction)), dtype=bool),
        budget_m2=whole(70, 30),
        first_year=ints(2026, 2031),
        last_year=ints(2030, 2035),
    )
    problem = problem.replace(horizon=problem.horizon.replace(land=both))
    accounts = accounts_of(problem)
    assert [row.limit for row in land_rows(problem, accounts, 0)] == [70.0]
    assert [row.limit for row in land_rows(problem, accounts, 1)] == [100.0]
    alone = both.replace(covers=np.array([[False], [True]]))
    problem = problem.replace(horizon=problem.horizon.replace(land=alone))
    assert land_rows(problem, accounts, 1) == []
