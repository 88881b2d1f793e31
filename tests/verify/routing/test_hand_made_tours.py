"""Three stops on a line at 10, 20, 30; the depot stands at 0; a unit is a second and a metre."""

import numpy as np
import pytest

from optimizer.core.routing import Matrix, Plane, Visit
from optimizer.verify import check_tours, recompute_tours
from tests.routing.builders import fleet, plane_problem, stops
from tests.verify.routing.tours import BREAK, RELOAD, families, left, none_left, timed

LINE = [(0, 0), (10, 0), (20, 0), (30, 0)]
PLACES = (1, 2, 3)


def line(visit=None, vehicles=None, **changes):
    return plane_problem(LINE, visit=visit, vehicles=vehicles, **changes)


def broken(problem, *rows, skipped=None, objective=None):
    tours = timed(problem, *rows)
    return check_tours(
        problem, tours, none_left(problem) if skipped is None else skipped, objective
    )


def test_one_tour_out_and_back_is_accepted_with_its_sixty_metres():
    problem = line()
    assert not broken(problem, (0, 0.0, [0, 1, 2]), objective=60.0)


def test_a_wrong_objective_is_noticed():
    assert families(broken(line(), (0, 0.0, [0, 1, 2]), objective=60.1)) == {"claim"}


def test_figures_are_those_of_a_person_with_a_pencil():
    vehicles = fleet(eur_per_m=2.0, eur_per_s=3.0, fixed_eur=5.0, load_s=7.0)
    visit = stops(PLACES, service_s=1.0, from_s=[0, 0, 50], penalty_eur=[np.inf, 11, np.inf])
    problem = line(visit, vehicles)
    tours = timed(problem, (0, 0.0, [0, 2]))
    figures = recompute_tours(problem, tours, left(problem, 1))
    # loads until 7, serves 17-18, arrives at 38, waits until 50, leaves at 51, ends at 81
    assert figures.length_m.tolist() == [60.0]
    assert figures.duration_s.tolist() == [81.0]
    assert figures.driving_s.tolist() == [60.0]
    assert figures.waiting_s.tolist() == [12.0]
    assert figures.stops.tolist() == [2]
    assert figures.trips.tolist() == [1]
    assert figures.cost_eur.tolist() == [5.0 + 3 * 81 + 2 * 60]
    assert figures.objective == 5.0 + 3 * 81 + 2 * 60 + 11


def test_a_stop_that_nobody_visits_is_noticed():
    assert families(broken(line(), (0, 0.0, [0, 1]))) == {"stops"}


def test_a_stop_with_a_price_may_be_left_out_and_others_may_not():
    problem = line(stops(PLACES, penalty_eur=[np.inf, np.inf, 4.0]))
    assert not broken(problem, (0, 0.0, [0, 1]), skipped=left(problem, 2), objective=44.0)
    assert families(broken(problem, (0, 0.0, [0, 2]), skipped=left(problem, 1))) == {"stops"}


def test_a_stop_that_is_visited_and_left_out_is_noticed():
    problem = line(stops(PLACES, penalty_eur=1.0))
    assert families(broken(problem, (0, 0.0, [0, 1, 2]), skipped=left(problem, 1))) == {"stops"}


def test_a_stop_that_is_visited_twice_is_noticed():
    assert families(broken(line(), (0, 0.0, [0, 1, 2]), (0, 0.0, [1]))) == {"stops"}


@pytest.mark.parametrize(("until", "accepted"), [(25.0, False), (30.0, True)])
def test_service_begins_within_its_window(until, accepted):
    problem = line(stops(PLACES, until_s=[np.inf, np.inf, until]))
    assert families(broken(problem, (0, 0.0, [0, 1, 2]))) == (set() if accepted else {"window"})


def test_who_comes_early_has_to_wait():
    problem = line(stops(PLACES, from_s=[0, 0, 40]))
    tours = timed(problem, (0, 0.0, [0, 1, 2]))
    begin, leave = tours.begin_s.copy(), tours.leave_s.copy()
    begin[3] = leave[3] = 30.0
    hasty = tours.replace(begin_s=begin, leave_s=leave)
    assert "window" in families(check_tours(problem, hasty, none_left(problem)))


@pytest.mark.parametrize("name", ["arrive_s", "begin_s", "leave_s"])
@pytest.mark.parametrize("row", range(5))
@pytest.mark.parametrize("change", [-1.0, 1e-3])
def test_a_moment_that_is_shifted_is_noticed(name, row, change):
    problem = line()
    tours = timed(problem, (0, 0.0, [0, 1, 2]))
    moments = getattr(tours, name).copy()
    moments[row] += change
    assert check_tours(problem, tours.replace(**{name: moments}), none_left(problem))


