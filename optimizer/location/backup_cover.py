"""Backup covering: every customer is covered, and as much weight as possible twice or more.

Sets        customers i, sites j; N(i) = sites within the radius of i
Data        w[i] weight, counts l, h
Variables   y[j] in {0, 1} opens site j; u[i] in {0, 1} says that i is covered twice
Objective   max  sum_i w[i] u[i]
(1)  sum_{j in N(i)} y[j] >= 1 + u[i]      for every customer i
(2)  l <= sum_j y[j] <= h

Hogan, ReVelle, "Concepts and applications of backup coverage", Management Science 32 (1986),
doi:10.1287/mnsc.32.11.1434 (model BACOP1). Method: as `max_cover`, with rows whose first covering
site is not optional.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.limits import silent
from optimizer.location import PROVE, solve
from optimizer.location.covering.pursuit import pursue
from optimizer.location.covering.rows import covering_pairs
from optimizer.location.covering.stating import covering_sites, plan_of, reach_of, stated
from optimizer.location.problem import make_problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from optimizer.core.costs import Costs
    from optimizer.core.limits import Cancel, Limits, Listener
    from optimizer.core.location import LocationResult
    from optimizer.location.record import Plan, Record


def backup_cover(  # noqa: PLR0913 - the options of the model
    cost: ArrayLike | Costs,
    p: int,
    radius: float | None,
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
    """Cover everybody with `p` sites, and as much weight as possible twice.

    Parameters
    ----------
    cost : table of shape (n, m), or any `Costs`. p : open sites at most, existing ones included.
    radius : cost up to which a site covers; None: every allowed pair.

    Raises
    ------
    Refusal
        F701-F704 as `make_problem`; F711 where lists are cut off before the radius.
    """
    problem = make_problem(
        "backup_cover",
        cost,
        weight=weight,
        radius=radius,
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
    problem = record.problem
    weight = problem.weight
    customers, sites = problem.costs.shape
    cover = stated(
        problem,
        covering_pairs(problem.costs, reach_of(problem)),
        need=np.full(customers, 2, dtype=np.int64),
        step=np.ones(customers, dtype=np.int64),
        penalty=weight,
        price=np.zeros(sites),
    )
    record.whole = bool(np.all(weight == np.rint(weight)))

    def reading(chosen: NDArray[np.int32]) -> Plan:
        count, nearest = covering_sites(problem, chosen)
        return plan_of(problem, chosen, float(weight[count >= 2].sum()), nearest)

    pursue(record, cover, reading, float(weight.sum()))
