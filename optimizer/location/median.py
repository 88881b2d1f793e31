"""p-median: open p sites so that customers are near them in total.

Sets      customers i, sites j
Data      c[i,j]   weight[i] * cost[i,j], inf where not allowed
Variables y[j] in {0, 1}   j is open
          x[i,j] >= 0      share of i served from j

min   sum_ij c[i,j] x[i,j]
s.t.  (1) sum_j x[i,j] = 1                      every customer
      (2) x[i,j] <= y[j]                        every allowed pair
      (3) at_least <= sum_j y[j] <= at_most
      (4) y[j] = 1 required, y[j] = 0 forbidden

For given y every customer takes its cheapest open site, so x is never fractional. Small and medium
tables are searched to the proof. Large ones keep the nearest sites of each customer, which bounds
the rest validly (Avella, Boccia, Salerno, Vasilyev 2012, doi:10.1016/j.cor.2011.09.016), and the
proof begins once reduced costs have settled enough sites. See the package `uncapacitated`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer import location
from optimizer.core.limits import silent
from optimizer.location import PROVE
from optimizer.location.problem import make_problem
from optimizer.location.uncapacitated.cutoff import cutoff_of
from optimizer.location.uncapacitated.data import over_sites, uncapacitated
from optimizer.location.uncapacitated.lagrangian import hopeless
from optimizer.location.uncapacitated.proof import prove
from optimizer.location.uncapacitated.squeeze import resume, squeeze, warm_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from optimizer.core.costs import Costs
    from optimizer.core.limits import Cancel, Limits, Listener
    from optimizer.core.location import LocationProblem, LocationResult
    from optimizer.location.record import Record
    from optimizer.location.uncapacitated.data import Uncapacitated
    from optimizer.location.uncapacitated.squeeze import Squeeze

WHOLE_LISTS = 4_000_000  # pairs up to which every allowed one is listed
BYTES_A_PAIR = 48  # of the lists while they are made
MEMORY_SHARE = 0.5  # of the memory limit that lists may take
SPREAD = 6.4  # sites listed for each that lies nearer than a customer's median on average
LEAST_LISTED = 32


def p_median(  # noqa: PLR0913 - one parameter per field, all but two with a default
    cost: ArrayLike | Costs,
    p: int,
    weight: ArrayLike | None = None,
    *,
    at_least: int | None = None,
    required: Sequence[int] = (),
    forbidden: Sequence[int] = (),
    existing: Sequence[int] = (),
    cutoff: float | None = None,
    limits: Limits = PROVE,
    listener: Listener = silent,
    cancel: Cancel | None = None,
) -> LocationResult:
    """Open p sites so that the weighted costs of all customers to their nearest add up to least.

    Parameters
    ----------
    cost : table of shape (n, m), customers by sites, or any `Costs`; inf where not allowed.
    p : number of sites. at_least : fewer sites will do down to this number; default p.
    weight : shape (n,), multiplies the costs of a customer; default 1.
    required, forbidden, existing : sites; existing ones are required and count towards p.
    cutoff : pairs that cost more are not allowed.

    Raises
    ------
    Refusal
        F701 to F704, see `make_problem`.
    """
    problem = make_problem(
        "p_median",
        cost,
        weight=weight,
        required=required,
        forbidden=forbidden,
        existing=existing,
        at_least=p if at_least is None else at_least,
        at_most=p,
        cutoff=cutoff,
    )
    return location.solve(problem, limits, listener=listener, cancel=cancel)


def run(record: Record) -> None:
    """Solve a `p_median` problem."""
    with record.budget.pause():
        warm_up()
    data = uncapacitated(record.problem, _nearest(record.problem, record.limits.memory_gb))
    record.whole = data.whole
    if data.impossible:
        record.proven("input")
        return
    record.raise_bound(0.0, "input", exact=True)  # no cost is negative
    state = squeeze(record, data)
    while record.stop_reason() is None and record.plan is not None:
        left = _left(record, state)
        if left is not None:
            record.whole |= left.whole and record.plan.objective.is_integer()
            prove(record, left, state.u)
            return
        resume(record, state)


def _left(record: Record, state: Squeeze) -> Uncapacitated | None:
    """Return complete data over the sites that may still be in a better plan, if small enough."""
    data, ascent = state.data, state.ascent
    customers, sites = data.shape
    if ascent is None or (data.complete and customers * sites <= WHOLE_LISTS):
        return data
    kept = ~hopeless(data, ascent, cutoff_of(record, data))
    record.statistics["sites_left"] = int(kept.sum())
    if customers * int(kept.sum()) > WHOLE_LISTS:
        return None
    return over_sites(record.problem, data, kept)


def _nearest(problem: LocationProblem, memory_gb: float) -> int | None:
    """Return how many sites of each customer to list; None = all."""
    customers, sites = problem.costs.shape
    room = int(MEMORY_SHARE * memory_gb * 1e9 / BYTES_A_PAIR)
    if customers * sites <= min(WHOLE_LISTS, room):
        return None
    allowed = sites - int(problem.forbidden.sum())
    opened = max(allowed if problem.at_most is None else min(problem.at_most, allowed), 1)
    wanted = max(int(np.ceil(SPREAD * sites / opened)), LEAST_LISTED)
    nearest = max(1, min(wanted, room // max(customers, 1)))
    return None if nearest >= sites else nearest
