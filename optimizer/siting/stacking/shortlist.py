"""Which hotel types a programme of tenants holds, and what the others take from it.

A city of a thousand sites opens a handful of hotels, and most types are nowhere near being one of
them. A programme of all types is slow for nothing: prices are only read. It holds the types that
lose least against the best choice on their site, and more as the bound at its prices asks for
them. Whoever is left out pays the prices of a type of the same design that is in; exchange is
priced so that no flow to or from there is worth anything after prices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.siting.stacking.pricing import Multipliers, OwnRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from optimizer.siting.city import City, HotelType
    from optimizer.siting.stacking.columns_exchange import Exchange
    from optimizer.siting.stacking.pricing import Relaxation

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

FIRST_TYPES = 24  # beyond those that are best on their site, twice
MORE_TYPES = 8  # that join when one is missing
TIE = 1e-9  # of the worth of the best: what losing nothing is


def losses(city: City, priced: Floats) -> Floats:
    """Return what each type loses at least against the best choice on its site, (types,).

    priced : what combinations are worth after all prices, (c,), EUR per year.
    """
    combos = city.combos
    loss = np.full(len(city.types), np.inf)
    have = np.flatnonzero((combos.type >= 0) & np.isfinite(priced))
    top = np.maximum.reduceat(priced, combos.start[:-1])
    np.minimum.at(loss, combos.type[have], top[combos.site[have]] - priced[have])
    finite = priced[np.isfinite(priced)]
    loss[loss <= TIE * float(np.abs(finite).max(initial=1.0))] = 0.0
    return loss


def first_types(city: City, loss: Floats) -> Bools:
    """Return the types that a programme begins with, (types,); one of each design at least."""
    best = int(np.sum(loss == 0.0))
    chosen = np.zeros(len(loss), dtype=bool)
    chosen[_least(loss, 2 * best + FIRST_TYPES)] = True
    group, order = _groups(city.types), np.argsort(loss, kind="stable")
    chosen[order[np.unique(group[order], return_index=True)[1]]] = True
    return chosen


def missing_types(chosen: Bools, loss: Floats) -> Bools:
    """Return the types that are to join: none while only chosen ones are best on their site."""
    outside = np.where(chosen, np.inf, loss)
    found = outside == 0.0
    if np.any(found):
        found[_least(outside, MORE_TYPES)] = True
    joining: Bools = found & np.isfinite(outside)
    return joining


def prices_for_all(
    city: City, relaxed: Relaxation, chosen: Bools, loss: Floats, at: Multipliers
) -> Multipliers:
    """Return prices of the rules of all types from those of the chosen ones."""
    if np.all(chosen):
        return at
    supply, demand = _exchange_prices(relaxed.exchange, _nodes(relaxed.exchange, chosen), at)
    rows, own = list(at.rows), at.own.tolist()
    known = {(row.type, row.rule): row for row in relaxed.own}
    of_type: dict[int, list[tuple[OwnRow, float]]] = {}
    for row, price in zip(at.rows, own, strict=True):
        if price > 0.0:
            of_type.setdefault(row.type, []).append((row, price))
    model = _models(_groups(city.types), chosen, loss)
    for kind in np.flatnonzero(~chosen).tolist():
        for row, price in of_type.get(int(model[kind]), []):
            mine = known.get((kind, row.rule)) if row.interval < 0 else _dock(relaxed, kind, row)
            if mine is not None:
                rows.append(mine)
                own.append(price)
    return at._replace(
        rows=tuple(rows), own=np.array(own, dtype=np.float64), supply=supply, demand=demand
    )


def among(exchange: Exchange, chosen: Bools) -> Exchange:
    """Return the flows between chosen types and partners."""
    inside = _nodes(exchange, chosen)
    kept = inside[exchange.origin] & inside[exchange.target]
    return exchange._replace(
        origin=exchange.origin[kept],
        target=exchange.target[kept],
        resource=exchange.resource[kept],
        worth=exchange.worth[kept],
        kept=exchange.kept[kept],
        most=exchange.most[kept],
    )


def _nodes(exchange: Exchange, chosen: Bools) -> Bools:
    """Return the nodes of chosen types, and partners, (N + e,)."""
    inside = np.ones(len(exchange.limit_gives), dtype=bool)
    inside[exchange.node] = False
    inside[exchange.node[chosen]] = True
    return inside


def _dock(relaxed: Relaxation, kind: int, row: OwnRow) -> OwnRow:
    """Return the row of the same dock interval for another type."""
    use = np.where(relaxed.able[kind], relaxed.dock_use[:, row.interval], 0.0)
    return OwnRow(kind, use, float(relaxed.dock_room[kind, row.interval]), interval=row.interval)


def _least(loss: Floats, count: int) -> Ints:
    return np.argsort(loss, kind="stable")[:count]


def _groups(types: Sequence[HotelType]) -> Ints:
    """Return for every type its number among those that differ by their place alone."""
    rank: dict[object, int] = {}
    return np.array(
        [rank.setdefault(kind._replace(house=-1), len(rank)) for kind in types], dtype=np.int64
    )


def _models(group: Ints, chosen: Bools, loss: Floats) -> Ints:
    """Return for every type the chosen one of its group that loses least, (types,)."""
    mine = np.flatnonzero(chosen)
    order = mine[np.argsort(-loss[mine], kind="stable")]
    best = np.full(int(group.max(initial=-1)) + 1, -1, dtype=np.int64)
    best[group[order]] = order  # the last one stays
    return best[group]


def _exchange_prices(exchange: Exchange, inside: Bools, at: Multipliers) -> tuple[Floats, Floats]:
    """Return prices at all nodes: flows from or to those outside bring nothing beyond them."""
    supply, demand = at.supply.copy(), at.demand.copy()
    origin, target, resource = exchange.origin, exchange.target, exchange.resource
    supply[~inside], demand[~inside] = 0.0, 0.0
    mine = np.flatnonzero(inside[origin] & ~inside[target])
    left = exchange.worth[mine] - supply[origin[mine], resource[mine]]
    np.maximum.at(demand, (target[mine], resource[mine]), left / exchange.kept[mine])
    mine = np.flatnonzero(~inside[origin])
    left = exchange.worth[mine] - exchange.kept[mine] * demand[target[mine], resource[mine]]
    np.maximum.at(supply, (origin[mine], resource[mine]), left)
    return supply, demand
