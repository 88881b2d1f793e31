"""What a choice of sizes costs with the best flows; every plan offered is priced here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.frozen import Frozen
from optimizer.core.location import Flows
from optimizer.location.record import Plan
from optimizer.location.split.flows import transport

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.location import LocationProblem
    from optimizer.location.split.layout import Layout

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

SHORT = 1e-7  # share of all demand that may go unserved by rounding in a plan that is feasible
CELL_WORK = 4e-5  # work units per customer and open site of one flow


class Value(NamedTuple):
    """Cost of a choice of sizes.

    cost : with the penalty for what is not served. short : demand not served. price : shape
    (m,), worth of one more unit of capacity, 0 at closed sites. amount : shape (n', p + 1).
    """

    cost: float
    short: float
    price: Floats
    amount: Floats


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
    cost = problem.costs.columns(sites.astype(np.int32))
    cost = np.multiply(cost, problem.weight[:, None], out=cost.copy(), where=np.isfinite(cost))
    busy = np.flatnonzero(problem.demand > 0)
    demand = problem.demand[busy]
    unit = np.empty((len(busy), len(sites) + 1))
    np.divide(cost[busy], demand[:, None], out=unit[:, :-1])
    known = unit[:, :-1][np.isfinite(unit[:, :-1])]
    dearest = float(known.max()) if len(known) else 1.0
    total = max(layout.total, 1e-9)
    # moving everybody along the open sites costs less than leaving one unit unserved
    penalty = (len(sites) + 10.0) * (dearest + float(np.abs(layout.fixed).sum()) / total + 1.0)
    unit[:, -1] = penalty
    place = np.full(layout.shape[1], -1, dtype=np.int64)
    place[sites] = np.arange(len(sites))
    idle = cost[np.flatnonzero(problem.demand <= 0)]
    return Table(sites, place, busy, demand, unit, idle, penalty)


def evaluate(table: Table, layout: Layout, chosen: Ints, price: Floats) -> Value | None:
    """Return the value of building the sizes `chosen`, starting at the prices of another choice.

    None where minimum uses cannot be met, or a customer without demand finds no site.
    """
    sites = layout.size_site[chosen]
    columns = table.place[sites]
    cost = float(layout.fixed[chosen].sum())
    if len(table.idle):
        nearest = table.idle[:, columns].min(axis=1, initial=np.inf)
        if np.isinf(nearest).any():
            return None
        cost += float(nearest.sum())
    flow, worth, amount = transport(
        table.unit,
        np.append(columns, len(table.sites)),
        table.demand,
        np.append(layout.least[chosen], 0.0),
        np.append(layout.most[chosen], np.inf),
        np.append(price[sites], 0.0),
    )
    if np.isinf(flow):
        return None
    full = np.zeros(layout.shape[1])
    full[sites] = worth[:-1]
    return Value(cost + float(flow), float(amount[:, -1].sum()), full, amount)


def plan_of(
    problem: LocationProblem, layout: Layout, table: Table, chosen: Ints, value: Value
) -> Plan | None:
    """Return the plan, priced anew from its shares; None where somebody is not served."""
    if value.short > SHORT * max(layout.total, 1e-9):
        return None
    sites = layout.size_site[chosen]
    amount = value.amount[:, :-1]
    row, column = np.nonzero(amount > 0.0)
    share = amount[row, column] / np.bincount(row, amount[row, column], len(amount))[row]
    columns = table.place[sites]
    cost = float((table.unit[row, columns[column]] * table.demand[row] * share).sum())
    customer, site = table.busy[row], sites[column]
    if len(table.idle):
        nearest = table.idle[:, columns]
        best = nearest.argmin(axis=1)
        cost += float(nearest.min(axis=1).sum())
        customer = np.append(customer, np.flatnonzero(problem.demand <= 0))
        site, share = np.append(site, sites[best]), np.append(share, np.ones(len(best)))
    order = np.lexsort((site, customer))
    flows = Flows(customer[order].astype(np.int32), site[order].astype(np.int32), share[order])
    assign = np.full(len(problem.demand), -1, dtype=np.int32)
    whole = flows.share >= 1.0
    assign[flows.customer[whole]] = flows.site[whole]
    rank = np.argsort(sites)
    return Plan(
        objective=cost + float(layout.fixed[chosen].sum()),
        open=sites[rank].astype(np.int32),
        size=layout.size_row[chosen[rank]],
        assign=assign,
        flows=flows,
    )
