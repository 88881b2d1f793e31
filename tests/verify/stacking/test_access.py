"""Workers and support on the line A - B - C: 360 s on foot, 120 s by bike from node to node."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.verify import check_plan
from tests.verify import town as t
from tests.verify.stacking.house import good_plan, house
from tests.verify.stacking.test_mutations import needs
from tests.verify.town import ints


def holds(problem):
    """Tell whether the good plan keeps all rules, or only that of access not."""
    families = {one.family for one in check_plan(problem, good_plan())}
    assert families <= {"access"}
    return not families


def commuters(**changes):
    """Return the problem with workers at A and C, of whom both are needed."""
    return house("access", **changes)


@pytest.mark.parametrize(
    ("by", "limit_s", "enough"),
    [
        (("walk",), 360, True),
        (("walk",), 359, False),
        (("bike",), 120, True),
        (("bike",), 119, False),
        (("walk", "bike"), 120, True),
    ],
)
def test_workers_come_on_foot_or_by_bike(by, limit_s, enough):
    assert holds(commuters(by=by, limit_s=limit_s)) is enough


@pytest.mark.parametrize(
    ("rides", "limit_s", "stop_walk_s", "enough"),
    [
        ((-1, 200, -1), 200, 0, True),
        ((-1, 200, -1), 199, 0, False),
        # back to front: 360 s on foot to B, a ride to A, 360 s on foot to B again
        ((-1, -1, 200), 920, 360, True),
        ((-1, -1, 200), 919, 360, False),
        ((-1, -1, 200), 920, 359, False),
        # a ride from a stop to itself is none
        ((0, -1, -1), 999, 999, False),
    ],
)
def test_workers_ride_from_a_stop_to_another(rides, limit_s, stop_walk_s, enough):
    """All workers live at A; the stops are A and B, where the hotel is. rides: A-A, A-B, B-A."""
    problem = commuters(
        by=("transit",),
        node_walk=ints(0, 0),
        ride_s=ints(*rides, 0).reshape(2, 2),
        limit_s=limit_s,
        stop_walk_s=stop_walk_s,
    )
    assert holds(problem) is enough


def test_a_walk_to_a_stop_has_a_limit_of_its_own():
    """From C: 360 s to the stop at B, 100 s to A, 360 s on foot to B."""
    fields = {"by": ("transit",), "node_walk": ints(0, 2), "limit_s": 2000}
    rides = ints(-1, 200, 100, -1).reshape(2, 2)
    assert holds(commuters(**fields, ride_s=rides, stop_walk_s=360))
    assert not holds(commuters(**fields, ride_s=rides, stop_walk_s=359))


def test_support_is_a_place_near_by_or_a_neighbour_in_the_house():
    alone = needs("gives_support", t.STUDIO, value=False).hotels
    for limit_s, near in ((360, True), (359, False), (-1, True)):
        access = alone.access.replace(support_limit_s=limit_s)
        assert holds(house().replace(hotels=alone.replace(access=access))) is near
    assert holds(house("access", support_limit_s=0))


def test_no_share_of_workers_is_no_rule():
    assert holds(commuters(capture_share=0.0, workers=np.zeros((2, 2))))
