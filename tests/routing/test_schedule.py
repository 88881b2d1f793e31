"""When visits happen: waiting, late starts, releases, breaks, travel that changes."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.core.routing import Hourly, Paced, Visit
from optimizer.core.tour_order import TourOrder, order_of
from optimizer.routing.engines import breaks_most, needs, with_room_for_breaks
from optimizer.routing.schedule import timed, timed_tour
from optimizer.travel.legs import arrivals, leg_table
from tests.routing.builders import fleet, plane_problem, stops

LINE = [(0, 0), (30, 0), (60, 0)]


def one_tour(*targets):
    return TourOrder(0, (Visit.STOP,) * len(targets), targets)


def test_a_tour_starts_so_late_that_it_does_not_wait():
    visit = stops([1, 2], from_s=[100.0, 0.0], until_s=[120.0, np.inf])
    tour = timed_tour(plane_problem(LINE, visit=visit), one_tour(0, 1))
    assert tour.begin_s == pytest.approx([70.0, 100.0, 130.0, 190.0])


def test_a_window_in_between_keeps_the_start_early():
    visit = stops([1, 2], from_s=[0.0, 100.0], until_s=[40.0, np.inf])
    tour = timed_tour(plane_problem(LINE, visit=visit), one_tour(0, 1))
    assert tour.begin_s == pytest.approx([10.0, 40.0, 100.0, 160.0])
    assert tour.arrive_s[2] == pytest.approx(70.0)


def test_a_window_that_cannot_be_kept_has_no_schedule():
    visit = stops([1, 2], until_s=[np.inf, 59.0])
    problem = plane_problem(LINE, visit=visit)
    assert timed_tour(problem, one_tour(0, 1)) is None
    assert timed(problem, [one_tour(0, 1)]) is None


def test_a_trip_leaves_when_its_load_is_there_and_loading_takes_its_time():
    visit = stops([1, 2], released_s=[50.0, 0.0], service_s=5.0)
    tour = timed_tour(plane_problem(LINE, visit=visit, vehicles=fleet(load_s=8.0)), one_tour(0, 1))
    assert tour.begin_s[0] == pytest.approx(42.0)
    assert tour.leave_s[0] == pytest.approx(50.0)
    assert tour.leave_s[1] == pytest.approx(85.0)


def test_who_only_collects_loads_nothing():
    visit = stops([1, 2], deliver=0, collect=1)
    tour = timed_tour(plane_problem(LINE, visit=visit, vehicles=fleet(load_s=8.0)), one_tour(0, 1))
    assert tour.leave_s[0] == tour.begin_s[0]


def test_the_second_trip_waits_for_its_own_load():
    visit = stops([1, 2], released_s=[0.0, 100.0])
    vehicles = fleet(reload_places=[(0,)], reloads_max=1)
    order = TourOrder(0, (Visit.STOP, Visit.RELOAD, Visit.STOP), (0, 0, 1))
    tour = timed_tour(plane_problem(LINE, visit=visit, vehicles=vehicles), order)
    assert tour.leave_s[2] == pytest.approx(100.0)
    assert tour.begin_s[0] == pytest.approx(40.0)


def test_a_break_comes_as_late_as_it_may():
    vehicles = fleet(break_s=5.0, work_max_s=70.0, until_s=1000.0)
    tour = timed_tour(plane_problem(LINE, vehicles=vehicles), one_tour(0, 1))
    assert tour.kind == [Visit.START, Visit.STOP, Visit.STOP, Visit.BREAK, Visit.END]
    assert tour.leave_s[-1] - tour.begin_s[0] == pytest.approx(125.0)


def test_a_leg_longer_than_work_without_a_break_has_no_schedule():
    vehicles = fleet(break_s=5.0, work_max_s=20.0, until_s=1000.0)
    assert timed_tour(plane_problem(LINE, vehicles=vehicles), one_tour(0, 1)) is None


def test_a_tour_longer_than_allowed_has_no_schedule():
    vehicles = fleet(duration_max_s=119.0)
    assert timed_tour(plane_problem(LINE, vehicles=vehicles), one_tour(0, 1)) is None


def test_shifts_shrink_by_as_many_breaks_as_they_may_take():
    vehicles = fleet(2, break_s=[10.0, 0.0], work_max_s=100.0, duration_max_s=310.0, until_s=400.0)
    assert list(breaks_most(vehicles)) == [2, 0]
    problem = plane_problem(LINE, visit=stops([1, 2], until_s=[90.0, 300.0]), vehicles=vehicles)
    eased = with_room_for_breaks(problem, windows=True)
    assert list(eased.fleet.duration_max_s) == [290.0, 310.0]
    assert list(eased.stops.until_s) == [90.0, 280.0]
    assert needs(problem) == {"breaks"}


def hourly(corners, count=2):
    """Travel between two places whose arrival function is the same both ways."""
    first, depart, arrive = [0], [], []
    for row in range(count * count):
        if row % (count + 1):
            depart += [corner[0] for corner in corners]
            arrive += [corner[1] for corner in corners]
        first.append(len(depart))
    length = np.ones((count, count), dtype=np.int32)
    return Hourly(np.array(first), np.array(depart, float), np.array(arrive, float), length)


def test_travel_by_hour_is_linear_between_corners_and_waits_before_the_first():
    travel = hourly([(0, 50), (10, 50), (30, 60), (40, 70)])
    origin, target = np.zeros(4, np.int32), np.ones(4, np.int32)
    told = arrivals(travel, origin, target, np.array([-5.0, 5.0, 20.0, 100.0]))
    assert told == pytest.approx([50.0, 50.0, 55.0, 130.0])
    assert leg_table(travel, np.arange(2, dtype=np.int32))[0].tolist() == [[0, 30], [30, 0]]


def test_a_pace_of_one_half_doubles_what_lies_in_its_hours():
    time_s = np.array([[0, 100], [100, 0]], dtype=np.int32)
    pace = np.array([1.0, 0.5, 1.0])
    travel = Paced(time_s, time_s, pace, np.array([0.0, 50.0, 150.0]))
    origin, target = np.zeros(3, np.int32), np.ones(3, np.int32)
    told = arrivals(travel, origin, target, np.array([0.0, 50.0, 200.0]))
    assert told == pytest.approx([150.0, 200.0, 300.0])


def test_a_tour_in_traffic_begins_as_late_as_it_ends_no_later():
    travel = hourly([(0, 50), (10, 50), (30, 60), (40, 70)])
    visit = stops([1], from_s=60.0)
    problem = plane_problem([(0, 0), (1, 0)], visit=visit, travel={"van": travel})
    tour = timed_tour(problem, one_tour(0))
    assert tour.begin_s[0] == pytest.approx(30.0, abs=1e-4)
    assert tour.leave_s[-1] == pytest.approx(90.0)


def test_the_order_of_timed_tours_is_the_order_they_were_timed_by():
    orders = [one_tour(1, 0), TourOrder(0, (Visit.STOP, Visit.RELOAD, Visit.STOP), (0, 0, 1))]
    vehicles = fleet(reload_places=[(0,)], reloads_max=1)
    tours = timed(plane_problem(LINE, vehicles=vehicles), orders)
    assert order_of(tours) == orders
