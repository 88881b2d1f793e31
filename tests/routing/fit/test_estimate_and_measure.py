"""The estimate of a day is that of the model, and what tours took is all that they took."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.core.day import Orders
from optimizer.core.tours_io import day_figures
from optimizer.routing.day.orders import flows_of
from optimizer.routing.fit import estimate_day, estimate_figures, plan_legs
from optimizer.routing.fit.measure import brought_parcels, sample_of
from optimizer.siting.criteria import criteria_of
from optimizer.siting.data import build_data
from tests.builders import grid_problem
from tests.routing.day_builder import day_rules, made_day
from tests.routing.fit.fits import fit_of
from tests.verify.makers import feasible_plan


@pytest.fixture(scope="module")
def case():
    problem = grid_problem(points=30, sites=8, firms=0)
    problem = problem.replace(day=day_rules(problem))
    return problem, feasible_plan(problem, seed=1)


@pytest.mark.parametrize("seed", [None, 5])
def test_a_mean_day_is_estimated_as_the_model_does(case, seed):
    problem, plan = case
    problem = problem.replace(tour_fit=None if seed is None else fit_of(problem, seed))
    flows = flows_of(plan)
    parcels = problem.demand.parcels_per_day[flows.point] * flows.share
    whole = np.ones(len(parcels), dtype=np.int64)
    orders = Orders(flows.point, flows.channel, flows.option, whole, whole)
    legs = plan_legs(problem, plan)
    told = estimate_figures(problem, legs, estimate_day(problem, legs, orders, parcels))
    criteria = criteria_of(problem, build_data(problem), plan)
    assert {name: one["km"] for name, one in told.items()} == pytest.approx(
        criteria.vehicle_km_per_day
    )
    terms = [criteria.terms[name] for name in ("line_haul", "bike_tours", "resupply", "van_tours")]
    eur = problem.rules.delivery_days_per_year * sum(one["eur"] for one in told.values())
    assert eur == pytest.approx(sum(terms))


def test_what_tours_took_is_what_the_figures_of_the_day_say(case):
    problem, plan = case
    day, tours = made_day(problem, plan)
    sample = sample_of(problem, plan_legs(problem, plan), day, tours)
    told = day_figures(problem, day, tours)["vehicles"]
    for name, taken in sample.tours.items():
        if name in told:
            assert taken.metres.sum() / 1000.0 == pytest.approx(told[name]["km"])
            assert taken.seconds.sum() / 3600.0 == pytest.approx(told[name]["hours"])
            assert (np.array(taken) >= -1e-6).all()
    assert set(told) <= set(sample.tours)
    assert brought_parcels(day, tours).sum() == pytest.approx(day.orders.parcels.sum())


def test_a_hub_whose_riders_stay_home_brings_nothing(case):
    problem, plan = case
    day, tours = made_day(problem, plan)
    first = tours.last_mile[0]
    nobody = first.replace(
        vehicle_type=first.vehicle_type[:0],
        first=first.first[:1],
        **{
            name: getattr(first, name)[:0]
            for name in ("kind", "stop", "place", "arrive_s", "begin_s", "leave_s")
        },
    )
    idle = tours.replace(last_mile=(nobody, *tours.last_mile[1:]))
    sample = sample_of(problem, plan_legs(problem, plan), day, idle)
    assert sample.estimate["cargo_bike"].parcels[0] == 0.0
    assert sample.tours["cargo_bike"].metres[0] == 0.0
    missing = day.orders.parcels.sum() - brought_parcels(day, idle).sum()
    assert missing == day.last_mile[0].stops.deliver[:, 0].sum()
