from __future__ import annotations

import numpy as np
import pytest
import shapely

from optimizer.report.areas import catchments, frame, walking_graph, walking_reach, walking_seconds
from optimizer.report.figures import plan_figures
from tests.verify.town import KIOSK_LOCKER, POST_LOCKER, good_plan
from tests.verify.town import town as line_town


def test_walking_seconds_lead_to_the_delivery_point_and_stop_at_the_limit():
    # A - B - C with 360 s each; the kiosk stands at B, the post office at C, the limit is 360 s.
    opened, seconds = walking_seconds(line_town(), good_plan())
    assert opened.tolist() == [KIOSK_LOCKER, POST_LOCKER]
    assert seconds.tolist() == [[360, 0, 360], [np.inf, 360, 0]]


def test_of_parallel_arcs_the_quickest_counts():
    problem = line_town()
    walk = problem.streets.arcs["walk"]
    double = walk.replace(
        tail=np.append(walk.tail, 0).astype(np.int32),
        head=np.append(walk.head, 1).astype(np.int32),
        time_s=np.append(walk.time_s, 200).astype(np.int32),
        length_m=np.append(walk.length_m, 500).astype(np.int32),
    )
    arcs = {**problem.streets.arcs, "walk": double}
    graph = walking_graph(problem.replace(streets=problem.streets.replace(arcs=arcs)))
    assert graph[1, 0] == 200
    assert graph[0, 1] == 360


def test_metres_and_degrees_are_inverse(problem):
    to_metres, to_degrees = frame(problem)
    points = np.array([[6.11, 46.21], [6.12, 46.2]])
    np.testing.assert_allclose(to_degrees(to_metres(points)), points, atol=1e-12)


def test_catchments_hold_their_points_and_do_not_overlap(problem, result):
    figures = plan_figures(problem, result.solution.plan)
    areas = catchments(problem, figures)
    assert set(areas) == set(np.unique(figures.hub[figures.hub >= 0]).tolist())
    to_metres, _ = frame(problem)
    metric = {hub: shapely.transform(area, to_metres) for hub, area in areas.items()}
    places = to_metres(np.column_stack([problem.demand.lon, problem.demand.lat]))
    for hub, area in metric.items():
        mine = shapely.points(places[figures.hub == hub])
        assert shapely.distance(area, mine).max() < 10
    hubs = list(metric)
    overlap = metric[hubs[0]].intersection(metric[hubs[1]]).area
    assert overlap < 0.02 * metric[hubs[0]].area


@pytest.mark.parametrize("kept", [1, 2, 3])
def test_a_handful_of_points_has_catchments_too(problem, result, kept):
    figures = plan_figures(problem, result.solution.plan)
    demand = problem.demand
    few = demand.replace(id=demand.id[:kept], lon=demand.lon[:kept], lat=demand.lat[:kept])
    cut = figures.__class__(**{**vars(figures), "hub": np.zeros(kept, dtype=np.int64)})
    areas = catchments(problem.replace(demand=few), cut)
    assert areas[0].area > 0


def test_walking_reach_holds_the_streets_within_the_limit(problem, result):
    plan = result.solution.plan
    opened, seconds = walking_seconds(problem, plan)
    areas = walking_reach(problem, plan)
    assert set(areas) == set(opened.tolist())
    for option, reached in zip(opened.tolist(), np.isfinite(seconds), strict=True):
        places = shapely.points(problem.streets.lon[reached], problem.streets.lat[reached])
        assert shapely.distance(areas[option], places).max() < 1e-3
