"""Districts: parts of a problem, borders that change, and tours that only get better."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.core.limits import Limits
from optimizer.core.routing import Hourly, Matrix, Visit
from optimizer.core.tour_order import TourOrder, order_of
from optimizer.routing.districts import plan_districts
from optimizer.routing.districts.anneal import Heat, annealed, can_anneal
from optimizer.routing.districts.part import in_part, in_whole, part_of, travel_among
from optimizer.routing.districts.plan import improve
from optimizer.routing.districts.savings import can_save, savings_orders
from optimizer.routing.districts.split import districts, spots, stops_of, vehicles_of
from optimizer.routing.schedule import objective_eur, timed
from optimizer.verify import check_tours
from tests.routing.builders import fleet, plane_problem, stops

WORK = Limits(work=300, threads=1)


def ring(count, radius=100.0):
    turn = 2.0 * np.pi * np.arange(count) / count
    return [(0.0, 0.0), *zip(radius * np.cos(turn), radius * np.sin(turn), strict=True)]


def tour(*visited):
    return TourOrder(0, (int(Visit.STOP),) * len(visited), visited)


def test_savings_join_stops_that_lie_together():
    problem = plane_problem(
        [(0, 0), (10, 0), (11, 0), (-10, 0), (-11, 0)], vehicles=fleet(capacity=2)
    )
    found = {frozenset(order.target) for order in savings_orders(problem)}
    assert found == {frozenset({0, 1}), frozenset({2, 3})}


def test_savings_use_the_nearest_depot_and_refuse_more_tours_than_vehicles():
    points = [(0, 0), (100, 0), (1, 1), (99, 1)]
    two = fleet(2, start_place=[0, 1], end_place=[0, 1])
    problem = plane_problem(points, visit=stops([2, 3]), vehicles=two)
    assert savings_orders(problem) == [tour(0), TourOrder(1, (int(Visit.STOP),), (1,))]
    few = plane_problem(ring(4), vehicles=fleet(capacity=1, count_max=3))
    assert savings_orders(few) is None


@pytest.mark.parametrize(
    "changes",
    [{"until_s": 9.0}, {"from_s": 1.0}, {"released_s": 2.0}, {"penalty_eur": 3.0}],
)
def test_savings_are_not_for_stops_with_times_or_prices(changes):
    assert can_save(plane_problem(ring(3)))
    assert not can_save(plane_problem(ring(3), visit=stops([1, 2, 3], **changes)))
    assert not can_save(plane_problem(ring(3), vehicles=fleet(duration_max_s=500.0)))


def test_a_part_says_the_same_in_its_own_numbers():
    visit = stops([1, 2, 3, 4], deliver=0)
    problem = plane_problem(
        ring(4), visit=visit, pair=[(0, 1, 2), (3, 2, 1)], vehicles=fleet(2, end_place=[0, 1])
    )
    part = part_of(problem, np.array([3, 2]), np.array([0, 5]))
    assert part.problem.stops.id == ("s2", "s3")
    assert part.problem.place == ("p0", "p1", "p3", "p4")
    assert part.problem.fleet.id == ("v1",)
    assert part.problem.fleet.count_max.tolist() == [5]
    assert (part.problem.pairs.pickup.tolist(), part.problem.pairs.delivery.tolist()) == ([1], [0])
    whole = [TourOrder(1, (int(Visit.STOP),) * 2, (3, 2))]
    inside = in_part(part, whole)
    assert inside == [tour(1, 0)]
    assert in_whole(part, inside) == whole
    small, large = (
        timed(item, orders) for item, orders in ((part.problem, inside), (problem, whole))
    )
    skipped = objective_eur(problem.replace(stops=visit.replace(penalty_eur=np.zeros(4))), large)
    assert objective_eur(part.problem, small) == pytest.approx(skipped)


def test_travel_among_some_places_is_as_long_as_before():
    time_s = np.arange(9, dtype=np.int32).reshape(3, 3)
    few = travel_among(Matrix(time_s, time_s * 10), np.array([2, 0], dtype=np.int32))
    assert few.time_s.tolist() == [[8, 6], [2, 0]]
    first = np.array([0, 0, 1, 3, 4, 4, 6, 7, 8, 8])
    corner = np.arange(8.0)
    hourly = Hourly(first, corner, corner + 100.0, time_s)
    few = travel_among(hourly, np.array([1, 2], dtype=np.int32))
    assert few.first.tolist() == [0, 0, 2, 3, 3]  # rows (1, 1), (1, 2), (2, 1), (2, 2)
    assert few.depart_s.tolist() == [4.0, 5.0, 7.0]
    assert few.arrive_s.tolist() == [104.0, 105.0, 107.0]


def test_every_stop_is_in_one_district_and_pairs_stay_together():
    visit = stops(range(1, 41), deliver=0)
    problem = plane_problem(ring(40), visit=visit, pair=[(0, 20, 1), (1, 21, 1)])
    orders = [tour(*range(start, start + 4)) for start in range(4, 20, 4)]
    cut = districts(problem, orders, spots(problem), 8, np.random.default_rng(1))
    assert len(cut) > 2
    assert sorted(np.concatenate([item.stop for item in cut]).tolist()) == list(range(40))
    for item in cut:
        members = set(item.stop.tolist())
        assert ({0, 20} <= members) == (0 in members)
        for rank, order in enumerate(orders):
            assert (rank in item.tours) == bool(members & set(stops_of(order)))


def test_borders_change_from_round_to_round():
    problem = plane_problem(ring(40))
    orders = [tour(stop) for stop in range(40)]
    rng = np.random.default_rng(1)
    one, two = (districts(problem, orders, spots(problem), 10, rng) for _ in range(2))
    assert {frozenset(item.stop) for item in one} != {frozenset(item.stop) for item in two}


def test_vehicles_are_shared_out_and_never_more_than_there_are():
    problem = plane_problem(ring(40), vehicles=fleet(count_max=13))
    orders = [tour(*range(start, start + 4)) for start in range(0, 20, 4)]
    cut = districts(problem, orders, spots(problem), 8, np.random.default_rng(2))
    shares = vehicles_of(problem, orders, cut)
    assert sum(int(share[0]) for share in shares) == 13
    assert all(share[0] >= len(item.tours) for share, item in zip(shares, cut, strict=True))


def test_districts_plan_a_ring_and_repeat_themselves(monkeypatch):
    monkeypatch.setattr("optimizer.routing.districts.plan.ANNEALED_STOPS", 12)
    problem = plane_problem(ring(36), vehicles=fleet(capacity=6))
    one, two = (plan_districts(problem, WORK) for _ in range(2))
    assert one.statistics["annealed"] == 1.0
    assert one.status == "plan"
    assert one.stopped_by == "work"
    assert check_tours(problem, one.tours, one.skipped, one.objective) == ()
    assert order_of(one.tours) == order_of(two.tours)
    side = 2.0 * 100.0 * np.sin(np.pi / 36)
    assert one.objective <= one.statistics["first_objective"]
    assert one.objective == pytest.approx(6 * (200.0 + 5 * side))


def test_annealing_keeps_every_stop_within_the_load_and_vehicles():
    demand = np.arange(24) % 3 + 1
    visit = stops(range(1, 25), deliver=demand)
    costs = {"capacity": 9, "count_max": 8, "fixed_eur": 7.0, "eur_per_s": 2.0, "load_s": 3.0}
    problem = plane_problem(ring(24), visit=visit, vehicles=fleet(**costs))
    assert can_anneal(problem)
    start = savings_orders(problem)
    limits = Limits(work=200, threads=1)
    orders, work = annealed(problem, start, limits, Heat(2.0, 0.05))
    assert work >= 200
    tours = timed(problem, orders)
    nobody = np.zeros(24, dtype=bool)
    value = objective_eur(problem, tours)
    assert check_tours(problem, tours, nobody, value) == ()
    assert value <= objective_eur(problem, timed(problem, start)) + 1e-9
    assert annealed(problem, start, limits, Heat(2.0, 0.05))[0] == orders


def test_annealing_is_not_for_pairs_of_loads_or_kinds_of_vehicles():
    both = stops([1, 2], collect=1)
    assert not can_anneal(plane_problem(ring(2), visit=both))
    assert not can_anneal(plane_problem(ring(2), vehicles=fleet(2)))
    again = fleet(reload_places=[(0,)], reloads_max=2)
    assert not can_anneal(plane_problem(ring(2), vehicles=again))


def test_stops_with_windows_are_planned_district_by_district(monkeypatch):
    monkeypatch.setattr("optimizer.routing.districts.plan.STOPS", 8)
    visit = stops(range(1, 25), from_s=50.0, until_s=400.0, service_s=5.0)
    problem = plane_problem(ring(24), visit=visit, vehicles=fleet(capacity=6, count_max=9))
    result = plan_districts(problem, Limits(work=400, threads=1))
    assert result.statistics["districts"] >= 3
    assert check_tours(problem, result.tours, result.skipped, result.objective) == ()


def test_tours_at_hand_are_never_made_worse():
    problem = plane_problem(ring(6), vehicles=fleet(capacity=6))
    best = timed(problem, [tour(0, 1, 2, 3, 4, 5)])
    result = plan_districts(problem, Limits(work=30, threads=1), initial=best)
    assert result.objective <= objective_eur(problem, best) + 1e-9


def test_what_cannot_be_visited_is_no_plan():
    problem = plane_problem(ring(3), visit=stops([1, 2, 3], until_s=1.0))
    result = plan_districts(problem, Limits(work=30, threads=1))
    assert (result.status, result.tours, result.objective) == ("no_plan", None, None)


def test_a_district_is_not_begun_after_the_end():
    problem = plane_problem(ring(6))
    orders = [tour(stop) for stop in range(6)]
    kept = improve(problem, orders, Limits(time_s=9.0, threads=1), ends_at=0.0)
    assert kept.orders == orders
