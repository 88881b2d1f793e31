"""A plan under search: who is served where, loads, and what each open site is charged.

The charge of a site under load is the least over its sizes of fixed cost + penalty * (load above
capacity or below minimum use); so overloaded plans can be passed through, at a price.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.compiled import inner_kernel, kernel
from optimizer.location.assignment.data import SLACK

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.location.assignment.data import Instance, Pairs

TOTAL, PENALTY, COUNT, BEST, LACKING, LOGGED = range(6)
"""Figures: cost with penalties; price of a unit of lack; open sites; cost of the best plan without
lack; sites with lack; moves in the log."""
NONE = -1


class State(NamedTuple):
    """n customers, m sites.

    assign : int32, shape (n,). opened : bool, shape (m,). load, charge, lack : float64, shape (m,).
    first, after, before : customers of a site as a doubly linked list. open_site : int32, the open
    sites in the first `COUNT` places; place : int32, where each open site stands there.
    log_customer, log_site : moves to undo. figures : float64, shape (6,).
    best_assign, best_opened : the best plan without lack. dice : uint64, shape (1,).
    """

    assign: NDArray[np.int32]
    opened: NDArray[np.bool_]
    load: NDArray[np.float64]
    charge: NDArray[np.float64]
    lack: NDArray[np.float64]
    first: NDArray[np.int32]
    after: NDArray[np.int32]
    before: NDArray[np.int32]
    open_site: NDArray[np.int32]
    place: NDArray[np.int32]
    log_customer: NDArray[np.int32]
    log_site: NDArray[np.int32]
    figures: NDArray[np.float64]
    best_assign: NDArray[np.int32]
    best_opened: NDArray[np.bool_]
    dice: NDArray[np.uint64]


def make_state(instance: Instance, seed: int) -> State:
    """Return an empty state."""
    n, m = instance.customers, instance.sites

    def whole(count: int) -> NDArray[np.int32]:
        return np.full(count, NONE, dtype=np.int32)

    figures = np.zeros(6)
    figures[BEST] = np.inf
    return State(
        whole(n),
        np.zeros(m, dtype=bool),
        np.zeros(m),
        np.zeros(m),
        np.zeros(m),
        whole(m),
        whole(n),
        whole(n),
        whole(m),
        whole(m),
        whole(2 * n),
        whole(2 * n),
        figures,
        whole(n),
        np.zeros(m, dtype=bool),
        np.array([2 * seed + 88172645463325253], dtype=np.uint64),
    )


@inner_kernel
def throw(dice: NDArray[np.uint64]) -> float:
    """Return a number in [0, 1) (xorshift64*, Marsaglia 2003, doi:10.18637/jss.v008.i14)."""
    x = dice[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    dice[0] = x
    high = (x * np.uint64(2685821657736338717)) >> np.uint64(11)
    number: float = high * (1.0 / 9007199254740992.0)
    return number


@inner_kernel
def pair_cost(pairs: Pairs, customer: int, site: int) -> float:
    """Return the cost of a pair, inf where it is not allowed."""
    low = pairs.column_start[site]
    high = pairs.column_start[site + 1]
    if high - low == len(pairs.demand):
        return float(pairs.column_cost[low + customer])
    while low < high:
        middle = (low + high) >> 1
        if pairs.column_customer[middle] < customer:
            low = middle + 1
        else:
            high = middle
    if low < pairs.column_start[site + 1] and pairs.column_customer[low] == customer:
        return float(pairs.column_cost[low])
    return np.inf


@inner_kernel
def charge_of(pairs: Pairs, site: int, load: float, penalty: float) -> tuple[float, float]:
    """Return (charge, lack) of a site under load."""
    least, missing = np.inf, 0.0
    for size in range(pairs.size_start[site], pairs.size_start[site + 1]):
        over = load - pairs.capacity[size] * (1.0 + SLACK)
        under = pairs.min_use[size] * (1.0 - SLACK) - load
        lack = max(over, under, 0.0)
        charge = pairs.fixed[size] + penalty * lack
        if charge < least:
            least, missing = charge, lack
    return least, missing


@inner_kernel
def recharge(pairs: Pairs, state: State, site: int) -> None:
    """Bring the charge of an open site, and the totals, up to date."""
    figures = state.figures
    charge, lack = charge_of(pairs, site, state.load[site], figures[PENALTY])
    figures[TOTAL] += charge - state.charge[site]
    if lack > 0.0 and state.lack[site] <= 0.0:
        figures[LACKING] += 1.0
    elif lack <= 0.0 and state.lack[site] > 0.0:
        figures[LACKING] -= 1.0
    state.charge[site] = charge
    state.lack[site] = lack


@inner_kernel
def open_up(pairs: Pairs, state: State, site: int) -> None:
    """Open a site."""
    count = int(state.figures[COUNT])
    state.opened[site] = True
    state.open_site[count] = site
    state.place[site] = count
    state.figures[COUNT] = count + 1
    recharge(pairs, state, site)


@inner_kernel
def shut(state: State, site: int) -> None:
    """Close a site that serves nobody."""
    figures = state.figures
    count = int(figures[COUNT]) - 1
    last = state.open_site[count]
    hole = state.place[site]
    state.open_site[hole] = last
    state.place[last] = hole
    figures[COUNT] = count
    figures[TOTAL] -= state.charge[site]
    if state.lack[site] > 0.0:
        figures[LACKING] -= 1.0
    state.opened[site] = False
    state.charge[site] = 0.0
    state.lack[site] = 0.0


@inner_kernel
def seat(pairs: Pairs, state: State, customer: int, site: int) -> None:
    """Move a customer to a site; charges are brought up to date by `recharge`."""
    old = state.assign[customer]
    demand = pairs.demand[customer]
    if old >= 0:
        before, after = state.before[customer], state.after[customer]
        if before >= 0:
            state.after[before] = after
        else:
            state.first[old] = after
        if after >= 0:
            state.before[after] = before
        state.load[old] -= demand
        if state.first[old] < 0:
            state.load[old] = 0.0  # sums of real demands leave dust behind
    state.assign[customer] = site
    if site >= 0:
        head = state.first[site]
        state.before[customer] = NONE
        state.after[customer] = head
        if head >= 0:
            state.before[head] = customer
        state.first[site] = customer
        state.load[site] += demand


@kernel
def restart(
    pairs: Pairs, state: State, assign: NDArray[np.int32], opened: NDArray[np.bool_], penalty: float
) -> None:
    """Set the state to a plan; customers at -1 or at closed sites go to their cheapest open one."""
    figures = state.figures
    figures[TOTAL] = 0.0
    figures[LACKING] = 0.0
    figures[COUNT] = 0.0
    figures[LOGGED] = 0.0
    figures[PENALTY] = penalty
    for site in range(len(opened)):
        state.first[site] = NONE
        state.load[site] = 0.0
        state.charge[site] = 0.0
        state.lack[site] = 0.0
        state.opened[site] = False
    for site in range(len(opened)):
        if opened[site]:
            open_up(pairs, state, site)
    for customer in range(len(assign)):
        state.assign[customer] = NONE
        site = assign[customer]
        if site >= 0 and opened[site]:
            seat(pairs, state, customer, site)
            figures[TOTAL] += pair_cost(pairs, customer, site)
            recharge(pairs, state, site)


@kernel
def seat_all(pairs: Pairs, state: State, order: NDArray[np.int64], depth: int) -> bool:
    """Seat every customer without a seat in turn, where that is cheapest; False if one cannot."""
    for rank in range(len(order)):
        customer = order[rank]
        if state.assign[customer] < 0:
            site, cost = cheapest(pairs, state, customer, depth)
            if site < 0:
                return False
            seat(pairs, state, customer, site)
            state.figures[TOTAL] += cost
            recharge(pairs, state, site)
    return True


@inner_kernel
def cheapest(pairs: Pairs, state: State, customer: int, depth: int) -> tuple[int, float]:
    """Return (open site, pair cost) where one more customer costs least, of the nearest `depth`."""
    found, found_cost, least = NONE, np.inf, np.inf
    demand = pairs.demand[customer]
    penalty = state.figures[PENALTY]
    seen = 0
    for entry in range(pairs.row_start[customer], pairs.row_start[customer + 1]):
        site = pairs.row_site[entry]
        if not state.opened[site]:
            continue
        cost = pairs.row_cost[entry]
        charge, _ = charge_of(pairs, site, state.load[site] + demand, penalty)
        price = cost + charge - state.charge[site]
        if price < least:
            found, found_cost, least = site, cost, price
        seen += 1
        if seen >= depth:
            break
    return found, found_cost


@kernel
def reprice(pairs: Pairs, state: State, penalty: float) -> None:
    """Change the penalty."""
    state.figures[PENALTY] = penalty
    for site in range(len(state.opened)):
        if state.opened[site]:
            recharge(pairs, state, site)
