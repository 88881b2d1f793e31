"""PyVRP as its documentation says: data, a stop, `solve`; the fleet first by `minimise_fleet`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEVER = 1 << 40


def solve(data: dict[str, NDArray[Any]]) -> list[list[Any]] | None:
    """Return tours, [vehicle type, stops] each, or None without a feasible plan.

    Half of the time goes to `minimise_fleet` where the fewest vehicles come first.
    """
    import pyvrp
    from pyvrp.stop import MaxRuntime

    begin, limit_s, seed = time.monotonic(), float(data["time_s"]), int(data["seed"])
    problem = problem_data(data)
    if data["fewest_first"]:
        fleet = pyvrp.minimise_fleet(problem, MaxRuntime(limit_s / 2.0), seed)
        problem = problem.replace(vehicle_types=[fleet])
    left_s = max(limit_s - (time.monotonic() - begin), 0.1)
    result = pyvrp.solve(problem, MaxRuntime(left_s), seed, collect_stats=False, display=False)
    if not result.best.is_feasible():
        return None
    return [[route.vehicle_type(), _stops(route, data)] for route in result.best.routes()]


def problem_data(data: dict[str, NDArray[Any]]) -> Any:
    """Return PyVRP's form of a question (`benchmarks.routing.peers.question`)."""
    import pyvrp

    paired = np.isin(np.arange(len(data["place"])), [data["pickup"], data["delivery"]])
    depots = sorted(set(data["depot"].tolist()))
    until = np.where(data["until"] < 0, NEVER, data["until"]).tolist()
    place, early = data["place"].tolist(), data["from"].tolist()
    service, demand = data["service"].tolist(), data["demand"].tolist()
    return pyvrp.ProblemData(
        locations=[pyvrp.Location(x, y) for x, y in zip(data["lon"], data["lat"], strict=True)],
        clients=[
            pyvrp.Client(
                place[s],
                delivery=[demand[s]],
                service_duration=service[s],
                tw_early=early[s],
                tw_late=until[s],
            )
            for s in np.flatnonzero(~paired).tolist()
        ],
        depots=[pyvrp.Depot(depot) for depot in depots],
        vehicle_types=[
            pyvrp.VehicleType(
                num_available=int(data["count"][v]),
                capacity=[int(data["capacity"][v])],
                start_depot=depots.index(int(data["depot"][v])),
                end_depot=depots.index(int(data["depot"][v])),
                tw_late=_or_never(data["shift_until"][v]),
                shift_duration=_or_never(data["duration_max"][v]),
            )
            for v in range(len(data["depot"]))
        ],
        distance_matrices=[data["way"]],
        duration_matrices=[data["time"]],
        shipments=[
            pyvrp.Shipment(
                place[a],
                place[b],
                pickup_tw_early=early[a],
                pickup_tw_late=until[a],
                delivery_tw_early=early[b],
                delivery_tw_late=until[b],
                pickup_service_duration=service[a],
                delivery_service_duration=service[b],
                amount=[load],
            )
            for a, b, load in _pairs(data)
        ],
    )


def _pairs(data: dict[str, NDArray[Any]]) -> list[tuple[int, int, int]]:
    columns = (data[name].tolist() for name in ("pickup", "delivery", "load"))
    return list(zip(*columns, strict=True))


def _or_never(value: int) -> int:
    return NEVER if value < 0 else int(value)


def _stops(route: Any, data: dict[str, NDArray[Any]]) -> list[int]:
    paired = np.isin(np.arange(len(data["place"])), [data["pickup"], data["delivery"]])
    client = np.flatnonzero(~paired)
    stops = []
    for activity in route.schedule()[1:-1]:
        if activity.is_pickup():
            stops.append(int(data["pickup"][activity.idx]))
        elif activity.is_delivery():
            stops.append(int(data["delivery"][activity.idx]))
        elif activity.is_client():
            stops.append(int(client[activity.idx]))
    return stops
