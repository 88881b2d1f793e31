"""Snapping finds the nearest node that the profile can use."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.core.kinds import PROFILES, VAN, WALK
from optimizer.network import snap
from optimizer.network.snap import nodes_of
from tests.network.towns import bondy

METRES = st.floats(-1500, 1500)


@settings(deadline=None, max_examples=40)
@given(
    profile=st.sampled_from(PROFILES),
    offsets=st.lists(st.tuples(METRES, METRES), min_size=1, max_size=8),
    max_m=st.floats(1, 800),
)
def test_no_node_of_the_profile_is_nearer(profile, offsets, max_m):
    streets = bondy().streets
    x_m = streets.x_m.mean() + np.array([x for x, _ in offsets])
    y_m = streets.y_m.mean() + np.array([y for _, y in offsets])
    node, distance_m = snap(streets, profile, x_m, y_m, max_m)
    allowed = nodes_of(streets, profile)
    every = np.hypot(streets.x_m[allowed] - x_m[:, None], streets.y_m[allowed] - y_m[:, None])
    for row, nearest_m in enumerate(every.min(axis=1)):
        if nearest_m <= max_m:
            assert node[row] in allowed
            assert np.isclose(distance_m[row], nearest_m)
        else:
            assert (node[row], distance_m[row]) == (-1, np.inf)


def test_a_position_that_is_no_number_has_no_node():
    node, distance_m = snap(bondy().streets, VAN, [np.nan], [0.0], 1e9)
    assert node.tolist() == [-1]
    assert np.isinf(distance_m).all()


def test_no_positions_give_no_nodes():
    node, distance_m = snap(bondy().streets, WALK, [], [], 100.0)
    assert node.shape == distance_m.shape == (0,)


def test_a_profile_without_streets_has_no_nodes():
    streets = bondy().streets
    empty = {
        key: arcs.replace(**{n: getattr(arcs, n)[:0] for n in ARRAYS})
        for key, arcs in streets.arcs.items()
    }
    node, _ = snap(streets.replace(arcs=empty), VAN, streets.x_m[:3], streets.y_m[:3], 1e9)
    assert node.tolist() == [-1, -1, -1]


ARRAYS = ("tail", "head", "time_s", "length_m")
