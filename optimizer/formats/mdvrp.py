"""Vehicle routing with several depots: the files of Cordeau, Gendreau and Laporte.

    <type: 2> <vehicles per depot> <customers> <depots>
    <longest duration of a tour, 0 = any> <capacity, 0 = any>              a line for each depot
    <id> <x> <y> <service> <demand> <f> <a> <combinations ...>             customers, then depots

What follows the demand is not used. Distances are real; the value is distance alone, the duration
of a tour is travel and service. J.-F. Cordeau, M. Gendreau, G. Laporte, Networks 30 (1997),
doi:10.1002/(SICI)1097-0037(199709)30:2<105::AID-NET5>3.0.CO;2-G.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.formats.text import Numbers, read_text, refuse
from optimizer.formats.visits import customers, plane_problem, vehicles

if TYPE_CHECKING:
    from pathlib import Path

    from optimizer.core.routing import RoutingProblem

KIND = 2
USED = 5


def read_mdvrp(path: Path) -> RoutingProblem:
    """Read a file; each depot is a vehicle type.

    Raises
    ------
    Refusal
        F811, F812.
    """
    lines = read_text(path).splitlines()
    kept = [at for at, line in enumerate(lines) if line.strip()]
    head = Numbers(path, [lines[kept[0]]], kept[0] + 1)
    kind, per_depot, count, depots = head.counts(4, "type, vehicles per depot, customers, depots")
    head.end()
    if kind != KIND:
        head.refuse(0, f"type {kind} is not 2, several depots")
    if len(kept) != 1 + 2 * depots + count:
        cause = f"{len(kept)} lines are not 1 + {depots} + {count} + {depots}"
        refuse(f"{path}:{kept[-1] + 1}", "F812", cause)
    limits = np.array(
        [
            Numbers(path, [lines[at]], at + 1).amounts(2, "duration, capacity")
            for at in kept[1 : 1 + depots]
        ]
    )
    rows = np.array(
        [
            Numbers(path, [lines[at]], at + 1).take(USED, "id, x, y, service, demand")
            for at in kept[1 + depots :]
        ]
    )
    wrong = np.flatnonzero((rows[:, 4] < 0.0) | (rows[:, 4] != np.floor(rows[:, 4])))
    if len(wrong):
        line = kept[1 + depots + int(wrong[0])] + 1
        refuse(f"{path}:{line}", "F812", "a demand is not a whole number from 0 up")
    limits[limits == 0.0] = np.inf
    capacity = np.where(np.isinf(limits[:, 1]), rows[:, 4].sum(), limits[:, 1])
    names = [str(int(number)) for number in rows[:, 0]]
    stops = customers(range(count), names[:count], rows[:count, 4], service=rows[:count, 3])
    fleet = vehicles(
        range(count, count + depots), capacity, [per_depot] * depots, duration_max=limits[:, 0]
    )
    name = path.name.partition(".")[0]
    return plane_problem(name, names, rows[:, 1:3], stops, fleet)
