"""The proven bound of a city over years: periods apart, each under what it alone must keep.

    sum_t w[t] bound[t] <= cost of any programme
with bound[t] from `siting.bounding` on the city of `relaxed`. The periods differ little, so the
prices of one are the start of the next; the period that promises the largest drop climbs on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from optimizer.siting.bounding import Bounding, climb_on, climbed, start_bounding
from optimizer.siting.horizon.relaxed import period_city
from optimizer.siting.tenancy import build_tenancy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from optimizer.core.problem import Problem
    from optimizer.siting.data import SitingData
    from optimizer.siting.horizon.accounts import Accounts

    Floats = NDArray[np.float64]

NEXT_LEVEL = 0.012  # of the bound: hoped for where another period's prices are the start
ROUND_OFF = 1e-12


@dataclass
class YearsBounding:
    """Boundings of all periods; `weight` as `core.timeline.period_weights`.

    proven : a bound of the whole found in another way, EUR per year; -inf: none.
    """

    parts: list[Bounding]
    weight: Floats
    warm: list[bool]
    proven: float = field(default=-np.inf)

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
        total = sum(terms) - ROUND_OFF * sum(abs(term) for term in terms)
        return max(total, self.proven)

    @property
    def climbed(self) -> bool:
        """Return whether no period has anything left to gain."""
        return all(climbed(part) for part in self.parts)


def start_years(
    problem: Problem, accounts: Accounts, parts: Sequence[Problem], datas: Sequence[SitingData]
) -> YearsBounding:
    """Return the boundings of all periods without any bound yet."""
    boundings = []
    for period, (part, data) in enumerate(zip(parts, datas, strict=True)):
        city = period_city(problem, accounts, part, data, period)
        boundings.append(start_bounding(part, data, city, build_tenancy(part, data, city)))
    return YearsBounding(boundings, accounts.year_weight, [False] * len(boundings))


def first_period(years: YearsBounding) -> int:
    """Return the period whose prices are found first: the middle of the demand served."""
    size = np.cumsum([w * part.city.constant for w, part in zip(years.weight, years.parts)])
    return int(np.searchsorted(size, 0.5 * size[-1]))


def climb_years(years: YearsBounding, floor_saving: Sequence[float]) -> float:
    """Let the most promising period climb; return the work done.

    floor_saving : what the best known plan of each period saves, or 0.
    """
    period = _most_promising(years)
    if not years.warm[period]:
        _warm_up(years, period)
    return climb_on(years.parts[period], floor_saving[period])


def _most_promising(years: YearsBounding) -> int:
    lead = first_period(years)
    if not years.warm[lead] or (not years.parts[lead].worst.cut):
        return lead
    for period in range(len(years.parts)):
        if not np.isfinite(years.parts[period].saving):
            return period
    hope = [
        -np.inf if climbed(part) else float(w) * min(part.worst.ascent.level, part.saving)
        for w, part in zip(years.weight, years.parts, strict=True)
    ]
    return int(np.argmax(hope))


def _warm_up(years: YearsBounding, period: int) -> None:
    """Start a period at the prices of the nearest one that has climbed."""
    years.warm[period] = True
    known = [at for at in range(len(years.parts)) if np.isfinite(years.parts[at].saving)]
    if not known:
        return
    near = min(known, key=lambda at: abs(at - period))
    source, leaf = years.parts[near].worst.ascent, years.parts[period].worst
    rows = len(leaf.city.rows.limit)
    row = np.zeros(rows)
    shared = min(rows, len(source.best.row))
    if len(years.parts[near].city.rows.limit) == rows:
        row[:shared] = source.best.row[:shared]
    ascent = leaf.ascent
    ascent.prices = source.best._replace(row=row)
    ascent.best = ascent.prices
    ascent.use_of_option = source.use_of_option.copy()
    ascent.level = NEXT_LEVEL * max(abs(years.parts[near].saving), 1.0)
    ascent.by_steps = False
