"""Maximal covering and partial covering.

Sets        customers i, sites j; N(i) = sites within the radius of i
Data        w[i] weight, f[j] fixed cost, k = fold, counts l, h, share a
Variables   y[j] in {0, 1} opens site j; z[i] in {0, 1} says that i is covered
max_cover       max  sum_i w[i] z[i]
partial_cover   min  sum_j f[j] y[j]  subject to  (3)
(1)  sum_{j in N(i)} y[j] >= k z[i]      for every customer i
(2)  l <= sum_j y[j] <= h
(3)  sum_i w[i] z[i] >= a sum_i w[i]     partial_cover only

Church, ReVelle, "The maximal covering location problem", Papers of the Regional Science Association
32 (1974), doi:10.1007/BF01942293; Cordeau, Furini, Ljubic, "Benders decomposition for very large
scale partial set covering and maximal covering location problems", EJOR 275 (2019),
doi:10.1016/j.ejor.2018.12.021.

Method: customers with the same covering sites are one row; exchanges of sites by incremental
counts; Lagrangian bound and fixing; parts of the plan solved to proof; branch and bound on what is
covered, or a mixed-integer programme where little is left.
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

ROUNDING = 1e-9  # relative; a share of all weight is met within what float64 sums lose


def max_cover(  # noqa: PLR0913 - the options of the model
    cost: ArrayLike | Costs,
    p: int,
    radius: float | None,
    *,
    weight: ArrayLike | None = None,
    fold: int = 1,
    at_least: int = 0,
    required: Sequence[int] = (),
    forbidden: Sequence[int] = (),
    existing: Sequence[int] = (),
    cutoff: float | None = None,
    limits: Limits = PROVE,
    listener: Listener = silent,
    cancel: Cancel | None = None,
) -> LocationResult:
    """Cover as much weight as `p` sites can.

    Parameters
    ----------
    cost : table of shape (n, m), or any `Costs`. p : open sites at most, existing ones included.
    radius : cost up to which a site covers; None: every allowed pair. fold : sites that must reach
        a customer before it counts.

    Raises
    ------
    Refusal
        F701-F704 as `make_problem`; F711 where lists are cut off before the radius.
    """
    problem = make_problem(
        "max_cover",
        cost,
        weight=weight,
        radius=radius,
        fold=fold,
        at_least=at_least,
        at_most=p,
        required=required,
        forbidden=forbidden,
        existing=existing,
        cutoff=cutoff,
    )
    return solve(problem, limits, listener=listener, cancel=cancel)


def partial_cover(  # noqa: PLR0913 - the options of the model
    cost: ArrayLike | Costs,
    share: float,
    radius: float | None,
    *,
    weight: ArrayLike | None = None,
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
    """Open the cheapest sites that cover a share of all weight.

    Parameters
    ----------
    cost : table of shape (n, m), or any `Costs`. share : of all weight, in [0, 1]. radius, fold :
        as in `max_cover`. fixed_cost : per site; by default the number of sites is minimised.

    Raises
    ------
    Refusal
        F701-F704 as `make_problem`; F711 where lists are cut off before the radius.
    """
    problem = make_problem(
        "partial_cover",
        cost,
        weight=weight,
        fixed_cost=fixed_cost,
        radius=radius,
        share=share,
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
    weight = problem.weight
    total = float(weight.sum())
    partial = problem.kind == "partial_cover"
    price = cheapest_sizes(problem)[1] if partial else np.zeros(problem.costs.shape[1])
    share = 1.0 if problem.share is None else problem.share
    need = np.full(len(weight), problem.fold, dtype=np.int64)
    cover = stated(
        problem,
        covering_pairs(problem.costs, reach_of(problem)),
        need=need,
        step=need.copy(),
        penalty=weight,
        price=price,
        budget=total - share * total + ROUNDING * total if partial else None,
    )
    whole = price if partial else weight
    record.whole = bool(np.all(whole == np.rint(whole)))

    def reading(chosen: NDArray[np.int32]) -> Plan:
        count, nearest = covering_sites(problem, chosen)
        covered = count >= problem.fold
        value = float(price[chosen].sum()) if partial else float(weight[covered].sum())
        return plan_of(problem, chosen, value, np.where(covered, nearest, -1).astype(np.int32))

    pursue(record, cover, reading, None if partial else total)
