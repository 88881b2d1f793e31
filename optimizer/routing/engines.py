"""What a routing problem asks for, what each engine can do, and how breaks are made room for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.travel.legs import is_steady

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.routing import Fleet, RoutingProblem

HOURS = "travel by hour"
BREAKS = "breaks"
PAIRS = "pairs"
RELOADS = "reloads"
RELEASES = "released loads"
OPEN_ENDS = "open ends"
SERVES = "vehicles for some stops alone"
MIXED = "other loads at the ends of a pair"

PYVRP = frozenset({PAIRS, RELOADS, RELEASES, OPEN_ENDS, SERVES})
ORTOOLS = frozenset({BREAKS, PAIRS, OPEN_ENDS, SERVES, MIXED})


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
        MIXED: _is_mixed(problem),
    }
    return frozenset(feature for feature, is_asked in asked.items() if is_asked)


def _is_mixed(problem: RoutingProblem) -> bool:
    ends = np.concatenate([problem.pairs.pickup, problem.pairs.delivery])
    return bool(problem.stops.deliver[ends].any() or problem.stops.collect[ends].any())


def out_of_time(problem: RoutingProblem) -> NDArray[np.bool_]:
    """Return which stops nobody can visit at all, bool, (s,).

    Their window closes before it opens or before their load is there, or their pair's other end is
    such a stop, or the delivery of their pair closes before its pickup opens.
    """
    stops, pairs = problem.stops, problem.pairs
    waits = stops.deliver.any(axis=1)
    first = np.maximum(stops.from_s, np.where(waits, stops.released_s, 0.0))
    gone: NDArray[np.bool_] = first > stops.until_s
    lost = gone[pairs.pickup] | gone[pairs.delivery]
    lost |= first[pairs.pickup] > stops.until_s[pairs.delivery]
    gone[pairs.pickup[lost]] = gone[pairs.delivery[lost]] = True
    return gone


def breaks_most(fleet: Fleet) -> NDArray[np.int64]:
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
