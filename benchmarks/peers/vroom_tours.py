"""VROOM on tours: exploration level 5, as many threads as we have, its own timeout."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np

LEVEL = 5
FIXED = 1_000_000
"""Of a vehicle, in units of length, where the fewest come first."""
NEVER = 1 << 30


def load(_peer: str) -> None:
    """Import what takes long, before the clock starts."""
    import vroom  # noqa: F401


def answer(_peer: str, data: dict[str, Any]) -> dict[str, Any]:
    """Plan, and tell each tour as [vehicle type, stops]; None where stops are left out."""
    import vroom

    model = vroom.Input()
    model.set_durations_matrix("car", matrix_input=data["time"].astype(np.uint32))
    types = _vehicles(vroom, model, data)
    _stops(vroom, model, data)
    limit = timedelta(seconds=float(data["time_s"]))
    solution = model.solve(LEVEL, nb_threads=int(data["threads"]), timeout=limit)
    if solution.summary.unassigned:
        return {"tours": None}
    tours: dict[int, list[int]] = {}
    steps = solution.routes
    for vehicle, kind, number in zip(steps.vehicle_id, steps.type, steps.id, strict=True):
        if kind in {"job", "pickup", "delivery"}:
            tours.setdefault(int(vehicle), []).append(int(number) - 1)
    return {"tours": [[types[vehicle], stops] for vehicle, stops in tours.items()]}


def _vehicles(vroom: Any, model: Any, data: dict[str, Any]) -> list[int]:
    """Add all vehicles; return the type of each."""
    types: list[int] = []
    fixed = FIXED if data["fewest_first"] else 0
    for v in range(len(data["depot"])):
        until, travel = int(data["shift_until"][v]), int(data["duration_max"][v])
        for _ in range(int(data["count"][v])):
            vehicle = vroom.Vehicle(
                len(types),
                start=int(data["depot"][v]),
                end=int(data["depot"][v]),
                capacity=[int(data["capacity"][v])],
                costs=vroom.VehicleCosts(fixed=fixed * int(data["scale"])),
                time_window=None if until < 0 else vroom.TimeWindow(0, until),
                max_travel_time=None if travel < 0 else travel,
            )
            model.add_vehicle(vehicle)
            types.append(v)
    return types


def _stops(vroom: Any, model: Any, data: dict[str, Any]) -> None:
    """Add jobs and shipments; the number of a task is its stop and one."""
    until = np.where(data["until"] < 0, NEVER, data["until"])
    place, early, service = data["place"], data["from"], data["service"]

    def step(s: int) -> dict[str, Any]:
        window = vroom.TimeWindow(int(early[s]), int(until[s]))
        return {
            "location": int(place[s]),
            "default_service": int(service[s]),
            "time_windows": [window],
        }

    paired = np.isin(np.arange(len(place)), [data["pickup"], data["delivery"]])
    for s in np.flatnonzero(~paired).tolist():
        model.add_job(vroom.Job(s + 1, delivery=[int(data["demand"][s])], **step(s)))
    for a, b, load_ in zip(data["pickup"], data["delivery"], data["load"], strict=True):
        pickup = vroom.ShipmentStep(int(a) + 1, **step(int(a)))
        delivery = vroom.ShipmentStep(int(b) + 1, **step(int(b)))
        model.add_shipment(pickup, delivery, amount=vroom.Amount([int(load_)]))
