"""The proven bound of a city over years: periods apart, each under what it alone must keep.

    sum_t w[t] bound[t] <= cost of any programme
with bound[t] from `siting.bounding` on the city of `relaxed`, and again at the prices of the purses
that all periods share (`purseprices`). The periods differ little, so the
prices of one are the start of the next; the period that promises the largest drop climbs on. Where
nothing but hotels is decided, whole parts on units and moves tie the periods then (`unit_bound`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from optimizer.siting.bare import begin_bare, climb_bare, go_on
from optimizer.siting.bounding import (
    ROUNDS_PER_LOOK,
    Bounding,
    Leaf,
    bare_worth,
    climb_on,
    climbed,
    integer_bound,
    pack_types,
    promising_types,
    start_bounding,
    with_tenants,
)
from optimizer.siting.horizon.least_uses import least_of_uses, paid_for_uses_eur
from optimizer.siting.horizon.purseprices import PursePrices, limits_worth_eur, priced
from optimizer.siting.horizon.relaxed import period_city
from optimizer.siting.horizon.unit_bound import start_units
from optimizer.siting.lagrangian import exhausted
from optimizer.siting.tenancy import build_tenancy
from optimizer.siting.unit_bound import climb_units

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from optimizer.siting.bare import Bare
    from optimizer.siting.horizon.whole import Years
    from optimizer.siting.hotels import Effort
    from optimizer.siting.lagrangian import Ascent
    from optimizer.siting.unit_bound import UnitBound

    Floats = NDArray[np.float64]

SETTLING = 0.012  # of what is saved: the level from which prices of a period serve others
CUT_HOPE = 1e-3
NEXT_LEVEL = 0.012  # of the bound: hoped for where another period's prices are the start
ROUND_OFF = 1e-12
PACKS_S, PACK_NODES = 4.0, 300
KNAPSACK_S, KNAPSACK_NODES = 3.0, 500


@dataclass
class YearsBounding:
    """Boundings of all periods; `weight` as `core.timeline.period_weights`.

    owed : what other uses cost at least, EUR per year of the horizon. warm : periods whose prices
    have a start. proven : what other prices have proven, -inf: nothing. polished : what each
    period's worst box had saved when it was polished. units : by whole parts on units, once begun,
    at the share `units_from` of the budget.
    bares : of each period without hotels, once begun.
    """

    parts: list[Bounding]
    weight: Floats
    owed: float
    warm: list[bool]
    proven: float = -np.inf
    polished: dict[int, float] = field(default_factory=dict)
    units: UnitBound | None = None
    units_from: float = 0.0
    bares: dict[int, Bare] = field(default_factory=dict)

    @property
    def possible(self) -> bool:
        """Return whether every period has a combination for every site."""
        return all(part.city.possible for part in self.parts)

    @property
    def cost(self) -> float | None:
        """Proven lower bound on cost, EUR per year of the horizon; None: nothing is known yet."""
        costs = [part.cost for part in self.parts]
        if any(cost is None for cost in costs):
            return self.proven if np.isfinite(self.proven) else None
        terms = [float(w) * float(cost or 0.0) for w, cost in zip(self.weight, costs, strict=True)]
        size = sum(abs(term) for term in terms) + abs(self.owed)
        return max(sum(terms) + self.owed - ROUND_OFF * size, self.proven)

    @property
    def settled(self) -> bool:
        """Return whether prices of every period are good; boxes may still be cut."""
        return all(_settling(part) for part in self.parts)

    @property
    def climbed(self) -> bool:
        """Return whether no period has anything left to gain."""
        return all(climbed(part) for part in self.parts)


def start_years(years: Years) -> YearsBounding:
    """Return the boundings of all periods without any bound yet."""
    problem, parts, datas, accounts = years
    paid = paid_for_uses_eur(problem, accounts)
    boundings = []
    for period, part in enumerate(parts):
        city = period_city(problem, accounts, parts, datas, period, paid)
        data = datas[period]
        boundings.append(start_bounding(part, data, city, build_tenancy(part, data, city)))
    nothing = np.zeros((len(paid), accounts.period_count + 1))
    owed = least_of_uses(problem, accounts, nothing, yearly=True)
    return YearsBounding(boundings, accounts.year_weight, owed, [False] * len(boundings))


def start_priced(years: Years, plain: YearsBounding, prices: PursePrices) -> YearsBounding:
    """Return the boundings of all periods at prices of the purses; `plain` is without them."""
    boundings = []
    for period, part in enumerate(years.parts):
        city, data = priced(years, plain.parts[period].city, years.datas[period], period, prices)
        boundings.append(start_bounding(part, data, city, build_tenancy(part, data, city)))
    owed = least_of_uses(years.problem, years.accounts, prices.spent, yearly=True)
    owed -= limits_worth_eur(years, prices)
    return YearsBounding(boundings, plain.weight, owed, [False] * len(boundings))


def start_beside(
    years: Years, plain: YearsBounding, old: YearsBounding, prices: PursePrices
) -> YearsBounding:
    """Return the boundings at other prices of the purses, started at the prices of `old`.

    Periods that cost the same are those of `old`.
    """
    fresh = start_priced(years, plain, prices)
    go_on_from(fresh, old)
    for period, (mine, known) in enumerate(zip(fresh.parts, old.parts, strict=True)):
        if _costs_the_same(mine, known):
            fresh.parts[period] = known
    return fresh


def _costs_the_same(one: Bounding, other: Bounding) -> bool:
    return (
        np.array_equal(one.city.combos.fixed, other.city.combos.fixed)
        and np.array_equal(one.city.choice.fixed, other.city.choice.fixed)
        and np.array_equal(one.data.tenant_eur, other.data.tenant_eur)
    )


def go_on_from(years: YearsBounding, old: YearsBounding) -> None:
    """Start every period at the prices that it has found in `old`, and keep what that proved."""
    known = old.cost
    years.proven = old.proven if known is None else max(known, old.proven)
    for period, part in enumerate(old.parts):
        if np.isfinite(part.saving):
            _start_at(years.parts[period].worst, part.worst.ascent, part)
            years.parts[period].worst.members = part.worst.members
            years.warm[period] = True


def climb_by_units(years: Years, bounding: YearsBounding, used: float, until: float) -> bool:
    """Do one round of the bound by units, from prices that have climbed; False: no use.

    used, until : shares of the budget, now and at the end of these rounds.
    """
    if bounding.units is None:
        bounding.units_from = used
        _share_prices(bounding)
        bounding.units = start_units(years, bounding)
    if bounding.units is None or bounding.units.exhausted:
        return False
    begun = bounding.units_from
    climb_units(bounding.units, (used - begun) / max(until - begun, 1e-9))
    bounding.proven = max(bounding.proven, bounding.units.cost)
    return True


def _share_prices(years: YearsBounding) -> None:
    """Let periods without a programme of tenants begin at prices of the first one's."""
    while years.cost is None and years.possible:
        climb_years(years, [0.0] * len(years.parts), hurried=True)
    lead = years.parts[first_period(years)]
    for part in years.parts:
        leaf, rules = part.worst, lead.worst.rules
        if leaf.rules is not None or rules is None or part.city.types != lead.city.types:
            continue
        rows = 0 if part.relaxed is None else len(part.relaxed.shared.limit)
        shared = rules.shared if len(rules.shared) == rows else np.zeros(rows)
        leaf.rules = rules._replace(shared=shared)


