"""The two-level problem as one mixed-integer programme, for sizes that a solver can end.

minimise sum_k fixed[k] y[k] + sum_h fixed[h] z[h] + sum_ij c[i,j] x[i,j] + sum_jh link[j,h] f[j,h]
(1) sum_j x[i,j] = 1                 (2) x[i,j] <= sum of y over the sizes of j <= 1
(3) least y <= sum_i demand[i] x[i,j] <= most y          (4) sum_h f[j,h] = sum_i demand[i] x[i,j]
(5) sum_j f[j,h] <= capacity[h] z[h]                     (6) f[j,h] <= largest most of j * z[h]
(7) at_least <= sum y <= at_most                         (8) sum_k most[k] y[k] >= all demand
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.solvers import Builder

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.location import Hubs
    from optimizer.location.split.layout import Layout
    from optimizer.solvers import Milp

    Ints = NDArray[np.int64]


def programme(layout: Layout, hubs: Hubs) -> tuple[Milp, Ints, Ints]:
    """Return the programme, and the columns of y (by size) and z (by hub)."""
    build = Builder()
    n, m = layout.shape
    pairs, total = len(layout.cost), max(layout.total, 1e-9)
    sizes, count = np.arange(len(layout.fixed)), len(hubs.fixed_cost)
    y = build.add_columns(len(sizes), cost=layout.fixed, integer=True)
    z = build.add_columns(count, cost=hubs.fixed_cost, integer=True)
    x = build.add_columns(pairs, cost=layout.cost)
    to, via = np.nonzero(np.isfinite(hubs.link))
    f = build.add_columns(len(to), cost=hubs.link[to, via], upper=total)
    customer, site = layout.customer.astype(np.int64), layout.site
    used = layout.demand[customer]
    rank = np.arange(pairs)
    built = np.searchsorted(layout.size_start, sizes, side="right") - 1
    build.add_rows(n, (customer, x, 1.0), lower=1.0, upper=1.0)
    spread = np.repeat(rank, np.diff(layout.size_start)[site])
    offset = np.arange(len(spread)) - np.searchsorted(spread, spread)
    mine = layout.size_start[site[spread]] + offset
    build.add_rows(pairs, (rank, x, 1.0), (spread, y[mine], -1.0), upper=0.0)
    build.add_rows(m, (built, y, 1.0), lower=layout.must.astype(float), upper=1.0)
    build.add_rows(m, (site, x, used), (built, y, -layout.most), upper=0.0)
    build.add_rows(m, (site, x, used), (built, y, -layout.least), lower=0.0)
    build.add_rows(m, (site, x, used), (to, f, -1.0), lower=0.0, upper=0.0)
    held = np.minimum(hubs.capacity, total)
    build.add_rows(count, (via, f, 1.0), (np.arange(count), z, -held), upper=0.0)
    largest = np.zeros(m)
    np.maximum.at(largest, built, layout.most)
    flow = np.arange(len(to))
    build.add_rows(len(to), (flow, f, 1.0), (flow, z[via], -largest[to]), upper=0.0)
    here = np.zeros(len(sizes), dtype=np.int64)
    build.add_rows(1, (here, y, 1.0), lower=layout.at_least, upper=layout.at_most)
    build.add_rows(1, (here, y, layout.most), lower=layout.total * (1.0 - 1e-9))
    return build.build(), y, z
