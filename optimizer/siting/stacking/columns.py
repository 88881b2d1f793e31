"""Prices of tenants and of rules by a linear programme whose columns and rows are found as needed.

Sets: combinations c of a site, hotel types T, tenants f, rules of `pricing`, sets S of unit groups.
y[c], x[f,T], roof[T,w], flow[a] >= 0; n[T] = sum of y[c] of type T.
maximise sum_c bare[c] y[c] + sum worth[T,f] x[f,T] + sum net[w] roof[T,w] + sum worth[a] flow[a]
(1) sum_c y[c] = 1 on each site                    (2) use . y <= limit (land, purses, quotas)
(3) sum_T x[f,T] <= 1
(4) area of tenants who fit in S alone <= room[T,S] n[T]
(5) own rows of a type: use . x <= limit n[T]; those about worth: less spare[T], which costs as much
(6) shared rows: use . x <= limit                  (7) roofs: what duties leave; totals
(8) what leaves a node <= what its tenants give, what reaches it <= what they take
Columns x, rows (4) and docks come in as they are missing (`renewal`; Dantzig, Wolfe 1960,
DOI 10.1287/opre.8.1.101), and types as well (`shortlist`). Whatever the programme says, its prices
are only read: the bound is evaluated anew at them, so tolerances cannot make it wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.refusal import Refusal
from optimizer.siting.stacking.pricing import (
    Multipliers,
    OwnRow,
    Relaxation,
    first_multipliers,
    priced_types,
)
from optimizer.siting.stacking.shortlist import (
    among,
    first_types,
    prices_for_all,
)
from optimizer.solvers import Builder, solve_lp_inside

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.siting.city import City

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

THOUSAND, AREA_M2 = 1000.0, 100.0  # units of the programme: EUR, m2
FREE_M2 = 1e9
DEAR = 20.0  # of the largest worth of a combination: for breaking a ledger by its own size
DEAR_RULE = 4.0  # of the largest worth of a tenant: for breaking a rule by the use of one tenant
FIRST_FILL = 2.0  # of the room of a type: tenants that begin in the programme


@dataclass
class Programme:
    """What is in the programme: `member` (types, f), rows of single types, sets of groups.

    bare : worth of combinations without tenants. unit : size of each row (2). sets : (set of
    groups, type) by row of (4). stays : members that went and came back. chosen, loss : (types,),
    of `shortlist`: columns and rows of other types wait.
    """

    city: City
    relaxed: Relaxation
    bare: Floats
    unit: Floats
    member: Bools
    rows: list[OwnRow]
    sets: list[tuple[int, int]]
    stays: Bools
    chosen: Bools
    loss: Floats
    known: set[tuple[int, int]] = field(default_factory=set)


class TenantPrices(NamedTuple):
    """What the programme says: prices of tenants (f,), rows (r,), rules; its value, EUR per year.

    room : (rows of (4),), EUR per m2. open : (c,), how much of each combination is chosen.
    filled : (types, f), how much of each tenant is in hotels of each type.
    """

    tenant: Floats
    row: Floats
    rules: Multipliers
    room: Floats
    value: float
    open: Floats
    filled: Floats


class _Model(NamedTuple):
    """Numbers of columns and rows of one programme built."""

    y: Ints
    combos: Ints
    type: Ints
    firm: Ints
    x: Ints
    tenant: Ints
    ledger: Ints
    sets: Ints
    own: Ints
    own_unit: Floats
    shared: Ints
    shared_unit: Floats
    roof: Ints
    supply: Ints
    demand: Ints


def begin(
    city: City, relaxed: Relaxation, bare: Floats, unit: Floats, price: Floats, loss: Floats | None
) -> Programme:
    """Let tenants join who look best at their `price` in each type, more than have room.

    loss : see `shortlist`; None: all types are in from the start.
    """
    types, firms = relaxed.worth.shape
    value = priced_types(relaxed, first_multipliers(relaxed))[0] - price[None, :]
    member = np.zeros((types, firms), dtype=bool)
    dense = np.where(relaxed.able, value / np.maximum(relaxed.area_m2, 1.0), -np.inf)
    for kind in range(types):
        order = np.argsort(-dense[kind], kind="stable")
        order = order[: int(relaxed.able[kind].sum())]
        full = FIRST_FILL * relaxed.room_m2[kind].sum()
        member[kind, order[np.cumsum(relaxed.area_m2[order]) <= full]] = True
    every = (1 << relaxed.room_m2.shape[1]) - 1
    sets = [(every, kind) for kind in range(types)]
    rows, stays = list(relaxed.own), np.zeros_like(member)
    chosen = np.ones(types, dtype=bool) if loss is None else first_types(city, loss)
    loss = np.zeros(types) if loss is None else loss
    known = set(sets)
    return Programme(city, relaxed, bare, unit, member, rows, sets, stays, chosen, loss, known)


def solve(programme: Programme) -> TenantPrices | None:
    """Build the programme of what is in, and solve it; None where the solver gave up."""
    chosen = programme.chosen
    inside = [bool(chosen[kind]) for _, kind in programme.sets]
    build, part = Builder(), _of_chosen(programme)
    model = _build(part, build)
    try:
        answer = solve_lp_inside(build.build())
    except Refusal:  # the interior point method lost its way: prices come by steps instead
        return None
    if answer.row_dual is None or answer.values is None or answer.objective is None:
        return None
    price = np.maximum(-answer.row_dual, 0.0) * THOUSAND
    own = price[model.own] / model.own_unit
    opened = np.zeros(len(programme.bare))
    opened[model.combos] = answer.values[model.y]
    filled = np.zeros(programme.relaxed.worth.shape)
    filled[model.type, model.firm] = answer.values[model.x]
    room = np.zeros(len(inside))
    room[inside] = price[model.sets] / AREA_M2
    rules = Multipliers(
        rows=tuple(part.rows),
        own=own,
        shared=price[model.shared] / model.shared_unit,
        roof=price[model.roof] / AREA_M2,
        supply=price[model.supply],
        demand=price[model.demand],
    )
    return TenantPrices(
        tenant=price[model.tenant],
        row=price[model.ledger] / programme.unit,
        rules=prices_for_all(programme.city, programme.relaxed, chosen, programme.loss, rules),
        room=room,
        value=-answer.objective * THOUSAND,
        open=opened,
        filled=filled,
    )


def _of_chosen(programme: Programme) -> Programme:
    """Return what of a programme concerns the chosen types, or none."""
    chosen = programme.chosen
    known = np.append(chosen, True)[programme.city.combos.type]
    return replace(
        programme,
        bare=np.where(known, programme.bare, -np.inf),
        member=programme.member & chosen[:, None],
        rows=[row for row in programme.rows if chosen[row.type]],
        sets=[(groups, kind) for groups, kind in programme.sets if chosen[kind]],
    )


def _build(programme: Programme, build: Builder) -> _Model:
    city, relaxed = programme.city, programme.relaxed
    combos = np.flatnonzero(np.isfinite(programme.bare))
    kind = city.combos.type[combos]
    duty = np.append(relaxed.roofs.duty_m2 @ relaxed.roofs.net_eur_m2, 0.0)
    worth = (programme.bare[combos] + duty[kind] - np.append(relaxed.fixed, 0.0)[kind]) / THOUSAND
    dear = DEAR * max(float(np.abs(worth).max(initial=1.0)), 1.0)
    dear_rule = DEAR_RULE * max(float(relaxed.worth.max(initial=0.0)) / THOUSAND, 1.0)
    y = build.add_columns(len(combos), cost=-worth, upper=np.inf)
    build.add_rows(city.site_count, (city.combos.site[combos], y, 1.0), lower=1.0, upper=1.0)
    use = city.combos.use[combos].tocoo()
    entries = (use.col, y[use.row], use.data / programme.unit[use.col])
    ledger = _soft(build, dear, city.rows.limit / programme.unit, entries)
    hotel = kind >= 0
    number = (kind[hotel], y[hotel])
    types, firm = np.nonzero(programme.member)
    cost = -relaxed.worth[types, firm] / THOUSAND
    x = build.add_columns(len(firm), cost=cost, upper=np.inf)
    tenant = build.add_rows(relaxed.worth.shape[1], (firm, x, 1.0), upper=1.0)
    sets = _add_sets(programme, build, number, (types, firm, x))
    own, own_unit = _add_own(programme, build, number, (types, firm, x), dear_rule)
    shared, shared_unit = _add_shared(relaxed, build, (types, firm, x), dear_rule)
    roof = _add_roofs(relaxed, build, number, dear)
    supply, demand = _add_exchange(relaxed, build, (types, firm, x), programme.chosen)
    return _Model(
        y, combos, types, firm, x, tenant, ledger, sets, own, own_unit, shared, shared_unit, roof,
        supply, demand,
    )  # fmt: skip


def _soft(
    build: Builder, dear: float, limit: Floats, *parts: tuple[Ints, Ints, Floats | float]
) -> Ints:
    """Add rows <= limit that may be broken at a high price."""
    more = build.add_columns(len(limit), cost=dear, upper=np.inf)
    rank = np.arange(len(limit))
    return build.add_rows(len(limit), *parts, (rank, more, -1.0), upper=limit)


def _add_sets(
    programme: Programme,
    build: Builder,
    number: tuple[Ints, Ints],
    columns: tuple[Ints, Ints, Ints],
) -> Ints:
    relaxed, (types, firm, x) = programme.relaxed, columns
    parts = []
    for rank, (groups, kind) in enumerate(programme.sets):
        mine = np.flatnonzero(types == kind)
        mine = mine[(relaxed.mask[kind, firm[mine]] & ~groups) == 0]
        here = number[1][number[0] == kind]
        room = _room(relaxed, groups, kind) / AREA_M2
        parts.append((np.full(len(mine), rank), x[mine], relaxed.area_m2[firm[mine]] / AREA_M2))
        parts.append((np.full(len(here), rank), here, np.full(len(here), -room)))
    return build.add_rows(len(programme.sets), *parts, upper=0.0)


def _room(relaxed: Relaxation, groups: int, kind: int) -> float:
    inside = (groups >> np.arange(relaxed.room_m2.shape[1])) & 1
    return float(relaxed.room_m2[kind] @ inside)


def _add_own(
    programme: Programme,
    build: Builder,
    number: tuple[Ints, Ints],
    columns: tuple[Ints, Ints, Ints],
    dear: float,
) -> tuple[Ints, Floats]:
    rows, (types, firm, x) = programme.rows, columns
    unit = np.array([max(float(np.abs(row.use).max(initial=0.0)), 1e-9) for row in rows])
    parts = []
    for rank, row in enumerate(rows):
        mine = np.flatnonzero(types == row.type)
        here = number[1][number[0] == row.type]
        parts.append((np.full(len(mine), rank), x[mine], row.use[firm[mine]] / unit[rank]))
        parts.append((np.full(len(here), rank), here, np.full(len(here), -row.limit / unit[rank])))
    return _soft(build, dear, np.zeros(len(rows)), *parts), unit


def _add_shared(
    relaxed: Relaxation, build: Builder, columns: tuple[Ints, Ints, Ints], dear: float
) -> tuple[Ints, Floats]:
    shared, (types, firm, x) = relaxed.shared, columns
    unit = np.array([max(float(np.abs(use).max(initial=0.0)), 1e-9) for use in shared.use])
    parts = []
    for rank, (where, use) in enumerate(zip(shared.where, shared.use, strict=True)):
        place = np.full(len(relaxed.worth), -1)
        place[where] = np.arange(len(where))
        mine = np.flatnonzero(place[types] >= 0)
        own = use if use.ndim > 1 else np.broadcast_to(use, (len(where), len(use)))
        amount = own[place[types[mine]], firm[mine]]
        parts.append((np.full(len(mine), rank), x[mine], amount / unit[rank]))
    return _soft(build, dear, shared.limit / unit, *parts), unit


def _add_roofs(relaxed: Relaxation, build: Builder, number: tuple[Ints, Ints], dear: float) -> Ints:
    roofs, (kind, y) = relaxed.roofs, number
    types, uses = roofs.duty_m2.shape
    cost = np.tile(-roofs.net_eur_m2 * AREA_M2 / THOUSAND, types)
    roof = build.add_columns(types * uses, cost=cost, upper=np.inf)
    left = np.maximum(roofs.roof_m2 - roofs.duty_m2.sum(axis=1), 0.0) / AREA_M2
    each = (np.repeat(np.arange(types), uses), roof, 1.0)
    build.add_rows(types, each, (kind, y, -left[kind]), upper=0.0)
    total = np.where(np.isfinite(roofs.total_m2), roofs.total_m2, FREE_M2) / AREA_M2
    parts = [(np.tile(np.arange(uses), types), roof, 1.0)]
    parts += [(np.full(len(y), use), y, roofs.duty_m2[kind, use] / AREA_M2) for use in range(uses)]
    return _soft(build, dear, total, *parts)


def _add_exchange(
    relaxed: Relaxation, build: Builder, columns: tuple[Ints, Ints, Ints], chosen: Bools
) -> tuple[Ints, Ints]:
    exchange, (types, firm, x) = among(relaxed.exchange, chosen), columns
    shape = exchange.limit_gives.shape
    flow = build.add_columns(
        len(exchange.origin), cost=-exchange.worth / THOUSAND, upper=exchange.most
    )
    node_of, houses = exchange.node[types], int(exchange.node.max(initial=-1)) + 1
    partner = np.arange(shape[0])[:, None] >= houses
    rows = []
    for node, share, limit, amount in (
        (exchange.origin, np.ones_like(exchange.kept), exchange.limit_gives, exchange.gives),
        (exchange.target, exchange.kept, exchange.limit_takes, exchange.takes),
    ):
        of_firms = [
            (node_of * shape[1] + resource, x, -amount[firm, resource])
            for resource in range(shape[1])
        ]
        most = np.where(partner, limit, 0.0).ravel()
        flows = (node * shape[1] + exchange.resource, flow, share)
        rows.append(build.add_rows(len(most), flows, *of_firms, upper=most).reshape(shape))
    return rows[0], rows[1]
