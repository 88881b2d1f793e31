"""The relaxation of two levels: sites and hubs decide apart, and pay each other per pair.

L(u, s) = sum_i u[i]
          + min over sizes  sum_k y[k] (fixed[k] + min sum_i (c[i,j] + s[i,j] - u[i]) x[i,j])
          + min over hubs   sum_h z[h] (fixed[h]
                                        + min sum_ij (demand[i] link[j,h] - s[i,j]) x[i,j,h])
(1) x as in `relaxation`     (2) sum_j x[i,j,h] <= 1 and sum_ij demand[i] x[i,j,h] <= capacity[h]
(3) the capacities of the open hubs reach all demand

s[i,j] is what a site pays for the supply of the whole customer i. By (2) a hub cannot serve a
customer twice over, so that x[i,j,h] <= z[h] is kept customer by customer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.compiled import kernel
from optimizer.location.split.ascent import BOUND, STEPS, average, judge, step_from
from optimizer.location.split.choice import choose
from optimizer.location.split.relaxation import fill, serve, site_values

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


@kernel
def hub_value(  # noqa: PLR0913, PLR0917 - kernels take arrays
    start: Ints,
    customer: NDArray[np.int32],
    demand: Floats,
    paid: Floats,
    link: Floats,
    capacity: float,
    entry: Ints,
    share: Floats,
) -> float:
    """Return what a hub gains at best without its fixed cost, at most 0.

    link : shape (m,). paid : s of every pair. entry, share : shape (n,), written; the pair over
    which each customer is supplied, -1 = none, and how much of it.
    """
    n = len(demand)
    best = np.zeros(n)
    entry[:] = -1
    for j in range(len(start) - 1):
        if link[j] == np.inf:
            continue
        for e in range(start[j], start[j + 1]):
            i = customer[e]
            reduced = demand[i] * link[j] - paid[e]
            if reduced < best[i]:
                best[i] = reduced
                entry[i] = e
    key, gain, size = np.empty(n), np.empty(n), np.empty(n)
    who = np.empty(n, dtype=np.int32)
    count, used, value = 0, 0.0, 0.0
    for i in range(n):
        share[i] = 0.0
        if entry[i] >= 0:
            key[count] = best[i] / max(demand[i], 1e-12)
            gain[count] = best[i]
            size[count] = demand[i]
            who[count] = i
            used += demand[i]
            value += best[i]
            count += 1
    whole, part = count, 0.0
    if used > capacity:
        value, whole, part = fill(key, gain, size, who, count, capacity)
    for rank in range(whole):
        share[who[rank]] = 1.0
    if part > 0.0:
        share[who[whole]] = part
    return value


@kernel
def climb_two(  # noqa: PLR0913, PLR0917 - kernels take arrays
    start: Ints,
    customer: NDArray[np.int32],
    cost: Floats,
    demand: Floats,
    size_start: Ints,
    fixed: Floats,
    least: Floats,
    most: Floats,
    must: NDArray[np.bool_],
    closed: NDArray[np.bool_],
    at_least: int,
    at_most: int,
    link: Floats,
    hub_fixed: Floats,
    hub_capacity: Floats,
    hub_must: NDArray[np.bool_],
    hub_closed: NDArray[np.bool_],
    target: float,
    steps: int,
    both: Floats,
    slack: Floats,
    share: Floats,
    state: Floats,
    pick: Ints,
    hub_pick: Ints,
) -> float:
    """Take steps as `ascent.climb` does, on u and s together; return the best bound.

    both : shape (n + pairs,), u then s, updated. share : shape (sizes + hubs,), updated.
    link : shape (hubs, m). hub_pick : last choice of hubs, -1 = none, written.
    """
    n, pairs, hubs = len(demand), len(cost), len(hub_fixed)
    value, hub_values, trial = np.empty(len(fixed)), np.empty(hubs), both.copy()
    served, taken, slope = np.empty(n), np.empty(pairs), np.empty(n + pairs)
    entry, part = np.empty((hubs, n), dtype=np.int64), np.empty((hubs, n))
    no_base, reference = np.full(pairs, -np.inf), np.zeros(n)
    hub_start, everyone = np.arange(hubs + 1), demand.sum()
    picks = np.empty(len(pick) + hubs, dtype=np.int64)
    for _ in range(steps):
        step_from(both, slack, target, state, trial)
        u, paid = trial[:n], trial[n:]
        delivered = cost + paid
        site_values(
            start,
            customer,
            delivered,
            demand,
            no_base,
            reference,
            u,
            size_start,
            fixed,
            least,
            most,
            closed,
            value,
        )
        for h in range(hubs):
            gained = hub_value(
                start, customer, demand, paid, link[h], hub_capacity[h], entry[h], part[h]
            )
            hub_values[h] = np.inf if hub_closed[h] else hub_fixed[h] + gained
        bound = u.sum()
        bound += choose(value, size_start, most, must, everyone, at_least, at_most, pick)
        bound += choose(hub_values, hub_start, hub_capacity, hub_must, everyone, 0, hubs, hub_pick)
        if bound == np.inf:
            state[BOUND] = np.inf
            return np.inf
        serve(
            start,
            customer,
            delivered,
            demand,
            no_base,
            reference,
            u,
            least,
            most,
            pick,
            served,
            taken,
        )
        slope[:n] = 1.0 - served
        slope[n:] = taken
        for h in range(hubs):
            for i in range(n):
                if hub_pick[h] >= 0 and part[h, i] > 0.0:
                    slope[n + entry[h, i]] -= part[h, i]
        picks[: len(pick)] = pick
        for h in range(hubs):
            picks[len(pick) + h] = len(fixed) + h if hub_pick[h] >= 0 else -1
        average(slope, picks, slack, share, state)
        judge(bound, trial, slope, both, slack, state)
        state[STEPS] += 1
    return float(state[BOUND])
