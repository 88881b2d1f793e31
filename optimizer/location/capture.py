"""Maximum capture: the weight that is nearer to us than to those who are there already.

Sets        customers i, sites j
Data        w[i] weight, c[i,j] cost, v[i] cost of the nearest rival, counts l, h
Variables   y[j] in {0, 1} opens site j; a[i], b[i] in {0, 1}: nearer, and at least as near
Objective   max  sum_i w[i] (a[i] + b[i]) / 2
(1)  sum_{j: c[i,j] < v[i]} y[j] >= a[i]     for every customer i
(2)  sum_{j: c[i,j] <= v[i]} y[j] >= b[i]    for every customer i
(3)  l <= sum_j y[j] <= h

Who is as near to us as to a rival gives each half: ReVelle, "The maximum capture or sphere of
influence location problem: Hotelling revisited on a network", Journal of Regional Science 26
(1986), doi:10.1111/j.1467-9787.1986.tb00824.x. Method: as `max_cover`, two rows a customer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.costs import CostLists
from optimizer.core.limits import silent
from optimizer.core.refusal import Fault, Refusal
from optimizer.location import PROVE, solve
from optimizer.location.covering.pursuit import pursue
from optimizer.location.covering.rows import covering_pairs
from optimizer.location.covering.stating import plan_of, stated
from optimizer.location.problem import make_problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from optimizer.core.costs import Costs
    from optimizer.core.limits import Cancel, Limits, Listener
    from optimizer.core.location import LocationProblem, LocationResult
    from optimizer.location.record import Plan, Record

BLOCK = 64


def max_capture(  # noqa: PLR0913 - the options of the model
    cost: ArrayLike | Costs,
    p: int,
    rival: ArrayLike,
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
    """Open at most `p` sites that are nearer to as much weight as possible than the rivals.

    Parameters
    ----------
    cost : table of shape (n, m), or any `Costs`. p : open sites at most, existing ones included.
    rival : cost of each customer's nearest rival, shape (n,) or one for all; inf = none.

    Raises
    ------
    Refusal
        F701-F704 as `make_problem`; F711 where lists are cut off before the rival.
    """
    problem = make_problem(
        "max_capture",
        cost,
        weight=weight,
        rival=rival,
        at_least=at_least,
        at_most=p,
        required=required,
        forbidden=forbidden,
        existing=existing,
        cutoff=cutoff,
    )
    return solve(problem, limits, listener=listener, cancel=cancel)


def run(record: Record) -> None:
    """Solve the problem of the record.

    Raises
    ------
    Refusal
        F761 without rivals.
    """
    problem = record.problem
    weight, rival = problem.weight, rival_of(problem)
    customers, sites = problem.costs.shape
    near, near_site = covering_pairs(problem.costs, rival)
    nearer, nearer_site = covering_pairs(problem.costs, rival, strictly=True)
    once = np.ones(2 * customers, dtype=np.int64)
    cover = stated(
        problem,
        (np.concatenate([near, nearer + customers]), np.concatenate([near_site, nearer_site])),
        need=once,
        step=once.copy(),
        penalty=np.concatenate([weight, weight]) / 2.0,
        price=np.zeros(sites),
    )
    halves = 2.0 if len(near) == len(nearer) else 1.0
    record.whole = bool(np.all(weight * halves % 2.0 == 0.0))

    def reading(chosen: NDArray[np.int32]) -> Plan:
        site, cost = nearest_open(problem, chosen)
        part = np.where(cost < rival, 1.0, np.where(cost == rival, 0.5, 0.0))
        part[site < 0] = 0.0
        assign = np.where(part > 0.0, site, -1).astype(np.int32)
        return plan_of(problem, chosen, float(weight @ part), assign)

    pursue(record, cover, reading, float(weight.sum()))


def rival_of(problem: LocationProblem) -> NDArray[np.float64]:
    """Return what the problem says about rivals.

    Raises
    ------
    Refusal
        F761 where it says nothing.
    """
    if problem.rival is None:
        cause = f"a problem of kind {problem.kind} needs to know its rivals"
        raise Refusal(Fault("rival", "F761", cause, "give one value for each customer"))
    return problem.rival


def nearest_open(
    problem: LocationProblem, chosen: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Return the cheapest open site of each customer (-1 = none known) and its cost."""
    customers, costs = problem.costs.shape[0], problem.costs
    site = np.full(customers, -1, dtype=np.int32)
    least = np.full(customers, np.inf)
    if isinstance(costs, CostLists):
        held = np.isin(costs.site, chosen)
        who, first = np.unique(costs.customer[held], return_index=True)  # sorted by cost
        site[who], least[who] = costs.site[held][first], costs.cost[held][first]
        return site, least
    for first_of_block in range(0, len(chosen), BLOCK):
        block = chosen[first_of_block : first_of_block + BLOCK]
        table = costs.columns(block)
        rank = table.argmin(axis=1)
        cost = table[np.arange(customers), rank]
        better = cost < least
        site[better], least[better] = block[rank[better]], cost[better]
    return site, least
