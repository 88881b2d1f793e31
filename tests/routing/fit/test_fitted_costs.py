"""Fitted constants weigh the parts of the estimate alike in the model and in the checker."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.core import store
from optimizer.siting import costs
from optimizer.siting.criteria import criteria_of
from optimizer.siting.data import build_data
from optimizer.travel.haul import gateway_round_trip
from optimizer.verify import recompute
from optimizer.verify.problem_check import check_problem
from tests.builders import grid_problem
from tests.routing.fit.fits import fit_of
from tests.verify.makers import feasible_plan


@pytest.fixture(scope="module")
def case():
    problem = grid_problem(points=30, sites=8, firms=0)
    return problem, feasible_plan(problem, seed=1)


def figures(problem, plan):
    return criteria_of(problem, build_data(problem), plan)


def test_constants_of_one_change_no_figure(case):
    problem, plan = case
    plain = figures(problem, plan)
    fitted = figures(problem.replace(tour_fit=fit_of(problem)), plan)
    assert fitted.objective == pytest.approx(plain.objective, rel=1e-12)
    assert plain.terms["bike_tours"] > 0.0
    assert plain.terms["line_haul"] > 0.0


@pytest.mark.parametrize("seed", [1, 2])
def test_model_and_checker_agree_under_any_constants(case, seed):
    problem, plan = case
    fitted = problem.replace(tour_fit=fit_of(problem, seed))
    ours, theirs = figures(fitted, plan), recompute(fitted, plan)
    assert ours.terms == pytest.approx(theirs.terms, rel=1e-9)
    assert ours.vehicle_km_per_day == pytest.approx(theirs.vehicle_km_per_day, rel=1e-9)
    assert ours.objective != pytest.approx(figures(problem, plan).objective, rel=1e-3)


def test_a_factor_on_the_way_out_weighs_it_alone(case):
    problem, _ = case
    fit = fit_of(problem)
    van = fit.constants["van"].replace(trip_m=np.array([3.0]), parcel_s=np.array([7.0]))
    twice = problem.replace(tour_fit=replace(fit, constants={"van": van}))
    plain, fitted = costs.van_leg(problem), costs.van_leg(twice)
    trip = gateway_round_trip(problem, "van", problem.demand.node["van"])
    load = problem.prices.vehicles["van"].parcels_per_tour
    np.testing.assert_allclose(fitted.m - plain.m, 2.0 * trip.m / load)
    np.testing.assert_allclose(fitted.s - plain.s, 7.0)


def test_a_problem_keeps_its_fit_in_its_file(case, tmp_path):
    problem = case[0].replace(tour_fit=fit_of(case[0], 3))
    with (tmp_path / "problem.npz").open("wb") as file:
        mark = store.save(file, problem)
    back, claimed = store.load(tmp_path / "problem.npz")
    assert claimed == mark == store.digest(back)
    assert check_problem(back) == ()


def test_constants_of_the_wrong_number_or_sign_are_refused(case):
    problem, fit = case[0], fit_of(case[0])
    short = fit.constants["cargo_bike"].replace(stop=np.ones(1))
    minus = fit.constants["van"].replace(gap_m=np.array([-1.0]))
    for name, known in (("cargo_bike", short), ("van", minus)):
        broken = problem.replace(tour_fit=replace(fit, constants={name: known}))
        assert [found.where for found in check_problem(broken)] == [f"tour_fit.{name}"]
