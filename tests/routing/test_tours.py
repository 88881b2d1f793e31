"""Tours by hand: each feature of the problem decides something."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.core.limits import Budget, Cancel, Limits
from optimizer.core.routing import Visit
from optimizer.routing import plan_tours
from optimizer.routing.schedule import objective_eur, timed
from optimizer.solvers import ortools_tours, pyvrp_tours
from tests.routing.builders import fleet, plane_problem, stops

FEW = Limits(work=300, seed=1)
SQUARE = [(0, 0), (3, 0), (3, 4), (0, 4)]


def visited(tours, rank=0):
    visits = slice(tours.first[rank], tours.first[rank + 1])
    return [int(stop) for stop in tours.stop[visits] if stop >= 0]


def test_a_rectangle_is_driven_around():
    result = plan_tours(plane_problem(SQUARE), FEW)
    assert result.status == "plan"
    assert result.objective == pytest.approx(14.0)
    assert visited(result.tours) in ([0, 1, 2], [2, 1, 0])
    assert result.bound is None


def test_nothing_to_visit_needs_no_tour():
    result = plan_tours(plane_problem([(0, 0)], visit=stops([])), FEW)
    assert result.objective == 0.0
    assert result.tours.count == 0


def test_capacity_asks_for_two_tours_and_a_reload_saves_the_second_vehicle():
    points = [(0, 0), (3, 0), (0, 4)]
    two = plan_tours(plane_problem(points, vehicles=fleet(capacity=1)), FEW)
    assert two.tours.count == 2
    again = fleet(capacity=1, count_max=1, reload_places=[(0,)], reloads_max=1, load_s=10.0)
    one = plan_tours(plane_problem(points, vehicles=again), FEW)
    assert one.tours.count == 1
    assert list(one.tours.kind) == [Visit.START, Visit.STOP, Visit.RELOAD, Visit.STOP, Visit.END]
    assert one.tours.leave_s[-1] - one.tours.begin_s[0] == pytest.approx(10 + 6 + 10 + 8)


def test_a_tour_with_an_open_end_stays_where_it_delivered_last():
    result = plan_tours(plane_problem(SQUARE, vehicles=fleet(end_place=-1)), FEW)
    assert result.objective == pytest.approx(10.0)
    assert result.tours.place[-1] == result.tours.place[-2]


def test_a_vehicle_goes_only_where_it_may():
    serves = np.array([[True, False], [False, True]])
    points = [(0, 0), (3, 0), (0, 4)]
    free = plan_tours(plane_problem(points), FEW)
    bound = plan_tours(plane_problem(points, vehicles=fleet(2, serves=serves)), FEW)
    assert free.objective == pytest.approx(12.0)
    assert bound.objective == pytest.approx(14.0)
    assert [visited(bound.tours, rank) for rank in bound.tours.vehicle_type] == [[0], [1]]


def test_a_stop_that_costs_more_than_its_penalty_is_left_out():
    visit = stops([1, 2], penalty_eur=[np.inf, 50.0])
    result = plan_tours(plane_problem([(0, 0), (3, 0), (0, 100)], visit=visit), FEW)
    assert list(result.skipped) == [False, True]
    assert result.objective == pytest.approx(6.0 + 50.0)


def test_goods_of_a_pair_are_picked_up_first():
    visit = stops([1, 2], deliver=0)
    result = plan_tours(plane_problem([(0, 0), (3, 0), (3, 4)], visit=visit, pair=[(1, 0, 3)]), FEW)
    assert visited(result.tours) == [1, 0]


def test_what_collects_takes_the_room_of_what_was_delivered():
    visit = stops([1, 2], deliver=[10, 0], collect=[0, 10])
    result = plan_tours(plane_problem([(0, 0), (3, 0), (3, 4)], visit=visit), FEW)
    assert result.tours.count == 1
    assert visited(result.tours) == [0, 1]


def test_the_cheaper_vehicle_is_taken_unless_it_is_too_small():
    vehicles = fleet(2, capacity=[1, 10], eur_per_m=[1.0, 2.0], count_max=[1, 5])
    small = plan_tours(plane_problem([(0, 0), (3, 0)], vehicles=vehicles), FEW)
    assert list(small.tours.vehicle_type) == [0]
    large = stops([1], deliver=5)
    result = plan_tours(plane_problem([(0, 0), (3, 0)], visit=large, vehicles=vehicles), FEW)
    assert list(result.tours.vehicle_type) == [1]


def test_more_than_all_vehicles_carry_has_no_plan_and_no_bound():
    visit = stops([1], deliver=11)
    result = plan_tours(plane_problem([(0, 0), (3, 0)], visit=visit), FEW)
    assert result.status == "no_plan"
    assert result.objective is None
    assert result.skipped.all()


def test_the_same_seed_and_work_give_the_same_tours_and_a_start_is_not_lost():
    rng = np.random.default_rng(3)
    problem = plane_problem(rng.uniform(0, 100, (25, 2)))
    first, second = (plan_tours(problem, FEW) for _ in range(2))
    assert np.array_equal(first.tours.stop, second.tours.stop)
    again = plan_tours(problem, Limits(work=1, seed=5), initial=first.tours)
    assert again.objective <= first.objective + 1e-6


def test_a_cancelled_search_says_so_and_keeps_what_it_has():
    cancel = Cancel()
    told = []

    def listen(progress):
        told.append(progress.value)
        if progress.value is not None:
            cancel.cancel()

    rng = np.random.default_rng(4)
    problem = plane_problem(rng.uniform(0, 100, (25, 2)))
    result = plan_tours(problem, Limits(time_s=60.0), listener=listen, cancel=cancel)
    assert result.stopped_by == "user"
    assert result.status == "plan"
    assert any(value is not None for value in told)


def test_real_costs_survive_the_whole_numbers_of_the_engine():
    vehicles = fleet(eur_per_m=0.00061, eur_per_s=0.0097, fixed_eur=12.5)
    problem = plane_problem([(0, 0), (3000, 0), (3000, 4000)], vehicles=vehicles)
    result = plan_tours(problem, FEW)
    assert result.objective == pytest.approx(12.5 + 12000 * (0.00061 + 0.0097))
    assert result.objective == pytest.approx(objective_eur(problem, result.tours))


@pytest.mark.parametrize("engine", [pyvrp_tours, ortools_tours])
def test_both_engines_find_the_best_of_a_small_problem(engine):
    visit = stops([1, 2, 3], deliver=[8, 0, 0], collect=[0, 0, 9])
    serves = np.array([[True, True, False], [True, True, True]])
    problem = plane_problem(
        [(0, 0), (3, 0), (0, 4), (5, 5)], visit=visit, vehicles=fleet(2, serves=serves)
    )
    found = engine.plan_order(problem, Budget(FEW))
    orders = found if engine is ortools_tours else found.orders
    tours = timed(problem, orders)
    way = 3 + np.hypot(2, 5) + np.hypot(5, 1) + 4
    assert objective_eur(problem, tours) == pytest.approx(way)
    assert list(tours.vehicle_type) == [1]


def test_ortools_steps_in_where_breaks_leave_windows_no_room():
    # the break must come while waiting for the second stop, earlier than it has to
    visit = stops([1, 2, 3], from_s=[0.0, 80.0, 0.0], until_s=[30.0, 85.0, 140.0])
    vehicles = fleet(break_s=10.0, work_max_s=110.0, duration_max_s=400.0, until_s=400.0)
    points = [(0, 0), (30, 0), (40, 0), (100, 0)]
    problem = plane_problem(points, visit=visit, vehicles=vehicles)
    result = plan_tours(problem, FEW)
    assert result.engine == "ortools"
    kinds = list(result.tours.kind)
    assert kinds.count(Visit.BREAK) == 2
    assert kinds.index(Visit.BREAK) < list(result.tours.stop).index(1)
    assert result.tours.leave_s[-1] - result.tours.begin_s[0] <= 250.0


def test_searches_with_two_seeds_side_by_side_keep_the_better_one(monkeypatch):
    monkeypatch.setattr("optimizer.routing.race.RACE_LIMIT_S", 1.0)
    rng = np.random.default_rng(5)
    problem = plane_problem(rng.uniform(0, 100, (61, 2)))
    told = []
    limits = Limits(time_s=1.5, seed=1, threads=2)
    result = plan_tours(problem, limits, listener=lambda progress: told.append(progress.value))
    assert result.status == "plan"
    assert result.objective == pytest.approx(objective_eur(problem, result.tours))
    assert result.objective <= min(told) + 0.1
    assert told == sorted(told, reverse=True)


def test_a_stop_in_time_for_nobody_is_left_out_or_proves_that_there_is_no_plan():
    points = [(0, 0), (3, 0), (0, 4)]
    late = {"released_s": [0.0, 50.0], "until_s": [np.inf, 40.0]}
    optional = stops([1, 2], penalty_eur=[np.inf, 5.0], **late)
    told = []
    result = plan_tours(
        plane_problem(points, visit=optional), FEW, listener=lambda p: told.append(p.value)
    )
    assert list(result.skipped) == [False, True]
    assert result.objective == pytest.approx(6.0 + 5.0)
    assert min(told) == pytest.approx(11.0)
    required = plan_tours(plane_problem(points, visit=stops([1, 2], **late)), FEW)
    assert (required.status, required.stopped_by) == ("infeasible", "proof")


def test_who_only_collects_waits_for_no_load():
    visit = stops([1], deliver=0, collect=1, released_s=50.0, until_s=40.0)
    assert plan_tours(plane_problem([(0, 0), (3, 0)], visit=visit), FEW).status == "plan"


def test_a_pair_whose_delivery_closes_before_its_pickup_opens_is_left_out():
    visit = stops([1, 2], deliver=0, penalty_eur=3.0, from_s=[50.0, 0.0], until_s=[60.0, 40.0])
    result = plan_tours(plane_problem([(0, 0), (3, 0), (0, 4)], visit=visit, pair=[(0, 1, 1)]), FEW)
    assert result.skipped.all()
    assert result.objective == pytest.approx(6.0)


def test_what_else_is_brought_to_the_end_of_a_pair_is_not_forgotten():
    visit = stops([1, 2], deliver=[6, 0])
    problem = plane_problem([(0, 0), (3, 0), (3, 4)], visit=visit, pair=[(1, 0, 5)])
    result = plan_tours(problem, FEW)
    assert result.engine == "ortools"
    assert result.status == "no_plan"  # six for the first stop and five from the second are eleven
    small = problem.replace(stops=visit.replace(deliver=np.array([[5], [0]])))
    assert visited(plan_tours(small, FEW).tours) == [1, 0]
