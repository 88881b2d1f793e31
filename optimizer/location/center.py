"""p-center: the farthest customer is as near as possible to an open site.

Sets        customers i, sites j
Data        w[i] weight, c[i,j] cost (inf: not allowed), counts l, h
Variables   y[j] in {0, 1} opens site j; r >= 0 the radius
Objective   min  r
(1)  sum_{j : w[i] c[i,j] <= r} y[j] >= 1      for every customer i
(2)  l <= sum_j y[j] <= h

A radius is within reach when few enough sites cover everybody (Minieka 1970,
doi:10.1137/1012016): the question is asked by bisection over weighted costs, for the few customers
that matter, and customers that a cover leaves too far join them (Chen, Handler 1987,
doi:10.1002/nav.3220340511; Contardo, Iori, Kramer 2019, doi:10.1016/j.cor.2018.12.006). A cover too
large for (2) in the Lagrangian bound, or in a mixed-integer programme, lifts the bound to the next
weighted cost; a cover found lowers the plan to its own radius. Both are exact in float64, as they
are products of one weight and one cost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.core.limits import silent
from optimizer.location import PROVE, solve
from optimizer.location.covering.radius import bisect
from optimizer.location.problem import make_problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from optimizer.core.costs import Costs
    from optimizer.core.limits import Cancel, Limits, Listener
    from optimizer.core.location import LocationResult
    from optimizer.location.record import Record


def p_center(  # noqa: PLR0913 - the options of the model
    cost: ArrayLike | Costs,
    p: int,
    *,
    weight: ArrayLike | None = None,
    at_least: int = 0,
    required: Sequence[int] = (),
    forbidden: Sequence[int] = (),
    existing: Sequence[int] = (),
    cutoff: float | None = None,
    limits: Limits = PROVE,
    listener: Listener = silent,
    cancel: Cancel | None = None,
) -> LocationResult:
    """Minimise the largest weighted cost from a customer to its nearest of `p` open sites.

    Parameters
    ----------
    cost : table of shape (n, m), or any `Costs`. p : open sites at most, existing ones included.
    weight : per customer; a customer of weight 0 still needs an allowed open site. cutoff : pairs
        that cost more are not allowed.

    Raises
    ------
    Refusal
        F701-F704 as `make_problem`; F712 where lists are cut off.
    """
    problem = make_problem(
        "p_center",
        cost,
        weight=weight,
        at_least=at_least,
        at_most=p,
        required=required,
        forbidden=forbidden,
        existing=existing,
        cutoff=cutoff,
    )
    return solve(problem, limits, listener=listener, cancel=cancel)


def run(record: Record) -> None:
    """Solve the problem of the record."""
    bisect(record)
