"""Other beginnings of walks, and plans of a period whose flows are those of the estimate."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from optimizer.core.kinds import Kind
from optimizer.core.limits import Budget, Limits
from optimizer.core.programme import resting
from optimizer.programmes import build_datas
from optimizer.siting.baseline import baseline_plan
from optimizer.siting.city import build_city
from optimizer.siting.criteria import objective_of
from optimizer.siting.horizon.period_plans import (
    Estimator,
    estimated_plan,
    plan_with,
    served_anew,
    start_of,
)
from optimizer.siting.horizon.variants import bared, may_go, without
from optimizer.siting.horizon.whole import years_of
from optimizer.siting.walks import begin_walk, make_moves
from optimizer.verify import check_plan
from tests.horizon import with_horizon
from tests.siting.horizon.cases import opened, stock, two_sites
from tests.siting.horizon.towns import town_over_years
from tests.siting.village import HOTEL, HUB, HUB_IN, village

BUDGET = Budget(Limits(work=1000, threads=1))


def standing(problem, *rows):
    """Return the years and the programme with these options open in each period."""
    years = years_of(problem, build_datas(problem))
    plans = tuple(
        baseline_plan(part, data).replace(open_option=np.array([mark == "x" for mark in row]))
        for part, data, row in zip(years.parts, years.datas, rows, strict=True)
    )
    return years, resting(problem, plans)


def with_row(use, amount):
    """Return what options or sites use, with one more row of which each uses `amount`."""
    more = np.full((use.shape[0], 1), amount)
    return sparse.csr_matrix(sparse.hstack([use, sparse.csr_matrix(more)]))


def house():
    """Return the near site with a hub, a hub inside, and a hotel for one firm."""
    quiet = (50, 0, 0, 0, False, 5, True)
    return with_horizon(village(designs=(HUB, HUB_IN, HOTEL), tenants=(quiet,)), 2, 5)


def test_bared_closes_hubs_but_not_hotels_and_what_is_inside_them():
    years, programme = standing(house(), "x..", ".xx")
    assert opened(bared(years, programme)) == ["...", ".xx"]


def test_a_pavilion_that_may_go_is_taken_from_where_it_stands():
    years, programme = standing(two_sites(pavilions=stock()), "x.", ".x")
    programme = programme.replace(pavilion_option=np.array([[0, 1]], dtype=np.int32))
    assert may_go(years, programme).tolist() == [0, 1]
    found = without(years, programme, 1)
    assert opened(found) == ["x.", ".."]
    assert found.pavilion_option.tolist() == [[0, -1]]


def test_a_hotel_goes_with_its_tenants_and_the_hub_inside():
    years, programme = standing(house(), "...", ".xx")
    last = programme.plans[1].replace(
        tenant_option=np.array([2], dtype=np.int32), tenant_level=np.array([0], dtype=np.int32)
    )
    programme = programme.replace(plans=(programme.plans[0], last))
    assert may_go(years, programme).tolist() == [2]
    found = without(years, programme, 2)
    assert opened(found) == ["...", "..."]
    assert found.plans[1].tenant_option.tolist() == [-1]
    assert found.plans[1].tenant_level.tolist() == [-1]


def test_flows_found_anew_are_those_of_what_is_open():
    years, programme = standing(two_sites(), "x.", "xx")
    cities = [build_city(*pair) for pair in zip(years.parts, years.datas, strict=True)]
    for quick in (None, Estimator(tuple(cities))):
        found = served_anew(years, programme, BUDGET, quick)
        costs = [
            objective_of(data, plan) for data, plan in zip(years.datas, found.plans, strict=True)
        ]
        assert costs == pytest.approx([37.0, 14.0])


@pytest.mark.parametrize("seed", range(6))
def test_estimated_plans_pass_the_checker_and_are_no_cheaper_than_exact_ones(seed):
    problem = town_over_years(seed, 2, points=20, sites=10, firms=4)
    years = years_of(problem, build_datas(problem))
    programme = resting(
        problem,
        tuple(baseline_plan(*pair) for pair in zip(years.parts, years.datas, strict=True)),
    )
    rng = np.random.default_rng(seed)
    cities = [build_city(*pair) for pair in zip(years.parts, years.datas, strict=True)]
    estimator = Estimator(cities)
    for period, (part, data) in enumerate(zip(years.parts, years.datas, strict=True)):
        state = programme.plans[period].open_option.copy()
        points = np.flatnonzero((data.kind == Kind.DELIVERY_POINT) & ~data.forbidden)
        some = rng.choice(points, min(4, len(points)), replace=False)
        _, first = np.unique(data.site[some], return_index=True)
        state[some[first]] = True
        found = estimated_plan(years, estimator, programme, period, state)
        exact = plan_with(years, programme, period, state, (None, BUDGET))
        if found is None or exact is None:
            continue
        broken = {item.family for item in check_plan(part, found)}
        assert not broken & {"service", "throughput", "reach"}
        assert objective_of(data, found) >= objective_of(data, exact) - 1e-6


def test_a_walk_mends_a_rule_that_two_steps_are_needed_for():
    problem = village(sites=(0, 1))
    years, programme = standing(two_sites(), "..", "..")
    data, city = years.datas[0], build_city(years.parts[0], years.datas[0])
    least = city._replace(
        rows=city.rows._replace(
            family=(*city.rows.family, "use"),
            limit=np.append(city.rows.limit, -200.0),  # at least 200 m2 of hubs of 100 m2
        ),
        option_use=with_row(city.option_use, -100.0),
        site_use=with_row(city.site_use, 0.0),
    )
    start = start_of(data, programme.plans[0], city.site_count)
    moves = make_moves(problem, data, least, np.ones(2), 0)
    walk = begin_walk(years.parts[0], data, least, start, moves)
    for seed in range(5):
        walk.step(100, 1.0, seed)
    assert walk.best.hub.tolist() == [0, 1]
