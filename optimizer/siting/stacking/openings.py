"""Plans and searches of hotels told in each other's terms; what a roof is worth by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.siting.stacking.interiors import empty_interiors
from optimizer.siting.stacking.roofs import best_roofs
from optimizer.siting.stacking.services import best_services
from optimizer.siting.stacking.stock import hotels_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.plan import Interiors, Plan
    from optimizer.core.problem import Problem
    from optimizer.siting.data import SitingData
    from optimizer.siting.stacking.annealing import Best
    from optimizer.siting.stacking.houses import Houses

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]
    Whole = NDArray[np.int32]


def roofs_eur(problem: Problem, option: Ints) -> Floats:
    """Return what the roof of each hotel option earns at best by itself, EUR per year."""
    roofs, known = hotels_of(problem).roofs, {}
    worth = np.zeros(len(option))
    for rank, one in enumerate(option.tolist()):
        key = int(problem.options.design[one]), int(problem.options.status[one])
        if key not in known:
            alone = np.zeros(problem.options.count, dtype=bool)
            alone[one] = True
            known[key] = float((best_roofs(problem, alone) @ roofs.net_eur_m2_year).sum())
        worth[rank] = known[key]
    return worth


def seats_of(houses: Houses, plan: Plan) -> tuple[Ints, Ints]:
    """Return the house of each tenant and the unit of each part of a plan, -1 = none."""
    firms, parts = len(houses.area_m2), len(houses.part_tenant)
    place = {
        key: rank
        for rank, key in enumerate(
            zip(houses.option[houses.house].tolist(), houses.unit.tolist(), strict=True)
        )
    }
    house = {option: rank for rank, option in enumerate(houses.option.tolist())}
    option = plan.tenant_option[houses.part_tenant]
    annex = plan.interiors.annex_level if plan.interiors is not None else np.full(parts - firms, -1)
    level = np.concatenate([plan.tenant_level, annex])
    unit = [place.get(key, -1) for key in zip(option.tolist(), level.tolist(), strict=True)]
    home = np.array([house.get(where, -1) for where in plan.tenant_option.tolist()], dtype=np.int64)
    units = np.array(unit, dtype=np.int64)
    for part in np.flatnonzero(units < 0):
        home[houses.part_tenant[part]] = -1
    units[home[houses.part_tenant] < 0] = -1
    return home, units


def without_exchange(
    problem: Problem,
    data: SitingData,
    open_option: Flags,
    tenant_option: Whole,
    tenant_level: Whole,
    annex_level: Whole,
) -> Interiors | None:
    """Return what `interiors_of` does, but for exchanges: there are none."""
    empty = empty_interiors(problem)
    if empty is None or data.nearness is None:
        return None
    placed = tenant_level[hotels_of(problem).annexes.tenant] >= 0
    return empty.replace(
        annex_level=np.where(placed, annex_level, -1).astype(np.int32),
        roof_m2=best_roofs(problem, open_option),
        service=best_services(problem, open_option, tenant_option),
    )


def tenants_at(houses: Houses, best: Best, period: int) -> tuple[Whole, Whole, Whole]:
    """Return option and level of each tenant and level of each annex in the best state."""
    home, unit, firms = best.home[period], best.unit[period], len(houses.area_m2)
    if not len(houses.option):
        nobody = np.full(len(unit), -1, dtype=np.int32)
        return nobody[:firms], nobody[:firms].copy(), nobody[firms:]
    option = np.where(home >= 0, houses.option[home], -1).astype(np.int32)
    level = np.where(unit >= 0, houses.unit[unit], -1).astype(np.int32)
    return option, level[:firms], level[firms:]
