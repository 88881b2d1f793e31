"""Location set covering: the cheapest sites that cover every customer `fold` times.

Sets        customers i, sites j; N(i) = sites within the radius of i
Data        f[j] fixed cost, k = fold, counts l, h
Variables   y[j] in {0, 1} opens site j
Objective   min  sum_j f[j] y[j]
(1)  sum_{j in N(i)} y[j] >= k      for every customer i
(2)  l <= sum_j y[j] <= h

Toregas, Swain, ReVelle, Bergman, "The location of emergency service facilities", Operations
Research 19 (1971), doi:10.1287/opre.19.6.1363. Method: exact reductions, Lagrangian bound and
fixing by reduced prices (Caprara, Fischetti, Toth 1999, doi:10.1287/opre.47.5.730), search by row
weights, and a mixed-integer programme for what is left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.limits import silent
from optimizer.location import PROVE, solve
from optimizer.location.covering.pursuit import pursue
from optimizer.location.covering.rows import covering_pairs
from optimizer.location.covering.stating import (
    cheapest_sizes,
    covering_sites,
    plan_of,
    reach_of,
    stated,
)
from optimizer.location.problem import make_problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from optimizer.core.costs import Costs
    from optimizer.core.limits import Cancel, Limits, Listener
    from optimizer.core.location import LocationResult
    from optimizer.location.record import Plan, Record


def set_cover(  # noqa: PLR0913 - the options of the model
    cost: ArrayLike | Costs,
    radius: float | None,
    *,
    fixed_cost: ArrayLike = 1.0,
    fold: int = 1,
    at_least: int = 0,
    at_most: int | None = None,
    required: Sequence[int] = (),
    forbidden: Sequence[int] = (),
    existing: Sequence[int] = (),
    cutoff: float | None = None,
    limits: Limits = PROVE,
    listener: Listener = silent,
    cancel: Cancel | None = None,
) -> LocationResult:
    """Open the cheapest sites that cover every customer.

    Parameters
    ----------
    cost : table of shape (n, m), or any `Costs`. radius : cost up to which a site covers; None:
        every allowed pair. fixed_cost : per site; by default the number of sites is minimised.
    fold : sites that must cover each customer. existing : sites that are open already, free.

    Raises
    ------
    Refusal
        F701-F704 as `make_problem`; F711 where lists are cut off before the radius.
    """
    problem = make_problem(
        "set_cover",
        cost,
        fixed_cost=fixed_cost,
        radius=radius,
        fold=fold,
        at_least=at_least,
        at_most=at_most,
        required=required,
        forbidden=forbidden,
        existing=existing,
        cutoff=cutoff,
    )
    return solve(problem, limits, listener=listener, cancel=cancel)


def run(record: Record) -> None:
    """Solve the problem of the record."""
    problem = record.problem
    customers = problem.costs.shape[0]
    price = cheapest_sizes(problem)[1]
    cover = stated(
        problem,
        covering_pairs(problem.costs, reach_of(problem)),
        need=np.full(customers, problem.fold, dtype=np.int64),
        step=np.zeros(customers, dtype=np.int64),
        penalty=np.zeros(customers),
        price=price,
    )
    record.whole = bool(np.all(price == np.rint(price)))

    def reading(chosen: NDArray[np.int32]) -> Plan:
        _, nearest = covering_sites(problem, chosen)
        return plan_of(problem, chosen, float(price[chosen].sum()), nearest)

    pursue(record, cover, reading)
