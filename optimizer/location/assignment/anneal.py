"""Simulated annealing over whole plans: shift, swap, relocate, open, close, and open while closing.

A move is accepted by Metropolis' rule on cost plus penalties; moves that touch many customers are
carried out, judged, and undone from a log when refused.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from optimizer.compiled import inner_kernel, kernel
from optimizer.location.assignment.state import (
    BEST,
    COUNT,
    LACKING,
    LOGGED,
    NONE,
    PENALTY,
    TOTAL,
    charge_of,
    cheapest,
    open_up,
    pair_cost,
    recharge,
    seat,
    shut,
    throw,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from optimizer.location.assignment.data import Pairs
    from optimizer.location.assignment.state import State

DEPTH = 12  # open sites looked at for a customer whose site closes
MEMBERS = 8  # customers of a site looked at for a partner to swap with


@inner_kernel
def accepts(state: State, change: float, heat: float) -> bool:
    """Apply Metropolis' rule."""
    return change <= 0.0 or (heat > 0.0 and throw(state.dice) < math.exp(-change / heat))


@inner_kernel
def near_site(pairs: Pairs, state: State, customer: int, reach: int, status: int) -> int:
    """Draw a site near a customer, open (status 1) or closed (0); -1 when the walk finds none."""
    first, last = pairs.row_start[customer], pairs.row_start[customer + 1]
    if first == last:
        return NONE
    entry = first + int(throw(state.dice) * min(reach, last - first))
    while entry < last:
        site = pairs.row_site[entry]
        if int(state.opened[site]) == status and site != state.assign[customer]:
            return int(site)
        entry += 1
    return NONE


@inner_kernel
def shift(pairs: Pairs, state: State, customer: int, reach: int, heat: float) -> None:
    """Move one customer to another open site."""
    target = near_site(pairs, state, customer, reach, 1)
    if target < 0:
        return
    figures, source = state.figures, state.assign[customer]
    demand = pairs.demand[customer]
    less, _ = charge_of(pairs, source, state.load[source] - demand, figures[PENALTY])
    more, _ = charge_of(pairs, target, state.load[target] + demand, figures[PENALTY])
    cost = pair_cost(pairs, customer, target) - pair_cost(pairs, customer, source)
    change = cost + less + more - state.charge[source] - state.charge[target]
    if accepts(state, change, heat):
        seat(pairs, state, customer, target)
        figures[TOTAL] += cost
        recharge(pairs, state, source)
        recharge(pairs, state, target)


@inner_kernel
def swap(pairs: Pairs, state: State, customer: int, reach: int, heat: float) -> None:
    """Exchange a customer with one of another open site."""
    target = near_site(pairs, state, customer, reach, 1)
    if target < 0 or state.first[target] < 0:
        return
    other = state.first[target]
    for _ in range(int(throw(state.dice) * MEMBERS)):
        other = state.after[other]
        if other < 0:
            other = state.first[target]
    figures, source = state.figures, state.assign[customer]
    cost = pair_cost(pairs, customer, target) - pair_cost(pairs, customer, source)
    cost += pair_cost(pairs, other, source) - pair_cost(pairs, other, target)
    if cost == math.inf:
        return
    moved = pairs.demand[customer] - pairs.demand[other]
    less, _ = charge_of(pairs, source, state.load[source] - moved, figures[PENALTY])
    more, _ = charge_of(pairs, target, state.load[target] + moved, figures[PENALTY])
    change = cost + less + more - state.charge[source] - state.charge[target]
    if accepts(state, change, heat):
        seat(pairs, state, customer, target)
        seat(pairs, state, other, source)
        figures[TOTAL] += cost
        recharge(pairs, state, source)
        recharge(pairs, state, target)


@inner_kernel
def relocate(pairs: Pairs, state: State, source: int, target: int, heat: float) -> None:
    """Give all customers of a site to a closed one that replaces it."""
    figures = state.figures
    cost = 0.0
    customer = state.first[source]
    while customer >= 0:
        cost += pair_cost(pairs, customer, target) - pair_cost(pairs, customer, source)
        customer = state.after[customer]
    if cost == math.inf:
        return
    charge, _ = charge_of(pairs, target, state.load[source], figures[PENALTY])
    if not accepts(state, cost + charge - state.charge[source], heat):
        return
    open_up(pairs, state, target)
    while state.first[source] >= 0:
        seat(pairs, state, state.first[source], target)
    figures[TOTAL] += cost
    shut(state, source)
    recharge(pairs, state, target)


@inner_kernel
def note(pairs: Pairs, state: State, customer: int, site: int, cost: float) -> None:
    """Move a customer so that it can be undone; `cost` is the pair's."""
    figures, old = state.figures, state.assign[customer]
    rank = int(figures[LOGGED])
    state.log_customer[rank] = customer
    state.log_site[rank] = old
    figures[LOGGED] = rank + 1
    figures[TOTAL] += cost - pair_cost(pairs, customer, old)
    seat(pairs, state, customer, site)
    recharge(pairs, state, site)


