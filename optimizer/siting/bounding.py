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

from optimizer.siting.boxes import Box, average_number, boxed, halves, whole_box
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
from optimizer.siting.rowprices import row_unit
from optimizer.siting.stacking.columns import begin, solve
from optimizer.siting.stacking.housing import packed_types
from optimizer.siting.stacking.pricing import relax
from optimizer.siting.stacking.renewal import refine
from optimizer.siting.stacking.shortlist import losses
from optimizer.siting.tenancy import tenancy_at

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.problem import Problem
    from optimizer.siting.city import City
    from optimizer.siting.data import SitingData
    from optimizer.siting.stacking.columns import Programme
    from optimizer.siting.stacking.pricing import Multipliers, Relaxation
    from optimizer.siting.tenancy import Tenancy

    Floats = NDArray[np.float64]

ROUNDS_PER_LOOK = 10
LEAVES_MAX = 24
RIPE = 0.02  # of the bound: shorter steps in a box that can be cut are not worth their while
NEW_LEVEL = 0.012  # of the bound: hoped for in a new box
AGAIN = 0.4  # of the level at which tenants were priced: they are priced again
PRICED_AFTER = 10  # rounds of the ascent
NEAR_ENOUGH = 1e-4  # of the bound: how far it may be from its programme of tenants
SLOW = 3e-5  # of the bound: a round that gains less is the last one, where the two are near
WORK_PER_COLUMN = 0.3  # milliseconds of work, of a programme of tenants


@dataclass
class Leaf:
    """One box of plans (`boxes`): its city, its prices, and an upper bound on what they save.

    cut : the box has been looked at and is a point, or there are enough boxes.
    polished : the integer programme has been asked at its final prices.
    programme : of tenants, while it grows (`stacking.columns`). priced_at : the level of the ascent
    when tenants were last priced by one; rules : what it found rules to cost. members : tenants and
    types that mattered to the last one, here or in a box that is much the same.
    """

    city: City
    box: Box
    ascent: Ascent
    tenancy: Tenancy
    saving: float = np.inf
    cut: bool = False
    polished: bool = False
    programme: Programme | None = None
    priced_at: float = np.inf
    rules: Multipliers | None = None
    members: NDArray[np.bool_] | None = None

    @property
    def settled(self) -> bool:
        """Return whether further rounds would gain next to nothing."""
        return self.cut and exhausted(self.ascent)


@dataclass
class Bounding:
    """What is proven so far: `saving` is an upper bound on what any plan saves.

    leaves : boxes that together hold every plan. no_type : hotel types that no tenants can fill.
    relaxed : rules of tenants in hotels, None exactly where the problem has no block of them.
    """

    problem: Problem
    data: SitingData
    city: City
    leaves: tuple[Leaf, ...]
    relaxed: Relaxation | None = None
    no_type: set[int] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def saving(self) -> float:
        """The largest bound of any box."""
        return max((leaf.saving for leaf in self.leaves), default=-np.inf)

    @property
    def worst(self) -> Leaf:
        """The box with the largest bound."""
        return max(self.leaves, key=lambda leaf: leaf.saving)

    def tighten(self, leaf: Leaf, saving: float) -> None:
        """Note an upper bound on a box; prices may climb in another thread meanwhile."""
        with self.lock:
            leaf.saving = min(leaf.saving, saving)

    def use_of_option(self) -> Floats:
        """Return how promising each option is in any box."""
        uses: Floats = np.max([leaf.ascent.use_of_option for leaf in self.leaves], axis=0)
        return uses

    @property
    def cost(self) -> float | None:
        """Proven lower bound on cost, EUR per year; None while nothing is known."""
        saving = self.saving
        if not np.isfinite(saving):
            return None
        bound = self.city.constant - saving
        return bound - 1e-12 * (abs(self.city.constant) + abs(saving))


def start_bounding(problem: Problem, data: SitingData, city: City, tenancy: Tenancy) -> Bounding:
    """Return a bounding without any bound yet."""
    whole = Leaf(city, whole_box(city), start_ascent(city, tenancy), tenancy)
    houses = city.houses
    relaxed = None if houses is None else relax(problem, data, city.types, houses)
    return Bounding(problem, data, city, (whole,), relaxed)


def climb_on(
    bounding: Bounding,
    floor_saving: float,
    rounds: int = ROUNDS_PER_LOOK,
    *,
    cutting: bool = True,
) -> float:
    """Do some rounds on the worst box towards `floor_saving`; return the work done.

    cutting : whether the box may be cut when its prices are good enough.
    """
    leaf = bounding.worst
    ascent = leaf.ascent
    before = ascent.work
    if _tenants_are_due(bounding, leaf):
        price_tenants(bounding, leaf)
        rounds = 0 if leaf.programme is not None else rounds
    for _ in range(rounds):
        if exhausted(ascent):
            break
        climb(leaf.city, leaf.tenancy, ascent, floor_saving)
    bounding.tighten(leaf, ascent.best_saving)
    waiting = bounding.relaxed is not None and not np.isfinite(leaf.priced_at)
    ripe = ascent.level < RIPE * abs(ascent.best_saving)
    if cutting and ripe and not (leaf.cut or waiting or leaf.programme is not None):
        cut_box(bounding, leaf)
    return ascent.work - before


