"""OR-Library cap: plants with capacities, and customers whose demand may be split.

`m n` (sites, customers); m times `capacity fixed_cost`; then for each customer its demand and m
costs of serving ALL of it from site 1..m. capa, capb and capc carry the word `capacity` instead of
a number, which is then a parameter beside the file. Uncapacitated instances of this layout (OR-
Library, and set M of UflLib) ignore capacity and demand. J. E. Beasley, "An algorithm for solving
large capacitated warehouse location problems", EJOR 33 (1988), doi:10.1016/0377-2217(88)90175-0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.formats.build import problem
from optimizer.formats.text import Numbers, read_text

if TYPE_CHECKING:
    from pathlib import Path

    from optimizer.core.location import LocationProblem


def read_cap(path: Path, kind: str, capacity: float | None = None) -> LocationProblem:
    """Read plants and customers as a problem of `kind` "capacitated" or "fixed_charge".

    capacity : of every site whose line says `capacity`.

    Raises
    ------
    Refusal
        F811, F812; F812 too when a site says `capacity` and none is given.
    """
    word = "0" if kind == "fixed_charge" else None if capacity is None else repr(capacity)
    text = read_text(path)
    if word is not None:
        text = text.replace("capacity", word)
    given = Numbers(path, text.splitlines())
    sites, customers = given.counts(2, "sites, customers")
    built = given.amounts(2 * sites, "sites: capacity, fixed cost").reshape(sites, 2)
    rows = given.table(customers, 1 + sites, "customers: demand, costs of its whole demand")
    given.end()
    if (rows < 0).any():
        bad = int(np.flatnonzero(rows.ravel() < 0)[0])
        given.refuse(2 + 2 * sites + bad, "a demand or cost is negative")
    costs = np.ascontiguousarray(rows[:, 1:])
    if kind == "fixed_charge":
        return problem(kind, costs, fixed_cost=built[:, 1])
    return problem(
        kind, costs, demand=rows[:, 0].copy(), fixed_cost=built[:, 1], capacity=built[:, 0]
    )
