"""What a routing problem asks for, what each engine can do, and how breaks are made room for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.travel.legs import is_steady

if TYPE_CHECKING:
    from optimizer.core.routing import Fleet, RoutingProblem

HOURS = "travel by hour"
BREAKS = "breaks"
PAIRS = "pairs"
RELOADS = "reloads"
RELEASES = "released loads"
OPEN_ENDS = "open ends"
SERVES = "vehicles for some stops alone"

PYVRP = frozenset({PAIRS, RELOADS, RELEASES, OPEN_ENDS, SERVES})
ORTOOLS = frozenset({BREAKS, PAIRS, OPEN_ENDS, SERVES})


def needs(problem: RoutingProblem) -> frozenset[str]:
    """Return the features that an engine must have for this problem."""
    fleet, stops = problem.fleet, problem.stops
    asked = {
        HOURS: not all(is_steady(problem.travel[profile]) for profile in set(fleet.profile)),
        BREAKS: bool(np.any(breaks_most(fleet))),
        PAIRS: bool(len(problem.pairs.pickup)),
        RELOADS: any(fleet.reload_places) and bool(np.any(fleet.reloads_max)),
        RELEASES: bool(np.any(stops.released_s > 0.0)),
        OPEN_ENDS: bool(np.any(fleet.end_place < 0)),
        SERVES: fleet.serves is not None,
    }
    return frozenset(feature for feature, is_asked in asked.items() if is_asked)


def breaks_most(fleet: Fleet) -> np.ndarray:
    """Return how many breaks the longest tour of each type takes, int64, (v,)."""
    longest = np.minimum(fleet.duration_max_s, fleet.until_s - fleet.from_s)
    most = np.zeros(fleet.count, dtype=np.int64)
    for v in range(fleet.count):
        if fleet.break_s[v] <= 0.0 or not np.isfinite(fleet.work_max_s[v]):
            continue
        share = (longest[v] + fleet.break_s[v]) / (fleet.work_max_s[v] + fleet.break_s[v])
        most[v] = max(int(np.ceil(share - 1e-9)) - 1, 0) if np.isfinite(share) else 1
    return most


def with_room_for_breaks(problem: RoutingProblem, *, windows: bool) -> RoutingProblem:
    """Return the problem with shifts shorter by their breaks, for an engine that knows none.

    windows : shorten the windows of stops as well, so that whatever a break puts off stays in time.
    """
    fleet, stops = problem.fleet, problem.stops
    lost = breaks_most(fleet) * fleet.break_s
    if not lost.any():
        return problem
    shorter = fleet.replace(
        until_s=fleet.until_s - lost,
        duration_max_s=fleet.duration_max_s - lost,
    )
    if not windows:
        return problem.replace(fleet=shorter)
    first = float((fleet.from_s + fleet.work_max_s)[lost > 0.0].min())
    late = np.where(stops.until_s > first, stops.until_s - lost.max(), stops.until_s)
    late = np.maximum(late, np.minimum(stops.from_s, stops.until_s))
    return problem.replace(fleet=shorter, stops=stops.replace(until_s=late))