def test_loads_are_held_in_every_dimension():
    visit = stops(PLACES, loads=2, deliver=[[1, 5], [1, 5], [1, 5]])
    holds = line(visit, fleet(loads=2, capacity=[[3, 15]]))
    small = line(visit, fleet(loads=2, capacity=[[3, 14]]))
    assert not broken(holds, (0, 0.0, [0, 1, 2]))
    assert families(broken(small, (0, 0.0, [0, 1, 2]))) == {"load"}


def test_what_is_collected_takes_the_room_of_what_was_delivered():
    visit = stops(PLACES, deliver=[6, 4, 0], collect=[0, 0, 10])
    assert not broken(line(visit), (0, 0.0, [0, 1, 2]))
    assert families(broken(line(visit), (0, 0.0, [2, 1, 0]))) == {"load"}


def test_at_a_stop_goods_leave_before_others_come_in():
    visit = stops(PLACES, deliver=[10, 0, 0], collect=[10, 0, 0])
    assert not broken(line(visit), (0, 0.0, [0, 1, 2]))


def test_a_pair_is_picked_up_before_it_is_delivered_on_one_trip():
    visit = stops(PLACES, deliver=0)
    problem = line(visit, fleet(reload_places=[(0,)], reloads_max=1), pair=[(0, 2, 10)])
    assert not broken(problem, (0, 0.0, [1, 0, 2]))
    assert "pairs" in families(broken(problem, (0, 0.0, [2, 1, 0])))
    assert "pairs" in families(broken(problem, (0, 0.0, [0, 1]), (0, 0.0, [2])))
    assert "pairs" in families(broken(problem, (0, 0.0, [0, RELOAD, 1, 2])))


def test_half_a_pair_may_not_be_left_out():
    problem = line(stops(PLACES, deliver=0, penalty_eur=1.0), pair=[(0, 2, 1)])
    assert "pairs" in families(broken(problem, (0, 0.0, [0, 1]), skipped=left(problem, 2)))
    assert not broken(problem, (0, 0.0, [1]), skipped=left(problem, 0, 2))


def test_two_pairs_on_board_at_once_count_together():
    visit = stops(PLACES, deliver=0)
    problem = line(visit, pair=[(0, 2, 6), (1, 2, 5)])
    assert families(broken(problem, (0, 0.0, [0, 1, 2]))) == {"load"}


def test_no_more_tours_than_vehicles():
    problem = line(vehicles=fleet(count_max=1))
    assert families(broken(problem, (0, 0.0, [0, 1]), (0, 0.0, [2]))) == {"fleet"}


@pytest.mark.parametrize("mark", [0, -1])
def test_a_tour_that_starts_or_ends_elsewhere_is_noticed(mark):
    problem = line()
    tours = timed(problem, (0, 0.0, [0, 1, 2]))
    place = tours.place.copy()
    place[mark] = 2
    assert "fleet" in families(check_tours(problem, tours.replace(place=place), none_left(problem)))


def test_an_open_tour_ends_at_its_last_stop_and_pays_no_way_back():
    problem = line(vehicles=fleet(end_place=-1))
    assert not broken(problem, (0, 0.0, [0, 1, 2]), objective=30.0)


@pytest.mark.parametrize(
    ("limit", "family"),
    [
        ({"from_s": 1.0}, "shift"),
        ({"until_s": 59.0}, "shift"),
        ({"duration_max_s": 59.0}, "limit"),
        ({"length_max_m": 59.0}, "limit"),
    ],
)
def test_shift_duration_and_length_are_held(limit, family):
    assert families(broken(line(vehicles=fleet(**limit)), (0, 0.0, [0, 1, 2]))) == {family}


def test_limits_that_are_just_reached_are_held():
    vehicles = fleet(from_s=0.0, until_s=60.0, duration_max_s=60.0, length_max_m=60.0)
    assert not broken(line(vehicles=vehicles), (0, 0.0, [0, 1, 2]))


def test_a_reload_needs_a_place_and_is_counted():
    two = line(vehicles=fleet(capacity=2, reload_places=[(0,)], reloads_max=1))
    assert not broken(two, (0, 0.0, [0, 1, RELOAD, 2]), objective=100.0)
    assert families(broken(two, (0, 0.0, [0, RELOAD, 1, RELOAD, 2]))) == {"reload"}
    assert families(broken(two, (0, 0.0, [0, 1, 2]))) == {"load"}
    elsewhere = two.replace(fleet=two.fleet.replace(reload_places=((1,),)))
    assert not broken(elsewhere, (0, 0.0, [0, 1, RELOAD, 2]))
    tours = timed(elsewhere, (0, 0.0, [0, 1, RELOAD, 2]))
    assert "reload" in families(check_tours(two, tours, none_left(two)))


