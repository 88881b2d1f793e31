"""The whole model on small random towns: the checker agrees, tighter rules never help."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.core.kinds import OptionStatus
from optimizer.core.limits import Budget, Limits, silent
from optimizer.siting.criteria import criteria_of, objective_of
from optimizer.siting.data import build_data
from optimizer.siting.flows import best_flows
from optimizer.siting.mip import build_whole, solve_whole, whole_columns
from optimizer.verify import check_plan, recompute
from tests.builders import grid_problem
from tests.siting.village import budget_of, quota, ruled, stated

EXACT = Limits(time_s=60, gap=0)


def town(seed, **changes):
    sizes = {"columns": 6, "rows": 6, "points": 14, "sites": 6, "firms": 4}
    return grid_problem(**(sizes | changes), parcels_per_point=25.0, seed=seed)


def solved(problem, limits=EXACT):
    data = build_data(problem)
    answer = solve_whole(problem, data, Budget(limits), silent)
    return data, answer


def best_eur(problem):
    data, answer = solved(problem)
    return None if answer.infeasible else objective_of(data, answer.plan)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("choice", ["planner", "nearest"])
def test_model_and_checker_agree_on_every_figure(seed, choice):
    problem = ruled(town(seed), pickup_choice=choice)
    data, answer = solved(problem)
    assert check_plan(problem, answer.plan) == ()
    ours, theirs = criteria_of(problem, data, answer.plan), recompute(problem, answer.plan)
    assert ours.objective == pytest.approx(objective_of(data, answer.plan), rel=1e-9)
    assert ours.terms == pytest.approx(theirs.terms, rel=1e-9, abs=1e-6)
    assert ours.vehicle_km_per_day == pytest.approx(theirs.vehicle_km_per_day, rel=1e-9)
    assert ours.share_by_channel == pytest.approx(theirs.share_by_channel, abs=1e-9)
    assert ours.land_consumption_m2 == theirs.land_consumption_m2
    assert ours.acquisition_eur == theirs.acquisition_eur
    for name in (
        "objective",
        "cost_eur_per_year",
        "co2e_kg_per_year",
        "served_share",
        "walk_min_mean",
        "jobs_hosted",
        "floor_area_let_m2",
    ):
        assert getattr(ours, name) == pytest.approx(getattr(theirs, name), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("seed", range(2))
def test_tighter_rules_never_improve_the_optimum(seed):
    problem = town(seed)
    loose = best_eur(problem)
    for tighter in (
        budget_of(problem, "land", 0),
        budget_of(problem, "money", 30_000),
        quota(problem, 2, at_most=1),
        ruled(problem, pickup_choice="nearest"),
        ruled(problem, bike_limit_s=200),
        ruled(problem, peak_day_factor=2.0),
    ):
        assert best_eur(tighter) >= loose - 0.5


@pytest.mark.parametrize("seed", range(3))
def test_what_is_forbidden_stays_closed_and_costs(seed):
    problem = town(seed)
    data, answer = solved(problem)
    opened = int(np.flatnonzero(answer.plan.open_option)[0])
    without = stated(problem, OptionStatus.FORBIDDEN, opened)
    _, other = solved(without)
    assert not other.plan.open_option[opened]
    assert objective_of(data, other.plan) >= objective_of(data, answer.plan) - 0.5


@pytest.mark.parametrize("seed", range(2))
def test_a_higher_price_of_carbon_never_raises_carbon(seed):
    problem, kilograms = town(seed), []
    for eur_per_t in (0.0, 100.0, 2000.0):
        prices = replace(problem.prices, co2e_eur_per_t=eur_per_t)
        priced = problem.replace(prices=prices)
        data, answer = solved(priced)
        kilograms.append(criteria_of(priced, data, answer.plan).co2e_kg_per_year)
    # gateways follow the same price, so they are part of the same optimum
    assert kilograms[0] >= kilograms[1] - 1 >= kilograms[2] - 2


def test_the_same_work_and_seed_give_the_same_plan():
    problem = town(1)
    first, second = (solved(problem, Limits(work=200, gap=0))[1] for _ in range(2))
    assert first.plan.open_option.tolist() == second.plan.open_option.tolist()
    assert first.plan.bike_share.tolist() == second.plan.bike_share.tolist()
    assert first.plan.pickup_share.tolist() == second.plan.pickup_share.tolist()
    assert first.bound == second.bound


def test_flows_for_the_openings_of_the_optimum_are_those_of_the_optimum():
    problem = town(2)
    data, answer = solved(problem)
    flows = best_flows(problem, data, answer.plan.open_option)
    fixed = float(data.fixed_eur[answer.plan.open_option].sum())
    placed = np.flatnonzero(answer.plan.tenant_option >= 0)
    rents = data.tenant_eur[placed, data.design[answer.plan.tenant_option[placed]]].sum()
    value = data.constant_eur + fixed + flows.value_eur - rents
    assert value == pytest.approx(objective_of(data, answer.plan), rel=1e-9)


def test_columns_are_counted_without_building_the_model():
    problem = town(0)
    data = build_data(problem)
    model, _ = build_whole(problem, data)
    assert whole_columns(problem, data) == pytest.approx(model.column_count, rel=0.1)
