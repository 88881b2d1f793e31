"""The bound by units over years: what it costs tenants to move, and hybrid units to be fitted out.

The ascent itself is `siting.unit_bound`. A hybrid unit that is a workshop in t costs a share of its
fitting out: the shares of no period and all later ones add up to more than that costs then. What
else is priced - exchange, roofs - stays as it was found by the programme of tenants.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.siting.horizon.tenant_costs import hybrids_of, move_costs
from optimizer.siting.stacking.stock import at_no_distance
from optimizer.siting.unit_bound import Moves, UnitBound, ready, start_at

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.siting.bounding import Bounding
    from optimizer.siting.horizon.bounding import YearsBounding
    from optimizer.siting.horizon.whole import Years

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


def start_units(years: Years, bounding: YearsBounding) -> UnitBound | None:
    """Return the ascent from prices that have climbed; None where boxes were cut, or no hotels."""
    problem, hotels = years.problem, years.problem.hotels
    parts, weight = bounding.parts, bounding.weight
    if hotels is None or not ready(parts):
        return None
    once = years.accounts.one_off_weight[1:, None]
    costs = move_costs(problem, hotels)
    between = costs.between[1:] * once
    moves = Moves(np.minimum(costs.within[1:] * once, between), between)
    group = _groups(parts, problem.options.count)
    charge = _fitting_shares(years, weight) / weight[:, None, None]
    clash = at_no_distance(years.parts[0])
    return start_at(parts, weight, bounding.owed, moves, group, charge, clash)


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