def test_loading_takes_its_time_only_where_something_is_loaded():
    vehicles = fleet(load_s=5.0, reload_places=[(0,)], reloads_max=1)
    problem = line(stops(PLACES, deliver=[1, 1, 0], collect=[0, 0, 1]), vehicles)
    tours = timed(problem, (0, 0.0, [0, 1, RELOAD, 2]))
    assert tours.leave_s.tolist() == [5.0, 15.0, 25.0, 45.0, 75.0, 105.0]
    assert not check_tours(problem, tours, none_left(problem))
    unloaded = timed(problem.replace(fleet=vehicles.replace(load_s=np.zeros(1))), (0, 0.0, [0, 1]))
    assert "service" in families(check_tours(problem, unloaded, left(problem, 2)))


def test_a_trip_leaves_after_what_it_delivers_was_released():
    problem = line(stops(PLACES, released_s=[0, 20, 0]))
    assert not broken(problem, (0, 20.0, [0, 1, 2]))
    assert families(broken(problem, (0, 19.0, [0, 1, 2]))) == {"released"}


def test_what_is_collected_is_not_waited_for():
    problem = line(stops(PLACES, deliver=[1, 0, 1], collect=[0, 1, 0], released_s=[0, 20, 0]))
    assert not broken(problem, (0, 0.0, [0, 1, 2]))


def test_work_is_parted_by_breaks():
    problem = line(vehicles=fleet(break_s=5.0, work_max_s=40.0))
    assert families(broken(problem, (0, 0.0, [0, 1, 2]))) == {"break"}
    assert not broken(problem, (0, 0.0, [0, 1, BREAK, 2]))
    assert families(broken(problem, (0, 0.0, [BREAK, 0, 1, 2]))) == {"break"}


def test_a_break_lasts_as_long_as_it_must_and_happens_on_the_spot():
    problem = line(vehicles=fleet(break_s=5.0, work_max_s=40.0))
    tours = timed(problem, (0, 0.0, [0, 1, BREAK, 2]))
    place = tours.place.copy()
    place[3] = 1
    moved = check_tours(problem, tours.replace(place=place), none_left(problem))
    assert "break" in families(moved)
    short = timed(problem.replace(fleet=problem.fleet.replace(break_s=np.array([4.0]))),
                  (0, 0.0, [0, 1, BREAK, 2]))  # fmt: skip
    assert families(check_tours(problem, short, none_left(problem))) == {"service"}


def test_some_vehicles_may_not_visit_some_stops():
    serves = np.array([[True, True, False]])
    problem = line(vehicles=fleet(serves=serves))
    assert families(broken(problem, (0, 0.0, [0, 1, 2]))) == {"serves"}


def test_a_leg_without_a_way_is_noticed():
    table = np.full((4, 4), 10, dtype=np.int32)
    problem = line(travel={"van": Matrix(table, table)})
    assert not broken(problem, (0, 0.0, [0, 1, 2]))
    gone = table.copy()
    gone[1, 2] = -1
    tours = timed(problem, (0, 0.0, [0, 1, 2]))
    without = problem.replace(travel={"van": Matrix(gone, table)})
    assert "travel" in families(check_tours(without, tours, none_left(problem)))


def test_tours_that_are_no_tours_are_refused_in_words():
    problem = line()
    tours = timed(problem, (0, 0.0, [0, 1, 2]))
    kind = tours.kind.copy()
    kind[0] = Visit.STOP
    damaged = [
        tours.replace(kind=kind),
        tours.replace(first=np.array([0, 4])),
        tours.replace(place=tours.place + 9),
        tours.replace(vehicle_type=np.array([1], dtype=np.int32)),
        tours.replace(begin_s=np.full(5, np.nan)),
        tours.replace(stop=tours.stop[:3]),
    ]
    for one in damaged:
        assert families(check_tours(problem, one, none_left(problem))) == {"form"}
    assert families(check_tours(problem, tours, np.zeros(2, dtype=bool))) == {"form"}


def test_a_problem_that_is_none_is_refused_in_words():
    problem = line()
    tours = timed(problem, (0, 0.0, [0, 1, 2]))
    damaged = [
        problem.replace(stops=problem.stops.replace(place=np.array([1, 2, 9], dtype=np.int32))),
        problem.replace(stops=problem.stops.replace(service_s=np.full(3, -1.0))),
        problem.replace(travel={"bike": problem.travel["van"]}),
        problem.replace(travel={"van": Plane(np.zeros(2), np.zeros(2))}),
        problem.replace(fleet=problem.fleet.replace(capacity=np.ones((1, 2), dtype=np.int64))),
    ]
    for one in damaged:
        assert families(check_tours(one, tours, none_left(problem))) == {"form"}
