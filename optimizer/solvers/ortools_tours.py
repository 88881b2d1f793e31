"""OR-Tools routing as second engine: breaks stand in its model, which PyVRP's lacks.

Guided local search (Voudouris, Tsang 1999, DOI 10.1016/S0377-2217(98)00099-X) from a first plan by
parallel insertion. Times are whole seconds rounded up; it knows neither reloads nor released loads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from optimizer.core.limits import Progress, silent
from optimizer.core.routing import Visit
from optimizer.core.tour_order import TourOrder
from optimizer.travel.legs import leg_table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.limits import Budget, Listener
    from optimizer.core.routing import RoutingProblem

CENTS = 1_000  # units of money in a euro
FAR = 1 << 40
NOWHERE = -1
DAY_S = 10 * 86_400
SPARE = 2  # vehicles at hand beside twice those that loads ask for
SEARCH_S = 30.0  # where no clock limits the search
SOLUTIONS_PER_WORK = 0.02


class Nodes(NamedTuple):
    """Vehicles one by one, and the nodes of the model: stops, places of depots, nowhere if used."""

    vehicle: list[int]
    place: NDArray[np.int32]
    start: list[int]
    end: list[int]

    @property
    def size(self) -> int:
        """Number of nodes."""
        return len(self.place) + (len(self.place) in self.end)


def plan_order(
    problem: RoutingProblem, budget: Budget, *, listener: Listener = silent
) -> list[TourOrder] | None:
    """Return the best orders found, with breaks in them, or None."""
    from ortools.constraint_solver import pywrapcp

    nodes = _nodes(problem)
    manager = pywrapcp.RoutingIndexManager(nodes.size, len(nodes.vehicle), nodes.start, nodes.end)
    model = pywrapcp.RoutingModel(manager)
    tables = _tables(problem, nodes)
    _costs(problem, model, nodes, tables)
    _loads(problem, model, nodes)
    clock = _clock(problem, model, manager, nodes, tables)
    pauses = _breaks(problem, model, manager, nodes, clock)
    _pairs(problem, model, manager, clock)
    _optional(problem, model, manager)
    _only_some(problem, model, manager, nodes)
    answer = model.SolveWithParameters(_parameters(budget))
    budget.spend(float(model.solver().Branches()))
    if answer is None:
        return None
    value = answer.ObjectiveValue() / CENTS
    listener(Progress(budget.elapsed_s, "tours", value, None, None))
    return _orders(Answered(model, manager, clock, answer), nodes, pauses)


def _parameters(budget: Budget) -> Any:
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = (
        routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    )
    parameters.local_search_metaheuristic = (
        routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    )
    left = budget.remaining_s()
    if budget.limits.work is not None:
        left_work = max(budget.limits.work - budget.work_done, 1.0)
        parameters.solution_limit = int(np.ceil(left_work * SOLUTIONS_PER_WORK)) + 1
    parameters.time_limit.FromMilliseconds(int(1000 * (SEARCH_S if left is None else max(left, 1))))
    return parameters


def _nodes(problem: RoutingProblem) -> Nodes:
    fleet, stops = problem.fleet, problem.stops
    demand = np.maximum(stops.deliver.sum(axis=0), stops.collect.sum(axis=0))
    demand = demand + problem.pairs.load.sum(axis=0)
    vehicle: list[int] = []
    for v in range(fleet.count):
        room = np.maximum(fleet.capacity[v], 1)
        wanted = 2 * int(np.ceil((demand / room).max(initial=0.0))) + SPARE
        wanted = max(wanted, int(np.sqrt(stops.count)))
        vehicle += [v] * min(int(fleet.count_max[v]), wanted, stops.count)
    depots = sorted({int(at) for at in [*fleet.start_place, *fleet.end_place] if at >= 0})
    node = {at: stops.count + rank for rank, at in enumerate(depots)}
    place = np.concatenate([stops.place, depots]).astype(np.int32)
    node[NOWHERE] = len(place)
    start = [node[int(fleet.start_place[v])] for v in vehicle]
    end = [node[int(fleet.end_place[v])] for v in vehicle]
    return Nodes(vehicle, place, start, end)


def _tables(
    problem: RoutingProblem, nodes: Nodes
) -> dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Return seconds and metres between nodes by profile; whoever goes nowhere is there."""
    tables, more = {}, nodes.size - len(nodes.place)
    for profile in set(problem.fleet.profile):
        time_s, length_m = leg_table(problem.travel[profile], nodes.place)
        tables[profile] = (np.pad(time_s, (0, more)), np.pad(length_m, (0, more)))
    return tables


