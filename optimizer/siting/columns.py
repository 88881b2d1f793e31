"""Columns of the whole model: which variables there are and where they stand."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.kinds import Kind, Noise

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.problem import Problem
    from optimizer.siting.data import SitingData
    from optimizer.solvers import Builder


def _none() -> NDArray[np.int64]:
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Tenancies:
    """Columns of tenants: `place` per (tenant, option, level), `loud` per floor of either kind.

    place : whether `place_tenant` stands on `place_level` of `place_option`. loud : whether the
    floor (`loud_option`, `loud_level`) is one for noisy tenants.
    With `Problem.hotels` place concerns main parts; annex : whether annex `annex_rank` is on
    `annex_level` of `annex_option`; workshop : whether a HYBRID unit is a workshop (there is a
    column where it can be).
    """

    place: NDArray[np.int64]
    place_tenant: NDArray[np.int64]
    place_option: NDArray[np.int64]
    place_level: NDArray[np.int64]
    loud: NDArray[np.int64]
    loud_option: NDArray[np.int64]
    loud_level: NDArray[np.int64]
    annex: NDArray[np.int64] = field(default_factory=_none)
    annex_rank: NDArray[np.int64] = field(default_factory=_none)
    annex_option: NDArray[np.int64] = field(default_factory=_none)
    annex_level: NDArray[np.int64] = field(default_factory=_none)
    workshop: NDArray[np.int64] = field(default_factory=_none)
    workshop_option: NDArray[np.int64] = field(default_factory=_none)
    workshop_level: NDArray[np.int64] = field(default_factory=_none)

    def shifted(self, by: int) -> Tenancies:
        """Return the same columns in a model in which they begin at `by`."""
        return replace(
            self,
            place=self.place + by,
            loud=self.loud + by,
            annex=self.annex + by,
            workshop=self.workshop + by,
        )


@dataclass(frozen=True, eq=False)
class Columns:
    """Column numbers of the variables, in the words of `optimizer.siting`.

    open : per option. bike, pickup : share per link. volume : parcels per mean day through each
    hub and delivery point option (`handled`). tenants : see `Tenancies`. parcel : per site, whether
    its soil is consumed (none where land ledgers count footprints).
    """

    open: NDArray[np.int64]
    bike: NDArray[np.int64]
    pickup: NDArray[np.int64]
    handled: NDArray[np.int64]
    volume: NDArray[np.int64]
    tenants: Tenancies
    parcel: NDArray[np.int64]


def add_columns(builder: Builder, problem: Problem, data: SitingData) -> Columns:
    """Add every variable with its bounds and its cost."""
    builder.offset = data.constant_eur
    opened = builder.add_columns(data.option_count, cost=data.fixed_eur, integer=True)
    bike = builder.add_columns(
        data.bike.count, cost=-data.bike.gain_eur, upper=data.bike_share_max[data.bike.point]
    )
    pickup = builder.add_columns(
        data.pickup.count, cost=-data.pickup.gain_eur, upper=pickup_share_most(data)
    )
    handled = np.flatnonzero(data.kind != Kind.PRODUCTIVE_HOTEL)
    volume = builder.add_columns(
        len(handled),
        cost=data.handling_eur[handled] * problem.rules.delivery_days_per_year,
        upper=data.capacity_mean[handled],
    )
    hotels = np.flatnonzero(data.kind == Kind.PRODUCTIVE_HOTEL)
    tenants = _nobody_yet()
    if problem.hotels is None:
        tenants = add_tenant_columns(builder, problem, data, hotels)
    parcel = builder.add_columns(len(data.parcel_m2) if data.by_parcel else 0)
    return Columns(opened, bike, pickup, handled, volume, tenants, parcel)


def _nobody_yet() -> Tenancies:
    """Return no columns: with `Problem.hotels` they come with their rows (`stacking.recipe`)."""
    return Tenancies(_none(), _none(), _none(), _none(), _none(), _none(), _none())


def add_tenant_columns(
    builder: Builder, problem: Problem, data: SitingData, hotels: NDArray[np.int64]
) -> Tenancies:
    """Add the columns of tenants in the given hotel options."""
    tenant, option, level = placements(problem, data, hotels)
    place = builder.add_columns(
        len(tenant), cost=-data.tenant_eur[tenant, data.design[option]], integer=True
    )
    loud_option, loud_level = _mixed_floors(problem, tenant, option, level)
    loud = builder.add_columns(len(loud_option), integer=True)
    return Tenancies(place, tenant, option, level, loud, loud_option, loud_level)


def pickup_share_most(data: SitingData) -> NDArray[np.float64]:
    """Return the largest share each pick-up link can take: those able and willing to walk."""
    return np.minimum(data.pickup_share_max[data.pickup.point] * data.pickup.acceptance, 1.0)


def placements(
    problem: Problem, data: SitingData, hotels: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return every (tenant, hotel option, level) that the tenant alone could take."""
    empty = np.zeros(0, dtype=np.int64)
    parts = [(empty, empty, empty)]
    noisy = problem.tenants.noise == Noise.NOISY
    for option in hotels.tolist():
        levels = np.flatnonzero(problem.levels.design == data.design[option])
        fits = data.fits[:, levels]
        if not problem.sites.noisy_allowed[data.site[option]]:
            fits = fits & ~noisy[:, None]
        tenant, rank = np.nonzero(fits)
        parts.append((tenant, np.full(len(tenant), option), levels[rank]))
    tenant, option_of, level = (np.concatenate([part[rank] for part in parts]) for rank in range(3))
    return tenant, option_of, level


def _mixed_floors(
    problem: Problem,
    tenant: NDArray[np.int64],
    option: NDArray[np.int64],
    level: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the floors that noisy and sensitive tenants could both want."""
    key = option * max(problem.levels.count, 1) + level
    noise = problem.tenants.noise[tenant]
    mixed = np.intersect1d(key[noise == Noise.NOISY], key[noise == Noise.SENSITIVE])
    return mixed // max(problem.levels.count, 1), mixed % max(problem.levels.count, 1)
