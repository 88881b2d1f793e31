"""Pickup and delivery with time windows: the files of Li and Lim.

    <vehicles> <capacity> <speed, unused>
    <id> <x> <y> <demand> <ready> <due> <service> <its pickup> <its delivery>   id 0 is the depot

A pickup has a delivery in the last column and 0 before it; a delivery has its pickup and 0. Fewest
vehicles first, then distance in real numbers, which is the travel time too. H. Li, A. Lim,
Proceedings of ICTAI 2001, doi:10.1109/ICTAI.2001.974461.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.routing import Pairs
from optimizer.formats.text import Numbers, read_text
from optimizer.formats.visits import FLEET_FIRST, customers, plane_problem, vehicles
from optimizer.formats.vrptw import numbered, rows_of

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from optimizer.core.routing import RoutingProblem

HEAD, COLUMNS = 3, 9


def read_pdptw(path: Path) -> RoutingProblem:
    """Read a file.

    Raises
    ------
    Refusal
        F811, F812.
    """
    lines = read_text(path).splitlines()
    given = Numbers(path, lines)
    count, capacity = given.counts(2, "vehicles, capacity")
    given.take(1, "speed")
    what = "id, x, y, demand, ready, due, service, its pickup, its delivery"
    rows = given.table(rows_of(lines) - 1, COLUMNS, what)
    given.end()
    names = numbered(given, rows, HEAD, least=3)
    stops = customers(
        range(1, len(rows)),
        names[1:],
        np.zeros(len(rows) - 1),
        service=rows[1:, 6],
        window=rows[1:, 4:6],
    )
    return plane_problem(
        path.name.partition(".")[0],
        names,
        rows[:, 1:3],
        stops,
        vehicles([0], np.array([capacity]), [count], until=float(rows[0, 5]), fixed=FLEET_FIRST),
        pairs=_pairs(given, rows),
    )


def _pairs(given: Numbers, rows: NDArray[np.float64]) -> Pairs:
    """Return who brings what to whom; stop s is the customer s + 1."""
    before, after = rows[:, 7].astype(np.int64), rows[:, 8].astype(np.int64)
    pickup = np.flatnonzero(after > 0)
    known = (rows[:, 7:9] >= 0).all(axis=1) & (rows[:, 7:9] < len(rows)).all(axis=1)
    single = (before > 0) != (after > 0)
    single[0] = True
    right = known & single
    right[pickup] &= before[np.clip(after[pickup], 0, len(rows) - 1)] == pickup
    right[1:] &= np.isin(np.arange(1, len(rows)), np.concatenate([pickup, after[pickup]]))
    load = rows[pickup, 3]
    right[pickup] &= (load > 0) & (rows[np.clip(after[pickup], 0, len(rows) - 1), 3] == -load)
    for fine in (known, right):  # who names nobody is told before who is not named
        if fine.all():
            continue
        bad = int(np.flatnonzero(~fine)[0])
        given.refuse(HEAD + bad * COLUMNS, f"{bad} is not one end of a pair of the same load")
    return Pairs(
        (pickup - 1).astype(np.int32),
        (after[pickup] - 1).astype(np.int32),
        load.astype(np.int64)[:, None],
    )
