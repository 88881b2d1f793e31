"""The bound by whole parts of tenants on single units, over one period or several.

    cost of any plan >= sum_t w[t] (constant[t] - saving[t]) + owed
    saving[t] = what points, rules and tenants owe + row . limit + sum_sites max over combinations
where hotels are worth the most that their units are worth (`stacking.patterns`), at prices >= 0
    tenant[t,f]     a tenant at most once
    rules[t]        what tenants of one hotel or of all keep together (`stacking.unit_rows`)
    stay[t,g,f]     who leaves the hotels g after t pays `between`: 0 <= stay <= between - within;
    same[t,v,f]     who leaves the unit v pays `within`:            0 <= same <= within;
                    being there in t costs it, being there in t + 1 brings it (all periods tied)
    row[t]          land, purses, quotas: exactly, as the hotels' worth changes (`siting.rowprices`)
Prices of very different sizes and rows that seldom bind are moved by shares of their size, along
means of subgradients over the root of their mean squares (Kingma, Ba 2015, arXiv:1412.6980), in
steps that shrink to the end of the time. From the prices of the programme of tenants this proves
more in 40 rounds than Polyak's steps in 150.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.siting.bounding import bare_worth
from optimizer.siting.lagrangian import best_of_each, safe_sum, shared_terms
from optimizer.siting.rowprices import price_rows
from optimizer.siting.stacking.hybrids import fit_out_eur_year
from optimizer.siting.stacking.patterns import build_units, unit_values
from optimizer.siting.stacking.pricing import first_multipliers
from optimizer.siting.stacking.pricing_shared import roof_eur
from optimizer.siting.stacking.stock import at_no_distance
from optimizer.siting.stacking.unit_rows import (
    RowPrices,
    build_rows,
    charges,
    first_prices,
    owed,
    place_values,
    slacks,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from optimizer.siting.bounding import Bounding
    from optimizer.siting.city import City
    from optimizer.siting.stacking.patterns import Units
    from optimizer.siting.stacking.pricing import Multipliers
    from optimizer.siting.stacking.unit_rows import UnitRows

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

FIRST_STEP, LAST_STEP = 0.05, 1e-3  # of the size of a price, in a round
MEAN, SQUARE = 0.9, 0.999  # of the means so far that a round leaves
TINY = 1e-12
IDLE_MAX, LEAST_GAIN = 400, 1e-6  # rounds that raise the bound by less than that share of it
ROWS_EVERY, REACH = 8, 2e-3  # full rounds between two looks at the rows; see `lagrangian`


class Period(NamedTuple):
    """One period as the bound sees it; groups g are hotels that tenants cannot tell apart.

    gain (types, f), base (types,) : EUR per year before prices. bare : of combinations without
    tenants. likely : (types,), changed in place: not worth less than their twin with or without
    services when last looked at; the others are looked at only where the bound could be the best.
    group : (types,). spot : (x,), unit of a group that a place is in. main : (x,). terms : what
    points and rules owe.
    """

    city: City
    gain: Floats
    base: Floats
    bare: Floats
    units: Units
    rules: UnitRows
    likely: Bools
    twin: Ints
    group: Ints
    spot: Ints
    main: Bools
    terms: tuple[Floats, ...]


class Moves(NamedTuple):
    """What leaving costs at the start of a period, (t - 1, f), EUR per year of the horizon."""

    within: Floats
    between: Floats


class Prices(NamedTuple):
    """By period: tenant (f,), rules, row (r,); between periods: stay (t - 1, g, f), same."""

    tenant: list[Floats]
    rules: list[RowPrices]
    row: list[Floats]
    stay: Floats
    same: Floats


@dataclass
class UnitBound:
    """State of the ascent; `cost` is the best bound proven, EUR per year of the horizon.

    size, upper, mean, square : one array for each of `_flat`. idle : rounds without a gain.
    """

    periods: list[Period]
    weight: Floats
    owed: float
    size: list[Floats]
    upper: list[Floats]
    prices: Prices
    best: Prices
    cost: float = -np.inf
    rounds: int = 0
    idle: int = 0
    mean: list[Floats] = field(default_factory=list)
    square: list[Floats] = field(default_factory=list)

    @property
    def exhausted(self) -> bool:
        """Return whether further rounds would gain next to nothing."""
        return self.idle > IDLE_MAX


def ready(parts: Sequence[Bounding]) -> bool:
    """Return whether a bound by units can go on from these: hotels, one box, prices found."""
    if any(len(part.leaves) > 1 or part.relaxed is None for part in parts):
        return False
    return all(part.city.types and np.isfinite(part.saving) for part in parts)


def start_at(
    parts: Sequence[Bounding],
    weight: Floats,
    owed: float,
    moves: Moves,
    group: Ints,
    charge: Floats,
    clash: Bools,
) -> UnitBound:
    """Return the ascent from the prices of the only boxes of `parts`.

    group : (o,), hotels that no period's tenants can tell apart have the same number. charge :
    (t, o, l), what a hybrid unit costs as a workshop, EUR per year. clash : (f, f), main parts
    never in one unit.
    """
    periods = [_period(part, group, each, clash) for part, each in zip(parts, charge, strict=True)]
    spots = np.unique(np.concatenate([one.spot for one in periods]))  # the same in every period
    periods = [one._replace(spot=np.searchsorted(spots, one.spot)) for one in periods]
    between, firms = len(periods) - 1, len(clash)
    tenant = [part.worst.ascent.best.tenant for part in parts]
    prices = Prices(
        tenant,
        [
            first_prices(one.rules, one.units, one.gain - price, known_prices(part))
            for one, price, part in zip(periods, tenant, parts, strict=True)
        ],
        [part.worst.ascent.best.row for part in parts],
        np.zeros((between, int(group.max(initial=0)) + 1, firms)),
        np.zeros((between, len(spots), firms)),
    )
    within, stay = moves.within[:, None, :], (moves.between - moves.within)[:, None, :]
    size = prices._replace(
        tenant=[np.maximum(one.gain.max(axis=0), 1.0) for one in periods],
        rules=[one.rules.size for one in periods],
        stay=stay,
        same=within,
    )
    sizes = _flat(size)
    upper = [stay, within] + [np.full(1, np.inf)] * (len(sizes) - 2)
    return UnitBound(periods, weight, owed, sizes, upper, prices, prices)


def start_alone(part: Bounding) -> UnitBound:
    """Return the ascent of a single period."""
    problem = part.problem
    options, levels, firms = problem.options.count, problem.levels.count, problem.tenants.count
    charge = np.broadcast_to(fit_out_eur_year(problem), (1, options, levels))
    never = np.zeros((0, firms))
    group, clash = np.arange(options), at_no_distance(problem)
    return start_at([part], np.ones(1), 0.0, Moves(never, never), group, charge, clash)


def known_prices(part: Bounding) -> Multipliers:
    """Return the prices of rules that the only box of a period has found, or the first ones."""
    if part.relaxed is None:
        message = "the problem has no block of hotels"
        raise ValueError(message)
    rules = part.worst.rules
    return first_multipliers(part.relaxed) if rules is None else rules


def _period(part: Bounding, group: Ints, charge: Floats, clash: Bools) -> Period:
    leaf, city, relaxed, houses = part.worst, part.city, part.relaxed, part.city.houses
    problem = part.problem
    if relaxed is None or houses is None:
        message = "the problem has no block of hotels"
        raise ValueError(message)
    at = known_prices(part)
    roofs = relaxed.roofs
    gain = np.where(relaxed.able, relaxed.worth + relaxed.fitting, 0.0)  # units are charged for it
    base = roof_eur(roofs, at.roof) - relaxed.fixed
    owed_by_roofs = at.roof * np.where(np.isfinite(roofs.total_m2), roofs.total_m2, 0.0)
    bare, _ = bare_worth(part, leaf)
    kinds = len(city.types)
    of_type = np.zeros(kinds, dtype=np.int64)
    have = city.combos.type >= 0
    of_type[city.combos.type[have]] = group[city.combos.hotel[have]]
    each = charge[houses.option[houses.house], houses.unit]
    units = build_units(city.types, houses, relaxed.able, clash, each)
    house = np.array([kind.house for kind in city.types], dtype=np.int64)
    terms = shared_terms(city, leaf.tenancy, leaf.ascent.best)
    first = houses.unit_start[house][units.type]
    local = np.arange(len(units.type)) - np.searchsorted(units.type, units.type)
    spot = of_type[units.type] * problem.levels.count + houses.unit[first + local]
    return Period(
        city=city,
        gain=gain,
        base=base,
        bare=bare,
        units=units,
        rules=build_rows(relaxed, houses, house, units, gain),
        likely=np.ones(kinds, dtype=bool),
        twin=_twins(city),
        group=of_type,
        spot=spot[units.unit],
        main=units.main[units.part],
        terms=(*terms[:3], owed_by_roofs),
    )


def _twins(city: City) -> Ints:
    """Return for every type its number among hotels that differ by services alone."""
    rank: dict[object, int] = {}
    return np.array(
        [rank.setdefault(kind._replace(services=False), len(rank)) for kind in city.types],
        dtype=np.int64,
    )


class Look(NamedTuple):
    """One evaluation of a period: saving, main parts by group and by unit, what rows have left."""

    saving: float
    there: Floats
    same: Floats
    left: RowPrices


class _Hotels(NamedTuple):
    """At the prices: worth (x,) of places, worth (types,) of hotels, places taken (x,)."""

    value: Floats
    worth: Floats
    taken: Bools


def _hotels(state: UnitBound, t: int) -> _Hotels:
    """Return the hotels of a period at the prices, those that are not likely without tenants."""
    one, prices, weight = state.periods[t], state.prices, state.weight[t]
    charge, limits = charges(one.rules, prices.rules[t], len(one.gain))
    net = one.gain - charge - prices.tenant[t][None, :]
    who = one.units.tenant[one.units.part[one.main]]
    same = np.zeros(len(who))
    if t < len(prices.stay):
        net = net - prices.stay[t][one.group] / weight
        same -= prices.same[t][one.spot[one.main], who] / weight
    if t > 0:
        net = net + prices.stay[t - 1][one.group] / weight
        same += prices.same[t - 1][one.spot[one.main], who] / weight
    value = place_values(one.rules, one.units, prices.rules[t], net)
    value[one.main] += same
    worth, taken = one.base + limits, np.zeros(len(value), dtype=bool)
    unit_values(one.units, value, one.likely, worth, taken)
    return _Hotels(value, worth, taken)


def _finish(one: Period, hotels: _Hotels) -> None:
    """Look at the hotels that were not likely, too, and note who is from now on."""
    unit_values(one.units, hotels.value, ~one.likely, hotels.worth, hotels.taken)
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
    number = np.bincount(combos.type[have], weight[have], len(city.types)).astype(np.float64)
    due = owed(one.rules, prices.rules[t])
    saving = safe_sum(*one.terms, prices.tenant[t], due, prices.row[t] * city.rows.limit, top)
    chosen = np.flatnonzero(hotels.taken & one.main)
    kind, who = one.units.type[one.units.unit[chosen]], one.units.tenant[one.units.part[chosen]]
    placed = np.zeros_like(one.gain)
    np.add.at(placed, (kind, who), 1.0)
    there, same = np.zeros(state.prices.stay.shape[1:]), np.zeros(state.prices.same.shape[1:])
    np.add.at(there, one.group, number[:, None] * placed)
    np.add.at(same, (one.spot[chosen], who), number[kind])
    left = slacks(one.rules, one.units, prices.rules[t], hotels.taken, placed, number)
    return Look(saving, there, same, left)


def _cost(state: UnitBound, looks: list[Look]) -> float:
    constant = np.array([one.city.constant for one in state.periods])
    saving = np.array([look.saving for look in looks])
    return -safe_sum(state.weight * saving, -state.weight * constant, np.array([-state.owed]))


def climb_units(state: UnitBound, done: float) -> None:
    """Do one round: evaluate all periods, keep the prices if they are the best, and move them.

    done : share of the time for this that is over.
    """
    count = range(len(state.periods))
    hotels = [_hotels(state, t) for t in count]
    looks = [_look(state, t, hotels[t], rows=False) for t in count]
    cost = _cost(state, looks)
    state.rounds, state.idle = state.rounds + 1, state.idle + 1
    if cost > state.cost:  # only now is it worth while to look at every hotel
        for one, some in zip(state.periods, hotels, strict=True):
            _finish(one, some)
        rows = state.rounds % ROWS_EVERY == 0
        looks = [_look(state, t, hotels[t], rows=rows) for t in count]
        cost = _cost(state, looks)
        if cost > state.cost:
            gained = not np.isfinite(state.cost) or cost - state.cost > LEAST_GAIN * abs(cost)
            state.idle = 0 if gained else state.idle
            state.cost, state.best = cost, _copied(state.prices)
    _move(state, _slack(state, looks), FIRST_STEP * (LAST_STEP / FIRST_STEP) ** min(done, 1.0))


def _copied(prices: Prices) -> Prices:
    """Return prices of their own: those of rows are changed in place of the list."""
    return prices._replace(row=list(prices.row))


def _flat(prices: Prices) -> list[Floats]:
    """Return all prices but those of `row`, array by array."""
    return [
        prices.stay, prices.same, *prices.tenant, *(part for one in prices.rules for part in one)
    ]  # fmt: skip


def _from_flat(flat: list[Floats], like: Prices) -> Prices:
    count, kinds = len(like.tenant), len(RowPrices._fields)
    rules = flat[2 + count :]
    each = [RowPrices(*rules[kinds * t : kinds * (t + 1)]) for t in range(count)]
    return like._replace(stay=flat[0], same=flat[1], tenant=flat[2 : 2 + count], rules=each)


def _slack(state: UnitBound, looks: list[Look]) -> list[Floats]:
    """Return what is left of every priced row, as `_flat`."""
    prices, weight = state.prices, state.weight.tolist()
    pairs = list(pairwise(looks))
    left = prices._replace(
        tenant=[w * (1.0 - one.there.sum(axis=0)) for w, one in zip(weight, looks, strict=True)],
        rules=[
            RowPrices(*(w * part for part in one.left))
            for w, one in zip(weight, looks, strict=True)
        ],
        stay=np.array([b.there - a.there for a, b in pairs]).reshape(prices.stay.shape),
        same=np.array([b.same - a.same for a, b in pairs]).reshape(prices.same.shape),
    )
    return _flat(left)


def _move(state: UnitBound, slack: list[Floats], step: float) -> None:
    """Move every price against its slack."""
    if not state.mean:
        state.mean = [np.zeros_like(part) for part in slack]
        state.square = [np.zeros_like(part) for part in slack]
    moved = []
    for rank, (price, part) in enumerate(zip(_flat(state.prices), slack, strict=True)):
        mean, square = state.mean[rank], state.square[rank]
        mean += (1.0 - MEAN) * (part - mean)
        square += (1.0 - SQUARE) * (part**2 - square)
        size = np.sqrt(square / (1.0 - SQUARE**state.rounds)) + TINY
        way = mean / (1.0 - MEAN**state.rounds) / size
        moved.append(np.clip(price - step * state.size[rank] * way, 0.0, state.upper[rank]))
    state.prices = _from_flat(moved, state.prices)
