"""Tours of a routing problem in a file: VRPLIB, VROOM JSON, or MAMUT; answered in its own shape."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from optimizer.core.limits import Budget, Cancel, Limits, Listener, silent
from optimizer.core.refusal import Fault, Refusal
from optimizer.formats.mamut import VRP, read_mamut
from optimizer.formats.vroom import read_vroom, vroom_answer
from optimizer.formats.vrplib import read_vrp
from optimizer.formats.vrplib_out import sol_text
from optimizer.routing.bounds import bound_tours
from optimizer.routing.tours import plan_tours
from optimizer.verify import check_tours

if TYPE_CHECKING:
    from pathlib import Path

    from optimizer.core.result import Violation
    from optimizer.core.routing import RoutingProblem, RoutingResult

VRPLIB_ENDINGS = (".vrp", ".vrp.xz")


@dataclass(frozen=True)
class RoutedFile:
    """A routing problem with its tours; text : the answer in the shape of the file."""

    problem: RoutingProblem
    result: RoutingResult
    text: str
    violations: tuple[Violation, ...]


def route_file(
    path: Path,
    limits: Limits,
    *,
    bound_s: float = 0.0,
    listener: Listener = silent,
    cancel: Cancel | None = None,
) -> RoutedFile:
    """Plan the tours of a file.

    Parameters
    ----------
    bound_s
        Seconds to prove a lower bound on the objective afterwards; 0 proves none.

    Raises
    ------
    Refusal
        F784 for a file of no known kind; F811, F812, F816 for what cannot be read.
    """
    name = path.name.lower()
    if name.endswith(VRPLIB_ENDINGS):
        problem = read_vrp(path)
    elif name.endswith(VRP):
        problem = read_mamut(path)
    elif name.endswith(".json"):
        problem = read_vroom(path)
    else:
        cause = f"{path.name!r} is neither a result folder nor .vrp, .vrp.xz, .vrp.json or .json"
        action = "name a result folder, or a VRPLIB, MAMUT or VROOM file"
        raise Refusal(Fault(str(path), "F784", cause, action))
    result = plan_tours(problem, limits, listener=listener, cancel=cancel)
    violations: tuple[Violation, ...] = ()
    if result.tours is not None:
        violations = check_tours(problem, result.tours, result.skipped, result.objective)
    if bound_s > 0.0:
        proving = Budget(Limits(time_s=bound_s), cancel or Cancel())
        result = result.replace(bound=bound_tours(problem, budget=proving).value)
    return RoutedFile(problem, result, _text(name, problem, result), violations)


def _text(name: str, problem: RoutingProblem, result: RoutingResult) -> str:
    if not name.endswith(".json"):
        return "" if result.tours is None else sol_text(result.tours, result.objective or 0.0)
    told = _mamut_answer if name.endswith(VRP) else vroom_answer
    answer = told(problem, result)
    return json.dumps(answer, indent=2, allow_nan=False) + "\n"


def _mamut_answer(problem: RoutingProblem, result: RoutingResult) -> dict[str, object]:
    """Return duration, and by route its places, departure and duration."""
    tours = result.tours
    if tours is None:
        return {"status": result.status, "routes": []}
    routes = []
    for tour in range(tours.count):
        rows = slice(int(tours.first[tour]), int(tours.first[tour + 1]))
        begin, end = float(tours.begin_s[rows][0]), float(tours.leave_s[rows][-1])
        places = [problem.place[p] for p in tours.place[rows].tolist()]
        routes.append({"places": places, "begins_s": begin, "duration_s": end - begin})
    return {"status": result.status, "objective": result.objective, "routes": routes}
