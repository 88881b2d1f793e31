"""No tours cost less than the bound says."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.core.routing import Matrix, Paced
from optimizer.routing.bounds import bound_tours
from optimizer.routing.bounds.ascent import carried, raise_prices
from optimizer.routing.bounds.plain import radial_prices
from optimizer.routing.bounds.qroutes import make_walks, walk
from optimizer.routing.bounds.trips import trips_of
from tests.routing.bounds.brute import cheapest_tours, tour_cost
from tests.routing.builders import fleet, plane_problem, stops

SEEDS = range(120)


def drawn(seed):
    """Return a small problem with a few of: several types, loads, reloads, penalties, streets."""
    rng = np.random.default_rng(seed)
    count, types, loads = int(rng.integers(1, 6)), int(rng.integers(1, 3)), int(rng.integers(1, 3))
    points = rng.integers(0, 50, (count + 2, 2))
    visit = stops(
        range(1, count + 1),
        loads,
        deliver=rng.integers(0 if seed % 5 == 0 else 1, 6, (count, loads)),
        service_s=rng.integers(0, 4, count),
        penalty_eur=np.where(rng.random(count) < 0.3, rng.integers(5, 90, count), np.inf),
    )
    reloads = rng.integers(0, 3, types)
    vehicles = fleet(
        types,
        loads,
        capacity=rng.integers(6, 12, (types, loads)),
        fixed_eur=rng.integers(0, 40, types),
        eur_per_s=rng.integers(0, 3, types),
        load_s=rng.integers(0, 5, types),
        start_place=rng.choice([0, count + 1], types),
        end_place=rng.choice([0, count + 1, -1], types),
        reloads_max=reloads,
        reload_places=[(count + 1,) if some else () for some in reloads],
        serves=None if seed % 3 else rng.random((types, count)) < 0.8,
    )
    problem = plane_problem(points, visit=visit, vehicles=vehicles)
    if seed % 2:
        shape = (count + 2, count + 2)
        streets = [rng.integers(1, 60, shape).astype(np.int32) for _ in range(2)]
        problem = problem.replace(travel={"van": Matrix(*streets)})
    return problem


@pytest.mark.parametrize("seed", SEEDS)
def test_the_bound_is_below_the_cheapest_tours(seed):
    problem = drawn(seed)
    best = cheapest_tours(problem)
    found = bound_tours(problem, steps=12)
    assert set(found.by) >= {"radial", "assignment"}
    for value in found.by.values():
        assert value <= best + 1e-9
    assert found.value > 0.0


@pytest.mark.parametrize("seed", [1, 2, 7])
def test_prices_of_the_stops_of_any_trip_add_up_to_less_than_it_costs(seed):
    problem = drawn(seed)
    plain = problem.fleet.replace(reloads_max=np.zeros(problem.fleet.count, dtype=np.int32))
    problem = problem.replace(fleet=plain)
    trips, kept = carried(trips_of(problem))
    prices = raise_prices(trips, 8)
    rank = np.cumsum(kept) - 1
    for kind in range(problem.fleet.count):
        for first in range(problem.stops.count):
            for second in range(problem.stops.count):
                order = [first] if first == second else [first, second]
                sum_eur = sum(prices.stop_eur[rank[stop]] for stop in order if kept[stop])
                assert prices.trip_eur + sum_eur <= tour_cost(problem, kind, order) + 1e-9


def test_out_and_back_is_bounded_exactly():
    problem = plane_problem(
        [(0, 0), (30, 40), (0, 20)], visit=stops([1, 2], deliver=[10, 10]), vehicles=fleet()
    )
    assert bound_tours(problem).value == pytest.approx(140.0)
    assert radial_prices(trips_of(problem)).tolist() == pytest.approx([100.0, 40.0])


def test_full_vehicles_on_a_line_are_bounded_by_the_way_there():
    problem = plane_problem([(0, 0), *[(100, 0)] * 4], visit=stops([1, 2, 3, 4], deliver=5))
    found = bound_tours(problem, steps=30)
    assert found.value == pytest.approx(400.0, rel=1e-6)
    assert found.by["assignment"] == pytest.approx(400.0, rel=1e-6)


def test_a_square_with_one_vehicle_is_bounded_by_its_sides():
    corners = [(0, 0), (10, 0), (10, 10), (0, 10)]
    found = bound_tours(plane_problem(corners), steps=150)
    assert 39.0 < found.value <= 40.0
    assert cheapest_tours(plane_problem(corners)) == pytest.approx(40.0)


def test_a_stop_is_not_worth_more_than_its_penalty():
    visit = stops([1, 2], penalty_eur=[5.0, np.inf])
    problem = plane_problem([(0, 0), (1000, 0), (1, 0)], visit=visit)
    assert bound_tours(problem).value == pytest.approx(7.0, rel=1e-3)


def test_no_stops_cost_nothing():
    assert bound_tours(plane_problem([(0, 0)])).value == 0.0


def test_the_compiled_walk_is_the_plain_one():
    rng = np.random.default_rng(3)
    cost, out = rng.uniform(1, 9, (4, 4)), rng.uniform(1, 9, 4)
    np.fill_diagonal(cost, np.inf)
    limits = np.array([[1, 2, 1, 3], [2, 2, 3, 3]])
    fast = make_walks(4, 7)
    walk(cost, out, np.ones(4), limits, fast)
    for amount in range(1, 8):
        for stop in range(4):
            assert fast.leave[0, amount, stop] == pytest.approx(
                _cheapest_walk(cost, out, limits, amount, stop)
            )


def _cheapest_walk(cost, out, limits, amount, stop, after=-1):
    """Return the cheapest walk that leaves `stop` with `amount` and then goes on to `after`."""
    best = np.inf
    for given in range(limits[0, stop], min(limits[1, stop], amount) + 1):
        if given == amount:
            best = min(best, out[stop] - given)
        for before in range(len(out)):
            if before not in {stop, after}:
                way = _cheapest_walk(cost, out, limits, amount - given, before, stop)
                best = min(best, way + cost[before, stop] - given)
    return best


def test_travel_is_bounded_at_the_best_pace_of_the_shift():
    seconds = np.array([[0, 600], [600, 0]], dtype=np.int32)
    pace, hours = np.array([4.0, 1.0, 2.0]), np.array([0.0, 3600.0, 7200.0])
    road = Paced(seconds, seconds, pace, hours)
    for until_s, best_s in ((7200.0, 1200.0), (9000.0, 600.0)):
        van = fleet(eur_per_s=1.0, eur_per_m=0.0, from_s=3600.0, until_s=until_s)
        problem = plane_problem([(0, 0), (9, 9)], visit=stops([1]), vehicles=van)
        bound = bound_tours(problem.replace(travel={"van": road}), steps=5)
        assert bound.value == pytest.approx(best_s)


def test_a_stop_that_no_vehicle_can_take_has_no_tours():
    problem = plane_problem([(0, 0), (9, 9)], visit=stops([1], deliver=11))
    assert bound_tours(problem).value == np.inf
