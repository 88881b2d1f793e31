"""Routing problems of the literature in the plane: customers, depots and vehicles of one kind each.

Time is length; a unit of length costs 1. Where an instance asks for the fewest vehicles first, each
vehicle costs `FLEET_FIRST`, which is more than any way saved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.routing import Fleet, Pairs, Plane, Rounding, RoutingProblem, Stops

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

FLEET_FIRST = 1e6
PROFILE = "plane"


def customers(
    places: Sequence[int] | NDArray[np.int32],
    names: Sequence[str],
    demand: Numbers,
    *,
    service: Numbers,
    window: Numbers | None = None,
) -> Stops:
    """Return stops that must be visited and get their demand delivered.

    Parameters
    ----------
    window : shape (s, 2), from and until; None = any time.
    """
    count = len(names)
    times = np.tile([0.0, np.inf], (count, 1)) if window is None else window
    load = np.asarray(demand, dtype=np.int64).reshape(count, 1)
    return Stops(
        id=tuple(names),
        place=np.asarray(places, dtype=np.int32),
        deliver=load,
        collect=np.zeros_like(load),
        service_s=np.asarray(service, dtype=np.float64),
        from_s=times[:, 0].copy(),
        until_s=times[:, 1].copy(),
        released_s=np.zeros(count),
        penalty_eur=np.full(count, np.inf),
    )


def vehicles(
    depots: Sequence[int],
    capacity: Numbers,
    count: Sequence[int],
    *,
    duration_max: Numbers | None = None,
    until: float = np.inf,
    fixed: float = 0.0,
) -> Fleet:
    """Return a vehicle type for each depot, where its tours begin and end."""
    types = len(depots)

    def every(value: float) -> Numbers:
        return np.full(types, value)

    place = np.array(depots, dtype=np.int32)
    return Fleet(
        id=tuple(f"depot {d}" for d in range(1, types + 1)) if types > 1 else ("vehicle",),
        profile=(PROFILE,) * types,
        count_max=np.array(count, dtype=np.int32),
        capacity=np.asarray(capacity, dtype=np.int64).reshape(types, 1),
        start_place=place,
        end_place=place.copy(),
        from_s=every(0.0),
        until_s=every(until),
        duration_max_s=every(np.inf) if duration_max is None else duration_max,
        length_max_m=every(np.inf),
        fixed_eur=every(fixed),
        eur_per_s=every(0.0),
        eur_per_m=every(1.0),
        load_s=every(0.0),
        reload_places=((),) * types,
        reloads_max=np.zeros(types, dtype=np.int32),
        break_s=every(0.0),
        work_max_s=every(np.inf),
    )


def no_pairs(loads: int = 1) -> Pairs:
    """Return that nothing goes from stop to stop."""
    none = np.zeros(0, dtype=np.int32)
    return Pairs(none, none.copy(), np.zeros((0, loads), dtype=np.int64))


def plane_problem(
    name: str,
    place: Sequence[str],
    xy: Numbers,
    stops: Stops,
    fleet: Fleet,
    *,
    pairs: Pairs | None = None,
    rounding: str = Rounding.REAL,
) -> RoutingProblem:
    """Return a problem on points of the plane; xy has shape (n, 2)."""
    x, y = xy[:, 0].astype(np.float64), xy[:, 1].astype(np.float64)
    return RoutingProblem(
        name=name,
        load=("demand",),
        place=tuple(place),
        lon=x,
        lat=y,
        stops=stops,
        pairs=no_pairs() if pairs is None else pairs,
        fleet=fleet,
        travel={PROFILE: Plane(x.copy(), y.copy(), rounding)},
    )
