"""Linear rows that tenants on units keep, and what they pay for them at prices >= 0.

    own     use . x <= limit in every open hotel of a type: jobs in reach, shares, what must be let
    dock    minutes of tenants within each interval of hours, in every open hotel of a type
    lift    trips of tenants above level 0, in every open hotel of a type
    shared  use . x <= limit over all hotels: mix, jobs, noise at neighbours
    tie     an annex is in the hotel of its main part: the main part pays it, the annex is worth it
    supply, demand    what leaves and reaches a hotel or partner is what its tenants give and take
x counts tenants by their main parts. The size of a price is what it would be if the whole row were
worth a part (`AT_STAKE`) of what its hotels hold: prices move in shares of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.siting.stacking.pricing import first_multipliers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.siting.stacking.columns_exchange import Exchange
    from optimizer.siting.stacking.houses import Houses
    from optimizer.siting.stacking.patterns import Units
    from optimizer.siting.stacking.pricing import Multipliers, OwnRow, Relaxation
    from optimizer.siting.stacking.pricing_shared import Shared

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

AT_STAKE = 0.1  # of what tenants of the hotels of a row are worth
NO_LIMIT_SHARE = 0.3  # of the room of its hotels: the size of a row with a limit of 0


class UnitRows(NamedTuple):
    """T hotel types, f tenants, a annexes, x places; `Units` has the places.

    own (r,) with own_type (r,), own_use (r, f), own_limit (r,). dock_use (f, k), dock_room (T, k).
    trips (x,) : 0 on the ground floor and for annexes; lift_max (T,). annex : (x,), -1 for main
    parts; owner (a,); tied (a,), annexes that take room and so have places. partner : (N + e,),
    nodes of `exchange` that are no hotels.
    size : of every price.
    """

    own: tuple[OwnRow, ...]
    own_type: Ints
    own_use: Floats
    own_limit: Floats
    dock_use: Floats
    dock_room: Floats
    trips: Floats
    lift_max: Floats
    shared: Shared
    exchange: Exchange
    partner: Bools
    annex: Ints
    owner: Ints
    tied: Bools
    size: RowPrices


class RowPrices(NamedTuple):
    """EUR per year and unit of a row.

    own (r,), dock (T, k), lift (T,), shared (s,), tie (T, a), supply and demand (N + e, q).
    """

    own: Floats
    dock: Floats
    lift: Floats
    shared: Floats
    tie: Floats
    supply: Floats
    demand: Floats


def build_rows(
    relaxed: Relaxation, houses: Houses, house: Ints, units: Units, gain: Floats
) -> UnitRows:
    """Return the rows of hotel types; house : (T,). gain : (T, f), EUR per year of tenants."""
    kinds, firms = gain.shape
    room = relaxed.room_m2.sum(axis=1)
    dense = np.median(np.max(gain, axis=0, initial=0.0) / np.maximum(relaxed.area_m2, 1.0))
    worth = AT_STAKE * room * max(float(dense), 1.0)
    own = relaxed.own
    own_type = np.array([row.type for row in own], dtype=np.int64)
    own_limit = np.array([row.limit for row in own], dtype=np.float64)
    part = units.part
    annex = np.where(units.main[part], -1, part - firms)
    above = units.main[part] & (units.number[units.unit] > 0)
    owner = units.tenant[firms:]
    share = units.m2[firms:] / np.maximum(relaxed.area_m2[owner], 1.0)
    where = relaxed.shared.where
    lift_max = np.minimum(houses.lift_max[house], houses.lift_trips.sum() + 1).astype(np.float64)
    dock = np.maximum(relaxed.dock_room, 0.0)
    dearest = first_multipliers(relaxed).supply
    dearest = np.broadcast_to(dearest.max(axis=0, initial=0.0), dearest.shape).copy()
    return UnitRows(
        own=own,
        own_type=own_type,
        own_use=np.array([row.use for row in own], dtype=np.float64).reshape(len(own), firms),
        own_limit=own_limit,
        dock_use=relaxed.dock_use,
        dock_room=dock,
        trips=np.where(above, houses.lift_trips[units.tenant[part]], 0).astype(np.float64),
        lift_max=lift_max,
        shared=relaxed.shared,
        exchange=relaxed.exchange,
        partner=np.arange(len(relaxed.exchange.limit_gives))
        > relaxed.exchange.node.max(initial=-1),
        annex=annex,
        owner=owner,
        tied=units.m2[firms:] > 0,
        size=RowPrices(
            _size(own_limit, room[own_type], worth[own_type]),
            _size(dock, room[:, None], worth[:, None]),
            _size(lift_max, room, worth),
            _size(
                relaxed.shared.limit,
                np.array([room[mine].sum() for mine in where]),
                np.array([worth[mine].sum() for mine in where]),
            ),
            np.maximum(share * gain[:, owner], 1.0).reshape(kinds, len(owner)),
            dearest,
            dearest.copy(),
        ),
    )


def _size(limit: Floats, room: Floats, worth: Floats) -> Floats:
    whole = np.where(limit != 0.0, np.abs(limit), NO_LIMIT_SHARE * np.maximum(room, 1.0))
    size: Floats = worth / np.maximum(whole, 1.0)
    return size


def first_prices(rows: UnitRows, units: Units, net: Floats, known: Multipliers) -> RowPrices:
    """Return known prices, and annexes worth their part of their tenant's area.

    net : (T, f), what tenants are worth after their own prices.
    """
    area = np.bincount(units.tenant, units.m2, net.shape[1])
    share = units.m2[net.shape[1] :] / np.maximum(area[rows.owner], 1.0)
    own, dock = np.zeros_like(rows.own_limit), np.zeros_like(rows.dock_room)
    found = {(row.type, row.rule): rank for rank, row in enumerate(rows.own)}
    for row, price in zip(known.rows, known.own.tolist(), strict=True):
        if row.rule >= 0:
            rank = found.get((row.type, row.rule))
            if rank is not None:
                own[rank] = price
        else:
            dock[row.type, row.interval] += price
    tie = np.zeros((len(net), len(rows.owner)))
    lift, shared = np.zeros_like(rows.lift_max), known.shared.copy()
    prices = RowPrices(own, dock, lift, shared, tie, known.supply.copy(), known.demand.copy())
    net = net - charges(rows, prices, len(net))[0]
    return prices._replace(tie=np.maximum(share * net[:, rows.owner], 0.0))


def charges(rows: UnitRows, prices: RowPrices, kinds: int) -> tuple[Floats, Floats]:
    """Return what tenants pay in hotels of each type, (T, f), and what limits are worth, (T,)."""
    firms = rows.own_use.shape[1]
    exchange = rows.exchange
    charge = prices.dock @ rows.dock_use.T
    charge -= prices.supply[exchange.node] @ exchange.gives.T
    charge -= prices.demand[exchange.node] @ exchange.takes.T
    np.add.at(charge, rows.own_type, prices.own[:, None] * rows.own_use)
    for where, use, price in zip(
        rows.shared.where, rows.shared.use, prices.shared.tolist(), strict=True
    ):
        if price > 0.0:
            charge[where] += price * use
    if len(rows.owner):
        ties = np.zeros((firms, kinds))
        np.add.at(ties, rows.owner, (prices.tie * rows.tied).T)
        charge += ties.T
    worth = np.sum(prices.dock * rows.dock_room, axis=1) + prices.lift * rows.lift_max
    np.add.at(worth, rows.own_type, prices.own * rows.own_limit)
    return charge, worth


def owed(rows: UnitRows, prices: RowPrices) -> Floats:
    """Return what limits over all hotels, partners and flows of exchange owe, (n,)."""
    exchange, partner = rows.exchange, rows.partner
    left = np.maximum(_left_of_flows(exchange, prices), 0.0)
    return np.concatenate(
        [
            prices.shared * rows.shared.limit,
            (prices.supply * exchange.limit_gives)[partner].ravel(),
            (prices.demand * exchange.limit_takes)[partner].ravel(),
            left * exchange.most,
        ]
    )


def _left_of_flows(exchange: Exchange, prices: RowPrices) -> Floats:
    """Return what a unit sent is worth after the prices at both ends, (n,)."""
    paid = prices.supply[exchange.origin, exchange.resource]
    taken: Floats = exchange.kept * prices.demand[exchange.target, exchange.resource]
    return exchange.worth - paid - taken


def place_values(rows: UnitRows, units: Units, prices: RowPrices, net: Floats) -> Floats:
    """Return what each place is worth, (x,); net : (T, f), of tenants by their main parts."""
    kind, tenant = units.type[units.unit], units.tenant[units.part]
    value = net[kind, tenant] - prices.lift[kind] * rows.trips
    if len(rows.owner):
        apart = rows.annex >= 0
        value[apart] = prices.tie[kind[apart], rows.annex[apart]]
    found: Floats = value
    return found


def slacks(
    rows: UnitRows, units: Units, prices: RowPrices, taken: Bools, placed: Floats, number: Floats
) -> RowPrices:
    """Return what is left of each row, in the places of its price.

    taken : (x,). placed : (T, f), main parts. number : (T,), open hotels of each type.
    """
    kind = units.type[units.unit]
    chosen = np.flatnonzero(taken)
    trips = np.bincount(kind[chosen], rows.trips[chosen], len(number))
    annexed = np.zeros((len(number), len(rows.owner)))
    apart = chosen[rows.annex[chosen] >= 0]
    np.add.at(annexed, (kind[apart], rows.annex[apart]), 1.0)
    own = rows.own_limit - np.sum(rows.own_use * placed[rows.own_type], axis=1)
    used = number[:, None] * placed
    shared = [
        float(np.sum(use * used[where]))
        for where, use in zip(rows.shared.where, rows.shared.use, strict=True)
    ]
    supply, demand = _left_of_exchange(rows, prices, used)
    return RowPrices(
        number[rows.own_type] * own,
        number[:, None] * (rows.dock_room - placed @ rows.dock_use),
        number * (rows.lift_max - trips),
        rows.shared.limit - np.array(shared, dtype=np.float64),
        number[:, None] * (annexed - placed[:, rows.owner]),
        supply,
        demand,
    )


def _left_of_exchange(rows: UnitRows, prices: RowPrices, used: Floats) -> tuple[Floats, Floats]:
    """Return what nodes give beyond what they send, and take beyond what they get; used (T, f)."""
    exchange = rows.exchange
    flow = np.where(_left_of_flows(exchange, prices) > 0.0, exchange.most, 0.0)
    found = []
    for limit, amount, node, passed in (
        (exchange.limit_gives, exchange.gives, exchange.origin, flow),
        (exchange.limit_takes, exchange.takes, exchange.target, flow * exchange.kept),
    ):
        left = np.where(rows.partner[:, None], limit, 0.0)
        np.add.at(left, exchange.node, used @ amount)
        np.add.at(left, (node, exchange.resource), -passed)
        found.append(left)
    return found[0], found[1]
