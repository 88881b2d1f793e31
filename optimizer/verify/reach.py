"""Rule 3, reach: limits on street time by bike and on foot; people may go to the nearest point."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.kinds import WALK, Kind, PickupChoice
from optimizer.core.result import Violation
from optimizer.verify.case import acceptance
from optimizer.verify.tolerance import TRACE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.verify.case import Case


def check(case: Case) -> Iterator[Violation]:
    """Check every flow that is more than a trace; times are whole seconds, so exactly."""
    yield from _bikes(case)
    yield from _walks(case)
    if case.problem.rules.pickup_choice == PickupChoice.NEAREST:
        yield from _nearest(case)


def _bikes(case: Case) -> Iterator[Violation]:
    limit = case.problem.rules.bike_limit_s
    rows = zip(*case.bike[:3], case.bike_trips[0], strict=True)
    for point, option, share, trip_s in rows:
        if share > TRACE and trip_s > limit:
            words = (
                f"{case.name(int(option))} serves it by bike in {_seconds(trip_s)} there and "
                f"back, over the limit of {limit} s"
            )
            yield Violation("reach", case.point_name(int(point)), words)


def _walks(case: Case) -> Iterator[Violation]:
    limit = case.problem.rules.walk_limit_s
    rows = zip(*case.pickup[:3], case.walks_s, strict=True)
    for point, option, share, walk_s in rows:
        if share <= TRACE:
            continue
        if walk_s > limit:
            words = (
                f"its people walk {_seconds(walk_s)} to {case.name(int(option))}, over the limit "
                f"of {limit} s"
            )
            yield Violation("reach", case.point_name(int(point)), words)
        elif acceptance(case.problem, float(walk_s)) <= 0:
            words = f"nobody accepts a walk of {_seconds(walk_s)} to {case.name(int(option))}"
            yield Violation("reach", case.point_name(int(point)), words)


def _nearest(case: Case) -> Iterator[Violation]:
    """Check that no open delivery point in reach is nearer than the one used."""
    used = case.pickup.share > TRACE
    points = np.unique(case.pickup.point[used])
    nodes = case.problem.demand.node[WALK][points]
    best_s = np.full(len(points), np.inf)
    for option in case.opened:
        if case.kind(option) == Kind.DELIVERY_POINT:
            node = int(case.problem.sites.node[WALK][case.site(option)])
            walk_s, _ = case.paths.tree(WALK, node, nodes, reverse=True)
            in_reach = walk_s <= case.problem.rules.walk_limit_s
            accepted = np.array(
                [acceptance(case.problem, float(s)) > 0 for s in walk_s], dtype=bool
            )
            best_s = np.where(in_reach & accepted, np.minimum(best_s, walk_s), best_s)
    for rank in np.flatnonzero(used):
        point, option = int(case.pickup.point[rank]), int(case.pickup.option[rank])
        nearest_s = best_s[np.searchsorted(points, point)]
        if case.walks_s[rank] > nearest_s:
            words = (
                f"people are sent {_seconds(case.walks_s[rank])} to {case.name(option)}, but an "
                f"open delivery point is {_seconds(nearest_s)} away"
            )
            yield Violation("reach", case.point_name(point), words)


def _seconds(value: float) -> str:
    return f"{value:.0f} s" if np.isfinite(value) else "no path"