def _tenants_are_due(bounding: Bounding, leaf: Leaf) -> bool:
    """Return whether tenants are to be priced by a programme: at first and as prices settle."""
    ascent = leaf.ascent
    if bounding.relaxed is None or not leaf.city.types or not np.isfinite(ascent.best_saving):
        return False
    if leaf.programme is not None:
        return True
    return ascent.rounds >= PRICED_AFTER and ascent.level < AGAIN * leaf.priced_at


def price_tenants(bounding: Bounding, leaf: Leaf) -> None:
    """Do one round of the programme of tenants at the prices of service of a box.

    Its prices are the start of the ascent where they are the best so far. Where nothing but tenants
    is priced there is nothing left to climb.
    """
    city, ascent, relaxed = leaf.city, leaf.ascent, bounding.relaxed
    if relaxed is None:
        return
    if leaf.programme is None:
        bare, hotel = bare_worth(bounding, leaf)
        whole = with_tenants(leaf, bare, hotel, hotel[:-1]) - city.combos.use @ ascent.best.row
        loss = None if alone(city) else losses(city, whole)
        leaf.programme = begin(city, relaxed, bare, row_unit(city), ascent.best.tenant, loss)
        if leaf.members is not None and leaf.members.shape == leaf.programme.member.shape:
            leaf.programme.member |= leaf.members & relaxed.able
        leaf.priced_at = ascent.level
    programme = leaf.programme
    ascent.work += WORK_PER_COLUMN * float(programme.member.sum())
    found = solve(programme)
    if found is None:
        leaf.programme = None
        return
    tenancy = tenancy_at(relaxed, found.rules)
    prices = ascent.best._replace(tenant=found.tenant, row=found.row)
    sites = np.ones(city.site_count)
    now = evaluate(city, tenancy, prices, Look(sites, sites.copy()))
    before = ascent.best_saving
    if now.saving < before:
        leaf.tenancy, leaf.rules = tenancy, found.rules
        ascent.prices = ascent.best = prices
        ascent.best_saving = now.saving
    value = safe_sum(np.array([found.value]), *shared_terms(city, tenancy, prices)[:3])
    near = abs(now.saving - value) < NEAR_ENOUGH * abs(now.saving)
    slow = before - ascent.best_saving < SLOW * abs(now.saving)
    whole = with_tenants(leaf, programme.bare, now.hotel_value, now.hotel_value[:-1])
    joined, broken = refine(programme, found, whole - city.combos.use @ found.row)
    if not (near and slow) and (broken or (joined and not near)):
        return
    leaf.programme, leaf.members = None, programme.member
    if alone(city):
        ascent.level, leaf.cut = 0.0, True


def alone(city: City) -> bool:
    """Return whether nothing but hotels is decided."""
    return not len(city.bike.point) and not len(city.pickup.point)


def cut_box(bounding: Bounding, leaf: Leaf) -> None:
    """Replace a box by its halves, each starting at its prices, or note that it stays."""
    leaf.cut = True
    number = average_number(bounding.city, leaf.box, leaf.ascent.use_of_option)
    parts = halves(bounding.city, leaf.box, number)
    if parts is None or len(bounding.leaves) >= LEAVES_MAX:
        return
    fresh = [_child(bounding, leaf, box) for box in parts if box.possible]
    kept = [item for item in fresh if item.city.possible]
    with bounding.lock:
        others = [other for other in bounding.leaves if other is not leaf]
        if others or kept:
            bounding.leaves = (*others, *kept)


def _child(bounding: Bounding, leaf: Leaf, box: Box) -> Leaf:
    city = boxed(bounding.city, box)
    old, rows = leaf.ascent, len(bounding.city.rows.limit)
    more = np.zeros(len(city.rows.limit) - rows)
    prices = old.best._replace(row=np.concatenate([old.best.row[:rows], more]))
    nothing = Prices(*(np.zeros_like(part) for part in prices))
    ascent = Ascent(
        prices,
        old.scale._replace(row=np.zeros_like(prices.row)),
        nothing,
        prices,
        np.inf,
        old.use_of_option.copy(),
        np.ones(city.site_count),
        np.ones(city.site_count),
        level=NEW_LEVEL * abs(leaf.saving),
        by_steps=False,
    )
    point = bool(np.all(box.low == box.high))
    return Leaf(city, box, ascent, leaf.tenancy, leaf.saving, cut=point, members=leaf.members)


