"""Lagrangian relaxation of "every customer once": a knapsack a site, then a choice of sites.

L(u) = sum_i u_i + min sum_j v_j(u) y_j    subject to  at_least <= sum y <= at_most,
       y_j = 1 where required
v_j(u) = min over sizes k of j of  fixed_k - max { sum_i (u_i - c_ij) x_i : demand x <= capacity_k }

Every L(u) is a bound where u_i <= ceiling_i, because pairs that are not listed then never pay
(minimum use is left out, which only lowers L). Bounds from sites: Holmberg, Ronnqvist, Yuan 1999,
doi:10.1016/S0377-2217(98)00008-3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.compiled import inner_kernel, kernel
from optimizer.location.assignment.data import SLACK
from optimizer.location.assignment.knapsack import NODES, continuous, knapsack, sort_falling

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.location.assignment.data import Instance, Pairs


class Work(NamedTuple):
    """What one evaluation leaves, and its work space; e pairs, n customers, m sites, k sizes.

    value : float64, shape (m,): v_j, or a bound below it where `settled` is False.
    relaxed, slope : float64, shape (k,): v of the size with continuous knapsack, price of its room.
    size : int64, shape (m,): size that attains the value. chosen : bool, shape (m,): y.
    taken : bool, shape (e,): x of the settled sites. served : int64, shape (n,): sum_j x_ij.
    paying, ranked : pairs of column j that pay stand first in its part of `ranked`, best first;
    paying is -1 where they were not ranked. bar : below which bounds on sites are worth sharpening.
    """

    value: NDArray[np.float64]
    settled: NDArray[np.bool_]
    relaxed: NDArray[np.float64]
    slope: NDArray[np.float64]
    size: NDArray[np.int64]
    chosen: NDArray[np.bool_]
    taken: NDArray[np.bool_]
    served: NDArray[np.int64]
    paying: NDArray[np.int64]
    ranked: NDArray[np.int64]
    key: NDArray[np.float64]
    item: NDArray[np.int64]
    profit: NDArray[np.float64]
    weight: NDArray[np.float64]
    inside: NDArray[np.bool_]
    best: NDArray[np.bool_]
    ladder: NDArray[np.float64]
    ladder_site: NDArray[np.int64]
    bar: NDArray[np.float64]


def work_space(instance: Instance) -> Work:
    """Return work space for one instance."""
    customers, sites = instance.customers, instance.sites
    pairs = instance.pairs
    entries, sizes = len(pairs.column_cost), len(pairs.fixed)
    longest = max(customers, sites)
    return Work(
        value=np.zeros(sites),
        settled=np.zeros(sites, dtype=bool),
        relaxed=np.zeros(sizes),
        slope=np.zeros(sizes),
        size=np.zeros(sites, dtype=np.int64),
        chosen=np.zeros(sites, dtype=bool),
        taken=np.zeros(entries, dtype=bool),
        served=np.zeros(customers, dtype=np.int64),
        paying=np.zeros(sites, dtype=np.int64),
        ranked=np.zeros(entries, dtype=np.int64),
        key=np.zeros(longest),
        item=np.zeros(longest, dtype=np.int64),
        profit=np.zeros(customers),
        weight=np.zeros(customers),
        inside=np.zeros(customers, dtype=bool),
        best=np.zeros(customers, dtype=bool),
        ladder=np.zeros(sites),
        ladder_site=np.zeros(sites, dtype=np.int64),
        bar=np.full(1, np.inf),
    )


@kernel
def dual_value(
    pairs: Pairs,
    multiplier: NDArray[np.float64],
    required: NDArray[np.bool_],
    at_least: int,
    at_most: int,
    sharp: bool,  # noqa: FBT001 - kernels take no keywords
    work: Work,
) -> float:
    """Return L(multiplier); inf where the counts cannot be met. See `Work` for what is left.

    sharp : bound the sites that are not chosen as well as continuous knapsacks can.
    """
    sites = len(required)
    total = 0.0
    for customer in range(len(multiplier)):
        total += multiplier[customer]
        work.served[customer] = 0
    must = 0
    bar = np.inf if sharp else work.bar[0]
    for site in range(sites):
        work.chosen[site] = False
        work.settled[site] = False
        if pairs.size_start[site] < pairs.size_start[site + 1]:
            relax_site(pairs, multiplier, site, bar, work)
        if required[site]:
            if pairs.size_start[site] == pairs.size_start[site + 1]:
                return np.inf
            settle_site(pairs, multiplier, site, work)
            total += work.value[site]
            work.chosen[site] = True
            must += 1
    fewest = max(at_least - must, 0)
    most = at_most - must
    settled = settle_best(pairs, multiplier, required, fewest, most, work)
    if most < 0 or settled < fewest:
        return np.inf
    return total + choose(pairs, fewest, min(settled, most), most, work)


@inner_kernel
def choose(pairs: Pairs, fewest: int, limit: int, most: int, work: Work) -> float:
    """Choose the best of the settled sites, count how often customers are served; return values."""
    total = 0.0
    count = 0
    while count < limit and (work.ladder[count] < 0.0 or count < fewest):
        total += work.ladder[count]
        work.chosen[work.ladder_site[count]] = True
        count += 1
    work.bar[0] = 0.0
    if count > 0 and count in (fewest, most):
        work.bar[0] = work.ladder[count - 1] + 0.05 * abs(work.ladder[count - 1])
    for site in range(len(work.chosen)):
        if work.chosen[site]:
            for entry in range(pairs.column_start[site], pairs.column_start[site + 1]):
                if work.taken[entry]:
                    work.served[pairs.column_customer[entry]] += 1
    return total


@inner_kernel
def settle_best(
    pairs: Pairs,
    multiplier: NDArray[np.float64],
    required: NDArray[np.bool_],
    fewest: int,
    most: int,
    work: Work,
) -> int:
    """Settle free sites in the order of their bounds until no other can be chosen."""
    ranked = 0
    for site in range(len(required)):
        if not required[site] and pairs.size_start[site] < pairs.size_start[site + 1]:
            work.key[ranked] = -work.value[site]
            work.item[ranked] = site
            ranked += 1
    sort_falling(work.key, work.item, ranked)
    for rank in range(ranked):
        work.ladder_site[rank] = work.item[rank]
    settled = 0
    for rank in range(ranked):
        site = work.ladder_site[rank]
        bound = work.value[site]
        enough = settled >= fewest and (fewest == 0 or work.ladder[fewest - 1] <= bound)
        full = settled >= most and (most <= 0 or work.ladder[most - 1] <= bound)
        if enough and (bound >= 0.0 or full):
            break
        settle_site(pairs, multiplier, site, work)
        value = work.value[site]
        place = settled
        while place > 0 and work.ladder[place - 1] > value:
            work.ladder[place] = work.ladder[place - 1]
            work.ladder_site[place] = work.ladder_site[place - 1]
            place -= 1
        work.ladder[place] = value
        work.ladder_site[place] = site
        settled += 1
    return settled


@inner_kernel
def relax_site(
    pairs: Pairs, multiplier: NDArray[np.float64], site: int, bar: float, work: Work
) -> None:
    """Bound the value of a site: at old prices of its room, and sharper where that is below `bar`.

    Any price p >= 0 bounds: v >= fixed - p * capacity - sum of max(0, u - c - p * demand).
    """
    first, last = pairs.column_start[site], pairs.column_start[site + 1]
    lowest = np.inf
    for size in range(pairs.size_start[site], pairs.size_start[site + 1]):
        price = work.slope[size]
        low = pairs.fixed[size] - price * pairs.capacity[size] * (1.0 + SLACK)
        for entry in range(first, last):
            customer = pairs.column_customer[entry]
            gain = multiplier[customer] - pairs.column_cost[entry]
            low -= max(gain - price * pairs.demand[customer], 0.0)
        work.relaxed[size] = low
        if low < lowest:
            lowest = low
            work.size[site] = size
    work.value[site] = lowest
    work.paying[site] = -1
    if lowest < bar:
        rank_site(pairs, multiplier, site, work)


@inner_kernel
def rank_site(pairs: Pairs, multiplier: NDArray[np.float64], site: int, work: Work) -> None:
    """Rank the pairs of a site that pay, and bound its value by continuous knapsacks."""
    first = pairs.column_start[site]
    count = 0
    for entry in range(first, pairs.column_start[site + 1]):
        customer = pairs.column_customer[entry]
        gain = multiplier[customer] - pairs.column_cost[entry]
        if gain > 0.0:
            weight = pairs.demand[customer]
            work.key[count] = gain / weight if weight > 0.0 else np.inf
            work.item[count] = entry
            count += 1
    sort_falling(work.key, work.item, count)
    for rank in range(count):
        work.ranked[first + rank] = work.item[rank]
    work.paying[site] = count
    load_items(pairs, multiplier, site, work)
    lowest = np.inf
    for size in range(pairs.size_start[site], pairs.size_start[site + 1]):
        room = pairs.capacity[size] * (1.0 + SLACK)
        gain, price = continuous(work.profit, work.weight, count, room)
        work.relaxed[size] = pairs.fixed[size] - gain
        work.slope[size] = price
        if work.relaxed[size] < lowest:
            lowest = work.relaxed[size]
            work.size[site] = size
    work.value[site] = lowest


@inner_kernel
def load_items(pairs: Pairs, multiplier: NDArray[np.float64], site: int, work: Work) -> None:
    """Write the ranked items of a site where the knapsack reads them."""
    first = pairs.column_start[site]
    for rank in range(work.paying[site]):
        entry = work.ranked[first + rank]
        customer = pairs.column_customer[entry]
        work.profit[rank] = multiplier[customer] - pairs.column_cost[entry]
        work.weight[rank] = pairs.demand[customer]


@inner_kernel
def settle_site(pairs: Pairs, multiplier: NDArray[np.float64], site: int, work: Work) -> None:
    """Solve the knapsacks of a site."""
    first = pairs.column_start[site]
    if work.paying[site] < 0:
        rank_site(pairs, multiplier, site, work)
    load_items(pairs, multiplier, site, work)
    count = work.paying[site]
    lowest = np.inf
    for size in range(pairs.size_start[site], pairs.size_start[site + 1]):
        if work.relaxed[size] >= lowest:
            continue
        room = pairs.capacity[size] * (1.0 + SLACK)
        gain = knapsack(work.profit, work.weight, count, room, work.inside, work.best, NODES)
        if pairs.fixed[size] - gain < lowest:
            lowest = pairs.fixed[size] - gain
            work.size[site] = size
            for entry in range(first, pairs.column_start[site + 1]):
                work.taken[entry] = False
            for rank in range(count):
                work.taken[work.ranked[first + rank]] = work.best[rank]
    work.value[site] = lowest
    work.settled[site] = True
