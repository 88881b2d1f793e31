"""The linear relaxation by Benders cuts, solved to its optimum.

    min  sum_j fixed[j] y[j] + sum_i theta[i]          over 0 <= y <= 1, counts, settled sites
    theta[i] >= u - sum_j max(0, u - c[i,j]) y[j]      every customer i, every level u

For given y the tightest level of a customer is the cost at which its cheapest sites add up to one,
found in one walk along its list (Fischetti, Ljubic, Sinnl 2017, doi:10.1287/mnsc.2016.2461;
Duran-Mateluna, Ales, Elloumi 2023, doi:10.1016/j.ejor.2022.11.034). Lagrangian multipliers are such
levels, and the other way round: the mean of the levels of a customer, weighted by the duals of its
cuts, is a multiplier whose Lagrangian bound is no less than the master's. So what the linear solver
says is never trusted: its duals become multipliers, and `node.climb` computes their bound and
settles sites. Started from multipliers that have climbed well the master needs few rounds; a point
between the master's and the best plan, as stabilised separation takes, saved none of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from optimizer.compiled import kernel
from optimizer.location.uncapacitated.cutoff import cutoff_of
from optimizer.location.uncapacitated.data import full_plan
from optimizer.location.uncapacitated.node import (
    FREE,
    LENGTH,
    OPEN,
    Lists,
    Space,
    climb,
    lists_of,
    space_for,
)
from optimizer.solvers.master import LinearMaster

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.location.record import Record
    from optimizer.location.uncapacitated.data import Uncapacitated

VIOLATED = 1e-7  # relative to the mean cost of a customer; smaller violations are left
IDLE_ROUNDS = 4  # rounds for which a cut may be slack before it is dropped
ROWS_PER_WORK = 30  # rows of a master that is solved again in about a millisecond
PIVOTS = 20  # a row or site; a solve that takes more is given up
WINDOW = 8  # rounds over which progress is looked at
PROGRESS = 0.01  # least share of the gap that a window has to close


@dataclass
class Root:
    """A root of the search: sites settled, multipliers and their bound.

    u : shape (n,). state : shape (m,), see `node`. share : shape (m,), y of the relaxation.
    bound : inf where no plan below the cutoff is left.
    """

    u: NDArray[np.float64]
    state: NDArray[np.int8]
    share: NDArray[np.float64]
    bound: float


@dataclass
class Master:
    """The growing master; one entry a cut in owner, level, row and idle.

    scale : cost of one unit of the master's objective, so that its numbers stay near one.
    least : shape (n,), lower bound of theta: the least cost of each customer.
    """

    lp: LinearMaster
    scale: float
    least: NDArray[np.float64]
    owner: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    level: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    row: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    idle: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))


def relax(record: Record, data: Uncapacitated, root: Root) -> Root:
    """Return the root at the optimum of the linear relaxation, or as near as the limits allow.

    Raises the bound of `record`, and offers the plans that the master's points happen to be.
    """
    customers, sites = data.shape
    lists, space = lists_of(data), space_for(data)
    best = Root(root.u.copy(), root.state.copy(), root.share.copy(), root.bound)
    master = _master(data, best)
    _cut(master, lists, np.arange(customers), best.u)
    history = [best.bound]
    while record.stop_reason() is None:
        record.budget.spend(len(master.row) / ROWS_PER_WORK)
        pivots = PIVOTS * (len(master.row) + sites)
        answer = master.lp.solve(time_s=record.budget.remaining_s(), iterations=pivots)
        if answer.values is None or answer.row_dual is None:
            break
        y = np.clip(answer.values[:sites], 0.0, 1.0)
        dual = np.maximum(answer.row_dual[master.row], 0.0)
        best.share = y
        _offer(record, data, y)
        _raise(record, data, lists, space, best, multipliers(master, dual))
        if np.isinf(best.bound):
            break
        _settle(master, best.state)
        level, value = separate(lists, y)
        violation = value / master.scale - answer.values[sites:]
        violated = np.flatnonzero(violation > VIOLATED)
        history.append(float(answer.objective or 0.0) * master.scale)
        if not len(violated) or _stalls(history, cutoff_of(record, data)):
            break
        _purge(master, dual)
        _cut(master, lists, violated, level[violated])
    return best


def _master(data: Uncapacitated, root: Root) -> Master:
    customers, sites = data.shape
    scale = max(abs(root.bound) / customers, 1e-9)
    filled = np.diff(data.start) > 0
    least = data.beyond.copy()
    least[filled] = data.cost[data.start[:-1][filled]]
    lp = LinearMaster("glop")
    lp.add_columns(
        sites,
        cost=data.fixed / scale,
        lower=(root.state == OPEN).astype(np.float64),
        upper=((root.state == OPEN) | (root.state == FREE)).astype(np.float64),
    )
    lp.add_columns(customers, cost=1.0, lower=least / scale)
    every = np.arange(sites)
    lp.add_rows(1, (np.zeros_like(every), every, 1.0), lower=data.at_least, upper=data.at_most)
    return Master(lp, scale, least)


def _cut(
    master: Master,
    lists: Lists,
    customer: NDArray[np.int64],
    level: NDArray[np.float64],
) -> None:
    """Add a cut for each of some customers."""
    count = len(customer)
    row, site, amount = cut_entries(lists, customer, level)
    theta = len(lists.fixed) + customer
    rows = master.lp.add_rows(
        count,
        (row, site, amount / master.scale),
        (np.arange(count), theta, 1.0),
        lower=level / master.scale,
    )
    master.owner = np.concatenate([master.owner, customer])
    master.level = np.concatenate([master.level, level])
    master.row = np.concatenate([master.row, rows])
    master.idle = np.concatenate([master.idle, np.zeros(count, dtype=np.int64)])


def _purge(master: Master, dual: NDArray[np.float64]) -> None:
    """Drop cuts that have long been slack, once they are many."""
    master.idle = np.where(dual > 1e-9, 0, master.idle + 1)
    gone = master.idle > IDLE_ROUNDS
    if 4 * gone.sum() > len(gone):
        master.lp.drop_rows(master.row[gone])
        master.owner, master.level = master.owner[~gone], master.level[~gone]
        master.row, master.idle = master.row[~gone], master.idle[~gone]


def multipliers(master: Master, dual: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean level of each customer, weighted by the duals of its cuts, shape (n,).

    What the duals of a customer lack to one belongs to the lower bound of its theta.
    """
    customers = len(master.least)
    weight = np.bincount(master.owner, weights=dual, minlength=customers)
    mean = np.bincount(master.owner, weights=dual * master.level, minlength=customers)
    rest = np.maximum(1.0 - weight, 0.0)
    return np.asarray((mean + rest * master.least) / (weight + rest))


