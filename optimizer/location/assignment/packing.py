"""Search an assignment to a fixed set of sites by repacking, as far as demands are whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.location.assignment.data import column_site
from optimizer.location.assignment.plans import offer
from optimizer.location.assignment.repack import Task, prices, repack

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.location.assignment.data import Instance
    from optimizer.location.record import Record

LARGEST = 5000  # capacity, in units of demand
CHUNK = 500  # steps between two looks at the limits
FIRST = 4  # times as many chunks until a first plan
NEAR = 3  # sites that a kick may send a customer to
WORK_PER_CELL = 4e-6
ABSENT = 1e15  # cost of a pair that is not listed


def pack(
    record: Record,
    root: Instance,
    sites: NDArray[np.bool_],
    chunks: int,
    begin: NDArray[np.int32] | None = None,
) -> bool:
    """Look for plans that open exactly these sites and offer the best; False: not for this problem.

    Parameters
    ----------
    chunks : how many times `CHUNK` steps go on without a better plan.
    begin : int32, shape (n,), where to start: a plan on these sites.
    """
    at = np.flatnonzero(sites)
    task = task_of(root, at)
    if task is None or len(at) < 2:
        return False
    priced = task.cost + task.demand[:, None] * prices(task)
    near = np.argsort(priced, axis=1, kind="stable")[:, : min(NEAR, len(at))].astype(np.int64)
    assign = near[:, 0].copy()
    if begin is not None:
        rank = np.full(root.sites, -1, dtype=np.int64)
        rank[at] = np.arange(len(at))
        assign = rank[begin]
    listed = task.cost[task.cost < ABSENT]
    penalty = float(listed.mean() / task.demand.mean())
    cells = 2.0 * len(task.demand) / len(at) * float(task.capacity.mean()) * CHUNK
    best, left = np.inf, FIRST * chunks
    dice = np.random.default_rng(record.limits.seed)
    while left > 0 and record.stop_reason() is None:
        seed = int(dice.integers(2**31))
        cost, found, penalty = repack(task, assign, near, CHUNK, seed, penalty)
        record.budget.spend(WORK_PER_CELL * cells)
        left -= 1
        if cost < best:
            best, left = cost, chunks
            offer(record, root, at[found].astype(np.int32), sites, "repacking")
    return True


def task_of(root: Instance, at: NDArray[np.int64]) -> Task | None:
    """Return the assignment to the sites `at`; None where demands are not whole, or too large."""
    pairs = root.pairs
    whole = np.all(pairs.demand == np.round(pairs.demand)) and np.all(pairs.demand >= 1)
    capacity = np.array(
        [
            pairs.capacity[pairs.size_start[site] : pairs.size_start[site + 1]].max(initial=0.0)
            for site in at
        ]
    )
    if not whole or not len(at) or capacity.max() > LARGEST:
        return None
    cost = np.full((root.customers, len(at)), ABSENT)
    rank = np.full(root.sites, -1, dtype=np.int64)
    rank[at] = np.arange(len(at))
    mine = rank[column_site(pairs)]
    kept = mine >= 0
    cost[pairs.column_customer[kept], mine[kept]] = pairs.column_cost[kept]
    floor = np.floor(capacity + 1e-9)
    return Task(cost, pairs.demand.astype(np.int64), floor.astype(np.int64))
