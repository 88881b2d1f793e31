"""The routing library of OR-Tools on tours, as its guide says: a first solution, then GLS."""

from __future__ import annotations

from typing import Any

import numpy as np

FIXED = 1_000_000
"""Of a vehicle, in units of length, where the fewest come first."""
NEVER = 1 << 40


def load(_peer: str) -> None:
    """Import what takes long, before the clock starts."""
    from ortools.constraint_solver import pywrapcp  # noqa: F401


def answer(_peer: str, data: dict[str, Any]) -> dict[str, Any]:
    """Plan, and tell each tour as [vehicle type, stops]; None without a plan."""
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    stops = len(data["place"])
    types = np.repeat(np.arange(len(data["depot"])), data["count"]).tolist()
    ends = [stops + v for v in types]  # nodes: the stops, then the depot of each type
    place = np.concatenate([data["place"], data["depot"]])
    manager = pywrapcp.RoutingIndexManager(stops + len(data["depot"]), len(types), ends, ends)
    model = pywrapcp.RoutingModel(manager)
    way = data["way"][np.ix_(place, place)]
    model.SetArcCostEvaluatorOfAllVehicles(
        model.RegisterTransitMatrix([[int(cell) for cell in row] for row in way])
    )
    _loads(model, data, types, stops)
    _times(model, manager, data, types, place)
    _pairs(model, manager, data)
    if data["fewest_first"]:
        model.SetFixedCostOfAllVehicles(FIXED * int(data["scale"]))
    search = pywrapcp.DefaultRoutingSearchParameters()
    first = routing_enums_pb2.FirstSolutionStrategy
    paired = bool(len(data["pickup"]))
    search.first_solution_strategy = first.PARALLEL_CHEAPEST_INSERTION if paired else first.SAVINGS
    search.local_search_metaheuristic = (
        routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    )
    search.time_limit.FromMilliseconds(int(1000 * float(data["time_s"])))
    found = model.SolveWithParameters(search)
    if found is None:
        return {"tours": None}
    return {"tours": [tour for tour in _tours(model, manager, found, types) if tour[1]]}


def _loads(model: Any, data: dict[str, Any], types: list[int], stops: int) -> None:
    demand = np.zeros(stops + len(data["depot"]), dtype=np.int64)
    demand[:stops] = data["demand"]
    demand[data["pickup"]] += data["load"]
    demand[data["delivery"]] -= data["load"]
    capacity = [int(data["capacity"][v]) for v in types]
    load = model.RegisterUnaryTransitVector(demand.tolist())
    model.AddDimensionWithVehicleCapacity(
        load, 0, capacity, fix_start_cumul_to_zero=True, name="load"
    )


def _times(
    model: Any, manager: Any, data: dict[str, Any], types: list[int], place: np.ndarray
) -> None:
    timed = (data["until"] >= 0).any() or len(data["pickup"])
    limited = (data["duration_max"] >= 0).any()
    if not (timed or limited):
        return
    stops = len(data["place"])
    service = np.zeros(len(place), dtype=np.int64)
    service[:stops] = data["service"]
    spent = data["time"][np.ix_(place, place)] + service[:, None]
    transit = model.RegisterTransitMatrix([[int(cell) for cell in row] for row in spent])
    until = np.where(data["shift_until"] < 0, NEVER, data["shift_until"])
    shift = [int(until[v]) for v in types]
    model.AddDimensionWithVehicleCapacity(
        transit, NEVER, shift, fix_start_cumul_to_zero=False, name="time"
    )
    dimension = model.GetDimensionOrDie("time")
    for s in np.flatnonzero(data["until"] >= 0).tolist():
        window = int(data["from"][s]), int(data["until"][s])
        dimension.CumulVar(manager.NodeToIndex(s)).SetRange(*window)
    for vehicle, v in enumerate(types):
        if data["duration_max"][v] >= 0:
            dimension.SetSpanUpperBoundForVehicle(int(data["duration_max"][v]), vehicle)


def _pairs(model: Any, manager: Any, data: dict[str, Any]) -> None:
    if not len(data["pickup"]):
        return
    dimension = model.GetDimensionOrDie("time")
    for a, b in zip(data["pickup"].tolist(), data["delivery"].tolist(), strict=True):
        pickup, delivery = manager.NodeToIndex(a), manager.NodeToIndex(b)
        model.AddPickupAndDelivery(pickup, delivery)
        model.solver().Add(model.VehicleVar(pickup) == model.VehicleVar(delivery))
        model.solver().Add(dimension.CumulVar(pickup) <= dimension.CumulVar(delivery))


def _tours(model: Any, manager: Any, found: Any, types: list[int]) -> list[list[Any]]:
    tours = []
    for vehicle, v in enumerate(types):
        index, stops = found.Value(model.NextVar(model.Start(vehicle))), []
        while not model.IsEnd(index):
            stops.append(manager.IndexToNode(index))
            index = found.Value(model.NextVar(index))
        tours.append([v, stops])
    return tours
