"""Capacitated p-median: the pmedcap layout of the OR-Library, and Lorena & Senne's.

pmedcap: `number best_value`, `n p capacity`, n lines `index x y demand`; Euclidean distances
TRUNCATED to integers, the same capacity everywhere. Osman & Christofides 1994,
doi:10.1016/0969-6016(94)90032-9.
Lorena: `n p`, n lines `x y capacity demand`; real Euclidean distances. Lorena & Senne 2004,
doi:10.1016/S0305-0548(03)00039-X.
Every node is a client of weight 1 and a site.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.formats import distances
from optimizer.formats.build import problem
from optimizer.formats.text import numbers

if TYPE_CHECKING:
    from pathlib import Path

    from optimizer.core.location import LocationProblem


def read_pmedcap(path: Path) -> LocationProblem:
    """Read an OR-Library file as a "capacitated_median" problem.

    Raises
    ------
    Refusal
        F811, F812.
    """
    given = numbers(path)
    given.take(2, "number, best value")
    nodes, open_count = given.counts(2, "nodes, p")
    (capacity,) = given.amounts(1, "capacity")
    rows = given.table(nodes, 4, "nodes: index, x, y, demand")
    given.end()
    return problem(
        "capacitated_median",
        distances.table(rows[:, 1:3], distances.truncated),
        demand=rows[:, 3].copy(),
        capacity=float(capacity),
        at_most=open_count,
    )


def read_lorena(path: Path) -> LocationProblem:
    """Read a file of Lorena & Senne as a "capacitated_median" problem.

    Raises
    ------
    Refusal
        F811, F812.
    """
    given = numbers(path)
    nodes, open_count = given.counts(2, "nodes, p")
    rows = given.table(nodes, 4, "nodes: x, y, capacity, demand")
    given.end()
    return problem(
        "capacitated_median",
        distances.table(rows[:, :2], distances.euclidean),
        demand=rows[:, 3].copy(),
        capacity=rows[:, 2].copy(),
        at_most=open_count,
    )
