"""What a choice of sizes costs with the best flows; every plan offered is priced here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.frozen import Frozen
from optimizer.core.location import Flows
from optimizer.location.record import Plan
from optimizer.location.split.flows import push

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.location import LocationProblem
    from optimizer.location.split.layout import Layout

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

SHORT = 1e-7  # share of all demand that may go unserved by rounding in a plan that is feasible
COLUMNS = 128  # sites whose costs are asked for at a time
CELL_WORK = 4e-5  # work units per customer and open site of one flow


class Value(NamedTuple):
    """Cost of a choice of sizes.

    cost : with the penalty for what is not served. short : demand not served. price : shape
    (m,), worth of one more unit of capacity, 0 at closed sites. amount : shape (n', p + 1).
    rent : shape (q,), worth of capacity at hubs. carried : shape (p, q), flows from hubs to sites.
    """

    cost: float
    short: float
    price: Floats
    amount: Floats
    rent: Floats
    carried: Floats


class Supply(NamedTuple):
    """The open hubs of a two-level problem: link, shape (m, q), the others shape (q,).

    hub : their numbers among all hubs.
    rent : price of a unit of hub capacity to start from.
    """

    hub: Ints
    link: Floats
    fixed: Floats
    capacity: Floats
    rent: Floats


@dataclass(frozen=True, eq=False)
class Table(Frozen):
    """Costs of candidate sites, for exact flows.

    sites : int64, shape (q,), the candidates. place : int64, shape (m,), their columns, -1 = none.
    busy : int64, customers with demand. demand : float64, theirs. unit : float64, shape
    (n', q + 1): cost per unit of demand; the last column is the penalty of not being served.
    idle : float64, shape (n0, q): costs of the customers without demand.
    """

    sites: Ints
    place: Ints
    busy: Ints
    demand: Floats
    unit: Floats
    idle: Floats
    penalty: float


def tabulate(problem: LocationProblem, layout: Layout, sites: Ints) -> Table:
    """Return the table of some candidate sites."""
    busy, lazy = np.flatnonzero(problem.demand > 0), np.flatnonzero(problem.demand <= 0)
    demand = problem.demand[busy]
    unit, idle = np.empty((len(busy), len(sites) + 1)), np.empty((len(lazy), len(sites)))
    dearest = 0.0
    for first in range(0, len(sites), COLUMNS):
        part = slice(first, min(first + COLUMNS, len(sites)))
        cost = problem.costs.columns(sites[part].astype(np.int32))
        allowed = np.isfinite(cost)
        cost = np.multiply(cost, problem.weight[:, None], out=cost.copy(), where=allowed)
        idle[:, part] = cost[lazy]
        np.divide(cost[busy], demand[:, None], out=unit[:, part])
        dearest = max(dearest, unit[:, part].max(initial=0.0, where=allowed[busy]))
    total = max(layout.total, 1e-9)
    # moving everybody along the open sites costs less than leaving one unit unserved
    penalty = (len(sites) + 10.0) * (dearest + float(np.abs(layout.fixed).sum()) / total + 1.0)
    unit[:, -1] = penalty
    place = np.full(layout.shape[1], -1, dtype=np.int64)
    place[sites] = np.arange(len(sites))
    return Table(sites, place, busy, demand, unit, idle, penalty)


def evaluate(
    table: Table,
    layout: Layout,
    chosen: Ints,
    price: Floats,
    supply: Supply | None = None,
    halt: NDArray[np.bool_] | None = None,
) -> Value | None:
    """Return the value of building the sizes `chosen`, starting at the prices of another choice.

    price : shape (m,), as in `Value`. supply : the open hubs of a two-level problem.
    halt : shape (1,), another thread sets it to end this at once.
    None where minimum uses cannot be met, a customer without demand finds no site, or it is halted.
    """
    sites = layout.size_site[chosen]
    columns = table.place[sites]
    built = float(layout.fixed[chosen].sum())
    if len(table.idle):
        nearest = table.idle[:, columns].min(axis=1, initial=np.inf)
        if np.isinf(nearest).any():
            return None
        built += float(nearest.sum())
    cost, low, high, potential = (
        one_level(layout, chosen, price[sites])
        if supply is None
        else two_levels(layout, chosen, price[sites], supply)
    )
    value, amount, flow = push(
        table.unit,
        np.append(columns, len(table.sites)),
        table.demand,
        cost,
        low,
        high,
        potential,
        np.zeros(1, dtype=np.bool_) if halt is None else halt,
    )
    if np.isinf(value):
        return None
    worth, count = np.zeros(layout.shape[1]), len(sites)
    worth[sites] = potential[:count]
    rent, carried = np.zeros(0), np.zeros((count, 0))
    if supply is not None:
        out, upper = slice(count + 1, 2 * count + 1), slice(2 * count + 1, -1)
        worth[sites] -= potential[out]
        rent, carried = potential[upper], flow[out, upper]
        built += float(supply.fixed.sum())
    short = float(amount[:, -1].sum())
    return Value(built + float(value), short, worth, amount, rent, carried)


def rents(layout: Layout, u: Floats, chosen: Ints) -> Floats:
    """Return a guess of the worth of capacity at each site, shape (m,), from the multipliers `u`.

    It is what the customer is worth, per unit, at which the knapsack of an open site is full.
    """
    rent = np.zeros(layout.shape[1])
    for k in chosen:
        j = layout.size_site[k]
        pairs = slice(layout.start[j], layout.start[j + 1])
        who = layout.customer[pairs]
        gain = (u[who] - layout.cost[pairs]) / np.maximum(layout.demand[who], 1e-12)
        order = np.argsort(-gain, kind="stable")
        rank = np.searchsorted(np.cumsum(layout.demand[who[order]]), layout.most[k])
        if rank < len(order):
            rent[j] = max(gain[order[rank]], 0.0)
    return rent


def one_level(layout: Layout, chosen: Ints, price: Floats) -> tuple[Floats, ...]:
    """Return cost, low, high and potential of: sites, place of the unserved, sink."""
    count = len(chosen)
    cost = np.full((count + 2, count + 2), np.inf)
    low, high = np.zeros_like(cost), cost.copy()
    cost[:-1, -1] = 0.0
    low[:count, -1] = layout.least[chosen]
    high[:count, -1] = layout.most[chosen]
    return cost, low, high, np.append(price, [0.0, 0.0])


def two_levels(layout: Layout, chosen: Ints, price: Floats, supply: Supply) -> tuple[Floats, ...]:
    """Return the same for: sites, place of the unserved, ways out of sites, hubs, sink."""
    count, hubs = len(chosen), len(supply.fixed)
    size = 2 * count + hubs + 2
    out, upper = slice(count + 1, 2 * count + 1), slice(2 * count + 1, size - 1)
    cost = np.full((size, size), np.inf)
    low, high = np.zeros_like(cost), cost.copy()
    cost[count, -1] = 0.0
    here = np.arange(count)
    cost[here, count + 1 + here] = 0.0
    low[here, count + 1 + here] = layout.least[chosen]
    high[here, count + 1 + here] = layout.most[chosen]
    link = supply.link[layout.size_site[chosen]]
    cost[out, upper] = link
    cost[upper, -1] = 0.0
    high[upper, -1] = supply.capacity
    delivered = np.min(link + supply.rent, axis=1, initial=np.inf)
    delivered[np.isinf(delivered)] = 0.0
    potential = np.concatenate([price + delivered, [0.0], delivered, supply.rent, [0.0]])
    return cost, low, high, potential


def plan_of(
    problem: LocationProblem,
    layout: Layout,
    table: Table,
    chosen: Ints,
    value: Value,
    supply: Supply | None = None,
) -> Plan | None:
    """Return the plan, priced anew from its shares; None where somebody is not served."""
    if value.short > SHORT * max(layout.total, 1e-9):
        return None
    sites = layout.size_site[chosen].astype(np.int64)
    amount = value.amount[:, :-1]
    row, column = np.nonzero(amount > 0.0)
    share = amount[row, column] / np.bincount(row, amount[row, column], len(amount))[row]
    columns = table.place[sites]
    cost = float((table.unit[row, columns[column]] * table.demand[row] * share).sum())
    customer, site = table.busy[row], sites[column]
    if len(table.idle):
        nearest = table.idle[:, columns]
        cost += float(nearest.min(axis=1).sum())
        customer = np.append(customer, np.flatnonzero(problem.demand <= 0))
        site = np.append(site, sites[nearest.argmin(axis=1)])
        share = np.append(share, np.ones(len(nearest)))
    order = np.lexsort((site, customer))
    flows = Flows(customer[order].astype(np.int32), site[order].astype(np.int32), share[order])
    assign = np.full(len(problem.demand), -1, dtype=np.int32)
    whole = flows.share >= 1.0
    assign[flows.customer[whole]] = flows.site[whole]
    rank = np.argsort(sites)
    plan = Plan(
        objective=cost + float(layout.fixed[chosen].sum()),
        open=sites[rank].astype(np.int32),
        size=layout.size_row[chosen[rank]],
        assign=assign,
        flows=flows,
    )
    return plan if supply is None else _supplied(plan, sites, value, supply)


def _supplied(plan: Plan, sites: Ints, value: Value, supply: Supply) -> Plan:
    """Add the flows from hubs and their costs to a plan."""
    row, column = np.nonzero(value.carried > 0.0)
    order = np.lexsort((column, sites[row]))
    row, column = row[order], column[order]
    carried = value.carried[row, column]
    cost = float((supply.link[sites[row], column] * carried).sum()) + float(supply.fixed.sum())
    if plan.flows is None:  # pragma: no cover - `plan_of` always gives flows
        return plan
    flows = plan.flows.replace(
        hub_site=sites[row].astype(np.int32),
        hub=supply.hub[column].astype(np.int32),
        hub_flow=carried,
    )
    hubs = np.sort(supply.hub).astype(np.int32)
    return replace(plan, objective=plan.objective + cost, flows=flows, open_hubs=hubs)
