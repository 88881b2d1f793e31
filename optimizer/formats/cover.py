"""Maximal covering and set covering: nodes that cover what is within a radius.

sjc: line 1 `n 9999 p S` (the last two literally), n lines `x y demand`; a node covers the nodes at
Euclidean distance <= S. Lorena & Pereira 2002.
maximo: a header of `NAME : value` lines with DIMENSION n, NODE_COORD_SECTION with n lines
`latitude longitude`, DEMAND_SECTION with n demands, EOF; great-circle distances in metres. Maximo,
Nascimento & Carvalho 2017, Computers & OR 78.
Every node is a client and a site; the radius and the number of sites are parameters beside the
file. Set covering opens the fewest nodes that cover all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.formats import distances
from optimizer.formats.build import problem
from optimizer.formats.text import Numbers, heading, read_text, section

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from optimizer.core.location import LocationProblem
    from optimizer.formats.distances import Rows


def read_sjc(path: Path, radius: float, open_count: int | None) -> LocationProblem:
    """Read nodes as a "max_cover" problem, or as "set_cover" where no count is given.

    Raises
    ------
    Refusal
        F811, F812.
    """
    lines = read_text(path).splitlines()
    head = lines[0].split()
    given = Numbers(path, [head[0] if head else "", *lines[1:]])
    (nodes,) = given.counts(1, "nodes")
    rows = given.table(nodes, 3, "nodes: x, y, demand")
    given.end()
    return _cover(rows[:, :2], rows[:, 2].copy(), distances.euclidean, radius, open_count)


def read_maximo(path: Path, radius: float, open_count: int) -> LocationProblem:
    """Read nodes as a "max_cover" problem.

    Raises
    ------
    Refusal
        F811, F812.
    """
    lines = read_text(path).splitlines()
    count = heading(path, lines, "DIMENSION")
    nodes = section(path, lines, "NODE_COORD_SECTION")
    demands = section(path, lines, "DEMAND_SECTION")
    stop = next((at for at in range(demands, len(lines)) if lines[at].strip() == "EOF"), None)
    places = Numbers(path, lines[nodes : demands - 1], nodes + 1)
    where = places.table(count, 2, "nodes: latitude, longitude")
    places.end()
    amounts = Numbers(path, lines[demands:stop], demands + 1)
    weight = amounts.amounts(count, "demands")
    amounts.end()
    return _cover(where, weight, distances.great_circle, radius, open_count)


def _cover(
    nodes: NDArray[np.float64],
    weight: NDArray[np.float64],
    distance: Rows,
    radius: float,
    open_count: int | None,
) -> LocationProblem:
    lists = distances.within(nodes, distance, radius)
    if open_count is None:
        return problem("set_cover", lists, fixed_cost=1.0, radius=radius)
    return problem("max_cover", lists, weight=weight, at_most=open_count, radius=radius)