def first_settled(years: YearsBounding) -> bool:
    """Return whether the prices of the period that leads have climbed."""
    return climbed(years.parts[first_period(years)])


def first_period(years: YearsBounding) -> int:
    """Return the period whose prices are found first: the middle of the demand served."""
    constant = np.array([part.city.constant for part in years.parts])
    size = np.cumsum(years.weight * constant)
    return min(int(np.searchsorted(size, 0.5 * size[-1])), len(size) - 1)


def climb_years(
    years: YearsBounding, floor_saving: Sequence[float], *, hurried: bool = False
) -> float:
    """Let the most promising period climb; return the work done.

    floor_saving : what the best known plan of each period saves, or 0. hurried : one round for a
    period that has no bound yet.
    """
    period = _most_promising(years, hurried=hurried)
    part = years.parts[period]
    if not years.warm[period]:
        bare = _bare_of(years, period)
        if bare is not None:
            before = bare.ascent.work
            if not hurried and not climb_bare(bare, part.worst.tenancy, ROUNDS_PER_LOOK):
                return bare.ascent.work - before
            _whole_from(years, period, bare)
        else:
            _warm_up(years, period)
        years.warm[period] = True
    rounds = 1 if hurried else ROUNDS_PER_LOOK
    cutting = all(exhausted(other.worst.ascent) for other in years.parts)
    return climb_on(part, floor_saving[period], rounds, cutting=cutting)


