"""Tours by string removals: as good as all tours looked at, and never what the checker refuses."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.core.limits import Cancel, Limits
from optimizer.core.tour_order import order_of
from optimizer.routing.strings import can_string, plan_strings
from optimizer.verify import check_tours
from tests.routing.builders import fleet, plane_problem, stops
from tests.routing.strings.brute import cheapest

FEW = Limits(work=30, threads=1)
CROSS = [(0, 0), (10, 0), (-10, 0), (0, 10), (0, -10)]


def planned(problem, **options):
    """Return a plan that the checker accepts."""
    result = plan_strings(problem, FEW, **options)
    assert result.status == "plan"
    assert check_tours(problem, result.tours, result.skipped, result.objective) == ()
    return result


def test_windows_cost_a_second_tour():
    points = [(0, 0), (10, 0), (11, 0), (-10, 0)]
    visit = stops([1, 2, 3], until_s=[10.0, 11.0, 10.0])
    problem = plane_problem(points, visit=visit)
    assert planned(problem).objective == pytest.approx(22.0 + 20.0)
    assert cheapest(problem) == pytest.approx(42.0)


def test_waiting_counts_in_a_shift_and_a_late_start_saves_it():
    visit = stops([1, 2, 3, 4], from_s=[100.0, 0.0, 0.0, 0.0])
    shift = {"capacity": 4, "eur_per_s": 1.0, "eur_per_m": 0.0, "duration_max_s": 50.0}
    problem = plane_problem(CROSS, visit=visit, vehicles=fleet(**shift))
    result = planned(problem)
    assert result.objective == pytest.approx(cheapest(problem))
    assert result.tours.count == 2


def test_each_depot_serves_its_side():
    points = [(0, 0), (100, 0), (1, 1), (2, 0), (99, 1), (98, 0)]
    vehicles = fleet(2, start_place=[0, 1], end_place=[0, 1], count_max=[1, 1])
    problem = plane_problem(points, visit=stops([2, 3, 4, 5]), vehicles=vehicles)
    result = planned(problem)
    assert result.objective == pytest.approx(cheapest(problem))
    assert {order.vehicle_type: set(order.target) for order in order_of(result.tours)} == {
        0: {0, 1},
        1: {2, 3},
    }


def test_what_a_pair_loads_is_on_board_from_its_pickup_to_its_delivery():
    points = [(0, 0), (10, 0), (20, 0), (30, 0), (40, 0)]
    visit = stops([1, 2, 3, 4], deliver=0)
    rows = [(0, 2, 6), (1, 3, 6)]
    wide = plane_problem(points, visit=visit, vehicles=fleet(capacity=12), pair=rows)
    tight = plane_problem(points, visit=visit, vehicles=fleet(capacity=6), pair=rows)
    assert planned(wide).objective == pytest.approx(80.0)
    assert planned(tight).objective == pytest.approx(cheapest(tight))
    assert cheapest(tight) > 80.0


def test_what_is_collected_needs_room_where_deliveries_are_still_on_board():
    visit = stops([1, 2], deliver=[[6], [0]], collect=[[0], [6]])
    problem = plane_problem([(0, 0), (20, 0), (10, 0)], visit=visit, vehicles=fleet(capacity=6))
    result = planned(problem)
    assert result.objective == pytest.approx(40.0)
    assert order_of(result.tours)[0].target == (0, 1)


def test_one_vehicle_on_a_long_way_beats_two_on_short_ones():
    problem = plane_problem(CROSS, vehicles=fleet(capacity=4, fixed_eur=1e6))
    start = plan_strings(plane_problem(CROSS, vehicles=fleet(capacity=2)), FEW).tours
    result = planned(problem, initial=start, least=1)
    assert start.count == 2
    assert result.objective == pytest.approx(1e6 + 20 + 3 * np.hypot(10, 10))


def test_a_stop_is_left_out_where_that_is_cheaper():
    visit = stops([1, 2], penalty_eur=[13.0, 100.0])
    problem = plane_problem([(0, 0), (10, 0), (0, 10)], visit=visit)
    result = planned(problem)
    assert list(result.skipped) == [True, False]
    assert result.objective == pytest.approx(20.0 + 13.0)


def test_the_same_seed_and_work_give_the_same_tours():
    rng = np.random.default_rng(5)
    points = [(0, 0), *rng.uniform(-20, 20, (25, 2))]
    problem = plane_problem(points)
    first, again = (plan_strings(problem, FEW) for _ in range(2))
    assert first.objective == again.objective
    assert order_of(first.tours) == order_of(again.tours)


def test_threads_find_a_plan_together_and_end_at_once_when_told():
    problem = plane_problem(CROSS)
    both = plan_strings(problem, Limits(time_s=0.05, threads=2))
    assert both.objective == pytest.approx(cheapest(problem))
    switch = Cancel()
    switch.cancel()
    stopped = plan_strings(problem, Limits(time_s=60.0, threads=2), cancel=switch)
    assert (stopped.status, stopped.stopped_by) == ("no_plan", "user")


def test_nobody_in_time_is_no_plan():
    problem = plane_problem(CROSS, visit=stops([1, 2, 3, 4], until_s=1.0))
    assert plan_strings(problem, FEW).status == "no_plan"


def test_reloads_releases_and_two_profiles_are_for_others():
    reloads = fleet(reload_places=[(0,)], reloads_max=1)
    assert can_string(plane_problem(CROSS))
    assert not can_string(plane_problem(CROSS, vehicles=reloads))
    assert not can_string(plane_problem(CROSS, visit=stops([1, 2, 3, 4], released_s=5.0)))
    assert not can_string(plane_problem(CROSS, vehicles=fleet(2, profile=["van", "bike"])))
    assert not can_string(plane_problem(CROSS, vehicles=fleet(length_max_m=9.0)))


@st.composite
def towns(draw):
    """Draw a few stops with windows, loads, shifts, one or two depots, and perhaps pairs."""
    count = draw(st.integers(3, 4))
    spot = st.tuples(st.integers(-9, 9), st.integers(-9, 9))
    points = [draw(spot) for _ in range(count + 2)]
    paired = count == 4 and draw(st.booleans())
    opens = np.array([draw(st.integers(0, 40)) for _ in range(count)], dtype=float)
    visit = stops(
        range(2, count + 2),
        deliver=[0 if paired else draw(st.integers(0, 4)) for _ in range(count)],
        collect=[0 if paired else draw(st.integers(0, 4)) for _ in range(count)],
        service_s=draw(st.integers(0, 5)),
        from_s=opens,
        until_s=opens + draw(st.integers(5, 60)),
    )
    depots = draw(st.integers(1, 2))
    vehicles = fleet(
        depots,
        start_place=range(depots),
        end_place=range(depots),
        capacity=8,
        fixed_eur=draw(st.integers(0, 20)),
        eur_per_s=draw(st.sampled_from([0.0, 0.5])),
        duration_max_s=draw(st.sampled_from([60.0, np.inf])),
    )
    rows = [(0, 1, 5), (2, 3, 5)] if paired else []
    return plane_problem(points, visit=visit, vehicles=vehicles, pair=rows)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(towns())
def test_no_tours_of_a_few_stops_are_cheaper(problem):
    best = cheapest(problem)
    result = plan_strings(problem, FEW)
    if np.isinf(best):
        assert result.status == "no_plan"
        return
    assert check_tours(problem, result.tours, result.skipped, result.objective) == ()
    assert result.objective == pytest.approx(best)
