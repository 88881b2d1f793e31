"""The checker of location with routes: sound plans pass, everything else is named."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.core.location_routing import LocationRoutingResult, Routes, UpperEchelon, Vehicles
from optimizer.verify.location_routing import check_location_routing, cost_of
from tests.routing.location.towns import places, town


def problem_of(*, split=False):
    """Two satellites, four customers right beside them, a platform; vehicles that just fit."""
    upper = UpperEchelon(places([(0, 0)], 7.0, 12), Vehicles(8.0, 1.0, 2.0, 2), split)
    sites = places([(10, 0), (20, 0)], [5.0, 6.0], [6.0, 6.0])
    vehicles = Vehicles(6.0, 3.0, count_max=2, per_site_max=1)
    customers = [(10, 1), (10, -1), (20, 1), (20, -1)]
    return town(customers, [3, 3, 3, 3], sites, vehicles, upper)


def routes(start, first, stop, amount):
    return Routes(
        np.array(start, dtype=np.int32),
        np.array(first, dtype=np.int64),
        np.array(stop, dtype=np.int32),
        np.array(amount, dtype=np.float64),
    )


LOWER = routes([0, 1], [0, 2, 4], [0, 1, 2, 3], [3, 3, 3, 3])
UPPER = routes([0, 0], [0, 1, 2], [0, 1], [6, 6])
COST = 7 + 5 + 6 + 2 * (3 + 4) + (1 + 2 * 20) + (1 + 2 * 40)


def answer(**changes):
    told = {
        "status": "plan",
        "proof": "gap",
        "stopped_by": "work",
        "open": np.array([0, 1], dtype=np.int32),
        "routes": LOWER,
        "objective": float(COST),
        "bound": 100.0,
        "statistics": {},
        "open_platforms": np.array([0], dtype=np.int32),
        "upper_routes": UPPER,
    }
    return LocationRoutingResult(**(told | changes))


def families(problem, result):
    return {one.family.split(": ")[1] for one in check_location_routing(problem, result)}


def test_a_plan_by_hand_passes_at_its_cost():
    problem = problem_of()
    assert cost_of(problem, answer()) == pytest.approx(COST)
    assert check_location_routing(problem, answer()) == ()


def test_two_trucks_may_share_a_satellite_only_where_deliveries_are_split():
    shared = routes([0, 0], [0, 2, 3], [0, 1, 1], [6, 2, 4])
    dearer = answer(upper_routes=shared, objective=COST + 0.0)
    assert "split" in families(problem_of(), dearer)
    assert "split" not in families(problem_of(split=True), dearer)


@pytest.mark.parametrize(
    ("family", "changes"),
    [
        ("visits", {"routes": routes([0, 1], [0, 2, 3], [0, 1, 2], [3, 3, 3])}),
        ("visits", {"routes": routes([0, 1], [0, 2, 4], [0, 1, 2, 2], [3, 3, 3, 3])}),
        ("amount", {"routes": routes([0, 1], [0, 2, 4], [0, 1, 2, 3], [2, 4, 3, 3])}),
        ("load", {"routes": routes([0, 1], [0, 3, 4], [0, 1, 2, 3], [3, 3, 3, 3])}),
        ("capacity", {"routes": routes([0, 1], [0, 3, 4], [0, 1, 2, 3], [3, 3, 3, 3])}),
        ("vehicles", {"routes": routes([0, 0, 1], [0, 1, 2, 4], [0, 1, 2, 3], [3, 3, 3, 3])}),
        ("balance", {"upper_routes": routes([0, 0], [0, 1, 2], [0, 1], [5, 6])}),
        ("load", {"upper_routes": routes([0], [0, 2], [0, 1], [6, 6])}),
        ("open", {"open": np.array([0], dtype=np.int32)}),
        ("open", {"open": np.array([1, 0], dtype=np.int32)}),
        ("open", {"open_platforms": np.array([], dtype=np.int32)}),
        ("shape", {"open": np.array([0, 1, 2], dtype=np.int32)}),
        ("shape", {"routes": routes([0, 2], [0, 2, 4], [0, 1, 2, 3], [3, 3, 3, 3])}),
        ("shape", {"routes": routes([0, 1], [0, 2, 4], [0, 1, 2, 4], [3, 3, 3, 3])}),
        ("shape", {"routes": routes([0, 1], [0, 0, 4], [0, 1, 2, 3], [3, 3, 3, 3])}),
        ("shape", {"routes": routes([0, 1], [0, 2, 3], [0, 1, 2, 3], [3, 3, 3, 3])}),
        ("objective", {"objective": COST - 0.01}),
        ("objective", {"objective": None}),
        ("bound", {"bound": COST + 1.0, "proof": "optimal"}),
        ("proof", {"proof": "optimal"}),
        ("proof", {"bound": None}),
        ("proof", {"stopped_by": "proof"}),
        ("proof", {"status": "no_plan"}),
        ("proof", {"status": "infeasible", "proof": "none"}),
    ],
)
def test_what_does_not_hold_is_named(family, changes):
    assert family in families(problem_of(), answer(**changes))


def test_one_echelon_has_no_upper_routes():
    problem = problem_of().replace(upper=None)
    found = answer(open_platforms=np.array([], dtype=np.int32))
    assert families(problem, found) >= {"shape"}
