"""Tours made at random with limits that just hold them; then one thing is changed, and caught."""

import itertools

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from optimizer.core.routing import Hourly, Matrix, Paced, Visit
from optimizer.verify import check_tours, recompute_tours
from optimizer.verify.routing.case import ToursCase
from optimizer.verify.routing.loads import on_board
from tests.routing.builders import fleet, plane_problem, stops
from tests.verify.routing.tours import BREAK, RELOAD, families, none_left, timed

FEW = settings(max_examples=40, deadline=None)


def travel_of(kind, plane, rng):
    """Return travel of a kind between the places of a plane."""
    count = len(plane.x)
    way = rng.integers(1, 600, (count, count)).astype(np.int32)
    np.fill_diagonal(way, 0)
    if kind == "matrix":
        return Matrix(way, 3 * way)
    if kind == "paced":
        return Paced(way, 3 * way, rng.uniform(0.3, 2.0, 4), np.array([0.0, 300.0, 900.0, 2000.0]))
    if kind == "hourly":
        depart = np.tile([0.0, 500.0, 1500.0], count * count)
        spent = np.repeat(way.ravel(), 3) + np.tile([0.0, 200.0, 50.0], count * count)
        spent[np.repeat(way.ravel() == 0, 3)] = 0.0  # who stays is there at once
        return Hourly(3 * np.arange(count * count + 1), depart, depart + spent, 3 * way)
    return plane


