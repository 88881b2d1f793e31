"""Single-source capacitated facility location in the layout of OR-Datasets.

`I J` (facilities, customers); I capacities; I opening costs; J demands; then J rows of I numbers:
the cost of serving the whole demand of customer j from facility i. Sets of Holmberg, Ronnqvist &
Yuan 1999 (doi:10.1016/S0377-2217(98)00008-3), Diaz & Fernandez 2002, Yang, Chu & Chen 2012, Avella
& Boccia 2009 (TBED1) and the OR-Library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.formats.build import problem
from optimizer.formats.text import numbers

if TYPE_CHECKING:
    from pathlib import Path

    from optimizer.core.location import LocationProblem


def read_sscflp(path: Path) -> LocationProblem:
    """Read facilities and customers as a "single_source" problem.

    Raises
    ------
    Refusal
        F811, F812.
    """
    given = numbers(path)
    sites, customers = given.counts(2, "facilities, customers")
    capacity = given.amounts(sites, "capacities")
    fixed_cost = given.amounts(sites, "opening costs")
    demand = given.amounts(customers, "demands")
    costs = given.amounts(customers * sites, "costs, by customer").reshape(customers, sites)
    given.end()
    return problem("single_source", costs, demand=demand, fixed_cost=fixed_cost, capacity=capacity)