@inner_kernel
def capture(pairs: Pairs, state: State, site: int) -> None:
    """Open a site and let customers move there that save by it, while there is room."""
    open_up(pairs, state, site)
    room = 0.0
    for size in range(pairs.size_start[site], pairs.size_start[site + 1]):
        room = max(room, pairs.capacity[size])
    figures = state.figures
    first, last = pairs.column_start[site], pairs.column_start[site + 1]
    turn = first + int(throw(state.dice) * (last - first))
    for rank in range(last - first):
        entry = turn + rank
        if entry >= last:
            entry -= last - first
        customer = pairs.column_customer[entry]
        demand = pairs.demand[customer]
        if demand > room - state.load[site]:
            continue
        old = state.assign[customer]
        saved = pair_cost(pairs, customer, old) - pairs.column_cost[entry]
        if saved <= 0.0 and state.lack[old] <= 0.0:
            continue
        charge, _ = charge_of(pairs, old, state.load[old] - demand, figures[PENALTY])
        if saved + state.charge[old] - charge > 0.0:
            note(pairs, state, customer, site, pairs.column_cost[entry])
            recharge(pairs, state, old)


@inner_kernel
def abandon(pairs: Pairs, state: State, site: int) -> bool:
    """Close a site and seat its customers elsewhere; False where one has nowhere to go."""
    state.opened[site] = False
    customer = state.first[site]
    complete = True
    while customer >= 0 and complete:
        after = state.after[customer]
        other, cost = cheapest(pairs, state, customer, DEPTH)
        complete = other >= 0
        if complete:
            note(pairs, state, customer, other, cost)
        customer = after
    state.opened[site] = True
    if complete:
        shut(state, site)
    return complete


@inner_kernel
def undo(pairs: Pairs, state: State, total: float) -> None:
    """Take back the moves of the log."""
    figures = state.figures
    for rank in range(int(figures[LOGGED]) - 1, -1, -1):
        customer, old = state.log_customer[rank], state.log_site[rank]
        site = state.assign[customer]
        seat(pairs, state, customer, old)
        recharge(pairs, state, site)
        recharge(pairs, state, old)
    figures[LOGGED] = 0.0
    figures[TOTAL] = total


@inner_kernel
def exchange(pairs: Pairs, state: State, entering: int, leaving: int, heat: float) -> None:
    """Open a site, close a site, or both; -1 stands for none."""
    figures = state.figures
    total = figures[TOTAL]
    figures[LOGGED] = 0.0
    if entering >= 0:
        capture(pairs, state, entering)
    complete = leaving < 0 or abandon(pairs, state, leaving)
    if complete and accepts(state, figures[TOTAL] - total, heat):
        return
    if complete and leaving >= 0:
        open_up(pairs, state, leaving)
    undo(pairs, state, total)
    if entering >= 0:
        shut(state, entering)
        figures[TOTAL] = total


@inner_kernel
def keep(state: State) -> None:
    """Remember the plan if it lacks nothing and is the best so far."""
    figures = state.figures
    if figures[LACKING] == 0.0 and figures[TOTAL] < figures[BEST]:
        figures[BEST] = figures[TOTAL]
        for customer in range(len(state.assign)):
            state.best_assign[customer] = state.assign[customer]
        for site in range(len(state.opened)):
            state.best_opened[site] = state.opened[site]


@inner_kernel
def change_sites(
    pairs: Pairs,
    state: State,
    required: NDArray[np.bool_],
    counts: NDArray[np.int64],
    customer: int,
    heat: float,
) -> None:
    """Relocate, open, close, or open and close near a customer."""
    at_least, at_most, reach = counts[0], counts[1], counts[2]
    count = int(state.figures[COUNT])
    entering = near_site(pairs, state, customer, reach, 0)
    if entering >= 0 and pairs.size_start[entering] == pairs.size_start[entering + 1]:
        entering = NONE
    leaving = state.assign[customer]
    lot = throw(state.dice)
    if lot < 0.4:
        if entering >= 0 and not required[leaving]:
            relocate(pairs, state, leaving, entering, heat)
        return
    if lot > 0.7:
        leaving = state.open_site[int(throw(state.dice) * count)]
    if required[leaving]:
        leaving = NONE
    part = throw(state.dice)
    if part < 0.25 and count < at_most:
        leaving = NONE
    elif part < 0.5 and count > at_least:
        entering = NONE
    if entering < 0 and (leaving < 0 or count <= max(at_least, 1)):
        return
    if leaving < 0 and count >= at_most:
        return
    exchange(pairs, state, entering, leaving, heat)


@kernel
def anneal(
    pairs: Pairs,
    state: State,
    required: NDArray[np.bool_],
    counts: NDArray[np.int64],
    heats: tuple[float, float],
    moves: int,
    site_share: float,
) -> None:
    """Make `moves` moves while the heat falls from heats[0] to heats[1].

    counts : at_least, at_most, and entries of a customer's list among which sites are drawn.
    site_share : of the moves, those that change the open sites.
    """
    heat, cold = heats
    reach = counts[2]
    cooling = (cold / heat) ** (1.0 / max(moves, 1))
    customers = len(pairs.demand)
    keep(state)
    for _ in range(moves):
        heat *= cooling
        customer = int(throw(state.dice) * customers)
        lot = throw(state.dice)
        if lot < site_share:
            change_sites(pairs, state, required, counts, customer, heat)
        elif lot < 0.5 * (1.0 + site_share):
            shift(pairs, state, customer, reach, heat)
        else:
            swap(pairs, state, customer, reach, heat)
        if state.figures[TOTAL] < state.figures[BEST]:
            keep(state)
