"""Capacitated facility location whose customers may be split between sites.

Sets    customers i, sites j, sizes k of a site
Data    c[i,j] weighted cost of serving all of i from j (inf = not allowed), d[i] demand,
        F[k] fixed cost, Q[k] capacity, q[k] minimum use
Variables    y[k] in {0, 1} size k is built; 0 <= x[i,j] <= 1 share of i served from j
minimise sum_k F[k] y[k] + sum_ij c[i,j] x[i,j]
(1) sum_j x[i,j] = 1                                        every customer
(2) sum_i d[i] x[i,j] <= sum of Q[k] y[k] over the sizes of j    every site
(3) sum_i d[i] x[i,j] >= sum of q[k] y[k] over the sizes of j    every site
(4) x[i,j] <= sum of y[k] over the sizes of j <= 1          every pair; = 1 at required sites
(5) at_least <= sum_k y[k] <= at_most

Bound: the Lagrangian of (1) with the aggregate capacity kept in integers, by the volume algorithm
(`split.relaxation`, `split.ascent`); plans: exchanges of open sizes ranked by that relaxation,
priced by exact flows (`split.search`, `split.flows`); proof: branch and bound on both
(`split.tree`), as Goertz & Klose, "A simple but usually fast branch-and-bound algorithm for the
capacitated facility location problem", INFORMS Journal on Computing 24, 2012.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer import location
from optimizer.core.limits import silent
from optimizer.location import PROVE
from optimizer.location.problem import make_problem
from optimizer.location.split.conduct import conduct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from optimizer.core.costs import Costs
    from optimizer.core.limits import Cancel, Limits, Listener
    from optimizer.core.location import LocationResult, Sizes
    from optimizer.location.record import Record


def capacitated(  # noqa: PLR0913 - one parameter per field, all but two with a default
    cost: ArrayLike | Costs,
    demand: ArrayLike,
    *,
    capacity: ArrayLike = float("inf"),
    fixed_cost: ArrayLike = 0.0,
    min_use: ArrayLike = 0.0,
    sizes: Sizes | None = None,
    weight: ArrayLike | None = None,
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
    """Open sites with capacities at a cost so that opening and serving together cost least.

    Parameters
    ----------
    cost : table of shape (n, m), customers by sites, or any `Costs`; the cost of serving all of a
        customer per unit of `weight`, inf where not allowed.
    demand : shape (n,), what a customer takes of a capacity; it may be split between sites.
    capacity, fixed_cost, min_use : scalars or shape (m,); `sizes` where a site has several.
    weight : shape (n,), multiplies the costs of a customer; default 1.
    required, forbidden : sites. existing : required, and free of their fixed cost.
    at_least, at_most : number of open sites. cutoff : pairs that cost more are not allowed.

    Raises
    ------
    Refusal
        F701 to F704, see `make_problem`.
    """
    problem = make_problem(
        "capacitated",
        cost,
        weight=1.0 if weight is None else weight,
        demand=demand,
        fixed_cost=fixed_cost,
        capacity=capacity,
        min_use=min_use,
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
    """Solve a `capacitated` problem."""
    conduct(record)
