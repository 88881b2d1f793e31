"""Travel of the checker: by hand, by walking second by second, and against the planners' own."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.core.routing import Hourly, Matrix, Paced, Plane, Rounding
from optimizer.travel.legs import arrivals, lengths
from optimizer.verify.routing.moments import after, arrive_s, metres, same

HOUR = 3600.0
WAY = np.array([[0, 1800], [-1, 0]], dtype=np.int32)
RUSH = Paced(WAY, 2 * WAY, np.array([1.0, 0.5, 2.0]), np.array([0.0, 8 * HOUR, 9 * HOUR]))


@pytest.mark.parametrize(
    ("leave_h", "arrive_h"),
    [
        (7.0, 7.5),  # before the rush hour
        (7.75, 8.25 + 0.25),  # a quarter of an hour at pace 1, the other takes half an hour
        (8.0, 9.0),
        (8.5, 9.0 + 0.125),  # half an hour brings a quarter; the other takes an eighth
        (9.5, 9.75),
        (30.0, 30.25),
    ],
)
def test_the_pace_of_each_hour_counts_for_its_part_of_the_way(leave_h, arrive_h):
    assert arrive_s(RUSH, 0, 1, leave_h * HOUR) == pytest.approx(arrive_h * HOUR)


def test_where_there_is_no_way_nobody_arrives():
    assert arrive_s(RUSH, 1, 0, 0.0) == math.inf
    assert arrive_s(Matrix(WAY, WAY), 1, 0, 0.0) == math.inf
    assert metres(RUSH, 1, 0) == math.inf
    assert metres(RUSH, 0, 1) == 3600.0


def corners(*rows):
    """Return travel between two places whose way out has these corners (depart, arrive)."""
    depart, arrive = zip(*rows, strict=True)
    first = np.array([0, 0, len(rows), len(rows), len(rows)])
    return Hourly(first, np.array(depart, float), np.array(arrive, float), WAY)


@pytest.mark.parametrize(
    ("leave", "arrive"),
    [
        (0.0, 20.0),
        (10.0, 20.0),
        (15.0, 30.0),
        (20.0, 40.0),
        (25.0, 40.0),
        (30.0, 40.0),
        (50.0, 60.0),
    ],
)
def test_arrivals_lie_between_the_corners_around_the_departure(leave, arrive):
    assert arrive_s(corners((10, 20), (20, 40), (30, 40)), 0, 1, leave) == arrive


def test_a_pair_without_corners_has_no_way_but_one_may_stay():
    travel = corners((10, 20))
    assert arrive_s(travel, 1, 0, 5.0) == math.inf
    assert arrive_s(travel, 1, 1, 5.0) == 5.0


@pytest.mark.parametrize(
    ("rounding", "length"),
    [("real", math.sqrt(2)), ("nearest", 1.0), ("ceil", 2.0), ("floor", 1.0), ("floor_tenth", 1.4)],
)
@pytest.mark.parametrize("shift", [0.0, 0.25])
def test_distances_are_rounded_as_the_instance_says(rounding, length, shift):
    plane = Plane(np.array([0.0, 1.0]) + shift, np.array([0.0, 1.0]), rounding)
    assert metres(plane, 0, 1) == pytest.approx(length)
    assert arrive_s(plane, 0, 1, 5.0) == pytest.approx(5.0 + length)


def test_whole_triangles_are_exact_at_every_size():
    for k in (1, 10, 10**6 + 1):
        for rounding in ("nearest", "ceil", "floor"):
            plane = Plane(np.array([0.0, 3.0 * k]), np.array([0.0, 4.0 * k]), rounding)
            assert metres(plane, 0, 1) == 5 * k


def test_moments_are_the_same_within_a_millionth_of_a_second():
    assert same(1.0, 1.0 + 9e-7)
    assert not same(1.0, 1.0 + 2e-6)
    assert not same(math.nan, math.nan)
    assert after(1.0 + 2e-6, 1.0)
    assert not after(1.0 + 9e-7, 1.0)
    assert after(math.nan, 1.0)
    assert not after(1.0, math.inf)


MOMENT = st.floats(0, 90_000)


@given(data=st.data(), hours=st.integers(1, 6))
@settings(max_examples=60, deadline=None)
def test_planners_and_checker_agree_on_paced_travel(data, hours):
    steps = data.draw(st.lists(st.floats(60, 9000), min_size=hours, max_size=hours))
    pace = data.draw(st.lists(st.floats(0.1, 3), min_size=hours, max_size=hours))
    edges = np.concatenate([[0.0], np.cumsum(steps)[:-1]])
    way = np.full((2, 2), data.draw(st.integers(0, 20_000)), dtype=np.int32)
    travel = Paced(way, way, np.array(pace), edges)
    leave = sorted(data.draw(st.lists(MOMENT, min_size=2, max_size=5)))
    found = [arrive_s(travel, 0, 1, moment) for moment in leave]
    ends = np.zeros(len(leave), dtype=np.int32)
    planned = arrivals(travel, ends, ends + 1, np.array(leave))
    assert planned.tolist() == pytest.approx(found)
    assert found == sorted(found)
    left = [way[0, 1] - covered(travel, *span) for span in zip(leave, found, strict=True)]
    assert left == pytest.approx([0.0] * len(leave), abs=1e-5)


def covered(travel, begin, end):
    """Return the integral of the pace between two moments, piece by piece."""
    edges = [*travel.pace_from_s.tolist(), math.inf]
    pieces = zip(edges, edges[1:], travel.pace.tolist(), strict=False)
    return sum(pace * max(min(end, high) - max(begin, low), 0.0) for low, high, pace in pieces)


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_planners_and_checker_agree_on_corners(data):
    count = data.draw(st.integers(1, 6))
    rise = st.lists(st.integers(1, 900), min_size=count, max_size=count)
    depart = np.cumsum(data.draw(rise))
    arrive = np.maximum(np.cumsum(data.draw(rise)), depart)
    travel = corners(*zip(depart.tolist(), arrive.tolist(), strict=True))
    leave = sorted(data.draw(st.lists(st.floats(0, 6000), min_size=2, max_size=5)))
    found = [arrive_s(travel, 0, 1, moment) for moment in leave]
    ends = np.zeros(len(leave), dtype=np.int32)
    assert arrivals(travel, ends, ends + 1, np.array(leave)).tolist() == pytest.approx(found)
    assert all(late >= early - 1e-9 for early, late in itertools.pairwise(found))


@given(
    xy=st.lists(st.integers(-1000, 1000), min_size=4, max_size=4),
    rounding=st.sampled_from(list(Rounding)),
    factor=st.sampled_from([1.0, 100.0]),
)
@settings(max_examples=100, deadline=None)
def test_planners_and_checker_agree_in_the_plane(xy, rounding, factor):
    plane = Plane(np.array(xy[:2], float), np.array(xy[2:], float), rounding, factor)
    zero, one = np.array([0], dtype=np.int32), np.array([1], dtype=np.int32)
    assert lengths(plane, zero, one).tolist() == pytest.approx([metres(plane, 0, 1)], rel=1e-12)
