"""Tenants over years: moves between units and hotels, hybrid units that switch; in whole EUR.

Only of a problem with `hotels` (the formulas stand in `optimizer.siting.stacking`). A tenant that
was placed moves within (another unit of its hotel) or between (another hotel, or away although it
still needs space). A hybrid unit is fitted out when it first becomes a workshop and switches each
later time that it is what it was not before; while it holds neither kind it stays what it was.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.hotels import Space
from optimizer.core.timeline import horizon_of
from optimizer.siting.horizon.accounts import whole
from optimizer.siting.stacking.terms import holding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from optimizer.core.hotels import Hotels
    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem

    Bools = NDArray[np.bool_]
    Ints = NDArray[np.int64]
    Whole = NDArray[np.int64]


class MoveCosts(NamedTuple):
    """What moves cost in whole EUR, (t, f), by the area that is left; 0 in the first period.

    between : also away, 0 where the tenant needs no space any more. within : another unit.
    """

    within: Whole
    between: Whole


class Hybrids(NamedTuple):
    """Hybrid units of hotels, h in number, by option and level.

    option, unit : (h,), unit an index into `Levels`. fit_out_eur, switch_eur : (t, h), whole EUR.
    """

    option: Ints
    unit: Ints
    fit_out_eur: Whole
    switch_eur: Whole


def move_costs(problem: Problem, hotels: Hotels) -> MoveCosts:
    """Return what every tenant's move would cost at the start of each period."""
    area, growth = areas_m2(problem), hotels.growth
    before = np.vstack([np.zeros_like(area[:1]), area[:-1]])
    away = whole(growth.move_between_eur_m2 * before.astype(np.float64))
    return MoveCosts(
        whole(growth.move_within_eur_m2 * before.astype(np.float64)), np.where(area > 0, away, 0)
    )


def areas_m2(problem: Problem) -> Whole:
    """Return the whole area that each tenant needs in each period, (t, f)."""
    periods = horizon_of(problem).periods.count
    if problem.hotels is not None and len(problem.hotels.growth.area_m2):
        return problem.hotels.growth.area_m2
    area: Whole = np.repeat(problem.tenants.area_m2[None, :], periods, axis=0)
    return area


def hybrids_of(problem: Problem, hotels: Hotels) -> Hybrids:
    """Return every hybrid unit of every hotel option, with its prices in each period."""
    design, levels = problem.options.design, problem.levels
    hybrid = hotels.units.space == Space.HYBRID
    option, unit = np.nonzero((design[:, None] == levels.design[None, :]) & hybrid[None, :])
    factor = horizon_of(problem).periods.build_price_factor[:, None]
    return Hybrids(
        option,
        unit,
        whole(hotels.units.fit_out_eur[unit] * factor),
        whole(hotels.units.switch_eur[unit] * factor),
    )


def tenant_moves_eur(problem: Problem, plans: Sequence[Plan]) -> Whole:
    """Return what moves of tenants cost in each period, whole EUR, (t,)."""
    total: Whole = moves_by_option(problem, plans).sum(axis=1)
    return total


def switching_eur(problem: Problem, plans: Sequence[Plan]) -> Whole:
    """Return what hybrid units cost in each period, whole EUR, (t,)."""
    total: Whole = switching_by_option(problem, plans).sum(axis=1)
    return total


def moves_by_option(problem: Problem, plans: Sequence[Plan]) -> Whole:
    """Return what moves of tenants cost, by the hotel that they leave, whole EUR, (t, o)."""
    total = np.zeros((len(plans), problem.options.count), dtype=np.int64)
    if problem.hotels is None:
        return total
    costs = move_costs(problem, problem.hotels)
    for period, (old, new) in enumerate(pairwise(plans), start=1):
        placed = old.tenant_option >= 0
        left = placed & (new.tenant_option != old.tenant_option)
        other = placed & ~left & (new.tenant_level != old.tenant_level)
        np.add.at(total[period], old.tenant_option[left], costs.between[period, left])
        np.add.at(total[period], old.tenant_option[other], costs.within[period, other])
    return total


def switching_by_option(problem: Problem, plans: Sequence[Plan]) -> Whole:
    """Return what hybrid units cost, by hotel, whole EUR, (t, o)."""
    total = np.zeros((len(plans), problem.options.count), dtype=np.int64)
    if problem.hotels is None:
        return total
    units = hybrids_of(problem, problem.hotels)
    fitted = np.zeros(len(units.option), dtype=bool)
    state = fitted.copy()
    for period, plan in enumerate(plans):
        now = workshops(problem, problem.hotels, plan, units, state)
        first = now & ~fitted
        changed = (now != state) & ~first
        np.add.at(total[period], units.option[first], units.fit_out_eur[period, first])
        np.add.at(total[period], units.option[changed], units.switch_eur[period, changed])
        fitted, state = fitted | now, now
    return total


def states(
    problem: Problem, hotels: Hotels, plans: Sequence[Plan], units: Hybrids
) -> tuple[Bools, Bools]:
    """Return which hybrid units have ever been, and which are workshops after `plans`, (h,)."""
    fitted = np.zeros(len(units.option), dtype=bool)
    state = fitted.copy()
    for plan in plans:
        state = workshops(problem, hotels, plan, units, state)
        fitted = fitted | state
    return fitted, state


def workshops(problem: Problem, hotels: Hotels, plan: Plan, units: Hybrids, before: Bools) -> Bools:
    """Return which hybrid units are workshops in a plan, given what they were before, (h,)."""
    levels = max(problem.levels.count, 1)
    key = units.option * levels + units.unit

    def among(places: tuple[Ints, Ints]) -> Bools:
        option, unit = places
        return np.isin(key, option * levels + unit)

    state: Bools = among(holding(hotels, plan, Space.WORKSHOP))
    state |= before & ~among(holding(hotels, plan, Space.OFFICE))
    return state
