"""UflLib: uncapacitated facility location as a matrix by sites.

A line `FILE: name`; `n m 0` (sites, clients); per site one record: its number, its opening cost,
and m connection costs. M. Hoefer, "UflLib" (2002); sets of Bilde & Krarup 1977, Galvao & Raggi
1989, Koerkel 1989 and Ghosh 2003.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.formats.build import problem
from optimizer.formats.text import Numbers, read_text, refuse

if TYPE_CHECKING:
    from pathlib import Path

    from optimizer.core.location import LocationProblem


def read_ufllib(path: Path) -> LocationProblem:
    """Read sites and clients as a "fixed_charge" problem.

    Raises
    ------
    Refusal
        F811, F812.
    """
    lines = read_text(path).splitlines()
    if not lines[0].startswith("FILE:"):
        refuse(f"{path}:1", "F812", "the first line does not say `FILE: name`")
    given = Numbers(path, lines[1:], 2)
    sites, clients = given.counts(2, "sites, clients")
    given.take(1, "a zero after the counts")
    rows = given.table(sites, 2 + clients, "sites: number, opening cost, connection costs")
    given.end()
    wrong = (rows[:, 0] != np.arange(1, sites + 1)) | (rows[:, 1:] < 0).any(axis=1)
    for site in np.flatnonzero(wrong):
        cause = f"record {site + 1} has another number, or a negative cost"
        given.refuse(3 + int(site) * (2 + clients), cause)
    return problem(
        "fixed_charge", np.ascontiguousarray(rows[:, 2:].T), fixed_cost=rows[:, 1].copy()
    )
