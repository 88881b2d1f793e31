"""The bound over years by whole parts on single units, and at what it costs tenants to move.

    cost of any programme >= sum_t w[t] (constant[t] - saving[t]) + owed
    saving[t] = what points, rules and tenants owe + row . limit + sum_sites max over combinations
where hotels are worth the most that their units are worth (`stacking.patterns`), at prices >= 0
    tenant[t,f]     a tenant at most once                   own[t,r]   docks by interval
    stay[t,f,g]     who leaves the hotels g after t pays:   0 <= stay <= cost of moving away at t+1;
                    being there in t costs it, being there in t + 1 brings it (all periods tied)
    row[t]          land, purses, quotas: exactly, as the hotels' worth changes (`siting.rowprices`)
and a hybrid unit that is a workshop in t costs a share of its fitting out: the shares of no
period and all later ones add up to more than that costs then. What else is priced stays as it was
found by the programme of tenants. Prices move along smoothed subgradients, as in `lagrangian`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.siting.bounding import bare_worth
from optimizer.siting.horizon.tenant_costs import hybrids_of, move_costs
from optimizer.siting.lagrangian import best_of_each, safe_sum, shared_terms
from optimizer.siting.rowprices import price_rows
from optimizer.siting.stacking.patterns import build_units, unit_values
from optimizer.siting.stacking.stock import at_no_distance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.siting.bounding import Bounding
    from optimizer.siting.city import City
    from optimizer.siting.horizon.bounding import YearsBounding
    from optimizer.siting.horizon.whole import Years
    from optimizer.siting.stacking.patterns import Units
    from optimizer.siting.tenancy import Tenancy

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

FIRST_LEVEL, LEVEL_MIN = 0.007, 5e-5  # of the bound: the drop that is hoped for
LEVEL_CUT, LEVEL_GROWTH, STALE_MAX = 0.7, 1.3, 12
SMOOTH, STEP = 0.35, 0.3
STAY_SIZE = 3.0  # times the root of what moving costs: at a tenth of it these prices never left 0
DOCK_EUR = 170.0  # a year for all minutes of a day, squared: how fast docks' prices move
ROWS_EVERY, REACH = 8, 2e-3  # full rounds between two looks at the rows; see `lagrangian`


class Period(NamedTuple):
    """One period as the bound sees it; groups g are hotels that tenants cannot tell apart.

    likely : (types,), changed in place: not worth less than their twin with or without services
    when last looked at; the others are looked at only where the bound could be the best.
    dock_use (f, k), dock_room (types, k).
    """

    city: City
    tenancy: Tenancy
    bare: Floats
    able: Bools
    units: Units
    likely: Bools
    twin: Ints
    group: Ints
    dock_use: Floats
    dock_room: Floats
    terms: tuple[Floats, ...]


class Prices(NamedTuple):
    """tenant (t, f), stay (t - 1, g, f), dock (t, types, k) as a list by period, row likewise."""

    tenant: Floats
    stay: Floats
    dock: list[Floats]
    row: list[Floats]


@dataclass
class UnitBound:
    """State of the ascent; `cost` is the best bound proven, EUR per year of the horizon."""

    periods: list[Period]
    weight: Floats
    owed: float
    leaving: Floats
    prices: Prices
    best: Prices
    cost: float = -np.inf
    level: float = np.inf
    stale: int = 0
    rounds: int = 0
    direction: tuple[Floats, Floats, list[Floats]] | None = None

    @property
    def exhausted(self) -> bool:
        """Return whether further rounds would gain next to nothing."""
        return self.level < LEVEL_MIN * abs(self.cost)


def start_units(years: Years, bounding: YearsBounding) -> UnitBound | None:
    """Return the ascent from prices that have climbed; None where boxes were cut, or no hotels."""
    problem, hotels = years.problem, years.problem.hotels
    parts = bounding.parts
    if hotels is None or any(len(part.leaves) > 1 or part.relaxed is None for part in parts):
        return None
    if not all(part.city.types and np.isfinite(part.saving) for part in parts):
        return None
    group = _groups(parts, problem.options.count)
    shares = _fitting_shares(years, bounding.weight)
    clash = at_no_distance(years.parts[0])
    periods = [
        _period(part, group, shares[t] / w, clash)
        for t, (part, w) in enumerate(zip(parts, bounding.weight.tolist(), strict=True))
    ]
    leaving = move_costs(problem, hotels).between * years.accounts.one_off_weight[:, None]
    stay = np.zeros((len(parts) - 1, int(group.max(initial=0)) + 1, problem.tenants.count))
    prices = Prices(
        np.array([part.worst.ascent.best.tenant for part in parts]),
        stay,
        [np.zeros(item.dock_room.shape) for item in periods],
        [part.worst.ascent.best.row for part in parts],
    )
    return UnitBound(periods, bounding.weight, bounding.owed, leaving[1:], prices, prices)


def _groups(parts: list[Bounding], options: int) -> Ints:
    """Return for every option the hotels that no period's tenants can tell from it, (o,)."""
    group = np.arange(options)
    for _ in range(options):
        before = group.copy()
        for part in parts:
            combos = part.city.combos
            mine = combos.type >= 0
            house = np.array([kind.house for kind in part.city.types])[combos.type[mine]]
            least = np.full(int(house.max(initial=0)) + 1, options)
            np.minimum.at(least, house, group[combos.hotel[mine]])
            np.minimum.at(group, combos.hotel[mine], least[house])
        if np.array_equal(group, before):
            break
    return np.unique(group, return_inverse=True)[1].astype(np.int64)


