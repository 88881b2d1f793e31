"""Uncapacitated fixed-charge location (simple plant location).

Sets      customers i, sites j
Data      f[j]     cost of opening j: the cheapest of its sizes
          c[i,j]   weight[i] * cost[i,j], inf where not allowed
Variables y[j] in {0, 1}   j is open
          x[i,j] >= 0      share of i served from j

min   sum_j f[j] y[j] + sum_ij c[i,j] x[i,j]
s.t.  (1) sum_j x[i,j] = 1                      every customer
      (2) x[i,j] <= y[j]                        every allowed pair
      (3) at_least <= sum_j y[j] <= at_most
      (4) y[j] = 1 required, y[j] = 0 forbidden

For given y every customer takes its cheapest open site, so x is never fractional. Plans come from
add, drop and swap moves with kicks; the proof from a Lagrangian ascent, Benders cuts where costs
are local, and branch and bound on Lagrangian bounds (Posta, Ferland, Michelon 2014,
doi:10.1016/j.ejor.2013.05.026); see the package `uncapacitated`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer import location
from optimizer.core.limits import silent
from optimizer.location import PROVE
from optimizer.location.problem import make_problem
from optimizer.location.uncapacitated.data import uncapacitated
from optimizer.location.uncapacitated.proof import prove
from optimizer.location.uncapacitated.squeeze import squeeze, warm_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from optimizer.core.costs import Costs
    from optimizer.core.limits import Cancel, Limits, Listener
    from optimizer.core.location import LocationResult, Sizes
    from optimizer.location.record import Record

BYTES_PER_PAIR = 64  # of lists by customer and by site and two working copies
MEMORY_SHARE = 0.5  # of the memory limit for lists


def fixed_charge(  # noqa: PLR0913 - one parameter per field, all but two with a default
    cost: ArrayLike | Costs,
    fixed_cost: ArrayLike = 0.0,
    weight: ArrayLike | None = None,
    *,
    sizes: Sizes | None = None,
    required: Sequence[int] = (),
    forbidden: Sequence[int] = (),
    existing: Sequence[int] = (),
    at_least: int = 0,
    at_most: int | None = None,
    cutoff: float | None = None,
    limits: Limits = PROVE,
    listener: Listener = silent,
    cancel: Cancel | None = None,
) -> LocationResult:
    """Open sites at a cost so that opening and serving together cost least.

    Parameters
    ----------
    cost : table of shape (n, m), customers by sites, or any `Costs`; inf where not allowed.
    fixed_cost : scalar or shape (m,); `sizes` where a site has several.
    weight : shape (n,), multiplies the costs of a customer; default 1.
    required, forbidden : sites. existing : required, and free of their fixed cost.
    at_least, at_most : number of open sites. cutoff : pairs that cost more are not allowed.

    Raises
    ------
    Refusal
        F701 to F704, see `make_problem`.
    """
    problem = make_problem(
        "fixed_charge",
        cost,
        weight=weight,
        fixed_cost=fixed_cost,
        sizes=sizes,
        required=required,
        forbidden=forbidden,
        existing=existing,
        at_least=at_least,
        at_most=at_most,
        cutoff=cutoff,
    )
    return location.solve(problem, limits, listener=listener, cancel=cancel)


def run(record: Record) -> None:
    """Solve a `fixed_charge` problem."""
    with record.budget.pause():
        warm_up()
    problem = record.problem
    customers, sites = problem.costs.shape
    most_pairs = MEMORY_SHARE * record.limits.memory_gb * 1e9 / BYTES_PER_PAIR
    nearest = int(most_pairs / max(customers, 1))
    data = uncapacitated(problem, None if nearest >= sites else max(nearest, 1))
    record.whole = data.whole
    if data.impossible:
        record.proven("input")
        return
    u = None
    if data.shape[1] > 1:  # with one site there is nothing to exchange
        u = squeeze(record, data).u
    if record.stop_reason() is None:
        prove(record, data, u)