def _whole(table: NDArray[np.float64], *, up: bool = False) -> list[list[int]]:
    known = np.where(np.isfinite(table), table, float(FAR))
    rounded = np.ceil(known - 1e-9) if up else np.rint(known)
    rows: list[list[int]] = np.minimum(rounded, FAR).astype(np.int64).tolist()
    return rows


def _costs(problem: RoutingProblem, model: Any, nodes: Nodes, tables: dict[str, Any]) -> None:
    fleet = problem.fleet
    by_type = {}
    for v in set(nodes.vehicle):
        metres = tables[fleet.profile[v]][1]
        cost = _whole(np.where(np.isfinite(metres), metres * fleet.eur_per_m[v] * CENTS, np.inf))
        by_type[v] = model.RegisterTransitMatrix(cost)
    for rank, v in enumerate(nodes.vehicle):
        model.SetArcCostEvaluatorOfVehicle(by_type[v], rank)
        model.SetFixedCostOfVehicle(round(fleet.fixed_eur[v] * CENTS), rank)


def _loads(problem: RoutingProblem, model: Any, nodes: Nodes) -> None:
    """Deliveries are on board from the start, collections until the end: two sums bound both."""
    stops, pairs = problem.stops, problem.pairs
    for k, name in enumerate(problem.load):
        change = np.zeros(nodes.size, dtype=np.int64)
        change[: stops.count] = stops.collect[:, k] - stops.deliver[:, k]
        np.add.at(change, pairs.pickup, pairs.load[:, k])
        np.add.at(change, pairs.delivery, -pairs.load[:, k])
        index = model.RegisterUnaryTransitVector(change.tolist())
        room = [int(problem.fleet.capacity[v, k]) for v in nodes.vehicle]
        model.AddDimensionWithVehicleCapacity(index, 0, room, False, f"load {name}")  # noqa: FBT003
        out = np.zeros(nodes.size, dtype=np.int64)
        out[: stops.count] = stops.deliver[:, k]
        sums = model.RegisterUnaryTransitVector(out.tolist())
        model.AddDimensionWithVehicleCapacity(sums, 0, room, True, f"out {name}")  # noqa: FBT003
        load, given = (model.GetDimensionOrDie(f"{word} {name}") for word in ("load", "out"))
        for rank in range(len(nodes.vehicle)):
            begin, end = model.Start(rank), model.End(rank)
            model.solver().Add(load.CumulVar(begin) == given.CumulVar(end))


def _clock(
    problem: RoutingProblem, model: Any, manager: Any, nodes: Nodes, tables: dict[str, Any]
) -> Any:
    fleet, stops = problem.fleet, problem.stops
    by_type = {}
    for v in set(nodes.vehicle):
        spent = tables[fleet.profile[v]][0].copy()
        spent[: stops.count] += stops.service_s[:, None]
        spent[stops.count : len(nodes.place)] += fleet.load_s[v]
        by_type[v] = model.RegisterTransitMatrix(_whole(spent, up=True))
    transits = [by_type[v] for v in nodes.vehicle]
    spans = [_limit(fleet.until_s[v]) for v in nodes.vehicle]
    model.AddDimensionWithVehicleTransitAndCapacity(transits, DAY_S, spans, False, "time")  # noqa: FBT003
    clock = model.GetDimensionOrDie("time")
    for stop in range(stops.count):
        window = (int(np.ceil(stops.from_s[stop])), _limit(stops.until_s[stop]))
        clock.CumulVar(manager.NodeToIndex(stop)).SetRange(*window)
    for rank, v in enumerate(nodes.vehicle):
        shift = (int(np.ceil(fleet.from_s[v])), _limit(fleet.until_s[v]))
        for index in (model.Start(rank), model.End(rank)):
            clock.CumulVar(index).SetRange(*shift)
            model.AddVariableMinimizedByFinalizer(clock.CumulVar(index))
        clock.SetSpanCostCoefficientForVehicle(round(fleet.eur_per_s[v] * CENTS), rank)
        if np.isfinite(fleet.duration_max_s[v]):
            clock.SetSpanUpperBoundForVehicle(_limit(fleet.duration_max_s[v]), rank)
    return clock


