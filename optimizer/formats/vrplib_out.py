"""VRPLIB out: `.vrp` of problems that it can tell, and `.sol` in and out.

A solution is a line `Route #k: c c c` for each tour and a line `Cost value`; customers are numbered
from 1 in the order of their nodes, depots left out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn

import numpy as np

from optimizer.core.refusal import Fault, Refusal
from optimizer.core.routing import Matrix, Plane, Rounding
from optimizer.formats.text import Numbers, read_text, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from optimizer.core.routing import RoutingProblem, Tours

ROUTE = re.compile(r"\s*route\s*#?\s*\d+\s*:(.*)", re.IGNORECASE)
COST = re.compile(r"\s*cost\s*:?\s*(\S+)\s*", re.IGNORECASE)
ROUNDINGS = {Rounding.NEAREST: "EUC_2D", Rounding.CEIL: "CEIL_2D", Rounding.FLOOR: "FLOOR_2D"}


def write_sol(path: Path, tours: Tours, cost: float) -> None:
    """Write tours as a solution; customers are told as stops, numbered from 1.

    Raises
    ------
    Refusal
        F902 if the file cannot be written.
    """
    _write(path, sol_text(tours, cost).splitlines())


def sol_text(tours: Tours, cost: float) -> str:
    """Return tours as the text of a solution."""
    lines = []
    for tour in range(tours.count):
        stops = tours.stop[int(tours.first[tour]) : int(tours.first[tour + 1])]
        told = " ".join(str(stop + 1) for stop in stops[stops >= 0].tolist())
        lines.append(f"Route #{tour + 1}: {told}".rstrip())
    return "\n".join([*lines, f"Cost {_plain(cost)}"]) + "\n"


def read_sol(path: Path) -> tuple[list[list[int]], float | None]:
    """Return the stops (from 0) of each route, and the cost that the file tells, if it does.

    Raises
    ------
    Refusal
        F811; F812 for lines that are neither routes nor the cost.
    """
    routes: list[list[int]] = []
    cost: float | None = None
    for number, line in enumerate(read_text(path).splitlines(), 1):
        route, told = ROUTE.fullmatch(line), COST.fullmatch(line)
        if route:
            given = Numbers(path, [route[1]], number)
            stops = given.counts(len(route[1].split()), "customers of a route")
            routes.append([stop - 1 for stop in stops])
        elif told and cost is None:
            cost = float(Numbers(path, [told[1]], number).take(1, "cost")[0])
        elif line.strip() and cost is None:
            refuse(f"{path}:{number}", "F812", f"{line[:40]!r} is no route and no cost")
    return routes, cost


def write_vrp(path: Path, problem: RoutingProblem) -> None:
    """Write a problem that VRPLIB can tell: one load, a vehicle type per depot, stops in order.

    Raises
    ------
    Refusal
        F815 if the problem says more; F902 if the file cannot be written.
    """
    _refuse_more(path, problem)
    stops, fleet = problem.stops, problem.fleet
    order = [*fleet.start_place.tolist(), *stops.place.tolist()]
    depots, nodes = fleet.count, fleet.count + stops.count
    lines = [f"NAME : {problem.name}", "TYPE : " + ("CVRP" if depots == 1 else "MDVRP")]
    lines += [f"DIMENSION : {nodes}", f"CAPACITY : {int(fleet.capacity[0, 0])}"]
    if (fleet.count_max < stops.count).any():
        lines.append(f"VEHICLES : {int(fleet.count_max.sum())}")
    limits = fleet.duration_max_s if _counts_stops(problem) else fleet.length_max_m
    if np.isfinite(limits).all():
        lines.append(f"DISTANCE : {_plain(float(limits[0]))}")
    lines += _weights(problem, order)
    demand = [0] * depots + stops.deliver[:, 0].tolist()
    lines += _section("DEMAND", [[value] for value in demand])
    if stops.service_s.any():
        service = [0.0] * depots + stops.service_s.tolist()
        lines += _section("SERVICE_TIME", [[value] for value in service])
    if _has_windows(problem):
        begin = [*fleet.from_s.tolist(), *stops.from_s.tolist()]
        until = [*fleet.until_s.tolist(), *stops.until_s.tolist()]
        far = max([value for value in until if np.isfinite(value)], default=0.0) + 10**6
        closed = [min(value, far) for value in until]
        lines += _section("TIME_WINDOW", [list(row) for row in zip(begin, closed, strict=True)])
    if stops.released_s.any():
        released = [0.0] * depots + stops.released_s.tolist()
        lines += _section("RELEASE_TIME", [[value] for value in released])
    if depots > 1 and (fleet.count_max < stops.count).any():
        owner = np.repeat(np.arange(depots) + 1, fleet.count_max)
        lines += _section("VEHICLES_DEPOT", [[value] for value in owner.tolist()])
    lines += ["DEPOT_SECTION", *(str(depot + 1) for depot in range(depots)), "-1", "EOF"]
    _write(path, lines)


def _has_windows(problem: RoutingProblem) -> bool:
    stops, fleet = problem.stops, problem.fleet
    closed = np.isfinite(stops.until_s).any() or np.isfinite(fleet.until_s).any()
    return bool(closed or stops.from_s.any() or fleet.from_s.any())


def _counts_stops(problem: RoutingProblem) -> bool:
    """Tell whether DISTANCE limits the duration of tours, as the reader takes it."""
    return bool(problem.stops.service_s.any()) and not _has_windows(problem)


def _refuse_more(path: Path, problem: RoutingProblem) -> None:
    """Refuse what has no place in a file: the reasons, all at once."""
    faults = [
        Fault(
            str(path),
            "F815",
            f"VRPLIB cannot tell {cause}",
            "leave out what this names, or keep the problem as it is",
        )
        for cause in _more(problem)
    ]
    if faults:
        raise Refusal(*faults)


def _more(problem: RoutingProblem) -> Iterator[str]:
    stops, fleet = problem.stops, problem.fleet
    travel = [problem.travel[profile] for profile in fleet.profile]
    same = all(one is travel[0] for one in travel)
    plane = isinstance(travel[0], Plane) and travel[0].rounding in ROUNDINGS
    if isinstance(travel[0], Plane):
        plane = plane and travel[0].factor == 1.0
    table = isinstance(travel[0], Matrix) and np.array_equal(travel[0].time_s, travel[0].length_m)
    other = fleet.length_max_m if _counts_stops(problem) else fleet.duration_max_s
    told = {
        "this kind of travel": not (same and (plane or table)),
        "several loads": len(problem.load) != 1,
        "what is collected": bool(stops.collect.any()),
        "goods from stop to stop": len(problem.pairs.pickup) > 0,
        "stops that may be left out": bool(np.isfinite(stops.penalty_eur).any()),
        "ends elsewhere": not np.array_equal(fleet.start_place, fleet.end_place),
        "several types at a depot": len(set(fleet.start_place.tolist())) != fleet.count,
        "vehicles that differ": len(set(fleet.capacity[:, 0].tolist())) > 1,
        "costs beside length": bool(
            fleet.fixed_eur.any() or fleet.eur_per_s.any() or (fleet.eur_per_m != 1.0).any()
        ),
        "reloads, loading times or breaks": bool(
            fleet.reloads_max.any() or fleet.load_s.any() or fleet.break_s.any()
        ),
        "which vehicles serve a stop": fleet.serves is not None and not fleet.serves.all(),
        "this limit of tours": bool(np.isfinite(other).any()),
    }
    return (cause for cause, there in told.items() if there)


def _weights(problem: RoutingProblem, order: list[int]) -> list[str]:
    travel = problem.travel[problem.fleet.profile[0]]
    points = [[float(problem.lon[place]), float(problem.lat[place])] for place in order]
    if isinstance(travel, Plane):
        points = [[float(travel.x[place]), float(travel.y[place])] for place in order]
        kind = ROUNDINGS[Rounding(travel.rounding)]
        return [f"EDGE_WEIGHT_TYPE : {kind}", *_section("NODE_COORD", points)]
    lines = ["EDGE_WEIGHT_TYPE : EXPLICIT", "EDGE_WEIGHT_FORMAT : FULL_MATRIX"]
    lines += _section("NODE_COORD", points)
    if isinstance(travel, Matrix):
        rows = travel.time_s[np.ix_(order, order)].tolist()
        lines += ["EDGE_WEIGHT_SECTION", *(" ".join(map(str, row)) for row in rows)]
    return lines


def _section(name: str, rows: list[list[float]]) -> list[str]:
    told = (" ".join(map(_plain, row)) for row in rows)
    return [f"{name}_SECTION", *(f"{rank} {row}" for rank, row in enumerate(told, 1))]


def _plain(value: float) -> str:
    """Return a number as people write it: whole without a point, else with all its digits."""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def _write(path: Path, lines: list[str]) -> None:
    try:
        path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    except OSError as error:
        _unwritable(path, error)


def _unwritable(path: Path, error: OSError) -> NoReturn:
    cause = f"cannot be written: {error.strerror or error}"
    raise Refusal(Fault(str(path), "F902", cause, "check the path and the free space")) from error