def polish_years(
    years: YearsBounding, known_saving: Sequence[float], effort: Callable[..., Effort]
) -> bool:
    """Keep the rows of worst boxes in integers, once each; return whether there was one."""
    for period, part in enumerate(years.parts):
        leaf = part.worst
        if years.polished.get(period) == leaf.saving:
            continue
        known = max(known_saving[period], -1e300)
        bare, hotel = bare_worth(part, leaf)
        mine = promising_types(part, leaf, max(leaf.saving - known, 0.0))
        each = PACKS_S / max(int(mine.sum()), 1)
        packed = pack_types(part, leaf, mine, effort(each, PACK_NODES, 1e-3))
        whole = with_tenants(leaf, bare, hotel, packed)
        integer_bound(part, leaf, whole, -1e300, effort(KNAPSACK_S, KNAPSACK_NODES, 1e-5))
        years.polished[period] = part.worst.saving
        return True
    return False


def _most_promising(years: YearsBounding, *, hurried: bool) -> int:
    """Return the first period until its prices are good, then those without any, then by hope."""
    lead = first_period(years)
    if not hurried and not _settling(years.parts[lead]):
        return lead
    for period in range(len(years.parts)):
        if not np.isfinite(years.parts[period].saving):
            return period
    hope = [
        -np.inf if climbed(part) else float(w) * _hope(part)
        for w, part in zip(years.weight, years.parts, strict=True)
    ]
    return int(np.argmax(hope))


def _settling(part: Bounding) -> bool:
    """Return whether the prices of a period are a good start for those of others."""
    ascent = part.worst.ascent
    known = len(part.leaves) > 1 or np.isfinite(ascent.best_saving)
    return known and (exhausted(ascent) or ascent.level < SETTLING * abs(ascent.best_saving))


def _hope(part: Bounding) -> float:
    """Return the drop that is hoped for; of boxes that could only be cut, much less."""
    ascent = part.worst.ascent
    cut_only = CUT_HOPE if exhausted(ascent) else 1.0
    return cut_only * min(ascent.level, abs(part.saving))


def _bare_of(years: YearsBounding, period: int) -> Bare | None:
    """Return a period without hotels, started at the prices of the nearest one that has climbed."""
    if period not in years.bares:
        known = [at for at in years.bares if np.isfinite(years.bares[at].ascent.best_saving)]
        near = min(known, key=lambda at: abs(at - period), default=None)
        part = years.parts[period]
        source = None if near is None else years.bares[near]
        begun = begin_bare(part.city, part.worst.tenancy, source)
        if begun is None:
            return None
        years.bares[period] = begun
    return years.bares[period]


def _warm_up(years: YearsBounding, period: int) -> None:
    """Start a period at the prices of the nearest one that has climbed."""
    known = [at for at, part in enumerate(years.parts) if np.isfinite(part.saving)]
    if known:
        near = min(known, key=lambda at: abs(at - period))
        leaf, source = years.parts[period].worst, years.parts[near].worst
        _start_at(leaf, source.ascent, years.parts[near])
        leaf.members = source.members


def _whole_from(years: YearsBounding, period: int, bare: Bare) -> None:
    """Start a whole period at the prices of its bare one, and those of tenants nearby."""
    leaf = years.parts[period].worst
    near = _nearest_known(years, period)
    source = None if near is None else years.parts[near].worst
    tenant = None if source is None else source.ascent.best.tenant
    go_on(leaf.ascent, bare, leaf.city, leaf.tenancy, tenant)
    leaf.members = None if source is None else source.members


def _nearest_known(years: YearsBounding, period: int) -> int | None:
    """Return the nearest period with hotels and a bound, for a period with hotels."""
    if not years.parts[period].city.types:
        return None
    known = [
        at for at, part in enumerate(years.parts) if np.isfinite(part.saving) and part.city.types
    ]
    return min(known, key=lambda at: abs(at - period), default=None)


def _start_at(leaf: Leaf, source: Ascent, known: Bounding) -> None:
    """Set the prices of a box to those of another one; its rows may be others."""
    rows, ascent = len(leaf.city.rows.limit), leaf.ascent
    row = np.zeros(rows)
    if len(known.city.rows.limit) == rows:
        row[:] = source.best.row[:rows]
    ascent.prices = source.best._replace(row=row)
    ascent.best = ascent.prices
    ascent.use_of_option = source.use_of_option.copy()
    ascent.level = NEXT_LEVEL * max(abs(known.saving), 1.0)
    ascent.by_steps = False
