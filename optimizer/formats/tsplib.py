"""TSPLIB coordinates as p-median instances.

A header of `NAME : value` lines with DIMENSION n, then NODE_COORD_SECTION and n lines
`index x y`, then EOF. Distances are real Euclidean ones, not rounded as TSPLIB rounds them. Every
node is a client of weight 1 and a site; p is a parameter beside the file. G. Reinelt, "TSPLIB - a
traveling salesman problem library", ORSA J. Computing 3 (1991), doi:10.1287/ijoc.3.4.376.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.formats import distances
from optimizer.formats.build import problem
from optimizer.formats.text import Numbers, heading, read_text, section

if TYPE_CHECKING:
    from pathlib import Path

    from optimizer.core.location import LocationProblem


def read_tsplib(path: Path, open_count: int) -> LocationProblem:
    """Read coordinates as a p-median problem with at most `open_count` medians.

    Raises
    ------
    Refusal
        F811, F812.
    """
    lines = read_text(path).splitlines()
    nodes = heading(path, lines, "DIMENSION")
    first = section(path, lines, "NODE_COORD_SECTION")
    stop = next((at for at in range(first, len(lines)) if lines[at].strip() == "EOF"), len(lines))
    given = Numbers(path, lines[first:stop], first + 1)
    rows = given.table(nodes, 3, "nodes: index, x, y")
    given.end()
    costs = distances.table(rows[:, 1:], distances.euclidean)
    return problem("p_median", costs, at_most=open_count)
