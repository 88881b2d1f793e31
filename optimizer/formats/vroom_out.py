"""Answers in the shape of VROOM: summary, unassigned tasks, routes with their steps.

Times are whole seconds. Setup is told as part of service, and descriptions are not repeated.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.routing import Matrix, Visit
from optimizer.formats.vroom_travel import COSTS, INDEX, TASKS

if TYPE_CHECKING:
    from optimizer.core.routing import RoutingProblem, RoutingResult, Tours

Step = dict[str, Any]


def vroom_answer(problem: RoutingProblem, result: RoutingResult) -> dict[str, Any]:
    """Return a result of a problem of `read_vroom` as VROOM would tell it."""
    if result.tours is None:
        return {"code": 1, "error": f"no routes were found ({result.status})"}
    left = [_task(problem, int(stop)) for stop in np.flatnonzero(result.skipped)]
    ids = [name.split() for name in problem.fleet.id]
    routes = []
    for tour in range(result.tours.count):
        vehicle = int(ids[int(result.tours.vehicle_type[tour])].pop(0))
        routes.append({"vehicle": vehicle, **_route(problem, result.tours, tour)})
    totals = {key: _total(routes, key) for key in ("cost", "setup", "service", "duration")}
    totals["waiting_time"] = _total(routes, "waiting_time")
    for key in ("delivery", "pickup"):
        width = len(_shown(problem))
        totals[key] = [sum(route[key][k] for route in routes) for k in range(width)]
    if routes and all("distance" in route for route in routes):
        totals["distance"] = _total(routes, "distance")
    return {
        "code": 0,
        "summary": {
            **totals,
            "routes": len(routes),
            "unassigned": len(left),
            "violations": [],
        },
        "unassigned": left,
        "routes": routes,
    }


def _total(routes: list[dict[str, Any]], key: str) -> Any:
    return _whole(sum(route[key] for route in routes))


def _shown(problem: RoutingProblem) -> list[int]:
    """Return the loads that the file told."""
    return [k for k, name in enumerate(problem.load) if name != TASKS]


def _task(problem: RoutingProblem, stop: int) -> Step:
    kind, number = problem.stops.id[stop].split()
    place = int(problem.stops.place[stop])
    return {"type": kind, "id": int(number), **_location(problem, place)}


def _location(problem: RoutingProblem, place: int) -> Step:
    found: Step = {}
    lon, lat = float(problem.lon[place]), float(problem.lat[place])
    if np.isfinite(lon):
        found["location"] = [lon, lat]
    if problem.place[place].startswith(INDEX):
        found["location_index"] = int(problem.place[place].removeprefix(INDEX))
    return found


def _route(problem: RoutingProblem, tours: Tours, tour: int) -> dict[str, Any]:
    begin, end = int(tours.first[tour]), int(tours.first[tour + 1])
    rows, fleet, stops = list(range(begin, end)), problem.fleet, problem.stops
    kind = int(tours.vehicle_type[tour])
    travel, ground = _travel(problem, fleet.profile[kind])
    visited = [int(tours.stop[row]) for row in rows if tours.stop[row] >= 0]
    steps: list[Step] = []
    load = stops.deliver[visited].sum(axis=0)
    driven, length, cost = 0.0, 0, float(fleet.fixed_eur[kind])
    ends = fleet.end_place[kind] >= 0
    previous = None
    for row in rows:
        if previous is not None and (ends or row != rows[-1]):
            origin, target = int(tours.place[previous]), int(tours.place[row])
            driven += float(tours.arrive_s[row] - tours.leave_s[previous])
            cost += float(fleet.eur_per_m[kind]) * int(travel.length_m[origin, target])
            length += 0 if ground is None else int(ground.length_m[origin, target])
        load = load + _change(problem, int(tours.stop[row]))
        step = _step(problem, tours, row, load)
        step["duration"] = _whole(driven)
        if ground is not None:
            step["distance"] = length
        steps.append(step)
        previous = row
    shown = _shown(problem)
    amounts = stops.deliver[visited].sum(axis=0), stops.collect[visited].sum(axis=0)
    shipped = _shipped(problem, set(visited))
    answer = {
        "cost": _whole(cost),
        "delivery": [int(amounts[0][k] + shipped[k]) for k in shown],
        "pickup": [int(amounts[1][k] + shipped[k]) for k in shown],
        "setup": 0,
        "service": _whole(float(stops.service_s[visited].sum())),
        "duration": _whole(driven),
        "waiting_time": _whole(_waiting(tours, rows)),
        "steps": steps if ends else steps[:-1],
        "violations": [],
    }
    return answer if ground is None else {**answer, "distance": length}


def _travel(problem: RoutingProblem, profile: str) -> tuple[Matrix, Matrix | None]:
    """Return what legs cost a vehicle, and seconds and metres where metres are known."""
    travel, ground = problem.travel[profile], problem.travel.get(profile.partition(COSTS)[0])
    if not isinstance(travel, Matrix):
        message = "the problem does not come from a VROOM file"
        raise TypeError(message)
    return travel, ground if isinstance(ground, Matrix) else None


def _waiting(tours: Tours, rows: list[int]) -> float:
    return sum(float(tours.begin_s[row] - tours.arrive_s[row]) for _, row in pairwise(rows))


def _change(problem: RoutingProblem, stop: int) -> Any:
    """Return how a stop changes what is on board."""
    stops, pairs = problem.stops, problem.pairs
    if stop < 0:
        return np.zeros(len(problem.load), dtype=np.int64)
    change = stops.collect[stop] - stops.deliver[stop]
    change = change + pairs.load[pairs.pickup == stop].sum(axis=0)
    return change - pairs.load[pairs.delivery == stop].sum(axis=0)


def _shipped(problem: RoutingProblem, visited: set[int]) -> Any:
    mine = [int(stop) in visited for stop in problem.pairs.pickup]
    return problem.pairs.load[mine].sum(axis=0)


def _step(problem: RoutingProblem, tours: Tours, row: int, load: Any) -> Step:
    kind, stop = Visit(int(tours.kind[row])), int(tours.stop[row])
    step: Step = {"type": kind.name.lower()}
    if stop >= 0:
        step = _task(problem, stop)
    else:
        step |= _location(problem, int(tours.place[row]))
    arrive, begin = float(tours.arrive_s[row]), float(tours.begin_s[row])
    return {
        **step,
        "setup": 0,
        "service": _whole(float(tours.leave_s[row]) - begin),
        "waiting_time": _whole(begin - arrive),
        "load": [int(load[k]) for k in _shown(problem)],
        "arrival": _whole(arrive),
        "violations": [],
    }


def _whole(value: float) -> int:
    """Return a figure as VROOM tells it: to the nearest whole number."""
    return int(np.floor(value + 0.5))
