"""The bound: every site decides for itself at prices for what the sites share.

Maximise the saving against the fallback. Dualised rows, with prices >= 0:
    (1) sum_j x[i,j] + sum_j p[i,j] <= 1          total[i]    EUR per parcel
    (2) sum_j x[i,j] <= bike_share_max[i]         bike[i]     EUR per parcel
    (3) sum_j p[i,j] / acceptance <= pickup_max   pickup[i]   EUR per parcel
    (4) a tenant at most once                     tenant[f]   EUR per year
    (5) land ledgers, purses, quotas              row[r]      EUR per unit
Kept: on each site the best combination of hub, hotel and delivery point that its area allows; each
with its capacity and minimum use; hotels by a bound on their tenants. In `nearest` mode people may
be sent anywhere: a relaxation. For any prices >= 0,
    saving <= sum_i w[i] (total + bike bmax + pickup pmax) + sum_f tenant + row . limit
              + sum_sites max over combinations
so constant - that is a lower bound on cost. The prices move along smoothed subgradients (Polyak
steps towards the best plan known; Held, Wolfe, Crowder 1974, DOI 10.1007/BF01580223), each
scaled by its own size. The few prices of (5) are found exactly after each step (`rowprices`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.siting.kernels import NEAR, add_flows, option_values
from optimizer.siting.rowprices import price_rows, row_unit
from optimizer.siting.tenancy import Tenancy, tenant_bound

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.siting.city import City

    Floats = NDArray[np.float64]

SMOOTH = 0.3  # weight of the new subgradient; found in a trial on Geneva
STALE_MAX = 20
LEVEL_CUT = 0.7  # of the drop that is hoped for, when it does not come
LEVEL_GROWTH = 1.3
FIRST_LEVEL = 0.12
LEVEL_MIN = 2e-4  # of the bound: a search on this core gains more than the prices would
FULL_EVERY = 8  # rounds; between them only sites near being worth something are looked at
ROUND_OFF = 1e-9  # of the sum of absolute terms; see `safe_sum`
LINKS_PER_WORK = 150_000.0  # links per millisecond of work
ROWS_WORK, ROUND_WORK = 10.0, 1.0  # milliseconds of work: with rows priced exactly, or not
REACH = 2e-3  # of the bound: combinations that are looked at to price the rows
STEP = 0.2  # of the Polyak step: no more than the weight of a new subgradient may be taken
FRESH = 0.02  # weight of the newest choice in `use_of_option`


class Prices(NamedTuple):
    """Multipliers of the dualised rows; see the module."""

    total: Floats
    bike: Floats
    pickup: Floats
    tenant: Floats
    row: Floats


class Evaluation(NamedTuple):
    """One evaluation: upper bound on the saving, option values, and what was chosen.

    weight : how much of each combination is chosen. row : prices of the rows it was charged.
    """

    saving: float
    option_value: Floats
    hotel_value: Floats
    weight: Floats
    slack: Prices
    row: Floats
    links: float


@dataclass
class Ascent:
    """State of the subgradient method; `best` are the prices of the best bound.

    by_steps : the rows are priced by steps as all else; otherwise exactly.
    """

    prices: Prices
    scale: Prices
    direction: Prices
    best: Prices
    best_saving: float
    use_of_option: Floats
    near_hub: Floats
    near_point: Floats
    level: float = np.inf
    stale: int = 0
    rounds: int = 0
    work: float = field(default=0.0)
    by_steps: bool = True


def safe_sum(*parts: Floats) -> float:
    """Return the sum of all terms, rounded up by more than float64 can have lost.

    The final sum is exact (`math.fsum`). Every term comes from sums of at most 1e6 products of
    float64, whose relative error on the sum of absolute values is below 1e6 * 2.3e-16.
    """
    flat = np.concatenate([np.ravel(part) for part in parts])
    return math.fsum(flat) + ROUND_OFF * math.fsum(np.abs(flat))


def start_ascent(city: City, tenancy: Tenancy) -> Ascent:
    """Start with prices of half the best gain at each point and none elsewhere."""
    best = np.zeros(city.point_count)
    for reach in (city.bike, city.pickup):
        np.maximum.at(best, reach.point, reach.gain)
    worth = tenancy.value.max(axis=0) if len(tenancy.value) else np.zeros(tenancy.mask.shape[1])
    size = max(float(np.sum(best * city.parcels)), 1.0)
    typical = max(float(np.average(best, weights=city.parcels)) if len(best) else 1.0, 1e-6)
    per_point = np.sqrt(typical / city.parcels)
    scale = Prices(
        per_point,
        per_point / np.sqrt(np.maximum(city.bike_most, 0.05)),
        per_point / np.sqrt(np.maximum(city.pickup_most, 0.05)),
        np.sqrt(np.maximum(worth, 1e-9)),
        np.sqrt(0.05 * size) / row_unit(city),
    )
    zeros = [np.zeros_like(part) for part in scale]
    prices = Prices(0.5 * best, zeros[1], zeros[2], 0.5 * worth, zeros[4])
    options = len(city.choice.site)
    return Ascent(
        prices,
        scale,
        Prices(*(part.copy() for part in zeros)),
        prices,
        np.inf,
        np.zeros(options),
        np.ones(city.site_count),
        np.ones(city.site_count),
    )


class Look(NamedTuple):
    """How to evaluate: `near` by site for hubs and points, updated; `lazy` trusts it.

    exact : value every option with its minimum use, also those that cannot be chosen here.
    reach : find the best prices of the rows among combinations that lose at most so many EUR per
        year; None keeps the prices given.
    """

    near_hub: Floats
    near_point: Floats
    lazy: bool = False
    exact: bool = False
    reach: float | None = None


def evaluate(city: City, tenancy: Tenancy, prices: Prices, look: Look) -> Evaluation:
    """Let every site decide at `prices`; also return how far the choices break the shared rows.

    A lazy evaluation may miss sites: its saving is no bound.
    """
    choice, combos = city.choice, city.combos
    own = choice.fixed + city.option_use @ prices.row
    if look.exact:
        own = np.full(len(own), -np.inf)
    elif look.reach is not None:  # the rows may become cheaper
        own = np.where(own > 0.0, NEAR * own, own)
    lazy = 0.0 if not look.lazy else NEAR if look.reach is None else 1.0
    value = np.full(len(choice.site) + 1, -np.inf)
    value[-1] = 0.0
    bike = np.stack([prices.total, prices.bike])
    pickup = np.stack([prices.total, prices.pickup])
    hubs = (choice.hub_start, choice.hub_option, lazy)
    points = (choice.point_start, choice.point_option, lazy)
    links = option_values(city.bike, choice, hubs, bike, own, look.near_hub, value)
    links += option_values(city.pickup, choice, points, pickup, own, look.near_point, value)
    hotel = np.zeros(len(city.types) + 1)
    placed = np.zeros(tenancy.mask.shape)
    tenant_bound(tenancy, prices.tenant, hotel[:-1], placed)
    bare = combo_worth(city, value, hotel, np.zeros_like(prices.row))
    found = None
    if look.reach is not None and len(prices.row) and city.site_count:
        found = price_rows(city, bare, prices.row, look.reach)
    row = prices.row if found is None else found.row
    worth = bare - combos.use @ row
    top = np.maximum.reduceat(worth, combos.start[:-1]) if city.site_count else np.zeros(0)
    weight = best_of_each(city, worth, top) if found is None else found.weight
    slack = _slack(city, weight, placed, bike, pickup)
    saving = safe_sum(*shared_terms(city, tenancy, prices), row * city.rows.limit, top)
    return Evaluation(saving, value, hotel, weight, slack, row, links)


def best_of_each(city: City, worth: Floats, top: Floats) -> Floats:
    """Return weight 1 for the first best combination of each site."""
    combos = city.combos
    hit = np.flatnonzero(worth == np.repeat(top, np.diff(combos.start)))
    weight = np.zeros(len(worth))
    weight[hit[np.unique(combos.site[hit], return_index=True)[1]]] = 1.0
    return weight


def shared_terms(city: City, tenancy: Tenancy, prices: Prices) -> tuple[Floats, ...]:
    """Return what points, tenants and rules owe: the terms of the bound outside the sites."""
    return (
        city.parcels * prices.total,
        city.parcels * prices.bike * city.bike_most,
        city.parcels * prices.pickup * city.pickup_most,
        prices.tenant,
        tenancy.owed,
    )


def combo_worth(city: City, value: Floats, hotel: Floats, row: Floats) -> Floats:
    """Return what each combination is worth: option values, tenants, less cost and rows."""
    combos = city.combos
    parts = value[combos.hub] + value[combos.point] + hotel[combos.type]
    worth: Floats = parts - combos.fixed - combos.use @ row
    return worth


def _slack(city: City, weight: Floats, placed: Floats, bike: Floats, pickup: Floats) -> Prices:
    combos, n = city.combos, city.point_count
    chosen = np.flatnonzero(weight)
    shares = []
    for part, reach, prices in (
        (combos.hub, city.bike, bike),
        (combos.point, city.pickup, pickup),
    ):
        have = chosen[part[chosen] >= 0]
        options = len(city.choice.site)
        much = np.bincount(part[have], weight[have], minlength=options).astype(np.float64)
        share = np.zeros((2, n))
        add_flows(reach, city.choice, np.flatnonzero(much), prices, share, much)
        shares.append(share)
    by_bike, by_pickup = shares
    have = chosen[combos.type[chosen] >= 0]
    count = np.bincount(combos.type[have], weight[have], minlength=len(city.types))
    used = combos.use.T @ weight
    return Prices(
        city.parcels - by_bike[0] - by_pickup[0],
        city.parcels * city.bike_most - by_bike[0],
        city.parcels * city.pickup_most - by_pickup[1],
        1.0 - count @ placed,
        city.rows.limit - used,
    )


def climb(city: City, tenancy: Tenancy, ascent: Ascent, floor_saving: float) -> Evaluation:
    """Do one step; `floor_saving` is what the best plan known saves.

    Returns the evaluation at the prices before the step.
    """
    lazy = ascent.rounds % FULL_EVERY != 0
    reach = None if ascent.by_steps else REACH * abs(min(ascent.best_saving, 1e300))
    look = Look(ascent.near_hub, ascent.near_point, lazy=lazy, reach=reach)
    now = evaluate(city, tenancy, ascent.prices, look)
    ascent.prices = ascent.prices._replace(row=now.row)
    ascent.rounds += 1
    each = ROWS_WORK if reach is not None and len(now.row) else ROUND_WORK
    ascent.work += now.links / LINKS_PER_WORK + each
    if now.saving < ascent.best_saving and lazy:
        look = Look(ascent.near_hub, ascent.near_point, reach=reach)
        now = evaluate(city, tenancy, ascent.prices, look)
        ascent.prices = ascent.prices._replace(row=now.row)
        ascent.work += now.links / LINKS_PER_WORK + each
    saving = now.saving
    if not np.isfinite(ascent.level):
        ascent.level = FIRST_LEVEL * abs(saving)
    if saving < ascent.best_saving:
        drop = ascent.best_saving - saving
        ascent.best, ascent.best_saving = ascent.prices, saving
        if drop > 0.1 * ascent.level:
            ascent.stale = 0
            ascent.level *= LEVEL_GROWTH if drop > 0.5 * ascent.level else 1.0
    ascent.stale += 1
    if ascent.stale >= STALE_MAX:
        ascent.level, ascent.stale = ascent.level * LEVEL_CUT, 0
        ascent.prices = ascent.best
        ascent.direction = Prices(*(np.zeros_like(part) for part in ascent.direction))
    _note_use(city, ascent, now.weight)
    target = max(floor_saving, ascent.best_saving - ascent.level)
    _move(ascent, now, max(saving - target, 0.0))
    return now


def exhausted(ascent: Ascent) -> bool:
    """Return whether further rounds would gain next to nothing."""
    if not np.isfinite(ascent.best_saving):
        return False
    return ascent.level < LEVEL_MIN * abs(ascent.best_saving) + 1e-9


def _note_use(city: City, ascent: Ascent, weight: Floats) -> None:
    """Remember how often each option was chosen lately: good places to search."""
    ascent.use_of_option *= 1.0 - FRESH
    chosen = np.flatnonzero(weight)
    for part in (city.combos.hub, city.combos.hotel, city.combos.point):
        have = chosen[part[chosen] >= 0]
        np.add.at(ascent.use_of_option, part[have], FRESH * weight[have])


def _move(ascent: Ascent, now: Evaluation, distance: float) -> None:
    """Step along the smoothed direction; what would only push a zero price down does not count."""
    blended = [
        SMOOTH * new + (1.0 - SMOOTH) * old
        for new, old in zip(now.slack, ascent.direction, strict=True)
    ]
    ascent.direction = Prices(*blended)
    scale = ascent.scale
    if not ascent.by_steps:
        scale = scale._replace(row=np.zeros_like(scale.row))
    parts = [
        np.where((price <= 0.0) & (part > 0.0), 0.0, part)
        for price, part in zip(ascent.prices, blended, strict=True)
    ]
    norm = sum(float(np.sum((part * size) ** 2)) for part, size in zip(parts, scale, strict=True))
    length = STEP * distance / max(norm, 1e-12)
    ascent.prices = Prices(
        *(
            np.maximum(price - length * part * size * size, 0.0)
            for price, part, size in zip(ascent.prices, parts, scale, strict=True)
        )
    )
