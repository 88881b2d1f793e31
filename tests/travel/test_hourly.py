"""Ways of a day on roads whose speeds change with the hour, by hand and against plain twins."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.compiled import kernel
from optimizer.core.routing import Matrix, Plane
from optimizer.travel.hourly import road_graph, travel_by_hour
from optimizer.travel.hourly_legs import arrive_at, at_least, build_legs, leave_by
from optimizer.travel.legs import arrivals
from tests.routing.hours.towns import drawn


@kernel
def there_and_back(legs, p, t):
    """Arrive at each place from each other, leave in time for that, and the least time."""
    n = legs.profile[0, p]
    found = np.zeros((3, n, n))
    for i in range(n):
        for j in range(n):
            arrive = arrive_at(legs, p, i, j, t)
            found[0, i, j] = arrive
            found[1, i, j] = leave_by(legs, p, i, j, arrive)
            found[2, i, j] = at_least(legs, p, i, j)
    return found


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(["paced", "hourly"]), st.floats(0.0, 990.0))
def test_kernels_arrive_as_the_plain_legs_do(seed, kind, moment):
    travel = drawn(seed, kind).travel["van"]
    steady = Matrix(np.full((6, 6), -1, dtype=np.int32), np.zeros((6, 6), dtype=np.int32))
    legs = build_legs([steady, travel])
    arrive, leave, least = there_and_back(legs, 1, moment)
    here, there = (index.ravel().astype(np.int32) for index in np.indices((6, 6)))
    plain = arrivals(travel, here, there, np.full(36, moment)).reshape(6, 6)
    assert arrive == pytest.approx(plain, abs=1e-9)
    assert np.all(leave >= moment - 1e-6)
    again = arrivals(travel, here, there, np.maximum(leave, 0.0).ravel()).reshape(6, 6)
    assert np.all(again <= arrive + 1e-6)
    assert np.all(arrive - moment >= least - 1e-9)
    nowhere = there_and_back(legs, 0, moment)[0]
    assert np.isinf(nowhere[~np.eye(6, dtype=bool)]).all()


def test_travel_in_the_plane_has_no_hours():
    with pytest.raises(TypeError, match="plane"):
        build_legs([Plane(np.zeros(2), np.zeros(2))])


def two_ways(speed_of_the_short_one):
    """Return roads 0 -> 1 of 1000 m, and 0 -> 2 -> 1 of 1500 m at 10 m/s; back as short."""
    calm = np.full(len(speed_of_the_short_one), 10.0)
    return road_graph(
        np.array([0, 0, 2, 1]),
        np.array([1, 2, 1, 0]),
        np.array([1000.0, 750.0, 750.0, 1000.0]),
        np.stack([speed_of_the_short_one, calm, calm, calm]),
        np.arange(len(calm) + 1) * 3600.0,
    )


def test_a_jam_sends_traffic_round():
    graph = two_ways(np.array([10.0, 2.0, 10.0]))
    travel = travel_by_hour(graph, np.array([0, 1]), horizon_s=(0.0, 10800.0), threads=1)
    ways = np.array([[0], [1]], dtype=np.int32)
    takes = [
        float(arrivals(travel, ways[0], ways[1], np.array([moment]))[0]) - moment
        for moment in (0.0, 3600.0, 5000.0, 7500.0)
    ]
    assert takes == pytest.approx([100.0, 150.0, 150.0, 100.0], abs=1.0)
    assert travel.length_m.tolist() == [[0, 1000], [1000, 0]]


def test_whoever_is_under_way_when_the_hour_changes_goes_on_at_the_new_speed():
    # 500 m at 10 m/s until 3600, then 500 m at 5 m/s.
    graph = road_graph(
        np.array([0, 1]),
        np.array([1, 0]),
        np.array([1000.0, 1000.0]),
        np.array([[10.0, 5.0], [10.0, 10.0]]),
        np.array([0.0, 3600.0, 7200.0]),
    )
    travel = travel_by_hour(
        graph,
        np.array([0, 1]),
        horizon_s=(0.0, 7200.0),
        step_s=1.0,
        tolerance_s=0.01,
        threads=1,
    )
    ways = np.array([[0], [1]], dtype=np.int32)
    arrive = arrivals(travel, ways[0], ways[1], np.array([3550.0]))
    assert arrive == pytest.approx([3700.0], abs=0.01)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_arrivals_never_fall_and_lie_within_the_tolerance(seed):
    rng = np.random.default_rng(seed)
    side, bins = 4, 4
    arcs = [
        (a, b)
        for a in range(side**2)
        for b in (a + 1, a - 1, a + side, a - side)
        if 0 <= b < side**2 and (abs(a - b) == side or a // side == b // side)
    ]
    origin, target = np.array(arcs).T
    length, speed = rng.uniform(100, 900, len(arcs)), rng.uniform(2, 15, (len(arcs), bins))
    edge = np.arange(bins + 1) * 900.0
    graph = road_graph(origin, target, length, speed, edge)
    places = rng.choice(side**2, 5, replace=False)
    fine = {"horizon_s": (0.0, 3600.0), "threads": 1}
    travel = travel_by_hour(graph, places, step_s=2.0, tolerance_s=4.0, **fine)
    for row in range(25):
        corners = slice(travel.first[row], travel.first[row + 1])
        assert np.all(np.diff(travel.arrive_s[corners]) >= 0.0)
        assert np.all(np.diff(travel.depart_s[corners]) > 0.0)
    moment = float(rng.uniform(0, 3600))
    before = 2.0 * np.floor(moment / 2.0)
    earliest, latest = (
        _bellman_ford(origin, target, length, speed, edge, places, sample)
        for sample in (before, before + 2.0)
    )
    here, there = (index.ravel().astype(np.int32) for index in np.indices((5, 5)))
    found = arrivals(travel, here, there, np.full(25, moment)).reshape(5, 5)
    # nobody arrives before those who left at the last sample, or after those of the next one
    assert np.all(found >= earliest - 4.0 - 1e-6)
    assert np.all(found <= latest + 4.0 + 1e-6)


def _bellman_ford(origin, target, length, speed, edge, places, moment):
    """Return arrivals, (n, n), by relaxing every arc until nothing changes."""
    found = []
    for start in places:
        label = np.full(int(origin.max()) + 1, np.inf)
        label[start] = moment
        for _ in range(len(label)):
            for arc in range(len(origin)):
                if np.isfinite(label[origin[arc]]):
                    covered = np.concatenate([[0.0], np.cumsum(np.diff(edge) * speed[arc])])
                    late = max(label[origin[arc]] - edge[-1], 0.0)
                    way = np.interp(label[origin[arc]], edge, covered) + late * speed[arc, -1]
                    goal = way + length[arc]
                    beyond = max(goal - covered[-1], 0.0) / speed[arc, -1]
                    at = np.interp(goal, covered, edge) + beyond
                    label[target[arc]] = min(label[target[arc]], at)
        found.append(label[places])
    return np.array(found)
