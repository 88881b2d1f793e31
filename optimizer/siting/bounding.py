"""The proven bound of a city: prices climb, hotels are bounded exactly, the rows kept in integers.

For fixed prices of service and tenants the bound is
    sum of what points and tenants owe + max over integer choices (one combination per site)
so land, purses and quotas can be kept exactly by an integer programme at the end.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from optimizer.siting.hotels import SOLVER_SLACK, Effort, pack
from optimizer.siting.knapsack import Column, Master, choose
from optimizer.siting.lagrangian import (
    STEP_MIN,
    Ascent,
    Prices,
    climb,
    combo_worth,
    evaluate,
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

    columns : packings met on the way. no_type : hotel types that no tenants can fill enough.
    """

    problem: Problem
    data: SitingData
    city: City
    tenancy: Tenancy
    ascent: Ascent
    saving: float = np.inf
    columns: list[Column] = field(default_factory=list)
    no_type: set[int] = field(default_factory=set)

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


def climb_on(bounding: Bounding, floor_saving: float) -> float:
    """Do some rounds of the ascent towards `floor_saving`; return the work done."""
    ascent = bounding.ascent
    before = ascent.work
    for _ in range(ROUNDS_PER_LOOK):
        if ascent.step < STEP_MIN:
            break
        climb(bounding.city, bounding.tenancy, ascent, floor_saving)
    bounding.saving = min(bounding.saving, ascent.best_saving)
    return ascent.work - before


def climbed(bounding: Bounding) -> bool:
    """Return whether the ascent has nothing left to do."""
    return bounding.ascent.step < STEP_MIN


def pack_types(bounding: Bounding, price: Floats, effort: Effort) -> Floats:
    """Pack each hotel type at tenant prices; keep the packings; return upper bounds by type."""
    upper = np.zeros(len(bounding.city.types))
    for kind, hotel in enumerate(bounding.city.types):
        if kind in bounding.no_type:
            upper[kind] = -np.inf
            continue
        found = pack(bounding.problem, bounding.data, [hotel], price, effort)
        if found is None:
            bounding.no_type.add(kind)
            upper[kind] = -np.inf
            continue
        upper[kind] = found.upper
        if np.isfinite(found.value):
            bounding.columns.append(Column(kind, found.level, found.value))
    return upper


def bare_worth(bounding: Bounding, prices: Prices) -> tuple[Floats, Floats]:
    """Return what combinations are worth without tenants and uncharged for rows; and by type."""
    now = evaluate(bounding.city, bounding.tenancy, prices, exact=True)
    nobody = np.zeros(len(bounding.city.types) + 1)
    nobody[sorted(bounding.no_type)] = -np.inf
    bare = combo_worth(bounding.city, now.option_value, nobody, np.zeros_like(prices.row))
    return bare, now.hotel_value


def with_tenants(bounding: Bounding, bare: Floats, hotel: Floats, packed: Floats) -> Floats:
    """Add the smaller of two upper bounds on the tenants of each combination's hotel."""
    upper = np.append(np.minimum(hotel[:-1], packed), 0.0)
    return bare + np.where(np.isfinite(bare), upper[bounding.city.combos.type], 0.0)


def integer_bound(bounding: Bounding, prices: Prices, worth: Floats, effort: Effort) -> None:
    """Tighten the bound by keeping land, purses and quotas exactly, in integers."""
    city = bounding.city
    top = np.maximum.reduceat(worth, city.combos.start[:-1])
    if not np.all(np.isfinite(top)):
        return
    owed = shared_terms(city, prices)
    priced = worth - city.combos.use @ prices.row
    top_priced = np.maximum.reduceat(priced, city.combos.start[:-1])
    linear = safe_sum(*owed, prices.row * city.rows.limit, top_priced)
    bounding.saving = min(bounding.saving, linear)
    every = np.arange(len(worth))
    master = Master(every, worth - top[city.combos.site], None, None)
    found = choose(city, master, effort, 0)
    if found is None or found.upper is None:
        return
    size = np.abs(top) + np.abs(top_priced)
    slack = SOLVER_SLACK * float(np.sum(size))
    bounding.saving = min(
        bounding.saving, safe_sum(*owed, top, np.array([min(found.upper, 0.0) + slack]))
    )