def _fitting_shares(years: Years, weight: Floats) -> Floats:
    """Return what a hybrid unit pays in each period in which it is a workshop, (t, o, l).

    In EUR per year of the horizon, in proportion to the weight of periods.
    """
    problem, accounts = years.problem, years.accounts
    shares = np.zeros((len(weight), problem.options.count, problem.levels.count))
    if problem.hotels is not None:
        units = hybrids_of(problem, problem.hotels)
        cost = units.fit_out_eur * accounts.one_off_weight[:, None]
        later = np.cumsum(weight[::-1])[::-1]
        each = (cost / later[:, None]).min(axis=0, initial=np.inf)
        shares[:, units.option, units.unit] = weight[:, None] * each[None, :]
    return shares


def _period(part: Bounding, group: Ints, shares: Floats, clash: Bools) -> Period:
    leaf, city, relaxed, houses = part.worst, part.city, part.relaxed, part.city.houses
    if relaxed is None or houses is None:
        message = "the problem has no block of hotels"
        raise ValueError(message)
    bare, _ = bare_worth(part, leaf)
    of_type = np.zeros(len(city.types), dtype=np.int64)
    have = city.combos.type >= 0
    of_type[city.combos.type[have]] = group[city.combos.hotel[have]]
    charge = shares[houses.option[houses.house], houses.unit]
    terms = shared_terms(city, leaf.tenancy, leaf.ascent.best)
    return Period(
        city=city,
        tenancy=leaf.tenancy,
        bare=bare,
        able=relaxed.able,
        units=build_units(city.types, houses, relaxed.able, clash, charge),
        likely=np.ones(len(city.types), dtype=bool),
        twin=_twins(city),
        group=of_type,
        dock_use=relaxed.dock_use,
        dock_room=relaxed.dock_room,
        terms=(*terms[:3], *terms[4:]),
    )


def _twins(city: City) -> Ints:
    """Return for every type its number among hotels that differ by services alone."""
    rank: dict[object, int] = {}
    return np.array(
        [rank.setdefault(kind._replace(services=False), len(rank)) for kind in city.types],
        dtype=np.int64,
    )


class Look(NamedTuple):
    """One evaluation of a period: saving, tenants placed by group and what docks have left."""

    saving: float
    there: Floats
    dock_left: Floats


class _Hotels(NamedTuple):
    """At the prices: net worth (types, f) of tenants, worth (types,) of hotels, placed as there."""

    net: Floats
    worth: Floats
    placed: Floats


def _hotels(state: UnitBound, t: int) -> _Hotels:
    """Return the hotels of a period at the prices, those that are not likely without tenants."""
    one, prices = state.periods[t], state.prices
    net = one.tenancy.value - prices.dock[t] @ one.dock_use.T - prices.tenant[t][None, :]
    if t < len(prices.stay):
        net = net - prices.stay[t][one.group] / state.weight[t]
    if t > 0:
        net = net + prices.stay[t - 1][one.group] / state.weight[t]
    net = np.where(one.able, net, -1.0)
    worth = one.tenancy.base + np.sum(prices.dock[t] * np.maximum(one.dock_room, 0.0), axis=1)
    placed = np.zeros_like(net)
    unit_values(one.units, net, one.likely, worth, placed)
    return _Hotels(net, worth, placed)


def _finish(one: Period, hotels: _Hotels) -> None:
    """Look at the hotels that were not likely, too, and note who is from now on."""
    unit_values(one.units, hotels.net, ~one.likely, hotels.worth, hotels.placed)
    best = np.full(int(one.twin.max(initial=-1)) + 1, -np.inf)
    np.maximum.at(best, one.twin, hotels.worth)
    one.likely[:] = hotels.worth >= best[one.twin]