def climbed(bounding: Bounding) -> bool:
    """Return whether the ascent has nothing left to do: the worst box is settled."""
    return bounding.worst.settled


def pack_types(bounding: Bounding, leaf: Leaf, mine: NDArray[np.bool_], effort: Effort) -> Floats:
    """Return upper bounds on the tenants of each hotel type in `mine` (inf for others)."""
    upper, price = np.full(len(bounding.city.types), np.inf), leaf.ascent.best.tenant
    for kind in np.flatnonzero(mine).tolist():
        if kind in bounding.no_type:
            continue
        packed = _packed_upper(bounding, leaf, kind, price, effort)
        if packed is None:
            bounding.no_type.add(kind)
        else:
            upper[kind] = packed
    return upper


def _packed_upper(
    bounding: Bounding, leaf: Leaf, kind: int, price: Floats, effort: Effort
) -> float | None:
    """Return the most that the tenants of a hotel are worth at their prices; None: it has none."""
    problem, data, houses = bounding.problem, bounding.data, bounding.city.houses
    hotel = bounding.city.types[kind]
    if houses is None:
        found = pack(problem, data, [hotel], price, effort)
        return None if found is None else found.upper
    design = data.design[houses.option]
    now = houses._replace(gain_eur=data.tenant_eur[:, design])
    asked = [(hotel.house, hotel.inside_m2, hotel.inside_docks)]
    owed = price + leaf.tenancy.charge[kind]
    packed, _ = packed_types(problem, data, now, asked, owed, effort)
    return None if packed is None else packed.upper + float(leaf.tenancy.extra[kind])


def promising_types(bounding: Bounding, leaf: Leaf, slack: float) -> NDArray[np.bool_]:
    """Return hotel types that come within `slack` of the best choice on some site."""
    city, prices = leaf.city, leaf.ascent.best
    bare, hotel = bare_worth(bounding, leaf)
    free = np.full(len(city.types), np.inf)
    priced = with_tenants(leaf, bare, hotel, free) - city.combos.use @ prices.row
    top = np.maximum.reduceat(priced, city.combos.start[:-1])
    near = (priced >= top[city.combos.site] - slack) & (city.combos.type >= 0)
    mine = np.zeros(len(city.types), dtype=bool)
    mine[city.combos.type[near]] = True
    return mine


def bare_worth(bounding: Bounding, leaf: Leaf) -> tuple[Floats, Floats]:
    """Return what combinations are worth without tenants and uncharged for rows; and by type."""
    city, prices = leaf.city, leaf.ascent.best
    sites = np.ones(city.site_count)
    now = evaluate(city, leaf.tenancy, prices, Look(sites, sites.copy(), exact=True))
    nobody = np.zeros(len(city.types) + 1)
    nobody[sorted(bounding.no_type)] = -np.inf
    bare = combo_worth(city, now.option_value, nobody, np.zeros_like(prices.row))
    return bare, now.hotel_value


def with_tenants(leaf: Leaf, bare: Floats, hotel: Floats, packed: Floats) -> Floats:
    """Add the smaller of two upper bounds on the tenants of each combination's hotel."""
    upper = np.append(np.minimum(hotel[:-1], packed), 0.0)
    return bare + np.where(np.isfinite(bare), upper[leaf.city.combos.type], 0.0)


def integer_bound(
    bounding: Bounding, leaf: Leaf, worth: Floats, known: float, effort: Effort
) -> Floats:
    """Tighten the bound of a box by keeping land, purses and quotas exactly, in integers.

    known : saving of a plan at hand. Combinations that lose too much at the prices to be part of
    a better plan are left out. Returns the worth of the others, -inf for those left out.
    """
    city, prices = leaf.city, leaf.ascent.best
    first = city.combos.start[:-1]
    top = np.maximum.reduceat(worth, first)
    if not np.all(np.isfinite(top)):
        return worth
    owed = shared_terms(city, leaf.tenancy, prices)
    priced = worth - city.combos.use @ prices.row
    top_priced = np.maximum.reduceat(priced, first)
    linear = safe_sum(*owed, prices.row * city.rows.limit, top_priced)
    bounding.tighten(leaf, linear)
    loss = top_priced[city.combos.site] - priced
    kept = np.where(linear - loss >= known - abs(known) * SOLVER_SLACK, worth, -np.inf)
    found = choose(city, kept - top[city.combos.site], effort)
    if found is None or found.upper is None:
        return kept
    slack = SOLVER_SLACK * float(np.sum(np.abs(top) + np.abs(top_priced)))
    inside = safe_sum(*owed, top, np.array([min(found.upper, 0.0) + slack]))
    bounding.tighten(leaf, max(inside, known))
    return kept
