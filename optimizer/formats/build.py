"""From the arrays of an instance to a `LocationProblem`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.costs import DenseCosts
from optimizer.core.location import LocationProblem, Sizes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.costs import Costs


def problem(  # noqa: PLR0913 - one keyword per field that some family states
    kind: str,
    costs: NDArray[np.float64] | Costs,
    *,
    weight: NDArray[np.float64] | None = None,
    demand: NDArray[np.float64] | None = None,
    fixed_cost: NDArray[np.float64] | float = 0.0,
    capacity: NDArray[np.float64] | float = np.inf,
    at_most: int | None = None,
    radius: float | None = None,
) -> LocationProblem:
    """Return a problem with one size a site and no rules about sites.

    weight and demand are 1 each where not given; see `LocationProblem` for the rest.
    """
    given = DenseCosts(costs) if isinstance(costs, np.ndarray) else costs
    customers, sites = given.shape
    ones = np.ones(customers)
    return LocationProblem(
        kind=kind,
        costs=given,
        weight=ones if weight is None else weight,
        demand=ones if demand is None else demand,
        sizes=Sizes(
            site=np.arange(sites, dtype=np.int32),
            fixed_cost=np.array(np.broadcast_to(fixed_cost, (sites,)), dtype=np.float64),
            capacity=np.array(np.broadcast_to(capacity, (sites,)), dtype=np.float64),
            min_use=np.zeros(sites),
        ),
        required=np.zeros(sites, dtype=bool),
        forbidden=np.zeros(sites, dtype=bool),
        at_most=at_most,
        radius=radius,
    )
