"""What a hotel earns from tenants when each tenant costs a price: a quick upper bound per type.

A hotel matters only by its type (`city.HotelType`). The bound lets tenants be split over levels and
drops docks, noise between neighbours and the productive share: what remains asks, for every set S
of levels, that tenants who fit nowhere outside S take at most the area of S. These sets form a
polymatroid, so filling by falling value per m2 is optimal (Edmonds 1970). With a block of hotels
(`stacking`) further rules of a hotel, and rules over all hotels, are priced (`stacking.pricing`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.compiled import kernel
from optimizer.core.kinds import Noise
from optimizer.siting.kernels import sort_part
from optimizer.siting.stacking.pricing import first_multipliers, priced_types, relax

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.problem import Problem
    from optimizer.siting.city import City, HotelType
    from optimizer.siting.data import SitingData
    from optimizer.siting.stacking.pricing import Multipliers, Relaxation

    Floats = NDArray[np.float64]

GROUPS_MAX = 8


class Tenancy(NamedTuple):
    """Types in rows, tenants in columns; `mask` holds the level groups where a tenant fits.

    room_m2 : (types, 2 ** groups), area of every set of level groups. value : EUR per year, less
    what rules are priced at. base : (types,), what a hotel is worth without tenants. charge :
    (types, f), what tenants owe to rules over several hotels. extra : (types,), part of `base` that
    is no matter of tenants. owed : (n,), terms of the bound for the limits of rules.
    """

    mask: NDArray[np.int64]
    room_m2: Floats
    value: Floats
    area_m2: Floats
    base: Floats
    charge: Floats
    extra: Floats
    owed: Floats


def build_tenancy(problem: Problem, data: SitingData, city: City) -> Tenancy:
    """Group the levels of each hotel type by who fits there."""
    if city.houses is not None:
        return tenancy_at(relax(problem, data, city.types, city.houses), None)
    types, firms = city.types, problem.tenants.count
    groups = [_groups(problem, data, kind) for kind in types]
    width = 1 << max((len(areas) for _, areas in groups), default=0)
    mask = np.zeros((len(types), firms), dtype=np.int64)
    room = np.zeros((len(types), width))
    value = np.zeros((len(types), firms))
    subsets = np.arange(width)
    for rank, (kind, (masks, areas)) in enumerate(zip(types, groups, strict=True)):
        mask[rank] = masks
        value[rank] = data.tenant_eur[:, kind.design]
        for group, area in enumerate(areas):
            room[rank] += area * ((subsets >> group) & 1)
    size, nothing = problem.tenants.area_m2.astype(float), np.zeros(len(types))
    free = np.zeros_like(value)
    return Tenancy(mask, room, value, size, nothing, free, nothing.copy(), np.zeros(0))


def tenancy_at(relaxed: Relaxation, multipliers: Multipliers | None) -> Tenancy:
    """Return the tenancy at prices of the rules of `relaxed`; None: the first ones."""
    groups = relaxed.room_m2.shape[1]
    subsets = np.arange(1 << groups)
    member = (subsets[None, :] >> np.arange(groups)[:, None]) & 1
    at = first_multipliers(relaxed) if multipliers is None else multipliers
    return Tenancy(relaxed.mask, relaxed.room_m2 @ member, *priced_types(relaxed, at))


def level_table(
    problem: Problem, data: SitingData, kind: HotelType
) -> tuple[NDArray[np.int64], Floats, NDArray[np.bool_]]:
    """Return the levels of a hotel type, their area for tenants, and who fits: (f, levels)."""
    level = np.flatnonzero(problem.levels.design == kind.design)
    ground = problem.levels.number[level] == 0
    area = problem.levels.area_m2[level] - np.where(ground, kind.inside_m2, 0)
    fits = data.fits[:, level] & (problem.tenants.area_m2[:, None] <= area[None, :])
    if not kind.noisy:
        fits &= (problem.tenants.noise != Noise.NOISY)[:, None]
    return level, area.astype(float), fits


def _groups(
    problem: Problem, data: SitingData, kind: HotelType
) -> tuple[NDArray[np.int64], list[float]]:
    """Return each tenant's mask of level groups, and the areas of the groups."""
    _, area, fits = level_table(problem, data, kind)
    columns: dict[bytes, int] = {}
    areas: list[float] = []
    masks = np.zeros(problem.tenants.count, dtype=np.int64)
    for rank in range(fits.shape[1]):
        key = fits[:, rank].tobytes()
        group = columns.get(key)
        if group is None:
            group = min(len(areas), GROUPS_MAX - 1)
            columns[key] = group
            if group == len(areas):
                areas.append(0.0)
        areas[group] += max(area[rank], 0.0)
        masks |= fits[:, rank].astype(np.int64) << group
    return masks, areas


@kernel
def tenant_bound(  # noqa: C901 - one greedy pass in a kernel
    tenancy: Tenancy, price: Floats, worth: Floats, placed: Floats
) -> None:
    """Write per type the most that tenants are worth after `price`, and who is placed.

    price : (f,), EUR per year. worth : (types,). placed : (types, f), shares in [0, 1].
    """
    kinds, firms = tenancy.mask.shape
    subsets = tenancy.room_m2.shape[1]
    density, used = np.empty(firms), np.empty(subsets)
    order = np.empty(firms, dtype=np.int64)
    for kind in range(kinds):
        worth[kind] = tenancy.base[kind]
        for group in range(subsets):
            used[group] = 0.0
        for firm in range(firms):
            net, size = tenancy.value[kind, firm] - price[firm], tenancy.area_m2[firm]
            density[firm] = net / size if size > 0.0 else -1.0
            order[firm] = firm
            placed[kind, firm] = 0.0
        sort_part(density, order, 0, firms)
        for rank in range(firms):
            firm = order[rank]
            mask = tenancy.mask[kind, firm]
            if density[firm] <= 0.0:
                break
            if mask == 0:
                continue
            room = tenancy.area_m2[firm]
            for group in range(subsets):
                if group & mask == mask:
                    room = min(room, tenancy.room_m2[kind, group] - used[group])
            if room <= 0.0:
                continue
            for group in range(subsets):
                if group & mask == mask:
                    used[group] += room
            worth[kind] += density[firm] * room
            placed[kind, firm] = room / tenancy.area_m2[firm]
