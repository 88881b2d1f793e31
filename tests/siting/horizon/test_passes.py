"""Walks through the periods of a programme: what changes lasts, and what comes later gives way."""

from __future__ import annotations

import numpy as np

from optimizer.core.limits import Budget, Limits
from optimizer.core.programme import resting
from optimizer.programmes import build_datas
from optimizer.siting.baseline import baseline_plan
from optimizer.siting.city import build_city
from optimizer.siting.horizon.programme import openings
from optimizer.siting.horizon.sweeps import Ask, begin_sweep, end_sweep, later_periods, only
from optimizer.siting.horizon.whole import years_of
from tests.horizon import with_horizon
from tests.siting.horizon.cases import opened, two_sites, with_purse
from tests.siting.village import HOTEL, HUB, HUB_IN, village

NEAR, FAR = 0, 1


def standing(problem, *rows):
    """Return the years and the programme with these options open in each period."""
    years = years_of(problem, build_datas(problem))
    plans = tuple(
        baseline_plan(part, data).replace(open_option=np.array([mark == "x" for mark in row]))
        for part, data, row in zip(years.parts, years.datas, rows, strict=True)
    )
    return years, resting(problem, plans)


def walked(years, programme, period, span):
    """Return what is open in each period after a walk in one of them."""
    city = build_city(years.parts[period], years.datas[period])
    sweep = begin_sweep(years, city, programme, Ask(period, span, np.ones(2)))
    for _ in range(5):
        sweep.walk.step(100, 1.0, 0)
    budget = Budget(Limits(work=1000, threads=1))
    return opened(end_sweep(years, sweep, budget, nearest=False))


def test_what_opens_stays_and_what_will_open_opens_earlier():
    years, programme = standing(two_sites(), "..", ".x")
    assert later_periods(years, programme, 0).tolist() == [[True, True], [True, False]]
    assert later_periods(years, programme, 1).tolist() == [[False, False], [True, True]]


def test_what_stands_for_a_while_is_changed_for_as_long_as_it_stands():
    years, programme = standing(two_sites(), "x.", "..")
    assert later_periods(years, programme, 0).tolist() == [[True, True], [False, True]]


def test_a_walk_in_the_first_period_opens_both_hubs_for_good():
    years, programme = standing(two_sites(), "..", "..")
    assert walked(years, programme, 0, later_periods(years, programme, 0)) == ["xx", "xx"]
    assert walked(years, programme, 0, only(years, 0)) == ["xx", ".."]


def test_a_walk_opens_what_the_purse_can_pay():
    # a hub costs 20 EUR to build
    years, programme = standing(with_purse(two_sites(), 39), "..", "..")
    found = walked(years, programme, 0, later_periods(years, programme, 0))
    assert found in (["x.", "x."], [".x", ".x"])
    years, programme = standing(with_purse(two_sites(), 19), "..", "..")
    assert walked(years, programme, 0, later_periods(years, programme, 0)) == ["..", ".."]


def test_money_kept_back_is_not_spent_by_a_walk():
    years, programme = standing(with_purse(two_sites(), 45), "..", "..")
    city = build_city(years.parts[0], years.datas[0])
    span = later_periods(years, programme, 0)
    sweep = begin_sweep(years, city, programme, Ask(0, span, np.ones(2), kept_eur=10.0))
    for _ in range(5):
        sweep.walk.step(100, 1.0, 0)
    assert int(sweep.walk.open_option(2).sum()) == 1
    assert openings(programme).sum() == 0


def test_a_hub_that_lasts_gives_way_to_the_one_inside_a_later_hotel():
    # options of the near site: a hub, a hub inside the hotel, the hotel
    problem = with_horizon(village(designs=(HUB, HUB_IN, HOTEL), sites=(0,)), 2, 5)
    years, programme = standing(problem, "...", ".xx")
    span = later_periods(years, programme, 0)
    assert span.tolist() == [[True, False, True], [False, False, False]]
    city = build_city(years.parts[0], years.datas[0])
    sweep = begin_sweep(years, city, programme, Ask(0, span, np.ones(3)))
    for _ in range(5):
        sweep.walk.step(100, 1.0, 0)
    budget = Budget(Limits(work=1000, threads=1))
    assert opened(end_sweep(years, sweep, budget, nearest=False)) == ["x..", ".xx"]
