"""Constants are found again where they are known, and the loop ends when two figures agree."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from optimizer.routing.fit import Schedule, feedback, figures_of, fit_samples, fit_tours
from optimizer.routing.fit.errors import FIGURES, compare, held_back_hubs, together
from optimizer.routing.fit.estimate import Parts
from optimizer.routing.fit.feedback import with_fit
from optimizer.routing.fit.measure import Sample, Taken
from optimizer.verify.problem_check import check_problem
from tests.builders import grid_problem
from tests.routing.day_builder import day_rules, made_day
from tests.verify.makers import feasible_plan

TRIP, GAP, STOP, OTHER_S = 1.3, 0.7, 0.8, 12.0
SITES = 5


def sample(seed, hub_factor=(1.0, 1.0, 1.0)):
    """Return a day whose tours follow known constants; the ways of hubs are longer by a factor."""
    rng = np.random.default_rng(seed)
    estimate, tours = {}, {}
    for name, areas in (("lorry", 1), ("van", 1), ("cargo_bike", 3)):
        factor = np.array(hub_factor) if name == "cargo_bike" else np.ones(1)
        parts = Parts(*rng.uniform(50, 100, (6, areas)))
        estimate[name] = parts
        tours[name] = Taken(
            metres=factor * (TRIP * parts.trip_m + GAP * parts.gap_m),
            drive_s=factor * (TRIP * parts.trip_s + GAP * parts.gap_s),
            still_s=STOP * parts.still_s,
            other_s=OTHER_S * parts.parcels,
            trips=np.ones(areas),
        )
    return Sample(seed, np.array([0, 2, 3], dtype=np.int32), estimate, tours)


def test_constants_that_made_the_tours_are_found():
    fit = fit_samples([sample(seed) for seed in range(12)], SITES)
    for known in fit.constants.values():
        assert known.trip_m == pytest.approx(TRIP, abs=0.05)
        assert known.gap_m == pytest.approx(GAP, abs=0.05)
        assert known.stop == pytest.approx(STOP)
        assert known.parcel_s == pytest.approx(OTHER_S)
    assert fit.own.tolist() == [True, False, True, True, False]
    assert fit.days == 12


def test_a_hub_with_longer_ways_carries_them_and_the_rest_the_city():
    days = [sample(seed, (1.0, 1.0, 2.0)) for seed in range(9)]
    bike = fit_samples(days, SITES).constants["cargo_bike"]
    assert bike.trip_m[3] > 1.6 * bike.trip_m[0]
    assert bike.trip_m[1] == bike.trip_m[4]
    assert bike.trip_m[0] < bike.trip_m[1] < bike.trip_m[3]


def test_days_held_back_are_told_within_a_per_cent_where_constants_hold():
    problem = grid_problem(points=10, sites=SITES, firms=0)
    fit = fit_samples([sample(seed) for seed in range(12)], SITES)
    areas = compare(problem, fit, [sample(99), sample(98)])
    assert len(areas) == 2 + 3
    for figure in FIGURES:
        assert abs(together(areas).error(figure)) < 0.01
        assert abs(together(compare(problem, None, [sample(99)])).error(figure)) > 0.01


def test_a_hub_left_aside_is_told_by_the_others():
    problem = grid_problem(points=10, sites=SITES, firms=0)
    found = held_back_hubs(problem, [sample(seed, (1.0, 1.0, 2.0)) for seed in range(6)])
    errors = {area.area: area.error("km") for area in found}
    assert list(errors) == [problem.sites.id[site] for site in (0, 2, 3)]
    assert errors[problem.sites.id[3]] == pytest.approx(-0.5, abs=0.05)
    assert errors[problem.sites.id[0]] > 0.2


def test_ways_that_are_never_driven_keep_the_formula():
    still = sample(1)
    none = {name: Parts(*np.zeros((6, len(one.trip_m)))) for name, one in still.estimate.items()}
    assert fit_samples([still.replace(estimate=none)], SITES).constants == {}


@pytest.fixture(scope="module")
def town():
    problem = grid_problem(points=16, sites=6, firms=0)
    return problem.replace(day=day_rules(problem))


def answer(plan):
    return SimpleNamespace(solution=SimpleNamespace(plan=plan))


def test_the_loop_ends_when_estimate_and_tours_agree_and_the_plan_stays(town):
    plan, asked = feasible_plan(town, seed=1), []

    def resolve(problem, warm):
        asked.append(problem.tour_fit)
        return answer(warm)

    found = feedback(town, answer(plan), resolve, made_day, Schedule(1, 1, 5))
    assert found.agreed
    assert len(found.rounds) == 2
    assert len(asked) == 1
    assert abs(found.rounds[0].errors["eur"]) > 0.03
    assert max(abs(error) for error in found.rounds[1].errors.values()) < 0.03
    assert found.rounds[1].changed_options == 0
    assert found.problem.tour_fit is asked[0]
    assert with_fit(found.problem, asked[0]).assumptions == found.problem.assumptions
    assert check_problem(found.problem) == ()
    told = figures_of(found.problem, found)
    assert told["fit"]["agreed"]
    assert told["held_back"]["days"] == 1
    assert 0.0 < told["fit"]["fill"]["cargo_bike"] <= 1.0
    mine = [one for one in found.problem.assumptions if one.key.startswith("tours.fit.")]
    assert len(mine) == 3 * 6
    assert {one.source for one in mine} == {"fitted to the planned tours of 1 days"}
    assert told["held_back"]["all"]["eur"] == found.rounds[1].errors["eur"]
    assert {point["vehicle"] for point in told["fit"]["points"]} == {"lorry", "van", "cargo_bike"}


def test_the_loop_ends_with_its_rounds_and_says_that_figures_differ(town):
    plans = iter([feasible_plan(town, seed=3), feasible_plan(town, seed=1)])
    found = feedback(
        town,
        answer(feasible_plan(town, seed=1)),
        lambda *_: answer(next(plans)),
        made_day,
        Schedule(1, 1, 3, tolerance=0.0),
    )
    assert not found.agreed
    assert len(found.rounds) == 3
    assert found.rounds[1].changed_options > 0


def test_a_plan_stays_where_deciding_again_finds_none(town):
    plan = feasible_plan(town, seed=1)
    found = feedback(town, answer(plan), lambda *_: answer(None), made_day, Schedule(1, 1, 3))
    assert found.result.solution.plan is plan
    assert found.problem.tour_fit is None
    assert len(found.rounds) == 1
    assert not found.agreed


def test_a_result_without_a_plan_is_refused(town):
    with pytest.raises(ValueError, match="no plan"):
        feedback(town, answer(None), lambda *_: answer(None), made_day)


def test_fitting_alone_uses_each_day_once(town):
    fit, samples = fit_tours(town, feasible_plan(town, seed=1), [4, 5], made_day)
    assert [one.seed for one in samples] == [4, 5]
    assert fit.days == 2
