"""Other people's routing engines on our problems: plain PyVRP here, VROOM and OR-Tools apart.

PyVRP runs in the process of the case, as its documentation says, without any layer of ours; VROOM
and OR-Tools in the peers' own environment (`benchmarks.peers`). What comes back is timed here,
never before the plan's own hours, and checked like our own tours.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.limits import Limits
    from optimizer.core.routing import RoutingProblem
    from optimizer.core.tour_order import TourOrder
    from optimizer.formats import Row

FINE = 1000.0
"""Parts of a unit of length that engines in whole numbers count, where it is not whole itself."""
TINY = 1e-6
WHOLE = ("nearest", "ceil", "floor")
HUGE = 1 << 40
APART = ("vroom-routing", "ortools-routing")
"""Peers in an environment of their own."""
LARGE_FAMILIES = ("cvrp_belgium",)
"""Too many stops for the matrices that VROOM and OR-Tools want."""


def of(row: Row) -> tuple[str, ...]:
    """Return the peers that are asked about a row."""
    return ("pyvrp",) if row.family in LARGE_FAMILIES else ("pyvrp", "vroom", "ortools")


def plan(peer: str, problem: RoutingProblem, limits: Limits) -> dict[str, Any]:
    """Return the row of a peer: `result`, `time_s` and `peak_mb`, or why there is none."""
    import time

    data = question(problem, limits)
    limited = np.isfinite(problem.fleet.duration_max_s).any() and problem.stops.service_s.any()
    if peer == "vroom" and limited:
        return _failed("VROOM limits travel, not travel and service")
    if peer == "pyvrp":
        from benchmarks.routing.plain_pyvrp import solve

        begin = time.monotonic()
        tours = solve(data)
        told: dict[str, Any] = {"tours": tours, "time_s": time.monotonic() - begin}
    else:
        from benchmarks.peers.ask import ask

        told = ask(f"{peer}-routing", data, limits)
        if "error" in told:
            return told
    answer = {"time_s": told["time_s"], "peak_mb": told.get("peak_mb"), "stopped_by": None}
    return answer | {"result": _result(peer, problem, told["tours"])}


def question(problem: RoutingProblem, limits: Limits) -> dict[str, NDArray[Any]]:
    """Return a problem of one profile as plain arrays of whole numbers.

    Lengths are in parts of a unit (`scale`); `place` holds the place of each stop, `way` the
    lengths between all places, `time` the times, rounded up. Numbers that do not exist are -1.
    """
    from optimizer.travel.legs import leg_table

    stops, fleet, pairs = problem.stops, problem.fleet, problem.pairs
    (travel,) = problem.travel.values()
    scale = 1.0 if getattr(travel, "rounding", "nearest") in WHOLE else FINE
    way = leg_table(travel, np.arange(len(problem.place), dtype=np.int32))[1]

    def whole(values: NDArray[np.float64]) -> NDArray[np.int64]:
        return np.where(np.isfinite(values), np.floor(values * scale + 1e-6), -1.0).astype(np.int64)

    return {
        "scale": np.array(scale),
        "way": np.rint(way * scale).astype(np.int64),
        "time": np.ceil(way * scale - TINY).astype(np.int64),
        "place": stops.place,
        "demand": stops.deliver[:, 0],
        "service": whole(stops.service_s),
        "from": whole(stops.from_s),
        "until": whole(stops.until_s),
        "pickup": pairs.pickup,
        "delivery": pairs.delivery,
        "load": pairs.load[:, 0],
        "depot": fleet.start_place,
        "count": np.minimum(fleet.count_max, stops.count),
        "capacity": fleet.capacity[:, 0],
        "duration_max": whole(fleet.duration_max_s),
        "shift_until": whole(fleet.until_s),
        "fewest_first": np.array(bool(fleet.fixed_eur.any())),
        "lon": problem.lon,
        "lat": problem.lat,
        "time_s": np.array(limits.time_s or math.inf),
        "seed": np.array(limits.seed),
        "threads": np.array(limits.threads),
    }


def _result(peer: str, problem: RoutingProblem, tours: list[list[Any]] | None) -> Any:
    """Return a peer's tours, [vehicle type, [stops in order]] each, timed; None where they fail."""
    from optimizer.core.routing import RoutingResult, Visit
    from optimizer.core.tour_order import TourOrder
    from optimizer.routing.schedule import objective_eur, timed

    orders: list[TourOrder] = [
        TourOrder(int(kind), (int(Visit.STOP),) * len(stops), tuple(stops))
        for kind, stops in tours or []
        if stops
    ]
    planned = timed(problem, orders) if tours is not None else None
    return RoutingResult(
        status="no_plan" if planned is None else "plan",
        stopped_by="time",
        tours=planned,
        skipped=np.zeros(problem.stops.count, dtype=bool),
        objective=None if planned is None else objective_eur(problem, planned),
        bound=None,
        engine=peer,
        statistics={},
    )


def _failed(reason: str) -> dict[str, Any]:
    return {"status": "failed", "error": reason, "verified": False, "time_s": None}