@st.composite
def made(draw):
    """Return a problem and tours of it that every limit of the problem just allows."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    count, types = draw(st.integers(2, 8)), draw(st.integers(1, 2))
    kind = draw(st.sampled_from(["plane", "matrix", "paced", "hourly"]))
    pair = [(0, 1, int(rng.integers(1, 5)))] if draw(st.booleans()) else []
    load = rng.integers(0, 5, (2, count, 2))
    load[:, : 2 * len(pair)] = 0
    visit = stops(
        rng.integers(0, 6, count),
        loads=2,
        deliver=load[0],
        collect=load[1],
        service_s=rng.integers(0, 60, count),
    )
    vehicles = fleet(
        types,
        loads=2,
        capacity=[[999, 999]] * types,
        eur_per_s=0.5,
        fixed_eur=7.0,
        load_s=rng.integers(0, 30, types),
        reload_places=[(5,)] * types,
        reloads_max=9,
        break_s=rng.integers(1, 30, types),
    )
    problem = plane_problem(
        rng.integers(0, 500, (6, 2)).tolist(), visit=visit, vehicles=vehicles, pair=pair
    )
    travel = travel_of(kind, problem.travel["van"], rng)
    problem = problem.replace(travel={"van": travel})
    rows = [[] for _ in range(draw(st.integers(1, 3)))]
    order = rng.permutation(np.arange(2 * len(pair), count)).tolist()
    for stop in order:
        row = rows[int(rng.integers(len(rows)))]
        row.append(stop)
        row += [RELOAD] * bool(rng.random() < 0.2) + [BREAK] * bool(rng.random() < 0.2)
    if pair:
        rows[0][:0] = [0, 1]
    told = [(int(rng.integers(types)), float(rng.integers(0, 900)), row) for row in rows if row]
    tours = timed(problem, *told)
    return held(problem, tours), tours, rng


def held(problem, tours):
    """Return the problem with every limit drawn as close as its tours allow."""
    case = ToursCase(problem, tours, none_left(problem))
    types = problem.fleet.count
    found = {
        name: np.zeros(types)
        for name in ("until_s", "duration_max_s", "length_max_m", "work_max_s")
    }
    begins, used = np.full(types, np.inf), np.zeros(types, dtype=np.int32)
    reloads, capacity = used.copy(), np.zeros((types, 2), dtype=np.int64)
    table = recompute_tours(problem, tours, none_left(problem))
    for tour in case.all:
        v, first, last = tour.vehicle_type, tour.halts[0], tour.halts[-1]
        begins[v], used[v] = min(begins[v], first.begin_s), used[v] + 1
        found["until_s"][v] = max(found["until_s"][v], last.leave_s)
        found["duration_max_s"][v] = max(found["duration_max_s"][v], last.leave_s - first.begin_s)
        found["length_max_m"][v] = table.length_m[v]
        marks = [first, *(halt for halt in tour.halts if halt.kind == Visit.BREAK), last]
        for before, after in itertools.pairwise(marks):
            since = before.begin_s if before is first else before.leave_s
            until = after.leave_s if after is last else after.begin_s
            found["work_max_s"][v] = max(found["work_max_s"][v], until - since)
        reloads[v] = max(reloads[v], len(tour.trips) - 1)
        for trip in tour.trips:
            for _, load in on_board(case, trip):
                capacity[v] = np.maximum(capacity[v], load)
    rows = tours.kind == Visit.STOP
    begin = np.zeros(problem.stops.count)
    begin[tours.stop[rows]] = tours.begin_s[rows]
    return problem.replace(
        stops=problem.stops.replace(from_s=begin, until_s=begin.copy()),
        fleet=problem.fleet.replace(
            from_s=np.where(np.isfinite(begins), begins, 0.0),
            count_max=used,
            reloads_max=reloads,
            capacity=capacity,
            **found,
        ),
    )


def found(problem, tours, objective=None):
    return families(check_tours(problem, tours, none_left(problem), objective))


def without(tours, row):
    """Return tours without one visit, the times of all others as they were."""
    keep = np.arange(len(tours.kind)) != row
    names = ("kind", "stop", "place", "arrive_s", "begin_s", "leave_s")
    columns = {name: getattr(tours, name)[keep] for name in names}
    return tours.replace(first=tours.first - (tours.first > row), **columns)


@given(made())
@FEW
def test_tours_within_their_limits_are_accepted(drawn):
    problem, tours, _ = drawn
    figures = recompute_tours(problem, tours, none_left(problem))
    assert found(problem, tours, figures.objective) == set()


@given(
    made(), st.sampled_from(["arrive_s", "begin_s", "leave_s"]), st.sampled_from([-7.0, 0.01, 40.0])
)
@FEW
def test_a_moment_that_is_shifted_is_caught(drawn, name, change):
    problem, tours, rng = drawn
    moments = getattr(tours, name).copy()
    moments[rng.integers(len(moments))] += change
    assert found(problem, tours.replace(**{name: moments}))


@given(made())
@FEW
def test_a_tour_that_is_late_as_a_whole_is_caught(drawn):
    problem, tours, _ = drawn
    later = {name: getattr(tours, name) + 0.5 for name in ("arrive_s", "begin_s", "leave_s")}
    assert {"window", "shift"} & found(problem, tours.replace(**later))


@given(made())
@FEW
def test_a_stop_that_is_dropped_is_caught(drawn):
    problem, tours, rng = drawn
    row = int(rng.choice(np.flatnonzero(tours.kind == Visit.STOP)))
    assert "stops" in found(problem, without(tours, row))


@given(made())
@FEW
def test_two_stops_that_change_places_are_caught(drawn):
    problem, tours, rng = drawn
    one, other = rng.choice(np.flatnonzero(tours.kind == Visit.STOP), 2, replace=False)
    assume(tours.begin_s[one] != tours.begin_s[other])
    stop, place = tours.stop.copy(), tours.place.copy()
    stop[[one, other]], place[[one, other]] = stop[[other, one]], place[[other, one]]
    assert "window" in found(problem, tours.replace(stop=stop, place=place))


@given(made())
@FEW
def test_a_vehicle_that_is_used_once_too_often_is_caught(drawn):
    problem, tours, _ = drawn
    v = int(tours.vehicle_type[0])
    fewer = problem.fleet.count_max.copy()
    fewer[v] -= 1
    assert found(problem.replace(fleet=problem.fleet.replace(count_max=fewer)), tours) == {"fleet"}


@given(made())
@FEW
def test_a_tour_that_is_split_is_caught(drawn):
    problem, tours, rng = drawn
    row = int(rng.choice(np.flatnonzero(tours.kind == Visit.STOP)))
    tour = int(np.searchsorted(tours.first, row, side="right")) - 1
    halves = {}
    for name in ("kind", "stop", "place", "arrive_s", "begin_s", "leave_s"):
        column = getattr(tours, name)
        end, start = column[tours.first[tour + 1] - 1], column[tours.first[tour]]
        halves[name] = np.concatenate([column[: row + 1], [end, start], column[row + 1 :]])
    first = np.insert(tours.first + 2 * (tours.first > row), tour + 1, row + 2)
    kinds = np.insert(tours.vehicle_type, tour, tours.vehicle_type[tour])
    parts = tours.replace(first=first, vehicle_type=kinds, **halves)
    assert "fleet" in found(problem, parts)


@given(made(), st.integers(0, 1))
@FEW
def test_a_vehicle_that_holds_one_less_is_caught(drawn, load):
    problem, tours, _ = drawn
    v = int(tours.vehicle_type[0])
    assume(problem.fleet.capacity[v, load] > 0)
    less = problem.fleet.capacity.copy()
    less[v, load] -= 1
    assert found(problem.replace(fleet=problem.fleet.replace(capacity=less)), tours) == {"load"}


@given(made(), st.sampled_from(["duration_max_s", "until_s", "work_max_s"]))
@FEW
def test_a_limit_that_is_a_little_closer_is_caught(drawn, name):
    problem, tours, _ = drawn
    closer = problem.fleet.replace(**{name: getattr(problem.fleet, name) - 0.01})
    assume((getattr(problem.fleet, name)[tours.vehicle_type] > 0).all())
    assert found(problem.replace(fleet=closer), tours)


@given(made())
@FEW
def test_a_stop_that_goes_to_another_tour_is_caught(drawn):
    problem, tours, rng = drawn
    row = int(rng.choice(np.flatnonzero(tours.kind == Visit.STOP)))
    stop = tours.stop.copy()
    stop[row] = rng.choice(np.setdiff1d(np.arange(problem.stops.count), stop[row]))
    assert "stops" in found(problem, tours.replace(stop=stop))


@given(made())
@FEW
def test_a_wrong_objective_is_caught(drawn):
    problem, tours, _ = drawn
    right = recompute_tours(problem, tours, none_left(problem)).objective
    assert found(problem, tours, right * 1.0001) == {"claim"}
