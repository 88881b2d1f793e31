"""The instance, or what is left of it, as a mixed-integer programme.

minimise   sum_k fixed[k] y[k] + sum_ij c[i,j] x[i,j]
(1) sum_j x[i,j] = 1                                         every customer i
(2) sum_i demand[i] x[i,j] <= sum_k capacity[k] y[k]         every site j, sizes k of j
(3) sum_i demand[i] x[i,j] >= sum_k min_use[k] y[k]          where a minimum use is asked for
(4) x[i,j] <= sum_k y[k]                                     every pair
(5) sum_k y[k] <= 1, = 1 where required                      every site
(6) at_least <= sum y <= at_most
(7) sum_k capacity[k] y[k] >= sum demand                     follows from (1) and (2); for cuts
(8) sum of y[k] over sites outside S >= 1                    for each set S that was searched apart
Where lists are cut off, z[i] serves i from sites not listed, at the least cost that can have, and
takes no capacity: the programme stays a relaxation. (7) is left out then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.location.assignment.data import column_site
from optimizer.solvers.mathopt import solve_milp
from optimizer.solvers.milp import Builder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from optimizer.location.assignment.data import Instance
    from optimizer.location.record import Record
    from optimizer.solvers.milp import Milp, MilpAnswer

WORK_PER_PAIR = 0.5  # milliseconds of a programme for each of its pairs, roughly
LONG_S, LONG_PAIRS = 5.0, 1000  # a programme beyond both runs where it can be cancelled
START_S = 2.0  # that takes to start, at worst


def solve_rest(
    instance: Instance,
    record: Record,
    *,
    time_s: float,
    nodes: int,
    divisible: bool = False,
    beyond: Sequence[NDArray[np.bool_]] = (),
) -> tuple[MilpAnswer, NDArray[np.int32] | None, NDArray[np.bool_] | None]:
    """Return (answer, assign, opened); `nodes` stands for the time where work is limited.

    divisible : let several sites share a customer, which is much easier; assign is -1 then where
    no site has more than half. beyond : sets S of (8), bool, shape (m,).
    """
    left = record.budget.remaining_s()
    by_work = record.limits.work is not None
    pairs = len(instance.pairs.row_cost)
    if left is not None:
        time_s = max(min(time_s, left), 0.05)
    apart = not by_work and time_s > LONG_S and pairs > LONG_PAIRS
    if apart and left is not None:
        time_s = max(min(time_s, left - START_S), 0.05)
    answer = solve_milp(
        build(instance, divisible=divisible, beyond=beyond),
        time_s=None if by_work else time_s,
        nodes=nodes if by_work else None,
        gap=1e-9,
        seed=record.limits.seed,
        cancel=record.cancel,
        apart=apart,
    )
    record.budget.spend(WORK_PER_PAIR * pairs)
    if answer.values is None:
        return answer, None, None
    return answer, *read_values(instance, answer.values)


def build(
    instance: Instance, *, divisible: bool = False, beyond: Sequence[NDArray[np.bool_]] = ()
) -> Milp:
    """Return the programme; columns are sizes, then pairs by site."""
    builder = Builder()
    pairs = instance.pairs
    y = builder.add_columns(len(pairs.fixed), cost=pairs.fixed, integer=True)
    x = builder.add_columns(len(pairs.column_cost), cost=pairs.column_cost, integer=not divisible)
    unlisted = np.flatnonzero(np.isfinite(instance.ceiling))
    z = builder.add_columns(len(unlisted), cost=instance.ceiling[unlisted])
    site = column_site(pairs)
    size_site = np.repeat(np.arange(instance.sites), np.diff(pairs.size_start))
    serve(builder, instance, x, (unlisted, z))
    respect_capacity(builder, instance, (y, size_site), (x, site))
    link(builder, instance, (y, size_site), (x, site))
    count_sites(builder, instance, y, size_site)
    for searched in beyond:
        builder.add_rows(1, (0, y[~searched[size_site]], 1.0), lower=1.0)
    return builder.build()


def serve(
    builder: Builder,
    instance: Instance,
    x: NDArray[np.int64],
    elsewhere: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> None:
    """(1) Every customer once."""
    customer = instance.pairs.column_customer
    unlisted, z = elsewhere
    parts = ((customer, x, 1.0), (unlisted, z, 1.0))
    builder.add_rows(instance.customers, *parts, lower=1.0, upper=1.0)


def respect_capacity(
    builder: Builder,
    instance: Instance,
    sizes: tuple[NDArray[np.int64], NDArray[np.int64]],
    served: tuple[NDArray[np.int64], NDArray[np.int32]],
) -> None:
    """(2), (3) and (7): what open sites can take, and have to."""
    pairs = instance.pairs
    (y, size_site), (x, site) = sizes, served
    demand = pairs.demand[pairs.column_customer]
    # no slack here: capacities a hair off whole numbers led HiGHS to wrong bounds
    room = pairs.capacity
    builder.add_rows(instance.sites, (site, x, demand), (size_site, y, -room), upper=0.0)
    if np.any(pairs.min_use > 0.0):
        least = pairs.min_use
        builder.add_rows(instance.sites, (site, x, demand), (size_site, y, -least), lower=0.0)
    if instance.complete:
        builder.add_rows(1, (0, y, room), lower=float(pairs.demand.sum()))


def link(
    builder: Builder,
    instance: Instance,
    sizes: tuple[NDArray[np.int64], NDArray[np.int64]],
    served: tuple[NDArray[np.int64], NDArray[np.int32]],
) -> None:
    """(4) Nobody is served from a closed site."""
    (y, _), (x, site) = sizes, served
    start = instance.pairs.size_start
    row = np.arange(len(x))
    builder.add_rows(
        len(x),
        (row, x, 1.0),
        *(
            (row[has], y[start[site[has]] + rank], -1.0)
            for rank in range(int(np.diff(start).max(initial=0)))
            for has in [np.diff(start)[site] > rank]
        ),
        upper=0.0,
    )


def count_sites(
    builder: Builder, instance: Instance, y: NDArray[np.int64], size_site: NDArray[np.int64]
) -> None:
    """(5) One size a site; (6) how many sites."""
    least = instance.required.astype(np.float64)
    builder.add_rows(instance.sites, (size_site, y, 1.0), lower=least, upper=1.0)
    builder.add_rows(1, (0, y, 1.0), lower=float(instance.at_least), upper=float(instance.at_most))


def read_values(
    instance: Instance, values: NDArray[np.float64]
) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """Return (assign, opened) of a solution of the programme."""
    pairs = instance.pairs
    count = len(pairs.fixed)
    size_site = np.repeat(np.arange(instance.sites), np.diff(pairs.size_start))
    opened = np.zeros(instance.sites, dtype=bool)
    opened[size_site[values[:count] > 0.5]] = True
    assign = np.full(instance.customers, -1, dtype=np.int32)
    used = np.flatnonzero(values[count : count + len(pairs.column_cost)] > 0.5)
    assign[pairs.column_customer[used]] = column_site(pairs)[used]
    return assign, opened
