"""The programme over openings alone, a relaxation of the whole model that is quickly solved.

Sites, land, purses, quotas and stated options as they are; minimum use against the parcels that
could come at all; hotels against the tenants who could come, split at will.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.kinds import Kind, Noise
from optimizer.siting.columns import Columns, Tenancies, pickup_share_most
from optimizer.siting.land import add_soil_stays_within_ledgers
from optimizer.siting.money import add_purses_pay_for_what_is_built
from optimizer.siting.quotas import add_counts_stay_within_quotas
from optimizer.siting.site import add_what_stands_together_fits
from optimizer.solvers import Builder, Milp

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.problem import Problem
    from optimizer.siting.data import SitingData


def build_relaxation(problem: Problem, data: SitingData) -> Milp:
    """Return the programme over openings; infeasible only if the whole model is."""
    builder = Builder()
    opened = builder.add_columns(data.option_count, integer=True)
    parcel = builder.add_columns(len(data.parcel_m2) if data.by_parcel else 0)
    none = np.zeros(0, dtype=np.int64)
    nobody = Tenancies(none, none, none, none, none, none, none)
    columns = Columns(opened, none, none, none, none, nobody, parcel)
    add_what_stands_together_fits(builder, problem, data, columns)
    add_soil_stays_within_ledgers(builder, problem, data, columns)
    add_purses_pay_for_what_is_built(builder, problem, data, columns)
    add_counts_stay_within_quotas(builder, problem, data, columns)
    add_enough_parcels_could_come(builder, data, opened)
    tenancies = add_enough_tenants_could_come(builder, problem, data, opened)
    add_targets_could_be_met(builder, problem, tenancies)
    return builder.build()


def reachable_parcels(data: SitingData) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return parcels per mean day that could ever pass a hub, and a delivery point, per site."""
    bike, pickup, sites = data.bike, data.pickup, len(data.parcel_m2)
    day = data.parcels_per_day
    could = (day * data.bike_share_max)[bike.point]
    by_bike = np.bincount(bike.site, could, sites).astype(np.float64)
    could = day[pickup.point] * pickup_share_most(data)
    by_foot = np.bincount(pickup.site, could, sites).astype(np.float64)
    return by_bike, by_foot


def add_enough_parcels_could_come(
    builder: Builder, data: SitingData, opened: NDArray[np.int64]
) -> None:
    """Add minimum use against the parcels in reach: of each site, of each kind, of all."""
    by_bike, by_foot = reachable_parcels(data)
    most = np.where(data.kind == Kind.MICRO_HUB, by_bike[data.site], by_foot[data.site])
    lonely = np.flatnonzero(data.minimum > most * (1 + 1e-9))
    builder.add_rows(len(lonely), (np.arange(len(lonely)), opened[lonely], 1.0), upper=0.0)
    day, bike = data.parcels_per_day, data.bike
    best = np.zeros(data.point_count)
    best[bike.point] = data.bike_share_max[bike.point]
    walk = np.zeros(data.point_count)
    np.maximum.at(walk, data.pickup.point, pickup_share_most(data))
    both = np.minimum(best + walk, 1.0)
    for kinds, share in (((0,), best), ((2,), walk), ((0, 2), both)):
        mine = np.flatnonzero(np.isin(data.kind, kinds))
        builder.add_rows(1, (0, opened[mine], data.minimum[mine]), upper=float(day @ share))


def add_enough_tenants_could_come(
    builder: Builder, problem: Problem, data: SitingData, opened: NDArray[np.int64]
) -> Tenancies:
    """Add who could come to hotels of one type: design, whether noise may come, jurisdiction.

    Tenants may be split at will over types. A type is told by one of its options; levels are not
    told apart.
    """
    designs, tenants, levels = problem.designs, problem.tenants, problem.levels
    hotel = np.flatnonzero(data.kind == Kind.PRODUCTIVE_HOTEL)
    at = data.site[hotel]
    keys = np.column_stack(
        [data.design[hotel], problem.sites.noisy_allowed[at], problem.sites.jurisdiction[at]]
    )
    types, which, row = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    row = row.ravel()
    design, quiet = types[:, 0], types[:, 1] == 0
    takes = np.zeros((tenants.count, designs.count), dtype=bool)
    np.logical_or.at(takes.T, levels.design, data.fits.T)
    able = takes[:, design] & ~(quiet[None, :] & (tenants.noise == Noise.NOISY)[:, None])
    tenant, rank = np.nonzero(able)
    host = builder.add_columns(len(tenant))
    builder.add_rows(tenants.count, (tenant, host, 1.0), upper=1.0)
    area = tenants.area_m2[tenant].astype(float)
    total = np.bincount(levels.design, levels.area_m2, designs.count)[design]
    opening = opened[hotel]
    builder.add_rows(len(types), (rank, host, area), (row, opening, -total[row]), upper=0.0)
    least = designs.productive_share_min[design][rank]
    builder.add_rows(
        len(types), (rank, host, area * (tenants.productive[tenant] - least)), lower=0.0
    )
    inside = np.flatnonzero(data.inside_m2 > 0)
    near, hub = np.nonzero(at[:, None] == data.site[inside][None, :])
    # several hotels of one type may be options of one site: its hub inside counts once
    pairs = np.unique(np.column_stack([row[near], inside[hub]]), axis=0)
    must = (designs.let_share_min[design] * total)[row]
    builder.add_rows(
        len(types),
        (rank, host, area),
        (pairs[:, 0], opened[pairs[:, 1]], data.inside_m2[pairs[:, 1]]),
        (row, opening, -must),
        lower=0.0,
    )
    none = np.zeros(0, dtype=np.int64)
    return Tenancies(host, tenant, hotel[which][rank], none, none, none, none)


def add_targets_could_be_met(builder: Builder, problem: Problem, tenancies: Tenancies) -> None:
    """Add the least area of sectors and the least jobs that all hotels together must reach."""
    hotels = problem.hotels
    if hotels is None:
        return
    tenant, host, mix = tenancies.place_tenant, tenancies.place, hotels.mix
    where = problem.sites.jurisdiction[problem.options.site[tenancies.place_option]]
    area = problem.tenants.area_m2[tenant].astype(float)
    for rule in np.flatnonzero(mix.area_min_m2 > 0).tolist():
        mine = mix.covers[rule][where] & mix.members[rule][tenant]
        builder.add_rows(1, (0, host[mine], area[mine]), lower=mix.area_min_m2[rule])
    for rule in np.flatnonzero(mix.jobs_min > 0).tolist():
        mine = mix.jobs_covers[rule][where]
        jobs = hotels.businesses.jobs_by_skill[tenant[mine], mix.jobs_skill[rule]]
        builder.add_rows(1, (0, host[mine], jobs), lower=mix.jobs_min[rule])
