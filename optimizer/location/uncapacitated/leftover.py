"""What is left once sites and pairs are settled, as a small mixed-integer programme.

With multipliers u of bound L, a plan better than the cutoff serves no customer at a cost above
u[i] + cutoff - L. Where the gap is small each list shrinks to a few levels of cost
l[0] < l[1] < ... around u[i], and the radius formulation (Elloumi 2010,
doi:10.1007/s10878-008-9200-y; Garcia, Labbe, Marin 2011, doi:10.1287/ijoc.1100.0418) is small:

    min  sum_j fixed[j] y[j] + sum_i (l[i,0] + sum_t (l[i,t+1] - l[i,t]) z[i,t])
    (1)  z[i,t] + sum_{j at level t} y[j] >= z[i,t-1]      z[i,-1] = 1: nothing nearer is open
    (2)  counts; y in {0, 1}, z >= 0

The last level has no z, so that somebody serves; the levels end at an open site, and at the cost
beyond a list that ends early.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.compiled import inner_kernel, kernel
from optimizer.core.location import OPTIMAL_GAP
from optimizer.location.uncapacitated.cutoff import cutoff_of, exhausted
from optimizer.location.uncapacitated.data import full_plan
from optimizer.location.uncapacitated.node import FREE, OPEN, Lists, lists_of
from optimizer.solvers.mathopt import solve_milp
from optimizer.solvers.milp import Builder, MilpAnswer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.location.record import Record
    from optimizer.location.uncapacitated.benders import Root
    from optimizer.location.uncapacitated.data import Uncapacitated
    from optimizer.solvers.milp import Milp

SMALL = 60_000  # entries up to which the programme is worth a try
SOLVER_GAP = 1e-9
MARGIN = 0.9 * OPTIMAL_GAP  # relative; what the tolerances of the solver may cost its bound
ROUNDED = 1e-2  # a bound of whole data so little above a whole number is that number
SHORT_S = 2.5  # a run of the solver that a cancel may leave behind
NODES = 500  # most nodes where no clock decides
ENTRIES_PER_WORK = 20  # entries of the programme that take about a millisecond to solve


def entries_left(record: Record, data: Uncapacitated, root: Root) -> float:
    """Return the number of pairs that a plan better than the cutoff may use; inf if unknown."""
    slack = cutoff_of(record, data) - root.bound
    if not np.isfinite(slack):
        return 0.0 if slack < 0.0 else np.inf
    return float(count_entries(lists_of(data), root.state, root.u, slack))


def finish(record: Record, data: Uncapacitated, root: Root, most: float = SMALL) -> bool:
    """Solve what is left if it has at most so many pairs; return whether the search is over."""
    limit = cutoff_of(record, data)
    counted = entries_left(record, data, root)
    record.statistics["leftover_entries"] = counted
    if counted > min(most, SMALL) or np.isinf(root.bound):
        return False
    lists = lists_of(data)
    slack = (limit - root.bound) * (1.0 + OPTIMAL_GAP)
    model = leftover(data, lists, root, slack)
    if np.isinf(model.offset):
        answer = MilpAnswer("infeasible", None, None, None, None)
    else:
        answer = _solve(record, model)
    return _conclude(record, data, root, answer, limit)


def _solve(record: Record, model: Milp) -> MilpAnswer:
    budget, cancel = record.budget, record.cancel
    budget.spend(len(model.entry) / ENTRIES_PER_WORK)
    seed = record.limits.seed
    if record.limits.work is not None:
        return solve_milp(model, nodes=NODES, gap=SOLVER_GAP, seed=seed, cancel=cancel)
    left = budget.remaining_s()
    short = SHORT_S if left is None else min(left, SHORT_S)
    answer = solve_milp(model, time_s=short, gap=SOLVER_GAP, seed=seed, cancel=cancel)
    left = budget.remaining_s()
    if answer.limit != "time" or (left is not None and left < 2 * SHORT_S):
        return answer
    half = None if left is None else 0.5 * left
    return solve_milp(model, time_s=half, gap=SOLVER_GAP, seed=seed, cancel=cancel, apart=True)


def _conclude(
    record: Record, data: Uncapacitated, root: Root, answer: MilpAnswer, limit: float
) -> bool:
    """Offer the plan found and raise the bound; say whether that ends the search."""
    if answer.values is not None:
        chosen = root.state == OPEN
        free = np.flatnonzero(root.state == FREE)
        chosen[free] = answer.values[: len(free)] > 0.5
        plan = full_plan(record.problem, data, np.flatnonzero(chosen).astype(np.int32))
        if plan is not None:
            record.offer(plan, "leftover")
    bound = np.inf
    if answer.status != "infeasible":
        if answer.bound is None:
            return False
        bound = answer.bound - MARGIN * abs(answer.bound)
        bound = float(np.ceil(bound - ROUNDED)) if data.whole else bound
    if min(bound, limit) >= cutoff_of(record, data):
        exhausted(record, data, "leftover")
        return True
    record.raise_bound(min(bound, limit), "leftover")
    return record.stop_reason() is not None


def leftover(data: Uncapacitated, lists: Lists, root: Root, slack: float) -> Milp:
    """Return the programme; its first columns are the free sites in ascending order."""
    free = np.flatnonzero(root.state == FREE)
    opened = np.flatnonzero(root.state == OPEN)
    number = np.full(len(root.state), -1, dtype=np.int64)
    number[free] = np.arange(len(free))
    row, site, drop, chained, offset = levels(lists, root.state, root.u, slack)
    builder = Builder(offset=float(offset + data.fixed[opened].sum()))
    y = builder.add_columns(len(free), cost=data.fixed[free], upper=1.0, integer=True)
    count = len(drop)
    closing = np.isinf(drop)
    own = np.flatnonzero(~closing)
    z = np.full(count, -1, dtype=np.int64)
    z[own] = builder.add_columns(len(own), cost=drop[own], upper=1.0)
    later = np.flatnonzero(chained)
    builder.add_rows(
        count,
        (row, y[number[site]], 1.0),
        (own, z[own], 1.0),
        (later, z[later - 1], -1.0),
        lower=np.where(chained, 0.0, 1.0),
    )
    builder.add_rows(
        1,
        (np.zeros(len(free), dtype=np.int64), y, 1.0),
        lower=data.at_least - len(opened),
        upper=data.at_most - len(opened),
    )
    return builder.build()


@kernel
def count_entries(
    lists: Lists, state: NDArray[np.int8], u: NDArray[np.float64], slack: float
) -> int:
    """Return the number of pairs that a plan better than the cutoff may use."""
    count = 0
    for i in range(len(u)):
        for e in range(lists.start[i], lists.start[i + 1]):
            if lists.cost[e] > u[i] + slack:
                break
            kind = state[lists.site[e]]
            count += kind == FREE
            if kind == OPEN:
                break
    return count


@kernel
def levels(
    lists: Lists, state: NDArray[np.int8], u: NDArray[np.float64], slack: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.bool_], float]:
    """Return the rows (1): entries (row, site), and by row the cost of its z and what comes before.

    drop : cost of the z of each row, inf where it has none. chained : whether the row has the z of
    the row before it. offset : cost of all first levels, inf where a customer has no level left.
    """
    entries = count_entries(lists, state, u, slack)
    row = np.empty(entries, dtype=np.int64)
    site = np.empty(entries, dtype=np.int64)
    drop = np.full(entries, np.inf)
    chained = np.zeros(entries, dtype=np.bool_)
    filled, rows, offset = 0, 0, 0.0
    for i in range(len(u)):
        first, at = rows, -np.inf
        end, last = reach(lists, state, i, u[i] + slack)
        for e in range(lists.start[i], last):
            if state[lists.site[e]] != FREE or lists.cost[e] >= end:
                continue
            if lists.cost[e] > at:
                if rows > first:
                    drop[rows - 1] = lists.cost[e] - at
                    chained[rows] = True
                else:
                    offset += lists.cost[e]
                at = lists.cost[e]
                rows += 1
            row[filled] = rows - 1
            site[filled] = lists.site[e]
            filled += 1
        if rows == first:
            offset += end
        else:
            drop[rows - 1] = end - at
    return row[:filled], site[:filled], drop[:rows], chained[:rows], offset


@inner_kernel
def reach(lists: Lists, state: NDArray[np.int8], i: int, limit: float) -> tuple[float, int]:
    """Return the cost at which some site is sure to serve a customer, and where its levels end.

    The cost is inf where there is none up to `limit`.
    """
    for e in range(lists.start[i], lists.start[i + 1]):
        if lists.cost[e] > limit:
            return np.inf, e
        if state[lists.site[e]] == OPEN:
            return lists.cost[e], e
    return (lists.beyond[i] if lists.beyond[i] <= limit else np.inf), lists.start[i + 1]
