"""Vehicle routing with time windows: the files of Solomon, and of Gehring and Homberger.

    name
    VEHICLE
    NUMBER CAPACITY
    <vehicles> <capacity>
    CUSTOMER
    CUST NO. XCOORD. YCOORD. DEMAND READY TIME DUE DATE SERVICE TIME
    <id> <x> <y> <demand> <ready> <due> <service>       id 0 is the depot

Solomon's set is solved for distance alone, each distance cut to one decimal, which is the travel
time too (rule of the 12th DIMACS challenge); Gehring and Homberger's for the fewest vehicles first,
then for distance in real numbers. M. M. Solomon, Operations Research 35 (1987),
doi:10.1287/opre.35.2.254; H. Gehring, J. Homberger, Proceedings of EUROGEN99 (1999).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.routing import Rounding
from optimizer.formats.text import Numbers, read_text, section
from optimizer.formats.visits import FLEET_FIRST, customers, plane_problem, vehicles

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from optimizer.core.routing import RoutingProblem

COLUMNS = 7


def read_vrptw(path: Path, *, fleet_first: bool) -> RoutingProblem:
    """Read a file; `fleet_first` chooses the rule of Gehring and Homberger, else Solomon's.

    Raises
    ------
    Refusal
        F811, F812.
    """
    lines = read_text(path).splitlines()
    head = section(path, lines, "VEHICLE") + 1
    body = section(path, lines, "CUSTOMER") + 1
    fleet = Numbers(path, lines[head : body - 2], head + 1)
    count, capacity = fleet.counts(2, "vehicles, capacity")
    fleet.end()
    given = Numbers(path, lines[body:], body + 1)
    rows = given.table(rows_of(lines[body:]), COLUMNS, "id, x, y, demand, ready, due, service")
    given.end()
    names = numbered(given, rows, 0, least=2)
    refuse_loads(given, rows[:, 3], 3, COLUMNS)
    stops = customers(
        range(1, len(rows)),
        names[1:],
        rows[1:, 3],
        service=rows[1:, 6],
        window=rows[1:, 4:6],
    )
    fixed = FLEET_FIRST if fleet_first else 0.0
    return plane_problem(
        path.name.partition(".")[0],
        names,
        rows[:, 1:3],
        stops,
        vehicles([0], np.array([capacity]), [count], until=float(rows[0, 5]), fixed=fixed),
        rounding=Rounding.REAL if fleet_first else Rounding.FLOOR_TENTH,
    )


def rows_of(lines: list[str]) -> int:
    """Return how many lines are not blank."""
    return sum(bool(line.strip()) for line in lines)


def numbered(given: Numbers, rows: NDArray[np.float64], skipped: int, *, least: int) -> list[str]:
    """Return ids as words; refuse those that are not 0, 1, 2 and so on, or fewer than `least`.

    skipped : how many numbers stand before the rows.
    """
    wrong = np.flatnonzero(rows[:, 0] != np.arange(len(rows)))
    if len(rows) < least or len(wrong):
        bad = int(wrong[0]) if len(wrong) else 0
        given.refuse(skipped + bad * rows.shape[1], "ids are not 0, 1, 2 and so on, 0 the depot")
    return [str(rank) for rank in range(len(rows))]


def refuse_loads(given: Numbers, load: NDArray[np.float64], first: int, columns: int) -> None:
    """Refuse loads that are negative or not whole; `first` is the word of the first of them."""
    wrong = np.flatnonzero((load < 0.0) | (load != np.floor(load)))
    if len(wrong):
        bad = int(wrong[0])
        given.refuse(first + bad * columns, f"a demand of {load[bad]:g} is not whole from 0 up")
