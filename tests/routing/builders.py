"""Routing problems in the plane, small enough to solve by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.routing import Fleet, Pairs, Plane, RoutingProblem, Stops

if TYPE_CHECKING:
    from collections.abc import Sequence

FLOATS = {
    "from_s": 0.0,
    "until_s": np.inf,
    "duration_max_s": np.inf,
    "length_max_m": np.inf,
    "fixed_eur": 0.0,
    "eur_per_s": 0.0,
    "eur_per_m": 1.0,
    "load_s": 0.0,
    "break_s": 0.0,
    "work_max_s": np.inf,
}
STOP_FLOATS = {
    "service_s": 0.0,
    "from_s": 0.0,
    "until_s": np.inf,
    "released_s": 0.0,
    "penalty_eur": np.inf,
}


def fleet(types: int = 1, loads: int = 1, **columns: Any) -> Fleet:
    """Return vehicle types that start and end at place 0, with capacity 10 of each load.

    Columns are scalars or one value for each type.
    """
    whole = {"count_max": 100, "start_place": 0, "end_place": 0, "reloads_max": 0}
    values: dict[str, Any] = {
        name: np.broadcast_to(np.asarray(columns.pop(name, value), dtype=float), types).copy()
        for name, value in FLOATS.items()
    }
    values |= {
        name: np.broadcast_to(np.asarray(columns.pop(name, value), dtype=np.int32), types).copy()
        for name, value in whole.items()
    }
    capacity = np.asarray(columns.pop("capacity", 10), dtype=np.int64)
    if capacity.ndim == 1:
        capacity = capacity[:, None]
    values["capacity"] = np.broadcast_to(capacity, (types, loads)).copy()
    values["reload_places"] = tuple(columns.pop("reload_places", [()] * types))
    values["profile"] = tuple(columns.pop("profile", ["van"] * types))
    values["serves"] = columns.pop("serves", None)
    assert not columns, columns
    return Fleet(id=tuple(f"v{v}" for v in range(types)), **values)


def stops(place: Sequence[int], loads: int = 1, **columns: Any) -> Stops:
    """Return stops at these places that take one of each load; columns as in `fleet`."""
    count = len(place)
    values: dict[str, Any] = {
        name: np.broadcast_to(np.asarray(columns.pop(name, value), dtype=float), count).copy()
        for name, value in STOP_FLOATS.items()
    }
    for name, value in (("deliver", 1), ("collect", 0)):
        load = np.asarray(columns.pop(name, value), dtype=np.int64)
        if load.ndim == 1:
            load = load[:, None]
        values[name] = np.broadcast_to(load, (count, loads)).copy()
    assert not columns, columns
    return Stops(
        id=tuple(f"s{s}" for s in range(count)), place=np.array(place, dtype=np.int32), **values
    )


def pairs(rows: Sequence[tuple[int, int, int]] = (), loads: int = 1) -> Pairs:
    """Return pairs of (pickup, delivery, load)."""
    table = np.array(rows, dtype=np.int64).reshape(-1, 3)
    return Pairs(
        table[:, 0].astype(np.int32),
        table[:, 1].astype(np.int32),
        np.repeat(table[:, 2:], loads, axis=1),
    )


def plane_problem(
    points: Sequence[tuple[float, float]],
    *,
    visit: Stops | None = None,
    vehicles: Fleet | None = None,
    pair: Sequence[tuple[int, int, int]] = (),
    rounding: str = "real",
    **changes: Any,
) -> RoutingProblem:
    """Return a problem on points of the plane; by default all but the first are visited."""
    xy = np.array(points, dtype=float).reshape(-1, 2)
    visit = visit if visit is not None else stops(range(1, len(xy)))
    loads = visit.deliver.shape[1]
    vehicles = vehicles if vehicles is not None else fleet(loads=loads)
    plane = Plane(xy[:, 0].copy(), xy[:, 1].copy(), rounding)
    problem = RoutingProblem(
        name="plane",
        load=tuple(f"load{k}" for k in range(loads)),
        place=tuple(f"p{p}" for p in range(len(xy))),
        lon=xy[:, 0].copy(),
        lat=xy[:, 1].copy(),
        stops=visit,
        pairs=pairs(pair, loads),
        fleet=vehicles,
        travel=dict.fromkeys(vehicles.profile, plane),
    )
    return problem.replace(**changes)