def _limit(seconds: float) -> int:
    return min(int(np.floor(seconds)), DAY_S) if np.isfinite(seconds) else DAY_S


def _breaks(
    problem: RoutingProblem, model: Any, manager: Any, nodes: Nodes, clock: Any
) -> dict[str, int]:
    """State breaks; return the vehicle of each by its name."""
    fleet, solver = problem.fleet, model.solver()
    names: dict[str, int] = {}
    for rank, v in enumerate(nodes.vehicle):
        if fleet.break_s[v] <= 0.0 or not np.isfinite(fleet.work_max_s[v]):
            continue
        length = int(np.ceil(fleet.break_s[v]))
        shift = min(float(fleet.until_s[v] - fleet.from_s[v]), float(DAY_S))
        first, last = int(np.ceil(fleet.from_s[v])), _limit(fleet.until_s[v])
        mine = [f"break {rank} {k}" for k in range(int(np.ceil(shift / fleet.work_max_s[v])))]
        pauses = [
            solver.FixedDurationIntervalVar(first, last, length, True, name)  # noqa: FBT003
            for name in mine
        ]
        served = [0] * model.Size()
        for stop in range(problem.stops.count):
            served[manager.NodeToIndex(stop)] = int(np.ceil(problem.stops.service_s[stop]))
        served[model.Start(rank)] = int(np.ceil(fleet.load_s[v]))
        clock.SetBreakIntervalsOfVehicle(pauses, rank, served)
        clock.SetBreakDistanceDurationOfVehicle(int(fleet.work_max_s[v]), length, rank)
        names |= dict.fromkeys(mine, rank)
    return names


def _pairs(problem: RoutingProblem, model: Any, manager: Any, clock: Any) -> None:
    solver = model.solver()
    rows = zip(problem.pairs.pickup.tolist(), problem.pairs.delivery.tolist(), strict=True)
    for pickup, delivery in rows:
        a, b = manager.NodeToIndex(pickup), manager.NodeToIndex(delivery)
        model.AddPickupAndDelivery(a, b)
        solver.Add(model.VehicleVar(a) == model.VehicleVar(b))
        solver.Add(clock.CumulVar(a) <= clock.CumulVar(b))


def _optional(problem: RoutingProblem, model: Any, manager: Any) -> None:
    penalty = problem.stops.penalty_eur
    for stop in np.flatnonzero(np.isfinite(penalty)).tolist():
        model.AddDisjunction([manager.NodeToIndex(stop)], round(penalty[stop] * CENTS))


def _only_some(problem: RoutingProblem, model: Any, manager: Any, nodes: Nodes) -> None:
    serves = problem.fleet.serves
    if serves is None:
        return
    for stop in range(problem.stops.count):
        allowed = [rank for rank, v in enumerate(nodes.vehicle) if serves[v, stop]]
        model.VehicleVar(manager.NodeToIndex(stop)).SetValues([-1, *allowed])


class Answered(NamedTuple):
    """What an answer of the model is read with."""

    model: Any
    manager: Any
    clock: Any
    answer: Any


def _orders(read: Answered, nodes: Nodes, pauses: dict[str, int]) -> list[TourOrder]:
    model, answer = read.model, read.answer
    taken = answer.IntervalVarContainer()
    breaks: dict[int, list[tuple[int, int, int]]] = {}
    for pause in (taken.Element(k) for k in range(taken.Size())):
        rank = pauses.get(pause.Var().Name())
        if rank is not None and pause.PerformedValue():
            breaks.setdefault(rank, []).append((pause.StartValue(), int(Visit.BREAK), -1))
    orders = []
    for rank, v in enumerate(nodes.vehicle):
        visits = []
        index = answer.Value(model.NextVar(model.Start(rank)))
        while not model.IsEnd(index):
            at = answer.Min(read.clock.CumulVar(index))
            visits.append((at, int(Visit.STOP), read.manager.IndexToNode(index)))
            index = answer.Value(model.NextVar(index))
        if visits:
            visits = sorted(visits + breaks.get(rank, []))
            _, kinds, targets = zip(*visits, strict=True)
            orders.append(TourOrder(v, kinds, targets))
    return orders
