"""Tours whose travel changes with the hour, against what a person or a look at every order says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.core.limits import Limits
from optimizer.core.refusal import Refusal
from optimizer.routing.hours import plan_hours, refused
from optimizer.verify.routing import check_tours
from tests.routing.builders import fleet, pairs, plane_problem, stops
from tests.routing.hours.plain import STEP_S
from tests.routing.hours.towns import best_of_all, drawn, hourly, paced, problem

SHORT = Limits(work=60, threads=1)


def planned(case, limits=SHORT, **options):
    """Plan, and have the answer checked."""
    result = plan_hours(case, limits, **options)
    assert result.status == "plan"
    assert check_tours(case, result.tours, result.skipped, result.objective) == ()
    return result


def stops_of(result, tour=0):
    """Return the stops of one tour in their order."""
    tours = result.tours
    visits = tours.stop[tours.first[tour] : tours.first[tour + 1]]
    return [int(stop) for stop in visits if stop >= 0]


def test_leaving_after_the_rush_hour_is_quicker():
    travel = paced([[0, 100], [100, 0]], [1.0, 0.5, 1.0], [0.0, 3600.0, 7200.0])
    visit = stops([1], from_s=3700.0, until_s=9000.0)
    result = planned(problem(travel, visit, fleet(until_s=20000.0, eur_per_s=1.0, eur_per_m=0.0)))
    assert result.objective == pytest.approx(200.0)
    assert result.tours.begin_s[0] >= 7200.0 - 1e-6


def test_a_tour_that_must_be_early_pays_for_the_rush_hour():
    # At pace 1/2, 50 of the 100 s are covered by 3600; 100 s more for the other 50; 200 s back.
    travel = paced([[0, 100], [100, 0]], [1.0, 0.5, 1.0], [0.0, 3600.0, 7200.0])
    visit = stops([1], from_s=3700.0, until_s=3700.0)
    result = planned(problem(travel, visit, fleet(until_s=20000.0, eur_per_s=1.0, eur_per_m=0.0)))
    assert result.tours.begin_s[0] == pytest.approx(3550.0)
    assert result.objective == pytest.approx(150.0 + 200.0)


def test_a_jam_turns_the_order_of_stops_round():
    # 0 -> 1 takes 10 until 100 and 90 from 101 on; all other legs take 20 at any hour.
    calm = [(0.0, 20.0), (1000.0, 1020.0)]
    corners = {(i, j): calm for i in range(3) for j in range(3) if i != j}
    corners[0, 1] = [(0.0, 10.0), (100.0, 110.0), (101.0, 191.0), (1000.0, 1090.0)]
    cheap = {"eur_per_s": 1.0, "eur_per_m": 0.0, "until_s": 900.0}
    early = planned(problem(hourly(corners, 3), stops([1, 2]), fleet(**cheap)))
    assert stops_of(early) == [0, 1]
    assert early.objective == pytest.approx(50.0)
    late = planned(problem(hourly(corners, 3), stops([1, 2]), fleet(from_s=300.0, **cheap)))
    assert stops_of(late) == [1, 0]
    assert late.objective == pytest.approx(60.0)


@pytest.mark.parametrize("kind", ["paced", "hourly"])
@pytest.mark.parametrize("seed", range(4))
def test_a_look_at_every_order_finds_nothing_better(kind, seed):
    case = drawn(seed, kind)
    best = best_of_all(case)
    result = plan_hours(case, SHORT)
    if np.isinf(best):
        assert result.status == "no_plan"
    else:
        assert best - 2 * STEP_S <= planned(case).objective <= best + 1e-6


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(["paced", "hourly"]), st.booleans())
def test_whatever_is_planned_is_accepted_by_the_checker(seed, kind, two):
    rng = np.random.default_rng(seed)
    case = drawn(
        seed,
        kind,
        deliver=rng.integers(0, 3, 5),
        collect=rng.integers(0, 3, 5),
        released_s=rng.choice([0.0, 100.0, 250.0], 5),
        penalty_eur=rng.uniform(1.0, 300.0, 5),
    )
    vehicles = fleet(
        types=2,
        capacity=[3, 4],
        count_max=[1, 2],
        until_s=[700.0, 1000.0],
        eur_per_s=[0.5, 1.0],
        eur_per_m=0.02,
        fixed_eur=[10.0, 25.0],
        load_s=[7.0, 0.0],
        reload_places=[(0,), (0, 2)],
        reloads_max=[2, 1],
        duration_max_s=[400.0, np.inf],
        length_max_m=[np.inf, 2000.0],
        end_place=[0, -1 if two else 0],
        serves=rng.random((2, 5)) < 0.8,
    )
    result = planned(case.replace(fleet=vehicles), Limits(work=25, threads=1, seed=seed))
    assert result.objective <= case.stops.penalty_eur.sum() + 1e-6


def test_a_vehicle_that_carries_one_parcel_reloads_for_the_next():
    travel = paced([[0, 10, 20], [10, 0, 10], [20, 10, 0]], [1.0, 1.0], [0.0, 50.0])
    vehicles = fleet(
        capacity=1,
        count_max=1,
        load_s=5.0,
        reload_places=[(0,)],
        reloads_max=1,
        until_s=500.0,
        eur_per_s=1.0,
        eur_per_m=0.0,
    )
    result = planned(problem(travel, stops([1, 2]), vehicles))
    assert result.objective == pytest.approx(5 + 20 + 5 + 40)


def test_a_trip_waits_for_its_load_and_not_for_that_of_the_next_one():
    # The reload at the depot ends at 100: the first stop, reached by 20, costs no waiting there.
    travel = paced([[0, 10, 20], [10, 0, 10], [20, 10, 0]], [1.0, 1.0], [0.0, 50.0])
    vehicles = fleet(
        capacity=1,
        count_max=1,
        reload_places=[(0,)],
        reloads_max=1,
        until_s=500.0,
        eur_per_s=1.0,
        eur_per_m=0.0,
    )
    visit = stops([1, 2], until_s=[60.0, np.inf], released_s=[0.0, 100.0])
    result = planned(problem(travel, visit, vehicles))
    assert result.tours.begin_s[0] == pytest.approx(50.0)  # at the stop by 60, back at 70
    assert result.objective == pytest.approx(90.0)  # until 140: reload at 100, 40 there and back


def test_breaks_are_set_into_tours():
    travel = paced([[0, 50], [50, 0]], [1.0, 0.5], [0.0, 4000.0])
    vehicles = fleet(until_s=1000.0, eur_per_s=1.0, eur_per_m=0.0, break_s=30.0, work_max_s=60.0)
    result = planned(problem(travel, stops([1]), vehicles))
    assert result.objective == pytest.approx(130.0)


def test_a_stop_that_costs_more_than_its_penalty_is_left_out():
    travel = paced([[0, 10, 400], [10, 0, 400], [400, 400, 0]], [1.0, 0.5], [0.0, 4000.0])
    visit = stops([1, 2], penalty_eur=100.0)
    result = planned(problem(travel, visit, fleet(until_s=3000.0, eur_per_s=1.0, eur_per_m=0.0)))
    assert result.skipped.tolist() == [False, True]
    assert result.objective == pytest.approx(120.0)


def test_stops_that_cannot_be_reached_in_time_leave_no_plan():
    travel = paced([[0, 100], [100, 0]], [1.0, 0.5], [0.0, 4000.0])
    case = problem(travel, stops([1], until_s=50.0), fleet(until_s=3000.0, eur_per_s=1.0))
    result = plan_hours(case, SHORT)
    assert (result.status, result.tours, result.objective) == ("no_plan", None, None)


def test_the_same_seed_and_work_give_the_same_tours():
    case = drawn(7, "hourly")
    first, second = (plan_hours(case, Limits(work=40, threads=2, seed=3)) for _ in range(2))
    assert first.objective == second.objective
    assert np.array_equal(first.tours.begin_s, second.tours.begin_s)


def test_given_tours_are_a_start():
    case = drawn(1, "paced")
    best = planned(case)
    again = planned(case, Limits(work=1, threads=1), initial=best.tours)
    assert again.objective == pytest.approx(best.objective)


def test_what_the_engine_cannot_state_is_refused():
    case = drawn(0, "paced")
    with pytest.raises(Refusal, match="F817 pairs"):
        plan_hours(case.replace(pairs=pairs([(0, 1, 1)])), SHORT)


def test_what_the_engine_cannot_state_is_named():
    assert refused(drawn(0, "paced")) == ()
    assert "pairs" in refused(plane_problem([(0, 0), (1, 0), (2, 0)], pair=[(0, 1, 1)]))
    assert "travel in the plane" in refused(plane_problem([(0, 0), (1, 0)]))
