"""Bisection over radii for p-center, for the customers that matter; see `location/center`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.costs import DenseCosts
from optimizer.core.refusal import Fault, Refusal
from optimizer.location.covering import warming
from optimizer.location.covering.question import coverable
from optimizer.location.covering.stating import plan_of, stated

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.costs import Costs
    from optimizer.core.location import LocationProblem
    from optimizer.location.record import Record

BLOCK = 64  # columns of costs looked at together
JOIN = 24  # customers too far from a cover of the others that join them at once
SPREAD = 3  # first customers for each site that may be opened


@dataclass
class Center:
    """State of one solve. core : customers asked about, and their weighted costs (rows).

    low, high : bound and value of the best plan; inf while there is none.
    """

    record: Record
    table: Costs
    core: NDArray[np.int64]
    rows: NDArray[np.float64]
    low: float = 0.0
    high: float = np.inf
    seed: int = 0
    chosen: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, dtype=np.int32))


def bisect(record: Record) -> None:
    """Solve a p-center problem into the record, as far as the limits allow."""
    problem = record.problem
    with record.budget.pause():
        warming.warm()
    customers, sites = problem.costs.shape
    high = sites if problem.at_most is None else min(problem.at_most, sites)
    required, free = int(problem.required.sum()), int((~problem.forbidden).sum())
    if max(problem.at_least, required, min(customers, 1)) > min(high, free):
        record.proven("counts")
        return
    state = Center(
        record, _rows_at_hand(problem.costs), np.zeros(0, dtype=np.int64), np.zeros((0, sites))
    )
    _join(state, _scattered(state, high))
    while record.stop_reason() is None and state.low < state.high:
        _ask(state, _middle(state))
    if state.low >= state.high or np.isinf(state.low):
        record.proven("bisection")


def weighted_rows(state: Center, customers: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return weighted costs of customers at all sites, shape (customers, m); inf if not allowed."""
    problem, table = state.record.problem, state.table
    if isinstance(table, DenseCosts):
        cost = table.cost[customers]
    else:
        lists = table.lists()
        cost = np.full((len(customers), lists.site_count), np.inf)
        for rank, i in enumerate(customers):
            held = slice(lists.start[i], lists.start[i + 1])
            cost[rank, lists.site[held]] = lists.cost[held]
    return _weighted(cost, problem.weight[customers][:, None])


def nearest_of(
    problem: LocationProblem, chosen: NDArray[np.int32]
) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """Return each customer's weighted cost to its nearest site of `chosen`, and that site or -1."""
    customers = problem.costs.shape[0]
    least = np.full(customers, np.inf)
    nearest = np.full(customers, -1, dtype=np.int32)
    for first in range(0, len(chosen), BLOCK):
        block = chosen[first : first + BLOCK]
        table = problem.costs.columns(block)
        rank = table.argmin(axis=1)
        cost = table[np.arange(customers), rank]
        nearer = cost < least
        nearest[nearer], least[nearer] = block[rank[nearer]], cost[nearer]
    return _weighted(least, problem.weight), nearest


def _rows_at_hand(costs: Costs) -> Costs:
    if isinstance(costs, DenseCosts):
        return costs
    lists = costs.lists()
    if not lists.complete:
        customer = int(np.flatnonzero(np.isfinite(lists.beyond))[0])
        raise Refusal(_cut_off(customer))
    return lists


