"""Constraint family 8, floors: tenants on the levels of hotels.

    place[f,o,l] <= open[o];  sum over o, l of place[f,o,l] <= 1
    tenant area on a level <= its area; level 0 also holds what a hub inside takes
    dock tenants on level 0 <= docks;  NOISY and SENSITIVE not on one level
    productive area >= productive_share_min * let area
    let area + inside_hotel_m2 >= let_share_min * total area
Load, height, docks, rent and noise of the site are in the columns: what does not fit has none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.kinds import Kind, Noise

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.problem import Problem
    from optimizer.siting.columns import Tenancies
    from optimizer.siting.data import SitingData
    from optimizer.solvers import Builder


def add_tenants_fit_on_floors(
    builder: Builder,
    problem: Problem,
    data: SitingData,
    opened: NDArray[np.int64],
    tenancies: Tenancies,
) -> None:
    """Add every row about tenants in hotels; `opened` holds the columns of all options."""
    rank = np.arange(len(tenancies.place))
    hotel = opened[tenancies.place_option]
    builder.add_rows(len(rank), (rank, tenancies.place, 1.0), (rank, hotel, -1.0), upper=0.0)
    builder.add_rows(
        problem.tenants.count, (tenancies.place_tenant, tenancies.place, 1.0), upper=1.0
    )
    _add_levels_hold_their_tenants(builder, problem, data, opened, tenancies)
    _add_loud_and_quiet_apart(builder, problem, tenancies)
    _add_enough_is_let_and_produces(builder, problem, data, opened, tenancies)


def _floors(problem: Problem, data: SitingData) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return every (hotel option, level) pair."""
    hotel = np.flatnonzero(data.kind == Kind.PRODUCTIVE_HOTEL)
    rank, level = np.nonzero(data.design[hotel][:, None] == problem.levels.design[None, :])
    return hotel[rank], level


def _hubs_inside(
    data: SitingData, option: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return pairs (rank in `option`, option of a hub inside a hotel on the same site)."""
    inside = np.flatnonzero(data.inside_m2 > 0)
    rank, which = np.nonzero(data.site[option][:, None] == data.site[inside][None, :])
    return rank, inside[which]


def _add_levels_hold_their_tenants(
    builder: Builder,
    problem: Problem,
    data: SitingData,
    opened: NDArray[np.int64],
    tenancies: Tenancies,
) -> None:
    levels, tenants = problem.levels, problem.tenants
    option, level = _floors(problem, data)
    key = option * max(levels.count, 1) + level
    row = np.searchsorted(
        key, tenancies.place_option * max(levels.count, 1) + tenancies.place_level
    )
    ground = np.flatnonzero(levels.number[level] == 0)
    rank, hub = _hubs_inside(data, option[ground])
    # where another hotel of the site stands instead, the hub inside is that one's concern
    largest = np.zeros(len(data.parcel_m2))
    np.maximum.at(largest, data.site, data.inside_m2)
    hotel = np.flatnonzero(data.kind == Kind.PRODUCTIVE_HOTEL)
    same, other = np.nonzero(
        (data.site[option[ground]][:, None] == data.site[hotel][None, :])
        & (option[ground][:, None] != hotel[None, :])
    )
    builder.add_rows(
        len(option),
        (row, tenancies.place, tenants.area_m2[tenancies.place_tenant]),
        (np.arange(len(option)), opened[option], -levels.area_m2[level]),
        (ground[rank], opened[hub], data.inside_m2[hub]),
        (ground[same], opened[hotel[other]], -largest[data.site[hotel[other]]]),
        upper=0.0,
    )
    docking = tenants.dock[tenancies.place_tenant]
    builder.add_rows(
        len(ground),
        (np.searchsorted(ground, row[docking]), tenancies.place[docking], 1.0),
        (
            np.arange(len(ground)),
            opened[option[ground]],
            -problem.designs.docks[data.design[option[ground]]],
        ),
        upper=0.0,
    )


def _add_loud_and_quiet_apart(builder: Builder, problem: Problem, tenancies: Tenancies) -> None:
    span = max(problem.levels.count, 1)
    mixed = tenancies.loud_option * span + tenancies.loud_level
    key = tenancies.place_option * span + tenancies.place_level
    noise = problem.tenants.noise[tenancies.place_tenant]
    on_mixed = np.isin(key, mixed)
    for kind, sign, upper in ((Noise.NOISY, -1.0, 0.0), (Noise.SENSITIVE, 1.0, 1.0)):
        mine = np.flatnonzero(on_mixed & (noise == kind))
        loud = tenancies.loud[np.searchsorted(mixed, key[mine])]
        rank = np.arange(len(mine))
        builder.add_rows(
            len(mine), (rank, tenancies.place[mine], 1.0), (rank, loud, sign), upper=upper
        )


def _add_enough_is_let_and_produces(
    builder: Builder,
    problem: Problem,
    data: SitingData,
    opened: NDArray[np.int64],
    tenancies: Tenancies,
) -> None:
    designs, tenants = problem.designs, problem.tenants
    hotel = np.flatnonzero(data.kind == Kind.PRODUCTIVE_HOTEL)
    row = np.searchsorted(hotel, tenancies.place_option)
    area = tenants.area_m2[tenancies.place_tenant].astype(float)
    least = designs.productive_share_min[data.design[tenancies.place_option]]
    productive = tenants.productive[tenancies.place_tenant] - least
    builder.add_rows(len(hotel), (row, tenancies.place, area * productive), lower=0.0)
    total = np.bincount(
        problem.levels.design, weights=problem.levels.area_m2, minlength=designs.count
    )
    rank, hub = _hubs_inside(data, hotel)
    let = designs.let_share_min * total
    builder.add_rows(
        len(hotel),
        (row, tenancies.place, area),
        (rank, opened[hub], data.inside_m2[hub]),
        (np.arange(len(hotel)), opened[hotel], -let[data.design[hotel]]),
        lower=0.0,
    )
