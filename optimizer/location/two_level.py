"""Two-level location: hubs supply delivery points, delivery points serve customers.

Sets    customers i, delivery points (sites) j with sizes k, hubs h
Data    c[i,j] weighted cost of serving all of i from j, d[i] demand, F[k], Q[k], q[k] fixed cost,
        capacity and minimum use of a size; l[j,h] cost per unit of demand from h to j, G[h] fixed
        cost and P[h] capacity of a hub
Variables    y[k], z[h] in {0, 1}; 0 <= x[i,j] <= 1; f[j,h] >= 0 units from h to j
minimise sum_k F[k] y[k] + sum_h G[h] z[h] + sum_ij c[i,j] x[i,j] + sum_jh l[j,h] f[j,h]
(1) to (5) as in `capacitated`
(6) sum_h f[j,h] = sum_i d[i] x[i,j]                        every delivery point
(7) sum_j f[j,h] <= P[h] z[h]                               every hub

Bound: the Lagrangian of (1) and of (6) split by customer, so that hubs and delivery points decide
apart (`split.upper`); plans: exchanges of delivery points and hubs in turn, priced by exact flows
over both levels (`split.levels`, `split.flows`). Small problems are proven by a mixed-integer
programme (`split.exact`); larger ones have no branch and bound: ascent and exchanges take turns
until the limits, and a gap is left. The two-level problem and its relaxations: Pirkul
& Jayaraman 1998, doi:10.1016/S0305-0548(97)00096-8.
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
    from optimizer.core.location import Hubs, LocationResult, Sizes
    from optimizer.location.record import Record


def two_level(  # noqa: PLR0913 - one parameter per field, all but three with a default
    cost: ArrayLike | Costs,
    demand: ArrayLike,
    hubs: Hubs,
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
    """Open hubs and delivery points so that opening, supply and service together cost least.

    Parameters
    ----------
    cost : table of shape (n, m), customers by delivery points, or any `Costs`; the cost of serving
        all of a customer per unit of `weight`, inf where not allowed.
    demand : shape (n,). hubs : the upper level, see `Hubs`.
    The others as in `capacitated`; counts and site rules concern delivery points.

    Raises
    ------
    Refusal
        F701 to F704, see `make_problem`; F771 when the hubs do not fit the delivery points.
    """
    problem = make_problem(
        "two_level",
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
        hubs=hubs,
    )
    return location.solve(problem, limits, listener=listener, cancel=cancel)


def run(record: Record) -> None:
    """Solve a `two_level` problem."""
    conduct(record)
