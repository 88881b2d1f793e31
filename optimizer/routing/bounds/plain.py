"""Quick bounds on trips: the way out and back by load, and the cheapest arcs as an assignment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.routing.bounds.trips import Trips

    Floats = NDArray[np.float64]

ASSIGNMENT_STOPS_MAX = 2000


def radial_prices(trips: Trips) -> Floats:
    """Return for each stop its share, by load, of the cheapest way there and back; (n,).

    A trip costs at least the cheapest way through any of its stops, hence at least the mean of them
    weighed with load / capacity, which add up to at most 1.
    """
    there, home = _from_loading(trips)
    share = trips.load[None, :] / np.maximum(trips.capacity, 1)[:, None]
    prices = np.where(share > 0.0, share * (trips.fixed[:, None] + there + home), 0.0)
    prices[trips.load[None, :] > trips.capacity[:, None]] = np.inf
    least: Floats = prices.min(axis=0)
    return least


def _from_loading(trips: Trips) -> tuple[Floats, Floats]:
    """Return the cheapest way to each stop and home from it, over any stops; (v, n)."""
    from scipy.sparse.csgraph import dijkstra

    count = trips.count
    rows = []
    for way, first in ((trips.cost, trips.out), (trips.cost.transpose(0, 2, 1), trips.back)):
        table = []
        for kind in range(len(trips.fixed)):
            # one more place for the loading; a way of no cost is an arc for scipy only when masked
            graph = np.full((count + 1, count + 1), np.inf)
            graph[:count, :count], graph[count, :count] = way[kind], first[kind]
            masked = np.ma.masked_invalid(graph)
            table.append(dijkstra(_sparse(masked), indices=count)[:count])
        rows.append(np.array(table).reshape(len(trips.fixed), count))
    return rows[0], rows[1]


def _sparse(graph: np.ma.MaskedArray[tuple[int, int], np.dtype[np.float64]]) -> object:
    from scipy.sparse.csgraph import csgraph_from_masked

    return csgraph_from_masked(graph)


def radial_bound(trips: Trips) -> float:
    """Return the sum of radial prices, or penalties where they are less."""
    return float(np.minimum(radial_prices(trips), trips.penalty_eur).sum())


def assignment_bound(trips: Trips) -> float:
    """Return the least cost of one way in and one way out for each stop and trip.

    Stops and trips are assigned their next ones (trips: the first stop; the last stop: a trip);
    every set of tours is such an assignment. Trips beyond the least number may stay idle, and a
    stop may be its own next one for its penalty.
    """
    from scipy.optimize import linear_sum_assignment

    count = trips.count
    if count == 0:
        return 0.0
    out = (trips.out + trips.fixed[:, None]).min(axis=0)
    table = np.zeros((2 * count, 2 * count))
    table[:count, :count] = trips.cost.min(axis=0)
    np.fill_diagonal(table[:count, :count], trips.penalty_eur)
    table[count:, :count] = out[None, :]
    table[:count, count:] = trips.back.min(axis=0)[:, None]
    busy = count + min(trips.trips_min, count)
    table[count:busy, count:], table[count:, count:busy] = np.inf, np.inf
    known = table[np.isfinite(table)]
    never = 1.0 + 2.0 * count * float(np.abs(known).max(initial=1.0))
    table = np.where(np.isfinite(table), table, never)
    rows, columns = linear_sum_assignment(table)
    return float(table[rows, columns].sum())
