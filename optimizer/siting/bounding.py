"""The proven bound of a city: prices climb, hotels are bounded exactly, the rows kept in integers.

For fixed prices of service and tenants the bound is
    sum of what points and tenants owe + max over integer choices (one combination per site)
so land, purses and quotas can be kept exactly by an integer programme at the end.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from optimizer.siting.hotels import SOLVER_SLACK, Effort, pack
from optimizer.siting.knapsack import choose
from optimizer.siting.lagrangian import (
    Ascent,
    Look,
    Prices,
    climb,
    combo_worth,
    evaluate,
    exhausted,
    safe_sum,
    shared_terms,
    start_ascent,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.problem import Problem
    from optimizer.siting.city import City
    from optimizer.siting.data import SitingData
    from optimizer.siting.tenancy import Tenancy

    Floats = NDArray[np.float64]

ROUNDS_PER_LOOK = 10


@dataclass
class Bounding:
    """What is proven so far: `saving` is an upper bound on what any plan saves.

    no_type : hotel types that no tenants can fill enough.
    """

    problem: Problem
    data: SitingData
    city: City
    tenancy: Tenancy
    ascent: Ascent
    saving: float = np.inf
    no_type: set[int] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def tighten(self, saving: float) -> None:
        """Note an upper bound on the saving; prices may climb in another thread meanwhile."""
        with self.lock:
            self.saving = min(self.saving, saving)

    @property
    def cost(self) -> float | None:
        """Proven lower bound on cost, EUR per year; None while nothing is known."""
        if not np.isfinite(self.saving):
            return None
        bound = self.city.constant - self.saving
        return bound - 1e-12 * (abs(self.city.constant) + abs(self.saving))


def start_bounding(problem: Problem, data: SitingData, city: City, tenancy: Tenancy) -> Bounding:
    """Return a bounding without any bound yet."""
    return Bounding(problem, data, city, tenancy, start_ascent(city, tenancy))


def climb_on(bounding: Bounding, floor_saving: float, rounds: int = ROUNDS_PER_LOOK) -> float:
    """Do some rounds of the ascent towards `floor_saving`; return the work done."""
    ascent = bounding.ascent
    before = ascent.work
    for _ in range(rounds):
        if exhausted(ascent):
            break
        climb(bounding.city, bounding.tenancy, ascent, floor_saving)
    bounding.tighten(ascent.best_saving)
    return ascent.work - before


def climbed(bounding: Bounding) -> bool:
    """Return whether the ascent has nothing left to do."""
    return exhausted(bounding.ascent)


def pack_types(
    bounding: Bounding, price: Floats, mine: NDArray[np.bool_], effort: Effort
) -> Floats:
    """Return upper bounds on the tenants of each hotel type in `mine` (inf for others)."""
    upper = np.full(len(bounding.city.types), np.inf)
    for kind in np.flatnonzero(mine).tolist():
        if kind in bounding.no_type:
            continue
        hotel = bounding.city.types[kind]
        found = pack(bounding.problem, bounding.data, [hotel], price, effort)
        if found is None:
            bounding.no_type.add(kind)
        else:
            upper[kind] = found.upper
    return upper


def promising_types(bounding: Bounding, slack: float) -> NDArray[np.bool_]:
    """Return hotel types that come within `slack` of the best choice on some site."""
    city, prices = bounding.city, bounding.ascent.best
    bare, hotel = bare_worth(bounding, prices)
    free = np.full(len(city.types), np.inf)
    priced = with_tenants(bounding, bare, hotel, free) - city.combos.use @ prices.row
    top = np.maximum.reduceat(priced, city.combos.start[:-1])
    near = (priced >= top[city.combos.site] - slack) & (city.combos.type >= 0)
    mine = np.zeros(len(city.types), dtype=bool)
    mine[city.combos.type[near]] = True
    return mine


def bare_worth(bounding: Bounding, prices: Prices) -> tuple[Floats, Floats]:
    """Return what combinations are worth without tenants and uncharged for rows; and by type."""
    sites = np.ones(bounding.city.site_count)
    look = Look(sites, sites.copy(), exact=True)
    now = evaluate(bounding.city, bounding.tenancy, prices, look)
    nobody = np.zeros(len(bounding.city.types) + 1)
    nobody[sorted(bounding.no_type)] = -np.inf
    bare = combo_worth(bounding.city, now.option_value, nobody, np.zeros_like(prices.row))
    return bare, now.hotel_value


def with_tenants(bounding: Bounding, bare: Floats, hotel: Floats, packed: Floats) -> Floats:
    """Add the smaller of two upper bounds on the tenants of each combination's hotel."""
    upper = np.append(np.minimum(hotel[:-1], packed), 0.0)
    return bare + np.where(np.isfinite(bare), upper[bounding.city.combos.type], 0.0)


def integer_bound(
    bounding: Bounding, prices: Prices, worth: Floats, known: float, effort: Effort
) -> Floats:
    """Tighten the bound by keeping land, purses and quotas exactly, in integers.

    known : saving of a plan at hand. Combinations that lose too much at the prices to be part of
    a better plan are left out. Returns the worth of the others, -inf for those left out.
    """
    city = bounding.city
    first = city.combos.start[:-1]
    top = np.maximum.reduceat(worth, first)
    if not np.all(np.isfinite(top)):
        return worth
    owed = shared_terms(city, prices)
    priced = worth - city.combos.use @ prices.row
    top_priced = np.maximum.reduceat(priced, first)
    linear = safe_sum(*owed, prices.row * city.rows.limit, top_priced)
    bounding.tighten(linear)
    loss = top_priced[city.combos.site] - priced
    kept = np.where(linear - loss >= known - abs(known) * SOLVER_SLACK, worth, -np.inf)
    found = choose(city, kept - top[city.combos.site], effort)
    if found is None or found.upper is None:
        return kept
    slack = SOLVER_SLACK * float(np.sum(np.abs(top) + np.abs(top_priced)))
    inside = safe_sum(*owed, top, np.array([min(found.upper, 0.0) + slack]))
    bounding.tighten(max(inside, known))
    return kept
