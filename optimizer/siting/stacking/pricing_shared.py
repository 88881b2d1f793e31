"""What several hotels keep together, as the bound sees it: mix, jobs, noise, and their roofs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from optimizer.core.problem import Problem
    from optimizer.siting.city import HotelType
    from optimizer.siting.data import SitingData
    from optimizer.siting.stacking.houses import Houses

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


class Shared(NamedTuple):
    """Rows over several hotels: `use[r]`, (types of `where[r]`, f), against `limit[r]`."""

    where: tuple[Ints, ...]
    use: tuple[Floats, ...]
    limit: Floats


class RoofWorth(NamedTuple):
    """roof_m2 (types,), duty_m2 (types, w), net_eur_m2 (w,), total_m2 (w,), inf without limit."""

    roof_m2: Floats
    duty_m2: Floats
    net_eur_m2: Floats
    total_m2: Floats


def rows_of(types: Sequence[HotelType]) -> Ints:
    """Return the house of each type."""
    return np.array([kind.house for kind in types], dtype=np.int64)


def shared_rows(
    problem: Problem,
    data: SitingData,
    types: Sequence[HotelType],
    houses: Houses,
    able: Bools,
) -> Shared:
    """Return mix, jobs and noise over all hotels."""
    if problem.hotels is None or not types:
        return Shared((), (), np.zeros(0))
    mix, area = problem.hotels.mix, houses.area_m2.astype(np.float64)
    mine = rows_of(types)
    place = problem.sites.jurisdiction[data.site[houses.option[mine]]]
    jobs = problem.hotels.businesses.jobs_by_skill
    rows: list[tuple[Bools, Floats, float]] = []
    for target in range(mix.count):
        covered, member = mix.covers[target, place], mix.members[target]
        if not mix.each_hotel[target]:
            rows.append((covered, area * (member - mix.share_max[target]), 0.0))
            rows.append((covered, area * (mix.share_min[target] - member), 0.0))
        rows.append((covered, -area * member, -float(mix.area_min_m2[target])))
        if mix.area_max_m2[target] >= 0:
            rows.append((covered, area * member, float(mix.area_max_m2[target])))
    for target, skill in enumerate(mix.jobs_skill.tolist()):
        covered = mix.jobs_covers[target, place]
        rows.append((covered, -jobs[:, skill], -float(mix.jobs_min[target])))
    blocks = [(np.flatnonzero(covered), use, limit) for covered, use, limit in rows]
    found = [(where, np.where(able[where], use, 0.0), limit) for where, use, limit in blocks]
    for row, room in enumerate(houses.noise_room.tolist()):
        use = np.where(able, houses.noise_use[:, mine, row].T, 0).astype(np.float64)
        where = np.flatnonzero(use.any(axis=1))
        found.append((where, use[where], float(room)))
    kept = [row for row in found if row[1].clip(0.0).max(axis=0, initial=0.0).sum() > row[2]]
    return Shared(
        tuple(where for where, _, _ in kept),
        tuple(use for _, use, _ in kept),
        np.array([limit for _, _, limit in kept], dtype=np.float64),
    )


def roof_worth(
    problem: Problem, data: SitingData, types: Sequence[HotelType], houses: Houses
) -> RoofWorth:
    """Return what roofs are for: none is larger, and duties bind new hotels alone."""
    if problem.hotels is None:
        return RoofWorth(np.zeros(len(types)), np.zeros((len(types), 0)), np.zeros(0), np.zeros(0))
    roofs = problem.hotels.roofs
    mine = rows_of(types)
    design = np.array([kind.design for kind in types], dtype=np.int64)
    roof = problem.hotels.equipment.roof_m2[design].astype(np.float64)
    new = ~data.existing[houses.option[mine]]
    duty = np.ceil(np.outer(roof * new, roofs.share_min) - 1e-9)
    total = np.where(roofs.total_max_m2 >= 0, roofs.total_max_m2, np.inf).astype(np.float64)
    return RoofWorth(roof, duty, roofs.net_eur_m2_year.astype(np.float64), total)


def roof_eur(roofs: RoofWorth, price: Floats) -> Floats:
    """Return the most a roof earns where each use costs `price` EUR a m2, by type."""
    net = roofs.net_eur_m2 - price
    left = np.maximum(roofs.roof_m2 - roofs.duty_m2.sum(axis=1), 0.0)
    best: Floats = roofs.duty_m2 @ net + left * max(0.0, float(net.max(initial=0.0)))
    return best