def _look(state: UnitBound, t: int, hotels: _Hotels, *, rows: bool) -> Look:
    """Let every site decide in a period; rows : find the best prices of its rows first."""
    one, prices = state.periods[t], state.prices
    city, combos = one.city, one.city.combos
    worth = np.append(hotels.worth, 0.0)[combos.type]
    whole = one.bare + np.where(np.isfinite(one.bare), worth, 0.0)
    if rows and len(prices.row[t]):
        found = price_rows(city, whole, prices.row[t], REACH * abs(state.cost))
        if found is not None:
            prices.row[t] = found.row
    priced = whole - combos.use @ prices.row[t]
    top = np.maximum.reduceat(priced, combos.start[:-1])
    weight = best_of_each(city, priced, top)
    have = combos.type >= 0
    count = np.bincount(combos.type[have], weight[have], len(city.types))
    saving = safe_sum(*one.terms, prices.tenant[t], prices.row[t] * city.rows.limit, top)
    there = np.zeros((state.prices.stay.shape[1], hotels.placed.shape[1]))
    np.add.at(there, one.group, count[:, None] * hotels.placed)
    room = np.maximum(one.dock_room, 0.0)
    left = count[:, None] * (room - hotels.placed @ one.dock_use)
    return Look(saving, there, left)


def _cost(state: UnitBound, looks: list[Look]) -> float:
    constant = np.array([one.city.constant for one in state.periods])
    saving = np.array([look.saving for look in looks])
    return -safe_sum(state.weight * saving, -state.weight * constant, np.array([-state.owed]))


def climb_units(state: UnitBound) -> None:
    """Do one round: evaluate all periods, keep the prices if they are the best, and move them."""
    count = range(len(state.periods))
    hotels = [_hotels(state, t) for t in count]
    looks = [_look(state, t, hotels[t], rows=False) for t in count]
    cost = _cost(state, looks)
    if cost > state.cost:  # only now is it worth while to look at every hotel
        for one, some in zip(state.periods, hotels, strict=True):
            _finish(one, some)
        rows = state.rounds % ROWS_EVERY == 0 and np.isfinite(state.cost)
        looks = [_look(state, t, hotels[t], rows=rows) for t in count]
        cost = _cost(state, looks)
        state.rounds += 1
        if not np.isfinite(state.level):
            state.level = FIRST_LEVEL * abs(cost)
        if cost > state.cost:
            drop = cost - state.cost
            state.stale = 0 if drop > 0.1 * state.level else state.stale
            state.level *= LEVEL_GROWTH if 0.5 * state.level < drop < np.inf else 1.0
            state.cost, state.best = cost, _copied(state.prices)
    state.stale += 1
    if state.stale > STALE_MAX:
        state.level, state.stale = LEVEL_CUT * state.level, 0
        state.prices, state.direction = _copied(state.best), None
        return
    _move(state, looks, max(state.cost + state.level - cost, 0.0))


def _copied(prices: Prices) -> Prices:
    """Return prices of their own: those of rows are changed in place of the list."""
    return prices._replace(row=list(prices.row))


def _move(state: UnitBound, looks: list[Look], distance: float) -> None:
    """Step along the smoothed direction, every price by its own size."""
    weight, prices = state.weight, state.prices
    there = np.array([look.there for look in looks])
    fresh = (
        weight[:, None] * (1.0 - there.sum(axis=1)),
        there[1:] - there[:-1],
        [w * look.dock_left for w, look in zip(weight.tolist(), looks, strict=True)],
    )
    old = state.direction or fresh
    blend = (
        SMOOTH * fresh[0] + (1.0 - SMOOTH) * old[0],
        SMOOTH * fresh[1] + (1.0 - SMOOTH) * old[1],
        [SMOOTH * new + (1.0 - SMOOTH) * was for new, was in zip(fresh[2], old[2], strict=True)],
    )
    state.direction = blend
    most, free = state.leaving[:, None, :], np.full(1, np.inf)
    size: list[Floats] = [
        np.sqrt(np.maximum([one.tenancy.value.max(axis=0) for one in state.periods], 1.0)),
        STAY_SIZE * np.sqrt(np.broadcast_to(most, prices.stay.shape)),
        *(DOCK_EUR / np.maximum(one.dock_room, 1.0) for one in state.periods),
    ]
    now: list[Floats] = [prices.tenant, prices.stay, *prices.dock]
    upper: list[Floats] = [free, most, *(free for _ in state.periods)]
    parts = []
    for price, part, each, top in zip(now, (*blend[:2], *blend[2]), size, upper, strict=True):
        idle = ((price <= 0.0) & (part > 0.0)) | ((price >= top) & (part < 0.0))
        parts.append(np.where(idle, 0.0, part) * each)
    norm = sum(float(np.sum(part**2)) for part in parts)
    length = STEP * distance / max(norm, 1e-12)
    moved = [
        np.clip(price - length * part * each, 0.0, top)
        for price, part, each, top in zip(now, parts, size, upper, strict=True)
    ]
    state.prices = Prices(moved[0], moved[1], moved[2:], prices.row)