def _weighted(cost: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(invalid="ignore"):  # 0 times inf: a pair not allowed stays so
        return np.where(np.isfinite(cost), cost * weight, np.inf)


def _scattered(state: Center, high: int) -> NDArray[np.int64]:
    """Return customers far from each other's nearest sites; offer the plan of the first of them.

    Farthest-first (Gonzalez 1985, doi:10.1016/0304-3975(85)90224-5): the customer that is worst
    served gets its best site, again and again.
    """
    problem = state.record.problem
    customers = problem.costs.shape[0]
    allowed = np.flatnonzero(~problem.forbidden)
    chosen = [int(j) for j in np.flatnonzero(problem.required)]
    least = np.full(customers, np.inf)
    if chosen:
        least, _ = nearest_of(problem, np.array(chosen, dtype=np.int32))
    found: list[int] = []
    offered = False
    rng = np.random.default_rng(state.record.limits.seed)
    for _ in range(min(customers, SPREAD * high + JOIN)):
        if not offered and len(chosen) == high:
            _offer(state, np.array(chosen, dtype=np.int32))
            offered = True
        worst = least.max(initial=0.0)
        if (worst <= 0.0 and found) or state.record.stop_reason() is not None:
            break
        i = int(np.argmax(least)) if found else int(rng.integers(customers))
        found.append(i)
        row = weighted_rows(state, np.array([i]))[0]
        j = int(allowed[np.argmin(row[allowed])])
        if not np.isfinite(row[j]):
            break  # nobody may serve this customer: the first question will say so
        column, _ = nearest_of(problem, np.array([j], dtype=np.int32))
        least = np.minimum(least, column)
        least[i] = min(least[i], 0.0)  # asked about once
        if j not in chosen and len(chosen) < high:
            chosen.append(j)
        state.record.budget.spend(customers * 2e-5)
    if not offered:
        _offer(state, _padded(problem, np.array(chosen, dtype=np.int32)))
    return np.array(found, dtype=np.int64)


def _padded(problem: LocationProblem, chosen: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the sites with as many others as `at_least` asks for."""
    others = np.setdiff1d(np.flatnonzero(~problem.forbidden), chosen)
    lacking = max(problem.at_least - len(chosen), 0)
    return np.concatenate([chosen, others[:lacking]]).astype(np.int32)


def _offer(state: Center, chosen: NDArray[np.int32]) -> tuple[float, NDArray[np.int64]]:
    """Keep a plan if it is better; return its value and the customers by what they pay."""
    problem = state.record.problem
    chosen = np.sort(chosen)
    least, nearest = nearest_of(problem, chosen)
    state.record.budget.spend(len(least) * len(chosen) * 5e-6)
    value = float(least.max(initial=0.0))
    if value < state.high:
        state.high, state.chosen = value, chosen
        state.record.offer(plan_of(problem, chosen, value, nearest), "cover")
    # the worst customer of each site, the worst first: neighbours would say the same again
    order = np.argsort(-least, kind="stable")
    first = np.sort(np.unique(nearest[order], return_index=True)[1])
    return value, order[first]


def _join(state: Center, customers: NDArray[np.int64]) -> None:
    """Ask about more customers; their own nearest sites lift the bound."""
    fresh = np.setdiff1d(customers, state.core)
    if not len(fresh):
        return
    rows = weighted_rows(state, fresh)
    rows[:, state.record.problem.forbidden] = np.inf
    state.core = np.concatenate([state.core, fresh])
    state.rows = np.concatenate([state.rows, rows])
    _lift(state, float(rows.min(axis=1, initial=np.inf).max(initial=0.0)))


def _lift(state: Center, bound: float) -> None:
    if bound > state.low:
        state.low = bound
        state.record.raise_bound(min(bound, state.high), "bisection", exact=True)


def _middle(state: Center) -> float:
    """Return the median of the weighted costs in question."""
    values = state.rows[(state.rows >= state.low) & (state.rows < state.high)]
    if not len(values):
        return state.low
    distinct = np.unique(values)
    return float(distinct[(len(distinct) - 1) // 2])


def _ask(state: Center, radius: float) -> None:
    """Settle whether the radius can be kept for the core; or let customers join that it missed."""
    problem, record = state.record.problem, state.record
    row, site = np.nonzero(state.rows <= radius)
    core = len(state.core)
    cover = stated(
        problem,
        (row.astype(np.int32), site.astype(np.int32)),
        need=np.ones(core, dtype=np.int64),
        step=np.zeros(core, dtype=np.int64),
        penalty=np.zeros(core),
        price=np.ones(problem.costs.shape[1]),
    )
    state.seed += 1
    answer = coverable(record, cover, state.seed)
    record.statistics["questions"] = record.statistics.get("questions", 0.0) + 1.0
    record.statistics["core_customers"] = float(core)
    if answer is None:
        return
    if not answer.possible:
        above = state.rows[state.rows > radius]
        _lift(state, float(above.min(initial=np.inf)))
        return
    value, worst = _offer(state, _padded(problem, answer.sites))
    if value > radius:
        least, _ = nearest_of(problem, _padded(problem, answer.sites))
        far = worst[least[worst] > radius]
        _join(state, far[:JOIN])


def _cut_off(customer: int) -> Fault:
    return Fault(
        f"cost of customer {customer}",
        "F712",
        "its list of sites is cut off, so that the farthest customer is not known",
        "give complete lists, a dense table, or a cut-off beyond which nothing is allowed",
    )