def _raise(
    record: Record,
    data: Uncapacitated,
    lists: Lists,
    space: Space,
    best: Root,
    u: NDArray[np.float64],
) -> None:
    """Compute the bound of multipliers, settle sites by it, keep it where it is the best."""
    limit = cutoff_of(record, data)
    share = np.zeros(len(best.state))
    trial = u.copy()
    space.amount[LENGTH] = 1.0
    bound = climb(lists, space, best.state, trial, share, limit, 1, 1)
    if bound > best.bound:
        best.bound = bound
        best.u = trial
        record.raise_bound(min(bound, limit), "benders")


def _settle(master: Master, state: NDArray[np.int8]) -> None:
    settled = np.flatnonzero(state != FREE)
    value = (state[settled] == OPEN).astype(np.float64)
    master.lp.set_bounds(settled, value, value)


def _offer(record: Record, data: Uncapacitated, y: NDArray[np.float64]) -> None:
    sites = np.flatnonzero(y > 0.5).astype(np.int32)
    if data.at_least <= len(sites) <= data.at_most:
        plan = full_plan(record.problem, data, sites)
        if plan is not None:
            record.offer(plan, "benders")


def _stalls(history: list[float], limit: float) -> bool:
    if len(history) <= WINDOW or not np.isfinite(limit):
        return False
    return history[-1] - history[-1 - WINDOW] < PROGRESS * (limit - history[-1])


@kernel
def separate(
    lists: Lists, y: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the tightest level of each customer at y, and the value of its cut there."""
    customers = len(lists.beyond)
    level, value = np.zeros(customers), np.zeros(customers)
    for i in range(customers):
        served, cost = 0.0, 0.0
        level[i] = lists.beyond[i]
        for e in range(lists.start[i], lists.start[i + 1]):
            part = y[lists.site[e]]
            if served + part >= 1.0 - 1e-9:
                level[i] = lists.cost[e]
                break
            served += part
            cost += part * lists.cost[e]
        if np.isinf(level[i]):
            level[i] = lists.cost[lists.start[i + 1] - 1]
        value[i] = cost + (1.0 - served) * level[i]
    return level, value


@kernel
def cut_entries(
    lists: Lists, customer: NDArray[np.int64], level: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return the cuts of some customers as triplets: cut, site, level - cost where positive."""
    count = 0
    for k in range(len(customer)):
        e = lists.start[customer[k]]
        while e < lists.start[customer[k] + 1] and lists.cost[e] < level[k]:
            e += 1
        count += e - lists.start[customer[k]]
    row = np.empty(count, dtype=np.int64)
    site = np.empty(count, dtype=np.int64)
    amount = np.empty(count)
    filled = 0
    for k in range(len(customer)):
        e = lists.start[customer[k]]
        while e < lists.start[customer[k] + 1] and lists.cost[e] < level[k]:
            row[filled] = k
            site[filled] = lists.site[e]
            amount[filled] = level[k] - lists.cost[e]
            filled += 1
            e += 1
    return row, site, amount
